"""How often the counter of repetitions is right, on clips of which the count is known.

    python benchmarks/counts.py [--seed 90000000] [--seeds 4] [--data BUILT]

Generated clips: every action that is counted, in four layouts, ordinary ones and with 5 cm of noise. With --data real ones:
HDM05's cuts of one squat, hop, kick or turn of the arms (its classes "...1Reps" and "...1hops"), and MSRC-12's test people: cuts
of one gesture, two to six of which follow one another in a take, joined. Gestures that are several movements are left out.
For each the share of right counts, and of those of more than one from a confidence on, which a caption says.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skeletonllm_hf.answering.free_questions import CAPTION_CONFIDENCE
from skeletonllm_hf.describe import count_repetitions
from skeletonllm_hf.evaluation.conditions import Condition
from skeletonllm_hf.evaluation.statistics import share
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, SYNTHETIC_LAYOUTS, MotionOptions, generate_with_truth

SINGLE = (
    "bow",
    "kick",
    "throw",
    "push right",
    "duck (crouch or hide)",
    "lift outstretched arms",
)  # one movement there and back
Cases = Iterator[tuple[SkeletonSequence, int]]


def generated(seed: int, seeds: int, condition: Condition | None = None) -> Cases:
    number = 0
    for name in (*ACTIONS, *INTERACTIONS):
        for _ in range(seeds):
            number += 1
            options, layout = MotionOptions(viewer=False), SYNTHETIC_LAYOUTS[number % len(SYNTHETIC_LAYOUTS)]
            clip, truth = generate_with_truth(name, layout=layout, seed=seed + number, options=options)
            count = truth.people[0][0].count
            if count is None:
                break
            yield clip if condition is None else condition.apply(clip, clip.source), count


def hdm05(data: Path) -> Cases:
    from skeletonllm_hf.data.opening import open_dataset
    from skeletonllm_hf.data.schema import decode, plain_row

    for part in ("train", "test"):
        for row in map(plain_row, open_dataset(data / "hdm05", part, protocol="split")):
            if any(name in row["id"] for name in ("1Reps", "1hops")):
                yield decode(row), 1


def msrc12(data: Path) -> Cases:
    from skeletonllm_hf.data.opening import open_dataset
    from skeletonllm_hf.data.schema import decode, plain_row

    takes: dict[str, list] = {}
    rows = open_dataset(data / "msrc12", "test", protocol="cross_subject")
    for row in map(plain_row, sorted(rows, key=lambda row: row["id"])):
        if row["label"] in SINGLE:
            takes.setdefault(row["id"].rpartition("_")[0], []).append(decode(row))
    for number, cuts in enumerate(takes.values()):
        count = min(2 + number % 5, len(cuts))
        joints = np.concatenate([clip.joints for clip in cuts[:count]])
        mask = np.concatenate([clip.mask for clip in cuts[:count]])
        yield cuts[0].replace(joints=joints, mask=mask, confidence=None, rotations=None), count


def report(name: str, cases: Cases) -> None:
    found = [(count_repetitions(clip), count) for clip, count in cases]
    right = [counted is not None and counted.count == count for counted, count in found]
    stated = [
        counted.count == count
        for counted, count in found
        if counted and counted.count > 1 and counted.confidence >= CAPTION_CONFIDENCE
    ]
    several = sum(count > 1 for _, count in found)
    cells = [
        sum(right),
        len(right),
        _percent(right),
        f"{len(stated)} (of {several} clips of several)",
        _percent(stated),
    ]
    print("|", name, "|", " | ".join(map(str, cells)), "|", flush=True)


def _percent(values: list[bool]) -> str:
    if not values:
        return "-"
    one = share(sum(values), len(values))
    return f"{one['percent']:.1f} ({one['interval'][0]:.1f} to {one['interval'][1]:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=90_000_000, help="of the first generated clip")
    parser.add_argument("--seeds", type=int, default=4, help="clips of each action")
    parser.add_argument("--data", type=Path, help="folder with built datasets: hdm05, msrc12")
    arguments = parser.parse_args()
    print(
        "| clips | right | of | % right | said in a caption | % right of these |\n| --- | --- | --- | --- | --- | --- |"
    )
    report("generated", generated(arguments.seed, arguments.seeds))
    noise = Condition("noise", 0.05)
    report("generated, 5 cm of noise", generated(arguments.seed, arguments.seeds, noise))
    if arguments.data:
        report("HDM05, one repetition", hdm05(arguments.data))
        report("MSRC-12, two to six joined", msrc12(arguments.data))


if __name__ == "__main__":
    main()
