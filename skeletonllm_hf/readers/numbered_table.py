"""Tables of keypoints that tutorials write from MediaPipe: `class,x1,y1,z1,v1,x2,...`, a row a frame, numbers alone for names.

Numbers from 0 or from 1; the count decides the layout: 33 are MediaPipe's. x and y are pixels, or shares of the picture; metres about
the hips where they are MediaPipe's world landmarks. Other tables, whose columns separate name and axis, are `csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from .delimited import cell_numbers, head_lines, rows_below, split_cells
from .detections import Detections
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile

MAX_CELLS = 6_000_000  # taken one by one: a quarter of an hour of MediaPipe's 33 points at 30 Hz
_LAYOUTS = {33: "mediapipe_33"}
_WIDE = re.compile(r"(?P<what>[xyzvc])(?P<number>\d{1,3})", re.IGNORECASE)
_FRAME = ("frame", "frame_number", "frame_id", "frame_index", "frame_idx", "framenumber")
_PERSON = ("person", "person_id", "track", "track_id", "id", "subject")
_LABEL = ("class", "label", "action")
_LEAST = 5  # points


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 2)
    return 0.9 if len(lines) == 2 and _wide(_names(lines[0])[0]) is not None else 0.0


def _names(line: str) -> tuple[list[str], str]:
    delimiter = max(",;\t", key=line.count)
    return [name.lower() for name in split_cells(line.removeprefix("\ufeff"), delimiter)], delimiter


def _wide(names: list[str]) -> dict[int, dict[str, int]] | None:
    """Point -> x, y, z, score -> column; None where the columns are no complete count of points from 0 or 1."""
    points: dict[int, dict[str, int]] = {}
    for column, name in enumerate(names):
        match = _WIDE.fullmatch(name)
        if match:
            what = match["what"] if match["what"] in "xyz" else "score"
            points.setdefault(int(match["number"]), {}).setdefault(what, column)
    points = {number: columns for number, columns in points.items() if {"x", "y"} <= set(columns)}
    first = min(points, default=2)
    whole = first in (0, 1) and sorted(points) == list(range(first, first + len(points)))
    return dict(sorted(points.items())) if whole and len(points) >= _LEAST else None


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = head_lines(file, 2)
    names, delimiter = _names(lines[0]) if lines else ([], ",")
    points = _wide(names)
    if points is None:
        raise file.error("columns such as x1, y1, z1, v1, x2, ...", ", ".join(names[:6]))
    if (cells := len(names) * file.data.count(b"\n")) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{cells:,}; cut it into clips")
    people, label = _people(file, rows_below(file, delimiter, 1, len(names)), names, points)
    if not people:
        raise file.error("rows below the column names", "none")
    frames = {frame: number for number, frame in enumerate(dict.fromkeys(frame for frame, _ in people))}
    count, size = next(iter(people.values())).shape
    check_size(file, len(people), 1, count, size)
    found = Detections(file, count, size - 1)
    for (frame, who), values in people.items():
        found.add(frames[frame], values, who or None)
    layout = options.layout or _LAYOUTS.get(count)
    camera: dict[str, Any] = {"up": "-y", "view": "z"} if count == 33 or size == 3 else {}
    return found.clip(len(frames), layout, options, shares=True, label=label, zero_is_missing=size == 3, **camera)


People = dict[tuple[str, str], np.ndarray]  # (frame, person) -> (points, dims + 1)


def _people(
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
        body[:, :-1] = np.reshape(cell_numbers(file, row, used, f"line {line}"), (len(points), -1))
        body[[point for point, _ in scores], -1] = cell_numbers(file, row, scored, f"line {line}")
        frame = str(line) if column["frame"] is None else row[column["frame"]].strip()[:64]
        who = "" if column["person"] is None else row[column["person"]].strip()[:64]
        people[frame, who] = body
        if column["label"] is not None:
            labels.add(row[column["label"]].strip()[:200])
    return people, labels.pop() if len(labels) == 1 else None


READER = Reader(
    "numbered_table", "tables of numbered keypoints (MediaPipe's x1, y1, z1, v1, ...)",
    "a first line of numbered columns: x1, y1, z1, v1, x2, ...",
    _detect, _read, (".csv", ".tsv"),
)  # fmt: skip
