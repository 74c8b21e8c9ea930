"""Records of answers in JSON lines: a stopped run continues where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PART = "records-{rank:03d}.jsonl"


class Records:
    """The answers in a folder, by key. Each process of a run appends to a file of its own; all are read.

    Args:
        folder: where the files lie; None: nothing is kept beyond this run.
        rank: number of this process.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, rank: int = 0):
        self.folder = None if folder is None else Path(folder)
        self.rank = rank
        self.values: dict[str, dict[str, Any]] = {}
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.reload()

    def reload(self) -> None:
        """Reads what all processes have written. ValueError names a file and line that is no record."""
        if self.folder is None:
            return
        for path in sorted(self.folder.glob(_PART.format(rank=0).replace("000", "*"))):
            lines = path.read_bytes().split(b"\n")
            for number, line in enumerate(lines, 1):
                if not line:
                    continue
                try:
                    record = json.loads(line)
                    self.values[record["key"]] = record
                except (ValueError, KeyError, TypeError) as error:
                    if number == len(lines):  # the line that a killed run was writing: its answer is asked again
                        continue
                    raise ValueError(f"{path}: line {number}: expected a record, got {line[:60]!r}: {error}") from None

    def add(self, records: Iterable[dict[str, Any]]) -> None:
        """Keeps answers, on disk at once."""
        records = list(records)
        self.values |= {record["key"]: record for record in records}
        if self.folder is None or not records:
            return
        path = self.folder / _PART.format(rank=self.rank)
        with open(path, "ab+") as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":  # a killed run's half line: it must not swallow the next one
                    stream.truncate(path.read_bytes().rfind(b"\n") + 1)
            text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            stream.write(text.encode("utf-8"))

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self.values[name]
