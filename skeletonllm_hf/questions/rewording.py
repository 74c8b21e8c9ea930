"""Replaces a question by the question of training that means the same.

A small language model answers a question in the words of its training, and guesses at the same question in others.
"""

from __future__ import annotations

import functools
import math
import re

import torch

from ..cache import cached, key
from ..lexicon import normalized
from ..model.prompts import REFUSAL
from ..sentences import load_sentence_encoder
from .about import (
    action_of_question,
    action_stated,
    choices_of_question,
    fact_of_question,
    separate,
    ways_of_action,
)
from .answerable import is_answerable, question_vector
from .kinds import Kind, kind_of, plain, topics
from .moments import moment_of
from .templates import load_taught, load_templates, question_words
from .wordings import load_wordings

# Cosines from which two questions mean about the same, and the same; chosen by reading this folder's lists.
NEAR, SAME = 0.8, 0.95
# Questions of training that name what the clip shows, in the normal form of the lexicon: `synthetic.grammar.questions`.
_OPEN = re.compile(
    r"how many (times|people|different actions)\b|which way does person face\b|which (hand|arm|foot|leg|knee|side)\b"
    r"|in which (direction|order)\b|what (is|are|does|do) .*(do|doing)( first| last)?$|who is one to\b"
    r"|do two people touch each other$"
)
_WORD = re.compile(r"[a-z'-]+")

UNTAUGHT_QUESTION = (
    "The model was not trained to answer this question. It always answers something: take it as a guess. It knows questions "
    "about what is done, by which side, how often, in which direction and in which order."
)
REFUSED_QUESTION = (
    "The model declines to answer: a skeleton does not show this, or the question was not understood. Ask in English what is done, "
    "how often, by which side."
)
# answered by the skeleton, or refused: `answering.quantities`
_MEASURED = frozenset({
    Kind.TIMES, Kind.PEOPLE, Kind.ACTIONS, Kind.STEPS, Kind.LIMBS, Kind.LENGTH, Kind.SPEED, Kind.DISTANCE, Kind.HEIGHT, Kind.TIME,
    Kind.PERSON, Kind.FIRST, Kind.SECOND, Kind.LAST, Kind.OTHER_NUMBER, Kind.OTHER_MEASURE,
})  # fmt: skip

# groups of `data/wordings.txt` whose questions are answered by a measure, by stretches of the clip, by its pose, or person by person
_WORDED = ("details", "particular", "longest", "pose", "what one does", "several people")


def taught_wording(question: str, people: int = 1, nearness: float = NEAR) -> str | None:
    """The question of training that means the same and asks for the same kind of answer; None where none does.

    Args:
        question: in free words.
        people: how many the clip shows.
        nearness: least cosine of the two questions.
    """
    vectors, owners, texts = _wordings()
    kind, cosines = kind_of(question), question_vector(question) @ vectors.T
    near = [place for place in cosines.argsort(descending=True).tolist() if cosines[place] >= nearness]
    owner = next((owners[place] for place in near if kind_of(texts[place]) == kind), None)
    if owner is None:
        return None
    taught = load_taught()[owner]
    return taught.two if people > 1 else taught.one


def is_taught(question: str) -> bool:
    """Whether training taught to answer this question, in its own words or in others, or it is of a kind that is measured on the skeleton."""
    if moment := moment_of(question, math.inf):
        question = moment.question
    if any(load_wordings().find(group, plain(question)) for group in _WORDED):
        return True
    if ways_of_action(question) or load_wordings().find("either order", action_stated(question) or ""):
        return True
    if kind_of(question) is Kind.DIRECTION and "turns" in topics(plain(question)):
        return True
    if _OPEN.match(normalized(question)) or kind_of(question) in _MEASURED:
        return True
    return fact_of_question(question) is not None or (
        is_answerable(question)
        and bool(action_of_question(question) or choices_of_question(question) or taught_wording(question))
    )


def caution_of(question: str, answer: str) -> str | None:
    """What to say beside an answer of a model that was trained on these questions; None where nothing is to be said."""
    if answer.strip() == REFUSAL:
        return REFUSED_QUESTION
    return None if all(map(is_taught, separate(question))) else UNTAUGHT_QUESTION


def only_known_words(text: str) -> bool:
    """Whether every word of a question (as `plain` gives it) stands in the lists of questions that motion answers."""
    return set(_WORD.findall(text)) <= question_words(("answerable",))


@functools.cache
def _wordings() -> tuple[torch.Tensor, tuple[int | None, ...], tuple[str, ...]]:
    """Vectors of all wordings, (wordings, size), the place of the taught question that each means, and all wordings.

    Other questions that motion answers stand among them, as None: what is nearer to one of these means none of the taught.
    """
    taught = [(text, place) for place, question in enumerate(load_taught()) for text in question.wordings]
    known = {text for text, _ in taught}
    others = [text for text in load_templates("answerable").questions if "{" not in text and text not in known]
    texts = [text for text, _ in taught] + others
    encoder = load_sentence_encoder()
    vectors = cached(f"questions-{key(texts)}", (len(texts), encoder.size), lambda: encoder.encode(texts))
    owners = (*(place for _, place in taught), *(None for _ in others))
    return vectors, owners, tuple(texts)
