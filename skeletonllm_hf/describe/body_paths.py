"""Tracks of a person's body points: resampled, smoothed, independent of the layout, with the body's own axes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..model.body import BODY_POINTS
from ..model.layouts import SkeletonLayout
from ..model.skeleton import SkeletonSequence

_SIDED = ("shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle")
POINTS = ("head", "neck_base", "pelvis", *(f"{side}_{part}" for side in ("left", "right") for part in _SIDED))
_BONES = (("pelvis", "neck_base"), ("neck_base", "head"), *(
    (f"{side}_{a}", f"{side}_{b}")
    for side in ("left", "right")
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
))  # fmt: skip
DESCRIBED = SkeletonLayout(
    "described body", POINTS, tuple((POINTS.index(a), POINTS.index(b)) for a, b in _BONES), body=POINTS
)
FPS = 30.0  # paths are measured at this rate: what is quicker than a thirtieth of a second is no movement of a body
MOST_FRAMES = 18_000  # ten minutes; longer clips are measured at a lower rate
_NEAR = 0.12  # metres on the canonical body: an unnamed joint this near to a body point stands for it
_SEEN = 0.25  # share of frames: a point seen less often is not described
SMOOTH = 0.06  # seconds, standard deviation: takes out a depth sensor's jitter and leaves a wave of two a second
_SMOOTH_AXES = 0.25  # seconds: bodies turn slowly, and hips are seen badly


@dataclass(frozen=True)
class Tracks:
    """A person's paths.

    Args:
        times: (frames,) seconds.
        points: name -> (frames, 3) metres, X right in the picture, Y up, Z towards the viewer; gaps closed, smoothed.
            Points that are hardly ever seen are left out.
        axes: (frames, 3, 3) rows: the body's left, up, and the way it faces (both level).
        size: of the body, as a share of the canonical one (1.70 m).
        flat: the clip has no depth; the body then faces the viewer by assumption.
        row: of the clip's people.
    """

    times: np.ndarray
    points: dict[str, np.ndarray]
    axes: np.ndarray
    size: float
    flat: bool
    row: int

    @property
    def stands_at(self) -> float:
        """Metres to the right in the picture, at the start."""
        return float(np.mean([path[0, 0] for path in self.points.values()]))

    def has(self, *points: str) -> bool:
        return all(point in self.points for point in points)

    def local(self, point: str, origin: str) -> np.ndarray:
        """(frames, 3): a point from another, in the body's axes: left, up, forward."""
        return self.in_axes(self.points[point] - self.points[origin])

    def in_axes(self, vectors: np.ndarray) -> np.ndarray:
        """(frames, 3) vectors of the scene in the body's axes."""
        return np.einsum("tij,tj->ti", self.axes, vectors)

    def path(self, point: str) -> np.ndarray:
        """(frames, 3): how far a point has come over the ground, step by step in the axes that the body has at that time."""
        steps = np.diff(self.points[point], axis=0, prepend=self.points[point][:1])
        return np.cumsum(self.in_axes(steps), axis=0)

    def ground(self) -> float:
        """Metres: height of the ground, under the lowest ankle; NaN where no ankle is seen."""
        heights = [self.points[p][:, 1] for p in ("left_ankle", "right_ankle") if p in self.points]
        if not heights:
            return float("nan")
        return float(np.quantile(np.concatenate(heights), 0.05) - BODY_POINTS["left_ankle"][1] * self.size)


def people_tracks(clip: SkeletonSequence) -> list[Tracks]:
    """Paths of everybody who is seen, in the order of the clip's people.

    Raises:
        ValueError: a clip in which nobody is ever seen, or whose joints stand for no part of a body.
    """
    if not clip.mask.any():
        raise ValueError(f"{clip.source or 'clip'}: expected a joint that is seen in some frame, got none")
    flat = clip.is_2d
    clip = _described(clip.canonical())
    rate = min(FPS, MOST_FRAMES / clip.seconds)
    times = np.arange(max(1, int(np.floor((clip.num_frames - 1) / clip.fps * rate + 1e-6)) + 1)) / rate
    found = [_tracks(clip, person, times, flat) for person in np.flatnonzero(clip.people_present).tolist()]
    return [tracks for tracks in found if tracks.points]


def _described(clip: SkeletonSequence) -> SkeletonSequence:
    """In our layout; joints without a name that we know stand for the body point that they are near to, by the graph."""
    layout = clip.layout
    body = list(layout.body)
    for joint, place in enumerate(layout.rest_joints):
        if body[joint] is None:
            free = [point for point in POINTS if point not in body]
            gaps = [np.linalg.norm(place - BODY_POINTS[point]) for point in free]
            if gaps and min(gaps) < _NEAR:
                body[joint] = free[int(np.argmin(gaps))]
    if tuple(body) != layout.body:
        clip = clip.replace(layout=dataclasses.replace(layout, name=f"{layout.name} by places", body=tuple(body)))
    return clip.replace(rotations=None).to_layout(DESCRIBED)


def _tracks(clip: SkeletonSequence, person: int, times: np.ndarray, flat: bool) -> Tracks:
    own = np.arange(clip.num_frames) / clip.fps
    rate = 1.0 / (times[1] - times[0]) if len(times) > 1 else FPS
    points = {}
    for joint, name in enumerate(POINTS):
        seen = clip.mask[:, person, joint]
        if seen.mean() < _SEEN:
            continue
        path = clip.joints[seen, person, joint].astype(np.float64)
        path = np.stack([np.interp(times, own[seen], path[:, axis]) for axis in range(3)], axis=-1)
        points[name] = smoothed(path, SMOOTH * rate)
    return Tracks(times, points, _axes(points, len(times), rate, flat), _size(points), flat, person)


def smoothed(path: np.ndarray, frames: float) -> np.ndarray:
    """(frames, channels) after a Gaussian of that standard deviation, in frames; the ends are held."""
    reach = int(np.ceil(3 * frames))
    if reach < 1 or len(path) < 2:
        return path
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / frames) ** 2)
    kernel /= kernel.sum()
    padded = np.concatenate([np.repeat(path[:1], reach, 0), path, np.repeat(path[-1:], reach, 0)])
    return np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(path.shape[1])], axis=-1)


def degrees_between(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """(frames,) degrees between two vectors (frames, 3)."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return np.degrees(np.arccos(np.clip((one * two).sum(1) / np.maximum(lengths, 1e-9), -1, 1)))


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """(first, stop) of each run of True in a mask (frames,)."""
    edges = np.diff(mask.astype(int), prepend=0, append=0)
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()))


def _axes(points: dict[str, np.ndarray], frames: int, rate: float, flat: bool) -> np.ndarray:
    left = np.zeros((frames, 3))
    for part, weight in (("hip", 3.0), ("shoulder", 1.0)):  # shoulders turn with a punch, hips do not
        if f"left_{part}" in points and f"right_{part}" in points:
            across = points[f"left_{part}"] - points[f"right_{part}"]
            left += across * weight / max(np.linalg.norm(across, axis=-1).max(), 1e-9)
    left[:, 1] = 0
    if flat:  # seen from the front or from behind: the depth that would tell more is not there
        left = np.broadcast_to(np.array([1.0, 0, 0]) * (np.sign(left[:, 0].sum()) or 1.0), left.shape)
    left = smoothed(left, _SMOOTH_AXES * rate)
    length = np.linalg.norm(left, axis=-1)
    known = length > 1e-3
    if not known.any():
        left = np.tile([1.0, 0.0, 0.0], (frames, 1))
    else:  # where the body's left points up or down it keeps the last that was known
        at = np.maximum.accumulate(np.where(known, np.arange(frames), known.argmax()))
        left = left[at] / length[at, None]
    up = np.tile([0.0, 1.0, 0.0], (frames, 1))
    return np.stack([left, up, np.cross(left, up)], axis=1)


def _size(points: dict[str, np.ndarray]) -> float:
    ratios = [
        np.median(np.linalg.norm(points[a] - points[b], axis=-1))
        / np.linalg.norm(np.subtract(BODY_POINTS[a], BODY_POINTS[b]))
        for a, b in _BONES
        if a in points and b in points
    ]
    ratios = [ratio for ratio in ratios if ratio > 0]
    return float(np.median(ratios)) if ratios else 1.0
