"""LCR-Net's JSON, as Toyota Smarthome publishes it: of each person all x, then all y (then all z) in one list; `njts` joints, said before or behind the frames."""

from __future__ import annotations

import numpy as np

from ..estimators.detections import Detections
from ..objects.json_text import entry, head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions
from ..rules.numbered_layouts import numbered_layouts
from ..source import SkeletonFile

JOINTS = 13


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    return 0.95 if "frames" in keys and keys & {"njts", "cumscore"} and keys & {"pose3d", "pose2d"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    frames = entry(file, content, "frames", list)
    if entry(file, content, "njts", float) != JOINTS:
        raise file.error(f"{JOINTS} joints", f"{content['njts']:g}", position="njts")
    bodies = [body for frame in frames if isinstance(frame, list) for body in frame if isinstance(body, dict)]
    in_space = any("pose3d" in body for body in bodies)
    key, dims = ("pose3d", 3) if in_space else ("pose2d", 2)
    found = Detections(file, JOINTS, dims)
    for number, frame in enumerate(frames):
        if not isinstance(frame, list):
            raise file.error("a list of people", "something else", position=f"frames[{number}]")
        for row, body in enumerate(frame):
            values = number_list(file, body, key, (dims * JOINTS,), f"frames[{number}][{row}]").reshape(dims, JOINTS).T
            found.add(number, np.concatenate([values, np.ones((JOINTS, 1), np.float32)], 1))
    layout = next(layout for layout in numbered_layouts(JOINTS) if layout.name.startswith("lcrnet"))
    return found.clip(len(frames), options.layout or layout, options)


READER = Reader(
    "lcrnet",
    "LCR-Net JSON (Toyota Smarthome)",
    'JSON with "njts", "frames" and "pose3d" or "pose2d"',
    _detect,
    _read,
    (".json",),
)
