"""Questions in anybody's words to a small model: what is refused, reworded, counted, or answered by the shared space."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..describe import Repetitions, count_repetitions
from ..model.prompts import CAPTION, EXPLAIN, RECOGNIZE, REFUSAL, VERIFY
from ..questions import SAME, action_of_question, asks_how_often, is_answerable, taught_wording
from ..synthetic.texts import number_word, with_count
from .looks import Looks
from .scorers.embedding import text_vectors

# Cosine of a clip and an action from which "is the person ...?" is answered yes. Chosen on training people, between what is best
# for names that training gave and for the same in other words: `benchmarks/yes_no.py` prints both.
YES_COSINE = 0.33
# Confidence of a count from which it answers a question in the model's place, and from which a caption says it. Chosen on generated
# clips of training seeds: below the first it is right less often than the model; a wrong count in a caption is worse than none.
ANSWER_CONFIDENCE, CAPTION_CONFIDENCE = 0.5, 0.8
_TRAINED = (CAPTION, EXPLAIN)  # and those that begin with RECOGNIZE, or ask as VERIFY does
_VERIFY_END = VERIFY.partition("{label}")[2]


def understand(model: Any, processor: Any, clip: Any, question: str) -> tuple[str | None, str]:
    """(reply, question): a reply that needs no language model, or None and the question in the words of training.

    In this order: what no motion shows is refused; a question that training taught is put in its words; how often something is
    done is counted on the skeleton (unless `processor.counts` is off, or the count is doubtful); whether the person does an action is read off the space that clips and sentences share; a question near to a taught one is put in its words.
    What is left is asked as it is.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a `SkeletonSequence`.
        question: in anybody's words.
    """
    if question in _TRAINED or question.startswith(RECOGNIZE) or question.endswith(_VERIFY_END):
        return None, question
    if not is_answerable(question):
        return REFUSAL, question
    people = int(clip.people_present.sum())
    if same := taught_wording(question, people, SAME):
        return None, same
    if processor.counts and asks_how_often(question) and (counted := _counted(clip, ANSWER_CONFIDENCE)):
        return number_word(counted.count), question
    if action := action_of_question(question):
        return ("yes" if action_cosine(model, processor, clip, action) >= YES_COSINE else "no"), question
    return None, taught_wording(question, people) or question


def finisher(processor: Any, clip: Any, question: str) -> Callable[[str], str] | None:
    """What makes a caption say how often, where the skeleton tells surely of more than once; None: the text stays as it is.

    Args:
        processor, clip: as in `understand`; nothing is said where `processor.counts` is off.
        question: in the words of training.
    """
    if question != CAPTION or not processor.counts:
        return None
    counted = _counted(clip, CAPTION_CONFIDENCE)
    return functools.partial(with_count, count=counted.count) if counted and counted.count > 1 else None


def _counted(clip: Any, least: float) -> Repetitions | None:
    counted = count_repetitions(clip) if clip.mask.any() else None
    return counted if counted and counted.confidence >= least else None


def action_cosine(model: Any, processor: Any, clip: Any, action: str) -> float:
    """How near the clip and the action are, in [-1, 1]."""
    return float(text_vectors(model, [action])[0] @ Looks(model, processor).motion([clip])[0])
