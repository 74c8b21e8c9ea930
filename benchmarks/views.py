"""Ranking that looks once where that settles it, against all views of every clip: what it saves and what it changes.

    python benchmarks/views.py --data BUILT [--part test] [--clips 100] [NAME ...]

BUILT holds folders of `skeletonllm data build`; NAME: some of them. The datasets' own labels, one thread. Prints, for each dataset, top-1
and processor seconds a clip of both ways in the same run, and how many clips got another label.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from skeletonllm_hf import Recognizer, load_default
from skeletonllm_hf.data import decode, open_dataset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", default="test", help="test, or train, on which the share that settles it was chosen")
    parser.add_argument("--clips", type=int, default=100, help="of each dataset, spread over its part")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, processor = load_default()
    print("| dataset | clips | top-1 | seconds a clip | all views | seconds a clip | other labels |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in arguments.names or sorted(path.name for path in arguments.data.iterdir()):
        table = open_dataset(str(arguments.data / name), arguments.part)
        labels = sorted(set(table["label"]))
        places = np.linspace(0, len(table) - 1, min(arguments.clips, len(table))).astype(int)
        rows = [table[int(place)] for place in places]
        clips = [decode(row) for row in rows]
        right = torch.tensor([labels.index(row["label"]) for row in rows])
        cells, found = [], []
        for views in (None, processor.views):
            recognizer = Recognizer(model, processor, labels, views=views)
            start = time.process_time()
            found.append(recognizer.scores(clips).argmax(1))
            seconds = (time.process_time() - start) / len(clips)
            cells += [f"{100 * float((found[-1] == right).float().mean()):.1f} %", f"{seconds:.3f}"]
        changed = int((found[0] != found[1]).sum())
        print(f"| {name} | {len(clips)} | {' | '.join(cells)} | {changed} |", flush=True)


if __name__ == "__main__":
    main()
