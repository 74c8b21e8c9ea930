"""Questions about one particular that the skeleton shows: which hand is higher, which foot steps first, when somebody lands.

`particular` answers those whose wordings are in the group "particular" of `questions/data/wordings.txt`; what "yes" or "no" answers is among
the facts of `facts`, by the functions below that say whether something is so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..describe import particulars as measured
from ..describe.form import on_the_ground
from ..describe.limbs import SIDES
from ..describe.posture import flights
from ..describe.sentences import metres, when
from ..model.prompts import REFUSAL
from ..questions import load_wordings
from . import each_time, form, pairs, supports, tempo
from .scene import Scene
from .stated import Stated, at_least, which_of_two
from .times import number_of

# Set by hand: metres on the canonical body by which one of two is higher, and degrees by which one bends more
_HIGHER, _AS_HIGH = 0.1, 0.05
_BENT_MORE, _BENT_ALIKE = 15.0, 7.0
# Metres on the canonical body between two wrists, or two hands: 24 of 27 who clap among UTKinect's, MSR Action3D's and GTU's training people come
# within the first or the second, where the model sees a clap; who has nothing to do with both hands mostly stays farther apart than the third.
_TOUCH, _CLAP, _TOUCH_NOT = 0.1, 0.27, 0.3
_DEGREES = 20.0, 30.0  # by which a turn is other than somebody says: no, yes; set by hand
_BUSIER = 1.25  # ratio of the ways of two limbs, of which one does more; set by hand
_LUNGE = 0.4  # metres between the feet, of a step
_PART = {"hand": "wrist", "fist": "wrist", "arm": "wrist", "elbow": "elbow", "knee": "knee", "leg": "ankle", "foot": "ankle"}  # fmt: skip
_STRAIGHT, _NOT_STRAIGHT = 150.0, 140.0  # degrees inside a joint, where its limb has got to; set by hand


def particular(scene: Scene, text: str) -> str | None:
    """The answer to a question about a particular, or a refusal where the clip does not show it; None: another question.

    Args:
        scene: the clip.
        text: the question, as `questions.plain` gives it.
    """
    found = load_wordings().find("particular", text)
    if found is None or scene.measures is None:
        return None
    stated = Stated(scene, scene.measures, found.fields)
    if stated.alone == (found.entry in pairs.ANSWERS):
        return None
    return _ANSWERS[found.entry](stated)


def singular(limb: str) -> str:
    """ "foot" for "feet", "hand" for "hands"."""
    return "foot" if limb == "feet" else limb.removesuffix("s")


def _higher_by(stated: Stated) -> float | None:
    """Metres on the canonical body by which the left hand or foot is higher than the right one, at the time that is meant; None: unclear."""
    limb = singular(stated.fields["limb"])
    both = measured.heights(stated.measures.tracks[0], _PART[limb]) if stated.alone else None
    if both is None:
        return None
    moment, gets = stated.fields.get("when", ""), stated.fields.get("gets")
    edge = max(1, both.shape[1] // 10)
    if moment:
        at_end = any(word in moment for word in ("end", "last", "final"))
        part = both[:, -edge:] if at_end else both[:, :edge]
        return float(np.subtract(*part.mean(1)))
    if gets:
        return float(np.subtract(*both.max(1)))
    highest, mean = (float(np.subtract(*values)) for values in (both.max(1), both.mean(1)))
    if "mean" in stated.fields:
        return mean
    alike = min(abs(highest), abs(mean)) < _AS_HIGH / 2
    return max(highest, mean, key=abs) if alike or highest * mean > 0 else None


def _which_is_higher(stated: Stated) -> str:
    limb, low = singular(stated.fields["limb"]), stated.fields["extreme"].startswith("low")
    both = f"both {'feet' if limb == 'foot' else f'{limb}s'} are about as high"
    return which_of_two(_higher_by(stated), _AS_HIGH, _HIGHER, both, _of_sides(limb, low))


def _of_sides(limb: str, less: bool) -> tuple[str, str]:
    """Names of the limb that has more of something if it is the left one, and if it is the right one; with `less` of the other."""
    left, right = (f"the {side} {limb}" for side in SIDES)
    return (right, left) if less else (left, right)


def is_higher(stated: Stated) -> bool | None:
    """Whether the hand or foot of one side is higher, or lower, than that of the other."""
    metres_more = _higher_by(stated)
    if metres_more is None:
        return None
    sign = (1 if stated.side == "left" else -1) * (-1 if stated.fields.get("extreme", "").startswith("low") else 1)
    return at_least(sign * metres_more, _AS_HIGH, _HIGHER)


def _bends_more_by(stated: Stated) -> float | None:
    """Degrees by which the left knee or elbow bends more than the right one; None: not seen."""
    joint = "knee" if singular(stated.fields["joint"]) in ("knee", "leg") else "elbow"
    left, right = (stated.measures.angle(joint, side) if stated.alone else None for side in SIDES)
    return None if left is None or right is None else float(right.min() - left.min())


def _which_bends_more(stated: Stated) -> str:
    joint, less = singular(stated.fields["joint"]), stated.fields.get("less", "").startswith(("less", "least"))
    both = f"both {joint}s bend about as far"
    return which_of_two(_bends_more_by(stated), _BENT_ALIKE, _BENT_MORE, both, _of_sides(joint, less))


def bends_more(stated: Stated) -> bool | None:
    """Whether the knee or elbow of one side bends more than the other."""
    degrees = _bends_more_by(stated)
    sign = 1 if stated.side == "left" else -1
    return None if degrees is None else at_least(sign * degrees, _BENT_ALIKE, _BENT_MORE)


def _first_foot(stated: Stated) -> str:
    side = measured.first_step(stated.measures.tracks[0])
    return f"the {side} {singular(stated.fields['limb'])}" if side else REFUSAL


def steps_first(stated: Stated) -> bool | None:
    """Whether the foot of one side steps first."""
    side = measured.first_step(stated.measures.tracks[0]) if stated.alone else None
    return None if side is None else side == stated.side


def _faces(stated: Stated) -> str:
    """Where somebody faces, at the end where that is meant; at both where it changes and no time is named."""
    first, last = stated.measures.faces(), stated.measures.faces(at_end=True)
    after = stated.fields.get("after", "")
    if after:
        start = any(word in after for word in ("start", "begin", "first", "before", "initially"))
        return (first if start else last) or REFUSAL
    if first and last and first != last:
        return f"{first} at the start, {last} at the end"
    return first if first and first == last else REFUSAL


def has_the_back_to_the_viewer(stated: Stated) -> bool | None:
    """Whether somebody faces away from the viewer, at the end where that is meant, or turns so."""
    return _faces_now(stated, "away from the camera")


def faces_the_viewer(stated: Stated) -> bool | None:
    """Whether somebody faces the viewer, at the end where that is meant."""
    return _faces_now(stated, "the camera")


def _faces_now(stated: Stated, where: str) -> bool | None:
    if not stated.deep:
        return None
    first, last = (stated.measures.faces(at_end) == where for at_end in (False, True))
    if "turn" in stated.fields:
        return last and not first
    moment = stated.fields.get("when", "")
    if not moment:
        return first if first == last else None
    return last if any(word in moment for word in ("end", "last", "final", "after")) else first


def turns_by(stated: Stated) -> bool | None:
    """Whether somebody turns by about so many degrees; None: it is in between, or no number is named."""
    turned = sum(turn.degrees for turn in stated.facts.turns)
    if not stated.deep or not turned or not stated.fields["degrees"].isdigit():
        return None
    differs = at_least(abs(turned - int(stated.fields["degrees"])), *_DEGREES)
    return None if differs is None else not differs


def _circling(stated: Stated) -> str | None:
    """Which way the arms circle, of one or of both."""
    ways = {side: measured.circling(stated.measures.tracks[0], side) for side in SIDES}
    seen = {way for side, way in ways.items() if way and stated.side in (None, side)}
    return seen.pop() if len(seen) == 1 and stated.alone else None


def circles(stated: Stated) -> bool | None:
    """Whether the arms circle forward, or backward."""
    way = _circling(stated)
    return None if way is None else stated.fields["way"].startswith(way)


def fall_direction(stated: Stated) -> str | None:
    """ "forward", "backward", "to the left" or "to the right": which way somebody falls; None: it is not a fall, or not seen."""
    sways = [move for move in stated.facts.moves if move.part == "upper body"]
    if not stated.alone or not sways or not stated.scene.shows("fall"):
        return None
    return max(sways, key=lambda move: move.distance).direction


def falls_to(stated: Stated) -> bool | None:
    """Whether somebody falls forward or backward, also "on the back" or "on the face"."""
    direction, way = fall_direction(stated), stated.fields.get("way") or stated.fields["on"]
    return None if direction is None else direction == ("backward" if way.startswith("back") else "forward")


def _forward_or_backward(stated: Stated) -> str:
    """Of the way over the ground, of a fall, or of circles of the arms."""
    travels = stated.facts.travels
    return (travels[0].direction if travels else fall_direction(stated) or _circling(stated)) or REFUSAL


def _feet_apart(stated: Stated) -> str | None:
    """Metres of one long step, or between the feet; None: of somebody who goes somewhere, whose steps are another question."""
    if stated.facts.travels:
        return None
    gap = measured.feet_gap(stated.measures.tracks[0])
    stands = "apart" in stated.fields
    return f"about {metres(gap)} between the feet" if gap is not None and (stands or gap > _LUNGE) else REFUSAL


def _lands(stated: Stated) -> str:
    """When the feet come down after each jump, or after that of a rank; of who falls the hips."""
    times = [end for _, end, _ in flights(stated.measures.tracks[0])]
    if not times and stated.deep and stated.scene.shows("fall"):
        times = [start for start, _ in on_the_ground(stated.measures.tracks[0])]
    if rank := stated.fields.get("rank"):
        number = number_of(rank, len(times))
        times = times[number - 1 : number] if number else []
    return "; ".join(f"at {end:.1f} s" for end in times) or REFUSAL


def _at_head(stated: Stated) -> str:
    """How long a hand is at the head or the mouth, or when it gets there or leaves."""
    spans = measured.hand_at_head(stated.measures.tracks[0], stated.side) if not stated.measures.flat else []
    if not spans:
        return REFUSAL
    verb = stated.fields.get("verb", "")
    if verb:
        return (
            f"at {spans[-1][1]:.1f} s" if verb.startswith(("leave", "left", "go away")) else f"at {spans[0][0]:.1f} s"
        )
    return f"{sum(end - start for start, end in spans):.1f} s, {' and '.join(when(*span) for span in spans)}"


def hands_touch(stated: Stated) -> bool | None:
    """Whether the hands of one person touch each other, or those of several people; a clap brings the wrists only near."""
    if not stated.alone:
        return bool(stated.facts.contacts) or stated.scene.shows("shake hands") or None
    gap = measured.hands_gap(stated.measures.tracks[0])
    if gap is None or gap > _TOUCH_NOT:
        return None if gap is None else False
    if gap < _CLAP and ((gap < _TOUCH and not stated.measures.flat) or stated.scene.shows("clap")):
        return True
    return None


def sides_meant(stated: Stated, joint: str) -> list[str]:
    """The sides of which a knee or elbow is meant: that which is named, or the one of the limb that does more, or both; none: they are not seen.

    Both where both are named, or do about as much.
    """
    if stated.side:
        return [stated.side]
    ways = stated.measures.ways({"knee": "foot", "elbow": "hand"}[joint], 0) if stated.alone else {}
    busier = max(ways, key=lambda side: ways[side], default="")
    clear = len(ways) == 2 and ways[busier] > _BUSIER * min(ways.values())
    return [busier] if clear and not stated.fields.get("joint", "").endswith("s") else list(ways)


def straight_at(stated: Stated) -> bool | None:
    """Whether an arm or leg is straight where it has got to: a punch, a raised arm, a kick; "at the top" where it is highest."""
    named = singular(stated.fields.get("joint") or stated.fields["arm"])
    joint = "knee" if named in ("knee", "leg") else "elbow"
    top = any(word in stated.fields.get("at", "") for word in ("top", "highest"))
    found = {_straight(stated, joint, side, top) for side in sides_meant(stated, joint)} if stated.alone else {None}
    return found.pop() if len(found) == 1 else None


def _straight(stated: Stated, joint: str, side: str, highest: bool) -> bool | None:
    tracks, angles = stated.measures.tracks[0], stated.measures.angle(joint, side)
    frame = measured.farthest(tracks, joint, side, highest)
    if angles is None or frame is None:
        return None
    reach = max(1, int(0.1 / max(tracks.times[-1] / max(len(tracks.times) - 1, 1), 1e-6)))
    return at_least(float(angles[max(0, frame - reach) : frame + reach + 1].max()), _NOT_STRAIGHT, _STRAIGHT)


def _meeting(stated: Stated) -> tuple[str, str] | None:
    upper, lower = (singular(stated.fields[field]) for field in ("upper", "lower"))
    return measured.limbs_meet(stated.measures.tracks[0], _PART[upper], _PART[lower]) if stated.alone else None


def _which_meets(stated: Stated) -> str:
    """Which elbow or hand comes to a knee or foot."""
    sides = _meeting(stated)
    return REFUSAL if sides is None else f"the {sides[0]} {singular(stated.fields['upper'])}"


def meets_the_opposite(stated: Stated) -> bool | None:
    """Whether an elbow or hand comes to the knee or foot of the other side."""
    sides = _meeting(stated)
    return None if sides is None else sides[0] != sides[1]


_ANSWERS: dict[str, Callable[[Stated], str | None]] = {
    "higher": _which_is_higher,
    "bends more": _which_bends_more,
    "first foot": _first_foot,
    "where somebody faces": _faces,
    "way of circles": lambda stated: _circling(stated) or REFUSAL,
    "forward or backward": _forward_or_backward,
    "feet apart": _feet_apart,
    "step width": lambda stated: form.step_width(stated) or _feet_apart(stated),
    "lands": _lands,
    "hand at the head": _at_head,
    "tempo": tempo.which_tempo,
    "limbs meet": _which_meets,
    **each_time.ANSWERS,
    **form.ANSWERS,
    **supports.ANSWERS,
    **pairs.ANSWERS,
}
