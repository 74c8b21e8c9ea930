"""Rendering while other programs keep the cores busy: what torch's waiting threads make of it.

    python benchmarks/busy.py [--others 6] [--threads 2]

Renders a clip of 12 frames of 112 x 112 pixels in a process of its own, with OMP_WAIT_POLICY=ACTIVE (threads spin while they wait, as by
default) and PASSIVE (they sleep, as `skeletonllm` and the page set it), on the machine as it is and beside programs that only count.
Prints medians, the processor time of a render, and the slowdown beside what the load explains: programs and threads by cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

REPEATS = 15
MEASURED = "--measured"


def measure() -> None:
    """Renders in this process; prints [median seconds, median processor seconds]."""
    import torch

    from skeletonllm_hf import load_default
    from skeletonllm_hf.synthetic import generate

    model, processor = load_default()
    clip = generate("squat", seed=1)
    wall, spent = [], []
    for _ in range(REPEATS + 3):
        start, used = time.perf_counter(), time.process_time()
        with torch.no_grad():
            processor.rasterize(clip, model.renderer)
        wall.append(time.perf_counter() - start)
        spent.append(time.process_time() - used)
    print(json.dumps([statistics.median(wall[3:]), statistics.median(spent[3:])]))


def measured(policy: str, threads: int) -> list[float]:
    environment = {**os.environ, "OMP_WAIT_POLICY": policy, "OMP_NUM_THREADS": str(threads)}
    printed = subprocess.run(
        [sys.executable, __file__, MEASURED], env=environment, check=True, capture_output=True, text=True
    )
    return json.loads(printed.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", type=int, default=6, help="programs that keep cores busy")
    parser.add_argument("--threads", type=int, default=2, help="threads of the renderer")
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    quiet = {policy: measured(policy, arguments.threads) for policy in ("ACTIVE", "PASSIVE")}
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(arguments.others)]
    try:
        busy = {policy: measured(policy, arguments.threads) for policy in ("ACTIVE", "PASSIVE")}
    finally:
        for other in others:
            other.kill()
    explained = max(1.0, (arguments.others + arguments.threads) / cores)
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}, {arguments.others} others, {arguments.threads} threads")
    print(f"slowdown that the load explains: {explained:.1f}\n")
    print("| threads wait | quiet, ms | processor, ms | busy, ms | processor, ms | slower |")
    print("| --- | --- | --- | --- | --- | --- |")
    for policy in quiet:
        (wall, spent), (wall_busy, spent_busy) = quiet[policy], busy[policy]
        values = (wall * 1e3, spent * 1e3, wall_busy * 1e3, spent_busy * 1e3, wall_busy / wall)
        print(f"| {policy.lower()} | " + " | ".join(f"{value:.1f}" for value in values) + " |")


if __name__ == "__main__":
    measure() if MEASURED in sys.argv else main()
