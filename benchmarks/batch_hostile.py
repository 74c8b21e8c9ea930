"""A batch job over a dataset in which every twentieth row is no clip: every row must be accounted for, whatever happens to the job.

    python benchmarks/batch_hostile.py [--rows 2000] [--task render] [--kills 3]

Writes a dataset of synthetic clips of which 5 % are spoiled in ten ways (tests/hostile_rows.py), then runs `skeletonllm batch` over it with the
bundled model: two runs at once on one folder (one must refuse, naming the other), killed (SIGKILL) several times and begun again, then to
the end. Exits with 1 where a row is missing, doubled, out of order, a bad row has no error or a good one has one, or the second run did not refuse.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from batch_data import clips, rows_of, write_parquet
from hostile_rows import VALUES, broken

KINDS = sorted(set(VALUES) - {"deep layout", "negative shape", "view", "no frame rate", "huge shape"})[:10]
EVERY = 20


def write(folder: Path, count: int) -> list[tuple[str, bool]]:
    """(id, whether it is bad) of every row."""
    some = clips(40)  # the same few over and over: writing is not what is measured
    rows, number = [], 0
    for row in range(count):
        made = rows_of([some[row % len(some)]], start=row)[0]
        if row % EVERY == EVERY - 1:
            made = broken(made, KINDS[number % len(KINDS)]) | {"id": f"bad{row:05d}"}
            number += 1
        rows.append(made)
    write_parquet(rows, folder / "test-00000-of-00001.parquet", group=25)
    return [(row["id"], row["id"].startswith("bad")) for row in rows]


def start(data: Path, out: Path, task: str) -> subprocess.Popen:
    command = [
        sys.executable,
        "-m",
        "skeletonllm_hf",
        "batch",
        "--dataset",
        str(data),
        "--task",
        task,
        "--out",
        str(out),
    ]
    command += ["--max-tokens", "4", "--shard-size", "50", "--cpu"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )


def finished(out: Path) -> int:
    return len(list((out / "results").glob("[0-9]*.parquet")))


def killed(process: subprocess.Popen, out: Path, more: int) -> None:
    """SIGKILL once that many more files of results are there."""
    before = finished(out)
    while process.poll() is None and finished(out) < before + more:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--task", default="render", choices=("caption", "recognise", "render"))
    parser.add_argument("--kills", type=int, default=3)
    arguments = parser.parse_args()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        data, out = Path(scratch) / "data", Path(scratch) / "out"
        expected = write(data, arguments.rows)
        first = start(data, out, arguments.task)
        while first.poll() is None and not (out / "job.json").is_file():
            time.sleep(0.1)
        second = start(data, out, arguments.task)
        _, errors = second.communicate()
        print(f"the second run at once: exit code {second.returncode}, {errors.strip().splitlines()[-1:]}")
        if second.returncode == 0 or f"found process {first.pid}" not in errors:
            problems.append("the second run did not refuse, naming the first")
        for number in range(arguments.kills):
            killed(first, out, 3)
            print(f"killed {number + 1} times, {finished(out)} files of results so far", flush=True)
            first = start(data, out, arguments.task)
        _, errors = first.communicate()
        print(f"the last run: exit code {first.returncode}")
        if first.returncode not in (0, 1):
            problems.append(f"the last run failed: {errors[-500:]}")
        found = [row for file in sorted((out / "results").glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    if [row["id"] for row in found] != [id for id, _ in expected]:
        problems.append(f"{len(found)} rows, expected {len(expected)} in their order")
    wrong = [row["id"] for row, (_, bad) in zip(found, expected, strict=False) if (row["error"] is not None) != bad]
    if wrong:
        problems.append(f"an error where none is due, or none where one is: {wrong[:10]}")
    kinds = Counter(row["error"].split(": ")[1][:20] for row in found if row["error"])
    bad = sum(bad for _, bad in expected)
    print(
        f"{len(found)} rows, {sum(kinds.values())} with an error (expected {bad} of {len(KINDS)} kinds): {dict(kinds)}"
    )
    print("\n".join(problems) if problems else "passed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
