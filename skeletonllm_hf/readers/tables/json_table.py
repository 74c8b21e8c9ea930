"""Tables as JSON, as pandas and web pages write them -> the same table as CSV.

A list of rows (`[{"frame": 0, "nose_x": 0.1, ...}, ...]`), rows by their numbers (`{"0": {"nose_x": 0.1, ...}}`), `{"columns": [...],
"data": [[...], ...]}`, or columns (`{"nose_x": {"0": 0.1, ...}}`, `{"nose_x": [0.1, ...]}`); also where such a table is the only one in an
object. Names may have several parts: `"('nose', 'x')"`, `["nose", "x"]`.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from ..objects.json_text import head_keys
from ..source import SkeletonFile, natural

MAX_CELLS = 3_000_000  # taken one by one
_ROW = re.compile(rb"(\xef\xbb\xbf)?\s{0,99}(?:\[\s{0,99}\{[^{}\[\]]{1,9999}\}|\{[^{}\[\]]{1,999}\}\s{0,9}\{)")
_GROUP = re.compile(r"\[([^][]{1,200})\]")
_SHOWN = 200  # keys of a file's head that are looked at


def may_be_table(file: SkeletonFile) -> list[str]:
    """Keys that a table's columns may be, of a JSON file's head; none for other files."""
    keys = sorted(head_keys(file))
    if {"columns", "data"} <= set(keys):
        listed = file.head_text.partition('"columns"')[2].partition("[")[2].lstrip()
        if listed[:1] == "[":
            groups = _GROUP.findall(listed.partition("]]")[0] + "]")
            return [_name(group.replace('"', "'")) for group in groups][:_SHOWN]
        return [cell.strip('" \n\r\t') for cell in listed.partition("]")[0].split(",")][:_SHOWN]
    return [_name(key) for key in keys if not key.isdecimal()][:_SHOWN]


def _name(name: str) -> str:
    """`nose_x` of `('nose', 'x')`; others as they are."""
    return "_".join(part.strip("()' ") for part in name.split(",")) if "'," in name else name


def begins_with_row(file: SkeletonFile) -> bool:
    """Whether a JSON file begins with a list, or lines, of objects that hold no others: rows."""
    return _ROW.match(file.head) is not None


def as_table(file: SkeletonFile) -> SkeletonFile:
    """The table as CSV. SkeletonFileError: no table in it, or more cells than `MAX_CELLS`."""
    rows = _rows(file.json())
    if rows is None:
        raise file.error("a table: rows that are objects of numbers, or columns", "JSON of another build")
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(rows) * len(names) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{len(rows) * len(names):,}; cut it into clips")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return file.with_data(out.getvalue().encode())


def _cell(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value).replace("\n", " ")


def _rows(content: Any, depth: int = 0) -> list[dict[str, Any]] | None:
    if isinstance(content, list):
        fits = bool(content) and all(
            isinstance(row, dict) and not any(isinstance(v, (dict, list)) for v in row.values()) for row in content
        )
        return content if fits else None
    if not isinstance(content, dict) or depth > 2:
        return None
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        names = ["_".join(map(str, name)) if isinstance(name, list) else str(name) for name in content["columns"]]
        fits = all(isinstance(row, list) and len(row) == len(names) for row in content["data"])
        return [dict(zip(names, row, strict=True)) for row in content["data"]] if fits else None
    if isinstance(content.get("schema"), dict):  # pandas' orient="table"
        return _rows(content.get("data"), depth + 1)
    if len(content) > 1 and all(map(str.isdecimal, content)):
        return _rows([content[key] for key in sorted(content, key=natural)])
    columns = {_name(key): _column(value) for key, value in content.items() if isinstance(value, (dict, list))}
    lengths = {len(column) for column in columns.values() if column is not None}
    if len(columns) > 5 and None not in columns.values() and len(lengths) == 1:
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    tables = [rows for value in content.values() if (rows := _rows(value, depth + 1)) is not None]
    return tables[0] if len(tables) == 1 else None


def _column(value: Any) -> list[Any] | None:
    """A column's cells in the order of their rows; None for what is no column."""
    cells = value if isinstance(value, list) else [value[key] for key in sorted(value, key=natural)]
    return None if any(isinstance(cell, (dict, list)) for cell in cells) else cells
