"""Layouts for joints of which a file gives the names: which are the body's, what they stand for, which bones join them."""

from __future__ import annotations

import functools
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any

from ...model.body import BODY_POINTS
from ...model.joint_names import body_point, body_points, is_helper, split_side
from ...model.layouts import SkeletonLayout, get_layout, layout_names
from ..source import OptionError, SkeletonFile, SkeletonFileError

MAX_MAP_BYTES = 2**20
Bones = tuple[tuple[int, int], ...]
JointMap = tuple[tuple[str, "str | None"], ...]  # (a file's joint name, its body point or None: no part of the body)

# The body point that each one hangs from; where a file lacks that, the next one up.
_TOWARDS_PELVIS = {
    "spine_lower": "pelvis", "spine_middle": "spine_lower", "spine_upper": "spine_middle", "neck_base": "spine_upper",
    "neck": "neck_base", "head": "neck", "head_top": "head", "nose": "head", "jaw": "head",
}  # fmt: skip
_TOWARDS_CENTRE = {
    "eye_inner": "nose", "eye": "nose", "eye_outer": "eye", "ear": "eye", "mouth": "nose", "collar": "spine_upper",
    "shoulder": "collar", "elbow": "shoulder", "wrist": "elbow", "hand": "wrist", "hand_tip": "hand", "thumb": "hand",
    "index_finger": "hand", "pinky": "hand", "hip": "pelvis", "knee": "hip", "ankle": "knee", "heel": "ankle", "foot": "ankle",
    "toe": "foot",
}  # fmt: skip

# Parts without which a clip is no whole person, and how many of their points show that they are there.
_PARTS: dict[str, tuple[tuple[str, ...], int]] = {
    "hips": (("pelvis", "left_hip", "right_hip"), 1),
    "left leg": (("left_hip", "left_knee", "left_ankle", "left_foot", "left_toe", "left_heel"), 2),
    "right leg": (("right_hip", "right_knee", "right_ankle", "right_foot", "right_toe", "right_heel"), 2),
    "left arm": (("left_shoulder", "left_elbow", "left_wrist", "left_hand", "left_hand_tip"), 2),
    "right arm": (("right_shoulder", "right_elbow", "right_wrist", "right_hand", "right_hand_tip"), 2),
    "head": (("head", "head_top", "nose", "left_eye", "right_eye", "left_ear", "right_ear"), 1),
}  # fmt: skip


@contextmanager
def layout_errors(file: SkeletonFile, what: str, position: str = "") -> Iterator[None]:
    """Turns the errors of making a layout into one about the file; `what` in it should have made the layout."""
    try:
        yield
    except SkeletonFileError:
        raise
    except (ValueError, TypeError, OverflowError) as error:  # OverflowError: an infinite joint number
        raise file.error(f"{what} that make a layout", str(error)[:200], position) from None


def missing_parts(points: Sequence[str | None]) -> list[str]:
    """Parts of a person (hips, legs, arms, head) that none of these body points show."""
    known = set(points)
    return [part for part, (of, least) in _PARTS.items() if sum(point in known for point in of) < least]


def points_of(names: Sequence[str], parents: Sequence[int] | None, joint_map: JointMap = ()) -> tuple[str | None, ...]:
    """`model.joint_names.body_points`, the caller's own words about these names first."""
    here = set(names)
    given = {name: point for name, point in joint_map if name in here}
    taken = {point for point in given.values() if point}
    found = body_points(names, parents)
    return tuple(given.get(name, None if point in taken else point) for name, point in zip(names, found, strict=True))


def body_rows(
    names: Sequence[str], parents: Sequence[int] | None, joint_map: JointMap = ()
) -> tuple[list[int], list[str]]:
    """Numbers of the joints that are the body's, and the names of the helpers that are not.

    Controls, props, cameras and twist bones go, and what hangs from them; in a hierarchy also the nodes above the body (a reference
    point on the floor) and what hangs from those. Only where a person is understood: in an animal's rig nothing is left out but
    a lone root above the pelvis.
    """
    points = points_of(names, parents, joint_map)
    out = {i for i, name in enumerate(names) if points[i] is None and (name, None) in joint_map}
    if len(missing_parts(points)) <= 1:
        out |= {i for i, name in enumerate(names) if points[i] is None and is_helper(name)}
        if parents is not None:
            out |= _not_of_the_body(out, points, parents)
    elif parents is not None and len(names) > 2 and points[0] is None:
        children = [i for i, parent in enumerate(parents) if parent == 0]
        if len(children) == 1 and points[children[0]] == "pelvis":
            out.add(0)
    kept = [i for i in range(len(names)) if i not in out]
    above = set(_path(kept[0], parents)) if parents is not None and kept else set()
    helpers = [names[i] for i in sorted(out - above) if is_helper(names[i]) and not names[i].endswith("_end")]
    return kept, helpers


def left_out_note(helpers: Sequence[str]) -> str:
    """A sentence for what `body_rows` left out."""
    names = list(dict.fromkeys(helpers))
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"Left out as no part of the body: {', '.join(name[:40] for name in names[:6])}{more}."


def _not_of_the_body(helpers: set[int], points: Sequence[str | None], parents: Sequence[int]) -> set[int]:
    """Joints that hang from helpers and carry no joint of the body, and those not below the body's lowest common joint."""
    paths = [_path(joint, parents) for joint, point in enumerate(points) if point is not None]
    carrying = set().union(*paths)
    shared = set(paths[0]).intersection(*paths)
    below = {next((joint for joint in paths[0] if joint in shared), paths[0][-1])}
    out = set(helpers)
    for joint, parent in enumerate(parents):  # children come after their parents
        if parent in below:
            below.add(joint)
        if parent in out and joint not in carrying:
            out.add(joint)
    return out | set(range(len(parents))) - below


def _path(joint: int, parents: Sequence[int]) -> list[int]:
    """A joint and those above it, upwards."""
    path = [joint]
    while parents[path[-1]] >= 0:
        path.append(parents[path[-1]])
    return path


def kept_parents(kept: Sequence[int], parents: Sequence[int]) -> tuple[int, ...]:
    """Parents among the kept joints: of each, the number (in `kept`) of the nearest kept joint above, -1 for none."""
    number = {joint: row for row, joint in enumerate(kept)}
    above = []
    for joint in kept:
        parent = parents[joint]
        while parent >= 0 and parent not in number:
            parent = parents[parent]
        above.append(number.get(parent, -1))
    return tuple(above)


@functools.lru_cache(maxsize=256)
def tree_layout(
    prefix: str, names: tuple[str, ...], parents: tuple[int, ...], joint_map: JointMap = ()
) -> SkeletonLayout:
    """A layout from a hierarchy's joint names and parents (-1: none); equal hierarchies give the same layout."""
    unique: list[str] = []
    used: set[str] = set()
    copies: dict[str, int] = {}
    for name in names:
        candidate, copy = name, copies.get(name, 2)
        while candidate in used:
            candidate, copy = f"{name}_{copy}", copy + 1
        copies[name] = copy
        used.add(candidate)
        unique.append(candidate)
    bones = tuple((parent, joint) for joint, parent in enumerate(parents) if parent >= 0)
    points, contents = points_of(unique, parents, joint_map), repr((unique, parents))
    return marked_layout(prefix, tuple(unique), bones, points, contents + (repr(joint_map) if joint_map else ""))


def marked_layout(
    prefix: str, names: tuple[str, ...], bones: Bones, points: tuple[str | None, ...], contents: str, pairs: Any = None
) -> SkeletonLayout:
    """A layout whose name ends in a checksum of `contents`: equal layouts have equal names."""
    name = f"{prefix}_{len(names)}_{zlib.crc32(contents.encode()):08x}"
    return SkeletonLayout(name, names, bones, pairs=pairs, body=points)


def named_bones(names: Sequence[str], parents: Mapping[str, str]) -> Bones:
    """Bones to each joint from the nearest of those above it (`parents`: name -> the name above) that is there."""
    bones = []
    for joint, name in enumerate(names):
        above = parents.get(name)
        while above is not None and above not in names:
            above = parents.get(above)
        if above is not None:
            bones.append((names.index(above), joint))
    return tuple(bones)


@functools.lru_cache(maxsize=256)
def layout_from_names(prefix: str, names: tuple[str, ...], joint_map: JointMap = ()) -> SkeletonLayout | None:
    """A built-in layout with these joint names in this order, else one whose bones follow the body.

    Returns None where fewer than four names mean a point of the body: then only the caller knows the bones.
    """
    plain = [_plain(name) for name in names]
    for known in map(get_layout, layout_names()):
        if not joint_map and known.num_joints == len(names) and [_plain(joint) for joint in known.joints] == plain:
            return known
    points = points_of(names, None, joint_map)
    if sum(point is not None for point in points) < 4 or len(set(names)) < len(names):
        return None
    number = {point: joint for joint, point in enumerate(points) if point}
    parents = [-1 if point is None else _parent(point, number) for point in points]
    _join_shoulders_and_hips(parents, number)
    bones = tuple((parent, joint) for joint, parent in enumerate(parents) if parent >= 0)
    contents = repr((list(names), tuple(parents))) + (repr(joint_map) if joint_map else "")
    return marked_layout(prefix, names, bones, points, contents)


def _parent(point: str, number: dict[str, int]) -> int:
    seen = {point}
    while True:
        side = next((s for s in ("left", "right") if point.startswith(f"{s}_")), None)
        above = _TOWARDS_PELVIS.get(point) if side is None else _TOWARDS_CENTRE.get(point.removeprefix(f"{side}_"))
        if above is None:
            return -1
        point = f"{side}_{above}" if side and above in _TOWARDS_CENTRE else above
        if point in seen:
            return -1
        seen.add(point)
        if point in number:
            return number[point]


def _join_shoulders_and_hips(parents: list[int], number: dict[str, int]) -> None:
    """In a body without a trunk (COCO's) the right side hangs from the left and the shoulders from the hips."""
    for child, parent in (
        ("right_hip", "left_hip"), ("right_shoulder", "left_shoulder"), ("left_shoulder", "left_hip"), ("nose", "left_shoulder"),
    ):  # fmt: skip
        if child in number and parent in number and parents[number[child]] < 0:
            parents[number[child]] = number[parent]


def _plain(name: str) -> str:
    side, words = split_side(name)
    return f"{side or ''}:{re.sub('[^a-z0-9]', '', words)}"


def read_joint_map(source: Mapping[str, str | None] | str | PathLike[str] | None) -> JointMap:
    """What the caller says of joint names: a dict, or a file of it as JSON or as lines `name = body point`.

    `-`, `none` or an empty value (None in a dict) leaves the joint out. Body points may be written as joints are named:
    `left shoulder`, `LeftArm`. Lines that begin with # are comments.

    Raises:
        SkeletonFileError, ValueError: a line without `=`, a value that names no body point, one that two joints have.
    """
    if source is None:
        return ()
    if isinstance(source, Mapping):
        try:
            return _checked(source)
        except ValueError as error:
            raise OptionError("joint_map", str(error)) from None
    file = SkeletonFile(source, max_bytes=MAX_MAP_BYTES)
    try:
        return _checked(_pairs(file, file.text()))
    except SkeletonFileError:
        raise
    except ValueError as error:
        raise SkeletonFileError(str(file.path), str(error)) from None


def _pairs(file: SkeletonFile, text: str) -> Mapping[str, Any]:
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        try:
            values = json.loads(text.lstrip("\ufeff"))
        except (json.JSONDecodeError, RecursionError) as error:
            raise file.error("a joint map as JSON: names and their body points", str(error)) from None
        if not isinstance(values, dict):
            raise file.error("a joint map as JSON: an object of names and body points", type(values).__name__)
        return values
    pairs: dict[str, str] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, point = line.rpartition("=")
        if not equals or not name.strip():
            raise file.error("`joint name = body point`", repr(line.strip()[:60]), position=f"line {number}")
        pairs[name.strip()] = point.strip()
    return pairs


def _checked(values: Mapping[str, Any]) -> JointMap:
    pairs: dict[str, str | None] = {}
    for name, value in values.items():
        if not isinstance(name, str) or not (value is None or isinstance(value, str)):
            raise ValueError(f"expected names and body points as text, got {name!r}: {value!r}"[:200])
        point = None if value is None or value.strip().lower() in ("", "-", "none") else _point(value, name)
        if point is not None and point in pairs.values():
            raise ValueError(f"expected each body point once, got {point!r} again for {name[:60]!r}")
        pairs[name] = point
    return tuple(pairs.items())


def _point(value: str, name: str) -> str:
    plain = re.sub(r"[\s_-]+", "_", value.strip().lower())
    point = plain if plain in BODY_POINTS else body_point(value)
    if point is None:
        raise ValueError(f"{name[:60]!r}: expected one of {', '.join(sorted(BODY_POINTS))}, got {value[:60]!r}")
    return point
