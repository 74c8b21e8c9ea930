"""Biovision hierarchy: centimetres, Y up, facing +Z; six channels a joint.

The position channels hold the clip exactly, within float32. The rotation channels are the clip's own rotations or, where
it has none (or such as turn the bone that leads to a joint, ASF's), solved: each joint turns as its bones do, with the
least twist. Programs that read the rotations only show the clip with bones of constant length.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..model.layouts import SkeletonLayout, neighbours
from ..model.skeleton import SkeletonSequence
from ..model.topology import hops
from .writer import Writer, need, not_kept

_ROOTS = ("pelvis", "spine_lower", "left_hip", "neck_base")
_CHANNELS = "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
_PRIOR = 1e-3  # weight of "as the parent turns" against the bones' directions


def _write(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    need(not sequence.is_2d, "three-dimensional joints", "two")
    people = np.flatnonzero(sequence.people_present)
    clip = sequence.canonical()
    order, parents = _tree(clip.layout)
    names = [re.sub(r"[{}\s]+", "_", clip.layout.joints[joint]) for joint in order]
    blocks, text, invented, solved = [], [], 0, clip.rotations is None
    for person in people:
        centimetres = 100 * clip.joints[:, person].astype(np.float64)
        places, missing = _filled(centimetres, clip.mask[:, person], clip.layout, order, parents)
        invented += missing
        turns = None if clip.rotations is None else clip.rotations[:, person, order].astype(np.float64)
        rest = clip.layout.rest_joints[order].astype(np.float64)
        if turns is not None and not _turn_what_hangs(places[:, order], rest, parents, turns):
            turns, solved = None, True
        offsets, channels = _channels(places[:, order], rest, parents, turns)
        text += _hierarchy(names, parents, offsets)
        blocks.append(channels)
    values = np.concatenate(blocks, axis=1)
    row = " ".join(["%.9g %.9g %.9g %.6f %.6f %.6f"] * (values.shape[1] // 6)) + "\n"
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(
            "\n".join(["HIERARCHY", *text, "MOTION", f"Frames: {len(values)}", f"Frame Time: {1 / clip.fps:.9g}\n"])
        )
        stream.writelines(row % tuple(frame) for frame in values.tolist())
    whose = "were solved from the positions, with the least twist" if solved else "are the clip's own"
    notes: tuple[str, ...] = (
        f"Positions are kept in six channels a joint; rotations {whose}.",
        "In centimetres, Y up, the joints in the hierarchy's order; the format itself does not say so.",
    )
    if invented:
        notes += (f"The format cannot say that a joint is missing: {invented} were interpolated.",)
    if list(names) != [clip.layout.joints[joint] for joint in order]:
        notes += ("Blanks and braces in joint names became underlines.",)
    return notes + not_kept(sequence, "label", "captions", "questions", "warnings", "confidence")


def _tree(layout: SkeletonLayout) -> tuple[list[int], list[int]]:
    """Joints in the order of a BVH hierarchy (depth first), and for each of them the number IN THAT ORDER of its parent (-1: none).

    Bones that close a ring are left out; parts that no bone joins to the root hang from it.
    """
    near = neighbours(layout.num_joints, layout.bones)
    root = next((layout.body.index(point) for point in _ROOTS if point in layout.body), 0)
    distance = hops([root], near)
    parent = {}
    while (distance < 0).any():
        loose = np.flatnonzero(distance < 0)
        nearest = loose[np.linalg.norm(layout.rest_joints[loose] - layout.rest_joints[root], axis=1).argmin()]
        parent[int(nearest)] = root
        below = hops([int(nearest)], near)
        distance = np.where(below >= 0, below + 1, distance)
    for joint in range(layout.num_joints):
        if joint != root and joint not in parent:
            parent[joint] = next(other for other in near[joint] if distance[other] == distance[joint] - 1)
    order, waiting = [], [root]
    while waiting:
        joint = waiting.pop()
        order.append(joint)
        waiting += sorted((child for child, above in parent.items() if above == joint), reverse=True)
    row = {joint: number for number, joint in enumerate(order)}
    return order, [row[parent[joint]] if joint in parent else -1 for joint in order]


def _filled(
    places: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, order: list[int], parents: list[int]
) -> tuple[np.ndarray, int]:
    """(frames, joints, 3) without gaps, and how many joints were missing: interpolated over time, where never seen hung
    from their parent as in the T-pose."""
    frames = np.arange(len(mask))
    places = places.copy()
    never = []
    for joint in np.flatnonzero(~mask.all(0)).tolist():
        seen = mask[:, joint]
        if seen.any():
            for axis in range(3):
                places[~seen, joint, axis] = np.interp(frames[~seen], frames[seen], places[seen, joint, axis])
        else:
            never.append(joint)
    known = mask.any(0)
    for joint, parent in zip(order, parents, strict=True):
        if joint in never:
            anchor = order[parent] if parent >= 0 else int(np.flatnonzero(known)[0])
            places[:, joint] = places[:, anchor] + 100 * (layout.rest_joints[joint] - layout.rest_joints[anchor])
    return places, int((~mask).sum())


def _turn_what_hangs(places: np.ndarray, rest: np.ndarray, parents: list[int], turns: np.ndarray) -> bool:
    """Whether rotations turn the bones that hang from their joints, as a BVH's do, rather than those that lead to them (ASF's)."""
    below = [j for j, parent in enumerate(parents) if parent >= 0 and np.linalg.norm(rest[j] - rest[parent]) > 1e-6]
    above = [parents[joint] for joint in below]
    here, there = places[:, below] - places[:, above], rest[below] - rest[above]
    scale = np.maximum(np.linalg.norm(here, axis=-1), 1e-9) * np.linalg.norm(there, axis=-1)
    cosine = [
        float(((np.einsum("tjab,jb->tja", turns[:, rows], there) * here).sum(-1) / scale).mean()) if below else 1.0
        for rows in (above, below)
    ]
    return cosine[0] > cosine[1] - 0.01


def _channels(
    places: np.ndarray, rest: np.ndarray, parents: list[int], turns: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (joints, 3) and channel values (frames, joints x 6) that put every joint where it is.

    Args:
        places: (frames, joints, 3), parents before children. rest: (joints, 3). turns: (frames, joints, 3, 3) or None.
    """
    frames, count = places.shape[:2]
    children = [[child for child, parent in enumerate(parents) if parent == joint] for joint in range(count)]
    whole = np.empty((frames, count, 3, 3))  # as a reader will find them, from the rounded angles
    values = np.empty((frames, count, 6))
    offsets = np.empty((count, 3))
    for joint, parent in enumerate(parents):
        above = np.broadcast_to(np.eye(3), (frames, 3, 3)) if parent < 0 else whole[:, parent]
        local = places[:, joint] - (places[:, parent] if parent >= 0 else 0)
        values[:, joint, :3] = np.einsum("tji,tj->ti", above, local)
        offsets[joint] = np.median(values[:, joint, :3], axis=0) if parent >= 0 else 0
        own = _solved(places, rest, joint, children[joint], above) if turns is None else turns[:, joint]
        values[:, joint, 3:] = np.round(np.degrees(_zxy(above.swapaxes(1, 2) @ own)), 6)
        whole[:, joint] = above @ _from_zxy(np.radians(values[:, joint, 3:]))
    return offsets, values.reshape(frames, -1)


def _solved(places: np.ndarray, rest: np.ndarray, joint: int, children: list[int], above: np.ndarray) -> np.ndarray:
    """(frames, 3, 3) that turn the T-pose's bones from a joint to its children as they lie, else as the parent turns."""
    here = places[:, children] - places[:, joint, None]
    there = rest[children] - rest[joint]
    pull = np.einsum("tci,cj->tij", here, there)
    strength = np.linalg.norm(here, axis=-1) @ np.linalg.norm(there, axis=-1)
    left, _, right = np.linalg.svd(pull + (_PRIOR * strength + 1e-9)[:, None, None] * above)
    left[..., 2] *= np.sign(np.linalg.det(left @ right))[:, None]
    return left @ right


def _zxy(turns: np.ndarray) -> np.ndarray:
    """(..., 3) angles about Z, X and Y of rotations Rz Rx Ry; the last is 0 where X is square."""
    tilt = np.arcsin(np.clip(turns[..., 2, 1], -1, 1))
    flat = np.hypot(turns[..., 0, 1], turns[..., 1, 1]) < 1e-9
    z = np.where(flat, np.arctan2(turns[..., 1, 0], turns[..., 0, 0]), np.arctan2(-turns[..., 0, 1], turns[..., 1, 1]))
    y = np.where(flat, 0.0, np.arctan2(-turns[..., 2, 0], turns[..., 2, 2]))
    return np.stack([z, tilt, y], axis=-1)


def _from_zxy(angles: np.ndarray) -> np.ndarray:
    """(..., 3, 3) of `_zxy`'s angles."""
    (sz, sx, sy), (cz, cx, cy) = (np.moveaxis(function(angles), -1, 0) for function in (np.sin, np.cos))
    rows = [
        [cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy],
        [sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy],
        [-cx * sy, sx, cx * cy],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _hierarchy(names: list[str], parents: list[int], offsets: np.ndarray) -> list[str]:
    """Lines of one ROOT."""
    lines: list[str] = []
    depth: list[int] = []
    for joint, parent in enumerate(parents):
        depth.append(0 if parent < 0 else depth[parent] + 1)
        indent = "\t" * depth[joint]
        lines.append(f"{indent}{'ROOT' if parent < 0 else 'JOINT'} {names[joint]}")
        x, y, z = offsets[joint]
        lines += [f"{indent}{{", f"{indent}\tOFFSET {x:.6f} {y:.6f} {z:.6f}", f"{indent}\t{_CHANNELS}"]
        following = depth[parents[joint + 1]] + 1 if joint + 1 < len(parents) else 0
        if following <= depth[joint]:  # nothing hangs from it: an end without length, which is no joint
            lines += [f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET 0 0 0", f"{indent}\t}}"]
        lines += ["\t" * level + "}" for level in range(depth[joint], following - 1, -1)]
    return lines


WRITER = Writer("bvh", "Biovision hierarchy (BVH)", ".bvh", _write)
