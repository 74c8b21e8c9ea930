"""Tracking of people from frame to frame by the similarity of their keypoints (Hungarian matching), and camera cuts.

Positions are predicted with the velocity, so that two people who cross keep their tracks; who is out of sight keeps the
track for a second. A cut ends all tracks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .estimator import Poses

# Similarity of two poses: mean over joints of exp(-distance² / 2 (SPREAD x body size)²), as COCO's keypoint similarity but with one
# spread for all joints: wide enough for half a body's size between two frames.
_SPREAD = 0.25
_MATCH = 0.1  # less similar poses are of two people
# Two detections of one frame that lie on each other are one person: within about 5 % of the body's size.
_SAME = 0.9
_SAME_SPREAD = 0.1
_LOST_SECONDS = 1.0
SEEN = 0.05  # joints of less confidence do not count
_STEADY = 0.5  # share of the newest step in the velocity
_GRID = 16
# A cut changes the whole picture: this much of its range on average, and several times what the pictures before it changed.
_CHANGE, _TIMES = 0.1, 4.0


@dataclass
class Track:
    """One person over time.

    Args:
        keypoints: (joints, 2) latest of each joint. seen: (joints,) joints that were ever seen.
        frames: numbers of the frames in which they were found. poses: of this one person in each of those frames.
        prominence: sum over frames of the body's size in pixels.
    """

    keypoints: np.ndarray
    seen: np.ndarray
    frames: list[int] = field(default_factory=list)
    poses: list[Poses] = field(default_factory=list)
    prominence: float = 0.0
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(2, np.float32))

    def predicted(self, frame: int) -> np.ndarray:
        """(joints, 2) keypoints in that frame at constant velocity, over at most 8 frames."""
        return self.keypoints + self.velocity * min(frame - self.frames[-1], 8)


class Tracker:
    """Gives each person of each frame a track; `tracks` are those of the shot so far."""

    def __init__(self, fps: float):
        self.lost = max(1, round(_LOST_SECONDS * fps))
        self.tracks: list[Track] = []

    def update(self, frame: int, poses: Poses) -> None:
        """Takes the people of a frame; frames come in order."""
        seen = poses.confidence >= SEEN
        # a track of one frame, lost: noise that only makes matching slow
        self.tracks = [t for t in self.tracks if len(t.frames) > 1 or frame - t.frames[-1] <= self.lost]
        active = [track for track in self.tracks if frame - track.frames[-1] <= self.lost]
        free = set(range(len(poses)))
        if active and free:
            found = list(zip(poses.keypoints, seen, strict=True))
            score = np.array([[self._similarity(t, frame, *person) for person in found] for t in active])
            for row, column in zip(*matching(-score), strict=True):
                if score[row, column] >= _MATCH:
                    _extend(active[row], frame, poses.take([column]))
                    free.discard(column)
        for person in sorted(free):
            if seen[person].any():
                self.tracks.append(Track(poses.keypoints[person].copy(), seen[person].copy()))
                _extend(self.tracks[-1], frame, poses.take([person]))

    def end_shot(self) -> list[Track]:
        """The tracks since the last cut, which are over now."""
        tracks, self.tracks = self.tracks, []
        return tracks

    def _similarity(self, track: Track, frame: int, keypoints: np.ndarray, seen: np.ndarray) -> float:
        gap = frame - track.frames[-1]
        spread = _SPREAD * (1 + 0.1 * (gap - 1))  # who was away may have gone further
        return similarity(track.predicted(frame), track.seen, keypoints, seen, spread)


def similarity(a: np.ndarray, seen_a: np.ndarray, b: np.ndarray, seen_b: np.ndarray, spread: float = _SPREAD) -> float:
    """From 0 to 1 for two poses.

    Args:
        a, b: (joints, 2) pixels. seen_a, seen_b: (joints,) bool. spread: distance that counts as like, in body sizes.
    """
    both = seen_a & seen_b
    if not both.any():
        return 0.0
    size = max(body_size(a, seen_a), body_size(b, seen_b), 1e-6)
    squares = np.square(a[both].astype(np.float64) - b[both]).sum(-1)
    return float(np.exp(-squares / (2 * (spread * size) ** 2)).mean())


def matching(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the pairs whose costs are least together."""
    from scipy.optimize import linear_sum_assignment  # here: a slow import, which commands without a video do not need

    return linear_sum_assignment(cost)


def body_size(keypoints: np.ndarray, seen: np.ndarray) -> float:
    """The longer side of the box round the joints that are seen, in pixels."""
    return float(np.ptp(keypoints[seen], axis=0).max()) if seen.any() else 0.0


def distinct(poses: Poses) -> Poses:
    """Without second detections of the same person: of each pair that lies on each other the surer one stays."""
    seen = poses.confidence >= SEEN
    kept: list[int] = []
    for person in np.argsort(-poses.confidence.mean(1), kind="stable"):
        one = poses.keypoints[person], seen[person]
        like = (similarity(*one, poses.keypoints[k], seen[k], _SAME_SPREAD) for k in kept)
        if seen[person].any() and all(value < _SAME for value in like):
            kept.append(int(person))
    return poses.take(sorted(kept))


def _extend(track: Track, frame: int, person: Poses) -> None:
    keypoints, seen = person.keypoints[0], person.confidence[0] >= SEEN
    if track.frames:
        both = track.seen & seen
        if both.any():
            step = (keypoints[both] - track.keypoints[both]).mean(0) / (frame - track.frames[-1])
            track.velocity = _STEADY * step + (1 - _STEADY) * track.velocity
        moved = track.keypoints + (frame - track.frames[-1]) * track.velocity
        track.keypoints = np.where(seen[:, None], keypoints, moved)
        track.seen = track.seen | seen
    track.frames.append(frame)
    track.poses.append(person)
    track.prominence += body_size(keypoints, seen)


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
