"""Rows of tables that are none: the column names again (logs one after the other), a line that was cut off, sums below the table."""

from __future__ import annotations

import re

from ..source import SkeletonFile
from .table_header import Header

_MOST_SUMS = 20  # rows
_TAIL = 1 << 20  # bytes at the end in which they are looked for
_EMPTY_LINE = re.compile(rb"\n[ \t\r]{0,99}\n")
_SUMS = frozenset(
    (
        "mean", "average", "avg", "median", "std", "stdev", "sd", "var", "variance", "min", "max", "minimum", "maximum", "sum", "total", "count", "range",
        "mittelwert", "summe", "moyenne", "media", "promedio",
    )
)  # fmt: skip


def whole_rows(file: SkeletonFile, header: Header) -> tuple[SkeletonFile, tuple[str, ...]]:
    """The table without such rows, and notes; `header`: its column names."""
    data, start, mark = file.data, 0, header.delimiter.encode()
    for _ in range(header.lines):
        start = data.find(b"\n", start) + 1 or len(data)
    names, notes = data[:start], []
    while names[:1] == b"#" and b"\n" in names[:-1]:  # comments above them
        names = names.partition(b"\n")[2]
    if names and start < len(data) and data.find(b"\n" + names, start - 1) >= 0:
        rows, again = re.subn(b"^" + re.escape(names), b"", data[start:], flags=re.MULTILINE)
        data = data[:start] + rows
        notes.append(f"Column names that stand between the rows, {again} times, were left out.")
    if data.find(b"\n#", start) >= 0:
        lines = data[start:].split(b"\n")
        full = lines[0].count(mark)
        data = data[:start] + b"\n".join(line for line in lines if line[:1] != b"#" or line.count(mark) >= full)
        notes += [] if len(data) == len(file.data) else ["Comments between the rows were left out."]
    if (cut := _second_table(data, start, mark)) is not None:
        data = data[:cut]
        notes.append("Left out below the table: what stands under an empty line, with fewer columns.")
    end = data.rfind(b"\n") + 1
    above = data[data.rfind(b"\n", 0, end - 1) + 1 : end]
    if end > start and data[end:].strip() and b'"' not in data[end:] and data.count(mark, end) < above.count(mark):
        data = data[:end]
        notes.append("The last line is cut off: left out.")
    below = [line for line in data[max(start, len(data) - _TAIL) :].split(b"\n") if line.strip()][1:][-_MOST_SUMS:]
    sums = next((at for at, line in enumerate(reversed(below)) if _first_cell(line, mark) not in _SUMS), len(below))
    if sums:
        data = data[: data.rindex(below[-sums])]
        notes.append(f"Left out below the table, no frames: {sums} rows of sums or means.")
    return (file.with_data(data) if notes else file), tuple(notes)


def _second_table(data: bytes, start: int, mark: bytes) -> int | None:
    """Where an empty line is below which no line has as many cells as the rows above it; None without one."""
    empty = _EMPTY_LINE.search(data, start)
    above = data[start : data.find(b"\n", start)].count(mark)
    if empty is None or not above or empty.start() <= start or len(data) - empty.end() > _TAIL:
        return None
    below = [line for line in data[empty.end() :].split(b"\n") if line.strip()]
    return empty.start() + 1 if below and all(line.count(mark) < above / 2 for line in below) else None


def _first_cell(line: bytes, mark: bytes) -> str:
    cells = (cell.strip(b'" ').decode("utf-8", "replace").lower() for cell in line[:400].split(mark))
    return next((cell for cell in cells if cell), "")
