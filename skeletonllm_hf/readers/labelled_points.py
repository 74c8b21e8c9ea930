"""Points of motion capture tables, known by labels such as `Subject:LFHD`: who they belong to and which layout they make."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout
from .named_layouts import JointMap, body_rows, layout_from_names
from .plug_in_gait import marker_layout
from .reader import RawClip, ReadOptions, check_size
from .source import SkeletonFile

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
            found = _layout(file, prefix, tuple(columns), options.joint_map)
            if found is not None:
                chosen, people[subject] = found, columns
        elif sum(name in columns for name in chosen[0]) >= _SHARE * len(chosen[0]):
            people[subject] = columns
    if chosen is None:
        largest = [labels[row] for row in max(subjects.values(), key=len, default={}).values()]
        raise file.error(
            "Plug-in Gait markers, labels that name body parts, or layout=...", ", ".join(largest[:8]) or "no labels"
        )
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
    return RawClip(
        joints,
        layout,
        people_names=tuple(subject or f"person {number}" for number, subject in enumerate(people, 1)),
        notes=tuple(notes),
        **fields,
    )


def _subjects(labels: list[str]) -> dict[str, dict[str, int]]:
    """Subject -> point's name -> its number; a name that repeats counts once."""
    subjects: dict[str, dict[str, int]] = {}
    for number, label in enumerate(labels):
        subject, _, name = label.strip().strip('"').rpartition(":")
        name = name.strip()
        if name and not name.startswith("*") and not name.lower().startswith(("unlabeled", "unlabelled")):
            subjects.setdefault(subject.strip(), {}).setdefault(name, number)
    return subjects


def _layout(
    file: SkeletonFile, prefix: str, names: tuple[str, ...], joint_map: JointMap
) -> tuple[tuple[str, ...], SkeletonLayout] | None:
    markers = None if joint_map else marker_layout(names)
    if markers is not None:
        return tuple(names[row] for row in markers[0]), markers[1]
    names = tuple(names[row] for row in body_rows(names, None, joint_map)[0])
    try:
        layout = layout_from_names(prefix, names, joint_map)
    except ValueError as error:
        raise file.error("labels that make a layout", str(error)[:200]) from None
    return None if layout is None else (names, layout)


def _by_layout(
    labels: list[str], points: np.ndarray, subjects: dict[str, dict[str, int]], layout: SkeletonLayout
) -> np.ndarray:
    """(frames, people, joints, 3): the points that the layout's joints name, else all in the file's order."""
    bodies = [columns for columns in subjects.values() if all(joint in columns for joint in layout.joints)]
    if not bodies:
        return points[:, None]
    return np.stack([points[:, [columns[joint] for joint in layout.joints]] for columns in bodies], axis=1)
