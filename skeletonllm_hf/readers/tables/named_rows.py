"""Text without column names in which each joint's name stands before its place -> a table with named columns.

A frame a line (`0.033, Head, 0.1, 1.6, 2.0, Neck, 0.1, ...`, `Head:0.1,1.6,2.0;Neck:...`), or a joint a line and lines such as `Frame 12 Time 400`
between the frames. A frame ends where a name comes again.
"""

from __future__ import annotations

import csv
import io
import re

from ...model.joint_names import body_points
from ..source import SkeletonFile
from .column_names import coordinate
from .delimited import split_cells
from .long_table import long_columns
from .table_header import SCORES, is_number

MAX_CELLS = 1_500_000  # taken one by one: 33 joints for eight minutes
_HEAD = 16_000  # characters that are looked at
_LEAST = 8  # joints
_WORD = re.compile(r"[^\s,;:=()\[\]{}|\"']+")
_AXES = ("x", "y", "z", "score")  # of up to four numbers behind a name
_PIXELS = ("x", "y", "z", "x_2d", "y_2d")  # of five
_MOST = len(_PIXELS)
_STATES = frozenset(("tracked", "inferred", "nottracked", "not_tracked"))  # before or behind the numbers
_STAMP = 9  # digits; longer whole numbers are times
_ABOVE = 3  # lines without a number above the first frame

Group = tuple[str, list[str], str]  # a name, the numbers behind it, a sensor's state or nothing


def table_of_named_rows(file: SkeletonFile) -> SkeletonFile:
    """The file with a row a frame and a column a coordinate where it is built like that; other files as they are.

    Raises:
        SkeletonFileError: more than `MAX_CELLS` numbers.
    """
    return file.once(_table)


def _table(file: SkeletonFile) -> SkeletonFile:
    if not file.is_text:
        return file
    lines = [_WORD.findall(line) for line in (file.head_text[:_HEAD].split("\n")[:-1] or [file.head_text[:_HEAD]])]
    above = next((row for row, line in enumerate(lines[:_ABOVE]) if any(map(is_number, line))), 0)
    first = file.head_text.split("\n", 1)[0]
    if long_columns(split_cells(first, max(",;\t|", key=first.count))) or not _is_named(
        [line for line in lines[above:] if line]
    ):
        return file
    numbers_a_line = sum(map(is_number, (word for line in lines for word in line))) / len(lines)
    if (count := int(numbers_a_line * (file.data.count(b"\n") + 1))) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} numbers behind names", f"about {count:,}; cut it into clips")
    frames: list[dict[str, tuple[list[str], str]]] = [{}]
    for words in map(_WORD.findall, file.text().split("\n")):
        for name, numbers, state in _groups(words) if any(map(is_number, words)) else ():
            if name in frames[-1]:
                frames.append({})
            frames[-1][name] = numbers, state
    columns = {name: (len(numbers), state) for frame in frames for name, (numbers, state) in frame.items()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for joint, own in columns.items() for name in _called(joint, *own)])
    for frame in frames:
        cells: list[str] = []
        for joint, (width, graded) in columns.items():
            numbers, state = frame.get(joint, ([], ""))
            cells += (numbers + [""] * _MOST)[:width] + ([state] if graded else [])
        writer.writerow(cells)
    return file.with_data(out.getvalue().encode("utf-8", "replace"))


def _is_named(lines: list[list[str]]) -> bool:
    """Whether these lines have names and two to four numbers behind each, and are no rows of one joint each in a plain table."""
    if not lines or any(sum(not is_number(word) for word in line) == 0 for line in lines):
        return False
    groups = [group for line in lines for group in _groups(line)]
    axes = [found.joint for name, numbers, _ in groups if len(numbers) == 1 and (found := coordinate(name))]
    names = list(dict.fromkeys([*(name for name, numbers, _ in groups if 2 <= len(numbers) <= _MOST), *axes]))
    empty = sum(not numbers for _, numbers, _ in groups)
    others = sum(len(numbers) > _MOST for _, numbers, _ in groups) or empty > (len(lines) if axes else 0)
    builds = {tuple(len(numbers) for name, numbers, _ in _groups(line) if name != "time") for line in lines}
    table = len(builds) == 1 and len(next(iter(builds))) <= 2  # a joint a line, behind its frame's number or not
    return not others and not table and sum(point is not None for point in body_points(names)) >= _LEAST


def _groups(words: list[str]) -> list[Group]:
    """Names and the numbers behind them, one after the other; numbers before the first name are the frame's, or a time, or both."""
    groups: list[Group] = []
    for word in words:
        if word.isdecimal() and len(word) > _STAMP:
            groups.append(("time", [word], ""))
        elif is_number(word):
            if groups and groups[-1][0] not in ("frame", "time"):
                groups[-1][1].append(word)
            elif len(groups) < 2:
                groups.append(("time" if groups or "." in word else "frame", [word], ""))
        elif word.lower() in SCORES and groups and len(groups[-1][1]) in (2, 3):
            groups[-1][1].extend([""] * (3 - len(groups[-1][1])))  # its number comes next
        elif word.lower() in _STATES and groups:
            groups[-1] = (*groups[-1][:2], word)
        else:
            groups.append((word[:256], [], ""))
    return groups


def _called(joint: str, width: int, state: str) -> list[str]:
    names = [joint] if width == 1 else [f"{joint}_{axis}" for axis in (_AXES if width < _MOST else _PIXELS)[:width]]
    return names + [f"{joint}_TrackingState"] if state else names
