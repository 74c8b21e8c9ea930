"""What is measured of the words of a question: the side, the moves and the use of a limb, the time of an action."""

from __future__ import annotations

from ..describe.facts import Move
from ..describe.limbs import SIDES
from ..describe.measures import Measures
from ..describe.particulars import low_hand
from ..describe.repetitions import Repetitions, count_repetitions
from ..model.prompts import REFUSAL
from ..model.skeleton import SkeletonSequence
from ..questions import load_wordings, topics
from .scene import Scene

# Confidence of a count from which it answers a question in the model's place. Chosen on generated clips of training seeds: below it is right
# less often than the model.
ANSWER_CONFIDENCE = 0.5
NEARER = 0.25  # metres by which two come nearer or part


def side_of(text: str) -> str | None:
    """The side that a text names first."""
    return next((word for word in text.split() if word in ("left", "right")), None)


def hand_or_foot(limb: str) -> str:
    """ "hand" or "foot": the end of the limb that a word names, such as "arm", "fist", "elbow", "legs" or "knee"."""
    return "hand" if limb.removesuffix("s") in ("hand", "arm", "fist", "elbow") else "foot"


def limb_moves(measures: Measures, text: str, limb: str) -> list[Move]:
    """Moves of hands or feet (`limb` "hand" or "foot"), of the side that a text names."""
    side, names = side_of(text), {"hand": {"hand", "hands"}, "foot": {"foot", "feet"}}[limb]
    return [
        move
        for move in measures.facts.moves
        if names & set(move.part.split()) and (not side or side in move.part or "both" in move.part)
    ]


def used_limbs(measures: Measures, limb: str, person: int | None = None) -> str | None:
    """ "the right hand", "both hands" or "neither hand", where that can be told.

    Args:
        measures: of the clip.
        limb: "hand", "arm", "fist", "leg", "foot", "knee" or "side", which takes the limb that goes farthest.
        person: whose; None: of the one who does most, or all where they do the same.
    """
    if limb == "side":
        ways = {one: sum(measures.ways(one, 0).values()) for one in ("hand", "foot")}
        limb = max(ways, key=lambda one: ways[one])
    part = hand_or_foot(limb)
    people = list(range(len(measures.tracks))) if person is None else [person]
    busiest = measures.busiest(people, part) if len(people) > 1 else people[0]
    sides = {_used_side(measures, part, one) for one in (people if busiest is None else [busiest])}
    if len(sides) > 1 or None in sides:
        return None
    side = sides.pop()
    many = {"foot": "feet"}.get(limb, f"{limb}s")
    return f"both {many}" if side == "both" else f"neither {limb}" if side == "neither" else f"the {side} {limb}"


def _used_side(measures: Measures, part: str, person: int) -> str | None:
    """As `Measures.side`; of who bends down to the ground the hand that gets there, for the other swings as far from the neck."""
    goes_down = part == "hand" and set(measures.postures(person)) & {"bent over", "squatting"}
    low = low_hand(measures.tracks[person]) if goes_down else None
    return low or measures.side(part, person)


def held_up_hands(measures: Measures, limb: str) -> str:
    """ "the right arm" or "both arms", which a person who keeps still holds above the shoulder, or a refusal.

    Args:
        measures: of the clip.
        limb: "hand", "arm", "fist", "elbow", or "side".
    """
    limb = "hand" if limb == "side" else limb
    sides = [side for side in SIDES if measures.above("hand", "shoulder", [side])]
    return REFUSAL if not sides else f"the {sides[0]} {limb}" if len(sides) == 1 else f"both {limb}s"


def counted_repetitions(clip: SkeletonSequence, least: float = ANSWER_CONFIDENCE) -> Repetitions | None:
    """The repetitions of a clip, where they can be counted with so much confidence."""
    counted = count_repetitions(clip) if clip.mask.any() else None
    return counted if counted and counted.confidence >= least else None


def seconds_each(clip: SkeletonSequence, measures: Measures) -> float | None:
    """Seconds of one repetition; None: nothing is repeated.

    Where three or more are counted, and other than the largest movement is repeated, it is the time from one to the next: hands part twice in each star jump.
    """
    repeated = measures.repeated()
    if repeated is None or repeated.end <= repeated.start:
        return None
    counted = counted_repetitions(clip)
    if counted and counted.count > 2 and counted.count != repeated.count:
        return (counted.times[-1] - counted.times[0]) / (counted.count - 1)
    return (repeated.end - repeated.start) / repeated.count


def span_of(scene: Scene, measures: Measures, action: str) -> tuple[float, float] | None:
    """(start, end) seconds of an action: of what was measured of it, else of the part of the clip that shows it; None: it does not."""
    if (place := scene.stretch_with(action)) is not None:
        return scene.stretches[place].start, scene.stretches[place].end
    facts, about = measures.facts, topics(action)
    found: list[tuple[float, float]] = []
    if postures := load_wordings().named_in("becomes", action):
        pairs = zip(facts.stances, facts.stances[1:])
        changes = [(a.end, b.start) for a, b in pairs if a.person == b.person and b.posture in postures][:1]
        bends = [(move.start, move.end) for move in facts.moves if move.part == "body" and move.kind == "stroke"]
        for start, end in changes:  # a change of posture is told in the midst of the movement that brings it about
            found = [(start, end), *((one, two) for one, two in bends if one <= end and start <= two)]
    ways = about & {"goes up", "goes down"}
    if "hand" in about and ways:
        way = "up" if "goes up" in ways else "down"
        found = [(move.start, move.end) for move in limb_moves(measures, action, "hand") if way in move.direction]
    elif "walks" in about:
        found = [(travel.start, travel.end) for travel in facts.travels]
    elif "turns" in about:
        found = [(turn.start, turn.end) for turn in facts.turns]
    elif "touches" in about and facts.people > 1:
        found = [(contact.start, contact.end) for contact in facts.contacts]
    elif "jumps" in about:
        found = [(move.start, move.end) for move in facts.moves if move.kind == "jump"]
    if found:
        return min(found)[0], max(end for _, end in found)
    if scene.stretches:
        return None
    if measures.span is None or not scene.shows(action):
        return None
    part = scene.part_with(action)
    if part is None or scene.acts is None:
        return measures.span
    inside = [span for span in measures.spans if (sum(span) / 2 >= scene.acts.cut) == bool(part)]
    return (min(inside)[0], max(end for _, end in inside)) if inside else None
