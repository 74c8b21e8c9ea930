"""HumanML3D (Guo et al. 2022): joint positions (frames, 22, 3) and the 263-dimensional motion vectors, 20 Hz; KIT-ML's 251 likewise.

Metres, Y up. A vector holds, in order: turning speed about Y (1), speed of the root on the ground in its own
heading (2), root height (1), positions of the 21 other joints relative to the root, in its heading (63), joint rotations (126),
joint velocities (66), foot contacts (4). Positions are recovered from the first 67 numbers. KIT-ML's have 21 joints, millimetres and
12.5 Hz. Vectors that were normalised by the dataset's mean and deviation are doubted: undo that first.
"""

from __future__ import annotations

import numpy as np

from ..arrays.arrays import floats, npy_shape, read_npy
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

JOINTS, VECTOR = 22, 263
KIT_VECTOR = 251
FPS, KIT_FPS = 20.0, 12.5


def _detect(file: SkeletonFile) -> float:
    shape = npy_shape(file)
    if shape is None:
        return 0.0
    return 0.9 if shape[1:] in ((VECTOR,), (KIT_VECTOR,)) else 0.8 if shape[1:] == (JOINTS, 3) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    array = floats(file, read_npy(file))
    if array.shape[1:] not in ((JOINTS, 3), (VECTOR,), (KIT_VECTOR,)):
        raise file.error(f"shape (frames, {JOINTS}, 3), (frames, {VECTOR}) or (frames, {KIT_VECTOR})", str(array.shape))
    check_size(file, len(array), 1, JOINTS)
    if array.ndim == 3:
        # positions of other programs have this shape too: the units and the up axis are checked, so they are not taken for granted
        note = f"Frame rate assumed: {FPS:g} frames a second, as of HumanML3D; pass fps=... if that is wrong."
        return RawClip(array[:, None], "smpl_22", fps=FPS, notes=() if options.fps else (note,))
    kit = array.shape[1] == KIT_VECTOR
    notes: tuple[str, ...] = (f"Joint positions were recovered from the {array.shape[1]}-dimensional vectors.",)
    if _normalised(array, kit):
        notes += ("The vectors look normalised: multiply by the data set's Std and add its Mean first.",)
    return RawClip(
        recover_positions(array)[:, None], "kit_21" if kit else "smpl_22", fps=KIT_FPS if kit else FPS,
        units="millimetres" if kit else "metres", up="y", notes=notes,
    )  # fmt: skip


def _normalised(vectors: np.ndarray, kit: bool) -> bool:
    """Whether numbers spread about zero by about one: joints would lie below the ground, or bodies be millimetres tall."""
    heights = vectors[:, 5 : 4 + 3 * (JOINTS - 1) : 3]
    return float(heights.std()) < 10 if kit else float((heights < -0.3).mean()) > 0.2


def recover_positions(vectors: np.ndarray) -> np.ndarray:
    """(frames, 263) vectors -> (frames, 22, 3) joint positions, in their unit, Y up, starting at the origin facing +Z; 251 -> 21 joints."""
    joints = JOINTS if vectors.shape[1] == VECTOR else JOINTS - 1
    vectors = vectors.astype(np.float64)
    # the stored speed is half the turn: a quaternion's angle
    half = np.concatenate([[0.0], np.cumsum(vectors[:-1, 0])])
    cos, sin = np.cos(2 * half), np.sin(2 * half)

    def from_heading(x: np.ndarray, z: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return cos * x - sin * z, sin * x + cos * z

    step_x, step_z = from_heading(vectors[:-1, 1], vectors[:-1, 2], cos[1:], sin[1:])
    root = np.zeros((len(vectors), 3))
    root[1:, 0], root[1:, 2] = np.cumsum(step_x), np.cumsum(step_z)
    root[:, 1] = vectors[:, 3]
    others = vectors[:, 4 : 4 + 3 * (joints - 1)].reshape(-1, joints - 1, 3).copy()
    others[..., 0], others[..., 2] = from_heading(others[..., 0], others[..., 2], cos[:, None], sin[:, None])
    others[..., [0, 2]] += root[:, None, [0, 2]]
    return np.concatenate([root[:, None], others], axis=1).astype(np.float32)


READER = Reader(
    "humanml3d", "HumanML3D joints (frames, 22, 3) or vectors (frames, 263), KIT-ML vectors (frames, 251)",
    "an .npy of shape (frames, 22, 3), (frames, 263) or (frames, 251)",
    _detect, _read, (".npy",),
)  # fmt: skip
