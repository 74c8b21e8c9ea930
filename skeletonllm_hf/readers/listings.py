"""Named numbers as scripts and settings list them (MATLAB, Octave, R, TOML, INI) -> JSON; the messages of Open Sound Control -> a table."""

from __future__ import annotations

import json
import re
from typing import Any

from .source import SkeletonFile

_MOST_NUMBERS = 3_000_000  # each is taken one by one
_LEAST = 5  # names with numbers
_MATRIX = re.compile(r"(?m)^[ \t]{0,40}([A-Za-z_][\w.]{0,63})[ \t]{0,9}=[ \t]{0,9}\[([^\[\]=]{1,8000000})\]")
_SCALAR = re.compile(r"(?m)^[ \t]{0,40}([A-Za-z_]\w{0,63})[ \t]{0,9}=[ \t]{0,9}(\d{1,9}(?:\.\d{1,20})?)[ \t]{0,9};")
_OCTAVE = "# name: "
_COLUMN = re.compile(r"(`[^`\n]{1,64}`|[A-Za-z_.][\w.]{0,63}) = (?:c\(([^()]{1,8000000})\)|(\d{1,9}):(\d{1,9}))")
_SECTION = re.compile(r"\[{1,2}[ \t]{0,9}([\w .\"-]{1,80}?)[ \t]{0,9}\]{1,2}")
_FIELD = re.compile(r"([\w.\"-]{1,80})[ \t]{0,9}[=:][ \t]{0,9}(\S[^\n]{0,20000})")
_MESSAGE = re.compile(
    r"(?:([\d.:T-]{1,40})[ ,\t]{1,9})?(/[\w./-]{1,100})[ ,\t]{1,9}(?:[a-z]{1,20}[ ,\t]{1,9})?([-+\d.e, \t]{3,300})"
)


def from_listing(file: SkeletonFile) -> SkeletonFile:
    """Named numbers in one of these spellings as JSON, messages as a table; others as they are.

    Raises:
        SkeletonFileError: more numbers than are taken.
    """
    head = file.head_text.lstrip("\ufeff")
    lines = [line.strip() for line in head.split("\n")[:200] if line.strip()]
    if lines and any("/VMC/Ext/Bone/Pos" in line[:200] for line in lines[:5]):
        raise file.error(
            "places of joints in the room", "VMC messages, whose bones stand against the joint above: record BVH"
        )
    if head.startswith("#") and _OCTAVE in head[:1000]:
        turned: Any = _from_octave
    elif head.lstrip().startswith("structure(list("):
        turned = _from_r
    elif _are_messages(lines):
        turned = _from_messages
    elif _are_sections(lines):
        turned = _from_sections
    elif _MATRIX.search(head) or (lines and lines[0][:1] == "%" and re.search(r"=[ \t]{0,9}\[", head)):
        turned = _from_script
    else:
        return file
    if file.data.count(b",") + file.data.count(b" ") + file.data.count(b"\t") > _MOST_NUMBERS:
        raise file.error(f"at most {_MOST_NUMBERS:,} numbers", "more: cut it into clips")
    try:
        held = turned(file.text())
    except (ValueError, IndexError, RecursionError):
        return file
    if isinstance(held, str):
        return file.with_data(held.encode())
    return file.with_data(json.dumps(held).encode()) if held else file


def _rows(text: str) -> list[list[float]]:
    """The rows of a matrix as MATLAB writes it: ended by semicolons or lines."""
    rows = [row.replace(",", " ").split() for row in text.replace("...\n", " ").replace(";", "\n").split("\n")]
    return [list(map(float, row)) for row in rows if row]


def _from_script(text: str) -> dict[str, Any]:
    text = re.sub(r"(?m)%[^\n]{0,2000}$", "", text.replace("\r", ""))
    held: dict[str, Any] = {name: _rows(numbers) for name, numbers in _MATRIX.findall(text)}
    if len(held) < _LEAST:
        return {}
    return held | {name: float(number) for name, number in _SCALAR.findall(text)}


def _from_octave(text: str) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for block in text.replace("\r", "").split(_OCTAVE)[1:]:
        name, _, rest = block.partition("\n")
        rows = _rows("\n".join(line for line in rest.split("\n") if line[:1] != "#"))
        if rows:
            held[name.strip()] = rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
    return held


def _from_r(text: str) -> str | dict[str, Any]:
    """The columns of a data frame, as a table."""
    columns: dict[str, list[str]] = {}
    for name, numbers, first, last in _COLUMN.findall(text):
        if name not in ("row.names", "class", ".Names", "levels"):
            counted = range(int(first), min(int(last), int(first) + _MOST_NUMBERS) + 1) if first else ()
            columns[name.strip("`")] = (
                [one.strip(' \nL"') for one in numbers.split(",")] if numbers else list(map(str, counted))
            )
    if len(columns) < _LEAST:
        return {}
    most = max(map(len, columns.values()))
    columns = {name: cells for name, cells in columns.items() if len(cells) == most}
    rows = zip(*columns.values(), strict=True)
    return (
        "\n".join(
            [",".join(columns), *(",".join("" if cell in ("NA", "NaN") else cell for cell in row) for row in rows)]
        )
        + "\n"
    )


def _are_sections(lines: list[str]) -> bool:
    """Whether these lines are sections with fields, as TOML and INI have them."""
    lines = [line for line in lines[:-1] if line[0] not in "#;"]
    sections = [_SECTION.fullmatch(line) is not None for line in lines]
    named = [
        section or ("=" in line and _FIELD.fullmatch(line) is not None)
        for section, line in zip(sections, lines, strict=True)
    ]
    return len(lines) > _LEAST and any(sections) and all(named)


def _from_sections(text: str) -> dict[str, Any]:
    """Objects of objects by the sections' names, lists of those in double brackets."""
    held: dict[str, Any] = {}
    place = held
    for line in map(str.strip, text.split("\n")):
        if section := _SECTION.fullmatch(line):
            place, names = held, [name.strip(' "') for name in section[1].split(".")]
            for number, name in enumerate(names):
                if line.startswith("[[") and number == len(names) - 1:
                    place.setdefault(name, []).append({})
                below = place.setdefault(name, {})
                place = below[-1] if isinstance(below, list) else below
        elif (field := _FIELD.fullmatch(line)) and line[0] not in "#;":
            place[field[1].strip('"')] = _value(field[2].strip())
    return held


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        numbers = [float(word) for word in text.replace(",", " ").replace(";", " ").split()]
    except ValueError:
        return text.strip("\"'")
    return numbers if len(numbers) != 1 else numbers[0]


def _are_messages(lines: list[str]) -> bool:
    """Whether nearly all lines are an address (`/body/1/left_hand`) and its numbers, perhaps behind a time."""
    found = [_MESSAGE.fullmatch(line[:600]) for line in lines[:-1]]
    places = sum(one is not None and len(one[3].replace(",", " ").split()) in (2, 3, 7) for one in found)  # 4: a turn
    return len(found) >= 2 * _LEAST and places > 0.9 * len(found)


def _from_messages(text: str) -> str:
    """A table with a row a message: its time, who moves, the joint, its place."""
    found = [one for line in text.split("\n") if (one := _MESSAGE.fullmatch(line.strip()[:600]))]
    paths = [one[2].strip("/").split("/") for one in found]
    who = ["_".join(path[:-1]) for path in paths]
    several = len(set(who)) > 1
    rows = ["time,person,joint,x,y,z" if several else "time,joint,x,y,z"]
    for one, path, person in zip(found, paths, who, strict=True):
        numbers = one[3].replace(",", " ").split()[:3]
        rows.append(
            ",".join([one[1] or "", *([person] if several else []), path[-1], *numbers, *[""] * (3 - len(numbers))])
        )
    if all(one[1] is None for one in found):
        rows = [row.partition(",")[2] for row in rows]
    return "\n".join(rows) + "\n"
