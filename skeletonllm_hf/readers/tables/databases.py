"""Tables of data frames and databases (Parquet, Feather, Arrow, SQLite) -> the same table as CSV, or as JSON Lines where cells hold lists."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ..source import SkeletonFile

_PARQUET, _FEATHER, _STREAM, _SQLITE = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"SQLite format 3\0"
_KINDS = (_PARQUET, _FEATHER, _STREAM, _SQLITE)
_MOST_CELLS = 5_000_000  # taken one by one
_MOST_BYTES = 256 << 20  # of columns, unpacked; and of the text
_BATCH = 4096  # rows that are unpacked at once
Rows = Iterator[tuple[list[str], list[Any]]]  # names of columns, cells


def from_database(file: SkeletonFile) -> SkeletonFile:
    """The file's one table as text; other files as they are.

    Raises:
        SkeletonFileError: damaged or too large, several tables, or the package that opens it is not installed.
    """
    if file.is_folder or not file.head.startswith(_KINDS):
        return file
    rows = _sqlite_rows(file) if file.head.startswith(_SQLITE) else _arrow_rows(file)
    out, cells, nested = io.StringIO(), 0, False
    try:
        for number, (names, row) in enumerate(rows):
            if number == 0:
                nested = any(isinstance(cell, (list, dict)) for cell in row)
                writer = csv.writer(out, lineterminator="\n")
                writer.writerows([] if nested else [names])
            if nested:
                out.write(json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n")
            else:
                writer.writerow("" if cell is None else cell for cell in row)
            cells += len(row) + sum(len(cell) for cell in row if isinstance(cell, (list, dict)))
            if cells > _MOST_CELLS or out.tell() > _MOST_BYTES:
                raise file.error(f"at most {_MOST_CELLS:,} cells", "more: cut it into clips")
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:  # pyarrow's are among them
        if isinstance(error, type(file.error(""))):
            raise
        raise file.error("a whole table", str(error)[:200]) from None
    return file.with_data(out.getvalue().encode("utf-8", "replace"))


def _arrow_rows(file: SkeletonFile) -> Rows:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise file.error("pyarrow to read Parquet and Arrow (pip install pyarrow), or the table as CSV") from None
    with closing(pa.OSFile(str(file.path))) as stream:
        if file.head.startswith(_PARQUET):
            table = pq.ParquetFile(stream)
            groups = [table.metadata.row_group(at) for at in range(table.num_row_groups)]
            if (size := sum(group.total_byte_size for group in groups)) > _MOST_BYTES:
                raise file.error(f"at most {_MOST_BYTES >> 20} MB of columns", f"{size >> 20:,} MB: cut it into clips")
            batches = table.iter_batches(_BATCH)
        elif file.head.startswith(_FEATHER):
            opened = pa.ipc.open_file(stream)
            batches = (opened.get_batch(at) for at in range(opened.num_record_batches))
        else:
            batches = iter(pa.ipc.open_stream(stream))
        for batch in batches:
            batch.validate(full=True)
            if batch.nbytes > _MOST_BYTES or batch.num_rows * batch.num_columns > _MOST_CELLS:
                raise file.error(f"at most {_MOST_CELLS:,} cells", "more: cut it into clips")
            columns = [column.to_pylist() for column in batch.columns]
            yield from ((batch.schema.names, list(row)) for row in zip(*columns, strict=True))


def _sqlite_rows(file: SkeletonFile) -> Rows:
    with closing(sqlite3.connect(f"{Path(file.path).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        base.execute("pragma trusted_schema = off")
        query = "select name from sqlite_master where type = 'table' and name not like 'sqlite%' limit 100"
        tables = [str(name) for (name,) in base.execute(query)]
        if len(tables) != 1:
            raise file.error("one table in the database", f"{', '.join(tables)[:200] or 'none'}: export it as CSV")
        found = base.execute('select * from "{}"'.format(tables[0].replace('"', '""')))
        names = [str(column[0]) for column in found.description]
        yield from ((names, list(row)) for row in found)
