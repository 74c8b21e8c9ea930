"""Tables of numbered keypoints, such as tutorials write from MediaPipe: the number alone says which point it is.

Wide: `x1,y1,z1,v1,...` (a row a frame, often after a class), `landmark_0_x`, `kp0_x, kp0_y, kp0_conf`, `x_0`.
Long: `frame,landmark,x,y,z,visibility`, a row a point. Numbers from 0 or from 1; the count decides the layout: 33 are MediaPipe's.
x and y are pixels, or shares of the picture; metres about the hips where they are MediaPipe's world landmarks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import numpy as np

from .delimited import head_lines, split_cells
from .detections import Detections
from .picture import are_shares, to_picture
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile

MAX_CELLS = 6_000_000  # taken one by one: a quarter of an hour of MediaPipe's 33 points at 30 Hz
_LAYOUTS = {33: "mediapipe_33"}
_WIDE = (
    re.compile(r"(?P<what>[xyzvc])_?(?P<number>\d{1,3})", re.IGNORECASE),
    re.compile(
        r"(?:landmark|keypoint|kp|lm|point|pt|joint|p)?_?(?P<number>\d{1,3})[_.](?P<what>x|y|z|v|c|visibility|conf|confidence|score)",
        re.IGNORECASE,
    ),
)
_FRAME = ("frame", "frame_number", "frame_id", "frame_index", "frame_idx", "framenumber")
_PERSON = ("person", "person_id", "track", "track_id", "id", "subject")
_POINT = (
    "landmark",
    "landmark_id",
    "landmark_index",
    "keypoint",
    "keypoint_id",
    "joint",
    "joint_id",
    "point",
    "idx",
    "index",
)
_LABEL = ("class", "label", "action")
_SCORE = ("visibility", "v", "confidence", "conf", "score")
_LEAST = 5  # points


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 3)
    if len(lines) < 2:
        return 0.0
    names, delimiter = _names(lines[0])
    if _wide(names) is not None:
        return 0.9
    columns = _long(names)
    cells = split_cells(lines[1], delimiter)
    return 0.9 if columns and len(cells) == len(names) and cells[columns["point"]].isdecimal() else 0.0


def _names(line: str) -> tuple[list[str], str]:
    delimiter = max(",;\t", key=line.count)
    return [name.lower() for name in split_cells(line.removeprefix("\ufeff"), delimiter)], delimiter


def _wide(names: list[str]) -> dict[int, dict[str, int]] | None:
    """Point -> x, y, z, score -> column; None where the columns are no complete count of points from 0 or 1."""
    points: dict[int, dict[str, int]] = {}
    for column, name in enumerate(names):
        match = next((found for found in (pattern.fullmatch(name) for pattern in _WIDE) if found), None)
        if match:
            what = match["what"] if match["what"] in "xyz" else "score"
            points.setdefault(int(match["number"]), {}).setdefault(what, column)
    points = {number: columns for number, columns in points.items() if {"x", "y"} <= set(columns)}
    first = min(points, default=2)
    whole = first in (0, 1) and sorted(points) == list(range(first, first + len(points)))
    return dict(sorted(points.items())) if whole and len(points) >= _LEAST else None


def _long(names: list[str]) -> dict[str, int]:
    choices = {
        "frame": _FRAME,
        "point": _POINT,
        "x": ("x",),
        "y": ("y",),
        "z": ("z",),
        "score": _SCORE,
        "person": _PERSON,
    }
    found = {what: next((names.index(n) for n in wanted if n in names), None) for what, wanted in choices.items()}
    columns = {what: column for what, column in found.items() if column is not None}
    return columns if {"frame", "point", "x", "y"} <= set(columns) else {}


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = head_lines(file, 2)
    names, delimiter = _names(lines[0]) if lines else ([], ",")
    wide, columns = _wide(names), _long(names)
    if wide is None and not columns:
        raise file.error("columns such as x1, y1, z1, v1, or frame, landmark, x, y, z", ", ".join(names[:6]))
    if (cells := len(names) * file.data.count(b"\n")) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{cells:,}; cut it into clips")
    rows = _rows(file, delimiter, len(names))
    people, label = _wide_people(file, rows, names, wide) if wide else (_long_people(file, rows, columns), None)
    if not people:
        raise file.error("rows below the column names", "none")
    frames = {frame: number for number, frame in enumerate(dict.fromkeys(frame for frame, _ in people))}
    count, size = next(iter(people.values())).shape
    check_size(file, len(people), 1, count, size)
    found = Detections(file, count, size - 1)
    for (frame, who), values in people.items():
        found.add(frames[frame], values, who or None)
    joints, confidence, relink, who, notes = found.build(len(frames))
    layout = options.layout or _LAYOUTS.get(count)
    seen = np.isfinite(joints).all(-1) & (confidence >= options.min_confidence)
    units: str | None = "pixels" if size == 3 else None
    if layout is not None and are_shares(joints, seen):
        joints, units, more = to_picture(joints, seen, layout, options)
        notes += more
    camera = count == 33 or size == 3
    return RawClip(
        joints, layout, confidence=confidence, units=units, up="-y" if camera else None, view="z" if camera else None,
        zero_is_missing=size == 3, relink=relink, people_names=who, label=label, notes=notes,
    )  # fmt: skip


def _rows(file: SkeletonFile, delimiter: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row below the first line."""
    try:
        for line, row in enumerate(csv.reader(io.StringIO(file.text()), delimiter=delimiter), 1):
            if line == 1 or not row:
                continue
            if len(row) != columns:
                raise file.error(f"{columns} cells", str(len(row)), position=f"line {line}")
            yield line, row
    except csv.Error as error:
        raise file.error("a table as CSV", str(error)) from None


def _number(file: SkeletonFile, text: str, line: int) -> float:
    try:
        return float(text.strip().replace(",", ".")[:64]) if text.strip() else np.nan
    except ValueError:
        raise file.error("a number", repr(text[:40]), position=f"line {line}") from None


def _numbers(file: SkeletonFile, cells: list[str], line: int) -> list[float]:
    """All at once where all are plain numbers, as they nearly always are."""
    try:
        return list(map(float, cells))
    except ValueError:
        return [_number(file, cell, line) for cell in cells]


People = dict[tuple[str, str], np.ndarray]  # (frame, person) -> (points, dims + 1)


def _wide_people(
    file: SkeletonFile, rows: Iterator[tuple[int, list[str]]], names: list[str], points: dict[int, dict[str, int]]
) -> tuple[People, str | None]:
    axes = "xyz" if all("z" in columns for columns in points.values()) else "xy"
    column = {
        what: next((names.index(name) for name in choices if name in names), None)
        for what, choices in (("frame", _FRAME), ("person", _PERSON), ("label", _LABEL))
    }
    people: People = {}
    labels: set[str] = set()
    used = [place[axis] for place in points.values() for axis in axes]
    scores = [(row, place["score"]) for row, place in enumerate(points.values()) if "score" in place]
    scored = [column for _, column in scores]
    for line, row in rows:
        body = np.ones((len(points), len(axes) + 1), np.float32)
        body[:, :-1] = np.reshape(_numbers(file, [row[place] for place in used], line), (len(points), -1))
        body[[point for point, _ in scores], -1] = _numbers(file, [row[place] for place in scored], line)
        frame = str(line) if column["frame"] is None else row[column["frame"]].strip()[:64]
        who = "" if column["person"] is None else row[column["person"]].strip()[:64]
        people[frame, who] = body
        if column["label"] is not None:
            labels.add(row[column["label"]].strip()[:200])
    return people, labels.pop() if len(labels) == 1 else None


def _long_people(file: SkeletonFile, rows: Iterator[tuple[int, list[str]]], columns: dict[str, int]) -> People:
    axes = [axis for axis in "xyz" if axis in columns]
    found: dict[tuple[str, str], dict[int, list[float]]] = {}
    for line, row in rows:
        number = row[columns["point"]].strip()
        if not number.isdecimal() or int(number[:6]) > 1000:
            raise file.error("a keypoint's number", repr(number[:40]), position=f"line {line}")
        values = [_number(file, row[columns[axis]], line) for axis in axes]
        values.append(_number(file, row[columns["score"]], line) if "score" in columns else 1.0)
        who = row[columns["person"]].strip()[:64] if "person" in columns else ""
        found.setdefault((row[columns["frame"]].strip()[:64], who), {})[int(number[:6])] = values
    numbers = {number for body in found.values() for number in body}
    first = 1 if numbers and 0 not in numbers else 0
    count = max(numbers, default=0) - first + 1
    check_size(file, max(len(found), 1), 1, count, len(axes) + 1)
    people: People = {}
    for key, body in found.items():
        values = np.full((count, len(axes) + 1), np.nan, np.float32)
        for number, value in body.items():
            values[number - first] = value
        people[key] = values
    return people


READER = Reader(
    "numbered_table",
    "tables of numbered keypoints (MediaPipe's x1, y1, z1, v1, ...)",
    "a first line of numbered columns: x1, y1, z1, v1, or landmark_0_x, or frame, landmark, x, y, z with numbers",
    _detect,
    _read,
    (".csv", ".tsv"),
)
