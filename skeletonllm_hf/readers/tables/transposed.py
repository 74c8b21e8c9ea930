"""Tables that lie on their side, a row a coordinate and a column a frame -> the same table with a column a coordinate.

`nose_x, 0.12, 0.13, ...`, or the joint and its axis in two cells; above them frame numbers or times, or nothing.
"""

from __future__ import annotations

import csv
import io
import re

from ..source import SkeletonFile
from .column_names import coordinate
from .delimited import csv_rows, split_cells
from .table_header import is_number

MAX_CELLS = 3_000_000  # taken one by one
_MOST = 10_000  # rows: joints with four coordinates each, and room
_LEAST = 10  # coordinates
_HEAD = 2000  # characters of a line that are looked at before all lines are
_COUNTED = re.compile(r"[^\d\W]{0,20}[_ .-]?\d{1,9}([.,]\d{1,9})?s?", re.IGNORECASE)  # 12, 0.033, frame_12, t12


def upright_table(file: SkeletonFile) -> SkeletonFile:
    """The file with a row a frame where its rows are coordinates; other files as they are.

    Raises:
        SkeletonFileError: more cells than `MAX_CELLS`.
    """
    return file.once(_upright_table)


def _upright_table(file: SkeletonFile) -> SkeletonFile:
    if not file.is_text:
        return file
    first = file.head_text[:_HEAD].partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    cells = split_cells(first, delimiter)[2:-1][:8]
    if not cells or not all(map(_COUNTED.fullmatch, cells)) or file.data.count(b"\n") > _MOST:
        return file
    below = file.data.find(b"\n") + 1
    second = split_cells(file.data[below : below + _HEAD].decode("utf-8", "replace").partition("\n")[0], delimiter)
    if _words_of(second) not in (1, 2) or all(coordinate(name) is None for name in (second[0], "_".join(second[:2]))):
        return file
    if (count := file.data.count(delimiter.encode())) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells in a table with a column a frame", f"{count:,}")
    rows = [row for row in csv_rows(file, delimiter) if any(row)]
    words = 2 if len(rows) > 2 and _words_of(rows[2]) == 2 else 1
    names = ["_".join(cell.strip() for cell in row[:words]) for row in rows]
    places = sum(coordinate(name) is not None for name in names)
    if places < _LEAST or len({len(row) for row in rows[1:]}) > 1 or len(rows[-1]) < words + 1:
        return file
    if coordinate(names[0]) is None:  # numbers or times of frames, above the columns' first cells or not
        rows[0] = [*[""] * (len(rows[-1]) - len(rows[0])), *rows[0]]
        moments = rows[0][words:]
        names[0] = "time" if any("." in cell for cell in moments) else "frame"
        rows[0][words:] = [cell if is_number(cell) else re.sub(r"^\D+", "", cell) for cell in moments]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*(row[words:] for row in rows), strict=False))
    return file.with_data(out.getvalue().encode("utf-8", "replace"))


def _words_of(row: list[str]) -> int:
    """How many of a row's first three cells come before the first number."""
    return next((at for at, cell in enumerate(row[:3]) if is_number(cell) and cell.strip()), 3)
