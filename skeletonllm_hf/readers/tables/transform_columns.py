"""Tables with a column for each number of a joint's 4 x 4 or 3 x 4 transform -> the same table, whose columns of places are called `_x`, `_y`, `_z`."""

from __future__ import annotations

import re

from ..source import SkeletonFile
from .delimited import split_cells
from .table_header import is_number

_NUMBERED = re.compile(r"(\d{1,2})[\])]?$")
_ENTRY = re.compile(r"m?([0-4])[_,.\] \[]{0,2}([0-4])[\])]?$")
_BETWEEN = " _.-[("  # a joint's name and the numbers
_LEAST = 5  # joints
_MOST_BYTES = 1 << 20  # of the first two lines
_SIZES = {(4, 4), (3, 4)}


def with_places(file: SkeletonFile) -> SkeletonFile:
    """The file with names for the places in its transforms; the file itself where its first line names none.

    Entries are counted by row and column (`hips_m03`), or row by row (`hips_15`), from 0 or 1. Where the last row of all is not 0, 0, 0, 1, but the last column is, rows are columns.
    """
    return file.once(_with_places)


def _with_places(file: SkeletonFile) -> SkeletonFile:
    if not file.is_text or file.head.count(b"3") < _LEAST:
        return file
    lines = file.data[:_MOST_BYTES].split(b"\n", 2)[:2]
    line, row = (one.decode("utf-8", "replace").strip("\ufeff\r") for one in (*lines, b"")[:2])
    delimiter = max(",;\t", key=line.count)
    names, values = split_cells(line, delimiter), split_cells(row, delimiter)
    if len(values) != len(names):
        return file
    transforms = _transforms(names)
    if len(transforms) < _LEAST:
        return file
    by_columns = all(
        _size(own) == (4, 4) and _last_row([values[own[row, 3]] for row in range(4)]) for own in transforms.values()
    )
    for joint, own in transforms.items():
        for axis, name in enumerate("xyz"):
            names[own[(3, axis) if by_columns else (axis, 3)]] = f"{joint}_{name}"
    return file.with_data(delimiter.join(names).encode() + file.data[len(lines[0]) :])


def _transforms(names: list[str]) -> dict[str, dict[tuple[int, int], int]]:
    """Joint -> (row, column) from 0 -> column of the table, of whole transforms."""
    numbered: dict[str, dict[int, int]] = {}
    joints: dict[str, dict[tuple[int, int], int]] = {}
    for at, name in enumerate(names):
        if entry := _NUMBERED.search(name[:256]):
            numbered.setdefault(name[: entry.start()].rstrip(_BETWEEN), {})[int(entry[1])] = at
        if entry := _ENTRY.search(name[:256]):
            joints.setdefault(name[: entry.start()].rstrip(_BETWEEN), {})[int(entry[1]), int(entry[2])] = at
    for joint, own in numbered.items():
        start = min(own)
        if start in (0, 1) and set(own) == set(range(start, start + 16)):
            joints[joint] = {divmod(number - start, 4): at for number, at in own.items()}
    return {joint: own for joint, own in map(_from_0, joints.items()) if _size(own) in _SIZES}


def _from_0(item: tuple[str, dict[tuple[int, int], int]]) -> tuple[str, dict[tuple[int, int], int]]:
    joint, own = item
    start = min(min(row, column) for row, column in own)
    return joint, {(row - start, column - start): at for (row, column), at in own.items()}


def _size(own: dict[tuple[int, int], int]) -> tuple[int, int]:
    """(rows, columns) of a whole matrix; (0, 0) of others."""
    rows, columns = (max(place[axis] for place in own) + 1 for axis in (0, 1))
    return (rows, columns) if len(own) == rows * columns else (0, 0)


def _last_row(cells: list[str]) -> bool:
    """Whether these are 0, 0, 0, 1."""
    numbers = [float(cell) if is_number(cell) else 9.0 for cell in cells]
    return all(abs(number - last) < 1e-3 for number, last in zip(numbers, (0, 0, 0, 1), strict=True))
