"""Replaces a question by the question of training that means the same, and extracts the action from yes/no questions.

A small language model answers a question in the words of its training, and guesses at the same question in others.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise

import torch

from ..cache import cached, key
from ..lexicon import load_lexicon, normalized
from ..sentences import load_sentence_encoder
from .answerable import is_answerable, question_vector
from .templates import load_taught, load_templates

# Cosines from which two questions mean about the same, and the same; chosen by reading this folder's lists.
NEAR, SAME = 0.8, 0.95
# Questions of training that name what the clip shows, in the normal form of the lexicon: `synthetic.grammar.questions`.
_OPEN = re.compile(
    r"how many (times|people|different actions)\b|which way does person face\b|which (hand|arm|foot|leg|knee|side)\b"
    r"|in which (direction|order)\b|what (is|are|does|do) .*(do|doing)( first| last)?$|who is one to\b"
    r"|do two people touch each other$"
)
_WORD = re.compile(r"[a-z'-]+")
_REPETITIONS = frozenset(("times", "repetitions", "reps", "repeats", "cycles", "rounds"))
# What "how many" may ask for besides repetitions.
_COUNTED_OTHERWISE = frozenset({
    "actions", "activities", "arms", "hands", "legs", "limbs", "humans", "men", "women", "joints", "frames",
    "seconds", "minutes", "movements", "moves", "motions", "persons", "players", "skeletons", "steps", "subjects",
    "things", "turns", "parts", "others", "adults", "kids", "actors", "dancers",
})  # fmt: skip
_AFTER_NOUN = frozenset(("do", "does", "did", "is", "are", "were", "can", "has", "have", "in", "by", "you"))
_SUBJECT = r"(?:the |this |that |a )?(?:person|people|man|woman|patient|player|dancer|subject|two people|he|she|they|somebody|someone|anybody|anyone|it)"
_ACTION_QUESTIONS = tuple(
    re.compile(pattern + r" ([^?]{2,80})\??", re.IGNORECASE)
    for pattern in (
        rf"(?:is|are|was|were)(?:n't)? {_SUBJECT}(?: doing| performing| trying to| about to)?",
        rf"(?:does|do|did|doesn't|don't|didn't|can you see) {_SUBJECT}(?: do| perform| try to)?",
        r"(?:(?:is|was)(?:n't)? (?:the action|this|that|it)|(?:is|are|was|were)(?:n't)? there)(?: a| an| any)?",
        r"(?:could|can|might) (?:this|that|it) be(?: a| an)?",
        r"(?:does|did) (?:this|that|it) (?:look|seem) like(?: a| an)?",
    )
)

MANY = 1_000_000
_ONE = re.compile(
    r"(?:all )?alone|(?:all )?by (?:him|her|them|it)sel(?:f|ves)|(?:only|just) one(?: person)?|a single person|one person(?: only)?"
)
_SEVERAL = re.compile(
    r"more than one(?: person| people)?|(?:two|several|multiple|many) (?:people|persons)|another person|(?:any|some)(?:body|one) else"
)


def taught_wording(question: str, people: int = 1, nearness: float = NEAR) -> str | None:
    """The question of training that means the same; None where none does.

    Args:
        question: in free words.
        people: how many the clip shows.
        nearness: least cosine of the two questions.
    """
    vectors, owners = _wordings()
    cosines = question_vector(question) @ vectors.T
    best = int(cosines.argmax())
    owner = owners[best]
    if cosines[best] < nearness or owner is None:
        return None
    taught = load_taught()[owner]
    return taught.two if people > 1 else taught.one


def is_taught(question: str) -> bool:
    """Whether training taught to answer this question, in its own words or in others."""
    if _OPEN.match(normalized(question)):
        return True
    return people_of_question(question) is not None or (
        is_answerable(question)
        and bool(action_of_question(question) or choices_of_question(question) or taught_wording(question))
    )


def asks_how_often(question: str) -> bool:
    """Whether it asks for the number of repetitions: "how many times", "how often", "count the squats"."""
    words = _WORD.findall(question.lower())
    for place, pair in enumerate(pairwise([*words, ""])):
        if pair == ("how", "often"):
            return True
        if pair in (("how", "many"), ("number", "of")):
            start = place + 2
        elif pair[0] == "count":
            start = place + 1
        else:
            continue
        skipped = ("of", "all", "the", "his", "her", "their") if pair[0] == "count" else ("the",)
        while words[start : start + 1] and words[start] in skipped:
            start += 1
        if _REPETITIONS.intersection(words[start : start + 1]):
            return True
        if pair[0] == "count" and place > 0:
            continue
        for length in (1, 2):  # "squats", "arm raises"
            noun, rest = words[start : start + length], words[start + length : start + length + 1]
            if len(noun) == length and noun[-1].endswith("s") and (not rest or rest[0] in _AFTER_NOUN):
                return noun[-1] not in _COUNTED_OTHERWISE
    return False


def action_of_question(question: str) -> str | None:
    """What a question that "yes" or "no" answers asks for: the words behind "is the person", "is he not" or the like; None: nothing."""
    found = _after_subject(question)
    return None if found is None or " or " in found else found.removeprefix("not ")  # "or" asks for a choice


def is_negated(question: str) -> bool:
    """Whether an action's question asks if it is not done: "Is the person not waving?". "Isn't the person waving?" does not."""
    return (_after_subject(question) or "").startswith("not ")


def choices_of_question(question: str) -> tuple[str, str] | None:
    """The two actions of "Is the person kicking or waving?", both in the lexicon; None for other questions."""
    actions = tuple((_after_subject(question) or "").split(" or "))
    known = len(actions) == 2 and all(load_lexicon().find(action) for action in actions)
    return (actions[0], actions[1]) if known else None


def people_of_question(question: str) -> tuple[int, int] | None:
    """The fewest and the most people for which "yes" answers "Is he alone?", "Is there more than one person?"; None for other questions."""
    if (found := _after_subject(question)) is None:
        return None
    return (1, 1) if _ONE.fullmatch(found.lower()) else (2, MANY) if _SEVERAL.fullmatch(found.lower()) else None


def _after_subject(question: str) -> str | None:
    found = next((match for pattern in _ACTION_QUESTIONS if (match := pattern.fullmatch(question.strip()))), None)
    return found[1].strip() if found else None


@functools.cache
def _wordings() -> tuple[torch.Tensor, tuple[int | None, ...]]:
    """Vectors of all wordings, (wordings, size), and the place of the taught question that each means.

    Other questions that motion answers stand among them, as None: what is nearer to one of these means none of the taught.
    """
    taught = [(text, place) for place, question in enumerate(load_taught()) for text in question.wordings]
    known = {text for text, _ in taught}
    others = [text for text in load_templates("answerable").questions if "{" not in text and text not in known]
    texts = [text for text, _ in taught] + others
    encoder = load_sentence_encoder()
    vectors = cached(f"questions-{key(texts)}", (len(texts), encoder.size), lambda: encoder.encode(texts))
    return vectors, (*(place for _, place in taught), *(None for _ in others))
