"""Interpolation of joints over short gaps."""

from __future__ import annotations

import numpy as np


def fill_gaps(joints: np.ndarray, mask: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Interpolates joints that are missing for at most `most` frames between frames in which they are seen.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.

    Returns:
        joints and mask with the gaps filled (gaps at the ends stay), and (frames, people, joints) the last frame in which each
        joint was seen, -1 for none.
    """
    frames = len(mask)
    index = np.arange(frames).reshape(-1, 1, 1)
    before = np.maximum.accumulate(np.where(mask, index, -1), axis=0)
    after = np.minimum.accumulate(np.where(mask, index, frames)[::-1], axis=0)[::-1]
    gap = ~mask & (before >= 0) & (after < frames) & (after - before - 1 <= most)
    at = np.nonzero(gap)
    start, stop = before[gap], after[gap]
    share = ((at[0] - start) / (stop - start))[:, None].astype(joints.dtype)
    filled = joints.copy()
    filled[at] = joints[start, at[1], at[2]] * (1 - share) + joints[stop, at[1], at[2]] * share
    return filled, mask | gap, before
