"""Movements of the whole body: postures, turns, jumps, bends of the trunk."""

from __future__ import annotations

import numpy as np

from ..model.body import BODY_POINTS
from .body_paths import Tracks, runs
from .facts import Move, Stance, Turn
from .strokes import Group, groups

_KEPT = 0.35  # seconds: a posture kept for less is passed through
_LEVEL = np.cos(np.radians(60))  # a trunk further from upright than that lies
_BENT = np.cos(np.radians(42))
LEG = BODY_POINTS["left_hip"][1] - BODY_POINTS["left_ankle"][1]
_TURNED = 35.0  # degrees
_JUMPED = 0.07  # metres both feet leave the ground in a jump ...
_RISES = 0.05  # ... and the hips rise


def stances(tracks: Tracks, person: int) -> list[Stance]:
    """Postures in their order; none where legs or trunk are not seen."""
    if not tracks.has("pelvis", "neck_base", "left_ankle", "right_ankle", "left_knee", "right_knee"):
        return []
    names = _postures(tracks)
    edges = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist(), len(names)]
    runs = [[names[a], tracks.times[a], tracks.times[b - 1]] for a, b in zip(edges[:-1], edges[1:])]
    kept = [run for run in runs if run[2] - run[1] >= _KEPT] or [max(runs, key=lambda run: run[2] - run[1])]
    merged = [kept[0]]
    for run in kept[1:]:
        if run[0] == merged[-1][0]:
            merged[-1][2] = run[2]
        else:
            merged.append(run)
    return [Stance(person, str(name), float(start), float(end)) for name, start, end in merged]


def _postures(tracks: Tracks) -> np.ndarray:
    """(frames,) names."""
    points, size = tracks.points, tracks.size
    trunk = points["neck_base"] - points["pelvis"]
    upright = trunk[:, 1] / np.maximum(np.linalg.norm(trunk, axis=-1), 1e-6)
    ankle = (points["left_ankle"] + points["right_ankle"]) / 2
    knee = (points["left_knee"] + points["right_knee"]) / 2
    leg = LEG * size
    ground = tracks.ground()
    high = (points["pelvis"][:, 1] - ground) / leg  # about 1.1 standing
    level = np.hypot(*(points["pelvis"] - ankle)[:, [0, 2]].T) / leg
    knees = (knee[:, 1] - ground) / leg  # about 0.55 standing, 0.1 on the knees
    names = np.full(len(high), "standing", dtype="<U12")
    low = high < 0.9
    sits = low & (level > 0.3)
    names[low] = "squatting"
    names[sits] = "sitting"
    names[low & (knees < 0.3) & (high > 0.42)] = "kneeling"
    names[(upright < _BENT) & (high > 0.62)] = "bent over"
    down = (upright < _LEVEL) & (high < 0.62)
    hands = [points[p][:, 1] - ground for p in ("left_wrist", "right_wrist") if p in points]
    on_hands = np.min(hands, axis=0) < 0.25 * size if hands else np.zeros(len(high), bool)
    names[down & (points["pelvis"][:, 1] - ground < 0.36 * size)] = "lying"
    names[down & ~(points["pelvis"][:, 1] - ground < 0.36 * size) & on_hands] = "on all fours"
    return names


def turns(tracks: Tracks, person: int) -> list[Turn]:
    """The turn of the body from start to end; none for flat clips."""
    if tracks.flat or len(tracks.times) < 3:
        return []
    yaw = np.degrees(np.unwrap(np.arctan2(tracks.axes[:, 2, 0], tracks.axes[:, 2, 2])))
    edge = max(1, len(yaw) // 12)
    before, after = np.median(yaw[:edge]), np.median(yaw[-edge:])
    if abs(after - before) < _TURNED:
        return []
    share = (yaw - before) / (after - before)
    first = int(np.flatnonzero(share < 0.1)[-1]) if (share < 0.1).any() else 0
    later = np.flatnonzero(share[first:] > 0.9)
    last = first + int(later[0]) if len(later) else len(yaw) - 1
    side = "left" if after > before else "right"
    return [Turn(person, side, float(abs(after - before)), float(tracks.times[first]), float(tracks.times[last]))]


def level_direction(left: float, forward: float) -> str:
    """Which of four ways a level vector in the body's axes goes most."""
    if abs(left) > abs(forward):
        return "to the left" if left > 0 else "to the right"
    return "forward" if forward > 0 else "backward"


def lowest_ankle(tracks: Tracks) -> np.ndarray:
    """(frames,) metres: the height of the lower ankle."""
    return np.minimum(tracks.points["left_ankle"][:, 1], tracks.points["right_ankle"][:, 1])


def flights(tracks: Tracks) -> list[tuple[float, float, float]]:
    """(start, end, metres off the ground) of each jump, in the order of time; none where ankles or pelvis are not seen."""
    if not tracks.has("left_ankle", "right_ankle", "pelvis"):
        return []
    size, times, lowest, pelvis = tracks.size, tracks.times, lowest_ankle(tracks), tracks.points["pelvis"][:, 1]
    rest = np.quantile(lowest, 0.2)
    up = lowest - rest > _JUMPED * size
    return [
        (float(times[first]), float(times[stop]), float(lowest[first:stop].max() - rest))
        for first, stop in runs(up)
        # who jumps comes up and down within a second and takes the hips along; a badly seen foot does not
        if first > 0 and stop < len(up) and 0.1 < times[stop] - times[first] < 1.2
        and pelvis[first:stop].max() - np.median(pelvis) > _RISES * size
    ]  # fmt: skip


def body_moves(tracks: Tracks, person: int) -> list[Move]:
    """The trunk's own movements: jumps, knee bends, and the upper body bending."""
    found: list[Move] = []
    size, times = tracks.size, tracks.times
    if tracks.has("left_ankle", "right_ankle", "pelvis"):
        if jumps := flights(tracks):
            height = max(up for *_, up in jumps)
            found.append(Move(person, "body", "jump", "up", height, len(jumps), jumps[0][0], jumps[-1][1]))
        else:
            heights = np.zeros((len(times), 3))
            heights[:, 1] = tracks.points["pelvis"][:, 1]
            found += [_move(person, "body", group, times) for group in groups(heights, times, 0.15 * size)]
    if tracks.has("pelvis", "neck_base"):
        lean = tracks.local("neck_base", "pelvis")
        found += [_move(person, "upper body", group, times) for group in groups(lean * (1, 0, 1), times, 0.16 * size)]
    return found


def _move(person: int, part: str, group: Group, times: np.ndarray) -> Move:
    left, up, forward = group.vector
    direction = ("up" if up > 0 else "down") if part == "body" else level_direction(left, forward)
    kind = "repetition" if group.kind == "circle" else group.kind
    start, end = float(times[group.first]), float(times[group.last])
    return Move(person, part, kind, direction, group.distance, group.count, start, end)
