"""Rows of tables that are none: the column names again (logs one after the other), a line that was cut off, sums below the table."""

from __future__ import annotations

from .source import SkeletonFile
from .table_header import Header

_SUMS = frozenset(
    (
        "mean", "average", "avg", "median", "std", "stdev", "sd", "var", "variance", "min", "max", "minimum", "maximum", "sum", "total", "count", "range",
        "mittelwert", "summe", "moyenne", "media", "promedio",
    )
)  # fmt: skip


def whole_rows(file: SkeletonFile, header: Header) -> tuple[SkeletonFile, tuple[str, ...]]:
    """The table without such rows, and notes; `header`: its column names."""
    lines = file.data.replace(b"\r\n", b"\n").split(b"\n", header.lines)
    if header.lines == 0 or len(lines) <= header.lines:
        return file, ()
    names, rows = b"\n".join(lines[-1 - header.lines : -1]), lines[-1]
    notes = []
    if again := rows.count(b"\n" + names + b"\n"):
        rows = rows.replace(b"\n" + names + b"\n", b"\n")
        notes.append(f"Column names that stand between the rows, {again} times, were left out.")
    cut = rows.rpartition(b"\n")
    if (
        cut[0]
        and b'"' not in cut[2]
        and len(cut[2].strip()) > 0
        and _fewer(cut[2], cut[0].rpartition(b"\n")[2], header)
    ):
        rows = cut[0] + b"\n"
        notes.append("The last line is cut off: left out.")
    below = 0
    while (cut := rows.rstrip().rpartition(b"\n"))[0] and _first_cell(cut[2], header) in _SUMS:
        rows, below = cut[0] + b"\n", below + 1
    if below:
        notes.append(f"Left out below the table, no frames: {below} rows of sums or means.")
    return (file.with_data(b"\n".join([*lines[:-1], rows])) if notes else file), tuple(notes)


def _fewer(line: bytes, before: bytes, header: Header) -> bool:
    mark = header.delimiter.encode()
    return line.count(mark) < before.count(mark)


def _first_cell(line: bytes, header: Header) -> str:
    cells = (
        cell.strip(b'" ').decode("utf-8", "replace").lower() for cell in line[:400].split(header.delimiter.encode())
    )
    return next((cell for cell in cells if cell), "")
