"""Captions and answers that an action's name implies, with the side that a clip shows."""

from __future__ import annotations

import functools
import re

from ..model.prompts import DOING, DOING_TWO
from ..model.skeleton import SkeletonSequence
from ..nouns import number_word
from ..synthetic.grammar.wording import third
from ..synthetic.registry import ALIASES, REGISTRY, ActionInfo, find_action
from .describer import NotSeenEnough, describe
from .facts import Facts

NO_SIDE = frozenset({"tennis serve"})  # the arm that tosses the ball goes as far as the one that strikes it
_ARTICLES = frozenset({"the", "a", "an", "both", "one"})
CLEARLY = 2.0  # one side's way over the other's, before its side is told


def implied_texts(clip: SkeletonSequence, label: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Captions, and (question, answer) pairs, that are true of a clip with that label; counts are left untold.

    Without an action of that name in the generator's list there are no captions, and fewer questions.
    """
    try:
        facts = describe(clip).facts
    except NotSeenEnough:
        return (), ()
    pair = facts.people == 2
    doing = DOING_TWO if pair else DOING
    questions = [("How many people are there?", number_word(facts.people)), (doing, label)]
    try:
        info = find_action(label)
    except ValueError:
        return (), tuple(questions)
    if info.people != facts.people:
        return (), tuple(questions)
    side = info.side or (moving_side(facts, info) if info.sided and not pair and info.name not in NO_SIDE else None)
    if not pair:
        if side and info.sided:
            questions.append((f"Which {info.limb} does the person use?", f"the {side} {info.limb}"))
        questions += [
            ("Is the person walking?", "yes" if info.travel == "walk" else "no"),
            ("What is the posture at the start?", info.start),
            ("What is the posture at the end?", info.end),
        ]
    return _captions(info, side, pair), tuple(questions)


def action_caption(clip: SkeletonSequence, action: str) -> str:
    """A sentence that says of one person in a clip that they do a listed action; the side is named where the clip shows it clearly.

    Args:
        clip: one person, or one of whom it is said.
        action: the generator's name.

    Raises:
        ValueError: no such action, or one of two people.
    """
    info = find_action(action)
    if info.people != 1:
        raise ValueError(f"action: expected one of a single person, got {action!r}")
    try:
        facts = describe(clip).facts
    except NotSeenEnough:
        facts = None
    side = info.side or (moving_side(facts, info) if facts and info.sided and info.name not in NO_SIDE else None)
    captions = _captions(info, side, pair=False)
    return captions[0] if captions else _sideless(info)


def _sideless(info: ActionInfo) -> str:
    """A sentence of an action whose side is not seen: with one hand."""
    phrase = min(info.phrases, key=lambda phrase: "{n:" in phrase).replace(" {where}", "")
    phrase = re.sub(r"\b(to|at|on) the \{side\}(?= and| on| with|,|\{|$)", r"\1 one side", phrase)
    phrase = re.sub(r"the ((?:\w{1,20} )?)\{side\} (\w{1,20})", r"one \1\2", phrase)
    if info.people == 1:
        phrase = f"a person {phrase}"
    text = phrase.format(times="", away=" forward", **_names(info))
    return text[0].upper() + text[1:] + "."


def _names(info: ActionInfo) -> dict[str, str]:
    return {"a": "one person", "b": "another" if info.partner else "the other"}


def label_caption(clip: SkeletonSequence, label: str) -> str:
    """A sentence that says of a clip's people that they do what a label names: as `action_caption`, or in the label's own words.

    Args:
        clip: as many people as `people_of` says of the label.
        label: such as "hammer", "bend the leg to the side" or "hugging".
    """
    info = REGISTRY.get(ALIASES.get(label, label))
    if info is not None:
        if info.people == 1:
            return action_caption(clip, info.name)
        return next(iter(_captions(info, None, pair=True)), None) or _sideless(info)
    words = label.split()
    verbs = [0, *(at for at in range(2, len(words)) if words[at - 1] == "and" and _is_verb(words[at]))]
    return f"A person {' '.join(third(word) if at in verbs else word for at, word in enumerate(words))}."


def people_of(label: str) -> int | None:
    """How many people do what a label names: a listed action, or one that begins with the verb of one; None: it has no sentence."""
    info = REGISTRY.get(ALIASES.get(label, label))
    if info is None:
        return 1 if _begins_with_verb(label.split()) else None
    return info.people


def _begins_with_verb(words: list[str]) -> bool:
    """Whether words are an order: they begin with a verb of listed actions, or with one that has an object, as "relax the neck"."""
    ordered = len(words) > 2 and words[1] in _ARTICLES and not words[0].endswith(("ing", "ed", "s"))
    return ordered or (bool(words) and _is_verb(words[0]))


def _is_verb(word: str) -> bool:
    return third(word) in _verbs() or word in ALIASES or word in REGISTRY


@functools.cache
def _verbs() -> frozenset[str]:
    """The verbs of listed actions of one person, such as "bends"."""
    return frozenset(phrase.split()[0] for info in REGISTRY.values() if info.people == 1 for phrase in info.phrases)


def moving_side(facts: Facts, info: ActionInfo) -> str | None:
    """ "left" or "right", where that hand (or foot, for kicks) goes `CLEARLY` farther than the other; else None."""
    member, members = ("hand", "hands") if info.limb in ("hand", "arm") else ("foot", "feet")
    ways = {
        side: sum(move.distance * max(1, move.count) for move in facts.moves if move.part == f"{side} {member}")
        for side in ("left", "right")
    }
    both = sum(move.distance for move in facts.moves if move.part in (f"both {members}", f"{members} by turns"))
    side = max(ways, key=ways.__getitem__)
    other = ways["left" if side == "right" else "right"]
    return side if ways[side] > CLEARLY * (other + both) and ways[side] > 0 else None


def _captions(info: ActionInfo, side: str | None, pair: bool) -> tuple[str, ...]:
    subject = "" if pair else "a person "
    sentences = []
    for phrase in info.phrases:
        if "{n:" in phrase or "{where}" in phrase or ("{side}" in phrase and side is None):
            continue
        text = subject + phrase.format(side=side, times="", away=" forward", **_names(info))
        sentences.append(text[0].upper() + text[1:] + ".")
    return tuple(sentences)
