"""Long tables: one row a joint, with columns for the frame, the joint's name, x, y, (z), and where they have them the person and a score or state."""

from __future__ import annotations

import math
import re

import numpy as np

from ..estimators.detections import Detections
from ..reader import RawClip, ReadOptions, check_size
from ..rules.sensors import sensor_axes
from ..source import SkeletonFile, natural
from . import index_columns as index
from .clocks import seconds_of
from .column_names import Column, coordinate, scored_joint
from .delimited import cell_number, csv_rows
from .layouts_of_tables import counted_names, layout_of_names
from .table_header import SCORES, Header
from .tracking_states import STATE_WORDS, state_scores

MAX_LONG_ROWS = 300_000  # rows of a long table are taken one by one: 33 joints for five minutes
_JOINT = (
    "joint", "joint_name", "jointname", "joint name", "landmark", "landmark_name", "keypoint", "keypoint_name", "name", "bodypart", "body_part",
    "marker", "point", "model", "bone", "bone_name", "humanbodybone", "segment", "joint_type", "jointtype", "joint_id", "jointid", "joint_index", "joint_idx",
    "landmark_id", "landmark_index", "landmark_idx", "keypoint_id", "keypoint_index", "keypoint_idx", "part", "point_id", "point_index", "point_idx",
    "kp", "kp_id", "kp_name", "kpt_id", "kpt_name", "lm_id", "gelenk", "articulation", "articulación", "articulacion", "articolazione", "giunto", "articulação", "gewricht", "сустав", "关节", "关节名", "关节名称", "关节点", "関節", "関節名", "관절", "관절명",
)  # fmt: skip
_MOST_OTHERS = 8  # points of a row beside the joint
_LABELS = ("label", "keypoint_label", "class_name")  # of joints, beside plain x and y
_PICTURE = ("image", "image_name", "image_id", "filename", "file_name", "file", "picture")
_AXIS = re.compile("c?(?P<axis>[xyz])([ _.-]?(coord|[ck]oordinate|pos|position|loc|location|wert|坐标|座標|좌표))?")
_OF_JOINT = {
    "",
    "joint",
    "joint_head",
    "joint_start",
    *(f"joint_{name}" for name in _JOINT),
}  # Blender's bones: the joint is where they begin


def long_columns(names: list[str]) -> dict[str, int]:
    """What -> column of a long table; empty where it is none. Without a frame's number a joint that comes again begins the next frame."""
    known = {"frame": index.FRAME + index.TIME + _PICTURE, "joint": _JOINT, "person": index.PERSON}
    known |= {"time": index.TIME, "score": SCORES}
    columns = {what: index.column_of(names, choices) for what, choices in known.items()}
    found = {what: column for what, column in columns.items() if column is not None}
    if {"x", "y", "z", "w"} <= set(map(str.lower, names)):
        return {}  # quaternions
    points_alone = {name.lower() for name in names} <= {"id", "x", "y", "z", *SCORES, "presence"}
    if points_alone and "joint" not in found and "person" in found:
        found["joint"] = found.pop("person")
    if (
        "joint" not in found
        and {"x", "y"} <= set(map(str.lower, names))
        and (label := index.column_of(names, _LABELS)) is not None
    ):
        found["joint"] = label
    if "joint" not in found:
        return {}
    others = set()
    for column, name in enumerate(names):
        alone = _AXIS.fullmatch(name.lower())
        parsed = Column("", alone["axis"]) if alone else coordinate(f"joint_{name}")
        if parsed and parsed.joint.lower() not in _OF_JOINT:
            others.add(parsed.joint)
        elif parsed and parsed.kind in ("place", "space"):
            found.setdefault(parsed.axis, column)
    if len(others) > _MOST_OTHERS:
        return {}  # a wide table: its column is a label
    scores = (column for column, name in enumerate(names) if (scored_joint(name) or "").lower() in _JOINT)
    if "score" not in found and (score := next(scores, None)) is not None:
        found["score"] = score
    if (state := index.column_of(names, STATE_WORDS)) is not None:
        found["score"] = found["state"] = state
    return found if {"x", "y"} <= set(found) else {}


def _numbers_of_texts(file: SkeletonFile, header: Header, columns: dict[str, int]) -> dict[int, dict[str, str]]:
    """Column -> its texts -> numbers as text: of dates and times of the clock the seconds since the first, of states how sure they are."""
    found = {}
    for what in ("frame", "time", "state"):
        if (column := columns.get(what)) is None:
            continue
        rows = (row for line, row in enumerate(csv_rows(file, header.delimiter), 1) if line > header.lines)
        cells = list(dict.fromkeys(row[column] for row in rows if len(row) > column))
        if what == "state":
            numbers = state_scores([cells])[0]
        elif cells and ":" in cells[0]:
            numbers = seconds_of(file, cells, header.names[column])
        elif cells and what == "frame" and index.column_of(header.names, _PICTURE) == column:
            cells = sorted(cells, key=natural)
            numbers = np.arange(len(cells), dtype=float)
        else:
            continue
        found[column] = {cell: repr(float(number)) for cell, number in zip(cells, numbers, strict=True)}
    return found


def read_long(file: SkeletonFile, columns: dict[str, int], header: Header, options: ReadOptions, time: str) -> RawClip:
    if file.data.count(b"\n") > MAX_LONG_ROWS:
        raise file.error(f"at most {MAX_LONG_ROWS:,} rows", f"{file.data.count(bytes([10])):,}")
    axes = [axis for axis in "xyz" if axis in columns]
    joints: dict[str, int] = {}
    people: dict[tuple[float, str], dict[str, list[float]]] = {}
    times: dict[float, float] = {}
    counted = 0.0
    width = max(columns.values())
    texts = _numbers_of_texts(file, header, columns)
    for line, row in enumerate(csv_rows(file, header.delimiter), 1):
        if line <= header.lines or not row:
            continue
        if len(row) <= width:
            raise file.error(f"at least {width + 1} values", str(len(row)), position=f"line {line}")
        for column, numbers in texts.items():
            row[column] = numbers[row[column]]
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
    by_number = sorted(joints, key=lambda name: (len(name), name))
    if counted_names(tuple(by_number)):
        joints = {name: row for row, name in enumerate(by_number)}
    layout, rows, remarks = layout_of_names(file, tuple(joints), options)
    bodies = Detections(file, len(joints), len(axes))
    check_size(file, len(frames), 1, len(joints), len(axes) + 1)
    check_size(file, len(people), 1, len(joints), len(axes) + 1)
    for (frame, who), body in people.items():
        places = np.zeros((len(joints), len(axes) + 1), np.float32)
        places[:, :-1] = np.nan
        for joint, place in body.items():
            places[joints[joint]] = place
        bodies.add(frames[frame], places, who or None)
    positions, confidence, relink, names, notes = bodies.build(len(frames))
    flat = len(axes) == 2
    return RawClip(
        positions[:, :, rows], layout, confidence=confidence[:, :, rows], units="pixels" if flat else None, relink=relink,
        people_names=names, notes=notes + remarks + index.skipped(np.array(list(frames))), zero_is_missing=flat,
        fps=index.rate_of(time, np.array(list(times.values()))) if times else header.fps,
        **sensor_axes([list(joints)[row] for row in rows], positions[:, :, rows]),
    )  # fmt: skip
