"""Arrays in groups of a person or a joint each, rows with a sensor's states, and sets of joints of other estimators. The same body every time."""

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import load_skeleton

FRAMES = 40
NAMES = get_layout("kinect_v2").joints
BODY = body("kinect_v2", FRAMES)
ON = BODY + 0.02 * np.arange(FRAMES)[:, None, None]  # goes on evenly, as a clock does


def hdf5(path, **arrays):
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(path, "w") as store:
        for name, values in arrays.items():
            store[name.replace(".", "/")] = values
    return path


def by_name(clip, person=0):
    rows = [clip.layout.joints.index(name) for name in NAMES]
    return clip.joints[:, person, rows]


def test_hdf5_with_a_group_a_person(tmp_path):
    people = {"person1": BODY, "person2": BODY + [2, 0, 0]}
    arrays = {f"{who}.{name}": b[:, row] for who, b in people.items() for row, name in enumerate(NAMES)}
    clip = load_skeleton(hdf5(tmp_path / "a.h5", **arrays))
    assert clip.joints.shape[:2] == (FRAMES, 2)
    assert all(np.allclose(by_name(clip, p), b, atol=1e-3) for p, b in enumerate(people.values()))


def test_hdf5_with_a_group_a_joint(tmp_path):  # NWB's poses
    arrays = {f"pose.{name}.data": BODY[:, row] for row, name in enumerate(NAMES)}
    arrays |= {f"pose.{name}.confidence": np.full(FRAMES, 0.9) for name in NAMES}
    clip = load_skeleton(hdf5(tmp_path / "a.h5", **arrays))
    assert np.allclose(by_name(clip), BODY, atol=1e-3) and np.allclose(clip.confidence, 0.9)


def test_matlab_struct_of_joints_with_an_array_an_axis(tmp_path):
    savemat = pytest.importorskip("scipy.io").savemat
    data = {name: dict(zip("xyz", BODY[:, row].T, strict=True)) for row, name in enumerate(NAMES)}
    savemat(tmp_path / "a.mat", {"data": data})
    assert np.allclose(by_name(load_skeleton(tmp_path / "a.mat")), BODY, atol=1e-3)


def test_matlab_names_without_underscore(tmp_path):
    savemat = pytest.importorskip("scipy.io").savemat
    order = np.random.default_rng(0).permutation(len(NAMES))
    names = np.array([NAMES[row] for row in order], object)
    savemat(tmp_path / "a.mat", {"traj": BODY[:, order].transpose(2, 1, 0), "markerNames": names, "FrameRate": 100.0})
    clip = load_skeleton(tmp_path / "a.mat")
    assert clip.fps == 100 and np.allclose(by_name(clip), BODY, atol=1e-3)


@pytest.mark.parametrize("end", ["", ","])
def test_rows_of_states_are_no_clock(tmp_path, end):
    states = np.full((FRAMES, 25, 1), 2.0)
    rows = np.concatenate([ON, states], 2).reshape(FRAMES, 100)
    np.save(tmp_path / "a.npy", rows)
    (tmp_path / "a.csv").write_text("\n".join(",".join(f"{v:.4f}" for v in row) + end for row in rows) + "\n")
    for name in ("a.npy", "a.csv"):
        clip = load_skeleton(tmp_path / name)
        assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], ON, atol=1e-3)


def test_the_44_joints_of_4d_humans(tmp_path):
    flat = body("openpose_25", FRAMES)
    joints = np.concatenate([flat, flat[:, [11, 10, 9, 12, 13, 14, 4, 3, 2, 5, 6, 7, 1, 0, 8, 8, 1, 0, 0]]], 1)
    np.savez(tmp_path / "a.npz", pred_keypoints_3d=joints, pred_keypoints_2d=joints[..., :2] * 300 + 500)
    clip = load_skeleton(tmp_path / "a.npz")
    assert clip.layout.name == "openpose_25" and np.allclose(clip.joints[:, 0], flat, atol=1e-3)


def test_joint_positions_of_jhmdb(tmp_path):
    savemat = pytest.importorskip("scipy.io").savemat
    flat = np.random.default_rng(0).uniform(0, 300, (2, 15, FRAMES))
    savemat(tmp_path / "a.mat", {"pos_img": flat, "pos_world": flat / 240, "scale": np.ones((1, FRAMES))})
    clip = load_skeleton(tmp_path / "a.mat", layout="jhmdb_15")
    assert np.allclose(clip.joints[:, 0], flat.transpose(2, 1, 0), atol=1e-3)
