"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def write_whole(path: Path, content: str | Callable[[Path], object]) -> None:
    """Writes a file that is whole or not there, also where the process is killed: under a temporary name, then renamed.

    Args:
        path: the file; its folder is made.
        content: a text, or a function that writes the file of the path that it is given.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.parent.mkdir(parents=True, exist_ok=True)
    with named_in_errors(path, temporary):
        if isinstance(content, str):
            temporary.write_text(content, "utf-8")
        else:
            content(temporary)
        with open(temporary, "rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)


@contextlib.contextmanager
def named_in_errors(path: Path, temporary: Path) -> Iterator[None]:
    """Errors of the system about the temporary file name the file that it is written for."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is None or Path(os.fsdecode(error.filename)) != temporary:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None
