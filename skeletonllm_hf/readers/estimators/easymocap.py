"""EasyMocap (zju3dv): a folder with one JSON a frame, or one frame.

`keypoints3d/000000.json`: `[{"id": 0, "keypoints3d": [[x, y, z, confidence], ...]}]`, metres; `annots/CAMERA/000000.json`:
`{"annots": [{"personID": 0, "keypoints": [[x, y, confidence], ...]}], "height", "width"}`, pixels. 25 points are BODY_25's,
17 COCO's; more than 25 hold hands and face after the body, which are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..objects.json_text import entry, head_keys, json_frames, number_list
from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from ..tables.index_columns import FRAME, TIME, column_of
from .detections import Detections

_LAYOUTS = {15: "openpose_mpi_15", 17: "coco_17", 18: "openpose_18", 25: "openpose_25"}
BODY = 25


def _detect(file: SkeletonFile) -> float:
    if file.is_folder:
        first = next((name for name in file.names if name.lower().endswith(".json")), None)
        return 0.0 if first is None else _detect(file.sibling(first))
    keys = head_keys(file)
    if {"annots", "filename"} <= keys or {"annots", "personID"} <= keys:
        return 0.9
    if keys & {"Rh", "Th", "shapes"} and "poses" in keys and "id" in keys:
        return 0.9  # SMPL parameters: refused with the way out
    timed = (
        "frames" in keys or column_of(sorted(keys), TIME + FRAME) is not None
    )  # all frames in one file: `joints_json`
    return (
        0.9
        if {"id", "keypoints3d"} <= keys and not timed
        else 0.4
        if file.data.strip() == b"[]" and file.size < 64
        else 0.0
    )


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    frames = json_frames(file)
    found = Detections(file)
    left_out = False
    for number, frame in enumerate(frames):
        for row, (values, identity) in enumerate(_people(frame)):
            if len(values) > BODY:
                values, left_out = values[:BODY], True
            found.add(number, values, identity, f"person {row}", frame)
    notes = ("Points of hands and face were left out: the body alone is read.",) if left_out else ()
    return found.clip(len(frames), found.layout(_LAYOUTS, options), options, notes=notes)


def _people(file: SkeletonFile) -> list[tuple[np.ndarray, object]]:
    """((points, dims + 1), identity) of everybody in a frame."""
    content = file.json()
    if isinstance(content, dict):
        rows = entry(file, content, "annots", list)
        return [_person(file, person, "keypoints", "personID", 3, f"annots[{row}]") for row, person in enumerate(rows)]
    if not isinstance(content, list):
        raise file.error("a list of people", type(content).__name__)
    if any(isinstance(person, dict) and "keypoints3d" not in person and "Rh" in person for person in content):
        found = "SMPL parameters (Rh, Th, poses, shapes): give the folder output/keypoints3d beside it"
        raise file.error("keypoints3d", found)
    return [_person(file, person, "keypoints3d", "id", 4, f"[{row}]") for row, person in enumerate(content)]


def _person(
    file: SkeletonFile, person: Any, key: str, identity: str, size: int, where: str
) -> tuple[np.ndarray, object]:
    values = number_list(file, person, key, (None, None), where)
    if values.shape[1] == size - 1 == 3:
        values = np.concatenate([values, np.ones_like(values[:, :1])], axis=1)  # older versions write no confidence
    if values.shape[1] != size:
        raise file.error(f"points of {size} numbers", str(values.shape[1]), position=f"{where}.{key}")
    return values, person.get(identity)


READER = Reader(
    "easymocap", "EasyMocap: a folder with a JSON a frame (keypoints3d or annots)",
    'JSON with "id" and "keypoints3d", or "annots" and "keypoints", or a folder of such files',
    _detect, _read, (".json",), folders=True,
)  # fmt: skip
