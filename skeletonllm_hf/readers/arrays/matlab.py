"""MATLAB `.mat` (UTD-MHAD's `d_skel`, and arrays of any name), and arrays in HDF5, which MATLAB's version 7.3 is: numbers of any order of axes.

Read here: `scipy.io.loadmat` also builds objects and functions, and takes a packed array's size on trust. Of several arrays, `clip=` names
the one that is read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...model.layouts import get_layout
from ..reader import RawClip, Reader, ReadOptions
from ..rules.guess import misfit
from ..source import SkeletonFile, natural
from ..tables.array_table import FRAME_STEMS, as_table, stacked
from ..tables.csv_table import READER as CSV
from ..tables.index_columns import PERSON, RATE_KEYS, TIME, column_of, rate_of
from .hdf5 import is_hdf5, read_hdf5
from .mat_file import HEADER, MatFile, old_array
from .numpy_files import JOINT_KEYS, NAME_KEYS, SCORE_KEYS, joints_clip, named_joints

# UTD-MHAD counts Kinect v1's joints from the head down: head, shoulder centre, spine, hip centre, left arm, right arm, left leg, right leg
_UTD_MHAD = (3, 2, 1, 0, *range(4, 20))
_FEW = 4  # objects that hold an array of that name; more are joints
_NAMES = ("d_skel", "skeleton", "skel", *JOINT_KEYS, "pos_img")  # JHMDB's


def _detect(file: SkeletonFile) -> float:
    if file.head[:19] == b"MATLAB 5.0 MAT-file" and len(file.head) >= HEADER:
        return 1.0
    return 0.9 if old_array(file.head) is not None else 0.6 if is_hdf5(file) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    arrays, words = _from_hdf5(file) if is_hdf5(file) else _from_mat(file)
    last = {_stem(name).rpartition(".")[2].lower(): name for name in reversed(arrays)}
    name = options.clip if options.clip in arrays else next((last[name] for name in _NAMES if name in last), None)
    many = [name for name, array in arrays.items() if array.ndim >= 3 or (array.ndim == 2 and min(array.shape) > 1)]
    many = [name for name in many if _stem(name).rpartition(".")[2].lower() not in (*SCORE_KEYS, "confidence")]
    deep = [name for name in many if arrays[name].ndim >= 3]
    if name is None and not deep and (array := stacked(arrays)) is not None:
        arrays, name = arrays | {"x, y, z": array}, "x, y, z"
    qualisys = next((one for one in deep if one.endswith("Labeled.Data")), None)
    if qualisys is not None and options.clip is None:  # markers, (x, y, z, residual), frames
        arrays, name = arrays | {"Labeled": arrays[qualisys][:, :3].transpose(2, 0, 1)}, "Labeled"
    if name is None and len(spatial := [one for one in many if "3d" in one.lower()]) == 1 < len(many):
        name = spatial[0]  # beside the same in a picture
    if name is not None and options.clip is None and arrays[name].ndim == 2 and arrays[name].shape[1] in (2, 3):
        parted = (one.rpartition(".") for one in arrays)
        parents = {
            before.rstrip("0123456789") for before, _, last_part in parted if last_part == name.rpartition(".")[2]
        }
        name = None if len(parents) > _FEW else name  # of a joint each
    if name is None:
        many = list({_stem(name): name for name in reversed(deep or many)}.values())[::-1] if deep else many
        if len(many) != 1 and (table := as_table(file, arrays)) is not None:
            return CSV.read(table, options)
        if len(many) != 1:
            raise file.error("one array of joints, or clip=NAME", ", ".join(arrays) or "no arrays of numbers")
        name = many[0]
    same = [other for other in arrays if other.rpartition(".")[2] == name.rpartition(".")[2] != other]
    whose = {other.rpartition(".")[0].rpartition(".")[2].rstrip("0123456789").rstrip("_- ").lower() for other in same}
    axis = arrays[name].ndim - 2  # groups of a person each, or of a frame
    if options.clip is None and len(same) > 1 and axis in (0, 1) and whose <= (set(PERSON) if axis else FRAME_STEMS):
        parts = [arrays[other] for other in sorted(same, key=natural)]
        if len({part.shape for part in parts}) == 1:
            arrays, name = arrays | {"all": np.stack(parts, axis)}, "all"
    array = arrays[name]
    if array.ndim == 2 and array.shape[1] % 3 == 0 and _names(words, array.shape[1] // 3):  # rows of markers
        array = array.reshape(len(array), -1, 3)
    if name == "d_skel" and options.layout is None and _is_utd_mhad(array):
        clip = joints_clip(file, array[list(_UTD_MHAD)].transpose(2, 0, 1), name, options)
        clip = replace(clip, layout="kinect_v1", units="metres", up="y", view="z", fps=30.0, zero_is_missing=True)
    else:
        clip = joints_clip(file, array, name, options)
        clip = named_joints(file, clip, _names(words, clip.joints.shape[2]), options)
    rate = next((arrays[last[key]] for key in RATE_KEYS if key in last), None)
    fps = float(rate.reshape(-1)[0]) if rate is not None and rate.size == 1 else None
    fps = fps or (clip.fps if clip.layout == "kinect_v1" else _rate(last, arrays, len(clip.joints)))
    alike = [other for other in arrays if _stem(other) == _stem(name) != other] or (same if name in same else [])
    if len(alike) > 1 and options.clip is None:
        more = f"The file holds {len(alike)} clips: {name} was read; clip=... picks another: {', '.join(alike[1:9])}."
        clip = replace(clip, notes=(more, *clip.notes))
    return replace(clip, fps=fps)


def _from_mat(file: SkeletonFile) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    found = MatFile(file)
    return found.arrays, found.texts


def _from_hdf5(file: SkeletonFile) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """(arrays of numbers, of texts) by name; MATLAB writes their axes from the last to the first."""
    found = read_hdf5(file)
    if file.head.startswith(b"MATLAB"):
        found = {name: array.T for name, array in found.items()}
    kinds: tuple[dict[str, np.ndarray], dict[str, np.ndarray]] = ({}, {})
    for name, array in found.items():
        kinds[array.dtype.kind == "U"][name] = array
    return kinds


def _stem(name: str) -> str:
    """`s.joints` of `s.joints(2)`: of several structs or cells that do not make one array."""
    return name.rpartition("(")[0] if name.endswith(")") else name


def _names(texts: dict[str, np.ndarray], joints: int) -> tuple[str, ...]:
    """Names of that many joints that stand beside them; none where they do not."""
    last = {name.rpartition(".")[2].lower(): words for name, words in texts.items() if len(words) == joints}
    last |= {key.replace("_", ""): words for key, words in last.items()}
    key = next((key for key in (*NAME_KEYS, *(one.replace("_", "") for one in NAME_KEYS)) if key in last), None)
    return () if key is None else tuple(last[key].tolist())


def _rate(last: dict[str, str], arrays: dict[str, np.ndarray], frames: int) -> float | None:
    """Frames a second by times beside the joints; None without any."""
    at = column_of(list(last), TIME)
    times = None if at is None else arrays[list(last.values())[at]]
    if times is None or times.size != frames:
        return None
    return rate_of(list(last)[at or 0], times.reshape(-1).astype(float))


def _is_utd_mhad(array: np.ndarray) -> bool:
    """Whether (20, 3, frames) makes a body in that data set's order of joints rather than in the SDK's."""
    if array.ndim != 3 or array.shape[:2] != (len(_UTD_MHAD), 3):
        return False
    joints = array.transpose(2, 0, 1)[:, None]
    layout, seen = get_layout("kinect_v1"), np.isfinite(joints).all(-1)
    return misfit(joints[:, :, list(_UTD_MHAD)], seen[:, :, list(_UTD_MHAD)], layout) < misfit(joints, seen, layout)


READER = Reader(
    "matlab", "MATLAB .mat (UTD-MHAD), HDF5 with arrays of any names (needs h5py)",
    "a MATLAB MAT-file or an HDF5 file with an array of joints",
    _detect, _read, (".mat", ".h5", ".hdf5"),
)  # fmt: skip
