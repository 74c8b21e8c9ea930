"""The interface of pose estimators, which have a file each, and the poses that they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .decode import Frame

ESTIMATORS = ("mediapipe", "vitpose")
MOST_PEOPLE = 10  # detected in a frame


@dataclass(frozen=True)
class Poses:
    """The people of one frame.

    Args:
        keypoints: (people, joints, 2) float32, pixels of the frame that was given: x to the right, y down.
        confidence: (people, joints) float32 in [0, 1].
        world: (people, joints, 3) float32, metres from the middle of the hips: x to the right of the picture, y down, z away;
            None: the estimator knows no depth.
    """

    keypoints: np.ndarray
    confidence: np.ndarray
    world: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.keypoints)

    def take(self, people: Sequence[int]) -> Poses:
        """Those people only."""
        rows = list(people)
        return Poses(self.keypoints[rows], self.confidence[rows], None if self.world is None else self.world[rows])

    def scaled(self, scale: float) -> Poses:
        """In pixels of another picture size."""
        return Poses(self.keypoints * np.float32(scale), self.confidence, self.world)


@runtime_checkable
class Estimator(Protocol):
    """Finds people in frames.

    Args:
        name: for messages. layout: of its joints. batch: how many frames it takes at once.
        notes: sentences about what it can and cannot do, for the clip's warnings.
    """

    name: str
    layout: str
    batch: int
    notes: tuple[str, ...]

    def estimate(self, frames: Sequence[Frame]) -> list[Poses]:
        """The people of each frame. Frames come in order of time."""

    def restart(self) -> None:
        """Forgets the frames so far: a cut or another video follows."""

    def close(self) -> None:
        """Frees what it holds."""


def nobody(joints: int, depth: bool) -> Poses:
    """A frame without people."""
    world = np.zeros((0, joints, 3), np.float32) if depth else None
    return Poses(np.zeros((0, joints, 2), np.float32), np.zeros((0, joints), np.float32), world)
