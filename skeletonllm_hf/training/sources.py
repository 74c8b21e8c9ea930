"""Sources of training clips: datasets of our schema, folders with a labels.csv, synthetic motion."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..data import BuildOptions, build, decode, open_dataset, plain_row
from ..data.protocols import PARTS
from ..data.report import read_report
from ..data.sources.labelled_folder import TABLE
from ..model.skeleton import SkeletonSequence
from ..synthetic import SYNTHETIC
from .synthetic_clips import SyntheticClips
from .texts import Texts

SYNTHETIC_CLIPS = 2000  # a pass over "synthetic" without a number
_TEXTS = ("id", "label", "captions", "questions", "rationale")


@dataclass(frozen=True)
class DatasetSpec:
    """A dataset as the command line names it: `NAME[@PROTOCOL][=WEIGHT]`.

    Args:
        name: a Hub id, a folder of our schema, a folder with a labels.csv, or "synthetic[:CLIPS]".
        protocol: which of its clips train; None: those of its first protocol.
        weight: how often its clips come; None: as many times as it has clips.
        replay: rehearsal of what the model can already do; not counted in an epoch's length.
    """

    name: str
    protocol: str | None = None
    weight: float | None = None
    replay: bool = False

    @classmethod
    def parse(cls, text: str, replay: bool = False) -> DatasetSpec:
        """ValueError: a weight that is no positive number, an empty name."""
        name, given, weight = text.rpartition("=") if "=" in text else (text, "", "")
        name, _, protocol = name.partition("@") if not Path(name).exists() else (name, "", "")
        try:
            number = float(weight) if given else None
        except ValueError:
            number = math.nan
        if not name or (number is not None and not 0 < number < math.inf):
            raise ValueError(f"expected NAME[@PROTOCOL][=WEIGHT] with a positive weight, got {text!r}")
        return cls(name, protocol or None, number, replay)


class _Dataset:
    """A dataset of our schema: clips as they were recorded, each with one label."""

    faces_viewer = False
    name: str
    labels: tuple[str, ...]

    def wrong(self, texts: Texts, generator: np.random.Generator) -> list[str]:
        """All labels but the clip's own."""
        return [label for label in self.labels if label != texts.label]


class Table(_Dataset):
    """A dataset that is read in any order."""

    def __init__(self, name: str, rows: Any) -> None:
        self.name, self.rows = name, rows
        columns = rows.select_columns(list(_TEXTS)).with_format(None)[:]
        self.texts = [
            _texts(dict(zip(_TEXTS, values, strict=True))) for values in zip(*(columns[c] for c in _TEXTS), strict=True)
        ]
        self.labels = tuple(sorted({text.label for text in self.texts if text.label}))

    def __len__(self) -> int:
        return len(self.texts)

    def clip(self, number: int) -> tuple[SkeletonSequence, Texts]:
        return decode(self.rows[number]), self.texts[number]


class Stream(_Dataset):
    """A dataset that is read as it comes, over and over; each pass in another order."""

    def __init__(self, name: str, rows: Any, labels: tuple[str, ...], seed: int, buffer: int = 1024) -> None:
        self.name, self.labels = name, labels
        self._rows = rows.shuffle(seed=seed, buffer_size=buffer)

    def __iter__(self) -> Iterator[tuple[SkeletonSequence, Texts]]:
        """Rows without end. ValueError: a pass without a row."""
        passes = 0
        while True:
            self._rows.set_epoch(passes)
            found = False
            for row in self._rows:
                found = True
                row = plain_row(row)
                yield decode(row), _texts(row)
            if not found:
                raise ValueError(f"{self.name}: expected clips to train on, got none")
            passes += 1


def open_source(
    spec: DatasetSpec,
    *,
    streaming: bool,
    seed: int,
    work: Path,
    limit: int | None = None,
    explain: Callable[[str, Path, Sequence[str]], Path] | None = None,
) -> Table | SyntheticClips | Stream:
    """The training part of a dataset.

    Args:
        spec: which.
        streaming: rows as they come; its labels come from its report, or a first pass over them.
        seed: of the order of a stream and of synthetic motion.
        work: where a folder with a labels.csv is built.
        limit: use the first rows only.
        explain: makes of a dataset (its name, a new folder, its parts) one whose clips have rationales; returns the folder.

    Raises:
        ValueError: as `open_dataset` and `build`; nothing to train on.
    """
    name, _, count = spec.name.partition(":")
    if name == SYNTHETIC:
        if count and not (count.isdecimal() and int(count)):
            raise ValueError(f"{spec.name}: expected synthetic or synthetic:CLIPS")
        return SyntheticClips(min(int(count or SYNTHETIC_CLIPS), limit or 10**9), seed)
    folder, shown = spec.name, Path(os.path.normpath(spec.name)).name
    if (Path(folder) / TABLE).is_file():
        folder = os.fspath(work / shown)
        report = build("folder", spec.name, folder, BuildOptions(workers=1, progress=False))
        for item in report["skipped"]:
            print(f"{spec.name}: skipped {item['source']}: {item['reason']}", file=sys.stderr, flush=True)
        if not report["written"]:
            raise ValueError(
                f"{spec.name}: expected clips to train on, got none of the {report['found']} in its {TABLE}"
            )
    if explain is not None:
        parts = ("train",) if spec.protocol is None else PARTS
        folder = os.fspath(explain(folder, work / f"{shown}-explained", parts))
    rows = open_dataset(folder, "train", protocol=spec.protocol, streaming=streaming)
    if limit is not None:
        rows = rows.take(limit) if streaming else rows.select(range(min(limit, len(rows))))
    if streaming:
        return Stream(shown, rows, _labels_of(folder, spec.protocol, rows), seed)
    table = Table(shown, rows)
    if not len(table):
        raise ValueError(f"{spec.name}: expected clips to train on, got none")
    return table


def _labels_of(folder: str, protocol: str | None, rows: Any) -> tuple[str, ...]:
    """The labels of a stream's rows: from the dataset's report, where it has one that tells; else all rows are looked at.

    A report counts by the dataset's first protocol; another one may hold labels out.
    """
    if protocol is None:
        with contextlib.suppress(ValueError):  # a dataset that another program wrote has none
            counted = read_report(folder)["labels"]
            return tuple(sorted(label for label, parts in counted.items() if parts.get("train")))
    found = {row["label"] for row in rows.select_columns(["label"]).with_format(None)}
    return tuple(sorted(label for label in found if label))


def _texts(row: Any) -> Texts:
    text: Callable[..., Any] = lambda value: None if value is None else str(value)  # noqa: E731
    return Texts(
        str(row["id"]), text(row["label"]), tuple(map(str, row["captions"])),
        tuple((str(pair["question"]), str(pair["answer"])) for pair in row["questions"]), text(row["rationale"]),
    )  # fmt: skip
