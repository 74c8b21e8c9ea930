"""Texts that one view of a clip settles: how often, by the least lead of a token, and how often all views write the same.

    python benchmarks/text_views.py [--clips 160] [--data BUILT]

Captions and what the person is doing, of generated clips of training seeds, greedily; with --data, of training people of the datasets
that `skeletonllm data build` made, too. Then processor seconds a text, one thread: by the lead in use, and by all views of every clip.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch

from skeletonllm_hf import load_default
from skeletonllm_hf.answering.looks import evaluating
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.model import answers
from skeletonllm_hf.model.prompts import CAPTION, DOING
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, generate_many

LEADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
SEED = 50_000
AT_ONCE = 8


@contextmanager
def settled_by(lead: float) -> Iterator[None]:
    before, answers.SETTLED = answers.SETTLED, lead
    try:
        yield
    finally:
        answers.SETTLED = before


class Recorded(answers._LeastLead):
    """Keeps all that were made."""

    made: ClassVar[list[answers._LeastLead]] = []

    def __init__(self, *arguments: object):
        super().__init__(*arguments)
        self.made.append(self)


def leads_by_one_view(model, processor, clips: list, question: str) -> tuple[list[str], np.ndarray]:
    """Texts by the middle view, and the least lead of each."""
    Recorded.made.clear()
    before, answers._LeastLead = answers._LeastLead, Recorded
    try:
        texts, _ = written(model, processor, clips, question, 0.0)
    finally:
        answers._LeastLead = before
    return texts, np.concatenate([lead.least.numpy() for lead in Recorded.made])


def written(model, processor, clips: list, question: str, lead: float) -> tuple[list[str], float]:
    """Texts, and processor seconds for each."""
    begin, texts = time.process_time(), []
    with settled_by(lead), evaluating(model):
        for start in range(0, len(clips), AT_ONCE):
            some = clips[start : start + AT_ONCE]
            prompts = [answers.conversation_text(processor, question, ())] * len(some)
            texts += answers.generate_texts(model, processor, some, prompts)
    return texts, (time.process_time() - begin) / len(clips)


def filmed(folder: Path, most: int) -> list:
    clips = []
    for path in sorted(folder.iterdir()):
        table = open_dataset(str(path), "train")
        clips += [decode(table[int(row)]) for row in np.linspace(0, len(table) - 1, most).astype(int)]
    return clips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=160, help="generated ones; of each dataset an eighth")
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, processor = load_default()
    taught = sorted({*ACTIONS, *INTERACTIONS} & set(model.config.taught_labels))
    clips = generate_many(arguments.clips, actions=taught, seed=SEED)
    sources = {"generated": [processor.load(clip) for clip in clips]}
    if arguments.data:
        sources["filmed"] = [processor.load(clip) for clip in filmed(arguments.data, arguments.clips // 8)]
    for source, clips in sources.items():
        for question in (CAPTION, DOING):
            every, slow = written(model, processor, clips, question, 2.0)
            print(
                f"\n{source}, {len(clips)} clips: {question}\n| least lead | settled | the same text | all texts the same |"
            )
            print("| ---: | ---: | ---: | ---: |")
            one, leads = leads_by_one_view(model, processor, clips, question)
            same = np.array([text == other for text, other in zip(one, every, strict=True)])
            for lead in LEADS:
                settled = leads >= lead
                share = same[settled].mean() if settled.any() else 1.0
                print(f"| {lead:g} | {settled.mean():.1%} | {share:.1%} | {1 - (settled & ~same).mean():.1%} |")
            _, fast = written(model, processor, clips, question, answers.SETTLED)
            print(
                f"by a lead of {answers.SETTLED:g}: {fast:.3f} s a text, all views {slow:.3f} s: {slow / fast:.2f} times"
            )


if __name__ == "__main__":
    main()
