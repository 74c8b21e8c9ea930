"""The same batch job by Ray: the same results, also where a worker is killed. Skips without Ray."""

import json
import os
import signal
import subprocess
import time

import pytest

pytest.importorskip("accelerate", reason="batch jobs need accelerate: pip install 'skeletonllm-hf[train]'")
pytest.importorskip("ray.data", reason="needs Ray: pip install 'skeletonllm-hf[ray]'")

from batch_data import clips, write_dataset
from test_batch import PATIENCE, checkpoint, command, results  # noqa: F401 - a fixture

from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.batch import Job, run_batch

COUNT = 24


def workers_of(pid):
    """Process ids of Ray's workers below a process."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    below = {str(pid)}
    while more := {row[0] for row in rows if row[1] in below} - below:
        below |= more
    return [int(row[0]) for row in rows if row[0] in below and "ray::" in row[2] and "_ShardWorker" in row[2]]


def test_a_job_is_the_same_by_ray_with_a_worker_killed(tiny, checkpoint, tmp_path):  # noqa: F811
    write_dataset(tmp_path / "data", clips(COUNT), group=1)
    out = tmp_path / "ray"
    arguments = [
        "--dataset",
        tmp_path / "data",
        "--task",
        "render",
        "--model",
        checkpoint,
        "--shard-size",
        1,
        "--cpu",
        "--json",
    ]
    process = command(*arguments, "--out", out, "--engine", "ray", "--workers", 2)
    killed = None
    try:
        while process.poll() is None and killed is None:
            if list(out.glob("results/*.parquet")) and len(workers := workers_of(process.pid)) == 2:
                killed = workers[0]
                os.kill(killed, signal.SIGKILL)
            time.sleep(0.05)
        said, error = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, error
    assert killed is not None and json.loads(said) == {"clips": COUNT, "failed": 0, "shards": COUNT}
    job = Job(str(tmp_path / "data"), "render", "m", shard_rows=1)
    run_batch(job, tmp_path / "alone", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert results(out) == results(tmp_path / "alone")
    (out / "results" / f"000003-of-{COUNT:06d}.parquet").unlink()  # accelerate goes on with what Ray began
    process = command(*arguments, "--out", out)
    said, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "1 to do" in error, error
    assert results(out) == results(tmp_path / "alone")
