"""OpenPose JSON (Cao et al. 2019): a folder with one file per frame, a single frame, or all frames in one file.

`{"people": [{"pose_keypoints_2d": [x, y, c, ...], ...}]}`; BODY_25 (25 points), COCO (18), MPI (15) or BODY_135. Where
`pose_keypoints_3d` (x, y, z, c) is filled, that is read. Points may be pixels or shares of the picture (`--keypoint_scale 3` and `4`).
Hands and face are left out. One file holds frames in a list (ControlNet's, with `canvas_width` and `canvas_height`), under "frames", or
by the names of their files; a frame may be its only person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..objects.json_text import entry, head_keys, json_frames, numbers
from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile, natural
from ..views import one_view_of_files
from .detections import Detections, frame_numbers

_POINTS = (("pose_keypoints_3d", 4), ("pose_keypoints_2d", 3), ("pose_keypoints", 3))
_LAYOUTS = {
    25: "openpose_25", 18: "openpose_18", 15: "openpose_mpi_15",
    17: "coco_17", 26: "halpe_26", 133: "coco_wholebody_133", 136: "halpe_136",  # of other detectors (Pose2Sim, AlphaPose)
}  # fmt: skip
_WHOLE = {135: 25}  # points of body, hands and face in one list, and how many of them are the body's


def _detect(file: SkeletonFile) -> float:
    if not file.is_folder:
        keys = head_keys(file)
        return 0.9 if "pose_keypoints_2d" in keys else 0.4 if keys >= {"people", "version"} else 0.0
    frames = [name for name in file.names if name.lower().endswith(".json")]
    first = next((name for name in frames if "keypoints" in name), frames[0] if frames else None)
    head = b"" if first is None else file.sibling(first).head.translate(None, delete=b" \t\r\n")
    return 0.9 if b'"people":[' in head and b'"people":[[' not in head else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    frames = (
        [(one, one.name, one.json()) for one in json_frames(one_view_of_files(file, options))]
        if file.is_folder
        else _frames(file)
    )
    found = Detections(file)
    left_out: set[str] = set()
    alone = len(frames) == 1 or file.is_folder
    people = [(one, name, _people(one, content, "" if alone else name)) for one, name, content in frames]
    in_space = any(_has_places(person) for _, _, own in people for person in own)
    # frames whose files are not there are frames without anybody
    numbers_of = frame_numbers([name for _, name, _ in frames])
    for frame, name, own in people:
        number = numbers_of[name]
        for row, person in enumerate(own):
            where = f"people[{row}]"
            values = _pose(frame, person, where, in_space)
            if values is None:
                continue
            identity = person.get("person_id")
            # OpenPose writes [-1] where it does not track
            found.add(number, values, identity if identity not in ([-1], [-1.0], -1, -1.0) else None, where, frame)
            whole = any(
                isinstance(v, list) and len(v) // size in _WHOLE for v, size in ((person.get(k), n) for k, n in _POINTS)
            )
            left_out |= {
                part for part in ("hand", "face") if whole or any(part in key and person[key] for key in person)
            }
    _uncentre(found, options)
    notes: tuple[str, ...] = ()
    if left_out:
        notes = (f"Points of {' and '.join(sorted(left_out, reverse=True))} were left out: the body alone is read.",)
    options = _with_canvas(frames[0][2], options)
    layout, flat = _LAYOUTS.get(found.joints), found.dims == 2
    return found.clip(max(numbers_of.values()) + 1, layout, options, shares=flat, notes=notes)


def _frames(file: SkeletonFile) -> list[tuple[SkeletonFile, str, Any]]:
    """(file, name, content) of the frames that one file holds."""
    content = file.json()
    if isinstance(content, dict) and isinstance(content.get("frames"), list):
        content = content["frames"]
    if isinstance(content, list) and content:
        return [(file, f"frame {number}", one) for number, one in enumerate(content)]
    if isinstance(content, dict) and content and all(isinstance(v, dict) and "people" in v for v in content.values()):
        return [(file, name, content[name]) for name in sorted(content, key=natural)]
    return [(file, file.name, content)]


def _people(file: SkeletonFile, frame: Any, where: str) -> list[Any]:
    if isinstance(frame, dict) and "people" not in frame and any(key in frame for key, _ in _POINTS):
        return [frame]
    return entry(file, frame, "people", list, where)


def _with_canvas(frame: Any, options: ReadOptions) -> ReadOptions:
    """With the picture's size where the frame says it and the caller does not."""
    size = tuple(frame.get(f"canvas_{side}") for side in ("width", "height")) if isinstance(frame, dict) else ()
    wide, high = (value if isinstance(value, float) and 0 < value < 1e6 else 0.0 for value in size or (None, None))
    return replace(options, picture=(wide, high)) if wide and high and options.picture is None else options


def _has_places(person: object) -> bool:
    """Whether a person has points in space (OpenPose writes zeros where it found none)."""
    values = person.get("pose_keypoints_3d") if isinstance(person, dict) else None
    return isinstance(values, list) and any(values)


def _pose(file: SkeletonFile, person: object, where: str, in_space: bool) -> np.ndarray | None:
    """(points, 3 or 4) of a person, in space or in the picture; None without any."""
    if not isinstance(person, dict):
        raise file.error("an object", type(person).__name__, position=where)
    for key, size in _POINTS[:1] if in_space else _POINTS[1:]:
        if person.get(key):
            values = numbers(file, person[key], f"{where}.{key}", (None,))
            count = _WHOLE.get(len(values) // size, len(values) // size)
            if len(values) % size or count not in _LAYOUTS:
                expected = f"25, 18 or 15 points of {size} numbers, or 17, 26, 133, 135, 136"
                raise file.error(expected, f"{len(values)} numbers", position=f"{where}.{key}")
            return values.reshape(-1, size)[:count]
    return None


def _uncentre(found: Detections, options: ReadOptions) -> None:
    """Points from -1 to 1, the picture's middle being 0 (keypoint_scale 4), become shares of the picture."""
    seen = [(values[:, -1] > options.min_confidence) & (values[:, :2] != 0).any(1) for _, _, values in found.found]
    points = [values[rows, :2] for (_, _, values), rows in zip(found.found, seen, strict=True)]
    every = np.concatenate([np.zeros((0, 2)), *points])
    if found.dims == 2 and len(every) and np.abs(every).max() <= 1 and (every < 0).mean() > 0.1:
        for (_, _, values), rows in zip(found.found, seen, strict=True):
            values[rows, :2] = (values[rows, :2] + 1) / 2


READER = Reader(
    "openpose", "OpenPose JSON: a folder with a file per frame, one frame, or frames in one file",
    'JSON with "people" and "pose_keypoints_2d" (25, 18 or 15 points), or a folder of such files',
    _detect, _read, (".json",), folders=True,
)  # fmt: skip
