"""Ultralytics YOLO-pose results as JSON (`results.to_json()`): a list of detections a frame, or of one frame alone.

    [[{"name": "person", "class": 0, "confidence": 0.9, "box": {...}, "track_id": 1,
       "keypoints": {"x": [...], "y": [...], "visible": [...]}}], ...]

Pixels, or shares of the picture (`normalize=True`). 17 points are COCO's.
"""

from __future__ import annotations

import numpy as np

from .detections import Detections
from .json_text import entry, head_keys, numbers
from .picture import are_shares, to_picture
from .reader import RawClip, Reader, ReadOptions
from .source import SkeletonFile


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    return 0.95 if {"keypoints", "box", "confidence", "class"} <= keys and keys & {"x1", "visible"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    if isinstance(content, dict) and isinstance(content.get("frames"), list):
        content = content["frames"]
    if not isinstance(content, list):
        raise file.error("a list of frames, each a list of detections", type(content).__name__)
    frames = content if all(isinstance(frame, list) for frame in content) else [content]
    found: Detections | None = None
    for number, frame in enumerate(frames):
        for row, person in enumerate(frame):
            where = f"[{number}][{row}]"
            if not isinstance(person, dict) or person.get("keypoints") is None:
                continue  # a detection of something else
            points = entry(file, person, "keypoints", dict, where)
            x = numbers(file, entry(file, points, "x", list, f"{where}.keypoints"), f"{where}.keypoints.x", (None,))
            y = numbers(file, entry(file, points, "y", list, f"{where}.keypoints"), f"{where}.keypoints.y", (len(x),))
            seen = np.ones(len(x), np.float32)
            if points.get("visible") is not None:
                seen = numbers(file, points["visible"], f"{where}.keypoints.visible", (len(x),))
            if found is None:
                found = Detections(file, len(x), 2)
            if len(x) != found.joints:
                raise file.error(f"{found.joints} points as before", str(len(x)), position=f"{where}.keypoints")
            found.add(number, np.stack([x, y, seen], axis=1), person.get("track_id"))
    if found is None:
        raise file.error("at least one person with keypoints", f"{len(frames)} frames without any")
    joints, confidence, relink, names, notes = found.build(len(frames))
    layout = options.layout or ("coco_17" if found.joints == 17 else None)
    if layout is None:
        raise file.error("17 points, or layout=...", f"{found.joints} points")
    seen = (confidence > options.min_confidence) & (joints != 0).any(-1)
    units = "pixels"
    if are_shares(joints, seen):
        joints, units, more = to_picture(joints, seen, layout, options)
        notes += more
    return RawClip(
        joints, layout, confidence=confidence, units=units, up="-y", zero_is_missing=True, relink=relink, people_names=names,
        notes=notes,
    )  # fmt: skip


READER = Reader(
    "yolo_pose",
    "Ultralytics YOLO-pose results as JSON",
    'JSON detections with "box", "class" and "keypoints" of "x", "y", "visible"',
    _detect,
    _read,
    (".json",),
)
