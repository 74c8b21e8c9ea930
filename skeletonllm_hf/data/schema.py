"""The schema of datasets on the Hub: one clip as one row; encoding and decoding of rows.

The joints are one flat list of numbers beside its shape: nested lists take fifty times as long to read.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout, layout_names
from ..model.skeleton import SkeletonSequence
from .row_values import arrow_value, bits, frame_rate, numbers, row_name, shape_of, text, text_pairs, texts, wrong

if TYPE_CHECKING:
    import datasets
    import pyarrow

SCHEMA = 1  # version: changes with the meaning of a column

# name: (type, meaning); a type in brackets is a list of any length. docs/datasets.md shows this table.
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("string", "name of the clip, unique within its dataset"),
    "dataset": ("string", "name of the dataset, so that rows of several can be mixed"),
    "joints": ("[float32]", "coordinates, flattened from `shape` in C order, in `units`; 0 where `mask` is unset"),
    "shape": ("int32 x 4", "frames, people, joints, dimensions (2 or 3)"),
    "mask": ("[uint8]", "which joints were seen: bits of (frames, people, joints), first one highest; empty: all were"),
    "confidence": ("[float32]", "0 to 1 for each (frame, person, joint), flattened; null where the source gives none"),
    "rotations": ("[float32]", "(frames, people, joints, 3, 3) joint orientations, flattened; null where there are none"),
    "fps": ("float64", "frames per second"),
    "layout": ("string", "name of a built-in skeleton layout, or a layout as JSON (`SkeletonLayout.from_dict`)"),
    "units": ("string", "of the coordinates: metres, centimetres, millimetres, pixels, unknown, ..."),
    "up": ("string", "axis that points up: x, -x, y, -y, z, -z"),
    "view": ("string", "axis along which a camera in front of the scene looks"),
    "format": ("string", "format of the file that the clip came from"),
    "source": ("string", "that file, from the dataset's folder"),
    "label": ("string", "name of the action, or null"),
    "captions": ("[string]", "sentences that describe the clip"),
    "questions": ("[{question, answer}]", "questions with their answers"),
    "rationale": ("string", "reasoning that leads to the label, or null"),
    "subject": ("string", "the performer, or null"),
    "keys": ("string", "further keys of the splits (camera, setup, pair, style, ...), as a JSON object of texts"),
    "warnings": ("[string]", "what the reader guessed, masked or dropped"),
}  # fmt: skip


def need_datasets() -> None:
    """ModuleNotFoundError, which names the extra to install, where `datasets` (and with it pyarrow) is missing."""
    if importlib.util.find_spec("datasets") is None:
        raise ModuleNotFoundError(
            "tables need the package `datasets`: pip install 'skeletonllm-hf[data]'", name="datasets"
        )


def arrow_schema() -> pyarrow.Schema:
    """The columns as an Arrow schema."""
    need_datasets()
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "float64": pa.float64(),
        "[float32]": pa.list_(pa.float32()),
        "[uint8]": pa.list_(pa.uint8()),
        "[string]": pa.list_(pa.string()),
        "int32 x 4": pa.list_(pa.int32(), 4),
        "[{question, answer}]": pa.list_(pa.struct({"question": pa.string(), "answer": pa.string()})),
    }
    return pa.schema([(name, types[kind]) for name, (kind, _) in COLUMNS.items()])


def features() -> datasets.Features:
    """The columns as `datasets` wants them: `Dataset.from_list(rows, features=features())`."""
    from datasets import Features

    return Features.from_arrow_schema(arrow_schema())


def encode(
    sequence: SkeletonSequence,
    *,
    id: str,
    dataset: str = "",
    rationale: str | None = None,
    subject: str | None = None,
    keys: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """A clip as a row; `decode` gives it back bit by bit.

    Args:
        sequence: the clip.
        id: its name, unique within the dataset.
        dataset: the dataset's name.
        rationale: reasoning that leads to the label.
        subject: who moves.
        keys: further keys of splits, such as `{"camera": 3}`; values are stored as texts.

    Raises:
        TypeError, ValueError: an id that is no text or empty.
    """
    if not isinstance(id, str):
        raise TypeError(f"id: expected a text, got {type(id).__name__}")
    if not id:
        raise ValueError("id: expected a name, got an empty text")
    flat: Callable[..., Any] = lambda values: None if values is None else values.ravel()  # noqa: E731
    return {
        "id": id,
        "dataset": dataset,
        "joints": sequence.joints.ravel(),
        "shape": np.array(sequence.joints.shape, np.int32),
        "mask": np.zeros(0, np.uint8) if sequence.mask.all() else np.packbits(sequence.mask),
        "confidence": flat(sequence.confidence),
        "rotations": flat(sequence.rotations),
        "fps": sequence.fps,
        "layout": layout_text(sequence.layout),
        "units": sequence.units,
        "up": sequence.up,
        "view": sequence.view,
        "format": sequence.format,
        "source": sequence.source,
        "label": sequence.label,
        "captions": list(sequence.captions),
        "questions": [{"question": question, "answer": answer} for question, answer in sequence.questions],
        "rationale": rationale,
        "subject": None if subject is None else str(subject),
        "keys": json.dumps({key: str(value) for key, value in sorted((keys or {}).items())}, ensure_ascii=False),
        "warnings": list(sequence.warnings),
    }


def decode(row: Mapping[str, object] | pyarrow.Table) -> SkeletonSequence:
    """The clip in a row of `datasets`, in its default, "numpy" or "arrow" format (the fastest: nothing is copied on the way).

    Raises:
        ValueError: a row that lacks a column, or in which something else stands than the column is for, whatever a table
            can hold; names the row and the column.
    """
    row = plain_row(row)
    if missing := [name for name in COLUMNS if name not in row and name not in _TEXTS_ONLY]:
        raise ValueError(f"row {row_name(row)}: expected the columns {list(COLUMNS)}, got none of {missing}")
    shape = shape_of(row)
    joints = numbers(row, "joints", shape)
    if joints is None:
        raise wrong(row, "joints", "a list of numbers", "none")
    values = {
        "joints": joints,
        "layout": _checked(row, "layout", _layout),
        "mask": bits(row, "mask", shape[:3]),
        "confidence": numbers(row, "confidence", shape[:3]),
        "fps": frame_rate(row),
        "rotations": numbers(row, "rotations", (*shape[:3], 3, 3)),
        "label": text(row, "label", optional=True),
        "captions": texts(row, "captions"),
        "questions": text_pairs(row, "questions"),
        "warnings": texts(row, "warnings"),
    }
    values |= {name: text(row, name) for name in ("units", "up", "view", "source", "format")}
    try:
        return SkeletonSequence(**values)
    except ValueError as error:
        raise ValueError(f"row {row_name(row)}: {error}") from None


# columns that describe a row but are no part of the clip itself
_TEXTS_ONLY = frozenset({"id", "dataset", "rationale", "subject", "keys"})


def plain_row(row: Mapping[str, object] | pyarrow.Table) -> Mapping[str, object]:
    """A row as names and values; from an Arrow table of one row, numbers are views into it. ValueError: not one row."""
    if isinstance(row, Mapping):
        return row
    if row.num_rows != 1:
        raise ValueError(f"row: expected a table of one row, got {row.num_rows}")
    values: dict[str, Any] = {}
    for name, column in zip(row.column_names, row.columns, strict=True):
        values[name] = arrow_value(values, name, column, COLUMNS.get(name, ("",))[0] in _NUMBER_LISTS)
    return values


_NUMBER_LISTS = frozenset({"[float32]", "[uint8]"})


def row_keys(row: Mapping[str, object] | pyarrow.Table) -> dict[str, str]:
    """The keys of splits: the entries of `keys`, and `label` and `subject` where the row has them."""
    row = plain_row(row)
    keys = _checked(row, "keys", lambda text: {str(key): str(value) for key, value in json.loads(text).items()})
    return keys | {name: str(row[name]) for name in ("label", "subject") if row[name] is not None}


def layout_text(layout: SkeletonLayout) -> str:
    """A built-in layout's name; any other layout as JSON."""
    values = layout.to_dict()
    if layout.name in layout_names() and get_layout(layout.name).to_dict() == values:
        return layout.name
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


@functools.lru_cache(maxsize=256)
def _layout(text: str) -> SkeletonLayout:
    """One object for all rows with the same text, so that a layout's derived values are computed once."""
    return get_layout(json.loads(text) if text.startswith("{") else text)


def _checked(row: Mapping[str, object], name: str, parse: Callable[[str], Any]) -> Any:
    value: Any = text(row, name)
    try:
        return parse(value)
    # JSON of another structure than a layout or keys
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"row {row_name(row)}: {name}: {str(error)[:300]}") from None
