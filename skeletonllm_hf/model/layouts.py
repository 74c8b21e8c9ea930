"""Skeleton layouts: the joints of a sensor or file, the bones between them, and their places on the body.

A layout is data. `layout_tables.py` has the built-in ones; one of your own comes from
`SkeletonLayout(name, joints, bones)` or `SkeletonLayout.from_dict(json.load(file))`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .body import BODY_POINTS, DETAIL_PLACES, FACE_PAIRS
from .layout_tables import HAND, LAYOUTS, bones_of, joints_of
from .package import package_module

_LIMB_POINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_FEW_DETAILS = 12  # the ends of limbs and of the head, and some more: they do no harm
MAX_NAME = 256  # characters; rigs with name spaces reach a hundred
MAX_JOINTS = 1024  # a sanity limit: the densest marker sets in use have a few hundred points

MAX_BONES = 4 * MAX_JOINTS  # a body's graph is nearly a tree; markers are joined in meshes


@dataclass(frozen=True)
class SkeletonLayout:
    """Named joints, the bones between them, left/right pairs and each joint's place on the body.

    Args:
        name: unique name, such as `"kinect_v2"`.
        joints: joint names, in the order of the data's joint axis.
        bones: pairs of joint numbers, 0-based.
        pairs: (left, right) joint numbers; None derives them from the names,
            or where those tell no sides from the body points.
        body: for each joint the canonical body point (`body.BODY_POINTS`) it stands for, or None;
            None for all derives them from the names.
        rest: (joints, 3) T-pose, metres, X the body's left, Y up, Z forward; None takes the body
            points' places, and the graph for joints that have none (`topology.place_on_body`).

    Names and the graph are read by the package: remote code without it needs `pairs`, `body` and `rest`.

    Raises:
        ValueError: names that repeat, bones or pairs outside the joints, unknown body points; what needs the package, without it.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int], ...] = None  # type: ignore[assignment]  # None until __post_init__
    body: tuple[str | None, ...] = None  # type: ignore[assignment]  # likewise
    rest: tuple[tuple[float, float, float], ...] | None = None

    def __post_init__(self) -> None:
        for name in ("joints", "body"):  # tuples, so that equal layouts compare equal and can be hashed
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("bones", "pairs", "rest"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _tuples(self.name, name, getattr(self, name)))
        count = len(self.joints)
        if not 1 <= count <= MAX_JOINTS:
            raise ValueError(f"layout {self.name!r}: expected 1 to {MAX_JOINTS} joints, got {count}")
        if any(not isinstance(name, str) or not name for name in self.joints):
            raise ValueError(f"layout {self.name!r}: joint names must be non-empty strings")
        for name in (self.name, *self.joints):
            if len(name) > MAX_NAME or any("\ud800" <= letter <= "\udfff" for letter in name):
                raise ValueError(
                    f"layout: expected names of at most {MAX_NAME} Unicode characters, got {name[:40]!r} ({len(name)})"
                )
        repeated = {name for name in self.joints if self.joints.count(name) > 1}
        if repeated:
            raise ValueError(f"layout {self.name!r}: joint names repeat: {sorted(repeated)}")
        for name in ("bones", "pairs"):
            if len(getattr(self, name) or ()) > MAX_BONES:
                raise ValueError(
                    f"layout {self.name!r}: expected at most {MAX_BONES} {name}, got {len(getattr(self, name))}"
                )
        _check_pairs(self.name, "bones", self.bones, count)
        if self.body is None:
            names = package_module("model.joint_names", f"layout {self.name!r}: body points from joint names")
            object.__setattr__(self, "body", names.body_points(self.joints))
        if self.pairs is None:
            names = package_module("model.joint_names", f"layout {self.name!r}: pairs from joint names")
            object.__setattr__(self, "pairs", names.pairs_of(self.joints) or names.pairs_of(self.body))
        _check_pairs(self.name, "pairs", self.pairs, count)
        if len(self.body) != count:
            raise ValueError(f"layout {self.name!r}: expected {count} body points, got {len(self.body)}")
        unknown = [point for point in self.body if point is not None and point not in BODY_POINTS]
        if unknown:
            raise ValueError(f"layout {self.name!r}: unknown body points {unknown}; known: {sorted(BODY_POINTS)}")
        if self.rest is not None and [len(place) for place in self.rest] != [3] * count:
            raise ValueError(f"layout {self.name!r}: rest must be ({count}, 3), got {self.rest}")
        if self.rest is not None and not all(
            isinstance(x, (int, float, np.number)) and np.isfinite(x) for p in self.rest for x in p
        ):
            raise ValueError(f"layout {self.name!r}: rest must hold finite numbers, got {self.rest}")

    @property
    def num_joints(self) -> int:
        return len(self.joints)

    @functools.cached_property
    def rest_joints(self) -> np.ndarray:
        """(joints, 3) float32: the T-pose, metres, X the body's left, Y up, Z forward."""
        if self.rest is not None:
            return np.asarray(self.rest, dtype=np.float32)
        nowhere = (np.nan,) * 3
        known = np.array([nowhere if point is None else BODY_POINTS[point] for point in self.body])
        if np.isnan(known).any():
            topology = package_module("model.topology", f"layout {self.name!r}: places of joints without a body point")
            known = topology.place_on_body(known, self.bones, self.pairs)
        return known.astype(np.float32)

    @functools.cached_property
    def details(self) -> np.ndarray:
        """(joints,) bool: fingers, face, tools: many joints without a body point, in chains that hang from a complete body.

        They are kept in the data but not drawn for the model, whose picture the body is to fill. None in built-in layouts.
        """
        hidden = np.zeros(self.num_joints, dtype=bool)
        limbs = {f"{side}_{point}" for side in ("left", "right") for point in _LIMB_POINTS}
        if self.name in _REGISTRY or len(limbs & set(self.body)) < len(limbs) - 2:
            return hidden
        near = neighbours(self.num_joints, self.bones)
        waiting = list(range(self.num_joints))
        while waiting:  # remove hanging chains, from their ends
            joint = waiting.pop()
            if self.body[joint] is None and not hidden[joint] and sum(not hidden[n] for n in set(near[joint])) < 2:
                hidden[joint] = True
                waiting += near[joint]
        return hidden if hidden.sum() > _FEW_DETAILS else np.zeros_like(hidden)

    def index(self, joint: str) -> int:
        """Number of a joint, by its name in this layout or by body point; KeyError names the choices."""
        if joint in self.joints:
            return self.joints.index(joint)
        if joint in self.body:
            return self.body.index(joint)
        raise KeyError(f"layout {self.name!r} has no joint {joint!r}; it has {list(self.joints)}")

    def swap_sides(self) -> np.ndarray:
        """(joints,) permutation that exchanges every left joint with its right one."""
        order = np.arange(self.num_joints)
        for left, right in self.pairs:
            order[left], order[right] = right, left
        return order

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, ready for JSON."""
        return {
            "name": self.name,
            "joints": list(self.joints),
            "bones": [list(bone) for bone in self.bones],
            "pairs": [list(pair) for pair in self.pairs],
            "body": list(self.body),
            "rest": None if self.rest is None else [list(map(float, place)) for place in self.rest],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> SkeletonLayout:
        """From `{"name", "joints", "bones", ["pairs", "body", "rest"]}`; bones may name joints instead of numbering them.

        Raises:
            ValueError: a key that is missing or unknown, or contents that `SkeletonLayout` refuses.
        """
        if not isinstance(values, dict):
            raise ValueError(f"a layout is an object with name, joints and bones, got {type(values).__name__}")
        keys = {"name", "joints", "bones", "pairs", "body", "rest"}
        if missing := {"name", "joints", "bones"} - set(values):
            raise ValueError(f"a layout needs {sorted(missing)}; it has {sorted(values)}")
        if unknown := set(values) - keys:
            raise ValueError(f"a layout has no {sorted(unknown)}; it may have {sorted(keys)}")
        joints = values["joints"]
        if not isinstance(joints, (list, tuple)):
            raise ValueError(f"a layout's joints must be a list of names, got {type(joints).__name__}")
        joints = tuple(joints)
        body: Any = values.get("body")
        pairs: Any = values.get("pairs")
        if isinstance(body, dict):
            if unknown := set(body) - set(joints):
                raise ValueError(f"layout {values['name']!r}: body names unknown joints {sorted(unknown)}")
            body = [body.get(name) for name in joints]
        if pairs is not None:
            pairs = _numbered(values["name"], "pairs", pairs, joints)
        return cls(
            name=str(values["name"]),
            joints=joints,
            bones=_numbered(values["name"], "bones", values["bones"], joints),
            pairs=pairs,
            body=body,
            rest=values.get("rest"),
        )


def _tuples(layout: str, what: str, rows: object) -> tuple[tuple[Any, ...], ...]:
    if isinstance(rows, np.ndarray):
        rows = rows.tolist()
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
        raise ValueError(f"layout {layout!r}: {what} must be a list of lists, got {rows!r}")
    return tuple(map(tuple, rows))


def _check_pairs(layout: str, what: str, pairs: Sequence[tuple[int, int]], count: int) -> None:
    for pair in pairs:
        if len(pair) != 2 or not all(isinstance(j, int) and 0 <= j < count for j in pair) or pair[0] == pair[1]:
            raise ValueError(f"layout {layout!r}: {what} must join two joints numbered 0 to {count - 1}, got {pair}")


def _numbered(layout: str, what: str, pairs: object, joints: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    if not isinstance(pairs, (list, tuple)) or any(not isinstance(p, (list, tuple)) or len(p) != 2 for p in pairs):
        raise ValueError(f"layout {layout!r}: {what} must be a list of pairs of joints")
    numbered = []
    for pair in pairs:
        unknown = [end for end in pair if isinstance(end, str) and end not in joints]
        if unknown:
            raise ValueError(f"layout {layout!r}: {what} name unknown joints {unknown}")
        first, second = (joints.index(end) if isinstance(end, str) else end for end in pair)
        numbered.append((first, second))
    return tuple(numbered)


def neighbours(num_joints: int, bones: Sequence[tuple[int, int]]) -> list[list[int]]:
    """For each joint the joints that a bone connects it with."""
    lists: list[dict[int, None]] = [{} for _ in range(num_joints)]  # each once, in the bones' order
    for a, b in bones:
        lists[a][b] = lists[b][a] = None
    return [list(near) for near in lists]


_REGISTRY: dict[str, SkeletonLayout] = {}


def register_layout(layout: SkeletonLayout) -> SkeletonLayout:
    """Makes a layout known by its name. ValueError where that name already means another layout."""
    known = _REGISTRY.setdefault(layout.name, layout)
    if known != layout:
        raise ValueError(f"layout {layout.name!r} is already registered with {known.num_joints} joints")
    return layout


def get_layout(layout: str | SkeletonLayout | dict[str, Any]) -> SkeletonLayout:
    """The layout of that name; a layout or its dict is returned as one. ValueError lists the names."""
    if isinstance(layout, str):
        if layout not in _REGISTRY:
            raise ValueError(
                f"unknown layout {layout!r}; known: {', '.join(layout_names())}, or a JSON file of your own"
            )
        return _REGISTRY[layout]
    if isinstance(layout, dict):
        return SkeletonLayout.from_dict(layout)
    if hasattr(layout, "rest_joints"):  # not isinstance: remote code may hold a second copy of this module
        return layout
    raise TypeError(f"layout: expected a name, a dict or a SkeletonLayout, got {type(layout).__name__}")


def layout_names() -> list[str]:
    """Names of all registered layouts, in the order in which they were registered."""
    return list(_REGISTRY)


def layouts_with(num_joints: int) -> list[SkeletonLayout]:
    """Registered layouts that have this many joints."""
    return [layout for layout in _REGISTRY.values() if layout.num_joints == num_joints]


def _built_in(name: str, joints_text: str, bones_text: str) -> SkeletonLayout:
    """A layout of `layout_tables.py`.

    Sides stand at the beginning of joint names, but for those of the face. A joint without a body point has its place in
    `DETAIL_PLACES`, or lies midway between the two joints that bones connect it with.
    """
    rows, bones = joints_of(joints_text), bones_of(bones_text)
    joints = tuple(joint for joint, _ in rows)
    hand = {joint: DETAIL_PLACES[f"left_{joint}"] for joint in HAND}  # a hand without a side is drawn as a left one
    places = DETAIL_PLACES | hand | {joint: BODY_POINTS[point] for joint, point in rows if point}
    for joint in joints:
        if joint not in places:
            one, two = (places[b if a == joint else a] for a, b in bones if joint in (a, b))
            places[joint] = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2, (one[2] + two[2]) / 2)
    sides = [(joint, joint.replace("left_", "right_", 1)) for joint in joints if joint.startswith("left_")]
    sides += [("mouth_left", "mouth_right"), *FACE_PAIRS]
    return SkeletonLayout(
        name,
        joints,
        tuple((joints.index(a), joints.index(b)) for a, b in bones),
        pairs=tuple((joints.index(a), joints.index(b)) for a, b in sides if a in joints),
        body=tuple(point for _, point in rows),
        rest=tuple(places[joint] for joint in joints) if None in (point for _, point in rows) else None,
    )


for _name, _tables in LAYOUTS.items():
    register_layout(_built_in(_name, *_tables))
