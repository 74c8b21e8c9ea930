"""Clips with their questions and answers, as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..model.modeling_skeletonllm import IGNORED
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.skeleton import SkeletonSequence

BODY_TARGETS = (
    *("head", "neck_base", "pelvis"),
    *(
        f"{side}_{part}"
        for side in ("left", "right")
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ),
)


@dataclass(frozen=True)
class Example:
    """One clip with one question and its answer."""

    sequence: SkeletonSequence
    question: str
    answer: str


def collate(examples: Sequence[Example], processor: SkeletonLLMProcessor, seed: int | None) -> dict[str, torch.Tensor]:
    """Model inputs with labels on the answers alone; padding on the left.

    Args:
        examples: clips with question and answer.
        processor: the model's.
        seed: for the frames that are drawn; None takes the middles.
    """
    texts = text_tensors([(example.question, example.answer) for example in examples], processor)
    clips = processor.tensors([example.sequence for example in examples], seed)
    return texts | {name: torch.from_numpy(array) for name, array in clips.items()}


def text_tensors(pairs: Sequence[tuple[str, str]], processor: SkeletonLLMProcessor) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels of (question, answer) pairs about one clip each."""
    tokenizer = processor.tokenizer
    asked = tokenizer([processor.expand(question) for question, _ in pairs])["input_ids"]
    answered = tokenizer([answer for _, answer in pairs], add_special_tokens=False)[
        "input_ids"
    ]  # they go on after the prompt
    rows = [(a, b + [tokenizer.eos_token_id]) for a, b in zip(asked, answered, strict=True)]
    length = max(len(a) + len(b) for a, b in rows)
    ids = torch.full((len(rows), length), tokenizer.pad_token_id)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
    for row, (a, b) in enumerate(rows):
        ids[row, length - len(a) - len(b) :] = torch.tensor(a + b)
        mask[row, length - len(a) - len(b) :] = 1
        labels[row, length - len(b) :] = torch.tensor(b)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def body_targets(
    sequences: Sequence[SkeletonSequence], values: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """What inverse rendering is to find: `BODY_TARGETS` of up to two people, leftmost first.

    Args:
        sequences: the clips, for their layouts.
        values: (clips, frames, people, joints, n): what is to be found of each joint, X of its position first.
        mask: (clips, frames, people, joints).

    Returns:
        targets (clips, frames, 2, points, n) and their mask (clips, frames, 2, points).
    """
    clips, frames, people = values.shape[:3]
    targets = values.new_zeros(clips, frames, 2, len(BODY_TARGETS), values.shape[-1])
    known = torch.zeros(targets.shape[:-1], dtype=torch.bool)
    for row, sequence in enumerate(sequences):
        body = sequence.layout.body
        pairs = [(place, body.index(point)) for place, point in enumerate(BODY_TARGETS) if point in body]
        places, numbers = (list(column) for column in zip(*pairs, strict=True))
        seen = mask[row].float()
        across = (values[row, ..., 0] * seen).sum((0, 2)) / seen.sum((0, 2)).clamp(min=1)
        present = seen.sum((0, 2)) > 0
        order = across.masked_fill(~present, np.inf).argsort()[:2]
        for slot, person in enumerate(order.tolist()):
            targets[row, :, slot, places] = values[row, :, person, numbers]
            known[row, :, slot, places] = mask[row, :, person, numbers]
    return targets, known
