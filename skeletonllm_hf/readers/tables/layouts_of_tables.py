"""Layouts for the joints that a table's columns or rows name."""

from __future__ import annotations

import re

from ...model.layouts import SkeletonLayout
from ..mocap.labelled_points import marker_layout
from ..reader import ReadOptions, check_names
from ..rules.named_layouts import body_rows, layout_errors, layout_from_names, left_out_note
from ..source import SkeletonFile
from ..views import BODY_PARTS, OTHER_PARTS


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
