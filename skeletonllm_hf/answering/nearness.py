"""How near clips are to words: the mean of their cosines in the space of the frames and in that of the joints."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch

from ..lexicon import normalized
from ..questions import known_action
from .looks import JointLooks, Looks
from .recognizer import JOINTS_WEIGHT, JOINTS_WEIGHT_TAUGHT
from .scorers.embedding import text_vectors


class Nearness:
    """Cosines of clips and bare names, without the language model and without a list of labels.

    Args:
        looks: the clips' frames, in the views that are to be seen.
    """

    def __init__(self, looks: Looks) -> None:
        self.looks, self._joints = looks, JointLooks()

    def is_taught(self, action: str) -> bool:
        """Whether training gave the model clips of an action by this name, or by another of the same entry of the lexicon."""
        entry = known_action(action)
        return bool(
            {normalized(action), *(entry.names if entry else ())}
            & _taught(tuple(self.looks.model.config.taught_labels))
        )

    def cosines(self, clips: Sequence[Any], actions: Sequence[str]) -> torch.Tensor:
        """(clips, actions) float32: weighted as labels are where they are ranked; of clips in which too few joints are seen by the frames alone."""
        frames = self.looks.motion(clips) @ text_vectors(self.looks.model, actions).T
        seen = self._joints.motion(clips)
        joints = seen @ text_vectors(self._joints.model, actions).T
        weights = [JOINTS_WEIGHT_TAUGHT if self.is_taught(action) else JOINTS_WEIGHT for action in actions]
        weight = torch.tensor(weights) * seen.any(1, keepdim=True)
        return (frames + weight * joints) / (1 + weight)


@functools.lru_cache(maxsize=4)
def _taught(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(normalized, labels))
