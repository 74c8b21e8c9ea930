"""How near a clip and a label are in the space that clips and sentences share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F

from ...lexicon import Lexicon, load_lexicon
from ...model.tasks import checked_descriptions
from ...sentences import load_sentence_encoder
from ..digest import key, model_digest
from ..looks import Looks

NAME_SHARE = 0.5  # of a label's vector; the rest are the lexicon's sentences about it, where it has any


class EmbeddingScorer:
    """Cosines of clips and labels, times the model's scale; what all clips have in common is subtracted first.

    Args:
        looks: how clips are looked at.
        lexicon: sentences that explain bare labels.
        centred: whether the mean clip is subtracted, so that no label is near to everything.
    """

    def __init__(self, looks: Looks, lexicon: Lexicon | None = None, centred: bool = True):
        self.looks, self.centred = looks, centred
        self.lexicon = load_lexicon() if lexicon is None else lexicon
        self.vectors = torch.zeros(0)
        self.key = ""

    @torch.no_grad()
    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None = None) -> None:
        model = self.looks.model
        texts = label_texts(labels, descriptions, self.lexicon)
        self.vectors = label_vectors(model, texts)
        self.key = key("embedding", model_digest(model, self.looks.processor), texts, self.centred)

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        motion = self.looks.motion(clips)
        alignment = self.looks.model.alignment
        if self.centred:
            motion = motion - alignment.centre.float().cpu()
        return float(alignment.scale) * motion @ self.vectors.T


def label_texts(
    labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None, lexicon: Lexicon
) -> list[tuple[str, tuple[str, ...]]]:
    """Each label with the sentences that explain it: the caller's, or the lexicon's, or none."""
    if descriptions is not None:
        return list(zip(labels, map(tuple, checked_descriptions(labels, descriptions)), strict=True))
    entries = [lexicon.find(label) for label in labels]
    return [(label, () if entry is None else entry.sentences) for label, entry in zip(labels, entries, strict=True)]


@torch.no_grad()
def label_vectors(model, texts: Sequence[tuple[str, tuple[str, ...]]]) -> torch.Tensor:
    """(labels, size) float32 on the CPU, normalised: the name's vector and the mean of the sentences', in their shares."""
    encoder = load_sentence_encoder()
    flat = [text for label, sentences in texts for text in (label, *sentences)]
    encoded = model.alignment.text(encoder.encode(flat).to(model.device, model.alignment.text_skip.weight.dtype))
    rows = []
    for group in encoded.float().cpu().split([1 + len(sentences) for _, sentences in texts]):
        mean = group[0] if len(group) == 1 else NAME_SHARE * group[0] + (1 - NAME_SHARE) * group[1:].mean(0)
        rows.append(F.normalize(mean, dim=-1))
    return torch.stack(rows)
