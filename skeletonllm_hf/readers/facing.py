"""Checks of left and right by the direction a body faces: toes and noses point forward, knees bend forward, elbows backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout
from .guess import sample, unit

_BENT = 0.25  # sine of the angle by which a limb must be bent for its bend to say something: 15 degrees


def facing_votes(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> dict[str, np.ndarray]:
    """Cue ("feet", "face", "knees", "elbows") -> (votes,) from -1 (left and right are exchanged) to 1, over frames, people, sides.

    For a body, left x up is forward in right-handed axes. Only 3D data can tell.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.
    """
    points = {point: number for number, point in enumerate(layout.body) if point}
    across = next((s for s in ("hip", "shoulder") if f"left_{s}" in points and f"right_{s}" in points), None)
    trunk = next((p for p in ("neck_base", "neck", "spine_upper", "head") if p in points), None)
    if joints.shape[-1] != 3 or across is None or trunk is None:
        return {}
    joints, mask = sample(joints, mask)
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
