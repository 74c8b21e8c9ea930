"""Sentences about a clip: captions in several wordings, questions with short true answers."""

from __future__ import annotations

import numpy as np

from .options import MotionTruth, PartTruth
from .registry import ActionInfo

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LOOKS = {
    "tired": "A tired-looking person", "energetic": "A lively person", "elderly": "An elderly-looking person",
    "proud": "A proud-looking person", "shy": "A shy-looking person",
}  # fmt: skip
_ADVERBS = {"slow": "slowly", "fast": "quickly"}


def number_word(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def times_word(count: int) -> str:
    """"once", "twice", "three times"."""
    return {1: "once", 2: "twice"}.get(count, f"{number_word(count)} times")


class _Counted:
    """`{n:push-up}` -> "one push-up", "three push-ups"."""

    def __init__(self, count: int | None):
        self.count = count

    def __format__(self, noun: str) -> str:
        return f"{number_word(self.count)} {noun}{'' if self.count == 1 else 's'}"


def slots(truth: PartTruth, side: str, screen: str | None) -> dict:
    """What fills the slots of an action's phrases; `side` is the performer's, `screen` where a traveller goes in the picture."""
    return {
        "side": side,
        "other": "left" if side == "right" else "right",
        "times": f" {times_word(truth.count)}" if truth.count is not None else "",
        "n": _Counted(truth.count),
        "where": truth.direction or "",
        "away": f" {screen}" if screen else " forward",
    }


def _end(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:] + "."


def captions(infos: list[ActionInfo], fills: list[dict], truth: MotionTruth, rng: np.random.Generator) -> tuple[str, ...]:
    """Three to four sentences, the first of which names side and count."""
    if infos[0].people == 2:
        return _pair_captions(infos[0], fills[0], rng)
    parts = truth.people[0]
    many = len(truth.people)
    subject = "A person" if many == 1 else f"Each of {number_word(many)} people"
    said = [[phrase.format(**fill) for phrase in info.phrases] for info, fill in zip(infos, fills)]
    pick = lambda options: options[int(rng.integers(len(options)))]  # noqa: E731
    if len(parts) > 1:
        one, *others = said
        rest = lambda i: " and then ".join(other[min(i, len(other) - 1)] for other in others)  # noqa: E731
        texts = [f"{subject} first {one[0]}, then {rest(0)}", f"first {subject[0].lower()}{subject[1:]} {pick(one)}; after that the person {rest(1)}"]
        texts.append(f"{'Someone' if many == 1 else subject} {pick(one)} and then {rest(1)}")
        return tuple(_end(text) for text in texts)
    part, phrases = parts[0], said[0]
    seated = part.posture == ("sitting", "sitting")
    adverb = f"{_ADVERBS[part.speed]} " if part.speed in _ADVERBS else ""
    texts = [f"{subject} {phrases[0]}"]
    look = _LOOKS.get(truth.style) if many == 1 else None
    texts.append(f"{look or subject} {adverb}{pick(phrases)}")
    facing = f", facing {truth.facing}" if truth.facing in ("the camera",) else f", turned to {truth.facing}" if truth.facing and "picture" in truth.facing else ""
    texts.append(f"{'Someone' if many == 1 else subject} {phrases[-1]}{' while sitting' if seated else facing}")
    if part.posture[0] != part.posture[1] and many == 1:
        texts.append(f"{subject} who is {part.posture[0]} at first {adverb}{phrases[0]} and ends up {part.posture[1]}")
    elif seated and many == 1:
        texts.append(f"sitting on a chair, a person {adverb}{pick(phrases)}")
    elif len(phrases) > 2 or adverb:
        texts.append(f"the person {adverb}{phrases[-1]}")
    return tuple(dict.fromkeys(_end(text) for text in texts))


def _pair_captions(info: ActionInfo, fill: dict, rng: np.random.Generator) -> tuple[str, ...]:
    texts = [phrase.format(**fill) for phrase in info.phrases]
    plain = dict(fill, a="one person", b="another" if " and {b}" in info.phrases[0] else "the other")
    texts.append(info.phrases[0].format(**plain))
    return tuple(dict.fromkeys(_end(text) for text in texts))


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def questions(infos: list[ActionInfo], truth: MotionTruth, places: tuple[str, str] | None) -> tuple[tuple[str, str], ...]:
    """(question, answer) pairs, all true; `places` are "on the left"/"on the right" of both people where the view shows it."""
    people, parts = len(truth.people), truth.people[0]
    who = "the person" if people == 1 else "each person"
    asked = [("How many people are there?", number_word(people))]
    if infos[0].people == 2:
        asked.append(("What are the two people doing?", truth.action))
        asked.append(("Do the two people touch each other?", _yes(truth.contact)))
        if places and len(truth.people[1][0].limbs) == 0:
            asked.append((f"Who starts to {infos[0].verb}, the person on the left or on the right?", f"the person {places[0]}"))
    elif len(parts) > 1:
        asked.append((f"What does {who} do first?", parts[0].action))
        asked.append((f"What does {who} do last?", parts[-1].action))
        asked.append((f"How many different actions does {who} perform?", number_word(len(parts))))
    else:
        asked.append((f"What is {who} doing?", truth.action))
    if len(parts) > 1:
        return tuple(asked)
    part, info = parts[0], infos[0]
    if info.sided:
        subject = "the person" if people == 1 else "the first person" if infos[0].people == 2 else who
        if infos[0].people == 1 or len(truth.people[1][0].limbs) or not places:
            asked.append((f"Which {info.limb} is used?", f"the {part.limbs[0]}"))
        else:
            asked.append((f"Which {info.limb} does the person {places[0]} use?", f"the {part.limbs[0]}"))
        del subject
    if info.limb in ("hand", "arm", "hands", "arms") and people == 1:
        asked.append(("Does the person use both arms?", _yes(part.side == "both")))
    if part.count is not None:
        doer = who if infos[0].people == 1 else "do the people" if len(truth.people[1][0].limbs) else "the person"
        verb = "" if doer.startswith("do ") else "does "
        asked.append((f"How many times {verb}{doer} {part.unit}?", number_word(part.count)))
    if people == 1:
        asked.append(("Is the person walking?", _yes(part.travel == "walk")))
        asked.append(("Does the person leave the place on foot?", _yes(part.travel is not None)))
        asked.append(("What is the posture at the end?", part.posture[1]))
        if part.direction and "clockwise" not in part.direction:
            asked.append(("In which direction does the movement go?", part.direction))
        if part.speed != "normal":
            asked.append(("Is the movement slow or fast?", part.speed))
        if truth.facing:
            asked.append(("Which way does the person face at the start?", truth.facing))
    return tuple(asked)
