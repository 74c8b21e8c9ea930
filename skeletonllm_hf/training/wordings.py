"""In which words a clip may be spoken of, for the space that clips and sentences share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..lexicon import Lexicon, load_lexicon, normalized
from ..sentences import SentenceEncoder
from ..synthetic import ComposedTruth
from ..synthetic.registry import ALIASES, REGISTRY
from ..transforms import swap_side_words

NAMED, EXPLAINED = (
    0.45,
    0.3,
)  # of the wordings: names; the lexicon's sentences; the rest are captions, where there are any
INSTRUCTED = 0.2  # of the wordings of composed clips are instructions
EXACT = 0.25  # of them are the exact label, where wrong ones like it are known
SYNONYMS = 0.75  # cosine of two entries' names in the sentence encoder, from which they are not told apart


def action_kind(label: str) -> str:
    """What labels of the same movement share: the generator's kind of that action, or the label's own words."""
    info = REGISTRY.get(ALIASES.get(label, label))
    return normalized(label) if info is None else f"kind:{info.kind}"


@dataclass(frozen=True)
class Wording:
    """A name or sentence that is true of a clip.

    Args:
        text: the words.
        kind: what it shares with wordings that mean the same.
        foil: like words that are wrong, such as those with the sides exchanged; empty: none.
    """

    text: str
    kind: str
    foil: str = ""


class Wordings:
    """Draws wordings of clips.

    Args:
        lexicon: names and sentences.
    """

    def __init__(self, lexicon: Lexicon):
        self.lexicon = lexicon

    def draw(
        self, label: str | None, captions: Sequence[str], mirrored: bool, generator: np.random.Generator
    ) -> Wording:
        """A wording, sides exchanged where the clip was mirrored.

        Args:
            label: the clip's label.
            captions: true sentences about the clip.
            mirrored: whether the clip was.
            generator: draws.
        """
        entry = None if label is None else self.lexicon.find(label)
        if entry is None and label is not None and (info := REGISTRY.get(ALIASES.get(label, label))) is not None:
            entry = self.lexicon.find(info.name)
        names = [] if label is None else [label, *(entry.names if entry else ())]
        kind = generator.random()
        choices: Sequence[str] = names
        if kind >= NAMED + EXPLAINED and captions:
            choices = captions
        elif kind >= NAMED and entry is not None:
            choices = entry.sentences
        elif (kind >= NAMED and captions) or not names:
            choices = captions
        text = choices[int(generator.integers(len(choices)))]
        other = swap_side_words(text)
        text, other = (other, text) if mirrored else (text, other)
        key = action_kind(label) if label is not None else normalized(text)
        return Wording(text, key, other if other != text else "")

    def draw_composed(
        self, truth: ComposedTruth, captions: Sequence[str], mirrored: bool, generator: np.random.Generator
    ) -> Wording:
        """A wording of a clip that the grammar composed: a label, an instruction or a caption."""
        kind = generator.random()
        labels = truth.labels if kind < NAMED else truth.instructions if kind < NAMED + INSTRUCTED else captions
        exact = bool(truth.foils) and kind < EXACT
        text = truth.labels[0] if exact else labels[int(generator.integers(len(labels)))]
        foil = truth.foils[int(generator.integers(len(truth.foils)))] if exact else swap_side_words(text)
        if foil == text:
            foil = ""
        elif mirrored:
            text, foil = (swap_side_words(text), swap_side_words(foil))
        return Wording(text, f"composed:{normalized(truth.labels[0])}", foil)


def same_meaning(wordings: Sequence[Wording]) -> torch.BoolTensor:
    """(rows, rows): True for rows of one kind, or of one text."""
    kinds = {kind: i for i, kind in enumerate(dict.fromkeys(wording.kind for wording in wordings))}
    texts = {text: i for i, text in enumerate(dict.fromkeys(normalized(wording.text) for wording in wordings))}
    kind = torch.tensor([kinds[wording.kind] for wording in wordings])
    text = torch.tensor([texts[normalized(wording.text)] for wording in wordings])
    return (kind[:, None] == kind) | (text[:, None] == text)


class LexiconPairs:
    """Names and sentences of the lexicon as vectors, of which pairs are drawn: what words mean, without any clip.

    Args:
        encoder: of sentences.
        lexicon: the entries.
        device: where the vectors stay.
    """

    def __init__(self, encoder: SentenceEncoder, lexicon: Lexicon | None = None, device: str | torch.device = "cpu"):
        lexicon = load_lexicon() if lexicon is None else lexicon
        self.names, self.first_name = _vectors(encoder, [entry.names for entry in lexicon], device)
        self.sentences, self.first_sentence = _vectors(encoder, [entry.sentences for entry in lexicon], device)
        heads = self.names[torch.tensor(self.first_name[:-1], device=device)]
        self.synonyms = heads @ heads.T > SYNONYMS

    def draw(self, count: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.BoolTensor]:
        """Vectors of `count` entries' names and sentences, (count, size) each, and which of them mean the same."""
        total = len(self.first_name) - 1
        picks = generator.choice(total, min(count, total), replace=False)
        rows = [
            torch.tensor([int(generator.integers(first[i], first[i + 1])) for i in picks], device=self.names.device)
            for first in (self.first_name, self.first_sentence)
        ]
        picked = torch.from_numpy(picks).to(self.names.device)
        return self.names[rows[0]], self.sentences[rows[1]], self.synonyms[picked][:, picked]


def _vectors(
    encoder: SentenceEncoder, texts: Sequence[Sequence[str]], device: str | torch.device
) -> tuple[torch.Tensor, list[int]]:
    """The vectors of all texts, and where each group's begin (and the last one's end)."""
    starts = np.concatenate([[0], np.cumsum([len(group) for group in texts])]).tolist()
    return encoder.encode([text for group in texts for text in group]).to(device), starts
