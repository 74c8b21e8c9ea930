"""Movements of hands, feet and head, each relative to the part of the body that carries it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from .body_paths import Tracks
from .facts import Move, Stance, Travel
from .strokes import Group, groups

SIDES = ("left", "right")
_LEAST = {"hand": 0.12, "foot": 0.15, "head": 0.07, "clap": 0.1}  # metres on the canonical body
_SWING = 0.75  # metres: arms that swing less while walking only swing along
_LIFTED = 0.3  # metres above the hips from which a walker's hand does something of its own
_CARRIED = 0.5  # share of a hand's way that it goes against the neck, below which the trunk carries it
_STEP = 0.35  # metres: while somebody walks, feet that rise less only step
_TOGETHER = 0.55  # share of time that moves of both sides overlap, from which they are told as one
_MIRROR = -0.3  # correlation of the hands' ways across the body, below which they meet and part
_SIMILAR = 2.2  # ratio of distances up to which repetitions of both sides are one
_ALONG = 0.45  # share of a direction that is worth a word
_WAYS = (("to the left", "to the right"), ("up", "down"), ("forward", "backward"))  # of left, up and forward


def limb_moves(tracks: Tracks, person: int, travels: list[Travel], stances: list[Stance]) -> list[Move]:
    """Movements of hands, feet and head in the order of time; both sides as one where they do the same."""
    found: list[Move] = []
    walking = [(travel.start, travel.end) for travel in travels]
    hands = {
        side: _hand(tracks, person, side, walking) for side in SIDES if tracks.has(f"{side}_wrist", f"{side}_shoulder")
    }
    pairs = _paired(tracks, hands, "hand")
    found += pairs if walking else _clapping(tracks, person, pairs)
    if all(stance.posture in ("standing", "bent over", "squatting") for stance in stances):
        least = _STEP if walking else 0.0
        feet = {side: _foot(tracks, person, side, least) for side in SIDES if tracks.has(f"{side}_ankle")}
        found += _paired(tracks, feet, "foot")
    if tracks.has("head", "neck_base") and not walking:
        found += _head(tracks, person)
    return sorted(found, key=lambda move: (move.start, move.part))


def _hand(tracks: Tracks, person: int, side: str, walking: list[tuple[float, float]]) -> list[Move]:
    path = tracks.local(f"{side}_wrist", "pelvis" if tracks.has("pelvis") else f"{side}_shoulder")
    moves = []
    for group in groups(path, tracks.times, _LEAST["hand"] * tracks.size):
        start, end = tracks.times[group.first], tracks.times[group.last]
        along = any(start < stop and end > begin for begin, stop in walking)
        lifted = path[group.first : group.last + 1, 1].max() > _LIFTED * tracks.size
        if along and not lifted and group.distance < _SWING * tracks.size:
            continue
        place = hand_place(tracks, side, group)
        if _carried(tracks, side, group) and place != "near the feet":
            continue
        moves.append(_move(person, f"{side} hand", group, tracks.times, place))
    return moves


def _clapping(tracks: Tracks, person: int, moves: list[Move]) -> list[Move]:
    """`moves` with those that bring the hands together and apart, without the moves that these explain."""
    if not tracks.has("left_wrist", "right_wrist", "neck_base"):
        return moves
    apart = np.zeros((len(tracks.times), 3))
    apart[:, 0] = np.linalg.norm(tracks.points["left_wrist"] - tracks.points["right_wrist"], axis=-1)
    seen = {move.part for move in moves}
    moving = {"left hand", "right hand"} <= seen or "both hands" in seen
    for group in groups(apart, tracks.times, _LEAST["clap"] * tracks.size):
        start, end = float(tracks.times[group.first]), float(tracks.times[group.last])
        inside = [move for move in moves if move.start < end and move.end > start]
        alone = any(move.kind == "repetition" and move.distance > 0.35 * group.distance for move in inside)
        across = [tracks.local(f"{side}_wrist", "neck_base")[group.first : group.last + 1, 0] for side in SIDES]
        mirrored = min(map(np.ptp, across)) > 0 and np.corrcoef(across[0], across[1])[0, 1] < _MIRROR
        if group.kind != "repetition" or alone or not mirrored or not moving:
            continue
        small = [
            m
            for m in inside
            if m.kind == "repetition" or (m.distance < group.distance and m.start > start - 0.1 and m.end < end + 0.1)
        ]
        direction = "apart" if group.vector[0] > 0 else "together"
        place = hand_place(tracks, "right", group)
        clap = Move(person, "both hands", "repetition", direction, group.distance / 2, group.count, start, end, place)
        moves = [move for move in moves if move not in small] + [clap]
    return moves


def _carried(tracks: Tracks, side: str, group: Group) -> bool:
    """Whether the trunk carries the hand: it hardly moves relative to the neck."""
    if group.kind != "stroke" or not tracks.has("neck_base"):
        return False
    own = tracks.local(f"{side}_wrist", "neck_base")
    return float(np.linalg.norm(own[group.last] - own[group.first])) < _CARRIED * group.distance


def hand_place(tracks: Tracks, side: str, group: Group) -> str | None:
    """Place of a hand at the end of a stroke, or on average over a repetition, relative to the body."""
    points, size = tracks.points, tracks.size
    frames = [group.last] if group.kind == "stroke" else list(range(group.first, group.last + 1))
    at: Callable[..., Any] = lambda name: points[name][frames].mean(0)  # noqa: E731
    wrist = at(f"{side}_wrist")
    if "head" in points:
        gaps = np.linalg.norm(points[f"{side}_wrist"][frames] - points["head"][frames], axis=-1)
        if gaps.min() < 0.24 * size:
            return "at the head"
    shoulder = at(f"{side}_shoulder")
    local = tracks.local(f"{side}_wrist", f"{side}_shoulder")[frames].mean(0)
    above = (wrist - shoulder)[1] / size
    head = (at("head") - shoulder)[1] / size if "head" in points else 0.22
    if above > head + 0.06:
        return "above the head"
    if above > 0.12:
        return "at head height"
    if above > -0.12:
        return "at shoulder height"
    knee = f"{side}_knee"
    if knee in points and wrist[1] < at(knee)[1] + 0.05 * size:
        return "near the feet"
    if above > -0.38:
        return "in front of the chest" if local[2] > 0.15 * size else "at chest height"
    if local[2] > 0.22 * size:
        return "in front of the body"
    return "beside the hip"


def _foot(tracks: Tracks, person: int, side: str, least: float) -> list[Move]:
    """Strokes of a foot over the ground that reach `least` metres (on the canonical body) above it."""
    path = tracks.points[f"{side}_ankle"][:, 1]
    height = (path - np.quantile(path, 0.1)) / tracks.size
    moves = []
    for group in groups(tracks.path(f"{side}_ankle"), tracks.times, _LEAST["foot"] * tracks.size):
        own = height[group.first : group.last + 1]
        if own.max() >= least:
            place = _foot_place(own[-1] if group.kind == "stroke" else own.max())
            moves.append(_move(person, f"{side} foot", group, tracks.times, place))
    return moves


def _foot_place(height: float) -> str | None:
    if height > 0.7:
        return "above the waist"
    if height > 0.3:
        return "up to the knee"
    return "off the ground" if height > 0.1 else None


def _head(tracks: Tracks, person: int) -> list[Move]:
    path = tracks.local("head", "neck_base")
    found = [group for group in groups(path, tracks.times, _LEAST["head"] * tracks.size) if group.kind == "repetition"]
    return [_move(person, "head", group, tracks.times, None) for group in found]


def _move(person: int, part: str, group: Group, times: np.ndarray, place: str | None) -> Move:
    start, end = float(times[group.first]), float(times[group.last])
    direction = _round(group.vector) if group.kind == "circle" else in_words(group.vector)
    return Move(person, part, group.kind, direction, group.distance, group.count, start, end, place)


def _round(normal: np.ndarray) -> str:
    """Direction of a circle as the performer sees it; of one beside the body, as seen from the performer's right."""
    left, up, forward = normal
    # Counterclockwise about the normal for who looks against it: the performer looks along "forward".
    toward = -forward if abs(forward) >= max(abs(left), abs(up)) else (up if abs(up) > abs(left) else -left)
    return "counterclockwise" if toward > 0 else "clockwise"


def in_words(vector: np.ndarray) -> str:
    """(left, up, forward) -> "up", "forward and up", "to the left": at most two parts, the larger first."""
    shares = np.abs(vector) / max(np.linalg.norm(vector), 1e-9)
    order = [axis for axis in np.argsort(-shares, kind="stable")[:2] if shares[axis] > _ALONG]
    return " and ".join(_WAYS[axis][0 if vector[axis] > 0 else 1] for axis in order)


_MIRRORED = {"to the left": "to the right", "to the right": "to the left"}


def _paired(tracks: Tracks, found: dict[str, list[Move]], part: str) -> list[Move]:
    """Moves of both sides; those that happen together and alike (as in a mirror, or by turns) become one."""
    left, right = list(found.get("left", [])), list(found.get("right", []))
    both = []
    for one in list(left):
        for two in right:
            if (joined := _joined(tracks, one, two, part)) is not None:
                both.append(joined)
                left.remove(one)
                right.remove(two)
                break
    return left + right + both


def _joined(tracks: Tracks, one: Move, two: Move, part: str) -> Move | None:
    """The move of both sides that a left and a right one are; None: they differ."""
    overlap = min(one.end, two.end) - max(one.start, two.start)
    longer = max(one.end - one.start, two.end - two.start)
    if overlap < _TOGETHER * longer or one.kind != two.kind or abs(one.count - two.count) > 1:
        return None
    shorter, farther = sorted((one.distance, two.distance))
    if one.kind == "repetition" and farther > _SIMILAR * shorter:
        return None
    if (direction := _joint_direction(one.direction, two.direction)) is None:
        return None
    plural, count = "hands" if part == "hand" else "feet", max(one.count, two.count)
    name = f"both {plural}"
    if one.kind == "repetition" and (alternating := _by_turns(tracks, part, one, two)):
        name, direction, count = f"{plural} by turns", alternating, one.count + two.count
    distance, start, end = (shorter + farther) / 2, min(one.start, two.start), max(one.end, two.end)
    return dataclasses.replace(
        one, part=name, direction=direction, distance=distance, count=count, start=start, end=end
    )


def _by_turns(tracks: Tracks, part: str, one: Move, two: Move) -> str | None:
    """The direction that both sides take, if one goes there while the other comes back; None: they do not."""
    shared = next((word for word in one.direction.split(" and ") if word in two.direction.split(" and ")), None)
    if shared is None or not tracks.has("pelvis"):
        return None
    first, last = np.searchsorted(tracks.times, [min(one.start, two.start), max(one.end, two.end)])
    end = "wrist" if part == "hand" else "ankle"
    axis = next(axis for axis, words in enumerate(_WAYS) if shared in words)
    paths = [tracks.local(f"{side}_{end}", "pelvis")[first : last + 1, axis] for side in SIDES]
    return shared if min(map(np.ptp, paths)) > 0 and np.corrcoef(paths[0], paths[1])[0, 1] < -0.2 else None


def _joint_direction(left: str, right: str) -> str | None:
    """One direction for both hands: the same, or "apart" and "together" where they mirror each other; None: neither."""
    ones, twos = left.split(" and "), right.split(" and ")
    if set(ones) == set(twos):
        return left
    if set(ones) == {_MIRRORED.get(word, word) for word in twos}:
        words = {"to the left": "apart", "to the right": "together"}
        return " and ".join(words.get(word, word) for word in ones)
    shared = [word for word in ones if word in twos and word not in _MIRRORED]
    return shared[0] if shared else None
