"""A batch job of 2,000 clips, killed three times: what is lost, what is doubled, how fast it is, how its memory grows.

    python benchmarks/batch.py                         2,000 clips made here, rendered and recognised by the bundled model
    python benchmarks/batch.py --task recognise --clips 500 --kills 0
    python benchmarks/batch.py --out DIR               keeps dataset and results there, for another look

For each task: the job runs as a process of its own and is killed (SIGKILL) at about each quarter of its way, then
started again until it ends by itself. The results are compared with the dataset, row by row, and with those of a second,
undisturbed run (the only one with --kills 0), whose rate and memory are printed: a clip's seconds, bytes of input and output a clip, the memory
after a tenth of the clips and at the end, the largest at any time, and by how much it grew with each clip after that tenth.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from skeletonllm_hf.batch import make_plan
from skeletonllm_hf.data.schema import arrow_schema, encode
from skeletonllm_hf.synthetic import generate

ACTIONS = ("high wave", "squat", "walk", "hugging", "kick", "bow")
LAYOUTS = ("kinect_v2", "smpl_22", "coco_17", "kinect_v1")
SHARD, GROUP = 50, 50
TASKS = {
    "render": ["--size", "112"],
    "recognise": ["--labels", "wave,squat,walk,hug,kick,bow", "--batch-size", "16"],
    "caption": ["--batch-size", "16", "--max-tokens", "48"],
}


def make_dataset(folder: Path, count: int, different: int) -> int:
    """Writes `count` synthetic clips in the schema, `different` of them again and again; the bytes of the file."""
    path = folder / "data" / "train-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    schema = arrow_schema()
    made = [
        encode(generate(ACTIONS[n % len(ACTIONS)], seed=n, layout=LAYOUTS[n % len(LAYOUTS)]), id="clip", dataset="made")
        for n in range(min(count, different))
    ]
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, count, GROUP):
            rows = [made[n % len(made)] | {"id": f"clip{n:06d}"} for n in range(start, min(start + GROUP, count))]
            writer.write_table(
                pa.table([pa.array([row[f.name] for row in rows], f.type) for f in schema], schema=schema)
            )
    return path.stat().st_size


def start(dataset: Path, out: Path, task: str, engine: list[str], log) -> subprocess.Popen:
    command = [sys.executable, "-m", "skeletonllm_hf", "batch", "--dataset", str(dataset), "--task", task, "--out", str(out),
               "--shard-size", str(SHARD), "--cpu", "--json", *TASKS[task], *engine]  # fmt: skip
    return subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HF_HUB_OFFLINE": "1"})


def files(out: Path) -> int:
    return len(list((out / "results").glob("*.parquet"))) if (out / "results").is_dir() else 0


def disturbed(dataset: Path, out: Path, task: str, engine: list[str], kills: int, total: int, log) -> int:
    """Runs the job to its end, killing it on the way; how often it was killed."""
    done = 0
    while True:
        process = start(dataset, out, task, engine, log)
        while process.poll() is None:
            if done < kills and files(out) >= (done + 1) * total / (kills + 1):
                process.send_signal(signal.SIGKILL)
                done += 1
                process.wait()
                break
            time.sleep(0.05)
        if process.returncode == 0:
            return done
        if process.returncode != -signal.SIGKILL:
            raise RuntimeError(f"the job failed with {process.returncode}; see {log.name}")


def undisturbed(
    dataset: Path, out: Path, task: str, engine: list[str], log
) -> tuple[float, list[tuple[int, int]], int]:
    """Seconds a shard after the first, (files of results, bytes of memory) on the way, and the most memory at any time."""
    process, seen = start(dataset, out, task, engine, log), []
    first, largest = None, 0
    while process.poll() is None:
        now, memory = files(out), resident(process.pid)
        largest = max(largest, memory)
        if now and first is None:
            first = (time.perf_counter(), now)
        if now and memory and (not seen or seen[-1][0] != now):
            seen.append((now, memory))
            last = time.perf_counter()
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError(f"the job failed with {process.returncode}; see {log.name}")
    return (last - first[0]) / max(seen[-1][0] - first[1], 1), seen, largest


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where it is gone or the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def rows(out: Path) -> list[dict[str, Any]]:
    """Id, error and a digest of each row of the results."""
    return [
        {"id": row["id"], "error": row["error"], "digest": hashlib.sha256(repr(row).encode()).digest()}
        for path in sorted((out / "results").glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--task", choices=TASKS, action="append", help="may be repeated (default: render and recognise)"
    )
    parser.add_argument("--clips", type=int, default=2000)
    parser.add_argument("--different", type=int, default=10_000, help="of them; the others are the same again")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument(
        "--engine",
        choices=("accelerate", "ray"),
        default="accelerate",
        help="ray: two of its workers; memory is then that of the process that directs them",
    )
    parser.add_argument("--out", type=Path, help="keep dataset and results here (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a task")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.out or Path(temporary)
        dataset = folder / "dataset"
        size = make_dataset(dataset, arguments.clips, arguments.different)
        total = len(make_plan(dataset, rows=SHARD).shards)
        for task in arguments.task or ["render", "recognise"]:
            report(folder, dataset, task, arguments, size, total)


def report(folder: Path, dataset: Path, task: str, arguments: argparse.Namespace, size: int, total: int) -> None:
    ids = [f"clip{n:06d}" for n in range(arguments.clips)]
    killed_out, whole_out = folder / f"{task}-killed", folder / f"{task}-whole"
    with open(folder / f"{task}.log", "w") as log:
        engine = ["--engine", "ray", "--workers", "2"] if arguments.engine == "ray" else []
        kills = disturbed(dataset, killed_out, task, engine, arguments.kills, total, log) if arguments.kills else 0
        seconds, memory, largest = undisturbed(dataset, whole_out, task, engine, log)
    whole = rows(whole_out)
    killed = rows(killed_out) if kills else whole
    counts = collections.Counter(row["id"] for row in killed)
    later = [(done * SHARD, held) for done, held in memory if done >= total / 10]
    grown = statistics.linear_regression(*zip(*later)).slope if len(later) > 1 else 0.0
    values = {
        "task": task, "clips": arguments.clips, "shards": total, "kills": kills,
        "lost": sum(name not in counts for name in ids), "doubled": sum(count > 1 for count in counts.values()),
        "failed": sum(row["error"] is not None for row in killed),
        "in_order": [row["id"] for row in killed] == ids, "same_as_undisturbed": killed == whole,
        "clips_a_second": round(SHARD / seconds, 2),
        "bytes_in_a_clip": size // arguments.clips,
        "bytes_out_a_clip": sum(path.stat().st_size for path in (whole_out / "results").iterdir()) // arguments.clips,
        "memory_mb_after_a_tenth": later[0][1] >> 20, "memory_mb_at_the_end": memory[-1][1] >> 20,
        "largest_memory_mb": largest >> 20, "grown_kb_a_clip": round(grown / 1024, 2),
    }  # fmt: skip
    if arguments.json:
        print(json.dumps(values), flush=True)
    else:
        print("\n".join(f"{name:<26}{value}" for name, value in values.items()) + "\n", flush=True)


if __name__ == "__main__":
    main()
