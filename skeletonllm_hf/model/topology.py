"""Places on the canonical body for joints without a body point, from the graph of bones."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from .body import BODY_POINTS
from .layouts import neighbours as neighbours

_STEP = 0.12  # metres between neighbours of a chain that hangs from the known body (a tail, a tool)

# Limbs that the branches of an unknown tree are laid along, in this order: (from, to) body points.
_LIMBS = (
    (("neck_base", "head_top"),),
    (("neck_base", "left_shoulder", "left_elbow", "left_hand_tip"), ("neck_base", "right_shoulder", "right_elbow", "right_hand_tip")),
    (("pelvis", "left_hip", "left_knee", "left_toe"), ("pelvis", "right_hip", "right_knee", "right_toe")),
)  # fmt: skip


def hops(starts: Sequence[int], near: list[list[int]]) -> np.ndarray:
    """(joints,) bones between each joint and the nearest start; -1 where no path leads there."""
    distance = [-1] * len(near)
    for start in starts:
        distance[start] = 0
    queue = deque(starts)
    while queue:
        joint = queue.popleft()
        for other in near[joint]:
            if distance[other] < 0:
                distance[other] = distance[joint] + 1
                queue.append(other)
    return np.array(distance)


def place_on_body(
    known: np.ndarray, bones: Sequence[tuple[int, int]], pairs: Sequence[tuple[int, int]] = ()
) -> np.ndarray:
    """Fills in the places of joints that have no body point.

    Args:
        known: (joints, 3), metres on the canonical body; NaN rows are to be found.
        bones: pairs of joint numbers.
        pairs: (left, right) joint numbers: decide which unnamed branch lies on which side.

    Joints between known ones are spread evenly along the bones (the harmonic solution on the
    graph), chains that hang from a known joint continue outwards and to their side, and a skeleton with no known
    joint is laid along the limbs by its graph: its centre on the trunk, its branches, longest
    last, as head, arms and legs.
    """
    places = np.array(known, dtype=np.float64)
    missing = np.any(np.isnan(places), 1)
    if not missing.any():
        return places
    near = neighbours(len(places), bones)
    if missing.all():
        return _lay_along_limbs(near, pairs)
    distance = hops(np.flatnonzero(~missing).tolist(), near)
    spread_between(places, missing, near)
    centre = places[~missing].mean(0)
    # X is the body's left
    side = {joint: sign for pair in pairs for sign, joint in zip((1.0, -1.0), pair, strict=True)}
    for joint in sorted(np.flatnonzero(np.isnan(places).any(1)).tolist(), key=lambda j: distance[j]):
        if distance[joint] < 0:  # a part that no bone joins to the body
            places[joint] = centre
            continue
        anchor = next(j for j in near[joint] if distance[j] == distance[joint] - 1)
        outward = places[anchor] - centre
        outward[2] -= 1e-3  # straight backwards where the anchor is the centre itself
        outward /= np.linalg.norm(outward)
        outward[0] += side.get(joint, 0.0)
        places[joint] = places[anchor] + _STEP * outward / max(np.linalg.norm(outward), 1e-3)
    return places


def spread_between(places: np.ndarray, missing: np.ndarray, near: list[list[int]]) -> None:
    """Harmonic places (joints, any), in place, for missing joints that lie on a path between known joints."""
    inner = missing.copy()
    while True:  # strip chains that only hang: an inner joint has two ways to go
        hanging = [j for j in np.flatnonzero(inner).tolist() if sum(inner[n] or not missing[n] for n in near[j]) < 2]
        if not hanging:
            break
        for joint in hanging:  # and what hangs by it, without another look at all the others
            while inner[joint]:
                inner[joint] = False
                joint = next(
                    (n for n in near[joint] if inner[n] and sum(inner[m] or not missing[m] for m in near[n]) < 2), joint
                )
    rows = np.flatnonzero(inner).tolist()
    if not rows:
        return
    number = {joint: row for row, joint in enumerate(rows)}
    matrix, right = np.zeros((len(rows), len(rows))), np.zeros((len(rows), places.shape[1]))
    for row, joint in enumerate(rows):
        for other in near[joint]:
            if other in number:
                matrix[row, row] += 1
                matrix[row, number[other]] -= 1
            elif not missing[other]:
                matrix[row, row] += 1
                right[row] += places[other]
    places[rows] = np.linalg.lstsq(matrix, right, rcond=None)[0]  # least squares: a ring of unknowns is singular


def _lay_along_limbs(near: list[list[int]], pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    places = np.full((len(near), 3), np.nan)
    trunk = np.array([BODY_POINTS["pelvis"], BODY_POINTS["neck_base"]])
    paths = [hops([j], near) for j in range(len(near))]
    reach, size = np.array([path.max() for path in paths]), np.array([(path >= 0).sum() for path in paths])
    largest = np.flatnonzero(size == size.max())
    centre = int(largest[np.argmin(reach[largest])])
    from_centre = hops([centre], near)
    places[centre] = trunk.mean(0)
    side = {joint: which for pair in pairs for which, joint in enumerate(pair)}
    branches = sorted(_branches(centre, near), key=len)
    limbs = [limb for group in (_LIMBS if len(branches) % 2 else _LIMBS[1:]) for limb in group]
    used = 0
    laid: dict[int, tuple[Any, ...]] = {}  # branches that two neighbours share are laid once, along the last one's limb
    for branch in branches:
        is_right = next((side[j] for j in branch if j in side), None)
        limb = limbs[used % len(limbs)]
        if is_right is not None and len(limb) > 2:
            twin = limb[1].replace("left", "right") if is_right else limb[1].replace("right", "left")
            limb = next(other for other in limbs if other[1] == twin)
        used += 1
        laid[id(branch)] = (branch, limb)
    for branch, limb in laid.values():
        path = np.array([BODY_POINTS[point] for point in limb])
        lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        longest = from_centre[branch].max()
        for joint in branch:
            along = lengths[-1] * from_centre[joint] / longest
            places[joint] = [np.interp(along, lengths, path[:, axis]) for axis in range(3)]
    places[np.isnan(places).any(1)] = trunk.mean(0)  # parts that no bone joins to the centre
    return places


def _branches(centre: int, near: list[list[int]]) -> list[list[int]]:
    """What hangs from each neighbour of the centre; where two neighbours are joined elsewhere, too, both have all of it."""
    whole: dict[int, list[int]] = {}
    for start in near[centre]:
        if start not in whole:
            branch = _branch(start, centre, near)
            whole |= dict.fromkeys(branch, branch)
    return [whole[start] for start in near[centre]]


def _branch(start: int, centre: int, near: list[list[int]]) -> list[int]:
    seen, queue = {centre, start}, deque([start])
    joints = []
    while queue:
        joint = queue.popleft()
        joints.append(joint)
        for other in near[joint]:
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return joints
