"""Questions for yes or no that the skeleton answers: whether somebody moves, stays, pauses, turns, sits, lifts a hand over the head.

`_OF_PEOPLE` and `_MEASURED` say how each fact of the group "fact" in `questions/data/wordings.txt` is measured, `OF_ALL` which are of several
people together and of none alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..describe import particulars as measured
from ..describe.ways import returns
from ..nouns import number_word
from ..questions import fact_of_question, load_wordings, topics
from . import each_time, form, pairs, particulars, supports
from .measured import NEARER, hand_or_foot, limb_moves, used_limbs
from .narration import MOST_PEOPLE, what_one_does
from .particulars import sides_meant, singular
from .scene import Scene, content_words
from .stated import Stated, at_least
from .supports import LOW
from .tempo import changes_tempo, keeps_tempo, slows_down

# Degrees inside a knee or elbow: below the first it is bent, above the second straight; in between it cannot be said.
_BENT, _STRAIGHT = 115.0, 140.0
# What words mean, set by hand and fitted to no clips:
_EXTENDED = 155.0  # degrees inside a joint that is straight for a moment; it is not below `_STRAIGHT`
_ROUND = 120.0  # degrees from which somebody faces the other way
# metres between two people: of SBU's training people and generated ones all who hug come within 0.45, none who shake hands within 0.68
_APART = 0.6
# metres of a wrist above the ground: the hand touches it below the first, not above the second
_TOUCHES, _TOUCHES_NOT = 0.2, 0.4
_RAISED = 0.2  # metres: a hand that goes less far up only sways along
_UPRIGHT, _TILTED = 15.0, 30.0  # degrees: a trunk is upright below the first, bent above the second
_STOPS, _AT_END = 0.7, 0.2  # seconds for which somebody stands before the end; what noise may make of the end
_WAITS = 1.0  # seconds without any movement
_FACING = 0.5  # cosine of where somebody faces and where the other is
# metres of a wrist from the head, on the canonical body: a hand is there below the first, not above the second
_AT_HEAD, _OFF_HEAD = 0.25, 0.4
_ON_GROUND = frozenset({"kneeling", "lying", "on all fours"})


def true_fact(scene: Scene, text: str) -> bool | None:
    """Whether what a question says is so, by what was measured; None: it was not.

    Args:
        scene: the clip.
        text: the question, as `questions.plain` gives it; "not" is left to the caller.
    """
    found = fact_of_question(text)
    if found is None:
        return None
    if of_people := _OF_PEOPLE.get(found.entry):
        return of_people(scene.people, found.fields)
    if scene.measures is None or (found.entry in _OF_TIME and scene.clip.num_frames < 2):
        return None
    return _MEASURED[found.entry](Stated(scene, scene.measures, found.fields))


def _keeps_still(stated: Stated) -> bool:
    posture, postures = stated.posture("posture"), stated.measures.postures()
    return not stated.measures.moves and (posture is None or not postures or posture in postures)


def _turns(stated: Stated) -> bool | None:
    sides = {turn.side for turn in stated.facts.turns}
    return None if not stated.deep else stated.side in sides if stated.side else True if sides else None


def _goes(stated: Stated) -> bool | None:
    """To a side as seen from the body; who walks forward and is turned aside, as seen from where they faced the viewer."""
    if not stated.alone or not stated.facts.travels:
        return None
    direction = stated.facts.travels[0].direction
    if stated.facts.travels[0].comes_back:
        return None  # to all sides in turn
    if way := stated.fields.get("way"):
        return direction == way.removesuffix("s")
    right, near = stated.measures.across()
    if direction in ("forward", "backward") and not stated.measures.flat and abs(right) > abs(near):
        direction = "to the left" if right > 0 else "to the right"
    return direction == f"to the {stated.side}"


def _goes_in_a_circle(stated: Stated) -> bool | None:
    if not stated.deep or not stated.facts.travels:
        return None
    ways = [travel.direction for travel in stated.facts.travels]
    return any(way.startswith("in a circle") and (stated.side or "") in way for way in ways)


def _comes_back(stated: Stated) -> bool | None:
    """Whether somebody who goes somewhere ends where they began."""
    if stated.deep and not stated.facts.travels:
        return returns(stated.measures.tracks[0])
    return stated.facts.travels[0].comes_back if stated.deep else None


def _goes_across(stated: Stated) -> bool | None:
    right, near = stated.measures.across()
    side = "left" if right < 0 else "right"
    return side == stated.side and abs(right) > abs(near) if stated.alone and stated.facts.travels else None


def _goes_near(stated: Stated, sign: int = 1) -> bool | None:
    right, near = stated.measures.across()
    return bool(stated.facts.travels) and sign * near > abs(right) if stated.deep else None


def _stops(stated: Stated) -> bool | None:
    """Whether somebody who goes somewhere stands before the clip ends."""
    ends = [travel.end for travel in stated.facts.travels]
    stands = stated.measures.rests and stated.measures.rests[-1][1] >= stated.facts.seconds - _AT_END
    return None if not ends or not stated.deep else bool(stands and stated.facts.seconds - max(ends) >= _STOPS)


def _walks(stated: Stated) -> bool | None:
    kinds = {travel.kind for travel in stated.facts.travels}
    gait = "run" if stated.fields["gait"].startswith("jog") else stated.fields["gait"]
    return True if gait.startswith(tuple(kinds)) else False if kinds & {"walk", "run"} else None


def _parts_by(stated: Stated) -> float | None:
    """Metres that two are farther from one another at the end than at the start."""
    gap = stated.facts.gap
    return None if gap is None or stated.measures.flat else gap[1] - gap[0]


def _comes_nearer(stated: Stated) -> bool | None:
    gap, nearest = stated.facts.gap, stated.measures.nearest
    return None if gap is None or nearest is None else nearest < gap[0] - NEARER


def _face_each_other(stated: Stated, sign: int = 1) -> bool | None:
    """Whether each of two faces the other, or with -1 turns the back, most of the time; None: in between, or not measured."""
    towards = stated.measures.towards()
    return None if towards is None else at_least(min(sign * cosine for cosine in towards), 0, _FACING)


def _goes_down(stated: Stated) -> bool | None:
    bends = any(move.part == "body" and move.kind != "jump" for move in stated.facts.moves)
    return True if bends or LOW & set(stated.measures.postures()[1:]) else None


def _on_the_ground(stated: Stated) -> bool | None:
    posture = stated.posture_then()
    changes = "when" not in stated.fields and len(set(stated.measures.postures())) > 1
    return None if posture in (None, "sitting") or changes else posture in _ON_GROUND  # who sits may sit on a chair


def _has_posture(stated: Stated) -> bool | None:
    """Whether the person has a posture, or each of several people."""
    posture = stated.posture("posture")
    postures = [stated.measures.postures(person) for person in range(len(stated.measures.tracks))]
    if not all(postures):
        return None
    if "when" in stated.fields:
        return stated.posture_then() == posture if stated.alone else None
    if not stated.fields["posture"].endswith(("ing", "upright")):
        return None
    if stated.deep and posture in ("kneeling", "squatting") and measured.knees_down(stated.measures.tracks[0]):
        return posture == "kneeling"
    everybody = all(posture in own for own in postures)
    return everybody or (None if posture == "squatting" else False)  # a quick squat is no posture


def _above(stated: Stated) -> bool | None:
    """Of parts in the plural that all are above, of one that either is."""
    words, mark = stated.fields["part"], singular(stated.fields["mark"])
    part = {"arm": "hand", "leg": "foot", "kick": "foot"}.get(singular(words), singular(words))
    sides = [stated.side] if stated.side else ["left", "right"]
    above = [stated.measures.above(part, "hip" if mark == "waist" else mark, [side]) for side in sides]
    return None if None in above else all(above) if words.endswith(("s", "feet")) else any(above)


def _hand_gets_to_the_head(stated: Stated) -> bool | None:
    away = at_least(stated.measures.hand_to_head(stated.side), _AT_HEAD, _OFF_HEAD) if stated.alone else None
    return None if away is None else not away


def _takes_up(stated: Stated) -> bool | None:
    """Who ends low did not get up; else a change that is not seen may be one that a sensor draws badly."""
    postures, posture = stated.measures.postures(), stated.posture("change")
    if posture in postures[1:]:
        return True
    return False if stated.alone and posture == "standing" and postures and postures[-1] in LOW else None


def _hands_reach_the_ground(stated: Stated) -> bool | None:
    away = at_least(stated.measures.hand_height(stated.side), _TOUCHES, _TOUCHES_NOT) if stated.alone else None
    return None if away is None else not away


def _trunk_bends(stated: Stated) -> bool | None:
    return at_least(stated.measures.tilt(), _UPRIGHT, _TILTED) if stated.alone else None


def _turned_round(stated: Stated) -> bool | None:
    degrees = form.turned_away(stated)
    return None if degrees is None else degrees >= _ROUND


def _bends_over(stated: Stated) -> bool | None:
    """No of who stays upright in that way, which leaning to a side does not change; in between it is the model's."""
    forward = any(move.part == "upper body" and move.direction == "forward" for move in stated.facts.moves)
    if stated.alone and (forward or "bent over" in stated.measures.postures()):
        return True
    return False if supports.leans_to(Stated(stated.scene, stated.measures, {"way": "forward"})) is False else None


def _gets_straight(stated: Stated) -> bool | None:
    joint = "knee" if stated.fields["joint"].startswith(("knee", "leg")) else "elbow"
    angles = [stated.measures.angle(joint, side) for side in sides_meant(stated, joint)] if stated.alone else []
    seen = [at_least(float(one.max()), _STRAIGHT, _EXTENDED) for one in angles if one is not None]
    return seen[0] if len(set(seen)) == 1 and len(seen) == len(angles) else None


def _limbs(stated: Stated) -> bool | None:
    return stated.measures.uses(hand_or_foot(stated.fields["limbs"].split()[-1])) if stated.alone else None


def _together(stated: Stated) -> bool | None:
    return stated.measures.together(hand_or_foot(stated.fields["limbs"].split()[-1])) if stated.alone else None


def _symmetric(stated: Stated) -> bool | None:
    """Of what the hands do, where they do something, else of the feet."""
    measures = stated.measures
    sides = [measures.side(limb) for limb in ("hand", "foot")] if stated.alone else [None]
    if None in sides or set(sides) == {"neither"}:
        return None
    if set(sides) & {"left", "right"}:
        return False
    return measures.together("hand" if sides[0] == "both" else "foot")


def _angles(stated: Stated) -> list[float] | None:
    """Degrees to which the joints that are named bend, 180 where they stay straight."""
    joint = "knee" if stated.fields["joint"].startswith(("knee", "leg")) else "elbow"
    angles = [stated.measures.angle(joint, side) for side in ([stated.side] if stated.side else ("left", "right"))]
    seen = [float(one.min()) for one in angles if one is not None]
    return seen if stated.alone and len(seen) == len(angles) else None


def _bent(stated: Stated) -> bool | None:
    angles = _angles(stated)
    if angles is None or any(_BENT <= angle <= _STRAIGHT for angle in angles):
        return None
    return min(angles) < _BENT


def _below(stated: Stated) -> bool | None:
    angles, degrees = _angles(stated), stated.fields["degrees"]
    return min(angles) < int(degrees) if angles and degrees.isdigit() else None


def _only_one(stated: Stated) -> bool | None:
    used = used_limbs(stated.measures, singular(stated.fields["limb"]))
    return None if used is None else used.startswith(f"the {stated.side or ''}")


def _hand_is_up(stated: Stated) -> bool | None:
    """Whether a hand is raised, or is kept up: of those in the plural both."""
    words = stated.fields
    sides = [stated.side] if stated.side else ["left", "right"]
    if not stated.alone or "when" in words:
        return None
    up = [stated.measures.above("hand", "shoulder", [side]) for side in sides]
    moves = [any("up" in move.direction and move.distance >= _RAISED for move in limb_moves(stated.measures, side, "hand")) for side in sides]  # fmt: skip
    found = [None if above is None else above or moved for above, moved in zip(up, moves, strict=True)]
    return None if None in found else any(found) if words["hands"] in ("hand", "arm") else all(found)


def _do_the_same(stated: Stated, any_two: bool = False) -> bool | None:
    """Whether what each of several people, or any two of them, does is the same but for its side."""
    people = min(len(stated.measures.tracks), MOST_PEOPLE)
    if people < 2:
        return None
    if not stated.scene.apart:  # of two who act together, each alone is not what training showed
        person, other = (content_words(what_one_does(stated.scene, row)) for row in (0, 1))
        return True if person == other else None
    actions = {frozenset(content_words(what_one_does(stated.scene, person))) for person in range(people)}
    return len(actions) < people if any_two else len(actions) == 1


def _limb(stated: Stated) -> bool | None:
    """Whether the limb that is named is used, or does what is named."""
    limb, verb, sides = singular(stated.fields["limb"]), stated.fields.get("verb"), stated.fields["sides"]
    used, side = used_limbs(stated.measures, limb), {"two": "both"}.get(sides, sides)
    if used is None:
        return None
    if side == "one":
        return used.startswith("the ")
    true = used.startswith("both") or (side != "both" and side in used)
    if not verb or load_wordings().find("used", verb):
        return true
    about = topics(verb)
    if not true and not about & {"at rest", "touches", "other than used"}:
        return False
    if "goes up" in about:
        moves = limb_moves(stated.measures, "" if side == "both" else side, hand_or_foot(limb))
        return true and any("up" in move.direction for move in moves)
    if not verb.endswith("ing") or about & {"at rest", "touches", "other than used"}:
        return None
    return true and stated.scene.shows(
        f"{verb} with {'both' if side == 'both' else f'the {side}'} {limb}{'s' * (side == 'both')}"
    )


OF_ALL = frozenset({
    "touches", "hug", "parts", "comes nearer", "face each other", "back to back", "do the same", "two do the same",
    "hands touch", *pairs.FACTS,
})  # fmt: skip
# Facts of which a photo shows nothing
_OF_TIME = frozenset({"moves", "keeps still", "stays in place", "leaves the place", "pauses", "waits"})
# Facts that are not so of several people as soon as one moves, which says nothing of the others
OF_EACH = frozenset({"keeps still", "stays in place"})
# Facts that nothing but a measure tells: without one there is no answer
ONLY_MEASURED = frozenset({
    "faces the viewer", "has the back to the viewer", "straight where it gets", "higher than the other",
    "bends more than the other", "steps first", "hands touch", *pairs.FACTS, *_OF_TIME,
})  # fmt: skip
_OF_PEOPLE: dict[str, Callable[[int, Mapping[str, str]], bool]] = {
    "somebody is there": lambda people, fields: people > 0,
    "alone": lambda people, fields: people == 1,
    "several people": lambda people, fields: people > 1,
    "a number of people": lambda people, fields: fields["number"] in (str(people), number_word(people)),
}
_MEASURED: dict[str, Callable[[Stated], bool | None]] = {
    "moves": lambda stated: stated.measures.moves,
    "pauses": lambda stated: stated.measures.pauses,
    "waits": lambda stated: any(end - start >= _WAITS for start, end in stated.measures.rests),
    "do the same": _do_the_same,
    "two do the same": lambda stated: _do_the_same(stated, any_two=True),
    "slows down": slows_down,
    "speeds up": lambda stated: slows_down(stated, faster=True),
    "keeps the tempo": keeps_tempo,
    "changes the tempo": changes_tempo,
    **each_time.FACTS,
    **form.FACTS,
    **supports.FACTS,
    "a hand is up": _hand_is_up,
    "keeps still": _keeps_still,
    "stays in place": lambda stated: None if stated.measures.flat else not stated.facts.travels,
    "leaves the place": lambda stated: None if stated.measures.flat else bool(stated.facts.travels),
    "turns": _turns,
    "turns by an angle": particulars.turns_by,
    "goes": _goes,
    "goes in a circle": _goes_in_a_circle,
    "comes back": _comes_back,
    "goes across the picture": _goes_across,
    "goes to the viewer": _goes_near,
    "goes away from the viewer": lambda stated: _goes_near(stated, -1),
    "faces the viewer": particulars.faces_the_viewer,
    "has the back to the viewer": particulars.has_the_back_to_the_viewer,
    "walks": _walks,
    "stops": _stops,
    "touches": lambda stated: bool(stated.facts.contacts) or None,  # a badly seen clip lacks contacts, too
    "hug": lambda stated: False if (nearest := stated.measures.nearest) is not None and nearest > _APART else None,
    "parts": lambda stated: None if (metres := _parts_by(stated)) is None else metres > NEARER,
    "comes nearer": _comes_nearer,
    "goes down": _goes_down,
    "on the ground": _on_the_ground,
    "takes up a posture": _takes_up,
    "has a posture": _has_posture,
    "feet leave the ground": lambda stated: any(move.kind == "jump" for move in stated.facts.moves) or None,
    "a part above": _above,
    "hand gets to the head": _hand_gets_to_the_head,
    "hands reach the ground": _hands_reach_the_ground,
    "trunk is bent": _trunk_bends,
    "trunk is upright": lambda stated: None if (bent := _trunk_bends(stated)) is None else not bent,
    "faces the other way": _turned_round,
    "face each other": _face_each_other,
    "back to back": lambda stated: _face_each_other(stated, -1),
    "bends over": _bends_over,
    "joint gets straight": _gets_straight,
    "limbs move": _limbs,
    "limbs go together": _together,
    "limbs go by turns": lambda stated: None if (together := _together(stated)) is None else not together,
    "symmetric": _symmetric,
    "joint is bent": _bent,
    "straight where it gets": particulars.straight_at,
    **pairs.FACTS,
    "higher than the other": particulars.is_higher,
    "bends more than the other": particulars.bends_more,
    "steps first": particulars.steps_first,
    "circles to a way": particulars.circles,
    "falls to a way": particulars.falls_to,
    "hands touch": particulars.hands_touch,
    "opposite limbs meet": particulars.meets_the_opposite,
    "joint is straight": lambda stated: None if (bent := _bent(stated)) is None else not bent,
    "bends below an angle": _below,
    "only one limb is used": _only_one,
    "limb is used": _limb,
}
