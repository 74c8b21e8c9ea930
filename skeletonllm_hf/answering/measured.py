"""Answers to questions whose answer is a number, a time, a side, a direction or a person: measured on the skeleton, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..describe.facts import Move
from ..describe.measures import Measures
from ..describe.sentences import metres, when
from ..model.prompts import REFUSAL
from ..nouns import number_word
from ..questions import Kind, named_action
from ..transforms import swap_side_words
from .scene import LONG, Scene

_CLIP = re.compile(r"\b(?:clip|video|recording|sequence|file|animation|film|scene|data|footage)\b")
_GENERAL = re.compile(
    r"(?:the )?(?:movements?|motions?|actions?|exercises?|activity|move|moving|it|this|that|do (?:it|this|that)|take|last|act|going on)"
)
_START, _END = (
    re.compile(r"\b(?:start|starts|begin|begins|started)\b"),
    re.compile(r"\b(?:ends?|stops?|finish|finishes|over|finished)\b"),
)
_STAYS = re.compile(r"\b(?:stays?|holds?|waits?|rests?|pauses?|remains?|still|balances?)\b")
_SIDE = re.compile(r"\b(left|right)\b")
_HAND, _FOOT = (
    re.compile(r"\b(?:hand|arm|fist|wrist|elbow)s?\b"),
    re.compile(r"\b(?:foot|feet|legs?|kick|kicks|kicking|kicked|ankles?)\b"),
)
_KNEES = re.compile(
    r"\b(?:squats?|squatting|crouch|crouches|crouching|knees? bends?|bends? the knees|lunges?|lunging|deep|deeply)\b"
)
_MEANT_BY = {  # words -> postures that somebody takes up
    "sitting": re.compile(r"\b(?:sits?|sitting|sat|seat)\b(?! ups?\b)"),
    "standing": re.compile(r"\b(?:stands?|standing|gets?|stood|rises?) up\b"),
    "lying": re.compile(r"\b(?:lies?|lying|lay|lies) down\b|\bfalls?\b|\bfell\b"),
    "kneeling": re.compile(r"\b(?:kneels?|kneeling|knelt)\b"),
}
_WALKS = re.compile(r"\b(?:walks?|walking|runs?|running|goes|go|going|leaves?|jog|jogs|jogging|travels?|steps?)\b")
_TURNS = re.compile(r"\b(?:turns?|turning|turned)\b")
_JUMPS = re.compile(r"\b(?:jumps?|jumping|jumped|leaps?|hops?|hopping)\b")
_TOUCH = re.compile(
    r"\b(?:touch|touches|touching|contact|shake hands|shaking hands|handshake|shake|hug|hugs|hugging)\b"
)
_RAISES = re.compile(r"\b(?:raise|raised|raises|lift|lifted|lifts|up|goes up|highest)\b")
_OTHER_SIDE = re.compile(  # "which hand is still?" asks for something else than which one is used
    r"\b(?:not|stays?|still|rests?|stands?|standing|front|ahead|behind|first|last|second|lower|higher|highest|bent|straight|carries|other|longer|closer|nearer"
    r"|weight|farther|further|faster|slower|stronger|weaker|hurts?|injured|broken|supporting|leading|leads?|free|idle|than|carry|holds?|holding|person|looking)\b"
    r"|n't\b"
)  # fmt: skip
_RESTS = re.compile(
    r"\b(?:stays?|still|rests?|carries|idle|free|supporting|(?:not|doesn't|isn't|n't) (?:mov\w{1,4}|used|use))\b"
)
_STANDING_WHERE = re.compile(r"\bthe (left|right) (?:person|man|woman|one|player|guy)\b|\bon the (left|right)\b")
_EACH = re.compile(r"\b(?:one|each|every|a single|a)\b")
_ACTIVE_PERSON = re.compile(r"\bdoes the (?:active )?person\b|\bthe person\b")
_ALL_PEOPLE = re.compile(r"\b(?:walk|run|kick|wave|clap|sit|stand|jump|danc|push|punch|danc|bow|squat)\w{0,6}\b")
_BUSIER = re.compile(r"(?:is )?(?:mov\w{1,4}|(?:more )?active|busier|doing more|does more)(?: (?:more|most|the most))?")
_PASSIVE = re.compile(r"\b(?:gets?|being|by)\b|\b(?:is|was) \w{2,12}(?:ed|en)\b|^\w{2,12}ed$")


def measured(scene: Scene, text: str, kind: Kind) -> str | None:
    """The answer to a question of a kind that is measured; a refusal where the clip does not show it; None: of another kind.

    Args:
        scene: the clip.
        text: the question, as `questions.plain` gives it.
        kind: its kind.
    """
    if kind is Kind.PEOPLE:
        return _people(scene, text)
    answer = _ANSWERS.get(kind)
    if answer is None or scene.measures is None:
        return None
    return answer(scene, scene.measures, text)


def span_of(scene: Scene, measures: Measures, action: str) -> tuple[float, float] | None:
    """(start, end) seconds of an action: of what was measured of it, else of the part of the clip that shows it; None: it does not."""
    facts = measures.facts
    found: list[tuple[float, float]] = []
    for posture, words in _MEANT_BY.items():
        if words.search(action):
            pairs = zip(facts.stances, facts.stances[1:])
            found = [(a.end, b.start) for a, b in pairs if a.person == b.person and b.posture == posture][:1]
    if _HAND.search(action) and _RAISES.search(action):
        found = [(move.start, move.end) for move in limb_moves(measures, action, "hand") if "up" in move.direction]
    elif _WALKS.search(action):
        found = [(travel.start, travel.end) for travel in facts.travels]
    elif _TURNS.search(action):
        found = [(turn.start, turn.end) for turn in facts.turns]
    elif _TOUCH.search(action) and facts.people > 1:
        found = [(contact.start, contact.end) for contact in facts.contacts]
    elif _JUMPS.search(action):
        found = [(move.start, move.end) for move in facts.moves if move.kind == "jump"]
    if found:
        return min(found)[0], max(end for _, end in found)
    if measures.span is None or not scene.shows(action):
        return None
    part = scene.part_with(action)
    if part is None or scene.acts is None:
        return measures.span
    inside = [span for span in measures.spans if (sum(span) / 2 >= scene.acts.cut) == bool(part)]
    return (min(inside)[0], max(end for _, end in inside)) if inside else None


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
    part = "hand" if limb in ("hand", "arm", "fist") else "foot"
    people = list(range(len(measures.tracks))) if person is None else [person]
    busiest = measures.busiest(people, part) if len(people) > 1 else people[0]
    sides = {measures.side(part, one) for one in (people if busiest is None else [busiest])}
    if len(sides) > 1 or None in sides:
        return None
    side = sides.pop()
    many = {"foot": "feet"}.get(limb, f"{limb}s")
    return f"both {many}" if side == "both" else f"neither {limb}" if side == "neither" else f"the {side} {limb}"


def _people(scene: Scene, text: str) -> str:
    action = named_action(text)
    if action is None or scene.measures is None or not _ALL_PEOPLE.match(action):
        return number_word(scene.people) if scene.people else "none"
    doing = [_does(scene, person, action) for person in range(len(scene.measures.tracks))]
    return number_word(sum(doing)) if any(doing) else "none"


def _does(scene: Scene, person: int, action: str) -> bool:
    """Whether one of the people does an action: by what was measured, for walks and runs, else as the scene shows it."""
    assert scene.measures is not None
    if re.match(r"(?:walk|run)", action):
        return any(
            travel.person == person and travel.kind == action[: 3 + (action[0] == "w")]
            for travel in scene.measures.facts.travels
        )
    return (scene.alone(person) if scene.people > 1 else scene).shows(action)


def _length(scene: Scene, measures: Measures, text: str) -> str:
    if _CLIP.search(text):
        return f"{measures.facts.seconds:.1f} s"
    action = named_action(text)
    if action is None or _STAYS.search(text):
        return REFUSAL
    if _EACH.search(text) and (repeated := measures.repeated()):
        return f"about {(repeated.end - repeated.start) / repeated.count:.1f} s"
    span = measures.span if _GENERAL.fullmatch(action) else span_of(scene, measures, action)
    return f"{span[1] - span[0]:.1f} s, {when(*span)}" if span else REFUSAL


def _time(scene: Scene, measures: Measures, text: str) -> str:
    action = named_action(text)
    if action is None or measures.span is None:
        return REFUSAL
    begins, ends = bool(_START.search(text)), bool(_END.search(text))
    rest = " ".join(_END.sub("", _START.sub("", action)).split()).removeprefix("to ")
    general = not rest or _GENERAL.fullmatch(rest) or _CLIP.search(rest)
    span = (
        measures.span
        if general and (begins or ends or "happen" in text)
        else None
        if general
        else span_of(scene, measures, rest)
    )
    if span is None:
        return REFUSAL
    return f"at {span[0]:.1f} s" if begins else f"at {span[1]:.1f} s" if ends else when(*span)


def _speed(scene: Scene, measures: Measures, text: str) -> str:
    if scene.people > 1 or measures.flat:
        return REFUSAL
    speed = None if _HAND.search(text) or _FOOT.search(text) else measures.speed()
    if speed is not None:
        return f"about {speed:.1f} m/s"
    if _WALKS.search(text):
        return REFUSAL
    repeated = measures.repeated()
    if repeated is not None:
        return f"once every {(repeated.end - repeated.start) / repeated.count:.1f} s"
    moves = limb_moves(measures, text, "foot") if _FOOT.search(text) else limb_moves(measures, text, "hand")
    move = max(moves, key=lambda move: move.distance / max(move.end - move.start, 0.1), default=None)
    return f"about {move.distance / max(move.end - move.start, 0.1):.1f} m/s ({move.part})" if move else REFUSAL


def _distance(scene: Scene, measures: Measures, text: str) -> str:
    facts = measures.facts
    if "apart" in text and facts.gap and not _FOOT.search(text) and not _HAND.search(text):
        return f"{metres(facts.gap[0])} at the start, {metres(facts.gap[1])} at the end"
    if scene.people > 1 or re.search(r"\b(?:wide|apart|throws?|jumps?|jumped)\b", text):
        return REFUSAL
    for words, limb in ((_HAND, "hand"), (_FOOT, "foot")):
        if words.search(text):
            move = max(limb_moves(measures, text, limb), key=lambda move: move.distance, default=None)
            return metres(move.distance) if move else REFUSAL
    if measures.flat:
        return REFUSAL
    if facts.travels:
        return metres(facts.travels[0].distance)
    return "the person does not leave the place" if not _JUMPS.search(text) else REFUSAL


def _height(scene: Scene, measures: Measures, text: str) -> str:
    if scene.people > 1:
        return REFUSAL
    moves, side = measures.facts.moves, _SIDE.search(text)
    if _JUMPS.search(text):
        jumps = [move for move in moves if move.kind == "jump"]
        return f"about {metres(jumps[0].distance)} off the ground" if jumps else REFUSAL
    if _KNEES.search(text):
        bends = [move for move in moves if move.part == "body" and move.kind != "jump"]
        return f"the hips go down by about {metres(max(move.distance for move in bends))}" if bends else REFUSAL
    if _FOOT.search(text):
        height = measures.foot_height(side[1] if side else None)
        return f"about {metres(height)} off the ground" if height and height > 0.1 else REFUSAL
    if _HAND.search(text):
        sides = [side[1]] if side else [one for one in ("left", "right") if measures.side("hand") in (one, "both")]
        for mark in ("head", "shoulder"):
            if sides and measures.hand_above(mark, sides):
                return f"above the {mark}"
    return REFUSAL


def _steps(scene: Scene, measures: Measures, text: str) -> str:
    steps = [travel.steps for travel in measures.facts.travels if travel.steps]
    return number_word(steps[0]) if scene.people == 1 and steps else REFUSAL


def _limb_number(scene: Scene, measures: Measures, text: str) -> str | None:
    used = used_limbs(measures, "hand" if _HAND.search(text) else "leg")
    return (
        None if used is None else "two" if used.startswith("both") else "none" if used.startswith("neither") else "one"
    )


def _actions(scene: Scene, measures: Measures, text: str) -> str | None:
    if scene.people > 1:
        return None
    return REFUSAL if scene.clip.seconds > LONG else number_word(2 if scene.acts else 1)


def _direction(scene: Scene, measures: Measures, text: str) -> str | None:
    facts = measures.facts
    if scene.people > 1 or re.search(
        r"\b(?:fac\w{1,4}|looks?|looking|leans?|leaning|hands?|arms?|legs?|foot|circles?)\b", text
    ):
        return None
    if _TURNS.search(text):
        if measures.flat:
            return REFUSAL
        return f"to the {facts.turns[0].side}" if facts.turns else "the person does not turn"
    if not facts.travels:
        return None if measures.moves else "the person does not move"
    travel = facts.travels[0]
    turn = next((turn for turn in facts.turns if turn.start < travel.end and travel.start < turn.end), None)
    return f"{travel.direction}, turning to the {turn.side}" if turn else travel.direction


def _person(scene: Scene, measures: Measures, text: str) -> str:
    action = named_action(text)
    if action is None or _PASSIVE.search(action):
        return REFUSAL
    places = measures.facts.places
    if _BUSIER.fullmatch(action):
        if scene.people == 1:
            return places[0] if measures.moves else "nobody"
        busiest = measures.busiest()
        return (
            places[busiest]
            if busiest is not None
            else "both about as much"
            if scene.people == 2
            else "all about as much"
            if measures.moves
            else "nobody"
        )
    if not scene.shows(action):
        return REFUSAL
    if scene.people == 1:
        return places[0]
    busiest = measures.busiest(limb="foot" if _FOOT.search(action) else None)
    if busiest is not None:
        return places[busiest]
    doing = [person for person in range(len(places)) if scene.alone(person).shows(action)]
    return " and ".join(places[person] for person in doing) or REFUSAL


def _side(scene: Scene, measures: Measures, text: str) -> str | None:
    if _TURNS.search(text) or (_WALKS.search(text) and not (_HAND.search(text) or _FOOT.search(text))):
        return _direction(scene, measures, text)
    where = _STANDING_WHERE.search(text) if scene.people == 2 else None
    person = None
    if where is not None:
        person = measures.facts.places.index(f"the person on the {where[1] or where[2]}")
        text = _STANDING_WHERE.sub("", text)
    rests = _RESTS.search(text)
    if rests is None and _OTHER_SIDE.search(_ACTIVE_PERSON.sub("", text)):
        return None
    limb = next(
        (word for word in ("hand", "arm", "fist", "leg", "foot", "knee") if re.search(rf"\b{word}s?\b", text)), "side"
    )
    limb = "foot" if re.search(r"\bfeet\b", text) else limb
    used = used_limbs(measures, limb, person)
    if rests is None or used is None:
        return used
    return swap_side_words(used) if used.startswith("the ") else REFUSAL


def limb_moves(measures: Measures, text: str, limb: str) -> list[Move]:
    """Moves of hands or feet (`limb` "hand" or "foot"), of the side that a text names."""
    side = _SIDE.search(text)
    names = {"hand": ("hand", "hands"), "foot": ("foot", "feet")}[limb]
    return [
        move
        for move in measures.facts.moves
        if any(name in move.part.split() for name in names)
        and (not side or side[1] in move.part or "both" in move.part)
    ]


def _other_measure(scene: Scene, measures: Measures, text: str) -> str:
    """How far somebody turns; what else has a number is not seen."""
    turns = measures.facts.turns if scene.people == 1 and _TURNS.search(text) else ()
    return f"about {round(turns[0].degrees / 15) * 15} degrees" if turns else REFUSAL


def _refused(scene: Scene, measures: Measures, text: str) -> str:
    return REFUSAL


_ANSWERS: dict[Kind, Callable[[Scene, Measures, str], str | None]] = {
    Kind.LENGTH: _length,
    Kind.TIME: _time,
    Kind.SPEED: _speed,
    Kind.DISTANCE: _distance,
    Kind.HEIGHT: _height,
    Kind.STEPS: _steps,
    Kind.LIMBS: _limb_number,
    Kind.ACTIONS: _actions,
    Kind.DIRECTION: _direction,
    Kind.PERSON: _person,
    Kind.SIDE: _side,
    Kind.OTHER_NUMBER: _other_measure,
    Kind.OTHER_MEASURE: _other_measure,
    Kind.REASON: _refused,
    Kind.PLACE: _refused,
}
