"""JSON of other programs: joints by name or number, person by person, frame by frame (Kinect SDK, ZED, CMU Panoptic, Unity, Rokoko, ...).

Such files differ in the names of their keys, not in their build, so they are read by it. A place is `{"x", "y", "z"}` in any case, an
object that holds one (`"position"`), or a list of 2 to 4 numbers. A body is an object of joints and places, a list of objects that name
their joint, or a list of places. Lists and objects round bodies are people; what is round those are frames. A folder holds a file a frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np

from ...model.joint_names import body_points
from ...nouns import counted as count_of
from ..arrays.numpy_files import joints_clip, named_joints
from ..estimators.detections import Detections
from ..reader import RawClip, Reader, ReadOptions, pick_clip
from ..rules.sensors import sensor_axes
from ..source import SkeletonFile, natural
from ..tables.clocks import seconds_of
from ..tables.index_columns import FRAME, TIME, column_of, rate_of
from ..tables.layouts_of_tables import counted_names, layout_of_names
from ..views import one_clip_of_json, one_view_of_files, one_view_of_json
from .joints_beside import (
    BEFORE_AXES,
    COUNTED,
    LEAST,
    TEXTS,
    array_in,
    but_hands,
    flat_places,
    joined_groups,
    joint_names,
    listed_places,
    names_beside,
    number_list,
    place_of,
    points_of_people,
    rows_in,
    scores_beside,
    series_of,
    with_scores,
    without_empty,
)
from .json_moments import (
    Body,
    Frames,
    Person,
    are_named_people,
    are_people,
    entry,
    frames_of_tracks,
    frames_together,
    identity_of,
    number_of,
    own_person,
    rate_beside,
    side_by_side,
    stamp_of,
    with_identities,
    with_moments,
    with_moments_of,
)
from .json_text import head_keys, json_frames, label_of, nested, unquoted

_MANY = 5  # from here on numbered things are frames, not people
_CROWD = 12  # of more in each of a few lists, the lists are people's frames
_DEEP, _WRAPPED = 8, 3  # objects and lists round a body; lists of one object round frames
_WHO = re.compile(
    "people|person|bod(y|ies)|skeleton|instance|detection|prediction|annotation|human|user|player|pose|object|result",
    re.IGNORECASE,
)
_FRAMES = (("data", "results", "poses", "sequence", "frames"), ("frames",))  # ends of keys of lists; of objects
_FPS = ("fps", "framerate", "frame_rate", "framespersecond")
_FLAT = re.compile(r"joints(\d{1,3})")  # CMU Panoptic: x, y, z, confidence of every joint in one list
_PLACES = re.compile(
    "(joint_?|key_?point_?|pose_?)s?_?(3d|2d|positions)|(global_|world_)?(positions|landmarks)(_?3d|_?2d)?"
)
# OpenPifPaf, AlphaPose
_FLAT_KEYS = ("keypoints", "joints", "pose_keypoints", "pose_keypoints_2d", "keypoints_2d", "pred_keypoints", "kpts")
_ARRAY = re.compile(
    rb'"(?:frames|data|sequence|animation|motion|clip|poses|skeletons?|trajectory|x)"\s{0,9}:\s{0,9}\[\s{0,99}\[\s{0,99}\[\s{0,99}-?\d'
)
_LISTED = re.compile(
    rb'"(?:joints|keypoints|positions|pose_keypoints_[23]d)"\s{0,9}:\s{0,9}\[\s{0,99}(?:\[\s{0,99})?-?\d[^][{}"]{99}'
)
_MOMENT = re.compile(r".{0,40}:.{0,40}|\d{9,20}|\d{1,9}\.\d{1,9}")
_MEDIAPIPE = {"11", "12", "23", "24"}  # shoulders and hips


@dataclass
class _Found:
    """Frames as they are met. `keys`: names of keys at which places or bodies were found; `beside`: the object that holds all; `others`: records without a body."""

    frames: list[list[Person]] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    beside: object = None
    others: int = 0


def _detect(file: SkeletonFile) -> float:
    if file.is_folder:
        frames = [name for name in file.names if name.lower().endswith(".json")]
        return _detect(file.sibling(frames[0])) if 2 * len(frames) > len(file.names) else 0.0
    keys = head_keys(file)
    if keys & {"keypointlabels", "Timebase"} or ("layout" in keys and keys & {"joints", "fps"}):
        return 0.0  # Label Studio's and Qualisys' own JSON, and ours
    lower = {key.lower() for key in keys}
    if (
        any({f"{before}x", f"{before}y"} <= lower for before in BEFORE_AXES)
        or keys
        & {"body_list", "bodies", "keypoints", "pred_keypoints", "transform", "matrix", "coordinates", "coords", "xyz"}
        or {"head", "tail"} <= lower
        or {"left", "right"} <= lower
        or counted_names(tuple(sorted((key for key in keys if key[-1:].isdigit()), key=natural)))
        or _ARRAY.search(file.head)
        or _LISTED.search(file.head)
        or any(key.endswith(("transforms", "matrices")) for key in lower)
        or (lower & {"joints", "bones"} and lower & {"position", "pos", "location"})
        or any(map(_FLAT.fullmatch, keys))
        or {"shape", "data"} <= keys
        or any(map(_PLACES.fullmatch, lower))
        or sum(key.isdecimal() and len(key) < 3 for key in keys) >= LEAST
    ):
        return 0.5
    # names of joints may be keys or not
    words = sorted({*keys, *TEXTS.findall(file.head_text[:20_000])})[:200] if keys else []
    if sum(point is not None for point in body_points(words)) >= LEAST:
        return 0.5
    start = file.head[:200].translate(None, delete=b" \t\r\n\xef\xbb\xbf")
    return 0.5 if start[:1] in (b"{", b"[") and re.search(rb"\[\[([-\d]|null)", start) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    found, fps = _Found(), None
    for one in json_frames(one_view_of_files(file, options)):
        content = one_view_of_json(one, unquoted(one), lambda part: _frames(part, _Found()) is not None, options)
        content, note = one_clip_of_json(
            content, _is_clip, lambda names: pick_clip(file, options.clip, len(names), names)
        )
        file.mended += [note] if note and options.clip is None else []
        content = frames_together(nested(content))
        if (rows := rows_in(content)) is not None:
            return joints_clip(file, rows, "", options)
        if isinstance(content, dict):
            rates = (value for key, value in content.items() if key.lower() in _FPS and isinstance(value, float))
            fps = fps or next((rate for rate in rates if rate > 0), None)
            if (array := array_in(content)) is not None:
                clip = joints_clip(file, *array, options)
                if clip.confidence is None and (scores := scores_beside(content, clip.joints.shape[:3])) is not None:
                    clip = replace(clip, confidence=np.nan_to_num(scores, posinf=0, neginf=0).clip(0, 1))
                names = names_beside(content, clip.joints.shape[2]) or ()
                fps = fps or rate_beside(content, len(clip.joints))
                return replace(named_joints(file, clip, names, options), fps=fps, label=label_of(content))
        frames = frames_of_tracks(_frames(content, found))
        if frames is None and (not file.is_folder or content):
            raise one.error("frames with joints by name or number, each with x and y", "nothing of that build")
        found.frames += (frames or [[]]) if not file.is_folder else [[p for frame in frames or [] for p in frame]]
        found.beside = found.beside or content
    return replace(_clip(file, found, fps, options), label=label_of(found.beside))


def _clip(file: SkeletonFile, found: _Found, fps: float | None, options: ReadOptions) -> RawClip:
    names: dict[str, int] = {}
    sizes: set[int] = set()
    for frame in found.frames:
        for _, body in frame:
            names |= {name: len(names) + row for row, name in enumerate(name for name in body if name not in names)}
            sizes |= set(map(len, body.values()))
    if not names:
        raise file.error("at least one person", f"{count_of(len(found.frames), 'frame')} without any")
    joints = sorted(names, key=lambda name: (len(name), name))
    counted: tuple[str, ...] | None = None
    numbered = all(name.isdecimal() for name in joints)
    if numbered and not counted_names(tuple(joints)) and names.keys() >= _MEDIAPIPE and max(map(int, joints)) < 33:
        joints = list(map(str, range(33)))  # some of MediaPipe's, by their numbers
    if not counted_names(tuple(joints)):
        joints = list(names)
    else:
        names = {name: row for row, name in enumerate(joints)}
        known = (text for (key, count), text in COUNTED.items() if key in found.keys and count == len(names))
        counted = next(known, None) or names_beside(found.beside, len(names))
    layout, rows, notes = layout_of_names(file, tuple(counted or joints), options, "json")
    notes += (f"{count_of(found.others, 'record')} without joints left out.",) if found.others else ()
    width = max(sizes) if max(sizes) > 2 else 3  # places, and a score or 1
    collected = Detections(file, len(names), width)
    for number, frame in enumerate(found.frames):
        for identity, body in frame:
            values = np.full((len(names), width + 1), np.nan, np.float32)
            for name, place in body.items():
                values[names[name], : len(place)] = place
            values[:, -1] = seen_rows = ~np.isnan(values[:, 0])
            if width == 4:  # what has no score, beside others that have, is as sure as any
                values[seen_rows & np.isnan(values[:, 3]), 3] = 1
            collected.add(number, values, identity)
    values, seen, relink, people, more = collected.build(len(found.frames))
    values[seen == 0] = np.nan
    values, scores = without_empty(values[:, :, rows])
    clip = joints_clip(file, values, "", replace(options, axes=("T", "M", "V", "C")))
    if scores is not None:
        clip = replace(clip, confidence=np.nan_to_num(scores, posinf=0, neginf=0).clip(0, 1))
    if fps is None and len(found.times) > 1:
        fps = rate_of(found.times[0][0], seconds_of(file, [text for _, text in found.times]))
    kinect = bool(found.keys & {"jointtype", "joint_type", "camerax", "trackingstate"})
    flat = clip.joints.shape[-1] == 2
    clip = replace(clip, **sensor_axes([joints[row] for row in rows], clip.joints))
    return replace(
        clip, layout=layout, mask=seen[:, :, rows] > 0, fps=fps, relink=relink, people_names=people, notes=clip.notes + more + notes,
        units="metres" if kinect and not flat else "pixels" if flat else clip.units, up="y" if kinect and not flat else clip.up,
        view="z" if kinect and not flat else clip.view, zero_is_missing=flat or kinect,
    )  # fmt: skip


def _frames(node: object, found: _Found, depth: int = 0) -> list[list[Person]] | None:
    """The people of every frame, or None where nothing is built like that."""
    if depth > _DEEP or not isinstance(node, (dict, list)) or not node:
        return None
    if isinstance(node, dict):
        for inner in (node, *node.values()):
            if series := series_of(inner):
                return series
        held = ((one, one.get("frames") if isinstance(one, dict) else None) for one in node.values())
        own = [frames if isinstance(frames, (dict, list)) else one for one, frames in held]
        few = len(own) <= _CROWD and are_people(node) and _body(own[0], _Found()) is None
        if few and all(len(frames) > _CROWD and (isinstance(frames, list) or _numbered_keys(frames)) for frames in own):
            return side_by_side([(key, _frames(own, found, depth + 1)) for key, own in node.items()])
        people = None if _numbered_keys(node) else _people(node, found)
        if people is not None and not _holds_frames(node):
            _note_time(node, found)
            return [people]
        if _numbered_keys(node):
            keys = sorted(node, key=natural)
            found.times += [("timestamp", key) for key in keys if _MOMENT.fullmatch(key)]
            numbered = _frames([node[key] for key in keys], found, depth + 1)
            numbers = [number for key in keys if (number := number_of(key)) is not None]
            if numbered is not None and len(numbered) == len(numbers):
                numbered = Frames(numbered)
                numbered.moments = numbers
            return numbered
        nested = sorted((v for v in node.values() if isinstance(v, (dict, list))), key=len, reverse=True)
        inner = next((frames for v in nested if (frames := _frames(v, found, depth + 1)) is not None), None)
        return None if inner is None else with_moments_of(inner, node)
    if (body := _body(node, found)) is not None:
        return [[(None, body)]]
    if len(node) == 1 and isinstance(node[0], dict) and _holds_frames(node[0]):
        return _frames(node[0], found, depth + 1)
    if all(isinstance(child, dict) and _own_frames(child) for child in node):
        return side_by_side([(identity_of(child), _frames(child, found, depth + 1)) for child in node])
    frames, kept = [], []
    for child in node:
        people = _people(child, found)
        if people is None and child:
            if len(node) == 1 or depth or not isinstance(child, dict):
                return _frames(child, found, depth + 1) if len(node) == 1 else None
            if column_of(list(child), FRAME) is None:
                continue  # a record of something else, no frame without anybody
        frames.append(people or [])
        kept.append(child)
        if isinstance(child, dict):
            _note_time(child, found)
    found.others = len(node) - len(kept)
    return with_moments(frames, kept) if any(frames) and found.others <= len(kept) else None


def _is_clip(part: object) -> bool:
    """Whether a part of JSON is frames, or holds them, rather than is one."""
    part = list(part.values()) if isinstance(part, dict) and len(part) > _CROWD and _numbered_keys(part) else part
    if isinstance(part, list):
        return len(part) > 1 and _body(part, _Found()) is None and _people(part[0], _Found()) is not None
    return isinstance(part, dict) and (_own_frames(part) or _holds_frames(part))


def _own_frames(node: dict) -> bool:
    """Whether an object holds frames: a list that is called so, or whose objects have a body and times of their own, or bodies of somebody."""
    lists = {key: value for key, value in node.items() if isinstance(value, list) and value}
    if own_person(node) and any(_body(value[0], _Found()) is not None for value in lists.values()):
        return True
    by_number = (key for key, value in node.items() if isinstance(value, dict) and _numbered_keys(value))
    if any(key.lower().endswith("frames") for key in (*lists, *by_number)):
        return True
    first = [value[:2] for value in lists.values() if len(value) > 1 and all(isinstance(v, dict) for v in value[:2])]
    moments = ([entry(one, TIME + FRAME) for one in two] for two in first)
    timed = [two[0] for two, (one, other) in zip(first, moments, strict=True) if one[0] and one[1] != other[1]]
    return any(_people(one, _Found()) for one in timed)


def _holds_frames(node: dict, depth: int = 0) -> bool:
    """Whether an object's lists, or those of an object in it, are frames rather than people: the key says so, or a time in each."""
    for key, value in node.items():
        if (
            isinstance(value, list)
            and value
            and isinstance(value[0], list)
            and own_person(node)
            and _body(value[0], _Found())
        ):
            return True
        if isinstance(value, dict) and len(value) > _MANY and _numbered_keys(value):
            return True
        if isinstance(value, (list, dict)) and value and key.lower().endswith(_FRAMES[isinstance(value, dict)]):
            return True
        if isinstance(value, list) and value:
            if depth < 2 and len(value) > _CROWD and not _WHO.search(key[:64]) and _body(value[0], _Found()):
                return True
            first = value[0] if isinstance(value[0], dict) else {}
            if len(value) == 1 and depth < _WRAPPED and _holds_frames(first, depth + 1):
                return True
            if column_of(list(first), TIME + FRAME) is not None or _own_frames(first):
                return True
            if first and all(map(str.isdecimal, first)) and place_of(next(iter(first.values())), set()) is None:
                return True  # people by their numbers, frame by frame
        if depth < 2 and isinstance(value, dict) and _holds_frames(value, depth + 1):
            return True
    return False


def _numbered_keys(node: dict) -> bool:
    return len(node) > 1 and all(re.search(r"\d", key) for key in node) and not any(body_points(list(node)[:50]))


def _people(node: object, found: _Found, depth: int = 0) -> list[Person] | None:
    """Everybody in a frame; None where nobody could be."""
    if depth > _DEEP or not isinstance(node, (dict, list)):
        return None
    if isinstance(node, list) and len(groups := points_of_people(node)) > 1:
        people = [(who, _body(points, found)) for who, points in groups.items()]
        return [(who, body) for who, body in people if body is not None]
    if (body := _body(node, found)) is not None:
        return [(identity_of(node), body)]
    children = but_hands(node) if isinstance(node, dict) else [("", child) for child in node]
    if isinstance(node, dict):
        found.keys |= {key for key in node if key == "body_list"}
    counted = isinstance(node, dict) and (are_people(node) or are_named_people(node, found.keys, _one_body))
    people, some = [], not node
    for key, child in children:
        if not child:
            some = some or isinstance(child, list)
        elif (inner := _people(child, found, depth + 1)) is not None:
            some = True
            own = key if counted else identity_of(node)
            people += [(own if identity is None else identity, body) for identity, body in inner]
            if isinstance(node, dict) and not counted:
                break  # the first list of bodies: others are the same ones in the picture
    return with_scores(node, with_identities(node, people)) if some else None


def _one_body(node: object) -> Body | None:
    """The body of somebody who is alone in an object; None where nobody is, or several are."""
    people = _people(node, _Found(), _DEEP - 1)
    return people[0][1] if people and len(people) == 1 else None


def _body(node: object, found: _Found) -> Body | None:
    if isinstance(node, dict):
        for key, value in node.items():
            flat = _FLAT.fullmatch(key)
            if flat and isinstance(value, list) and len(value) == 4 * int(flat[1]):
                found.keys.add(key)
                return {str(row): number_list(value[4 * row : 4 * row + 4]) for row in range(int(flat[1]))}
            if key in _FLAT_KEYS and (places := flat_places(value)):
                return {str(row): place for row, place in enumerate(places)}
        if listed := listed_places(node):
            return listed
        body = {key: place for key, value in node.items() if (place := place_of(value, found.keys)) is not None}
        named = (
            any(body_points(list(body)))
            or all(key.isdecimal() and len(key) < 4 for key in body)
            or counted_names(tuple(sorted(body, key=natural)))
        )
        if len(body) >= LEAST and len(body) > 0.5 * len(node) and named:
            return body
        return None if (joined := joined_groups(node)) is None else _body(joined, found)
    if not isinstance(node, list) or len(node) < LEAST:
        return None
    places = [[np.nan, np.nan] if value is None else place_of(value, found.keys) for value in node]
    if any(place is None for place in places) or sum(value is not None for value in node) < min(LEAST, len(node) // 2):
        return None
    names = joint_names(node)
    if None in names or len(set(names)) < len(names):
        names = [str(row) for row in range(len(node))]
    return dict(zip(names, places, strict=True))


def _note_time(frame: dict, found: _Found) -> None:
    key, value = entry(frame, TIME)
    if not isinstance(value, (float, str)) and (seconds := stamp_of(frame)) is not None:
        key, value = "time_s", seconds
    if isinstance(value, (float, str)):
        found.times.append((key, repr(value) if isinstance(value, float) else value[:64]))


READER = Reader(
    "joints_json",
    "JSON of other programs: joints by name or number, frame by frame (Kinect SDK, ZED, CMU Panoptic, Unity, Rokoko)",
    "JSON frames in which at least five joints have places: x, y and z, or lists of two or three numbers",
    _detect, _read, (".json",), folders=True,
)  # fmt: skip
