"""Segmentation of a path into strokes, and of strokes into repetitions and circles."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_TRIM = 0.08  # share of a stroke at its ends that counts as resting
_BACK = -0.6  # cosine below which a stroke goes back on the one before
_ALIKE = 2.4  # ratio of lengths up to which strokes belong to one repetition
_PAUSE = 0.7  # seconds of rest that end a repetition
_FINE = 0.55  # share of the least movement to which repetitions may shrink ...
_OFTEN = 4  # ... if they have that many strokes
_REST = 0.2  # seconds between strokes, from which they are two
_ON = 0.4  # cosine from which a stroke goes on with the one before
_ROUND = 0.5  # narrow by wide, from which a closed path is a circle and not a swing
_WINDING = 0.85  # turns, from which it is one


@dataclass(frozen=True)
class Stroke:
    """A movement one way: frame numbers from where to where, and the vector (3,) metres between them."""

    first: int
    last: int
    vector: np.ndarray

    @cached_property
    def length(self) -> float:
        return float(np.linalg.norm(self.vector))


@dataclass(frozen=True)
class Group:
    """Strokes that belong together.

    Args:
        kind: "stroke", "repetition" or "circle".
        strokes: in order.
        count: times there and back, or round.
        vector: (3,) metres: of the stroke; the mean way out of a repetition; a circle's normal times its diameter.
    """

    kind: str
    strokes: tuple[Stroke, ...]
    count: int
    vector: np.ndarray

    @property
    def first(self) -> int:
        return self.strokes[0].first

    @property
    def last(self) -> int:
        return self.strokes[-1].last

    @property
    def distance(self) -> float:
        return float(np.linalg.norm(self.vector))


def groups(path: np.ndarray, times: np.ndarray, least: float) -> list[Group]:
    """Strokes, repetitions and circles of a path, in the order of time.

    Args:
        path: (frames, 3) metres.
        times: (frames,) seconds.
        least: metres: smaller movements are none, unless they come back often.
    """
    found = strokes(path, _FINE * least)
    result: list[Group] = []
    plain: list[Stroke] = []
    at = 0
    while at < len(found):
        circle = _circle_from(found, path, times, at)
        if circle is None:
            plain.append(found[at])
            at += 1
        else:
            result += [*_back_and_forth(_joined(plain, path, times), times), circle]
            plain, at = [], at + len(circle.strokes)
    result += _back_and_forth(_joined(plain, path, times), times)
    often: Callable[..., Any] = lambda group: group.kind == "repetition" and len(group.strokes) >= _OFTEN  # noqa: E731
    return [group for group in result if group.distance >= least or often(group)]


def turning_points(signal: np.ndarray, least: float) -> list[int]:
    """Frames at which a signal (frames,) turns after a change of at least `least`, and the extreme after the last turn."""
    turns, low, high, way = [], 0, 0, 0
    for frame, value in enumerate(signal):
        if way <= 0 and value < signal[low]:
            low = frame
        if way >= 0 and value > signal[high]:
            high = frame
        if way >= 0 and signal[high] - value >= least:
            turns.append(high)
            way, low = -1, frame
        elif way <= 0 and value - signal[low] >= least:
            turns.append(low)
            way, high = 1, frame
    return [*turns, high if way > 0 else low]


def _joined(found: list[Stroke], path: np.ndarray, times: np.ndarray) -> list[Stroke]:
    """Strokes that go on the same way without a rest are one: an arm swings up in an arc."""
    result: list[Stroke] = []
    for stroke in found:
        last = result[-1] if result else None
        near = last if last is not None and times[stroke.first] - times[last.last] < _REST else None
        if near and near.vector @ stroke.vector > _ON * near.length * stroke.length:
            result[-1] = Stroke(near.first, stroke.last, path[stroke.last] - path[near.first])
        else:
            result.append(stroke)
    return result


def _back_and_forth(found: list[Stroke], times: np.ndarray) -> list[Group]:
    """Runs of strokes there and back as repetitions, the others alone."""
    result, at = [], 0
    while at < len(found):
        stop = _repetition_end(found, times, at)
        if stop - at >= 3:
            run = found[at:stop]
            signs = np.array([1.0, -1.0] * len(run))[: len(run), None]
            vector = (np.array([stroke.vector for stroke in run]) * signs).mean(0)
            result.append(Group("repetition", tuple(run), len(run) // 2, vector))
            at = stop
        else:
            result.append(Group("stroke", (found[at],), 1, found[at].vector))
            at += 1
    return result


def strokes(path: np.ndarray, least: float) -> list[Stroke]:
    """The path's strokes of at least `least` metres, one after the other."""
    corners = _corners(path, least)
    result = []
    for first, last in zip(corners[:-1], corners[1:]):
        vector = path[last] - path[first]
        if np.linalg.norm(vector) < least:
            continue
        along = (path[first : last + 1] - path[first]) @ vector / (vector @ vector)
        begun = first + int(np.flatnonzero(along <= _TRIM)[-1]) if (along <= _TRIM).any() else first
        done = first + int(np.flatnonzero(along >= 1 - _TRIM)[0])
        begun = begun if begun < done else first
        result.append(Stroke(begun, max(done, begun + 1), vector))
    return result


def _corners(path: np.ndarray, least: float) -> list[int]:
    """Frames at which the path turns: back on itself, or off to the side by more than half of `least`."""
    turns = [0]
    anchor = far = 0
    places, reach = path.tolist(), 0.0  # plain numbers: a call of numpy for each frame takes 20 times as long
    for frame in range(1, len(places)):
        here = math.dist(places[frame], places[anchor])
        if here > reach:
            far, reach = frame, here
        elif reach > least and reach - here > 0.35 * least and math.dist(places[far], places[frame]) > 0.5 * least:
            turns.append(far)
            anchor = far
            far = anchor + int(np.linalg.norm(path[anchor : frame + 1] - path[anchor], axis=-1).argmax())
            reach = math.dist(places[far], places[anchor])
    turns.append(far if far > turns[-1] else len(path) - 1)
    corners = [turns[0]]
    for first, last in zip(turns[:-1], turns[1:]):
        corners += _bends(path, first, last, 0.6 * least) + [last]
    return sorted(set(corners))


def _bends(path: np.ndarray, first: int, last: int, tolerance: float) -> list[int]:
    """Ramer, Douglas and Peucker: frames between, at which the path leaves the straight line by more than `tolerance`."""
    if last - first < 2:
        return []
    line = path[last] - path[first]
    inner = path[first + 1 : last] - path[first]
    share = np.clip(inner @ line / max(line @ line, 1e-12), 0, 1)
    off = np.linalg.norm(inner - share[:, None] * line, axis=-1)
    if off.max() <= tolerance:
        return []
    middle = first + 1 + int(off.argmax())
    return _bends(path, first, middle, tolerance) + [middle] + _bends(path, middle, last, tolerance)


def _repetition_end(found: list[Stroke], times: np.ndarray, at: int) -> int:
    """One past the last stroke of the run of strokes there and back that starts at `at`."""
    stop = at + 1
    while stop < len(found):
        one, two = found[stop - 1], found[stop]
        back = one.vector @ two.vector < _BACK * one.length * two.length
        longest, shortest = max(one.length, two.length), min(one.length, two.length)
        if not back or longest > _ALIKE * shortest or times[two.first] - times[one.last] > _PAUSE:
            break
        stop += 1
    return stop


def _circle_from(found: list[Stroke], path: np.ndarray, times: np.ndarray, at: int) -> Group | None:
    """The circle that begins with stroke `at`; None: the path does not go round there."""
    stop = at + 1
    while stop < len(found):
        one, two = found[stop - 1], found[stop]
        sharp = one.vector @ two.vector < _BACK * one.length * two.length
        if sharp or times[two.first] - times[one.last] > 0.3:
            break
        stop += 1
    for last in range(stop, at + 2, -1):
        run = found[at:last]
        piece = path[run[0].first : run[-1].last + 1]
        centred = piece - piece.mean(0)
        _, sizes, axes = np.linalg.svd(centred, full_matrices=False)  # the last axis is normal to the plane
        narrow = sizes[1] / max(sizes[0], 1e-9)
        if narrow > _ROUND and abs(turns := _winding(centred, axes[2])) > _WINDING:
            vector = axes[2] * np.sign(turns) * 2 * float(np.linalg.norm(centred, axis=-1).mean())
            return Group("circle", tuple(run), max(1, round(abs(turns))), vector)
    return None


def _winding(centred: np.ndarray, normal: np.ndarray) -> float:
    """Turns of points (frames, 3) about the origin, counterclockwise seen against the normal."""
    first = np.cross(normal, [1.0, 0, 0] if abs(normal[0]) < 0.9 else [0, 1.0, 0])
    first /= np.linalg.norm(first)
    second = np.cross(normal, first)
    angle = np.unwrap(np.arctan2(centred @ second, centred @ first))
    return float((angle[-1] - angle[0]) / (2 * np.pi))
