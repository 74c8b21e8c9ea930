"""DeepLabCut tables of several individuals (maDLC), CSV: header rows scorer, individuals, bodyparts, coords above the numbers.

    scorer,DLC_resnet50,...
    individuals,p1,p1,p1,...
    bodyparts,nose,nose,nose,...
    coords,x,y,likelihood,...

An individual is a person; body parts of nobody (`single`) are left out. The first cells of a row are the frame's number or the
picture's path. Tables of one individual have no row `individuals`: those are `csv`.
"""

from __future__ import annotations

import csv
import io

import numpy as np

from .delimited import head_lines, split_cells
from .joint_names import layout_from_names
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile

MAX_CELLS = 6_000_000  # taken one by one: 20 minutes of two people of 17 parts at 30 Hz
_ROWS = ("scorer", "individuals", "bodyparts", "coords")
_AXES = {"x": 0, "y": 1, "z": 2}


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 4)
    return 0.95 if [split_cells(line, ",")[0].lower() for line in lines] == list(_ROWS) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if (cells := file.data.count(b",")) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{cells:,}; cut it into clips")
    try:
        rows = [row for row in csv.reader(io.StringIO(file.text())) if row]
    except csv.Error as error:
        raise file.error("a table as CSV", str(error)) from None
    if [row[0].strip().lower() for row in rows[:4]] != list(_ROWS):
        raise file.error(f"header rows {', '.join(_ROWS)}", "others")
    people, parts, places = _columns(file, rows[1], rows[2], rows[3])
    flat = not any(axis == 2 for _, _, axis in places.values())
    dims = 2 if flat else 3
    frames = len(rows) - 4
    check_size(file, frames, len(people), len(parts), dims + 1)
    joints = np.full((frames, len(people), len(parts), dims), np.nan, np.float32)
    confidence = np.ones(joints.shape[:3], np.float32)
    used = list(places)
    at = np.array([(person, part, -1 if axis is None else axis) for person, part, axis in places.values()]).T
    seen = at[2] >= 0
    for number, row in enumerate(rows[4:]):
        if len(row) != len(rows[0]):
            raise file.error(f"{len(rows[0])} cells", str(len(row)), position=f"line {number + 5}")
        values = _numbers(file, row, used, f"line {number + 5}")
        joints[number, at[0][seen], at[1][seen], at[2][seen]] = values[seen]
        confidence[number, at[0][~seen], at[1][~seen]] = np.nan_to_num(values[~seen])
    try:
        layout = options.layout or layout_from_names("deeplabcut", parts, options.joint_map)
    except ValueError as error:
        raise file.error("body parts that make a layout", str(error)[:200]) from None
    if layout is None:
        raise file.error("body parts of a person, or layout=...", ", ".join(parts[:8]))
    return RawClip(
        joints, layout, confidence=confidence.clip(0, 1), units="pixels" if flat else None, up="-y" if flat else None,
        zero_is_missing=flat, people_names=people,
    )  # fmt: skip


def _columns(
    file: SkeletonFile, individuals: list[str], bodyparts: list[str], coords: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[int, tuple[int, int, int | None]]]:
    """People, body parts, and column -> (person, part, axis; None for the likelihood)."""
    people: dict[str, int] = {}
    parts: dict[str, int] = {}
    places: dict[int, tuple[int, int, int | None]] = {}
    for column, (who, part, what) in enumerate(zip(individuals, bodyparts, coords, strict=False)):
        what = what.strip().lower()
        if column == 0 or who.strip() in ("", "single") or what not in (*_AXES, "likelihood"):
            continue
        person = people.setdefault(who.strip()[:64], len(people))
        places[column] = (person, parts.setdefault(part.strip()[:64], len(parts)), _AXES.get(what))
    if not parts:
        raise file.error("individuals with body parts", "none")
    return tuple(people), tuple(parts), places


def _numbers(file: SkeletonFile, row: list[str], used: list[int], where: str) -> np.ndarray:
    """All at once where all cells are plain numbers, as they nearly always are."""
    try:
        return np.array(list(map(float, [row[column] for column in used])))
    except ValueError:
        return np.array([_number(file, row[column], f"{where}, column {column + 1}") for column in used])


def _number(file: SkeletonFile, text: str, where: str) -> float:
    try:
        return float(text[:64]) if text.strip() else np.nan
    except ValueError:
        raise file.error("a number", repr(text[:40]), position=where) from None


READER = Reader(
    "deeplabcut",
    "DeepLabCut tables of several individuals (CSV)",
    "rows scorer, individuals, bodyparts, coords above the numbers",
    _detect,
    _read,
    (".csv",),
)
