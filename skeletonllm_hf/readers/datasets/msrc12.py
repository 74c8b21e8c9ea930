"""MSRC-12 Gesture (Fothergill et al. 2012): rows of 81 numbers, a time stamp and 20 Kinect joints of x, y, z and a state.

Metres, Y up, 30 Hz; joints in the Kinect SDK's order. Rows of zeros are frames without a body.
"""

from __future__ import annotations

from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

JOINTS, COLUMNS = 20, 81
FPS = 30.0


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    return 0.85 if rows and all(len(row) == COLUMNS for row in rows) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    values = parse_table(file, file.data, COLUMNS)
    check_size(file, len(values), 1, JOINTS, 4)
    points = values[:, 1:].reshape(len(values), 1, JOINTS, 4)
    joints, seen = points[..., :3], points[..., 3] > 0
    mask = seen if seen.any() else None
    return RawClip(joints, "kinect_v1", mask=mask, fps=FPS, units="metres", up="y", zero_is_missing=True)


READER = Reader(
    "msrc12", "MSRC-12 Gesture, rows of 81 numbers",
    "lines of 81 numbers: a time stamp and 20 joints of x, y, z, state",
    _detect, _read, (".csv", ".txt"),
)  # fmt: skip
