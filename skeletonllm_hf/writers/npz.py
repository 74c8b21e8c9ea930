"""Our `.npz` container: all fields, bit by bit; any program with NumPy reads its arrays."""

from __future__ import annotations

from pathlib import Path

from ..model.skeleton import SkeletonSequence
from ..readers.numpy_files import save_npz
from .writer import Writer


def _write(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    save_npz(sequence, path)
    return ()


WRITER = Writer("numpy", "NumPy container (.npz)", ".npz", _write)
