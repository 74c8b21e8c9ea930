"""From a path to a SkeletonSequence: which format it is, and reading it."""

from __future__ import annotations

import json
from os import PathLike

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import AXES, UNITS, SkeletonSequence
from .bvh import READER as BVH
from .finish import Finished, finish
from .msr_action3d import READER as MSR_ACTION3D
from .ntu import READER as NTU
from .numpy_files import READER as NUMPY
from .nw_ucla import READER as NW_UCLA
from .reader import Reader, ReadOptions
from .sbu import READER as SBU
from .source import MAX_FILE_BYTES, SkeletonFile, SkeletonFileError
from .utkinect import READER as UTKINECT

FORMATS: dict[str, Reader] = {reader.name: reader for reader in (NTU, NW_UCLA, MSR_ACTION3D, UTKINECT, SBU, BVH, NUMPY)}
_SURE = 0.5  # a reader claims a file from here on


def load_skeleton(
    path: str | PathLike,
    format: str | None = None,
    layout: str | SkeletonLayout | dict | PathLike | None = None,
    up: str | None = None,
    units: str | None = None,
    *,
    fps: float | None = None,
    people: int = 2,
    **others,
) -> SkeletonSequence:
    """Reads any skeleton file.

    Args:
        path: file, or folder where the format is one file per frame.
        format: a name in `FORMATS`; None: found from the contents.
        layout: a layout's name, a layout, its dict, or the path of its JSON file; None: what the file says.
        up: axis that points up, such as `"z"`. units: one of `UNITS`. fps: frames per second.
            Given, they win over the file; not given by either, they are guessed and the guess is in `warnings`.
        people: how many people are kept at most, the most active ones (`people.most_active`).
        others: `min_confidence`, `fill_gaps`: see `ReadOptions`.

    Returns:
        The sequence; `warnings` says in plain sentences what was guessed, masked or dropped.

    Raises:
        TypeError, ValueError: wrong arguments.
        SkeletonFileError: a file that cannot be read; names the file, the position, what was expected and found.
    """
    return read_file(SkeletonFile(path), format, read_options(layout, up, units, fps, people, **others)).sequence


def read_file(file: SkeletonFile, format: str | None, options: ReadOptions) -> Finished:
    """`load_skeleton` for an opened file, with the facts and where each comes from."""
    reader = detect_format(file) if format is None else _named(format)
    if file.is_folder and not reader.folders:
        raise file.error(f"a file ({reader.title})", "a folder")
    file.refuse_foreign()
    return finish(reader.read(file, options), file, reader.name, options)


def read_options(
    layout: str | SkeletonLayout | dict | PathLike | None = None,
    up: str | None = None,
    units: str | None = None,
    fps: float | None = None,
    people: int = 2,
    **others,
) -> ReadOptions:
    """Checked `ReadOptions`. TypeError, ValueError: names the argument, what was expected and what came."""
    if up is not None and up not in AXES:
        raise ValueError(f"up: expected one of {list(AXES)}, got {up!r}")
    if units is not None and units not in UNITS:
        raise ValueError(f"units: expected one of {list(UNITS)}, got {units!r}")
    if fps is not None and not (isinstance(fps, (int, float)) and np.isfinite(fps) and fps > 0):
        raise ValueError(f"fps: expected a positive number, got {fps!r}")
    if not isinstance(people, int) or people < 1:
        raise ValueError(f"people: expected a positive whole number, got {people!r}")
    if unknown := set(others) - {"min_confidence", "fill_gaps"}:
        raise TypeError(f"load_skeleton has no arguments {sorted(unknown)}; it has min_confidence and fill_gaps")
    return ReadOptions(layout=_layout(layout), up=up, units=units, fps=fps, people=people, **others)


def detect_format(file: SkeletonFile) -> Reader:
    """The reader whose format this is.

    Raises:
        SkeletonFileError: no reader, or several, claim the contents; lists what each expected.
    """
    file.refuse_foreign()
    scores = {name: reader.detect(file) for name, reader in FORMATS.items() if reader.folders or not file.is_folder}
    best = max(scores.values(), default=0.0)
    claims = [name for name, score in scores.items() if score >= max(_SURE, best)]
    if len(claims) > 1:
        claims = [name for name in claims if file.suffix in FORMATS[name].extensions] or claims
    if len(claims) == 1:
        return FORMATS[claims[0]]
    tried = claims or list(scores)
    what = "a folder" if file.is_folder else "contents"
    found = f"{what} that fit several (pass format=...)" if claims else f"{what} that fit none of them"
    raise file.error("one of the known formats", found + "".join(f"\n  {name}: {FORMATS[name].expects}" for name in tried))


def _named(format: str) -> Reader:
    if format not in FORMATS:
        raise ValueError(f"format: expected one of {list(FORMATS)}, got {format!r}")
    return FORMATS[format]


def _layout(layout: str | SkeletonLayout | dict | PathLike | None) -> SkeletonLayout | None:
    if layout is None:
        return None
    if isinstance(layout, PathLike) or (isinstance(layout, str) and layout.lower().endswith(".json")):
        file = SkeletonFile(layout, max_bytes=MAX_FILE_BYTES // 32)
        try:
            return SkeletonLayout.from_dict(json.loads(file.text()))
        except (json.JSONDecodeError, RecursionError) as error:
            raise file.error("a layout as JSON", str(error)) from None
        except (ValueError, TypeError) as error:
            raise SkeletonFileError(str(layout), str(error)) from None
    return get_layout(layout)


