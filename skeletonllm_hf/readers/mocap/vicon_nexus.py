"""Vicon Nexus CSV: the section `Trajectories` of an ASCII export.

    Trajectories
    100
    ,,Subject:LFHD,,,Subject:RFHD,,
    Frame,Sub Frame,X,Y,Z,X,Y,Z
    ,,mm,mm,mm,mm,mm,mm
    1,0,100.00,30.00,1630.00, ...

Other sections (Devices, Joints, Model Outputs) may stand before it and are skipped. Sections end with an empty line.
"""

from __future__ import annotations

from ..reader import RawClip, Reader, ReadOptions
from ..source import SkeletonFile
from ..tables.delimited import UNITS, head_lines, number_after, points_below, split_cells
from .labelled_points import labelled_clip

_SECTIONS = ("Trajectories", "Devices", "Model Outputs", "Joints", "Segments", "Events")


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 3)
    if len(lines) < 2 or _first(lines[0]) not in _SECTIONS:
        return 0.0
    return 0.95 if lines[0].startswith("Trajectories") or b"\nTrajectories" in file.head else 0.7


def _first(line: str) -> str:
    return line.split(",")[0].split("\t")[0].split(";")[0].strip().strip('"')


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = file.text().replace("\r\n", "\n").split("\n")
    start = next((row for row, line in enumerate(lines) if _first(line) == "Trajectories"), None)
    if start is None:
        found = "other sections alone: export the trajectories too (File > Export ASCII)"
        raise file.error("a section Trajectories", found)
    if len(lines) < start + 6:
        raise file.error("a header of five lines", "the end of the file", position=f"line {start + 1}")
    delimiter = max(",;\t", key=lines[start + 3].count)
    axes = [cell.lower() for cell in split_cells(lines[start + 3], delimiter)]
    first = next((column for column, cell in enumerate(axes) if cell in ("x", "tx")), None)
    if first is None or axes[first : first + 3] not in (["x", "y", "z"], ["tx", "ty", "tz"]):
        raise file.error("columns X, Y, Z", ", ".join(axes[:6]), position=f"line {start + 4}")
    names = split_cells(lines[start + 2], delimiter)
    labels = [names[column] for column in range(first, len(axes) - 2, 3) if column < len(names) and names[column]]
    if not labels:
        raise file.error("marker names", "none", position=f"line {start + 3}")
    columns = first + 3 * len(labels)
    points = points_below(file, start + 5, columns, list(range(first, columns)), delimiter)
    units = next((cell for cell in split_cells(lines[start + 4], delimiter) if cell), "")
    return labelled_clip(
        file, "vicon", labels, points, options, units=UNITS.get(units.lower()), zero_is_missing=True,
        fps=number_after(file, _first(lines[start + 1]), f"line {start + 2}"),
    )  # fmt: skip


READER = Reader(
    "vicon_nexus", "Vicon Nexus CSV: trajectories",
    "text whose first line is Trajectories (or another section of a Nexus export)",
    _detect, _read, (".csv",),
)  # fmt: skip
