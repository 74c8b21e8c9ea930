"""Runs a script that opens files with a large library in a process of its own, with limits of time and memory: what damaged or hostile files do ends there.

python -I child.py SCRIPT FILE OUT ...
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .source import SkeletonFile

_MAX_BYTES = 4 * 2**30  # of that process, where the system can limit it
_MAX_SECONDS = 20


def run_child(file: SkeletonFile, script: Path, out: Path, *limits: int, expected: str, advice: str = "") -> str:
    """What the script's `main(FILE, OUT, ...)` says; an empty text: `out` is written.

    Args:
        file: what it opens.
        script: a Python file that needs no other of this package.
        out: what it writes.
        limits: further arguments.
        expected: of the errors' text, such as "an HDF5 file that can be read".
        advice: behind the reason in the error's text.

    Raises:
        SkeletonFileError: it raised, had to be ended, or wrote nothing.
    """
    command = [sys.executable, "-I", __file__, str(script), str(file.path.resolve()), str(out), *map(str, limits)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise file.error(expected, f"one that takes more than {_MAX_SECONDS} seconds") from None
    message = done.stdout.decode("utf-8", "replace").strip()
    broken = message.startswith("broken:")
    if broken or done.returncode or not (message or out.is_file()):
        reason = message.removeprefix("broken:") if broken else f"one that ended its reader ({done.returncode})"
        raise file.error(expected, f"{reason[:200]}{advice}")
    return message


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_BYTES, _MAX_BYTES))


if __name__ == "__main__":
    _limit_memory()
    try:
        print(runpy.run_path(sys.argv[1])["main"](*sys.argv[2:]))
    except Exception as error:  # whatever the library raises at a damaged file
        print(f"broken:{type(error).__name__}: {error}"[:300])
