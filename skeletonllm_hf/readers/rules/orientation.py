"""Left-handed axes -> right-handed ones; joint orientations as files give them -> relative to the layout's T-pose, as the renderer skins with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...model.layouts import SkeletonLayout
from ...model.skeleton import SkeletonSequence, axis_vector
from ..reader import RawClip, ReadOptions


def from_quaternions(quaternions: np.ndarray) -> np.ndarray:
    """(..., 4) x, y, z, w of any length -> (..., 3, 3)."""
    length = np.linalg.norm(quaternions, axis=-1, keepdims=True)
    x, y, z, w = np.moveaxis(quaternions / np.where(length > 1e-9, length, 1), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


def relative_to_rest(sequence: SkeletonSequence, turned: str | tuple[tuple[int, int], ...]) -> np.ndarray:
    """(frames, people, joints, 3, 3) rotations that take the layout's T-pose (facing the viewer) to each pose.

    A file's orientations refer to a zero pose of its own, in which bones point anywhere. For each joint there is one fixed
    rotation between the two; it is found from the bones that turn with the joint: in the joint's frame they keep one direction,
    which has to become the T-pose's (Kabsch, over all its bones; of one bone alone, the shortest turn).

    Args:
        sequence: with `rotations` as the file gives them.
        turned: which bones turn with a joint: "children" (BVH, SMPL) or "own", the one that leads to it (ASF); or the format's
            own tree of bones (parent, joint), each of which turns with its joint (Kinect).
    """
    layout = sequence.layout
    rest = layout.rest_joints @ canonical_axes(sequence.up, sequence.view)  # in the file's axes
    offsets: list[np.ndarray | None] = [None] * layout.num_joints
    tree = layout.bones if isinstance(turned, str) else turned
    for joint in range(layout.num_joints):
        bones = [(a, b) for a, b in tree if (a if turned == "children" else b) == joint]
        now, then = [], []
        for a, b in bones:
            both = sequence.mask[:, :, a] & sequence.mask[:, :, b]
            bone = (sequence.joints[:, :, b].astype(np.float64) - sequence.joints[:, :, a])[both]
            turns = sequence.rotations[:, :, joint][both]
            own = np.einsum("nji,nj->ni", turns, bone).mean(0) if both.any() else np.zeros(3)
            lengths = np.linalg.norm(own), np.linalg.norm(rest[b] - rest[a])
            if np.isfinite(lengths[0]) and min(lengths) > 1e-9:
                now.append(own / lengths[0])
                then.append((rest[b] - rest[a]) / lengths[1])
        if now:
            offsets[joint] = _shortest(then[0], now[0]) if len(now) == 1 else _kabsch(np.array(then), np.array(now))
    _spread(offsets, layout)
    fixed = np.stack([np.eye(3) if offset is None else offset for offset in offsets]).astype(np.float32)
    return sequence.rotations @ fixed


def canonical_axes(up: str, view: str) -> np.ndarray:
    """(3, 3): rows are right, up and towards the viewer in the file's axes."""
    above, ahead = axis_vector(up).astype(np.float64), axis_vector(view).astype(np.float64)
    return np.stack([np.cross(ahead, above), above, -ahead])


def _shortest(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The rotation by the smallest angle that takes one unit vector to another."""
    cross, dot = np.cross(before, after), float(before @ after)
    if dot < -1 + 1e-9:  # opposite: half a turn about anything across
        across = np.cross(before, np.eye(3)[np.abs(before).argmin()])
        across /= np.linalg.norm(across)
        return 2 * np.outer(across, across) - np.eye(3)
    skew = np.array([[0, -cross[2], cross[1]], [cross[2], 0, -cross[0]], [-cross[1], cross[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + dot)


def _kabsch(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The rotation that takes unit vectors (n, 3) nearest to others."""
    if np.linalg.matrix_rank(before, tol=1e-3) < 2:  # along one line: the turn about it is open
        return _shortest(before[0], after[0])
    u, _, vt = np.linalg.svd(after.T @ before)
    return u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt


def _spread(offsets: list[np.ndarray | None], layout: SkeletonLayout) -> None:
    """Joints without a bone of their own (fingertips) take their neighbour's."""
    for _ in range(len(offsets)):
        changed = False
        for a, b in layout.bones:
            for one, other in ((a, b), (b, a)):
                if offsets[one] is None and offsets[other] is not None:
                    offsets[one] = offsets[other]
                    changed = True
        if not changed:
            return


def right_handed(raw: RawClip, options: ReadOptions) -> RawClip:
    """A clip in left-handed axes in right-handed ones: its depth is turned round (z, or y where z is up)."""
    axis = 1 if (options.up or raw.up or "y")[-1] == "z" else 2
    if np.shape(raw.joints)[-1] == 2:
        return raw
    flip = np.ones(3, np.float32)
    flip[axis] = -1
    turned = None if raw.rotations is None else raw.rotations * flip[:, None] * flip
    rest = None if raw.rest is None else raw.rest * flip
    view = raw.view if raw.view is None or "xyz".index(raw.view[-1]) != axis else _opposite(raw.view)
    return replace(raw, joints=np.asarray(raw.joints) * flip, rotations=turned, rest=rest, view=view)


def _opposite(axis: str) -> str:
    return axis[1:] if axis.startswith("-") else f"-{axis}"
