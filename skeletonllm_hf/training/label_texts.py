"""Sentences and answers for filmed clips, of which only the label is known: what the label implies, and which side moves."""

from __future__ import annotations

from ..describe import Facts, NotSeenEnough, describe
from ..model.skeleton import SkeletonSequence
from ..synthetic.registry import ActionInfo, find_action
from ..synthetic.texts import number_word

NO_SIDE = frozenset({"tennis serve"})  # the arm that tosses the ball goes as far as the one that strikes it
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
    doing = "What are the two people doing?" if pair else "What is the person doing?"
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
        names = {"a": "one person", "b": "another" if info.partner else "the other"}
        text = subject + phrase.format(side=side, times="", away=" forward", **names)
        sentences.append(text[0].upper() + text[1:] + ".")
    return tuple(sentences)
