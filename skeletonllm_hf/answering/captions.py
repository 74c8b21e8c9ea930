"""Whether a caption fits its clip, by the space that clips and sentences share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .looks import Looks
from .scorers.embedding import Meaning, label_vectors

# Cosine of a clip and its caption below which the caption is doubtful; chosen on training people by `benchmarks/captions.py`.
DOUBTFUL_BELOW = 0.3


def fit(model: Any, processor: Any, clips: Sequence[Any], captions: Sequence[str]) -> torch.Tensor:
    """(clips,) float32 on the CPU: how near each clip and its caption are, cosines; one view of a clip is looked at.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clips: loaded ones, at least one.
        captions: a sentence about each.
    """
    texts = label_vectors(model, [Meaning(caption) for caption in captions])
    return (texts * Looks(model, processor, 1).motion(clips)).sum(1)


def doubtful(model: Any, processor: Any, clips: Sequence[Any], captions: Sequence[str]) -> list[bool]:
    """Which captions are probably wrong: their clips are not near to them. Arguments as in `fit`."""
    return (fit(model, processor, clips, captions) < DOUBTFUL_BELOW).tolist()
