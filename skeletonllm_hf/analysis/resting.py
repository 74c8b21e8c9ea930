"""Counterfactual clips in which some parts of the body are at rest.

A body at rest stands upright with hanging arms and looks ahead. A limb at rest hangs from the trunk so, wherever the trunk
goes. A trunk at rest neither goes, turns, leans nor bends; limbs that are not at rest move on it as before. With every part
at rest one pose is left. Bones keep their lengths, masked joints stay masked.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..model.skeleton import SkeletonSequence, axis_vector
from .body_parts import ARMS, LEGS, TRUNK, carriers, joints_of

_FEW = 2  # trunk joints: with fewer in sight the rotation is unknown, and the last known one is kept
_STIFF = 1e-3  # weight of no rotation: decides only what the visible joints leave open, such as joints on a line
_HANG = np.radians(82)  # from the T-pose's arms to hanging ones: hands beside the thighs, not in them
_LENGTH = 0.9  # quantile of a bone's lengths: in 2-D a bone that points at the camera looks short
_STEEP = 0.3  # length of a level axis on the ground below which it does not tell where the body faces


class Person:
    """One person of a clip: the trunk's rigid motion, and the limbs relative to it.

    Args:
        clip: the clip; everything is in its own axes and units.
        person: which one.
    """

    def __init__(self, clip: SkeletonSequence, person: int):
        self.clip = clip
        self.joints = clip.joints[:, person].astype(np.float64)  # (frames, joints, dims)
        self.mask = clip.mask[:, person]
        self.parts = {part: np.array(own) for part, own in joints_of(clip.layout).items()}
        self.roots = {part: list(ends) for part, ends in carriers(clip.layout).items()}
        self.trunk = self.parts.get(TRUNK, np.arange(0))
        dims = self.joints.shape[-1]
        self.up = axis_vector(clip.up).astype(np.float64)[:dims]
        rest = clip.layout.rest_joints[:, :dims].astype(np.float64)
        self.turns, self.shifts = _rigid_motion(self.joints[:, self.trunk], self.mask[:, self.trunk])
        on_trunk = np.einsum("tba,tjb->tja", self.turns, self.joints[:, self.trunk] - self.shifts[:, None])
        self.shape = _middle(on_trunk, self.mask[:, self.trunk])  # (trunk joints, dims)
        seen = np.any(self.mask[:, self.trunk], 0)
        self.size = _size(self.shape, rest[self.trunk], seen)
        # columns: the body's left, up and forward, in the trunk's reference frame; in 2-D it may be seen from behind
        self.axes = _kabsch(_spread(self.shape, rest[self.trunk], seen), mirrored=dims == 2)
        self.levels = _level(self.turns @ self.axes, self.up)  # (frames, dims, dims): the same for a body upright

    def at_rest(self, parts: Collection[str]) -> np.ndarray:
        """(frames, joints, dims) joints with these parts at rest."""
        joints, turns, levels, shifts = self.joints.copy(), self.turns, self.levels, self.shifts
        if TRUNK in parts and len(self.trunk):
            levels = np.broadcast_to(_level(self.axes[None], self.up), levels.shape)
            turns = levels @ self.axes.T
            middle = self.shape.mean(0)
            path = np.median(np.einsum("tab,b->ta", self.turns, middle) + self.shifts, axis=0)
            shifts = np.broadcast_to(path - turns[0] @ middle, shifts.shape)
            joints[:, self.trunk] = self.shape @ turns[0].T + shifts[0]
        for part, own in self.parts.items():
            if part == TRUNK or not {part, TRUNK} & set(parts):
                continue
            # Legs hang from a pelvis that leans and turns; a bow does not lift them, so they follow turns only.
            before, after = (self.levels, levels) if part in LEGS else (self.turns @ self.axes, turns @ self.axes)
            root = self._root(part, self.joints, self.turns, self.shifts)
            local = np.einsum("tba,tjb->tja", before, self.joints[:, own] - root[:, None])
            if part in parts:
                local = np.broadcast_to(self._pose(part, own, local), local.shape)
            joints[:, own] = self._root(part, joints, turns, shifts)[:, None] + np.einsum("tab,tjb->tja", after, local)
        return joints

    def _root(self, part: str, joints: np.ndarray, turns: np.ndarray, shifts: np.ndarray) -> np.ndarray:
        """(frames, dims): where the limb hangs; where that was not seen, where the trunk's motion takes it."""
        ends = self.roots.get(part, [])
        seen = np.all(self.mask[:, ends], 1) if ends else np.zeros(len(joints), bool)
        if not seen.any():
            return np.einsum("tab,b->ta", turns, self.shape.mean(0) if len(self.shape) else 0 * self.up) + shifts
        root = joints[:, ends].mean(1)
        on_trunk = np.einsum("tba,tb->ta", turns, root - shifts)[seen].mean(0)
        return np.where(seen[:, None], root, np.einsum("tab,b->ta", turns, on_trunk) + shifts)

    def _pose(self, part: str, own: np.ndarray, local: np.ndarray) -> np.ndarray:
        """(joints, dims): the limb at rest, from its root, in the body's axes, its bones as long as in the clip."""
        if (
            part == "head" and local.shape[-1] == 2
        ):  # 2-D does not show from which side it is seen: it keeps its own pose
            return _middle(local, self.mask[:, own])
        rest, root = self.clip.layout.rest_joints.astype(np.float64), self.roots.get(part)
        rest = rest - (rest[root].mean(0) if root else rest[own].mean(0))
        if part in ARMS:
            sign = -1.0 if part == ARMS[0] else 1.0
            sin, cos = sign * np.sin(_HANG), np.cos(_HANG)
            rest = rest @ np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
        pose = np.zeros((len(own), local.shape[-1]))
        row = {int(joint): number for number, joint in enumerate(own)}
        for joint, parent in _chain(self.clip.layout.bones, row, set(root or ())):
            start, rest_start, seen = np.zeros(local.shape[-1]), np.zeros(3), self.mask[:, joint]
            path = local[:, row[joint]]
            if parent is not None:
                start, rest_start = pose[row[parent]], rest[parent]
                path, seen = path - local[:, row[parent]], seen & self.mask[:, parent]
            way = rest[joint] - rest_start
            length = np.linalg.norm(way) * self.size
            if seen.any():
                length = np.quantile(np.linalg.norm(path[seen], axis=-1), _LENGTH)
            pose[row[joint]] = start + length * (way / max(np.linalg.norm(way), 1e-6))[: len(start)]
        return pose


def at_rest(clip: SkeletonSequence, parts: Collection[tuple[int, str]]) -> SkeletonSequence:
    """The clip with these (person, part) pairs at rest; `parts.PARTS` names the parts.

    Joint rotations are left out of it: they would tell of the motion that is gone.
    """
    return with_rest([Person(clip, person) for person in range(clip.num_people)], parts)


def with_rest(people: list[Person], parts: Collection[tuple[int, str]]) -> SkeletonSequence:
    """As `at_rest`, with all people of a clip prepared before."""
    clip = people[0].clip
    joints = clip.joints.copy()
    for person in {number for number, _ in parts}:
        joints[:, person] = people[person].at_rest({part for number, part in parts if number == person})
    return clip.replace(joints=joints, rotations=None)


def _middle(points: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(joints, dims): median over the frames in which each joint was seen."""
    values = np.where(seen[..., None], points, np.nan)
    values[:, ~seen.any(0)] = 0.0  # never seen: masked throughout, so any number will do
    return np.nanmedian(values, axis=0)


def _rigid_motion(points: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(frames, dims, dims) turns and (frames, dims) shifts that bring the reference frame's points onto each frame's.

    The reference is the first of the frames in which most points were seen.
    """
    frames, count, dims = points.shape
    if count == 0 or not seen.any():
        return np.tile(np.eye(dims), (frames, 1, 1)), np.zeros((frames, dims))
    reference = int(seen.sum(1).argmax())
    weights = (seen & seen[reference]).astype(np.float64)
    known = weights.sum(1) >= min(_FEW, weights[reference].sum())
    total = np.maximum(weights.sum(1), 1)[:, None]
    now = np.einsum("tj,tjd->td", weights, points) / total
    then = np.einsum("tj,jd->td", weights, points[reference]) / total
    moved, fixed = points - now[:, None], points[reference][None] - then[:, None]
    turns = _kabsch(np.einsum("tj,tja,tjb->tab", weights, moved, fixed))
    shifts = now - np.einsum("tab,tb->ta", turns, then)
    last = np.maximum.accumulate(np.where(known, np.arange(frames), -1))
    last[last < 0] = int(known.argmax())
    return turns[last], shifts[last]


def _spread(points: np.ndarray, others: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(dims, dims) sum of products of what is seen, each from its own middle."""
    if not seen.any():
        return np.zeros((points.shape[-1],) * 2)
    points, others = points[seen], others[seen]
    return (points - points.mean(0)).T @ (others - others.mean(0))


def _size(points: np.ndarray, rest: np.ndarray, seen: np.ndarray) -> float:
    """Of the body as a share of the canonical one, by its trunk; 1 where that does not tell."""
    extents = [np.linalg.norm(x[seen] - x[seen].mean(0)) if seen.any() else 0.0 for x in (points, rest)]
    return float(extents[0] / extents[1]) if min(extents) > 0 else 1.0


def _kabsch(spread: np.ndarray, mirrored: bool = False) -> np.ndarray:
    """The rotations (..., dims, dims) that fit best, of all those that fit equally the nearest to none; a mirror image
    too, where that may be."""
    dims = spread.shape[-1]
    size = np.linalg.norm(spread, axis=(-2, -1))[..., None, None]
    stiff = 0.0 if mirrored else _STIFF * size
    left, _, right = np.linalg.svd(spread + (stiff + 1e-12) * np.eye(dims))
    flip = np.ones(spread.shape[:-1])
    if not mirrored:
        flip[..., -1] = np.sign(np.linalg.det(left @ right))
    return (left * flip[..., None, :]) @ right


def _level(axes: np.ndarray, up: np.ndarray) -> np.ndarray:
    """(frames, dims, dims) axes of upright bodies that face where these do; columns left, up, forward."""
    left = axes[..., 0] - (axes[..., 0] @ up)[..., None] * up
    if len(up) == 3:  # of a body on its side the left points up or down: then where it faces tells
        left = np.where((np.linalg.norm(left, axis=-1) < _STEEP)[..., None], np.cross(up, axes[..., 2]), left)
    length = np.linalg.norm(left, axis=-1, keepdims=True)
    level = np.eye(len(up))[np.abs(up).argmin()]  # across `up`, for what leaves all open
    left = np.where(length > 1e-6, left / np.maximum(length, 1e-6), level)
    ups = np.broadcast_to(up, left.shape)
    return np.stack([left, ups, *([np.cross(left, ups)] if len(up) == 3 else [])], axis=-1)


def _chain(bones: Collection[tuple[int, int]], own: Collection[int], roots: set[int]) -> list[tuple[int, int | None]]:
    """(joint, the joint before it or None for the root), from the trunk outwards."""
    order: list[tuple[int, int | None]] = []
    left = set(own)
    ends = sorted({a if b in roots else b for a, b in bones if (a in roots) != (b in roots)} & left) or sorted(left)[:1]
    queue: list[tuple[int, int | None]] = [(joint, None) for joint in ends]
    left -= set(ends)
    while queue:
        joint, parent = queue.pop(0)
        order.append((joint, parent))
        near = sorted(({b for a, b in bones if a == joint} | {a for a, b in bones if b == joint}) & left)
        left -= set(near)
        queue += [(other, joint) for other in near]
        if not queue and left:  # a piece that no bone joins to the rest
            first = min(left)
            left.discard(first)
            queue.append((first, None))
    return order
