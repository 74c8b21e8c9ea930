"""How fast labels are ranked: all texts in one row behind each prompt, beside each text in a row of its own, as it was before.

    python benchmarks/recognition.py [--clips 200] [--threads 1]

Both rank the bundled model's labels on the same synthetic clips in the same run. Processor seconds a clip, their ratio clip by
clip, how many of the best labels agree, and the largest difference of a score.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import torch

from skeletonllm_hf import generate_many, load
from skeletonllm_hf.default import default_labels
from skeletonllm_hf.model import likelihoods


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200, metavar="N")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    answerer, labels, packs = load(), default_labels(), likelihoods.packs
    recognizer = answerer.recognizer(labels)
    clips = list(generate_many(arguments.clips + 1, seed=1))
    times: dict[bool, list[float]] = {True: [], False: []}
    scores: dict[bool, list[torch.Tensor]] = {True: [], False: []}
    for clip in clips:
        for packed in (True, False):
            likelihoods.packs = packs if packed else lambda model: False
            begin = time.process_time()
            scores[packed].append(recognizer.scores([clip])[0])
            times[packed].append(time.process_time() - begin)
    ratios = [apart / packed for packed, apart in zip(times[True][1:], times[False][1:])]  # the first warms up
    now, before = (torch.stack(scores[packed][1:]) for packed in (True, False))
    print(f"| {len(labels)} labels, {arguments.clips} clips, {arguments.threads} threads | |\n| --- | ---: |")
    print(f"| before, processor seconds a clip, median | {statistics.median(times[False][1:]):.2f} |")
    print(f"| now | {statistics.median(times[True][1:]):.2f} |")
    print(f"| ratio, median of clips | {statistics.median(ratios):.2f} |")
    print(f"| same best label | {int((now.argmax(1) == before.argmax(1)).sum())} of {len(now)} |")
    print(f"| largest difference of a score | {float((now - before).abs().max()):.1e} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
