"""Running a batch job: shards dealt out to processes, results written whole, whatever is missing done by the next run."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..answering.task import Task
from ..data.protocols import PARTS
from ..data.schema import decode, plain_row
from ..data.shards import write_whole
from ..hub.checkpoint import read_json
from ..model.recognition import CALIBRATIONS, checked_candidates
from . import memory
from .faults import described, is_clips_fault
from .lock import FolderLock
from .plan import RESULTS, Plan, Shard, make_plan, read_rows
from .results import TASKS, Worker, result_schema

JOB, REPORT = "job.json", "report.json"
_PATIENCE = timedelta(days=30)  # processes wait for the slowest at the end: the default of minutes would kill the job


@dataclass(frozen=True)
class Job:
    """What the results depend on. A folder of results belongs to one job.

    Args:
        dataset: a folder or "USER/NAME", of our schema. parts, revision: see `make_plan`.
        task: of `TASKS`.
        model: what tells this model from others: `model_mark`'s.
        labels, top_k, none_of_these, question, max_new_tokens, descriptions, calibrate: see `Worker`. The set of `calibrate="set"` is
            the clips of one file of results. A server takes no `calibrate`: None.
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
            raise ValueError(f"task: expected one of {', '.join(map(str, TASKS))}, got {self.task!r}") from None
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
    from accelerate.utils import broadcast_object_list

    state = PartialState(cpu=cpu, timeout=_PATIENCE)
    plan = make_plan(job.dataset, job.parts, job.shard_rows, job.revision)
    out = Path(out)
    todo: list[Any] = [None]
    lock = None
    if state.is_main_process:
        try:  # an error, as text, reaches all processes: none is left waiting
            lock = FolderLock(out)
            todo = [begin(job, plan, out)]
        except ValueError as error:
            todo = [str(error)]
    if state.num_processes > 1:
        broadcast_object_list(todo)
    try:
        return _work(job, plan, out, todo[0], state, load, say)
    finally:
        if lock is not None:
            lock.release()


def _work(
    job: Job,
    plan: Plan,
    out: Path,
    todo: list[int] | str,
    state: Any,
    load: Callable[..., Any],
    say: Callable[..., Any],
) -> dict[str, Any]:
    """This process's share, then everybody's report."""
    from accelerate.utils import broadcast_object_list

    if isinstance(todo, str):
        raise ValueError(todo)
    mine = [plan.shards[number] for number in todo[state.process_index :: state.num_processes]]
    if state.is_main_process:
        say(
            f"{plan.rows:,} clips in {len(plan.shards)} shards, {len(todo)} of them to do, {state.num_processes} processes"
        )
    if mine:
        worker = worker_of(job, load(state.device))
        progress = Progress(sum(shard.rows for shard in mine), say if state.is_main_process else None)
        for shard in mine:
            do_shard(shard, worker, job.batch_size, out, len(plan.shards), progress)
    state.wait_for_everyone()
    report: list[Any] = [None]
    if state.is_main_process:
        report = [finish(plan, out)]
    if state.num_processes > 1:
        broadcast_object_list(report)
    if isinstance(report[0], str):
        raise ValueError(report[0])
    return report[0]


def worker_of(job: Job, answerer: Any) -> Worker:
    """What does a job's shards with an answerer."""
    return Worker(
        job.task, answerer, job.labels, job.top_k, job.none_of_these, job.question, job.max_new_tokens, job.descriptions,
        job.calibrate,
    )  # fmt: skip


def model_mark(folder: Path) -> str:
    """Tells a checkpoint (a folder, or one weight file) from others without reading all of it: its settings, the sizes and ends of its weight files."""
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


_END = 1 << 20


def begin(job: Job, plan: Plan, out: Path) -> list[int] | str:
    """Makes or checks the folder of a job. Numbers of the shards to do; text where `out` is another job's."""
    settings = dataclasses.asdict(job) | {"plan": plan.digest}
    settings = json.loads(json.dumps(settings | {"dataset": str(job.dataset)}))
    path = out / JOB
    if path.is_file():
        earlier = read_json(path)
        if earlier.get("task") == "recognise":  # jobs from before the task had one spelling and a calibration
            earlier = {"calibrate": "none" if earlier.get("descriptions") is None else "prior"} | earlier
            earlier["task"] = Task.RECOGNIZE.value
        # Where the dataset lies does not matter, only what it holds.
        differing = sorted(
            name for name in settings if name not in ("dataset", "revision") and settings[name] != earlier.get(name)
        )
        if differing:
            return (
                f"{out}: expected a new folder or one of this very job, found one with another {', '.join(differing)}"
            )
    elif (out / RESULTS).exists():
        return f"{out}: expected a new folder, found results without {JOB}"
    else:
        write_whole(
            path, lambda temporary: temporary.write_text(json.dumps(settings, indent=2, ensure_ascii=False), "utf-8")
        )
    (out / RESULTS).mkdir(parents=True, exist_ok=True)
    for leftover in (out / RESULTS).glob(".*.tmp"):  # of a process that was killed while it wrote
        leftover.unlink()
    return [shard.number for shard in plan.missing(out)]


def do_shard(shard: Shard, worker: Worker, batch_size: int, out: Path, total: int, progress: Progress) -> None:
    """Writes the results of one of `total` shards: a file that is whole or not there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = result_schema(worker.task)
    rows: list[dict[str, Any]] = []
    for batch in _batches(read_rows(shard), batch_size):
        rows += _results(batch, worker)
        progress.add(len(batch))
        if len(rows) % memory.EVERY < len(batch):
            memory.give_back()
    worker.finish(rows)
    table = pa.table(
        [pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names], schema=schema
    )
    write_whole(shard.path(out, total), functools.partial(pq.write_table, table, compression="zstd"))
    del rows, table
    memory.give_back()


def _results(batch: Sequence[Any], worker: Worker) -> list[dict[str, Any]]:
    """A row for each row of a batch; what a clip's own fault is stands in its `error`, and stops nothing else."""
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
        try:
            results = worker([clip for _, clip in clips])
        except Exception as error:  # a clip that cannot be drawn, say: find out which
            if not is_clips_fault(error):
                raise
            results = [_alone(clip, worker) for _, clip in clips]
        for (about, _), result in zip(clips, results, strict=True):
            about |= result
    return rows


def _alone(clip: Any, worker: Worker) -> dict[str, Any]:
    try:
        return worker([clip])[0]
    except Exception as error:
        if not is_clips_fault(error):
            raise
        return {"error": described(error)}


def _shown(value: object) -> str | None:
    """A text column's value as the results hold it, also where it is no text."""
    text = value if isinstance(value, str) or value is None else repr(value)
    return text and text[:1000].encode("utf-8", "backslashreplace").decode()


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def finish(plan: Plan, out: Path) -> dict[str, Any] | str:
    """Counts the results against the plan and writes the report; text where they do not fit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    clips = failed = 0
    for shard in plan.shards:
        path = shard.path(out, len(plan.shards))
        try:
            errors = pq.read_table(path, columns=["error"])["error"]
        except FileNotFoundError:
            return f"{path}: expected results, found none: a process ended before its time; run the job again"
        except (OSError, pa.ArrowException) as error:
            return f"{path}: expected a whole parquet file: {error}; remove it and run the job again"
        if len(errors) != shard.rows:
            return f"{path}: expected {shard.rows} results, found {len(errors)}; remove it and run the job again"
        clips += len(errors)
        failed += len(errors) - errors.null_count
    report = {"clips": clips, "failed": failed, "shards": len(plan.shards)}
    write_whole(out / REPORT, lambda path: path.write_text(json.dumps(report, indent=2), "utf-8"))
    return report


class Progress:
    """A line now and then: how far, how fast, how long still."""

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
            self.say(f"{self.done:,} of {self.total:,} clips of this process, {rate:.1f} a second, {left} to go")
            self.reported = now
