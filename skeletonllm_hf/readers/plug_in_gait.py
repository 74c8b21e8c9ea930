"""Plug-in Gait's markers (Vicon): where each sits on the body, and the marker it is drawn to."""

from __future__ import annotations

import functools
import zlib

from ..model.layouts import SkeletonLayout

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
