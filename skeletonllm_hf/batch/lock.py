"""A lock on a folder: one run at a time. It ends with its process, also where that is killed, and names its holder."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

LOCK = ".lock"
_AT_END = 1 << 20  # msvcrt locks bytes, and locked bytes cannot be read: this one is far behind the text


class FolderLock:
    """Holds a folder until `release`, the end of a `with`, or the end of the process.

    Args:
        folder: is made where it does not exist.

    Raises:
        ValueError: another process holds it; says which, where and since when.
    """

    def __init__(self, folder: str | os.PathLike[str]):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / LOCK
        # never removed: a process could lock the removed file while another locks a new one
        self._file: int | None = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _take(self._file)
        except OSError:
            holder = _holder(self.path)
            os.close(self._file)
            raise ValueError(
                f"{folder}: expected a folder that no other run uses, found {holder} at work in it"
            ) from None
        about = {"process": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
        os.ftruncate(self._file, 0)
        os.write(self._file, json.dumps(about).encode())

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def _take(file: int) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    os.lseek(file, _AT_END, os.SEEK_SET)
    msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    os.lseek(file, 0, os.SEEK_SET)


def _holder(path: Path) -> str:
    try:
        about = json.loads(path.read_text("utf-8"))
        return f"process {about['process']} on {about['host']} (since {about['since']})"
    except (OSError, ValueError, KeyError, TypeError):  # the holder may not have written it yet
        return "another process"
