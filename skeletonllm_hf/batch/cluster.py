"""Batch jobs by Ray Data, on this machine or on a cluster: a shard goes to the next free worker, and workers that die are replaced.

Jobs, shards and results are those of `run_batch`, and jobs are continued in the same way: Ray only schedules the shards without results.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..nouns import counted
from .lock import FolderLock
from .plan import Job, Plan, make_plan
from .results import Worker
from .run import Progress, begin, do_shard, finish


def run_on_ray(
    job: Job,
    out: Path,
    load: Callable[[object], object],
    *,
    cpu: bool = False,
    workers: int | None = None,
    say: Callable[[str], object] = lambda text: None,
) -> dict[str, Any]:
    """Does what is missing of a job, by Ray's workers: those of the cluster at `RAY_ADDRESS`, else some that are started here.

    Every node needs this package, and `out` and the dataset (of the Hub: its cache) under the same path.

    Args:
        job, out, cpu, say: as in `run_batch`.
        load: as there; pickled, and called once in each worker.
        workers: how many, at most; None: one for each GPU of the cluster, or each CPU where `cpu` is given or there are no GPUs.

    Returns:
        The report, as `run_batch`.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ValueError: as `run_batch`.
    """
    if importlib.util.find_spec("ray") is None:
        raise ModuleNotFoundError("--engine ray needs Ray: pip install 'skeletonllm-hf[ray]'", name="ray")
    out = Path(out).absolute()
    plan = make_plan(job.dataset, job.parts, job.shard_rows, job.revision)
    with FolderLock(out):
        todo = begin(job, plan, out)
        if todo:
            with contextlib.redirect_stdout(sys.stderr):  # Ray prints there what became of its workers
                _schedule(job, plan, out, load, todo, cpu, workers, say)
        return finish(plan, out)


def _schedule(
    job: Job, plan: Plan, out: Path, load: Callable[[object], object], todo: list[int], cpu: bool, workers: int | None,
    say: Callable[[str], object],
) -> None:  # fmt: skip
    """Runs every shard. An error in a shard ends the job; the death of a worker does not."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no usage reports
    import ray

    ours = not ray.is_initialized()
    if ours:
        ray.init(log_to_driver=False, logging_level="ERROR", include_dashboard=False)
    try:
        there = {name: int(number) for name, number in ray.cluster_resources().items()}
        gpus = 0 if cpu else there.get("GPU", 0)
        most = min(gpus or there["CPU"], len(todo), workers or len(todo))
        shards = f"{counted(len(plan.shards), 'shard')}, {len(todo):,} to do"
        say(f"{counted(plan.rows, 'clip')} in {shards}, {counted(most, 'worker')} of Ray")
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        shards = ray.data.from_items([{"shard": number} for number in todo], override_num_blocks=len(todo))
        done = shards.map_batches(
            _ShardWorker,
            fn_constructor_args=(job, plan, out, load, bool(gpus)),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=most, max_tasks_in_flight_per_actor=1),
            num_cpus=1,
            num_gpus=1 if gpus else 0,
        )
        progress = Progress(sum(plan.shards[number].rows for number in todo), say)
        for row in done.iter_rows():
            progress.add(int(row["clips"]))
    finally:
        if ours:
            ray.shutdown()


class _ShardWorker:
    """One of Ray's workers: a model, and shards as they come."""

    def __init__(self, job: Job, plan: Plan, out: Path, load: Callable[[object], object], gpu: bool):
        import torch

        self.plan, self.out = plan, out
        self.worker = Worker(job, load(torch.device("cuda" if gpu else "cpu")))

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[int]]:
        shards = [self.plan.shards[number] for number in batch["shard"].tolist()]
        for shard in shards:
            do_shard(self.plan, shard, self.worker, self.out, Progress(shard.rows, None))
        return {"clips": [shard.rows for shard in shards]}
