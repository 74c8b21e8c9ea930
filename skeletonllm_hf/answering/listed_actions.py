"""Captions and names of listed actions that the language model was not taught, for clips that are near to their prototypes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch

from ..describe.label_texts import action_caption
from ..model.likelihoods import Views
from ..model.prompts import CAPTION, DOING
from ..model.skeleton import SkeletonSequence
from ..synthetic.registry import ALIASES, REGISTRY
from ..synthetic.variants import shown_action
from .looks import motion, prototype_cosines
from .scorers.embedding import text_vectors

# Cosine of a clip and the prototype of an action that was not taught, and how much less the nearest taught action's must be, for the action
# to be named. `benchmarks/untaught.py --captions` prints what other values give: of generated clips, and of filmed clips that a model never saw.
LEAST_COSINE, LEAST_MARGIN = 0.85, 0.08
# Cosine of the clip and the action's name as a label: filmed people at times look like a prototype whose name is far from what they do. Chosen on 800
# clips of training people, of which 20 were given such an action, 13 of them wrongly and 6 of these below this cosine; of 50 generated clips 2 are below.
LEAST_NAME_COSINE = 0.2


def untaught_actions(config: Any) -> list[bool]:
    """Whether each of `config.named_prototypes` shows an action of one person whose names the language model was not taught.

    All are False where `config.taught_labels` says nothing.
    """
    return _untaught(tuple(config.named_prototypes or ()), tuple(config.taught_labels or ()))


@functools.lru_cache(maxsize=4)
def _untaught(named: tuple[str, ...], labels: tuple[str, ...]) -> list[bool]:
    taught = {ALIASES.get(label, label) for label in labels or named}
    known = [REGISTRY.get(shown_action(name)) for name in named]
    return [info is not None and info.people == 1 and info.name not in taught for info in known]


def clear_actions(model: Any, embedded: torch.Tensor) -> list[str | None]:
    """The action that was not taught and whose prototype each clip is clearly nearest to; None for other clips.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        embedded: (clips, size), normalised: clips in the space that clips and sentences share.
    """
    untaught = torch.tensor(untaught_actions(model.config), dtype=torch.bool)
    if not untaught.any():
        return [None] * len(embedded)
    cosines = prototype_cosines(model, embedded)
    best, place = cosines.masked_fill(~untaught, -1.0).max(1)
    others = cosines.masked_fill(untaught, -1.0).amax(1)
    clear = (best >= LEAST_COSINE) & (best - others >= LEAST_MARGIN)
    names = model.config.named_prototypes
    return [shown_action(names[i]) if sure else None for i, sure in zip(place.tolist(), clear.tolist(), strict=True)]


def shown_actions(model: Any, embedded: torch.Tensor) -> list[str | None]:
    """As `clear_actions`, of those whose names fit the clips, too."""
    found = {row: name for row, name in enumerate(clear_actions(model, embedded)) if name is not None}
    if found:
        fits = (text_vectors(model, list(found.values())) * embedded[list(found)]).sum(1) >= LEAST_NAME_COSINE
        found = {row: name for (row, name), kept in zip(found.items(), fits.tolist(), strict=True) if kept}
    return [found.get(row) for row in range(len(embedded))]


def action_texts(model: Any, prompted: Sequence[tuple[SkeletonSequence, str]], seen: Views) -> list[str | None]:
    """A caption, or the answer to what one person does, of each clip of one person that clearly shows such an action.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        prompted: (loaded clip, question in the words of training), at least one.
        seen: the clips' middle views.

    Returns:
        None for other clips and other questions, which the language model answers.
    """
    count = len(prompted)
    about_one = [question in (CAPTION, DOING) and int(clip.people_present.sum()) == 1 for clip, question in prompted]
    if not any(about_one) or not any(untaught_actions(model.config)):
        return [None] * count
    found = shown_actions(model, motion(model, seen, count))
    return [
        None if name is None or not one else name if question == DOING else action_caption(clip, name)
        for (clip, question), name, one in zip(prompted, found, about_one, strict=True)
    ]
