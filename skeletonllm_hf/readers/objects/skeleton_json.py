"""The package's own JSON (`writers/own_formats.py`): all fields of a SkeletonSequence; checks shared with the `.npz` container.

    {"format": "skeletonllm-1", "layout": {"name", "joints", "bones", ...} or a name, "fps": 30, "units": "metres", "up": "y",
     "view": "-z", "label": "wave", "captions": [...], "questions": [[question, answer], ...], "warnings": [...],
     "joints": frames x people x joints x (2 or 3) numbers, "confidence": frames x people x joints,
     "rotations": frames x people x joints x 3 x 3}

Missing joints are `[null, null, null]`. Only `joints` and `layout` are needed; a file without `format` goes through the
rules that all foreign files go through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout
from ...model.skeleton import AXES, UNITS
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile
from .json_text import entry, head_keys, numbers

CONTAINER = "skeletonllm-1"  # value of the key `format` in files that this package writes


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    if "layout" not in keys or not keys & {"joints", "fps"}:
        return 0.0
    return 1.0 if f'"{CONTAINER}"'.encode() in file.head[:200] else 0.6


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content: Any = file.json()
    values = entry(file, content, "joints", list)
    layout = _layout(file, content.get("layout"))
    shown = layout or options.layout
    count = None if shown is None else shown.num_joints
    joints = numbers(file, values, "joints", (None, None, count, None))
    if joints.shape[3] not in (2, 3):
        raise file.error("2 or 3 numbers a joint", str(joints.shape[3]), position="joints")
    check_size(file, *joints.shape)
    shape = joints.shape[:3]
    fields: dict[str, Any] = {}
    for key, more in (("confidence", ()), ("rotations", (3, 3))):
        if content.get(key) is not None:
            fields[key] = numbers(file, content[key], key, (*shape, *more))
    for key, kind in (("label", str), ("fps", float), ("units", str), ("up", str), ("view", str)):
        if content.get(key) is not None:
            fields[key] = entry(file, content, key, kind)
    check_units_and_axes(file, fields)
    for key in ("captions", "questions", "warnings"):
        if content.get(key) is not None:
            values = texts(entry(file, content, key, list), pairs=key == "questions")
            if values is None:
                raise file.error("pairs of texts" if key == "questions" else "texts", "something else", position=key)
            fields["notes" if key == "warnings" else key] = values
    own = content.get("format") == CONTAINER
    if own and (missing := {"fps", "units", "up"} - set(fields)):
        raise file.error(f"{', '.join(sorted(missing))} beside format {CONTAINER!r}", "nothing")
    mask = np.isfinite(joints).all(-1)
    return RawClip(joints, layout, mask=mask, verbatim=own, **fields)


def _layout(file: SkeletonFile, value: Any) -> SkeletonLayout | None:
    if value is None:
        return None
    if isinstance(value, dict):  # all numbers of a file come as floats
        value = value | {key: _whole(value[key]) for key in ("bones", "pairs") if isinstance(value.get(key), list)}
    try:
        return get_layout(value)
    except (ValueError, TypeError) as error:
        raise file.error("a layout", str(error)[:300], position="layout") from None


def _whole(pairs: list[Any]) -> list[Any]:
    """Pairs of joints with whole numbers where they are whole."""
    whole: Callable[..., Any] = lambda end: int(end) if isinstance(end, float) and end.is_integer() else end  # noqa: E731
    return [[whole(end) for end in pair] if isinstance(pair, list) else pair for pair in pairs]


def check_units_and_axes(file: SkeletonFile, fields: Mapping[str, Any], position: str = "{}") -> None:
    """Raises SkeletonFileError: no such units, up or view, or a view along up. `position`: of a key, for messages."""
    for key, allowed in (("units", tuple(UNITS)), ("up", AXES), ("view", AXES)):
        if key in fields and fields[key] not in allowed:
            raise file.error(f"one of {list(allowed)}", repr(fields[key][:40]), position=position.format(key))
    up, view = fields.get("up", "y"), fields.get("view")
    if view is not None and view[-1] == up[-1]:
        raise file.error(f"an axis across up={up!r}", repr(view), position=position.format("view"))


def texts(values: object, pairs: bool) -> tuple[Any, ...] | None:
    """The texts of a list, or its pairs of texts; None for other contents."""
    if not isinstance(values, list):
        return None
    rows: list[Any] = values if pairs else [values]
    if not all(isinstance(row, list) and all(isinstance(text, str) for text in row) for row in rows):
        return None
    if pairs:
        return tuple(map(tuple, rows)) if all(len(row) == 2 for row in rows) else None
    return tuple(rows[0])


READER = Reader(
    "json", "our JSON, as save_skeleton writes it",
    'JSON with the keys "layout" and "joints" (frames x people x joints x 2 or 3)',
    _detect, _read, (".json",),
)  # fmt: skip
