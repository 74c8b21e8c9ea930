"""Frames of JSON and when they are: records of one person each put together by their frame, people with frames of their own side by side."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..estimators.detections import last_number
from ..tables.index_columns import FRAME, PERSON, TIME, column_of, rate_of

Body = dict[str, list[float]]  # joint -> coordinates, and a score behind two or three of them
Person = tuple[object, Body]  # (an identity or None, the body)
_STARTS = (
    "start_frame", "startframe", "first_frame", "firstframe", "frame_start", "begin_frame", "frame_begin", "start",
)  # fmt: skip
_NUMBERS = ("frames", "frame_ids", "frame_numbers", "frame_indices", "frame_idxs")  # lists of a track's
_ID_LISTS = ("tracked_ids", "track_ids", "tracked_id", "ids", "person_ids", "track_id", "person_id", "id")
_FEW = 8  # keys of an object in which a stamp is looked for
_FRAME_KEY = re.compile(r"(?:frame|frm|fr|f|time|t|step)?[ _-]?[0-9]{1,9}", re.IGNORECASE)
_VIEWS = re.compile("cam|view|kinect|sensor|frame", re.IGNORECASE)  # of one person, or of one moment
_SOMEBODY = re.compile(
    "(?:person|people|human|body|user|subject|player|actor|dancer|skeleton|track|id|p)?[ _-]?", re.IGNORECASE
)
# keys of the same body in other places, or of what is no place
_NOBODY = re.compile(
    "depth|colou?r|image|pixel|screen|proj|2d|3d|local|global|world|cam|offset|rest|raw|filt|smooth|pred|target|gt|truth|vel|acc|rot|ang|quat"
    "|euler|conf|scor|std|var|err|prev|next|left|right|init|norm|min|max|mean|landmark|joint|point|pose|pos|size|scale",
    re.IGNORECASE,
)
_CROWD, _LEAST, _APART = 12, 5, 0.3  # people in a frame; joints; of a body's extent
_STEP = 0.2  # of a body's extent, from frame to frame
_MOST_GAP = 100  # times as many steps of the clock as frames


class Frames(list[list[Person]]):
    """The people of every frame. `moments`: of each its number or time, or None; `timed`: they are times."""

    moments: list[float] | None = None
    timed = False

    @classmethod
    def at(cls, frames: list[list[Person]], moments: list[float], timed: bool = False) -> Frames:
        """The frames with the number or time of each."""
        out = cls(frames)
        out.moments, out.timed = moments, timed
        return out


def frames_together(content: Any) -> Any:
    """Contents whose frames are keys beside others (`{"fps": 30, "frame_0": ..., "frame_1": ...}`) with them under one key; others as they are."""
    if not isinstance(content, dict):
        return content
    framed = {
        key: one for key, one in content.items() if isinstance(one, (dict, list)) and _FRAME_KEY.fullmatch(key[:64])
    }
    if not 1 < len(framed) < len(content) or "frames" in content:
        return content
    return {key: one for key, one in content.items() if key not in framed} | {"frames": framed}


def are_people(node: dict[str, Any]) -> bool:
    """Whether keys count people: `0`, `1`, or `person_1`, `person_2`; these also beside numbers and texts of the frame."""
    keys = [key for key, value in node.items() if isinstance(value, (dict, list))]
    stems = {key.rstrip("0123456789") for key in (keys if len(keys) > 1 else node)}
    alone = len(keys) == len(node) or all(map(_SOMEBODY.fullmatch, stems))
    return (
        alone
        and len(node) > 1
        and len(stems) == 1
        and not any(stem in node or _VIEWS.search(stem[:64]) for stem in stems)
    )


def are_named_people(node: dict[str, Any], known: set[str], body_of: Callable[[Any], Body | None]) -> bool:
    """Whether the objects of a frame are people by their names (`"Ann": {...}, "Ben": {...}`): bodies of the same joints and size that stand apart.

    Args:
        known: gets the names, so that they stay people where they meet. body_of: the body that an object holds.
    """
    held = {key: value for key, value in node.items() if isinstance(value, dict) and len(value) > 0}
    mark = f"people {', '.join(held)}"
    if mark in known or not 1 < len(held) <= _CROWD or any(_NOBODY.search(key[:64]) for key in held):
        return mark in known
    bodies = [body_of(value) for value in held.values()]
    joints = set(bodies[0] or ())
    if len(joints) < _LEAST or any(body is None or set(body) != joints for body in bodies):
        return False
    places = [np.array([place[:2] for place in body.values()]) for body in bodies if body is not None]
    sizes = [float(np.ptp(place, 0).max()) for place in places]
    ways = [float(np.linalg.norm(place.mean(0) - places[0].mean(0))) for place in places[1:]]
    if not max(sizes) < 2 * min(sizes) or not min(ways) > _APART * max(sizes):
        return False
    known.add(mark)
    return True


def entry(node: dict[str, Any], choices: tuple[str, ...]) -> tuple[str, object]:
    """The first key of one of these names, and its value; None where there is none."""
    keys = list(node)
    at = column_of(keys, choices)
    return ("", None) if at is None else (keys[at], node[keys[at]])


def identity_of(node: object) -> object:
    """Who an object says to show: a number or a name; None where it does not say."""
    if not isinstance(node, dict):
        return None
    _, value = entry(node, PERSON)
    return int(value) if isinstance(value, float) and abs(value) < 2**63 else value if isinstance(value, str) else None


def number_of(value: object) -> float | None:
    """A frame's number or time; None for what is none."""
    if isinstance(value, str):
        try:
            return number_of(float(value))
        except ValueError:
            found = last_number(value[:512])
            return None if found is None else float(found)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return float(value)


def stamp_of(node: dict[str, Any], depth: int = 0) -> float | None:
    """Seconds of a stamp of two numbers in an object (ROS: `{"header": {"stamp": {"sec": 1, "nanosec": 5}}}`); None without one."""
    for value in node.values():
        if not isinstance(value, dict):
            continue
        whole = next((value[key] for key in ("sec", "secs", "seconds") if isinstance(value.get(key), float)), None)
        parts = next(
            (value[key] for key in ("nanosec", "nsec", "nsecs", "nanos") if isinstance(value.get(key), float)), None
        )
        if value.keys() < {"seconds", "nanos"}:  # Google's durations leave out what is 0
            whole, parts = whole or 0.0, parts or 0.0
        if whole is not None and parts is not None:
            return float(whole + 1e-9 * parts)
        if depth < 1 and len(value) < _FEW and (inner := stamp_of(value, depth + 1)) is not None:
            return inner
    return None


def rate_beside(content: dict[str, Any], frames: int) -> float | None:
    """Frames a second by a list of times beside an array of all frames; None without one."""
    key, value = entry(content, TIME)
    if not isinstance(value, list) or len(value) != frames:
        return None
    times = [number_of(time) for time in value]
    return None if None in times else rate_of(key, np.array(times, float))


def rate_of_frames(frames: Sequence[object]) -> float | None:
    """Frames a second by what frames say of their time in numbers; None where they do not."""
    first = frames[0] if frames and isinstance(frames[0], dict) else {}
    numbers = [key for key, value in first.items() if isinstance(value, float)]
    if (at := column_of(numbers, TIME)) is None:
        return None
    key = numbers[at]
    times = [frame[key] for frame in frames if isinstance(frame, dict) and isinstance(frame.get(key), float)]
    return rate_of(key, np.array(times))


def with_moments_of(frames: list[list[Person]], node: dict[str, Any]) -> list[list[Person]]:
    """The frames of a track with the numbers or times that stand beside them: in a list of as many, or of the first (`start_frame`)."""
    if getattr(frames, "moments", None):
        return frames
    for choices, timed in ((FRAME + _NUMBERS, False), (TIME, True)):
        values = entry(node, choices)[1]
        moments = [number_of(value) for value in values] if isinstance(values, list) else []
        known = [moment for moment in moments if moment is not None]
        if len(known) == len(frames) and sorted(set(known)) == known:
            return Frames.at(frames, known, timed)
    start = number_of(entry(node, _STARTS)[1])
    return frames if start is None else Frames.at(frames, [start + number for number in range(len(frames))])


def frames_of_tracks(frames: list[list[Person]] | None) -> list[list[Person]] | None:
    """Frames that are people, whose bodies are frames: many in each, of which the next stands where the one before does. Others as they are."""
    if not frames or len(frames) > _CROWD or min(map(len, frames)) <= max(_CROWD, len(frames)):
        return frames
    if not all(_stands_still([body for _, body in people]) for people in frames):
        return frames
    tracks: list[tuple[object, list[list[Person]] | None]] = []
    for people in frames:
        numbers = [number_of(identity) for identity, _ in people]
        known = [number for number in numbers if number is not None]
        own: list[list[Person]] = [[(None, body)] for _, body in people]
        tracks.append((None, Frames.at(own, known) if len(known) == len(own) else own))
    return side_by_side(tracks)


def _stands_still(bodies: list[Body]) -> bool:
    """Whether these bodies are one in the course of time: from each to the next it moves, by a small part of its size."""
    ways = []
    for one, other in zip(bodies, bodies[1:], strict=False):
        joints = [joint for joint in one if joint in other]
        if len(joints) < _LEAST:
            return False
        first, second = (np.array([body[joint][:2] for joint in joints]) for body in (one, other))
        size = float(np.ptp(first, 0).max())
        ways.append(float(np.nanmedian(np.abs(second - first).max(1))) / size if size else 0.0)
    return 0 < float(np.median(ways)) < _STEP


def own_person(node: dict[str, Any]) -> bool:
    """Whether an object says who, or from which frame on, but not when; or lists when."""
    keys = list(node)
    when = column_of(keys, FRAME + _NUMBERS + TIME)
    if when is not None:
        value = node[keys[when]]
        return isinstance(value, list) and len(value) > 1 and number_of(value[0]) is not None
    return column_of(keys, PERSON + _STARTS[:-1]) is not None


def with_identities(node: object, people: list[Person]) -> list[Person]:
    """People of a frame with the identities that a list beside them says (`"tracked_ids": [1, 4]`)."""
    lists = [node[key] for key in _ID_LISTS if isinstance(node.get(key), list)] if isinstance(node, dict) else []
    if not lists or len(lists[0]) != len(people) or any(identity is not None for identity, _ in people):
        return people
    who = [number_of(value) for value in lists[0]]
    if None in who or len(set(who)) < len(who):
        return people
    return [(int(one), body) for one, (_, body) in zip(who, people, strict=True) if one is not None]


def with_moments(frames: list[list[Person]], nodes: Sequence[object]) -> Frames:
    """The frames with the numbers, or else the times, that all of their objects say; records of one frame are put together.

    Args:
        frames: as the file has them. nodes: the object of each.
    """
    out = Frames(frames)
    objects = [node for node in nodes if isinstance(node, dict)]
    if len(objects) < len(frames) or not frames:
        return out
    for choices, timed in ((FRAME, False), (TIME, True)):
        moments = [number_of(entry(node, choices)[1]) for node in objects]
        known = [moment for moment in moments if moment is not None]
        if len(known) == len(frames):
            out.moments, out.timed = known, timed
            return _together(out)
    return out


def _together(frames: Frames) -> Frames:
    """Records of one frame as one, where frames come again: each with somebody else, or one after the other."""
    moments = frames.moments or []
    if len(set(moments)) == len(moments):
        return frames
    who = [(moment, str(identity)) for moment, people in zip(moments, frames, strict=True) for identity, _ in people]
    named = all(identity is not None for people in frames for identity, _ in people) and len(set(who)) == len(who)
    in_turn = all(one <= other for one, other in zip(moments, moments[1:], strict=False))
    if not named and (not in_turn or (frames.timed and len(set(moments)) == 1)):
        return frames  # one time in all of them is not theirs, as that which an estimator took
    merged: dict[float, list[Person]] = {}
    for moment, people in zip(moments, frames, strict=True):
        merged.setdefault(moment, []).extend(people)
    out = Frames(merged[moment] for moment in sorted(merged))
    out.moments, out.timed = sorted(merged), frames.timed
    return out


def without_moments(places: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """Joint -> its places, without the number or time of the frame before x, y, z, where all joints have the same and it rises."""
    if any(len(place) != 4 for own in places.values() for place in own):
        return places
    first = np.array([[place[0] for place in own] for own in places.values()])
    if not (first == first[0]).all() or not (np.diff(first[0]) > 0).all():
        return places
    return {joint: [place[1:] for place in own] for joint, own in places.items()}


def side_by_side(people: list[tuple[object, list[list[Person]] | None]]) -> list[list[Person]] | None:
    """Frames of people who have their own each: `[{"name": "A", "frames": [...]}, {"name": "B", "frames": [...]}]`.

    Where all of them say when, everybody stays in their own frames; else all begin together.
    """
    places = _places([own for _, own in people if own])
    frames: list[list[Person]] = [[] for _ in range(max((place[-1] + 1 for place in places if place), default=0))]
    for (identity, own), place in zip(((i, own) for i, own in people if own), places, strict=True):
        for at, bodies in zip(place, own, strict=True):
            frames[at] += [(identity if who is None else who, body) for who, body in bodies]
    return frames if any(frames) else None


def _places(tracks: list[list[list[Person]]]) -> list[list[int]]:
    """The frame of each frame of each track."""
    alone = [list(range(len(own))) for own in tracks]
    timed = {own.timed for own in tracks if isinstance(own, Frames)}
    moments = [own.moments or [] if isinstance(own, Frames) else [] for own in tracks]
    if len(timed) != 1 or not all(moments) or any(sorted(set(own)) != own for own in moments):
        return alone
    if True in timed:  # clocks of several people need not agree to the last digit
        steps = np.concatenate([np.diff(own) for own in moments if len(own) > 1] or [np.ones(1)])
        step, start = float(np.median(steps)), min(own[0] for own in moments)
        if step <= 0 or max(own[-1] for own in moments) - start > _MOST_GAP * step * sum(map(len, moments)):
            return alone
        moments = [[float(round((moment - start) / step)) for moment in own] for own in moments]
        if any(sorted(set(own)) != own for own in moments):
            return alone
    number = {moment: at for at, moment in enumerate(sorted({moment for own in moments for moment in own}))}
    return [[number[moment] for moment in own] for own in moments]
