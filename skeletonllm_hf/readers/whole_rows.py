"""Rows of tables that are none: the column names again (logs one after the other), a line that was cut off, sums below the table."""

from __future__ import annotations

import re

from .source import SkeletonFile
from .table_header import Header

_MOST_SUMS = 20  # rows
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
    if names in rows:
        rows, again = re.subn(b"^" + re.escape(names) + b"\n", b"", rows, flags=re.MULTILINE)
        notes += [f"Column names that stand between the rows, {again} times, were left out."] if again else []
    mark = header.delimiter.encode()
    above, _, last = rows.rpartition(b"\n")
    if above and last.strip() and b'"' not in last and last.count(mark) < above[above.rfind(b"\n") + 1 :].count(mark):
        rows = above + b"\n"
        notes.append("The last line is cut off: left out.")
    below = [line for line in rows[-(1 << 20) :].split(b"\n")[1:] if line.strip()][-_MOST_SUMS:]
    frames = next((at for at, line in enumerate(reversed(below)) if _first_cell(line, mark) not in _SUMS), len(below))
    if frames:
        rows = rows[: rows.rindex(below[-frames])]
        notes.append(f"Left out below the table, no frames: {frames} rows of sums or means.")
    return (file.with_data(b"\n".join([*lines[:-1], rows])) if notes else file), tuple(notes)


def _first_cell(line: bytes, mark: bytes) -> str:
    cells = (cell.strip(b'" ').decode("utf-8", "replace").lower() for cell in line[:400].split(mark))
    return next((cell for cell in cells if cell), "")
