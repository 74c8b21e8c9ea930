"""Delimited tables: cells, numbers in them, rows of points below a header, names of units."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..numbers import is_missing, parse_cells
from ..reader import check_size
from ..source import SkeletonFile

_NAMES_OF_UNITS = {
    "metres": "m meter meters metre metres", "centimetres": "cm centimeters centimetres", "millimetres": "mm millimeters millimetres",
    "inches": "in inch inches", "feet": "ft feet", "pixels": "px pixel pixels",
}  # fmt: skip
_COMMA_LAST = re.compile(rb"\d\.\d{3},\d")
_THOUSANDS = re.compile(rb"(?<=\d)\.\d{3}(?!\d)")
_SPACED = re.compile(
    rb"""(?:[;\t,]"?|^"?)-?\d{1,3}(?:'|\xe2\x80\x99|\xc2?\xa0|\xe2\x80\xaf| )\d{3}[.,]\d""", re.MULTILINE
)
_SPACED_ALL = re.compile(rb"(?<=\d)(?:'|\xe2\x80\x99|\xc2?\xa0|\xe2\x80\xaf| )(?=\d{3}(?:[^\d]|$))")
_FORMULA = re.compile(rb'(?<![^,;\t\n"])"?="{1,2}([^"\n,;]{0,99})"{1,3}(?![^,;\t\r\n])')
_QUOTED = re.compile(rb'"[-+]?\d{1,3}(?:,\d{3}){1,4}\.\d')
_QUOTED_ALL = re.compile(rb'"[-+]?\d{1,3}(?:,\d{3}){1,4}(?:\.\d{0,20})?"')
UNITS = {name: unit for unit, names in _NAMES_OF_UNITS.items() for name in names.split()}


def head_lines(file: SkeletonFile, most: int) -> list[str]:
    """The first lines of a text file, without their ends; fewer where the head holds fewer whole ones."""
    if not file.is_text:
        return []
    lines = file.head_text.replace("\r\n", "\n").split("\n")
    if len(file.head) < file.size:
        lines = lines[:-1]  # may be cut
    return lines[:most]


def split_cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def number_after(file: SkeletonFile, text: str, what: str) -> float:
    """A header's number. SkeletonFileError: another word."""
    try:
        return float(text.replace(",", ".")[:40])
    except ValueError:
        raise file.error("a number", repr(text[:40]), position=what) from None


def without_formulas(file: SkeletonFile) -> SkeletonFile:
    """A table whose cells are formulas of one value, which keep Excel from changing them (`="0.25"`), with the values; others as they are."""
    if not file.is_text or b'="' not in file.head or file.head.lstrip()[:1] in (b"<", b"{", b"["):
        return file
    return file.with_data(_FORMULA.sub(rb"\1", file.data))


def without_thousands(file: SkeletonFile, delimiter: str) -> SkeletonFile:
    """A table whose numbers part thousands and fractions (`1.234,56` between semicolons, `"1,234.56"` in quotes) without the marks of thousands.

    Others, also those in which nothing tells thousands from fractions, as they are.
    """
    data = file.data
    if _SPACED.search(file.head):  # Swiss apostrophes, French blanks
        data = _SPACED_ALL.sub(b"", data)
        file = file.with_data(data)
    if delimiter != "," and _COMMA_LAST.search(data):
        if len(_THOUSANDS.findall(data)) == data.count(b"."):
            return file.with_data(data.replace(b".", b""))
    elif b'"' in data and _QUOTED.search(data):
        return file.with_data(_QUOTED_ALL.sub(lambda found: found[0].replace(b",", b""), data))
    return file


def csv_rows(file: SkeletonFile, delimiter: str = ",", lines: Iterable[str] | None = None) -> Iterator[list[str]]:
    """The cells of each line; None: of all lines of the file. SkeletonFileError: no CSV."""
    try:
        yield from csv.reader(io.StringIO(file.text()) if lines is None else lines, delimiter=delimiter)
    except csv.Error as error:
        raise file.error("a table as CSV", str(error)) from None


def rows_below(file: SkeletonFile, delimiter: str, skip: int, columns: int) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row below the first `skip` lines. SkeletonFileError: another count of cells than `columns`."""
    for line, row in enumerate(csv_rows(file, delimiter), 1):
        if line <= skip or not row:
            continue
        if len(row) != columns:
            raise file.error(f"{columns} cells", str(len(row)), position=f"line {line}")
        yield line, row


def cell_number(file: SkeletonFile, text: str, where: str) -> float:
    """A cell's number, with a decimal point or comma; NaN where it is empty or says so (`#N/A`). SkeletonFileError: another word."""
    text = text.strip()
    try:
        return float(text.replace(",", ".")[:64]) if text else np.nan
    except ValueError:
        if is_missing(text):
            return np.nan
        if (flag := text.lower()) in ("true", "false"):
            return float(flag == "true")
        raise file.error("a number", repr(text[:40]), position=where) from None


def cell_numbers(file: SkeletonFile, row: Sequence[str], used: Sequence[int], where: str) -> list[float]:
    """`cell_number` of some cells of a row: all at once where they are plain numbers, as they nearly always are."""
    try:
        return [float(row[column]) for column in used]
    except ValueError:
        return [cell_number(file, row[column], f"{where}, column {column + 1}") for column in used]


def points_below(file: SkeletonFile, skip: int, columns: int, used: list[int], delimiter: str) -> np.ndarray:
    """The points of a table below its header, down to the first empty line; NaN in empty cells.

    Args:
        skip: lines of the header. columns: cells a line; shorter lines are filled up, further empty cells at the end cut off.
        used: numbers of the columns of x, y and z, point by point. delimiter: a comma, a semicolon or a tab.

    Returns:
        (rows, points, 3) float32.

    Raises:
        SkeletonFileError: no rows, words that are no numbers, more cells than `columns`.
    """
    mark = delimiter.encode()
    check_size(file, max(file.data.count(b"\n", 0, file.size) - skip, 1))
    even: list[bytes] = []
    for number, line in enumerate(file.data.replace(b"\r\n", b"\n").split(b"\n")[skip:]):
        if not line.strip(b" \t\r,;"):
            if even:
                break
            even.append(b"")  # keeps the line numbers of messages
            continue
        missing = columns - 1 - line.count(mark)
        if missing < 0:
            cells = line.split(mark)
            if any(cell.strip() for cell in cells[columns:]):
                raise file.error(f"{columns} cells", str(len(cells)), position=f"line {skip + number + 1}")
            line = mark.join(cells[:columns])
        even.append(line + mark * max(missing, 0))
    data = b"\n".join(even).replace(b'"', b"")
    if delimiter != ",":  # where the comma can be the decimal point
        data = data.replace(b",", b".").replace(mark, b";")
    values = parse_cells(file, data, columns, used, "," if delimiter == "," else ";", skip + 1)
    if len(values) == 0:
        raise file.error("rows below the header", "none")
    return values.reshape(len(values), -1, 3)
