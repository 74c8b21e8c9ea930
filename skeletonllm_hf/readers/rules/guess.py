"""Guesses of units, up axis and layout from the lengths and directions of bones, and measures of bodies for checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...model.body import BODY_HEIGHT
from ...model.layouts import SkeletonLayout, neighbours
from .named_layouts import missing_parts

# Metres: as tall as people are, from a child of three on; for coordinates in metres from a bigger child on, because what is about
# 1 unit tall was normalised more often than measured.
_BELIEVED = (0.95, 2.4)
_BELIEVED_METRES = 1.2
# no feet or decimetres: a body 4 to 20 units tall is normalised more often than measured in those
_METRES = {"metres": 1.0, "centimetres": 0.01, "millimetres": 0.001, "inches": 0.0254}
ODD_PROPORTIONS = 0.6  # `misfit` from which a warning is due
_UNSTEADY = 0.3  # bones whose lengths vary by more than this, in the middle, are no bones
_FITS, _FITS_ALONE = 0.5, 0.35  # `misfit` of a layout that is taken, among several bodies; as the only body
_LIMB_BONE = 0.2  # metres on the canonical body: upper arm, forearm, thigh, shin
_ALIKE, _ACROSS = 0.7, 0.5  # cosines: legs of one body on all fours; legs and trunk
LIMBS = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_FRAMES = 64  # looked at, spread over the clip
_TOP = ("head_top", "head", "nose", "neck", "neck_base")
_BOTTOM = ("ankle", "foot", "toe", "heel", "knee", "hip")


def is_body(layout: SkeletonLayout) -> bool:
    """Whether a layout is a human body's: by the share of joints whose body point is known, or by its parts."""
    known = sum(point is not None for point in layout.body)
    return known >= max(4, layout.num_joints // 4) or (known >= 4 and len(missing_parts(layout.body)) <= 1)


def segments(layout: SkeletonLayout) -> list[tuple[int, int]]:
    """Bones between points of the body, and limbs that joints of no known meaning cut up."""
    pairs = [bone for bone in layout.bones if layout.body[bone[0]] and layout.body[bone[1]]]
    known = {frozenset(pair) for pair in pairs}
    row = {point: joint for joint, point in enumerate(layout.body) if point}
    for side in ("left", "right"):
        for a, b in LIMBS:
            start, end = row.get(f"{side}_{a}"), row.get(f"{side}_{b}")
            if start is not None and end is not None and frozenset((start, end)) not in known:
                pairs.append((start, end))
    return pairs


def metres_per_unit(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> float | None:
    """Metres per unit that give the clip's bones an adult's lengths, or None where the body says nothing.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.
    """
    if not is_body(layout):
        return None
    targets, lengths, seen = _segment_lengths(joints, mask, layout)
    length = quantiles(lengths, seen, 0.5)
    comparable = (length > 0) & (targets > 0)
    # limbs are alike in all layouts; short bones are cut up differently in each
    limbs = comparable & (targets > _LIMB_BONE)
    used = limbs if limbs.any() else comparable
    return float(np.median(targets[used] / length[used])) if used.any() else None


def _segment_lengths(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(segments,) metres on the T-pose; (bodies, segments) lengths in the clip, and where both ends are seen."""
    joints, mask = sample(joints, mask)
    ends = np.array(segments(layout), int).reshape(-1, 2).T
    rest = layout.rest_joints
    targets = np.linalg.norm(rest[ends[0]] - rest[ends[1]], axis=-1)
    gap = joints[:, :, ends[0]] - joints[:, :, ends[1]]
    seen = mask[:, :, ends[0]] & mask[:, :, ends[1]]
    rows = seen.shape[0] * seen.shape[1], seen.shape[2]
    return targets, np.sqrt(np.einsum("fpsd,fpsd->fps", gap, gap)).reshape(rows), seen.reshape(rows)


def quantiles(values: np.ndarray, seen: np.ndarray, share: float) -> np.ndarray:
    """(columns,) quantile of what is seen in each column of (rows, columns); NaN where nothing is."""
    ordered = np.sort(np.where(seen, values, np.inf), axis=0)
    count = seen.sum(0)
    at = share * np.maximum(count - 1, 0)
    low, high = (np.take_along_axis(ordered, edge(at).astype(int)[None], 0)[0] for edge in (np.floor, np.ceil))
    with np.errstate(invalid="ignore"):  # infinite where nothing is seen
        return np.where(count > 0, low + (high - low) * (at - np.floor(at)), np.nan)


def misfit(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> float:
    """How far the clip's bone lengths are from the layout's T-pose, whatever the size: spread of their logarithms.

    About 0.05 for a T-pose, 0.15 to 0.35 for sensors, above 0.6 where joints are not what the layout says; 0 where the layout is
    no human body or too little is seen.
    """
    return _proportions(joints, mask, layout)[0]


def layout_by_proportions(joints: np.ndarray, mask: np.ndarray, layouts: list[SkeletonLayout]) -> SkeletonLayout | None:
    """The one of some layouts whose bones the clip's fit and keep their length, or None where none or more than one does.

    Layouts that are no human body (a hand) cannot be measured: beside them a body has to fit closely.
    """
    measured = [(*_proportions(joints, mask, layout), number) for number, layout in enumerate(layouts)]
    ranked = sorted(figures for figures in measured if figures[0] > 0)
    if not ranked or ranked[0][0] >= (_FITS_ALONE if len(ranked) == 1 < len(layouts) else _FITS):
        return None
    if len(ranked) > 1 and ranked[1][0] < ranked[0][0] + 0.25:
        return None
    if joints.shape[-1] == 3 and ranked[0][1] > _UNSTEADY:
        return None
    return layouts[ranked[0][2]]


def unlike_bodies(joints: np.ndarray, mask: np.ndarray, layouts: list[SkeletonLayout]) -> float:
    """How far a clip is from being bodies of the best of some layouts: misfit and unsteadiness of bones; infinite for no body at all."""
    measured = [_proportions(joints, mask, layout) for layout in layouts]
    return min((spread + variation for spread, variation in measured if spread > 0), default=np.inf)


def _proportions(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> tuple[float, float]:
    """(spread of log bone lengths against the T-pose, median variation of a bone's length); zeros where nothing can be said."""
    if not is_body(layout):
        return 0.0, 0.0
    targets, lengths, seen = _segment_lengths(joints, mask, layout)
    length = quantiles(lengths, seen, 0.7)  # in pictures bones look short, never long
    used = (targets > 0.05) & (length > 0) & (length < np.inf)
    if used.sum() < 5:
        return 0.0, 0.0
    lengths, seen = lengths[:, used], seen[:, used]
    mean = np.where(seen, lengths, 0).sum(0) / seen.sum(0)
    spread = np.sqrt(np.where(seen, (lengths - mean) ** 2, 0).sum(0) / seen.sum(0))
    return float(np.std(np.log(length[used] / targets[used]))), float(np.median(spread / mean))


def guess_units(scale: float | None) -> tuple[str, str]:
    """(unit, reason) for metres per unit as `metres_per_unit` found them; `"unknown"` is scaled to a body's size."""
    if scale is None:
        return "unknown", "no bone of known length was seen"
    heights = {name: BODY_HEIGHT * metres / scale for name, metres in _METRES.items()}
    for name in sorted(heights, key=lambda name: abs(np.log(heights[name] / BODY_HEIGHT))):
        least = _BELIEVED_METRES if name == "metres" else _BELIEVED[0]
        if least <= heights[name] <= _BELIEVED[1]:
            return name, f"bones fit a body of {heights[name]:.2f} m in {name}"
    return "unknown", f"an adult body would need {scale:.3g} metres a unit, which is no usual unit"


def guess_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> tuple[str, str]:
    """(axis, reason) from the direction feet -> head, which most clips hold upright most of the time, or from four legs."""
    direction, reason = legs_up(joints, mask, layout), "four legs stand under a level trunk"
    if direction is None:
        direction, reason = body_up(joints, mask, layout), "from feet to head, on average"
    if direction is None:
        return "y", "no head or feet were seen"
    axis, share = nearest_axis(direction)
    return (axis, reason) if share >= 0.6 else ("y", "bodies do not stand along any axis")


def nearest_axis(direction: np.ndarray) -> tuple[str, float]:
    """The axis nearest to a direction, such as `"-z"`, and how long the direction is along it."""
    axis = int(np.abs(direction).argmax())
    return ("-" if direction[axis] < 0 else "") + "xyz"[axis], float(abs(direction[axis]))


def body_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> np.ndarray | None:
    """(dims,) mean over bodies and frames of the unit vector from the lowest to the topmost named points (the shoulders, of bodies without a head), or None."""
    head = next((layout.body.index(point) for point in _TOP if point in layout.body), None)
    top = both_sides(layout, ("shoulder",)) if head is None else [head]
    bottom = both_sides(layout, _BOTTOM)
    if not top or not bottom:
        return None
    joints, mask = sample(joints, mask)
    used = mask[:, :, top].all(-1) & mask[:, :, bottom].all(-1)
    if not used.any():
        return None
    return unit(joints[:, :, top].mean(2)[used] - joints[:, :, bottom].mean(2)[used]).mean(0)


def legs_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> np.ndarray | None:
    """(dims,) mean direction from the ends of the limbs to the trunk, of a body on all fours, or None for any other.

    A dog's head is before its feet, not above them. By the graph alone, for paws have no name that we know: limbs are
    left/right pairs of ends two bones or more from the trunk. On all fours they all point the same way, across the trunk.
    """
    limbs = _limbs(layout)
    if len({root for _, root in limbs}) < 2:
        return None
    joints, mask = sample(joints, mask)
    used = mask[:, :, [joint for ends, root in limbs for joint in (*ends, root)]].all(-1)
    if not used.any():
        return None
    mean: Callable[..., Any] = lambda vectors: unit(unit(vectors[used]).mean(0))  # noqa: E731
    up = np.array([mean(joints[:, :, root] - joints[:, :, ends].mean(2)) for ends, root in limbs])
    first, *others = dict.fromkeys(root for _, root in limbs)
    trunk = np.array([mean(joints[:, :, root] - joints[:, :, first]) for root in others])
    if (up @ up.T).min() < _ALIKE or np.abs(up @ trunk.T).max() > _ACROSS:
        return None
    return unit(up.mean(0))


def _limbs(layout: SkeletonLayout) -> list[tuple[list[int], int]]:
    """([left end, right end], the joint of the trunk that they hang from) of every limb of two bones or more."""
    near = neighbours(layout.num_joints, layout.bones)
    paired = {joint for pair in layout.pairs for joint in pair}
    limbs = []
    for pair in layout.pairs:
        if any(len(near[end]) != 1 for end in pair):
            continue
        root, seen = pair[0], {pair[0]}
        while root in paired:
            further = [joint for joint in near[root] if joint not in seen]
            if not further:
                break
            root = next((joint for joint in further if joint not in paired), further[0])
            seen.add(root)
        if root not in paired and len(seen) > 2:
            limbs.append((list(pair), root))
    return limbs


def both_sides(layout: SkeletonLayout, names: tuple[str, ...]) -> list[int]:
    """The left and right joint of the first of some points of the body that the layout has on both sides, or none."""
    for name in names:
        both = [f"{side}_{name}" for side in ("left", "right")]
        if all(point in layout.body for point in both):
            return [layout.body.index(point) for point in both]
    return []


def sample(joints: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most `_FRAMES` frames in which somebody is seen, spread over the clip, in float64; and their mask."""
    frames = np.flatnonzero(mask.any((1, 2)))
    if len(frames) > _FRAMES:
        frames = frames[np.linspace(0, len(frames) - 1, _FRAMES).astype(int)]
    return joints[frames].astype(np.float64), mask[frames]


def unit(vectors: np.ndarray) -> np.ndarray:
    """(..., dims) vectors of length 1 in the same directions."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
