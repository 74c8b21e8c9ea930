"""Numbers that answer a question about a clip: which side works more, how fast, how high, when. Built on `describe`'s facts."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from ..model.skeleton import SkeletonSequence
from .body_paths import Tracks, degrees_between, people_tracks, runs
from .contact import gaps_between
from .describer import facing, measure
from .facts import Facts, Move, Travel, Turn
from .limbs import SIDES

# Chosen on generated clips of training seeds, of actions with a side and of actions without: a point that is slower than `_RESTS` metres a
# second (on the canonical body) rests; a side does more where its way is `_CLEARLY` that of the other. Nine of ten of both kinds come out right.
_RESTS, _CLEARLY = 0.15, 1.6
_LEAST_WAY = 0.15  # metres on the canonical body: a limb with less of a way than this is not used
_PURPOSE = 0.25  # metres: hands that go less, or only swing along with the steps, do nothing of their own
_UNSEEN = (
    1.0  # seconds for which one of several people is not seen, before coming or after going, and is seen at the least
)
_PAUSE = 0.7  # seconds without any movement
_STAYS = 0.03  # metres on the canonical body: a point that leaves its place by less within `_PAUSE` keeps still
_HELD = 0.1  # seconds for which a hand has to be somewhere
_UP = 0.12  # metres on the canonical body: a foot this far above where it stands, or a hand above its shoulder, is held up
_BONES = {"knee": ("hip", "ankle"), "elbow": ("shoulder", "wrist")}
PARTS = {"hand": "wrist", "elbow": "elbow", "foot": "ankle", "knee": "knee"}
_ENDS = {"hand": ("wrist", "neck_base"), "foot": ("ankle", None)}


class Measures:
    """What can be measured on a clip in which somebody is seen.

    Args:
        clip: any layout, axes and units.

    Raises:
        ValueError: as `people_tracks`.
    """

    def __init__(self, clip: SkeletonSequence):
        self.tracks: list[Tracks] = people_tracks(clip)
        self.facts: Facts = measure(self.tracks, clip.seconds)
        self.flat = clip.is_2d
        frames = {tracks.row: np.flatnonzero(clip.mask[:, tracks.row].any(-1)) for tracks in self.tracks}
        self._in_view = {row: (int(at[0]) / clip.fps, (int(at[-1]) + 1) / clip.fps) for row, at in frames.items()}

    @functools.cached_property
    def spans(self) -> list[tuple[float, float]]:
        """(start, end) seconds of everything that happens, in the order of time."""
        facts = self.facts
        happens: tuple[Move | Travel | Turn, ...] = (*facts.moves, *facts.travels, *facts.turns)
        found = [(one.start, one.end) for one in happens]
        found += [
            (one.end, two.start) for one, two in zip(facts.stances, facts.stances[1:]) if one.person == two.person
        ]
        return sorted(found)

    @property
    def moves(self) -> bool:
        """Whether anybody moves at all."""
        return bool(self.spans)

    @property
    def span(self) -> tuple[float, float] | None:
        """(start, end) seconds of all movement; None: nobody moves."""
        return (self.spans[0][0], max(end for _, end in self.spans)) if self.spans else None

    @property
    def rests(self) -> list[tuple[float, float]]:
        """(start, end) seconds of every time without any movement, `_PAUSE` long at least, also at the start and at the end."""
        ends = np.maximum.accumulate([0.0, *(end for _, end in self.spans)]).tolist()
        starts = [*(start for start, _ in self.spans), self.facts.seconds]
        found = [(last, start) for last, start in zip(ends, starts, strict=True) if start - last >= _PAUSE]
        joined: list[tuple[float, float]] = []
        for start, end in sorted(found + self._still):
            if joined and start <= joined[-1][1]:
                start, end = joined[-1][0], max(joined.pop()[1], end)
            joined.append((start, end))
        return joined

    @property
    def _still(self) -> list[tuple[float, float]]:
        """(start, end) seconds in which no point of anybody leaves its place: also in the midst of what is told as one movement."""
        times = self.tracks[0].times
        size = int(np.ceil(_PAUSE / (times[1] - times[0]))) if len(times) > 1 else 0
        if not 1 < size <= len(times) or any(len(one.times) != len(times) for one in self.tracks):
            return []
        leaves = np.zeros(len(times) - size + 1)
        for tracks in self.tracks:
            for path in tracks.points.values():
                reach = np.ptp(np.lib.stride_tricks.sliding_window_view(path, size, axis=0), axis=-1)
                leaves = np.maximum(leaves, np.linalg.norm(reach, axis=1) / tracks.size)
        return [(float(times[first]), float(times[stop + size - 2])) for first, stop in runs(leaves < _STAYS)]

    @property
    def pauses(self) -> bool:
        """Whether there is a rest between two movements."""
        return any(start > 0 and self.span is not None and end <= self.span[1] for start, end in self.rests)

    @property
    def jump(self) -> Move | None:
        """The first jump."""
        return next((move for move in self.facts.moves if move.kind == "jump"), None)

    def comes_and_goes(self) -> list[tuple[int, float | None, float | None]]:
        """(person, seconds from which he is seen, seconds until which) of those who come later or go before the others; None: from the start, to the end."""
        found = []
        for person, tracks in enumerate(self.tracks):
            first, last = self._in_view[tracks.row]
            comes = first if first >= _UNSEEN else None
            goes = last if self.facts.seconds - last >= _UNSEEN else None
            if (comes is not None or goes is not None) and last - first >= _UNSEEN:
                found.append((person, comes, goes))
        return found if len(self.tracks) > 1 and len(found) < len(self.tracks) else []

    def standing_leg(self) -> str | None:
        """The side of the foot that stays on the ground while the other one is lifted; None: both do, or neither."""
        low, high = sorted((self.foot_height(side) or 0.0, side) for side in SIDES)
        return low[1] if low[0] < _UP <= high[0] / 1.5 else None

    def spans_of(self, posture: str, person: int = 0) -> list[tuple[float, float]]:
        """(start, end) seconds in which a person has a posture."""
        return [
            (stance.start, stance.end)
            for stance in self.facts.stances
            if stance.person == person and stance.posture == posture
        ]

    def postures(self, person: int = 0) -> list[str]:
        """Postures of a person in their order."""
        return [stance.posture for stance in self.facts.stances if stance.person == person]

    def ways(self, limb: str, person: int) -> dict[str, float]:
        """Side -> metres on the canonical body that a "hand" (from the neck) or "foot" goes, rests left out; sides that are not seen are missing."""
        tracks = self.tracks[person]
        end, origin = _ENDS[limb]
        found = {}
        for side in SIDES:
            if tracks.has(f"{side}_{end}") and (origin is None or tracks.has(origin)) and len(tracks.times) > 1:
                path = tracks.local(f"{side}_{end}", origin) if origin else tracks.points[f"{side}_{end}"]
                steps = np.linalg.norm(np.diff(path, axis=0), axis=1) / tracks.size
                found[side] = float(np.maximum(steps - _RESTS * np.diff(tracks.times), 0).sum())
        return found

    def side(self, limb: str, person: int = 0) -> str | None:
        """ "left", "right", "both" or "neither": which hand or foot is used; None: they are not seen well enough to tell.

        "neither" also where both only go along: hands that swing with the steps.
        """
        ways = self.ways(limb, person)
        if len(ways) < 2:
            return None
        more, less = sorted(SIDES, key=lambda side: -ways[side])
        if ways[more] >= _LEAST_WAY and ways[more] >= _CLEARLY * ways[less]:
            return more
        return "both" if self._on_purpose(limb, person, ways[more]) else "neither"

    def _on_purpose(self, limb: str, person: int, way: float) -> bool:
        """Whether two hands or feet that go about as far do something of their own."""
        facts = self.facts
        travels = any(travel.person == person and travel.steps for travel in facts.travels)
        if limb == "foot":
            trunk = any(move.person == person and move.part == "body" for move in facts.moves)
            return travels or trunk or len(self.postures(person)) > 1 or way >= _LEAST_WAY
        if not travels:
            return way >= _LEAST_WAY
        own = [move for move in facts.moves if move.person == person and "hand" in move.part]
        return any(move.distance * move.count >= _PURPOSE for move in own)

    def busiest(self, people: Iterable[int] | None = None, limb: str | None = None) -> int | None:
        """The person whose hands and feet (or only one of these) go clearly farther than those of the others; None: nobody's do."""
        rows = list(range(len(self.tracks)) if people is None else people)
        sums = {row: sum(sum(self.ways(one, row).values()) for one in ((limb,) if limb else _ENDS)) for row in rows}
        first, *others = sorted(rows, key=lambda row: -sums[row])
        return (
            first if sums[first] >= _LEAST_WAY and all(sums[first] >= _CLEARLY * sums[row] for row in others) else None
        )

    def speed(self, person: int = 0) -> float | None:
        """Metres a second at which a person leaves the place; None: stays, or cannot be told from a flat clip."""
        travel = next((travel for travel in self.facts.travels if travel.person == person), None)
        tracks = self.tracks[person]
        point = next((name for name in ("pelvis", "neck_base", "head") if tracks.has(name)), None)
        if travel is None or self.flat or point is None or travel.end <= travel.start:
            return None
        during = (tracks.times >= travel.start) & (tracks.times <= travel.end)
        steps = np.diff(tracks.points[point][during][:, [0, 2]], axis=0)
        return float(np.linalg.norm(steps, axis=1).sum() / (travel.end - travel.start))

    def repeated(self) -> Move | None:
        """The largest movement that is repeated."""
        found = [move for move in self.facts.moves if move.count > 1 and move.kind in ("repetition", "circle", "jump")]
        return max(found, key=lambda move: move.distance * (2 if move.part == "body" else 1), default=None)

    def foot_height(self, side: str | None = None, person: int = 0) -> float | None:
        """Metres that a foot (the higher one) rises above where it stands; None: no ankle is seen."""
        tracks = self.tracks[person]
        heights = [
            tracks.points[name][:, 1] for one in SIDES if side in (None, one) and tracks.has(name := f"{one}_ankle")
        ]
        return max((float(path.max() - np.quantile(path, 0.1)) for path in heights), default=None)

    def hand_height(self, side: str | None = None, person: int = 0) -> float | None:
        """Metres above the ground, on the canonical body, to which the lowest wrist gets; None: no wrist or no ankle is seen."""
        tracks = self.tracks[person]
        wrists = [name for one in SIDES if side in (None, one) and tracks.has(name := f"{one}_wrist")]
        if not wrists or not tracks.has("left_ankle", "right_ankle"):
            return None
        return min(float((tracks.points[name][:, 1] - tracks.ground()).min()) for name in wrists) / tracks.size

    def time_of_height(self, part: str, side: str | None, highest: bool, person: int = 0) -> float | None:
        """Seconds at which a "hand", "foot", the "head" or the "hips" are highest or lowest; None: not seen, or they hardly go up or down.

        Args:
            part: one of these.
            side: of a hand or foot; None: the one that goes farther up and down.
            highest: else lowest.
            person: whose.
        """
        tracks = self.tracks[person]
        sides = [side] if side else SIDES
        names = {"head": ["head"], "hips": ["pelvis"]}.get(part) or [f"{one}_{PARTS[part]}" for one in sides]
        heights = [tracks.points[name][:, 1] for name in names if tracks.has(name)]
        height = max(heights, key=np.ptp, default=None)
        if height is None or np.ptp(height) < _UP * tracks.size:
            return None
        return float(tracks.times[height.argmax() if highest else height.argmin()])

    def hand_to_head(self, side: str | None = None, person: int = 0) -> float | None:
        """Metres on the canonical body to which a wrist gets near to the head; None: they are not seen."""
        tracks = self.tracks[person]
        wrists = [name for one in SIDES if side in (None, one) and tracks.has(name := f"{one}_wrist", "head")]
        ways = [np.linalg.norm(tracks.points[name] - tracks.points["head"], axis=1).min() for name in wrists]
        return float(min(ways)) / tracks.size if ways else None

    def above(self, part: str, mark: str, sides: Iterable[str], person: int = 0) -> bool | None:
        """Whether a part on each of these sides is for a moment higher than the mark; None: they are not seen.

        Args:
            part: a key of `PARTS`.
            mark: "head", or a joint on the part's own side: "shoulder", "hip", "knee".
            sides: of "left" and "right".
            person: whose.
        """
        tracks, found = self.tracks[person], []
        for side in sides:
            point, other = f"{side}_{PARTS[part]}", mark if mark == "head" else f"{side}_{mark}"
            if not tracks.has(point, other):
                return None
            above = (tracks.points[point] - tracks.points[other])[:, 1] > 0
            step = tracks.times[1] - tracks.times[0] if len(above) > 1 else np.inf
            found.append(above.any() and above.sum() * step >= _HELD)
        return all(found)

    def rises(self, part: str, person: int = 0) -> str | None:
        """ "up", "down", "up and down again", "down and up again" or "neither up nor down": what a part does over the clip; None: not seen.

        Args:
            part: "head", "hips", or a key of `PARTS` behind its side, such as "left hand".
            person: whose.
        """
        side, _, name = part.rpartition(" ")
        point = {"hips": "pelvis", "head": "head"}.get(part) or f"{side}_{PARTS[name]}"
        tracks = self.tracks[person]
        if not tracks.has(point):
            return None
        height = tracks.points[point][:, 1] / tracks.size
        up, down = height.max() - height[0], height[0] - height.min()
        if max(up, down) < _UP:
            return "neither up nor down"
        way, back = ("up", "down") if up > down else ("down", "up")
        left = abs(height[-1] - height[0])
        return way if left > max(up, down) / 2 else f"{way} and {back} again"

    def uses(self, limb: str, side: str | None = None, person: int = 0) -> bool | None:
        """Whether a "hand" or "foot", of a side or of either, moves at all, also one that only swings along; None: it is not seen."""
        ways = [way for one, way in self.ways(limb, person).items() if side in (None, one)]
        return max(ways) >= _LEAST_WAY if ways else None

    def together(self, limb: str, person: int = 0) -> bool | None:
        """Whether both hands (or feet) do the same at the same time, and not one after the other; None: only one does much, or neither."""
        plural = {"hand": "hands", "foot": "feet"}[limb]
        ways = {f"both {plural}": 0.0, f"{plural} by turns": 0.0}
        for move in self.facts.moves:
            if move.person == person and move.part in ways:
                ways[move.part] += move.distance * move.count
        both, turns = ways.values()
        steps = limb == "foot" and any(travel.steps for travel in self.facts.travels if travel.person == person)
        if steps and max(both, turns) == 0:
            return False
        return None if both == turns else both > turns

    @functools.cached_property
    def nearest(self) -> float | None:
        """Metres over the ground between the first two people where they are nearest; None: one person, or flat."""
        gaps = None if self.flat else gaps_between(self.tracks)
        return None if gaps is None else float(gaps.min())

    def angle(self, joint: str, side: str, person: int = 0) -> np.ndarray | None:
        """(frames,) degrees inside a "knee" or "elbow", 180 where the limb is straight; None: not seen, or flat."""
        tracks = self.tracks[person]
        ends = [f"{side}_{end}" for end in _BONES[joint]]
        if self.flat or not tracks.has(f"{side}_{joint}", *ends):
            return None
        one, two = (tracks.points[end] - tracks.points[f"{side}_{joint}"] for end in ends)
        return degrees_between(one, two)

    def tilt(self, person: int = 0) -> float | None:
        """Degrees from upright to which the trunk leans most; None: not seen, or flat."""
        tracks = self.tracks[person]
        if self.flat or not tracks.has("pelvis", "neck_base"):
            return None
        trunk = tracks.points["neck_base"] - tracks.points["pelvis"]
        upright = trunk[:, 1] / np.maximum(np.linalg.norm(trunk, axis=1), 1e-9)
        return float(np.degrees(np.arccos(np.clip(upright.min(), -1, 1))))

    def held_up(self, limb: str, person: int = 0) -> tuple[str, float, float] | None:
        """(side, start, end) of the longest time that a "hand" is above its shoulder, or a "foot" off the ground; None: never."""
        tracks, found = self.tracks[person], []
        for side in SIDES:
            end, origin = (
                (f"{side}_wrist", f"{side}_shoulder") if limb == "hand" else (f"{side}_ankle", f"{side}_ankle")
            )
            if tracks.has(end, origin):
                height = tracks.points[end][:, 1]
                rest = np.quantile(height, 0.1) if limb == "foot" else tracks.points[origin][:, 1]
                for first, stop in runs(height - rest > _UP * tracks.size):
                    found.append((side, float(tracks.times[first]), float(tracks.times[stop - 1])))
        return max(found, key=lambda one: one[2] - one[1], default=None)

    def faces(self, at_end: bool = False, person: int = 0) -> str | None:
        """As `Facts.facing`, at the start or at the end."""
        return facing(self.tracks[person], at_end)

    def towards(self) -> tuple[float, float] | None:
        """Cosines of where each of two people faces and where the other is, seen from above, in the middle of all frames; None: not seen."""
        if len(self.tracks) != 2 or self.flat or not all(track.has("pelvis") for track in self.tracks):
            return None
        way = self.tracks[1].points["pelvis"] - self.tracks[0].points["pelvis"]
        found = []
        for track, sign in zip(self.tracks, (1, -1)):
            front, other = track.axes[:, 2, [0, 2]], sign * way[:, [0, 2]]
            lengths = np.linalg.norm(front, axis=-1) * np.linalg.norm(other, axis=-1)
            found.append(float(np.median((front * other).sum(-1) / np.maximum(lengths, 1e-9))))
        return found[0], found[1]

    def across(self, person: int = 0) -> tuple[float, float]:
        """Metres that a person has gone at the end, to the right of the picture and towards the viewer."""
        tracks = self.tracks[person]
        centre = next((name for name in ("pelvis", "neck_base", "head") if tracks.has(name)), None)
        if centre is None:
            return 0.0, 0.0
        right, _, near = (tracks.points[centre][-1] - tracks.points[centre][0]).tolist()
        return right, near
