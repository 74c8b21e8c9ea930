"""Labelled points of motion capture: subjects (`Subject:LFHD`), Plug-in Gait's markers (Vicon), their layouts."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout
from ..reader import RawClip, ReadOptions, check_size
from ..rules.named_layouts import JointMap, body_rows, layout_errors, layout_from_names, marked_layout
from ..source import SkeletonFile, SkeletonFileError

# Marker -> the body point that it sits on, and the marker that it is drawn to.
_MARKERS: dict[str, tuple[str | None, str | None]] = {
    "CLAV": ("neck_base", "STRN"), "STRN": ("spine_upper", "T10"), "C7": ("neck", "CLAV"), "T10": ("spine_middle", "SACR"),
    "RBAK": (None, "C7"), "SACR": ("pelvis", None),
}  # fmt: skip
_SIDE_MARKERS = {
    "FHD": ("eye", "C7"), "BHD": ("ear", "FHD"), "SHO": ("shoulder", "C7"), "UPA": (None, "SHO"), "ELB": ("elbow", "SHO"),
    "FRM": (None, "ELB"), "WRA": ("wrist", "ELB"), "WRB": (None, "WRA"), "FIN": ("hand", "WRA"), "PSI": (None, "ASI"),
    "ASI": ("hip", "SACR"), "THI": (None, "ASI"), "KNE": ("knee", "ASI"), "TIB": (None, "KNE"), "ANK": ("ankle", "KNE"),
    "HEE": ("heel", "ANK"), "TOE": ("toe", "ANK"),
}  # fmt: skip
for _side, _word in (("L", "left"), ("R", "right")):
    for _marker, (_point, _to) in _SIDE_MARKERS.items():
        _MARKERS[_side + _marker] = (_point and f"{_word}_{_point}", _to if _to in ("C7", "SACR") else f"{_side}{_to}")
# Drawn to instead where that marker was not used.
_FALLBACK = {"SACR": "LPSI", "T10": "STRN", "C7": "CLAV", "STRN": "CLAV"}

_SHARE = 0.5  # of the first subject's points that another subject needs to be a body of the same kind


def labelled_clip(
    file: SkeletonFile, prefix: str, labels: list[str], points: np.ndarray, options: ReadOptions, **fields: Any
) -> RawClip:
    """A clip from labelled points: one person per subject (the label's part before the last colon).

    Args:
        prefix: begins the name of a layout that is made of the labels.
        labels: one per point; unlabelled ones (empty, `*12`, `Unlabeled`) are left out.
        points: (frames, points, 3) float, NaN where nothing was seen.
        fields: further fields of the RawClip.

    Raises:
        SkeletonFileError: labels that name no body and no `layout=`.
    """
    subjects = _subjects(labels)
    if options.layout is not None:
        return RawClip(_by_layout(labels, points, subjects, options.layout), None, **fields)
    chosen: tuple[tuple[str, ...], SkeletonLayout] | None = None
    people: dict[str, dict[str, int]] = {}
    for subject, columns in sorted(subjects.items(), key=lambda item: -len(item[1])):
        if chosen is None:
            found = label_layout(file, prefix, tuple(columns), options.joint_map)
            if found is not None:
                chosen, people[subject] = (tuple(list(columns)[row] for row in found[0]), found[1]), columns
        elif sum(name in columns for name in chosen[0]) >= _SHARE * len(chosen[0]):
            people[subject] = columns
    if chosen is None:
        largest = max(subjects.values(), key=len, default={})
        raise no_layout(file, [labels[row] for row in largest.values()])
    names, layout = chosen
    check_size(file, len(points), len(people), len(names))
    joints = np.full((len(points), len(people), len(names), 3), np.nan, np.float32)
    people = {subject: people[subject] for subject in subjects if subject in people}  # the file's order
    for person, columns in enumerate(people.values()):
        for joint, name in enumerate(names):
            if name in columns:
                joints[:, person, joint] = points[:, columns[name]]
    notes = list(fields.pop("notes", ()))
    left_out = [subject for subject in subjects if subject not in people and subject]
    if left_out:
        notes.append(f"Left out, no bodies of the same kind: {', '.join(left_out[:6])}.")
    if extra := [name for name in next(iter(people.values())) if name not in names]:
        notes.append(f"Points that are no part of the layout were left out: {', '.join(extra[:8])}.")
    who = tuple(subject or f"person {number}" for number, subject in enumerate(people, 1))
    return RawClip(joints, layout, people_names=who, notes=tuple(notes), **fields)


def _subjects(labels: list[str]) -> dict[str, dict[str, int]]:
    """Subject -> point's name -> its number; a name that repeats counts once."""
    subjects: dict[str, dict[str, int]] = {}
    for number, label in enumerate(labels):
        subject, _, name = label.strip().strip('"').rpartition(":")
        name = name.strip()
        if name and not name.startswith("*") and not name.lower().startswith(("unlabeled", "unlabelled")):
            subjects.setdefault(subject.strip(), {}).setdefault(name, number)
    alone = {name: number for columns in subjects.values() for name, number in columns.items()}
    if len(alone) == len(subjects) and all(len(columns) == 1 for columns in subjects.values()):
        return {"": alone}  # Vicon Tracker: each point is a subject (`knee:knee`)
    return subjects


def label_layout(
    file: SkeletonFile, prefix: str, names: tuple[str, ...], joint_map: JointMap
) -> tuple[list[int], SkeletonLayout] | None:
    """(which labels are used, their layout): Plug-in Gait's markers, else the labels that name parts of a body."""
    if not joint_map and (markers := marker_layout(names)) is not None:
        return markers
    rows, _ = body_rows(names, None, joint_map)
    with layout_errors(file, "labels"):
        layout = layout_from_names(prefix, tuple(names[row] for row in rows), joint_map)
    return None if layout is None else (rows, layout)


def no_layout(file: SkeletonFile, labels: Sequence[str]) -> SkeletonFileError:
    """The error for labels that name no body."""
    expected = "Plug-in Gait markers, labels that name body parts, or layout=..."
    return file.error(expected, ", ".join(labels[:8]) or "no labels")


def _by_layout(
    labels: list[str], points: np.ndarray, subjects: dict[str, dict[str, int]], layout: SkeletonLayout
) -> np.ndarray:
    """(frames, people, joints, 3): the points that the layout's joints name, else all in the file's order."""
    bodies = [columns for columns in subjects.values() if all(joint in columns for joint in layout.joints)]
    if not bodies:
        return points[:, None]
    return np.stack([points[:, [columns[joint] for joint in layout.joints]] for columns in bodies], axis=1)


def marker_layout(names: tuple[str, ...]) -> tuple[list[int], SkeletonLayout] | None:
    """(which of the names are Plug-in Gait markers, their layout), or None where too few are."""
    rows = [row for row, name in enumerate(names) if name in _MARKERS and names.index(name) == row]
    return (rows, _marker_layout(tuple(names[row] for row in rows))) if len(rows) >= 10 else None


@functools.lru_cache(maxsize=64)
def _marker_layout(markers: tuple[str, ...]) -> SkeletonLayout:
    bones, number = [], {marker: row for row, marker in enumerate(markers)}
    for marker, row in number.items():
        to = _MARKERS[marker][1]
        tried = {marker}
        while to is not None and to not in number and to not in tried:
            tried.add(to)
            to = _FALLBACK.get(to) or _MARKERS[to][1]
        if to in number and to != marker and (number[to], row) not in bones and (row, number[to]) not in bones:
            bones.append((number[to], row))
    if "RPSI" in number and "LPSI" in number:
        bones.append((number["LPSI"], number["RPSI"]))
    pairs = tuple((number["L" + m], number["R" + m]) for m in _SIDE_MARKERS if "L" + m in number and "R" + m in number)
    points = tuple(_MARKERS[marker][0] for marker in markers)
    return marked_layout("markers", markers, tuple(bones), points, repr(markers), pairs)
