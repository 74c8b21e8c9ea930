"""MATLAB `.mat` of version 5 (UTD-MHAD's `d_skel`, and arrays of any name): numbers of any order of axes.

Read here: `scipy.io.loadmat` also builds objects and functions, and takes a packed array's size on trust. Version 7.3 is HDF5 and
refused with the way out. Of several arrays, `clip=` names the one that is read.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..model.layouts import get_layout
from .array_table import RATE_KEYS, as_table, stacked
from .arrays import MAX_ARRAY_BYTES, MAX_UNPACKED
from .csv_table import READER as CSV
from .guess import misfit
from .numpy_files import JOINT_KEYS, joints_clip, named_joints
from .reader import RawClip, Reader, ReadOptions
from .source import SkeletonFile

_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_MATRIX, _PACKED = 14, 15
_STRUCT = 2  # mxSTRUCT_CLASS
_NUMERIC = range(6, 16)  # mxDOUBLE_CLASS to mxUINT64_CLASS; below: cells, structs, objects, characters, sparse
_HEADER = 128
_DEEP = 4  # structs in structs
MAX_ARRAYS = 1000
# UTD-MHAD counts Kinect v1's joints from the head down: head, shoulder centre, spine, hip centre, left arm, right arm, left leg, right leg
_UTD_MHAD = (3, 2, 1, 0, *range(4, 20))
_NAMES = ("d_skel", "skeleton", "skel", *JOINT_KEYS)


def _detect(file: SkeletonFile) -> float:
    return 1.0 if file.head[:19] == b"MATLAB 5.0 MAT-file" and len(file.head) >= _HEADER else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    arrays = _arrays(file)
    last = {name.rpartition(".")[2]: name for name in reversed(arrays)}
    name = options.clip if options.clip in arrays else next((last[name] for name in _NAMES if name in last), None)
    many = [name for name, array in arrays.items() if array.ndim >= 3 or (array.ndim == 2 and min(array.shape) > 1)]
    deep = [name for name in many if arrays[name].ndim >= 3]
    if name is None and not deep and (array := stacked(arrays)) is not None:
        arrays, name = arrays | {"x, y, z": array}, "x, y, z"
    if name is None:
        many = deep if len(deep) == 1 else many
        if len(many) != 1 and (table := as_table(file, arrays)) is not None:
            return CSV.read(table, options)
        if len(many) != 1:
            raise file.error("one array of joints, or clip=NAME", ", ".join(arrays) or "no arrays of numbers")
        name = many[0]
    array = arrays[name]
    if name == "d_skel" and options.layout is None and _is_utd_mhad(array):
        clip = joints_clip(file, array[list(_UTD_MHAD)].transpose(2, 0, 1), name, options)
        clip = replace(clip, layout="kinect_v1", units="metres", up="y", view="z", fps=30.0, zero_is_missing=True)
    else:
        clip = named_joints(file, joints_clip(file, array, name, options), (), options)
    rate = next((arrays[last[key]] for key in RATE_KEYS if key in last), None)
    fps = float(rate.reshape(-1)[0]) if rate is not None and rate.size == 1 else None
    return replace(clip, fps=fps or (clip.fps if clip.layout == "kinect_v1" else None))


def _is_utd_mhad(array: np.ndarray) -> bool:
    """Whether (20, 3, frames) makes a body in that data set's order of joints rather than in the SDK's."""
    if array.ndim != 3 or array.shape[:2] != (len(_UTD_MHAD), 3):
        return False
    joints = array.transpose(2, 0, 1)[:, None]
    layout, seen = get_layout("kinect_v1"), np.isfinite(joints).all(-1)
    return misfit(joints[:, :, list(_UTD_MHAD)], seen[:, :, list(_UTD_MHAD)], layout) < misfit(joints, seen, layout)


def _arrays(file: SkeletonFile) -> dict[str, np.ndarray]:
    """All arrays of real numbers of a file by name, also those in structs; cells and texts are left out."""
    data = file.data
    if data[126:128] not in (b"IM", b"MI"):
        raise file.error("a mark of the byte order", repr(data[126:128]), position="byte 126")
    order = "<" if data[126:128] == b"IM" else ">"
    arrays: dict[str, np.ndarray] = {}
    at, unpacked = _HEADER, 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(order + "II", data, at)
        at += 8
        if size > len(data) - at:
            raise file.error(f"{size:,} bytes", f"{len(data) - at:,}: the file may be truncated", position=f"byte {at}")
        element = data[at : at + size]
        at += size + (-size % 8 if kind != _PACKED else 0)
        if kind == _PACKED:
            element = _inflate(file, element, MAX_UNPACKED - unpacked)
            unpacked += len(element)
            if len(element) < 8:
                continue
            kind, size = struct.unpack_from(order + "II", element)
            element = element[8 : 8 + size]
        if kind == _MATRIX:
            for name, array in _matrices(file, element, order):
                arrays.setdefault(name or f"array_{len(arrays)}", array)
        if len(arrays) > MAX_ARRAYS:
            raise file.error(f"at most {MAX_ARRAYS} arrays", "more")
    return arrays


def _inflate(file: SkeletonFile, data: bytes, most: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, max(most, 0) + 1)
    except zlib.error as error:
        raise file.error("arrays that can be unpacked", str(error)) from None
    if len(out) > most:
        raise file.error(f"at most {MAX_UNPACKED >> 20} MB unpacked", "more")
    return out


def _matrices(
    file: SkeletonFile, data: bytes, order: str, above: str = "", depth: int = 0
) -> Iterator[tuple[str, np.ndarray]]:
    """(name, array) of a matrix that is a plain real array of numbers; of a struct, those of its fields (`motion.joints.Hips`)."""
    at, flags = 0, _part(file, data, 0, order)
    if flags is None or len(flags[1]) < 4 or struct.unpack_from(order + "I", flags[1])[0] & 0xFF != _STRUCT:
        name, array = _matrix(file, data, order)
        if array is not None:
            yield (f"{above}.{name}" if above and name else above or name), array
        return
    parts = []
    for _ in range(5):  # flags, sizes, name, length of the fields' names, their names
        if (part := _part(file, data, at, order)) is None:
            return
        parts.append(part[1])
        at = part[2]
    width = int.from_bytes(parts[3][:4], "little" if order == "<" else "big")
    if not 0 < width <= 64 or depth > _DEEP:
        return
    names = [parts[4][row : row + width].split(b"\0")[0].decode("latin-1") for row in range(0, len(parts[4]), width)]
    above = ".".join(text for text in (above, parts[2].decode("latin-1").strip("\0")[:64]) if text)
    for name in names[:MAX_ARRAYS]:  # of the first of several structs
        if (part := _part(file, data, at, order)) is None:
            return
        yield from _matrices(file, part[1], order, f"{above}.{name}", depth + 1)
        at = part[2]


def _matrix(file: SkeletonFile, data: bytes, order: str) -> tuple[str, np.ndarray | None]:
    """(name, array) of a matrix; None for what is no plain real array of numbers."""
    parts, at = [], 0
    for _ in range(4):  # flags, sizes, name, numbers
        part = _part(file, data, at, order)
        if part is None:
            return "", None
        kind, body, at = part
        parts.append((kind, body))
    flags, sizes, name, (kind, body) = parts
    if len(flags[1]) < 4 or len(sizes[1]) % 4:
        raise file.error("an array's flags and sizes", "others")
    flag = struct.unpack_from(order + "I", flags[1])[0]
    shape = np.frombuffer(sizes[1], order + "i4").tolist()
    text = name[1].decode("latin-1").strip("\0")[:64]
    if flag & 0xFF not in _NUMERIC or flag & 0x800 or kind not in _TYPES or not 1 <= len(shape) <= 8 or min(shape) < 0:
        return text, None
    dtype = np.dtype(order + _TYPES[kind])
    count = math.prod(shape)
    if count * dtype.itemsize > MAX_ARRAY_BYTES or count * dtype.itemsize != len(body) - len(body) % dtype.itemsize:
        expected = f"{count * dtype.itemsize:,} bytes for shape {tuple(shape)}"
        raise file.error(expected, f"{len(body):,}", position=f"key {text!r}")
    return text, np.frombuffer(body, dtype, count).reshape(shape, order="F")


def _part(file: SkeletonFile, data: bytes, at: int, order: str) -> tuple[int, bytes, int] | None:
    """(type, bytes, where the next begins) of a data element, whose short form holds up to four bytes in its tag."""
    if at + 8 > len(data):
        return None
    kind, size = struct.unpack_from(order + "II", data, at)
    if kind >> 16:
        return kind & 0xFFFF, data[at + 4 : at + 4 + min(kind >> 16, 4)], at + 8
    if size > len(data) - at - 8:
        raise file.error(f"{size:,} bytes in an array", f"{len(data) - at - 8:,}: the file may be truncated")
    return kind, data[at + 8 : at + 8 + size], at + 8 + size + -size % 8


READER = Reader(
    "matlab", "MATLAB .mat, version 5 (UTD-MHAD)",
    "a MATLAB 5.0 MAT-file with an array of joints",
    _detect, _read, (".mat",),
)  # fmt: skip
