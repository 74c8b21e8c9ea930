"""Runs batch jobs: divides shards among processes, writes whole files of results, continues interrupted jobs."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import importlib.util
import itertools
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..answering.task import Task
from ..data.schema import decode, plain_row
from ..files import write_whole
from ..hub.checkpoint import read_json
from ..nouns import counted
from . import memory
from .faults import described, is_clips_fault
from .lock import FolderLock
from .plan import RESULTS, Job, Plan, Shard, make_plan, read_rows
from .results import Worker, result_schema

JOB, REPORT = "job.json", "report.json"
_END = 1 << 20  # bytes at either end of a weight file that `model_mark` reads
_PATIENCE = timedelta(days=30)  # at the end processes wait for the slowest; the default timeout is some minutes


def run_batch(
    job: Job,
    out: Path,
    load: Callable[[object], object],
    *,
    cpu: bool = False,
    say: Callable[[str], object] = lambda text: None,
) -> dict[str, Any]:
    """Does what is missing of a job, with as many processes as `accelerate launch` started.

    Args:
        job: what to do.
        out: the folder of the results; a job that was stopped goes on there.
        load: a torch device -> an `Answerer` (`FrameRenderer` for "render"), called once and only if something is missing.
        cpu: leave accelerators alone.
        say: takes lines of progress; the first process says them.

    Returns:
        On every process the report: `clips`, `failed` (clips with an error), `shards`.

    Raises:
        ModuleNotFoundError: accelerate is not installed.
        ValueError: another run is at work in `out`, it belongs to another job, or holds a file of results that is not whole; names it.
    """
    if importlib.util.find_spec("accelerate") is None:
        raise ModuleNotFoundError("batch jobs need accelerate: pip install 'skeletonllm-hf[train]'", name="accelerate")
    from accelerate import PartialState

    state = PartialState(cpu=cpu, timeout=_PATIENCE)
    plan, out = make_plan(job.dataset, job.parts, job.shard_rows, job.revision), Path(out)
    with contextlib.ExitStack() as held:

        def claim() -> list[int]:
            held.enter_context(FolderLock(out))
            return begin(job, plan, out)

        todo = _on_all(state, claim)
        mine = [plan.shards[number] for number in todo[state.process_index :: state.num_processes]]
        if state.is_main_process:
            shards = f"{counted(len(plan.shards), 'shard')}, {len(todo):,} to do"
            say(f"{counted(plan.rows, 'clip')} in {shards}, {counted(state.num_processes, 'process', 'processes')}")
        if mine:
            worker = Worker(job, load(state.device))
            progress = Progress(sum(shard.rows for shard in mine), say if state.is_main_process else None)
            for shard in mine:
                do_shard(plan, shard, worker, out, progress)
        state.wait_for_everyone()
        return _on_all(state, lambda: finish(plan, out))


def _on_all(state: Any, work: Callable[[], Any]) -> Any:
    """What `work` returns in the first process, on every process. Its ValueError is raised on every process: none is left waiting."""
    from accelerate.utils import broadcast_object_list

    result: list[Any] = [None]
    if state.is_main_process:
        try:
            result = [work()]
        except ValueError as error:
            result = [ValueError(str(error))]
    if state.num_processes > 1:
        broadcast_object_list(result)
    if isinstance(result[0], ValueError):
        raise result[0]
    return result[0]


def model_mark(folder: Path) -> str:
    """Identifies a checkpoint (a folder, or one weight file) without reading all of it: by its settings, and by sizes and ends of its weight files."""
    digest = hashlib.sha256()
    for path in [folder] if folder.is_file() else sorted(folder.iterdir()):
        if path.suffix in (".json", ".jinja") and not path.name.startswith("."):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        elif path.suffix == ".safetensors":
            digest.update(f"{path.name}\0{path.stat().st_size}".encode())
            with open(path, "rb") as stream:
                digest.update(stream.read(_END))
                stream.seek(max(0, path.stat().st_size - _END))
                digest.update(stream.read(_END))
    return digest.hexdigest()[:16]


def begin(job: Job, plan: Plan, out: Path) -> list[int]:
    """Makes or checks the folder of a job. Numbers of the shards without results. ValueError: `out` is another job's."""
    settings = dataclasses.asdict(job) | {"plan": plan.digest}
    settings = json.loads(json.dumps(settings | {"dataset": str(job.dataset)}))
    path = out / JOB
    if path.is_file():
        earlier = read_json(path)
        if earlier.get("task") == "recognise":  # jobs from before the task had one spelling and a calibration
            earlier = {"calibrate": "none" if earlier.get("descriptions") is None else "prior"} | earlier
            earlier["task"] = Task.RECOGNIZE.value
        # where the dataset lies does not matter, only what it holds
        compared = set(settings) - {"dataset", "revision"}
        if differing := sorted(name for name in compared if settings[name] != earlier.get(name)):
            found = f"found one with another {', '.join(differing)}"
            raise ValueError(f"{out}: expected a new folder or one of this very job, {found}")
    elif (out / RESULTS).exists():
        raise ValueError(f"{out}: expected a new folder, found results without {JOB}")
    else:
        write_whole(path, json.dumps(settings, indent=2, ensure_ascii=False))
    (out / RESULTS).mkdir(parents=True, exist_ok=True)
    for leftover in (out / RESULTS).glob(".*.tmp"):  # of a process that was killed while it wrote
        leftover.unlink()
    # files appear whole or not at all, so what is there is done
    return [shard.number for shard in plan.shards if not plan.path(shard, out).is_file()]


def do_shard(plan: Plan, shard: Shard, worker: Worker, out: Path, progress: Progress) -> None:
    """Writes the results of one shard: a file that is whole or not there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = result_schema(worker.job.task)
    source, rows = read_rows(shard), []
    while batch := list(itertools.islice(source, worker.job.batch_size)):
        rows += _results(batch, worker)
        progress.add(len(batch))
        if len(rows) % memory.EVERY < len(batch):
            memory.give_back()
    worker.finish(rows)
    table = pa.table(
        [pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names], schema=schema
    )
    write_whole(plan.path(shard, out), functools.partial(pq.write_table, table, compression="zstd"))
    del rows, table
    memory.give_back()


def _results(batch: Sequence[Any], worker: Worker) -> list[dict[str, Any]]:
    """A row of results for each row of a batch; an error of a clip stands in its `error` and stops nothing else."""
    rows, clips = [], []
    for part, raw in batch:
        about = {"id": "?", "dataset": None, "part": part, "label": None}
        try:
            if isinstance(raw, Exception):
                raise raw
            row = plain_row(raw)
            about |= {name: _shown(row.get(name)) for name in ("id", "dataset", "label")}
            clip = decode(row)
            if not clip.mask.any():
                raise ValueError(f"row {about['id']!r}: expected a joint that is seen in some frame, got none")
            about["warnings"] = list(clip.warnings)
            clips.append((about, clip))
        except Exception as error:
            if not is_clips_fault(error):
                raise
            about |= {"warnings": [], "error": described(error)}
        rows.append(about)
    if clips:
        results = _answers([clip for _, clip in clips], worker)
        for (about, _), result in zip(clips, results, strict=True):
            about |= result
    return rows


def _answers(clips: Sequence[Any], worker: Worker) -> list[dict[str, Any]]:
    """A result for each clip. Where the batch fails, each clip is tried alone; one that fails alone has an `error`."""
    try:
        return worker(clips)
    except Exception as error:
        if not is_clips_fault(error):
            raise
        if len(clips) == 1:
            return [{"error": described(error)}]
    return [result for clip in clips for result in _answers([clip], worker)]


def _shown(value: object) -> str | None:
    """A text column's value as the results hold it, also where it is no text."""
    text = value if isinstance(value, str) or value is None else repr(value)
    return text and text[:1000].encode("utf-8", "backslashreplace").decode()


def finish(plan: Plan, out: Path) -> dict[str, Any]:
    """Counts the results against the plan and writes the report. ValueError: they do not fit; names the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    clips, failed, again = 0, 0, "remove it and run the job again"
    for shard in plan.shards:
        path = plan.path(shard, out)
        try:
            errors = pq.read_table(path, columns=["error"])["error"]
        except FileNotFoundError:
            problem = "expected results, found none: a process ended before its time; run the job again"
            raise ValueError(f"{path}: {problem}") from None
        except (OSError, pa.ArrowException) as error:
            raise ValueError(f"{path}: expected a whole parquet file: {error}; {again}") from None
        if len(errors) != shard.rows:
            raise ValueError(f"{path}: expected {counted(shard.rows, 'result')}, found {len(errors)}; {again}")
        clips += len(errors)
        failed += len(errors) - errors.null_count
    report = {"clips": clips, "failed": failed, "shards": len(plan.shards)}
    write_whole(out / REPORT, json.dumps(report, indent=2))
    return report


class Progress:
    """Prints the clips done, the rate and the time left, at most every `every` seconds."""

    def __init__(self, total: int, say: Callable[[str], object] | None, every: float = 10.0):
        self.total, self.say, self.every = total, say, every
        self.done, self.begun = 0, time.monotonic()
        self.reported = self.begun

    def add(self, clips: int) -> None:
        self.done += clips
        now = time.monotonic()
        if self.say is not None and (now - self.reported >= self.every or self.done == self.total):
            rate = self.done / max(now - self.begun, 1e-9)
            left = timedelta(seconds=round((self.total - self.done) / rate))
            self.say(
                f"{self.done:,} of {counted(self.total, 'clip')} of this process, {rate:.1f} a second, {left} to go"
            )
            self.reported = now
