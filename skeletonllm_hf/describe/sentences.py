"""Facts as sentences: one for each stance, travel, turn, contact and move, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence

from ..nouns import number_word, times_word
from .facts import Contact, Facts, Move, Stance, Travel, Turn

_MEETS = 0.4  # metres by which two come nearer or part, to be told
_VERBS = {"walk": "walks", "run": "runs", "crawl": "crawls", "move": "moves"}
_BECOMES = {
    "standing": "stands up", "sitting": "sits down", "squatting": "goes down into a squat", "kneeling": "kneels down",
    "lying": "lies down on the ground", "bent over": "bends over", "on all fours": "goes down on all fours",
}  # fmt: skip
_BACK = {"up": "down", "down": "up", "forward": "back", "backward": "forward", "to the left": "to the right",
         "to the right": "to the left", "apart": "together", "together": "apart"}  # fmt: skip


def sentences(facts: Facts, most: int) -> tuple[str, ...]:
    """An opening, at most `most` sentences about what happens, and a close on what does not.

    Of more, those that tell of small movements are left out.
    """
    weighted: list[tuple[float, float, str]] = []  # weight, time, sentence
    for travel in facts.travels:
        weighted.append((3.0 + travel.distance, travel.start, _travel(facts, travel)))
    for turn in facts.turns:
        weighted.append((2.0 + turn.degrees / 180, turn.start, _turn(facts, turn)))
    for contact in facts.contacts:
        weighted.append((2.5, contact.start, _contact(facts, contact)))
    for move in facts.moves:
        whole = 2.0 if move.part == "body" and move.kind != "stroke" else 0.0
        weighted.append((whole + move.distance * move.count, move.start, _move(facts, move)))
    bends = [move for move in facts.moves if move.part == "body" and move.kind == "repetition"]
    for before, stance in zip(facts.stances, facts.stances[1:]):
        again = any(move.person == stance.person and move.start - 0.5 < before.end < move.end + 0.5 for move in bends)
        if before.person == stance.person and not again:
            weighted.append((2.0, before.end, _stance(facts, before, stance)))
    if facts.gap and abs(facts.gap[1] - facts.gap[0]) > _MEETS:
        weighted.append((3.0, 0.0, _meet(facts.gap)))
    kept = sorted(sorted(weighted, key=lambda item: -item[0])[:most], key=lambda item: item[1])
    return (_opening(facts), *(text for _, _, text in kept), *_still(facts))


def of_parts(facts: Facts, words: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each move of these parts, in the order of time.

    Args:
        facts: as measured.
        words: of which `Move.part` has one, such as "left hand", "hands", "upper body".
    """
    return tuple(_move(facts, move) for move in facts.moves if any(word in move.part for word in words))


def _opening(facts: Facts) -> str:
    start = [next((s.posture for s in facts.stances if s.person == person), None) for person in range(facts.people)]
    if facts.people == 1:
        facing = facts.facing[0] or ""
        verb = "facing" if facing == "the camera" else "turned" if facing.startswith("away") else "turned to"
        how = " and ".join(filter(None, [start[0], facing and f"{verb} {facing}"]))
        return f"One person is seen for {facts.seconds:.1f} s" + (f", {how} at the start." if how else ".")
    text = f"{number_word(facts.people).capitalize()} people are seen for {facts.seconds:.1f} s"
    if facts.gap:
        text += f", {metres(facts.gap[0])} apart at the start"
    postures = {posture for posture in start if posture}
    return text + (f", all {postures.pop()}." if len(postures) == 1 and None not in start else ".")


def when(start: float, end: float) -> str:
    """0.5, 1.2 -> "from 0.5 to 1.2 s"; "at 0.5 s" where it takes no time."""
    return f"from {start:.1f} to {end:.1f} s" if end - start >= 0.15 else f"at {start:.1f} s"


def _span(move: Contact | Move | Travel | Turn) -> str:
    return when(move.start, move.end)


def metres(distance: float) -> str:
    """0.324 -> "30 cm", 1.24 -> "1.2 m": no more than can be seen."""
    return f"{distance:.1f} m" if distance >= 0.95 else f"{max(5, round(distance * 20) * 5)} cm"


def _travel(facts: Facts, travel: Travel) -> str:
    counted = travel.steps and travel.steps > 1 and travel.kind in ("walk", "run")
    steps = f" in {number_word(travel.steps or 0)} steps" if counted else ""
    return f"{_begin(facts, travel.person)} {_VERBS[travel.kind]} {travel.direction}, {metres(travel.distance)}{steps}, {_span(travel)}."


def _turn(facts: Facts, turn: Turn) -> str:
    degrees = round(turn.degrees / 15) * 15
    return f"{_begin(facts, turn.person)} turns to the {turn.side} by about {degrees} degrees, {_span(turn)}."


def _contact(facts: Facts, contact: Contact) -> str:
    one, other = facts.places[contact.person], facts.places[contact.other]
    return f"The {contact.part} of {one} touches the {contact.other_part} of {other}, {_span(contact)}."


def _stance(facts: Facts, before: Stance, after: Stance) -> str:
    verb = "straightens up" if (before.posture, after.posture) == ("bent over", "standing") else _BECOMES[after.posture]
    return f"{_begin(facts, before.person)} {verb}, {when(before.end, after.start)}."


def _meet(gap: tuple[float, float]) -> str:
    verb = "come closer to each other" if gap[1] < gap[0] else "move apart"
    return f"The two {verb}: from {metres(gap[0])} to {metres(gap[1])}."


def _move(facts: Facts, move: Move) -> str:
    who = _begin(facts, move.person)
    of = f" of {facts.places[move.person]}" if facts.people > 1 else ""
    turns = ", one after the other" if move.part.endswith("by turns") else ""
    limbs = move.part.removesuffix(" by turns")
    many = bool(turns) or limbs.startswith("both")
    part = f"{'' if limbs.startswith('both') else 'the '}{limbs}{of}"
    subject = part[0].upper() + part[1:]
    how_often = times_word(move.count)
    if move.kind == "jump":
        return f"{who} jumps {how_often}, with both feet {metres(move.distance)} off the ground, {_span(move)}."
    if move.part == "body":
        if move.kind == "repetition":
            return f"{who} bends the knees and rises again {how_often}, by {metres(move.distance)}, {_span(move)}."
        return f"The hips{of} go {move.direction} by {metres(move.distance)}, {_span(move)}."
    place = _place(move)
    if move.kind == "circle":
        return f"{subject} {'move' if many else 'moves'} in a circle {how_often}, {move.direction}, {metres(move.distance)} wide{place}, {_span(move)}."
    if move.part == "upper body":
        verb = "sways" if move.direction.startswith("to the") else "bends"
        if move.kind == "repetition":
            return f"{subject} {verb} {move.direction} and back {how_often}, {_span(move)}."
        return f"{subject} {verb} {move.direction} by {metres(move.distance)}, {_span(move)}."
    if move.kind == "repetition":
        first = move.direction.split(" and ")[0]
        return f"{subject} {'go' if many else 'goes'} {first} and {_BACK[first]}{turns}, {how_often}{' in all' if turns else ''}, {metres(move.distance)} each way{place}, {_span(move)}."
    return f"{subject} {'move' if many else 'moves'} {move.direction} by {metres(move.distance)}{place}, {_span(move)}."


def _place(move: Move) -> str:
    if move.place is None:
        return ""
    if move.kind == "stroke" and "hand" in move.part:
        return ", to the head" if move.place == "at the head" else f", ending {move.place}"
    return f", {move.place}"


def _begin(facts: Facts, person: int) -> str:
    text = facts.places[person]
    return text[0].upper() + text[1:]


def _still(facts: Facts) -> tuple[str, ...]:
    """A sentence about the parts that keep still; none for several people."""
    if facts.people != 1:
        return ()
    moving = " ".join(move.part for move in facts.moves)
    if not (facts.moves or facts.travels or facts.turns or len(facts.stances) > 1):
        return ("Nothing else moves: the person keeps still.",)
    still = []
    if "hands" not in moving:
        still += [f"the {side} hand" for side in ("left", "right") if f"{side} hand" not in moving]
    legs = "foot" in moving or "feet" in moving or "body" in moving.replace("upper body", "")
    if not legs and not facts.travels and len(facts.stances) < 2:
        still.append("the feet")
    if still[:2] == ["the left hand", "the right hand"]:
        still[:2] = ["both hands"]
    many = len(still) > 1 or still in (["the feet"], ["both hands"])
    text = f"{' and '.join(still)} {'stay' if many else 'stays'} still" if still else ""
    if not facts.travels:
        text += f"{'; ' if text else ''}the person does not leave the place"
    return (text[0].upper() + text[1:] + ".",) if text else ()
