"""Poses of TensorFlow.js (`@tensorflow-models/pose-detection`: MoveNet, BlazePose, PoseNet) as JSON.

A frame is one pose, or a list of poses: `{"keypoints": [{"x", "y", "score", "name"}, ...], "keypoints3D": [...], "score", "id"}`;
old PoseNet writes `{"part", "position": {"x", "y"}, "score"}`. BlazePose's `keypoints3D` (metres about the hips) win over pixels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout
from ..objects.json_moments import rate_of_frames
from ..objects.json_text import frame_list, head_keys
from ..reader import RawClip, Reader, ReadOptions
from ..rules.named_layouts import layout_errors, layout_from_names
from ..source import SkeletonFile
from .detections import Detections

_LAYOUTS = {17: "coco_17", 33: "mediapipe_33"}


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    if "keypoints" not in keys or keys & {"image_id", "box", "annotations"}:
        return 0.0
    return 0.9 if {"x", "y", "score", "name"} <= keys or {"part", "position", "score"} <= keys else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    frames = frame_list(content)
    if isinstance(frames, dict):
        frames = [frames]
    if not isinstance(frames, list) or not frames:
        raise file.error("a list of poses", type(frames).__name__)
    people = [(number, pose) for number, frame in enumerate(frames) for pose in _poses(frame)]
    world = bool(people) and all(isinstance(pose.get("keypoints3D"), list) for _, pose in people)
    found = Detections(file)
    names: tuple[str, ...] = ()
    for number, pose in people:
        points = pose["keypoints3D" if world else "keypoints"]
        values, labels = _values(file, points, world, f"frame {number}")
        names = names or labels
        found.add(number, values, pose.get("id"), f"frame {number}")
    layout = options.layout or (_layout(file, names, options) if names else None)
    fps = content.get("fps") if isinstance(content, dict) else None
    fps = fps or rate_of_frames(frames)
    return found.clip(
        len(frames), layout, options, shares=not world, fps=fps if isinstance(fps, float) else None,
        units="metres" if world else "pixels", up="-y", view="z", zero_is_missing=not world,
    )  # fmt: skip


def _poses(frame: object) -> list[dict[str, Any]]:
    """The poses of a frame; none where nobody was seen."""
    if isinstance(frame, dict) and isinstance(frame.get("poses"), list):
        frame = frame["poses"]
    poses = [pose for pose in (frame if isinstance(frame, list) else [frame]) if isinstance(pose, dict)]
    poses = [pose["pose"] if isinstance(pose.get("pose"), dict) else pose for pose in poses]  # ml5's PoseNet
    return [pose for pose in poses if isinstance(pose.get("keypoints"), list)]


def _values(file: SkeletonFile, points: list[Any], world: bool, where: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """(keypoints, 3 or 4): coordinates and score; and their names."""
    rows, labels = [], []
    axes = "xyz" if world else "xy"
    for number, point in enumerate(points):
        place = point.get("position") if isinstance(point, dict) and "position" in point else point
        row = [place.get(axis) for axis in axes] + [point.get("score", 1.0)] if isinstance(place, dict) else [None]
        if not all(isinstance(value, float) for value in row):
            raise file.error("a keypoint with x, y, score", repr(point)[:60], position=f"{where}, keypoint {number}")
        rows.append(row)
        labels.append(str(point.get("name") or point.get("part") or f"point_{number}")[:64])
    if not rows:
        raise file.error("keypoints", "an empty list", position=where)
    with np.errstate(over="ignore"):
        return np.array(rows, np.float64).astype(np.float32), tuple(labels)


def _layout(file: SkeletonFile, names: tuple[str, ...], options: ReadOptions) -> str | SkeletonLayout:
    known = _LAYOUTS.get(len(names))
    if known is not None and (names[0].startswith("point_") or names[0] == get_layout(known).joints[0]):
        return known
    with layout_errors(file, "names"):
        layout = layout_from_names("tfjs", names, options.joint_map)
    if layout is None:
        raise file.error("17 or 33 keypoints, names of body parts, or layout=...", f"{len(names)} keypoints")
    return layout


READER = Reader(
    "tfjs_pose", "MoveNet, BlazePose and PoseNet poses as JSON (TensorFlow.js)",
    'JSON poses with "keypoints" of "x", "y", "score", "name"',
    _detect, _read, (".json",),
)  # fmt: skip
