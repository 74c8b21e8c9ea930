"""Ultralytics YOLO-pose results as JSON (`results.to_json()`): a list of detections a frame, or of one frame alone.

    [[{"name": "person", "class": 0, "confidence": 0.9, "box": {...}, "track_id": 1,
       "keypoints": {"x": [...], "y": [...], "visible": [...]}}], ...]

Or a folder of label files (`save_txt`): `clip_1.txt`, ... with a line a person, class, box and the points as shares of the picture.
Pixels, or shares of the picture (`normalize=True`). 17 points are COCO's.
"""

from __future__ import annotations

import numpy as np

from ..numbers import parse_numbers
from ..objects.json_text import entry, head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from ..tables.delimited import head_lines
from .detections import Detections, frame_numbers

POINTS = 17
_LAYOUTS = {POINTS: "coco_17"}
# numbers of a line: class, four of the box, then x, y (and a score) of every point; the box may have a score, and tracking adds an identity
_LINES = {5 + dims * POINTS + more: dims for dims in (2, 3) for more in range(3)}


def _detect(file: SkeletonFile) -> float:
    if file.is_folder:
        first = next(map(file.sibling, _label_files(file)), None)
        lines = [] if first is None else head_lines(first, 2)
        return 0.9 if lines and len(lines[0].split()) in _LINES and lines[0][:1].isdigit() else 0.0
    keys = head_keys(file)
    return 0.95 if {"keypoints", "box", "confidence", "class"} <= keys and keys & {"x1", "visible"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if file.is_folder:
        return _labels(file, options)
    content = file.json()
    if isinstance(content, dict) and isinstance(content.get("frames"), list):
        content = content["frames"]
    if not isinstance(content, list):
        raise file.error("a list of frames, each a list of detections", type(content).__name__)
    frames = content if all(isinstance(frame, list) for frame in content) else [content]
    found = Detections(file)
    for number, frame in enumerate(frames):
        for row, person in enumerate(frame):
            where = f"[{number}][{row}]"
            if not isinstance(person, dict) or person.get("keypoints") is None:
                continue  # a detection of something else
            points = entry(file, person, "keypoints", dict, where)
            x = number_list(file, points, "x", (None,), f"{where}.keypoints")
            y = number_list(file, points, "y", (len(x),), f"{where}.keypoints")
            seen = np.ones(len(x), np.float32)
            if points.get("visible") is not None:
                seen = number_list(file, points, "visible", (len(x),), f"{where}.keypoints")
            found.add(number, np.stack([x, y, seen], axis=1), person.get("track_id"), f"{where}.keypoints")
    return found.clip(len(frames), found.layout(_LAYOUTS, options), options, shares=True)


def _label_files(file: SkeletonFile) -> list[str]:
    """The label files of a folder, without `classes.txt`, which tools write beside them."""
    return [name for name in file.names if name.lower().endswith(".txt") and name.lower() != "classes.txt"]


def _labels(file: SkeletonFile, options: ReadOptions) -> RawClip:
    """A folder of label files; frames in which nobody was found have none."""
    names = _label_files(file)
    frames = frame_numbers(names)
    found = Detections(file, POINTS, 2)
    for name in names:
        one = file.sibling(name)
        for number, line in enumerate(one.text().splitlines(), 1):
            values = parse_numbers(one, line.encode(), line=number)
            if len(values) not in _LINES:
                raise one.error(f"{', '.join(map(str, _LINES))} numbers", str(len(values)), position=f"line {number}")
            size = _LINES[len(values)]
            points = values[5 : 5 + size * POINTS].reshape(POINTS, size)
            score = points[:, 2:] if size == 3 else np.ones((POINTS, 1), np.float32)
            identity = int(values[-1]) if len(values) > 5 + size * POINTS and values[-1] >= 1 else None
            found.add(frames[name], np.concatenate([points[:, :2], score], axis=1), identity)
    return found.clip(max(frames.values()) + 1, found.layout(_LAYOUTS, options), options, shares=True)


READER = Reader(
    "yolo_pose", "Ultralytics YOLO-pose results as JSON, or a folder of label files",
    'JSON detections with "box", "class" and "keypoints" of "x", "y", "visible"',
    _detect, _read, (".json",), folders=True,
)  # fmt: skip
