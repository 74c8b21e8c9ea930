"""Synthetic clips of every body point, read by the points' names. Used by test_synthetic_*truth.py."""

from __future__ import annotations

import numpy as np

from skeletonllm_hf.model.body import BODY_POINTS
from skeletonllm_hf.model.layouts import SkeletonLayout
from skeletonllm_hf.model.skeleton import SkeletonSequence

NAMES = list(BODY_POINTS)
ALL_POINTS = SkeletonLayout("every body point", tuple(NAMES), ((0, 1),), body=tuple(NAMES))
OPPOSITE = {"left": "right", "right": "left"}


class PointClip:
    """A clip in the layout `ALL_POINTS`: X the viewer's right (the performer's left), Z forward."""

    def __init__(self, sequence: SkeletonSequence):
        self.sequence, self.joints = sequence, sequence.joints

    def __call__(self, point: str, person: int = 0) -> np.ndarray:
        """(frames, 3) metres."""
        return self.joints[:, person, NAMES.index(point)]

    def local(self, point: str, origin: str) -> np.ndarray:
        """A point from another in the pelvis's axes: X the body's left, Y up, Z forward."""
        left = self("left_hip") - self("right_hip")
        left[:, 1] = 0
        left /= np.linalg.norm(left, axis=-1, keepdims=True)
        forward = np.stack([-left[:, 2], 0 * left[:, 0], left[:, 0]], axis=-1)
        away = self(point) - self(origin)
        return np.stack([(away * left).sum(-1), away[:, 1], (away * forward).sum(-1)], axis=-1)
