"""Gives the rows of a dataset a rationale each; a run that was stopped goes on, and asks no teacher twice."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..data.opening import check_built
from ..data.protocols import PARTS
from ..data.schema import arrow_schema, decode, need_datasets
from ..data.shards import DATA, RECORDS, write_table
from ..files import write_whole
from ..nouns import counted
from .teachers import Teacher

JOURNAL = ".rationales.jsonl"
_GIVE_UP = 5  # failures in a row after which a teacher is taken to be gone


@dataclass
class DistillReport:
    """What became of the rows.

    Args:
        written: rationales written by this run. resumed: by an earlier one. kept: rows that had one from the start.
        unlabelled: rows without a label: no rationale can lead to one.
        failed: (row, reason) for rows that the teacher could not do; they have no rationale.
    """

    written: int = 0
    resumed: int = 0
    kept: int = 0
    unlabelled: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def distill(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    teacher: Teacher,
    *,
    parts: Sequence[str] = ("train",),
    again: bool = False,
    workers: int = 1,
    progress: bool = False,
) -> DistillReport:
    """Copies a dataset and fills its column `rationale`.

    Args:
        source: a folder as `skeletonllm data build` writes it, or "USER/NAME" on the Hub.
        out: folder for the copy; one of an earlier run into it is continued.
        teacher: who writes.
        parts: of "train", "validation", "test": whose rows get a rationale; the others are copied as they are.
        again: also rows that have a rationale already.
        workers: rows at a time; more than one for teachers on a server.
        progress: show progress on standard error.

    Raises:
        ValueError: an unknown part, no parquet files, or an `out` that is the source or holds something else.
        OSError: the teacher failed on several rows in a row; what was written stays.
    """
    need_datasets()
    if not parts or (unknown := [part for part in parts if part not in PARTS]):
        raise ValueError(f"parts: expected some of {list(PARTS)}, got {unknown if parts else 'none'}")
    if workers < 1:
        raise ValueError(f"workers: expected at least 1, got {workers}")
    check_built(source)
    base, out = _folder(source), Path(out)
    files = sorted((base / DATA).glob("*.parquet"))
    if not files:
        raise ValueError(f"{source}: expected {DATA}/*.parquet, as `skeletonllm data build` writes them, found none")
    if out.resolve() == base.resolve():
        raise ValueError(f"{out}: expected another folder than the dataset's own")
    if out.is_dir() and any(out.iterdir()) and not (out / JOURNAL).is_file():
        raise ValueError(f"{out}: expected a new or empty folder, or one of an earlier run; found other files")
    out.mkdir(parents=True, exist_ok=True)
    journal = _Journal(out / JOURNAL)
    report = DistillReport()
    for path in files:
        part = path.name.split("-")[0]
        _one_file(
            path, out / DATA / path.name, teacher if part in parts else None, journal, report, again, workers, progress
        )
    for path in base.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copyfile(path, out / path.name)
    return report


def _folder(source: str | os.PathLike[str]) -> Path:
    if Path(source).is_dir():
        return Path(source)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(os.fspath(source), repo_type="dataset", ignore_patterns=[f"{RECORDS}/*"]))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
        raise ValueError(f"{source}: expected a built folder or a dataset on the Hub: {error}") from None


class _Journal:
    """What was written so far, a line each; the half line of a killed run is left out, and written over."""

    def __init__(self, path: Path):
        self.path, self.texts = path, {}
        whole = 0
        if path.is_file():
            data = path.read_bytes()
            whole = data.rfind(b"\n") + 1
            for number, line in enumerate(data[:whole].splitlines(), 1):
                try:
                    record = json.loads(line)
                    self.texts[record["key"]] = record["rationale"]
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(
                        f"{path}: line {number}: expected a rationale, got {line[:60]!r}: {error}"
                    ) from None
        with open(path, "ab") as stream:
            stream.truncate(whole)

    def add(self, key: str, text: str) -> None:
        with open(self.path, "a", encoding="utf-8") as stream:
            stream.write(json.dumps({"key": key, "rationale": text}, ensure_ascii=False) + "\n")
        self.texts[key] = text


def _one_file(
    path: Path,
    target: Path,
    teacher: Teacher | None,
    journal: _Journal,
    report: DistillReport,
    again: bool,
    workers: int,
    progress: bool,
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if missing := [name for name in arrow_schema().names if name not in table.column_names]:
        raise ValueError(f"{path}: expected the columns of our schema, got none of {missing}")
    texts = table.column("rationale").to_pylist()
    if teacher is not None:
        for number, text in _rationales(table, texts, teacher, journal, report, again, workers, progress):
            texts[number] = text
    place = table.schema.get_field_index("rationale")
    table = table.set_column(place, "rationale", pa.array(texts, pa.string()))
    write_whole(target, lambda file: write_table(table, file))


def _rationales(
    table: Any,
    texts: list[str | None],
    teacher: Teacher,
    journal: _Journal,
    report: DistillReport,
    again: bool,
    workers: int,
    progress: bool,
) -> Iterator[tuple[int, str]]:
    """(row number, rationale) of the rows that get one."""
    todo = []
    for number, label in enumerate(table.column("label").to_pylist()):
        if texts[number] is not None and not again:
            report.kept += 1
        elif label is None:
            report.unlabelled += 1
        else:
            todo.append(number)
    from tqdm import tqdm

    with (
        ThreadPoolExecutor(workers) as pool,
        tqdm(total=len(todo), unit="row", desc="distill", file=sys.stderr, disable=not progress) as bar,
    ):
        waiting, in_a_row = list(reversed(todo)), 0
        running: dict[Any, Any] = {}
        while waiting or running:
            while waiting and len(running) < workers:  # no more than that: rows of a long dataset stay on disk
                number = waiting.pop()
                row = table.slice(number, 1)
                clip, label, id = decode(row), row.column("label")[0].as_py(), row.column("id")[0].as_py()
                content = zlib.crc32(clip.mask.tobytes(), zlib.crc32(clip.joints.tobytes()))
                key = f"{teacher.name}|{id}|{label}|{content:08x}"
                if key in journal.texts:
                    report.resumed += 1
                    bar.update()
                    yield number, journal.texts[key]
                    continue
                running[pool.submit(teacher.write, clip, label)] = number, key, id
            done, _ = wait(running, return_when=FIRST_COMPLETED) if running else ((), ())
            for future in done:
                number, key, id = running.pop(future)
                bar.update()
                try:
                    text = future.result()
                except (OSError, ValueError) as error:
                    report.failed.append((id, str(error)))
                    in_a_row += 1
                    if in_a_row >= _GIVE_UP:
                        pool.shutdown(wait=False, cancel_futures=True)
                        raise OSError(
                            f"the teacher failed on {counted(in_a_row, 'row')} in a row, the last {id!r}: {error}"
                        ) from error
                    continue
                in_a_row = 0
                journal.add(key, text)
                report.written += 1
                yield number, text
