"""Builds a dataset: parquet files, a report, a card and previews. Resumable, parallel, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .dataset_card import write_card
from .dataset_preview import write_layouts, write_preview
from .protocols import PARTS, protocols_of
from .report import REPORT, summarize
from .schema import need_datasets
from .shards import DATA, RECORDS, Shard, write_shard, write_whole
from .source import Plan
from .sources import get_source

_SHARD_NAME = re.compile(r"(train|validation|test)-\d{5}-of-\d{5}\.(parquet|json)")


@dataclass(frozen=True)
class BuildOptions:
    """How a dataset is built.

    Args:
        dataset: name written into every row; None: the source's own name (for a folder of yours: the folder's).
        workers: processes that read; None: as many as there are cores, 1: this one only.
        shard_files: input files a shard; a build that was killed loses one unfinished shard per worker.
        keep_rotations: write joint orientations where files have them (BVH, AMASS); they triple the size.
        fresh: build again what an earlier run has built.
        progress: show progress on stderr.
    """

    dataset: str | None = None
    workers: int | None = None
    shard_files: int = 256
    keep_rotations: bool = False
    fresh: bool = False
    progress: bool = True


def build(
    name: str, root: str | os.PathLike[str], out: str | os.PathLike[str], options: BuildOptions | None = None
) -> dict[str, Any]:
    """Builds a dataset.

    Args:
        name: one of `DATASETS`.
        root: the folder that holds it, as its authors pack it.
        out: a folder of its own: new, empty, or of an earlier build, which is then continued.

    Returns:
        The report, as written to `report.json` (`report.summarize`).

    Raises:
        ValueError: an unknown name, an `out` with other contents, a table (labels.csv) that cannot be understood.
        FileNotFoundError: `root` does not hold the dataset.
        TimeoutError: another process builds into `out`.
        ModuleNotFoundError: the extra `train` is not installed.
    """
    need_datasets()
    from filelock import FileLock, Timeout

    options = options or BuildOptions()
    source = get_source(name)
    for what, value in (("workers", options.workers), ("shard_files", options.shard_files)):
        if value is not None and value < 1:
            raise ValueError(f"{what}: expected a positive number, got {value}")
    root, out = Path(root), Path(out)
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: expected the folder of {source.title}, found none")
    _check_out(out)
    plan = source.plan(root)
    if twice := [name for name, count in Counter(file.id for file in plan.files).items() if count > 1]:
        raise ValueError(f"{root}: expected every clip once, got {len(twice)} names twice, such as {twice[0]!r}")
    dataset = options.dataset or (root.resolve().name if name == "folder" else source.name)
    shards = list(_shards(name, dataset, plan, out, options))
    (out / RECORDS).mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / RECORDS / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise TimeoutError(f"{out}: another process builds into this folder") from None
    with lock:
        _clear(out, {shard.name for shard in shards})
        records = _run(shards, options)
        report = summarize(source, dataset, plan, list(zip(shards, records, strict=True)))
        write_whole(out / REPORT, json.dumps(report, indent=1, ensure_ascii=False))
        write_preview(out, shards, records)
        write_layouts(out, shards, records)
        write_card(out, source, report)
    return report


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out}: expected a folder, found a file")
    if out.is_dir() and any(out.iterdir()) and not (out / RECORDS).is_dir():
        raise ValueError(f"{out}: expected a new or empty folder, or one of an earlier build; found other files")


def _shards(name: str, dataset: str, plan: Plan, out: Path, options: BuildOptions) -> Iterator[Shard]:
    """Divides files into parts by the dataset's first protocol. Their order is random, so that streams have all classes from the start."""
    protocol = protocols_of(name)[0]
    parts: dict[str, list[Any]] = {part: [] for part in PARTS}
    for file in plan.files:
        part: Any = protocol.part(file.split_keys(file.label))  # the first protocol uses every clip
        parts[part].append(file)
    for part, files in parts.items():
        files.sort(key=lambda file: hashlib.sha256(file.id.encode()).digest())
        total = -(-len(files) // options.shard_files)
        for number in range(total):
            chosen = tuple(files[number * options.shard_files : (number + 1) * options.shard_files])
            yield Shard(name, dataset, plan.base, out, part, number, total, chosen, options.keep_rotations)


def _clear(out: Path, current: set[str]) -> None:
    """Removes shards of an earlier build that this one does not have, and temporary files of killed runs."""
    for folder in (out / DATA, out / RECORDS):
        for path in folder.glob("*"):
            if (_SHARD_NAME.fullmatch(path.name) and path.stem not in current) or path.name.endswith(".tmp"):
                path.unlink()


def _run(shards: list[Shard], options: BuildOptions) -> list[dict[str, Any]]:
    from tqdm import tqdm

    records: dict[str, Any] = {shard.name: None if options.fresh else shard.record() for shard in shards}
    todo = [shard for shard in shards if records[shard.name] is None]
    workers = min(options.workers or os.cpu_count() or 1, len(todo))
    count = sum(len(shard.files) for shard in shards)
    done = count - sum(len(shard.files) for shard in todo)
    with tqdm(
        total=count, initial=done, unit="file", desc="build", file=sys.stderr, disable=not options.progress
    ) as bar:
        if workers <= 1:
            for shard in todo:
                records[shard.name] = write_shard(shard)
                bar.update(len(shard.files))
        else:
            # spawned, not forked: a caller's threads (torch, numba) do not survive a fork
            with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
                futures = {pool.submit(write_shard, shard): shard for shard in todo}
                try:
                    for future in as_completed(futures):
                        records[futures[future].name] = future.result()
                        bar.update(len(futures[future].files))
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
    return [records[shard.name] for shard in shards]
