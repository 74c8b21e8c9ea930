"""How the model looks at clips: what several scorers need of the same views is computed once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F

from ..model.tasks import Views, candidate_log_likelihoods, clip_views


class Looks:
    """Views of clips, rendered and seen once for all scorers that ask for the same clips in turn.

    Args:
        model, processor: as in `recognize`.
        views: how many of each clip; None: `processor.views`.
    """

    def __init__(self, model, processor, views: int | None = None):
        self.model, self.processor = model, processor
        self.views = views or processor.views
        self._clips: list[Any] = []
        self._seen: Views | None = None

    def seen(self, clips: Sequence[Any]) -> Views:
        """The views' visual tokens."""
        same = len(clips) == len(self._clips) and all(a is b for a, b in zip(clips, self._clips, strict=True))
        if self._seen is None or not same:
            with evaluating(self.model):
                self._clips, self._seen = list(clips), clip_views(self.model, self.processor, clips, self.views)
        return self._seen

    def motion(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, size) float32 on the CPU, normalised: the mean of the views' embeddings."""
        seen = self.seen(clips)
        with evaluating(self.model):
            embedded = self.model.alignment.motion(seen.features, seen.kept, self.views * len(clips))
        return F.normalize(embedded.float().unflatten(0, (self.views, len(clips))).mean(0), dim=-1).cpu()

    def log_likelihoods(
        self, clips: Sequence[Any], labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None
    ) -> torch.Tensor:
        """(clips, labels), as `model.tasks.candidate_log_likelihoods`."""
        seen = self.seen(clips)
        with evaluating(self.model):
            return candidate_log_likelihoods(
                self.model, self.processor, clips, labels, self.views, descriptions, seen
            ).float()


@contextlib.contextmanager
def evaluating(model) -> Iterator[None]:
    """In evaluation mode and without gradients; afterwards as before."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)
