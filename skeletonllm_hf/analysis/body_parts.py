"""Parts of the body: the part of each joint of a layout, and the trunk's joints that each limb hangs from."""

from __future__ import annotations

import functools

import numpy as np

from ..model.body import BODY_POINTS
from ..model.joint_names import split_side
from ..model.layouts import SkeletonLayout

TRUNK = "trunk"
PARTS = ("head", TRUNK, "left arm", "right arm", "left leg", "right leg")
ARMS = ("left arm", "right arm")
LEGS = ("left leg", "right leg")

# Shoulders and hips belong to the trunk: they go where it goes, and arms and legs hang from them.
_OF_HEAD = ("head", "head_top", "nose", "jaw", "eye", "eye_inner", "eye_outer", "ear", "mouth")
_OF_ARM = ("elbow", "wrist", "hand", "hand_tip", "thumb", "index_finger", "pinky")
_OF_LEG = ("knee", "ankle", "heel", "foot", "toe")
_AS_NEAR = 1.05  # times the smallest distance: the left and right of a pair are equally near


@functools.lru_cache(maxsize=64)
def body_parts(layout: SkeletonLayout) -> tuple[str, ...]:
    """One of `PARTS` for each joint; a joint that stands for no body point goes with the point nearest in the T-pose."""
    names, places = list(BODY_POINTS), np.array(list(BODY_POINTS.values()))
    parts = []
    for point, place in zip(layout.body, layout.rest_joints, strict=True):
        if point is None:
            point = names[int(np.linalg.norm(places - place, axis=1).argmin())]
        parts.append(_part_of(point))
    return tuple(parts)


@functools.lru_cache(maxsize=64)
def joints_of(layout: SkeletonLayout) -> dict[str, tuple[int, ...]]:
    """Joint numbers of each part that the layout has, in the order of `PARTS`."""
    parts = body_parts(layout)
    found = {name: tuple(joint for joint, part in enumerate(parts) if part == name) for name in PARTS}
    return {name: joints for name, joints in found.items() if joints}


@functools.lru_cache(maxsize=64)
def carriers(layout: SkeletonLayout) -> dict[str, tuple[int, ...]]:
    """The trunk's joints from which each limb hangs: those that a bone joins to it, else the nearest in the T-pose."""
    joints, rest = joints_of(layout), layout.rest_joints
    trunk = joints.get(TRUNK, ())
    found = {}
    for part, own in joints.items():
        if part == TRUNK or not trunk:
            continue
        ends = {a if b in own else b for a, b in layout.bones if (a in own) != (b in own)} & set(trunk)
        if not ends:
            gaps = np.linalg.norm(rest[list(trunk), None] - rest[None, list(own)], axis=-1).min(1)
            ends = {joint for joint, gap in zip(trunk, gaps, strict=True) if gap <= _AS_NEAR * gaps.min()}
        found[part] = tuple(sorted(ends))
    return found


def _part_of(point: str) -> str:
    side, name = split_side(point)
    if name in _OF_HEAD:
        return "head"
    if name in _OF_ARM:
        return f"{side} arm"
    if name in _OF_LEG:
        return f"{side} leg"
    return TRUNK
