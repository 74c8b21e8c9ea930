"""Pose parameters of SMPL bodies as estimators save them, and sets of joints that begin with a known body. The same motion every time."""

import json

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.mocap.smpl_parameters import axis_angle_matrices
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

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
    (tmp_path / "a.json").write_text(json.dumps([{"poses": [[0.0] * 72], "trans": [[0.0] * 3]}, {"poses": 1}]))
    with pytest.raises(SkeletonFileError, match="lists of pose parameters"):
        load_skeleton(tmp_path / "a.json")


@pytest.mark.parametrize("key", ["joints3d", "data"])
def test_forty_nine_joints_begin_with_openposes(key):
    joints = body("openpose_25", FRAMES)
    again = joints[:, np.arange(24)[::-1]]
    beside = {"pose": np.zeros((FRAMES, 72)), "betas": np.zeros(10)} if key == "joints3d" else {}
    clip = load_skeleton_of({key: np.concatenate([joints, again], 1), **beside})
    assert clip.layout.name == "openpose_25" and np.allclose(clip.joints[:, 0], joints, atol=1e-5)
    assert any("Of 49 joints the first 25" in text for text in clip.warnings)


def test_forty_nine_others_do_not():
    with pytest.raises(SkeletonFileError, match="49 joints"):
        load_skeleton_of({"data": np.random.default_rng(0).normal(size=(FRAMES, 49, 3))})


def test_openposes_135_points(tmp_path):
    layout = numbered_layout("openpose_b_25")
    points = pixels(layout, FRAMES)[..., :2]
    for frame, places_of in enumerate(points):
        scored = np.concatenate([np.concatenate([places_of, np.full((110, 2), 9.0)]), np.ones((135, 1))], 1)
        text = json.dumps({"version": 1.3, "people": [{"pose_keypoints_2d": scored.ravel().tolist()}]})
        (tmp_path / f"a_{frame:012d}_keypoints.json").write_text(text)
    clip = load_skeleton(tmp_path)
    assert clip.layout == layout and np.allclose(clip.joints[:, 0], points, atol=0.01)
    assert any("hand and face were left out" in text for text in clip.warnings)


@pytest.mark.parametrize("name", ["jhmdb_15", "lcrnet_13", "mpi_inf_all_28"])
def test_more_counted_layouts(name):
    layout = numbered_layout(name)
    clip = load_skeleton_of({"joints": body(layout, FRAMES)})
    assert clip.layout == layout and any("Layout guessed" in text for text in clip.warnings)


def test_matlabs_order_of_axes(tmp_path):
    np.save(tmp_path / "a.npy", body(get_layout("kinect_v2"), FRAMES).transpose(2, 1, 0))
    clip = load_skeleton(tmp_path / "a.npy")
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], body("kinect_v2", FRAMES), atol=1e-5)


@pytest.mark.parametrize("joints", [24, 52, 55])
@pytest.mark.parametrize("form", ["joints", "rows", "matrices", "npz"])
def test_turns_alone_are_no_places(tmp_path, joints, form):
    turns = np.concatenate([poses()[:, :22], np.zeros((FRAMES, joints - 22, 3))], 1)
    array = {"rows": turns.reshape(FRAMES, -1), "matrices": axis_angle_matrices(turns)}.get(form, turns)
    path = tmp_path / ("a.npz" if form == "npz" else "a.npy")
    np.savez(path, poses=array) if form == "npz" else np.save(path, array)
    clip = load_skeleton(path)
    np.savez(tmp_path / "whole.npz", poses=poses().reshape(FRAMES, 72), trans=np.zeros((FRAMES, 3)), betas=np.zeros(10))
    assert np.allclose(clip.joints, load_skeleton(tmp_path / "whole.npz").joints, atol=1e-5)
    assert "Taken for turns of SMPL's joints" in clip.warnings[0]
    if form in ("joints", "rows") and joints < 55:
        assert np.allclose(load_skeleton(path, layout={24: "smpl_24", 52: "smplh_52"}[joints]).joints[:, 0], turns)


@pytest.mark.parametrize("layout", ["smpl_22", "smpl_24", "smplh_52"])
def test_places_of_smpl_joints_are_no_turns(tmp_path, layout):
    joints = body(layout, FRAMES) + np.random.default_rng(0).normal(0, 0.02, (FRAMES, 1, 3))
    np.save(tmp_path / "a.npy", joints)
    assert np.allclose(load_skeleton(tmp_path / "a.npy").joints[:, 0], joints)
