"""Files as exporters write them: Apple Vision, Unreal, Captury, PHALP, Perception Neuron. The same body every time."""

import json

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.joint_names import body_points
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12
LIMBS = {"shoulder": "shoulder", "elbow": "elbow", "wrist": "wrist", "hip": "hip", "knee": "knee", "ankle": "ankle"}
UNREAL = {"pelvis": "pelvis", "neck_01": "neck", "head": "head"} | {
    f"{name}_{side[0]}": f"{side}_{point}" for side in ("left", "right")
    for name, point in (("upperarm", "shoulder"), ("lowerarm", "elbow"), ("hand", "wrist"), ("thigh", "hip"), ("calf", "knee"), ("foot", "ankle"))
}  # fmt: skip


def called(points):
    """(frames, joints, 3) of joints with names of their own."""
    bones = tuple((row, row + 1) for row in range(len(points) - 1))
    return body(SkeletonLayout("own", tuple(points), bones, body=tuple(points.values())), FRAMES)


def same(clip, points, joints):
    rows = [clip.layout.body.index(point) for point in points.values()]
    return np.allclose(clip.joints[:, 0, rows], joints, atol=1e-3)


def save(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_names_of_apples_vision_and_german_toes():
    names = ["human_root_3D", "human_left_wrist_3D", "human_center_head_3D", "Fußspitze links", "Zehenspitze rechts"]
    assert body_points(names)[1:] == ("left_wrist", "head", "left_toe", "right_toe")


def test_vision_in_space(tmp_path):
    points = {"human_root_3D": "pelvis", "human_center_head_3D": "head"} | {
        f"human_{side}_{name}_3D": f"{side}_{name}" for side in ("left", "right") for name in LIMBS
    }
    joints = called(points)
    matrices = [{name: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [*map(float, place), 1]] for name, place in zip(points, frame, strict=True)} for frame in joints]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", {"frames": [{"bodyHeight": 1.8, "joints": m} for m in matrices]}))
    assert clip.joints.shape == (FRAMES, 1, len(points), 3) and same(clip, points, joints)


def test_shares_of_a_picture_that_count_y_upwards(tmp_path):
    shares = pixels("coco_17")[..., :2] / [1280, 720]
    shares[..., 1] = 1 - shares[..., 1]
    names = get_layout("coco_17").joints
    frames = [{"joints": {n: {"x": float(p[0]), "y": float(p[1])} for n, p in zip(names, frame, strict=True)}} for frame in shares]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", {"frames": frames}), picture=(1280, 720))
    assert clip.up == "y" and not any("upside down" in text for text in clip.warnings)
    assert np.allclose(clip.joints[:, 0], shares * [1280, 720], atol=0.01)


def test_cells_of_unreal_vectors(tmp_path):
    joints = 100 * called(UNREAL)
    rows = [[str(f), *("X={:.3f} Y={:.3f} Z={:.3f}".format(*place) for place in frame)] for f, frame in enumerate(joints)]  # fmt: skip
    text = "\n".join(",".join(row) for row in [["Frame", *UNREAL], *rows]) + "\n"
    clip = load_skeleton(save(tmp_path / "a.csv", text))
    assert clip.units == "centimetres" and same(clip, UNREAL, joints)


@pytest.mark.parametrize("turns", ["rx,ry,rz", "qx,qy,qz,qw"])
def test_translations_beside_turns_below_names(tmp_path, turns):
    joints = 1000 * called(UNREAL)
    count = 3 + len(turns.split(","))
    turned = "," + ",".join("0.5" for _ in range(count - 3))
    lines = ["actor,Anna", "fps,50", "frame,time," + ",".join(name + "," * (count - 1) for name in UNREAL)]
    lines += [",," + ",".join([f"tx,ty,tz,{turns}"] * len(UNREAL))]
    lines += [f"{f},{f / 50:.2f}," + ",".join("{:.3f},{:.3f},{:.3f}".format(*place) + turned for place in frame) for f, frame in enumerate(joints)]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.csv", "\n".join(lines) + "\n"))
    assert (clip.units, clip.fps, clip.joints.shape) == ("millimetres", 50, (FRAMES, 1, len(UNREAL), 3))
    assert same(clip, UNREAL, joints)


def test_frames_that_are_called_after_pictures(tmp_path):
    joints = body("h36m_17", FRAMES)
    people = [joints, joints + [1.5, 0, 0]]
    frames = {
        f"out/img/{f + 1:06d}.jpg": {
            "time": f, "tracked_ids": [4, 9] if f % 2 else [9, 4], "tracked_bbox": [[1.0, 2.0, 3.0, 4.0]] * 2,
            "3d_joints": [people[p][f].tolist() for p in ((0, 1) if f % 2 else (1, 0))],
        }
        for f in range(FRAMES)
    }  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", frames))
    assert clip.joints.shape == (FRAMES, 2, 17, 3) and clip.layout.name == "h36m_17"
    found = clip.joints[:, np.argsort(clip.joints[0, :, 0, 0])]
    assert np.allclose(found, np.stack(people, 1), atol=1e-4)


def test_perception_neurons_columns_are_refused_with_the_way_out(tmp_path):
    columns = [f"{bone:02d}-{what}-{axis}" for bone in range(1, 22) for what in "XVAW" for axis in "xyz"]
    rows = ["\t".join(["0.5"] * len(columns))] * FRAMES
    with pytest.raises(SkeletonFileError, match=r"Perception Neuron \.calc.*BVH"):
        load_skeleton(save(tmp_path / "a.calc", "\n".join(["Calculation Data", "\t".join(columns), *rows]) + "\n"))
