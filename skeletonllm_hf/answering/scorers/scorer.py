"""What a score of labels is, and how several become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch


class Scorer(Protocol):
    """Scores how well each label fits a clip: larger is better, the scale is its own.

    To add one, write a file beside this one and name it, with its weight, in `recognizer.default_scorers`.
    """

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None) -> None:
        """Does once what a set of labels needs. What takes long is cached (`cache`)."""

    @property
    def key(self) -> str:
        """A digest of all that the scores depend on but the clips; known after `prepare`."""

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, labels) float32 on the CPU; of each clip alone, whatever else is in the batch."""


def weighted_sum(scores: torch.Tensor, weights: Sequence[float]) -> torch.Tensor:
    """(clips, labels): several scorers' scores, (scorers, clips, labels), as logits added in their weights."""
    return torch.einsum("s,scl->cl", torch.tensor(weights, dtype=scores.dtype), scores)
