"""Folders with a file a joint, called by its name or number: `left_knee.csv` with `time, x, y, z` or rows of two or three numbers, or `left_knee.npy` (frames, 2 or 3)."""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from ..model.joint_names import body_points
from .arrays.arrays import read_npy
from .arrays.number_rows import known_layouts
from .reader import MAX_PEOPLE, RawClip, Reader, ReadOptions
from .source import SkeletonFile, SkeletonFileError, natural
from .tables.csv_table import READER as CSV
from .tables.delimited import head_lines, split_cells
from .tables.index_columns import FRAME, TIME, column_of, subjects
from .tables.table_header import is_number
from .text_forms import readable

_ENDINGS = (".csv", ".tsv", ".txt", ".dat", ".npy")
_LEAST = 5  # joints that are understood
_NUMBERED = re.compile(r"(?:joint|key_?point|kpt?|landmark|marker|point|j)s?[ _-]?(\d{1,3})", re.IGNORECASE)
_PERSON = re.compile("(person|people|body|skeleton|user|player|actor|track|id|p)[ _-]?[0-9]{1,4}", re.IGNORECASE)
_MARKS = " _-."
_MOST_COLUMNS, _LOOKED_AT = 20, 200
_MOST_BYTES, _MOST_CELLS = 64 << 20, 3_000_000  # taken one by one
_MOST_FILES = 200
_AXES = ("x", "y", "z", "score")  # of columns without names

Rows = list[list[str]]


def _detect(file: SkeletonFile) -> float:
    joints = _joints(file)
    if not joints:
        return 0.0
    try:
        names, rows = _table(file.sibling(next(iter(joints.values()))))
    except SkeletonFileError:
        return 0.0
    return 0.6 if len(rows) > 1 and {"x", "y"} <= {_axis(name) for name in names} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    joints = _joints(file)
    if not joints:
        raise file.error(f"files that are called by at least {_LEAST} joints", ", ".join(file.names[:8]) or "none")
    if sum(file.sibling(name).size for name in joints.values()) > _MOST_BYTES:
        raise file.error(f"files of at most {_MOST_BYTES >> 20} MB together", "more; cut them into clips")
    header: list[str] = []
    parts: list[Rows] = []
    moments: list[list[str]] = []  # of each joint's rows; empty where they do not say them
    for joint, name in joints.items():
        names, rows = _table(file.sibling(name))
        when = next((at for choices in (TIME, FRAME) if (at := column_of(names, choices)) is not None), None)
        places = [column for column in range(len(names)) if column != when]
        header += [] if when is None or header else [names[when]]
        called = [names[column] for column in places]
        header += [one if one.lower().startswith(joint.lower()) else f"{joint}_{one}" for one in called]
        parts.append([[row[column] for column in places] for row in rows])
        moments.append([] if when is None else [row[when] for row in rows])
    if not all(moments) or any(len(set(own)) < len(own) for own in moments):  # row by row
        for name, rows in zip(joints.values(), parts, strict=True):
            if len(rows) != len(parts[0]):
                raise file.error(f"{len(parts[0])} rows as in the first file", str(len(rows)), position=name)
        moments = [moments[0] or [""] * len(parts[0])] * len(parts)
        keys = [list(map(str, range(len(parts[0]))))] * len(parts)
    else:
        keys = moments
    when_of = {
        key: moment for own, times in zip(keys, moments, strict=True) for key, moment in zip(own, times, strict=True)
    }
    order = sorted(when_of, key=float if all(key and is_number(key) for key in when_of) else natural)
    if len(order) * len(header) > _MOST_CELLS:
        raise file.error(f"at most {_MOST_CELLS:,} numbers", "more; cut them into clips")
    table = [dict(zip(own, rows, strict=True)) for own, rows in zip(keys, parts, strict=True)]
    empty = [[""] * len(rows[0]) for rows in parts]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for key in order:
        cells = [cell for own, blank in zip(table, empty, strict=True) for cell in own.get(key, blank)]
        writer.writerow([when_of[key], *cells] if when_of[key] else cells)
    first = file.sibling(next(iter(joints.values())))
    try:
        return CSV.read(first.with_data(out.getvalue().encode()), options)
    except SkeletonFileError as error:
        raise SkeletonFileError.of(str(error).replace(str(first.path), str(file.path)), str(file.path)) from None


def _files(file: SkeletonFile) -> list[str]:
    """The folder's files; where it holds folders of people (`person1`, `person2`) alone, theirs."""
    if (
        not file.is_folder
        or file.names
        or len(file.folders) > MAX_PEOPLE
        or not all(map(_PERSON.fullmatch, file.folders))
    ):
        return list(file.names) if file.is_folder else []
    return [f"{folder}/{name}" for folder in file.folders for name in file.sibling(folder).names[: _MOST_FILES + 1]]


def _joints(file: SkeletonFile) -> dict[str, str]:
    """Joint -> its file, of the folder's files with a usual ending, where their names say joints of a body, or number those of a known layout; else nothing."""
    names = [name for name in _files(file) if name.lower().endswith(_ENDINGS)]
    if not _LEAST <= len(names) <= _MOST_FILES or len({name[-4:].lower() for name in names}) > 1:
        return {}
    stems = _apart([name[:-4].replace("/", "_") for name in names])
    numbers = [_NUMBERED.fullmatch(name[:-4][:64]) for name in names]
    if all(numbers) and known_layouts(len(names)):
        return {f"joint_{one[1]}": name for one, name in zip(numbers, sorted(names, key=natural), strict=True) if one}
    if subjects(stems) is not None:  # `p1_left_knee.csv`, `p2_left_knee.csv`
        return dict(zip(stems, names, strict=True))
    points = body_points(stems)
    known = {stem: name for stem, name, point in zip(stems, names, points, strict=True) if point is not None}
    return known if _LEAST <= len(known) >= 0.5 * len(names) and len(set(filter(None, points))) >= _LEAST else {}


def _apart(stems: list[str]) -> list[str]:
    """The names without the words that all of them begin or end with."""
    words = [re.split(f"([{re.escape(_MARKS)}]+)", stem) for stem in stems]
    for at in (0, -1):
        while all(len(own) > 2 and own[at] == words[0][at] for own in words):
            words = [own[2:] if at == 0 else own[:-2] for own in words]
    return ["".join(own) for own in words]


def _axis(name: str) -> str:
    """`x` of `X`, `pos_x`, `Position X (mm)`; the name itself where it ends with no axis."""
    name = re.sub(r"[(\[][^()\[\]]{0,20}[)\]]$", "", name.strip()).strip().lower()
    return name[-1:] if re.search(r"(^|[ _.:/-])[xyz]$", name[-9:]) else name


def _table(file: SkeletonFile) -> tuple[list[str], Rows]:
    """(names of columns, rows of cells). SkeletonFileError: columns that are no places."""
    if file.suffix == ".npy":
        array = np.atleast_2d(read_npy(file))
        if array.ndim != 2 or array.shape[1] not in (2, 3) or array.dtype.kind not in "fiu":
            raise file.error("(frames, 2 or 3) numbers", f"shape {array.shape}")
        return list(_AXES[: array.shape[1]]), [[repr(float(v)) for v in row] for row in array.tolist()]
    file = readable(file)
    lines = [
        line.rstrip("\r")
        for line in file.text().removeprefix("\ufeff").split("\n")
        if line.strip() and line[0] not in "#%"
    ]
    first = (head_lines(file, 1) or [""])[0]
    delimiter = next((mark for mark in ";\t," if mark in first), "")
    rows = [split_cells(line, delimiter) if delimiter else line.split() for line in lines]
    named = bool(rows) and not all(map(is_number, rows[0]))
    names = rows[0] if named else _unnamed(rows)
    rows = rows[named:]
    if not names or not rows or len(names) > _MOST_COLUMNS or any(len(row) != len(names) for row in rows):
        raise file.error(
            "rows of x, y and z, perhaps with a time, or with names above them",
            f"{len(lines)} lines of other numbers of cells",
        )
    return names, [[cell.replace(",", ".") for cell in row] for row in rows]


def _unnamed(rows: Rows) -> list[str]:
    """Names for columns without any: a time or a frame's number, which rises evenly, x, y, z and a score; none for other counts."""
    cells = [cell for row in rows[:_LOOKED_AT] for cell in row[:1]]
    if not all(map(is_number, cells)) or not all(cells):
        return []
    steps = np.diff([float(cell.replace(",", ".")) for cell in cells])
    timed = len(steps) > 1 and (steps > 0).all() and np.ptp(steps) < 0.1 * steps.max()
    names = ["time"] * bool(timed) + list(_AXES)
    return names[: len(rows[0])] if cells and 2 + timed <= len(rows[0]) <= len(names) else []


READER = Reader(
    "joint_files", "a folder with a file a joint (.csv, .txt, .npy)",
    "files that are called by joints, each with x, y and z of all frames", _detect, _read, (), folders=True,
)  # fmt: skip
