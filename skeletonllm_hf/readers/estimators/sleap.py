"""SLEAP analysis files (HDF5) through `h5py`: `tracks` (tracks, 2, nodes, frames), `node_names`, `track_names`, `point_scores`.

Other HDF5 files are `matlab`'s.
"""

from __future__ import annotations

import numpy as np

from ..arrays.hdf5 import is_hdf5, read_hdf5
from ..reader import RawClip, Reader, ReadOptions, check_held, check_size
from ..rules.named_layouts import layout_errors, layout_from_names
from ..source import SkeletonFile


def _detect(file: SkeletonFile) -> float:
    return 0.9 if is_hdf5(file) and b"node_names" in file.data else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    arrays = read_hdf5(file)
    if "node_names" not in arrays:
        found = "a table of pandas: format='deeplabcut' reads DeepLabCut's"
        raise file.error("a SLEAP analysis file (tracks, node_names)", found)
    tracks = arrays.get("tracks", np.zeros(0))
    names = tuple(arrays["node_names"].tolist())
    if tracks.ndim != 4 or tracks.shape[1] not in (2, 3) or tracks.shape[2] != len(names):
        expected = f"tracks of shape (tracks, 2, {len(names)} nodes, frames)"
        raise file.error(expected, f"{tracks.shape}", position="tracks")
    people, dims, nodes, frames = tracks.shape
    check_size(file, frames, people, nodes, dims)
    check_held(file, frames, 24 * people * nodes * dims, f"{people} tracks")
    confidence, scores = None, arrays.get("point_scores")
    if scores is not None and scores.shape == (people, nodes, frames):
        confidence = np.where(np.isfinite(scores), scores, 0).clip(0, 1).transpose(2, 0, 1)
    who = tuple(arrays["track_names"].tolist()) if "track_names" in arrays else ()
    with layout_errors(file, "nodes"):
        layout = options.layout or layout_from_names("sleap", names, options.joint_map)
    if layout is None:
        raise file.error("nodes that name body parts of a person, or layout=...", ", ".join(names[:8]))
    flat = dims == 2
    return RawClip(
        tracks.transpose(3, 0, 2, 1), layout, confidence=confidence, units="pixels" if flat else None, up="-y" if flat else None,
        people_names=who if len(who) == people else (),
    )  # fmt: skip


READER = Reader(
    "sleap", "SLEAP analysis HDF5 (needs h5py)",
    "an HDF5 file with tracks and node_names",
    _detect, _read, (".h5", ".hdf5"),
)  # fmt: skip
