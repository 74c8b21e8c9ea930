"""What makes ranking fast: the first view where that settles it, and likelihoods only of labels that can be among the best.

    python benchmarks/recognition.py [--clips 200] [--best 5] [--threads 1]

Three ways rank the bundled model's labels on the same synthetic clips in the same run: all views and all labels; one view where
that settles it and all labels; the same where only the best labels are asked for, as `recognize` and `batch` do. Processor
seconds a clip, the ratio clip by clip to the first way, how many clips have the same best labels in the same order as the way
before, and by how much the share of one of these differs at most.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import torch

from skeletonllm_hf import generate_many, load
from skeletonllm_hf.default import default_labels


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200, metavar="N")
    parser.add_argument("--best", type=int, default=5, metavar="N", help="labels that are asked for")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    answerer, labels, best = load(), default_labels(), arguments.best
    all_views = answerer.recognizer(labels, views=answerer.processor.views)
    recognizer = answerer.recognizer(labels)
    ways = {
        "all views, all labels": lambda clip: all_views.parts([clip]),
        "one view where it settles, all labels": lambda clip: recognizer.parts([clip]),
        "the best labels alone": lambda clip: recognizer.parts([clip], best),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, list] = {name: [] for name in ways}
    for clip in generate_many(arguments.clips + 1, seed=1):
        for name, way in ways.items():
            begin = time.process_time()
            scores = recognizer.combined(way(clip))[0]
            times[name].append(time.process_time() - begin)
            found[name].append(recognizer.ranked(scores, best))
    head = f"{len(labels)} labels, {arguments.clips} clips, {arguments.threads} threads"
    print(f"| {head} | median, s | mean, s | times as fast | same best {best} | shares differ by |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    first, before = next(iter(ways)), next(iter(ways))
    for name in ways:
        took, slow = times[name][1:], times[first][1:]  # the first clip warms up
        ratio = statistics.median(b / a for a, b in zip(took, slow))
        pairs = list(zip(found[name][1:], found[before][1:]))
        same = [pair for pair in pairs if pair[0].labels == pair[1].labels]
        differ = max((abs(a - b) for pair in same for a, b in zip(pair[0].scores, pair[1].scores)), default=0.0)
        print(
            f"| {name} | {statistics.median(took):.3f} | {statistics.mean(took):.3f} | {ratio:.2f} | "
            f"{len(same)} of {len(pairs)} | {differ:.1e} |"
        )
        before = name
    return 0


if __name__ == "__main__":
    sys.exit(main())
