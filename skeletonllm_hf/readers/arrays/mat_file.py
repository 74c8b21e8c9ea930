"""The arrays of MATLAB `.mat` files of version 5: numbers and texts, also those in structs and cells; of version 4 tables of numbers."""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..source import SkeletonFile
from .arrays import MAX_ARRAY_BYTES, MAX_UNPACKED

HEADER = 128
_OLD_HEADER = 20  # of an array of version 4
_OLD_TYPES = ("f8", "f4", "i4", "i2", "u2", "u1")
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_MATRIX, _PACKED = 14, 15
_CELL, _STRUCT, _CHAR = 1, 2, 4  # mxCELL_CLASS, ...
_NUMERIC = range(6, 16)  # mxDOUBLE_CLASS to mxUINT64_CLASS; others: objects, sparse, functions
_DEEP = 6  # structs and cells in each other
_COMPLEX = 0x800
MAX_ARRAYS = 1000
MAX_ELEMENTS = 300_000  # of structs and cells, taken one by one

Value = Any  # an array of numbers or texts, a struct (dict), or structs and cells in a row (Elements)


class Elements(list[Value]):
    """The elements of a cell, or the structs of an array of them, the first index fastest. `shape`: how they stand."""

    shape: tuple[int, ...] = ()


class MatFile:
    """The arrays of a file by name (`motion.joints`). `arrays`: of numbers; `texts`: of words, with one axis."""

    def __init__(self, file: SkeletonFile) -> None:
        self.file = file
        self.order = "<"
        self.arrays: dict[str, np.ndarray] = {}
        self.texts: dict[str, np.ndarray] = {}
        self._elements = 0
        data = file.data
        if old_array(file.head) is not None:
            self._old_arrays(data)
            return
        if data[126:128] not in (b"IM", b"MI"):
            raise file.error("a mark of the byte order", repr(data[126:128]), position="byte 126")
        self.order = "<" if data[126:128] == b"IM" else ">"
        at, unpacked = HEADER, 0
        while at + 8 <= len(data):
            kind, size = struct.unpack_from(self.order + "II", data, at)
            at += 8
            if size > len(data) - at:
                found = f"{len(data) - at:,}: the file may be truncated"
                raise file.error(f"{size:,} bytes", found, position=f"byte {at}")
            element = data[at : at + size]
            at += size + (-size % 8 if kind != _PACKED else 0)
            if kind == _PACKED:
                stream = zlib.decompressobj()
                tag = self._inflate(stream, element, 8)
                if len(tag) < 8:
                    continue
                kind, size = struct.unpack(self.order + "II", tag)
                unpacked += size
                if unpacked > MAX_UNPACKED:
                    raise file.error(f"at most {MAX_UNPACKED >> 20} MB unpacked", f"{unpacked:,} bytes or more")
                element = self._inflate(stream, stream.unconsumed_tail, size) if size else b""
            if kind == _MATRIX:
                name, value = self._matrix(element)
                self._name(name or f"array_{len(self.arrays)}", value)

    def _old_arrays(self, data: bytes) -> None:
        """The arrays of version 4, one after the other. SkeletonFileError: truncated."""
        at = 0
        while (found := old_array(data[at : at + _OLD_HEADER + 64])) is not None:
            name, dtype, shape, start, planes = found
            size = math.prod(shape) * dtype.itemsize
            if size > min(len(data) - at - start, MAX_ARRAY_BYTES):
                raise self.file.error(f"{size:,} bytes", f"{len(data) - at - start:,}: the file may be truncated", position=f"key {name!r}")  # fmt: skip
            self._name(name, np.frombuffer(data, dtype, math.prod(shape), at + start).reshape(shape, order="F"))
            at += start + planes * size

    def _name(self, name: str, value: Value) -> None:
        """Puts the arrays that a value holds under their names."""
        if len(self.arrays) + len(self.texts) >= MAX_ARRAYS:
            raise self.file.error(f"at most {MAX_ARRAYS} arrays", "more")
        if isinstance(value, dict):
            for key, inner in value.items():
                self._name(f"{name}.{key}", inner)
        elif isinstance(value, Elements):
            self._name_elements(name, value)
        elif value is not None:
            (self.texts if value.dtype.kind == "U" else self.arrays).setdefault(name, value)

    def _name_elements(self, name: str, elements: Elements) -> None:
        structs = [element for element in elements if isinstance(element, dict)]
        if structs and len(structs) == len(elements):
            for key in structs[0]:
                fields = Elements(one.get(key) for one in structs)
                fields.shape = elements.shape
                self._name(f"{name}.{key}", fields)
        elif (array := _in_one(elements)) is not None:
            self._name(name, array)
        else:
            for number, element in enumerate(elements[:MAX_ARRAYS], 1):
                self._name(f"{name}({number})", element)

    def _matrix(self, data: bytes, depth: int = 0) -> tuple[str, Value]:
        """(name, value) of an array; no value for what is neither numbers nor texts, structs nor cells."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS or depth > _DEEP:
            expected = f"at most {MAX_ELEMENTS:,} structs and cells, {_DEEP} in each other"
            raise self.file.error(expected, "more")
        parts, at = [], 0
        for _ in range(3):  # flags, sizes, name
            if (part := self._part(data, at)) is None:
                return "", None
            parts.append(part[1])
            at = part[2]
        flags, sizes, name = parts
        if len(flags) < 4 or len(sizes) % 4:
            raise self.file.error("an array's flags and sizes", "others")
        flag = struct.unpack_from(self.order + "I", flags)[0]
        shape = np.frombuffer(sizes, self.order + "i4").tolist()
        text = name.decode("latin-1").strip("\0")[:64]
        if not 1 <= len(shape) <= 8 or min(shape) < 0:
            return text, None
        kind = flag & 0xFF
        if kind == _STRUCT:
            return text, self._structs(data, at, shape, depth)
        if kind == _CELL:
            return text, self._cells(data, at, shape, depth)
        if kind == _CHAR:
            return text, self._words(data, at, shape)
        return text, self._numbers(data, at, shape, text) if kind in _NUMERIC and not flag & _COMPLEX else None

    def _structs(self, data: bytes, at: int, shape: list[int], depth: int) -> Value:
        width, names = self._part(data, at), None
        if width is not None:
            names = self._part(data, width[2])
        if width is None or names is None:
            return None
        size = int.from_bytes(width[1][:4], "little" if self.order == "<" else "big")
        if not 0 < size <= 64:
            return None
        keys = [names[1][row : row + size].split(b"\0")[0].decode("latin-1") for row in range(0, len(names[1]), size)][
            :MAX_ARRAYS
        ]
        inner = self._inner(data, names[2], math.prod(shape) * len(keys), depth)
        if math.prod(shape) == 1:
            return dict(zip(keys, inner, strict=False))
        found = Elements(
            dict(zip(keys, inner[row : row + len(keys)], strict=True))
            for row in range(0, len(inner) - len(keys) + 1, len(keys) or 1)
        )
        found.shape = tuple(shape)
        return found

    def _cells(self, data: bytes, at: int, shape: list[int], depth: int) -> Elements:
        found = Elements(self._inner(data, at, math.prod(shape), depth))
        found.shape = tuple(shape)
        return found

    def _inner(self, data: bytes, at: int, count: int, depth: int) -> list[Value]:
        """The values of the next `count` elements; fewer where the data ends."""
        values: list[Value] = []
        while len(values) < count and (part := self._part(data, at)) is not None:
            values.append(self._matrix(part[1], depth + 1)[1] if part[0] == _MATRIX else None)
            at = part[2]
        return values

    def _words(self, data: bytes, at: int, shape: list[int]) -> np.ndarray | None:
        """(rows,) texts of an array of characters."""
        part = self._part(data, at)
        if part is None or part[0] not in _TEXTS or len(shape) != 2 or len(part[1]) > 1 << 20:
            return None
        ending = ("-le" if self.order == "<" else "-be") if _TEXTS[part[0]] != "utf-8" and part[0] > 2 else ""
        text = part[1].decode(_TEXTS[part[0]] + ending, "replace")
        rows = shape[0]
        return np.array([text[row::rows].strip("\0 ")[:256] for row in range(rows)] if rows else [""])

    def _numbers(self, data: bytes, at: int, shape: list[int], text: str) -> np.ndarray | None:
        part = self._part(data, at)
        if part is None or part[0] not in _TYPES:
            return None
        body = part[1]
        dtype = np.dtype(self.order + _TYPES[part[0]])
        count = math.prod(shape)
        if count * dtype.itemsize > MAX_ARRAY_BYTES or count * dtype.itemsize != len(body) - len(body) % dtype.itemsize:
            expected = f"{count * dtype.itemsize:,} bytes for shape {tuple(shape)}"
            raise self.file.error(expected, f"{len(body):,}", position=f"key {text!r}")
        return np.frombuffer(body, dtype, count).reshape(shape, order="F")

    def _inflate(self, stream: Any, data: bytes, most: int) -> bytes:
        try:
            return stream.decompress(data, most)  # type: ignore[no-any-return]  # typeshed has no class for it
        except zlib.error as error:
            raise self.file.error("arrays that can be unpacked", str(error)) from None

    def _part(self, data: bytes, at: int) -> tuple[int, bytes, int] | None:
        """(type, bytes, where the next begins) of a data element, whose short form holds up to four bytes in its tag."""
        if at + 8 > len(data):
            return None
        kind, size = struct.unpack_from(self.order + "II", data, at)
        if kind >> 16:
            return kind & 0xFFFF, data[at + 4 : at + 4 + min(kind >> 16, 4)], at + 8
        if size > len(data) - at - 8:
            found = f"{len(data) - at - 8:,}: the file may be truncated"
            raise self.file.error(f"{size:,} bytes in an array", found)
        return kind, data[at + 8 : at + 8 + size], at + 8 + size + -size % 8


def old_array(data: bytes) -> tuple[str, np.dtype, tuple[int, int], int, int] | None:
    """(name, type, rows and columns, where its numbers begin, parts of a number) of an array of version 4 at the beginning; None for others."""
    for order in "<>":
        if len(data) <= _OLD_HEADER:
            return None
        kind, rows, columns, imaginary, length = struct.unpack_from(order + "5i", data)
        name = data[_OLD_HEADER : _OLD_HEADER + length - 1] if 1 < length <= 64 else b""
        fits = (
            kind // 1000 == (order == ">")
            and kind // 100 % 10 == 0
            and kind // 10 % 10 < len(_OLD_TYPES)
            and kind % 10 == 0
        )
        if fits and rows > 0 < columns and imaginary in (0, 1) and re.fullmatch(rb"[A-Za-z]\w*", name):
            dtype = np.dtype(order + _OLD_TYPES[kind // 10 % 10])
            return name.decode(), dtype, (rows, columns), _OLD_HEADER + length, 1 + imaginary
    return None


def _in_one(elements: Elements) -> np.ndarray | None:
    """The elements as one array: words as they are, arrays of one size along axes of their own, NaN for empty ones; None for others."""
    known = [element for element in elements if isinstance(element, np.ndarray) and element.size]
    if not known or any(element is not None and not isinstance(element, np.ndarray) for element in elements):
        return None
    shapes = {element.shape for element in known}
    if all(element.dtype.kind == "U" for element in known):
        return np.concatenate(known) if shapes == {(1,)} and len(known) == len(elements) else None
    if len(shapes) > 1 or any(element.dtype.kind == "U" for element in known):
        return None
    nothing = np.full(known[0].shape, np.nan)
    parts = [nothing if element is None or not element.size else element for element in elements]
    inner = [size for size in known[0].shape if size > 1]
    outer: Sequence[int] = [size for size in elements.shape if size > 1] or [len(parts)]
    if math.prod(outer) != len(parts):  # some are missing
        outer = [len(parts)]
    stacked = np.stack(parts).reshape(*outer[::-1], *inner)
    return stacked.transpose(*reversed(range(len(outer))), *range(len(outer), stacked.ndim))
