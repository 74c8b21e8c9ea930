"""The paper's ablation: stages 1 + 4 against all four, in equally many steps, on actions that no training saw.

    python benchmarks/ablation.py --model small --steps 2000 --out runs/ablation
    python benchmarks/ablation.py --steps 8 --batch 2 --seeds 0 --clips 8 --out runs/toy          nano, to see that it runs

Synthetic motion of all actions but `UNSEEN` trains; clips of those are then named among those. Of each seed the stage `words`
comes first, for both alike, with a quarter of --steps. The stages are those of the recipe of small. A run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
from pathlib import Path

from new_class import clips_of, top1

from skeletonllm_hf.training import sources
from skeletonllm_hf.training.checkpoints import load_model
from skeletonllm_hf.training.run import train
from skeletonllm_hf.training.settings import Data, Machine, Run
from skeletonllm_hf.training.sources import DatasetSpec
from skeletonllm_hf.training.stages import PAPER, Stage, find_stages
from skeletonllm_hf.training.synthetic_clips import SyntheticClips

ARMS = {"1 + 4": ("alignment", "refinement"), "all four": PAPER}
UNSEEN = (
    "squat", "side kick", "clap hands", "drink", "walk backwards", "bow", "jump rope", "high wave", "sit down", "golf swing", "crawl", "turn around",
)  # fmt: skip
FIRST_SEED = 2 * 10**6  # of clips that are tested


def run_of(
    arguments: argparse.Namespace, name: str, stages: list[Stage], steps: int, seed: int, model: str | None
) -> str:
    data = Data((DatasetSpec.parse(f"synthetic:{arguments.pool}"),), workers=arguments.workers)
    stages = [stage.replace(batch=arguments.batch or stage.batch, micro_batch=None) for stage in stages]
    return str(
        train(
            Run(arguments.out / f"{name}-{seed}", tuple(stages), data, Machine(), model=model, steps=steps, seed=seed)
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder, Hub id or small (default: the bundled model)")
    parser.add_argument("--steps", type=int, default=2000, help="optimiser steps of an arm, all its stages together")
    parser.add_argument("--batch", type=int, help="clips a step (default: the stages')")
    parser.add_argument("--pool", type=int, default=20_000, help="training clips (default: 20,000)")
    parser.add_argument("--clips", type=int, default=240, help="clips that are tested (default: 240)")
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    known = {stage.name: stage for stage in find_stages(["small"])}
    sources.SyntheticClips = functools.partial(SyntheticClips, unseen=UNSEEN)
    each = -(-arguments.clips // len(UNSEEN))
    tests = [clip for label in UNSEEN for clip in clips_of(label, each, FIRST_SEED)][: arguments.clips]
    found: dict[str, list[float]] = {name: [] for name in ARMS}
    for seed in map(int, arguments.seeds.split(",")):
        start = run_of(arguments, "words", [known["words"]], max(1, arguments.steps // 4), seed, arguments.model)
        for name, stages in ARMS.items():
            folder = run_of(
                arguments,
                name.replace(" ", ""),
                [known[s] for s in stages],
                arguments.steps // len(stages),
                seed,
                start,
            )
            model, processor = load_model(folder, "float32")
            processor.views = 1
            found[name].append(top1(model.eval(), processor, tests, list(UNSEEN)))
            print(
                f"seed {seed}, stages {name}: {found[name][-1]:.1f} % of {len(tests)} clips of {len(UNSEEN)} unseen actions",
                flush=True,
            )
    for name, values in found.items():
        print(
            f"stages {name}: {statistics.mean(values):.1f} % (seeds: {', '.join(f'{value:.1f}' for value in values)})"
        )
    (arguments.out / "ablation.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
