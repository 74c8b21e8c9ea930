"""Replaces a question by the question of training that means the same, and extracts the action from yes/no questions.

A small language model answers a question in the words of its training, and guesses at the same question in others.
"""

from __future__ import annotations

import functools
import re

import torch

from ..cache import cached, key
from ..lexicon import load_lexicon, normalized
from ..model.prompts import REFUSAL
from ..sentences import load_sentence_encoder
from .answerable import is_answerable, question_vector
from .kinds import Kind, kind_of, plain
from .templates import load_taught, load_templates, question_words

# Cosines from which two questions mean about the same, and the same; chosen by reading this folder's lists.
NEAR, SAME = 0.8, 0.95
# Questions of training that name what the clip shows, in the normal form of the lexicon: `synthetic.grammar.questions`.
_OPEN = re.compile(
    r"how many (times|people|different actions)\b|which way does person face\b|which (hand|arm|foot|leg|knee|side)\b"
    r"|in which (direction|order)\b|what (is|are|does|do) .*(do|doing)( first| last)?$|who is one to\b"
    r"|do two people touch each other$"
)
_WORD = re.compile(r"[a-z'-]+")
_SUBJECT = (
    r"(?:the |this |that |these |those |a |any )?(?:persons?|people|m[ae]n|wom[ae]n|guys?|boys?|girls?|lady|kid|human|individual|actor|patient"
    r"|players?|dancer|subject|two people|two|both|he|she|they|you see|somebody|someone|anybody|anyone|it)"
)
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
_ASKS = r"(?:at |from |since |until |for |in )?(?:when|who|how long|how fast|how quickly|how (?:high|far|deep)|(?:what|which) (?:time|moment|second|person|one|of (?:the two|them|the people))|how many (?:people|persons))"
_AUX = r"(?:is|are|was|were|does|do|did|can)"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ASKS} {_AUX} the (\w{{2,20}}(?: \w{{1,20}}){{0,3}}?) (?:happen|occur|take place|start|begin|end|stop|finish|last|take)s?(?: place)?",
        rf"{_ASKS} {_AUX} {_SUBJECT} (?:(?:start|begin|starts|begins) )?(?:to )?([^?]{{2,80}})",
        rf"{_ASKS} {_AUX} (?:the one )?(?:who |that )?(?:the |a )?([^?]{{2,80}})",
        rf"{_ASKS} ([^?]{{2,80}})",
    )
)  # fmt: skip
_THEN = re.compile(r",? (?:and then|then|and after that|before) ")
_COUNTED = re.compile(
    rf"how many (?:times|reps|repetitions) {_AUX} {_SUBJECT} ([^?]{{2,60}})|how often {_AUX} {_SUBJECT} ([^?]{{2,60}})"
    r"|(?:how many|number of|count (?:the )?) ?([a-z-]{3,20}(?: [a-z]{2,12})?)(?= (?:are|is|do|does|did|can)\b|$)"
)

UNTAUGHT_QUESTION = (
    "The model was not trained to answer this question. It always answers something: take it as a guess. It knows questions "
    "about what is done, by which side, how often, in which direction and in which order."
)
REFUSED_QUESTION = (
    "The model declines to answer: a skeleton does not show this, or the question was not understood. Ask in English what is done, "
    "how often, by which side."
)
# answered by the skeleton, or refused: `answering.measured`
_MEASURED = frozenset({
    Kind.TIMES, Kind.PEOPLE, Kind.ACTIONS, Kind.STEPS, Kind.LIMBS, Kind.LENGTH, Kind.SPEED, Kind.DISTANCE, Kind.HEIGHT, Kind.TIME,
    Kind.PERSON, Kind.SECOND,
})  # fmt: skip
MANY = 1_000_000
_ONE = re.compile(
    r"(?:all )?alone|(?:all )?by (?:him|her|them|it)sel(?:f|ves)|(?:only|just) one(?: person)?|a single person|one person(?: only)?"
)
_SEVERAL = re.compile(
    r"more than one(?: person| people)?|(?:two|several|multiple|many) (?:people|persons)|another person|(?:any|some)(?:body|one) else"
)


def taught_wording(question: str, people: int = 1, nearness: float = NEAR) -> str | None:
    """The question of training that means the same and asks for the same kind of answer; None where none does.

    Args:
        question: in free words.
        people: how many the clip shows.
        nearness: least cosine of the two questions.
    """
    vectors, owners, kinds = _wordings()
    kind = kind_of(question)
    cosines = (question_vector(question) @ vectors.T).masked_fill(
        torch.tensor([other != kind for other in kinds]), -1.0
    )
    best = int(cosines.argmax())
    owner = owners[best]
    if cosines[best] < nearness or owner is None:
        return None
    taught = load_taught()[owner]
    return taught.two if people > 1 else taught.one


def is_taught(question: str) -> bool:
    """Whether training taught to answer this question, in its own words or in others, or it is of a kind that is measured on the skeleton."""
    if _OPEN.match(normalized(question)) or kind_of(question) in _MEASURED:
        return True
    return people_of_question(question) is not None or (
        is_answerable(question)
        and bool(action_of_question(question) or choices_of_question(question) or taught_wording(question))
    )


def caution_of(question: str, answer: str) -> str | None:
    """What to say beside an answer of a model that was trained on these questions; None where nothing is to be said."""
    if answer.strip() == REFUSAL:
        return REFUSED_QUESTION
    return None if is_taught(question) else UNTAUGHT_QUESTION


def only_known_words(text: str) -> bool:
    """Whether every word of a question (as `plain` gives it) stands in the lists of questions that motion answers."""
    return set(_WORD.findall(text)) <= question_words(("answerable",))


def action_of_question(question: str) -> str | None:
    """What a question that "yes" or "no" answers asks for: the words behind "is the person", "is he not" or the like; None: nothing."""
    found = _after_subject(question)
    return None if found is None or " or " in found else found.removeprefix("not ")  # "or" asks for a choice


def named_action(question: str) -> str | None:
    """What "when does the person ...", "who ..." or "how long does he ..." asks about: the words behind the subject; None: nothing."""
    text = plain(question)
    found = next((match for pattern in _NAMED if (match := pattern.fullmatch(text))), None)
    return found[1].strip() if found else None


def is_negated(question: str) -> bool:
    """Whether an action's question asks if it is not done: "Is the person not waving?". "Isn't the person waving?" does not."""
    return (_after_subject(question) or "").startswith("not ")


def choices_of_question(question: str) -> tuple[str, str] | None:
    """The two actions of "Is the person kicking or waving?", both in the lexicon; None for other questions."""
    actions = tuple((_after_subject(question) or "").split(" or "))
    known = len(actions) == 2 and all(load_lexicon().find(action) for action in actions)
    return (actions[0], actions[1]) if known else None


def actions_in_order(question: str) -> tuple[str, str] | None:
    """The two actions of "Does the person clap and then walk?"; None for other questions."""
    found = _THEN.split(_after_subject(question) or "", maxsplit=1)
    return (found[0], found[1]) if len(found) == 2 and all(found) else None


def counted_action(question: str) -> str | None:
    """The action of the lexicon that "how many squats ..." or "how often does he squat" counts; None: none that is known."""
    found = _COUNTED.search(plain(question))
    words = next((group for group in found.groups() if group), "").strip() if found else ""
    return words if words and load_lexicon().find(words) else None


def people_of_question(question: str) -> tuple[int, int] | None:
    """The fewest and the most people for which "yes" answers "Is he alone?", "Is there more than one person?"; None for other questions."""
    if (found := _after_subject(question)) is None:
        return None
    return (1, 1) if _ONE.fullmatch(found.lower()) else (2, MANY) if _SEVERAL.fullmatch(found.lower()) else None


def _after_subject(question: str) -> str | None:
    text = plain(question)
    found = next((match for pattern in _ACTION_QUESTIONS if (match := pattern.fullmatch(text))), None)
    return found[1].strip() if found else None


@functools.cache
def _wordings() -> tuple[torch.Tensor, tuple[int | None, ...], tuple[Kind, ...]]:
    """Vectors of all wordings, (wordings, size), the place of the taught question that each means, and the kind of each.

    Other questions that motion answers stand among them, as None: what is nearer to one of these means none of the taught.
    """
    taught = [(text, place) for place, question in enumerate(load_taught()) for text in question.wordings]
    known = {text for text, _ in taught}
    others = [text for text in load_templates("answerable").questions if "{" not in text and text not in known]
    texts = [text for text, _ in taught] + others
    encoder = load_sentence_encoder()
    vectors = cached(f"questions-{key(texts)}", (len(texts), encoder.size), lambda: encoder.encode(texts))
    owners = (*(place for _, place in taught), *(None for _ in others))
    return vectors, owners, tuple(map(kind_of, texts))
