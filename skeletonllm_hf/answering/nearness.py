"""How near clips are to words: the mean of their cosines in the space of the frames and in that of the joints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .looks import JointLooks, Looks
from .scorers.embedding import text_vectors


class Nearness:
    """Cosines of clips and bare names, where neither the language model nor a list of labels is asked.

    Args:
        looks: the clips' frames, in the views that are to be seen.
    """

    def __init__(self, looks: Looks) -> None:
        self.looks, self._joints = looks, JointLooks()

    def cosines(self, clips: Sequence[Any], texts: Sequence[str]) -> torch.Tensor:
        """(clips, texts) float32: of clips in which too few joints are seen by the frames alone."""
        frames = self.looks.motion(clips) @ text_vectors(self.looks.model, texts).T
        seen = self._joints.motion(clips)
        joints = seen @ text_vectors(self._joints.model, texts).T
        return torch.where(seen.any(1, keepdim=True), (frames + joints) / 2, frames)
