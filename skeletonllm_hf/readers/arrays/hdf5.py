"""HDF5 through `h5py`, in a process of its own with a limit of time and memory: damaged files make the HDF5 library hang."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import numpy as np

from ..child import run_child
from ..reader import MAX_VALUES
from ..source import SkeletonFile
from .arrays import Npz

_MAGIC = b"\x89HDF\r\n\x1a\n"
_USER_BLOCK = 512  # bytes before it in MATLAB's files
_WAY_OUT = "export analysis HDF5 from SLEAP, CSV from DeepLabCut, or save with -v7 in MATLAB"


def is_hdf5(file: SkeletonFile) -> bool:
    return file.head.startswith(_MAGIC) or file.head[_USER_BLOCK:].startswith(_MAGIC)


def read_hdf5(file: SkeletonFile) -> dict[str, np.ndarray]:
    """SLEAP's `tracks`, `node_names`, ..., or a table's `values` and `columns`, or all arrays by their names, as `hdf5_child.py` gives them.

    Raises:
        SkeletonFileError: no h5py, another file, or one that had to be ended.
    """
    if not _installed():
        found = "an HDF5 file, which needs `pip install 'skeletonllm-hf[formats]'`; or save CSV or -v7"
        raise file.error("a format that needs no further package", found)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "arrays.npz"
        _copy(file, out)
        archive = Npz(SkeletonFile(out))
        return {name: archive[name] for name in archive.names}


def _installed() -> bool:
    try:
        return importlib.util.find_spec("h5py") is not None
    except ValueError:  # a stand-in without a specification
        return False


def _copy(file: SkeletonFile, out: Path) -> None:
    """Runs `hdf5_child.py`. SkeletonFileError: what it found wrong, or that it had to be ended."""
    script = Path(__file__).with_name("hdf5_child.py")
    expected = "an HDF5 file that can be read"
    message = run_child(file, script, out, MAX_VALUES, expected=expected, advice="; in MATLAB save with -v7")
    if message.startswith("other:"):
        found = message.removeprefix("other:") or "nothing"
        expected = "arrays of joints, a SLEAP analysis file (tracks, node_names) or DeepLabCut's table"
        raise file.error(expected, f"an HDF5 file with {found}: {_WAY_OUT}")
