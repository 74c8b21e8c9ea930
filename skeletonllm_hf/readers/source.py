"""Files and folders that readers open: checks of kind and size, first bytes, text, JSON, and the errors.

Kind and size are checked before anything is read. All that can go wrong with a file becomes a `SkeletonFileError`, which
names the file, the position, what was expected and what was found.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import stat
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")

# A two-hour Kinect recording of two people is 300 MB of NTU text; what is larger is not one clip.
MAX_FILE_BYTES = 512 * 2**20
# Videos are decoded frame by frame and never held: an hour of 4K by a phone. By its ending a file may be one.
MAX_VIDEO_BYTES = 8 * 2**30
VIDEO_ENDINGS = (
    ".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".gif", ".wmv", ".flv", ".ts", ".mts", ".mpg", ".mpeg", ".ogv",
)  # fmt: skip
# Python objects that a JSON text may become; keeps 50 MB of "[],[],[]" from taking gigabytes.
MAX_JSON_MEMORY = 320 * 2**20
# Files of a folder that is read as one clip (one file per frame).
MAX_FOLDER_FILES = 200_000
HEAD_BYTES = 64 * 1024
MAX_UTF16_BYTES = 64 * 2**20  # such a file is held twice while it becomes UTF-8

_FOREIGN = (  # first bytes of what is never a skeleton file, and what to do about it
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"Rar!", "a rar archive", "unpack it first"),
    (b"\x89PNG", "a picture", "give the skeleton file, not the video's frames"),
    (b"\xff\xd8\xff", "a picture", "give the skeleton file, not the video's frames"),
    (b"%PDF", "a PDF document", ""),
    (b"Kaydara FBX", "an FBX file", "in Blender, File > Import > FBX, then File > Export > Motion Capture (.bvh)"),
    (b"\x7fELF", "a program", ""),
    (b"\xcd\xf3\x00\x01", "a CDF file (Human3.6M's)", "save its arrays as .npz"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it first"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", "unpack it first"),
    (b"CDF", "a netCDF file", "save its arrays as .npz"),
)  # fmt: skip
_PICKLE_TEXT = (b"(dp", b"(lp", b"(i", b"ccopy_reg", b"c__builtin__", b"cnumpy", b"cbuiltins")
_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
PICKLE_HINT = (
    "pickles can run code when they are opened, so they are never read. Convert it where you trust it: "
    "`import pickle, numpy; data = pickle.load(open(FILE, 'rb')); numpy.savez(OUT, joints=..., fps=...)`, or dump it as JSON"
)


class SkeletonFileError(ValueError):
    """A file that cannot be read as a skeleton: names file, position, expected and found."""

    def __init__(self, file: str, expected: str, found: str = "", position: str = ""):
        self.file, self.position, self.expected, self.found = str(file), position, expected, found
        where = f"{position}: " if position else ""
        text = f"{file}: {where}{'expected ' if found else ''}{expected}{', found ' if found else ''}{found}"
        # a lone surrogate from a file or its name: print and JSON would fail
        super().__init__(text.encode("utf-8", "backslashreplace").decode())

    @classmethod
    def of(cls, message: str, file: str) -> SkeletonFileError:
        """An error with a message of its own, about `file`."""
        error = cls(file, message)
        error.args = (message,)
        return error


class OptionError(ValueError):
    """An argument of `load_skeleton` that is not what was expected.

    Args:
        name: of the argument.
        problem: what was expected and what came.
    """

    def __init__(self, name: str, problem: str):
        self.name, self.problem = name, problem
        super().__init__(f"{name}: {problem}")


class SkeletonFile:
    """A file or folder whose kind and size were checked.

    Args:
        path: file or folder.
        max_bytes: larger files are refused before a byte is read; None: `MAX_FILE_BYTES`, of videos `MAX_VIDEO_BYTES`.

    Raises:
        TypeError: `path` is no path. SkeletonFileError: missing, unreadable, empty, too large, neither file nor folder.
    """

    def __init__(self, path: str | os.PathLike[str], max_bytes: int | None = None):
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path: expected a path, got {type(path).__name__}")
        self.path = Path(path)
        if max_bytes is None:
            max_bytes = MAX_VIDEO_BYTES if self.suffix in VIDEO_ENDINGS else MAX_FILE_BYTES
        self.max_bytes = max_bytes
        self._known: dict[Callable[[SkeletonFile], Any], Any] = {}
        self.mended: list[str] = []  # notes for the clip's warnings
        try:
            state = os.stat(self.path)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            raise SkeletonFileError(str(path), "a file that can be opened", _reason(error)) from None
        self.is_folder = stat.S_ISDIR(state.st_mode)
        self.size = state.st_size
        if not self.is_folder:
            if not stat.S_ISREG(state.st_mode):
                raise self.error("a regular file", "a device or a pipe")
            if self.size == 0:
                raise self.error("a skeleton file", "an empty file")
            if self.size > max_bytes:
                raise self.error(f"at most {max_bytes:,} bytes", f"{self.size:,} bytes; cut the recording into clips")

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the file; of a folder: nothing."""
        if self.is_folder:
            return b""
        head = self._read(min(self.size, HEAD_BYTES))
        if (encoding := _utf16(head)) and self._from_utf16(head, encoding):
            return self.data[:HEAD_BYTES]
        return _line_feeds(head)

    @cached_property
    def data(self) -> bytes:
        """All bytes of the file, without a UTF-8 byte order mark."""
        if self.is_folder:
            raise self.error("a file", "a folder")
        data = self.head if self.size <= HEAD_BYTES else _line_feeds(self._read(self.size))
        return data.removeprefix(b"\xef\xbb\xbf")

    def _from_utf16(self, head: bytes, encoding: str) -> bool:
        """Whether the file is UTF-16 text (Windows tools write it): then its contents become UTF-8."""
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if "\ufffd" in text[:-1] or text[:4096].encode("utf-8").translate(None, delete=_TEXT_BYTES):
            return False
        if self.size > MAX_UTF16_BYTES:
            expected = f"at most {MAX_UTF16_BYTES >> 20} MB of UTF-16 text"
            raise self.error(expected, f"{self.size:,} bytes; save as UTF-8")
        try:
            data = self._read(self.size).decode(encoding).encode("utf-8")
        except UnicodeError:
            return False
        self.data = _line_feeds(data)
        self.size = len(self.data)
        return True

    @cached_property
    def head_text(self) -> str:
        """`head` as text: UTF-8 where it is that, else Latin-1, as old Windows tools write names."""
        head = self.head.removeprefix(b"\xef\xbb\xbf")
        whole = head[: head.rfind(b"\n") + 1] or head  # the last line may be cut within a letter
        try:
            whole.decode("utf-8")
        except UnicodeDecodeError:
            return head.decode("latin-1")
        return head.decode("utf-8", "replace")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the files in a folder, in natural order (frame 9 before frame 10)."""
        return self._listed(folders=False)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders in a folder, in natural order."""
        return self._listed(folders=True)

    def _listed(self, folders: bool) -> tuple[str, ...]:
        names = []
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if entry.is_dir() if folders else entry.is_file():
                        names.append(entry.name)
                    if len(names) > MAX_FOLDER_FILES:
                        raise self.error(f"at most {MAX_FOLDER_FILES:,} files in a folder", "more")
        except OSError as error:
            raise self.error("a folder that can be listed", _reason(error)) from None
        return tuple(sorted(names, key=natural))

    @cached_property
    def is_text(self) -> bool:
        """No NUL or other control bytes in the head: it can be text."""
        return not self.is_folder and not self.head.translate(None, delete=_TEXT_BYTES)

    def text(self) -> str:
        """The whole file as UTF-8 text (Latin-1 where names in it are not UTF-8)."""
        if not self.is_text:
            byte = next(i for i, value in enumerate(self.head) if value not in _TEXT_BYTES)
            raise self.error("text", f"byte 0x{self.head[byte]:02x}", position=f"byte {byte}")
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return self.data.decode("latin-1")

    def json(self) -> Any:
        """The parsed JSON; numbers come as floats, whole ones too."""
        data = self.data
        containers, commas, strings = data.count(b"[") + data.count(b"{"), data.count(b","), data.count(b'"') // 2
        memory = 120 * containers + 40 * commas + 70 * strings
        if memory > MAX_JSON_MEMORY:
            expected = f"JSON that takes at most {MAX_JSON_MEMORY >> 20} MB as objects"
            raise self.error(expected, f"about {memory >> 20} MB; cut it into clips")
        collecting = gc.isenabled()
        try:
            gc.disable()  # nothing is garbage yet: looking at millions of new lists again and again takes half of the time
            # whole numbers as floats: a number of a million digits costs nothing, and none is an index
            return _parsed(data.decode("utf-8"), self.mended)
        except UnicodeDecodeError as error:
            byte = f"byte 0x{data[error.start]:02x}"
            raise self.error("JSON in UTF-8", byte, position=f"byte {error.start}") from None
        except json.JSONDecodeError as error:
            raise self.error("JSON", error.msg, position=f"line {error.lineno}, column {error.colno}") from None
        except RecursionError:
            raise self.error("JSON with less nesting", "lists or objects nested too deeply") from None
        finally:
            if collecting:
                gc.enable()

    def once(self, work: Callable[[SkeletonFile], _T]) -> _T:
        """`work(self)`, computed at the first call: for what several readers ask to detect their format."""
        if work not in self._known:
            self._known[work] = work(self)
        return self._known[work]

    def with_data(self, data: bytes) -> SkeletonFile:
        """This file with other contents: those that a reader mended or unpacked."""
        other = SkeletonFile(self.path, self.max_bytes)
        other.__dict__ |= {"data": data, "head": data[:HEAD_BYTES], "size": len(data), "mended": self.mended}
        return other

    def with_names(self, names: tuple[str, ...]) -> SkeletonFile:
        """This folder with some of its files alone."""
        other = SkeletonFile(self.path, self.max_bytes)
        other.__dict__["names"] = names
        return other

    def sibling(self, name: str) -> SkeletonFile:
        """A file of this folder."""
        return SkeletonFile(self.path / name, self.max_bytes)

    def error(self, expected: str, found: str = "", position: str = "") -> SkeletonFileError:
        """The error to raise: `raise file.error("20 rows a frame", "7", position="line 12")`."""
        return SkeletonFileError(str(self.path), expected, found, position)

    def refuse_foreign(self) -> None:
        """Raises for pickles, archives, pictures and programs, by their first bytes, and for sizes of videos."""
        if self.size > MAX_FILE_BYTES and not self.is_folder:
            raise self.error(f"at most {MAX_FILE_BYTES:,} bytes", f"{self.size:,} bytes; cut the recording into clips")
        head = self.head
        is_pickle = head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05"
        is_torch = head.startswith(b"PK\x03\x04") and b"/data.pkl" in head[:512]
        if is_pickle or is_torch or head.startswith(_PICKLE_TEXT):
            raise self.error("a skeleton file", f"a Python pickle: {PICKLE_HINT}")
        if head.startswith(_ZLIB) and not self.is_text:
            raise self.error("a skeleton file", f"zlib-compressed data, as joblib packs its pickles: {PICKLE_HINT}")
        for magic, what, advice in _FOREIGN:
            if head.startswith(magic):
                raise self.error("a skeleton file", f"{what}{': ' if advice else ''}{advice}")
        if head[4:8] == b"ftyp" or head[:4] == b"RIFF" or head.startswith(b"\x1a\x45\xdf\xa3"):
            raise self.error("a skeleton file", "a video or sound: leave the format out, or give it as video")

    def _read(self, count: int) -> bytes:
        try:
            with open(self.path, "rb") as stream:
                return stream.read(count)
        except OSError as error:
            raise self.error("a file that can be read", _reason(error)) from None


def _utf16(head: bytes) -> str:
    """The encoding of what may be UTF-16: it has a byte order mark, or every second byte is 0 behind letters; empty for others."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[0:128:2], head[1:128:2]
    letters = {"utf-16-le": (even, odd), "utf-16-be": (odd, even)}
    return next(
        (
            name
            for name, (low, high) in letters.items()
            if len(low) > 8 and not any(high) and not low.translate(None, delete=_TEXT_BYTES)
        ),
        "",
    )


_TEXT_BYTES = bytes(range(9, 14)) + bytes(range(32, 127)) + bytes(range(128, 256))


def _line_feeds(data: bytes) -> bytes:
    """Text whose lines end with a carriage return alone, as old Macs wrote it, with line feeds; other contents as they are."""
    if b"\n" in data or b"\r" not in data or data[:HEAD_BYTES].translate(None, delete=_TEXT_BYTES):
        return data
    return data.replace(b"\r", b"\n")


def _parsed(text: str, mended: list[str]) -> object:
    """JSON, or the list of the values of a file with one JSON text a line (JSON Lines), or of JSON texts in a list.

    Args:
        mended: gets a note where the last line is cut off.
    """
    try:
        content = json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        whole = [line.strip().endswith(("}", "]")) for line in lines]
        if error.msg != "Extra data" or len(lines) < 2 or not all(whole[:-1]):
            raise
        try:
            content = json.loads(f"[{','.join(lines)}]", parse_int=float)
        except json.JSONDecodeError:
            if len(lines) < 3 or text.endswith("\n"):
                raise
            content = json.loads(f"[{','.join(lines[:-1])}]", parse_int=float)
            mended[:] = ["The last line is cut off: left out."]
    if isinstance(content, list) and all(isinstance(one, str) and one[:1] in ("{", "[") for one in content):
        return [json.loads(one, parse_int=float) for one in content]  # a list of texts that are JSON each
    return content


def is_printable(text: str) -> bool:
    """Whether a text can be printed and saved: JSON can hold lone surrogates, which are no characters."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: Exception) -> str:
    known = {errno.ENOENT: "no such file", errno.EACCES: "no permission to read it", errno.ENOTDIR: "no such file"}
    reason: str = getattr(error, "strerror", None) or str(error)
    return known.get(getattr(error, "errno", 0) or 0, reason)


def natural(name: str) -> list[tuple[int, str]]:
    """A sort key for texts with numbers: `frame 9` before `frame 10`."""
    parts = re.split("([0-9]+)", name)  # texts and digits in turn
    return [(len(part.lstrip("0")), part.lstrip("0")) if row % 2 else (0, part) for row, part in enumerate(parts)]
