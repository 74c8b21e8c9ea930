"""Answers to questions whose answer is a number, a time, a side, a direction or a person: measured on the skeleton, or refused.

One function for each kind of question: what is measured, its unit and its sentence. What words mean is in `questions/data/wordings.txt`.
"""

from __future__ import annotations

from collections.abc import Callable

from ..describe.measures import Measures
from ..describe.particulars import top_speed
from ..describe.sentences import metres
from ..lexicon import stems
from ..model.prompts import FIRST, LAST, REFUSAL
from ..nouns import number_word
from ..questions import Kind, load_wordings, named_action, topics
from ..transforms import swap_side_words
from . import times
from .action_classes import is_of_class
from .measured import NEARER, hand_or_foot, held_up_hands, limb_moves, seconds_each, side_of, used_limbs
from .narration import what_one_does
from .parts import doing_of_part, parts_used, up_or_down
from .query import Query
from .recognizer import LONG
from .scene import Scene
from .stated import Stated
from .supports import steps_on_the_spot

SLOW_OR_FAST = "Is the movement slow or fast?"
TAUGHT = (FIRST, LAST, SLOW_OR_FAST)  # questions in the words of training, given in place of an answer


def quantity(scene: Scene, text: str, kind: Kind) -> str | None:
    """The answer to a question of a kind that is measured, or one of `TAUGHT`; a refusal where the clip does not show it; None: of another kind.

    Args:
        scene: the clip.
        text: the question, as `questions.plain` gives it.
        kind: its kind.
    """
    if kind is Kind.PEOPLE and scene.measures is None:
        return number_word(scene.people) if scene.people else "none"
    answer = _ANSWERS.get(kind)
    if answer is None or scene.measures is None:
        return None
    if kind in _NUMBERS and load_wordings().find("compared", text):
        return REFUSAL
    return answer(Query(scene, scene.measures, text, topics(text), named_action(text)))


def _people(query: Query) -> str:
    """How many people there are, or do something."""
    scene, action = query.scene, query.action
    if action is None or not topics(action.split()[0]) & {"seen of each"}:
        return number_word(scene.people) if scene.people else "none"
    doing = [_does(query, person, action) for person in range(len(query.measures.tracks))]
    return number_word(sum(doing)) if any(doing) else "none"


def _does(query: Query, person: int, action: str) -> bool:
    """Whether one of the people does an action: by what was measured, for walks and runs, else as the scene shows it."""
    for kind in ("walk", "run"):
        if action.startswith(kind):
            travels = query.measures.facts.travels
            return any(travel.person == person and travel.kind == kind for travel in travels)
    return (query.scene if query.alone else query.scene.alone(person)).shows(action)


def _speed(query: Query) -> str | None:
    """Metres a second over the ground or of a limb, seconds for a repetition; of the movement as a whole the question whether it is slow."""
    measures, about = query.measures, query.about
    if not query.alone or measures.flat:
        return REFUSAL
    if about & {"cadence", "a rate"}:
        return _cadence(query) if "cadence" in about else _rate(query)
    if query.limb is None:
        speed = measures.speed()
        if "kilometres an hour" in about:
            return REFUSAL if speed is None else f"about {3.6 * speed:.1f} km/h"
        if query.action is None or load_wordings().find("general", query.action):
            if "walks" not in about:
                return SLOW_OR_FAST if measures.moves else REFUSAL
            return REFUSAL if speed is None else f"about {speed:.1f} m/s"
        if speed is not None:
            return f"about {speed:.1f} m/s"
        if "walks" in about:
            return REFUSAL
        if (seconds := seconds_each(query.scene.clip, measures)) is not None:
            return f"once every {seconds:.1f} s"
    limb = query.limb or "hand"
    ways = {side: way for side, way in measures.ways(limb, 0).items() if side_of(query.text) in (None, side) and way}
    side = max(ways, key=lambda side: ways[side], default=None)
    return f"up to about {top_speed(measures.tracks[0], limb, side):.1f} m/s ({side} {limb})" if side else REFUSAL


def _rate(query: Query) -> str | None:
    """Repetitions a minute or a second, where that is asked; None: how often altogether."""
    if "a rate" not in query.about:
        return None
    seconds = seconds_each(query.scene.clip, query.measures) if query.alone else None
    if seconds is None:
        return REFUSAL
    return f"about {1 / seconds:.1f} per second" if "second" in query.text else f"about {60 / seconds:.0f} per minute"


def _cadence(query: Query) -> str:
    """Steps a minute, also on the spot."""
    travel = next((travel for travel in query.measures.facts.travels if travel.steps), None)
    if travel and travel.steps:
        return f"about {60 * travel.steps / (travel.end - travel.start):.0f} steps per minute"
    steps, span = _steps_on_the_spot(query), query.measures.span
    return f"about {60 * steps / (span[1] - span[0]):.0f} steps per minute" if steps and span else REFUSAL


def _steps_on_the_spot(query: Query) -> int:
    return steps_on_the_spot(Stated(query.scene, query.measures, {}))


def _distance(query: Query) -> str:
    """Metres: between two people, of a step, of a limb's way, of the way over the ground."""
    measures, facts, about = query.measures, query.measures.facts, query.about
    if "how close" in about:
        nearest = measures.nearest if query.scene.people == 2 and query.limb is None else None
        return REFUSAL if nearest is None else metres(nearest)
    if "between two" in about and facts.gap and query.limb is None:
        return f"{metres(facts.gap[0])} at the start, {metres(facts.gap[1])} at the end"
    if not query.alone or about & {"not measured", "between two", "head", "trunk", "leans"}:
        return REFUSAL
    travel = facts.travels[0] if facts.travels else None
    if "a step" in about:
        return (
            REFUSAL
            if travel is None or not travel.steps or measures.flat
            else f"about {metres(travel.distance / travel.steps * (2 if 'stride' in query.text else 1))}"
        )
    if query.limb is not None:
        move = max(limb_moves(measures, query.text, query.limb), key=lambda move: move.distance, default=None)
        return metres(move.distance) if move else REFUSAL
    if "jumps" in about and measures.jump and travel is None:
        return _height(query)
    if measures.flat or ("jumps" in about and (measures.jump is None or measures.jump.count > 1)):
        return REFUSAL
    if travel is not None:
        return metres(travel.distance)
    return "the person does not leave the place"


def _height(query: Query) -> str:
    """Metres off the ground, of a jump or a foot; metres that the hips go down; what a hand is above."""
    measures, about = query.measures, query.about
    if not query.alone:
        return REFUSAL
    if "jumps" in about or ("in the air" in about and query.limb is None):
        jump = measures.jump
        return f"about {metres(jump.distance)} off the ground" if jump else REFUSAL
    if "leans" in about:
        return _other_measure(query)
    if "low" in about and query.limb == "hand":
        low = measures.hand_height(side_of(query.text))
        return REFUSAL if low is None or measures.flat else f"down to about {metres(max(low, 0.0))} above the ground"
    if about & {"knees", "hips", "low"}:
        bends = [move for move in measures.facts.moves if move.part == "body" and move.kind != "jump"]
        return f"the hips go down by about {metres(max(move.distance for move in bends))}" if bends else REFUSAL
    side = side_of(query.text)
    if query.limb == "foot":
        height = measures.foot_height(side)
        return f"about {metres(height)} off the ground" if height and height > 0.1 else REFUSAL
    if query.limb == "hand":
        sides = [side] if side else [one for one in ("left", "right") if measures.side("hand") in (one, "both")]
        for mark in ("head", "shoulder"):
            if sides and measures.above("hand", mark, sides):
                return f"above the {mark}"
    return REFUSAL


def _steps(query: Query) -> str:
    """Steps of somebody who leaves the place, or marches on the spot."""
    if "cadence" in query.about:
        return _cadence(query)
    steps = [travel.steps for travel in query.measures.facts.travels if travel.steps]
    count = steps[0] if steps else _steps_on_the_spot(query)
    return number_word(count) if query.alone and count else REFUSAL


def _limb_number(query: Query) -> str | None:
    """How many arms or legs are used."""
    used = used_limbs(query.measures, "hand" if query.limb == "hand" else "leg")
    return None if used is None else {"both": "two", "neither": "none"}.get(used.split()[0], "one")


def _actions(query: Query) -> str | None:
    """How many actions follow one another."""
    if not query.alone:
        return None
    if query.measures.facts.seconds > LONG and not query.scene.stretches:
        repeated = query.measures.repeated()  # else a change may have been missed
        return "one" if repeated and repeated.end - repeated.start > query.measures.facts.seconds / 2 else REFUSAL
    if query.scene.stretches:
        stretches = len(query.scene.stretches)
        return number_word(stretches) if stretches < 4 else f"about {number_word(stretches)}"
    return number_word(2 if query.scene.acts else 1)


def _direction(query: Query) -> str | None:
    """Where somebody goes, turns, falls or faces at the end; None: what only the language model knows."""
    measures, facts, about = query.measures, query.measures.facts, query.about
    if "camera" in about and facts.gap and not measures.flat:
        nearer = facts.gap[1] - facts.gap[0]
        return REFUSAL if abs(nearer) < NEARER else "towards each other" if nearer < 0 else "away from each other"
    if query.alone and "up or down" in about:
        return up_or_down(measures, query.text, query.limb, about)
    if not query.alone or about & {"faces", "of a part", "head"}:
        return None
    if "falls" in about:
        sways = [move for move in facts.moves if move.part == "upper body" and query.scene.shows("fall")]
        return max(sways, key=lambda move: move.distance).direction if sways else REFUSAL
    if "turns" in about:
        if measures.flat:
            return REFUSAL
        if facts.turns:
            return f"to the {facts.turns[0].side}" + _clockwise(query)
        # a whole turn leaves nobody turned: the language model may see it
        return REFUSAL if "turns" in topics(what_one_does(query.scene, 0)) else "the person does not turn"
    if not facts.travels:
        return None if measures.moves else "the person does not move"
    travel = facts.travels[0]
    right, near = measures.across()
    if not measures.flat and (
        "camera" in about
        or ("a side" in about and travel.direction in ("forward", "backward") and abs(right) > abs(near))
    ):
        sideways = f"to the {'right' if right > 0 else 'left'} of the picture"
        return sideways if abs(right) > abs(near) else "towards the camera" if near > 0 else "away from the camera"
    turn = next((turn for turn in facts.turns if turn.start < travel.end and travel.start < turn.end), None)
    return f"{travel.direction}, turning to the {turn.side}" if turn else travel.direction


def _clockwise(query: Query) -> str:
    """What a turn is as seen from above, where that is asked."""
    if "clockwise" not in query.text:
        return ""
    return f", {'counterclockwise' if query.measures.facts.turns[0].side == 'left' else 'clockwise'} as seen from above"


def who_does(scene: Scene, measures: Measures, action: str) -> str:
    """The people who do an action, as `Facts.places` names them, or a refusal."""
    return _person(Query(scene, measures, action, topics(action), action))


def _person(query: Query) -> str:
    """Who does something."""
    scene, measures, action = query.scene, query.measures, query.action
    places = measures.facts.places
    if action is None:
        return REFUSAL
    if is_done_to_somebody(action):
        verb = stems(action.split()[-1])
        does = REFUSAL if scene.people != 2 or is_done_to_somebody(verb) else who_does(scene, measures, verb)
        return places[1 - places.index(does)] if does in places else REFUSAL
    if load_wordings().find("action class", action):
        most = measures.busiest() if is_of_class(scene, action) else None
        return REFUSAL if most is None else places[most]
    if "more active" in topics(action):
        if query.alone:
            return places[0] if measures.moves else "nobody"
        busiest = measures.busiest()
        if busiest is not None:
            return places[busiest]
        return f"{'both' if scene.people == 2 else 'all'} about as much" if measures.moves else "nobody"
    if moved := {travel.person for travel in measures.facts.travels} if "walks" in topics(action) else None:
        return " and ".join(places[person] for person in sorted(moved))
    if not scene.shows(action):
        return REFUSAL
    if query.alone:
        return places[0]
    if scene.apart:
        return " and ".join(places[person] for person in range(len(places)) if scene.alone(person).shows(action))
    busiest = measures.busiest(limb="foot" if "foot" in topics(action) else None)
    if busiest is not None:
        return places[busiest]
    doing = [person for person in range(len(places)) if scene.alone(person).shows(action)]
    return " and ".join(places[person] for person in doing) or REFUSAL


def is_done_to_somebody(action: str) -> bool:
    """Whether an action is told in the passive: "pushed", "is being hit", "gets kicked"."""
    return "done to somebody" in topics(action) or (" " not in action and action.endswith("ed"))


def _side(query: Query) -> str | None:
    """Which hand, foot or side is used, or is not."""
    about, text = query.about, query.text
    if "limbs" in about and query.limb is None:
        if "most" in text.split():
            return None  # a question of training
        return parts_used(query.measures) if query.alone else REFUSAL
    if "turns" in about or (about & {"walks", "falls"} and query.limb is None):
        return _direction(query)
    place = next((place for place in query.measures.facts.places if place.removeprefix("the ") in about), None)
    person = None if place is None else query.measures.facts.places.index(place)
    own = about & {"at rest", "first or last", "standing leg", "of no motion"}
    if not own and "other than used" in about:
        return None
    words = [{"feet": "foot"}.get(word, word.removesuffix("s")) for word in text.split()]
    limb = next((word for word in words if word in ("hand", "arm", "fist", "leg", "foot", "knee", "elbow")), "side")
    if not query.measures.moves and "goes up" in about and hand_or_foot(limb) == "hand":
        return held_up_hands(query.measures, limb) if query.alone else REFUSAL
    used = used_limbs(query.measures, limb, person)
    if "standing leg" in about:
        side = query.measures.standing_leg() if query.alone else None
        return REFUSAL if side is None else f"the {side} {limb}"
    if "of no motion" in about:
        return REFUSAL
    if "first or last" in about:  # which of both is not measured
        return REFUSAL if used is None or used.startswith("both") else used
    if "at rest" not in about or used is None:
        return used
    return swap_side_words(used) if used.startswith("the ") else REFUSAL


def _other_measure(query: Query) -> str:
    """Degrees of a turn or of a joint; what else has a number is not seen."""
    measures, about = query.measures, query.about
    if about & {"frames", "frame rate"}:
        clip = query.scene.clip
        return f"{clip.fps:.4g} frames per second" if "frame rate" in about else number_word(clip.num_frames)
    turns = measures.facts.turns if query.alone and "turns" in about else ()
    if turns:
        return f"about {round(turns[0].degrees / 15) * 15} degrees"
    if query.alone and "leans" in about and (tilt := measures.tilt()) is not None:
        return f"up to about {round(tilt / 5) * 5} degrees from upright"
    joint = next((joint for joint in ("knee", "elbow") if joint in about), None)
    if joint is None or not query.alone or not about & {"bends", "range"}:
        return REFUSAL
    sides = [side] if (side := side_of(query.text)) else ["left", "right"]
    seen = [angles for one in sides if (angles := measures.angle(joint, one)) is not None]
    least = min(seen, key=lambda angles: float(angles.min()), default=None)
    if least is None:
        return REFUSAL
    low, high = (round(float(angle) / 5) * 5 for angle in (least.min(), least.max()))
    return f"{f'from about {low} to {high}' if 'range' in about else f'down to about {low}'} degrees inside the {joint}"


_NUMBERS = frozenset({Kind.LENGTH, Kind.SPEED, Kind.DISTANCE, Kind.HEIGHT, Kind.OTHER_NUMBER, Kind.OTHER_MEASURE})


def _refused(query: Query) -> str:
    return REFUSAL


_ANSWERS: dict[Kind, Callable[[Query], str | None]] = {
    Kind.PEOPLE: _people,
    Kind.LENGTH: times.length,
    Kind.TIME: times.time,
    Kind.SPEED: _speed,
    Kind.DISTANCE: _distance,
    Kind.HEIGHT: _height,
    Kind.STEPS: _steps,
    Kind.TIMES: _rate,
    Kind.LIMBS: _limb_number,
    Kind.ACTIONS: _actions,
    Kind.DIRECTION: _direction,
    Kind.PART: lambda query: (
        doing_of_part(query.measures, query.text, query.limb, query.about) if query.alone else REFUSAL
    ),
    Kind.PERSON: _person,
    Kind.SIDE: _side,
    Kind.OTHER_NUMBER: lambda query: _rate(query) or _other_measure(query),
    Kind.OTHER_MEASURE: _other_measure,
    Kind.REASON: _refused,
    Kind.PLACE: _refused,
}
