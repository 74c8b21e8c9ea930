"""What pose estimators write: OpenPose, AlphaPose and COCO, MMPose, MediaPipe, mmaction2/PYSKL, .pose."""

import json

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12


def image_points(layout, x=300.0, frames=FRAMES, seed=0):
    """(frames, joints, 3): a T-pose in pixels walking sideways, y down, and a confidence."""
    rest = get_layout(layout).rest_joints[:, :2] * [100, -100] + [x, 250]
    walk = np.stack([np.arange(frames) * 3.0, np.zeros(frames)], -1)[:, None]
    score = np.random.default_rng(seed).uniform(0.5, 1, (frames, len(rest), 1))
    return np.concatenate([rest + walk, score], -1).astype(np.float32)


def check_two_people(clip, left, right):
    assert clip.num_people == 2 and clip.is_2d and (clip.units, clip.up) == ("pixels", "-y")
    found = [clip.joints[:, person, 0, 0] for person in range(2)]
    for person in sorted(range(2), key=lambda p: found[p][0]):
        wanted = left if person == int(np.argmin([f[0] for f in found])) else right
        assert np.allclose(clip.joints[:, person], wanted[..., :2], atol=1e-3)


@pytest.mark.parametrize("layout", ["openpose_25", "openpose_18"])
def test_openpose_folder_keeps_people_apart_though_their_order_changes(tmp_path, layout):
    left, right = image_points(layout, 200), image_points(layout, 500)
    for f in range(FRAMES):
        people = [
            {"person_id": [-1], "pose_keypoints_2d": p[f].ravel().tolist(), "face_keypoints_2d": [1.0]}
            for p in (left, right)
        ]
        (tmp_path / f"clip_{f}_keypoints.json").write_text(
            json.dumps({"version": 1.3, "people": people[:: 1 if f % 3 else -1]})
        )
    clip = load_skeleton(tmp_path)
    assert (clip.format, clip.layout.name) == ("openpose", layout)
    check_two_people(clip, left, right)
    assert any("face were left out" in warning for warning in clip.warnings)


def test_openpose_single_frame_and_missing_joints(tmp_path):
    points = image_points("openpose_25", frames=1)[0]
    points[3] = 0
    points[5, 2] = 0.01
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"people": [{"pose_keypoints_2d": points.ravel().tolist()}]}))
    clip = load_skeleton(path)
    assert np.flatnonzero(~clip.mask[0, 0]).tolist() == [3, 5]
    assert load_skeleton(path, min_confidence=0).mask[0, 0, 5]
    path.write_text(json.dumps({"people": [{"pose_keypoints_2d": [1.0, 2.0, 3.0] * 7}]}))
    with pytest.raises(SkeletonFileError, match=r"people\[0\].pose_keypoints_2d: expected 25, 18 or 15 points"):
        load_skeleton(path)
    path.write_text(json.dumps({"version": 1.3, "people": []}))
    with pytest.raises(SkeletonFileError, match=r"at least one person, found 1 frame without any"):
        load_skeleton(path, format="openpose")


@pytest.mark.parametrize("layout", ["coco_17", "halpe_26", "coco_wholebody_133", "halpe_136"])
def test_alphapose_with_and_without_identities(tmp_path, layout):
    left, right = image_points(layout, 200), image_points(layout, 600)
    for identity in (True, False):
        rows = []
        for f in (*range(5), *range(7, FRAMES)):  # frames without people are left out of the file
            for number, person in enumerate((left, right)[:: 1 if f % 2 else -1]):
                row = {"image_id": f"{f}.jpg", "category_id": 1, "keypoints": person[f].ravel().tolist(), "score": 3.0}
                rows.append({**row, "idx": [1 + (number if f % 2 else 1 - number)]} if identity else row)
        (tmp_path / "a.json").write_text(json.dumps(rows))
        clip = load_skeleton(tmp_path / "a.json")
        assert (clip.format, clip.layout.name, clip.num_frames) == ("coco_json", layout, FRAMES)
        assert clip.mask.any((1, 2)).tolist() == [f not in (5, 6) for f in range(FRAMES)]
        left[5:7, :, :2] = right[5:7, :, :2] = 0
        check_two_people(clip, left, right)
        left, right = image_points(layout, 200), image_points(layout, 600)


def test_coco_annotations_define_a_layout(tmp_path):
    names = ["nose", "tail_base", "left_paw", "right_paw"]
    content = {
        "images": [{"id": 7}, {"id": 3}],
        "annotations": [
            {"image_id": 3, "keypoints": [1, 2, 2, 3, 4, 1, 5, 6, 2, 0, 0, 0], "track_id": 1},
            {"image_id": 7, "keypoints": [1, 3, 2, 3, 5, 1, 5, 7, 2, 9, 9, 2], "track_id": 1},
        ],
        "categories": [{"name": "cat", "keypoints": names, "skeleton": [[1, 2], [2, 3], [2, 4]]}],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.layout.joints == tuple(names) and clip.layout.bones == ((0, 1), (1, 2), (1, 3))
    assert clip.joints[0, 0, 0].tolist() == [1, 3]  # image 7 comes first
    assert not clip.mask[1, 0, 3] and clip.mask.sum() == 7


def test_mmpose_predictions(tmp_path):
    points = image_points("coco_17")
    frames = [
        {
            "frame_id": f + 1,
            "instances": [{"keypoints": points[f, :, :2].tolist(), "keypoint_scores": points[f, :, 2].tolist()}],
        }
        for f in range(FRAMES)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"meta_info": {}, "instance_info": frames}))
    clip = load_skeleton(tmp_path / "a.json")
    assert np.allclose(clip.joints[:, 0], points[..., :2], atol=1e-3) and np.allclose(
        clip.confidence[:, 0], points[..., 2], atol=1e-6
    )


@pytest.mark.parametrize("style", ["objects", "lists", "tasks", "people"])
def test_mediapipe(tmp_path, style):
    rest = get_layout("mediapipe_33").rest_joints
    world = (rest - [0, 0.9, 0]) * [1, -1, -1]  # y down, z away from the camera
    landmarks = [{"x": x, "y": y, "z": z, "visibility": 0.9} for x, y, z in world.tolist()]
    frames = {
        "objects": [landmarks] * 3,
        "lists": [[[*xyz, 0.9] for xyz in world.tolist()]] * 3,
        "tasks": [
            {"pose_landmarks": [landmarks], "pose_world_landmarks": [landmarks]},
            {},
            {"pose_world_landmarks": [landmarks]},
        ],
        "people": [[landmarks, [{**mark, "x": mark["x"] + 2} for mark in landmarks]]] * 3,
    }[style]
    (tmp_path / "a.json").write_text(json.dumps({"fps": 25, "frames": frames}))
    clip = load_skeleton(tmp_path / "a.json", format="mediapipe")
    assert (clip.layout.name, clip.fps, clip.num_people) == ("mediapipe_33", 25.0, 2 if style == "people" else 1)
    assert clip.units == ("unknown" if style == "people" else "metres")  # about the hips: world landmarks
    canonical = clip.replace(units="metres").canonical().joints[0, 0]
    assert np.allclose(canonical, rest - [0, 0.9, 0], atol=1e-5)
    assert clip.mask[1].any() == (style != "tasks")


def test_mediapipe_of_a_wide_picture(tmp_path):
    landmarks = [{"x": 0.5, "y": 0.5, "z": 0.1, "visibility": 1.0}] * 33
    (tmp_path / "a.json").write_text(json.dumps({"width": 1920, "height": 1080, "frames": [landmarks]}))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.format == "mediapipe" and clip.units == "pixels" and np.allclose(clip.joints[0, 0, 0], [960, 540, 192])


def annotation(name, layout="coco_17", dims=2):
    points = np.stack([image_points(layout, x)[..., :dims] for x in (200, 600)])
    return {
        "frame_dir": name,
        "label": 3,
        "total_frames": FRAMES,
        "keypoint": points,
        "keypoint_score": points[..., 0] * 0 + 0.9,
    }


def as_json(content):
    return json.dumps(content, default=lambda array: array.tolist())


def test_pyskl(tmp_path):
    path = tmp_path / "a.json"
    one = annotation("first")
    path.write_text(as_json(one))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.num_people) == ("pyskl", "coco_17", 2)
    assert np.allclose(clip.joints[:, 1], one["keypoint"][1], atol=1e-3)
    path.write_text(as_json({"split": {"train": ["first"]}, "annotations": [one, annotation("second")]}))
    with pytest.raises(SkeletonFileError, match=r"clip=... of its 2 clips .*: first, second"):
        load_skeleton(path, format="pyskl")
    for wanted in (1, "second"):
        assert load_skeleton(path, format="pyskl", clip=wanted).num_frames == FRAMES
    np.savez(tmp_path / "a.npz", keypoint=one["keypoint"], keypoint_score=one["keypoint_score"], label="wave")
    clip = load_skeleton(tmp_path / "a.npz")
    assert (clip.format, clip.label, clip.num_people) == ("pyskl", "wave", 2)


def test_pose_files(tmp_path):
    pose_format = pytest.importorskip("pose_format", reason="needs the extra [formats]")
    from pose_format.numpy import NumPyPoseBody
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

    points = image_points("mediapipe_33")
    body = PoseHeaderComponent("POSE_LANDMARKS", [f"P{i}" for i in range(33)], [(0, 1)], [(0, 0, 0)], "XYZC")
    hand = PoseHeaderComponent("LEFT_HAND_LANDMARKS", ["A", "B"], [(0, 1)], [(0, 0, 0)], "XYZC")
    data = np.zeros((FRAMES, 1, 35, 3), np.float32)
    data[:, 0, :33, :2] = points[..., :2]
    header = PoseHeader(version=0.2, dimensions=PoseHeaderDimensions(640, 480, 0), components=[body, hand])
    pose = pose_format.Pose(header, NumPyPoseBody(fps=24, data=data, confidence=np.ones((FRAMES, 1, 35), np.float32)))
    with open(tmp_path / "a.pose", "wb") as stream:
        pose.write(stream)
    clip = load_skeleton(tmp_path / "a.pose")
    assert (clip.format, clip.layout.name, clip.fps, clip.is_2d) == ("pose", "mediapipe_33", 24.0, True)
    assert np.allclose(clip.joints[:, 0], points[..., :2], atol=1e-3)
    own = {"P0": "head", "P11": "left shoulder", "P12": "right shoulder", "P23": "left hip", "P24": "right hip"}
    mapped = load_skeleton(tmp_path / "a.pose", joint_map=own).layout
    assert (mapped.joints[11], mapped.body[11], mapped.body[1]) == ("P11", "left_shoulder", None)
    with pytest.raises(SkeletonFileError, match="a joint map for at least four of its points"):
        load_skeleton(tmp_path / "a.pose", joint_map={"P0": "head"})


def test_pose_files_without_the_package_name_the_extra(tmp_path, monkeypatch):
    import struct
    import sys

    monkeypatch.setitem(sys.modules, "pose_format", None)
    (tmp_path / "a.pose").write_bytes(struct.pack("<fHHHHH", 0.1, 640, 480, 0, 1, 4) + b"POSE" + bytes(40))
    with pytest.raises(SkeletonFileError, match=r"skeletonllm-hf\[formats\]"):
        load_skeleton(tmp_path / "a.pose")


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        (
            "coco_json",
            [{"image_id": "1.jpg", "keypoints": [1.0, 2.0]}],
            r"\[0\].keypoints: expected keypoints of 3 numbers",
        ),
        ("coco_json", [{"image_id": "1.jpg", "keypoints": [1.0, 2.0, 1.0] * 5}], "17, 26, 133, 136 points, or layout"),
        ("coco_json", [{"keypoints": [1.0] * 51}], r"\[0\].image_id: expected an image's number or name"),
        ("coco_json", [], "at least one person with keypoints"),
        ("coco_json", {"annotations": {}}, "annotations: expected a list"),
        ("coco_json", {"instance_info": [3]}, r"instance_info\[0\]"),
        ("openpose", {"people": 3}, "people: expected a list, found a number"),
        ("openpose", [], "top level: expected an object, found a list"),
        ("mediapipe", [[{"x": 1.0, "y": 1.0}] * 5], "frame 0: expected 33 landmarks, found 5"),
        ("mediapipe", [], "a list of frames"),
        ("mediapipe", {"frames": [None, {}]}, "at least one person"),
        ("pyskl", {"keypoint": [[[1.0, 2.0]]]}, r"keypoint: expected numbers of shape .*found shape \(1, 1, 2\)"),
        ("pyskl", {"annotations": []}, "an annotation or a list of them"),
        ("pyskl", {"keypoint": [[[[1.0, 2.0]] * 9]]}, "or layout="),
    ],
)
def test_other_contents_say_where(tmp_path, format, content, message):
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(tmp_path / "a.json", format=format)


def test_frames_whose_files_are_missing_have_nobody(tmp_path):
    rows = [[float(v) for v in (*point, 0.9)] for point in image_points("openpose_25", 400)[0, :, :2]]
    for number in (10, 11, 15):
        people = [{"pose_keypoints_2d": [v for row in rows for v in row]}]
        (tmp_path / f"clip_{number:012d}_keypoints.json").write_text(json.dumps({"people": people}))
    clip = load_skeleton(tmp_path)
    assert clip.mask.any((1, 2)).tolist() == [True, True, False, False, False, True]


def test_the_seventeen_of_posetrack_are_not_those_of_coco(tmp_path):
    sides = [
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ]
    names = ["nose", "head_bottom", "head_top", "left_ear", "right_ear", *sides]
    points = [float(v) for point in image_points("coco_17", 400)[0, :, :2] for v in (*point, 1)]
    content = {
        "images": [{"id": 1, "file_name": "000001.jpg"}], "annotations": [{"id": 5, "image_id": 1, "keypoints": points, "category_id": 1}],
        "categories": [{"id": 1, "name": "person", "keypoints": names, "skeleton": [[2, 3], [1, 2]]}],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert load_skeleton(tmp_path / "a.json").layout.body[1:3] == ("neck", "head_top")
    content["categories"][0]["keypoints"] = list(get_layout("coco_17").joints)
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert load_skeleton(tmp_path / "a.json").layout.name == "coco_17"


def test_mediapipe_says_when(tmp_path):
    points = (get_layout("mediapipe_33").rest_joints - [0, 0.9, 0]) * [1, -1, -1]
    marks = [dict(zip("xyz", map(float, point), strict=True), visibility=0.9) for point in points]
    frames = [{"timestamp_ms": 40 * n, "pose_world_landmarks": [marks]} for n in range(5)]
    (tmp_path / "a.json").write_text(json.dumps(frames))
    assert load_skeleton(tmp_path / "a.json").fps == 25
    named = [{"landmarks": dict(zip(get_layout("mediapipe_33").joints, marks, strict=True))} for _ in range(3)]
    (tmp_path / "a.json").write_text(json.dumps(named))
    assert np.allclose(load_skeleton(tmp_path / "a.json").joints[0, 0], points, atol=1e-5)
