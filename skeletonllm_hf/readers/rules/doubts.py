"""Plausibility checks of a clip: each finding is a sentence for `SkeletonSequence.warnings`.

Joint names that were not understood, proportions, left and right, size, frame rate, shares of a picture.
benchmarks/doubts.py measures how often real recordings are doubted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout, layout_names
from ...model.skeleton import UNITS
from ..tables.index_columns import FASTEST, SLOWEST
from .guess import LIMBS, ODD_PROPORTIONS, both_sides, guess_units, is_body, misfit, quantiles, sample, unit
from .named_layouts import missing_parts

_TOO_SMALL, _TOO_LARGE = 1 / 2.2, 1.6  # times an adult's size: smaller than a child of two, larger than anybody
_MANY_TIMES = 20.0  # metres for centimetres or millimetres; small animals reach 17
_FAST = 12.0  # metres a second that no hand or foot keeps up for a quarter of a clip; real recordings reach 7
# Metres a second that hands and feet never exceed, though they travel as many metres; real ones reach 0.5.
_SLOW, _FAR = 0.25, 0.25
# One bone's length over its twin's, or over what the other limbs lead to expect; real recordings reach 1.6.
_UNLIKE = 2.0
_LIMB_POINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_AWAY, _NEAR, _LOOKED_AT = 0.15, 0.2, 2_000  # of a body's size, of the way to the next frame; frames
_FEW = 3  # points of the limbs that may be missing: rigs without hands have no wrists
_ENDS = ("wrist", "ankle", "hand", "foot")
_BENT = 0.25  # sine of the angle by which a limb must be bent for its bend to say something: 15 degrees


def name_doubts(layout: SkeletonLayout) -> list[str]:
    """Which parts of a person a file's joint names do not show; nothing for built-in layouts."""
    if layout.name in layout_names():
        return []
    strange = [name for name, point in zip(layout.joints, layout.body, strict=True) if point is None]
    limbs = [f"{side} {point}" for side in ("left", "right") for point in _LIMB_POINTS]
    lost = [point for point in limbs if point.replace(" ", "_") not in layout.body]
    missing = missing_parts(layout.body) or (lost if _FEW <= len(lost) <= len(strange) else [])
    if not missing:
        return []
    known = layout.num_joints - len(strange)
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
    found += _by_turns(joints, mask)
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


def other_unit(units: str, scale: float | None) -> bool:
    """Whether bodies are many times too large or too small in a file's units, and of a person's size in another usual one."""
    factor = UNITS[units]
    if factor is None or scale is None or 1 / _MANY_TIMES < factor / scale < _MANY_TIMES:
        return False
    return guess_units(scale)[0] != "unknown"


def meant_rate(fps: float) -> float:
    """The rate that an absurd one below 1 stands for: a rate that stood where the time of a frame belongs, or that time in milliseconds.

    In milliseconds where that alone makes a rate in whole numbers (33.333: 30 a second); 0 for other rates.
    """
    if fps >= 1:
        return 0.0
    inverse, of_milliseconds = 1 / fps, 1000 * fps
    whole = [rate >= 1 and abs(rate - round(rate)) < 1e-3 * rate for rate in (inverse, of_milliseconds)]
    return float(round(of_milliseconds)) if whole == [False, True] else inverse


def rate_doubt(fps: float) -> str | None:
    """The sentence for a rate at which nothing is filmed, or None."""
    if SLOWEST <= fps <= FASTEST:
        return None
    return f"{fps:.3g} frames a second is implausible; pass fps=... if that is wrong."


def facing_votes(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> dict[str, np.ndarray]:
    """Cue ("feet", "face", "knees", "elbows") -> (votes,) from -1 (left and right are exchanged) to 1, over frames, people, sides.

    For a body, left x up is forward in right-handed axes. Only 3D data can tell.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.
    """
    points = {point: number for number, point in enumerate(layout.body) if point}
    across = next((s for s in ("hip", "shoulder") if f"left_{s}" in points and f"right_{s}" in points), None)
    trunk = next((p for p in ("neck_base", "neck", "spine_upper", "head") if p in points), None)
    shoulders = both_sides(layout, ("shoulder",))
    if joints.shape[-1] != 3 or across is None or (trunk is None and (across == "shoulder" or not shoulders)):
        return {}
    joints, mask = sample(joints, mask)
    if trunk is None:  # as COCO's: their middle
        trunk, points = "neck", points | {"neck": joints.shape[2]}
        joints = np.concatenate([joints, joints[:, :, shoulders].mean(2, keepdims=True)], 2)
        mask = np.concatenate([mask, mask[:, :, shoulders].all(2, keepdims=True)], 2)
    at: Callable[..., Any] = lambda point: joints[:, :, points[point]]  # noqa: E731
    seen: Callable[..., Any] = lambda *names: np.logical_and.reduce([mask[:, :, points[name]] for name in names])  # noqa: E731
    left = at(f"left_{across}") - at(f"right_{across}")
    up = at(trunk) - (at(f"left_{across}") + at(f"right_{across}")) / 2
    forward = unit(np.cross(left, up))
    base = seen(f"left_{across}", f"right_{across}", trunk)
    votes: dict[str, list[np.ndarray]] = {}
    for cue, front, back in _forward_pairs(points):
        used = base & seen(front, back)
        votes.setdefault(cue, []).append((forward[used] * unit(at(front)[used] - at(back)[used])).sum(-1))
    for side in ("left", "right"):
        for cue, sign, chain in (
            ("knees", 1.0, ("hip", "knee", "ankle")),
            ("elbows", -1.0, ("shoulder", "elbow", "wrist")),
        ):
            names = [f"{side}_{point}" for point in chain]
            if all(name in points for name in names):
                used = base & seen(*names)
                votes.setdefault(cue, []).append(
                    sign * _bends(at(names[0])[used], at(names[1])[used], at(names[2])[used], forward[used])
                )
    return {cue: np.concatenate(parts) for cue, parts in votes.items() if sum(map(len, parts))}


def _bends(upper: np.ndarray, middle: np.ndarray, lower: np.ndarray, forward: np.ndarray) -> np.ndarray:
    """Forward share (n,) of the way in which limbs are bent, 0 for those that are nearly straight."""
    chord = unit(lower - upper)
    out = middle - upper
    square = out - (out * chord).sum(-1, keepdims=True) * chord
    sine = np.linalg.norm(square, axis=-1) / np.maximum(np.linalg.norm(out, axis=-1), 1e-12)
    return np.where(sine > _BENT, (unit(square) * forward).sum(-1), 0.0)


def mirrored(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> bool:
    """Whether left and right look exchanged: toes, noses, knees and elbows point to the wrong side of (left, up)."""
    votes = facing_votes(joints, mask, layout)
    sure = np.concatenate([votes[cue] for cue in ("feet", "face") if cue in votes] or [np.zeros(0)])
    if len(sure):
        return bool(sure.mean() < -0.2 and (sure < 0).mean() > 0.75)
    knees, elbows = (votes.get(cue, np.zeros(0)) for cue in ("knees", "elbows"))
    knees, elbows = knees[knees != 0], elbows[elbows != 0]
    return bool(len(knees) >= 10 and knees.mean() < -0.6 and len(elbows) >= 10 and elbows.mean() < -0.3)


def _forward_pairs(points: dict[str, int]) -> list[tuple[str, str, str]]:
    """(cue, the point in front, the point behind)"""
    pairs = []
    for side in ("left", "right"):
        front = next((f"{side}_{p}" for p in ("toe", "foot") if f"{side}_{p}" in points), None)
        back = next((f"{side}_{p}" for p in ("heel", "ankle") if f"{side}_{p}" in points), None)
        if front and back:
            pairs.append(("feet", front, back))
        if f"{side}_ear" in points and "nose" in points:
            pairs.append(("face", "nose", f"{side}_ear"))
    return pairs


def _swapped(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> list[str]:
    """Shoulders whose left is the hips' right; limbs of which one bone is much longer than its twin."""
    row = {point: joint for joint, point in enumerate(layout.body) if point}
    joints, mask = sample(joints, mask)
    hips, shoulders = both_sides(layout, ("hip",)), both_sides(layout, ("shoulder",))
    found = []
    if hips and shoulders and (seen := mask[:, :, hips + shoulders].all(-1)).any():
        across = [unit((joints[:, :, left] - joints[:, :, right])[seen]) for left, right in (hips, shoulders)]
        if ((across[0] * across[1]).sum(-1) < -0.3).mean() > 0.8:
            found = ["The left shoulder is on the side of the right hip: arms or legs have their sides exchanged."]
    return found + (_limb_lengths(joints, mask, layout, row) if joints.shape[-1] == 3 else [])


def _limb_lengths(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, row: dict[str, int]) -> list[str]:
    """Upper arms, forearms, thighs and shins that are much longer or shorter than their twins or than the others lead to expect."""
    lengths: dict[tuple[str, str], float] = {}
    ratios: dict[tuple[str, str], float] = {}
    for side in ("left", "right"):
        for a, b in LIMBS:
            ends = row.get(f"{side}_{a}"), row.get(f"{side}_{b}")
            if None in ends:
                continue
            both = mask[:, :, ends[0]] & mask[:, :, ends[1]]
            target = float(np.linalg.norm(layout.rest_joints[ends[0]] - layout.rest_joints[ends[1]]))
            if both.any() and target > 0:
                length = float(np.median(np.linalg.norm(joints[:, :, ends[0]] - joints[:, :, ends[1]], axis=-1)[both]))
                lengths[side, f"{a} to the {b}"] = length
                ratios[side, f"{a} to the {b}"] = length / target
    middle = float(np.median(list(ratios.values()))) if len(ratios) >= 4 else 0.0
    for (side, bone), length in lengths.items():
        twin = lengths.get(("right" if side == "left" else "left", bone), length)
        if length > _UNLIKE * twin > 0:
            times = f"{length / twin:.2g} times as far as on the other side"
            return [f"From the {side} {bone} it is {times}: are both what their names say?"]
        if middle > 0 and not 1 / _UNLIKE < (share := ratios[side, bone] / middle) < _UNLIKE:
            return [f"From the {side} {bone} it is {share:.2g} times as far as in a body of that size."]
    return []


def _by_turns(joints: np.ndarray, mask: np.ndarray) -> list[str]:
    """People whose rows follow each other in one track: every second, third or fourth frame stands where the one before it stood."""
    places, seen = joints[:_LOOKED_AT, 0].astype(np.float64), mask[:_LOOKED_AT, 0]
    whole = seen.sum(1) >= 5
    places, seen = places[whole], seen[whole]
    if len(places) < 12:
        return []
    middle = np.where(seen[..., None], places, 0).sum(1) / seen.sum(1)[:, None]
    high, low = (np.where(seen[..., None], places, end).transpose(1, 0, 2) for end in (-np.inf, np.inf))
    size = float(np.median((high.max(0) - low.min(0)).max(-1)))
    steps = [float(np.median(np.linalg.norm(middle[k:] - middle[:-k], axis=-1))) for k in range(1, 5)]
    if steps[0] < _AWAY * size:
        return []
    people = next((k for k in (2, 3, 4) if steps[k - 1] < _NEAR * steps[0]), 0)
    what = f"The body stands in {people} places by turns: are rows of {people} people taken for frames of one?"
    return [
        f"{what} Say whose each row is, in a column such as person, or give (frames, people, joints, dims)."
    ] * bool(people)


def _speed(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, fps: float, scale: float | None) -> list[str]:
    """Hands and feet faster than any, or so slow over so long a way that time must be stretched."""
    rows = [joint for joint, point in enumerate(layout.body) if point and point.split("_", 1)[-1] in _ENDS]
    if not rows or scale is None or len(joints) < 10 or joints.shape[-1] != 3:
        return []
    places, seen = joints[:, :, rows].astype(np.float64), mask[:, :, rows]
    both = seen[1:] & seen[:-1]
    often = (both.sum(0) >= 10).reshape(-1)
    if not often.any():
        return []
    gaps = np.diff(places, axis=0)
    steps = (np.sqrt(np.einsum("fpjd,fpjd->fpj", gaps, gaps)) * (scale * fps)).reshape(len(gaps), -1)[:, often]
    both = both.reshape(len(gaps), -1)[:, often]
    fast = float(quantiles(steps, both, 0.75).max())
    most = float(quantiles(steps.reshape(-1, 1), both.reshape(-1, 1), 0.99)[0])
    if fast > _FAST:
        return [f"Hands or feet move at {fast:.0f} m/s: is it {fps:g} frames a second? Pass fps=... if not."]
    if most >= _SLOW:
        return []
    high = np.where(seen[..., None], places, -np.inf).max(0)
    low = np.where(seen[..., None], places, np.inf).min(0)
    if (high - low).max() * scale <= _FAR:
        return []
    return [
        f"Hands and feet never move faster than {most:.2f} m/s: is it {fps:g} frames a second? Pass fps=... if not."
    ]


def _shares(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> list[str]:
    """x and y as shares of a picture: all within 0 and 1, about its middle."""
    if not is_body(layout):
        return []
    joints, mask = sample(joints, mask)
    places = joints[..., :2][mask]
    if len(places) < 8 or places.max() > 2:
        return []
    low, high = np.quantile(places, (0.01, 0.99), axis=0)
    inside = (low >= -0.02).all() and (high <= 1.05).all()
    if not inside or (high - low).max() < 0.1 or (np.median(places, axis=0) < 0.1).any():
        return []
    return [
        "x and y look like shares of a picture (0 to 1) whose proportions are unknown: taken as square. A 16:9 picture makes bodies "
        "too slim: pass picture=(width, height)."
    ]
