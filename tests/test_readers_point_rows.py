"""Tables with a row a point."""

import numpy as np
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import load_skeleton

FRAMES = 30


def test_freemocap_by_frame(tmp_path):
    """A model behind each point is no name of a joint before its numbers; hands have models of their own."""
    rows = ["frame,timestamp,timestamp_by_camera,keypoint,x,y,z,model,reprojection_error"]
    names, joints = get_layout("mediapipe_33").joints, body("mediapipe_33", FRAMES) * 1000
    for frame, places in enumerate(joints):
        rows += [
            f'{frame},{frame / 30},"{{}}",{n},{x},{y},{z},mediapipe.body,0.2'
            for n, (x, y, z) in zip(names, places, strict=True)
        ]
        rows += [f'{frame},{frame / 30},"{{}}",right_hand_{n},{n},1,2,mediapipe.right_hand,0.2' for n in range(21)]
    path = tmp_path / "freemocap_data_by_frame.csv"
    path.write_text("\n".join(rows) + "\n")
    clip = load_skeleton(path)
    assert (clip.layout.name, clip.fps, clip.units) == ("mediapipe_33", 30, "millimetres")
    assert np.allclose(clip.joints[:, 0], joints, atol=0.1)


def test_unity_bones(tmp_path):
    layout = get_layout("smpl_22")
    joints = body(layout, FRAMES)
    rows = ["Time;HumanBodyBone;PosX;PosY;PosZ;RotX;RotY;RotZ;RotW"]
    for frame, places in enumerate(joints):
        rows += [f"{frame / 60};{n};{x};{y};{z};0;0;0;1" for n, (x, y, z) in zip(layout.joints, places, strict=True)]
    path = tmp_path / "take.csv"
    path.write_text("\n".join(rows) + "\n")
    clip = load_skeleton(path)
    assert (clip.layout.name, clip.fps) == ("smpl_22", 60) and np.allclose(clip.joints[:, 0], joints, atol=1e-4)


def test_counted_joints_with_the_axis_behind_the_number(tmp_path):
    joints = body("kinect_v2", FRAMES) * [-1, 1, -1] + [0, 0, 3]
    names = ",".join(f"j{number}{axis}" for number in range(1, 26) for axis in "xyz")
    path = tmp_path / "a.csv"
    np.savetxt(path, joints.reshape(FRAMES, -1), "%.5f", ",", header=names, comments="")
    clip = load_skeleton(path)
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], joints, atol=1e-4)
