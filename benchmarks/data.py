"""Time to read clips from datasets of our schema: whole (any order) and streaming.

    python benchmarks/data.py                 300 clips made here: 40 to 120 frames, two people, 25 joints
    python benchmarks/data.py --dataset DIR   a built dataset, its training part

Milliseconds a clip, from the row in the file to a SkeletonSequence: the fastest of the repeats, by the clock and by the
processor's time of this process (other work on the machine shows in the first, not in the second).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from skeletonllm_hf.data import decode, encode, features, open_dataset
from skeletonllm_hf.model.skeleton import SkeletonSequence

CLIPS, FRAMES, PEOPLE, JOINTS = 300, (40, 120), 2, 25


def made_clips() -> list[SkeletonSequence]:
    rng = np.random.default_rng(0)
    shapes = [(int(rng.integers(*FRAMES)), PEOPLE, JOINTS) for _ in range(CLIPS)]
    return [
        SkeletonSequence(
            joints=rng.normal(size=(*shape, 3)).cumsum(0) / 50, layout="kinect_v2", mask=rng.random(shape) > 0.02, label=f"action {number % 60}",
            captions=("A person does something with the right hand.",),
        )
        for number, shape in enumerate(shapes)
    ]  # fmt: skip


def fastest(work: Callable[[], int], repeats: int) -> str:
    """Milliseconds a clip of the fastest repeat, by clock and processor."""
    wall, cpu, count = [], [], 0
    for _ in range(repeats):
        clock, used = time.perf_counter(), time.process_time()
        count = work()
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - used)
    return f"{1000 * min(wall) / count:6.3f} ms by the clock, {1000 * min(cpu) / count:6.3f} ms of processor time"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, help="a built dataset")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = arguments.dataset
        if source is None:
            from datasets import Dataset

            clips = made_clips()
            print(f"encode      {fastest(lambda: len([encode(clip, id='x') for clip in clips]), arguments.repeats)}")
            rows = [encode(clip, id=str(number)) for number, clip in enumerate(clips)]
            source = Path(folder) / "made"
            source.mkdir()
            Dataset.from_list(rows, features=features()).to_parquet(source / "train-00000-of-00001.parquet")
        whole = open_dataset(source)
        order = np.random.default_rng(0).permutation(len(whole)).tolist()
        values = sum(len(row["joints"]) for row in whole) / len(whole)
        size = sum(path.stat().st_size for path in source.rglob("train*.parquet")) / len(whole)
        print(f"{len(whole)} clips, on average {values:,.0f} numbers and {size / 1000:,.1f} kB each")
        for name in ("python", "numpy", "arrow"):
            shown = whole.with_format(None if name == "python" else name)
            print(
                f"map-style, {name} format  {fastest(lambda s=shown: sum(decode(s[i]) is not None for i in order), arguments.repeats)}"
            )
        for name in ("numpy", "arrow"):
            stream = open_dataset(source, streaming=True).with_format(name)
            print(
                f"streaming, {name} format  {fastest(lambda s=stream: sum(decode(row) is not None for row in s), arguments.repeats)}"
            )


if __name__ == "__main__":
    main()
