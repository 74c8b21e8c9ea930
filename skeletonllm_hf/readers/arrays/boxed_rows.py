"""Rows of a detector: a box round the body, then its joints; perhaps frame and person before the box, score and class behind it."""

from __future__ import annotations

import numpy as np

from ..source import SkeletonFile
from ..tables.index_columns import numbered_per_frame, sort_out, spread
from .number_rows import known_layouts

_BEFORE, _BEHIND = 3, 3  # columns: clip, frame, person; score, class, angle
_BOX = 4
_LOOKED_AT = 200  # rows
_MARGIN, _FILLED = 0.15, 0.4  # of the box: joints that lie beside it, and its least part that they fill
_LEAST_JOINTS = 11
_INSIDE = 0.97  # of the joints


def columns_of_box(rows: np.ndarray) -> tuple[int, int, int] | None:
    """(columns before the box, columns before the joints, 2 or 3 numbers a joint) of rows in which four columns are a box round the joints of a known layout.

    Args:
        rows: (rows, columns). A box is two corners, a corner and its size, or its middle and its size, in the joints' unit.
    """
    rows = np.asarray(rows[:_LOOKED_AT], float)
    for before in range(_BEFORE + 1):
        for lead in range(before + _BOX, before + _BOX + _BEHIND + 1):
            for dims in (3, 2):
                joints, more = divmod(rows.shape[1] - lead, dims)
                if not more and joints >= _LEAST_JOINTS and known_layouts(joints):
                    points = rows[:, lead:].reshape(len(rows), joints, dims)
                    if _scored(points) and any(
                        _surround(box, points) for box in _boxes(rows[:, before : before + _BOX])
                    ):
                        return before, lead, dims
    return None


def people_in_boxes(file: SkeletonFile, rows: np.ndarray) -> tuple[np.ndarray, tuple[str, ...], bool] | None:
    """(frames, people, joints, dims), NaN where nobody is; the people's names; whether their order means nothing. None for other arrays.

    Of the columns before a box the one of most values counts frames, others say who.
    """
    if rows.ndim != 2 or (columns := columns_of_box(rows)) is None:
        return None
    before, lead, dims = columns
    joints = rows[:, lead:].reshape(len(rows), 1, -1, dims)
    ids = rows[:, :before]
    if not before:
        return joints, (), False
    column = int(np.argmax([len(np.unique(values)) for values in ids.T]))
    frames = ids[:, column].astype(float)
    others = np.delete(ids, column, 1).tolist()
    named = before > 1 and len(np.unique(ids, axis=0)) == len(ids)
    who = [" ".join(f"{value:g}" for value in row) for row in others] if named else numbered_per_frame(frames)
    found = sort_out(file, who, frames) if who else None
    if found is None:
        return joints[np.argsort(frames, kind="stable")], (), False
    frame, person, people, count = found
    return spread(joints[:, 0], frame, person, count, len(people)), people, not named


def _scored(points: np.ndarray) -> bool:
    scores = points[..., 2:][np.isfinite(points[..., 2:])]
    return bool(((scores >= 0) & (scores <= 2)).all())


def _boxes(box: np.ndarray) -> list[np.ndarray]:
    """The ways in which four columns are corners: (rows, 4), least x and y, most x and y."""
    start, size = box[:, :2], box[:, 2:]
    ways = [(start, size), (start, start + size), (start - size / 2, start + size / 2)]
    return [np.concatenate(way, 1) for way in ways]


def _surround(box: np.ndarray, points: np.ndarray) -> bool:
    places = points[..., :2].copy()
    places[~np.isfinite(points).all(-1) | (places == 0).all(-1)] = np.nan
    kept = (box[:, 2:] > box[:, :2]).all(1) & np.isfinite(places).all(-1).any(1)
    if kept.sum() <= 0.5 * len(kept):  # the others show nobody
        return False
    box, places = box[kept], places[kept]
    sizes, seen = (box[:, 2:] - box[:, :2])[:, None], np.isfinite(places).all(-1)
    low, high = box[:, None, :2] - _MARGIN * sizes, box[:, None, 2:] + _MARGIN * sizes
    inside = ((places >= low) & (places <= high)).all(-1)[seen].mean()
    filled = (np.nanmax(places, 1) - np.nanmin(places, 1)) / sizes[:, 0]
    return bool(inside >= _INSIDE and (np.median(filled, 0) > _FILLED).all())
