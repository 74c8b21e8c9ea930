"""CSV with named columns.

Wide: one row a frame, three (or two) columns a joint: `nose_x, nose_y, nose_z`, also `nose.X`, `x_nose`, `nose/pos/x`,
with `nose_visibility` (or confidence, score, likelihood) where it has one; joints and axes in two header rows, DeepLabCut's three too.
Turns and speeds (`hip_rotation_x`, `hip_vel_x`) are no places; several people side by side begin with their names (`p1_nose_x`).
The same table may be JSON (`json_table`).
Long: one row a joint, with columns for the frame, the joint's name, x, y, (z), and where it has them the person and a score.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..arrays.number_rows import refuse_turns
from ..numbers import parse_cells
from ..objects.json_text import LABEL
from ..reader import RawClip, Reader, ReadOptions, check_size, pick_clip
from ..rules.sensors import sensor_axes
from ..source import SkeletonFile, natural
from ..views import body_rows_alone, one_view_of_bodies, one_view_of_rows
from . import index_columns as index
from .clocks import seconds_of
from .column_names import (
    axes_by_letters,
    coordinate,
    left_joints,
    numbered_copies,
    one_version,
    people_first,
    scored_joint,
    to_metres,
)
from .delimited import cell_numbers, csv_rows, rows_below, without_formulas, without_thousands
from .json_table import as_table, begins_with_row, may_be_table
from .layouts_of_tables import layout_of_names
from .long_table import long_columns, read_long
from .melted import is_melted, unmelted
from .named_rows import table_of_named_rows
from .ros_transforms import with_joints
from .table_header import Header, find_header, is_number, with_plain_names, with_tabs
from .tracking_states import state_columns, state_scores
from .transform_columns import with_places
from .transposed import upright_table
from .vector_cells import with_axes
from .whole_rows import whole_rows

MAX_TEXT_CELLS = 3_000_000  # likewise the cells of a table with texts among its columns
MAX_LINE = 1 << 20
_CROWD = 12  # people side by side
_MOMENT = re.compile("(f|fr|frame|t|time|step)[ _-]?[0-9]{1,4}", re.IGNORECASE)
_JSON_LEAST = 5  # joints with an x and a y among the keys of JSON that is a table


def _detect(file: SkeletonFile) -> float:
    if keys := may_be_table(file):  # JSON
        long = begins_with_row(file) and (long_columns(keys) or is_melted(keys))
        return 0.85 if long or len(_wide_columns(tuple(keys))[0]) >= _JSON_LEAST else 0.0
    return 0.85 if file.once(_header) else 0.0


def _one_row_a_frame(file: SkeletonFile) -> SkeletonFile:
    """The table with plain names, a row a frame, a column a coordinate, however it was laid out."""
    return with_axes(
        unmelted(
            upright_table(table_of_named_rows(with_places(with_plain_names(with_joints(file.once(without_formulas))))))
        )
    )


def _header(file: SkeletonFile) -> Header | None:
    return find_header(
        _one_row_a_frame(file),
        lambda names: bool(long_columns(names)) or len(_wide_columns(tuple(names))[0]) >= 2,
    )


@functools.lru_cache(maxsize=4)  # detection and reading ask for the same names, which stand in a file's head
def _wide_columns(names: tuple[str, ...]) -> tuple[dict[str, dict[str, int]], dict[str, int], str | None]:
    """Joint -> axis -> column, in order of appearance; joint -> column of its score; the unit that all columns name.

    Places that say to be in space count where as many joints have them, else plain ones, else those in a picture; turns and speeds never.
    """
    if "01-X-x" in names:  # Perception Neuron's .calc counts its bones
        return {}, {}, None
    found: dict[str, dict[str, dict[str, int]]] = {"space": {}, "place": {}, "picture": {}, "other": {}}
    scores: dict[str, int] = {}
    units: dict[str, set[str | None]] = {kind: set() for kind in found}
    copies = numbered_copies(people_first(one_version(axes_by_letters(names))[0]))
    lefts = left_joints(copies)
    for column, name in enumerate(copies):
        if parsed := coordinate(name, lefts):
            found[parsed.kind].setdefault(parsed.joint, {}).setdefault(parsed.axis, column)
            units[parsed.kind].add(parsed.unit)
        elif scored := scored_joint(name):
            scores.setdefault(scored, column)
    turns = {name[:-1].lower() for name in names if name[-1:] in ("w", "W")}
    for kind, joints in found.items():  # x, y, z with a w are quaternions, where others have none
        turned = {joint for joint, axes in joints.items() if any(names[at][-1:] in "xyzXYZ" and names[at][:-1].lower() in turns for at in axes.values())}  # fmt: skip
        places = {joint: axes for joint, axes in joints.items() if joint not in turned}
        found[kind] = places if len(places) >= _JSON_LEAST else joints
    if len(found["space"]) < len(found["place"]):  # the root alone may say it
        together = found["space"] | found["place"]
        found["place"] = dict(sorted(together.items(), key=lambda item: min(item[1].values())))
        units["place"] |= units["space"]
        found["space"] = {}
    for kind in ("space", "place", "picture"):
        joints = {joint: axes for joint, axes in found[kind].items() if {"x", "y"} <= set(axes)}
        if joints:
            return joints, scores, units[kind].pop() if len(units[kind]) == 1 else None
    return {}, scores, None


def _turns(names: Sequence[str], joints: dict[str, dict[str, int]]) -> list[list[int]]:
    """The columns x, y, z and w of each joint, which may be quaternions; nothing where a joint has no w."""
    columns = {name.lower(): column for column, name in enumerate(names)}
    found = []
    for axes in joints.values():
        last = columns.get(names[axes["x"]][:-1].lower() + "w") if names[axes["x"]][-1:] in "xX" else None
        if last is None or "z" not in axes:
            return []
        found.append([axes["x"], axes["y"], axes["z"], last])
    return found


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    file = as_table(file) if may_be_table(file) else file
    header = file.once(_header)
    if header is None:
        expected = "a line of column names such as nose_x, nose_y, nose_z"
        raise file.error(expected, file.head_text[:60].split("\n")[0], position="line 1")
    file, header = with_tabs(_one_row_a_frame(file), header)
    file, mended = whole_rows(file, header)
    names = header.names
    file = without_thousands(file, header.delimiter)
    file, options = one_view_of_rows(file, names, header.delimiter, header.lines, options)
    if columns := long_columns(names):
        file, left_out = body_rows_alone(file, names, header.delimiter, header.lines)
        clip = read_long(file, columns, header, options, names[columns["time"]] if "time" in columns else "")
        return replace(clip, notes=mended + left_out + clip.notes)
    joints, scores, unit = _wide_columns(tuple(names))
    person, time, frame = (index.column_of(names, known) for known in (index.PERSON, index.TIME, index.FRAME))
    states, split = state_columns(names, joints), index.split_seconds(names)
    time = time if split is None else split[0]
    turns = _turns(names, joints)
    used = sorted({column for axes in joints.values() for column in axes.values()}.union(scores.values(), *turns))
    labelled, rated = index.column_of(names, LABEL), index.column_of(names, index.RATE_KEYS)
    used = [column for column in used if column not in (person, time, frame)]
    values, texts = _table(file, header, used, (person, time, frame, labelled, rated, *(split or ()), *states.values()))
    if (factors := to_metres(names, used)) is not None:
        values, unit = values * np.array(factors, np.float32), "metres"
    labels = set() if labelled is None else set(texts[labelled])
    times, numbers = (None if at is None else index.moments_of(file, texts[at], names[at]) for at in (time, frame))
    if split is not None and times is not None:
        times = times + 1e-9 * seconds_of(file, texts[split[1]], names[split[1]])
    when = times if numbers is None else numbers
    at = {column: row for row, column in enumerate(used)}
    if turns:
        refuse_turns(file, values[:, [[at[column] for column in four] for four in turns]], "columns x, y, z, w")
    bodies = index.subjects(tuple(joints)) or {"": {joint: joint for joint in joints}}
    bodies = one_view_of_bodies(file, bodies, options)
    first = next(iter(bodies.values()))
    dims = 3 if all("z" in axes for axes in joints.values()) else 2
    layout, rows, notes = layout_of_names(file, tuple(first), options)
    notes = mended + notes
    notes += one_version(tuple(names))[1:] if one_version(tuple(names))[1] else ()
    parts = np.array(list(first), dtype=object)[rows]
    check_size(file, len(values), len(bodies), len(parts), dims)
    columns = [[joints[body[part]] for part in parts] for body in bodies.values()]
    positions = values[:, np.array([[[at[axes[axis]] for axis in "xyz"[:dims]] for axes in body] for body in columns])]
    sure = {joint: values[:, at[column]] for joint, column in scores.items()}
    sure |= dict(zip(states, state_scores([texts[column] for column in states.values()]), strict=True))
    confidence = _confidence(sure, [[body[part] for part in parts] for body in bodies.values()], len(values))
    if (kept := index.doubled(positions, when, numbers is not None) if person is None else None) is not None:
        positions, when = positions[kept], when[kept]
        times, numbers = (None if moments is None else moments[kept] for moments in (times, numbers))
        confidence = None if confidence is None else confidence[kept]
        notes += (f"{int((~kept).sum())} rows say the same as others of their frame: left out.",)
    # without an id rows of one frame are people, whose order means nothing
    person = None if person is not None and len(set(texts[person])) == 1 else person  # of trackers that know nobody
    who = texts[person] if person is not None else index.numbered_per_frame(numbers)
    if not who and len(bodies) == 1 and numbers is None:
        who = index.numbered_per_time(times, positions)
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
    clip = RawClip(
        positions, layout, confidence=confidence, people_names=people, notes=notes, zero_is_missing=dims == 2,
        fps=(header.fps or index.stated_rate(texts.get(rated, ()))) if times is None else index.rate_of(names[time], times, sorted_out is None), units=unit or (None if dims == 3 else "pixels"),
        label=label if len(labels) == 1 and (label := labels.pop()) and not is_number(label) else None,
        relink=person is None and sorted_out is not None, **sensor_axes(list(parts), positions),
    )  # fmt: skip
    return _clip_of_row(file, clip, texts.get(labelled), options) if all(map(_MOMENT.fullmatch, people)) else clip


def _clip_of_row(file: SkeletonFile, clip: RawClip, labels: Sequence[str] | None, options: ReadOptions) -> RawClip:
    """The clip that one row holds (`f0_nose_x`, `f1_nose_x`, ...), the first or that of `clip=`; a clip without people's names as it is."""
    if len(clip.people_names) <= _CROWD:
        return clip
    number, order = pick_clip(file, options.clip, len(clip.joints)), sorted(range(len(clip.people_names)), key=lambda at: natural(clip.people_names[at]))  # fmt: skip
    note = (
        f"Each row is a clip of {len(order)} frames: the first of {len(clip.joints)} was read; clip=... picks another"
    )
    return replace(
        clip, joints=clip.joints[number][order][:, None], people_names=(), label=labels[number] if labels else None,
        confidence=None if clip.confidence is None else clip.confidence[number][order][:, None],
        notes=clip.notes + ((f"{note}.",) if options.clip is None else ()),
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
    numbers = set(used)
    flags = any(cell.strip().lower() in ("true", "false") for cell in first)
    if flags or any(not is_number(cell) for column, cell in enumerate(first) if column not in numbers):
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


READER = Reader(
    "csv", "CSV with named columns, wide or long",
    "a first line of column names: nose_x, nose_y, nose_z, ... or frame, joint, x, y, z",
    _detect, _read, (".csv", ".tsv", ".txt"),
)  # fmt: skip
