"""What a clip's numbers say against themselves: each doubt one sentence for `SkeletonSequence.warnings`.

Joints that were not understood, proportions, left and right, size, frame rate, shares of a picture. Nothing is changed here;
benchmarks/doubts.py measures how often real recordings are doubted.
"""

from __future__ import annotations

import numpy as np

from ..model.layouts import SkeletonLayout, layout_names
from ..model.skeleton import UNITS
from .facing import mirrored
from .guess import ODD_PROPORTIONS, is_body, misfit, sample, unit
from .joint_names import missing_parts
from .who_when import FASTEST, SLOWEST

_TOO_SMALL, _TOO_LARGE = 1 / 2.2, 1.6  # times an adult's size: smaller than a child of two, larger than anybody
_FAST = 20.0  # metres a second that no hand or foot reaches for long
_SLOW, _FAR = 0.05, 0.5  # metres a second that hands and feet never exceed, though they travel this many metres
_UNLIKE = 2.0  # one bone's length over its twin's
_ENDS = ("wrist", "ankle", "hand", "foot")


def name_doubts(layout: SkeletonLayout) -> list[str]:
    """Which parts of a person a file's joint names do not show; nothing for built-in layouts."""
    if layout.name in layout_names():
        return []
    missing = missing_parts(layout.body)
    if not missing:
        return []
    known = sum(point is not None for point in layout.body)
    strange = [name for name, point in zip(layout.joints, layout.body, strict=True) if point is None]
    more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
    unclear = f"; not understood: {', '.join(name[:40] for name in strange[:5])}{more}" if strange else ""
    return [
        f"Of {layout.num_joints} joint names {known} are understood, none as {', '.join(missing)}{unclear}. "
        "Say what joints are in a file of lines `name = body point`: --map FILE, joint_map=... in Python."
    ]


def body_doubts(
    joints: np.ndarray,
    mask: np.ndarray,
    layout: SkeletonLayout,
    *,
    given: bool,
    fps: float,
    units: str,
    scale: float | None,
) -> list[str]:
    """Proportions, sides, speed and shares of a picture.

    Args:
        joints: (frames, people, joints, dims) in `units`. mask: (frames, people, joints) bool.
        given: the caller named the layout: their word counts against odd proportions.
        scale: metres per unit, by the bones; None where they tell nothing.
    """
    found = []
    if not given and misfit(joints, mask, layout) > ODD_PROPORTIONS:
        found.append(
            f"Bones do not have a body's proportions: are the joints those of {layout.name}? Pass layout=... if not."
        )
    if mirrored(joints, mask, layout):
        found.append(
            "Left and right look exchanged: feet, face or knees point to the back of the body. The file may be mirrored, or "
            "left-handed: then pass handed='left'."
        )
    found += _swapped(joints, mask, layout)
    if is_body(layout):
        found += _speed(joints, mask, layout, fps, UNITS[units] or scale)
    found += _shares(joints, mask, layout)
    return found


def size_doubt(units: str, scale: float | None) -> str | None:
    """The sentence for a file's units in which bodies are too small or too large, or None."""
    factor = UNITS[units]
    if factor is None or scale is None or _TOO_SMALL < factor / scale < _TOO_LARGE:
        return None
    return f"Bodies are {factor / scale:.3g} times an adult's size in {units}; pass units=... if that is wrong."


def rate_doubt(fps: float) -> str | None:
    """The sentence for a rate at which nothing is filmed, or None."""
    if SLOWEST <= fps <= FASTEST:
        return None
    return f"{fps:.3g} frames a second is absurd; pass fps=... if that is wrong."


def _swapped(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> list[str]:
    """Shoulders whose left is the hips' right; limbs of which one bone is much longer than its twin."""
    row = {point: joint for joint, point in enumerate(layout.body) if point}
    joints, mask = sample(joints, mask)
    gap = lambda a, b: joints[:, :, row[a]] - joints[:, :, row[b]]  # noqa: E731
    found = []
    ends = ("left_hip", "right_hip", "left_shoulder", "right_shoulder")
    if all(point in row for point in ends):
        seen = mask[:, :, [row[point] for point in ends]].all(-1)
        if seen.any():
            across = (
                unit(gap("left_hip", "right_hip")[seen]) * unit(gap("left_shoulder", "right_shoulder")[seen])
            ).sum(-1)
            if (across < -0.3).mean() > 0.8:
                found.append(
                    "The left shoulder is on the side of the right hip: arms or legs have their sides exchanged."
                )
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle")):
        lengths = []
        for side in ("left", "right"):
            if f"{side}_{a}" in row and f"{side}_{b}" in row and joints.shape[-1] == 3:
                both = mask[:, :, row[f"{side}_{a}"]] & mask[:, :, row[f"{side}_{b}"]]
                if both.any():
                    lengths.append(float(np.median(np.linalg.norm(gap(f"{side}_{a}", f"{side}_{b}")[both], axis=-1))))
        if len(lengths) == 2 and min(lengths) > 0 and max(lengths) / min(lengths) > _UNLIKE:
            found.append(
                f"The bones from {a} to {b} are {lengths[0]:.3g} and {lengths[1]:.3g} units long, left and right."
            )
    return found


def _speed(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, fps: float, scale: float | None) -> list[str]:
    """Hands and feet faster than any, or so slow over so long a way that time must be stretched."""
    rows = [joint for joint, point in enumerate(layout.body) if point and point.split("_", 1)[-1] in _ENDS]
    if not rows or scale is None or len(joints) < 10 or joints.shape[-1] != 3:
        return []
    places, seen = joints[:, :, rows].astype(np.float64), mask[:, :, rows]
    both = seen[1:] & seen[:-1]
    steps = (np.linalg.norm(np.diff(places, axis=0), axis=-1) * (scale * fps))[both]
    if len(steps) < 10:
        return []
    way = max((float(np.ptp(places[:, p, j][seen[:, p, j]], axis=0).max()) * scale
               for p in range(seen.shape[1]) for j in range(len(rows)) if seen[:, p, j].any()), default=0.0)  # fmt: skip
    if np.quantile(steps, 0.75) > _FAST:
        return [
            f"Hands and feet move at {np.quantile(steps, 0.75):.0f} m/s: is it {fps:g} frames a second? Pass fps=... if not."
        ]
    if np.quantile(steps, 0.99) < _SLOW and way > _FAR:
        return [
            f"Nothing moves faster than {np.quantile(steps, 0.99):.2f} m/s: is it {fps:g} frames a second? Pass fps=... if not."
        ]
    return []


def _shares(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> list[str]:
    """x and y as shares of a picture: all within 0 and 1, about its middle."""
    places = joints[..., :2][mask]
    if not is_body(layout) or len(places) < 8:
        return []
    low, high = np.quantile(places, 0.01, axis=0), np.quantile(places, 0.99, axis=0)
    if (
        (low < -0.02).any()
        or (high > 1.05).any()
        or (high - low).max() < 0.1
        or (np.median(places, axis=0) < 0.1).any()
    ):
        return []
    return [
        "x and y look like shares of a picture (0 to 1) whose proportions are unknown: taken as square. A 16:9 picture makes bodies "
        "too slim: multiply x by its width and y by its height."
    ]
