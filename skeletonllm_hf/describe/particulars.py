"""Single particulars of a person's paths: how tall, how far the feet are apart, which foot steps first, which way an arm circles."""

from __future__ import annotations

import numpy as np

from .body_paths import Tracks, runs
from .limbs import SIDES
from .posture import flights

AT_HEAD = 0.25  # metres on the canonical body from a wrist to the head: a hand so near is at the head
_STAYS = 0.2  # seconds for which a hand is there at the least
_HEIGHT = (("head", "neck_base", 1.0), ("neck_base", "pelvis", 1.0), *(
    (f"{side}_{a}", f"{side}_{b}", 0.5) for side in SIDES for a, b in (("hip", "knee"), ("knee", "ankle"))
))  # fmt: skip
# What words mean, in metres on the canonical body, set by hand and fitted to no clips:
_PLACED = 0.15  # a foot that gets so far from where it was has stepped
_ROUND = 0.12  # a hand that goes less far up and down, or forward and backward, does not circle
# Of a circle: its least radius as a share of its largest, and rounds. Of 396 clips of UTKinect's, MSR Action3D's and GTU's training people, who
# circle no arms, one passes, and all of 20 generated ones who do; with a share of 0.3 two and with none 92 do.
_AROUND, _ONE_ROUND = 0.4, 0.9
_ON_GROUND = 0.15  # an ankle so little above its lowest stands on the ground
_ONE_FOOT = 0.08  # one ankle so far above the other all the time in the air: on one leg
PELVIS_UP = 0.2  # a pelvis so high does not lie
_KNEE_DOWN, _KNEELS = 0.16, 1.0  # a knee so low, for so many seconds, is on the ground; of generated lunges none is
# A wrist so low is at the ground, and one so much lower than the other has gone there alone: of HDM05's training people 17 of 18, who put something
# down with the right hand, are found to, and of one nothing is.
_HAND_DOWN, _LOWER = 0.35, 0.1
# An elbow or hand so near to a knee or foot meets it, and no other pair gets within so much more: of HDM05's training people all 18, who bring the left
# elbow to the right knee, are found to.
_MEET, _ALONE = 0.3, 0.15
_ENDS = {"elbow": ("wrist", "shoulder"), "knee": ("ankle", "hip")}


def height(tracks: Tracks) -> float | None:
    """Metres from the head's middle to the ankles, along the bones; None: one of them is not seen, or the clip is flat."""
    if tracks.flat or not all(tracks.has(one, two) for one, two, _ in _HEIGHT):
        return None
    return sum(
        share * float(np.median(np.linalg.norm(tracks.points[one] - tracks.points[two], axis=1)))
        for one, two, share in _HEIGHT
    )


def hands_gap(tracks: Tracks) -> float | None:
    """Metres on the canonical body between the wrists, or the middles of the hands, where they are nearest; None: not seen."""
    gaps = [
        np.linalg.norm(tracks.points[f"left_{end}"] - tracks.points[f"right_{end}"], axis=1).min()
        for end in ("wrist", "hand")
        if tracks.has(f"left_{end}", f"right_{end}")
    ]
    return float(min(gaps)) / tracks.size if gaps else None


def feet_gap(tracks: Tracks) -> float | None:
    """Metres over the ground between the ankles where they are farthest from each other, both on the ground; None: not seen, or flat."""
    if tracks.flat or not tracks.has("left_ankle", "right_ankle"):
        return None
    left, right = tracks.points["left_ankle"], tracks.points["right_ankle"]
    lowest = min(np.quantile(left[:, 1], 0.1), np.quantile(right[:, 1], 0.1))
    on_ground = np.maximum(left[:, 1], right[:, 1]) - lowest < _ON_GROUND * tracks.size
    gaps = np.linalg.norm((left - right)[:, [0, 2]], axis=1)[on_ground]
    return float(gaps.max()) if len(gaps) else None


def hand_at_head(tracks: Tracks, side: str | None = None) -> list[tuple[float, float]]:
    """(start, end) seconds in which a wrist is at the head: of a side, or of that which is there longer."""
    found: list[list[tuple[float, float]]] = [[]]
    for one in SIDES:
        if side in (None, one) and tracks.has(f"{one}_wrist", "head"):
            way = np.linalg.norm(tracks.points[f"{one}_wrist"] - tracks.points["head"], axis=1)
            spans = [
                (float(tracks.times[first]), float(tracks.times[stop - 1]))
                for first, stop in runs(way < AT_HEAD * tracks.size)
            ]
            found.append([(start, end) for start, end in spans if end - start >= _STAYS])
    return max(found, key=lambda spans: sum(end - start for start, end in spans))


def first_step(tracks: Tracks) -> str | None:
    """The side of the foot that leaves its place first while the other one stays; None: neither does, both do, or they are not seen."""
    if tracks.flat or not tracks.has("left_ankle", "right_ankle"):
        return None
    paths = (tracks.points[f"{side}_ankle"] for side in SIDES)
    ways = np.stack([np.linalg.norm((path - path[0])[:, [0, 2]], axis=1) for path in paths]) / tracks.size
    placed = np.flatnonzero(ways.max(0) > _PLACED)
    if not len(placed):
        return None
    at = ways[:, placed[0]]
    return SIDES[int(at.argmax())] if at.min() < at.max() / 2 else None


def circling(tracks: Tracks, side: str) -> str | None:
    """ "forward" or "backward": which way a hand goes over the top of its circles beside the body; None: it does not circle there, or not seen.

    All of the hand's way goes around one point, and nearly a circle more to one way than to the other.
    """
    if tracks.flat or not tracks.has(f"{side}_wrist", f"{side}_shoulder"):
        return None
    path = tracks.local(f"{side}_wrist", f"{side}_shoulder")
    out, up, forward = np.ptp(path, axis=0) / tracks.size
    if min(up, forward) < max(_ROUND, out / 2):
        return None
    middle = (path.max(0) + path.min(0)) / 2
    ways = (path - middle)[:, [2, 1]]
    radii = np.linalg.norm(ways, axis=1)
    if radii.min() < _AROUND * radii.max():
        return None
    angle = np.unwrap(np.arctan2(ways[:, 0], ways[:, 1]))
    rounds = (angle[-1] - angle[0]) / (2 * np.pi)
    return None if abs(rounds) < _ONE_ROUND else "forward" if rounds > 0 else "backward"


def top_speed(tracks: Tracks, limb: str, side: str) -> float:
    """Metres a second over the ground at which a "hand" or "foot" that is seen goes where it is fastest."""
    path = tracks.points[f"{side}_wrist" if limb == "hand" else f"{side}_ankle"]
    return float((np.linalg.norm(np.diff(path, axis=0), axis=1) / np.diff(tracks.times)).max())


def heights(tracks: Tracks, part: str) -> np.ndarray | None:
    """(2, frames) metres on the canonical body of a "wrist", "elbow", "knee" or "ankle", left and right; None: not seen."""
    names = [f"{side}_{part}" for side in SIDES]
    return np.stack([tracks.points[name][:, 1] for name in names]) / tracks.size if tracks.has(*names) else None


def farthest(tracks: Tracks, joint: str, side: str, highest: bool = False) -> int | None:
    """The frame in which the end of an arm ("elbow") or leg ("knee") is farthest from where it was at first, or highest; None: it is not seen, or keeps still.

    The highest point of who stands on the hands is that of the neck.
    """
    end, root = (f"{side}_{point}" for point in _ENDS[joint])
    if not tracks.has(end, root, "neck_base"):
        return None
    path = tracks.local(end, root)
    if highest:
        up = max((tracks.points[name][:, 1] for name in (end, "neck_base")), key=np.ptp)
        return int(up.argmax())
    ways = np.linalg.norm(path - path[0], axis=1)
    return int(ways.argmax()) if ways.max() > _PLACED * tracks.size else None


def hops_on(tracks: Tracks) -> str | None:
    """ "left", "right" or "both": the lower foot while somebody is in the air; None: nobody jumps, or it is unclear."""
    inside = np.zeros(len(tracks.times), bool)
    for start, end, _ in flights(tracks):
        inside |= (tracks.times >= start) & (tracks.times <= end)
    if not inside.any():
        return None
    higher = (tracks.points["left_ankle"] - tracks.points["right_ankle"])[inside, 1] / tracks.size
    by, most = float(np.median(higher)), float(np.abs(higher).max())
    if abs(by) > _ONE_FOOT and (np.sign(higher) == np.sign(by)).mean() > 0.9:
        return "right" if by > 0 else "left"
    return "both" if most < _ONE_FOOT else None


def knees_down(tracks: Tracks) -> list[str] | None:
    """The sides of the knees that are on the ground for a while; None: they are not seen."""
    if not tracks.has("left_knee", "right_knee", "left_ankle", "right_ankle", "pelvis"):
        return None
    found, sits_up = [], tracks.points["pelvis"][:, 1] - tracks.ground() > PELVIS_UP * tracks.size
    for side in SIDES:
        height = (tracks.points[f"{side}_knee"][:, 1] - tracks.ground()) / tracks.size
        spans = [tracks.times[stop - 1] - tracks.times[first] for first, stop in runs((height < _KNEE_DOWN) & sits_up)]
        found += [side] if max(spans, default=0.0) >= _KNEELS else []
    return found


def leans(tracks: Tracks) -> dict[str, float] | None:
    """Degrees by which the trunk leans most "forward", "backward", to the "left" and to the "right"; None: not seen, or flat."""
    if tracks.flat or not tracks.has("pelvis", "neck_base"):
        return None
    left, up, forward = tracks.local("neck_base", "pelvis").T
    degrees = {name: np.degrees(np.arctan2(way, up)) for name, way in (("left", left), ("forward", forward))}
    return {
        "forward": float(degrees["forward"].max()), "backward": -float(degrees["forward"].min()),
        "left": float(degrees["left"].max()), "right": -float(degrees["left"].min()),
    }  # fmt: skip


def limbs_meet(tracks: Tracks, upper: str, lower: str) -> tuple[str, str] | None:
    """(side of the upper, side of the lower) of the only pair, such as an "elbow" and a "knee", that comes together; None: none does alone, or not seen."""
    names = [f"{side}_{point}" for point in (upper, lower) for side in SIDES]
    if tracks.flat or not tracks.has(*names):
        return None
    pairs = [(one, two) for one in SIDES for two in SIDES]
    gaps = [tracks.points[f"{one}_{upper}"] - tracks.points[f"{two}_{lower}"] for one, two in pairs]
    least = [float(np.linalg.norm(gap, axis=1).min()) / tracks.size for gap in gaps]
    first, second = sorted(least)[:2]
    return pairs[least.index(first)] if first < _MEET and second - first > _ALONE else None


def low_hand(tracks: Tracks) -> str | None:
    """ "left" or "right": the hand that alone gets down to the ground; None: neither does, or both."""
    wrists = [f"{side}_wrist" for side in SIDES]
    if not tracks.has(*wrists, "left_ankle", "right_ankle"):
        return None
    left, right = (float((tracks.points[wrist][:, 1] - tracks.ground()).min()) / tracks.size for wrist in wrists)
    if min(left, right) > _HAND_DOWN or abs(left - right) < _LOWER:
        return None
    return "left" if left < right else "right"
