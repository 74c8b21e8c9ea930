"""Temporary storage of uploads and results: one private folder of this process, swept by age, deleted at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from .limits import Limits, Refused

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_SWEEP_SECONDS = 60.0
_PREFIX, _CLAIM = "skeleton-demo-", ".claim"
_YOUNG_SECONDS = 60.0  # a folder without a claim may be one that another process is just making


class Storage:
    """A temporary folder that only this user may enter. Make it before gradio is imported, which keeps its files in it.

    Args:
        keep_seconds: files older than this are deleted.
        most_bytes: of everything in it; more results are refused.
    """

    def __init__(self, keep_seconds: float, most_bytes: int = Limits.disk):
        self.keep_seconds, self.most_bytes = keep_seconds, most_bytes
        remove_stale()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._claim = _claimed(self.folder)  # held as long as this process lives
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)
        os.environ["GRADIO_EXAMPLES_CACHE"] = str(self.folder / "examples")
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(self.folder / "torch"))  # else beside it, and left there
        self._kept: set[Path] = set()
        self._stop = threading.Event()
        atexit.register(self.close)

    def keep_what_is_here(self) -> None:
        """Keeps the files that are in the folder now: they belong to the page itself."""
        self._kept = {path for path in self.folder.rglob("*") if path.is_file()}

    def start_sweeping(self) -> None:
        """Deletes old files from now on, once a minute (more often where files live shorter)."""
        threading.Thread(target=self._sweep_on_schedule, name="sweeper", daemon=True).start()

    def sweep(self) -> int:
        """Deletes files that are too old and folders that are left empty; returns how many files."""
        oldest = time.time() - self.keep_seconds
        deleted = 0
        for folder, _, names in os.walk(self.folder, topdown=False):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):  # whoever made it may have deleted it meanwhile
                    if path.name != _CLAIM and path not in self._kept and path.lstat().st_mtime < oldest:
                        path.unlink()
                        deleted += 1
            if Path(folder) != self.folder:
                with suppress(OSError):  # not empty, or a new file has just come
                    if os.stat(folder).st_mtime < oldest:
                        os.rmdir(folder)
        return deleted

    def new_folder(self) -> Path:
        """An empty folder with an unguessable name, for one result. Refused: the folder is full."""
        if self.used() > self.most_bytes:
            minutes = f"{self.keep_seconds / 60:.0f} minutes"
            raise Refused(
                f"The page has no room for more files now. They are deleted after {minutes}: try again later."
            )
        return Path(tempfile.mkdtemp(dir=self.folder))

    def used(self) -> int:
        """Bytes of all files in the folder."""
        total = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with suppress(OSError):  # deleted meanwhile
                    total += os.lstat(os.path.join(folder, name)).st_size
        return total

    def own(self, path: str | os.PathLike) -> Path:
        """The path, if it is a file that lies here. Refused: any other file of this machine."""
        found = Path(os.path.realpath(path))
        if not found.is_relative_to(os.path.realpath(self.folder)) or not found.is_file():
            raise Refused("That is no upload of this page, or it was deleted meanwhile: give the file again.")
        return found

    def close(self) -> None:
        """Stops sweeping and deletes everything."""
        self._stop.set()
        for _ in range(5):  # a thread at work may write a file into a folder that is being deleted
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                break

    def _sweep_on_schedule(self) -> None:
        while not self._stop.wait(min(_SWEEP_SECONDS, max(1.0, self.keep_seconds / 2))):
            self.sweep()


def _claimed(folder: Path) -> int | None:
    """An open file in the folder, locked until its process ends, however it ends; None: held by another one."""
    file = os.open(folder / _CLAIM, os.O_RDWR | os.O_CREAT, 0o600)
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
    return file


def remove_stale(parent: str | os.PathLike | None = None) -> int:
    """Deletes the folders of pages that were killed; returns how many. Folders of living ones, and of other users, stay."""
    if fcntl is None:  # nothing tells a dead process's folder from a living one's
        return 0
    removed = 0
    for folder in Path(tempfile.gettempdir() if parent is None else parent).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            state = folder.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
                continue
            if not (folder / _CLAIM).exists() and time.time() - state.st_mtime < _YOUNG_SECONDS:
                continue
            claim = _claimed(folder)
            if claim is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(claim)
                removed += 1
    return removed
