"""Captions of listed actions that the language model was not taught: clips of them are known by their prototypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from ..describe.label_texts import action_caption
from ..model.likelihoods import Views
from ..model.skeleton import SkeletonSequence
from ..synthetic.registry import ALIASES, REGISTRY
from .looks import motion

# Cosine of a clip and the prototype of an action that was not taught, and how much less the nearest taught action's must be, for the action
# to be named. `benchmarks/untaught.py --captions` prints what other values give: of generated clips, and of filmed clips that a model never saw.
LEAST_COSINE, LEAST_MARGIN = 0.85, 0.08


def untaught_actions(config: Any) -> list[bool]:
    """Whether each of `config.named_prototypes` is an action of one person whose names the language model was not taught.

    All are False where `config.taught_labels` says nothing.
    """
    taught = {ALIASES.get(label, label) for label in config.taught_labels or config.named_prototypes or ()}
    known = [REGISTRY.get(name) for name in config.named_prototypes or ()]
    return [info is not None and info.people == 1 and info.name not in taught for info in known]


def shown_actions(model: Any, embedded: torch.Tensor) -> list[str | None]:
    """The action that was not taught and that each clip clearly shows; None for other clips.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        embedded: (clips, size), normalised: clips in the space that clips and sentences share.
    """
    untaught = torch.tensor(untaught_actions(model.config), dtype=torch.bool)
    if not untaught.any():
        return [None] * len(embedded)
    cosines = (embedded.float() @ model.alignment.prototypes[: len(untaught)].to(embedded).float().T).cpu()
    best, place = cosines.masked_fill(~untaught, -1.0).max(1)
    others = cosines.masked_fill(untaught, -1.0).amax(1)
    clear = (best >= LEAST_COSINE) & (best - others >= LEAST_MARGIN)
    names = model.config.named_prototypes
    return [names[i] if sure else None for i, sure in zip(place.tolist(), clear.tolist(), strict=True)]


def action_captions(model: Any, clips: Sequence[SkeletonSequence], seen: Views) -> list[str | None]:
    """A caption of each clip of one person that clearly shows such an action; None for other clips, which the language model describes.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        clips: loaded ones, at least one.
        seen: their views.
    """
    if not any(untaught_actions(model.config)):
        return [None] * len(clips)
    found = shown_actions(model, motion(model, seen, len(clips)))
    alone = [int(clip.people_present.sum()) == 1 for clip in clips]
    return [
        action_caption(clip, name) if name is not None and single else None
        for clip, name, single in zip(clips, found, alone, strict=True)
    ]
