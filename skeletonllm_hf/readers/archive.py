"""Archives of skeleton files: `.zip`, `.tar`, `.tar.gz`, `.tar.bz2`, `.tar.xz` as several clips, `.gz`, `.bz2`, `.xz` as the file in it.

Unpacked into a temporary folder, within limits that are kept while unpacking, and read there like any file. A clip in an archive is
named `archive.zip/inner/name.bvh`. Of zips only what is stored or deflated is unpacked; links, devices, names that lead
outside and archives in archives are not.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from .arrays.arrays import BROKEN_ZIP, check_directory, packing_fault
from .source import MAX_FILE_BYTES, SkeletonFile, SkeletonFileError
from .tables.excel import WORKBOOK, sheets

MAX_UNPACKED = MAX_FILE_BYTES  # bytes of all members together
MAX_MEMBERS = 20_000  # a folder of one JSON a frame has 18,000 in ten minutes
MAX_CLIPS = 2_000
_MAX_NAME, _MAX_DEPTH = 200, 8
_PIECE = 1 << 20
_DEFLATE_RATIO = 1032  # most bytes that one byte unpacks to
_XZ_MEMORY = 128 << 20  # bytes; the highest preset takes 65 MB
_GZIP, _BZIP2, _XZ, _ZIP, _TAR = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK\x03\x04", b"ustar"
_PACKED = (_GZIP, _BZIP2, _XZ)  # one file each
_BROKEN = (*BROKEN_ZIP, tarfile.TarError, lzma.LZMAError, OverflowError)
_OTHER_ZIPS = (".npz", ".pt", ".pth", ".ckpt")  # zips that are no archives of clips


def is_archive(file: SkeletonFile) -> bool:
    """Whether the contents are an archive of skeleton files, not one of arrays (`.npz`)."""
    return file.once(_is_archive)


def _is_archive(file: SkeletonFile) -> bool:
    if file.head.startswith(_PACKED) or file.head[257:262] == _TAR:
        return True
    if not file.head.startswith(_ZIP) or file.suffix in _OTHER_ZIPS:
        return False
    if file.suffix == ".zip":
        return True
    try:
        check_directory(file, 2 * MAX_MEMBERS, "files")
        with zipfile.ZipFile(file.path) as archive:
            names = archive.namelist()
    except (*_BROKEN, SkeletonFileError):
        return False
    return not all(name.endswith(".npy") for name in names) and not any(name.endswith(".pkl") for name in names)


def split_path(path: str | os.PathLike[str]) -> tuple[str | os.PathLike[str], str | None]:
    """`archive.zip/inner/name.bvh` -> (archive, inner name); any other path -> (path, None)."""
    try:
        whole = Path(path)
        if os.path.lexists(whole):
            return path, None
        for parent in whole.parents:
            if parent.is_file():
                inside = is_archive(SkeletonFile(parent))
                return (parent, whole.relative_to(parent).as_posix()) if inside else (path, None)
    except (OSError, ValueError, TypeError, SkeletonFileError):
        pass  # opening the path says what is wrong with it
    return path, None


def unpack(file: SkeletonFile, folder: Path) -> list[str]:
    """Unpacks an archive into an empty folder.

    Returns:
        Names of its files, from the folder, in the archive's order.

    Raises:
        SkeletonFileError: broken or encrypted archives, too many or too large members, none at all.
    """
    budget = _Budget(file)
    if file.head.startswith(_PACKED):
        name = file.stem if file.suffix in (".gz", ".gzip", ".bz2", ".xz") else f"{file.stem}.tar"
        inner = folder / _safe(file, name or "file")[-1]
        with _errors(file), open(file.path, "rb") as packed:
            if file.head.startswith(_GZIP):
                size = packed.seek(-4, os.SEEK_END)
                claimed = int.from_bytes(packed.read(4), "little")
                if claimed <= _DEFLATE_RATIO * size:  # a whole file says no more
                    _refuse_large(file, claimed)
                packed.seek(0)
            budget.copy(_opened(file, packed), inner)
        with open(inner, "rb") as stream:
            stream.seek(257)
            is_tar = stream.read(5) == _TAR
        if not is_tar:
            return [inner.name]
        unpacked = folder.with_name(folder.name + ".tar")
        os.replace(inner, unpacked)
        budget = _Budget(file)
        try:
            names = _members(file, folder, budget, _tar_members(file, unpacked))
        finally:
            unpacked.unlink()
    elif file.head.startswith(_ZIP):
        check_directory(file, 2 * MAX_MEMBERS, "files")  # folders count as members too
        with _errors(file), zipfile.ZipFile(file.path) as archive:
            names = _members(file, folder, budget, _zip_members(file, archive))
    else:
        names = _members(file, folder, budget, _tar_members(file, file.path))
    if not names:
        raise file.error("an archive of skeleton files", "no files in it")
    return names


def _opened(file: SkeletonFile, packed: BinaryIO) -> BinaryIO:
    """A stream of what the file holds."""
    if file.head.startswith(_XZ):
        return _Unpacked(packed)  # type: ignore[return-value]  # as much of a stream as is used here
    return bz2.open(packed) if file.head.startswith(_BZIP2) else gzip.open(packed)  # type: ignore[return-value]


class _Unpacked:
    """What an xz archive holds, within `_XZ_MEMORY`, for which `lzma.open` has no limit."""

    def __init__(self, packed: BinaryIO):
        self.packed, self.stream = packed, lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)

    def read(self, count: int) -> bytes:
        while not self.stream.eof:
            data = self.packed.read(_PIECE) if self.stream.needs_input else b""
            if self.stream.needs_input and not data:
                raise EOFError("it ends before its end marker")
            if piece := self.stream.decompress(data, count):
                return piece
        if self.stream.unused_data.strip(b"\0"):
            raise lzma.LZMAError("several archives one after the other")
        return b""


def _refuse_large(file: SkeletonFile, claimed: int) -> None:
    """Raises SkeletonFileError where an archive says itself that it is too large; one that says less is counted while it is unpacked."""
    if claimed > MAX_UNPACKED:
        raise file.error(f"at most {MAX_UNPACKED >> 20} MB unpacked", f"{claimed >> 20:,} MB")


class _Budget:
    """Counts members and bytes while they are unpacked."""

    def __init__(self, file: SkeletonFile):
        self.file, self.members, self.bytes = file, 0, 0

    def member(self) -> None:
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise self.file.error(f"at most {MAX_MEMBERS:,} files in an archive", "more")

    def copy(self, stream: BinaryIO, path: Path) -> None:
        with open(path, "xb") as out:
            while piece := stream.read(_PIECE):
                self.bytes += len(piece)
                if self.bytes > MAX_UNPACKED:
                    raise self.file.error(f"at most {MAX_UNPACKED >> 20} MB unpacked", "more")
                out.write(piece)


@contextmanager
def _errors(file: SkeletonFile) -> Iterator[None]:
    """Turns what broken archives raise into a SkeletonFileError."""
    try:
        yield
    except SkeletonFileError:
        raise
    except _BROKEN as error:
        raise file.error("an archive that can be unpacked", str(error)[:200] or type(error).__name__) from None


Member = tuple[str, Callable[[], BinaryIO]]


def _zip_members(file: SkeletonFile, archive: zipfile.ZipFile) -> Iterator[Member]:
    if (
        len(archive.infolist()) > 2 * MAX_MEMBERS
        or sum(not member.is_dir() for member in archive.infolist()) > MAX_MEMBERS
    ):
        raise file.error(f"at most {MAX_MEMBERS:,} files in an archive", "more")
    _refuse_large(file, sum(member.file_size for member in archive.infolist()))
    names = archive.namelist()
    if WORKBOOK in names:
        yield from sheets(file, archive)
        return
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise file.error("an archive of skeleton files", "an Office document: save the sheet as CSV or .xlsx")
    for member in archive.infolist():
        if member.is_dir():
            continue
        if fault := packing_fault(member):
            raise file.error("members that are stored or deflated", fault, position=repr(member.filename[:60]))
        yield member.filename, lambda member=member: archive.open(member)


def _tar_members(file: SkeletonFile, path: Path) -> Iterator[Member]:
    with _errors(file), tarfile.open(path, "r:") as archive:
        seen = 0
        while (member := archive.next()) is not None:
            seen += 1
            if seen > 2 * MAX_MEMBERS:
                raise file.error(f"at most {MAX_MEMBERS:,} files in an archive", "more")
            archive.members = []  # not kept: they are looked at once
            if member.isreg() and not member.issparse():
                yield member.name, lambda member=member: archive.extractfile(member)


def _members(file: SkeletonFile, folder: Path, budget: _Budget, members: Iterator[Member]) -> list[str]:
    names: list[str] = []
    for name, opened in members:
        parts = _safe(file, name)
        if parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
            continue  # what file managers add
        budget.member()
        place = folder.joinpath(*parts)
        with _errors(file):
            place.parent.mkdir(parents=True, exist_ok=True)
            with opened() as stream:
                budget.copy(stream, place)
        names.append("/".join(parts))
    return names


def _safe(file: SkeletonFile, name: str) -> tuple[str, ...]:
    """The parts of a member's name. SkeletonFileError: it leads outside, or is too long or deep."""
    parts = tuple(part for part in PurePosixPath(name.replace("\\", "/")).parts if part != ".")
    bad = not parts or ".." in parts or parts[0] == "/" or ":" in parts[0] or not name.isprintable()
    if bad or len(parts) > _MAX_DEPTH or any(len(part.encode("utf-8", "replace")) > _MAX_NAME for part in parts):
        raise file.error("names that stay inside the archive's folder", repr(name[:60]))
    return parts


def clips_in(folder: Path, names: list[str], is_clip: Callable[[SkeletonFile], bool]) -> list[str]:
    """Which of the unpacked files, or folders of one file a frame, are clips: names from the folder, in natural order.

    Args:
        is_clip: whether a reader claims a file or folder.
    """
    by_folder: dict[str, list[str]] = {}
    for name in names:
        by_folder.setdefault(name.rpartition("/")[0], []).append(name)
    clips: list[str] = []
    for inner, files in sorted(by_folder.items()):
        if len(files) > 1 and is_clip(SkeletonFile(folder / inner)):
            clips.append(inner or ".")
            continue
        order = {name: row for row, name in enumerate(SkeletonFile(folder / inner).names)}
        for name in sorted(files, key=lambda name: order.get(name.rpartition("/")[2], 0)):
            path = folder / name
            if path.suffix.lower() == ".asf" or path.stat().st_size == 0:
                continue  # the skeleton of the .amc files beside it
            if is_clip(SkeletonFile(path)):
                clips.append(name)
        if len(clips) > MAX_CLIPS:
            break
    return clips[:MAX_CLIPS]
