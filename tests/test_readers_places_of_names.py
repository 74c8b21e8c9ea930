"""Where a body's points are known by: folders of people, marker sets, segments, names of messages, keys of frames, sets of many points."""

import json

import numpy as np
import pytest
from format_samples import body, pixels, trc

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12
COCO = get_layout("coco_17").joints
JOINTS = body("coco_17", FRAMES)
SIDES = (("L", "left", 1), ("R", "right", -1))
# name of a marker on the left -> the body point that it shows, and a joint of COCO's near it
QUALISYS = {
    "LShoulderTop": ("shoulder", 5), "LElbowOut": ("elbow", 7), "LWristOut": ("wrist", 9), "WaistLFront": ("hip", 11), "LKneeOut": ("knee", 13),
    "LAnkleOut": ("ankle", 15), "LElbowIn": (None, 7), "LWristIn": (None, 9), "LKneeIn": (None, 13), "LThigh": (None, 11), "LArm": (None, 5),
}  # fmt: skip
SEGMENTS = {"LFEP": ("hip", 11), "LFEO": ("knee", 13), "LTIO": ("ankle", 15), "LCLO": ("shoulder", 5), "LHUO": ("elbow", 7), "LRAO": ("wrist", 9)}  # fmt: skip


@pytest.mark.parametrize("name", ["p{}_{}.csv", "person{}/{}.csv"])
def test_folders_of_people_with_a_file_a_joint(tmp_path, name):
    for person in (0, 1):
        for row, joint in enumerate(COCO):
            path = tmp_path / name.format(person + 1, joint)
            path.parent.mkdir(exist_ok=True)
            rows = [f"{f / 50},{x + 2 * person:.4f},{y:.4f},{z:.4f}" for f, (x, y, z) in enumerate(JOINTS[:, row])]
            path.write_text("\n".join(["time,x,y,z", *rows]) + "\n")
    clip = load_skeleton(tmp_path)
    assert (clip.format, clip.num_people, clip.fps) == ("joint_files", 2, 50)
    rows = [clip.layout.joints.index(joint) for joint in COCO]  # files come in the order of their names
    assert np.allclose(clip.joints[:, :, rows], np.stack([JOINTS, JOINTS + [2, 0, 0]], 1), atol=1e-3)


def test_folders_that_are_no_people(tmp_path):
    for folder in ("walk", "squat"):
        (tmp_path / folder).mkdir()
        for row, joint in enumerate(COCO):
            np.savetxt(tmp_path / folder / f"{joint}.csv", JOINTS[:, row], delimiter=",")
    with pytest.raises(SkeletonFileError, match="a folder of folders"):
        load_skeleton(tmp_path)


@pytest.mark.parametrize("places", [QUALISYS, SEGMENTS], ids=["Qualisys", "segments"])
def test_labels_of_markers_and_segments(tmp_path, places):
    labels, columns, points = [], [], []
    for letter, side, _ in SIDES:
        for name, (point, joint) in places.items():
            named = name.replace("WaistL", f"Waist{letter}") if "Waist" in name else letter + name[1:]
            labels.append(named)
            columns.append(joint + (side == "right"))
            points.append(point and f"{side}_{point}")
    if places is QUALISYS:
        labels, columns, points = [*labels, "HeadTop", "Chest"], [*columns, 0, 5], [*points, "head_top", "spine_upper"]
    (tmp_path / "a.trc").write_text(trc(JOINTS[:, columns], labels))
    layout = load_skeleton(tmp_path / "a.trc").layout
    assert dict(zip(layout.joints, layout.body, strict=True)) == dict(zip(labels, points, strict=True))


@pytest.mark.parametrize("count", [70, 308])
def test_bodies_among_the_points_of_hands_and_face(tmp_path, count):
    places = np.repeat(JOINTS[:, 9:10], count, 1)  # the others are fingers
    body_rows = [*range(9), 62, 41, *range(9, 15)]
    places[:, body_rows] = JOINTS
    np.save(tmp_path / "a.npy", places)
    clip = load_skeleton(tmp_path / "a.npy")
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], JOINTS, atol=1e-4)
    flat = np.repeat(pixels("coco_17", FRAMES)[:, 9:10, :2], count, 1)
    flat[:, body_rows] = pixels("coco_17", FRAMES)[..., :2]
    people = [[{"keypoints": frame, "keypoint_scores": [0.9] * count}] for frame in flat.tolist()]
    frames = [{"frame_id": number, "instances": one} for number, one in enumerate(people)]
    (tmp_path / "a.json").write_text(json.dumps({"instance_info": frames}))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], flat[:, body_rows], atol=1e-3)


def test_markers_that_are_numbered_and_named(tmp_path):
    messages = [
        {"markers": [{"ns": name, "id": row, "pose": {"position": dict(zip("xyz", place, strict=True))}} for row, (name, place) in enumerate(zip(COCO, frame, strict=True))]}
        for frame in JOINTS[:, ::-1].tolist()
    ]  # fmt: skip
    for message in messages:
        for marker, name in zip(message["markers"], COCO[::-1], strict=True):
            marker["ns"] = name
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, messages)))
    clip = load_skeleton(tmp_path / "a.jsonl")
    assert clip.layout.joints == COCO[::-1] and np.allclose(clip.joints[:, 0], JOINTS[:, ::-1], atol=1e-4)


@pytest.mark.parametrize("key", ["frame_{}", "{}", "t{:03d}"])
def test_frames_that_are_keys_beside_others(tmp_path, key):
    frames = {key.format(f): dict(zip(COCO, JOINTS[f].tolist(), strict=True)) for f in range(FRAMES)}
    (tmp_path / "a.json").write_text(json.dumps({"fps": 25, "about": {"who": "Ann"}} | frames))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.fps == 25 and np.allclose(clip.joints[:, 0], JOINTS, atol=1e-4)


@pytest.mark.parametrize(("first", "second"), [("p1", "p2"), ("0", "1"), ("Ann", "Ben"), ("leader", "follower")])
def test_people_that_are_keys_beside_a_time(tmp_path, first, second):
    places = [JOINTS, JOINTS + np.linspace([2, 0, 0], [0.1, 0, 0], FRAMES)[:, None]]  # at the end they meet
    a, b = ([dict(zip(COCO, frame.tolist(), strict=True)) for frame in one] for one in places)
    (tmp_path / "a.json").write_text(json.dumps([{"time": f / 25, first: a[f], second: b[f]} for f in range(FRAMES)]))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.joints.shape[:2] == (FRAMES, 2) and np.allclose(clip.joints, np.stack(places, 1), atol=1e-4)


@pytest.mark.parametrize(("first", "second"), [("world", "image"), ("raw", "smoothed"), ("pose15", "pose19")])
def test_one_body_in_two_versions_is_one(tmp_path, first, second):
    a, b = ([dict(zip(COCO, frame.tolist(), strict=True)) for frame in one] for one in (JOINTS, JOINTS + 2))
    (tmp_path / "a.json").write_text(json.dumps([{"time": f / 25, first: a[f], second: b[f]} for f in range(FRAMES)]))
    assert load_skeleton(tmp_path / "a.json").joints.shape[:2] == (FRAMES, 1)


def test_landmarks_in_the_world_after_those_of_the_picture(tmp_path):
    world = (body("mediapipe_33", FRAMES) - [0, 0.9, 0]) * [1, -1, -1]
    flat = (world * 200 + [640, 360, 0]).round()
    frames = [{"landmarks": a, "landmarks_world": b} for a, b in zip(flat.tolist(), world.tolist(), strict=True)]
    (tmp_path / "a.json").write_text(json.dumps(frames))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.units == "metres" and np.allclose(clip.joints[:, 0], world, atol=1e-4)


def test_points_of_an_annotator_name_the_way_out(tmp_path):
    (tmp_path / "a.csv").write_text("filename,region_shape_attributes,region_attributes\na.jpg,{},{}\n")
    with pytest.raises(SkeletonFileError, match="VGG Image Annotator: export the project as COCO"):
        load_skeleton(tmp_path / "a.csv")
