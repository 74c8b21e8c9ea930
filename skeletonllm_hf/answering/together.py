"""Whether two people act together, or each by himself: by where they stand and face, and by what a clip of both and clips of one show."""

from __future__ import annotations

from typing import Any

import torch

from ..describe import Measures
from ..model.skeleton import SkeletonSequence
from ..transforms import alone
from .digest import Recent, clip_key, model_digest
from .labels import own_labels
from .timeline import KEPT, label_cosines

# Two people have nothing to do with each other who come no nearer than these metres, and of whom one does not face the other: the cosine of where
# one faces and where the other is.
APART, TURNED = 1.2, 0.3
# Nor have two who do not touch and come no nearer than `REACH` metres, where a clip of each alone fits an action of one person with the cosine `ALONE`
# or more, and better than the clip of both fits an action of two. Chosen on 70 clips of SBU's training pairs, of which none is taken for apart then,
# 60 generated actions of two (2 are) and 70 pairs of generated people who face each other, each with an action of his own (34 are), with a script
# that is not kept.
REACH, ALONE = 0.9, 0.5

_recent: Recent[bool] = Recent(KEPT)


def act_apart(model: Any, processor: Any, clip: SkeletonSequence, measures: Measures) -> bool:
    """Whether two people who stay in their places have nothing to do with each other.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a loaded clip of two people.
        measures: of the clip.
    """
    towards, nearest, facts = measures.towards(), measures.nearest, measures.facts
    if towards is None or nearest is None or facts.travels or facts.turns:
        return False
    if nearest > APART and min(towards) < TURNED:
        return True
    name = model_digest(model, processor), clip_key(clip)
    if facts.contacts or nearest < REACH:
        return False
    return _recent.get(name, lambda: _fit_better_alone(model, processor, clip, measures))


def _fit_better_alone(model: Any, processor: Any, clip: SkeletonSequence, measures: Measures) -> bool:
    from ..synthetic import INTERACTIONS  # the generator, which clips of one person do not need

    both, *each = label_cosines(model, processor, [clip, *(alone(clip, track.row) for track in measures.tracks)])
    of_two = torch.tensor([label in INTERACTIONS for label in own_labels(None)])
    return min(float(one[~of_two].max()) for one in each) > max(ALONE, float(both[of_two].max()))
