"""Variations of a clip that leave its label true."""

from __future__ import annotations

import functools

import numpy as np

from ..model.layouts import SkeletonLayout
from ..model.placement import heading, turn_about_y
from ..model.skeleton import SkeletonSequence
from ..model.topology import neighbours

CONVERTED = 0.25  # of all clips, into one of these layouts; h36m_17 and mediapipe_33 stay unseen, to test with
LAYOUTS = ("kinect_v1", "kinect_v2", "smpl_22", "coco_17", "openpose_25", "sbu_15")
CROPPED, SHORTEST = 0.5, 0.85  # of all clips, some are cut at their ends, down to that share of their time
LOSING, MOST_LOST = 0.6, 0.45  # of all clips, some lose joints: up to that share of them
RESTYLED = 0.5  # of all clips: another posture and build, as of another person, bone by bone
BENT, STRETCHED = (
    0.08,
    0.06,
)  # standard deviations of a bone's turn against the one it hangs from (radians) and of its length's logarithm
AMPLITUDE = 0.15  # standard deviation of how far people go with the same movement
PACE = 0.3  # standard deviation of the logarithm of how fast all of it goes: people run slowly and walk fast
WARP = 0.4  # how unevenly time passes: standard deviation of the logarithm of its slowest change of pace
HELD = 0.25  # of all clips, people wait before the movement, after it, or both ...
MOST_HELD = 0.5  # ... each wait up to that share of the movement's time
SLIPPED = 0.12  # of all clips, a sensor mistakes a joint or two for a moment ...
SLIP = 0.25  # ... by so many metres (standard deviation)
AT_A_DESK = 0.15  # of the clips whose legs rest, the legs go unseen ...
STILL = 0.08  # ... where they move by less than so many metres (standard deviation) against the pelvis
FLAT = 0.12  # of all clips lose their depth, as in pose estimators' 2-D output ...
SEEN_FROM = 0.5  # ... seen by a camera that stands this many radians off their front (standard deviation)
LEGS = ("knee", "ankle", "heel", "foot", "toe")
MIRRORED = 0.3  # of all clips: most of the people who are filmed use their right hand


def facing(sequence: SkeletonSequence) -> SkeletonSequence:
    """The canonical clip, turned as the processor would turn it: augmentation then varies the heading around that."""
    sequence = sequence.canonical()
    turned = turn_about_y(sequence.joints, heading(sequence)).astype(np.float32)
    return sequence.replace(joints=turned, rotations=None)


def augment(sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[SkeletonSequence, bool]:
    """A varied copy of a canonical clip, and whether it was mirrored (its texts then want `transforms.swap_side_words`).

    Some clips change their layout. Time is cropped, its rate changed and its pace made uneven, people wait before and after, the clip is mirrored, its movement exaggerated or
    held back, its people given another posture and build; it is stretched per axis, turned, each joint shifted for good, shaken by sensor noise, some joints for a moment far off;
    some clips lose their depth, some lose joints, some legs that rest. Flat clips stay flat.
    """
    random = generator.random
    flat = not sequence.joints[..., 2].any()  # 2-D clips stay flat: a model meets them so
    if random() < CONVERTED:
        sequence = sequence.to_layout(LAYOUTS[generator.integers(len(LAYOUTS))])
    joints, mask = sequence.joints, sequence.mask
    frames = len(joints)
    shortest = SHORTEST if random() < CROPPED else 1.0
    keep = max(2, int(round(frames * generator.uniform(shortest, 1.0)))) if frames > 2 else frames
    start = int(generator.integers(0, frames - keep + 1))
    joints, mask = joints[start : start + keep].copy(), mask[start : start + keep].copy()
    joints, mask = _warp(joints, mask, generator)
    if random() < HELD:
        joints, mask = _waiting(joints, mask, generator)
    mirrored = bool(random() < MIRRORED)
    if mirrored:
        order = sequence.layout.swap_sides()
        joints, mask = joints[:, :, order] * np.array([-1, 1, 1], np.float32), mask[:, :, order]
    joints = _exaggerate(joints, mask, float(np.exp(generator.normal(0, AMPLITUDE))))
    if random() < RESTYLED:
        joints = _restyled(joints, mask, sequence.layout, generator)
    joints = joints * generator.uniform(0.9, 1.1, 3).astype(np.float32)
    # along the heading that the processor will choose, so that it does not undo the turn: a tilt and a residual yaw
    loses_depth = bool(random() < FLAT)
    joints = turn_about_y(
        _tilt(joints, generator.normal(0, 0.06, 2)),
        generator.normal(0, SEEN_FROM if loses_depth and not flat else 0.25),
    )
    shape = (joints.shape[1], joints.shape[2], 3)
    joints = joints + generator.normal(0, 0.015, shape).astype(np.float32)
    if random() < 0.5:
        joints = joints + generator.normal(0, generator.uniform(0, 0.03), joints.shape).astype(np.float32)
    if random() < SLIPPED:
        _slip(joints, generator)
    if flat or loses_depth:
        joints[..., 2] = 0.0
    if random() < AT_A_DESK:
        mask &= ~_resting_legs(joints, mask, sequence.layout)
    if random() < LOSING:
        lost = generator.random(joints.shape[1:3]) < generator.uniform(0.0, MOST_LOST)
        if not lost.all():
            mask &= ~lost
    joints[~mask] = 0.0
    fps = sequence.fps * float(np.exp(generator.normal(0, PACE)))
    if not mask.any():
        return sequence, False
    return sequence.replace(joints=joints, mask=mask, fps=fps, rotations=None, confidence=None), mirrored


def _warp(joints: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The same way in the same time at an uneven pace: faster here, slower there; joints between two frames that see them."""
    frames = len(joints)
    if frames < 4:
        return joints, mask
    time = np.linspace(0, np.pi, frames)
    pace = np.exp(sum(generator.normal(0, WARP / wave) * np.cos(wave * time) for wave in (1, 2, 3)))
    at = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2)])
    at *= (frames - 1) / at[-1]
    before = np.minimum(at.astype(int), frames - 2)
    share = (at - before).astype(np.float32)[:, None, None, None]
    return joints[before] * (1 - share) + joints[before + 1] * share, mask[before] & mask[before + 1]


def _waiting(joints: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The clip with its first posture held before it, or its last one after it, or both."""
    which = int(generator.integers(3))
    waits = np.round(generator.uniform(0.0, MOST_HELD, 2) * len(joints)).astype(int) * (which != 1, which != 0)
    held = ((waits[0], waits[1]), *((0, 0),) * (joints.ndim - 1))
    return np.pad(joints, held, "edge"), np.pad(mask, held[:-1], "edge")


def _slip(joints: np.ndarray, generator: np.random.Generator) -> None:
    """Puts one or two joints elsewhere for up to a tenth of the time."""
    frames, people, count = joints.shape[:3]
    for _ in range(int(generator.integers(1, 3))):
        begin = int(generator.integers(frames))
        end = begin + 1 + int(generator.integers(max(1, frames // 10)))
        place = int(generator.integers(people)), int(generator.integers(count))
        joints[begin:end, place[0], place[1]] += generator.normal(0, SLIP, 3).astype(np.float32)


def _resting_legs(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> np.ndarray:
    """(people, joints): those below the hips of people whose legs hardly move against the pelvis."""
    legs = np.array([point is not None and point.endswith(LEGS) for point in layout.body])
    found = np.zeros(joints.shape[1:3], dtype=bool)
    if "pelvis" not in layout.body or not legs.any() or legs.all():
        return found
    moved = joints[:, :, legs] - joints[:, :, layout.body.index("pelvis"), None]
    still = (moved.std(0).max(-1) < STILL).all(-1) & mask[:, :, ~legs].any((0, 2))
    found[:, legs] = still[:, None]
    return found


def _exaggerate(joints: np.ndarray, mask: np.ndarray, factor: float) -> np.ndarray:
    """The same movement about the same mean posture, `factor` times as far."""
    seen = mask[..., None]
    mean = (joints * seen).sum(0) / np.maximum(seen.sum(0), 1)
    return (mean + factor * (joints - mean)).astype(np.float32)


def _restyled(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, generator: np.random.Generator
) -> np.ndarray:
    """The same movement by people who hold themselves a little otherwise and are built otherwise; as it is where joints go unseen."""
    if not (mask.all((0, 2)) | ~mask.any((0, 2))).all():
        return joints
    people, count = joints.shape[1:3]
    turns = _rotations(generator.normal(0, BENT, (people, count, 3)))
    lengths = np.exp(generator.normal(0, STRETCHED, (people, count, 1)))
    for left, right in layout.pairs:
        lengths[:, right] = lengths[:, left]
    lengths, moved = lengths.astype(np.float32), joints.copy()
    for parent, child in _limbs(layout):
        turns[:, child] = turns[:, parent] @ turns[:, child]
        bone = (joints[:, :, child] - joints[:, :, parent]) * lengths[:, child]
        moved[:, :, child] = moved[:, :, parent] + np.einsum("pij,fpj->fpi", turns[:, child], bone)
    return moved


@functools.lru_cache(maxsize=256)
def _limbs(layout: SkeletonLayout) -> tuple[tuple[int, int], ...]:
    """(parent, child) along the bones, outwards from the pelvis, or from the first joint of a body that has none."""
    near = neighbours(layout.num_joints, layout.bones)
    reached, limbs = [layout.body.index("pelvis") if "pelvis" in layout.body else 0], []
    for parent in reached:  # grows as it goes
        for child in near[parent]:
            if child not in reached:
                reached.append(child)
                limbs.append((parent, child))
    return tuple(limbs)


def _rotations(turns: np.ndarray) -> np.ndarray:
    """(..., 3) axes times angles -> (..., 3, 3) float32 rotations (Rodrigues)."""
    angle = np.linalg.norm(turns, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(turns, -1, 0)
    cross = np.stack([0 * x, -z, y, z, 0 * x, -x, -y, x, 0 * x], axis=-1).reshape(*turns.shape, 3)
    small = np.maximum(angle, 1e-9)
    return (np.eye(3) + np.sin(angle) / small * cross + (1 - np.cos(angle)) / small**2 * cross @ cross).astype(
        np.float32
    )


def _tilt(joints: np.ndarray, angles: np.ndarray) -> np.ndarray:
    (cx, cz), (sx, sz) = np.cos(angles), np.sin(angles)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]], np.float32)
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]], np.float32)
    return joints @ (about_x @ about_z).T
