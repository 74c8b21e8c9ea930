"""Vicon Nexus CSV: the section `Trajectories` of an ASCII export, or the joint centres in `Model Outputs` where it has no trajectories.

    Trajectories
    100
    ,,Subject:LFHD,,,Subject:RFHD,,
    Frame,Sub Frame,X,Y,Z,X,Y,Z
    ,,mm,mm,mm,mm,mm,mm
    1,0,100.00,30.00,1630.00, ...

Other sections (Devices, Joints) may stand before it and are skipped. Sections end with an empty line. Among the outputs of a model, those
in units of length are places; angles, moments and powers are left out.
"""

from __future__ import annotations

from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from ..tables.delimited import UNITS, head_lines, number_after, points_below, split_cells
from .labelled_points import labelled_clip

_AXES = (["x", "y", "z"], ["tx", "ty", "tz"])
_TURNS = 4  # columns of turns before those of places: three, or a quaternion
_PLACES = ("Trajectories", "Model Outputs", "Segments", "Objects")
_SECTIONS = (*_PLACES, "Devices", "Joints", "Events")


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 3)
    if len(lines) < 2 or _first(lines[0]) not in _SECTIONS:
        return 0.0
    return 0.95 if any(_begins(file.head, section) for section in _PLACES) else 0.7


def _begins(head: bytes, section: str) -> bool:
    return f"\n{section}".encode() in b"\n" + head.replace(b'"', b"").removeprefix(b"\xef\xbb\xbf")


def _first(line: str) -> str:
    return line.split(",")[0].split("\t")[0].split(";")[0].strip().strip('"')


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = file.text().replace("\r\n", "\n").split("\n")
    starts = {_first(line[:64]): row for row, line in reversed(list(enumerate(lines)))}
    section = next((section for section in _PLACES if section in starts), None)
    if section is None:
        found = "other sections alone: export the trajectories too (File > Export ASCII)"
        raise file.error("a section Trajectories", found)
    start = starts[section]
    if len(lines) < start + 6:
        raise file.error("a header of five lines", "the end of the file", position=f"line {start + 1}")
    delimiter = max(",;\t", key=lines[start + 3].count)
    axes = [cell.lower() for cell in split_cells(lines[start + 3], delimiter)]
    names, units = (split_cells(lines[row], delimiter) for row in (start + 2, start + 4))
    for column, axis in enumerate(axes[: len(names)]):
        if axis == "tx" and not names[column]:  # behind the turns RX, RY, RZ, above which the name stands
            names[column] = next(filter(None, reversed(names[max(column - _TURNS, 0) : column])), "")
    groups = [
        column
        for column in range(len(axes) - 2)
        if axes[column : column + 3] in _AXES and any(names[column : column + 1])
    ]
    lengths = [column for column in groups if UNITS.get(units[column].lower() if column < len(units) else "")]
    groups = lengths if lengths or section != _PLACES[0] else groups
    if not groups:
        expected = "columns X, Y, Z in a unit of length, with names above them"
        raise file.error(
            expected, ", ".join(filter(None, [*names[:6], *axes[:6]])) or "none", position=f"line {start + 4}"
        )
    used = [column + axis for column in groups for axis in range(3)]
    points = points_below(file, start + 5, len(axes), used, delimiter)
    unit = units[groups[0]] if groups[0] < len(units) else ""
    return labelled_clip(
        file, "vicon", [names[column] for column in groups], points, options, units=UNITS.get(unit.lower()), zero_is_missing=True,
        fps=number_after(file, _first(lines[start + 1]), f"line {start + 2}"),
    )  # fmt: skip


READER = Reader(
    "vicon_nexus", "Vicon Nexus CSV: trajectories, or joint centres of a model",
    "text whose first line is Trajectories (or another section of a Nexus export)",
    _detect, _read, (".csv",),
)  # fmt: skip
