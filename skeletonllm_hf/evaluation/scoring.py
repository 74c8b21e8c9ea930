"""Answers of a model about many clips, in batches: likelihoods of candidates, and generated text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from ..answering.endpoint import named_label
from ..answering.local import LocalAnswerer
from ..answering.recognizer import Recognizer
from ..model.answers import MAX_NEW_TOKENS
from ..model.prompts import recognition_prompt
from ..model.skeleton import SkeletonSequence
from ..nouns import counted

BATCH = 16
LABEL_LINE = "label:"


def likelihoods(
    model: Any, processor: Any, clips: Sequence[SkeletonSequence], candidates: Sequence[str], batch: int = BATCH
) -> torch.Tensor:
    """(clips, candidates) float32 on the CPU: mean log-likelihood of each candidate's tokens, nothing subtracted."""
    recognizer = Recognizer(model, processor, candidates, calibrate="none")
    rows = [recognizer.scores(clips[start : start + batch]) for start in range(0, len(clips), batch)]
    return torch.cat(rows) if rows else torch.zeros(0, len(candidates))


def predictions(
    model: Any, processor: Any, clips: Sequence[SkeletonSequence], candidates: Sequence[str], batch: int = BATCH
) -> list[str]:
    """The likeliest candidate for each clip, by `likelihoods`."""
    return [candidates[i] for i in likelihoods(model, processor, clips, candidates, batch).argmax(1).tolist()]


def accuracy(
    model: Any,
    processor: Any,
    clips: Sequence[SkeletonSequence],
    labels: Sequence[str],
    candidates: Sequence[str] | None = None,
    batch: int = BATCH,
) -> float:
    """Share of clips whose likeliest candidate is their label; candidates default to the labels that occur.

    Raises:
        ValueError: no clips, labels that do not match in number, a label that is no candidate.
    """
    candidates = sorted(set(labels)) if candidates is None else list(candidates)
    if not clips or len(clips) != len(labels):
        raise ValueError(
            f"accuracy: expected clips with a label each, got {counted(len(clips), 'clip')} and {counted(len(labels), 'label')}"
        )
    if strange := sorted(set(labels) - set(candidates)):
        raise ValueError(f"accuracy: labels that are no candidates: {strange}")
    found = predictions(model, processor, clips, candidates, batch)
    return sum(one == other for one, other in zip(found, labels, strict=True)) / len(clips)


def written(
    model: Any,
    processor: Any,
    clips: Sequence[SkeletonSequence],
    questions: Sequence[str],
    batch: int = BATCH,
    max_new_tokens: int = MAX_NEW_TOKENS,
) -> list[str]:
    """The model's answer about each clip to the question beside it: greedy, one answer each."""
    return answers_of(LocalAnswerer(model, processor), clips, questions, batch, max_new_tokens)


def answers_of(
    answerer: LocalAnswerer,
    clips: Sequence[SkeletonSequence],
    questions: Sequence[str],
    batch: int,
    max_new_tokens: int,
) -> list[str]:
    """The answer about each clip to the question beside it, `batch` clips at a time."""
    texts = []
    for start in range(0, len(clips), batch):
        part = slice(start, start + batch)
        texts += answerer.ask_many(list(clips[part]), list(questions[part]), max_new_tokens=max_new_tokens)
    return texts


def recognition_question(processor: Any, candidates: Sequence[str]) -> str:
    """The question of recognition, as `recognize` asks it."""
    return recognition_prompt(candidates if processor.list_candidates else None)


def parsed(text: str, candidates: Sequence[str]) -> str | None:
    """The candidate that a written answer means; None where it means none of them, or several.

    The last line `Label: ...` counts where there is one; otherwise as `answering.endpoint.named_label`.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip().lower().startswith(LABEL_LINE)]
    return named_label(lines[-1][len(LABEL_LINE) :] if lines else text, candidates)
