"""Runs in a process of its own (`child.py`): writes the one table of a file as CSV, or as JSON Lines where cells hold lists, or says why not."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

MAX_TEXT = 2**20  # characters of a cell of SQLite
_BATCH = 4096  # rows of Parquet that are unpacked at once
_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite%' limit 100"
Rows = Iterator[tuple[list[str], list[Any]]]  # names of columns, cells


def main(path: str, out: str, most_cells: str, most_bytes: str) -> str:
    """What is wrong, or an empty text."""
    with open(path, "rb") as stream:
        head = stream.read(16)
    tables = sqlite_tables(path) if head.startswith(b"SQLite") else None
    if tables is not None and len(tables) != 1:
        return f"tables:{', '.join(tables)[:200]}"
    rows = arrow_rows(path, head, int(most_cells)) if tables is None else sqlite_rows(path, tables[0])
    cells, nested = 0, False
    with open(out, "w", encoding="utf-8", errors="replace", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        for number, (names, row) in enumerate(rows):
            if number == 0:
                nested = any(isinstance(cell, (list, dict)) for cell in row)
                writer.writerows([] if nested else [names])
            if nested:
                text.write(json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n")
            else:
                writer.writerow("" if cell is None else cell for cell in row)
            cells += len(row) + sum(len(cell) for cell in row if isinstance(cell, (list, dict)))
            if cells > int(most_cells) or text.tell() > int(most_bytes):
                return "large:"
    return ""


def arrow_rows(path: str, head: bytes, most: int) -> Rows:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with closing(pa.OSFile(path)) as stream:
        if head.startswith(b"PAR1"):
            batches = pq.ParquetFile(stream).iter_batches(_BATCH)
        elif head.startswith(b"ARROW1"):
            opened = pa.ipc.open_file(stream)
            batches = (opened.get_batch(at) for at in range(opened.num_record_batches))
        else:
            batches = iter(pa.ipc.open_stream(stream))
        for batch in batches:
            if batch.num_rows * batch.num_columns > most:
                raise ValueError(f"more than {most:,} cells: cut it into clips")
            batch.validate(full=True)
            for start in range(0, batch.num_rows, _BATCH):
                columns = [column.to_pylist() for column in batch.slice(start, _BATCH).columns]
                yield from ((batch.schema.names, list(row)) for row in zip(*columns, strict=True))


def sqlite_tables(path: str) -> list[str]:
    with closing(database(path)) as base:
        return [str(name) for (name,) in base.execute(_TABLES)]


def sqlite_rows(path: str, table: str) -> Rows:
    with closing(database(path)) as base:
        found = base.execute('select * from "{}"'.format(table.replace('"', '""')))
        names = [str(column[0]) for column in found.description]
        yield from ((names, list(row)) for row in found)


def database(path: str) -> sqlite3.Connection:
    base = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    base.execute("pragma trusted_schema = off")
    if hasattr(base, "setlimit"):  # from Python 3.11 on
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    return base
