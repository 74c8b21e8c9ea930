"""Whether repetitions get slower or faster, or follow one another evenly."""

from __future__ import annotations

import numpy as np

from ..model.prompts import REFUSAL
from .each_time import gaps_between
from .stated import Stated, at_least

# Ratios of the times that repetitions take, set by hand and fitted to no clips: as fast, a change, uneven
_AS_FAST, _CHANGES, _UNEVEN = 1.08, 1.2, 1.5


def halves_of_the_way(stated: Stated) -> list[float]:
    """Frames that a person takes for the first and for the second half of the way over the ground; none of who does not go somewhere."""
    travels, tracks = stated.facts.travels, stated.measures.tracks[0]
    if not stated.deep or len(travels) != 1 or travels[0].comes_back or not tracks.has("pelvis"):
        return []
    during = (tracks.times >= travels[0].start) & (tracks.times <= travels[0].end)
    steps = np.linalg.norm(np.diff(tracks.points["pelvis"][during][:, [0, 2]], axis=0), axis=1)
    gone = np.cumsum(steps)
    middle = int(np.searchsorted(gone, gone[-1] / 2)) if len(gone) > 2 else 0
    return [float(middle), float(len(gone) - middle)] if middle else []


def slows_down(stated: Stated, faster: bool = False) -> bool | None:
    """Whether the later half of all repetitions takes longer, or less long, than the earlier one, or the way over the ground does."""
    gaps = gaps_between(stated) or halves_of_the_way(stated)
    if not gaps:
        return None
    half = len(gaps) // 2
    ratio = sum(gaps[-half:]) / sum(gaps[:half])
    return at_least(1 / ratio if faster else ratio, _AS_FAST, _CHANGES)


def keeps_tempo(stated: Stated) -> bool | None:
    """Whether all repetitions take about as long."""
    gaps = gaps_between(stated)
    uneven = at_least(max(gaps) / min(gaps), _CHANGES, _UNEVEN) if gaps else None
    return None if uneven is None else not uneven


def which_tempo(stated: Stated) -> str:
    """Whether somebody speeds up or slows down."""
    slower, faster = slows_down(stated), slows_down(stated, faster=True)
    if slower or faster:
        return "slower" if slower else "faster"
    return "neither: all take about as long" if slower is faster is False and keeps_tempo(stated) else REFUSAL


def changes_tempo(stated: Stated) -> bool | None:
    """Whether repetitions do not all take about as long."""
    keeps = keeps_tempo(stated)
    return None if keeps is None else not keeps
