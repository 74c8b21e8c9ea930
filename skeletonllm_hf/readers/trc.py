"""TRC (Motion Analysis; OpenSim, Pose2Sim, OpenCap): tab-separated marker trajectories.

    PathFileType  4  (X/Y/Z)  walk.trc
    DataRate  CameraRate  NumFrames  NumMarkers  Units  OrigDataRate  OrigDataStartFrame  OrigNumFrames
    60  60  120  21  m  60  0  120
    Frame#  Time  RHip  (2 empty)  RKnee ...
            X1  Y1  Z1  X2 ...

Rate and units stand in the header; which way is up does not (OpenSim means Y, marker systems export Z).
"""

from __future__ import annotations

from .delimited import UNITS, head_lines, number_after, points_below, split_cells
from .labelled_points import labelled_clip
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile

_HEADER_LINES = 12


def _detect(file: SkeletonFile) -> float:
    return 0.95 if file.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:12] == b"PathFileType" else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = head_lines(file, _HEADER_LINES)
    keys = next((row for row, line in enumerate(lines) if line.startswith("DataRate")), None)
    names = next((row for row, line in enumerate(lines) if line.lower().startswith("frame#")), None)
    if keys is None or names is None or names < keys + 2 or names + 1 >= len(lines):
        raise file.error("header lines that begin with DataRate and Frame#", "others")
    header = dict(zip(lines[keys].split(), lines[keys + 1].split(), strict=False))
    labels = [cell for cell in split_cells(lines[names], "\t")[2:] if cell]
    check_size(file, 1, 1, max(len(labels), 1))
    columns = 2 + 3 * len(labels)
    points = points_below(file, names + 2, columns, list(range(2, columns)), "\t")
    rate = number_after(file, header.get("DataRate", ""), "DataRate")
    units = UNITS.get(header.get("Units", "").lower())
    return labelled_clip(file, "trc", labels, points, options, fps=rate, units=units, zero_is_missing=True)


READER = Reader(
    "trc", "TRC marker trajectories (OpenSim, Pose2Sim, OpenCap)",
    "text that begins with PathFileType",
    _detect, _read, (".trc",),
)  # fmt: skip
