"""JTA's annotations (people of a game): JSON rows of frame, person, joint, x and y in the picture, x, y and z in metres, occluded, occluded by itself."""

from __future__ import annotations

import re

import numpy as np

from ..estimators.detections import Detections
from ..objects.json_text import numbers
from ..reader import RawClip, Reader, ReadOptions
from ..rules.named_layouts import layout_from_names
from ..source import SkeletonFile

FPS = 30.0
_ARM = ("clavicle", "shoulder", "elbow", "wrist")
NAMES = (
    "head_top", "head", "neck", *(f"right_{part}" for part in _ARM), *(f"left_{part}" for part in _ARM),
    "spine_upper", "spine_4", "spine_middle", "spine_lower", "pelvis", *(f"{side}_{part}" for side in ("right", "left") for part in ("hip", "knee", "ankle")),
)  # fmt: skip
_WIDTH = 10
_INT, _FLOAT = rb"\d{1,9}(?:\.0{1,9})?", rb"-?\d{1,9}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?"
_ROW = re.compile(
    rb"\s{0,99}\[\s{0,99}\[\s{0,99}" + rb"\s{0,99},\s{0,99}".join([_INT] * 3 + [_FLOAT] * 5 + [rb"[01](?:\.0{1,9})?"] * 2) + rb"\s{0,99}\]"
)  # fmt: skip


def _detect(file: SkeletonFile) -> float:
    return 0.95 if _ROW.match(file.head) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    rows = numbers(file, file.json(), "top level", (None, _WIDTH)).astype(np.float64)
    if not np.isfinite(rows[:, :3]).all() or rows[:, 2].min() < 0 or rows[:, 2].max() >= len(NAMES):
        raise file.error(f"frames, people and joints from 0 to {len(NAMES) - 1} in the first three numbers", "others")
    frame = (rows[:, 0] - rows[:, 0].min()).astype(int)
    key, body = np.unique(rows[:, :2], axis=0, return_inverse=True)
    values = np.zeros((len(key), len(NAMES), 4), np.float32)
    values[body.reshape(-1), rows[:, 2].astype(int)] = np.c_[rows[:, 5:8], np.ones(len(rows))]
    found = Detections(file, len(NAMES), 3)
    for (first, who), own in zip(key, values, strict=True):
        found.add(int(first - key[0, 0]), own, int(who))
    layout = options.layout or layout_from_names("jta", NAMES)
    return found.clip(int(frame.max()) + 1, layout, options, fps=FPS, units="metres", up="-y", view="z")


READER = Reader(
    "jta", "JTA's annotations of people in a game",
    "JSON rows of ten numbers: frame, person, joint (0 to 21), x, y, x, y, z, occluded, occluded by itself",
    _detect, _read, (".json",),
)  # fmt: skip
