"""What somebody does first and last: two actions in one clip, named by the language model and confirmed on the pieces of the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ..model.answers import conversation_text, generate_texts
from ..model.prompts import FIRST, HOW_MANY_ACTIONS, LAST, SECOND
from ..model.skeleton import SkeletonSequence
from ..nouns import number_word
from ..transforms import crop
from .looks import Looks, evaluating
from .scorers.embedding import text_vectors

# Shares of a clip at which it is cut in two. Two actions are taken to follow one another where, at the best cut, each name fits its own
# piece with a cosine of `FITS`, and better than the other piece by `CONTRAST`. Chosen on generated clips of training seeds, 56 of two
# actions, of which 51 are found, and 94 of one, of which 2 are taken for two.
CUTS = (0.3, 0.5, 0.7)
FITS, CONTRAST = 0.33, 0.2
_LEAST_FRAMES = 12  # of a clip that is cut


@dataclass(frozen=True)
class Acts:
    """Two actions of one person, one after the other.

    Args:
        names: what is done first and last, in the language model's words.
        pieces: the clip before and after the cut.
        cut: seconds.
    """

    names: tuple[str, str]
    pieces: tuple[SkeletonSequence, SkeletonSequence]
    cut: float


def find_acts(model: Any, processor: Any, clip: SkeletonSequence) -> Acts | None:
    """The two actions that a clip of one person shows; None: one action, several people, or too short to tell.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a loaded clip.
    """
    if int(clip.people_present.sum()) != 1 or clip.num_frames < _LEAST_FRAMES:
        return None
    first, last = written(model, processor, clip, (FIRST, LAST))
    if first == last:
        return None
    pairs = [(crop(clip, 0.0, share * clip.seconds), crop(clip, share * clip.seconds)) for share in CUTS]
    if not all(piece.mask.any() for pair in pairs for piece in pair):
        return None
    looks = Looks(model, processor)
    pieces = [piece for pair in pairs for piece in pair]
    looks.glance(pieces)
    cosines = (looks.motion(pieces) @ text_vectors(model, (first, last)).T).unflatten(0, (-1, 2))  # cut, piece, name
    own = torch.stack([cosines[:, 0, 0], cosines[:, 1, 1]], 1)
    other = torch.stack([cosines[:, 1, 0], cosines[:, 0, 1]], 1)
    best = int(own.amin(1).argmax())
    if own[best].min() < FITS or (own[best] - other[best]).min() < CONTRAST:
        return None
    return Acts((first, last), pairs[best], CUTS[best] * clip.seconds)


def second_of(model: Any, processor: Any, clip: SkeletonSequence, acts: Acts) -> str:
    """What is done second: the last of two actions, the middle one where the language model counts three."""
    number, middle = written(model, processor, clip, (HOW_MANY_ACTIONS, SECOND))
    return middle if number == number_word(3) and middle not in acts.names else acts.names[1]


def written(model: Any, processor: Any, clip: SkeletonSequence, questions: tuple[str, ...]) -> list[str]:
    """The language model's answers to questions in the words of training."""
    prompts = [conversation_text(processor, question, ()) for question in questions]
    with evaluating(model):
        return generate_texts(model, processor, [clip] * len(prompts), prompts, max_new_tokens=24)
