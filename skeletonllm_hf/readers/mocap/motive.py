"""OptiTrack Motive CSV: a take's skeleton bones, or its markers where it has no skeleton.

The first line holds pairs `key,value` (Format Version, Export Frame Rate, Length Units, ...). Header rows follow, known by their
second cell (Type, Name, ID, Parent), one of Rotation and Position, and one that begins with `Frame,Time`. A bone lies at
the joint where it begins: `LUArm` is the shoulder, `LFArm` the elbow.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.named_layouts import marked_layout, named_bones
from ..source import SkeletonFile
from ..tables.delimited import UNITS, head_lines, number_after, points_below, split_cells
from .labelled_points import labelled_clip

_HEADER_LINES = 12
_CENTRE = {"Hip": "pelvis", "Ab": "spine_lower", "Chest": "spine_upper", "Neck": "neck", "Head": "head"}
_SIDE = {
    "Shoulder": "collar", "UArm": "shoulder", "FArm": "elbow", "Hand": "wrist", "Thigh": "hip", "Shin": "knee", "Foot": "ankle",
    "Toe": "toe",
}  # fmt: skip
_ABOVE = {
    "Shoulder": "Chest", "UArm": "Shoulder", "FArm": "UArm", "Hand": "FArm",
    "Thigh": "Hip", "Shin": "Thigh", "Foot": "Shin", "Toe": "Foot",
}  # fmt: skip
_POINTS, _PARENTS = dict(_CENTRE), {"Ab": "Hip", "Chest": "Ab", "Neck": "Chest", "Head": "Neck"}
for _letter, _word in (("L", "left"), ("R", "right")):
    _POINTS |= {f"{_letter}{bone}": f"{_word}_{point}" for bone, point in _SIDE.items()}
    _PARENTS |= {
        f"{_letter}{bone}": above if above in _CENTRE else f"{_letter}{above}" for bone, above in _ABOVE.items()
    }


def _detect(file: SkeletonFile) -> float:
    return 0.95 if file.head.removeprefix(b"\xef\xbb\xbf")[:15] == b"Format Version," else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = head_lines(file, _HEADER_LINES)
    rows = [split_cells(line, ",") for line in lines]
    header = dict(zip(rows[0][::2], rows[0][1::2], strict=False)) if rows else {}
    if header.get("Coordinate Space", "").lower() == "local":
        found = "Local, each bone's place from the bone above it: export with Coordinate Space Global"
        raise file.error("places in the room", found, position="line 1")
    frame = next((row for row, cells in enumerate(rows) if cells[0] == "Frame"), None)
    above = {cells[1].lower(): cells for cells in rows[1:frame] if len(cells) > 2 and cells[1]}
    if frame is None or "name" not in above or frame < 2:
        raise file.error("header rows Type and Name above a row Frame, Time", "others: export with headers")
    check_size(file, 1, 1, len(rows[frame]))
    kinds, names, what = above.get("type", above["name"]), above["name"], rows[frame - 1]
    places: dict[str, dict[str, list[int]]] = {}  # type -> name -> columns of its position
    for column in range(2, min(len(rows[frame]), len(names), len(what), len(kinds))):
        if what[column].lower() == "position":
            places.setdefault(kinds[column].lower(), {}).setdefault(names[column], []).append(column)
    points = next((places[kind] for kind in ("bone", "bone marker", "marker", "rigid body") if kind in places), None)
    points = points or next(iter(places.values()), {})
    points = {name: columns for name, columns in points.items() if len(columns) == 3}
    if not points:
        raise file.error("columns of positions", "none: export them too (Rotation and Position)")
    used = [column for columns in points.values() for column in columns]
    if "timecode" in (beside := [cell.lower() for cell in rows[frame]]):
        file = _without(file, beside.index("timecode"))
    values = points_below(file, frame + 1, len(rows[frame]), used, ",")
    rate = header.get("Export Frame Rate") or header.get("Capture Frame Rate") or ""
    units = UNITS.get(header.get("Length Units", "").lower())
    fields = {"fps": number_after(file, rate, "Export Frame Rate"), "units": units}
    return _skeleton(file, list(points), values, options, fields) or labelled_clip(
        file, "motive", list(points), values, options, **fields
    )


def _without(file: SkeletonFile, column: int) -> SkeletonFile:
    """The file with empty cells in a column of texts."""
    rows = [line.split(b",") for line in file.data.split(b"\n")]
    return file.with_data(
        b"\n".join(
            b",".join([*row[:column], b"", *row[column + 1 :]]) if len(row) > column else b",".join(row) for row in rows
        )
    )


def _skeleton(
    file: SkeletonFile, labels: list[str], values: np.ndarray, options: ReadOptions, fields: dict[str, Any]
) -> RawClip | None:
    """The bones of Motive's own skeletons, a person each; None where the take has none or `layout=` says what points are."""
    if options.layout is not None:
        return None
    people: dict[str, dict[str, int]] = {}
    for number, label in enumerate(labels):
        subject, mark, bone = label.rpartition(":")
        if not mark:  # older versions: P1_LUArm
            subject, _, bone = label.rpartition("_")
        if bone in _POINTS:
            people.setdefault(subject, {})[bone] = number
    people = {subject: bones for subject, bones in people.items() if len(bones) >= 8}
    if not people:
        return None
    bones = tuple(dict.fromkeys(bone for body in people.values() for bone in body))
    check_size(file, len(values), len(people), len(bones))
    joints = np.full((len(values), len(people), len(bones), 3), np.nan, np.float32)
    for person, body in enumerate(people.values()):
        for bone, number in body.items():
            joints[:, person, bones.index(bone)] = values[:, number]
    others = len(labels) - sum(map(len, people.values()))
    notes = (f"{others} bones that are no part of the body (fingers, rigid bodies) were left out.",) if others else ()
    return RawClip(joints, _layout(bones), people_names=tuple(people), notes=notes, **fields)


@functools.lru_cache(maxsize=16)
def _layout(bones: tuple[str, ...]) -> SkeletonLayout:
    row = {bone: number for number, bone in enumerate(bones)}
    pairs = tuple((row["L" + part], row["R" + part]) for part in _SIDE if {"L" + part, "R" + part} <= set(row))
    points = tuple(_POINTS[bone] for bone in bones)
    return marked_layout("motive", bones, named_bones(bones, _PARENTS), points, repr(bones), pairs)


READER = Reader(
    "motive", "OptiTrack Motive CSV",
    "text that begins with Format Version, and rows Type and Name",
    _detect, _read, (".csv",),
)  # fmt: skip
