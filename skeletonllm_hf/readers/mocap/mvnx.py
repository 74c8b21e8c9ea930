"""MVNX, the XML of Xsens MVN: positions of 23 segments, metres, Z up, and their global orientations.

A segment's place is its beginning: `RightUpperArm` is the shoulder, `RightForeArm` the elbow. Read by the elements that are needed,
not as an XML tree: files of an hour are hundreds of megabytes.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ...model.layouts import SkeletonLayout
from ...nouns import counted
from ..numbers import parse_numbers
from ..reader import MAX_FRAMES, RawClip, Reader, ReadOptions, check_size
from ..rules.named_layouts import named_bones
from ..source import SkeletonFile

_CENTRE = (("Pelvis", "pelvis"), ("L5", "spine_lower"), ("L3", None), ("T12", "spine_middle"), ("T8", "spine_upper"),
           ("Neck", "neck"), ("Head", "head"))  # fmt: skip
_ARM = (("Shoulder", "collar"), ("UpperArm", "shoulder"), ("ForeArm", "elbow"), ("Hand", "wrist"))
_LEG = (("UpperLeg", "hip"), ("LowerLeg", "knee"), ("Foot", "ankle"), ("Toe", "toe"))
_POINTS, _PARENTS = dict(_CENTRE), {child: parent for (parent, _), (child, _) in pairwise(_CENTRE)}
for _side in ("Right", "Left"):
    for _above, _limb in (("T8", _ARM), ("Pelvis", _LEG)):
        for _segment, _point in _limb:
            _POINTS[_side + _segment], _PARENTS[_side + _segment] = f"{_side.lower()}_{_point}", _above
            _above = _side + _segment
_SEGMENT = re.compile(rb'<segment\b[^<>]{0,1000}?\blabel=["\']([A-Za-z0-9]{1,40})["\']')
_FRAME = re.compile(rb"<frame\b([^<>]{0,1000})>")
_TYPE = re.compile(rb"\btype=[\"']([^\"']{0,40})[\"']")
_RATE = re.compile(rb'<subject\b[^<>]{0,2000}?\bframeRate=["\']([0-9.]{1,20})["\']')


def _detect(file: SkeletonFile) -> float:
    return 0.95 if re.search(rb"<mvnx\b", file.head[:4096]) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    data = file.data
    start = data.find(b"<frames")
    names = tuple(dict.fromkeys(name.decode() for name in _SEGMENT.findall(data[: max(start, 0)])))
    if start < 0 or not names:
        raise file.error("elements <segments> and <frames>", "none of them")
    known = [row for row, name in enumerate(names) if name in _POINTS]
    if len(known) < 10:
        raise file.error("segments of a person (Pelvis, L5, ...)", ", ".join(names[:8]))
    # a frame of 23 segments takes a hundred bytes at least
    check_size(file, max(min(data.count(b"<frame "), MAX_FRAMES), 1), 1, len(names))
    numbers = _positions(file, data, start)
    places = parse_numbers(file, b" ".join(numbers))
    if len(places) != len(numbers) * 3 * len(names):
        raise file.error(
            f"{3 * len(names)} numbers in each <position>", f"{len(places)} in {counted(len(numbers), 'frame')}"
        )
    rate = _RATE.search(data[:start])
    joints = places.reshape(len(numbers), 1, len(names), 3)[:, :, known]
    return RawClip(
        joints, _layout(tuple(names[row] for row in known)), fps=float(rate[1]) if rate and rate[1].count(b".") < 2 else None,
        units="metres", up="z",
    )  # fmt: skip


def _positions(file: SkeletonFile, data: bytes, start: int) -> list[bytes]:
    """The text of <position> of every frame of the motion (those of type tpose, npose and identity are calibration)."""
    found = []
    frames = list(_FRAME.finditer(data, start))
    ends = [*(frame.start() for frame in frames[1:]), len(data)][: len(frames)]
    for number, (frame, end) in enumerate(zip(frames, ends, strict=True)):
        kind = _TYPE.search(frame[1])
        if kind is not None and kind[1] not in (b"normal", b""):
            continue
        begin = data.find(b"<position>", frame.end(), end)
        stop = data.find(b"</position>", begin, end)
        if begin < 0 or stop < 0:
            raise file.error("an element <position> in every frame", "none", position=f"frame {number}")
        found.append(data[begin + 10 : stop])
    if not found:
        raise file.error("frames of motion", "none")
    return found


def _layout(names: tuple[str, ...]) -> SkeletonLayout:
    points = tuple(_POINTS[name] for name in names)
    return SkeletonLayout(f"xsens_{len(names)}", names, named_bones(names, _PARENTS), body=points)


READER = Reader("mvnx", "Xsens MVNX", "XML with <mvnx>, <segments> and <frames>", _detect, _read, (".mvnx",))
