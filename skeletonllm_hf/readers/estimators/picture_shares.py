"""Keypoints as shares of a picture (x and y from 0 to 1): back into a picture's proportions."""

from __future__ import annotations

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout
from ..reader import ReadOptions
from ..rules.guess import LIMBS, body_up, sample

# Most videos are wide; another shape is believed where the body's bones fit it clearly better.
_SHAPES = ((16, 9), (4, 3), (1, 1), (9, 16))
_BETTER = 0.15  # of `_misfit`, a spread of logarithms
_BONES = [(f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (*LIMBS, ("shoulder", "hip"))]
_BONES.append(("left_shoulder", "right_shoulder"))
_INSIDE = 0.95  # share of the seen points that lie in the picture
_DOWN = 0.6  # of a unit vector from feet to head
_SMALL = 2.0  # pictures are larger than this; points in them may lie a little outside


def are_shares(joints: np.ndarray, mask: np.ndarray) -> bool:
    """Whether x and y (frames, people, joints, 2 or 3) are shares of a picture rather than pixels."""
    seen = joints[mask][:, :2]
    if len(seen) == 0 or np.abs(seen).max() > _SMALL:
        return False
    return bool(((seen >= 0) & (seen <= 1)).all(1).mean() >= _INSIDE)


def is_picture(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> bool:
    """Whether points (frames, people, joints, 2 or 3) of which nothing is known are shares of a picture.

    Points in space between 0 and 1 are that where bodies also stand along -y: pictures count y downwards, rooms do not.
    """
    joints, mask = sample(joints, mask)
    if not are_shares(joints, mask):
        return False
    direction = body_up(joints, mask, layout)
    return direction is not None and (joints.shape[-1] == 2 or bool(direction[1] < -_DOWN))


def are_signed_shares(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> bool:
    """Whether x and y of two dimensions run from -1 to 1 over a picture that is no square, as bodies' proportions show."""
    joints, mask = sample(joints, mask)
    seen = joints[mask]
    if joints.shape[-1] != 2 or len(seen) == 0 or np.abs(seen).max() > 1 or (seen.min(0) >= 0).any():
        return False
    return _shape(joints, mask, layout, (1, 1)) != (1, 1)


def to_picture(
    joints: np.ndarray, mask: np.ndarray, layout: str | SkeletonLayout, options: ReadOptions
) -> tuple[np.ndarray, str, tuple[str, ...]]:
    """Shares -> (joints in proportion, units, notes). A third coordinate is in the scale of x.

    The picture's size comes from `options.picture`; without it, its shape is guessed by the body's proportions.
    """
    notes: tuple[str, ...] = ()
    if options.picture is not None:
        wide, high = options.picture
        units = "pixels"
    else:
        assumed = _SHAPES[0] if are_shares(joints, mask) else (1, 1)
        wide, high = _shape(joints, mask, get_layout(layout), assumed)
        units = "unknown"
        notes = (
            "x and y are shares of a picture, whose proportions are not in the file: "
            f"{'taken as square' if wide == high else f'{wide}:{high} was taken'}; pass picture=(width, height) if that is wrong.",
        )
    return _scaled(joints, wide, high), units, notes


def _shape(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, assumed: tuple[int, int]) -> tuple[int, int]:
    """The picture's shape that makes limbs, shoulders and trunk a body's: the usual one where none does it clearly better."""
    measured = {shape: _misfit(_scaled(joints, *shape), mask, layout) for shape in _SHAPES}
    best = min(measured, key=lambda shape: measured[shape])
    return best if measured[best] + _BETTER < measured[assumed] else assumed


def _scaled(joints: np.ndarray, wide: float, high: float) -> np.ndarray:
    """Shares times the picture's sides; a third coordinate is in the scale of x."""
    return joints * np.array([wide, high, wide][: joints.shape[-1]], np.float32)


def _misfit(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> float:
    """How far limbs, trunk and shoulders are from a body's proportions and from keeping their lengths, in the picture; 0: cannot say."""
    place = {point: joint for joint, point in enumerate(layout.body) if point}
    ratios, variations = [], []
    for a, b in _BONES:
        if a not in place or b not in place:
            continue
        both = mask[:, :, place[a]] & mask[:, :, place[b]]
        if not both.any():
            continue
        step = (joints[:, :, place[a], :2] - joints[:, :, place[b], :2])[both].astype(np.float64)
        lengths = np.linalg.norm(step, axis=-1)
        long = np.quantile(lengths, 0.9)  # in pictures bones look short, never long
        if long > 0:
            ratios.append(np.log(long / np.linalg.norm(layout.rest_joints[place[a]] - layout.rest_joints[place[b]])))
            variations.append(lengths.std() / long)
    return float(np.std(ratios) + np.max(variations)) if len(ratios) >= 5 else 0.0
