"""PKU-MMD skeletons (Liu et al. 2017): Kinect v2, two bodies a line.

Text, one line a frame: 2 bodies x 25 joints x (x y z) in metres, x to the sensor's left, Y up, Z depth; zeros where there is no
body. A recording holds about twenty actions; its label file (`class,first,last,confidence` lines) cuts it with
`read_pku_segments`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from os import PathLike

import numpy as np

from ...model.skeleton import SkeletonSequence
from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.common_rules import finish
from ..source import SkeletonFile

PEOPLE, JOINTS = 2, 25
COLUMNS = PEOPLE * JOINTS * 3
FPS = 30.0


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    return 0.9 if rows and all(len(row) == COLUMNS for row in rows) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    rows = parse_table(file, file.data, COLUMNS, what="numbers (2 bodies x 25 joints x x y z) a line")
    check_size(file, len(rows), PEOPLE, JOINTS)
    joints = rows.reshape(-1, PEOPLE, JOINTS, 3)
    return RawClip(joints, "kinect_v2", fps=FPS, units="metres", up="y", view="z", zero_is_missing=True)


def read_pku_segments(
    path: str | PathLike[str],
    label_file: str | PathLike[str],
    names: tuple[str, ...] = (),
    options: ReadOptions | None = None,
) -> Iterator[SkeletonSequence]:
    """The labelled clips of one PKU-MMD recording.

    Args:
        path: the skeleton file. label_file: its `class,first,last,confidence` lines, classes from 1, frames from 0.
        names: class names, in order; without them labels read `"class 12"`.

    Yields:
        One sequence per line, `source` ending in `#first-last`. Segments without a frame or a body are left out.

    Raises:
        SkeletonFileError: a file that cannot be read.
    """
    options = options or ReadOptions()
    file, labels = SkeletonFile(path), SkeletonFile(label_file)
    raw = _read(file, options)
    for number, first, last, _ in parse_table(
        labels, labels.data, 4, np.float64, what="numbers (class,first,last,confidence) a line"
    ):
        if not (np.isfinite([number, first, last]).all() and 1 <= number <= max(len(names), 1000)):
            raise labels.error("class numbers from 1 and frame numbers", f"{number:g},{first:g},{last:g}")
        start, stop = max(int(first), 0), int(last)
        joints = raw.joints[start:stop]
        if joints.any():
            label = names[int(number) - 1] if int(number) <= len(names) else f"class {int(number)}"
            clip = dataclasses.replace(raw, joints=joints, label=label)
            yield finish(clip, file, READER.name, options).sequence.replace(source=f"{file.path}#{start}-{stop}")


READER = Reader(
    "pku_mmd", "PKU-MMD text",
    f"lines of {COLUMNS} numbers: 2 bodies x 25 joints x (x y z)",
    _detect, _read, (".txt", ".skeleton"),
)  # fmt: skip
