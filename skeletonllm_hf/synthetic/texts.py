"""Sentences about a clip: captions in several wordings, questions with short true answers."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..model.prompts import DOING, DOING_TWO, FIRST, HOW_MANY_ACTIONS, LAST
from ..nouns import number_word, times_word
from .options import MotionTruth
from .registry import REGISTRY, ActionInfo

_LOOKS = {
    "tired": "A tired-looking person", "energetic": "A lively person", "elderly": "An elderly-looking person",
    "proud": "A proud-looking person", "shy": "A shy-looking person",
}  # fmt: skip
_ADVERBS = {"slow": "slowly ", "fast": "quickly ", "normal": ""}


_SLOT = re.compile(r"(\{[^{}]*\})")
_SEVERAL_ACTS = re.compile(r"\b(?:(?<!at )first|then|after that|once|twice|times)\b")


def with_count(caption: str, count: int) -> str:
    """The caption that says how often, in the words of the actions' own: "A person claps the hands three times."

    Unchanged where it tells of several actions or of none that is counted, or says how often already.

    Args:
        caption: as `captions` makes them with `MotionOptions.counts` off.
        count: how often.
    """
    found = [match for pattern in _uncounted_phrases() for match in pattern.finditer(caption)]
    if not found or _SEVERAL_ACTS.search(caption):
        return caption
    best = max(found, key=lambda match: match.end() - match.start())
    if any(match.end() <= best.start() or match.start() >= best.end() for match in found):
        return caption
    begin, end = best.span("count")
    word = f" {times_word(count)}" if begin == end else format(_Counted(count), caption[begin : end - 1])
    return caption[:begin] + word + caption[end:]


@functools.cache
def _uncounted_phrases() -> tuple[re.Pattern[str], ...]:
    """The counted phrases of all actions as they read without their count, whose place is the group "count"."""

    def slot(text: str) -> str:
        if text == "{times}":
            return "(?P<count>)"
        if text.startswith("{n:"):
            return f"(?P<count>{re.escape(text[3:-1])}s)"
        return "(?:left|right)" if text == "{side}" else "[^.,]+?"

    phrases = [
        phrase for info in REGISTRY.values() for phrase in info.phrases if "{times}" in phrase or "{n:" in phrase
    ]
    texts = ["".join(slot(p) if p.startswith("{") else re.escape(p) for p in _SLOT.split(phrase)) for phrase in phrases]
    return tuple(re.compile(rf"(?<![\w-]){text}(?=[.,;]|$| and ends up)", re.IGNORECASE) for text in texts)


class _Counted:
    """`{n:push-up}` -> "one push-up", "three push-ups"; "push-ups" where the count is left unsaid (None)."""

    def __init__(self, count: int | None):
        self.count = count

    def __format__(self, noun: str) -> str:
        if self.count is None:
            return noun + "s"
        return f"{number_word(self.count)} {noun}{'' if self.count == 1 else 's'}"


def slots(side: str, count: int | None, where: str | None, screen: str | None = None) -> dict[str, Any]:
    """Slot of an action's phrases -> what fills it.

    Args:
        side: the performer's side.
        count: repetitions; None: none, or not to be said.
        where: the direction from the performer's view.
        screen: where a traveller goes in the picture.
    """
    return {
        "side": side,
        "times": f" {times_word(count)}" if count is not None else "",
        "n": _Counted(count),
        "where": where or "",
        "away": f" {screen}" if screen else " forward",
    }


def captions(
    infos: Sequence[ActionInfo], fills: Sequence[dict[str, Any]], truth: MotionTruth, rng: np.random.Generator
) -> tuple[str, ...]:
    """Two to four sentences; the first names side and count where the action has them."""
    wordings = [[phrase.format(**fill) for phrase in info.phrases] for info, fill in zip(infos, fills)]
    if infos[0].people == 2:
        names = dict(fills[0], a="one person", b="another" if infos[0].partner else "the other")
        texts = [*wordings[0], infos[0].phrases[0].format(**names)]
    elif len(infos) > 1:
        texts = _in_order(wordings, len(truth.people), rng)
    else:
        texts = _alone(wordings[0], truth, rng)
    return sentences(texts)


def sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without repetitions, each with a capital letter and a full stop."""
    return tuple(dict.fromkeys(text[0].upper() + text[1:] + "." for text in texts))


def _subjects(people: int) -> tuple[str, str, str]:
    if people == 1:
        return "a person", "someone", "the person"
    each = f"each of {number_word(people)} people"
    return each, each, "everybody"


def _in_order(wordings: list[list[str]], people: int, rng: np.random.Generator) -> list[str]:
    subject, someone, again = _subjects(people)
    pick: Callable[..., Any] = lambda phrases: phrases[int(rng.integers(len(phrases)))]  # noqa: E731
    firsts = " and then ".join(phrases[0] for phrases in wordings[1:])
    others = [" and then ".join(pick(phrases) for phrases in wordings[1:]) for _ in range(2)]
    return [
        f"{subject} first {wordings[0][0]}, then {firsts}",
        f"first {subject} {pick(wordings[0])}; after that {again} {others[0]}",
        f"{someone} {pick(wordings[0])} and then {others[1]}",
    ]


def _alone(phrases: list[str], truth: MotionTruth, rng: np.random.Generator) -> list[str]:
    part, many = truth.people[0][0], len(truth.people) > 1
    subject, someone, again = _subjects(len(truth.people))
    adverb = _ADVERBS[part.speed]
    look = subject if many else _LOOKS.get(truth.style, subject)
    texts = [f"{subject} {phrases[0]}", f"{look} {adverb}{phrases[int(rng.integers(len(phrases)))]}"]
    if part.posture == ("sitting", "sitting"):
        texts.append(f"sitting on a chair, {someone} {adverb}{phrases[-1]}")
    elif part.posture[0] != part.posture[1]:
        texts.append(f"{subject} who is {part.posture[0]} at first {adverb}{phrases[-1]} and ends up {part.posture[1]}")
    elif truth.facing and "away" not in truth.facing:
        texts.append(
            f"{someone} {phrases[-1]}, {'facing' if truth.facing == 'the camera' else 'turned to'} {truth.facing}"
        )
    if adverb or len(phrases) > 2:
        texts.append(f"{again} {adverb}{phrases[-1]}")
    return texts


def questions(
    infos: Sequence[ActionInfo], truth: MotionTruth, places: tuple[str, str] | None
) -> tuple[tuple[str, str], ...]:
    """(question, answer) pairs, all true of the clip.

    Args:
        infos: the actions, in order.
        truth: what is true.
        places: "on the left", "on the right": where the two of a pair stand in the picture, if it shows.
    """
    pairs = [("How many people are there?", number_word(len(truth.people)))]
    if infos[0].people == 2:
        pairs += _about_pair(infos[0], truth, places)
    elif len(infos) > 1:
        pairs += [
            (FIRST, infos[0].name),
            (LAST, infos[-1].name),
            (HOW_MANY_ACTIONS, number_word(len(infos))),
        ]
    else:
        pairs += _about_one(infos[0], truth) if len(truth.people) == 1 else [("What is everybody doing?", truth.action)]
    return tuple(pairs)


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def _about_pair(info: ActionInfo, truth: MotionTruth, places: tuple[str, str] | None) -> list[tuple[str, str]]:
    part = truth.people[0][0]
    pairs = [
        (DOING_TWO, truth.action),
        ("Do the two people touch each other?", _yes(truth.contact)),
    ]
    if places and not info.partner:
        pairs.append(
            (f"Who is the one to {info.verb}, the person on the left or on the right?", f"the person {places[0]}")
        )
    if info.sided:
        user = "do they" if info.partner else f"does the person {places[0]}" if places else "does the active person"
        pairs.append((f"Which {info.limb} {user} use?", f"the {part.limbs[0]}"))
    if part.count is not None:
        user = "do the people" if info.partner else "does the person"
        pairs.append((f"How many times {user} {part.unit}?", number_word(part.count)))
    if info.travel:
        pairs.append(
            ("How many people are walking?", number_word(sum(parts[0].travel is not None for parts in truth.people)))
        )
    return pairs


def _about_one(info: ActionInfo, truth: MotionTruth) -> list[tuple[str, str]]:
    part = truth.people[0][0]
    pairs = [(DOING, truth.action)]
    if info.sided:
        pairs.append((f"Which {info.limb} does the person use?", f"the {part.limbs[0]}"))
    if info.limb in ("hand", "arm", "hands", "arms"):
        pairs.append(("Does the person use one arm or both arms?", "both arms" if part.side == "both" else "one arm"))
    if part.count is not None:
        pairs.append((f"How many times does the person {part.unit}?", number_word(part.count)))
    if part.direction and "clockwise" not in part.direction:
        pairs.append(("In which direction does the movement go?", part.direction))
    pairs += [
        ("Is the person walking?", _yes(part.travel == "walk")),
        ("What is the posture at the start?", part.posture[0]),
        ("What is the posture at the end?", part.posture[1]),
    ]
    if part.travel or part.posture[0] == part.posture[1]:
        pairs.append(("Does the person stay in place?", _yes(part.travel is None)))
    if part.speed != "normal":
        pairs.append(("Is the movement slow or fast?", part.speed))
    if truth.facing:
        pairs.append(("Which way does the person face at the start?", truth.facing))
    return pairs
