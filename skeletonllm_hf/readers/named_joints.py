"""A layout for joints of which a file gives the names but not the bones."""

from __future__ import annotations

import functools
import re
import zlib

from ..model.body import body_points, split_side
from ..model.layouts import SkeletonLayout, get_layout, layout_names
from .bvh import tree_layout

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


@functools.lru_cache(maxsize=256)
def layout_from_names(prefix: str, names: tuple[str, ...]) -> SkeletonLayout | None:
    """A built-in layout with these joint names in this order, else one whose bones follow the body.

    Returns None where fewer than four names mean a point of the body: then only the caller knows the bones.
    """
    plain = [_plain(name) for name in names]
    for known in map(get_layout, layout_names()):
        if known.num_joints == len(names) and [_plain(joint) for joint in known.joints] == plain:
            return known
    points = body_points(names)
    if sum(point is not None for point in points) < 4 or len(set(names)) < len(names):
        return None
    number = {point: joint for joint, point in enumerate(points) if point}
    parents = [-1 if point is None else _parent(point, number) for point in points]
    _join_shoulders_and_hips(parents, number)
    return tree_layout(prefix, names, tuple(parents))


def _parent(point: str, number: dict[str, int]) -> int:
    seen = {point}
    while True:
        side, words = split_side(point)
        above = _TOWARDS_PELVIS.get(point) if side is None else _TOWARDS_CENTRE.get(words)
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


# Plug-in Gait's markers (Vicon): the body point each sits on, and the marker it is drawn to.
_MARKERS: dict[str, tuple[str | None, str | None]] = {
    "CLAV": ("neck_base", "STRN"), "STRN": ("spine_upper", "T10"), "C7": ("neck", "CLAV"), "T10": ("spine_middle", "SACR"),
    "RBAK": (None, "C7"), "SACR": ("pelvis", None),
}  # fmt: skip
_SIDE_MARKERS = {
    "FHD": ("eye", "C7"), "BHD": ("ear", "FHD"), "SHO": ("shoulder", "C7"), "UPA": (None, "SHO"), "ELB": ("elbow", "SHO"),
    "FRM": (None, "ELB"), "WRA": ("wrist", "ELB"), "WRB": (None, "WRA"), "FIN": ("hand", "WRA"), "PSI": (None, "ASI"),
    "ASI": ("hip", "SACR"), "THI": (None, "ASI"), "KNE": ("knee", "ASI"), "TIB": (None, "KNE"), "ANK": ("ankle", "KNE"),
    "HEE": ("heel", "ANK"), "TOE": ("toe", "ANK"),
}  # fmt: skip
for _side, _word in (("L", "left"), ("R", "right")):
    for _marker, (_point, _to) in _SIDE_MARKERS.items():
        _MARKERS[_side + _marker] = (_point and f"{_word}_{_point}", _to if _to in ("C7", "SACR") else f"{_side}{_to}")
_FALLBACK = {
    "SACR": "LPSI",
    "T10": "STRN",
    "C7": "CLAV",
    "STRN": "CLAV",
}  # drawn to instead where that marker was not used


def marker_layout(names: tuple[str, ...]) -> tuple[list[int], SkeletonLayout] | None:
    """(which of the names are Plug-in Gait markers, their layout), or None where too few are."""
    first: dict[str, int] = {}
    for row, name in enumerate(names):
        first.setdefault(name, row)
    rows = [row for row, name in enumerate(names) if name in _MARKERS and first[name] == row]
    if len(rows) < 10:
        return None
    return rows, _marker_layout(tuple(names[row] for row in rows))


@functools.lru_cache(maxsize=64)
def _marker_layout(markers: tuple[str, ...]) -> SkeletonLayout:
    bones, number = [], {marker: row for row, marker in enumerate(markers)}
    for marker, row in number.items():
        to = _MARKERS[marker][1]
        tried = {marker}
        while to is not None and to not in number and to not in tried:
            tried.add(to)
            to = _FALLBACK.get(to) or _MARKERS[to][1]
        if to in number and to != marker and (number[to], row) not in bones and (row, number[to]) not in bones:
            bones.append((number[to], row))
    if "RPSI" in number and "LPSI" in number:
        bones.append((number["LPSI"], number["RPSI"]))
    pairs = tuple((number["L" + m], number["R" + m]) for m in _SIDE_MARKERS if "L" + m in number and "R" + m in number)
    mark = zlib.crc32(repr(markers).encode())
    return SkeletonLayout(
        f"markers_{len(markers)}_{mark:08x}",
        markers,
        tuple(bones),
        pairs=pairs,
        body=tuple(_MARKERS[m][0] for m in markers),
    )
