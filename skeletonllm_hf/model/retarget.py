"""Conversion of clips between layouts: joints that both have are copied, others derived from their neighbours on the body.

A derived joint is an affine combination of known joints, with weights from their places on the canonical body
(`body.BODY_POINTS`), so it follows any size, heading and, in 2D, any view. What then remains is an offset across
the plane or line of those joints (from the head to the nose); it turns with a local frame that two directions of
the body give. Offsets that no frame can turn are left out where they are small and else leave the joint masked.
The rules stand in `_rules`, in the order in which they apply; the numbers they reach in docs/layouts.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .body import BODY_POINTS, DETAIL_PLACES
from .layouts import SkeletonLayout, get_layout, neighbours
from .topology import spread_between

if TYPE_CHECKING:
    from .skeleton import SkeletonSequence

SMALL_OFFSET = 0.05  # metres on the canonical body: an offset that may be left out where no frame turns it
_SHARP = 0.3  # sine of the least angle between a frame's two directions
_PLACES = {name: np.array(place) for name, place in (BODY_POINTS | DETAIL_PLACES).items()}
# Long bones and widths by which a body is measured.
_MEASURES = (
    ("pelvis", "neck_base"), ("left_shoulder", "right_shoulder"), ("left_shoulder", "left_elbow"), ("right_shoulder", "right_elbow"),
    ("left_elbow", "left_wrist"), ("right_elbow", "right_wrist"), ("left_hip", "left_knee"), ("right_hip", "right_knee"),
    ("left_knee", "left_ankle"), ("right_knee", "right_ankle"),
)  # fmt: skip


@dataclass(frozen=True)
class _Frame:
    """A rotation of part of the body: the one that brings `along` (from, to) and, as far as it can, `across` from the
    canonical body to the clip. `rest`: the direction of `across` on the canonical body, where its points lie on `along`."""

    along: tuple[str, ...]
    across: tuple[str, ...]
    rest: tuple[float, float, float] | None = None

    @property
    def points(self) -> tuple[str, ...]:
        return self.along + self.across


@dataclass(frozen=True)
class _Rule:
    point: str
    anchors: tuple[str, ...]
    frame: _Frame | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        return self.anchors if self.frame is None else self.anchors + self.frame.points

    @functools.cached_property
    def weights(self) -> np.ndarray:
        """(anchors,) of sum 1 that come nearest to the point on the canonical body; the shortest of them."""
        places = np.array([_PLACES[anchor] for anchor in self.anchors])
        centred = places - places.mean(0)
        return 1 / len(places) + np.linalg.pinv(centred.T, rcond=1e-6) @ (_PLACES[self.point] - places.mean(0))

    @functools.cached_property
    def offset(self) -> np.ndarray:
        """(3,) metres from there to the point, on the canonical body."""
        return _PLACES[self.point] - sum(w * _PLACES[a] for w, a in zip(self.weights, self.anchors, strict=True))

    @property
    def needs_frame(self) -> bool:
        return float(np.linalg.norm(self.offset)) > SMALL_OFFSET


_SPINE = ("pelvis", "spine_lower", "spine_middle", "spine_upper", "neck_base", "neck")
_SHOULDERS, _HIPS = ("right_shoulder", "left_shoulder"), ("right_hip", "left_hip")
_FACE = _Frame(("right_ear", "left_ear"), ("right_ear", "nose"))
_HEAD = _Frame(("neck", "head"), _SHOULDERS)
_LOOK = _Frame(("neck_base", "nose"), _SHOULDERS)
_FACE_POINTS = ("eye", "eye_inner", "eye_outer", "ear", "mouth")


@functools.cache
def _rules() -> tuple[_Rule, ...]:
    """All derivations. Later rules may use what earlier ones derived; the first that applies to a joint in a frame wins."""
    rules = [
        # the trunk: along the spine between known points, else from shoulders and hips
        _Rule("neck_base", ("spine_upper", "neck")),
        _Rule("neck_base", ("spine_middle", "neck")),
        _Rule("neck_base", _SHOULDERS + _HIPS),
        _Rule("neck_base", (*_SHOULDERS, "pelvis")),
        _Rule("neck_base", _SHOULDERS),
        _Rule("pelvis", _HIPS + _SHOULDERS),
        _Rule("pelvis", (*_HIPS, "neck_base")),
        _Rule("pelvis", _HIPS),
        *(_Rule(point, ends) for point in _SPINE[1:4] for ends in _around(point)),
        # the head: from the face, else along the neck
        _Rule("head", ("left_ear", "right_ear"), _FACE),
        _Rule("head", ("left_ear", "right_ear")),
        _Rule("head", ("neck", "head_top")),
        _Rule("head", ("neck_base", "head_top")),
        _Rule("head", ("nose",), _LOOK),
        _Rule("neck", ("neck_base", "head")),
        _Rule("head_top", ("head",), _FACE),
        _Rule("head_top", ("neck", "head")),
        _Rule("nose", ("head",), _HEAD),
    ]
    for side, other in (("left", "right"), ("right", "left")):
        for part in _FACE_POINTS:
            point = f"{side}_{part}"
            if part in ("eye_inner", "eye_outer"):
                rules.append(_Rule(point, (f"{side}_eye", f"{other}_eye")))
            if part == "mouth":
                rules.append(_Rule(point, (f"{side}_eye", f"{other}_eye", "nose", "neck_base")))
            rules += [_Rule(point, ("nose",), _FACE), _Rule(point, ("head",), _HEAD)]
        rules += _arm(side) + _leg(side)
    return (*rules, _Rule("jaw", ("nose",), _FACE), _Rule("jaw", ("head",), _HEAD))


def _around(point: str) -> list[tuple[str, str]]:
    """Pairs of points of the spine below and above, the nearest first."""
    at = _SPINE.index(point)
    pairs = [(below, above) for below in range(at) for above in range(at + 1, len(_SPINE))]
    return [(_SPINE[below], _SPINE[above]) for below, above in sorted(pairs, key=lambda pair: pair[1] - pair[0])]


def _arm(side: str) -> list[_Rule]:
    at: Callable[..., Any] = lambda *parts: tuple(f"{side}_{part}" for part in parts)  # noqa: E731
    # the thumb lies on the side to which the elbow bends while palms face each other
    forearm = _Frame(at("elbow", "wrist"), at("elbow", "shoulder"), rest=(0.0, 0.0, 1.0))
    table = (
        ("wrist", ("elbow", "hand"), None),
        ("hand", ("wrist", "middle1"), None),
        ("hand", ("wrist", "index_finger", "pinky"), None),
        ("hand", ("wrist", "hand_tip"), None),
        ("hand", ("elbow", "wrist"), None),
        ("hand_tip", ("middle4",), None),
        ("hand_tip", ("middle2", "middle3"), None),
        ("hand_tip", ("wrist", "index_finger", "pinky"), None),
        ("hand_tip", ("wrist", "hand"), None),
        ("thumb", ("thumb2", "thumb3"), None),
        ("thumb", ("wrist", "index_finger", "pinky"), None),
        ("thumb", ("elbow", "wrist"), forearm),
        ("index_finger", ("index2", "index3"), None),
        ("index_finger", ("wrist", "hand_tip", "thumb"), None),
        ("index_finger", ("wrist", "hand_tip"), None),
        ("pinky", ("pinky2", "pinky3"), None),
        ("pinky", ("wrist", "hand_tip", "thumb"), None),
        ("pinky", ("wrist", "hand_tip"), None),
        ("hand_root", ("wrist", "hand"), None),
    )
    collar = _Rule(f"{side}_collar", ("neck_base", f"{side}_shoulder"))
    return [collar] + [_Rule(f"{side}_{point}", at(*anchors), frame) for point, anchors, frame in table]


def _leg(side: str) -> list[_Rule]:
    at: Callable[..., Any] = lambda *parts: tuple(f"{side}_{part}" for part in parts)  # noqa: E731
    foot, shank = _Frame(at("ankle", "foot"), _HIPS), _Frame(at("ankle", "knee"), _HIPS)
    table = (
        ("foot", ("ankle", "heel", "toe"), None),
        ("foot", ("ankle", "toe"), None),
        ("foot", ("ankle",), shank),
        ("toe", ("ankle", "foot"), None),
        ("heel", ("ankle", "foot"), foot),
        ("heel", ("knee", "ankle", "foot"), None),
        ("small_toe", ("toe",), foot),
    )
    return [_Rule(f"{side}_{point}", at(*anchors), frame) for point, anchors, frame in table]


@dataclass
class _Track:
    """One point over a clip: places (frames, people, dims) float64, seen (frames, people), confidence (frames, people) or None."""

    places: np.ndarray
    seen: np.ndarray
    confidence: np.ndarray | None


def to_layout(sequence: SkeletonSequence, layout: str | SkeletonLayout | dict[str, Any]) -> SkeletonSequence:
    """The clip in another layout.

    Joints whose body point (or, for joints that stand for none, whose name) the clip's layout has are copied bit
    by bit with mask and confidence. Others are derived where a rule allows it, masked in frames in which the
    joints it needs are; the confidence is the least of theirs. Joints of unknown meaning that lie between known ones in the
    new layout are spread between them. What cannot be derived is masked in all frames and named in `warnings`.
    Works in the clip's own axes and units, in 2D without what depends on depth; joint rotations are dropped.

    Raises:
        TypeError, ValueError: no layout, or one that has nothing in common with the clip's.
    """
    layout = get_layout(layout)
    if layout == sequence.layout:
        return sequence
    source = {key: joint for joint, key in enumerate(_keys(sequence.layout))}
    keys = _keys(layout)
    tracks = {key: _track(sequence, joint) for key, joint in source.items()}
    _derive(tracks, set(keys) - set(source))
    joints = np.zeros((*sequence.mask.shape[:2], layout.num_joints, sequence.joints.shape[3]), np.float32)
    mask = np.zeros(joints.shape[:3], bool)
    confidence = None if sequence.confidence is None else np.zeros(joints.shape[:3], np.float32)
    known = [joint for joint, key in enumerate(keys) if key in source or (key in tracks and tracks[key].seen.any())]
    if not known:
        raise ValueError(f"layout {layout.name!r} has no joint that can be derived from {sequence.layout.name!r}")
    columns = {joint: tracks[keys[joint]] for joint in known}
    columns |= _between(layout, columns, [j for j, key in enumerate(keys) if key not in tracks and key not in _PLACES])
    for joint, track in columns.items():
        if keys[joint] in source:
            joints[:, :, joint] = sequence.joints[:, :, source[keys[joint]]]
        else:
            joints[:, :, joint] = np.where(track.seen[..., None], track.places, 0)
        mask[:, :, joint] = track.seen
        if confidence is not None:
            confidence[:, :, joint] = track.confidence
    warnings = sequence.warnings
    if lost := [name for joint, name in enumerate(layout.joints) if joint not in columns]:
        names = ", ".join(lost[:6]) + (f" and {len(lost) - 6} more" if len(lost) > 6 else "")
        warnings += (
            f"Joints of {layout.name} that cannot be derived from {sequence.layout.name} are masked: {names}.",
        )
    changes = {"joints": joints, "mask": mask, "confidence": confidence, "rotations": None}
    return sequence.replace(layout=layout, warnings=warnings, **changes)


def _keys(layout: SkeletonLayout) -> list[str]:
    """The key of each joint: its body point, or its name (marked, where it could be mistaken for a body point)."""
    return [
        point or (f"joint {name}" if name in BODY_POINTS else name)
        for name, point in zip(layout.joints, layout.body, strict=True)
    ]


def _track(sequence: SkeletonSequence, joint: int) -> _Track:
    confidence = None if sequence.confidence is None else sequence.confidence[:, :, joint]
    return _Track(sequence.joints[:, :, joint].astype(np.float64), sequence.mask[:, :, joint], confidence)


def _derive(tracks: dict[str, _Track], points: set[str]) -> None:
    """Adds tracks for these points, and for those on the way to them, where rules apply."""
    given = set(tracks)
    needed = set(points)
    if not given or not needed:
        return
    for rule in reversed(_rules()):
        if rule.point in needed and rule.point not in given:
            needed |= set(rule.needs)
    size = None
    for rule in _rules():
        if rule.point not in needed or rule.point in given:
            continue
        track = tracks.get(rule.point)
        if any(anchor not in tracks for anchor in rule.anchors) or (track is not None and track.seen.all()):
            continue
        flat = tracks[rule.anchors[0]].places.shape[-1] == 2
        frame = None if flat else rule.frame
        if (frame and any(point not in tracks for point in frame.points)) or (flat and rule.needs_frame):
            continue
        anchors = [tracks[anchor] for anchor in rule.anchors]
        places = sum(weight * anchor.places for weight, anchor in zip(rule.weights, anchors, strict=True))
        if frame:
            size = _size(tracks) if size is None else size
            rotation, defined = _rotation(frame, tracks)
            places = places + size[:, None] * (rotation @ rule.offset)
            defined = defined & np.isfinite(size)
            anchors += [tracks[point] for point in frame.points]
        else:
            defined = np.array(True)
        seen, confidence = _jointly(anchors)
        new = _Track(places, seen & defined, confidence)
        tracks[rule.point] = new if track is None else _first(track, new)


def _jointly(tracks: Sequence[_Track]) -> tuple[np.ndarray, np.ndarray | None]:
    """Where all of these points are seen, and the least of their confidences."""
    seen = np.logical_and.reduce([track.seen for track in tracks])
    if tracks[0].confidence is None:
        return seen, None
    return seen, np.minimum.reduce([np.asarray(track.confidence) for track in tracks])


def _first(one: _Track, two: _Track) -> _Track:
    """`one` where it is seen, else `two`."""
    confidence = None
    if one.confidence is not None and two.confidence is not None:
        confidence = np.where(one.seen, one.confidence, two.confidence)
    return _Track(np.where(one.seen[..., None], one.places, two.places), one.seen | two.seen, confidence)


def _size(tracks: dict[str, _Track]) -> np.ndarray:
    """(people,) units of the clip per metre of the canonical body; NaN where none of `_MEASURES` is seen."""
    ratios = []
    for a, b in _MEASURES:
        if a in tracks and b in tracks:
            both = tracks[a].seen & tracks[b].seen
            length = np.linalg.norm(tracks[a].places - tracks[b].places, axis=-1)
            length = length / np.linalg.norm(_PLACES[a] - _PLACES[b])
            ratios.append(
                [np.median(length[both[:, p], p]) if both[:, p].any() else np.nan for p in range(both.shape[1])]
            )
    people = next(iter(tracks.values())).seen.shape[1]
    each = np.array(ratios).reshape(-1, people).T
    return np.array([np.median(r[np.isfinite(r)]) if np.isfinite(r).any() else np.nan for r in each])


def _rotation(frame: _Frame, tracks: dict[str, _Track]) -> tuple[np.ndarray, np.ndarray]:
    """(frames, people, 3, 3) from the canonical body to the clip, and where the two directions define it."""
    gap: Callable[[tuple[str, ...]], np.ndarray] = lambda ends: tracks[ends[1]].places - tracks[ends[0]].places  # noqa: E731
    rest = [_PLACES[b] - _PLACES[a] for a, b in (frame.along, frame.across)]
    if frame.rest is not None:
        rest[1] = np.array(frame.rest)
    here, defined = _axes(gap(frame.along), gap(frame.across))
    there, _ = _axes(*rest)
    return here @ there.T, defined


def _axes(along: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(..., 3, 3) orthonormal columns: along, the part of `across` square to it, their cross product."""
    lengths = np.linalg.norm(along, axis=-1), np.linalg.norm(across, axis=-1)
    first = along / np.maximum(lengths[0], 1e-30)[..., None]
    square = across - (across * first).sum(-1, keepdims=True) * first
    left = np.linalg.norm(square, axis=-1)
    second = square / np.maximum(left, 1e-30)[..., None]
    defined = (lengths[0] > 0) & (left > _SHARP * lengths[1])
    return np.stack([first, second, np.cross(first, second)], axis=-1), defined


def _between(layout: SkeletonLayout, columns: dict[int, _Track], unknown: list[int]) -> dict[int, _Track]:
    """Tracks for joints of unknown meaning that lie between joints with tracks in the layout's graph."""
    missing = np.ones(layout.num_joints, bool)
    missing[list(columns)] = False
    if not unknown or not columns:
        return {}
    shares = np.eye(layout.num_joints)
    spread_between(shares, missing, neighbours(layout.num_joints, layout.bones))
    found = {}
    for joint in unknown:
        used = [other for other in columns if abs(shares[joint, other]) > 1e-6]
        if len(used) > 1:
            places = sum(shares[joint, other] * columns[other].places for other in used)
            found[joint] = _Track(places, *_jointly([columns[other] for other in used]))
    return found
