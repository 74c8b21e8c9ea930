"""Data sets of daily activities, written as their authors publish them: MSRDailyActivity3D, Toyota Smarthome, CAD-60."""

import json

import numpy as np
import pytest
from format_samples import body, cad60, lcrnet, msr_daily

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

FRAMES = 8


def standing(layout):
    """(frames, joints, 3) metres in a sensor's axes: Y up, Z away, the body's left at its X."""
    return body(layout, FRAMES) * [-1, 1, -1] + [0, -0.9, 3]


@pytest.mark.parametrize("people", [1, 2])
def test_msr_daily_activity(tmp_path, people):
    joints = np.stack([standing("kinect_v1") + [1.2 * who, 0, 0] for who in range(people)], 1)
    path = tmp_path / "a13_s02_e01_skeleton.txt"
    path.write_text(msr_daily(joints, lost=(0, 3)))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.units, clip.up, clip.label) == (
        "msr_daily",
        "kinect_v1",
        "metres",
        "y",
        "walk",
    )
    assert clip.joints.shape == (FRAMES, people, 20, 3)
    seen = [frame for frame in range(FRAMES) if frame not in (0, 3)]
    assert np.allclose(clip.joints[seen], joints[seen], atol=1e-5)
    assert clip.mask[seen].all() and not clip.mask[[0, 3]].any()


def test_msr_daily_activity_that_is_cut(tmp_path):
    text = msr_daily(standing("kinect_v1")[:, None])
    path = tmp_path / "a.txt"
    path.write_text(text[: text.rindex("\n", 0, -100) + 1])
    with pytest.raises(
        SkeletonFileError, match="below line 289: expected 40 rows of 4 numbers, found others, or the end"
    ):
        load_skeleton(path)
    path.write_text(text.replace("40\n", "1000000000\n"))
    with pytest.raises(SkeletonFileError):
        load_skeleton(path)


@pytest.mark.parametrize("key", ["pose3d", "pose2d"])
def test_toyota_smarthome(tmp_path, key):
    layout = numbered_layout("lcrnet_13")
    joints = body(layout, FRAMES) * [1, -1, -1] + [0, 0.9, 3]  # a camera's axes: Y down
    places = joints if key == "pose3d" else joints[..., :2] * 200 + 300
    content = lcrnet(places, key)
    content["frames"][2] = []
    path = tmp_path / "Cook_p02.json"
    path.write_text(json.dumps(content))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.joints, clip.up) == ("lcrnet", layout.joints, "-y")
    seen = [frame for frame in range(FRAMES) if frame != 2]
    assert np.allclose(clip.joints[seen, 0], places[seen], atol=1e-3) and not clip.mask[2].any()


def test_cad_60(tmp_path):
    layout = get_layout("sbu_15")
    joints = standing("sbu_15") * 1000
    path = tmp_path / "0512164529.txt"
    path.write_text(cad60(joints, lost=((3, "left_hand"),)))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.units, clip.up) == ("cad60", "sbu_15", "millimetres", "y")
    assert clip.joints.shape == (FRAMES, 1, 15, 3)
    assert np.argwhere(~clip.mask[:, 0]).tolist() == [[3, layout.joints.index("left_hand")]]
    assert np.allclose(clip.joints[clip.mask], joints[:, None][clip.mask], atol=0.01)
