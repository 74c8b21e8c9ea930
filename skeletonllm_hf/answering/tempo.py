"""Whether repetitions get slower or faster, or follow one another evenly."""

from __future__ import annotations

from .measured import counted_repetitions
from .stated import Stated, at_least

# Ratios of the times that repetitions take, set by hand and fitted to no clips: as fast, a change, uneven
_AS_FAST, _CHANGES, _UNEVEN = 1.08, 1.2, 1.5


def _gaps(stated: Stated) -> list[float]:
    """Seconds from each of three or more repetitions of one person to the next; none where there are not so many."""
    counted = counted_repetitions(stated.scene.clip) if stated.alone else None
    times = counted.times if counted and counted.count > 2 else ()
    return [after - before for before, after in zip(times, times[1:])]


def slows_down(stated: Stated, faster: bool = False) -> bool | None:
    """Whether the later half of all repetitions takes longer, or less long, than the earlier one."""
    gaps = _gaps(stated)
    if not gaps:
        return None
    half = len(gaps) // 2
    ratio = sum(gaps[-half:]) / sum(gaps[:half])
    return at_least(1 / ratio if faster else ratio, _AS_FAST, _CHANGES)


def keeps_tempo(stated: Stated) -> bool | None:
    """Whether all repetitions take about as long."""
    gaps = _gaps(stated)
    uneven = at_least(max(gaps) / min(gaps), _CHANGES, _UNEVEN) if gaps else None
    return None if uneven is None else not uneven
