"""Orders of arrays of two people; trt_pose's 18 joints."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import load_skeleton

FRAMES = 30
NAMES = get_layout("coco_17").joints


@pytest.mark.parametrize("order", ["TVCM", "NCTVM"])
def test_arrays_of_two_people(tmp_path, order):
    one = body("kinect_v2", FRAMES) * [-1, 1, -1] + [0, 0, 3]
    both = np.stack([one, one + [0.9, 0, 0.2]], -1)  # T, V, C, M
    np.save(tmp_path / "a.npy", both if order == "TVCM" else np.stack([both.transpose(2, 0, 1, 3)] * 3))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (clip.layout.name, clip.joints.shape) == ("kinect_v2", (FRAMES, 2, 25, 3))
    assert np.allclose(clip.joints, both.transpose(0, 3, 1, 2), atol=1e-5)


@pytest.mark.parametrize("ending", ["npy", "json"])
def test_trt_pose_has_the_neck_last(tmp_path, ending):
    joints = body("coco_17", FRAMES)[..., :2] * [200, -200] + 500
    joints = np.concatenate([joints, joints[:, 5:7].mean(1, keepdims=True)], 1)
    path = tmp_path / f"a.{ending}"
    if ending == "npy":
        np.save(path, joints)
    else:
        path.write_text(json.dumps([{"frame": f, "keypoints": one.tolist()} for f, one in enumerate(joints)]))
    clip = load_skeleton(path)
    assert clip.layout.joints == (*NAMES, "neck") and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


def test_poses_in_space_beside_those_in_the_picture(tmp_path):
    joints = body("smpl_22", FRAMES)
    np.savez(tmp_path / "a.npz", pose_2d=joints[..., :2] * 200, pose_3d=joints)
    clip = load_skeleton(tmp_path / "a.npz")
    assert clip.layout.name == "smpl_22" and np.allclose(clip.joints[:, 0], joints)
