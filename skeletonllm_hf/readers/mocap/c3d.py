"""C3D (c3d.org), the binary format of optical motion capture: labelled 3D points, Intel, DEC and SGI number formats.

Read here rather than through `ezc3d`: some damaged files make that library hang or end the whole process, so a file from
elsewhere could stop a server, and it takes longer (benchmarks/parsers.py). Where it is installed, the tests compare with it.
A point with a negative residual was not seen. Analog channels are skipped. Layouts: Plug-in Gait's marker names, any
names of body parts, or `layout=`; unlabelled points (`*12`) and computed angles are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout
from ...nouns import counted
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile, SkeletonFileError
from ..tables.delimited import UNITS
from .labelled_points import label_layout, labelled_clip, no_layout

_BLOCK = 512
_INTEL, _DEC, _SGI = 84, 85, 86
MAX_PARAMETERS = 10_000


@dataclass(frozen=True)
class _Numbers:
    """Numbers as the processor that wrote a file stores them."""

    processor: int

    def words(self, data: bytes) -> np.ndarray:
        return np.frombuffer(data, ">i2" if self.processor == _SGI else "<i2")

    def floats(self, data: bytes) -> np.ndarray:
        if self.processor == _DEC:  # VAX: the halves exchanged, the exponent two more
            halves = np.frombuffer(data, "<u2").reshape(-1, 2)
            return (halves[:, 1].astype(np.uint32) | halves[:, 0].astype(np.uint32) << 16).view(np.float32) / 4
        return np.frombuffer(data, ">f4" if self.processor == _SGI else "<f4").astype(np.float32)


def _detect(file: SkeletonFile) -> float:
    head = file.head
    if len(head) < _BLOCK or head[1] != 0x50 or head[0] < 2:
        return 0.0
    section = (head[0] - 1) * _BLOCK
    return 1.0 if len(head) > section + 3 and head[section + 3] in (_INTEL, _DEC, _SGI) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    data = file.data
    section = (data[0] - 1) * _BLOCK
    sound = len(data) >= max(section, _BLOCK) + 4 and data[1] == 0x50 and data[0] >= 2
    if not sound or data[section + 3] not in (_INTEL, _DEC, _SGI):
        raise file.error("a C3D header and parameter section", "none")
    numbers = _Numbers(data[section + 3])
    parameters = _parameters(file, data, section, numbers)
    words = numbers.words(data[:24]).astype(np.int64) & 0xFFFF
    points, analog, first, last, start = int(words[1]), int(words[2]), int(words[3]), int(words[4]), int(words[8])
    scale, rate = (float(numbers.floats(data[at : at + 4])[0]) for at in (12, 20))
    frames = _frame_count(parameters, first, last)
    size = 4 if scale < 0 else 2
    if points == 0:
        found = "none: it holds no points, only rotations or analog channels. Export markers or joint centres with it"
        raise file.error("3D points", found)
    check_size(file, frames, 1, max(points, 1))
    width = (4 * points + analog) * size  # bytes a frame
    begin = (start - 1) * _BLOCK
    if start < 2 or begin + frames * width > len(data):
        expected = f"{counted(frames, 'frame')} of {counted(points, 'point')} ({frames * width:,} bytes)"
        raise file.error(expected, f"{max(len(data) - begin, 0):,} bytes: the file may be truncated")
    rows = np.frombuffer(data, np.uint8, frames * width, begin).reshape(frames, width)[:, : 4 * points * size]
    values = np.ascontiguousarray(rows).tobytes()
    table = numbers.floats(values) if size == 4 else numbers.words(values).astype(np.float32)
    table = table.reshape(frames, points, 4)
    joints = table[..., :3] * (1.0 if size == 4 else abs(scale))
    seen = np.isfinite(table).all(-1) & (table[..., 3] >= 0)
    joints = np.where(seen[..., None], joints, 0)
    labels = _labels(parameters, points)
    fields: dict[str, Any] = {
        "fps": _rate(parameters, rate), "zero_is_missing": True, "units": UNITS.get(_text(parameters, "UNITS").lower()), "up": _up(parameters),
        "up_doubtful": True,
    }  # fmt: skip
    if (several := _several(file, labels, np.where(seen[..., None], joints, np.nan), options, fields)) is not None:
        return several
    kept, layout = _layout(file, labels, options)
    return RawClip(joints[:, None, kept], layout, mask=seen[:, None, kept], **fields)


def _several(
    file: SkeletonFile, labels: list[str], points: np.ndarray, options: ReadOptions, fields: dict[str, Any]
) -> RawClip | None:
    """The clip of several subjects (`Anna:LASI`, `Ben:LASI`) who are bodies of one kind; None where there are no two."""
    if len({label.rpartition(":")[0] for label in labels}) < 2:
        return None
    try:
        clip = labelled_clip(file, "c3d", labels, points, options, **fields)
    except SkeletonFileError:
        return None  # no subject is a body by itself
    if clip.joints.shape[1] < 2:
        return None
    seen = np.isfinite(clip.joints).all(-1)
    return replace(clip, joints=np.where(seen[..., None], clip.joints, 0), mask=seen)


Parameters = dict[str, Any]


def _parameters(file: SkeletonFile, data: bytes, section: int, numbers: _Numbers) -> Parameters:
    """Values of the groups POINT and TRIAL by name; texts as lists."""
    groups: dict[int, str] = {}
    entries: list[tuple[int, str, object]] = []
    at, stop = section + 4, min(section + max(data[section + 2], 1) * _BLOCK, len(data))
    for _ in range(MAX_PARAMETERS):
        if at + 4 > stop or data[at] == 0:
            break
        length = data[at] if data[at] < 128 else 256 - data[at]  # negative: locked
        group = data[at + 1] - 256 if data[at + 1] > 127 else data[at + 1]
        name = data[at + 2 : at + 2 + length].decode("latin-1").upper()
        link = at + 2 + length
        if link + 2 > stop:
            raise file.error("a parameter that ends inside its section", repr(name[:20]), position=f"byte {at}")
        step = int(numbers.words(data[link : link + 2])[0]) & 0xFFFF
        if group < 0:
            groups[-group] = name
        else:
            entries.append((group, name, _value(file, data, link + 2, stop, numbers, name)))
        if step == 0:
            break
        at = link + step
    return {name: value for group, name, value in entries if groups.get(group) in ("POINT", "TRIAL")}


def _value(file: SkeletonFile, data: bytes, at: int, stop: int, numbers: _Numbers, name: str) -> Any:
    """A parameter's value: list of texts, or an array of numbers."""
    where = f"parameter {name[:20]!r}"
    if at + 2 > stop:
        raise file.error("a parameter's value", "the end of the section", position=where)
    kind, dims = data[at] - 256 if data[at] > 127 else data[at], data[at + 1]
    begin = at + 2 + dims
    shape = list(data[at + 2 : begin])
    size = math.prod(shape) * abs(kind)
    if kind not in (-1, 1, 2, 4) or len(shape) < dims or begin + size > stop:
        raise file.error(f"a value of shape {tuple(shape[:4])} inside its section", f"type {kind}", position=where)
    raw = data[begin : begin + size]
    if kind == -1:
        width = shape[0] if shape else 1
        texts = [raw[i : i + width] for i in range(0, len(raw), width)] if width else []
        return [text.decode("latin-1").strip(" \0") for text in texts]
    return np.frombuffer(raw, np.int8) if kind == 1 else numbers.words(raw) if kind == 2 else numbers.floats(raw)


def _frame_count(parameters: Parameters, first: int, last: int) -> int:
    """From TRIAL's 32-bit frame numbers where they are given (the header's have 16 bits)."""
    start, end = (np.asarray(parameters.get(f"ACTUAL_{which}_FIELD")) for which in ("START", "END"))
    if all(value.dtype.kind == "i" and value.shape == (2,) for value in (start, end)):
        low, high = (int(v[0]) & 0xFFFF | (int(v[1]) & 0xFFFF) << 16 for v in (start, end))
        if high >= low > 0:
            return high - low + 1
    return last - first + 1


def _labels(parameters: Parameters, points: int) -> list[str]:
    labels: list[str] = []
    for name in ("LABELS", "LABELS2", "LABELS3", "LABELS4"):
        value = parameters.get(name)
        labels += value if isinstance(value, list) else []
    return (labels + [""] * points)[:points]


def _text(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    return value[0] if isinstance(value, list) and value else ""


def _rate(parameters: Parameters, header: float) -> float | None:
    value = parameters.get("RATE")
    rate = float(value[0]) if isinstance(value, np.ndarray) and len(value) else header
    return rate if np.isfinite(rate) and rate > 0 else None


def _up(parameters: Parameters) -> str | None:
    """The laboratory axis that points up on the screen."""
    axis = _text(parameters, "Y_SCREEN").lower().replace("+", "")
    return axis if axis in ("x", "y", "z", "-x", "-y", "-z") else None


def _layout(
    file: SkeletonFile, labels: list[str], options: ReadOptions
) -> tuple[list[int], SkeletonLayout | str | None]:
    """Numbers of the points that are read, and their layout."""
    if options.layout is not None:
        layout_joints = options.layout.joints
        plain = {label.split(":")[-1].strip(): number for number, label in reversed(list(enumerate(labels)))}
        if all(joint in plain for joint in layout_joints):
            return [plain[joint] for joint in layout_joints], None
        return list(range(len(labels))), None
    named = [n for n, label in enumerate(labels) if label and not label.startswith("*")]
    names = tuple(labels[n].split(":")[-1].strip() for n in named)
    found = label_layout(file, "c3d", names, options.joint_map)
    if found is None:
        raise no_layout(file, names)
    return [named[row] for row in found[0]], found[1]


READER = Reader(
    "c3d", "C3D motion capture",
    "binary; second byte 0x50 and a parameter section",
    _detect, _read, (".c3d",),
)  # fmt: skip
