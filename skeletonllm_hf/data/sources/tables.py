"""Datasets that come as a folder of clips with a `labels.csv` of their own columns: gestures, sports, motion capture, and walks with words."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..source import Clip, ClipFile, Plan, Skipped, described, descriptions, read_clip

TABLE = "labels.csv"
Row = Mapping[str, str]


def read_table(table: Path) -> tuple[list[str], list[tuple[str, dict[str, str]]]]:
    """The columns of a CSV file; its rows, each with its place in the file for messages. `checked_row` checks a row."""
    with open(table, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        rows = [(f"{table}: line {reader.line_num}", row) for row in reader]
    return list(reader.fieldnames or ()), rows


def checked_row(where: str, row: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """A row of `read_table` without spaces at the values' ends. ValueError: another number of values."""
    if None in row or None in row.values():
        raise ValueError(f"{where}: expected {len(columns)} values, a value for each column, got another number")
    return {name: value.strip() for name, value in row.items()}


def path_inside(where: str, column: str, name: str) -> str:
    """The path in a row's column, with "/". ValueError: none, or one that leaves the folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{where}: {column}: expected a path inside the folder, got {name!r}")
    return path.as_posix()


@dataclass(frozen=True)
class ClipTable:
    """How the rows of a `labels.csv` become clips. Rows that name the same file are one clip.

    Args:
        name: of the dataset, and of the folder in which its files are packed; the root may also be that folder itself.
        columns: beside `file`; other datasets' tables lack some of them.
        label: column of the label, or what makes it from the rows of a clip.
        subject: column of who moves.
        keys: columns that splits may go by.
        split: gives each file's key `split`, from all files, where the table has no such column.
        captions: column of sentences; a clip's captions are those of all its rows.
        beside: endings of files that a clip is read with, in place of its own.
        view: axis along which the sensor looks, where the files do not say.
        options: arguments of `load_skeleton`.
    """

    name: str
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
            first, path = own[0], PurePosixPath(name)
            texts = [row[self.captions] for row in own] if self.captions else []
            files.append(
                ClipFile(
                    name,
                    str(path.with_suffix("")),
                    label=first[self.label] if isinstance(self.label, str) else self.label(own),
                    subject=first[self.subject] if self.subject else None,
                    keys={key: first[key] for key in self.keys} | ({"split": splits[name]} if splits else {}),
                    captions=tuple(dict.fromkeys(text for text in texts if text)),
                    options=self.options,
                    depends=tuple(str(path.with_suffix(suffix)) for suffix in self.beside),
                )
            )
        return Plan(base, tuple(files), tuple(skipped))

    def read(self, base: Path, file: ClipFile) -> Iterator[Clip | Skipped]:
        """As `source.read_clip`, with the axis along which the sensor looks."""
        for clip in read_clip(base, file):
            yield Clip(clip.id, clip.sequence.replace(view=self.view)) if self.view and isinstance(clip, Clip) else clip

    def _rows(self, root: Path) -> tuple[Path, list[Row]]:
        """The folder that holds the table, and its rows."""
        expected = ("file", *self.columns)
        for base in (root / self.name, root):
            if not (base / TABLE).is_file():
                continue
            columns, lines = read_table(base / TABLE)
            if not set(expected) <= set(columns):
                continue
            rows = [(where, checked_row(where, row, columns)) for where, row in lines]
            return base, [row | {"file": path_inside(where, "file", row["file"])} for where, row in rows]
        raise FileNotFoundError(
            f"{root}: expected {descriptions()[self.name]['title']}: {self.name}/{TABLE} or {TABLE} with the columns "
            f"{', '.join(expected)}; found none"
        )


def last_third(files: Sequence[str]) -> dict[str, str]:
    """File -> "test" for the last third of each folder by the numbers in the names, else "train".

    Takes of one person have neighbouring numbers, so that most people are on one side.
    """
    folders: dict[str, list[str]] = {}
    for file in files:
        folders.setdefault(file.rpartition("/")[0], []).append(file)
    parts: dict[str, str] = {}
    for names in folders.values():
        names.sort(key=lambda name: [int(number) for number in re.findall(r"\d+", name)])
        parts |= {name: "test" if 3 * place >= 2 * len(names) else "train" for place, name in enumerate(names)}
    return parts


_BLENDED = re.compile(r"[a-z]_(limp|run|walk)_[a-z]+")


def gait(rows: Sequence[Row]) -> str:
    """ "limp", "run" or "walk": what a blend, by its file's name, holds most of; of equals, what its annotators name most.

    `k_run_slow_k_limp_fast_k_walk_regular_050_050_000.bvh`: half of a run, half of a limp.
    """
    stem = rows[0]["file"].removesuffix(".bvh")
    kinds = _BLENDED.findall(stem)
    weights = [int(number) for number in re.findall(r"\d{3}", stem)]
    if not kinds or len(kinds) != len(weights):
        raise ValueError(f"{rows[0]['file']}: expected a name such as k_limp_sad_k_walk_sad_025_075.bvh")
    shares = dict.fromkeys(kinds, 0)
    for kind, weight in zip(kinds, weights, strict=True):
        shares[kind] += weight
    named = {kind: sum(kind in row["text"].lower() for row in rows) for kind in shares}
    return max(shares, key=lambda kind: (shares[kind], named[kind]))


def _unnumbered(rows: Sequence[Row]) -> str:
    """Labels made from file names end in take numbers here and there: "walk1"."""
    return rows[0]["label"].rstrip("0123456789 ")


_TABLES = (
    ClipTable(
        "msrc12",
        ("label", "gesture", "instruction", "person"),
        subject="person",
        keys=("gesture", "instruction"),
        view="z",
        options={"format": "numpy", "layout": "kinect_v1", "units": "metres", "up": "y"},
    ),
    ClipTable(
        "penn_action",
        ("label", "split", "view"),
        keys=("split", "view"),
        options={"format": "numpy", "layout": "penn_13", "units": "pixels", "up": "-y"},
    ),
    ClipTable(
        "hdm05",
        ("label", "class", "subject", "split"),
        subject="subject",
        keys=("split", "class"),
        beside=(".asf",),
        options={"format": "asf_amc", "units": "inches", "up": "y", "fps": 120.0},
    ),
    ClipTable(
        "gtu3d",
        ("label", "folder"),
        split=last_third,
        view="z",
        options={"format": "numpy", "layout": "kinect_v2", "units": "metres", "up": "y"},
    ),
    ClipTable(
        "deepmimic",
        ("label", "licence"),
        label=_unnumbered,
        keys=("licence",),
        options={"format": "numpy", "layout": "deepmimic_15", "units": "metres", "up": "y"},
    ),
    ClipTable(
        "foerger_walks",
        ("text", "verb", "modifiers", "annotator", "actor"),
        label=gait,
        subject="actor",
        captions="text",
        options={"format": "bvh", "units": "centimetres", "up": "y"},
    ),
)

SOURCES = tuple(described(table.name, table.plan, table.read) for table in _TABLES)
