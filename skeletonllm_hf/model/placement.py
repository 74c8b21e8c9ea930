"""Placement of a clip before the camera: frame sampling, velocities, imputation, denoising and heading."""

from __future__ import annotations

import functools

import numpy as np

from .layouts import SkeletonLayout
from .skeleton import SkeletonSequence

VELOCITY_FRAMES = 4  # the published look-ahead ...
VELOCITY_FPS = 30.0  # ... on Kinect's frame rate; other rates look equally far ahead in time
SENSOR_DEPTH = 0.5  # metres: sensor clips nearer than this by median had their depth removed (the published rule) ...
SENSOR_SHIFT = 1.0  # ... and are moved this far from the camera
NOISY = 0.02  # metres: clips whose coordinates shake by more are denoised ...
STEADIED_OVER = 0.06  # ... by a Gaussian of this standard deviation, in seconds: shorter than what bodies do
RESTING = 0.2  # of the clip's largest movement: less than that is rest ...
REST_BLOCK = 0.2  # ... over two of these seconds, from medians, which no single wrong frame moves
REST_KEPT = 0.3  # of the moving part's time: the rest before and after it that is shown
LEAST_REST = 0.4  # of the clip: less is not left out, training has shown as much
SCENE_DEPTH = 2.5  # metres: where the published code puts the median depth of clips that no camera saw


def sample_frames(
    num_frames: int, count: int, generator: np.random.Generator | None = None, phase: float = 0.5
) -> np.ndarray:
    """`count` frame numbers, one from each of `count` equal segments.

    Clips shorter than `count` repeat frames, in order.

    Args:
        num_frames: of the clip.
        count: how many are drawn.
        generator: draws them at random within their segments.
        phase: without a generator, the share of its segment that lies before a frame: 0.5 is the middle.
    """
    places = np.full(count, phase) if generator is None else generator.random(count)
    frames = ((np.arange(count) + places) * num_frames / count).astype(np.int64)
    return np.minimum(frames, num_frames - 1)


def shown_frames(
    sequence: SkeletonSequence,
    count: int,
    generator: np.random.Generator | None = None,
    phase: float = 0.5,
    trim_rest: bool = False,
) -> np.ndarray:
    """`count` frame numbers as `sample_frames` draws them, among those in which a joint is seen; among all where there are none.

    Args:
        trim_rest: of the moving part alone (`moving_part`).
    """
    first, last = moving_part(sequence) if trim_rest else (0, sequence.num_frames)
    seen = first + np.flatnonzero(sequence.mask[first:last].any((1, 2)))
    if len(seen) == 0:
        seen = np.arange(first, last)
    return seen[sample_frames(len(seen), count, generator, phase)]


def moving_part(sequence: SkeletonSequence) -> tuple[int, int]:
    """The first frame of what moves, and the one after its last: without most of the rest before and after, if that is long.

    Rest is where no joint moves `RESTING` as far as joints do at most in this clip, within the same time.
    """
    block = max(1, round(REST_BLOCK * sequence.fps))
    blocks = sequence.num_frames // block
    if blocks < 3:
        return 0, sequence.num_frames
    body = sequence.mask & ~sequence.layout.details
    joints = np.where(body[..., None], sequence.joints, np.nan)[: blocks * block]
    joints = np.sort(joints.reshape(blocks, block, -1, joints.shape[-1]), axis=1)  # unseen ones come last
    middle = np.maximum(np.isfinite(joints[..., :1]).sum(1, keepdims=True) - 1, 0) // 2
    places = np.take_along_axis(joints, middle, axis=1)[:, 0]
    moved = np.nan_to_num(np.linalg.norm(places[2:] - places[:-2], axis=-1)).max(1)
    moving = np.flatnonzero(moved > RESTING * moved.max())
    if len(moving) == 0:
        return 0, sequence.num_frames
    first, last = int(moving[0]) + 1, int(moving[-1]) + 2  # blocks
    kept = REST_KEPT * (last - first)
    start, stop = max(0, round((first - kept) * block)), min(sequence.num_frames, round((last + kept) * block))
    if stop >= blocks * block:
        stop = sequence.num_frames
    return (start, stop) if stop - start <= (1 - LEAST_REST) * sequence.num_frames else (0, sequence.num_frames)


def displacements(sequence: SkeletonSequence) -> np.ndarray:
    """(frames, people, joints, dims): how far each joint moves within the next 4/30 s, 0 where that is unknown.

    At 30 frames a second this is the published `x[min(t + 4, T - 1)] - x[t]`.
    """
    later, share = looked_ahead(sequence)
    moved = sequence.joints[later] - sequence.joints
    moved[~(sequence.mask & sequence.mask[later])] = 0.0
    return moved * np.float32(share)


def looked_ahead(sequence: SkeletonSequence) -> tuple[np.ndarray, float]:
    """The frame that `displacements` compares each frame with, and 4/30 s as a share of the time between them."""
    ahead = VELOCITY_FRAMES * sequence.fps / VELOCITY_FPS
    step = max(1, round(ahead))
    return np.minimum(np.arange(sequence.num_frames) + step, sequence.num_frames - 1), ahead / step


def imputed(sequence: SkeletonSequence, frames: np.ndarray | None = None) -> SkeletonSequence:
    """The clip with unseen joints placed between seen ones, frame by frame: an arm without its elbow becomes straight.

    A joint is imputed where bones lead from it to two seen joints or more, through unseen ones perhaps. It then lies
    where springs along the bones, as stiff as the T-pose's bones are short, would hold it. Unseen ends of limbs stay unseen.

    Args:
        frames: numbers of the frames in which this is done; None: in all.
    """
    chosen = np.arange(sequence.num_frames) if frames is None else np.unique(frames)
    joints, mask = sequence.joints.copy(), sequence.mask.copy()
    bodies, seen = joints[chosen], mask[chosen]
    alike: dict[bytes, list[tuple[int, int]]] = {}  # frames and people of whom the same joints are seen
    for frame, person in np.argwhere(seen.any(-1) & ~seen.all(-1)).tolist():
        alike.setdefault(seen[frame, person].tobytes(), []).append((frame, person))
    for pattern, found in alike.items():
        places, weights = _springs(sequence.layout, pattern)
        if len(places):
            where, people = np.array(found).T
            shown = bodies[where, people] * np.frombuffer(pattern, dtype=bool)[:, None]
            bodies[where[:, None], people[:, None], places] = weights @ shown
            mask[chosen[where][:, None], people[:, None], places] = True
    joints[chosen] = bodies
    return sequence.replace(joints=joints, mask=mask)


def shaking(sequence: SkeletonSequence) -> float:
    """The standard deviation of white noise on a coordinate, in the clip's units; 0 where no joint is seen in three frames running.

    Estimated from the median of second differences over all joints, axes and frames, which few fast joints do not change.
    """
    joints, mask = sequence.joints, sequence.mask
    bends = np.abs(joints[:-2] - 2 * joints[1:-1] + joints[2:])[mask[:-2] & mask[1:-1] & mask[2:]]
    bends = bends[..., np.ptp(bends, axis=0) > 0] if len(bends) else bends  # flat clips have no depth that could shake
    return float(np.median(bends)) / (0.6745 * np.sqrt(6.0)) if bends.size else 0.0


def denoised(sequence: SkeletonSequence) -> SkeletonSequence:
    """The canonical clip, smoothed over time where its noise (`shaking`) is above `NOISY`; else as it is.

    Each seen joint becomes the mean of where it is seen around that moment, weighted by a Gaussian of `STEADIED_OVER`.
    """
    if shaking(sequence) <= NOISY:
        return sequence
    width = STEADIED_OVER * sequence.fps  # in frames
    seen = sequence.mask[..., None].astype(np.float32)
    held = sequence.joints * seen
    total, weight = np.zeros_like(held), np.zeros_like(seen)
    reach = min(int(3 * width), sequence.num_frames - 1)
    for offset in range(-reach, reach + 1):
        share = np.float32(np.exp(-0.5 * (offset / width) ** 2))
        here = slice(max(0, -offset), sequence.num_frames - max(0, offset))
        there = slice(max(0, offset), sequence.num_frames - max(0, -offset))
        total[here] += share * held[there]
        weight[here] += share * seen[there]
    joints = np.where(sequence.mask[..., None], total / np.maximum(weight, 1e-6), sequence.joints)
    return sequence.replace(joints=joints.astype(np.float32))


@functools.lru_cache(maxsize=4096)
def _springs(layout: SkeletonLayout, pattern: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The unseen joints that can be imputed, and (those, joints) the share that each seen joint has in their places."""
    seen = np.frombuffer(pattern, dtype=bool)
    stiffness = np.zeros((len(seen), len(seen)), dtype=np.float64)
    for one, two in layout.bones:
        length = np.linalg.norm(layout.rest_joints[one] - layout.rest_joints[two])
        stiffness[one, two] = stiffness[two, one] = 1.0 / max(float(length), 0.01)
    bones, held = stiffness > 0, ~seen
    while (loose := held & (bones[:, seen | held].sum(1) < 2)).any():
        held = held & ~loose
    for joint in np.flatnonzero(held):  # a ring of unseen joints may hang on one seen joint, or on none
        group = np.arange(len(seen)) == joint
        while (more := held & ~group & bones[:, group].any(1)).any():
            group |= more
        if (bones[:, group].any(1) & seen).sum() < 2:
            held = held & ~group
    places = np.flatnonzero(held)
    laplacian = np.diag(stiffness[:, seen | held].sum(1)) - stiffness
    weights = np.zeros((len(places), len(seen)))
    weights[:, seen] = np.linalg.solve(
        laplacian[np.ix_(places, places)], stiffness[np.ix_(places, np.flatnonzero(seen))]
    )
    return places, weights.astype(np.float32)


def heading(sequence: SkeletonSequence) -> float:
    """Radians about Y by which a canonical clip is to be turned so that we see it from the front.

    One person: the direction in which the chest and hips face over the first quarter of the clip turns
    towards the viewer. Two or more: the line between the two who are seen most lies across the picture,
    by the smaller of the two turns. 0 for flat (2-D) clips and for layouts without shoulders and hips. Where
    neither both shoulders nor both hips are ever seen, they are `imputed`.
    """
    if np.ptp(sequence.joints[..., 2]) == 0:
        return 0.0
    seen = sequence.mask.any(-1).sum(0)
    most = np.argsort(-seen, kind="stable")
    if sequence.num_people > 1 and seen[most[1]] * 2 > seen[most[0]]:
        weight = sequence.mask[..., None]
        centres = (sequence.joints * weight).sum(2) / np.maximum(weight.sum(2), 1)
        both = np.any(sequence.mask[:, most[0]], -1) & np.any(sequence.mask[:, most[1]], -1)
        across = (centres[:, most[1]] - centres[:, most[0]])[both]
        across = across.mean(0) if len(across) else np.zeros(3)
        if np.hypot(across[0], across[2]) < 1e-6:
            return 0.0
        angle = np.arctan2(across[2], across[0])
        return float(angle - np.pi * np.round(angle / np.pi))
    left = _left_of(sequence, int(most[0]))
    if left is None:
        left = _left_of(imputed(sequence), int(most[0]))
    if left is None:
        return 0.0
    return float(np.arctan2(left[2], left[0]))


def _left_of(sequence: SkeletonSequence, person: int) -> np.ndarray | None:
    """(3,) mean direction of the person's left over the first quarter of the frames in which it is known; None: in no frame."""
    body = sequence.layout.body
    sides = []
    for part in ("hip", "shoulder"):
        if f"left_{part}" in body and f"right_{part}" in body:
            ends = [body.index(f"{side}_{part}") for side in ("left", "right")]
            both = np.all(sequence.mask[:, person, ends], -1)
            sides.append((sequence.joints[:, person, ends[0]] - sequence.joints[:, person, ends[1]]) * both[:, None])
    if not sides:
        return None
    left = sum(sides)
    length = np.hypot(left[:, 0], left[:, 2])
    known = np.flatnonzero(length > 1e-6)
    if len(known) == 0:
        return None
    first = known[: max(1, len(known) // 4)]
    mean = (left[first] / length[first, None]).mean(0)
    return mean if np.hypot(mean[0], mean[2]) > 1e-3 else None


def turn_about_y(points: np.ndarray, angle: float) -> np.ndarray:
    """Rotates (..., 3) points about the vertical axis; positive angles turn Z towards X."""
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]], dtype=np.float32)
    return points @ matrix.T


def published_axes(sequence: SkeletonSequence, joints: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints as the authors' code places them: sensor clips as the sensor saw them, others in front of the camera.

    Args:
        sequence: the clip before `canonical()`: its axes tell whether it comes from a sensor.
        joints: (frames, people, joints, 3) canonical.
        mask: (frames, people, joints).

    Returns:
        Joints in camera axes (X right, Y up, Z forward) and the (3,) signs that bring velocities along.
    """
    if sequence.up == "y" and sequence.view == "z":  # as the sensor saw it: mirrored, like the authors' frames
        signs = np.array([-1.0, 1.0, -1.0], dtype=np.float32)
        joints = joints * signs
        if mask.any() and np.median(np.abs(joints[mask][:, 2])) < SENSOR_DEPTH:
            joints = joints + np.array([0.0, 0.0, SENSOR_SHIFT], dtype=np.float32)
        return joints, signs
    signs = np.array([1.0, 1.0, -1.0], dtype=np.float32)
    joints = joints * signs
    if mask.any():
        median = np.median(joints[mask], axis=0)
        joints = joints + np.array([0.0, -median[1], SCENE_DEPTH - median[2]], dtype=np.float32)
    return joints, signs
