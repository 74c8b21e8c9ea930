"""Errors of a depth sensor: noise, slow wander, constant offsets, joints that drop out."""

from __future__ import annotations

import numpy as np

from ..model.layouts import SkeletonLayout
from .motion import drift
from .options import MotionOptions

# Ends of limbs are seen worst; share of the stated error.
_LOOSE = {"hand": 1.4, "hand_tip": 1.8, "thumb": 1.8, "wrist": 1.2, "ankle": 1.2, "foot": 1.5, "toe": 1.5, "heel": 1.4}
_WANDER_RATE = 2.5  # changes of course a second


def observe(
    joints: np.ndarray, layout: SkeletonLayout, fps: float, options: MotionOptions, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Joints with the errors of a sensor, and which it sees.

    Args:
        joints: (frames, people, joints, 3) metres.

    Returns:
        joints of the same shape, and mask (frames, people, joints) bool; everybody keeps a joint in each frame.
    """
    frames, people, count, _ = joints.shape
    loose = np.array([_LOOSE.get((name or "").partition("_")[2], 1.0) for name in layout.body])[:, None]
    noise, wander, offset, dropout = (
        rng.uniform(*getattr(options, name)) for name in ("noise", "wander", "offset", "dropout")
    )
    if offset > 0:
        joints = joints + offset * rng.standard_normal((people, count, 3)) * loose
    if wander > 0:
        seconds = np.arange(frames) / fps
        joints = joints + wander * loose * drift(seconds, rng, people * count * 3, _WANDER_RATE).reshape(joints.shape)
    if noise > 0:
        joints = joints + noise * loose * rng.standard_normal(joints.shape, dtype=np.float32)
    mask = np.ones(joints.shape[:3], dtype=bool)
    if dropout > 0:
        run = max(int(round(0.15 * fps)), 1)  # a joint is lost for some 150 ms
        starts = rng.random((frames, people, count)) < dropout / run
        lost = np.cumsum(starts, axis=0)
        lost[run:] -= lost[:-run].copy()
        mask = lost == 0
        mask[..., 0] |= ~mask.any(-1)
    return joints, mask
