"""Which limb, direction and count a caption names, and whether they are right: against what a generator knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..synthetic import MotionTruth

KINDS = ("limb", "direction", "count")
_ARM, _LEG = "hands? arms? fists? elbows? wrists? shoulders?", "legs? foot feet knees? hips?"
_LIMB = re.compile(rf"\b(left|right|both) ({_ARM.replace(' ', '|')}|{_LEG.replace(' ', '|')})\b")
_COUNT = re.compile(
    r"\b(once|twice|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) times?)\b"
    r"|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:(?!times|people|persons|hands|arms|legs|feet)[a-z-]+s)\b"
    r"|\b(one) (?:push-up|sit-up|squat|circle|burpee|jump|star jump|step)\b"
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# Words for one direction; "up" and "down" alone belong to verbs ("sits down", "picks up") and tell nothing.
_DIRECTIONS = {
    "forward": r"\bforwards?\b",
    "backward": r"\b(?:backwards?|to the back)\b",
    "to the left": r"\b(?:to(?:wards)? the left|left(?:wards)|turns? left|turning left)\b(?! (?:hand|arm|leg|foot|ear|eye|knee|hip|elbow|shoulder|side of))",
    "to the right": r"\b(?:to(?:wards)? the right|right(?:wards)|turns? right|turning right)\b(?! (?:hand|arm|leg|foot|ear|eye|knee|hip|elbow|shoulder|side of))",
    "counterclockwise": r"\bcounter-?clockwise\b",
    "clockwise": r"(?<!counter)(?<!counter-)\bclockwise\b",
}


def named(text: str) -> dict[str, frozenset[str]]:
    """What a sentence names: `limb` ("left arm", "both legs": hands are arms here, feet legs), `direction` words and `count` numbers."""
    text = text.lower()
    limbs = {_limb(side, part) for side, part in _LIMB.findall(text)}
    counts = set()
    for match in _COUNT.finditer(text):
        word = next(group for group in match.groups() if group).split()[0]
        counts.add(str({"once": 1, "twice": 2}.get(word) or _NUMBERS.index(word) + 1))
    directions = {name for name, pattern in _DIRECTIONS.items() if re.search(pattern, text)}
    return {"limb": frozenset(limbs), "direction": frozenset(directions), "count": frozenset(counts)}


def _limb(side: str, part: str) -> str:
    leg = re.fullmatch(_LEG.replace(" ", "|"), part) is not None
    return f"{side} {'leg' if leg else 'arm'}{'s' if side == 'both' else ''}"


def known(truth: MotionTruth, captions: Sequence[str]) -> dict[str, frozenset[str]]:
    """What is true of a synthetic clip: by the generator's truth, and by what its own captions say."""
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
