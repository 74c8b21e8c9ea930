"""Headers of tables: names of columns below titles and comments, with axes or units in a second row."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...model.joint_names import body_points
from ..source import SkeletonFile
from .column_names import coordinate, is_unit

MAX_COLUMNS = 10_000  # 1,024 joints with 4 columns each, and room
MAX_HEADER = 1 << 20
MAX_ABOVE = 30  # lines above the names: titles, comments, `sep=;`
_ROWS_TEXT = 8000  # characters of rows that are looked at where no line has names
MAX_AXES_ROW = 4  # lines between names and their axes, and the names
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?|nan", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?[\d.]+(e[+-]?\d+)?", re.IGNORECASE)
_DECIMAL = r"(\d{1,4}(?:[.,]\d{1,6})?)"
_RATE = re.compile(
    rf"(?:fps|frame ?_?rate|sampl\w{{0,5}} rate|frequency|hz)[^\d\n]{{0,12}}{_DECIMAL}|{_DECIMAL} ?(?:fps|hz)"
)
_QUOTED_COMMA = re.compile(rb'"[^",\n]{1,100},[^"\n]{1,100}"')
_TRANSLATIONS = ("tx", "ty", "tz")
_TURNS = ("rx", "ry", "rz", "rw", "qx", "qy", "qz", "qw")
SCORES = ("visibility", "confidence", "conf", "score", "likelihood")


@dataclass(frozen=True)
class Header:
    """Names of the columns. `lines`: of the file down to the first row of numbers. `fps`: where a line above them says it."""

    names: list[str]
    delimiter: str
    lines: int
    fps: float | None = None


def find_header(file: SkeletonFile, fits: Callable[[list[str]], bool]) -> Header | None:
    """The first of the lines at the beginning whose names fit; None where there is none."""
    if not file.is_text:
        return None
    text = file.head_text
    if text.count("\n") < MAX_AXES_ROW and len(file.head) < file.size:  # lines longer than the head
        text = file.data[:MAX_HEADER].decode("utf-8", "replace")
    lines = text.split("\n", MAX_ABOVE + 5)[: MAX_ABOVE + 4]
    for above in range(min(MAX_ABOVE + 1, len(lines))):
        header = _header(lines[above:])
        if header is not None and fits(header.names):
            return replace(header, lines=header.lines + above, fps=rate_above(lines[:above]))
    header = _of_rows([line for line in file.head_text[:_ROWS_TEXT].split("\n")[:-1] if line.strip()])
    return header if header is not None and fits(header.names) else None


def with_tabs(file: SkeletonFile, header: Header) -> tuple[SkeletonFile, Header]:
    """The table with tabs where blanks or upright strokes part its cells; others as they are."""
    if header.delimiter not in "| ":
        return file, header
    if header.delimiter == "|":
        data = file.data.replace(b"|", b"\t")
    else:
        data = b"\n".join(b"\t".join(line.split()) for line in file.data.splitlines())
    return file.with_data(data), replace(header, delimiter="\t")


def with_plain_names(file: SkeletonFile) -> SkeletonFile:
    """A table whose first line has names in quotes with commas in them (pandas' `"('nose', 'x')"`) with underscores in their place; others as they are."""
    return file.once(_with_plain_names)


def _with_plain_names(file: SkeletonFile) -> SkeletonFile:
    line, feed, rest = (
        file.data.partition(b"\n") if file.is_text and b'"' in file.head[:MAX_COLUMNS] else (b"", b"", b"")
    )
    if not _QUOTED_COMMA.search(line[:_ROWS_TEXT]):
        return file
    text = line.decode("utf-8", "replace").rstrip("\r")
    try:
        cells = next(csv.reader([text]), [])
    except csv.Error:  # a carriage return within a name
        return file
    names = ["_".join(part.strip(" ()'") for part in cell.split(",")) for cell in cells]
    return file.with_data(",".join(names).encode() + feed + rest) if len(cells) < text.count(",") + 1 else file


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a decimal point or comma, or empty."""
    cell = cell.strip()
    return not cell or _NUMBER.fullmatch(cell) is not None


def _header(lines: list[str]) -> Header | None:
    """The names in the first of these lines, and how many lines they take; None where it holds none."""
    delimiter = max(_DELIMITERS, key=lines[0].count)
    if delimiter not in lines[0]:
        delimiter = " "
        lines = [lines[0].lstrip("#% "), *lines[1:]]  # as numpy.savetxt writes it, no name of a column
        width = len(lines[0].split())
        if len(lines) < 2 or width < 2 or len(lines[1].split()) not in (width, width + 1):
            return None
    if lines[0].count(delimiter) > MAX_COLUMNS:
        return None
    rows = [_cells(line, delimiter) for line in lines[: MAX_AXES_ROW + 2]]
    if max(map(len, rows)) > MAX_COLUMNS:
        return None
    rows[0][0] = rows[0][0].lstrip("#% ")  # as numpy.savetxt writes it
    first = [row[0].lower() for row in rows[:3]]
    if first[:2] == ["scorer", "bodyparts"] and len(rows) > 2 and len(rows[1]) == len(rows[2]):  # DeepLabCut
        # columns of the frame; labelled pictures have three
        index = next((at for at, part in enumerate(rows[1]) if at and part), 1)
        names = [*(f"index {at}" for at in range(1, index)), "frame"]
        names += [f"{part}_{axis}" for part, axis in zip(rows[1][index:], rows[2][index:], strict=True)]
        return Header(names, delimiter, 3)
    if two := _with_axes(rows) or (_with_axes([rows[1], rows[0], *rows[2:]]) if len(rows) > 2 else None):
        return Header(two[0], delimiter, two[1])
    rows[0] = _under_names(rows[0])
    if any(_PLAIN.fullmatch(cell) for cell in rows[0]):
        return None  # numbers: no header
    if len(rows) > 1 and len(rows[1]) == len(rows[0]) and any(rows[1]) and all(not c or is_unit(c) for c in rows[1]):
        return Header(_with_units(*rows[:2]), delimiter, 2)
    if len(rows) > 2 and len(rows[1]) == len(rows[2]) == len(rows[0]) - 1 > 1 and coordinate(rows[0][-1]) is None:
        del rows[0][-1]  # LabVIEW's `Comment`, for which rows have no cell
    more = rows[1][len(rows[0]) :] if len(rows) > 1 else []
    if len(more) == 1 and any(more) and is_number(rows[1][0]):  # R names the rows, in a column without a name
        return Header(["", *rows[0]], delimiter, 1)
    spread = _filled(rows[0], 0)  # `nose,,,neck,,`
    names = _by_turns(spread, rows[1]) if len(rows) > 1 else rows[0]
    names = rows[0] if names == spread else names
    return Header(names + ([] if any(more) else more), delimiter, 1)  # rows, not names, may end with a delimiter


def _by_turns(names: list[str], row: list[str]) -> list[str]:
    """The names with axes where each joint's stands there two to four times (`nose,nose,nose`, or `nose,nose.1,nose.2` of pandas and R); else as they are.

    Args:
        row: the first one below them; beside pixels a third value from 0 to 1 is a score.
    """
    stems = [name[:-2] if name[-2:] in (".1", ".2", ".3") else name for name in names]
    groups = [list(group) for _, group in itertools.groupby(range(len(stems)), stems.__getitem__)]
    groups = [group for group in groups if len(group) > 1 and names[group[0]] == stems[group[0]]]
    points = body_points([stems[group[0]] for group in groups[:200]])
    sizes = {len(group) for group in groups}
    if sum(map(bool, points)) < 5 or len(sizes) != 1 or max(sizes) > 4 or len(row) < len(names):
        return names
    values = [[_value(row[column]) for column in group] for group in groups]
    third = [value[2] for value in values if len(value) == 3]
    flat = bool(third) and min(third) >= 0 and max(third) <= 1 and max(value[0] for value in values) > 10
    out = list(names)
    for group in groups:
        for column, axis in zip(group, ("x", "y", "score") if flat else ("x", "y", "z", "score"), strict=False):
            out[column] = f"{stems[column]}_{axis}"
    return out


def _value(cell: str) -> float:
    """A cell's number; 0 for others."""
    try:
        return float(cell[:40])
    except ValueError:
        return 0.0


def _are_turns(rows: list[list[str]]) -> bool:
    """Whether the four cells of each row are a quaternion, whose length is 1."""
    return all(abs(sum(_value(cell) ** 2 for cell in row) - 1) < 1e-2 for row in rows)


def _of_rows(lines: list[str]) -> Header | None:
    """Names for rows without any, `frame, joint, x, y, z, ...`: of these columns one holds words, which are joints of a body."""
    delimiter = max(_DELIMITERS, key=lines[0].count) if lines else ""
    rows = [_cells(line, delimiter if delimiter in lines[0] else " ") for line in lines]
    width = len(rows[0]) if rows else 0
    if len(rows) < 10 or not 3 <= width <= 16 or any(len(row) != width for row in rows):
        return None
    columns = list(zip(*rows, strict=True))
    numbers = [all(map(is_number, column)) for column in columns]
    for at, column in enumerate(columns[:-2]):
        if (
            numbers[at + 1]
            and numbers[at + 2]
            and sum(point is not None for point in body_points(list(dict.fromkeys(column)))) >= 5
        ):
            if at + 5 == width and _are_turns([row[at + 1 :] for row in rows]):
                return None
            names = [f"column {number}" for number in range(width)]
            names[at : at + 3 + (at + 3 < width and numbers[at + 3])] = ["joint", *"xyz"][
                : 3 + (at + 3 < width and numbers[at + 3])
            ]
            if at and numbers[0]:
                names[0] = "time" if any("." in cell or "," in cell for cell in columns[0]) else "frame"
            return Header(names, delimiter if delimiter in lines[0] else " ", 0)
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    cells = line.split() if delimiter == " " else line.rstrip("\r").split(delimiter)
    return [cell.strip().strip('"').strip() for cell in cells] or [""]


def _with_axes(rows: list[list[str]]) -> tuple[list[str], int] | None:
    """Column names of which a later line says the axes (`Hip,,,Knee,,,` above `x,y,z,x,y,z`), and how many lines they take.

    Between the two may stand lines that say the same of all columns (Visual3D's TARGET and PROCESSED).
    """
    for at in range(1, min(MAX_AXES_ROW, len(rows) - 2) + 1):
        axes = [cell.lower() for cell in rows[at]]
        if "x" not in axes:  # translations beside rotations
            axes = [axis[1] if axis in _TRANSLATIONS else axis for axis in axes]
        first = axes.index("x") if "x" in axes else len(axes)
        parsed = [axis for axis in axes[first:] if axis]
        above = [row + [""] * (len(axes) - len(row)) for row in rows[:at] if 0 <= len(axes) - len(row) < 3 < len(row)]
        if len(parsed) < 6 or not above or not all(axis in ("x", "y", "z", *SCORES, *_TURNS) for axis in parsed):
            continue
        above = [_filled(row, first) for row in above]
        joints = max(above, key=lambda row: len(set(row[first:])))
        people = next((row for row in above if _crossed(row[first:], joints[first:])), None)
        whose = [f"{person}:{joint}" for person, joint in zip(people, joints, strict=True)] if people else joints
        names = [
            f"{name}_{axis}"
            if axis in ("x", "y", "z", *SCORES)
            else f"{name}_rot_{axis[1]}"
            if axis in _TURNS
            else joint or axis
            for name, joint, axis in zip(whose, joints, axes, strict=True)
        ]
        below = rows[at + 1]
        if any(below) and len(below) == len(names) and all(not cell or is_unit(cell) for cell in below):
            return _with_units(names, below), at + 2
        if joints[0] and axes[0] and first:  # pandas writes names of its levels; others its unit
            names[0] = f"{joints[0]} {rows[at][0]}" if is_unit(axes[0]) else "index"
        if sum(map(bool, below)) == 1 and not is_number(below[0]):  # and the index's name on a line of its own
            return [below[0], *names[1:]], at + 2
        return names, at + 1
    return None


def _filled(row: list[str], first: int) -> list[str]:
    """A header row whose names hold for the empty cells behind them, too; the cells before the first axis as they are."""
    filled, last = [], ""
    for number, cell in enumerate(row):
        last = cell or last
        filled.append(cell if number < first and not cell else last)
    return filled


def _crossed(one: list[str], other: list[str]) -> bool:
    """Whether each of several words of one row stands with each of more words of the other: people above joints."""
    count = len(set(one))
    return 1 < count < len(set(other)) and len(set(zip(one, other, strict=True))) == count * len(set(other))


def _with_units(names: list[str], units: list[str]) -> list[str]:
    return [f"{name} ({unit.strip('()[]')})" if unit else name for name, unit in zip(names, units, strict=True)]


def _under_names(cells: list[str]) -> list[str]:
    """Names of columns in which each joint's name stands before its axes: `Hips, X, Y, Z, QX, QY, QZ, QW` (Qualisys' skeletons)."""
    if min(cells.count(axis) for axis in "XYZ") < 2:
        return cells
    names, last = [], ""
    for cell in cells:
        part = cell in ("X", "Y", "Z", "QX", "QY", "QZ", "QW")
        last = last if part else cell
        names.append(f"{last}_{'quat_' if len(cell) > 1 else ''}{cell[-1]}" if part else cell)
    return names


def rate_above(above: list[str]) -> float | None:
    """Frames a second as one of these lines says it."""
    for line in above:
        if found := _RATE.search(line[:200].lower()):
            rate = float((found[1] or found[2]).replace(",", "."))
            if 1 <= rate <= 1000:
                return rate
    return None
