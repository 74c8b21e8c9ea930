"""Checks of the arguments of `load_skeleton`: `ReadOptions` from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from typing import Any

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import AXES, MAX_FPS, MIN_FPS, UNITS
from .arrays.axes import parse_axes
from .reader import MAX_FRAMES, MAX_PEOPLE, ReadOptions
from .rules.named_layouts import read_joint_map
from .rules.numbered_layouts import numbered_layout
from .source import MAX_FILE_BYTES, OptionError, SkeletonFile, SkeletonFileError
from .tables.delimited import UNITS as UNIT_NAMES

HANDED = ("left", "right")


def read_options(
    layout: str | SkeletonLayout | dict[str, Any] | PathLike[str] | None = None,
    up: str | None = None,
    units: str | None = None,
    fps: float | None = None,
    *,
    joint_map: Mapping[str, str | None] | str | PathLike[str] | None = None,
    handed: str | None = None,
    **others: Any,
) -> ReadOptions:
    """Checked `ReadOptions`; `others` are its other fields.

    Raises:
        TypeError: an argument of another type.
        OptionError: another value; it names the argument, what was expected and what came.
        SkeletonFileError: a file of a layout or of joint names that cannot be read.
    """
    given = read_joint_map(joint_map)
    units = UNIT_NAMES.get(units.lower(), units) if isinstance(units, str) else units
    if others.get("axes") is not None:
        others["axes"] = parse_axes(others["axes"])
    options = ReadOptions(layout=_layout(layout), up=up, units=units, fps=fps, joint_map=given, handed=handed, **others)
    if options.picture is not None and not _is_size(options.picture):
        raise OptionError("picture", f"expected (width, height) above 0, got {options.picture!r}")
    for name, allowed in (("up", AXES), ("units", UNITS), ("handed", HANDED)):
        value = getattr(options, name)
        if value is not None and value not in allowed:
            raise OptionError(name, f"expected one of {list(allowed)}, got {value!r}")
    if not (options.clip is None or (isinstance(options.clip, (int, str)) and not isinstance(options.clip, bool))):
        raise TypeError(f"clip: expected a number or a name, got {type(options.clip).__name__}")
    for name, least, most, whole in (
        ("fps", MIN_FPS, MAX_FPS, False),
        ("people", 1, MAX_PEOPLE, True),
        ("fill_gaps", 0, MAX_FRAMES, True),
        ("person", 1, MAX_PEOPLE, True),
        ("min_confidence", 0, 1, False),
    ):
        value = getattr(options, name)
        if name in ("fps", "person") and value is None:
            continue
        kind = "whole number" if whole else "number"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise TypeError(f"{name}: expected a {kind}, got {type(value).__name__}")
        if not least <= value <= most:  # NaN never is
            shown = repr(value) if abs(value) < 1e100 else "one beyond all bounds"
            raise OptionError(name, f"expected a {kind} from {least:g} to {most:,g}, got {shown}")
    return options


def _is_size(value: object) -> bool:
    return (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(isinstance(side, (int, float)) and 0 < side < 1e6 for side in value)
    )


def _layout(layout: str | SkeletonLayout | dict[str, Any] | PathLike[str] | None) -> SkeletonLayout | None:
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
    try:
        known = numbered_layout(layout) if isinstance(layout, str) else None
        return get_layout(layout) if known is None else known
    except ValueError as error:
        raise OptionError("layout", str(error)) from None
