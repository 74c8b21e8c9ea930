"""Qualisys Track Manager TSV: lines `KEY<tab>value`, then `MARKER_NAMES` and the markers' positions, millimetres; or `BODY_NAMES` and rigid bodies (6D).

The rows may begin with the frame's number and time, and a line of column names may stand above them.
A marker that was not seen is written as zeros, `NaN` or an empty cell.
"""

from __future__ import annotations

from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from ..tables.delimited import head_lines, number_after, points_below, split_cells
from ..tables.table_header import is_number
from .labelled_points import label_layout, labelled_clip

_HEADER_LINES = 40
_BODY_COLUMNS = 16  # x, y, z, three angles, a residual, nine numbers of a rotation


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, _HEADER_LINES)
    keys = {line.split("\t")[0] for line in lines if line.rstrip() != "MARKER_NAMES"}  # a skeleton's are columns
    return 0.95 if "NO_OF_FRAMES" in keys and keys & {"MARKER_NAMES", "NO_OF_MARKERS", "BODY_NAMES"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = head_lines(file, _HEADER_LINES)
    rows = {line.split("\t")[0]: row for row, line in enumerate(lines)}
    header = {key: split_cells(lines[row], "\t")[1:] for key, row in rows.items()}
    included = (header.get("DATA_INCLUDED") or ["3D"])[0].upper()
    key, size = ("BODY_NAMES", _BODY_COLUMNS) if included == "6D" else ("MARKER_NAMES", 3)
    labels = [name for name in header.get(key, []) if name]
    props = included == "6D" and label_layout(file, "qualisys", tuple(labels), options.joint_map) is None
    if included not in ("3D", "6D") or not labels or (props and options.layout is None):
        expected = "3D marker positions (DATA_INCLUDED 3D, MARKER_NAMES) or bodies called by joints (6D, BODY_NAMES)"
        raise file.error(expected, f"{included}: export 3D data from QTM")
    skip = max(rows[key] for key in (key, "TRAJECTORY_TYPES") if key in rows) + 1
    before = 0  # columns of frame number and time
    while skip < len(lines) and not is_number(split_cells(lines[skip], "\t")[0]):
        skip += 1
    if skip < len(lines):
        before = max(len(split_cells(lines[skip].rstrip("\t"), "\t")) - size * len(labels), 0)
    if before > 2:
        expected = f"{size * len(labels)} numbers, after frame and time"
        raise file.error(expected, f"{before} more", position=f"line {skip + 1}")
    columns = before + size * len(labels)
    used = [column + axis for column in range(before, columns, size) for axis in range(3)]
    points = points_below(file, skip, columns, used, "\t")
    rate = number_after(file, (header.get("FREQUENCY") or [""])[0], "FREQUENCY")
    fields = {"fps": rate, "units": "millimetres", "zero_is_missing": True}
    return labelled_clip(file, "qualisys", labels, points, options, **fields)


READER = Reader(
    "qualisys", "Qualisys Track Manager TSV",
    "tab-separated lines NO_OF_FRAMES, MARKER_NAMES, ... above the positions",
    _detect, _read, (".tsv", ".txt"),
)  # fmt: skip
