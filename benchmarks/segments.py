"""Long clips: how much of the time gets the right label, and what minutes of motion cost in time and memory.

    python benchmarks/segments.py [--clips 10] [--minutes 5] [--model FOLDER]

Clips of several synthetic actions one after the other, each repeated for about ten seconds, of which the truth is known, with
several prices of a change of label; then one clip of many minutes, of which the time and the growth of the process's memory over
a clip of one minute are told.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

import numpy as np

from skeletonllm_hf import Recognizer, load
from skeletonllm_hf.analysis import Segment, find_segments
from skeletonllm_hf.answering.segments import SWITCH, join, score_windows
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import EXACT, generate

LABELS = ("walk", "raise both hands", "squat", "forward kick", "bow", "wave left hand")
WINDOW, STRIDE = 3.0, 1.0  # seconds: the defaults
SWITCHES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)  # nats
EACH, PARTS = 10.0, 4  # seconds of an action, actions a clip


def acted(label: str, seconds: float, seed: int) -> SkeletonSequence:
    """The action again and again, for at least so long."""
    clips, total = [], 0.0
    while total < seconds:
        clips.append(generate(label, seed=seed + len(clips), options=EXACT))
        total += clips[-1].seconds
    return joined(clips)


def joined(clips: list[SkeletonSequence]) -> SkeletonSequence:
    joints, mask = (np.concatenate([getattr(clip, name) for clip in clips]) for name in ("joints", "mask"))
    return clips[0].replace(joints=joints, mask=mask)


def right_share(found: tuple[Segment, ...], truth: list[tuple[float, float, str]]) -> float:
    """Share of the time that has its right label."""
    right = sum(
        max(0.0, min(part.end, end) - max(part.start, start))
        for part in found
        for start, end, label in truth
        if part.label == label
    )
    return right / truth[-1][1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=10, metavar="N")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N")
    parser.add_argument("--model", help="a saved model (default: the bundled one)")
    arguments = parser.parse_args()
    answerer = load(arguments.model)
    model, processor = answerer.model, answerer.processor
    recognizer = Recognizer(model, processor, LABELS, views=1)
    shares: dict[float, list[float]] = {switch: [] for switch in SWITCHES}
    counts: dict[float, list[int]] = {switch: [] for switch in SWITCHES}
    for number in range(arguments.clips):
        names = np.random.default_rng(number).permutation(LABELS)[:PARTS].tolist()
        parts = [acted(name, EACH, 100 * number + 10 * place) for place, name in enumerate(names)]
        ends = np.cumsum([0.0, *(part.seconds for part in parts)])
        truth = list(zip(ends[:-1], ends[1:], names))
        spans, scores = score_windows(recognizer, joined(parts), WINDOW, STRIDE)
        for switch in SWITCHES:
            found = join(spans, scores, LABELS, STRIDE, switch)
            shares[switch].append(right_share(found, truth))
            counts[switch].append(len(found))
        print(f"{number + 1} of {arguments.clips} clips", file=sys.stderr, flush=True)
    print(f"{arguments.clips} clips of {PARTS} actions, {len(LABELS)} labels; the default price is {SWITCH:g}\n")
    print("| a change of label costs | of the time right | segments a clip |\n| --- | --- | --- |")
    for switch in SWITCHES:
        print(f"| {switch:g} nats | {100 * np.mean(shares[switch]):.1f} % | {np.mean(counts[switch]):.1f} |")
    print()
    peak = {}
    for minutes in (1.0, arguments.minutes):
        clip = acted("walk", 60.0 * minutes, 0)
        start = time.perf_counter()
        find_segments(model, processor, clip, LABELS)
        peak[minutes] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = time.perf_counter() - start
        print(f"{clip.seconds / 60:.1f} min ({clip.num_frames} frames): {seconds:.1f} s, peak {peak[minutes]:.0f} MiB")


if __name__ == "__main__":
    main()
