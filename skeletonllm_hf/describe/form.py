"""How a movement is carried out: how far limbs go from the trunk, how level the thighs get, how wide, even and round steps are."""

from __future__ import annotations

import numpy as np

from .body_paths import Tracks, degrees_between, runs
from .facts import Travel
from .limbs import SIDES
from .particulars import PELVIS_UP
from .strokes import turning_points
from .ways import LEAST_STEP, feet_along

# A limb's root and end, and the two ends of the trunk from whose direction its degrees are counted: downwards of an arm, upwards of a thigh
_FROM_TRUNK = {
    "arm": ("shoulder", "elbow", "neck_base", "pelvis"),
    "thigh": ("hip", "knee", "pelvis", "neck_base"),
}
_SHORTEST = 0.3  # seconds: hips that are at the ground for less only touch it


def from_trunk(tracks: Tracks, limb: str, side: str) -> np.ndarray | None:
    """(frames,) degrees between a limb and the trunk: of an "arm" 0 where it hangs and 180 above the head, of a "thigh" 180 where it is straight; None: not seen, or flat."""
    root, end, one, two = _FROM_TRUNK[limb]
    if tracks.flat or not tracks.has(f"{side}_{root}", f"{side}_{end}", one, two):
        return None
    return degrees_between(
        tracks.points[f"{side}_{end}"] - tracks.points[f"{side}_{root}"], tracks.points[two] - tracks.points[one]
    )


def thigh_slope(tracks: Tracks) -> float | None:
    """Degrees by which the thighs slope down to the knees where they are most level, below 0 where the hips are below the knees; None: not seen, or flat."""
    names = [f"{side}_{point}" for side in SIDES for point in ("hip", "knee")]
    if tracks.flat or not tracks.has(*names):
        return None
    slopes = []
    for side in SIDES:
        thigh = tracks.points[f"{side}_hip"] - tracks.points[f"{side}_knee"]
        slopes.append(np.degrees(np.arcsin(np.clip(thigh[:, 1] / np.maximum(np.linalg.norm(thigh, axis=1), 1e-9), -1, 1))))  # fmt: skip
    return float(np.mean(slopes, axis=0).min())


def swing_of_arms(tracks: Tracks) -> dict[str, float]:
    """Side -> metres that a wrist goes forward and backward of its shoulder, its farthest twentieths left out; sides that are not seen are missing."""
    found = {}
    for side in SIDES:
        if not tracks.flat and tracks.has(f"{side}_wrist", f"{side}_shoulder"):
            forward = tracks.local(f"{side}_wrist", f"{side}_shoulder")[:, 2]
            found[side] = float(np.subtract(*np.quantile(forward, (0.95, 0.05))))
    return found


def spread(tracks: Tracks, point: str) -> float | None:
    """Metres between the left and the right "wrist" or "ankle" where they are farthest from one another; None: not seen, or flat."""
    names = [f"{side}_{point}" for side in SIDES]
    if tracks.flat or not tracks.has(*names):
        return None
    return float(np.linalg.norm(tracks.points[names[0]] - tracks.points[names[1]], axis=1).max())


def step_width(tracks: Tracks, travel: Travel) -> float | None:
    """Metres to the side between the ankles of who walks straight on, in the middle of all frames; None: not seen, or flat."""
    if tracks.flat or not tracks.has("left_ankle", "right_ankle"):
        return None
    during = _during(tracks, travel)
    return float(np.median(np.abs(tracks.local("left_ankle", "right_ankle")[during, 0])))


def steps_of(tracks: Tracks, travel: Travel) -> dict[str, tuple[list[float], list[float]]] | None:
    """Side -> metres and seconds of the steps that the foot of that side takes: how far it is before the other at its end, and the time since
    the other's step; the first and the last step of the way are left out. None: the feet are not seen, or the way is no straight one."""
    if tracks.flat or travel.comes_back or not tracks.has("pelvis"):
        return None
    during = _during(tracks, travel)
    way = tracks.points["pelvis"][during][-1] - tracks.points["pelvis"][during][0]
    ahead = feet_along(tracks, way[[0, 2]] / max(float(np.linalg.norm(way[[0, 2]])), 1e-9))
    if ahead is None:
        return None
    ahead, times = ahead[during], tracks.times[during]
    turns = turning_points(ahead, LEAST_STEP * tracks.size)[:-1]
    found: dict[str, tuple[list[float], list[float]]] = {side: ([], []) for side in SIDES}
    for before, at in zip(turns, turns[1:]):
        lengths, seconds = found["left" if ahead[at] > ahead[before] else "right"]
        lengths.append(float(abs(ahead[at])))
        seconds.append(float(times[at] - times[before]))
    return found


def hips_off_line(tracks: Tracks) -> np.ndarray | None:
    """(frames,) metres on the canonical body by which the hips are above the line from the neck to the ankles, of who is more level than upright;
    below 0 where they sag. None: nobody is so, not seen, or flat."""
    if tracks.flat or not tracks.has("pelvis", "neck_base", "left_ankle", "right_ankle"):
        return None
    feet = (tracks.points["left_ankle"] + tracks.points["right_ankle"]) / 2
    line, hips = tracks.points["neck_base"] - feet, tracks.points["pelvis"] - feet
    lengths = np.maximum((line**2).sum(1), 1e-9)
    level = np.abs(line[:, 1]) < np.sqrt(lengths / 2)
    off = (hips - line * ((hips * line).sum(1) / lengths)[:, None])[:, 1] / tracks.size
    return off[level] if level.mean() > 0.5 else None


def rounds(tracks: Tracks) -> float | None:
    """How often somebody who walks in a circle goes around its middle, as a number of full rounds; None: not seen, or flat."""
    if tracks.flat or not tracks.has("pelvis"):
        return None
    path = tracks.points["pelvis"][:, [0, 2]]
    right, near = (path - (path.max(0) + path.min(0)) / 2).T
    angle = np.unwrap(np.arctan2(right, near))
    return abs(float(angle[-1] - angle[0])) / (2 * np.pi)


def on_the_ground(tracks: Tracks) -> list[tuple[float, float]]:
    """(start, end) seconds of each time for which the hips are at the ground, as of who has fallen; none: never, or not seen."""
    if not tracks.has("pelvis", "left_ankle", "right_ankle"):
        return []
    low = tracks.points["pelvis"][:, 1] - tracks.ground() < PELVIS_UP * tracks.size
    spans = [(float(tracks.times[first]), float(tracks.times[stop - 1])) for first, stop in runs(low)]
    return [(start, end) for start, end in spans if end - start >= _SHORTEST]


def _during(tracks: Tracks, travel: Travel) -> np.ndarray:
    return (tracks.times >= travel.start) & (tracks.times <= travel.end)
