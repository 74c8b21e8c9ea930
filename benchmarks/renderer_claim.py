"""The paper's claim about its renderer, repeated small: learned DrAction against fixed colours (3-D position and velocity).

    python benchmarks/renderer_claim.py --data DIR --out DIR --start skeletonllm_hf/nano
    python benchmarks/renderer_claim.py --data DIR --out DIR --seeds 5 --steps 2000 --inverse-steps 800 --jobs 4

Each seed trains nano twice by `training.train_nano`, with one budget, one order of examples and one learning rate: once with learned
colours, once with fixed ones, where everything but the renderer is trained alike: inverse rendering, then labels alone, for recognition is
what is compared. From scratch that takes hours before the figures mean much. With --start, both go on from that model's vision tower and
language model, each with a fresh renderer; these knew learned colours before, though not those that a fresh renderer shows.

DIR of --data holds the datasets as their authors pack them. Runs that are done are not done again. Printed is top-1 on the held-out clips:
mean and standard deviation over the seeds, and the difference of the two runs of a seed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from skeletonllm_hf.training.recipe import EARLIER_NAMES, read_recipe
from skeletonllm_hf.training.train_nano import train

APPEARANCES = ("learned", "fixed")


def scores(arguments: argparse.Namespace, seed: int, appearance: str) -> dict[str, float]:
    """Dataset -> top-1, of a run that is made if it is not there."""
    folder = arguments.out / f"{appearance}-{seed}"
    report = folder / "report.json"
    recipe = read_recipe(
        seed=seed, appearance=appearance, inverse_steps=arguments.inverse_steps, steps=arguments.steps, batch=arguments.batch,
        inverse_clips=2 * arguments.batch, synthetic_pool=arguments.synthetic_pool, inverse_weight=10.0, learning_rate=arguments.learning_rate,
        check_every=10**9, views=1, fresh_renderer=arguments.start is not None, threads=arguments.threads, synthetic_share=arguments.synthetic_share,
        explain_share=0.0, implied_share=0.0, yes_no_share=0.0, list_share=0.0,
        # At a twentieth of the rate, as for the bundled model, so short a run would hardly leave the colours it starts with.
        renderer_rate=arguments.renderer_rate,
    )  # fmt: skip
    if not report.is_file():
        train(arguments.data, folder, recipe, arguments.start)
    found = json.loads(report.read_text(encoding="utf-8"))
    resolved = json.loads(json.dumps(asdict(recipe)))  # tuples as lists, as they were written
    differing = [
        name
        for name, value in resolved.items()
        if name not in ("threads", "workers")
        and found["recipe"].get(name, found["recipe"].get(EARLIER_NAMES.get(name))) != value
    ]
    if found["start"] != (arguments.start and arguments.start.name):
        differing.append("start")
    if differing:
        raise SystemExit(f"{folder}: holds a run with other {', '.join(differing)}; give another --out")
    return found["scores"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a model whose vision tower and language model both go on from")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--inverse-steps", type=int, default=100)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--renderer-rate", type=float, default=0.3)
    parser.add_argument("--synthetic-pool", type=int, default=2000)
    parser.add_argument("--synthetic-share", type=float, default=0.2)
    parser.add_argument("--threads", type=int, default=1, help="of each run")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time, each in a process of its own")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    todo = list(itertools.product(range(arguments.seeds), APPEARANCES))
    with ProcessPoolExecutor(arguments.jobs, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(scores, itertools.repeat(arguments), *zip(*todo, strict=True)))
    runs = {name: [result for (_, n), result in zip(todo, found, strict=True) if n == name] for name in APPEARANCES}
    if arguments.json:
        print(json.dumps(runs))
        return
    print("| top-1, % | learned | fixed | learned - fixed, by seed |\n| --- | ---: | ---: | --- |")
    for dataset in sorted(runs["learned"][0]):
        columns = {a: [100 * run[dataset] for run in runs[a]] for a in APPEARANCES}
        cells = [
            f"{statistics.mean(values):.1f} ± {statistics.stdev(values) if len(values) > 1 else 0:.1f}"
            for values in columns.values()
        ]
        differences = ", ".join(f"{a - b:+.1f}" for a, b in zip(columns["learned"], columns["fixed"], strict=True))
        print(f"| {dataset} | {cells[0]} | {cells[1]} | {differences} |")


if __name__ == "__main__":
    main()
