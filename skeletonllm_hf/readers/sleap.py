"""SLEAP analysis files (HDF5) through `h5py`: `tracks` (tracks, 2, nodes, frames), `node_names`, `track_names`, `point_scores`.

`h5py` runs in a process of its own, with a limit of time and memory: damaged files make the HDF5 library hang. Other HDF5 files
(MATLAB 7.3, DeepLabCut, SLEAP's projects) are refused with the way out: what a pandas table's columns are is pickled in it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from .arrays import Npz
from .joint_names import layout_from_names
from .reader import MAX_VALUES, RawClip, Reader, ReadOptions, check_held, check_size
from .source import SkeletonFile

_MAGIC = b"\x89HDF\r\n\x1a\n"
_MAX_SECONDS = 20
_WAY_OUT = "export analysis HDF5 from SLEAP, CSV from DeepLabCut, or save with -v7 in MATLAB"


def _detect(file: SkeletonFile) -> float:
    return 0.9 if file.head.startswith(_MAGIC) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if not _installed():
        raise file.error(
            "a format that needs no further package",
            "an HDF5 file. SLEAP's analysis files need `pip install 'skeletonllm-hf[formats]'`; from DeepLabCut or MATLAB save CSV or -v7",
        )
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "tracks.npz"
        _copy(file, out)
        archive = Npz(SkeletonFile(out))
        arrays = {name: archive[name] for name in archive.names}
    tracks = arrays.get("tracks", np.zeros(0))
    names = tuple(arrays["node_names"].tolist())
    if tracks.ndim != 4 or tracks.shape[1] not in (2, 3) or tracks.shape[2] != len(names):
        raise file.error(
            f"tracks of shape (tracks, 2, {len(names)} nodes, frames)", f"{tracks.shape}", position="tracks"
        )
    people, dims, nodes, frames = tracks.shape
    check_size(file, frames, people, nodes, dims)
    check_held(file, frames, 24 * people * nodes * dims, f"{people} tracks")
    confidence, scores = None, arrays.get("point_scores")
    if scores is not None and scores.shape == (people, nodes, frames):
        confidence = np.where(np.isfinite(scores), scores, 0).clip(0, 1).transpose(2, 0, 1)
    who = tuple(arrays["track_names"].tolist()) if "track_names" in arrays else ()
    try:
        layout = options.layout or layout_from_names("sleap", names, options.joint_map)
    except ValueError as error:
        raise file.error("nodes that make a layout", str(error)[:200]) from None
    if layout is None:
        raise file.error("nodes that name body parts of a person, or layout=...", ", ".join(names[:8]))
    flat = dims == 2
    return RawClip(
        tracks.transpose(3, 0, 2, 1), layout, confidence=confidence, units="pixels" if flat else None, up="-y" if flat else None,
        people_names=who if len(who) == people else (),
    )  # fmt: skip


def _installed() -> bool:
    try:
        return importlib.util.find_spec("h5py") is not None
    except ValueError:  # a stand-in without a specification
        return False


def _copy(file: SkeletonFile, out: Path) -> None:
    """Runs `sleap_child.py`. SkeletonFileError: what it found wrong, or that it had to be ended."""
    command = [
        sys.executable,
        "-I",
        str(Path(__file__).with_name("sleap_child.py")),
        str(file.path.resolve()),
        str(out),
        str(MAX_VALUES),
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise file.error("an HDF5 file that can be read", f"one that takes more than {_MAX_SECONDS} seconds") from None
    message = done.stdout.decode("utf-8", "replace").strip()
    if message.startswith("other:"):
        found = message.removeprefix("other:") or "nothing"
        raise file.error("a SLEAP analysis file (tracks, node_names)", f"an HDF5 file with {found}: {_WAY_OUT}")
    if message or done.returncode or not out.is_file():
        reason = message.removeprefix("broken:") or f"one that ended its reader ({done.returncode})"
        raise file.error("an HDF5 file that can be read", reason[:200])


READER = Reader(
    "sleap",
    "SLEAP analysis HDF5 (needs h5py)",
    "an HDF5 file with tracks and node_names",
    _detect,
    _read,
    (".h5", ".hdf5"),
)
