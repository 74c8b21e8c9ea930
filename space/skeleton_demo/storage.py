"""Where uploads and results lie for a while: one private folder of this process, swept by age, gone at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from .limits import Refused

_SWEEP_SECONDS = 60.0


class Storage:
    """A temporary folder that only this user may enter. Make it before gradio is imported, which keeps its files in it.

    Args:
        keep_seconds: files older than this are deleted.
    """

    def __init__(self, keep_seconds: float):
        self.keep_seconds = keep_seconds
        self.folder = Path(tempfile.mkdtemp(prefix="skeleton-demo-"))
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)
        os.environ["GRADIO_EXAMPLES_CACHE"] = str(self.folder / "examples")
        self._kept: set[Path] = set()
        self._stop = threading.Event()
        atexit.register(self.close)

    def keep_what_is_here(self) -> None:
        """What lies in the folder now belongs to the page itself and stays."""
        self._kept = {path for path in self.folder.rglob("*") if path.is_file()}

    def start_sweeping(self) -> None:
        """Deletes old files from now on, once a minute (more often where files live shorter)."""
        threading.Thread(target=self._sweep_on_schedule, name="sweeper", daemon=True).start()

    def sweep(self, now: float | None = None) -> int:
        """Deletes files that are too old and folders that are left empty; returns how many files."""
        oldest = (time.time() if now is None else now) - self.keep_seconds
        deleted = 0
        for folder, _, names in os.walk(self.folder, topdown=False):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):  # whoever made it may have deleted it meanwhile
                    if path not in self._kept and path.lstat().st_mtime < oldest:
                        path.unlink()
                        deleted += 1
            if Path(folder) != self.folder:
                with suppress(OSError):  # not empty, or a new file has just come
                    if os.stat(folder).st_mtime < oldest:
                        os.rmdir(folder)
        return deleted

    def new_folder(self) -> Path:
        """An empty folder with an unguessable name, for one result."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def own(self, path: str | os.PathLike) -> Path:
        """The path, if it is a file that lies here. Refused: any other file of this machine."""
        found = Path(os.path.realpath(path))
        if not found.is_relative_to(os.path.realpath(self.folder)) or not found.is_file():
            raise Refused("That is no upload of this page, or it was deleted meanwhile: give the file again.")
        return found

    def close(self) -> None:
        """Stops sweeping and deletes everything."""
        self._stop.set()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep_on_schedule(self) -> None:
        while not self._stop.wait(min(_SWEEP_SECONDS, max(1.0, self.keep_seconds / 2))):
            self.sweep()
