"""Taught actions that clips surely show, of one person or of two: their captions stand in for captions that tell of something else.

Labels are ranked right more often than the language model captions, mostly of filmed people.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from ..describe.label_texts import label_caption, people_of
from ..lexicon import load_lexicon, spaced
from ..model.likelihoods import Views
from ..model.skeleton import SkeletonSequence
from .looks import motion
from .scorers.embedding import Meaning, label_meanings, label_vectors

# Chosen on training people and generated clips of another seed than evaluation's: of 600 captions of these 102 give way, 100 of them to a label of
# their clip (`benchmarks/captions.py`, which also says what it gives on people held out).
LEAST_SURE = 0.55  # cosine of a clip and a label from which the clip surely shows it
LEAST_LEAD = 0.25  # how much less a caption must fit the clip for the label's caption to stand in
SAME_ACTION = 0.5  # cosine of a caption and a label from which they tell of the same action


class Sure(NamedTuple):
    """What a clip surely shows, beside its caption.

    Args:
        clip: the clip.
        label: names the action.
        lead: the cosine of clip and label, less that of clip and caption.
        likeness: the cosine of caption and label.
    """

    clip: SkeletonSequence
    label: str
    lead: float
    likeness: float

    @property
    def agrees(self) -> bool:
        """Whether the clip's caption tells of the action."""
        return self.likeness >= SAME_ACTION

    @property
    def caption(self) -> str:
        """A caption of the action."""
        return label_caption(self.clip, self.label)


def surer_captions(model: Any, clips: Sequence[SkeletonSequence], captions: Sequence[str], seen: Views) -> list[str]:
    """Captions; in place of each that tells of something else than what its clip surely shows, and fits it much worse, one of that.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        clips: loaded ones, at least one.
        captions: about them, the language model's.
        seen: the clips' middle views.
    """
    return [
        caption if sure is None or sure.agrees or sure.lead < LEAST_LEAD else sure.caption
        for caption, sure in zip(captions, sure_actions(model, clips, captions, seen), strict=True)
    ]


def sure_actions(
    model: Any, clips: Sequence[SkeletonSequence], captions: Sequence[str], seen: Views
) -> list[Sure | None]:
    """What each clip surely shows of what the model was taught, beside its caption; None for other clips, and those of three or more people. Arguments as in `surer_captions`."""
    labels, people = _captioned(tuple(model.config.taught_labels or ()))
    if not labels:
        return [None] * len(clips)
    embedded, vectors = motion(model, seen, len(clips)), _vectors_of(model, labels)
    shown = torch.tensor([int(clip.people_present.sum()) for clip in clips])
    best, place = (embedded @ vectors.T).masked_fill(shown[:, None] != people, -1.0).max(1)
    own = label_vectors(model, [Meaning(caption) for caption in captions])
    lead, likeness = best - (embedded * own).sum(1), (vectors[place] * own).sum(1)
    return [
        Sure(clip, labels[at], float(lead[row]), float(likeness[row])) if float(best[row]) >= LEAST_SURE else None
        for row, (clip, at) in enumerate(zip(clips, place.tolist(), strict=True))
    ]


@functools.lru_cache(maxsize=4)
def _captioned(labels: tuple[str, ...]) -> tuple[tuple[str, ...], torch.Tensor]:
    """Those of labels that have a sentence, as datasets spell them or in plain words ("SitDown", "sit_down"), and how many people do each, (labels,)."""
    plain = dict.fromkeys(label if people_of(label) else spaced(label).lower() for label in labels)
    people = {label: number for label in plain if (number := people_of(label))}
    return tuple(people), torch.tensor(list(people.values()))


# Each model's for as long as it lives, with the labels and the state of its weights to which they belong
_vectors: weakref.WeakKeyDictionary[Any, tuple[tuple[tuple[str, ...], int], torch.Tensor]] = weakref.WeakKeyDictionary()


def _vectors_of(model: Any, labels: tuple[str, ...]) -> torch.Tensor:
    state = labels, sum(weight._version for weight in model.alignment.parameters())
    if _vectors.get(model, (None,))[0] != state:
        _vectors[model] = state, label_vectors(model, [_own_meaning(label) for label in labels])
    return _vectors[model][1]


def _own_meaning(label: str) -> Meaning:
    """A label with its entry's sentences, and without those of entries of like names."""
    known = load_lexicon().find(label) is not None
    return label_meanings([label], None, load_lexicon())[0] if known else Meaning(label)
