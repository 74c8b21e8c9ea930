"""The choice of people: ghost bodies of sensors, and the most active people."""

from __future__ import annotations

import numpy as np

# A standing or sitting body is taller than wide. Kinect fits bodies to furniture too: those are wider than
# 0.8 of their height in most frames (the share by which NTU RGB+D's own clean-up rule decides).
GHOST_SPREAD = 0.8
GHOST_SHARE = 0.7
# NTU's rule drops bodies tracked in at most 11 frames; here only beside one that was tracked longer.
SHORT_TRACK = 11
_PIECE_VALUES = 1 << 20


def ghost_bodies(joints: np.ndarray, mask: np.ndarray) -> dict[int, str]:
    """Bodies that a sensor made up, with the reason; never all of them.

    Args:
        joints: (frames, people, joints, dims), second axis up or down.
        mask: (frames, people, joints) bool.
    """
    seen = np.any(mask, 2)
    length = seen.sum(0)
    ghosts: dict[int, str] = {}
    if mask.shape[1] < 2:
        return ghosts
    for person in np.flatnonzero(length):
        frames = seen[:, person]
        body = np.where(mask[frames, person, :, None], joints[frames, person], np.nan)
        width, height = (np.nanmax(body[..., axis], 1) - np.nanmin(body[..., axis], 1) for axis in (0, 1))
        share = float((width > GHOST_SPREAD * height).mean())
        if share >= GHOST_SHARE:
            ghosts[int(person)] = f"wider than tall in {share:.0%} of its frames"
        elif length[person] <= SHORT_TRACK < length.max():
            ghosts[int(person)] = f"tracked in {length[person]} frames only"
    if len(ghosts) == np.count_nonzero(length):  # everybody lies or bows: the longest track is a person
        del ghosts[max(ghosts, key=lambda person: length[person])]
    return ghosts


def most_active(joints: np.ndarray, mask: np.ndarray, count: int) -> np.ndarray:
    """Numbers of the `count` most active people, in the file's order.

    Ranked by motion energy (variance of a body's joints over time, summed over axes, averaged over
    joints, times the share of frames in which the body is seen), then by track length, then by order.
    """
    variance = _variance(joints, mask)
    joints_seen = np.maximum(mask.any(0).sum(-1), 1)
    presence = mask.any(2).mean(0)
    energy = variance.sum((1, 2)) / joints_seen * presence
    ranked = sorted(range(mask.shape[1]), key=lambda person: (-energy[person], -presence[person], person))
    return np.sort(ranked[:count])


def _variance(joints: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(people, joints, dims) variance over the frames in which a joint is seen, in float64, some frames at a time."""
    seen = np.maximum(mask.sum(0), 1)[..., None]  # (people, joints, 1) frames
    step = max(_PIECE_VALUES // max(joints[0].size, 1), 1)
    pieces = [slice(start, start + step) for start in range(0, len(joints), step)]
    total, squares = np.zeros(joints.shape[1:]), np.zeros(joints.shape[1:])
    for piece in pieces:
        total += np.where(mask[piece, ..., None], joints[piece], 0).astype(np.float64).sum(0)
    for piece in pieces:
        squares += (np.where(mask[piece, ..., None], joints[piece] - total / seen, 0) ** 2).sum(0)
    return squares / seen
