"""Containers of glTF 2.0: JSON, its buffers (`.glb`, data URIs, a `.bin` beside it), and accessors as arrays."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

import numpy as np

from ..reader import MAX_VALUES
from ..source import SkeletonFile

_GLB = b"glTF"
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_TYPES = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_WHOLE = {"i1": 127.0, "u1": 255.0, "<i2": 32767.0, "<u2": 65535.0}  # what stands for 1 in normalised integers


class Gltf:
    """A glTF file: its JSON, and its accessors as arrays.

    Raises:
        SkeletonFileError: no glTF 2.0, chunks or buffers that are not there.
    """

    def __init__(self, file: SkeletonFile):
        self.file = file
        self._binary = b""
        self.json = self._glb() if file.head.startswith(_GLB) else file.json()
        if not isinstance(self.json, dict):
            raise file.error("an object", type(self.json).__name__, position="top level")
        self._buffers: dict[int, bytes] = {}
        self._given = 0  # values of all accessors that were asked for: many may stand on the same bytes

    def _glb(self) -> object:
        data = self.file.data
        if len(data) < 20 or struct.unpack_from("<I", data, 4)[0] != 2:
            raise self.file.error("glTF of version 2", f"{data[4:8].hex()}", position="byte 4")
        at, text = 12, None
        while at + 8 <= len(data):
            size, kind = struct.unpack_from("<II", data, at)
            if size > len(data) - at - 8:
                found = "the end: the file may be truncated"
                raise self.file.error(f"a chunk of {size:,} bytes", found, position=f"byte {at}")
            chunk = data[at + 8 : at + 8 + size]
            at += 8 + size
            if kind == _JSON and text is None:
                text = chunk
            elif kind == _BIN and not self._binary:
                self._binary = chunk
        if text is None:
            raise self.file.error("a chunk of JSON", "none")
        return self.file.with_data(text).json()

    def rows(self, key: str) -> list[dict[str, Any]]:
        """The objects in the list of that name; none where there is no such list."""
        rows = self.json.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.file.error("a list of objects", type(rows).__name__, position=key)
        return rows

    def listed(self, row: dict[str, Any], key: str, where: str) -> list[Any]:
        """The list of that name; an empty one where there is none."""
        values = row.get(key, [])
        if not isinstance(values, list):
            raise self.file.error("a list", repr(values)[:40], position=f"{where}.{key}")
        return values

    def index(self, value: object, count: int, where: str) -> int:
        """A whole number below `count`, as JSON's floats give it."""
        if not isinstance(value, float) or not value.is_integer() or not 0 <= value < count:
            raise self.file.error(f"a number from 0 to {count - 1}", repr(value)[:40], position=where)
        return int(value)

    def accessor(self, number: int) -> np.ndarray:
        """(count, width) float32 of an accessor. SkeletonFileError: sparse, outside its buffer, of another kind."""
        accessors = self.rows("accessors")
        where = f"accessors[{number}]"
        accessor = accessors[self.index(float(number), len(accessors), "accessor")]
        component, kind = accessor.get("componentType"), accessor.get("type")
        dtype = _TYPES.get(component) if isinstance(component, float) else None
        width = _WIDTHS.get(kind) if isinstance(kind, str) else None
        count = self.index(accessor.get("count"), MAX_VALUES, f"{where}.count")
        if dtype is None or width is None or "sparse" in accessor:
            raise self.file.error("an accessor of numbers", "another (sparse)", position=where)
        self._given += count * width
        if self._given > MAX_VALUES:
            raise self.file.error(f"at most {MAX_VALUES:,} values in all tracks", "more", position=where)
        views = self.rows("bufferViews")
        view = views[self.index(accessor.get("bufferView"), len(views), f"{where}.bufferView")]
        data = self._buffer(view.get("buffer"))
        size = np.dtype(dtype).itemsize * width
        stride = self.index(view.get("byteStride", float(size)), 1 << 16, f"{where}.byteStride")
        start = sum(
            self.index(part.get("byteOffset", 0.0), len(data) + 1, f"{where}.byteOffset") for part in (view, accessor)
        )
        if count == 0 or stride < size or start + stride * (count - 1) + size > len(data):
            raise self.file.error(f"{count} rows inside its buffer of {len(data):,} bytes", "others", position=where)
        rows = np.lib.stride_tricks.as_strided(np.frombuffer(data, np.uint8)[start:], (count, size), (stride, 1))
        values = np.ascontiguousarray(rows).view(dtype).astype(np.float32)
        return np.maximum(values / _WHOLE[dtype], -1) if accessor.get("normalized") and dtype in _WHOLE else values

    def _buffer(self, number: object) -> bytes:
        buffers = self.rows("buffers")
        row = self.index(number, len(buffers), "buffer")
        if row not in self._buffers:
            self._buffers[row] = self._load(buffers[row].get("uri"), f"buffers[{row}]")
        return self._buffers[row]

    def _load(self, uri: object, where: str) -> bytes:
        if uri is None and self._binary:
            return self._binary
        if not isinstance(uri, str):
            raise self.file.error("a chunk of bytes, or a uri", "neither", position=where)
        if uri.startswith("data:"):
            try:
                return base64.b64decode(uri.partition(",")[2], validate=True)
            except (binascii.Error, ValueError):
                raise self.file.error("bytes in base 64", "others", position=f"{where}.uri") from None
        if "/" in uri or "\\" in uri or uri.startswith("."):
            raise self.file.error("a file beside it", repr(uri[:60]), position=f"{where}.uri")
        return SkeletonFile(self.file.path.parent / uri, self.file.max_bytes).data
