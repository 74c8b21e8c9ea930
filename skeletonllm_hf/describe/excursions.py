"""Excursions of one point: times at which a hand, a foot or the hips leave where they were at first and come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body_paths import Tracks, runs
from .limbs import SIDES

# Metres on the canonical body: a point that leaves its place by less has no excursion.
_LEAST = {"hand": 0.15, "foot": 0.2, "hips": 0.15}
# Shares of the farthest excursion: from the first on a point is out, below the second it is back, below the last it rests. Chosen on HDM05's training
# people, of whom all 36 squat and all 18 kick once, and on generated clips of three to ten repetitions.
_OUT, _BACK, _RESTS = 0.5, 0.3, 0.05
_NEARLY = 0.9  # share of an excursion from which it is as far as it gets; set by hand
_START = 0.1  # seconds at the start of a clip that say where a point is at first
_POINTS = {"hand": "wrist", "foot": "ankle"}


@dataclass(frozen=True)
class Excursion:
    """A point leaves its place and comes back, or stays away until the end.

    Args:
        side: "left" or "right" of a hand or foot; "" of the hips.
        start, peak, end: seconds: it leaves, is farthest, is back.
        distance: metres on the canonical body.
        stays: seconds for which the point is nearly so far away.
    """

    side: str
    start: float
    peak: float
    end: float
    distance: float
    stays: float

    def meets(self, other: Excursion) -> bool:
        """Whether both are out at a time."""
        return self.start < other.peak < self.end or other.start < self.peak < other.end


def excursions(tracks: Tracks, part: str, side: str | None = None) -> list[Excursion] | None:
    """Those of a "hand", a "foot" or the "hips" up and down, in the order of time; None: they are not seen.

    Args:
        tracks: of a person who keeps the place: a foot that walks away does not come back.
        part: one of these.
        side: of a hand or foot; None: of both.
    """
    away = _away(tracks, part)
    if away is None:
        return None
    most = max(
        float(values.max()) for values in away.values()
    )  # of both sides: what the other only sways along is none
    if most < _LEAST[part]:
        return []
    found = [
        _excursion(one, tracks.times, values, first, stop)
        for one, values in away.items()
        if side in (None, one)
        for first, stop in _spans(values, most)
    ]
    return sorted(found, key=lambda one: one.start)


def _away(tracks: Tracks, part: str) -> dict[str, np.ndarray] | None:
    """Side -> (frames,) metres on the canonical body from where the point was at first."""
    edge = max(1, int(np.searchsorted(tracks.times, _START)))
    if part == "hips":
        if not tracks.has("pelvis"):
            return None
        height = tracks.points["pelvis"][:, 1] / tracks.size
        return {"": np.abs(height - height[:edge].mean())}
    names = {side: f"{side}_{_POINTS[part]}" for side in SIDES}
    if not tracks.has(*names.values()) or (part == "hand" and not tracks.has("neck_base")):
        return None
    paths = {
        side: (tracks.local(name, "neck_base") if part == "hand" else tracks.points[name]) / tracks.size
        for side, name in names.items()
    }
    return {side: np.linalg.norm(path - path[:edge].mean(0), axis=1) for side, path in paths.items()}


def _spans(away: np.ndarray, most: float) -> list[tuple[int, int]]:
    """(first, stop) frames of each time that a point is out, from where it leaves its rest to where it is back there."""
    out = [span for span in runs(away > _BACK * most) if away[slice(*span)].max() >= _OUT * most]
    edges = [0, *((stop + first) // 2 for (_, stop), (first, _) in zip(out, out[1:])), len(away)]
    rest = away < max(_RESTS * most, float(np.quantile(away, _RESTS)))
    found = []
    for (first, stop), lower, upper in zip(out, edges, edges[1:]):
        before, after = np.flatnonzero(rest[lower:first]), np.flatnonzero(rest[stop:upper])
        found.append(
            (lower + int(before[-1]) if len(before) else lower, stop + int(after[0]) + 1 if len(after) else upper)
        )
    return found


def _excursion(side: str, times: np.ndarray, away: np.ndarray, first: int, stop: int) -> Excursion:
    peak, most = first + int(away[first:stop].argmax()), float(away[first:stop].max())
    there = first + np.flatnonzero(away[first:stop] > _NEARLY * most)
    stays = float(times[there[-1]] - times[there[0]])
    return Excursion(side, float(times[first]), float(times[peak]), float(times[stop - 1]), most, stays)
