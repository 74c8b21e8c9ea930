"""JSON files: keys in their head, entries of a kind, nested lists of numbers as arrays, folders of one file a frame."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from ..reader import MAX_FRAMES
from ..source import SkeletonFile

_ROUNDED = 1e-4  # the last row of a transform, of numbers of single precision
_KEY = re.compile(rb'"([^"\\]{1,64})\\?"\s{0,16}:')

_TEXTS = re.compile(
    rb'"[xyXY]"\s{0,16}:\s{0,16}"[-+.\d]|"\$number|:\s{0,16}"(\[\s{0,16}[\[{\d]|\(\s{0,16}[-\d]|\{\s{0,16}\\"|simd_)'
)
_NUMBER = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][-+]?\d{1,2})?")
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


def unquoted(file: SkeletonFile) -> Any:
    """The file's JSON with numbers and lists where it has them as texts (`{"x": "0.12"}`, `{"keypoints": "[[1, 2], ...]"}`, Kafka's `{"value": "{...}"}`)."""
    content = file.json()
    return _unquoted(content) if _TEXTS.search(file.head) else content


def _unquoted(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and (only := next(iter(value)))[:1] == "$":  # MongoDB: {"$numberDouble": "0.12"}
            return _unquoted(value[only])
        return {key: _unquoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unquoted(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if value.startswith("simd_float") and value[-1:] == ")":  # Swift's vectors and matrices
        value = value.partition("(")[2][:-1]
    if value[:1] == "(" and value[-1:] == ")":  # Unity's vectors
        value = f"[{value[1:-1]}]"
    if value[:1] in ("[", "{"):
        try:
            return json.loads(value, parse_int=float)
        except (ValueError, RecursionError):
            return value
    return float(value) if _NUMBER.fullmatch(value) else value


def nested(node: Any) -> Any:
    """The lists in lists of numbers that stand in one list beside their sizes (`shape`, or OpenCV's `sizes`, `rows` and `cols`); others as they are."""
    if not isinstance(node, dict) or not isinstance(values := node.get("data"), list):
        return node
    sizes = node.get("shape") or node.get("sizes") or [node.get("rows"), node.get("cols")]
    whole = isinstance(sizes, list) and all(isinstance(size, (int, float)) and size >= 1 for size in sizes)
    if not whole or math.prod(sizes) != len(values):
        return node
    for size in map(int, reversed(sizes[1:])):
        values = [values[at : at + size] for at in range(0, len(values), size)]
    return values


def of_matrix(value: list[Any]) -> list[float] | None:
    """The translation of a 4 x 4 transform, nested or flat, by rows or by columns; None for other lists."""
    rows = value if len(value) == 4 else [value[at : at + 4] for at in range(0, 16, 4)]
    if not all(isinstance(row, list) and len(row) == 4 and all(isinstance(v, float) for v in row) for row in rows):
        return None
    columns = [list(column) for column in zip(*rows, strict=True)]
    for lines in (rows, columns):
        if all(abs(v - last) < _ROUNDED for v, last in zip(lines[3], (0, 0, 0, 1), strict=True)):
            return [line[3] for line in lines[:3]]
    return None


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
