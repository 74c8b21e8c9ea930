"""Ways over the ground: straight ones, round ones that come back to where they began, to and fro; walked, run or crawled."""

from __future__ import annotations

import numpy as np

from .body_paths import Tracks, runs, smoothed
from .facts import Travel
from .posture import LEG, level_direction
from .strokes import turning_points

_LEAVES = 0.35  # metres on the canonical body: net way from which somebody leaves the place
# Who runs bounces and is highest while the feet are apart, in flight; who walks vaults over the standing leg and is highest while the feet
# pass each other (Cavagna et al. 1977). (speed, correlation, rise): from so many metres a second on the canonical body it is running if the hips'
# height and the feet's distance correlate more, and the height has at least that standard deviation in metres. Of Bandai-Namco-2's training
# people the correlation is -0.09 at most of those who walk and 0.22 at least of those who run. Heights are compared within a clip, so that a
# floor that tilts does not matter. Figures that are animated by hand may rise a little the wrong way, by 0.010 in
# three that walk; generated slow runs by 0.0109 and more (with scripts that are not kept).
_RUNS = ((0.9, 0.2, 0.0105), (1.6, 0.2, 0.0), (2.2, -0.5, 0.0))
# A way of at least so many metres on the canonical body comes back where its ends are no farther apart than that share of it. Chosen on generated
# clips and training people of UTKinect, HDM05, GTU 3D and Bandai-Namco-2, as are the three that follow.
_LONG, _COMES_BACK = 1.5, 0.35
LEAST_STEP = 0.15  # metres on the canonical body: feet that change places by less take no step
_STRIDE = 0.15  # metres between the points of a way whose turns are added up
_CIRCLE, _EIGHT = 240.0, 400.0  # degrees: turned altogether in one circle, and in both of a figure eight
_ABOUT_TURN = 110.0, 3  # degrees turned in so many strides by who turns round on the spot


def travels(tracks: Tracks, person: int) -> list[Travel]:
    """The way over the ground, if somebody leaves the place."""
    point = next((p for p in ("pelvis", "neck_base", "head") if p in tracks.points), None)
    if point is None or len(tracks.times) < 3:
        return []
    path = tracks.points[point][:, [0, 2]]
    steps = np.linalg.norm(np.diff(path, axis=0), axis=-1)
    way = path[-1] - path[0]
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    first, last = (int(np.searchsorted(travelled, share * travelled[-1])) for share in (0.05, 0.95))
    speed = 0.9 * travelled[-1] / max(tracks.times[last] - tracks.times[first], 1e-6)
    start, end = float(tracks.times[first]), float(tracks.times[last])
    if (closed := _round_way(tracks, path)) is not None:
        direction, distance = closed
        swing = feet_along(tracks, tracks.axes[:, 2][:, [0, 2]])
        count = _steps(tracks, swing, first, last)
        if count is not None and count >= 3:
            kind = _kind(tracks, swing, count, speed, slice(first, last + 1))
            return [Travel(person, kind, direction, distance, count, start, end)]
    if np.linalg.norm(way) < _LEAVES * tracks.size:
        return []
    own = tracks.axes[first] @ np.array([way[0], 0, way[1]])
    swing = feet_along(tracks, way / np.linalg.norm(way))
    count = _steps(tracks, swing, first, last)
    shifts = count is None or count < 2  # who sits down, too, and goes nowhere
    if shifts and np.linalg.norm(way) < 2 * _LEAVES * tracks.size:
        return []
    kind = _kind(tracks, swing, count, speed, slice(first, last + 1))
    direction, distance = level_direction(own[0], own[2]), float(np.linalg.norm(way))
    return [Travel(person, kind, direction, distance, count, start, end)]


def _round_way(tracks: Tracks, path: np.ndarray) -> tuple[str, float] | None:
    """(direction, metres) of a way (frames, 2) that comes back to where it began; None: it does not, or depth is not seen."""
    if tracks.flat:
        return None
    even = smoothed(path, 0.35 * (len(path) - 1) / max(tracks.times[-1] - tracks.times[0], 1e-6))
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(even, axis=0), axis=1))])
    distance = float(along[-1])
    if distance < _LONG * tracks.size or np.linalg.norm(path[-1] - path[0]) > _COMES_BACK * distance:
        return None
    places = np.arange(0, distance, _STRIDE * tracks.size)
    strides = np.diff(np.stack([np.interp(places, along, even[:, axis]) for axis in (0, 1)], axis=1), axis=0)
    heading = np.degrees(np.unwrap(np.arctan2(strides[:, 0], strides[:, 1])))  # to the left is positive
    degrees, reach = _ABOUT_TURN
    if len(heading) <= reach:
        return None
    turned, about = float(heading[-1] - heading[0]), np.abs(heading[reach:] - heading[:-reach]) > degrees
    if not about.any() and abs(turned) >= _CIRCLE:
        return f"in a circle to the {'left' if turned > 0 else 'right'}", distance
    if not about.any() and np.abs(np.diff(smoothed(heading[:, None], 1.5)[:, 0])).sum() >= _EIGHT:
        return "in a figure eight", distance
    return ("back and forth" if len(runs(about)) > 1 else "there and back"), distance


def _kind(tracks: Tracks, swing: np.ndarray | None, count: int | None, speed: float, during: slice) -> str:
    """As `Travel.kind`, of so many steps at so many metres a second, during some frames."""
    if tracks.has("pelvis") and np.median(tracks.points["pelvis"][:, 1]) - tracks.ground() < 0.62 * LEG * tracks.size:
        return "crawl"
    if swing is None or count is None or count < 2:
        return "move"
    bounce, rise = _bounce(tracks, swing, during)
    size = tracks.size
    fast = any(speed > least * size and bounce > bound and rise >= lowest * size for least, bound, lowest in _RUNS)
    return "run" if fast else "walk"


def _bounce(tracks: Tracks, swing: np.ndarray, during: slice) -> tuple[float, float]:
    """In some frames: the correlation of the hips' height, less its trend, and the distance of the feet along the way; that height's standard deviation in metres. 0: the hips are not seen."""
    if not tracks.has("pelvis"):
        return 0.0, 0.0
    height, apart = tracks.points["pelvis"][during, 1], np.abs(swing[during])
    time = np.arange(len(height))
    height = height - np.polyval(np.polyfit(time, height, 1), time)
    rise = float(height.std())
    return (0.0 if min(rise, apart.std()) < 1e-4 else float(np.corrcoef(height, apart)[0, 1])), rise


def feet_along(tracks: Tracks, way: np.ndarray) -> np.ndarray | None:
    """(frames,) how far the left foot is before the right one along the way, (2,) or (frames, 2); None where an ankle is not seen."""
    if not tracks.has("left_ankle", "right_ankle"):
        return None
    ahead = (tracks.points["left_ankle"] - tracks.points["right_ankle"])[:, [0, 2]]
    return (ahead * way).sum(1)


def _steps(tracks: Tracks, swing: np.ndarray | None, first: int, last: int) -> int | None:
    """Number of steps: swings of the feet relative to each other; None where they are not seen."""
    if swing is None:
        return None
    return len(turning_points(swing[first : last + 1], LEAST_STEP * tracks.size)) - 1


def returns(tracks: Tracks) -> bool | None:
    """Whether somebody ends where the way began, also of one without steps to the front; None: the person does not leave the place, or it is not seen."""
    if tracks.flat or not tracks.has("pelvis"):
        return None
    away = np.linalg.norm((tracks.points["pelvis"] - tracks.points["pelvis"][0])[:, [0, 2]], axis=1)
    return None if away.max() < 2 * _LEAVES * tracks.size else bool(away[-1] < _COMES_BACK * away.max())


def first_way(tracks: Tracks) -> str | None:
    """ "forward", "backward", "to the left" or "to the right", as the body faces at first: where somebody goes first; None: as `returns`."""
    if tracks.flat or not tracks.has("pelvis"):
        return None
    way = (tracks.points["pelvis"] - tracks.points["pelvis"][0]) * (1, 0, 1)
    gone = np.flatnonzero(np.linalg.norm(way, axis=1) > _LEAVES * tracks.size)
    if not len(gone):
        return None
    left, _, forward = tracks.axes[0] @ way[gone[0]]
    return level_direction(left, forward)
