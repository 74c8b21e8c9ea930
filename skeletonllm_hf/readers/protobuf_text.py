"""Messages as Protocol Buffers print them (`landmark {`, `x: 0.5`, `}`), such as MediaPipe's printed results -> JSON, a frame a line."""

from __future__ import annotations

import json
import re
from typing import Any

from .source import SkeletonFile

_OPENS = re.compile(r"([A-Za-z_]\w{0,60})\s{0,9}:?\s{0,9}\{")
_FIELD = re.compile(r"([A-Za-z_]\w{0,60})\s{0,9}:\s{0,9}([-+.\w]{1,40}|\"[^\"]{0,200}\")")
_MESSAGE = re.compile(
    r"[A-Za-z_]\w{0,60}\s{0,9}:?\s{0,9}\{\s{0,9}\r?\n\s{0,99}[A-Za-z_]\w{0,60}\s{0,9}(?::\s{0,9}[-+.\w\"]|\{)"
)
_BETWEEN = re.compile(r"\b(?:frame|image|picture)\b.{0,40}\d|^\D{0,9}\d{1,9}\D{0,9}$", re.IGNORECASE)
_POINTS = 33  # of MediaPipe's person, where nothing stands between frames
_DEEP = 20
_MOST_LINES = 3_000_000  # six a point


def is_protobuf(file: SkeletonFile) -> bool:
    """Whether a text has messages of that kind within its first lines, and is no JSON."""
    start = file.head_text[:2000].lstrip()
    return start[:1] not in "{[<" and _MESSAGE.search(start) is not None


def from_protobuf(file: SkeletonFile) -> SkeletonFile:
    """The messages as JSON, an object a frame. A frame ends where a field or a message of points comes again, at a line of its number, or behind 33 points.

    Raises:
        SkeletonFileError: a message that does not end or begin, too deep ones, or too many lines.
    """
    if file.data.count(b"\n") > _MOST_LINES:
        raise file.error(f"at most {_MOST_LINES:,} lines", "more: cut it into clips")
    frames: list[dict[str, Any]] = [{}]
    opened: list[dict[str, Any]] = []
    begun = False  # a line that begins a frame was there
    for number, line in enumerate(file.text().split("\n"), 1):
        text = line.strip()
        if begins := _OPENS.fullmatch(text):
            held = (opened[-1] if opened else _frame(frames, begins[1])).setdefault(begins[1], [])
            if not isinstance(held, list) or len(opened) == _DEEP:
                expected = f"messages at most {_DEEP} deep, of names that no field has"
                raise file.error(expected, text[:40], position=f"line {number}")
            held.append({})
            opened.append(held[-1])
        elif text == "}":
            if not opened:
                raise file.error("a message", "an end without a beginning", position=f"line {number}")
            opened.pop()
        elif field := _FIELD.fullmatch(text):
            holder = opened[-1] if opened else _frame(frames, field[1])
            holder[field[1]] = _value(field[2])
        elif not opened and _BETWEEN.search(text):
            frames += [{}] if begun or frames[-1] else []
            begun = True
    if opened:
        raise file.error("the end of a message", "the end of the file")
    return file.with_data("\n".join(json.dumps(_plain(frame) or {"landmarks": []}) for frame in frames).encode())


def _frame(frames: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The frame to which a message or field of that name belongs: the last, or a new one."""
    held = frames[-1].get(name)
    point = isinstance(held, list) and "x" in held[-1]
    if held is not None and not (point and len(held) < _POINTS):
        frames.append({})
    return frames[-1]


def _plain(frame: dict[str, Any]) -> dict[str, Any]:
    """Points of a frame under `landmarks`; messages that came once as one object."""
    plain: dict[str, Any] = {}
    for name, held in frame.items():
        points = isinstance(held, list) and "x" in held[0]
        plain["landmarks" if points else name] = (
            held[0] if isinstance(held, list) and not points and len(held) == 1 else held
        )
    return plain


def _value(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text.strip('"')
