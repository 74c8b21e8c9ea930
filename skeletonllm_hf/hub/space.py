"""Space repositories: the page, a copy of this package, and the requirements of both."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

from packaging.requirements import Requirement

from .. import configs
from .listing import KINDS, choose

DISTRIBUTION, EXTRAS = "skeletonllm-hf", ("demo", "mcp")
REQUIREMENTS = "requirements.txt"
_PACKAGE = Path(__file__).parents[1]


def package_files() -> dict[str, Path]:
    """The package's files, with code, weights, examples and `hub_configs`, by their path in the Space."""
    homes = {_PACKAGE.name: _PACKAGE, f"{_PACKAGE.name}/hub_configs": configs.FOLDER}
    return {
        f"{prefix}/{path.relative_to(home).as_posix()}": path
        for prefix, home in homes.items()
        for path in sorted(home.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def requirements(wheel_index: str | None = None) -> str:
    """The Space's requirements.txt: what the package and the page need. The package itself is among the Space's files.

    Args:
        wheel_index: address of an index where pip finds torch for CPUs; None: pip takes the default one, on Linux with CUDA.
    """
    needed = {}
    for line in importlib.metadata.requires(DISTRIBUTION) or ():
        requirement = Requirement(line)
        chosen = ("", *EXTRAS)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in chosen):
            requirement.marker = None
            needed[requirement.name] = str(requirement)
    lines = [*([f"--extra-index-url {wheel_index}"] if wheel_index else []), *sorted(needed.values())]
    return "\n".join(lines) + "\n"


def complete_space(files: dict[str, Path | bytes], wheel_index: str | None = None) -> dict[str, Path | bytes]:
    """The Space's files with what the builder needs: a folder that names this package gets the package, and its needs.

    Args:
        files: of `listing.choose`, by path in the repository.
        wheel_index: as in `requirements`.
    """
    given = files.get(REQUIREMENTS)
    if not isinstance(given, Path) or DISTRIBUTION not in given.read_text("utf-8"):
        return files
    return files | package_files() | {REQUIREMENTS: requirements(wheel_index).encode()}


def write(folder: Path, out: Path) -> None:
    """Writes the files of a Space that are uploaded. FileExistsError: `out` exists."""
    files = complete_space(dict(choose(folder, KINDS["space"])[0]))
    out.mkdir(parents=True)
    for name, source in files.items():
        place = out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(source) if isinstance(source, bytes) else shutil.copyfile(source, place)
