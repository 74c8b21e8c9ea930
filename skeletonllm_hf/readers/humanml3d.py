"""HumanML3D (Guo et al. 2022): joint positions (frames, 22, 3) and the 263-dimensional motion vectors, 20 Hz.

Metres, Y up. A vector holds, in order: turning speed about Y (1), speed of the root on the ground in its own
heading (2), root height (1), positions of the 21 other joints relative to the root, in its heading (63), joint rotations (126),
joint velocities (66), foot contacts (4). Positions are recovered from the first 67 numbers. Vectors that were
normalised by the dataset's mean and deviation cannot be told apart from others: undo that first.
"""

from __future__ import annotations

import numpy as np

from .arrays import floats, npy_shape, read_npy
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile

JOINTS, VECTOR = 22, 263
FPS = 20.0


def _detect(file: SkeletonFile) -> float:
    shape = npy_shape(file)
    if shape is None:
        return 0.0
    return 0.9 if shape[1:] == (VECTOR,) else 0.8 if shape[1:] == (JOINTS, 3) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    array = floats(file, read_npy(file))
    if array.shape[1:] not in ((JOINTS, 3), (VECTOR,)):
        raise file.error(f"shape (frames, {JOINTS}, 3) or (frames, {VECTOR})", str(array.shape))
    check_size(file, len(array), 1, JOINTS)
    notes: tuple[str, ...] = ()
    if array.ndim == 2:
        array = recover_positions(array)
        notes = ("Joint positions were recovered from the 263-dimensional vectors.",)
    # positions of other programs have this shape too: the units and the up axis are checked, so they are not taken for granted
    return RawClip(
        array[:, None], "smpl_22", fps=FPS, units="metres" if notes else None, up="y" if notes else None, notes=notes
    )


def recover_positions(vectors: np.ndarray) -> np.ndarray:
    """(frames, 263) vectors -> (frames, 22, 3) joint positions, metres, Y up, starting at the origin facing +Z."""
    vectors = vectors.astype(np.float64)
    half = np.concatenate(
        [[0.0], np.cumsum(vectors[:-1, 0])]
    )  # the stored speed is half the turn: a quaternion's angle
    cos, sin = np.cos(2 * half), np.sin(2 * half)

    def from_heading(x: np.ndarray, z: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return cos * x - sin * z, sin * x + cos * z

    step_x, step_z = from_heading(vectors[:-1, 1], vectors[:-1, 2], cos[1:], sin[1:])
    root = np.zeros((len(vectors), 3))
    root[1:, 0], root[1:, 2] = np.cumsum(step_x), np.cumsum(step_z)
    root[:, 1] = vectors[:, 3]
    others = vectors[:, 4:67].reshape(-1, JOINTS - 1, 3).copy()
    others[..., 0], others[..., 2] = from_heading(others[..., 0], others[..., 2], cos[:, None], sin[:, None])
    others[..., [0, 2]] += root[:, None, [0, 2]]
    return np.concatenate([root[:, None], others], axis=1).astype(np.float32)


READER = Reader(
    "humanml3d",
    "HumanML3D joints (frames, 22, 3) or vectors (frames, 263)",
    "an .npy of shape (frames, 22, 3) or (frames, 263)",
    _detect,
    _read,
    (".npy",),
)
