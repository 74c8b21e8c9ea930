"""Scores by the cosine of a clip and a label in the space that clips and sentences share."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from ...cache import cached, key
from ...lexicon import Entry, Lexicon, forms, load_lexicon, normalized, spaced, stems
from ...model.alignment import leaning
from ...model.likelihoods import checked_descriptions
from ...model.recognition import NONE_OF_THESE
from ..looks import Space, prototype_cosines
from .sentences import sentence_vectors

NAME_SHARE = 0.5  # of a label's vector; the rest are sentences about it, where there are any
# A label that is no entry's name is explained by the `NEAREST` entries whose names have a cosine of at least `NEAR` with it.
# Chosen among a handful on the training parts of HDM05, GTU 3D and Penn Action with a model that had seen none of them.
NEAREST, NEAR = 5, 0.5
_IN_BRACKETS = re.compile(r"\([^()]*\)")
SHARPNESS = 4  # power of the cosine by which they are weighted


# Cosine of a clip and the best label below which none fits it: `benchmarks/prototypes.py` prints how many right and wrong labels are below.
UNSURE_COSINE = 0.25


class EmbeddingScorer:
    """Cosines of clips and labels, times the space's scale.

    Args:
        looks: the clips in that space: their views, or their joints.
        lean: whether labels lean towards the model's prototypes (`MotionTextAlignment.leaned`): not where training gave them all.
    """

    def __init__(self, looks: Space, lean: bool = True):
        self.looks, self.lean, self.lexicon = looks, lean, load_lexicon()
        self.vectors = torch.zeros(0)
        self.unexplained: tuple[str, ...] = ()
        self.none: list[int] = []
        self.labels: tuple[str, ...] = ()
        self.others: list[tuple[int, int, int]] = []  # label, the vector in its place, for clips of how many people
        self.key = ""

    @torch.no_grad()
    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None = None) -> None:
        meanings = label_meanings(labels, descriptions, self.lexicon)
        self.unexplained = tuple(m.label for m in meanings if not m.sentences and m.label != NONE_OF_THESE)
        self.none = [place for place, label in enumerate(labels) if label == NONE_OF_THESE]
        self.labels, self.others = tuple(labels), []
        if self.lean and descriptions is None:
            meanings += self._of_other_numbers(meanings)
        known = [(spaced(meaning.label), *dataclasses.astuple(meaning)) for meaning in meanings]
        names = self.looks.names if self.lean else ()
        near = named_nearness(meanings, names, self.lexicon)
        leans = (
            (hashlib.sha256(near.numpy().tobytes()).hexdigest(), *leaning(), self.looks.leaning) if self.lean else ()
        )
        self.key = key("embedding", self.looks.digest, self.lean, NAME_SHARE, known, *leans)
        size = self.looks.model.alignment.size
        self.vectors = cached(f"labels-{self.key}", (len(meanings), size), lambda: self._vectors(meanings, near))

    def _of_other_numbers(self, meanings: Sequence[Meaning]) -> list[Meaning]:
        """Meanings that stand in for labels of which the clip shows another number of people: "kicking" is a kick if one does it."""
        from ...synthetic import ACTIONS, INTERACTIONS
        from .names import actions_by_name, other_number

        known, names = actions_by_name(self.lexicon)[1], (*ACTIONS, *INTERACTIONS)
        shown = [None if row is None else names[row] for row in shown_by(meanings, names, self.lexicon)]
        found: list[Meaning] = []
        for place, (meaning, action) in enumerate(zip(meanings, shown, strict=True)):
            other = action and other_number(meaning.label, action, self.lexicon)
            if other and known[normalized(other[0])] not in shown:  # a list of both words tells them apart itself
                self.others.append((place, len(meanings) + len(found), other[1]))
                found += label_meanings([other[0]], None, self.lexicon)
        return found

    def fits_none(self, clip: Any, scores: torch.Tensor) -> bool:
        """Whether no label fits a clip: all are far, and the best is no wider name for what the clip is nearest to, as "walk" of "walk in a curve".

        Args:
            clip: a loaded one.
            scores: (labels,), as `scores` gave them for it.
        """
        model, best = self.looks.model, int(scores.argmax())
        if float(scores[best]) >= UNSURE_COSINE * model.alignment.scale.item():
            return False
        cosines = prototype_cosines(model, self.looks.motion([clip]))[0]
        if not len(cosines):
            return True
        words = stems(normalized(self.looks.names[int(cosines.argmax())])).split()
        wider = [set(stems(form).split()) for form in forms(self.labels[best])]
        return not any(name and name <= set(words) for name in wider)

    def _vectors(self, meanings: Sequence[Meaning], near: torch.Tensor) -> torch.Tensor:
        model = self.looks.model
        vectors = label_vectors(model, meanings)
        return model.alignment.leaned(vectors, near, self.looks.leaning) if self.lean else vectors

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        cosines = self.looks.motion(clips) @ self.vectors.T
        people = torch.tensor([min(2, int(clip.people_present.sum())) for clip in clips])
        for place, other, number in self.others:
            cosines[:, place] = torch.where(people == number, cosines[:, other], cosines[:, place])
        cosines = cosines[:, : len(self.labels)]
        cosines[:, self.none] = self.looks.none_cosine
        return self.looks.model.alignment.scale.item() * cosines


@torch.no_grad()
def text_vectors(model: Any, texts: Sequence[str]) -> torch.Tensor:
    """(texts, size) float32 on the CPU, normalised: vectors of bare labels, as the model ranks them; not cached."""
    return label_vectors(model, label_meanings(texts, None, load_lexicon()))


@dataclass(frozen=True)
class Meaning:
    """A label and the sentences that explain it, each with its weight; the weights sum to 1."""

    label: str
    sentences: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()


def label_meanings(
    labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None, lexicon: Lexicon
) -> list[Meaning]:
    """Labels explained: by the caller's sentences, by the lexicon's entry of that name, or by entries with like names."""
    if descriptions is not None:
        return [_equally(*pair) for pair in zip(labels, checked_descriptions(labels, descriptions), strict=True)]
    found = [lexicon.find(label) for label in labels]
    unknown = [label for label, entry in zip(labels, found, strict=True) if entry is None and label != NONE_OF_THESE]
    near = dict(zip(unknown, _near_entries(unknown, lexicon), strict=True))
    meanings = []
    for label, entry in zip(labels, found, strict=True):
        if entry is not None:
            meanings.append(_equally(label, entry.sentences))
        else:
            pairs = [
                (sentence, cosine**SHARPNESS / len(other.sentences))
                for cosine, other in near.get(label, ())
                for sentence in other.sentences
            ]
            total = sum(weight for _, weight in pairs)
            meanings.append(
                Meaning(label, tuple(text for text, _ in pairs), tuple(weight / total for _, weight in pairs))
            )
    return meanings


def named_nearness(meanings: Sequence[Meaning], names: Sequence[str], lexicon: Lexicon) -> torch.Tensor:
    """(labels, names): 1 for the action that a label names and -1 for others; of labels that name none how like their words are."""
    shown = shown_by(meanings, names, lexicon)
    near = torch.full((len(meanings), len(names)), -1.0)
    unknown = [row for row, place in enumerate(shown) if place is None and meanings[row].label != NONE_OF_THESE]
    if names and unknown:
        from .names import nearness

        near[unknown] = nearness([meanings[row].label for row in unknown], names, lexicon)
    for row, place in enumerate(shown):
        if place is not None:
            near[row, place] = 1.0
    return near


def shown_by(meanings: Sequence[Meaning], names: Sequence[str], lexicon: Lexicon) -> list[int | None]:
    """The place of the action that each label names: by its name, an alias, or another name of the lexicon's entry.

    Args:
        meanings: labels.
        names: of actions (`synthetic.ACTIONS`, `INTERACTIONS`) and of actions with a side or a direction (`synthetic.variants`).
        lexicon: with other names.
    """
    if not names:
        return [None] * len(meanings)
    from ...synthetic import find_shown  # the generator: a quarter of a second that most questions need not wait
    from .names import actions_by_name

    places = {name: place for place, name in enumerate(names)}
    own, actions, stemmed = actions_by_name(lexicon)
    found = []
    for meaning in meanings:
        entry, brief = lexicon.find(meaning.label), _IN_BRACKETS.sub(" ", meaning.label)
        shown: list[str | None] = []
        first, *others = forms(meaning.label)
        for name in (first, *map(normalized, entry.names if entry else ()), *others, *forms(brief)):
            shown += [own.get(name), find_shown(name, actions), actions.get(name), stemmed.get(stems(name))]
        found.append(next((places[name] for name in shown if name in places), None))
    return found


def _equally(label: str, sentences: Sequence[str]) -> Meaning:
    return Meaning(label, tuple(sentences), (1 / len(sentences),) * len(sentences))


def _near_entries(labels: Sequence[str], lexicon: Lexicon) -> list[list[tuple[float, Entry]]]:
    """For each label (cosine, entry) of the entries whose names are near to it, nearest first."""
    if not labels or not len(lexicon):
        return [[] for _ in labels]
    from .names import entry_cosines  # with the generator

    top = entry_cosines(labels, lexicon).topk(min(NEAREST, len(lexicon)), dim=1)
    return [
        [
            (float(cosine), lexicon.entries[place])
            for cosine, place in zip(cosines, places.tolist(), strict=True)
            if cosine >= NEAR
        ]
        for cosines, places in zip(top.values, top.indices, strict=True)
    ]


@torch.no_grad()
def label_vectors(model: Any, meanings: Sequence[Meaning]) -> torch.Tensor:
    """(labels, size) float32 on the CPU, normalised: the name's vector and the mean of the sentences', in their shares."""
    alignment = model.alignment
    flat = [text for meaning in meanings for text in (spaced(meaning.label), *meaning.sentences)]
    weight = alignment.text_skip.weight
    encoded = alignment.text(sentence_vectors(flat).to(weight.device, weight.dtype)).float().cpu()
    rows = []
    for meaning, group in zip(meanings, encoded.split([1 + len(m.sentences) for m in meanings]), strict=True):
        mean = group[0]
        if meaning.sentences:
            mean = NAME_SHARE * group[0] + (1 - NAME_SHARE) * (torch.tensor(meaning.weights)[:, None] * group[1:]).sum(
                0
            )
        rows.append(F.normalize(mean, dim=-1))
    return torch.stack(rows)
