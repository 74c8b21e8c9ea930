"""Facts in captions (limb, direction, count): extraction from text, and comparison with the truth of synthetic clips."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..synthetic import MotionTruth
from .text_metrics import NUMBERS

KINDS = ("limb", "direction", "count")
_ARM, _LEG = "hands?|arms?|fists?|elbows?|wrists?|shoulders?", "legs?|foot|feet|knees?|hips?"
_LIMB = re.compile(rf"\b(left|right|both) ({_ARM}|{_LEG})\b")
_COUNT = re.compile(
    rf"\b(once|twice|(?:{'|'.join(NUMBERS[1:])}) times?)\b"
    rf"|\b({'|'.join(NUMBERS[2:])}) (?:(?!times|people|persons|hands|arms|legs|feet)[a-z-]+s)\b"
    r"|\b(one) (?:push-up|sit-up|squat|circle|burpee|jump|star jump|step)\b"
)
# Words for one direction; "up" and "down" alone belong to verbs ("sits down", "picks up") and tell nothing.
_DIRECTIONS = {
    "forward": r"\bforwards?\b",
    "backward": r"\b(?:backwards?|to the back)\b",
    **{
        f"to the {side}": rf"\b(?:to(?:wards)? the {side}|{side}(?:wards)|turns? {side}|turning {side})\b"
        r"(?! (?:hand|arm|leg|foot|ear|eye|knee|hip|elbow|shoulder|side of))"
        for side in ("left", "right")
    },
    "counterclockwise": r"\bcounter-?clockwise\b",
    "clockwise": r"(?<!counter)(?<!counter-)\bclockwise\b",
}


def named(text: str) -> dict[str, frozenset[str]]:
    """The facts that a sentence names: `limb` ("left arm", "both legs": hands are arms here, feet legs), `direction` words and `count` numbers."""
    text = text.lower()
    limbs = {_limb(side, part) for side, part in _LIMB.findall(text)}
    counts = set()
    for match in _COUNT.finditer(text):
        word = next(group for group in match.groups() if group).split()[0]
        counts.add(str({"once": 1, "twice": 2}.get(word) or NUMBERS.index(word)))
    directions = {name for name, pattern in _DIRECTIONS.items() if re.search(pattern, text)}
    return {"limb": frozenset(limbs), "direction": frozenset(directions), "count": frozenset(counts)}


def _limb(side: str, part: str) -> str:
    return f"{side} {'leg' if re.fullmatch(_LEG, part) else 'arm'}{'s' if side == 'both' else ''}"


def known(truth: MotionTruth, captions: Sequence[str]) -> dict[str, frozenset[str]]:
    """The facts of a synthetic clip: from the generator's truth, and from the clip's own captions."""
    parts = [part for person in truth.people for part in person]
    facts: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for part in parts:
        sides = [limb.split() for limb in part.limbs if " " in limb]
        facts["limb"] |= {_limb(*sides[0])} if len(sides) == 1 else {_limb("both", sides[0][1])} if sides else set()
        facts["direction"] |= {part.direction} if part.direction else set()
        facts["count"] |= {str(part.count)} if part.count is not None else set()
    for caption in captions:
        for kind, values in named(caption).items():
            facts[kind] |= values
    return {kind: frozenset(values) for kind, values in facts.items()}


def judge(text: str, truth: MotionTruth, captions: Sequence[str]) -> dict[str, str]:
    """For each kind of fact "right", "wrong" or "missing"; kinds that neither caption nor truth has are left out.

    A fact is missing where the clip's first caption names one of its kind and the text names none.
    """
    stated, facts = named(text), known(truth, captions)
    expected = named(captions[0]) if captions else dict.fromkeys(KINDS, frozenset())
    verdicts = {}
    for kind in KINDS:
        if stated[kind]:
            verdicts[kind] = "right" if stated[kind] <= facts[kind] else "wrong"
        elif expected[kind]:
            verdicts[kind] = "missing"
    return verdicts
