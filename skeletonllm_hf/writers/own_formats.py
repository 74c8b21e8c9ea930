"""The package's own formats, which keep all fields: JSON (see `readers/objects/skeleton_json.py`) and the `.npz` container."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..readers.arrays.numpy_files import save_npz
from ..readers.objects.skeleton_json import CONTAINER
from .writer import Writer


def _write_json(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    head = {
        "format": CONTAINER, "layout": sequence.layout.to_dict(), "fps": sequence.fps, "units": sequence.units, "up": sequence.up,
        "view": sequence.view, "label": sequence.label, "captions": sequence.captions, "questions": sequence.questions,
        "warnings": sequence.warnings,
    }  # fmt: skip
    arrays = {"joints": np.where(sequence.mask[..., None], sequence.joints, np.float32(np.nan))}
    arrays |= {key: getattr(sequence, key) for key in ("confidence", "rotations") if getattr(sequence, key) is not None}
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write("{\n")
        stream.writelines(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
        for number, (key, values) in enumerate(arrays.items(), 1):
            # one line a frame: people read it, and text tools compare it
            stream.write(f"{json.dumps(key)}: [\n" + ",\n".join(_nested(frame) for frame in values))
            stream.write("\n],\n" if number < len(arrays) else "\n]\n")
        stream.write("}\n")
    return ()


def _nested(values: np.ndarray) -> str:
    """An array as nested JSON lists; 9 digits tell every float32, what is not finite becomes null."""
    words = ["%.9g" % value for value in values.ravel().tolist()]  # noqa: UP031 - twice as fast as an f-string with tolist
    for at in np.flatnonzero(~np.isfinite(values.ravel())).tolist():
        words[at] = "null"
    for size in reversed(values.shape):
        words = [f"[{','.join(words[at : at + size])}]" for at in range(0, len(words), size)]
    return words[0]


def _write_npz(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    save_npz(sequence, path)
    return ()


JSON = Writer("json", "our JSON", ".json", _write_json)
NUMPY = Writer("numpy", "NumPy container (.npz)", ".npz", _write_npz)
