"""Azure Kinect body tracking as JSON (Microsoft's `offline_processor`).

    {"joint_names": ["PELVIS", ...], "frames": [{"frame_id", "timestamp_usec", "num_bodies",
       "bodies": [{"body_id", "joint_positions": 32 x 3, "joint_orientations": 32 x 4}]}]}

Millimetres in the depth camera's axes: X right, Y down, Z away from it.
"""

from __future__ import annotations

import numpy as np

from ..objects.json_text import entry, head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from .detections import Detections

JOINTS = 32
_LEVELS = (0.0, 0.3, 0.7, 1.0)  # k4abt_joint_confidence_level_t: none, low (not seen: predicted), medium, high


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    return 0.95 if {"frames", "bodies", "joint_positions"} <= keys else 0.9 if "k4abt_sdk_version" in keys else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    frames = entry(file, file.json(), "frames", list)
    found = Detections(file, JOINTS, 3)
    times = []
    for number, frame in enumerate(frames):
        where = f"frames[{number}]"
        time = frame.get("timestamp_usec") if isinstance(frame, dict) else None
        times.append(time if isinstance(time, float) else np.nan)
        for row, body in enumerate(entry(file, frame, "bodies", list, where)):
            place = f"{where}.bodies[{row}]"
            values = number_list(file, body, "joint_positions", (JOINTS, 3), place)
            level = np.ones((JOINTS, 1), np.float32)
            if isinstance(body.get("confidence_level"), list):
                levels = number_list(file, body, "confidence_level", (JOINTS,), place)
                level = np.take(_LEVELS, np.nan_to_num(levels).clip(0, 3).astype(int))[:, None].astype(np.float32)
            found.add(number, np.concatenate([values, level], axis=1), body.get("body_id"))
    step = np.diff(times)
    step = step[np.isfinite(step) & (step > 0)]
    fps = 1e6 / float(np.median(step)) if len(step) else None
    return found.clip(len(frames), "azure_kinect_32", options, fps=fps, units="millimetres", up="-y", view="z")


READER = Reader(
    "azure_kinect", "Azure Kinect body tracking as JSON (offline_processor)",
    'JSON with "frames", "bodies" and "joint_positions" (32 x 3)',
    _detect, _read, (".json",),
)  # fmt: skip
