"""Classifies whether a skeleton can answer a question: a logistic regression on the sentence encoder's vectors.

A small language model that answers in the words of its training answers everything. This classifier reads the question alone,
so that a question about what motion does not show (names, prices, weather, health) is refused in any wording. `benchmarks/answerable.py` makes its weights.
"""

from __future__ import annotations

import functools
from pathlib import Path

import torch

from ..sentences import load_sentence_encoder

WEIGHTS = Path(__file__).parent / "answerable.safetensors"


def is_answerable(question: str) -> bool:
    """False where a skeleton does not show what is asked. FileNotFoundError: the package lacks its weights."""
    return probability(question) >= weights()["threshold"].item()


def probability(question: str) -> float:
    """That the question can be answered, by the classifier."""
    tensors = weights()
    return torch.sigmoid(tensors["weight"] @ question_vector(question) + tensors["bias"]).item()


@functools.lru_cache(maxsize=256)
def question_vector(question: str) -> torch.Tensor:
    """(size,): the sentence encoder's vector of a question."""
    return load_sentence_encoder().encode([question])[0]


@functools.cache
def weights() -> dict[str, torch.Tensor]:
    """weight (size of a sentence's vector,), bias and threshold (): float32."""
    from safetensors.torch import load_file

    return load_file(WEIGHTS)
