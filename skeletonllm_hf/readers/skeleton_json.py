"""Our own JSON (`writers/json_file.py`): everything that a SkeletonSequence holds, for people and for other programs.

    {"format": "skeletonllm-1", "layout": {"name", "joints", "bones", ...} or a name, "fps": 30, "units": "metres", "up": "y",
     "view": "-z", "label": "wave", "captions": [...], "questions": [[question, answer], ...], "warnings": [...],
     "joints": frames x people x joints x (2 or 3) numbers, "confidence": frames x people x joints,
     "rotations": frames x people x joints x 3 x 3}

Missing joints are `[null, null, null]`. Only `joints` and `layout` are needed; a file without `format` goes through the
rules that all foreign files go through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import AXES, UNITS
from .json_text import entry, head_keys, numbers
from .numpy_files import CONTAINER
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile


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
    for key, allowed in (("units", tuple(UNITS)), ("up", AXES), ("view", AXES)):
        if key in fields and fields[key] not in allowed:
            raise file.error(f"one of {list(allowed)}", repr(fields[key][:40]), position=key)
    if "view" in fields and fields["view"][-1] == fields.get("up", "y")[-1]:
        raise file.error(f"an axis across up={fields.get('up', 'y')!r}", repr(fields["view"]), position="view")
    for key in ("captions", "questions", "warnings"):
        if content.get(key) is not None:
            fields["notes" if key == "warnings" else key] = _texts(file, entry(file, content, key, list), key)
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


def _texts(file: SkeletonFile, values: list[Any], key: str) -> tuple[Any, ...]:
    if key != "questions":
        good = all(isinstance(text, str) for text in values)
    else:
        good = all(isinstance(v, list) and len(v) == 2 and all(isinstance(text, str) for text in v) for v in values)
    if not good:
        raise file.error("pairs of texts" if key == "questions" else "texts", "something else", position=key)
    return tuple(tuple(value) if key == "questions" else value for value in values)


READER = Reader(
    "json",
    "our JSON, as save_skeleton writes it",
    'JSON with the keys "layout" and "joints" (frames x people x joints x 2 or 3)',
    _detect,
    _read,
    (".json",),
)
