"""How somebody holds arms, trunk and legs in a clip in which nothing moves: a photo, or a pose that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .body_paths import Tracks
from .limbs import SIDES
from .posture import stances

STILL = 0.02  # metres on the canonical body: the generator's people, who breathe and nod, leave their places by more

# What words mean, set by hand and fitted to no clips; metres are those of the canonical body.
_STRAIGHT = 0.88  # of an arm's or leg's length, from its root to its end
_AT_HEAD, _AT_HIP, _TOGETHER = 0.27, 0.2, 0.2  # metres from a wrist to the head, to the hip, to the other wrist
_BEHIND = -0.1  # metres: a wrist that far behind the trunk
_OVER = 0.03  # metres past the middle: a wrist that is on the other side
_FORESHORTENED = 0.42  # metres: an arm has 0.53
_LIFTED, _RAISED = 0.12, 0.2  # metres: an ankle above the other; a knee below its hip, at most
_WIDE, _STEP = 0.5, 0.45  # metres between the ankles, sideways and forward
_LEANS = 25.0  # degrees
_DIRECTIONS = {
    "straight up": (0, 1, 0), "hanging down": (0, -1, 0), "stretched out to the side": (1, 0, 0), "stretched forward": (0, 0, 1),
    "stretched backward": (0, 0, -1), "stretched up and out": (1, 1, 0), "stretched down and out": (1, -1, 0),
    "stretched forward and up": (0, 1, 1), "stretched forward and down": (0, -1, 1), "stretched backward and down": (0, -1, -1),
    "stretched across the body": (-1, 0, 0.5),
}  # fmt: skip
_PLURAL = {"stretched out to the side": "stretched out to the sides", "on the hip": "on the hips"}
_UNIT = {words: np.array(way) / np.linalg.norm(way) for words, way in _DIRECTIONS.items()}
_STANDS = {
    "standing": ("stands", "standing"), "sitting": ("sits", "sitting"), "squatting": ("squats", "squatting"),
    "kneeling": ("kneels", "kneeling"), "lying": ("lies", "lying"), "bent over": ("stands bent over", "standing bent over"),
    "on all fours": ("is on all fours", "on all fours"), "upside down": ("is upside down", "upside down"),
}  # fmt: skip


def is_still(tracks: Tracks, reach: float = STILL) -> bool:
    """Whether no point of a person leaves its place by so many metres on the canonical body."""
    return all(
        np.linalg.norm(path - np.median(path, axis=0), axis=1).max() < reach * tracks.size
        for path in tracks.points.values()
    )


@dataclass(frozen=True)
class Pose:
    """How somebody stands, sits or lies, and holds arms, legs and trunk.

    Args:
        posture: as in `Stance`; None: legs or trunk are not seen.
        parts: what stands out, such as "both arms straight up", "the left knee raised".
    """

    posture: str | None
    parts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """ "A person stands with both arms straight up." """
        return f"A person {self._words(0)}."

    @property
    def words(self) -> str:
        """ "standing with both arms straight up": an answer to what the person does."""
        return self._words(1)

    def _words(self, form: int) -> str:
        verb = (_STANDS[self.posture] if self.posture else ("is seen", "seen"))[form]
        return f"{verb} with {_listed(self.parts)}" if self.parts else verb


def pose_of(tracks: Tracks) -> Pose:
    """The pose of a person who keeps still: of the median of all frames."""
    posture = next((stance.posture for stance in stances(tracks, 0)), None)
    at = _Frame(tracks)
    if at.upside_down():
        return Pose("upside down", ())
    if posture in ("lying", "on all fours"):
        return Pose(posture, ())
    legs = _legs(at) if posture in (None, "standing") else []
    return Pose(posture, (*_arms(at), *legs, *(_trunk(at) if posture != "bent over" else ())))


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


class _Frame:
    """The median of a person's frames, in metres on the canonical body along the body's axes: left, up, forward."""

    def __init__(self, tracks: Tracks):
        axes = tracks.axes[len(tracks.axes) // 2]
        self.flat = tracks.flat
        self.points = {name: axes @ np.median(path, axis=0) / tracks.size for name, path in tracks.points.items()}

    def has(self, *names: str) -> bool:
        return all(name in self.points for name in names)

    def way(self, start: str, end: str) -> np.ndarray:
        return self.points[end] - self.points[start]

    def distance(self, start: str, end: str) -> float:
        return float(np.linalg.norm(self.way(start, end)))

    def upside_down(self) -> bool:
        ends = ("head", "pelvis", "left_ankle", "right_ankle")
        head, pelvis, left, right = (self.points[name][1] if self.has(name) else np.nan for name in ends)
        return bool(head < pelvis < min(left, right))

    def stretched(self, *chain: str) -> bool:
        """Whether a limb is straight, from its root over its joint to its end."""
        root, joint, end = chain
        return self.distance(root, end) > _STRAIGHT * self._length(*chain)

    def foreshortened(self, *chain: str) -> bool:
        """Whether an arm of a flat clip points at the viewer or away, so that it cannot be told where."""
        return self.flat and self._length(*chain) < _FORESHORTENED

    def _length(self, root: str, joint: str, end: str) -> float:
        return self.distance(root, joint) + self.distance(joint, end)

    def direction(self, way: np.ndarray, side: str) -> str:
        """The nearest of `_DIRECTIONS`, out being away from the body on that side."""
        outward = way * (1 if side == "left" else -1, 1, 1)
        near = {words: float(unit @ outward) for words, unit in _UNIT.items() if not (self.flat and unit[2])}
        return max(near, key=lambda words: near[words])


def _arms(at: _Frame) -> list[str]:
    seen = [side for side in SIDES if at.has(*(chain := _chain(side))) and not at.foreshortened(*chain)]
    if len(seen) == 2 and (both := _both_hands(at)):
        return [both]
    places = {side: _arm(at, side) for side in seen}
    if len(seen) == 2 and len(set(places.values())) == 1:
        limb, place = places["left"]
        members = {"arm": "arms", "hand": "hands"}[limb]
        return [f"both {members} {_PLURAL.get(place, place)}"]
    kept = {side: words for side, words in places.items() if words[1] != "hanging down"} or places
    return [f"the {side} {limb} {place}" for side, (limb, place) in kept.items()]


def _chain(side: str) -> tuple[str, str, str]:
    return f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"


def _both_hands(at: _Frame) -> str | None:
    """What two hands do that meet or cross; None: each is somewhere by itself."""
    left, right = at.points["left_wrist"], at.points["right_wrist"]
    height = _height(at, (left + right) / 2)
    if height is None or height.startswith(("beside", "on ", "behind the head")):
        return None
    behind = not at.flat and min(at.way("left_shoulder", "left_wrist")[2], at.way("right_shoulder", "right_wrist")[2])
    middle = (at.points["left_shoulder"] + at.points["right_shoulder"])[0] / 2
    over = left[0] < middle - _OVER and right[0] > middle + _OVER
    if over and height in ("in front of the chest", "in front of the belly"):
        return f"both arms crossed {height}"
    if at.distance("left_wrist", "right_wrist") < _TOGETHER:
        if not at.flat and behind < _BEHIND:
            return "both hands together behind the back"
        return f"both hands together {height}"
    return None


def _arm(at: _Frame, side: str) -> tuple[str, str]:
    """("arm" or "hand", where it is)."""
    shoulder, elbow, wrist = _chain(side)
    way = at.way(shoulder, wrist)
    if at.has("head") and at.distance("head", wrist) < _AT_HEAD:
        above = at.way("head", wrist)
        if not at.flat and above[2] < -0.06:
            return "hand", "behind the head"
        return "hand", "on the head" if above[1] > 0.08 else "at the head"
    if at.stretched(shoulder, elbow, wrist):
        return "arm", at.direction(way, side)
    out = (at.points[elbow] - at.points[wrist])[0] * (1 if side == "left" else -1)
    if at.has(f"{side}_hip") and at.distance(f"{side}_hip", wrist) < _AT_HIP and out > 0.05:
        return "hand", "on the hip"
    if not at.flat and way[2] < _BEHIND and way[1] < -0.2:
        return "hand", "behind the back"
    if way[1] < -0.4 and at.way(shoulder, elbow)[1] < -0.2:
        return "arm", "hanging down"
    return "hand", _height(at, at.points[wrist]) or "in front of the chest"


def _height(at: _Frame, point: np.ndarray) -> str | None:
    """Where a hand is, by its height; None: the trunk is not seen."""
    if not at.has("neck_base"):
        return None
    up = float((point - at.points["neck_base"])[1])
    out = abs(float((point - at.points["neck_base"])[0])) > 0.3
    if up > 0.28:
        return "above the head"
    if out:
        return "raised beside the head" if up > 0.05 else "raised beside the chest" if up > -0.2 else "beside the body"
    part = next((part for part, lowest in (("face", 0.05), ("chest", -0.28), ("belly", -0.5)) if up > lowest), "hips")
    return f"in front of the {part}"


def _legs(at: _Frame) -> list[str]:
    """Of somebody who stands."""
    if not at.has("left_ankle", "right_ankle", "left_knee", "right_knee", "left_hip", "right_hip"):
        return []
    apart = at.way("right_ankle", "left_ankle")
    higher = "left" if apart[1] > 0 else "right"
    if abs(apart[1]) > _LIFTED:
        hip, knee, ankle = (f"{higher}_{name}" for name in ("hip", "knee", "ankle"))
        if at.way(hip, knee)[1] > -_RAISED:
            return [f"the {higher} knee raised"]
        if at.stretched(hip, knee, ankle) and (words := at.direction(at.way(hip, ankle), higher)) != "hanging down":
            return [f"the {higher} leg {words.replace(' and down', '').replace('down and out', 'out to the side')}"]
        return [f"the {higher} foot off the ground"]
    if not at.flat and abs(apart[2]) > max(_STEP, abs(apart[0])):
        return [f"the {'left' if apart[2] > 0 else 'right'} foot in front"]
    return ["the feet wide apart"] if abs(apart[0]) > _WIDE else []


def _trunk(at: _Frame) -> list[str]:
    if not at.has("pelvis", "neck_base"):
        return []
    trunk = at.way("pelvis", "neck_base")
    tilt = np.degrees(np.arccos(np.clip(trunk[1] / max(np.linalg.norm(trunk), 1e-9), -1, 1)))
    if tilt < _LEANS:
        return []
    sideways = abs(trunk[0]) > abs(trunk[2])
    way = ("to the left" if trunk[0] > 0 else "to the right") if sideways else "forward" if trunk[2] > 0 else "backward"
    return [f"the trunk leaning {way}"]
