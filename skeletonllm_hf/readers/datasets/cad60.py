"""Cornell Activity Datasets (CAD-60, CAD-120; Sung et al. 2011), OpenNI's skeleton.

Text, a frame a line: its number, 11 joints with orientation (9 numbers), its confidence, place (3) and its confidence, then 4 joints (hands and
feet) with place and confidence alone; the last line is `END`. Millimetres, Y up, Z depth.
"""

from __future__ import annotations

import numpy as np

from ...model.layouts import get_layout
from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

COLUMNS = 1 + 11 * 14 + 4 * 4
_ORDER = [
    "head", "neck", "torso", "left_shoulder", "left_elbow", "right_shoulder", "right_elbow", "left_hip", "left_knee", "right_hip", "right_knee",
    "left_hand", "right_hand", "left_foot", "right_foot",
]  # fmt: skip


def _detect(file: SkeletonFile) -> float:
    whole = file.is_text and len(file.head) == file.size
    rows = head_rows(file.once(_without_end) if whole else file) or []
    return 0.9 if rows and all(len(row) == COLUMNS for row in rows) else 0.0


def _without_end(file: SkeletonFile) -> SkeletonFile:
    return file.with_data(file.data.rstrip().removesuffix(b"END"))


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    rows = parse_table(file, _without_end(file).data, COLUMNS, what="numbers (frame, 15 joints) a line")
    check_size(file, len(rows), 1, len(_ORDER))
    turned = rows[:, 1:155].reshape(-1, 11, 14)[..., 10:]
    places = np.concatenate([turned, rows[:, 155:].reshape(-1, 4, 4)], 1)
    order = [_ORDER.index(name) for name in get_layout("sbu_15").joints]
    joints = places[:, None, order]
    return RawClip(
        joints[..., :3], "sbu_15", mask=joints[..., 3] > 0, units="millimetres", up="y", view="z", zero_is_missing=True
    )


READER = Reader(
    "cad60", "Cornell Activity Datasets (CAD-60, CAD-120)",
    f"lines of {COLUMNS} numbers: frame, 11 joints x (9 + 1 + 3 + 1), 4 joints x (3 + 1); at the end END",
    _detect, _read, (".txt",),
)  # fmt: skip
