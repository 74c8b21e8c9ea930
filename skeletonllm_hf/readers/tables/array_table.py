"""Arrays of single joints or coordinates, by their names -> a table with named columns.

`nose`: (frames, 2 or 3), or `nose_x`, `nose_y`, ...: (frames,) each; numbers alone, such as `fps`, say the frame rate.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping

import numpy as np

from ..arrays.arrays import Npz, floats
from ..arrays.number_rows import known_layouts
from ..reader import MAX_PEOPLE
from ..source import SkeletonFile, natural
from .csv_table import READER
from .index_columns import PERSON, RATE_KEYS

_PLACES = ("data", "position", "positions", "xyz", "values", "coordinates", "points")
_LEAST = 8  # columns of a table
FRAME_STEMS = {"arr", "frame", "frames", "f", "t", "time", ""}
_FEW = 12  # numbered arrays; more are frames
_MAX_CELLS = 3_000_000  # taken one by one


def stacked(arrays: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """(frames, joints, 2 or 3) of arrays (frames, joints) that are called x, y and z; None where there are none."""
    last = {name.rpartition(".")[2].lower(): array for name, array in arrays.items()}
    if len(last) < len(arrays):  # of a joint each
        return None
    axes = [last[axis] for axis in "xyz" if axis in last and last[axis].ndim == 2 and last[axis].dtype.kind in "fiu"]
    return (
        np.stack(axes, -1)
        if len(axes) > 1 and len({axis.shape for axis in axes}) == 1 and axes[0].shape[1] > 2
        else None
    )


def as_table(file: SkeletonFile, arrays: Mapping[str, np.ndarray]) -> SkeletonFile | None:
    """The arrays as a table, which `csv_table` reads; None where they make none.

    Args:
        arrays: name -> array, of which those with as many rows as most of them are used; the names' parts before the last dot go.

    Raises:
        SkeletonFileError: more than three million cells.
    """
    columns: dict[str, np.ndarray] = {}
    rows = [max(array.shape) if 1 in array.shape else len(array) for array in arrays.values() if array.ndim in (1, 2)]
    if not (rows := [count for count in rows if count > 1]):
        return None
    names = _last_names(arrays)
    count = max(set(rows), key=rows.count)
    for path, array in arrays.items():
        array = array.reshape(-1) if array.ndim == 2 and 1 in array.shape else array
        name = names[path]
        if len(array.shape) in (1, 2) and len(array) == count and array.dtype.kind in "fiubUS":
            parts = (
                {name: array}
                if array.ndim == 1
                else dict(zip((f"{name}_{axis}" for axis in "xyz"), array.T, strict=False))
            )
            columns |= parts if array.ndim == 1 or array.shape[1] in (2, 3) else {}
    if len(columns) < _LEAST:
        return None
    if count * len(columns) > _MAX_CELLS:
        raise file.error(f"at most {_MAX_CELLS:,} numbers", f"{count * len(columns):,}; cut it into clips")
    out = io.StringIO()
    numbers = {path.rpartition(".")[2].lower(): array for path, array in arrays.items() if array.size == 1}
    for key in RATE_KEYS:
        if key in numbers and numbers[key].dtype.kind in "fiu":
            out.write(f"fps: {float(numbers[key].reshape(-1)[0]):.6g}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    table = file.with_data(out.getvalue().encode("utf-8", "replace"))
    return table if READER.detect(table) else None


def _last_names(arrays: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Path -> its part after the last dot; where that comes again, of several people or joints, with the part before it (`ann.nose`, `nose.x`), or that alone (`nose.data`)."""
    last = Counter(path.rpartition(".")[2] for path in arrays)
    names = {}
    for path in arrays:
        before, _, name = path.rpartition(".")
        parent = before.rpartition(".")[2]
        again = bool(parent) and last[name] > 1
        names[path] = (parent if name.lower() in _PLACES else f"{parent}_{name}") if again else name
    return names


def people_of(archive: Npz, names: list[str]) -> np.ndarray | None:
    """(frames, people, joints, dims) of arrays that are called after people (`person_0`, `person_1`), NaN behind shorter ones; None for others."""
    stems = {name.rstrip("0123456789").rstrip("_- ").lower() for name in names}
    shapes = {archive.shape(name)[1:] for name in names}
    if (
        not 1 < len(names) <= MAX_PEOPLE
        or len(stems) > 1
        or not stems <= {*PERSON, "human", "p", ""}
        or len(shapes) > 1
        or len(shapes.pop()) != 2
    ):
        return None
    arrays = [floats(archive.file, archive[name], name) for name in names]
    longest = max(map(len, arrays))
    behind = [np.full((longest - len(array), *array.shape[1:]), np.nan, np.float32) for array in arrays]
    return np.stack([np.concatenate(pair) for pair in zip(arrays, behind, strict=True)], axis=1)


def frames_of(archive: Npz) -> np.ndarray | None:
    """(frames, joints, dims) of many arrays (joints, dims) that are numbered (`frame_0`, `frame_1`, ...; `arr_0`, `arr_1`, ...); None for others."""
    names = sorted((name for name in archive.names if name[-1:].isdecimal()), key=natural)
    stems = {name.rstrip("0123456789").rstrip("_- ").lower() for name in names}
    if len(names) <= _FEW or len(stems) > 1 or not stems <= FRAME_STEMS:
        return None
    shapes = {archive.shape(name) for name in names}
    shape = shapes.pop()
    fits = not shapes and len(shape) == 2 and shape[1] in (2, 3, 4) and known_layouts(shape[0])
    return np.stack([archive[name] for name in names]) if fits else None
