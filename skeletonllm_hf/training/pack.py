"""Packs the real clips that nano learns from into one file, to train on another machine with `--data FILE`.

python -m skeletonllm_hf.training.pack --data DIR --out clips.safetensors
python -m skeletonllm_hf.training.pack --data DIR --out clips.safetensors --most msrc12=3000
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..arguments import ArgumentParser
from ..nouns import counted
from .clips import DATASETS, data_path, read_datasets
from .packed import STEP, Recording, write_packed


def pack(data: Path, out: Path, most: Mapping[str, int] | None = None, step: float = STEP) -> Counter[str]:
    """Writes the clips of the datasets under `data` to `out`, and gives how many of each dataset.

    Args:
        data: the folder, as `load_clips` takes it.
        out: the file, `.safetensors`.
        most: dataset -> at most so many clips, drawn evenly over people and labels.
        step: the joints' grid in metres.

    Raises:
        FileNotFoundError: none of the datasets is there.
        ValueError: a dataset that there is not, a number or a step that is not positive.
    """
    for name, count in (most or {}).items():
        if name not in DATASETS or count < 1:
            raise ValueError(f"most: expected one of {list(DATASETS)} and a positive number, got {name!r}, {count}")
    recordings, problems = read_datasets(data)
    chosen = []
    for name, group in itertools.groupby(recordings, key=lambda recording: recording.dataset):
        chosen += evenly(list(group), (most or {}).get(name))
    write_packed(out, chosen, problems, step)
    return Counter(recording.dataset for recording in chosen)


def evenly(recordings: Sequence[Recording], most: int | None) -> list[Recording]:
    """At most `most` of them, in their order: by turns of each subject and label, spread over the clips of both."""
    if most is None or most >= len(recordings):
        return list(recordings)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number, recording in enumerate(recordings):
        groups.setdefault((recording.keys.get("subject"), recording.sequence.label), []).append(number)
    turns = itertools.zip_longest(*(_spread(group) for group in groups.values()))
    order = [number for turn in turns for number in turn if number is not None]
    return [recordings[number] for number in sorted(order[:most])]


def _spread(numbers: Sequence[int]) -> list[int]:
    """In an order whose every beginning is spread over all of them: the first, the middle, the quarters, ..."""
    bits = max(1, (len(numbers) - 1).bit_length())
    order = [int(format(place, f"0{bits}b")[::-1], 2) for place in range(2**bits)]
    return [numbers[place] for place in order if place < len(numbers)]


def _most(text: str) -> tuple[str, int]:
    """For argparse: "msrc12=3000"."""
    name, _, count = text.partition("=")
    return name, int(count)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=data_path, required=True, help="folder with the datasets as their authors pack them"
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write, .safetensors")
    parser.add_argument(
        "--most", type=_most, action="append", default=[], help="DATASET=N: at most N clips of it, evenly drawn"
    )
    parser.add_argument("--step", type=float, default=STEP, help=f"the joints' grid in metres; default: {STEP}")
    arguments = parser.parse_args()
    counts = pack(arguments.data, arguments.out, dict(arguments.most), arguments.step)
    for name, count in counts.items():
        print(f"{name}: {counted(count, 'clip')}")
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
