"""Checks and parses the values of a row: a table from elsewhere can hold anything under a column's name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.skeleton import MAX_FPS, MIN_FPS

if TYPE_CHECKING:
    import pyarrow

# As for files (readers/reader.py and common_rules.py); a row's orientations are nine times its joints.
MAX_FRAMES, MAX_PEOPLE, MAX_JOINTS, MAX_VALUES = 1_000_000, 100, 1024, 30_000_000
MAX_TEXT, MAX_TEXTS = 1_000_000, 1_000


def row_name(row: Mapping[str, object]) -> str:
    """A row's id, for messages."""
    value = row.get("id", "?")
    return repr(value[:80]) if isinstance(value, str) else repr(value)[:80]


def wrong(row: Mapping[str, object], name: str, expected: str, found: object) -> ValueError:
    return ValueError(f"row {row_name(row)}: {name}: expected {expected}, got {found}")


def arrow_value(row: Mapping[str, object], name: str, column: pyarrow.ChunkedArray, numbers: bool) -> object:
    """The only value of a column; lists of numbers as views into the table.

    Raises:
        ValueError: a value that Python has no counterpart of; names the row and the column.
    """
    import pyarrow as pa

    try:
        value = column[0]
        lists = (pa.ListScalar, pa.LargeListScalar, pa.FixedSizeListScalar)
        if numbers and value.is_valid and isinstance(value, lists):
            values = value.values
            if values.null_count == 0 and (pa.types.is_floating(values.type) or pa.types.is_integer(values.type)):
                return values.to_numpy(zero_copy_only=True)
        return value.as_py()
    except (pa.ArrowException, ValueError, TypeError, ArithmeticError, NotImplementedError) as error:
        raise wrong(row, name, "a value that can be read", f"{column.type}: {str(error)[:120]}") from None


def shape_of(row: Mapping[str, object]) -> tuple[int, int, int, int]:
    """`shape`: frames, people, joints, dims, within the caps that files have, too."""
    value: Any = row["shape"]
    try:
        sizes = tuple(value)
        whole: Any = tuple(int(size) for size in sizes)
        good = len(whole) == 4 and all(size == number for size, number in zip(sizes, whole, strict=True))
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise wrong(row, "shape", "4 whole numbers (frames, people, joints, dimensions)", repr(value)[:60])
    limits = (MAX_FRAMES, MAX_PEOPLE, MAX_JOINTS, 3)
    least = (1, 1, 1, 2)
    inside = all(low <= size <= most for low, size, most in zip(least, whole, limits, strict=True))
    if not inside or math.prod(whole) > MAX_VALUES:
        raise wrong(row, "shape", f"sizes from {least} to {limits}, at most {MAX_VALUES:,} values together", whole)
    return whole


def numbers(row: Mapping[str, object], name: str, shape: tuple[int, ...]) -> np.ndarray | None:
    """A flat list of numbers as an array of that shape, float32; None where the row has none."""
    value = row[name]
    if value is None:
        return None
    count = math.prod(shape)
    values = _array(row, name, value, np.float32)
    if values.size != count:
        raise wrong(row, name, f"{count} numbers for {shape}", values.size)
    return values.reshape(shape)


def bits(row: Mapping[str, object], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """(shape) bool from packed bits, the first one highest; an empty list: all set."""
    packed = _array(row, name, row[name], np.uint8)
    count = math.prod(shape)
    if packed.size == 0:
        return np.ones(shape, bool)
    if packed.size != -(-count // 8):
        raise wrong(row, name, f"{-(-count // 8)} bytes for {shape}", packed.size)
    return np.unpackbits(packed, count=count).view(bool).reshape(shape)


def _array(row: Mapping[str, object], name: str, value: object, kind: type) -> np.ndarray:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, (np.ndarray, Iterable)):
        raise wrong(row, name, "a list of numbers", repr(value)[:40])
    try:
        with np.errstate(over="ignore"):
            array = value if isinstance(value, np.ndarray) else np.asarray(value)
            if array.size and array.dtype.kind not in ("iu" if kind is np.uint8 else "fiu"):
                raise ValueError(f"values of type {array.dtype}")
            if kind is np.uint8 and array.size and not (array.min() >= 0 and array.max() <= 255):
                raise ValueError("numbers outside 0 to 255")
            array = array.astype(kind, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong(row, name, "a list of numbers", str(error)[:80]) from None
    if array.ndim != 1:
        raise wrong(row, name, "a flat list", f"shape {array.shape}")
    return array


def frame_rate(row: Mapping[str, object]) -> float:
    value: Any = row["fps"]
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not (number and MIN_FPS <= value <= MAX_FPS):
        raise wrong(row, "fps", f"a number from {MIN_FPS:g} to {MAX_FPS:,g}", repr(value)[:40])
    return float(value)


def text(row: Mapping[str, object], name: str, optional: bool = False) -> str | None:
    """A text column's value. None only where the column may be empty."""
    value = row[name]
    if value is None and optional:
        return None
    return _checked_text(row, name, value)


def texts(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A column of several texts."""
    return tuple(_checked_text(row, name, value) for value in _several(row, name))


def text_pairs(row: Mapping[str, object], name: str) -> tuple[tuple[str, str], ...]:
    """A column of questions with their answers."""
    pairs = []
    for pair in _several(row, name):
        if not (isinstance(pair, Mapping) and {"question", "answer"} <= set(pair)):
            raise wrong(row, name, "questions with answers", repr(pair)[:60])
        pairs.append((_checked_text(row, name, pair["question"]), _checked_text(row, name, pair["answer"])))
    return tuple(pairs)


def _several(row: Mapping[str, object], name: str) -> Iterable[object]:
    value = row[name]
    if isinstance(value, Mapping) and name == "questions":  # `datasets` turns lists of structs into structs of lists
        try:
            value = [dict(zip(value, both, strict=True)) for both in zip(*value.values(), strict=True)]
        except (TypeError, ValueError):
            value = None
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, (np.ndarray, list, tuple)):
        raise wrong(row, name, "a list", repr(value)[:60])
    if len(value) > MAX_TEXTS:
        raise wrong(row, name, f"at most {MAX_TEXTS} texts", len(value))
    return value


def _checked_text(row: Mapping[str, object], name: str, value: object) -> str:
    if not isinstance(value, str):
        raise wrong(row, name, "a text", repr(value)[:60])
    if len(value) > MAX_TEXT:
        raise wrong(row, name, f"at most {MAX_TEXT:,} characters", f"{len(value):,}")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise wrong(row, name, "Unicode text", repr(value)[:60])
    return str(value)
