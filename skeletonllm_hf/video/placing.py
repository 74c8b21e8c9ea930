"""Placement of world landmarks, which stand at their own hips, where the picture shows the people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_SECONDS = 1.0  # a person's size in the picture is taken over so long: its noise would shake them


def place(
    world: np.ndarray,
    keypoints: np.ndarray,
    confidence: np.ndarray,
    size: tuple[int, int],
    fps: float,
    cuts: Sequence[int] = (),
) -> np.ndarray:
    """World landmarks moved across and up by where each body stands in the picture (weak perspective); depth is left as it is.

    A camera that moves moves everybody. Pixels a metre come from the body itself, its median over a second.

    Args:
        world: (frames, people, joints, 3) metres from the hips, y down. keypoints: (frames, people, joints, 2) pixels.
        confidence: (frames, people, joints), 0 for nobody. size: width and height of the picture, pixels. cuts: frames at which shots begin.

    Returns:
        (frames, people, joints, 3) metres from the middle of the picture.
    """
    placed = world.copy()
    middle = np.array(size, np.float64) / 2
    half = max(1, round(_SECONDS * fps / 2))
    for person in range(world.shape[1]):
        for shot in np.split(np.arange(len(world)), sorted(cuts)):
            frames = shot[(confidence[shot, person] > 0).any(1)]
            if not len(frames):
                continue
            sure = confidence[frames, person][..., None].astype(np.float64)
            total = np.maximum(sure.sum(1, keepdims=True), 1e-9)
            body, drawn = (v[frames, person, :, :2].astype(np.float64) for v in (world, keypoints))
            body_middle, drawn_middle = ((v * sure).sum(1, keepdims=True) / total for v in (body, drawn))
            body, drawn = (body - body_middle) * np.sqrt(sure), (drawn - drawn_middle) * np.sqrt(sure)
            # by lengths, not by least squares: noise does not make the scale smaller
            scale = np.sqrt((drawn**2).sum((1, 2)) / np.maximum((body**2).sum((1, 2)), 1e-12))
            scale = np.maximum(_running_median(scale, half), 1e-6)[:, None]
            offset = (drawn_middle[:, 0] - middle) / scale - body_middle[:, 0]
            placed[frames, person, :, :2] += offset[:, None].astype(np.float32)
    return placed


def _running_median(values: np.ndarray, half: int) -> np.ndarray:
    """(frames,) medians of up to 2 half + 1 neighbours."""
    padded = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    return np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
