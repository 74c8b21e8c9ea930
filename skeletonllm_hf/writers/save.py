"""Saving skeleton files: the table of formats, `save_skeleton`, atomic replacement."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from ..files import named_in_errors
from ..model.skeleton import SkeletonSequence
from .bvh import WRITER as BVH
from .ntu import WRITER as NTU
from .nw_ucla import WRITER as NW_UCLA
from .own_formats import JSON, NUMPY
from .writer import Misfit, Writer

WRITERS: dict[str, Writer] = {writer.name: writer for writer in (NUMPY, JSON, BVH, NTU, NW_UCLA)}


@dataclass(frozen=True)
class SavedFile:
    """What `save_skeleton` wrote. `notes`: sentences on what the format changed or could not keep."""

    path: Path
    format: str
    notes: tuple[str, ...]


def save_skeleton(
    sequence: SkeletonSequence, path: str | PathLike[str], format: str | None = None, overwrite: bool = False
) -> SavedFile:
    """Writes a clip to a file that `load_skeleton` reads back.

    `.npz` and `.json` keep everything; `.bvh`, NTU `.skeleton` and NW-UCLA `.json` keep the joints within float32 and say
    in `notes` what they cannot keep. The file appears whole or not at all.

    Args:
        sequence: the clip.
        path: file to write; its folder must exist.
        format: a name in `WRITERS`; None: by the path's ending.
        overwrite: replace a file that is there.

    Raises:
        TypeError: no sequence, no path. ValueError: an unknown format, or a clip that does not fit it (says why).
        FileExistsError: the file is there and `overwrite` is False. OSError: it cannot be written.
    """
    if not hasattr(sequence, "canonical"):  # not by class: Hub code may hold a second copy of it
        raise TypeError(f"sequence: expected a SkeletonSequence, got {type(sequence).__name__}")
    path = Path(path)
    writer = check_path(path, format, overwrite)
    if not sequence.mask.any():
        raise ValueError(f"{path}: expected at least one joint that is seen, got none")
    # beside the file itself, where links lead: only within one file system is a rename all or nothing
    place = path.resolve()
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            with named_in_errors(path, part):
                notes = writer.write(sequence, part, path.name)
        except Misfit as error:
            raise Misfit(f"{path}: {writer.title}: {error}") from None
        if overwrite:
            os.replace(part, place)
        else:
            _appear(part, place, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise type(error)(f"{path}: the file cannot be written: {error.strerror or error}") from None
    finally:
        with contextlib.suppress(OSError):  # the folder may be gone: the error says so
            part.unlink(missing_ok=True)
    return SavedFile(path, writer.name, notes)


def check_path(path: str | PathLike[str], format: str | None = None, overwrite: bool = False) -> Writer:
    """The writer that `save_skeleton` takes for a path, checked before any work is done for it.

    Raises:
        ValueError: an unknown format. FileExistsError: the file is there and `overwrite` is False.
        OSError: a folder, a device, or in a folder that is not there.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path}: expected the name of a file to write, got a folder")
    writer = _writer(path, format)
    if path.exists() and not path.is_file():
        raise OSError(f"{path}: expected the name of a file to write, got a device or a pipe")
    if not path.resolve().parent.is_dir():
        raise FileNotFoundError(f"{path}: expected a name in a folder that exists, got {str(path.parent)!r}")
    if not overwrite and path.exists():
        raise FileExistsError(f"{path}: the file exists (overwrite=True replaces it)")
    return writer


def _appear(part: Path, place: Path, path: Path) -> None:
    """Renames; unlike os.replace it never replaces a file, also not one that was written meanwhile."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise FileExistsError(f"{path}: the file exists (overwrite=True replaces it)") from None
    except OSError:  # a file system without hard links
        os.replace(part, place)


def _writer(path: Path, format: str | None) -> Writer:
    if format is not None:
        if format not in WRITERS:
            raise ValueError(f"format: expected one of {list(WRITERS)}, got {format!r}")
        return WRITERS[format]
    for writer in WRITERS.values():
        if path.suffix.lower() == writer.extension:
            return writer
    endings = ", ".join(dict.fromkeys(writer.extension for writer in WRITERS.values()))
    raise ValueError(
        f"{path}: expected a name that ends in {endings}, got {path.suffix or 'no ending'!r}; or pass format=..."
    )
