"""AMASS and other SMPL-family `.npz`: joints where the file carries them, else pose parameters through a body model.

Pose files hold `poses` (frames x 3 numbers a joint, axis-angle), `trans` (frames, 3), `betas` and `mocap_framerate`; AMASS stands
along Z. Estimators' results hold the same under other names, as matrices, or once in the room and once before the camera
(`smpl_parameters`); as JSON, too. The person's own joints need the body model, which its owners license: give its `.npz` (SMPL, SMPL-H or SMPL-X) as
`body_model=`. They are then computed here (linear shape space, joint regressor, kinematic tree); neither torch nor `smplx` is needed.
Without it the same rotations turn the canonical body, which has an adult's proportions, and a note says so.
"""

from __future__ import annotations

from dataclasses import replace
from os import PathLike

import numpy as np

from ...model.body import BODY_HEIGHT
from ...model.layouts import get_layout
from ..arrays.arrays import Npz, floats
from ..arrays.numpy_files import joints_clip
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile
from .smpl_parameters import BODY, Parameters, are_parameters, read_parameters, turns_alone

_JOINT_KEYS = ("joints", "joints3d", "joints_3d", "Jtr", "jtr", "joint_positions", "smpl_joints")
_RATE_KEYS = ("mocap_framerate", "mocap_frame_rate", "fps", "framerate")
# joints of SMPL, SMPL-H and SMPL-X, with points of the skin behind them
_WITH_BODY = (22, 24, 45, 52, 55, 73, 127, 144)
_PARENTS = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19]  # of SMPL's body joints
_LAYOUTS = {22: "smpl_22", 24: "smpl_24", 52: "smplh_52"}


def _detect(file: SkeletonFile) -> float:
    return 0.9 if are_parameters(file) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if options.layout is not None and (places := file.once(turns_alone)) is not None:
        return joints_clip(file, places, "", options)
    found = Parameters(file, options.clip)
    fps = next((rate for key in _RATE_KEYS if (rate := found.number(key)) is not None), None)
    key = next((key for key in _JOINT_KEYS if key in found), None)
    if key is None:
        return _from_parameters(file, found, fps, options)
    joints = found.array(key)
    if joints.ndim == 2 and joints.shape[1] % 3 == 0:
        joints = joints.reshape(len(joints), -1, 3)
    if joints.ndim == 3 and joints.shape[1] not in _WITH_BODY and joints.shape[2] == 3:
        return replace(joints_clip(file, joints, key, options), fps=fps)  # an estimator's own set of joints
    if joints.ndim != 3 or joints.shape[1] < BODY or joints.shape[2] != 3:
        raise file.error(f"(frames, {BODY} or more joints, 3)", f"shape {joints.shape}", position=f"key {key!r}")
    check_size(file, len(joints), 1, joints.shape[1])
    notes: tuple[str, ...] = ()
    if joints.shape[1] not in _LAYOUTS:
        notes = (f"Of {joints.shape[1]} joints the first {BODY}, SMPL's body, are read.",)
        joints = joints[:, :BODY]
    return RawClip(joints[:, None], _LAYOUTS[joints.shape[1]], fps=fps, notes=notes)


def _from_parameters(file: SkeletonFile, found: Parameters, fps: float | None, options: ReadOptions) -> RawClip:
    turns, trans, betas, notes = read_parameters(found)
    check_size(file, len(turns), 1, BODY, 12)
    if options.body_model is None:
        rest, parents = get_layout("smpl_22").rest_joints.astype(np.float32), _PARENTS
        notes += (
            f"Pose parameters without a body model: bones have the lengths of a body of {BODY_HEIGHT:g} m. Give the model they belong "
            "to, SMPL, SMPL-H or SMPL-X as .npz (body_model=...), for the person's own.",
        )
    else:
        rest, parents = _rest_joints(options.body_model, betas)
    joints, turns = _pose(rest, parents, turns, trans)
    return RawClip(joints[:, None], "smpl_22", rotations=turns[:, None], fps=fps, units="metres", notes=notes)


def _rest_joints(body_model: str | PathLike[str], betas: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """(22, 3) joints of the model's T-pose for a shape, and each one's parent."""
    file = SkeletonFile(body_model)
    model = Npz(file, max_unpacked=1 << 30)  # the caller's own choice; only four of its arrays are read
    template, basis, regressor = (floats(file, model[key], key) for key in ("v_template", "shapedirs", "J_regressor"))
    tree = model["kintree_table"]
    fits = (
        template.ndim == 2 and basis.ndim == 3 and regressor.ndim == 2 and tree.ndim == 2 and tree.dtype.kind in "iu"
        and template.shape[1] == 3 and basis.shape[:2] == template.shape and regressor.shape[1] == len(template)
        and regressor.shape[0] >= BODY and tree.shape[0] == 2 and tree.shape[1] >= BODY
    )  # fmt: skip
    parents = [-1, *(int(p) for p in tree[0, 1:BODY])] if fits else []
    if not fits or any(not 0 <= parent < joint for joint, parent in enumerate(parents) if joint):
        expected = "a SMPL body model (v_template, shapedirs, J_regressor, kintree_table)"
        raise file.error(expected, "arrays that do not fit together")
    count = min(len(betas), basis.shape[2])
    vertices = template + basis[..., :count] @ betas[:count]
    return (regressor @ vertices)[:BODY], parents


def _pose(rest: np.ndarray, parents: list[int], local: np.ndarray, trans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints (frames, 22, 3) and orientations (frames, 22, 3, 3) from each joint's turn against the one above it."""
    turns, joints = np.empty_like(local), np.empty(local.shape[:3], np.float32)
    for joint, parent in enumerate(parents):
        if parent < 0:
            turns[:, joint], joints[:, joint] = local[:, joint], rest[joint] + trans
        else:
            turns[:, joint] = turns[:, parent] @ local[:, joint]
            joints[:, joint] = joints[:, parent] + turns[:, parent] @ (rest[joint] - rest[parent])
    return joints, turns


READER = Reader(
    "amass", "AMASS / SMPL .npz or JSON with joints, or with pose parameters (and a body model)",
    'an .npz with two of "poses", "trans", "betas", "pose_body", "root_orient", ..., and joints where it has them; or JSON with these',
    _detect, _read, (".npz", ".npy", ".json"),
)  # fmt: skip
