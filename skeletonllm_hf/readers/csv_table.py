"""CSV with named columns.

Wide: one row a frame, three (or two) columns a joint: `nose_x, nose_y, nose_z`, also `nose.X`, `x_nose`, `nose/pos/x`,
with `nose_visibility` (or confidence, score, likelihood) where it has one; joints and axes in two header rows, DeepLabCut's three too.
Turns and speeds (`hip_rotation_x`, `hip_vel_x`) are no places; several people side by side begin with their names (`p1_nose_x`).
The same table may be JSON (`json_table`).
Long: one row a joint, with columns for the frame, the joint's name, x, y, (z), and where it has them the person and a score.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..model.layouts import SkeletonLayout
from . import index_columns as index
from .column_names import (
    Column,
    axes_by_letters,
    coordinate,
    left_joints,
    numbered_copies,
    one_version,
    people_first,
    scored_joint,
)
from .delimited import cell_number, cell_numbers, csv_rows, rows_below, without_thousands
from .detections import Detections
from .json_table import as_table, begins_with_row, may_be_table
from .json_text import LABEL
from .labelled_points import marker_layout
from .melted import is_melted, unmelted
from .named_layouts import body_rows, layout_errors, layout_from_names, left_out_note
from .numbers import parse_cells
from .reader import RawClip, Reader, ReadOptions, check_names, check_size
from .sensors import sensor_axes
from .source import SkeletonFile
from .table_header import SCORES, Header, find_header, is_number, with_plain_names, with_tabs
from .tracking_states import state_columns, state_scores
from .vector_cells import with_axes
from .views import BODY_PARTS, OTHER_PARTS, body_rows_alone, one_view_of_bodies, one_view_of_rows

MAX_LONG_ROWS = 300_000  # rows of a long table are taken one by one: 33 joints for five minutes
MAX_TEXT_CELLS = 3_000_000  # likewise the cells of a table with texts among its columns
MAX_LINE = 1 << 20
_JSON_LEAST = 5  # joints with an x and a y among the keys of JSON that is a table
_JOINT = (
    "joint", "joint_name", "jointname", "joint name", "landmark", "landmark_name", "keypoint", "keypoint_name", "name", "bodypart", "body_part",
    "marker", "point", "model", "bone", "bone_name", "segment", "joint_type", "jointtype", "joint_id", "jointid", "joint_index", "joint_idx",
    "landmark_id", "landmark_index", "landmark_idx", "keypoint_id", "keypoint_index", "keypoint_idx", "part", "point_id", "point_index", "point_idx",
    "kp", "kp_id", "kp_name", "kpt_id", "kpt_name", "lm_id", "gelenk", "articulation", "articulación", "关节", "関節",
)  # fmt: skip
_AXIS = re.compile("c?(?P<axis>[xyz])([ _.]?(coord|coordinate|pos|position|loc|location))?")
_OF_JOINT = {
    "",
    "joint",
    "joint_head",
    "joint_start",
    *(f"joint_{name}" for name in _JOINT),
}  # Blender's bones: the joint is where they begin


def _detect(file: SkeletonFile) -> float:
    if keys := may_be_table(file):  # JSON
        long = begins_with_row(file) and (_long_columns(keys) or is_melted(keys))
        return 0.85 if long or len(_wide_columns(tuple(keys))[0]) >= _JSON_LEAST else 0.0
    return 0.85 if file.once(_header) else 0.0


def _header(file: SkeletonFile) -> Header | None:
    return find_header(
        with_axes(unmelted(with_plain_names(file))),
        lambda names: bool(_long_columns(names)) or len(_wide_columns(tuple(names))[0]) >= 2,
    )


@functools.lru_cache(maxsize=4)  # detection and reading ask for the same names, which stand in a file's head
def _wide_columns(names: tuple[str, ...]) -> tuple[dict[str, dict[str, int]], dict[str, int], str | None]:
    """Joint -> axis -> column, in order of appearance; joint -> column of its score; the unit that all columns name.

    Places in space count where there are any, else places in a picture; turns and speeds never.
    """
    if "01-X-x" in names:  # Perception Neuron's .calc counts its bones
        return {}, {}, None
    found: dict[str, dict[str, dict[str, int]]] = {"place": {}, "picture": {}, "other": {}}
    scores: dict[str, int] = {}
    units: dict[str, set[str | None]] = {"place": set(), "picture": set(), "other": set()}
    copies = numbered_copies(people_first(one_version(axes_by_letters(names))[0]))
    lefts = left_joints(copies)
    for column, name in enumerate(copies):
        if parsed := coordinate(name, lefts):
            found[parsed.kind].setdefault(parsed.joint, {}).setdefault(parsed.axis, column)
            units[parsed.kind].add(parsed.unit)
        elif scored := scored_joint(name):
            scores.setdefault(scored, column)
    for kind in ("place", "picture"):
        joints = {joint: axes for joint, axes in found[kind].items() if {"x", "y"} <= set(axes)}
        if joints:
            return joints, scores, units[kind].pop() if len(units[kind]) == 1 else None
    return {}, scores, None


def _long_columns(names: list[str]) -> dict[str, int]:
    """What -> column of a long table; empty where it is none. Without a frame's number a joint that comes again begins the next frame."""
    known = {"frame": index.FRAME + index.TIME, "joint": _JOINT, "person": index.PERSON}
    known |= {"time": index.TIME, "score": SCORES}
    columns = {what: index.column_of(names, choices) for what, choices in known.items()}
    found = {what: column for what, column in columns.items() if column is not None}
    points_alone = {name.lower() for name in names} <= {"id", "x", "y", "z", *SCORES, "presence"}
    if points_alone and "joint" not in found and "person" in found:
        found["joint"] = found.pop("person")
    if "joint" not in found:
        return {}
    for column, name in enumerate(names):
        alone = _AXIS.fullmatch(name.lower())
        parsed = Column("", alone["axis"]) if alone else coordinate(f"joint_{name}")
        if parsed and parsed.joint.lower() in _OF_JOINT and parsed.kind == "place":
            found.setdefault(parsed.axis, column)
    scores = (column for column, name in enumerate(names) if (scored_joint(name) or "").lower() in _JOINT)
    if "score" not in found and (score := next(scores, None)) is not None:
        found["score"] = score
    return found if {"x", "y"} <= set(found) else {}


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    file = as_table(file) if may_be_table(file) else file
    header = file.once(_header)
    if header is None:
        expected = "a line of column names such as nose_x, nose_y, nose_z"
        raise file.error(expected, file.head_text[:60].split("\n")[0], position="line 1")
    file, header = with_tabs(with_axes(unmelted(with_plain_names(file))), header)
    names = header.names
    file = without_thousands(file, header.delimiter)
    file, options = one_view_of_rows(file, names, header.delimiter, header.lines, options)
    if columns := _long_columns(names):
        file, left_out = body_rows_alone(file, names, header.delimiter, header.lines)
        clip = _read_long(file, columns, header, options, names[columns["time"]] if "time" in columns else "")
        return replace(clip, notes=left_out + clip.notes)
    joints, scores, unit = _wide_columns(tuple(names))
    person, time, frame = (index.column_of(names, known) for known in (index.PERSON, index.TIME, index.FRAME))
    states, split = state_columns(names, joints), index.split_seconds(names)
    time = time if split is None else split[0]
    used = sorted({column for axes in joints.values() for column in axes.values()} | set(scores.values()))
    labelled = index.column_of(names, LABEL)
    used = [column for column in used if column not in (person, time, frame)]
    values, texts = _table(file, header, used, (person, time, frame, labelled, *(split or ()), *states.values()))
    labels = set() if labelled is None else set(texts[labelled])
    timed = [column for column in (time, frame) if column is not None]
    seconds = {column: index.moments_of(file, texts[column], names[column]) for column in timed}
    if split is not None:
        seconds[split[0]] = seconds[split[0]] + 1e-9 * index.seconds_of(file, texts[split[1]], names[split[1]])
    times, numbers = seconds.get(time), seconds.get(frame)
    when = times if numbers is None else numbers
    at = {column: row for row, column in enumerate(used)}
    bodies = index.subjects(tuple(joints)) or {"": {joint: joint for joint in joints}}
    bodies = one_view_of_bodies(file, bodies, options)
    first = next(iter(bodies.values()))
    dims = 3 if all("z" in axes for axes in joints.values()) else 2
    layout, rows, notes = layout_of_names(file, tuple(first), options)
    notes += one_version(tuple(names))[1:] if one_version(tuple(names))[1] else ()
    parts = np.array(list(first), dtype=object)[rows]
    check_size(file, len(values), len(bodies), len(parts), dims)
    columns = [[joints[body[part]] for part in parts] for body in bodies.values()]
    positions = values[:, np.array([[[at[axes[axis]] for axis in "xyz"[:dims]] for axes in body] for body in columns])]
    sure = {joint: values[:, at[column]] for joint, column in scores.items()}
    sure |= dict(zip(states, state_scores([texts[column] for column in states.values()]), strict=True))
    confidence = _confidence(sure, [[body[part] for part in parts] for body in bodies.values()], len(values))
    if (kept := index.doubled(positions, numbers) if person is None else None) is not None:
        positions, when, numbers = positions[kept], when[kept], numbers[kept]
        times = None if times is None else times[kept]
        confidence = None if confidence is None else confidence[kept]
        notes += (f"{int((~kept).sum())} rows say the same as others of their frame: left out.",)
    # without an id rows of one frame are people, whose order means nothing
    who = texts[person] if person is not None else index.numbered_per_frame(numbers)
    sorted_out = index.sort_out(file, who, when) if who and len(bodies) == 1 else None
    people = tuple(bodies) if len(bodies) > 1 else ()
    if sorted_out is not None:
        *where, people, frames = sorted_out
        check_size(file, frames, len(people), len(parts), dims + 1)
        positions = index.spread(positions[:, 0], *where, frames, len(people))
        if confidence is not None:
            confidence = np.nan_to_num(index.spread(confidence[:, 0], *where, frames, len(people)))
    elif (kept := index.in_parts(file, when, numbers is not None, options.clip)) is not None:
        rows_kept, more = kept
        positions, notes = positions[rows_kept], notes + more
        times = None if times is None else times[rows_kept]
        confidence = None if confidence is None else confidence[rows_kept]
    notes += index.skipped(times if numbers is None else numbers)
    return RawClip(
        positions, layout, confidence=confidence, people_names=people, notes=notes, zero_is_missing=dims == 2,
        fps=header.fps if times is None else index.rate_of(names[time], times), units=unit or (None if dims == 3 else "pixels"),
        label=label if len(labels) == 1 and (label := labels.pop()) and not is_number(label) else None,
        relink=person is None and sorted_out is not None, **sensor_axes(list(parts), positions),
    )  # fmt: skip


def _confidence(sure: dict[str, np.ndarray], bodies: list[list[str]], rows: int) -> np.ndarray | None:
    """(rows, people, joints) in [0, 1] from the scores that some joints have; None where none has."""
    if not sure:
        return None
    ones = np.ones(rows, np.float32)
    scores = np.array([[sure.get(joint, ones) for joint in body] for body in bodies])
    return np.nan_to_num(scores.transpose(2, 0, 1), posinf=0, neginf=0).clip(0, 1)


def _table(
    file: SkeletonFile, header: Header, used: list[int], texts: Sequence[int | None]
) -> tuple[np.ndarray, dict[int, list[str]]]:
    """(rows, used columns) below the header, NaN in empty cells, and the cells of some other columns as text."""
    delimiter, start = header.delimiter, 0
    for _ in range(header.lines):
        start = file.data.find(b"\n", start) + 1 or len(file.data)
    texts = tuple(dict.fromkeys(column for column in texts if column is not None))
    line_text = file.data[start : start + 4 * MAX_LINE].split(b"\n", 1)[0].decode("utf-8", "replace")
    first = next(csv_rows(file, delimiter, [line_text]), [])
    if any(not is_number(cell) for column, cell in enumerate(first) if column not in used):
        return _picked(file, header, used, texts)  # texts beside the numbers: slower
    data = file.data[start:]
    cells = _columns(data, texts, delimiter)
    check_size(file, max(data.count(b"\n"), 1))
    if b'"' in data:
        data = (_decimal_points(data) if delimiter == "," else data).replace(b'"', b"")
    if delimiter == ";":  # where the comma is the decimal point
        data = data.replace(b",", b".")
    if delimiter == "\t":
        data, delimiter = data.replace(b",", b".").replace(b"\t", b";"), ";"
    values = parse_cells(file, data, len(header.names), used, delimiter, header.lines + 1)
    if len(values) == 0:
        raise file.error("rows below the column names", "none")
    return values, cells


def _decimal_points(data: bytes) -> bytes:
    """Quoted numbers with a decimal comma (`"0,25"`) with a point; as they are where the comma may part thousands."""
    if re.search(rb"\d\.\d", data) or not re.search(rb'"[-+]?(0,\d|\d+,(\d{1,2}|\d{4,})")', data):
        return data
    return re.sub(rb'"([-+]?\d+),(\d+)"', rb"\1.\2", data)


def _columns(data: bytes, columns: tuple[int, ...], delimiter: str) -> dict[int, list[str]]:
    """Some columns' cells as text, of a table whose cells hold no delimiters."""
    if not columns:
        return {}
    mark = delimiter.encode()
    rows = [line.split(mark, max(columns) + 1) for line in data.split(b"\n") if line.strip()]
    return {
        column: [row[column].strip(b' "\r').decode("utf-8", "replace") if column < len(row) else "" for row in rows]
        for column in columns
    }


def _picked(
    file: SkeletonFile, header: Header, used: list[int], texts: tuple[int, ...]
) -> tuple[np.ndarray, dict[int, list[str]]]:
    """`_table` for tables with texts in columns that are not used."""
    columns = len(header.names)
    if (cells := columns * file.data.count(b"\n")) > MAX_TEXT_CELLS:
        expected = f"at most {MAX_TEXT_CELLS:,} cells in a table with texts"
        raise file.error(expected, f"{cells:,}; leave out the columns of texts")
    rows = []
    cells: dict[int, list[str]] = {column: [] for column in texts}
    for line, row in rows_below(file, header.delimiter, header.lines, columns):
        rows.append(cell_numbers(file, row, used, f"line {line}"))
        for column in texts:
            cells[column].append(row[column].strip())
    if not rows:
        raise file.error("rows below the column names", "none")
    return np.array(rows).astype(np.float32), cells


def layout_of_names(
    file: SkeletonFile, names: tuple[str, ...], options: ReadOptions, prefix: str = "csv"
) -> tuple[SkeletonLayout | None, list[int], tuple[str, ...]]:
    """The layout, which of the names it has, and notes; no layout where the caller gives one or names are only numbers."""
    check_names(file, names)
    rows = list(range(len(names)))
    if options.layout is not None or counted_names(names):
        return None, rows, ()
    if pose := pose_points(names):
        return None, pose, ("Points of hands and face were left out: the body alone is read.",)
    plain = tuple(re.split("[:/]", name)[-1].strip() for name in names)
    if not options.joint_map and (markers := marker_layout(plain)) is not None:
        lost = [name for row, name in enumerate(names) if row not in set(markers[0])]
        return (
            markers[1],
            markers[0],
            (f"Points that are no part of the layout were left out: {', '.join(lost[:8])}.",) if lost else (),
        )
    rows, helpers = body_rows(names, None, options.joint_map)
    with layout_errors(file, "joint names"):
        layout = layout_from_names(prefix, tuple(names[row] for row in rows), options.joint_map)
    if layout is None:
        raise file.error("joint names of a body, or layout=...", ", ".join(names[:8]))
    return layout, rows, (left_out_note(helpers),) if helpers else ()


def counted_names(names: tuple[str, ...]) -> bool:
    """Whether joints are only counted (`landmark_0`, `kp12`, `3`): their number decides on the layout."""
    plain = [name.strip().rstrip("])") for name in names]
    stems = [name.rstrip("0123456789") for name in plain]
    counts = [name[len(stem) :] for name, stem in zip(plain, stems, strict=True)]
    if len(names) < 8 or len(set(stems)) > 1 or not all(0 < len(count) < 5 for count in counts):
        return False
    numbers = [int(count) for count in counts]
    return numbers == list(range(numbers[0], numbers[0] + len(names))) and numbers[0] in (0, 1)


def pose_points(names: tuple[str, ...]) -> list[int]:
    """Numbers of the joints of the body among counted ones of hands and face, too (`pose_0`, `left_hand_0`, `face_0`); none for other names."""
    stems = [name.rstrip("0123456789").rstrip("_.- ").lower() for name in names]
    others = {stem for stem in stems if OTHER_PARTS.search(stem)}
    bodies = set(stems) - others
    if not others or len(bodies) != 1 or not bodies <= set(BODY_PARTS):
        return []
    rows = [row for row, stem in enumerate(stems) if stem in bodies]
    return rows if counted_names(tuple(names[row] for row in rows)) else []


def _seconds(file: SkeletonFile, header: Header, columns: dict[str, int]) -> dict[int, dict[str, str]]:
    """Of columns that say when by dates and times of the clock: number of the column -> its texts -> seconds since the first, as text."""
    found = {}
    for column in {columns[what] for what in ("frame", "time") if what in columns}:
        rows = (row for line, row in enumerate(csv_rows(file, header.delimiter), 1) if line > header.lines)
        cells = list(dict.fromkeys(row[column] for row in rows if len(row) > column))
        if cells and ":" in cells[0]:
            times = index.seconds_of(file, cells, header.names[column])
            found[column] = {cell: repr(float(time)) for cell, time in zip(cells, times, strict=True)}
    return found


def _read_long(file: SkeletonFile, columns: dict[str, int], header: Header, options: ReadOptions, time: str) -> RawClip:
    if file.data.count(b"\n") > MAX_LONG_ROWS:
        raise file.error(f"at most {MAX_LONG_ROWS:,} rows", f"{file.data.count(bytes([10])):,}")
    axes = [axis for axis in "xyz" if axis in columns]
    joints: dict[str, int] = {}
    people: dict[tuple[float, str], dict[str, list[float]]] = {}
    times: dict[float, float] = {}
    counted = 0.0
    width = max(columns.values())
    seconds = _seconds(file, header, columns)
    for line, row in enumerate(csv_rows(file, header.delimiter), 1):
        if line <= header.lines or not row:
            continue
        if len(row) <= width:
            raise file.error(f"at least {width + 1} values", str(len(row)), position=f"line {line}")
        for column, times_of in seconds.items():
            row[column] = times_of[row[column]]
        who = row[columns["person"]].strip()[:64] if "person" in columns else ""
        joint = row[columns["joint"]].strip()[:64]
        values = [cell_number(file, row[columns[axis]], f"line {line}, {axis}") for axis in axes]
        if "frame" in columns:
            frame = cell_number(file, row[columns["frame"]], f"line {line}, frame")
        else:
            frame = counted = counted + (joint in people.get((counted, who), ()))
        if not math.isfinite(frame):
            found = repr(row[columns["frame"]][:40])
            raise file.error("a frame's number or time", found, position=f"line {line}, frame")
        score = cell_number(file, row[columns["score"]], f"line {line}, score") if "score" in columns else 1.0
        if "time" in columns and frame not in times:
            times[frame] = cell_number(file, row[columns["time"]], f"line {line}, time")
        joints.setdefault(joint, len(joints))
        people.setdefault((frame, who), {})[joint] = [*values, score]
    frames = {frame: number for number, frame in enumerate(sorted({frame for frame, _ in people}))}
    if not frames:
        raise file.error("rows below the column names", "none")
    counted = sorted(joints, key=lambda name: (len(name), name))
    if counted_names(tuple(counted)):
        joints = {name: row for row, name in enumerate(counted)}
    layout, rows, remarks = layout_of_names(file, tuple(joints), options)
    bodies = Detections(file, len(joints), len(axes))
    check_size(file, len(frames), 1, len(joints), len(axes) + 1)
    check_size(file, len(people), 1, len(joints), len(axes) + 1)
    for (frame, who), body in people.items():
        values = np.zeros((len(joints), len(axes) + 1), np.float32)
        values[:, :-1] = np.nan
        for joint, value in body.items():
            values[joints[joint]] = value
        bodies.add(frames[frame], values, who or None)
    positions, confidence, relink, names, notes = bodies.build(len(frames))
    flat = len(axes) == 2
    return RawClip(
        positions[:, :, rows], layout, confidence=confidence[:, :, rows], units="pixels" if flat else None, relink=relink,
        people_names=names, notes=notes + remarks + index.skipped(np.array(list(frames))), zero_is_missing=flat,
        fps=index.rate_of(time, np.array(list(times.values()))) if times else header.fps,
        **sensor_axes([list(joints)[row] for row in rows], positions[:, :, rows]),
    )  # fmt: skip


READER = Reader(
    "csv", "CSV with named columns, wide or long",
    "a first line of column names: nose_x, nose_y, nose_z, ... or frame, joint, x, y, z",
    _detect, _read, (".csv", ".tsv", ".txt"),
)  # fmt: skip
