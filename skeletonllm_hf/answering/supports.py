"""What carries somebody: the foot that hops, the knee on the ground, one leg or both, the spot on which they march or turn, and where to they leave it."""

from __future__ import annotations

from collections.abc import Callable

from ..describe import particulars as measured
from ..describe.ways import first_way
from ..model.prompts import REFUSAL
from ..nouns import number_word
from .each_time import sides_in_turn
from .stated import Stated, at_least

# What words mean, set by hand and fitted to no clips:
_UPRIGHT, _LEANS = 12.0, 20.0  # degrees by which a trunk leans to a side: not at all, it does
_MARCHES = 4  # times that a foot is lifted by who walks on the spot
_BALANCES = 1.0  # seconds for which a foot is off the ground of who stands on one leg; half as long is none
_LIFTED = 0.2  # metres: a foot that high is lifted
LOW = frozenset({"squatting", "sitting", "kneeling", "lying", "on all fours"})
_TURNS = 25.0  # degrees by which a quarter, a half or a full turn may be missed
_ABOUT = 0.2  # share of a turn by which a whole number of turns may be missed


def hopping_foot(stated: Stated) -> str:
    """The foot, or leg, on which somebody hops."""
    side = measured.hops_on(stated.measures.tracks[0]) if stated.deep else None
    return (
        REFUSAL
        if side is None
        else "both feet"
        if side == "both"
        else f"the {side} {stated.fields.get('limb', 'foot')}"
    )


def hops_so(stated: Stated) -> bool | None:
    """Whether somebody hops on the foot of a side, on one or on both."""
    side = measured.hops_on(stated.measures.tracks[0]) if stated.deep else None
    if side is None:
        return None
    named = stated.fields["sides"]
    return side != "both" if named == "one" else side == ("both" if named == "two" else named)


def knee_on_the_ground(stated: Stated) -> str:
    """Which knee is on the ground."""
    down = measured.knees_down(stated.measures.tracks[0]) if stated.deep else None
    return REFUSAL if not down else "both knees" if len(down) == 2 else f"the {down[0]} knee"


def knee_is_down(stated: Stated) -> bool | None:
    """Whether the knee of a side is on the ground, or of one, or of both."""
    down = measured.knees_down(stated.measures.tracks[0]) if stated.deep else None
    if down is None:
        return None
    sides = stated.fields.get("sides")
    return bool(down) if sides is None else len(down) == (1 if sides == "one" else 2) if sides in ("one", "both", "two") else sides in down  # fmt: skip


def leans_to(stated: Stated) -> bool | None:
    """Whether the trunk leans to a side, forward or backward."""
    degrees = measured.leans(stated.measures.tracks[0]) if stated.alone else None
    way = stated.side or stated.fields["way"].removesuffix("s")
    return None if degrees is None else at_least(degrees[way], _UPRIGHT, _LEANS)


def marches(stated: Stated) -> bool | None:
    """Whether somebody walks on the spot: lifts the feet by turns and stays there."""
    if not stated.deep:
        return None
    if stated.facts.travels:
        return False
    return True if steps_on_the_spot(stated) else None if sides_in_turn(stated, ["foot"]) else False


def steps_on_the_spot(stated: Stated) -> int:
    """How often the feet are lifted by turns by who stays there; 0: not so."""
    sides = (sides_in_turn(stated, ["foot"]) if stated.deep and not stated.facts.travels else None) or []
    turns = all(one != two for one, two in zip(sides, sides[1:])) and "both" not in sides
    return len(sides) if turns and len(sides) >= _MARCHES else 0


def goes_first(stated: Stated) -> str:
    """Where somebody goes first."""
    return (first_way(stated.measures.tracks[0]) if stated.deep else None) or REFUSAL


def goes_first_to(stated: Stated) -> bool | None:
    """Whether somebody goes to a side, forward or backward first."""
    way = first_way(stated.measures.tracks[0]) if stated.deep else None
    return None if way is None else (stated.side or stated.fields["way"].removesuffix("s")) in way


def share_of_a_turn(stated: Stated) -> str:
    """Whether somebody turns by a quarter, a half or all of a turn."""
    degrees = stated.facts.turns[0].degrees if stated.deep and len(stated.facts.turns) == 1 else 0.0
    shares = {"a quarter turn": 90, "a half turn": 180, "three quarters of a turn": 270, "a full turn": 360}
    return next((name for name, exact in shares.items() if abs(degrees - exact) <= _TURNS), REFUSAL)


def turns(stated: Stated) -> str:
    """How often somebody turns round: once, or as many whole turns as there are; there and back once."""
    ways = {travel.direction for travel in stated.facts.travels}
    if not stated.deep or len(stated.facts.turns) != 1 or not ways <= {"there and back", "forward", "backward"}:
        return REFUSAL
    whole = stated.facts.turns[0].degrees / 360
    if "full" in stated.fields or whole > 1 - _ABOUT:
        return number_word(round(whole)) if abs(whole - round(whole)) < _ABOUT and round(whole) else f"about {whole:.2g} of a turn"  # fmt: skip
    return number_word(1)


def _leaves_the_ground(stated: Stated) -> bool:
    return bool(stated.facts.travels) or any(move.kind == "jump" for move in stated.facts.moves)


def _stay_down(stated: Stated) -> bool | None:
    if not stated.deep:
        return None
    lifted = _leaves_the_ground(stated) or at_least(stated.measures.foot_height(), _LIFTED / 2, _LIFTED)
    return None if lifted is None else not lifted


def _lifts_a_foot(stated: Stated) -> bool | None:
    """Not of those who walk or jump, who lift both."""
    if not stated.alone or _leaves_the_ground(stated):
        return None
    return at_least(stated.measures.foot_height(stated.side), _LIFTED / 2, _LIFTED)


def _on_one_leg(stated: Stated) -> bool | None:
    if not stated.alone or stated.measures.flat or _leaves_the_ground(stated) or set(stated.measures.postures()) & LOW:
        return None
    held = stated.measures.held_up("foot")
    return at_least(held[2] - held[1] if held else 0.0, _BALANCES / 2, _BALANCES)


def _on_the_leg(stated: Stated) -> bool | None:
    """Whether somebody stands on the leg of a side, and not on both."""
    one = _on_one_leg(stated)
    return stated.measures.standing_leg() == stated.side if one else one


ANSWERS: dict[str, Callable[[Stated], str]] = {
    "hopping foot": hopping_foot,
    "knee on the ground": knee_on_the_ground,
    "turns round": turns,
    "share of a turn": share_of_a_turn,
    "goes first": goes_first,
}
FACTS: dict[str, Callable[[Stated], bool | None]] = {
    "hops on a foot": hops_so,
    "a knee is down": knee_is_down,
    "leans to a way": leans_to,
    "marches": marches,
    "goes first to": goes_first_to,
    "feet stay on the ground": _stay_down,
    "lifts a foot": _lifts_a_foot,
    "on one leg": _on_one_leg,
    "on the leg of a side": _on_the_leg,
    "on both legs": lambda stated: None if (one := _on_one_leg(stated)) is None else not one,
}
