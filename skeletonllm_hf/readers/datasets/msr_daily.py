"""MSRDailyActivity3D (Wang et al. 2012), Kinect v1.

Text: the numbers of frames and joints, then of each frame how many rows follow (0, 40, or 80 for two people), and of each joint two rows,
`x y z confidence` in metres and `u v depth confidence` in the picture.
"""

from __future__ import annotations

import re

import numpy as np

from ..estimators.detections import MAX_DETECTIONS
from ..numbers import head_rows, parse_rows
from ..reader import MAX_PEOPLE, RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

ACTIONS = (
    "drink", "eat", "read book", "call cellphone", "write on a paper", "use laptop", "use vacuum cleaner", "cheer up", "sit still", "toss paper",
    "play game", "lie down on sofa", "walk", "play guitar", "stand up", "sit down",
)  # fmt: skip
JOINTS = 20
_ROWS = 2 * JOINTS  # of one person
_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_skeleton", re.IGNORECASE)


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file) or []
    counts = next((at for at, row in enumerate(rows[1:], 1) if len(row) != 1), 1)  # of frames at the beginning
    if len(rows) < counts + 2 or len(rows[0]) != 2 or rows[0][1] != JOINTS or counts == 1:
        return 0.0
    return (
        0.95 if rows[counts - 1][0] in (_ROWS, 2 * _ROWS) and len(rows[counts]) == len(rows[counts + 1]) == 4 else 0.0
    )


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    values, sizes, lines = parse_rows(file, file.data)
    starts = np.cumsum(sizes) - sizes
    people: list[tuple[int, int, int]] = []  # (frame, person, row of the first joint)
    row, frame = 1, 0
    while row < len(sizes):
        count = values[starts[row]]
        bodies, left = divmod(count, _ROWS)
        if sizes[row] != 1 or left or not 0 <= bodies <= MAX_PEOPLE:
            raise file.error(
                f"a number of rows, 0 or a multiple of {_ROWS}", f"{count:g}", position=f"line {lines[row]}"
            )
        end = row + 1 + int(count)
        if end > len(sizes) or (sizes[row + 1 : end] != 4).any():
            raise file.error(f"{count:g} rows of 4 numbers", "others, or the end", position=f"below line {lines[row]}")
        people += [(frame, person, row + 1 + person * _ROWS) for person in range(int(bodies))]
        row, frame = end, frame + 1
    most = max((person for _, person, _ in people), default=-1) + 1
    if not people or len(people) > MAX_DETECTIONS:
        raise file.error(f"1 to {MAX_DETECTIONS:,} bodies", f"{len(people):,}")
    check_size(file, frame, most, JOINTS)
    joints = np.full((frame, most, JOINTS, 3), np.nan, np.float32)
    for at, person, first in people:
        joints[at, person] = values[starts[first] : starts[first] + 4 * _ROWS].reshape(JOINTS, 8)[:, :3]
    found = _NAME.match(file.name)
    action = int(found[1]) if found else 0
    notes = () if frame == values[0] else (f"The file says {values[0]:g} frames and holds {frame}.",)
    return RawClip(
        joints, "kinect_v1", units="metres", up="y", view="z", zero_is_missing=True, notes=notes,
        label=ACTIONS[action - 1] if 1 <= action <= len(ACTIONS) else None,
    )  # fmt: skip


READER = Reader(
    "msr_daily", "MSRDailyActivity3D text",
    "a line `frames 20`, then of each frame a line `40` (0, 80) and so many rows of 4 numbers",
    _detect, _read, (".txt",),
)  # fmt: skip
