"""Two people compared: who is taller, in front, faster; whether they go the same way, one behind the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..describe import particulars as measured
from ..describe.facts import Travel
from ..describe.limbs import SIDES
from ..model.prompts import REFUSAL
from .stated import Stated, at_least, which_of_two

# Shares by which one of two people is taller: of SBU's training people, whom a depth sensor saw, both halves of each of 110 clips agree on who
# is taller by the first; below the second they are as tall.
_TALLER, _AS_TALL = 0.03, 0.015
# What words mean, set by hand and fitted to no clips:
_SAME_WAY, _OTHER_WAY = 0.7, 0.3  # cosines of two ways over the ground
_NEAR, _FAR = 0.9, 1.4  # metres between two who stand close to each other, and who do not
_AHEAD = 0.3  # metres by which somebody is in front
_CAUGHT = 0.6  # metres between two, of whom one has caught up
_AS_FAST, _FASTER = 1.05, 1.12  # ratios of two speeds


def _taller_by(stated: Stated) -> float | None:
    """The share by which the person on the right is taller than the one on the left; None: not two people, or not seen."""
    tracks = sorted(stated.measures.tracks, key=lambda track: track.stands_at)
    heights = [height for track in tracks if (height := measured.height(track))]
    return float(np.log(heights[1] / heights[0])) if len(heights) == len(tracks) == 2 else None


def _who_is_taller(stated: Stated) -> str:
    left, right = (f"the person on the {side}" for side in SIDES)
    names = (left, right) if stated.fields["size"].startswith(("small", "short")) else (right, left)
    return which_of_two(_taller_by(stated), _AS_TALL, _TALLER, "both are about as tall", names)


def is_taller(stated: Stated) -> bool | None:
    """Whether the person on one side is taller, or smaller, than the other."""
    share = _taller_by(stated)
    if share is None:
        return None
    sign = (1 if "right" in stated.fields["which"].split() else -1) * (
        -1 if stated.fields["size"].startswith(("small", "short")) else 1
    )
    return at_least(sign * share, _AS_TALL, _TALLER)


def as_tall(stated: Stated) -> bool | None:
    share = _taller_by(stated)
    differ = None if share is None else at_least(abs(share), _AS_TALL, _TALLER)
    return None if differ is None else not differ


class _Ways(NamedTuple):
    """Of two people who both go somewhere: cosine of their ways, and metres by which the first is ahead at the start and at the end."""

    alike: float
    ahead: tuple[float, float]


def _ways(stated: Stated) -> _Ways | None:
    """None: not two people who go straight ways, or seen without depth."""
    tracks, travels = stated.measures.tracks, _travels(stated)
    if stated.scene.people != 2 or stated.measures.flat or len(tracks) != 2 or set(travels) != {0, 1}:
        return None
    if any(travel.comes_back for travel in travels.values()) or not all(track.has("pelvis") for track in tracks):
        return None
    paths = [track.points["pelvis"][:, [0, 2]] for track in tracks]
    units = [(path[-1] - path[0]) / max(float(np.linalg.norm(path[-1] - path[0])), 1e-6) for path in paths]
    mean = sum(units) / max(float(np.linalg.norm(sum(units))), 1e-6)
    start, end = (float((paths[0][at] - paths[1][at]) @ mean) for at in (0, -1))
    return _Ways(float(units[0] @ units[1]), (start, end))


def _travels(stated: Stated) -> dict[int, Travel]:
    return {travel.person: travel for travel in stated.facts.travels}


def go_the_same_way(stated: Stated) -> bool | None:
    """Whether two who both go somewhere go the same way."""
    ways = _ways(stated)
    return None if ways is None else at_least(ways.alike, _OTHER_WAY, _SAME_WAY)


def _leader(stated: Stated, at: int) -> int | None:
    """Who is in front at the start (0) or at the end (1) of two who go the same way; None: neither, or they do not."""
    ways = _ways(stated)
    if ways is None or ways.alike < _SAME_WAY or abs(ways.ahead[at]) < _AHEAD:
        return None
    return 0 if ways.ahead[at] > 0 else 1


def who_is_in_front(stated: Stated) -> str:
    first, last = _leader(stated, 0), _leader(stated, 1)
    if first is None or first != last:
        return REFUSAL
    behind = stated.fields.get("place", "").startswith(("behind", "following", "chasing", "at the back", "last"))
    return stated.facts.places[1 - first if behind else first]


def one_follows(stated: Stated) -> bool | None:
    """Whether one of two goes behind the other, the same way; of two of whom one stays that is not so."""
    if _leader(stated, 0) is not None:
        return _leader(stated, 0) == _leader(stated, 1)
    ways = _ways(stated)
    apart = ways is not None and ways.alike < _OTHER_WAY
    return (
        False
        if apart or (stated.scene.people == 2 and len(_travels(stated)) < 2 and not stated.measures.flat)
        else None
    )


def catches_up(stated: Stated) -> bool | None:
    """Whether the one behind gets to the other; who only comes nearer does not."""
    ways = _ways(stated)
    if ways is None or ways.alike < _SAME_WAY:
        return None
    start, end = ways.ahead
    return abs(start) >= _AHEAD and (abs(end) < _CAUGHT or start * end < 0)


def close_together(stated: Stated) -> bool | None:
    """Whether two get as near as people who stand close to each other."""
    nearest = stated.measures.nearest if stated.scene.people == 2 else None
    far = at_least(nearest, _NEAR, _FAR)
    return None if far is None else not far


def far_apart(stated: Stated) -> bool | None:
    """Whether two never get as near."""
    close = close_together(stated)
    return None if close is None else not close


def who_is_faster(stated: Stated) -> str:
    speeds = [stated.measures.speed(person) or 0.0 for person in range(len(stated.measures.tracks))]
    if stated.scene.people != 2 or len(speeds) != 2 or stated.measures.flat or not any(speeds):
        return REFUSAL
    slow = stated.fields["speed"].startswith("slow")
    fast = max((0, 1), key=lambda person: speeds[person])
    ratio = speeds[fast] / max(speeds[1 - fast], 1e-6)
    if ratio < _AS_FAST:
        return "both are about as fast"
    return REFUSAL if ratio < _FASTER else stated.facts.places[1 - fast if slow else fast]


ANSWERS: dict[str, Callable[[Stated], str]] = {
    "taller": _who_is_taller,
    "in front": who_is_in_front,
    "faster": who_is_faster,
}
FACTS: dict[str, Callable[[Stated], bool | None]] = {
    "taller or smaller": is_taller,
    "as tall": as_tall,
    "go the same way": go_the_same_way,
    "one follows": one_follows,
    "catches up": catches_up,
    "close together": close_together,
    "far apart": far_apart,
}
