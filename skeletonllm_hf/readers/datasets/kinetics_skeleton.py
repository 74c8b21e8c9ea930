"""Kinetics-skeleton (ST-GCN, Yan et al. 2018): one JSON a clip.

    {"data": [{"frame_index": 1, "skeleton": [{"pose": [x, y, ...], "score": [...]}]}], "label": "waving hand", "label_index": 1}

OpenPose's 18 points as shares of the picture, 30 Hz; people within a frame have no order.
"""

from __future__ import annotations

import numpy as np

from ..estimators.detections import Detections
from ..objects.json_text import entry, head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

FPS = 30.0
POINTS = 18


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    return 0.95 if {"data", "frame_index", "skeleton"} <= keys else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    frames = entry(file, content, "data", list)
    found = Detections(file, POINTS, 2)
    numbered: list[int] = []
    for row, frame in enumerate(frames):
        where = f"data[{row}]"
        number = entry(file, frame, "frame_index", float, where)
        if not 0 <= number < 1e7:
            raise file.error("a frame's number", f"{number:g}", position=f"{where}.frame_index")
        numbered.append(int(number))
        for column, person in enumerate(entry(file, frame, "skeleton", list, where)):
            place = f"{where}.skeleton[{column}]"
            pose = number_list(file, person, "pose", (2 * POINTS,), place)
            score = number_list(file, person, "score", (POINTS,), place)
            found.add(int(number), np.concatenate([pose.reshape(-1, 2), score[:, None]], axis=1))
    first = min(numbered, default=0)
    count = max(numbered, default=0) - first + 1
    check_size(file, count)
    found.found = [(number - first, identity, values) for number, identity, values in found.found]
    label = content.get("label")
    label = label if isinstance(label, str) else None
    return found.clip(count, "openpose_18", options, shares=True, fps=FPS, label=label)


READER = Reader(
    "kinetics_skeleton", "Kinetics-skeleton JSON (ST-GCN)",
    'JSON with "data", "frame_index" and "skeleton" (18 points as shares of the picture)',
    _detect, _read, (".json",),
)  # fmt: skip
