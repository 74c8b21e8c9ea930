"""Datasets that come as a folder of clips with a `labels.csv` of their own columns: what each is stands in a `ClipTable`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..source import Clip, ClipFile, Plan, Skipped, read_clip

TABLE = "labels.csv"
Row = Mapping[str, str]


@dataclass(frozen=True)
class ClipTable:
    """How the rows of a `labels.csv` become clips. Rows that name the same file are one clip.

    Args:
        folder: in which the authors' files are packed; the root may also be that folder itself.
        title: for people.
        columns: by which the table is known from other datasets' tables, beside `file`.
        label: column of the label, or what makes it from the rows of a clip.
        subject: column of who moves.
        keys: columns that splits may go by.
        split: gives each file's key `split`, from all files, where the table has no such column.
        captions: column of sentences; a clip's captions are those of all its rows.
        beside: endings of files that a clip is read with, in place of its own.
        view: axis along which the sensor looks, where the files do not say.
        options: arguments of `load_skeleton`.
    """

    folder: str
    title: str
    columns: tuple[str, ...]
    label: str | Callable[[Sequence[Row]], str] = "label"
    subject: str | None = None
    keys: tuple[str, ...] = ()
    split: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    captions: str | None = None
    beside: tuple[str, ...] = ()
    view: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)

    def plan(self, root: Path) -> Plan:
        """The dataset's clips.

        Raises:
            FileNotFoundError: no table with these columns in `root` or its folder.
            ValueError: a row with another number of values, or a path that leaves the folder.
        """
        base, rows = self._rows(root)
        clips: dict[str, list[Row]] = {}
        for row in rows:
            clips.setdefault(row["file"], []).append(row)
        splits = self.split(list(clips)) if self.split else {}
        files, skipped = [], []
        for name, own in clips.items():
            if not (base / name).is_file():
                skipped.append(Skipped(name, f"named in {TABLE}, but there is no such file"))
                continue
            keys = {key: own[0][key] for key in self.keys} | ({"split": splits[name]} if splits else {})
            texts = [row[self.captions] for row in own] if self.captions else []
            files.append(
                ClipFile(
                    name,
                    str(PurePosixPath(name).with_suffix("")),
                    label=own[0][self.label] if isinstance(self.label, str) else self.label(own),
                    subject=own[0][self.subject] if self.subject else None,
                    keys=keys,
                    captions=tuple(dict.fromkeys(text for text in texts if text)),
                    options=self.options,
                    depends=tuple(str(PurePosixPath(name).with_suffix(suffix)) for suffix in self.beside),
                )
            )
        return Plan(base, tuple(files), tuple(skipped))

    def read(self, base: Path, file: ClipFile) -> Iterator[Clip | Skipped]:
        """As `source.read_clip`, from where the sensor stands."""
        for clip in read_clip(base, file):
            yield Clip(clip.id, clip.sequence.replace(view=self.view)) if self.view and isinstance(clip, Clip) else clip

    def _rows(self, root: Path) -> tuple[Path, list[Row]]:
        """The folder that holds the table, and its rows, spaces at the values' ends stripped."""
        for base in (root / self.folder, root):
            table = base / TABLE
            if not table.is_file():
                continue
            with open(table, encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, strict=True)
                if not {"file", *self.columns} <= set(reader.fieldnames or ()):
                    continue
                return base, [_checked(table, reader.line_num, row) for row in reader]
        raise FileNotFoundError(
            f"{root}: expected {self.title}: {self.folder}/{TABLE} or {TABLE} with the columns "
            f"{', '.join(('file', *self.columns))}; found none"
        )


def _checked(table: Path, line: int, row: dict[str, Any]) -> Row:
    if None in row or None in row.values():
        raise ValueError(f"{table}: line {line}: expected a value for each column, got another number")
    row = {name: value.strip() for name, value in row.items()}
    path = PurePosixPath(row["file"])
    if not row["file"] or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{table}: line {line}: file: expected a path inside the folder, got {row['file']!r}")
    return row
