"""JSON files: keys in their head, entries of a kind, nested lists of numbers as arrays, folders of one file a frame."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .reader import MAX_FRAMES
from .source import SkeletonFile

_KEY = re.compile(rb'"([^"\\]{1,64})\\?"\s{0,16}:')

_TEXTS = re.compile(rb'"[xyXY]"\s{0,16}:\s{0,16}"[-+.\d]')
_NUMBER = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][-+]?\d{1,2})?")
_RATE = re.compile(
    rb'"(?:video_?|source_?|recording_?|r_|avg_)?(?:fps|frame_?rate|frames_?per_?second)"\s{0,16}:\s{0,16}"?'
    rb"(?:(\d{1,6})/(\d{1,6})|(\d{1,4}(?:\.\d{1,9})?))\b",
    re.IGNORECASE,
)
_FRAME = re.compile(rb'"frame_?(?:index|idx|number|num|id|no)"\s{0,16}:\s{0,16}(\d{1,9})\b', re.IGNORECASE)
_MOST_STEP = 60
_TAIL = 4096  # bytes of a file's end in which its rate may stand
LABEL = ("label", "action", "class", "class_name", "activity", "exercise", "gesture")  # keys, and columns of tables


def head_keys(file: SkeletonFile) -> frozenset[str]:
    """Keys in the first bytes of a JSON file, at any depth; empty for other files."""
    return file.once(_head_keys)


def _head_keys(file: SkeletonFile) -> frozenset[str]:
    if not file.is_text or file.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return frozenset()
    return frozenset(key.decode("utf-8", "replace") for key in _KEY.findall(file.head))


def label_of(content: object) -> str | None:
    """What an object says it shows, under a key such as `label` or `action`; None where it says nothing in words."""
    texts = (content[key] for key in LABEL if isinstance(content.get(key), str)) if isinstance(content, dict) else ()
    return next((text.strip()[:200] for text in texts if text.strip()), None)


def stated_rate(file: SkeletonFile) -> float | None:
    """Frames a second that a JSON file says at any depth (`{"video": {"fps": 25}}`); None where it says none, or several."""
    if not head_keys(file):
        return None
    found = (numbers for part in (file.head, file.data[-_TAIL:]) for numbers in _RATE.findall(part))
    shares = {
        (float(rate or frames), float(seconds or 1)) for frames, seconds, rate in found
    }  # 25, or ffmpeg's 30000/1001
    rates = {frames / seconds for frames, seconds in shares if seconds} - {0.0}
    return rates.pop() if len(rates) == 1 else None


def frame_step(file: SkeletonFile) -> int:
    """By how much the frame numbers of a JSON file rise, each time (every third frame of a video was looked at); 1 where they say nothing else."""
    numbers = [int(number) for number in _FRAME.findall(file.head)]
    steps = {after - before for before, after in zip(numbers, numbers[1:], strict=False)}
    return steps.pop() if len(steps) == 1 and len(numbers) > 3 and 1 < max(steps, default=1) <= _MOST_STEP else 1


def unquoted(file: SkeletonFile) -> Any:
    """The file's JSON with numbers where it has them as texts (`{"x": "0.12"}`), as JavaScript's `toFixed` leaves them."""
    content = file.json()
    return _unquoted(content) if _TEXTS.search(file.head) else content


def _unquoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unquoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unquoted(inner) for inner in value]
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def numbers(file: SkeletonFile, value: object, key: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """A nested list of numbers as a float32 array; `null` becomes NaN.

    Args:
        value: from `file.json()`. key: where it stands, for messages.
        shape: expected sizes; None: any but zero.

    Raises:
        SkeletonFileError: no list of numbers, ragged, or another shape.
    """
    found = _kind(value)
    if isinstance(value, list):
        try:
            array = np.array(value, dtype=np.float32)
        except (ValueError, TypeError):
            found = "something else or lists of different lengths"
        else:
            fits = array.ndim == len(shape) and all(s in (None, n) for s, n in zip(shape, array.shape, strict=True))
            if fits and array.size:
                return array
            found = f"shape {array.shape}"
    expected = f"numbers of shape ({', '.join('any' if size is None else str(size) for size in shape)})"
    raise file.error(expected, found, position=key)


def number_list(
    file: SkeletonFile, value: object, key: str, shape: tuple[int | None, ...], where: str = ""
) -> np.ndarray:
    """The nested list of numbers `value[key]` as an array: `entry` and `numbers`."""
    return numbers(file, entry(file, value, key, list, where), f"{where}.{key}" if where else key, shape)


def frame_list(content: object) -> object:
    """The list of frames that an object holds under a usual key; other contents as they are."""
    values = [content.get(key) for key in ("frames", "data", "results", "poses")] if isinstance(content, dict) else []
    return next((value for value in values if isinstance(value, list)), content)


def entry(file: SkeletonFile, value: object, key: str, kind: type, where: str = "") -> Any:
    """`value[key]` of the wanted kind. SkeletonFileError: `value` is no object, or the key is missing or of another kind."""
    names = {dict: "an object", list: "a list", str: "a text", float: "a number"}
    place = f"{where}.{key}" if where else key
    if not isinstance(value, dict):
        raise file.error("an object", _kind(value), position=where or "top level")
    if not isinstance(value.get(key), kind):
        raise file.error(names[kind], _kind(value.get(key)) if key in value else "nothing", position=place)
    return value[key]


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", float: "a number", bool: "true or false"}
    return names.get(type(value), "null")


def json_frames(file: SkeletonFile) -> list[SkeletonFile]:
    """The .json files of a folder, a frame each, or the file itself. SkeletonFileError: none, or too many."""
    if not file.is_folder:
        return [file]
    names = [name for name in file.names if name.lower().endswith(".json")]
    if not 0 < len(names) <= MAX_FRAMES:
        raise file.error(f"1 to {MAX_FRAMES:,} .json files", str(len(names)))
    return [file.sibling(name) for name in names]
