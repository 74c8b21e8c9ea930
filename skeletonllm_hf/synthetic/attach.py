"""Attaches a layout's joints to the figure: each follows the segments of its body point, or of the points near to it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..model.body import BODY_HEIGHT, BODY_POINTS
from ..model.layouts import SkeletonLayout
from .figure import POINT_SEGMENT, POINTS, SEGMENT_ROOTS, Figure

_NEAREST = 2  # known joints that carry a joint without a body point


@functools.lru_cache(maxsize=64)
def _anchors(layout: SkeletonLayout) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(joints, k) segments, places (.., 3) within them, rigid offsets (.., 3) beyond those, and weights."""
    rest = layout.rest_joints.astype(np.float64)
    known = [joint for joint, name in enumerate(layout.body) if name is not None]
    if known:
        names, places = [str(layout.body[joint]) for joint in known], rest[known]
    else:  # nothing is known: the rest pose as a whole, brought to a body's size, hangs from the canonical body
        names, places = list(BODY_POINTS), np.array(list(BODY_POINTS.values()))
        extent = np.ptp(rest, axis=0).max()
        rest = rest * (BODY_HEIGHT / extent if extent > 0 else 1.0)
    count = min(_NEAREST if any(name is None for name in layout.body) else 1, len(names))
    segments = np.zeros((layout.num_joints, count), dtype=int)
    inside, beyond = np.zeros((layout.num_joints, count, 3)), np.zeros((layout.num_joints, count, 3))
    weights = np.zeros((layout.num_joints, count))
    for joint, name in enumerate(layout.body):
        if name is not None:
            chosen, share = np.array([names.index(name)]), np.ones(1)
        else:
            distance = np.linalg.norm(places - rest[joint], axis=1)
            chosen = np.argsort(distance, kind="stable")[:count]
            share = 1 / (distance[chosen] + 0.01)
        for k, number in enumerate(chosen):
            segments[joint, k] = POINT_SEGMENT[names[number]]
            inside[joint, k] = POINTS[names[number]] - POINTS[SEGMENT_ROOTS[segments[joint, k]]]
            if name is None:
                beyond[joint, k] = rest[joint] - places[number]
        weights[joint, : len(share)] = share / share.sum()
    return segments, inside, beyond, weights


def attach(layout: SkeletonLayout, figure: Figure, origins: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """(frames, joints, 3): the layout's joints for segments solved by `figure.solve`, in its units."""
    segments, inside, beyond, weights = _anchors(layout)
    local = (inside * figure.stretch()[segments] + beyond).astype(origins.dtype)
    joints: Any = None
    for k in range(segments.shape[1]):
        rows = segments[:, k]
        placed = origins[:, rows]
        off = np.flatnonzero(local[:, k].any(-1))  # most joints are where a segment begins
        placed[:, off] += np.einsum("tjab,jb->tja", turns[:, rows[off]], local[off, k])
        placed = placed if segments.shape[1] == 1 else placed * weights[:, k, None].astype(origins.dtype)
        joints = placed if joints is None else joints + placed
    return joints
