"""TRC (Motion Analysis; OpenSim, Pose2Sim, OpenCap): tab-separated marker trajectories.

    PathFileType  4  (X/Y/Z)  walk.trc
    DataRate  CameraRate  NumFrames  NumMarkers  Units  OrigDataRate  OrigDataStartFrame  OrigNumFrames
    60  60  120  21  m  60  0  120
    Frame#  Time  RHip  (2 empty)  RKnee ...
            X1  Y1  Z1  X2 ...

Rate and units stand in the header; which way is up does not (OpenSim means Y, marker systems export Z). Scripts also write names and
values of the header on one line, a label three times (`RHip  RHip  RHip`) or with its axes (`RHip_x  RHip_y  RHip_z`), and indent lines.
"""

from __future__ import annotations

from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile
from ..tables.column_names import Column, coordinate
from ..tables.delimited import UNITS, head_lines, number_after, points_below, split_cells
from .labelled_points import labelled_clip

_HEADER_LINES = 12


def _detect(file: SkeletonFile) -> float:
    return 0.95 if file.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:12] == b"PathFileType" else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    lines = [line.lstrip(" ") for line in head_lines(file, _HEADER_LINES)]
    keys = next((row for row, line in enumerate(lines) if line.startswith("DataRate")), None)
    names = next((row for row, line in enumerate(lines) if line.lower().startswith("frame#")), None)
    if keys is None or names is None or names < keys + 2 or names + 1 >= len(lines):
        raise file.error("header lines that begin with DataRate and Frame#", "others")
    words = lines[keys].split()
    pairs = (
        zip(words[::2], words[1::2], strict=False)
        if "CameraRate" in words[2:3]
        else zip(words, lines[keys + 1].split(), strict=False)
    )
    header = dict(pairs)
    labels = _one_each([cell for cell in split_cells(lines[names], "\t")[2:] if cell])
    check_size(file, 1, 1, max(len(labels), 1))
    columns = 2 + 3 * len(labels)
    points = points_below(file, names + 2, columns, list(range(2, columns)), "\t")
    rate = number_after(file, header.get("DataRate", ""), "DataRate")
    if header.get("Units", "").lower().startswith(("deg", "rad")):
        raise file.error("places in a unit of length", f"turns in {header['Units'][:20]}", position="Units")
    units = UNITS.get(header.get("Units", "").lower())
    return labelled_clip(file, "trc", labels, points, options, fps=rate, units=units, zero_is_missing=True)


def _one_each(labels: list[str]) -> list[str]:
    """A label a marker, where the line has one a column: `RHip, RHip, RHip` or `RHip_x, RHip_y, RHip_z`."""
    triples = [labels[at : at + 3] for at in range(0, len(labels), 3)]
    parsed = [[coordinate(label) or Column(label, "") for label in triple] for triple in triples]
    if all(len(triple) == 3 and len(set(triple)) == 1 for triple in triples):
        return [triple[0] for triple in triples]
    if all(
        [column.axis for column in triple] == ["x", "y", "z"] and len({c.joint for c in triple}) == 1
        for triple in parsed
    ):
        return [triple[0].joint for triple in parsed]
    return labels


READER = Reader(
    "trc", "TRC marker trajectories (OpenSim, Pose2Sim, OpenCap)",
    "text that begins with PathFileType",
    _detect, _read, (".trc",),
)  # fmt: skip
