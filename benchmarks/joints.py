"""Labels ranked by the joint encoders alone, by the frames alone, and by both.

    python benchmarks/joints.py --data BUILT [--datasets hdm05,gtu3d,penn_action] [--part train] [--clips 400] [--file FILE]
    python benchmarks/joints.py --generated 300 [--sides 120] [--file FILE]

With --data, clips of datasets of which the encoders saw none are ranked by their bare labels, by the joints alone: without prototypes, and for
several weights by which labels lean towards those of the same name (`JointLooks.leaning`); `--part test` prints the one in use alone. BUILT
holds the datasets as `skeletonllm data build` makes them. With --generated, clips of the generator's actions that came after the
bundled model's training are ranked among all of these: by the frames, by the joints, and by both with several weights
(`recognizer.JOINTS_WEIGHT`); with --sides those of actions with a side or a direction, as in `untaught.py`. Printed are shares that are right, in per cent, and the mean negative log-likelihood at the best scale.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from untaught import FIRST_SEED, sided

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering.looks import JointLooks, Looks
from skeletonllm_hf.answering.scorers.embedding import EmbeddingScorer
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.evaluation.clips import NEWER_ACTIONS
from skeletonllm_hf.joints import load_joint_encoders
from skeletonllm_hf.synthetic import SYNTHETIC_LAYOUTS

NAMED_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
JOINTS_WEIGHTS = (0.25, 0.5, 0.75, 1.0, 1.5)
SCALES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


def scores_of(looks: Any, labels: Sequence[str], clips: Sequence[Any], at_once: int = 16) -> torch.Tensor:
    """(clips, labels): scaled cosines."""
    scorer = EmbeddingScorer(looks)
    scorer.prepare(labels)
    return torch.cat([scorer.scores(clips[start : start + at_once]) for start in range(0, len(clips), at_once)])


def share_right(scores: torch.Tensor, right: torch.Tensor) -> str:
    chances = [torch.nn.functional.cross_entropy(scale * scores, right).item() for scale in SCALES]
    best = min(range(len(SCALES)), key=chances.__getitem__)
    share = 100 * (scores.argmax(1) == right).float().mean().item()
    return f"{share:.1f} ({chances[best]:.2f} at {SCALES[best]:g})"


def joint_looks(file: Path | None, leaning: tuple[float, float, int] | None = None) -> JointLooks:
    looks = JointLooks()
    if file is not None:
        looks.model, looks.names, looks.digest = load_joint_encoders(file)
    if leaning is not None:
        looks.leaning = leaning
    return looks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of built datasets")
    parser.add_argument("--datasets", default="hdm05,gtu3d,penn_action")
    parser.add_argument("--part", choices=["train", "test"], default="train")
    parser.add_argument("--clips", type=int, default=400, help="of each dataset")
    parser.add_argument("--generated", type=int, metavar="N", help="rank so many generated clips")
    parser.add_argument(
        "--sides", type=int, metavar="N", help="rank clips of so many actions with a side or a direction"
    )
    parser.add_argument("--file", type=Path, help="of an encoder (default: the bundled one)")
    arguments = parser.parse_args()
    if not (arguments.data or arguments.generated or arguments.sides):
        parser.error("expected --data BUILT, --generated N or --sides N")
    answerer = load()
    processor = answerer.processor
    for name in arguments.datasets.split(",") if arguments.data else ():
        rows = open_dataset(arguments.data / name, arguments.part)
        rows = rows.shuffle(seed=5).select(range(min(len(rows), arguments.clips)))
        labels = sorted(set(rows["label"]))
        clips = [processor.load(decode(row)) for row in rows]
        right = torch.tensor([labels.index(label) for label in rows["label"]])
        used = JointLooks.leaning
        leanings = [used] if arguments.part == "test" else [(used[0], weight, used[2]) for weight in NAMED_WEIGHTS]
        found = [
            f"{leaning[1]:g}: {share_right(scores_of(joint_looks(arguments.file, leaning), labels, clips), right)}"
            for leaning in leanings
        ]
        print(f"{name}, {len(labels)} labels, {len(clips)} clips, by weight: {', '.join(found)}", flush=True)
    if arguments.generated:
        names, layouts = list(NEWER_ACTIONS), SYNTHETIC_LAYOUTS
        shown = [names[i * len(names) // arguments.generated] for i in range(arguments.generated)]
        clips = [
            (name, generate(name, seed=FIRST_SEED + i, layout=layouts[i % len(layouts)]))
            for i, name in enumerate(shown)
        ]
        print_both("generated", answerer, names, clips, arguments.file)
    if arguments.sides:
        print_both("sides", answerer, *sided(arguments.sides), arguments.file)


def print_both(
    title: str, answerer: Any, labels: Sequence[str], shown: Sequence[tuple[str, Any]], file: Path | None
) -> None:
    """How many clips, (label, clip) each, are ranked right by the frames, by the joints, and by both."""
    processor = answerer.processor
    clips = [processor.load(clip) for _, clip in shown]
    right = torch.tensor([list(labels).index(label) for label, _ in shown])
    frames = scores_of(Looks(answerer.model, processor, 1), labels, clips)
    joints = scores_of(joint_looks(file), labels, clips)
    print(
        f"{title}, {len(labels)} labels, {len(clips)} clips: frames {share_right(frames, right)}, joints {share_right(joints, right)}"
    )
    for weight in JOINTS_WEIGHTS:
        print(f"  frames + {weight:g} joints: {share_right(frames + weight * joints, right)}", flush=True)


if __name__ == "__main__":
    main()
