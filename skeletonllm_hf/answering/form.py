"""How somebody carries out a movement: how deep, how wide, how far an arm is raised, how even the steps are, when and how long somebody is on the ground."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..describe import form as measured
from ..describe.excursions import Excursion
from ..describe.limbs import SIDES
from ..describe.sentences import metres, when
from ..model.prompts import REFUSAL
from ..nouns import number_word, ordinal
from .each_time import out_and_back
from .measured import hand_or_foot
from .stated import Stated, at_least, which_of_two

# What words mean, set by hand and fitted to no clips:
_LEVEL, _SLOPES = 10.0, 20.0  # degrees by which thighs slope down to the knees: they are level, they are not
_AS_DEEP, _DEEPER = 1.08, 1.15  # ratios of how deep two repetitions go: alike, one is deeper
_HANGS, _LIFTED = 25.0, 45.0  # degrees of an arm from the trunk: it hangs, it does not
_AS_HIGH = 7.0  # degrees: both arms are raised as far
_A_ROUND = 0.75  # share of a round from which it is one
_SAME_WAY, _OTHER_WAY = 30.0, 60.0  # degrees by which somebody faces another way at the end: no, yes
_IN_LINE, _OFF_LINE = 0.1, 0.16  # metres on the canonical body of the hips from the line of a level body: on it, off it
_LEANS = 20.0  # degrees by which a trunk leans that bows
# Ratios of the steps of both feet that are even, and uneven, and how many steps of each foot are compared. Chosen on Bandai-Namco-2's training people: of
# 120 who walk 111 are found to step evenly and none unevenly, of 40 who run 19 and one (with a script that is not kept).
_EVEN, _UNEVEN, _FEWEST_STEPS = 1.25, 1.4, 3
_OF_THE_ARM = ("arm", "hand", "shoulder")


def _depths(stated: Stated) -> list[float]:
    """Metres that the hips go down, each time, of who keeps the place."""
    low = [one for one in out_and_back(stated.scene, "hips") or [] if _goes_down(stated, one)]
    return [one.distance * stated.measures.tracks[0].size for one in low]


def _goes_down(stated: Stated, one: Excursion) -> bool:
    tracks = stated.measures.tracks[0]
    height = tracks.points["pelvis"][:, 1]
    return bool(np.interp(one.peak, tracks.times, height) < np.interp(one.start, tracks.times, height))


def how_deep(stated: Stated) -> str | None:
    """How far the hips go down, and how far the knees bend there; None: they do not go down and come up again."""
    depths = _depths(stated)
    if not depths:
        return None
    angles = [angle for side in SIDES if (angle := stated.measures.angle("knee", side)) is not None]
    bent = f"; the knees bend down to about {_rounded(min(float(one.min()) for one in angles))} degrees" if angles else ""  # fmt: skip
    low, high = metres(min(depths)), metres(max(depths))
    same = max(depths) < _AS_DEEP * min(depths) or low == high
    return f"the hips go down by about {high if same else f'{low} to {high}'}{bent}"


def deepest_one(stated: Stated) -> str:
    """Which repetition goes deepest, or with words such as "shallowest" least deep."""
    depths = _depths(stated)
    if len(depths) < 2:
        return REFUSAL
    if max(depths) < _DEEPER * min(depths):
        return "all are about as deep"
    least = stated.fields["depth"].startswith(("shallow", "high"))
    best = (min if least else max)(range(len(depths)), key=lambda place: depths[place])
    return f"the {ordinal(best + 1)}, about {metres(depths[best])}"


def _gets_deeper(stated: Stated, sign: int = 1) -> bool | None:
    depths = _depths(stated)
    half = len(depths) // 2
    if not half:
        return None
    ratio = float(np.mean(depths[-half:]) / np.mean(depths[:half]))
    return at_least(ratio if sign > 0 else 1 / ratio, _AS_DEEP, _DEEPER)


def thighs_are_level(stated: Stated) -> bool | None:
    """Whether the thighs get level, or lower, in the deepest squat."""
    slope = measured.thigh_slope(stated.measures.tracks[0]) if stated.alone and _depths(stated) else None
    slopes = at_least(slope, _LEVEL, _SLOPES)
    return None if slopes is None else not slopes


def from_trunk(stated: Stated) -> str:
    """Degrees to which an arm is raised from the trunk, or a thigh bends to it."""
    arm = stated.fields["root"].startswith(_OF_THE_ARM)
    sides = [stated.side] if stated.side else SIDES
    paths = {side: measured.from_trunk(stated.measures.tracks[0], "arm" if arm else "thigh", side) for side in sides}
    if any(path is None for path in paths.values()):
        return REFUSAL
    ends = {side: float(path.max() if arm else path.min()) for side, path in paths.items() if path is not None}
    side = (max if arm else min)(ends, key=lambda one: ends[one])
    limb = "arm" if arm else "thigh"
    both = len(ends) == 2 and abs(ends["left"] - ends["right"]) <= _AS_HIGH
    who = f"both {limb}s" if both else f"the {side} {limb}"
    degrees = _rounded(ends[side])
    return f"up to about {degrees} degrees from the trunk ({who})" if arm else f"down to about {degrees} degrees inside the hip ({who})"  # fmt: skip


def arms_hang(stated: Stated) -> bool | None:
    """Whether both arms, or that of a side, hang down all the time."""
    paths = [measured.from_trunk(stated.measures.tracks[0], "arm", side) for side in ([stated.side] if stated.side else SIDES)]  # fmt: skip
    seen = [float(path.max()) for path in paths if path is not None]
    lifted = at_least(max(seen), _HANGS, _LIFTED) if stated.alone and len(seen) == len(paths) else None
    return None if lifted is None else not lifted


def swing_of_arms(stated: Stated) -> str:
    """How far the hands swing forward and back."""
    both = measured.swing_of_arms(stated.measures.tracks[0])
    swing = {side: way for side, way in both.items() if stated.side in (None, side)}
    if not swing or not any(travel.steps for travel in stated.facts.travels):
        return REFUSAL
    if len(swing) == 2 and max(swing.values()) < _EVEN * min(swing.values()):
        return f"about {metres(float(np.mean(list(swing.values()))))} on both sides"
    return ", ".join(f"about {metres(way)} on the {side}" for side, way in swing.items())


def spread(stated: Stated) -> str:
    """How far apart the feet or the hands get."""
    foot = hand_or_foot(stated.fields["limbs"]) == "foot"
    gap = measured.spread(stated.measures.tracks[0], "ankle" if foot else "wrist")
    if gap is None or (foot and stated.facts.travels):
        return REFUSAL
    return f"up to about {metres(gap)} between the {'feet' if foot else 'hands'}"


def step_width(stated: Stated) -> str | None:
    """How wide the steps of who walks are; None: nobody walks."""
    travels = [travel for travel in stated.facts.travels if travel.steps and travel.kind in ("walk", "run")]
    if not travels:
        return None
    width = measured.step_width(stated.measures.tracks[0], travels[0])
    return REFUSAL if width is None else f"about {metres(width)} between the feet"


def rounds(stated: Stated) -> str | None:
    """How often somebody goes around in a circle: full rounds, or about how much of one; None: of who goes nowhere, whose circles are others."""
    if not stated.deep or not stated.facts.travels:
        return None
    travel = stated.facts.travels[0]
    if not travel.direction.startswith("in a circle"):
        return REFUSAL if travel.comes_back else "none"
    count = measured.rounds(stated.measures.tracks[0])
    if count is None:
        return REFUSAL
    if count < _A_ROUND or abs(count - round(count)) > 1 - _A_ROUND:
        return f"about {count:.1f}"
    return number_word(round(count))


def _steps(stated: Stated) -> dict[str, tuple[list[float], list[float]]] | None:
    """As `steps_of`, of who walks or runs; None: there are too few steps to compare."""
    travels = [travel for travel in stated.facts.travels if travel.kind in ("walk", "run")]
    steps = measured.steps_of(stated.measures.tracks[0], travels[0]) if stated.deep and travels else None
    return steps if steps and all(len(lengths) >= _FEWEST_STEPS for lengths, _ in steps.values()) else None


def walks_evenly(stated: Stated) -> bool | None:
    """Whether both feet take steps alike; not so where all steps of one are shorter, or quicker, than those of the other."""
    steps = _steps(stated)
    if steps is None:
        return None
    pairs = [(steps["left"][of], steps["right"][of]) for of in (0, 1)]
    ratios = [max(np.mean(one) / np.mean(two), np.mean(two) / np.mean(one)) for one, two in pairs]
    if max(ratios) <= _EVEN:
        return True
    apart = [max(one) < min(two) or max(two) < min(one) for one, two in pairs]
    return False if any(ratio >= _UNEVEN and clear for ratio, clear in zip(ratios, apart, strict=True)) else None


def longer_step(stated: Stated) -> str:
    """The foot that takes the longer steps."""
    steps = _steps(stated)
    if steps is None:
        return REFUSAL
    left, right = (float(np.mean(steps[side][0])) for side in SIDES)
    names = tuple(f"the {side} foot" for side in SIDES)
    if stated.fields["longer"].startswith(("short", "small")):
        names = names[::-1]
    less = 1 - 1 / _EVEN
    return which_of_two((left - right) / max(left, right), less / 2, less, "both feet take steps of about the same length", (names[0], names[1]))  # fmt: skip


def depth_of_a_bow(stated: Stated) -> str:
    """How far the trunk leans."""
    tilt = stated.measures.tilt()
    return REFUSAL if tilt is None or tilt < _LEANS else f"up to about {_rounded(tilt)} degrees from upright"


def time_on_one_leg(stated: Stated) -> str:
    """How long a foot is off the ground, of who stays in the place."""
    held = stated.measures.held_up("foot") if stated.deep and not stated.facts.travels else None
    return f"{held[2] - held[1]:.1f} s, {when(held[1], held[2])} (the {held[0]} foot is up)" if held else REFUSAL


def time_on_the_ground(stated: Stated) -> str:
    """How long somebody is on the ground."""
    spans = measured.on_the_ground(stated.measures.tracks[0]) if stated.deep else []
    if not spans:
        return REFUSAL
    return f"{sum(end - start for start, end in spans):.1f} s, {' and '.join(when(*span) for span in spans)}"


def turned_away(stated: Stated) -> float | None:
    """Degrees, at most 180, between where somebody faces at the end and at the start; None: flat, or several people."""
    if not stated.deep:
        return None
    signed = sum(turn.degrees * (1 if turn.side == "left" else -1) for turn in stated.facts.turns)
    return abs((signed + 180) % 360 - 180)


def faces_the_same_way(stated: Stated) -> bool | None:
    """Whether somebody faces at the end where they faced at the start."""
    other = at_least(turned_away(stated), _SAME_WAY, _OTHER_WAY)
    return None if other is None else not other


def number_of_turns(stated: Stated) -> str:
    """How many turns there are, and how far they go."""
    turns = stated.facts.turns
    if not stated.deep:
        return REFUSAL
    ways = ", ".join(f"to the {turn.side} by about {round(turn.degrees / 15) * 15} degrees" for turn in turns)
    return f"{number_word(len(turns))}: {ways}" if turns else "none" if stated.measures.moves else REFUSAL


def limb_is_still(stated: Stated) -> bool | None:
    """Whether a hand, an arm, a foot or a leg does not move, or those of both sides."""
    uses = stated.measures.uses(hand_or_foot(stated.fields["limb"]), stated.side) if stated.alone else None
    return None if uses is None else not uses


def body_in_a_line(stated: Stated) -> bool | None:
    """Whether the hips of who is level, as in a push-up, stay on the line from the neck to the ankles."""
    off = measured.hips_off_line(stated.measures.tracks[0]) if stated.alone else None
    bent = None if off is None else at_least(float(np.abs(off).max()), _IN_LINE, _OFF_LINE)
    return None if bent is None else not bent


def hips_sag(stated: Stated) -> bool | None:
    """Whether the hips of who is level get below the line from the neck to the ankles."""
    off = measured.hips_off_line(stated.measures.tracks[0]) if stated.alone else None
    return None if off is None else at_least(-float(off.min()), _IN_LINE, _OFF_LINE)


def _rounded(degrees: float) -> int:
    return round(degrees / 5) * 5


# The entries of the groups "particular" and "fact" in `questions/data/wordings.txt` that are answered here
ANSWERS: dict[str, Callable[[Stated], str | None]] = {
    "how deep": how_deep,
    "deepest one": deepest_one,
    "degrees from the trunk": from_trunk,
    "swing of the arms": swing_of_arms,
    "spread": spread,
    "rounds": rounds,
    "longer step": longer_step,
    "time on the ground": time_on_the_ground,
    "number of turns": number_of_turns,
    "depth of a bow": depth_of_a_bow,
    "time on one leg": time_on_one_leg,
}
FACTS: dict[str, Callable[[Stated], bool | None]] = {
    "gets deeper": _gets_deeper,
    "gets less deep": lambda stated: _gets_deeper(stated, -1),
    "thighs are level": thighs_are_level,
    "arms hang": arms_hang,
    "walks evenly": walks_evenly,
    "walks unevenly": lambda stated: None if (even := walks_evenly(stated)) is None else not even,
    "limps": lambda stated: True if walks_evenly(stated) is False else None,  # who limps may take even steps
    "faces the same way": faces_the_same_way,
    "limb is still": limb_is_still,
    "body in a line": body_in_a_line,
    "hips sag": hips_sag,
}
