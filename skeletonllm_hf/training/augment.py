"""Variations of a clip that leave its label true."""

from __future__ import annotations

import numpy as np

from ..model.placement import turn_about_y
from ..model.skeleton import SkeletonSequence

CONVERTED = 0.25  # of all clips, into one of these layouts; h36m_17 and mediapipe_33 stay unseen, to test with
LAYOUTS = ("kinect_v1", "kinect_v2", "smpl_22", "coco_17", "openpose_25", "sbu_15")
CROPPED, SHORTEST = 0.5, 0.85  # of all clips, some are cut at their ends, down to that share of their time
LOSING, MOST_LOST = 0.6, 0.45  # of all clips, some lose joints: up to that share of them
AMPLITUDE = 0.15  # standard deviation of how far people go with the same movement
WARP = 0.4  # how unevenly time passes: standard deviation of the logarithm of its slowest change of pace
FLAT = 0.1  # of all clips lose their depth, as in pose estimators' 2-D output ...
SEEN_FROM = 0.5  # ... seen by a camera that stands this many radians off their front (standard deviation)
MIRRORED = 0.3  # of all clips: most of the people who are filmed use their right hand


def augment(sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[SkeletonSequence, bool]:
    """A varied copy of a canonical clip, and whether it was mirrored (its texts then want `transforms.swap_side_words`).

    Some clips change their layout. Time is cropped, its rate changed and its pace made uneven, the clip mirrored, its movement exaggerated or held back, turned, stretched per axis and limb, shifted by a
    slow offset per joint, shaken by sensor noise; some clips lose their depth, some lose joints for good.
    """
    random = generator.random
    if random() < CONVERTED:
        sequence = sequence.to_layout(LAYOUTS[generator.integers(len(LAYOUTS))])
    joints, mask = sequence.joints, sequence.mask
    frames = len(joints)
    shortest = SHORTEST if random() < CROPPED else 1.0
    keep = max(2, int(round(frames * generator.uniform(shortest, 1.0)))) if frames > 2 else frames
    start = int(generator.integers(0, frames - keep + 1))
    joints, mask = joints[start : start + keep].copy(), mask[start : start + keep].copy()
    joints, mask = _warp(joints, mask, generator)
    mirrored = bool(random() < MIRRORED)
    if mirrored:
        order = sequence.layout.swap_sides()
        joints, mask = joints[:, :, order] * np.array([-1, 1, 1], np.float32), mask[:, :, order]
    joints = _exaggerate(joints, mask, float(np.exp(generator.normal(0, AMPLITUDE))))
    joints = joints * generator.uniform(0.9, 1.1, 3).astype(np.float32)
    # along the heading that the processor will choose, so that it does not undo the turn: a tilt and a residual yaw
    flat = bool(random() < FLAT)
    joints = turn_about_y(_tilt(joints, generator.normal(0, 0.06, 2)), generator.normal(0, SEEN_FROM if flat else 0.25))
    shape = (joints.shape[1], joints.shape[2], 3)
    joints = joints + generator.normal(0, 0.015, shape).astype(np.float32)
    if random() < 0.5:
        joints = joints + generator.normal(0, generator.uniform(0, 0.03), joints.shape).astype(np.float32)
    if flat:
        joints[..., 2] = 0.0
    if random() < LOSING:
        lost = generator.random(joints.shape[1:3]) < generator.uniform(0.0, MOST_LOST)
        if not lost.all():
            mask &= ~lost
    joints[~mask] = 0.0
    fps = sequence.fps * float(np.exp(generator.normal(0, 0.15)))
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


def _exaggerate(joints: np.ndarray, mask: np.ndarray, factor: float) -> np.ndarray:
    """The same movement about the same mean posture, `factor` times as far."""
    seen = mask[..., None]
    mean = (joints * seen).sum(0) / np.maximum(seen.sum(0), 1)
    return (mean + factor * (joints - mean)).astype(np.float32)


def _tilt(joints: np.ndarray, angles: np.ndarray) -> np.ndarray:
    (cx, cz), (sx, sz) = np.cos(angles), np.sin(angles)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]], np.float32)
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]], np.float32)
    return joints @ (about_x @ about_z).T
