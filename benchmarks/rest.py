"""Clips in which people wait before and after the movement: what leaving the rest out (`trim_rest`) is worth, and what it costs.

    python benchmarks/rest.py [--actions 150] [--data BUILT --clips 100] [--model FOLDER]

A generated clip of each of some actions is ranked among one other name of each. Its first and last bodies are held, with a sway of
a few millimetres, for so many times its own length. With --data also clips of training people, as they were filmed, by their datasets'
own words and by those of `yes_no.py`. One view of a clip, the cosine alone; printed are the per cent right without and with `trim_rest`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from prototypes import embedded, filmed
from yes_no import OTHER_WORDS

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering.scorers.embedding import label_meanings, label_vectors, named_nearness
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import ACTIONS
from skeletonllm_hf.synthetic.registry import REGISTRY

WAITS = ((0.0, 0.0), (0.5, 0.5), (2.0, 1.0), (5.0, 5.0))  # before and after, in lengths of the movement
STEP = 0.00075  # metres a frame, of a random walk
FIRST_SEED = 60_000


def waiting(clip: SkeletonSequence, before: float, after: float, generator: np.random.Generator) -> SkeletonSequence:
    counts = [round(share * clip.num_frames) for share in (before, after)]
    numbers = np.concatenate([np.zeros(counts[0], int), np.arange(clip.num_frames), np.full(counts[1], -1)])
    joints = clip.joints[numbers]
    first, last = (
        np.cumsum(generator.normal(0.0, STEP, (count, *joints.shape[1:])), axis=0).astype(np.float32)
        for count in counts
    )
    joints[: counts[0]] += first[::-1]
    joints[len(joints) - counts[1] :] += last
    return clip.replace(joints=joints, mask=clip.mask[numbers])


def per_cent(model: Any, test: tuple) -> float:
    motion, texts, near, right = test
    best = (motion @ model.alignment.leaned(texts, near).T).argmax(1)
    return 100 * float((best == torch.as_tensor(right)).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=150)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--clips", type=int, default=100, help="of each dataset")
    parser.add_argument("--model", help="folder (default: the bundled model)")
    arguments = parser.parse_args()
    answerer, drawn = load(arguments.model), np.random.default_rng(11)
    model, processor = answerer.model, answerer.processor
    named = [action for action in ACTIONS if REGISTRY[action].aliases]
    actions = [named[i] for i in sorted(drawn.permutation(len(named))[: arguments.actions])]
    labels = [str(drawn.choice(REGISTRY[action].aliases)) for action in actions]
    meanings = label_meanings(labels, None, load_lexicon())
    near = named_nearness(meanings, model.config.named_prototypes[: model.alignment.named], load_lexicon())
    texts = label_vectors(model, meanings)
    clips = [generate(action, seed=FIRST_SEED) for action in actions]
    print("| clips | all frames | without long rest |\n| --- | --- | --- |")
    for before, after in WAITS:
        cells = []
        for trim in (False, True):
            processor.trim_rest, generator = trim, np.random.default_rng(1)
            motion = embedded(model, processor, [waiting(clip, before, after, generator) for clip in clips])
            cells.append(f"{per_cent(model, (motion, texts, near, range(len(clips)))):.1f}")
        print(f"| generated, {before:g} lengths before and {after:g} after | {' | '.join(cells)} |", flush=True)
    folders = sorted(f for f in arguments.data.iterdir() if f.name in OTHER_WORDS) if arguments.data else []
    shares: dict[str, list[list[float]]] = {}
    for folder in folders:
        for trim in (False, True):
            processor.trim_rest = trim
            for words, test in filmed(model, processor, folder, "train", arguments.clips).items():
                shares.setdefault(words, [[], []])[trim].append(per_cent(model, test))
    for words, found in shares.items():
        cells = [f"{np.mean(one):.1f}" for one in found]
        print(f"| filmed, training people of {len(folders)} datasets, {words} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
