"""Captions, and their cosines with the clips in the space that clips and sentences share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from ..model.answers import middle_views, written
from ..model.likelihoods import Views
from ..model.prompts import CAPTION
from .looks import Looks, motion
from .protocol import Caption
from .scorers.embedding import Meaning, label_vectors

# Cosine of a clip and its caption below which the caption is doubtful; chosen on training people by `benchmarks/captions.py`.
DOUBTFUL_BELOW = 0.3


def texts_about(model: Any, processor: Any, clips: Sequence[Any], question: str, **generation: Any) -> list[Caption]:
    """The text about each clip as a whole, and its doubt, from the same views: clips are rendered and encoded once.

    Args:
        model, processor: as in `fit`; without an alignment no text is doubtful.
        clips: loaded ones, at least one.
        question: in the words of training; answers to others than the caption's are not doubted.
        generation: as in `model.answers.generate_texts`.
    """
    seen = middle_views(model, processor, clips)
    texts = written(model, processor, [(clip, question) for clip in clips], (), seen=seen, **generation)
    doubts = doubtful(model, processor, clips, texts, seen) if question == CAPTION else [False] * len(clips)
    return [Caption(*pair) for pair in zip(texts, doubts, strict=True)]


def fit(
    model: Any, processor: Any, clips: Sequence[Any], captions: Sequence[str], seen: Views | None = None
) -> torch.Tensor:
    """(clips,) float32 on the CPU: the cosine of each clip, seen by its middle view, and its caption.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clips: loaded ones, at least one.
        captions: a sentence about each.
        seen: the clips' middle views; None: they are rendered.
    """
    texts = label_vectors(model, [Meaning(caption) for caption in captions])
    seen = _glanced(model, processor, clips) if seen is None else seen
    return (texts * motion(model, seen, len(clips))).sum(1)


def doubtful(
    model: Any, processor: Any, clips: Sequence[Any], captions: Sequence[str], seen: Views | None = None
) -> list[bool]:
    """Which captions are probably wrong, by their cosines; none of a model without an alignment. Arguments as in `fit`."""
    if model.config.alignment_size is None:
        return [False] * len(clips)
    seen = _glanced(model, processor, clips) if seen is None else seen
    below = (fit(model, processor, clips, captions, seen) < DOUBTFUL_BELOW).tolist()
    if not any(below):
        return below
    # Imports the generator's list of actions, which other captions do not need
    from .known_texts import known_texts
    from .sure_actions import sure_actions

    known = known_texts(model, [(clip, CAPTION) for clip in clips], seen)
    sure = sure_actions(model, clips, captions, seen)
    return [
        doubt and not (_repeats(text, own) or (shown is not None and (shown.agrees or _repeats(text, shown.caption))))
        for doubt, text, own, shown in zip(below, captions, known, sure, strict=True)
    ]


def _glanced(model: Any, processor: Any, clips: Sequence[Any]) -> Views:
    """The middle view of each clip."""
    looks = Looks(model, processor)
    looks.glance(clips)
    return looks.seen(clips)


def _repeats(caption: str, known: str | None) -> bool:
    """Whether a caption is that of an action which the clip clearly shows, perhaps with a count."""
    return known is not None and set(known.rstrip(".").split()) <= set(caption.rstrip(".").split())
