"""Detection of camera cuts, and assignment of the people of each shot to the places of the clip."""

from __future__ import annotations

import numpy as np

from .tracking import Track, matching

_GRID = 16
# A cut changes the whole picture: this much of its range on average, and several times what the pictures before it changed.
_CHANGE, _TIMES = 0.1, 4.0


class CutFinder:
    """Detects cuts: called with each frame, returns whether a cut is before it."""

    def __init__(self) -> None:
        self._before: np.ndarray | None = None
        self._mean_change = 0.0

    def __call__(self, pixels: np.ndarray) -> bool:
        """pixels: (height, width, 3) uint8; frames in order of time."""
        small = _thumbnail(pixels)
        before, self._before = self._before, small
        if before is None or before.shape != small.shape:
            return before is not None
        change = float(np.abs(small - before).mean())
        cut = change > max(_CHANGE, _TIMES * self._mean_change)
        if not cut:
            self._mean_change = 0.8 * self._mean_change + 0.2 * change
        return cut


def choose_people(tracks: list[Track], most: int) -> list[Track]:
    """The most prominent of a shot: large in the picture, for long."""
    chosen = sorted(tracks, key=lambda track: -track.prominence)[:most]
    return [track for track in tracks if any(track is other for other in chosen)]


def take_places(middles: np.ndarray, first: np.ndarray) -> list[int]:
    """Assigns each track the place whose person stood nearest before the cut.

    Args:
        middles: (places, 2) where the person of each place was seen last, NaN for nobody yet.
        first: (tracks, 2) where each track begins.
    """
    distance = np.linalg.norm(first[:, None] - middles[None], axis=-1)
    largest = np.nanmax(distance, initial=0.0)
    # nobody yet: after all places that somebody has had, in their order
    free = largest + 1 + np.arange(len(middles)) * 1e-3
    rows, columns = matching(np.where(np.isnan(distance), free[None], distance))
    return columns[np.argsort(rows)].tolist()


def _thumbnail(pixels: np.ndarray) -> np.ndarray:
    """(16, 16, 3) means of blocks, in [0, 1]: noise and small motion vanish. A sample of each block's pixels will do."""
    rows = np.linspace(0, len(pixels), _GRID * 4, endpoint=False).astype(int)
    columns = np.linspace(0, pixels.shape[1], _GRID * 4, endpoint=False).astype(int)
    sample = pixels[rows][:, columns].astype(np.float32) / 255
    return sample.reshape(_GRID, 4, _GRID, 4, 3).mean((1, 3))
