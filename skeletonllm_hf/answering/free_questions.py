"""Free-form questions to a small model: refusal, rewording, counting, and yes or no by the space of clips and sentences."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from ..describe import Repetitions, count_repetitions
from ..model.prompts import CAPTION, EXPLAIN, RECOGNIZE, REFUSAL, VERIFY
from ..questions import (
    SAME,
    Kind,
    action_of_question,
    choices_of_question,
    is_answerable,
    is_negated,
    kind_of,
    people_of_question,
    taught_wording,
)  # fmt: skip
from ..synthetic.texts import number_word, with_count
from ..transforms import swap_side_words
from .looks import Looks
from .scorers.embedding import EmbeddingScorer, text_vectors

# Cosine of a clip and an action from which "is the person ...?" is answered yes. Chosen on training people, between the best values
# for names that training gave and for other words of the same meaning: `benchmarks/yes_no.py` prints both.
YES_COSINE = 0.33
# Confidence of a count from which it answers a question in the model's place, and from which a caption says it. Chosen on generated
# clips of training seeds: below the first it is right less often than the model; a wrong count in a caption is worse than none.
ANSWER_CONFIDENCE, CAPTION_CONFIDENCE = 0.5, 0.8
_TRAINED = (CAPTION, EXPLAIN)  # and those that begin with RECOGNIZE, or ask as VERIFY does
_VERIFY_END = VERIFY.partition("{label}")[2]


def understand(model: Any, processor: Any, clip: Any, question: str) -> tuple[str | None, str]:
    """(reply, question): a reply that needs no language model, or None and the question in the words of training.

    In this order: whether there is one person or more is read from the clip; a question that no motion answers is refused; a
    question of training gets its exact words; repetitions are counted on the skeleton (unless `processor.counts` is off, or the
    count is doubtful); whether the person does an action is decided by a cosine in the space of clips and sentences, and which of
    two actions by the larger; a question near to one of training that asks for the same kind of answer gets its words.
    Others stay.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a `SkeletonSequence`.
        question: free text.
    """
    if question in _TRAINED or question.startswith(RECOGNIZE) or question.endswith(_VERIFY_END):
        return None, question
    people = int(clip.people_present.sum())
    if fits := people_of_question(question):
        return _yes_or_no(fits[0] <= people <= fits[1], question), question
    if not re.search(r"[^\W\d_]", question) or not is_answerable(question):  # without a word
        return REFUSAL, question
    if same := taught_wording(question, people, SAME):
        return None, same
    if processor.counts and kind_of(question) is Kind.TIMES and (counted := _counted(clip, ANSWER_CONFIDENCE)):
        return number_word(counted.count), question
    if action := action_of_question(question):
        return _yes_or_no(_shows(Looks(model, processor), clip, action), question), question
    if choices := choices_of_question(question):
        return _nearer(Looks(model, processor), clip, choices), question
    return None, taught_wording(question, people) or question


def finisher(processor: Any, clip: Any, question: str) -> Callable[[str], str] | None:
    """A function that adds the number of repetitions to a caption, where more than one was counted with confidence, or None.

    Args:
        processor, clip: as in `understand`; None where `processor.counts` is off.
        question: in the words of training.
    """
    if question != CAPTION or not processor.counts:
        return None
    counted = _counted(clip, CAPTION_CONFIDENCE)
    return functools.partial(with_count, count=counted.count) if counted and counted.count > 1 else None


def _counted(clip: Any, least: float) -> Repetitions | None:
    counted = count_repetitions(clip) if clip.mask.any() else None
    return counted if counted and counted.confidence >= least else None


def _yes_or_no(true: bool, question: str) -> str:
    return "yes" if true != is_negated(question) else "no"


def _shows(looks: Looks, clip: Any, action: str) -> bool:
    """Whether the clip shows the action and, where that has a side, rather than the same on the other side."""
    if float(text_vectors(looks.model, [action])[0] @ looks.motion([clip])[0]) < YES_COSINE:
        return False
    other = swap_side_words(action)
    return other == action or _nearer(looks, clip, (action, other)) == action


def _nearer(looks: Looks, clip: Any, actions: tuple[str, str]) -> str:
    """The action that ranks first."""
    scorer = EmbeddingScorer(looks)
    scorer.prepare(actions)
    return actions[int(scorer.scores([clip])[0].argmax())]
