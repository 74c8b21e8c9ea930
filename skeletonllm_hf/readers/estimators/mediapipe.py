"""MediaPipe Pose landmarks as JSON: a list of frames, each the 33 landmarks of a person (or of several).

A landmark is `{"x", "y", "z", "visibility"}` or `[x, y, z, visibility]`; a frame is a list of 33 of them, a list of people,
or an object with the list under "pose_world_landmarks"/"worldLandmarks" (metres about the hips, preferred) or
"pose_landmarks"/"landmarks"/"keypoints" (x and y as shares of the picture). Y points down, Z away from the camera.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..objects.joints_beside import joint_name
from ..objects.joints_json import READER as JOINTS_JSON
from ..objects.json_moments import rate_of_frames
from ..objects.json_text import frame_list, head_keys, label_of, unquoted
from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile, natural
from .detections import Detections
from .picture_shares import to_picture

JOINTS = 33
_WORLD = ("pose_world_landmarks", "poseWorldLandmarks", "worldLandmarks", "world_landmarks", "landmarks_world")
_IMAGE = ("pose_landmarks", "poseLandmarks", "landmarks", "keypoints", "pose")
_WRAPPERS = ("result", "results", "detection")
_RATE = ("fps", "frame_rate", "frameRate")
_SHARES = 2.0  # shares of a picture are smaller, also beside it
_MOST = 5  # people in a picture, in lists of which nothing says that they are frames


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    if keys & {*_WORLD, *_IMAGE[:3]}:
        return 0.8
    return 0.7 if {"x", "y", "visibility"} <= keys else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = unquoted(file)
    top = content if isinstance(content, dict) else {}
    frames = frame_list(content)
    if frames is content and isinstance(content, dict):
        frames = _by_kind(content) or content
    if isinstance(frames, dict):
        named = len(frames) > 1 and all(isinstance(frame, dict) and _landmarks(frame) for frame in frames.values())
        named = named and not _landmarks(frames)
        frames = [frames[name] for name in sorted(frames, key=natural)] if named else [frames]
    if not isinstance(frames, list) or not frames:
        raise file.error("a list of frames", type(frames).__name__)
    if _is_landmark(frames[0]):
        frames = [frames]
    timed, frames = frames, [_with_world(_unwrapped(frame)) for frame in frames]
    if any(frames) and not any(map(_has_marks, frames)):
        return JOINTS_JSON.read(file, options)  # under other keys, or some of the points by their names
    objects = [frame for frame in frames if isinstance(frame, dict)]
    world = bool(objects) and all(any(map(frame.get, _WORLD)) or not _landmarks(frame) for frame in objects)
    found = Detections(file, JOINTS, 3)
    for number, frame in enumerate(frames):
        people = _landmarks(frame, world) if isinstance(frame, dict) else frame
        if not people:
            continue  # nobody in this frame
        if isinstance(people, dict):
            people = [people]
        if not isinstance(people, list):
            raise file.error("a list of landmarks", type(people).__name__, position=f"frame {number}")
        for person in [people] if _is_landmark(people[0]) else people:
            found.add(number, _values(file, person, f"frame {number}"))
    joints, confidence, relink, names, notes = found.build(len(frames))
    world = world or _about_the_hips(joints, confidence >= options.min_confidence)
    size = [top.get(key) for key in ("width", "height")]
    units = "metres" if world else "unknown"
    if not world and all(isinstance(v, float) and 0 < v < 1e6 for v in size):
        joints = joints * np.array([size[0], size[1], size[0]], np.float32)  # z is in the scale of x
        units = "pixels"
    elif (
        not world and np.median(np.abs(joints[confidence >= options.min_confidence][:, :2])) > _SHARES
    ):  # ML Kit counts pixels
        units = "pixels"
    elif not world:
        joints, units, more = to_picture(joints, confidence >= options.min_confidence, "mediapipe_33", options)
        notes += more
    fps = next((top[key] for key in _RATE if isinstance(top.get(key), float)), None)
    fps = fps or rate_of_frames(timed)
    return RawClip(
        joints, "mediapipe_33", confidence=confidence, fps=fps, units=units, up="-y", view="z", relink=relink, label=label_of(top),
        people_names=names, notes=notes,
    )  # fmt: skip


def _by_kind(content: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Frames of an object whose lists hold all of them: `{"fps": 30, "landmarks": [[[x, y, z], ...], ...]}`; None for one frame of people."""
    lists = {key: content[key] for key in (*_WORLD, *_IMAGE) if isinstance(content.get(key), list)}
    lengths = set(map(len, lists.values()))
    length = lengths.pop() if len(lengths) == 1 else 0
    timed = any(isinstance(content.get(key), float) for key in _RATE)
    if length <= (1 if timed else _MOST) or any(_is_landmark(value[0]) for value in lists.values()):
        return None
    return [{key: value[number] for key, value in lists.items()} for number in range(length)]


def _has_marks(frame: object) -> bool:
    """Whether a frame holds landmarks as this format does: in a list, or all of them by name."""
    people = _landmarks(frame) if isinstance(frame, dict) else frame
    person = people[0] if isinstance(people, list) and people and not _is_landmark(people[0]) else people
    if isinstance(person, dict) and len(person) == JOINTS:
        return _is_landmark(next(iter(person.values())))
    if isinstance(person, dict):
        person = person.get("landmark") or _landmarks(person)
    if not isinstance(person, list) or not person or not _is_landmark(person[0]):
        return False
    return len(person) == JOINTS or joint_name(person[0]) is None


def _about_the_hips(joints: np.ndarray, seen: np.ndarray) -> bool:
    """Whether the middle of the hips (points 23 and 24) is always zero: metres, though no key says so."""
    hips = joints[:, :, 23:25].mean(2)[seen[:, :, 23:25].all(2)]
    return len(hips) > 0 and bool(np.abs(hips[:, :2]).max() < 0.02)


def _landmarks(frame: Any, world: bool = False) -> object:
    keys = (*_WORLD, *_IMAGE) if world else (*_IMAGE, *_WORLD)
    return next((frame[key] for key in keys if frame.get(key)), None)


def _unwrapped(frame: object) -> object:
    """The object that holds the landmarks: of `{"timestampMs": ..., "result": {"landmarks": ...}}` the inner one."""
    if not isinstance(frame, dict) or _landmarks(frame):
        return frame
    return next((frame[key] for key in _WRAPPERS if isinstance(frame.get(key), dict)), frame)


def _with_world(frame: object) -> object:
    """The frame with its landmarks in metres under their own name, where a packed script's short key holds them (`za`, `ea`)."""
    if not isinstance(frame, dict) or any(key in frame for key in _WORLD):
        return frame
    short = (key for key, value in frame.items() if len(key) <= 3 and isinstance(value, list) and len(value) == JOINTS)
    key = next((key for key in short if _is_about_zero(frame[key][23:25])), None)
    return frame if key is None else {**frame, _WORLD[0]: frame[key]}


def _is_about_zero(hips: list[Any]) -> bool:
    places = [[hip.get("x"), hip.get("y")] for hip in hips if isinstance(hip, dict)]
    if len(places) < 2 or not all(isinstance(v, float) for place in places for v in place):
        return False
    return bool(np.abs(np.array(places).mean(0)).max() < 0.02)


def _is_landmark(value: object) -> bool:
    if isinstance(value, dict):
        return "x" in value
    return isinstance(value, list) and bool(value) and isinstance(value[0], float)


def _values(file: SkeletonFile, person: object, where: str) -> np.ndarray:
    """(33, 4): x, y, z, visibility."""
    if isinstance(person, dict) and len(person) == JOINTS:
        person = list(person.values())  # by name, in MediaPipe's order
    elif isinstance(person, dict):
        person = person.get("landmark") or _landmarks(person)
    if not isinstance(person, list) or len(person) != JOINTS:
        found = str(len(person)) if isinstance(person, list) else type(person).__name__
        raise file.error(f"{JOINTS} landmarks", found, position=where)
    rows = []
    for number, landmark in enumerate(person):
        if isinstance(landmark, dict):
            score = next((landmark[key] for key in ("visibility", "score") if landmark.get(key) is not None), 1.0)
            landmark = [landmark.get("x"), landmark.get("y"), landmark.get("z", 0.0), score]
        fits = isinstance(landmark, list) and 2 <= len(landmark) <= 5
        if not fits or not all(isinstance(v, float) or v is None for v in landmark):
            place = f"{where}, landmark {number}"
            raise file.error("a landmark with x, y, z, visibility", repr(landmark)[:60], position=place)
        row = [np.nan if v is None else v for v in landmark[:4]]
        rows.append(row + [0.0, 1.0][len(row) - 2 :] if len(row) < 4 else row)
    with np.errstate(over="ignore"):
        return np.array(rows, np.float64).astype(np.float32)


READER = Reader(
    "mediapipe", "MediaPipe Pose landmarks as JSON",
    'JSON frames of 33 landmarks with "x", "y", "z", "visibility", or under "pose_landmarks" / "pose_world_landmarks"',
    _detect, _read, (".json",),
)  # fmt: skip
