"""Labels in other words than training's: how much it helps that they lean towards clips of like movements.

    python benchmarks/prototypes.py --data BUILT [--clips 60] [--composed 300] [--part train] [--model FOLDER]

BUILT holds datasets as `skeletonllm data build` makes them. Their clips are ranked among their dataset's labels, in its own words
and in those of `yes_no.py`, which stand in no list of training; generated compositions of movements among 30 of their labels, and
of their instructions. One view of a clip, the cosine alone. Printed is how many per cent are right, the mean of the datasets, for
each `PROTOTYPE_TEMPERATURE` and `PROTOTYPE_WEIGHT` of `model.alignment`; weight 0 is without. Choose by the training part. At last, with
the values in use: how many right and wrong labels are further from their clip than a cosine (`UNSURE_COSINE` in `EmbeddingScorer`'s file).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from yes_no import OTHER_WORDS

from skeletonllm_hf import load
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.scorers.embedding import Meaning, label_vectors, named_nearness, text_vectors
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.model import alignment
from skeletonllm_hf.synthetic import SYNTHETIC_LAYOUTS, compose_with_truth
from skeletonllm_hf.training.nano_data import OPTIONS

TEMPERATURES, WEIGHTS = (0.02, 0.03, 0.05), (0.2, 0.4, 0.6, 0.8)
FAR = (0.15, 0.2, 0.25, 0.28, 0.32)
AMONG = 30  # compositions, whose labels are the candidates
FIRST_SEED = 5_000_000
AT_ONCE = 16  # clips
Test = tuple[
    torch.Tensor, torch.Tensor, torch.Tensor, Sequence[int]
]  # clips, candidates, what they name, which are right


def embedded(model: Any, processor: Any, clips: Sequence[Any]) -> torch.Tensor:
    """(clips, size)."""
    starts = range(0, len(clips), AT_ONCE)
    return torch.cat([Looks(model, processor, 1).motion(clips[start : start + AT_ONCE]) for start in starts])


def filmed(model: Any, processor: Any, folder: Path, part: str, count: int) -> dict[str, Test]:
    """A dataset's clips, evenly taken, with its labels and with other words for them."""
    words, rows = OTHER_WORDS[folder.name], open_dataset(folder, part)
    labels = sorted(words)
    rows = [rows[int(i)] for i in np.linspace(0, len(rows) - 1, min(count, len(rows))).round()]
    rows = [row for row in rows if row["label"] in words]
    clips = embedded(model, processor, [decode(row) for row in rows])
    right = [labels.index(row["label"]) for row in rows]
    others = [words[label] for label in labels]
    return {
        "own words": (clips, text_vectors(model, labels), _named(model, labels), right),
        "other words": (clips, text_vectors(model, others), _named(model, others), right),
    }


def _named(model: Any, labels: Sequence[str]) -> torch.Tensor:
    names = model.config.named_prototypes[: model.alignment.named]
    return named_nearness([Meaning(label) for label in labels], names, load_lexicon())


def composed(model: Any, processor: Any, count: int) -> dict[str, list[Test]]:
    """Compositions in groups."""
    made = [
        compose_with_truth(FIRST_SEED + i, layout=SYNTHETIC_LAYOUTS[i % len(SYNTHETIC_LAYOUTS)], options=OPTIONS)
        for i in range(count)
    ]
    clips = embedded(model, processor, [clip for clip, _ in made])
    found = {}
    for name, texts in (
        ("composed, labels", [truth.labels[0] for _, truth in made]),
        (
            "composed, instructions",
            [truth.instructions[i % len(truth.instructions)] for i, (_, truth) in enumerate(made)],
        ),
    ):
        vectors = label_vectors(model, [Meaning(text) for text in texts])
        groups = zip(clips.split(AMONG), vectors.split(AMONG), _named(model, texts).split(AMONG), strict=True)
        found[name] = [(some, candidates, near, range(len(some))) for some, candidates, near in groups]
    return found


def share_right(model: Any, tests: Sequence[Test], temperature: float, weight: float) -> str:
    """Per cent, the mean of the tests."""
    alignment.PROTOTYPE_TEMPERATURE, alignment.PROTOTYPE_WEIGHT = temperature, weight
    shares = [
        ((clips @ model.alignment.leaned(texts, near).T).argmax(1) == torch.tensor(right)).float().mean()
        for clips, texts, near, right in tests
    ]
    return f"{100 * float(np.mean(shares)):.1f}"


def print_far(model: Any, tests: dict[str, list[Test]]) -> None:
    """Per cent of right labels, where they are ranked first, and of single wrong ones that are below a cosine with their clip."""
    for name in ("own words", "other words"):
        right_ones, wrong_ones = [], []
        for clips, texts, near, right in tests[name]:
            cosines, rows, own = clips @ model.alignment.leaned(texts, near).T, range(len(right)), torch.tensor(right)
            right_ones.append(cosines.amax(1)[cosines.argmax(1) == own])
            wrong_ones.append(cosines[rows, (own + 1) % len(texts)])
        for least in FAR:
            shares = [
                100 * float(np.mean([float((one < least).float().mean()) for one in some]))
                for some in (right_ones, wrong_ones)
            ]
            print(
                f"{name}, below a cosine of {least}: {shares[0]:.1f} % of the right, {shares[1]:.1f} % of wrong labels"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=60, help="of each dataset")
    parser.add_argument("--composed", type=int, default=300, help=f"compositions, a multiple of {AMONG}")
    parser.add_argument("--part", default="train")
    parser.add_argument("--model", help="default: the bundled one")
    arguments = parser.parse_args()
    answerer = load(arguments.model)
    model, processor = answerer.model, answerer.processor
    tests: dict[str, list[Test]] = {}
    for folder in sorted(folder for folder in arguments.data.iterdir() if folder.name in OTHER_WORDS):
        for name, test in filmed(model, processor, folder, arguments.part, arguments.clips).items():
            tests.setdefault(name, []).append(test)
    tests |= composed(model, processor, arguments.composed)
    used = alignment.PROTOTYPE_TEMPERATURE, alignment.PROTOTYPE_WEIGHT
    print(f"| temperature, weight | {' | '.join(tests)} |\n| --- |{' --- |' * len(tests)}")
    for temperature, weight in ((1.0, 0.0), *((t, w) for t in TEMPERATURES for w in WEIGHTS)):
        cells = [share_right(model, several, temperature, weight) for several in tests.values()]
        print(f"| {f'{temperature}, {weight}' if weight else 'none'} | {' | '.join(cells)} |", flush=True)
    alignment.PROTOTYPE_TEMPERATURE, alignment.PROTOTYPE_WEIGHT = used
    print_far(model, tests)


if __name__ == "__main__":
    main()
