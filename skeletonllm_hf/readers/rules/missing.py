"""Joints that were not seen though a file has numbers for them, and depths that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...model.layouts import SkeletonLayout
from ..reader import RawClip, seen_joints

_ENDS = ("elbow", "wrist", "hand", "hand_tip", "thumb", "knee", "ankle", "foot", "toe", "heel", "eye", "ear")
_FILLERS = (-1, -99, -100, 999, -999, -1000, 9999, -9999, 99999, -99999)
_FRACTIONS = np.array([99.99, 999.99, 9999.99, 99999.99])  # either sign
# what is farther, and that many times as far as other joints, fills a hole as well (65535, the largest float)
_FAR, _TIMES = 10_000, 50
_SAMPLE = 5000  # numbers whose median is taken
_AGAIN = 3  # joints with one number in place of every coordinate
# metres from a depth camera to joints, which are as few beside a body's height in pixels
_NEAR, _AWAY, _FLAT = 0.2, 20.0, 0.1


def sometimes_zero(zero: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Joints at the origin in a part of the frames, so not seen there; a root is there always, or once at the start."""
    share = zero.sum(0) / np.maximum(mask.any(2).sum(0), 1)[:, None]
    lost = zero & (share < 0.9)
    return lost if lost.sum() > 1 else np.zeros_like(lost)


def without_limbs_at_zero(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, notes: list[str]) -> np.ndarray:
    """The mask without hands, feet and the like that are at exactly 0 in every frame: no clip is centred on them."""
    rows = [j for j, point in enumerate(layout.body) if point and point.endswith(_ENDS)]
    rows = [j for j in rows if mask[:, :, j].any() and not joints[:, :, j][mask[:, :, j]].any()]
    if rows:
        notes.append(f"At exactly 0 in every frame, so not seen: {', '.join(layout.joints[j] for j in rows[:6])}.")
        mask = mask.copy()
        mask[:, :, rows] = False
    return mask


def fillers(joints: np.ndarray) -> np.ndarray:
    """(frames, people, joints) bool: all coordinates are one number that programs write for joints that were not seen."""
    first = joints[..., 0]
    same = np.logical_and.reduce([first == joints[..., axis] for axis in range(1, joints.shape[-1])])
    if same.any():
        values = np.abs(first[same])
        known = np.isin(first[same], _FILLERS) | ((first[same] == 1) & (joints.shape[-1] == 2) & (not same.all()))
        known |= np.isin(np.round(values, 2), _FRACTIONS)
        _, which, count = np.unique(values, return_inverse=True, return_counts=True)
        least = np.where(count[which] >= _AGAIN, 0, _FAR)  # one number that comes again is no place
        others = np.abs(joints[~same & np.isfinite(joints).all(-1)][::97].astype(np.float64))
        same[same] = known | (values > np.maximum(least, _TIMES * float(np.median(others)))) if others.size else known
    same |= _one_axis(joints)
    return same if same.sum() > 1 else np.zeros_like(same)


def _one_axis(joints: np.ndarray) -> np.ndarray:
    """(frames, people, joints) bool: one coordinate is such a number, again and again, and lies far beyond all others."""
    found = np.zeros(joints.shape[:-1], bool)
    some = np.abs(joints.reshape(-1)[:: joints.size // _SAMPLE + 1])
    some = some[np.isfinite(some)]
    far = _TIMES * float(np.median(some)) if some.size else 0.0
    for value in (value for value in _FILLERS if abs(value) > max(far, 1)):
        holes = (joints == value).any(-1)
        found |= holes if holes.sum() >= _AGAIN else False
    return found


def without_empty_depth(raw: RawClip) -> RawClip:
    """The clip in two dimensions where the third is 0 in every joint, as trackers of pictures fill it up, or metres beside pixels. Else as it is."""
    joints = np.asarray(raw.joints)
    if raw.verbatim or joints.shape[-1] != 3 or raw.rotations is not None or raw.up not in (None, "y", "-y"):
        return raw
    finite, some = seen_joints(joints)
    finite &= some
    depth = joints[..., 2][finite]
    if depth.any():
        near, far = depth.min(), depth.max()
        tall = _height(joints, finite) if raw.units is None and _NEAR < near <= far < _AWAY else 0.0
        if not 0 < far < _FLAT * tall:
            return raw
        note = f"The third coordinate is {near:.3g} to {far:.3g} where bodies are {tall:.3g} tall: metres beside pixels, left out."
        raw = replace(raw, notes=(*raw.notes, note))
    elif not depth.size:
        return raw
    return replace(raw, joints=joints[..., :2], view=None, rest=None, zero_is_missing=True)


def _height(joints: np.ndarray, seen: np.ndarray) -> float:
    """The median extent in a picture of some 50 bodies of whom five joints are seen; 0 without any."""
    frames, people = np.nonzero(seen.sum(-1) >= 5)
    step = len(frames) // 50 + 1
    bodies = (joints[t, p][seen[t, p]] for t, p in zip(frames[::step], people[::step], strict=True))
    return float(np.median([np.ptp(body[:, :2], 0).max() for body in bodies] or [0]))
