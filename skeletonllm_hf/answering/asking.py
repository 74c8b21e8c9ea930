"""Questions in anybody's words to a small model: what is refused, what is reworded, what the shared space answers."""

from __future__ import annotations

from ..model.prompts import CAPTION, EXPLAIN, RECOGNIZE, REFUSAL, VERIFY
from ..questions import SAME, asked_action, is_answerable, taught_wording
from .looks import Looks
from .scorers.embedding import label_vectors_of

# Cosine of a clip and an action from which "is the person ...?" is answered yes. Chosen on training people, between what is best
# for names that training gave and for the same in other words: `benchmarks/yes_no.py` prints both.
YES_COSINE = 0.33
_TRAINED = (CAPTION, EXPLAIN)  # and those that begin with RECOGNIZE, or ask as VERIFY does
_VERIFY_END = VERIFY.partition("{label}")[2]


def understand(model, processor, clip, question: str) -> tuple[str | None, str]:
    """(reply, question): a reply that needs no language model, or None and the question in the words of training.

    In this order: what no motion shows is refused; a question that training taught is put in its words; whether the person
    does an action is read off the space that clips and sentences share; a question near to a taught one is put in its words.
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
    if action := asked_action(question):
        return ("yes" if action_cosine(model, processor, clip, action) >= YES_COSINE else "no"), question
    return None, taught_wording(question, people) or question


def action_cosine(model, processor, clip, action: str) -> float:
    """How near the clip and the action are, in [-1, 1]."""
    motion = Looks(model, processor).motion([clip])[0]
    return float(motion @ label_vectors_of(model, processor, [action])[0])
