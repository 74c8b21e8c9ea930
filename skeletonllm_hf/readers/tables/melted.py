"""Tables with one number a row, as pandas' `melt` and R's `pivot_longer` write them -> the same table with a column a coordinate.

`frame, joint, axis, value` (`0, nose, x, 0.12`), or `time, variable, value` (`0.0, nose_x, 0.12`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ..objects.json_text import LABEL
from ..source import SkeletonFile
from ..views import VIEW
from .delimited import csv_rows, head_lines, split_cells
from .index_columns import FRAME, PERSON, TIME, column_of

MAX_ROWS = 1_500_000  # taken one by one: 33 joints for eight minutes
MAX_CELLS = 3_000_000
_VALUE = ("value", "values", "val", "wert", "valeur", "valor", "measurement")
_AXIS = (
    "axis", "axes", "coord", "coords", "coordinate", "coordinates", "dim", "dimension", "component", "direction", "achse", "xyz",
)  # fmt: skip
_JOINT = (
    "joint", "joint_name", "landmark", "landmark_name", "keypoint", "keypoint_name", "bodypart", "bodyparts", "body_part", "marker", "bone", "segment",
    "part", "name", "point", "joint_id", "joint_index", "landmark_id", "landmark_index", "keypoint_id", "keypoint_index",
)  # fmt: skip
_VARIABLE = ("variable", "feature", "column", "key", "channel", "signal", "parameter", "measure", "name")
_WHO = (*PERSON, "individual", "individuals", "animal")


def is_melted(names: Sequence[str]) -> bool:
    """Whether columns hold one number a row and say in words what it is."""
    return _columns(names) is not None


def unmelted(file: SkeletonFile) -> SkeletonFile:
    """The file with a column a coordinate where its rows hold one number each; other files as they are.

    Raises:
        SkeletonFileError: too many rows, or rows that are too short.
    """
    return file.once(_unmelted)


def _columns(names: Sequence[str]) -> tuple[int, int, int | None] | None:
    """Columns of the number, of the joint (or the whole name) and of the axis; None for other tables."""
    value = column_of(names, _VALUE)
    if value is None or len(names) > 12 or len(names) < 3:
        return None
    axis, joint = column_of(names, _AXIS), column_of(names, _JOINT)
    if axis is not None and joint is not None:
        return value, joint, axis
    variable = column_of(names, _VARIABLE)
    return None if variable is None or axis is not None else (value, variable, None)


def _unmelted(file: SkeletonFile) -> SkeletonFile:
    lines = head_lines(file, 2)
    if len(lines) < 2:
        return file
    delimiter = max(",;\t|", key=lines[0].count)
    names = split_cells(lines[0].removeprefix("\ufeff").lstrip("#% "), delimiter)
    found = _columns(names)
    if found is None or len(names) != len(split_cells(lines[1], delimiter)):
        return file
    if (rows := file.data.count(b"\n")) > MAX_ROWS:
        raise file.error(f"at most {MAX_ROWS:,} rows of one number each", f"{rows:,}; cut it into clips")
    return file.with_data(_wide(file, names, delimiter, *found).encode("utf-8", "replace"))


def _wide(file: SkeletonFile, names: list[str], delimiter: str, value: int, joint: int, axis: int | None) -> str:
    """The table as CSV: a row for each frame, person and view, in the order of their first rows."""
    whose = [column_of(names, choices) for choices in (FRAME, TIME, _WHO, VIEW, LABEL)]
    beside = sorted({column for column in whose if column is not None} - {value, joint, axis})
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    columns: dict[str, None] = {}
    timed = whose[0] in beside or whose[1] in beside
    again: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(csv_rows(file, delimiter), 1):
        if line == 1 or not row:
            continue
        if len(row) < len(names):
            raise file.error(f"{len(names)} cells", str(len(row)), position=f"line {line}")
        name = row[joint].strip()[:256] if axis is None else f"{row[joint].strip()[:250]}_{row[axis].strip()[:64]}"
        key = tuple(row[column].strip()[:64] for column in beside)
        if not timed:  # a name that comes again begins the next frame
            count = again.get(key, 0)
            again[key] = count = count + (name in rows.get((*key, str(count)), ()))
            key = (*key, str(count))
        columns.setdefault(name)
        rows.setdefault(key, {})[name] = row[value].strip()
        if len(rows) * len(columns) > MAX_CELLS:
            raise file.error(f"at most {MAX_CELLS:,} cells", "more; cut it into clips")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    called = ["person" if column == whose[2] else names[column] for column in beside]
    writer.writerow([*called, *([] if timed else ["frame"]), *columns])
    writer.writerows([*key, *(cells.get(name, "") for name in columns)] for key, cells in rows.items())
    return out.getvalue()
