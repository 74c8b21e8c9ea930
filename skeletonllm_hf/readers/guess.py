"""What a file does not say: units and the up axis, guessed from the body; and checks of what it does say."""

from __future__ import annotations

import numpy as np

from ..model.body import BODY_HEIGHT
from ..model.layouts import SkeletonLayout
from ..model.topology import neighbours

# A unit is believed when it makes the body's bones between 1/1.4 and 1.4 times an adult's 1.70 m body (children included).
_BELIEVED = 1.4
# no feet or decimetres: a body 4 to 20 units tall is normalised more often than measured in those
_METRES = {"metres": 1.0, "centimetres": 0.01, "millimetres": 0.001, "inches": 0.0254}
ODD_PROPORTIONS = 0.7  # `misfit` from which a warning is due
_UNSTEADY = 0.3  # bones whose lengths vary by more than this, in the middle, are no bones
_FITS, _FITS_ALONE = 0.5, 0.35  # `misfit` of a layout that is taken, among several bodies; as the only body
_LIMB_BONE = 0.2  # metres on the canonical body: upper arm, forearm, thigh, shin
_ALIKE, _ACROSS = 0.7, 0.5  # cosines: legs of one body on all fours; legs and trunk
_FRAMES = 64  # looked at, spread over the clip
_TOP = ("head_top", "head", "nose", "neck", "neck_base")
_BOTTOM = ("ankle", "foot", "toe", "heel", "knee", "hip")


def metres_per_unit(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> float | None:
    """Metres per unit that give the clip's bones an adult's lengths, or None where the body says nothing.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.
    """
    if sum(point is not None for point in layout.body) < max(4, layout.num_joints // 4):
        return None  # not a human body as far as we know
    joints, mask = _sample(joints, mask)
    rest = layout.rest_joints
    ratios = []
    for a, b in layout.bones:
        both = mask[:, :, a] & mask[:, :, b]
        if both.any() and layout.body[a] and layout.body[b]:
            length = np.median(np.linalg.norm(joints[:, :, a][both] - joints[:, :, b][both], axis=-1))
            target = np.linalg.norm(rest[a] - rest[b])
            if length > 0 and target > 0:
                ratios.append((target, target / length))
    # limbs are alike in all layouts; short bones are cut up differently in each
    limbs = [ratio for target, ratio in ratios if target > _LIMB_BONE] or [ratio for _, ratio in ratios]
    return float(np.median(limbs)) if limbs else None


def misfit(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> float:
    """How far the clip's bone lengths are from the layout's T-pose, whatever the size: spread of their logarithms.

    About 0.05 for a T-pose, 0.15 to 0.35 for sensors, above 0.6 where joints are not what the layout says; 0 where the layout is
    no human body or too little is seen.
    """
    return _proportions(joints, mask, layout)[0]


def layout_by_proportions(joints: np.ndarray, mask: np.ndarray, layouts: list[SkeletonLayout]) -> SkeletonLayout | None:
    """The one of several layouts whose bones the clip's fit and keep their length, or None where none or more than one does.

    Layouts that are no human body (a hand) cannot be measured: beside them a body has to fit closely.
    """
    measured = [(*_proportions(joints, mask, layout), number) for number, layout in enumerate(layouts)]
    ranked = sorted(figures for figures in measured if figures[0] > 0)
    if len(layouts) < 2 or not ranked or ranked[0][0] >= (_FITS if len(ranked) > 1 else _FITS_ALONE):
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
    if sum(point is not None for point in layout.body) < max(4, layout.num_joints // 4):
        return 0.0, 0.0
    joints, mask = _sample(joints, mask)
    rest = layout.rest_joints
    ratios, variations = [], []
    for a, b in layout.bones:
        target = np.linalg.norm(rest[a] - rest[b])
        both = mask[:, :, a] & mask[:, :, b]
        if target > 0.05 and both.any() and layout.body[a] and layout.body[b]:
            lengths = np.linalg.norm(joints[:, :, a][both] - joints[:, :, b][both], axis=-1)
            length = np.quantile(lengths, 0.7)  # in pictures bones look short, never long
            if 0 < length < np.inf:
                ratios.append(np.log(length / target))
                variations.append(lengths.std() / lengths.mean())
    return (float(np.std(ratios)), float(np.median(variations))) if len(ratios) >= 5 else (0.0, 0.0)


def guess_units(scale: float | None) -> tuple[str, str]:
    """(unit, reason) for metres per unit as `metres_per_unit` found them; `"unknown"` is scaled to a body's size."""
    if scale is None:
        return "unknown", "no bone of known length was seen"
    unit = min(_METRES, key=lambda name: abs(np.log(_METRES[name] / scale)))
    height = BODY_HEIGHT * _METRES[unit] / scale
    if max(height / BODY_HEIGHT, BODY_HEIGHT / height) <= _BELIEVED:
        return unit, f"bones fit a body of {height:.2f} m in {unit}"
    return "unknown", f"an adult body would need {scale:.3g} metres a unit, which is no usual unit"


def guess_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> tuple[str, str]:
    """(axis, reason) from the direction feet -> head, which most clips hold upright most of the time, or from four legs."""
    direction, reason = legs_up(joints, mask, layout), "four legs stand under a level trunk"
    if direction is None:
        direction, reason = body_up(joints, mask, layout), "from feet to head, on average"
    if direction is None:
        return "y", "no head or feet were seen"
    axis = int(np.abs(direction).argmax())
    if abs(direction[axis]) < 0.6:
        return "y", "bodies do not stand along any axis"
    return ("-" if direction[axis] < 0 else "") + "xyz"[axis], reason


def body_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> np.ndarray | None:
    """(dims,) mean over bodies and frames of the unit vector from the lowest to the topmost named points, or None."""
    top = next((layout.body.index(point) for point in _TOP if point in layout.body), None)
    bottom = _both_sides(layout, _BOTTOM)
    if top is None or not bottom:
        return None
    joints, mask = _sample(joints, mask)
    used = mask[:, :, top] & mask[:, :, bottom].all(-1)
    if not used.any():
        return None
    return _unit(joints[:, :, top][used] - joints[:, :, bottom].mean(2)[used]).mean(0)


def legs_up(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> np.ndarray | None:
    """(dims,) mean direction from the ends of the limbs to the trunk, of a body on all fours, or None for any other.

    A dog's head is before its feet, not above them. By the graph alone, for paws have no name that we know: limbs are
    left/right pairs of ends two bones or more from the trunk. On all fours they all point the same way, across the trunk.
    """
    limbs = _limbs(layout)
    if len({root for _, root in limbs}) < 2:
        return None
    joints, mask = _sample(joints, mask)
    used = mask[:, :, [joint for ends, root in limbs for joint in (*ends, root)]].all(-1)
    if not used.any():
        return None
    mean = lambda vectors: _unit(_unit(vectors[used]).mean(0))  # noqa: E731
    up = np.array([mean(joints[:, :, root] - joints[:, :, ends].mean(2)) for ends, root in limbs])
    first, *others = dict.fromkeys(root for _, root in limbs)
    trunk = np.array([mean(joints[:, :, root] - joints[:, :, first]) for root in others])
    if (up @ up.T).min() < _ALIKE or np.abs(up @ trunk.T).max() > _ACROSS:
        return None
    return _unit(up.mean(0))


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


def mirrored(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> bool:
    """Whether left and right look exchanged: toes, noses and knees point to the wrong side of (left, up).

    For a body, left x (up x forward) is positive in right-handed axes. Only 3D data can tell.
    """
    points = {point: number for number, point in enumerate(layout.body) if point}
    across = next((s for s in ("hip", "shoulder") if f"left_{s}" in points and f"right_{s}" in points), None)
    trunk = next((p for p in ("neck_base", "neck", "spine_upper", "head") if p in points), None)
    if joints.shape[-1] != 3 or across is None or trunk is None:
        return False
    joints, mask = _sample(joints, mask)
    at = lambda point: joints[:, :, points[point]]  # noqa: E731
    hips = [points[f"{side}_{across}"] for side in ("left", "right")]
    base = mask[:, :, hips].all(-1) & mask[:, :, points[trunk]]
    left = at(f"left_{across}") - at(f"right_{across}")
    up = at(trunk) - (at(f"left_{across}") + at(f"right_{across}")) / 2
    side = np.cross(up, left)  # points backwards for a right body: up x left = -(left x up) = -forward
    votes = []
    for front, back in _forward_pairs(points):
        used = base & mask[:, :, points[front]] & mask[:, :, points[back]]
        if used.any():
            votes.append(-(_unit(side[used]) * _unit(at(front)[used] - at(back)[used])).sum(-1))
    if not votes:
        return False
    votes = np.concatenate(votes)
    return bool(votes.mean() < -0.2 and (votes < 0).mean() > 0.75)


def _forward_pairs(points: dict[str, int]) -> list[tuple[str, str]]:
    pairs = []
    for side in ("left", "right"):
        front = next((f"{side}_{p}" for p in ("toe", "foot") if f"{side}_{p}" in points), None)
        back = next((f"{side}_{p}" for p in ("heel", "ankle") if f"{side}_{p}" in points), None)
        if front and back:
            pairs.append((front, back))
        if f"{side}_ear" in points and "nose" in points:
            pairs.append(("nose", f"{side}_ear"))
    return pairs


def _both_sides(layout: SkeletonLayout, names: tuple[str, ...]) -> list[int]:
    for name in names:
        both = [f"{side}_{name}" for side in ("left", "right")]
        if all(point in layout.body for point in both):
            return [layout.body.index(point) for point in both]
    return []


def _sample(joints: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    frames = np.flatnonzero(mask.any((1, 2)))
    if len(frames) > _FRAMES:
        frames = frames[np.linspace(0, len(frames) - 1, _FRAMES).astype(int)]
    return joints[frames].astype(np.float64), mask[frames]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
