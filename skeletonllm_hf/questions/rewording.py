"""Questions in anybody's words -> the words of training; "is the person waving?" -> "waving".

A small language model answers a question in the words of its training, and guesses at the same question in others.
"""

from __future__ import annotations

import functools
import re

import torch

from ..cache import cached, key
from ..lexicon import normalized
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
_HOW_OFTEN = re.compile(
    r"(?:.*\b)?(?:how often|(?:how many|number of|count(?: of)?)(?: the)? (?:times|repetitions|reps|repeats|cycles|rounds))\b.*"
    r"|(?:.*\bhow many|count(?: all)?(?: the| his| her| their)?|.*\bnumber of) (?P<noun>[a-z-]+(?: [a-z-]+)??s)(?: (?:do|does|did|is|are|were|can|has|have|in|by|you)\b.*)?[?.! ]*",
    re.IGNORECASE,
)
_COUNTED_OTHERWISE = re.compile(
    r"(?:.* )?(?:actions|activities|arms|hands|legs|limbs|humans|men|women|joints|frames|seconds|minutes|movements|moves|motions|persons"
    r"|players|skeletons|steps|subjects|things|turns|parts|others|adults|kids|actors|dancers)",
    re.IGNORECASE,
)  # what "how many" may ask for besides repetitions
_SUBJECT = r"(?:the |this |that |a )?(?:person|people|man|woman|patient|player|dancer|subject|two people|he|she|they|somebody|someone|anybody|anyone|it)"
_ASKED = tuple(
    re.compile(pattern + r" ([^?]{2,80})\??", re.IGNORECASE)
    for pattern in (
        rf"(?:is|are|was|were) {_SUBJECT}(?: doing| performing| trying to| about to)?",
        rf"(?:does|do|did|can you see) {_SUBJECT}(?: do| perform| try to)?",
        r"(?:is|was) (?:the action|this|that|it|there)(?: a| an| any)?",
        r"(?:could|can|might) (?:this|that|it) be(?: a| an)?",
        r"(?:does|did) (?:this|that|it) (?:look|seem) like(?: a| an)?",
    )
)


def taught_wording(question: str, people: int = 1, nearness: float = NEAR) -> str | None:
    """The question of training that means the same; None where none does.

    Args:
        question: in anybody's words.
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
    return is_answerable(question) and bool(asked_action(question) or taught_wording(question))


def asks_how_often(question: str) -> bool:
    """Whether it asks for the number of repetitions: "how many times", "how often", "count the squats"."""
    found = _HOW_OFTEN.fullmatch(question.strip())
    return found is not None and not (found["noun"] and _COUNTED_OTHERWISE.fullmatch(found["noun"]))


def asked_action(question: str) -> str | None:
    """What a question that "yes" or "no" answers asks for: the words behind "is the person" or the like; None: nothing."""
    for pattern in _ASKED:
        found = pattern.fullmatch(question.strip())
        if found and " or " not in found[1]:  # that asks for a choice
            return found[1].strip()
    return None


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
