"""Pose parameters of SMPL bodies as estimators save them: axis-angle, matrices, room and camera. The same motion every time."""

import json

import numpy as np
import pytest

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.smpl_parameters import axis_angle_matrices

FRAMES = 12
TURN = np.diag([1.0, -1, -1])  # half a turn about x: a camera's axes


def poses():
    """(frames, 24, 3) axis-angle: the right arm goes up and down."""
    turns = np.zeros((FRAMES, 24, 3))
    turns[:, 16, 2], turns[:, 17, 2] = -1.2, 1.2 - 0.9 * np.sin(np.linspace(0, 3, FRAMES))
    return turns


def places():
    return np.stack([np.linspace(0, 1, FRAMES), np.full(FRAMES, 0.1), np.zeros(FRAMES)], 1)


def seen_by_camera(turns):
    """The same matrices of a body that hangs head down in a camera's axes."""
    return np.concatenate([TURN @ turns[:, :1], turns[:, 1:]], axis=1)


def forms():
    turns, trans, betas = poses(), places(), np.zeros((FRAMES, 10))
    matrices = axis_angle_matrices(turns).astype(np.float32)
    before, there = seen_by_camera(matrices), trans @ TURN + [0, 0, 4]
    camera = turns.copy()
    camera[:, 0, 0] = np.pi
    flat = turns.reshape(FRAMES, 72)
    room = {
        "body_pose": turns[:, 1:22].reshape(FRAMES, 63),
        "global_orient": turns[:, 0],
        "transl": trans,
        "betas": betas,
    }
    incam = room | {"global_orient": camera[:, 0], "transl": there}
    wham = {
        "pose": camera.reshape(FRAMES, 72),
        "trans": there,
        "pose_world": flat,
        "trans_world": trans,
        "betas": betas,
    }
    return {
        "WHAM": (wham, "y"),
        "VIBE": ({"pose": flat, "betas": betas, "pred_cam": np.ones((FRAMES, 3))}, "y"),
        "4DHumans": ({"global_orient": before[:, :1], "body_pose": before[:, 1:], "betas": betas, "pred_cam_t": there}, "-y"),
        "TRAM": ({"pred_rotmat": before, "pred_trans": there[:, None], "pred_shape": betas}, "-y"),
        "GVHMR": ({f"smpl_params_incam.{k}": v for k, v in incam.items()} | {f"smpl_params_global.{k}": v for k, v in room.items()}, "y"),
        "joint by joint": ({"poses": turns, "trans": trans}, "y"),
    }  # fmt: skip


def is_same(clip):
    known = load_skeleton_of({"poses": poses().reshape(FRAMES, 72), "trans": places()})
    shown, right = (one.canonical().joints[:, 0] for one in (clip, known))
    return np.allclose(shown - shown[:, :1], right - right[:, :1], atol=1e-4)


def load_skeleton_of(arrays, folder=None):
    path = (folder or load_skeleton_of.folder) / "a.npz"
    np.savez(path, **arrays)
    return load_skeleton(path)


@pytest.fixture(autouse=True)
def folder(tmp_path):
    load_skeleton_of.folder = tmp_path


@pytest.mark.parametrize("name", forms())
def test_forms(name):
    arrays, up = forms()[name]
    clip = load_skeleton_of(arrays)
    assert (clip.format, clip.layout.name, clip.up, clip.num_frames) == ("amass", "smpl_22", up, FRAMES)
    assert is_same(clip) and any("without a body model" in text for text in clip.warnings)
    assert any("one in the room" in text for text in clip.warnings) == (name in ("WHAM", "GVHMR"))


@pytest.mark.parametrize("nested", [False, True])
def test_json(tmp_path, nested):
    content = {"poses": poses().reshape(FRAMES, 72).tolist(), "trans": places().tolist(), "betas": [0.0] * 10}
    (tmp_path / "a.json").write_text(json.dumps({"smpl": content, "fps": 50} if nested else content | {"fps": 50}))
    clip = load_skeleton(tmp_path / "a.json")
    assert (clip.format, clip.fps) == ("amass", 50) and is_same(clip)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"pred_rotmat": np.zeros((FRAMES, 24, 3, 3)), "betas": np.zeros(10)}, "matrices that turn"),
        ({"pose": np.zeros((FRAMES, 72)), "trans": np.zeros((3, 3))}, r"'trans': expected \(12, 3\)"),
        ({"pose": np.zeros((FRAMES, 20)), "trans": np.zeros((FRAMES, 3))}, "66 or more"),
    ],
)
def test_what_does_not_fit_is_refused(arrays, words):
    with pytest.raises(SkeletonFileError, match=words):
        load_skeleton_of(arrays)


def test_json_that_is_no_object_is_refused(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"poses": [[0.0] * 72], "trans": [[0.0] * 3]}]))
    with pytest.raises(SkeletonFileError, match="lists of pose parameters"):
        load_skeleton(tmp_path / "a.json")
