"""DeepLabCut tables: HDF5 (by `h5py`), and CSV of several individuals (maDLC): header rows scorer, individuals, bodyparts, coords above the numbers.

    scorer,DLC_resnet50,...
    individuals,p1,p1,p1,...
    bodyparts,nose,nose,nose,...
    coords,x,y,likelihood,...

An individual is a person; body parts of nobody (`single`) are left out. The first cells of a row are the frame's number or the
picture's path. CSV tables of one individual have no row `individuals`: those are `csv`. HDF5 files are pandas' tables, the same columns.
"""

from __future__ import annotations

import numpy as np

from ..arrays.hdf5 import is_hdf5, read_hdf5
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.named_layouts import layout_errors, layout_from_names
from ..source import SkeletonFile
from ..tables.delimited import cell_numbers, csv_rows, head_lines, split_cells

MAX_CELLS = 6_000_000  # taken one by one: 20 minutes of two people of 17 parts at 30 Hz
_ROWS = ("scorer", "individuals", "bodyparts", "coords")
_AXES = {"x": 0, "y": 1, "z": 2}


def _detect(file: SkeletonFile) -> float:
    if is_hdf5(file):  # PyTables' mark; SLEAP writes without it
        return 0.95 if b"PYTABLES" in file.head or b"pandas_type" in file.head else 0.0
    lines = head_lines(file, 4)
    return 0.95 if [split_cells(line, ",")[0].lower() for line in lines] == list(_ROWS) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    heads, values = _from_hdf5(file) if is_hdf5(file) else _from_csv(file)
    people, parts, places = _columns(file, *heads)
    flat = not any(axis == 2 for _, _, axis in places.values())
    dims = 2 if flat else 3
    check_size(file, len(values), len(people), len(parts), dims + 1)
    joints = np.full((len(values), len(people), len(parts), dims), np.nan, np.float32)
    confidence = np.ones(joints.shape[:3], np.float32)
    for column, (person, part, axis) in places.items():
        if axis is None:
            confidence[:, person, part] = np.nan_to_num(values[:, column])
        else:
            joints[:, person, part, axis] = values[:, column]
    with layout_errors(file, "body parts"):
        layout = options.layout or layout_from_names("deeplabcut", parts, options.joint_map)
    if layout is None:
        raise file.error("body parts of a person, or layout=...", ", ".join(parts[:8]))
    return RawClip(
        joints, layout, confidence=confidence.clip(0, 1), units="pixels" if flat else None, up="-y" if flat else None,
        zero_is_missing=flat, people_names=people,
    )  # fmt: skip


def _from_hdf5(file: SkeletonFile) -> tuple[list[list[str]], np.ndarray]:
    """Individuals, body parts and coordinates of the columns, and (rows, columns) numbers."""
    arrays = read_hdf5(file)
    columns, values = arrays.get("columns", np.zeros((0, 0))), arrays.get("values", np.zeros((0, 0)))
    if columns.ndim != 2 or columns.shape[1] not in (3, 4) or values.ndim != 2 or values.shape[1] != len(columns):
        raise file.error("a table of scorer, (individuals,) bodyparts, coords", f"{columns.shape} names of columns")
    *who, parts, coords = columns.T[1:].tolist()
    return [who[0] if who else ["individual"] * len(parts), parts, coords], values


def _from_csv(file: SkeletonFile) -> tuple[list[list[str]], np.ndarray]:
    if (cells := file.data.count(b",")) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{cells:,}; cut it into clips")
    rows = [row for row in csv_rows(file) if row]
    if [row[0].strip().lower() for row in rows[:4]] != list(_ROWS):
        raise file.error(f"header rows {', '.join(_ROWS)}", "others")
    kinds = [what.strip().lower() for what in rows[3][: len(rows[0])]]
    used = [column for column, kind in enumerate(kinds) if kind in (*_AXES, "likelihood")]
    values = np.full((len(rows) - 4, len(rows[0])), np.nan, np.float32)
    for number, row in enumerate(rows[4:]):
        if len(row) != len(rows[0]):
            raise file.error(f"{len(rows[0])} cells", str(len(row)), position=f"line {number + 5}")
        values[number, used] = cell_numbers(file, row, used, f"line {number + 5}")
    return [["single", *row[1:]] if which == 0 else row for which, row in enumerate(rows[1:4])], values


def _columns(
    file: SkeletonFile, individuals: list[str], bodyparts: list[str], coords: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[int, tuple[int, int, int | None]]]:
    """People, body parts, and column -> (person, part, axis; None for the likelihood)."""
    people: dict[str, int] = {}
    parts: dict[str, int] = {}
    places: dict[int, tuple[int, int, int | None]] = {}
    for column, (who, part, what) in enumerate(zip(individuals, bodyparts, coords, strict=False)):
        what = what.strip().lower()
        if who.strip() in ("", "single") or what not in (*_AXES, "likelihood"):
            continue
        person = people.setdefault(who.strip()[:64], len(people))
        places[column] = (person, parts.setdefault(part.strip()[:64], len(parts)), _AXES.get(what))
    if not parts:
        raise file.error("individuals with body parts", "none")
    return tuple(people), tuple(parts), places


READER = Reader(
    "deeplabcut", "DeepLabCut tables: CSV of several individuals, HDF5 (needs h5py)",
    "rows scorer, individuals, bodyparts, coords above the numbers, or an HDF5 file by pandas",
    _detect, _read, (".csv", ".h5"),
)  # fmt: skip
