"""Real clips in one small file, to carry training data to another machine: safetensors, with xz inside.

Joints are rounded to a grid (a millimetre, or what is a millimetre of the body where units say nothing about size). What is
stored are first or second differences in time, whichever are smaller, joint by joint, low bytes before high bytes.
Orientations and confidences are not kept; masks are.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ..data.schema import layout_text
from ..model.layouts import get_layout
from ..model.skeleton import SkeletonSequence

FORMAT = "skeletonllm-clips-1"
STEP = 0.001  # metres
_KEPT = ("fps", "units", "up", "view", "source", "format", "label", "captions", "questions", "warnings")
# literals follow the byte before them: that tells how fast a joint moves; there are no words of 2 or 4 bytes in the stream
_XZ = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0}]


class Recording(NamedTuple):
    """A clip as a dataset's folder holds it: `keys` are what protocols go by (`data.source.ClipFile.split_keys`)."""

    dataset: str
    sequence: SkeletonSequence
    keys: Mapping[str, str]


def write_packed(path: Path, recordings: Sequence[Recording], problems: Iterable[str] = (), step: float = STEP) -> None:
    """Writes clips and what could not be read.

    Args:
        path: the file, `.safetensors`.
        recordings: the clips.
        problems: sentences that `read_packed` gives back.
        step: the joints' grid in metres.

    Raises:
        ValueError: a step that is not positive, or a clip that spans more than 65,535 steps.
    """
    if not step > 0:
        raise ValueError(f"step: expected a positive number of metres, got {step!r}")
    rows: list[Any] = []
    layouts: dict[str, int] = {}
    streams: dict[str, Any] = {}
    for recording in recordings:
        grid, row = _on_grid(recording.sequence, step)
        text = layout_text(recording.sequence.layout)
        row["layout"] = layouts.setdefault(text, len(layouts))
        row |= {"dataset": recording.dataset, "keys": dict(recording.keys)}
        row |= {name: getattr(recording.sequence, name) for name in _KEPT}
        differences, row["order"] = _differences(grid)
        mask = recording.sequence.mask
        row["seen"] = "all" if mask.all() else "some"
        numbers, masks = streams.setdefault(recording.dataset, ([], []))
        numbers.append(differences)
        if row["seen"] == "some":
            masks.append(np.packbits(mask))
        rows.append(row)
    table = {"format": FORMAT, "layouts": list(layouts), "problems": list(problems), "clips": rows}
    tensors = {"table": _packed(json.dumps(table, ensure_ascii=False).encode())}
    for name, (numbers, masks) in streams.items():
        values = np.concatenate(numbers)
        tensors[f"joints.{name}"] = _packed(values.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes())
        tensors[f"masks.{name}"] = _packed(np.concatenate([np.zeros(0, np.uint8), *masks]).tobytes())
    save_file(tensors, path, {"format": FORMAT})


def read_packed(path: Path) -> tuple[list[Recording], list[str]]:
    """What `write_packed` wrote, joints to half a step, all else as it was. ValueError: another kind of file."""
    try:
        tensors = load_file(path)
        table = json.loads(lzma.decompress(tensors["table"].tobytes(), lzma.FORMAT_XZ))
    except (SafetensorError, KeyError, lzma.LZMAError, ValueError) as error:
        raise ValueError(f"{path}: expected clips packed by skeletonllm_hf.training.pack, got {error}") from None
    if table.get("format") != FORMAT:
        raise ValueError(f"{path}: expected the format {FORMAT!r}, got {table.get('format')!r}")
    layouts = [get_layout(json.loads(text) if text.startswith("{") else text) for text in table["layouts"]]
    streams = {}
    recordings = []
    for row in table["clips"]:
        name = row["dataset"]
        if name not in streams:
            streams[name] = (_Stream(_numbers(tensors[f"joints.{name}"])), _Stream(_bytes(tensors[f"masks.{name}"])))
        recordings.append(_recording(row, layouts, *streams[name]))
    return recordings, table["problems"]


class _Stream:
    """An array that is read from its start to its end."""

    def __init__(self, values: np.ndarray):
        self.values, self.at = values, 0

    def take(self, count: int) -> np.ndarray:
        self.at += count
        return self.values[self.at - count : self.at]


def _recording(row: dict[str, Any], layouts: Sequence[Any], joints: _Stream, masks: _Stream) -> Recording:
    frames, people, count, dims = shape = tuple(row["shape"])
    size = frames * people * count
    grid = joints.take(size * dims).reshape(people, count, dims, frames)
    for _ in range(row["order"]):
        grid = np.cumsum(grid, axis=-1, dtype=np.uint16)  # beyond 16 bits it wraps, and wraps back
    places = np.moveaxis(grid.view(np.int16), -1, 0) * row["step"] + np.array(row["origin"])
    mask: Any = None
    if row["seen"] == "some":
        mask = np.unpackbits(masks.take(-(-size // 8)), count=size).view(bool).reshape(shape[:3])
    fields = {name: row[name] for name in _KEPT} | {"questions": tuple(map(tuple, row["questions"]))}
    sequence = SkeletonSequence(places.astype(np.float32), layouts[row["layout"]], mask, **fields)
    return Recording(row["dataset"], sequence, row["keys"])


def _on_grid(sequence: SkeletonSequence, step: float) -> tuple[np.ndarray, dict[str, Any]]:
    """(people, joints, dims, frames) int32 steps from an origin; where a joint is not seen, as it was last or will be first."""
    joints, mask = sequence.joints.astype(np.float64), sequence.mask
    seen = joints[mask]
    origin = (seen.min(0) + seen.max(0)) / 2 if len(seen) else np.zeros(joints.shape[-1])
    size = step / sequence.metres_per_unit
    grid = np.round((joints - origin) / size)
    if len(seen) and np.abs(grid[mask]).max() > 32767:
        raise ValueError(f"{sequence.source}: expected a clip within 65,535 steps of {step:g} m; give a longer step")
    frames = np.arange(len(joints))[:, None, None]
    last = np.maximum.accumulate(np.where(mask, frames, -1), axis=0)
    last = np.where(last < 0, mask.argmax(0), last)
    grid = np.take_along_axis(grid, last[..., None], axis=0) * np.any(mask, 0)[..., None]
    row = {"shape": joints.shape, "step": size, "origin": origin.tolist()}
    return np.moveaxis(grid, 0, -1).astype(np.int32), row


def _differences(grid: np.ndarray) -> tuple[np.ndarray, int]:
    """Flat differences modulo 2^16, of first or second order, and which."""
    first = np.diff(grid, axis=-1, prepend=0)
    second = np.diff(first, axis=-1, prepend=0)
    order = 1 if np.abs(first).sum() <= np.abs(second).sum() else 2
    return (first, second)[order - 1].astype(np.uint16).ravel(), order


def _packed(data: bytes) -> np.ndarray:
    return np.frombuffer(lzma.compress(data, lzma.FORMAT_XZ, filters=_XZ), np.uint8)


def _bytes(tensor: np.ndarray) -> np.ndarray:
    return np.frombuffer(lzma.decompress(tensor.tobytes(), lzma.FORMAT_XZ), np.uint8)


def _numbers(tensor: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(_bytes(tensor).reshape(2, -1).T).view("<u2")[:, 0]
