"""Shards of a dataset: the clips of some files, written to one parquet file, and a record of its contents for resuming."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError
from .schema import SCHEMA, arrow_schema, encode
from .source import Clip, ClipFile, Skipped
from .sources import get_source

if TYPE_CHECKING:
    import pyarrow

DATA, RECORDS = "data", ".build"  # folders of a built dataset: the shards; what resuming needs
# Streaming reads a row group at a time: at some 30 KB a clip this keeps it at a few megabytes.
_ROWS_A_GROUP = 64
_RECORD = 2  # version of the records' contents


@dataclass(frozen=True)
class Shard:
    """A shard to write.

    Args:
        source: name of the `DatasetSource`. dataset: value of the column of that name.
        base: the folder that the files' paths start from.
        out: the dataset's folder.
        part: "train", "validation" or "test"; number: of `total` shards of this part.
        files: what it holds.
        keep_rotations: whether joint orientations are written.
    """

    source: str
    dataset: str
    base: Path
    out: Path
    part: str
    number: int
    total: int
    files: tuple[ClipFile, ...]
    keep_rotations: bool

    @property
    def name(self) -> str:
        return f"{self.part}-{self.number:05d}-of-{self.total:05d}"

    @property
    def path(self) -> Path:
        return self.out / DATA / f"{self.name}.parquet"

    @property
    def record_path(self) -> Path:
        return self.out / RECORDS / f"{self.name}.json"

    def digest(self) -> str:
        """Of all that its contents depend on: the files' sizes and times, what their names say, and the settings."""
        from .. import __version__

        states = [_state(self.base / path) for file in self.files for path in (file.path, *file.depends)]
        files = [dataclasses.asdict(file) for file in self.files]
        state = [SCHEMA, _RECORD, __version__, self.source, self.dataset, self.keep_rotations, files, states]
        return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()

    def record(self) -> dict[str, Any] | None:
        """The record of an earlier run; None where it is missing or out of date."""
        if not self.record_path.is_file():
            return None
        record = json.loads(self.record_path.read_text("utf-8"))
        return record if record["digest"] == self.digest() and record["bytes"] == self.bytes() else None

    def bytes(self) -> int:
        """Of the parquet file; 0 where there is none: a shard without clips has no file (`datasets` cannot read an empty one)."""
        return self.path.stat().st_size if self.path.is_file() else 0


def write_shard(shard: Shard) -> dict[str, Any]:
    """Writes the parquet file, then its record; each appears whole or not at all. Gives the record.

    Returns:
        `digest`, `bytes`, `clips` (one dict each: `_describe`), `layouts` (name -> joint names) and `skipped` (source, reason).

    Raises:
        RuntimeError: an error that readers must not raise, which is a bug; names the file.
    """
    digest = shard.digest()  # before reading: a file that changes meanwhile is read again by the next run
    rows, clips, layouts, skipped = [], [], {}, []
    for file in shard.files:
        for item in _read(shard, file):
            if isinstance(item, Skipped):
                skipped.append(dataclasses.asdict(item))
                continue
            sequence = item.sequence if shard.keep_rotations else item.sequence.replace(rotations=None)
            row = encode(
                sequence,
                id=item.id,
                dataset=shard.dataset,
                rationale=file.rationale,
                subject=file.subject,
                keys=file.keys,
            )
            rows.append(row)
            clips.append(_describe(row, sequence))
            layouts[sequence.layout.name] = sequence.layout.joints
    if rows:
        write_whole(shard.path, functools.partial(_write_parquet, rows))
    else:
        shard.path.unlink(missing_ok=True)
    record = {"digest": digest, "bytes": shard.bytes(), "clips": clips, "layouts": layouts, "skipped": skipped}
    write_whole(shard.record_path, json.dumps(record))
    return record


def _write_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    import pyarrow as pa

    schema = arrow_schema()
    arrays = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
    write_table(pa.table(arrays, schema=schema), path)


def write_table(table: pyarrow.Table, path: Path) -> None:
    """Writes a table with the schema's columns, with the compression and encodings of built datasets."""
    import pyarrow.parquet as pq

    pq.write_table(
        table,
        path,
        row_group_size=_ROWS_A_GROUP,
        compression="zstd",
        use_dictionary=["dataset", "layout", "units", "up", "view", "format", "label", "subject"],
        # the bytes of floats lie together by their weight: that packs a fifth better
        column_encoding=dict.fromkeys(
            [f"{name}.list.element" for name in ("joints", "confidence", "rotations")], "BYTE_STREAM_SPLIT"
        ),
    )


def write_whole(path: Path, content: str | Callable[[Path], object]) -> None:
    """Writes a file that is whole or not there, also where the process is killed: under a temporary name, then renamed.

    Args:
        path: the file; its folder is made.
        content: a text, or a function that writes the file of the path that it is given.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        temporary.write_text(content, "utf-8")
    else:
        content(temporary)
    with open(temporary, "rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def _read(shard: Shard, file: ClipFile) -> list[Clip | Skipped]:
    try:
        return list(get_source(shard.source).read(shard.base, file))
    except SkeletonFileError as error:
        return [Skipped.because(file.path, error)]
    except Exception as error:
        raise RuntimeError(f"{shard.base / file.path}: {type(error).__name__}: {error}") from error


def _describe(row: dict[str, Any], sequence: SkeletonSequence) -> dict[str, Any]:
    content = hashlib.sha256(json.dumps([row["layout"], sequence.joints.shape]).encode())
    content.update(sequence.joints.tobytes())
    content.update(np.packbits(sequence.mask).tobytes())
    return {
        "id": row["id"],
        "label": sequence.label,
        "frames": sequence.num_frames,
        "people": int(sequence.people_present.sum()),
        "fps": sequence.fps,
        "layout": sequence.layout.name,
        "joints": sequence.mask.size,
        "seen": int(sequence.mask.sum()),
        "captions": len(sequence.captions),
        "questions": len(sequence.questions),
        "warnings": list(sequence.warnings),
        "content": content.hexdigest()[:32],
    }


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:  # not there: that, too, is a state
        return None
    return state.st_size, state.st_mtime_ns
