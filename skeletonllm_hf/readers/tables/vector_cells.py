"""Tables whose cells hold whole places, as programs print them -> the same table with a column an axis.

`(0.1, 1.2, 3.4)` (Unity, Python), `X=0.1 Y=1.2 Z=3.4` (Unreal), `[0.1, 1.2]`, `{'x': 0.1, 'y': 1.2}`, MediaPipe's `x: 0.1\ny: 1.2\nz: ...` in one cell with line
breaks; and a cell that lists all joints, `[[0.1, 1.2], [...], ...]` or `[{"x": 0.1, "y": 1.2}, ...]`.
"""

from __future__ import annotations

import csv
import io
import re

from ...model.layouts import layouts_with
from ..arrays.number_rows import fills_rows
from ..objects.json_text import of_matrix
from ..source import SkeletonFile
from .delimited import csv_rows

MAX_CELLS = 3_000_000  # taken one by one
_NUMBER = r"(?<![\w.])[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])|\bnan\b"
_NUMBERS = re.compile(_NUMBER, re.IGNORECASE)
_KEYED = re.compile(rf"\b([a-z]{{1,20}})['\"]?\s{{0,4}}[:=]\s{{0,4}}({_NUMBER})", re.IGNORECASE)
_BEGINS = re.compile(rb"[\"(\[{]|\bx: |\b[xX]=")
_TRIPLE = re.compile(
    rb"(?:^|[\t;|,])[-\d]\d{0,9}\.\d{1,20}[,;][-\d]\d{0,9}\.\d{1,20}[,;][-\d]\d{0,9}\.\d{1,20}[\t;|,\r\n]"
)
_LEAST_ROW = 34  # numbers of all joints in one cell
_BLANKS = re.compile(rb"(?:^|[\t;|,])[-\d]\d{0,9}\.\d{1,20} [-\d]\d{0,9}\.\d{1,20} [-\d]\d{0,9}\.\d{1,20}[\t;|,\r\n]")
_LISTED = re.compile(
    r"([a-z]{1,20})['\"]?\s{0,4}:\s{0,4}\[([^\[\]]{0,20000})\]"
)  # Ultralytics: {'x': [...], 'y': [...]}
_DICT = re.compile(r"\{([^{}]{5,400})\}")  # a list of joints: [{"x": 0.1, "y": 0.2, "visibility": 1}, ...]
_GROUP = re.compile(r"[(\[]([^()\[\]]{3,200})[)\]]")
_WRAPPED = re.compile(r"^(?:np\.|numpy\.|torch\.)?(?:array|tensor)\(")
_TRANSFORM = 15  # commas, or blanks, between its numbers
_LEAST = 5  # places in a row
_AXES = "xyz"
_DECIMAL = re.compile(r"^([-+]?\d{1,12}),(\d{1,12})$")
_COMMAS = re.compile(
    r"[(\[]\s{0,9}[-+]?\d{1,9},\d{1,9}(?:[,;]\s{1,9}[-+]?\d{1,9},\d{1,9}){1,3}\s{0,9}[)\]]"
)  # (0,10, 1,20, 3,40)


def with_axes(file: SkeletonFile) -> SkeletonFile:
    """The file with a column an axis where its cells hold places; the file itself where they do not.

    Raises:
        SkeletonFileError: a cell with another count of numbers than the first row's, or more cells than `MAX_CELLS`.
    """
    return file.once(_with_axes)


def _with_axes(file: SkeletonFile) -> SkeletonFile:
    if b"Vec3" in file.head[:1000] and b"endheader\n" in file.head[:4000]:  # OpenSim's tables: the names stand below
        file = file.with_data(file.data.partition(b"endheader\n")[2])
    first, _, second = file.head.partition(b"\n")
    second = second.lstrip().partition(b"\n")[0] + b"\n"  # a cell that breaks its line begins there, too
    begins = _BEGINS.search(second) or _TRIPLE.search(second) or _BLANKS.search(second)
    if not file.is_text or not begins or b"[" in first or b"{" in first:
        return file
    delimiter = max(",;\t|", key=first.decode("utf-8", "replace").count)
    head = list(_head_rows(file, delimiter))
    alone = list(map(len, head)) == [1, 1] and head[1][0][:1] not in ("(", "[", "{", "x", "X")
    if len(head) < 2 or alone or len(head[0]) != len(head[1]) or not 0 < len(head[0]) < 2000:
        return file
    parsed = [_places(cell) for cell in head[1]]
    listed = [at for at, places in enumerate(parsed) if len(places) > 1]  # columns of all joints
    best = max(listed, key=lambda at: ("world" in head[0][at].lower() or "3d" in head[0][at].lower(), -at), default=0)
    parsed = [[] if at in listed and at != best else places for at, places in enumerate(parsed)]
    if sum(len(places) for places in parsed) < _LEAST:
        return file
    names = [_named(name, places) for name, places in zip(head[0], parsed, strict=True)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for group in names for name in group])
    width = sum(map(len, names))
    for number, row in enumerate(csv_rows(file, delimiter)):
        if number == 0 or not row:
            continue
        if number * width > MAX_CELLS:
            raise file.error(f"at most {MAX_CELLS:,} numbers in cells of places", "more; cut it into clips")
        if len(row) != len(names):
            raise file.error(f"{len(names)} cells", str(len(row)), position=f"row {number + 1}")
        values = [value for cell, group in zip(row, names, strict=True) for value in _values(file, cell, group, number)]
        writer.writerow(values if delimiter == "," else [_DECIMAL.sub(r"\1.\2", value) for value in values])
    return file.with_data(out.getvalue().encode())


def _head_rows(file: SkeletonFile, delimiter: str) -> list[list[str]]:
    """The first two rows; a cell may break its line."""
    try:
        reader = csv.reader(io.StringIO(file.head_text), delimiter=delimiter)
        return [row for row, _ in zip(reader, range(2), strict=False)]
    except csv.Error:
        return []


def _places(cell: str) -> list[dict[str, str]]:
    """The places that a cell holds, each as axis -> number; none for other cells."""
    cell = _pointed(_WRAPPED.sub("(", cell.strip()))
    dicts = _DICT.findall(cell) if cell[:1] == "[" else []
    if len(dicts) > 1:
        many = [{key.lower(): number for key, number in _KEYED.findall(place)} for place in dicts]
        return many if all({"x", "y"} <= set(place) and place.keys() == many[0].keys() for place in many) else []
    keyed = {key.lower(): number for key, number in _KEYED.findall(cell)}
    if {"x", "y"} <= set(keyed):
        return [keyed]
    if listed := _listed(cell):
        return listed
    parts = cell.replace(";", ",").split("," if "," in cell or ";" in cell else None)
    if len(parts) == 3 and "." in cell and all(map(_NUMBERS.fullmatch, parts)):  # 0.1,1.2,3.4 or 0.1 1.2 3.4
        return [dict(zip(_AXES, parts, strict=True))]
    flat = cell[1:-1] if cell[:1] in ("(", "[") and cell[-1:] in (")", "]") else cell
    if len(parts := flat.replace(",", " ").replace(";", " ").split()) >= _LEAST_ROW and all(
        map(_NUMBERS.fullmatch, parts)
    ):
        dims = next(
            (
                dims
                for dims in (3, 2)
                if fills_rows(len(parts)) and layouts_with(len(parts) // dims) and len(parts) % dims == 0
            ),
            0,
        )
        joints = [parts[at : at + dims] for at in range(0, len(parts), dims)] if dims else []
        axes = _axes(joints) if joints else ()
        return [dict(zip(axes, place, strict=True)) for place in joints]
    groups = _GROUP.findall(cell)
    if cell[:1] not in ("(", "[") or (len(groups) == 1 and cell[:2] in ("((", "[[")):
        return []
    places = [_NUMBERS.findall(group) for group in groups]
    if not places or any(not 2 <= len(place) <= 4 or len(place) != len(places[0]) for place in places):
        return []
    axes = _axes(places)
    return [dict(zip(axes, place, strict=True)) for place in places]


def _pointed(cell: str) -> str:
    """A cell of one place with decimal commas, as Unity prints it in many countries, with points; the place in a transform (16 numbers); others as they are."""
    if _TRANSFORM in (cell.count(","), cell.count(" ")) and len(numbers := _NUMBERS.findall(cell)) == _TRANSFORM + 1:
        place = of_matrix([float(number) for number in numbers])
        return cell if place is None else "({!r}, {!r}, {!r})".format(*place)
    return re.sub(r"(?<=\d),(?=\d)", ".", cell) if _COMMAS.fullmatch(cell) else cell


def _listed(cell: str) -> list[dict[str, str]]:
    """The places of a cell with a list for every axis, and one for scores."""
    lists = {key: _NUMBERS.findall(values) for key, values in _LISTED.findall(cell)}
    if not {"x", "y"} <= set(lists) or len(set(map(len, lists.values()))) > 1:
        return []
    keys = ["score" if key == "visible" else key for key in lists]
    return [dict(zip(keys, place, strict=True)) for place in zip(*lists.values(), strict=True)]


def _axes(places: list[list[str]]) -> tuple[str, ...]:
    """x, y, z, and a score as the fourth; as the third beside pixels."""
    if len(places[0]) == 4:
        return (*_AXES, "score")
    if (
        len(places[0]) == 3
        and all(0 <= float(place[2]) <= 1 for place in places)
        and max(float(p[0]) for p in places) > 10
    ):
        return ("x", "y", "score")
    return tuple(_AXES[: len(places[0])])


def _named(name: str, places: list[dict[str, str]]) -> list[str]:
    """Names of the columns that take a cell's place: of a list of joints numbered ones."""
    if not places:
        return [name]
    name = name.strip()
    return [f"{name if len(places) == 1 else number}_{axis}" for number, place in enumerate(places) for axis in place]


def _values(file: SkeletonFile, cell: str, names: list[str], row: int) -> list[str]:
    if len(names) == 1:
        return [cell]
    cell = _pointed(cell.strip())
    if not cell:
        return [""] * len(names)
    numbers = [number for place in _listed(cell) for number in place.values()]
    numbers = numbers or [number for _, number in _KEYED.findall(cell)] or _NUMBERS.findall(cell)
    if len(numbers) != len(names):
        raise file.error(
            f"{len(names)} numbers in a cell, as in the first row", repr(cell[:60]), position=f"row {row + 1}"
        )
    return numbers
