"""Tables of keypoints that tutorials write from MediaPipe: `class,x1,y1,z1,v1,x2,...`, a row a frame, numbers alone for names.

Numbers from 0 or from 1; the count decides the layout: 33 are MediaPipe's. x and y are pixels, or shares of the picture; metres about
the hips where they are MediaPipe's world landmarks. Other tables, whose columns separate name and axis, are `csv`.

Also rows of numbers alone, behind a label, numbers of clip and person, a frame's number or its time, or before the number of a class: joints as the same rows in an `.npy`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays.boxed_rows import columns_of_box
from ..arrays.number_rows import fills_rows, places_in_rows, scored_rows
from ..arrays.numpy_files import joints_clip
from ..estimators.detections import Detections
from ..numbers import parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size, pick_clip
from ..source import SkeletonFile, natural
from ..views import one_view_of_rows
from .clocks import seconds_of
from .delimited import cell_numbers, head_lines, rows_below, split_cells
from .index_columns import FRAME, PERSON, TIME, column_of, rate_of, skipped, sort_out, spread

MAX_CELLS = 6_000_000  # taken one by one: a quarter of an hour of MediaPipe's 33 points at 30 Hz
_LAYOUTS = {33: "mediapipe_33"}
_WIDE = re.compile(r"(?P<what>[xyzvc])(?P<number>\d{1,3})", re.IGNORECASE)
_LABEL = ("class", "label", "action")
_FIRST = re.compile(rb"\A[ \t\"']{0,99}([^,;\t \"']{1,800})[\"']?[,;\t ](.*)")  # of a line: its first cell, the others
_MOST_JOINED = 32 << 20  # bytes: rows of a joint each are taken one by one
_SHAPE = 6  # numbers in a line that says how many frames, joints and coordinates follow
_DIGITS = frozenset(b"%c" % mark for mark in b"-+.0123456789")
_CLASSES = set(map(str, range(100)))  # numbers of classes, as scripts append them to a row
_PICTURES = (".jpg", ".jpeg", ".png", ".bmp")
_COMMENTS = 20  # lines
_LEAST, _MOST_JOINTS = 5, 60  # points
_LOOKED_AT = 20_000  # rows of a joint each
_MOST_IDS = 5  # whole numbers before the joints: clip, person, class, frame
_LEAST_ROW = 34  # numbers of a row without names: 17 joints in a picture


def _detect(file: SkeletonFile) -> float:
    lines = head_lines(file, 2)
    if len(lines) == 2 and _wide(_names(lines[0])[0]) is not None:
        return 0.9
    return 0.5 if _plain(file) is not None else 0.0


def _plain(file: SkeletonFile) -> tuple[int, str] | None:
    """(columns, what is beside the joints) of rows of numbers alone; None where no known layout fills them.

    Before them stand a "label", a "time", the name of a "picture" or whole numbers ("3 ids"), or behind them a "class"; beside them "turns"; or "nothing".
    """
    file = file.once(_below_head)
    lines = [line.replace(",", " ").replace(";", " ").split() for line in head_lines(file, 20) if line.strip()]
    columns = len(lines[0]) if len(lines) > 1 else 0
    if columns < _LEAST_ROW or any(len(line) != columns for line in lines):
        return None
    try:
        numbers = np.array([line[1:] for line in lines], float)
    except ValueError:
        return None
    first = [_number(line[0]) for line in lines]
    if any(number is None for number in first):
        if any(number is not None for number in first) or not np.isfinite(numbers).any() or not fills_rows(columns - 1):
            return None
        if all(line[0].strip("\"'").lower().endswith(_PICTURES) for line in lines):
            return columns, "picture"
        repeated = len({line[0] for line in lines}) <= max(len(lines) // 2, 1)  # else the rows are channels, not frames
        return (columns, "label") if repeated else None
    if places_in_rows(all_rows := np.array(lines, float)).shape[1] < columns:
        return columns, "turns"
    if columns_of_box(all_rows) is not None or scored_rows(all_rows):
        return columns, "nothing"
    whole = next(at for at in range(columns) if at == _MOST_IDS or not all(line[at].isdecimal() for line in lines))
    ids = next((count for count in range(whole, 0, -1) if fills_rows(columns - count)), 0)
    steady = ids > 1 or len({line[0] for line in lines}) < len(lines)  # one that rises is a frame's number
    if ids and steady and (numbers[:, ids:] % 1 != 0).mean() > 0.3:
        return columns, f"{ids} ids"
    last = {line[-1] for line in lines}
    if (
        len(last) == 1
        and last <= _CLASSES
        and fills_rows(columns - 1)
        and not (fills_rows(columns) and last <= {"0", "1"})
    ):
        return columns, "class"
    steps = np.diff(np.array(first, float))
    if fills_rows(columns - 1) and (steps > 0).all() and np.ptp(steps) < 0.1 * steps.max():
        return columns, "time"  # or frame: no joint moves so evenly
    return (columns, "nothing") if fills_rows(columns) else None


def _below_head(file: SkeletonFile) -> SkeletonFile:
    """The rows alone, a frame a row.

    Without comments above them (`#`, `%`), lines that say their shape, and a line that only counts the columns (`0,1,2,...`), as pandas writes above arrays.
    """
    lines = file.head[: 1 << 16].removeprefix(b"\xef\xbb\xbf").split(b"\n")[: _COMMENTS + 2]
    widths = [len(line.replace(b",", b" ").replace(b";", b" ").split()) for line in lines]
    above = 0
    while above < len(lines) - 2 and (
        lines[above][:1] in (b"#", b"%") or 0 < widths[above] < _SHAPE < _LEAST_ROW <= widths[above + 1]
    ):
        above += 1
    cells = lines[above].replace(b",", b" ").replace(b";", b" ").split()
    above += len(cells) >= _LEAST_ROW and cells[1:] in _counts(len(cells))
    file = file.with_data(file.data.split(b"\n", above)[-1]) if above else file
    words = file.head.partition(b"\n")[0].replace(b",", b" ").split()
    numbers = all(_number(word.decode("latin-1")) is not None for word in words)
    return _joined(file) if 2 <= len(words) <= 4 and numbers and file.size <= _MOST_JOINED else file


def _period(lines: list[list[bytes]]) -> int:
    """After how many of these rows of two or three numbers the same joint comes again, by the way to it, which is short; 0 where none does."""
    lines = [line for line in lines if line]
    some = lines[:_LOOKED_AT]
    if {len(line) for line in lines} not in ({2}, {3}) or len(some) < 3 * _LEAST:
        return 0
    rows = np.array(some, float)
    most = min(_MOST_JOINTS, len(rows) // 3)
    ways = np.array([np.median(np.linalg.norm(rows[step:] - rows[:-step], axis=1)) for step in range(1, most + 1)])
    best = int(np.argmin(ways)) + 1
    others = [way for step, way in enumerate(ways, 1) if step % best]
    return best if best >= _LEAST and len(lines) % best == 0 and ways[best - 1] < 0.3 * min(others, default=0) else 0


def _joined(file: SkeletonFile) -> SkeletonFile:
    """The file with a row a frame where it has a joint a row: behind the frame's number, or with empty lines, comments or words between frames (`numpy.savetxt` of slices); others as they are."""
    lines = [line.replace(b",", b" ").split() for line in file.data.split(b"\n")]
    if numbered := all(len(line) in (0, 4) and line[:1] < [b":"] and b"." not in b"".join(line[:1]) for line in lines):
        blocks = itertools.groupby(filter(None, lines), key=lambda line: line[0])
    else:
        blocks = itertools.groupby(lines, key=lambda line: b"".join(line[:1])[:1] in _DIGITS)
    frames = [b" ".join(word for line in block for word in line[numbered:]) for key, block in blocks if key]
    if len(frames) == 1 and (joints := _period(lines)):  # nothing stands between frames
        rows = [b" ".join(line) for line in lines if line]
        frames = [b" ".join(rows[at : at + joints]) for at in range(0, len(rows), joints)]
    sizes = {len(frame.split()) for frame in frames[:_LEAST_ROW]}
    return file.with_data(b"\n".join(frames)) if len(frames) > 1 == len(sizes) and fills_rows(sizes.pop()) else file


def _counts(columns: int) -> tuple[list[bytes], list[bytes]]:
    """All but the first of the cells that count columns, from 0 or 1, or from 0 behind a column of its own (`image_name,0,1,...`)."""
    numbers = [b"%d" % number for number in range(columns + 1)]
    return numbers[1:columns], numbers[: columns - 1]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _read_plain(file: SkeletonFile, columns: int, beside: str, options: ReadOptions) -> RawClip:
    file = file.once(_below_head)
    data, names = file.data, []
    if beside in ("label", "picture"):
        lines = [_FIRST.match(line) for line in data.splitlines() if line.strip()]
        names = [line[1].decode("utf-8", "replace")[:800] if line else "" for line in lines]
        data = b"\n".join(line[2] if line else b"" for line in lines)
    rows = parse_table(file, data, columns - bool(names))
    notes: tuple[str, ...] = ()
    if beside == "picture":
        kept, notes = _of_one_folder(file, names, options.clip)
        rows = rows[kept]
    if beside.endswith("ids"):
        ids, rows = np.split(rows, [int(beside[0])], axis=1)
        if len(np.unique(ids, axis=0)) == len(ids):
            return _of_people(file, joints_clip(file, rows, "", options), ids)
        kept, notes = _of_one_id(file, ids, options.clip)
        rows = rows[kept]
    rows = rows[:, :-1] if beside == "class" else places_in_rows(rows) if beside == "turns" else rows
    times = rows[:, 0].astype(float) if beside == "time" else None
    clip = joints_clip(file, rows if times is None else rows[:, 1:], "", options)
    label = names[0][:200] if beside == "label" and len(set(names)) == 1 else None
    fps = clip.fps if times is None else rate_of("", times)
    return replace(clip, label=label, fps=fps, notes=notes + clip.notes)


def _of_one_folder(
    file: SkeletonFile, pictures: list[str], clip: int | str | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """(rows,) numbers of the rows whose pictures lie in one folder, which is a clip, in the order of their names, and a note of more folders."""
    where = [re.split(r"[/\\]", name) for name in pictures]
    folders = list(dict.fromkeys("/".join(parts[:-1]) for parts in where))
    number = pick_clip(file, clip, len(folders), folders)
    rows = [row for row, parts in enumerate(where) if "/".join(parts[:-1]) == folders[number]]
    rows.sort(key=lambda row: natural(where[row][-1]))
    note = f"The pictures are of {len(folders)} clips: {folders[number]} was read; clip=... picks another, by its number from 0 or its name."
    return np.array(rows), (note,) if len(folders) > 1 and clip is None else ()


def _of_one_id(file: SkeletonFile, ids: np.ndarray, clip: int | str | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """(rows,) numbers of the rows of one clip, whose numbers before the joints (clip, person, class) stay the same, and a note of more clips."""
    names, clips = np.unique(ids, axis=0, return_inverse=True)
    number = pick_clip(file, clip, len(names))
    note = f"The numbers before the joints are those of {len(names)} clips: the first was read; clip=... picks another, by its number from 0."
    return np.flatnonzero(clips.reshape(-1) == number), (note,) if len(names) > 1 and clip is None else ()


def _of_people(file: SkeletonFile, clip: RawClip, ids: np.ndarray) -> RawClip:
    """The clip with a person for each of the numbers before the joints but the frame's, which is the one of most values."""
    column = int(np.argmax([len(np.unique(values)) for values in ids.T]))
    who = [" ".join(f"{value:g}" for value in row) for row in np.delete(ids, column, 1).tolist()]
    found = sort_out(file, who, ids[:, column])
    if found is None:
        return clip
    frame, person, people, frames = found
    joints = spread(clip.joints[:, 0], frame, person, frames, len(people))
    scores = (
        None
        if clip.confidence is None
        else np.nan_to_num(spread(clip.confidence[:, 0], frame, person, frames, len(people)))
    )
    return replace(
        clip, joints=joints, confidence=scores, people_names=people, notes=clip.notes + skipped(ids[:, column])
    )


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
    if (plain := _plain(file)) is not None:
        return _read_plain(file, *plain, options)
    lines = head_lines(file, 2)
    names, delimiter = _names(lines[0]) if lines else ([], ",")
    points = _wide(names)
    if points is None:
        raise file.error("columns such as x1, y1, z1, v1, x2, ...", ", ".join(names[:6]))
    file, options = one_view_of_rows(file, names, delimiter, 1, options)
    if (cells := len(names) * file.data.count(b"\n")) > MAX_CELLS:
        raise file.error(f"at most {MAX_CELLS:,} cells", f"{cells:,}; cut it into clips")
    people, label = _people(file, rows_below(file, delimiter, 1, len(names)), names, points)
    if not people:
        raise file.error("rows below the column names", "none")
    moments = list(dict.fromkeys(frame for frame, _ in people))
    when = column_of(names, FRAME)
    if when is None and column_of(names, PERSON) is not None:
        when = column_of(names, TIME)
    fps = None
    if when is not None:  # tracks may stand one after the other
        times = seconds_of(file, moments, names[when])
        moments = [moments[row] for row in np.argsort(times, kind="stable")]
        fps = rate_of(names[when], times) if column_of(names, FRAME) is None else None
    frames = {frame: number for number, frame in enumerate(moments)}
    count, size = next(iter(people.values())).shape
    check_size(file, len(people), 1, count, size)
    found = Detections(file, count, size - 1)
    for (frame, who), values in people.items():
        found.add(frames[frame], values, who or None)
    layout = options.layout or _LAYOUTS.get(count)
    camera: dict[str, Any] = {"up": "-y", "view": "z"} if count == 33 or size == 3 else {}
    return found.clip(
        len(frames), layout, options, shares=True, label=label, fps=fps, zero_is_missing=size == 3, **camera
    )


People = dict[tuple[str, str], np.ndarray]  # (frame, person) -> (points, dims + 1)


def _people(
    file: SkeletonFile, rows: Iterator[tuple[int, list[str]]], names: list[str], points: dict[int, dict[str, int]]
) -> tuple[People, str | None]:
    axes = "xyz" if all("z" in columns for columns in points.values()) else "xy"
    column = {
        what: column_of(names, choices) for what, choices in (("frame", FRAME), ("person", PERSON), ("label", _LABEL))
    }
    if column["frame"] is None and column["person"] is not None:
        column["frame"] = column_of(names, TIME)
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
