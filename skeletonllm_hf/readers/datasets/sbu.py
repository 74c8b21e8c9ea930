"""SBU Kinect Interaction (Yun et al. 2012), two people, 15 joints each, 15 Hz.

`skeleton_pos.txt`: comma-separated, one line a frame: frame number, then 2 x 15 x (x y z), normalised. Undone as
the dataset's page says: x = 1280 - 2560 x, y = 960 - 1920 y, z = 10000 z / 7.8125, millimetres.
"""

from __future__ import annotations

import numpy as np

from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

PEOPLE, JOINTS = 2, 15
COLUMNS = 1 + PEOPLE * JOINTS * 3
FPS = 15.0
LABELS = (
    "approaching", "departing", "kicking", "pushing", "shaking hands", "hugging", "exchanging object", "punching",
)  # fmt: skip


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    if not rows or any(len(row) != COLUMNS for row in rows):
        return 0.0
    values = np.array(rows)[:, 1:]
    values = values[np.isfinite(values)]
    # normalised coordinates, depth included
    return 0.9 if len(values) and np.abs(values).max() < 20 else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    rows = parse_table(file, file.data, COLUMNS, what="numbers (frame, 2 people x 15 joints x x y z) a line")
    check_size(file, len(rows), PEOPLE, JOINTS)
    raw = rows[:, 1:].reshape(-1, PEOPLE, JOINTS, 3)
    missing = ~raw.any(-1)
    joints = raw * np.array([-2560, -1920, 10000 / 7.8125], np.float32) + np.array([1280, 960, 0], np.float32)
    joints[missing] = np.nan
    # .../s01s02/03/001/skeleton_pos.txt: the class is the folder's folder
    folder = file.path.resolve().parent.parent.name
    label = LABELS[int(folder) - 1] if folder.isdigit() and 1 <= int(folder) <= len(LABELS) else None
    return RawClip(joints, "sbu_15", fps=FPS, units="millimetres", up="y", view="z", label=label)


READER = Reader(
    "sbu", "SBU Kinect Interaction",
    f"lines of {COLUMNS} numbers: frame number, then 2 people x 15 joints x (x y z) normalised",
    _detect, _read, (".txt",),
)  # fmt: skip
