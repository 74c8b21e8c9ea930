"""Wording of a composition: templates inflected into sentences, instructions and short labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...nouns import times_word
from .primitive import Draw, Primitive, other
from .synonyms import addressed, varied

_VERB = re.compile(r"\[(\w+)\]")
_DOUBLED = {
    "tap", "clap", "step", "jog", "run", "nod", "sit", "squat", "hop", "put", "let", "chop", "dip", "drop", "skip", "flap",
    "pat", "rub", "stop", "get", "spin", "hit", "cut", "shrug",
}  # fmt: skip
_THE = {"imperative": "your ", "yours": "your ", "bare": "", "doing": ""}  # by form; "the " in the others
_GERUNDS = ("gerund", "yours", "doing")
_SUBJECTS = ("a person", "a person", "someone", "the person")
_SLOW = ("slowly", "very slowly", "in slow motion", "at a slow pace")
_FAST = ("quickly", "fast", "rapidly")
_FASTEST = ("as fast as possible", "very fast", "at full speed")
_POLITE = ("please ", "now ", "can you ", "try to ", "I want you to ", "you should ")
_LISTED_SECONDS = 3.0  # that a listed action takes, on the average
_WHERE = {"sitting": "sitting on a chair", "kneeling": "on the knees", "lying": "lying on the back"}
_START = {"sitting": "while sitting, ", "kneeling": "on your knees, ", "lying": "lying on your back, "}
_WHILE = {
    "sitting": (" while sitting", " on a chair", " seated"),
    "kneeling": (" kneeling", " on the knees"),
    "lying": (" lying on the back", " lying down"),
}
_OFTEN = ("several times", "repeatedly", "again and again", "over and over")


@dataclass(frozen=True)
class Act:
    """One part of a composition: the movements done at the same time, and their speed.

    Args:
        primitives: what is done at the same time.
        posture: "standing", "sitting", "kneeling" or "lying" at its start.
        frames: the first and the last frame of the movement.
        speed: "slow", "normal" or "fast", as it can be seen.
        pace: seconds taken by what takes a second at its own tempo.
        again: it repeats the part before with the other side.
    """

    primitives: tuple[Primitive, ...]
    posture: str = "standing"
    frames: tuple[int, int] = (0, 0)
    speed: str = "normal"
    pace: float = 1.0
    again: bool = False

    @property
    def seconds(self) -> float:
        """About how long it takes at its own tempo."""
        return _LISTED_SECONDS if self.primitives[0].action else max(primitive.seconds for primitive in self.primitives)

    @property
    def families(self) -> frozenset[str]:
        return frozenset(primitive.family for primitive in self.primitives)

    @property
    def end(self) -> str:
        """The posture at its end."""
        action = self.primitives[0].action
        return self.posture if action is None else action.end


def third(verb: str) -> str:
    """ "push" -> "pushes"."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def gerund(verb: str) -> str:
    """ "step" -> "stepping", "raise" -> "raising"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe")):
        return verb[:-1] + "ing"
    return verb + (verb[-1] if verb in _DOUBLED else "") + "ing"


def inflected(template: str, form: str) -> str:
    """A template in words.

    Args:
        template: with [verbs] and {the}.
        form: "third" ("raises the right arm"), "imperative" ("raise your right arm"), "plain" ("raise the right arm"), "bare"
            ("raise right arm"), "gerund" ("raising the right arm"), "yours" ("raising your right arm") or "doing"
            ("raising right arm").
    """
    inflect = third if form == "third" else gerund if form in _GERUNDS else str
    text = _VERB.sub(lambda match: inflect(match.group(1)), template.replace("{the}", _THE.get(form, "the ")))
    return addressed(text) if form in ("imperative", "yours") else text


class Teller:
    """Words the acts of one composition; counts are named where `options.counts` allows it."""

    def __init__(self, draw: Draw, acts: Sequence[Act]):
        self.draw, self.acts, self.posture = draw, tuple(acts), acts[0].posture

    def manner(self, act: Act, primitive: Primitive, share: float) -> str:
        """Words for the speed and the repetition, or "": "" more often than not."""
        pick, words = self.draw.pick, ""
        if act.speed != "normal" and self.draw.chance(share):
            fast = (*_FAST, *_FASTEST) if act.pace < 0.62 else _FAST
            words += " " + pick(*(_SLOW if act.speed == "slow" else fast))
        if primitive.count and primitive.family not in ("balance", "pose"):
            if self.draw.options.counts and self.draw.chance(share):
                words += " " + times_word(primitive.count)
            elif primitive.count >= 3 and self.draw.chance(0.35 * share):
                words += " " + pick(*_OFTEN)
        return words

    def movement(self, primitive: Primitive, form: str, exact: bool) -> str:
        """One movement; `exact` names side and direction."""
        if form == "third" and primitive.phrases:
            return self.draw.pick(*primitive.phrases)
        texts = primitive.texts
        if exact and form == "bare":
            return inflected(primitive.exact_text, form)
        pick = self.draw.pick(*texts[:2]) if exact else self.draw.pick(*texts[1:]) if len(texts) > 1 else texts[0]
        if primitive.action is None:
            pick = varied(self.draw, pick)
        return inflected(pick, form)

    def clause(self, act: Act, form: str, exact: bool, share: float = 0.6) -> str:
        """Everything done at a time."""
        one, *others = act.primitives if self.draw.chance(0.5) else act.primitives[::-1]
        text = self.movement(one, form, exact)
        if not others:
            if text.endswith("as possible"):
                return text
            return text + self.manner(act, one, share)
        two = others[0]
        if form in ("bare", "doing") and self.draw.chance(0.4):
            return f"{text} and {self.movement(two, form, exact)}"
        if self.draw.chance(0.6):
            gerunds = {"imperative": "yours", "bare": "doing", "doing": "doing"}.get(form, "gerund")
            return f"{text} while {self.movement(two, gerunds, exact)}"
        return f"{text} and {self.draw.pick('at the same time', 'simultaneously')} {self.movement(two, form, exact)}"

    def _again(self, act: Act, form: str, exact: bool) -> str:
        """ "does the same with the other arm"."""
        one = act.primitives[0]
        if act.again and one.limb in ("hand", "arm", "leg", "foot", "knee"):
            roll = self.draw.rng.random()
            if roll < 0.3:
                return inflected(f"[do] the same with {{the}}other {one.limb}", form)
            text = one.exact_text
            if roll < 0.6 and one.side and f"{{the}}{one.side} " in text and other(one.side) not in text:
                return inflected(text.replace(f"{{the}}{one.side} ", "{the}other "), form)
        return self.clause(act, form, exact)

    def sentence(self, form: str, exact: bool) -> str:
        """All acts in their order, without a subject."""
        texts = [self.clause(self.acts[0], form, exact), *(self._again(act, form, exact) for act in self.acts[1:])]
        if len(texts) == 1:
            return texts[0]
        join = self.draw.pick(", then ", " and then ", ", and after that ") if len(texts) == 2 else ", then "
        if len(texts) == 3:
            return (
                f"{texts[0]}{join}{texts[1]}{self.draw.pick(' and finally ', ', and then ', ' and at last ')}{texts[2]}"
            )
        return join.join(texts)

    def captions(self) -> tuple[str, ...]:
        """Sentences, the first exact."""
        pick, where = self.draw.pick, _WHERE.get(self.posture)
        texts = [f"a person {self.sentence('third', True)}"]
        texts += [f"{pick(*_SUBJECTS)} {self.sentence('third', self.draw.chance(0.5))}" for _ in range(2)]
        if where:
            texts[-1] = f"{where}, {texts[-1]}"
            texts.append(f"{pick('a person', 'someone')} who is {where} {self.sentence('third', False)}")
        elif len(set(texts)) == 1 or self.draw.chance(0.3):
            texts.append(f"{pick('someone', 'a person')} is {self.sentence('gerund', self.draw.chance(0.5))}")
        return _distinct(text[0].upper() + text[1:] + "." for text in texts)

    def instructions(self) -> tuple[str, ...]:
        """What one would say to have it done."""
        start = _START.get(self.posture, "")
        texts = [self.sentence("imperative", exact) for exact in (True, False)]
        if start and self.draw.chance(0.5):
            texts[0] = start + texts[0]
        elif self.draw.chance(0.3):
            texts[1] = self.draw.pick(*_POLITE) + texts[1]
        return _distinct(text[0].upper() + text[1:] + self.draw.pick(".", "") for text in texts)

    def labels(self) -> tuple[str, ...]:
        """Short names, the first exact."""
        draw, texts, crowded = self.draw, [], any(len(act.primitives) > 1 for act in self.acts)
        for form, exact in (("bare", True), ("bare", False), ("plain", False), ("doing", False)):
            plain = (" then ", ", then ", " and then ") + (() if crowded else (" and ",))
            join = draw.pick(*plain) if form != "doing" else draw.pick(" followed by ", " and then ")
            parts = [self.clause(self.acts[0], form, exact, 0.25)]
            parts += [
                self._again(act, form, exact) if not exact else self.clause(act, form, exact, 0.25)
                for act in self.acts[1:]
            ]
            texts.append(join.join(parts))
        nouns = [act.primitives[0].nouns if len(act.primitives) == 1 else () for act in self.acts]
        if all(nouns):
            texts.append(draw.pick(" then ", " and then ", " followed by ").join(draw.pick(*noun) for noun in nouns))
            if len(nouns) == 1:
                texts.append(draw.pick(*nouns[0]))
        if self.posture in _WHILE and len(self.acts) == 1 and draw.chance(0.4):
            texts[0] += draw.pick(*_WHILE[self.posture])
        return _distinct(texts)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def plain_name(act: Act) -> str:
    """What an act is called in an answer: "raise the right arm sideways"."""
    return " and ".join(inflected(primitive.exact_text, "plain") for primitive in act.primitives)
