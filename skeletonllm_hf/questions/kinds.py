"""What kind of answer a question asks for: a number of people, a time, a side, a reason. Two questions of other kinds never mean the same."""

from __future__ import annotations

import functools
import re
from enum import Enum

from .templates import question_words
from .wordings import load_wordings


class Kind(str, Enum):
    """What an answer has to be: the entries of the group "kind" in `data/wordings.txt`."""

    YES_NO = "yes or no"
    CHOICE = "one of those that the question names"
    TIMES = "how many times"
    PEOPLE = "how many people"
    ACTIONS = "how many actions"
    STEPS = "how many steps"
    LIMBS = "how many arms or hands are used"
    OTHER_NUMBER = "how many of something else"
    LENGTH = "how long it lasts"
    SPEED = "how fast"
    DISTANCE = "how far"
    HEIGHT = "how high or deep"
    OTHER_MEASURE = "how old, tall, heavy, ..."
    TIME = "when"
    DIRECTION = "which way"
    PART = "what a part of the body does"
    PLACE = "where"
    PERSON = "who"
    REASON = "why"
    SIDE = "which limb or side"
    FIRST = "what comes first"
    SECOND = "what comes second"
    LAST = "what comes last"
    WHAT = "anything else"


_MARKS = re.compile(r"[,;!?\"()]|(?<!\d):|[:.](?!\d)")
# Endings as people type them
_IS = re.compile(r"(what|where|who|when|how|he|she|that|it)'?s")
_ING = re.compile(r"(do|go|mov|walk|happen)in")
_NOT = re.compile(r"(is|are|was|were|does|do|did|has|have|can)nt")
_LONG = ("person", "people", "times", "which", "movement", "happens", "happened", "moving", "somebody", "someone", "anybody", "direction", "first", "which")  # fmt: skip


@functools.lru_cache(maxsize=256)
def plain(question: str) -> str:
    """The question in lower case, without politeness and punctuation, usual misspellings of question words mended, short forms spelled out."""
    text = " ".join(_MARKS.sub(" ", question.lower().replace("\u2019", "'").replace("`", "'")).split())
    text = " ".join(map(_mended, text.strip("'").split()))
    for group in ("opening", "closing"):
        while found := load_wordings().find(group, text):
            text = found.fields["rest"]
    return _spelled_out(text)


def _spelled_out(text: str) -> str:
    """A short form or a statement with a tag as the question that it stands for: "kicks how many", "squat or lunge", "he is walking isn't he"."""
    wordings = load_wordings()
    asks = wordings.named_in("asks", text)
    for group in ("short form", "tag"):
        if found := wordings.find(group, text):
            return re.sub(r"<(\w+)>", lambda field: found.fields[field[1]], found.entry)
    return f"is the person {text}" if not asks and " or " in text and not wordings.find("either side", text) else text


def _mended(word: str) -> str:
    """A word as it is meant: "wat" -> "what", "wheres" -> "where is", "movin" -> "moving"."""
    word = _ING.sub(r"\1ing", word) if _ING.fullmatch(word) else word
    word = _NOT.sub(r"\1n't", word) if _NOT.fullmatch(word) else word
    if typed := load_wordings().find("spelling", word):
        return typed.entry
    if (found := _IS.fullmatch(word)) and ("'" in word or found[1] in ("what", "where", "when")):
        return f"{found[1]} is"
    if len(word) < 4 or word in question_words() or topics(word):
        return word
    return next((meant for meant in _LONG if _one_slip(word, meant)), word)


def _one_slip(word: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours are exchanged."""
    first = next(
        (place for place, pair in enumerate(zip(word, meant)) if pair[0] != pair[1]), min(len(word), len(meant))
    )
    one, two = word[first:], meant[first:]
    return one[1:] in (two, two[1:]) or one == two[1:] or (one[:2] == two[:2][::-1] and one[2:] == two[2:])


@functools.lru_cache(maxsize=4096)
def kind_of(question: str) -> Kind:
    """What kind of answer a question asks for."""
    wordings, text = load_wordings(), plain(question)
    found = wordings.find("kind", text)
    kind = Kind(found.entry) if found else Kind.WHAT
    if kind is Kind.OTHER_NUMBER and (counted := wordings.find("action counted", text)):
        noun = counted.fields["action"]  # "how many squats": what ends in "s" and is done by nobody else
        return Kind.TIMES if noun.endswith("s") and "thing" not in topics(noun.split()[-1]) else kind
    return kind


def with_common_subject(text: str) -> str:
    """The question about "the person" or "the two people", whatever they are called: what the sentence encoder's lists know."""
    return load_wordings().replaced("subject", text)


def topics(text: str) -> frozenset[str]:
    """What words speak of: the entries of the group "topic" in `data/wordings.txt` that stand in them."""
    return load_wordings().named_in("topic", text)
