"""NumPy files, opened safely: shapes and sizes are checked before memory is taken, objects are never unpickled."""

from __future__ import annotations

import ast
import math
import zipfile
import zlib

import numpy as np

from .reader import MAX_VALUES
from .source import PICKLE_HINT, SkeletonFile

MAX_UNPACKED = 256 * 2**20  # bytes of all arrays of an .npz together: a zip may claim a thousand times its size
MAX_MEMBERS = 1000
MAX_ARRAY_BYTES = 8 * MAX_VALUES
_NPY = b"\x93NUMPY"


def is_npy(file: SkeletonFile) -> bool:
    return file.head.startswith(_NPY)


def is_zip(file: SkeletonFile) -> bool:
    return file.head.startswith(b"PK\x03\x04")


def npy_shape(file: SkeletonFile) -> tuple[int, ...] | None:
    """Shape of an .npy file, or None where it is no readable one."""
    try:
        return _header(file, file.head, "", file.size)[0] if is_npy(file) else None
    except ValueError:
        return None


def read_npy(file: SkeletonFile) -> np.ndarray:
    """The array of an .npy file. SkeletonFileError: objects, a broken header, a size that does not fit."""
    return _array(file, file.data, "")


class Npz:
    """The arrays of an .npz file, read one by one.

    Raises:
        SkeletonFileError: no zip, no arrays in it, too many or too large.
    """

    def __init__(self, file: SkeletonFile, max_unpacked: int = MAX_UNPACKED):
        self.file = file
        try:
            with zipfile.ZipFile(file.path) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise file.error("an .npz archive", f"a broken zip: {error}") from None
        if any(member.filename.endswith(".pkl") for member in members):
            raise file.error("an .npz archive", f"a PyTorch checkpoint with a pickle in it: {PICKLE_HINT}")
        total = sum(member.file_size for member in members)
        if len(members) > MAX_MEMBERS or total > max_unpacked:
            raise file.error(
                f"at most {MAX_MEMBERS} arrays of {max_unpacked >> 20} MB together",
                f"{len(members)} of {total >> 20} MB",
            )
        self._members = {m.filename.removesuffix(".npy"): m for m in members if m.filename.endswith(".npy")}
        if not self._members:
            raise file.error("arrays (.npy) in the archive", ", ".join(m.filename for m in members[:8]) or "nothing")

    def __contains__(self, key: str) -> bool:
        return key in self._members

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def shape(self, key: str) -> tuple[int, ...]:
        """Shape of an array, from its header alone; objects give ()."""
        try:
            return _header(self.file, self._bytes(key, 16_384), key, self._members[key].file_size)[0]
        except ValueError:
            return ()

    def __getitem__(self, key: str) -> np.ndarray:
        if key not in self._members:
            raise self.file.error(f"an array {key!r}", f"only {', '.join(sorted(self._members))}")
        return _array(self.file, self._bytes(key, self._members[key].file_size), key)

    def text(self, key: str) -> str:
        """A string stored as an array of no dimensions."""
        array = self[key]
        if array.dtype.kind not in "US" or array.size != 1:
            raise self.file.error("one text", f"{array.dtype} of shape {array.shape}", position=f"key {key!r}")
        value = array.reshape(-1)[0]
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def number(self, key: str) -> float:
        """A number stored as an array of one value."""
        array = self[key]
        if array.dtype.kind not in "fiu" or array.size != 1:
            raise self.file.error("one number", f"{array.dtype} of shape {array.shape}", position=f"key {key!r}")
        return float(array.reshape(-1)[0])

    def _bytes(self, key: str, count: int) -> bytes:
        try:
            with zipfile.ZipFile(self.file.path) as archive, archive.open(self._members[key]) as stream:
                return stream.read(count)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise self.file.error("an array that can be unpacked", str(error), position=f"key {key!r}") from None


def floats(file: SkeletonFile, array: np.ndarray, key: str = "") -> np.ndarray:
    """The array as float32. SkeletonFileError: texts, complex numbers."""
    if array.dtype.kind not in "fiub":
        raise file.error("numbers", f"dtype {array.dtype}", position=f"key {key!r}" if key else "")
    with np.errstate(over="ignore"):  # beyond float32 becomes infinite, which is masked
        return array.astype(np.float32)


def _header(file: SkeletonFile, data: bytes, key: str, size: int) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    """(shape, is Fortran order, dtype, bytes of the header) of .npy data that has `size` bytes in all."""
    where = f"key {key!r}" if key else ""
    width = {b"\x01": 2, b"\x02": 4, b"\x03": 4}.get(data[6:7], 0)
    length = int.from_bytes(data[8 : 8 + width], "little")
    if not data.startswith(_NPY) or not width or length > 10_000 or len(data) < 8 + width + length:
        raise file.error("an .npy header", "a broken one", position=where)
    try:  # the header is a Python literal, parsed as such: a hostile one fails in many ways
        header = ast.literal_eval(data[8 + width : 8 + width + length].decode("latin-1").strip())
        shape, fortran, dtype = tuple(header["shape"]), bool(header["fortran_order"]), np.dtype(header["descr"])
        if not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("shape")
    except (ValueError, TypeError, KeyError, SyntaxError, RecursionError, MemoryError):
        raise file.error("an .npy header", "a broken one", position=where) from None
    if dtype.hasobject:
        raise file.error("an array of numbers", f"an array of Python objects: {PICKLE_HINT}", position=where)
    if dtype.fields is not None or dtype.subdtype is not None:
        raise file.error("an array of numbers", f"records {dtype}"[:200], position=where)
    start = 8 + width + length
    wanted = math.prod(shape) * dtype.itemsize
    if wanted != size - start:
        raise file.error(
            f"{wanted} bytes for shape {shape}", f"{size - start}: the file may be truncated", position=where
        )
    return shape, fortran, dtype, start


def _array(file: SkeletonFile, data: bytes, key: str) -> np.ndarray:
    shape, fortran, dtype, start = _header(file, data, key, len(data))
    if len(data) - start > MAX_ARRAY_BYTES:
        raise file.error(
            f"at most {MAX_ARRAY_BYTES:,} bytes in an array", f"{len(data) - start:,}", position=f"key {key!r}"
        )
    if dtype.itemsize == 0 or math.prod(shape) == 0:
        return np.zeros(shape, dtype) if dtype.itemsize else np.zeros(0, np.float32)
    return np.frombuffer(data, dtype, offset=start).reshape(shape, order="F" if fortran else "C")
