"""Each time that a hand, a foot or the hips leave their place and come back: how often, of which side, which first, how long, by turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..describe.excursions import Excursion, excursions
from ..describe.limbs import SIDES
from ..describe.posture import flights
from ..model.prompts import REFUSAL
from ..nouns import number_word, ordinal
from ..questions import load_wordings
from .measured import counted_repetitions, hand_or_foot, used_limbs
from .scene import Scene
from .stated import Stated, at_least
from .times import number_of

# What words mean, set by hand and fitted to no clips:
_AT_ONCE = 0.25  # seconds: two limbs that start within this start together
_HOLDS = 0.6  # seconds from which a posture is held and not passed through
_AS_DEEP = 0.75  # share of the deepest squat of a long clip, from which all that goes down is one
_AS_LONG, _LONGER = 1.08, 1.2  # ratios of the times that two repetitions take: alike, one is longer


def out_and_back(scene: Scene, part: str) -> list[Excursion] | None:
    """All excursions of one person who keeps the place, or comes back to it; None: of others, or not seen."""
    if scene.measures is None or scene.people != 1 or scene.measures.flat:
        return None
    if any(not travel.comes_back for travel in scene.measures.facts.travels):
        return None
    return excursions(scene.measures.tracks[0], part)


def count_of(scene: Scene, action: str) -> int | None:
    """How many squats, kicks, lunges or jumps there are; None: of another action, or they cannot be counted so.

    Args:
        scene: the clip.
        action: what is counted, such as "kicks".
    """
    named = load_wordings().find("out and back", action)
    if named is None or scene.measures is None or scene.people != 1 or scene.measures.flat:
        return None
    if named.entry == "air":
        return len(flights(scene.measures.tracks[0])) or None
    low, end = out_and_back(scene, "hips") or [], float(scene.measures.tracks[0].times[-1])
    feet = [group[0] for group in _at_once(out_and_back(scene, "foot") or []) if len(group) == 1]  # else a jump
    found = {
        "hips": low,
        "foot": [one for one in feet if not any(map(one.meets, low))],
        "lunge": [one for one in feet if any(map(one.meets, low))],
    }[named.entry]
    if named.entry == "hips" and scene.stretches:  # who sits down, picks up something or jumps goes down too
        jumps = [(start + stop) / 2 for start, stop, _ in flights(scene.measures.tracks[0])]
        found = [
            one for one in found if one.end < end and not any(one.start - 1 < jump < one.end + 1 for jump in jumps)
        ]
        shown = [scene.stretches[place] for place in scene.stretches_with(action)]
        if found and min(one.distance for one in found) < _AS_DEEP * max(one.distance for one in found):
            found = [one for one in found if any(stretch.start <= one.peak < stretch.end for stretch in shown)]
        found = found if shown else []
    return len(found) or None


def _at_once(found: list[Excursion]) -> list[list[Excursion]]:
    """The excursions in their order, those of both sides that start together in one group."""
    groups: list[list[Excursion]] = []
    for one in found:
        last = groups[-1] if groups else []
        if len(last) == 1 and one.side != last[0].side and one.start - last[0].start < _AT_ONCE:
            last.append(one)
        else:
            groups.append([one])
    return groups


def times_of_a_side(stated: Stated) -> str:
    """How often the limb of a side does something, or each of both."""
    limb = stated.fields.get("limb", "leg" if "kick" in stated.fields else "hand")
    sides = [stated.side] if stated.side else SIDES
    counts = [_times(stated, limb, side) for side in sides]
    if None in counts:
        return REFUSAL
    words = [number_word(count) if count else "none" for count in counts]
    return words[0] if stated.side else f"{words[0]} on the left, {words[1]} on the right"


def _times(stated: Stated, limb: str, side: str) -> int | None:
    part = hand_or_foot(limb)
    if load_wordings().named_in("to and fro", stated.fields.get("verb", "")):
        used = used_limbs(stated.measures, part) or ""
        if used in (f"the {'right' if side == 'left' else 'left'} {part}", f"neither {part}"):
            return 0
        counted = counted_repetitions(stated.scene.clip) if used == f"the {side} {part}" else None
        return counted.count if counted else None
    found = out_and_back(stated.scene, part)
    return None if not found else sum(one.side == side for one in found)


def first_limb(stated: Stated) -> str:
    """Which hand or foot goes out first."""
    limb = stated.fields.get("limb", "arm")
    side = _first(stated, hand_or_foot(limb))
    plural = "feet" if limb == "foot" else f"{limb}s"
    return REFUSAL if side is None else f"both {plural} at the same time" if side == "both" else f"the {side} {limb}"


def _first(stated: Stated, part: str) -> str | None:
    """ "left", "right" or "both"; None: neither is seen to go out."""
    found = out_and_back(stated.scene, part)
    if not found:
        return None
    other = next((one for one in found if one.side != found[0].side), None)
    return "both" if other and other.start - found[0].start < _AT_ONCE else found[0].side


def goes_first(stated: Stated, after: bool = False) -> bool | None:
    """Whether the limb of a side goes out before that of the other, or with `after` behind it."""
    part = hand_or_foot(stated.fields["limb"])
    found, first = out_and_back(stated.scene, part), _first(stated, part)
    if not found or len({one.side for one in found}) < 2:
        return None
    return first not in (stated.side, "both") if after else first == stated.side


def sides_in_turn(stated: Stated, parts: Sequence[str] = ()) -> list[str] | None:
    """The side of each excursion of hands or feet, "both" where two are out at once; None: none is seen."""
    limb = stated.fields.get("limb")
    parts = parts or ([hand_or_foot(limb)] if limb else ["hand", "foot"])
    found = max((out_and_back(stated.scene, part) or [] for part in parts), key=len)
    return ["both" if len(group) > 1 else group[0].side for group in _at_once(found)] or None


def alternates(stated: Stated) -> bool | None:
    """Whether left and right do something by turns."""
    sides = sides_in_turn(stated)
    return None if sides is None else set(sides) == {"left", "right"} and all(a != b for a, b in zip(sides, sides[1:]))


def one_side_alone(stated: Stated) -> bool | None:
    """Whether only the limb of one side does something."""
    sides = sides_in_turn(stated)
    return None if sides is None else set(sides) == {stated.side}


def more_often(stated: Stated) -> bool | None:
    """Whether the limb of one side does something more often than that of the other."""
    sides = sides_in_turn(stated)
    return None if sides is None else sides.count(stated.side or "") > len(sides) / 2


def _durations(stated: Stated) -> list[float]:
    """Seconds of each of several repetitions: of the hips, else of the limb that goes out most often; none where there are not two."""
    hips, *limbs = (
        [one for one in out_and_back(stated.scene, part) or [] if one.side == side]
        for part, side in (("hips", ""), *((part, side) for part in ("foot", "hand") for side in SIDES))
    )
    found = hips if len(hips) > 1 else max(limbs, key=len)
    return [one.end - one.start for one in found] if len(found) > 1 else []


def seconds_of_one(stated: Stated) -> str:
    """How long the first, last, ... repetition takes."""
    seconds = _durations(stated)
    number = number_of(stated.fields["rank"], len(seconds))
    return f"about {seconds[number - 1]:.1f} s" if number else REFUSAL


def held_low(stated: Stated) -> str:
    """How long somebody stays at the lowest, each time."""
    held = [one.stays for one in out_and_back(stated.scene, "hips") or []]
    return "; ".join(f"about {seconds:.1f} s" for seconds in held) if held and min(held) >= _HOLDS else REFUSAL


def extreme_one(stated: Stated) -> str:
    """Which repetition takes longest, or with words such as "fastest" shortest."""
    seconds = _durations(stated)
    if not seconds:
        return REFUSAL
    if max(seconds) < _LONGER * min(seconds):
        return "all take about as long"
    quick = bool(load_wordings().named_in("quicker", stated.fields["speed"]))
    best = (min if quick else max)(range(len(seconds)), key=lambda place: seconds[place])
    return f"the {ordinal(best + 1)}, about {seconds[best]:.1f} s"


def one_is_longer(stated: Stated) -> bool | None:
    """Whether one repetition takes longer than another, or with words such as "faster" less long."""
    seconds = _durations(stated)
    numbers = [number_of(stated.fields[field], len(seconds)) for field in ("rank", "than")]
    if None in numbers:
        return None
    one, two = (seconds[number - 1] for number in numbers if number)
    quick = bool(load_wordings().named_in("quicker", stated.fields["speed"]))
    return at_least(two / one if quick else one / two, _AS_LONG, _LONGER)


def gaps_between(stated: Stated) -> list[float]:
    """Seconds from each of three or more repetitions of one person to the next; none where there are not so many."""
    counted = counted_repetitions(stated.scene.clip) if stated.alone else None
    times = counted.times if counted and counted.count > 2 else ()
    gaps = [after - before for before, after in zip(times, times[1:])]
    seconds = _durations(stated)
    return seconds if len(seconds) > max(2, len(gaps) + 1) else gaps


# The entries of the groups "particular" and "fact" in `questions/data/wordings.txt` that are answered here
ANSWERS: dict[str, Callable[[Stated], str]] = {
    "times of a side": times_of_a_side,
    "times of both sides": times_of_a_side,
    "first limb": first_limb,
    "length of one": seconds_of_one,
    "held low": held_low,
    "extreme one": extreme_one,
}
FACTS: dict[str, Callable[[Stated], bool | None]] = {
    "goes out before the other": goes_first,
    "goes out after the other": lambda stated: goes_first(stated, after=True),
    "alternates sides": alternates,
    "one side alone": one_side_alone,
    "more often on one side": more_often,
    "one takes longer": one_is_longer,
}
