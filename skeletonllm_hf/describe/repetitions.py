"""Repetition counting on the skeleton: how often a movement is repeated, without a model or learned parts.

A stroke is a movement one way. Repetitions bring the body back to the middle of a stroke, going the same way: each such
passage is one. Every part of the body is asked, at two widths of what counts as the same; parts vote by how far they go.
Constants were chosen on generated clips of training seeds: `benchmarks/counts.py` counts on others.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.skeleton import SkeletonSequence
from .body_paths import SMOOTH, Tracks, people_tracks
from .strokes import turning_points
from .ways import travels

_LEAST = 0.04  # metres on the canonical body: smaller movements are none
_NOISES = 4.0  # standard deviations of noise, below which a movement is none
_ENDS = {"hand": "wrist", "foot": "ankle"}
_ORIGINS = {"hand": ("neck_base", "head", "pelvis"), "foot": ("pelvis", "neck_base", "head")}  # the first that is seen
_HEAD = 1.6  # heads move little: their way counts more
_WIDTHS = (0.2, 0.3)  # shares of a stroke, within which a passage is at the same place
_SINGLE = 0.4  # what a movement that never comes back weighs, against one of several
_RIVALS = 0.7  # share of the best stroke's weight, from which other strokes of a part vote
_STROKES = 48  # of a part that are tried
_AWAY = 0.2  # share of a stroke that lies between two passages, on both sides of its middle
# share of a stroke across the body, above which sides do not take turns; True: flat clips
_SIDEWAYS = {False: 0.83, True: 0.7}
_APART = 0.3  # share of a stroke, by which the distance of hands that take turns changes


@dataclass(frozen=True)
class Repetitions:
    """Count of the repetitions in a clip.

    Args:
        count: times, at least 1; of hands or feet that take turns, both sides' together.
        confidence: share of the votes, in (0, 1], less where noise may hide movements.
        times: seconds at which the part that moves most passes the middle of its stroke, (count,).
    """

    count: int
    confidence: float
    times: tuple[float, ...]


@dataclass(frozen=True)
class _Passages:
    """Frames at which a part passes the middle of a stroke, the stroke (channels,) and its length."""

    frames: np.ndarray
    stroke: np.ndarray
    length: float

    @functools.cached_property
    def weight(self) -> float:
        gaps = self.frames[1:] - self.frames[:-1]
        if not len(gaps):
            return _SINGLE * self.length
        return self.length * len(self.frames) * float(gaps.min() / gaps.max())


def count_repetitions(clip: SkeletonSequence) -> Repetitions | None:
    """Counts the most prominent repetition in a clip; None where nothing moves, or somebody leaves the place.

    Args:
        clip: any layout, axes and units, 3-D or 2-D.

    Raises:
        ValueError: as `people_tracks`.
    """
    votes: Any = Counter()  # count -> weight
    heaviest: dict[int, tuple[float, tuple[float, ...]]] = {}  # count -> (weight, times)
    least = max(_LEAST, _NOISES * _noise(clip))
    for person, tracks in enumerate(people_tracks(clip)):
        if travels(tracks, person):
            return None
        repeated = {name: _repeated(path, least) for name, path in _paths(tracks).items()}
        for width in _WIDTHS:
            for frames, weight in _votes(tracks, {name: one[width] for name, one in repeated.items() if one[width]}):
                votes[len(frames)] += weight
                vote = weight, tuple(tracks.times[frames].tolist())
                heaviest[len(frames)] = max(vote, heaviest.get(len(frames), vote))
    if not votes:
        return None
    count, weight = votes.most_common(1)[0]
    return Repetitions(count, weight / votes.total() * _LEAST / least, heaviest[count][1])


def _noise(clip: SkeletonSequence) -> float:
    """Metres: standard deviation of the noise that smoothing leaves between two joints, from how joints shake from frame to frame."""
    clip = clip.canonical()
    seen = clip.mask[2:] & clip.mask[1:-1] & clip.mask[:-2]
    if not seen.any():
        return 0.0
    bends = np.abs(np.diff(clip.joints.astype(np.float64), 2, axis=0)[seen][:, : 2 if clip.is_2d else 3])
    left = 1.0 / np.sqrt(2 * np.sqrt(np.pi) * max(SMOOTH * clip.fps, 0.3))
    return float(np.median(bends) / 0.6745 / np.sqrt(6) * min(left, 1.0) * np.sqrt(2))


def _paths(tracks: Tracks) -> dict[str, np.ndarray]:
    """Name -> (frames, channels): where parts of the body are, from those that carry them, on the canonical body."""
    paths = {}
    for side in ("left", "right"):
        for part, end in _ENDS.items():
            origin = next((name for name in _ORIGINS[part] if tracks.has(name)), None)
            if origin and tracks.has(f"{side}_{end}"):
                paths[f"{side} {part}"] = tracks.local(f"{side}_{end}", origin)
    for name, end, origin in (
        ("head", "head", "neck_base"),
        ("trunk", "neck_base", "pelvis"),
        ("shoulders", "left_shoulder", "right_shoulder"),
    ):
        if tracks.has(end, origin):
            paths[name] = tracks.local(end, origin) * (_HEAD if name == "head" else 1.0)
    if tracks.has("pelvis"):
        paths["height"] = tracks.points["pelvis"][:, 1:2]
    for part, both in (("hand", "hands"), ("foot", "feet")):
        if f"left {part}" in paths and f"right {part}" in paths:
            paths[both] = np.hstack([paths[f"left {part}"], paths[f"right {part}"]])
    return {name: path / tracks.size for name, path in paths.items()}


def _votes(tracks: Tracks, found: dict[str, list[_Passages]]) -> Iterator[tuple[np.ndarray, float]]:
    """(frames of its passages, weight) of every part that moves, from what `_repeated` found of each."""
    for part, both in (("hand", "hands"), ("foot", "feet")):
        if turns := _by_turns(tracks, part, found):
            for name in (f"left {part}", f"right {part}", both):
                found.pop(name, None)
            yield turns.frames, 2 * turns.weight
    for repeated in found.values():
        best = repeated[0].weight
        rivals = [passages for passages in repeated if passages.weight >= _RIVALS * best]
        total = sum(passages.weight for passages in rivals)
        for passages in rivals:
            yield passages.frames, best * passages.weight / total


def _repeated(path: np.ndarray, least: float) -> dict[float, list[_Passages]]:
    """For each of `_WIDTHS` the passages of each stroke of a path that differs from the others, those of most weight first."""
    speed = np.gradient(path, axis=0) if len(path) > 2 else np.zeros_like(path)
    pace = np.linalg.norm(speed, axis=1)
    shares, axes = np.linalg.eigh(speed.T @ speed)
    spans: set[tuple[int, int]] = set()
    for number in range(1, min(3, path.shape[1]) + 1):
        if shares[-number] > 0.05 * shares.sum():
            turns = turning_points(path @ axes[:, -number], least)
            spans |= set(zip(turns[:-1], turns[1:]))
    found: dict[float, dict[tuple[int, ...], _Passages]] = {width: {} for width in _WIDTHS}
    for first, last in sorted(spans)[:: len(spans) // _STROKES + 1]:
        stroke = path[last] - path[first]
        length = max(float(np.linalg.norm(stroke)), 1e-9)
        if length < least:
            continue
        for width, frames in zip(_WIDTHS, _passages(path, speed, pace, first, last, stroke, length)):
            if frames:
                passages = _Passages(np.array(frames, dtype=int), stroke, length)
                key = tuple(np.round(passages.frames / 4).astype(int))
                found[width][key] = max(passages, found[width].get(key, passages), key=lambda one: one.weight)
    return {width: sorted(ways.values(), key=lambda passages: -passages.weight) for width, ways in found.items()}


def _passages(
    path: np.ndarray, speed: np.ndarray, pace: np.ndarray, first: int, last: int, stroke: np.ndarray, length: float
) -> Iterator[list[int]]:
    """For each of `_WIDTHS` when the path passes the middle of its stroke from `first` to `last` the same way, about as fast."""
    way = stroke / length
    middle = first + int(np.argmax((path[first : last + 1] - path[first]) @ way >= 0.5 * length))
    along = speed @ way
    own = along[max(first, middle - 1) : middle + 2].mean()
    from_middle = path - path[middle]
    away = np.linalg.norm(from_middle, axis=1) / length
    same = (along > 0.6 * pace) & (along > 0.35 * own) & (along < 2.8 * own) & (own > 0)
    place = from_middle @ way / length
    inside = np.zeros(len(path) + 2, dtype=bool)
    for width in _WIDTHS:
        inside[1:-1] = (away < width) & same
        edges = np.flatnonzero(inside[1:] != inside[:-1]).tolist()
        frames: list[int] = []
        for begin, end in zip(edges[::2], edges[1::2]):
            frame = begin + int(away[begin:end].argmin())
            if away[frame] > 0.8 * width:
                continue
            between = place[frames[-1] : frame + 1] if frames else None
            if between is None or (between.min() <= -_AWAY and between.max() >= _AWAY):
                frames.append(frame)
        yield frames


def _by_turns(tracks: Tracks, part: str, found: dict[str, list[_Passages]]) -> _Passages | None:
    """The passages of both sides together, where one does after the other what a mirror would show; None: they do not."""
    sides = [passages for side in ("left", "right") if (passages := found.get(f"{side} {part}"))]
    if len(sides) < 2:
        return None
    sides.sort(key=lambda passages: -passages[0].weight)
    one, mirror = sides[0][0], np.array([-1.0, 1.0, 1.0])
    alike: Callable[..., bool] = lambda two, least: one.stroke @ (two.stroke * mirror) > least * one.length * two.length  # noqa: E731
    if any(alike(two, 0.6) and _together(one.frames, two.frames) for two in sides[1]):
        return None
    ends = [tracks.points[f"{side}_{_ENDS[part]}"] for side in ("left", "right")]
    apart = np.linalg.norm(ends[0] - ends[1], axis=1) / tracks.size
    if len(one.frames) > 1:
        apart = apart[one.frames[0] : one.frames[-1] + 1]
    if np.ptp(apart) < _APART * one.length:
        return None
    for two in sides[1]:
        lengths = sorted((one.length, two.length))
        across = max(abs(side.stroke[0]) / side.length for side in (one, two))
        few = abs(len(one.frames) - len(two.frames)) > 1
        if few or not alike(two, 0.7) or across > _SIDEWAYS[tracks.flat] or lengths[1] > 1.7 * lengths[0]:
            continue
        order = np.concatenate([one.frames, two.frames]).argsort(kind="stable")
        frames = np.concatenate([one.frames, two.frames])[order]
        gaps, first = np.diff(frames), order < len(one.frames)
        if gaps.min() >= max(4, 0.35 * np.median(gaps)) and (first[1:] != first[:-1]).all():
            return _Passages(frames, one.stroke, sum(lengths) / 2)
    return None


def _together(left: np.ndarray, right: np.ndarray) -> bool:
    if len(left) != len(right):
        return False
    return bool(np.abs(left - right).max() < (8 if len(left) < 2 else 0.25 * np.diff(left).min()))
