"""Batch jobs: their settings (`Job`), and the plan that divides a dataset's rows into shards of results.

The plan depends on the dataset alone, so that every process, and every later run, makes the same one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..answering.task import Task
from ..data.opening import check_built
from ..data.protocols import PARTS
from ..data.schema import COLUMNS, need_datasets
from ..model.recognition import CALIBRATIONS, checked_candidates
from ..nouns import counted

RESULTS = "results"
MAX_GROUP_ROWS = 1_000_000
MAX_GROUP_BYTES = 4 << 30  # of a row group, unpacked: a thousand of the longest clips of NTU RGB+D are 1 GB


@dataclass(frozen=True)
class Job:
    """The settings that the results depend on. A folder of results belongs to one job.

    Args:
        dataset: a folder or "USER/NAME", of our schema. parts, revision: see `make_plan`.
        task: "recognize", "caption", "ask" or "render".
        model: identifies the model's weights and settings: `model_mark`.
        labels: for "recognize". top_k: how many of them a result keeps. none_of_these: offers that too.
        question: for "ask".
        max_new_tokens: longest text.
        descriptions, calibrate: for "recognize", as in `Recognizer`. The set of `calibrate="set"` is the clips of one file of results.
            A server takes no `calibrate`: None.
        size: of the frames, where it is not the model's own.
        shard_rows: clips in a file of results, at least.
        batch_size: clips that go through the model at once; part of the job, as rounding depends on it.

    Raises:
        ValueError: a task, parts, labels or a question that do not go together.
    """

    dataset: str
    task: str
    model: str
    parts: tuple[str, ...] = PARTS
    revision: str | None = None
    labels: tuple[str, ...] = ()
    top_k: int = 5
    none_of_these: bool = False
    question: str | None = None
    max_new_tokens: int = 96
    size: int | None = None
    shard_rows: int = 512
    batch_size: int = 8
    descriptions: Mapping[str, Sequence[str]] | None = None
    calibrate: str | None = None

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "task", Task(self.task).value)
        except ValueError:
            raise ValueError(f"task: expected one of {', '.join(map(str, Task))}, got {self.task!r}") from None
        if unknown := [part for part in self.parts if part not in PARTS]:
            raise ValueError(f"parts: expected some of {list(PARTS)}, got {unknown}")
        recognizes = self.task == Task.RECOGNIZE
        if recognizes != bool(self.labels):
            raise ValueError(f"labels: {'expected some' if recognizes else 'only'} for the task recognize")
        if self.calibrate is not None and (not recognizes or self.calibrate not in CALIBRATIONS):
            raise ValueError(
                f"calibrate: expected one of {', '.join(CALIBRATIONS)} for the task recognize, got {self.calibrate!r}"
            )
        if self.descriptions is not None:
            if not recognizes:
                raise ValueError("descriptions: only for the task recognize")
            checked_candidates(self.labels, self.none_of_these, self.descriptions)
        if (self.task == Task.ASK) != bool(self.question and self.question.strip()):
            raise ValueError(f"question: {'expected one' if self.task == Task.ASK else 'only'} for the task ask")
        for name in ("top_k", "max_new_tokens", "shard_rows", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, got {getattr(self, name)}")


@dataclass(frozen=True)
class Piece:
    """Row groups `first` to `last` (not included) of a parquet file."""

    path: Path
    part: str
    first: int
    last: int


@dataclass(frozen=True)
class Shard:
    """One file of results.

    Args:
        number: from 0.
        pieces: where its rows are, in order.
        rows: how many.
    """

    number: int
    pieces: tuple[Piece, ...]
    rows: int


@dataclass(frozen=True)
class Plan:
    """
    Args:
        shards: all of them.
        rows: in all.
        digest: changes with the dataset's files and their division.
    """

    shards: tuple[Shard, ...]
    rows: int
    digest: str

    def path(self, shard: Shard, out: Path) -> Path:
        """The file of a shard's results."""
        return out / RESULTS / f"{shard.number:06d}-of-{len(self.shards):06d}.parquet"


def make_plan(
    dataset: str | os.PathLike[str], parts: tuple[str, ...] = PARTS, rows: int = 512, revision: str | None = None
) -> Plan:
    """Divides a dataset of our schema into shards of about `rows` clips, at its row groups.

    Args:
        dataset: a folder with parquet files, or "USER/NAME" on the Hub (downloaded to the Hub's cache).
        parts: of "train", "validation" and "test", those that are wanted.
        rows: the fewest that a shard holds, but for the last of each part.
        revision: branch, tag or commit on the Hub.

    Raises:
        ValueError: no parquet files of these parts, or one with other columns; names the file.
    """
    need_datasets()
    files = [(path, part) for path in _files(dataset, revision) if (part := part_of(path)) in parts]
    if not files:
        raise ValueError(
            f"{dataset}: expected parquet files of {', '.join(parts)}, such as data/test-00000-of-00001.parquet"
        )
    contents: list[Any] = [rows]
    shards: list[Shard] = []
    for part in PARTS:
        pieces: list[Piece] = []
        held = 0
        for path in sorted((path for path, of in files if of == part), key=lambda path: path.name):
            groups = _row_groups(path)
            contents.append([path.name, part, path.stat().st_size, groups])
            first = 0
            for number, size in enumerate(groups, 1):
                held += size
                if held >= rows:
                    pieces.append(Piece(path, part, first, number))
                    shards.append(Shard(len(shards), tuple(pieces), held))
                    pieces, held, first = [], 0, number
            if first < len(groups):
                pieces.append(Piece(path, part, first, len(groups)))
        if pieces:
            shards.append(Shard(len(shards), tuple(pieces), held))
    digest = hashlib.sha256(json.dumps(contents).encode()).hexdigest()
    return Plan(tuple(shards), sum(shard.rows for shard in shards), digest)


def part_of(path: Path) -> str | None:
    """The part that a file's name gives: `test-00000-of-00002.parquet`; None: none of `PARTS`."""
    part = path.name.split("-")[0].removesuffix(".parquet")
    return part if part in PARTS else None


def read_rows(shard: Shard) -> Iterator[tuple[str, Mapping[str, object] | ValueError]]:
    """(part, row) of a shard, a row group in memory at a time; numbers are numpy arrays, for `data.schema.decode`.

    A row group that cannot be read gives an error in the place of each of its rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for piece in shard.pieces:
        with pq.ParquetFile(piece.path) as file:
            for group in range(piece.first, piece.last):
                about = file.metadata.row_group(group)
                try:
                    if about.total_byte_size > MAX_GROUP_BYTES:
                        raise ValueError(f"at most {MAX_GROUP_BYTES:,} bytes, got {about.total_byte_size:,}")
                    table = file.read_row_group(group)
                    if table.num_rows != about.num_rows:
                        raise ValueError(f"{counted(about.num_rows, 'row')}, got {table.num_rows}")
                except (pa.ArrowException, OSError, ValueError) as error:
                    broken = ValueError(f"{piece.path.name}: row group {group}: expected one that can be read: {error}")
                    yield from ((piece.part, broken) for _ in range(about.num_rows))
                    continue
                for number in range(table.num_rows):
                    yield piece.part, table.slice(number, 1)


def _files(dataset: str | os.PathLike[str], revision: str | None) -> list[Path]:
    check_built(dataset)
    folder = Path(dataset)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download

        name, patterns = os.fspath(dataset), ["*.parquet"]
        try:
            folder = Path(snapshot_download(name, repo_type="dataset", revision=revision, allow_patterns=patterns))
        except OSError as error:  # in some the name is missing
            raise OSError(f"{name}: no such folder, and the Hub does not give it: {error}") from None
    return [path for path in folder.rglob("*.parquet") if not path.name.startswith(".")]


def _row_groups(path: Path) -> list[int]:
    """Rows of each row group. ValueError: no parquet file of our schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names, metadata = file.schema_arrow.names, file.metadata
            groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"{path}: expected a parquet file: {error}") from None
    if max(groups, default=0) > MAX_GROUP_ROWS:
        raise ValueError(f"{path}: expected row groups of at most {MAX_GROUP_ROWS:,} rows, got {max(groups):,}")
    if missing := [name for name in COLUMNS if name not in names]:
        raise ValueError(f"{path}: expected the columns {list(COLUMNS)}, got none of {missing}")
    return groups
