"""NumPy files, opened safely: shapes and sizes are checked before memory is taken, objects are never unpickled."""

from __future__ import annotations

import ast
import io
import math
import struct
import zipfile
import zlib

import numpy as np

from ..reader import MAX_VALUES
from ..source import PICKLE_HINT, SkeletonFile

MAX_UNPACKED = 256 * 2**20  # bytes of all arrays of an .npz together: a zip may claim a thousand times its size
MAX_MEMBERS = 1000
MAX_ARRAY_BYTES = 8 * MAX_VALUES
MAX_TEXT_BYTES = 4 * 2**20  # of a text stored as an array: a layout, or captions as JSON
_NPY = b"\x93NUMPY"
_MAX_DIMS, _MAX_SIZE = 16, 2**40  # numpy itself stops at 32 or 64 dimensions
_DIRECTORY_ENTRY = 46 + 512  # bytes of a member's entry in the zip's directory, its name and extra fields included
_END, _END64, _END_BYTES = b"PK\x05\x06", b"PK\x06\x07", 22
_PIECE_BYTES = 1 << 20
# What zipfile raises at broken archives.
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error,
    EOFError, OSError, ValueError, IndexError, NotImplementedError, RuntimeError,
)  # fmt: skip


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


def npy_columns(file: SkeletonFile) -> dict[str, np.ndarray] | None:
    """The columns of an .npy file of records, by name; None for other arrays. SkeletonFileError: as `read_npy`."""
    shape, _, dtype, start = _any_header(file, file.head, "", file.size)
    if dtype.names is None:
        return None
    _check_bytes(file, file.size - start, "")
    records = np.frombuffer(file.data, dtype, offset=start) if math.prod(shape) * dtype.itemsize else np.zeros(0, dtype)
    return {name: records[name] for name in dtype.names}


class Npz:
    """The arrays of an .npz file, read one by one.

    Raises:
        SkeletonFileError: no zip, no arrays in it, too many or too large.
    """

    def __init__(self, file: SkeletonFile, max_unpacked: int = MAX_UNPACKED):
        self.file = file
        check_directory(file)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(file.data))
        except BROKEN_ZIP as error:
            raise file.error("an .npz archive", f"a broken zip: {error}") from None
        members = self._archive.infolist()
        if any(member.filename.endswith(".pkl") for member in members):
            raise file.error("an .npz archive", f"a PyTorch checkpoint with a pickle in it: {PICKLE_HINT}")
        total = sum(member.file_size for member in members)
        if len(members) > MAX_MEMBERS or total > max_unpacked:
            expected = f"at most {MAX_MEMBERS} arrays of {max_unpacked >> 20} MB together"
            raise file.error(expected, f"{len(members)} of {total >> 20} MB")
        for member in members:
            if fault := packing_fault(member):
                expected, key = "members that are stored or deflated, as NumPy writes them", member.filename[:40]
                raise file.error(expected, fault, position=f"key {key!r}")
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
            return self._head(key)[0]
        except ValueError:
            return ()

    def __getitem__(self, key: str) -> np.ndarray:
        if key not in self._members:
            raise self.file.error(f"an array {key!r}", f"only {', '.join(sorted(self._members))}")
        return _array(self.file, self._bytes(key, self._members[key].file_size), key)

    def is_text(self, key: str) -> bool:
        """Whether an array is there and holds texts, from its header alone."""
        try:
            return key in self._members and self._head(key)[2].kind in "US"
        except ValueError:  # objects
            return False

    def text(self, key: str) -> str:
        """A string stored as an array of no dimensions. SkeletonFileError: another array, too long, or no Unicode text."""
        array = self._single(key, "one text", "US", MAX_TEXT_BYTES)
        if array.dtype.kind == "S":
            return bytes(array.reshape(-1)[0]).decode("utf-8", "replace")
        try:  # not through NumPy, which fails badly at numbers beyond Unicode and lets half characters (surrogates) pass
            return array.astype(array.dtype.newbyteorder("<")).tobytes().decode("utf-32-le").rstrip("\0")
        except UnicodeDecodeError:
            raise self.file.error("Unicode text", "other characters", position=f"key {key!r}") from None

    def number(self, key: str) -> float:
        """A number stored as an array of one value."""
        return float(self._single(key, "one number", "fiu", 1024).reshape(-1)[0])

    def _single(self, key: str, what: str, kinds: str, most: int) -> np.ndarray:
        """An array of one value, checked before it is unpacked."""
        shape, dtype = self.shape(key), self._head(key)[2]
        if dtype.kind not in kinds or math.prod(shape) != 1:
            raise self.file.error(what, f"{dtype} of shape {shape}", position=f"key {key!r}")
        if self._members[key].file_size > most:
            size = f"{self._members[key].file_size:,}"
            raise self.file.error(f"{what} of at most {most:,} bytes", size, position=f"key {key!r}")
        return self[key]

    def _head(self, key: str) -> Head:
        return _header(self.file, self._bytes(key, 16_384), key, self._members[key].file_size)

    def _bytes(self, key: str, count: int) -> bytearray:
        """The first bytes of a member, at most `count`: piece by piece, so that no second copy of them is held."""
        held = bytearray(min(count, self._members[key].file_size))
        filled = 0
        try:
            with self._archive.open(self._members[key]) as stream:
                while filled < len(held) and (piece := stream.read(min(len(held) - filled, _PIECE_BYTES))):
                    held[filled : filled + len(piece)] = piece
                    filled += len(piece)
                if filled == self._members[key].file_size:
                    stream.read(1)  # at the end the checksum is compared
        except BROKEN_ZIP as error:
            raise self.file.error("an array that can be unpacked", str(error)[:200], position=f"key {key!r}") from None
        del held[filled:]
        return held


def npz_names(file: SkeletonFile) -> frozenset[str]:
    """Names of the arrays of an .npz file; none for other files."""
    return frozenset(file.once(Npz).names) if is_zip(file) else frozenset()


def packing_fault(member: zipfile.ZipInfo) -> str:
    """Why a member is not unpacked, or an empty text. zipfile can set no limit for bzip2 and LZMA."""
    if member.flag_bits & 1:
        return "an encrypted one"
    known = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return "" if known else f"packing method {member.compress_type}"


def check_directory(file: SkeletonFile, most: int = MAX_MEMBERS, what: str = "arrays") -> None:
    """Counts a zip's members, from its last record, before its directory is read: a million of them take seconds.

    Raises:
        SkeletonFileError: no such record, too many members, or the large format (zip64), which only such archives need.
    """
    tail = file.data[-_END_BYTES - 0xFFFF :]
    at = len(tail) - _END_BYTES if tail[-_END_BYTES:].startswith(_END) and tail.endswith(b"\0\0") else tail.rfind(_END)
    if at < 0 or at + _END_BYTES > len(tail):
        raise file.error("a zip archive", "a broken zip: its directory is missing")
    count, size = struct.unpack_from("<HI", tail, at + 10)
    if tail[max(at - 20, 0) : at].startswith(_END64):
        raise file.error(f"at most {most} {what} in the archive", "the format for more than 65,535 (zip64)")
    if count > most or size > most * _DIRECTORY_ENTRY:
        raise file.error(f"at most {most} {what} in the archive", f"{count:,}, listed in {size:,} bytes")


def floats(file: SkeletonFile, array: np.ndarray, key: str = "") -> np.ndarray:
    """The array as float32. SkeletonFileError: texts, complex numbers."""
    if array.dtype.kind not in "fiub":
        raise file.error("numbers", f"dtype {array.dtype}", position=f"key {key!r}" if key else "")
    with np.errstate(over="ignore"):  # beyond float32 becomes infinite, which is masked
        return array.astype(np.float32, copy=False)


Head = tuple[tuple[int, ...], bool, np.dtype, int]  # shape, is in Fortran's order, dtype, bytes of the header


def _header(file: SkeletonFile, data: bytes | bytearray, key: str, size: int) -> Head:
    """The header of .npy data that has `size` bytes in all; records are refused."""
    head = _any_header(file, data, key, size)
    if head[2].names is not None:
        raise file.error("an array of numbers", f"records {head[2]}"[:200], position=f"key {key!r}" if key else "")
    return head


def _any_header(file: SkeletonFile, data: bytes | bytearray, key: str, size: int) -> Head:
    where = f"key {key!r}" if key else ""
    width = {b"\x01": 2, b"\x02": 4, b"\x03": 4}.get(bytes(data[6:7]), 0)
    length = int.from_bytes(data[8 : 8 + width], "little")
    if not data.startswith(_NPY) or not width or length > 10_000 or len(data) < 8 + width + length:
        raise file.error("an .npy header", "a broken one", position=where)
    try:  # the header is a Python literal, parsed as such: a hostile one fails in many ways
        header = ast.literal_eval(data[8 + width : 8 + width + length].decode("latin-1").strip())
        shape, fortran, dtype = tuple(header["shape"]), bool(header["fortran_order"]), np.dtype(header["descr"])
        if len(shape) > _MAX_DIMS or not all(type(n) is int and 0 <= n <= _MAX_SIZE for n in shape):
            raise ValueError("shape")
        if math.prod(n for n in shape if n) > _MAX_SIZE:
            raise ValueError("size")
    except Exception:  # NumPy, too, stumbles over such descriptions in many ways
        raise file.error("an .npy header", "a broken one", position=where) from None
    if dtype.hasobject:
        raise file.error("an array of numbers", f"an array of Python objects: {PICKLE_HINT}", position=where)
    if dtype.subdtype is not None:
        raise file.error("an array of numbers", f"arrays in an array: {dtype}"[:200], position=where)
    start = 8 + width + length
    expected = math.prod(shape) * dtype.itemsize
    if expected != size - start:
        found = f"{size - start}: the file may be truncated"
        raise file.error(f"{expected} bytes for shape {shape}", found, position=where)
    return shape, fortran, dtype, start


def _check_bytes(file: SkeletonFile, count: int, key: str) -> None:
    if count > MAX_ARRAY_BYTES:
        raise file.error(f"at most {MAX_ARRAY_BYTES:,} bytes in an array", f"{count:,}", position=f"key {key!r}")


def _array(file: SkeletonFile, data: bytes | bytearray, key: str) -> np.ndarray:
    shape, fortran, dtype, start = _header(file, data, key, len(data))
    _check_bytes(file, len(data) - start, key)
    if dtype.itemsize == 0 or math.prod(shape) == 0:
        return np.zeros(shape if 0 in shape else 0, np.float32)
    return np.frombuffer(data, dtype, offset=start).reshape(shape, order="F" if fortran else "C")
