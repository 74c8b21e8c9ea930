"""What trackers of poses write as JSON, and tables of numbered keypoints."""

import json

import numpy as np
import pytest
from format_samples import (
    FRAMES,
    azure_kinect,
    body,
    deeplabcut,
    kinetics_skeleton,
    numbered_table,
    pixels,
    tfjs_pose,
    yolo_pose,
)

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton


def write(folder, content, name="a.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def same_shape(clip, points, tolerance=0.01):
    """Whether a clip is the picture's points up to its size: shares have no unit."""
    found, wanted = (p - p[0].mean(0) for p in (clip.joints[:, 0].astype(float), points))
    scale = np.abs(wanted).max() / np.abs(found).max()
    return np.abs(found * scale - wanted).max() < tolerance * np.abs(wanted).max()


def test_kinetics_skeleton(tmp_path):
    points = pixels("openpose_18", 12)
    content = kinetics_skeleton([points])
    content["data"][0]["skeleton"] = []
    content["data"][3]["skeleton"] *= 2  # a double, seen twice
    clip = load_skeleton(write(tmp_path, content))
    assert (clip.format, clip.layout.name, clip.fps, clip.label) == (
        "kinetics_skeleton",
        "openpose_18",
        30.0,
        "waving hand",
    )
    assert clip.mask[:, 0].any(1).tolist() == [False] + [True] * 11
    assert clip.units == "unknown" and any("16:9 was taken" in warning for warning in clip.warnings)
    assert same_shape(
        clip.replace(joints=clip.joints[1:, :1], mask=clip.mask[1:, :1], confidence=None), points[1:], 0.03
    )
    clip = load_skeleton(write(tmp_path, content), picture=(1280, 720))
    assert clip.units == "pixels" and np.allclose(clip.joints[1:, 0], points[1:], atol=1)
    assert not any("shares" in warning for warning in clip.warnings)


@pytest.mark.parametrize("normalised", [False, True])
def test_yolo_pose_of_two_people(tmp_path, normalised):
    left, right = pixels("coco_17") - [200, 0], pixels("coco_17") + [200, 0]
    content = yolo_pose([left, right], (1280, 720) if normalised else (1, 1))
    content[2] = [{"name": "dog", "class": 16, "confidence": 0.5, "box": content[0][0]["box"]}]
    clip = load_skeleton(write(tmp_path, content), picture=(1280, 720) if normalised else None)
    assert (clip.format, clip.layout.name, clip.units, clip.num_people) == ("yolo_pose", "coco_17", "pixels", 2)
    assert np.allclose(clip.joints[3:, 1], right[3:], atol=0.1) and not clip.mask[2].any()


def test_movenet_and_posenet(tmp_path):
    points = pixels("coco_17")
    clip = load_skeleton(write(tmp_path, tfjs_pose("coco_17", points)))
    assert (clip.format, clip.layout.name, clip.units) == ("tfjs_pose", "coco_17", "pixels")
    assert np.allclose(clip.joints[:, 0], points, atol=1e-3) and np.allclose(clip.confidence, 0.9)
    parts = ["nose", "leftEye", "rightEye", "leftEar", "rightEar", *(f"{side}{part}" for part in (
        "Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for side in ("left", "right"))]  # fmt: skip
    old = [
        {"score": 0.8, "keypoints": [
            {"part": part, "score": 0.7, "position": {"x": x, "y": y}} for part, (x, y) in zip(parts, frame.tolist(), strict=True)]}
        for frame in points
    ]  # fmt: skip
    clip = load_skeleton(write(tmp_path, {"fps": 25, "frames": old}))
    assert (clip.layout.name, clip.fps) == ("coco_17", 25.0) and np.allclose(clip.joints[:, 0], points, atol=1e-3)


def test_blazepose_prefers_metres(tmp_path):
    world = (body("mediapipe_33") - [0, 0.92, 0]) * [1, -1, -1]
    clip = load_skeleton(write(tmp_path, tfjs_pose("mediapipe_33", pixels("mediapipe_33"), world)))
    assert (clip.layout.name, clip.units, clip.up) == ("mediapipe_33", "metres", "-y")
    assert np.allclose(clip.canonical().joints[:, 0], body("mediapipe_33") - [0, 0.92, 0], atol=1e-4)


def test_easymocap_folders(tmp_path):
    joints = body("openpose_25")[..., [0, 2, 1]] * [1, -1, 1]  # Z up, facing -Y
    hands = np.zeros((FRAMES, 42, 3))
    for number, points in enumerate(np.concatenate([joints, hands], axis=1)):
        rows = np.concatenate([points, np.full((67, 1), 0.9)], axis=1).tolist()
        write(tmp_path, [] if number == 1 else [{"id": 0, "keypoints3d": rows}], f"{number:06d}.json")
    clip = load_skeleton(tmp_path)
    assert (clip.format, clip.layout.name, clip.units, clip.up) == ("easymocap", "openpose_25", "metres", "z")
    assert np.allclose(clip.joints[2:, 0], joints[2:], atol=1e-5) and not clip.mask[1].any()
    assert any("hands and face were left out" in warning for warning in clip.warnings)
    assert not any("exchanged" in warning for warning in clip.warnings)


def test_easymocap_annotations_and_parameters(tmp_path):
    person = {
        "personID": 0,
        "bbox": [0, 0, 1, 1],
        "keypoints": [[*xy, 0.8] for xy in pixels("openpose_25")[0].tolist()],
    }
    clip = load_skeleton(write(tmp_path, {"filename": "a.jpg", "height": 720, "width": 1280, "annots": [person]}))
    assert (clip.format, clip.units) == ("easymocap", "pixels")
    assert np.allclose(clip.joints[0, 0], pixels("openpose_25")[0], atol=1e-3)
    with pytest.raises(SkeletonFileError, match=r"SMPL parameters .*give the folder output/keypoints3d"):
        load_skeleton(
            write(tmp_path, [{"id": 0, "Rh": [[0, 0, 0]], "Th": [[0, 0, 0]], "poses": [[0]], "shapes": [[0]]}])
        )


def test_azure_kinect(tmp_path):
    joints = body("azure_kinect_32")
    clip = load_skeleton(write(tmp_path, azure_kinect([joints, joints + [1, 0, 0]], 15)))
    assert (clip.format, clip.layout.name, clip.units, clip.num_people) == (
        "azure_kinect",
        "azure_kinect_32",
        "millimetres",
        2,
    )
    assert clip.fps == pytest.approx(15, abs=0.01)
    assert np.allclose(clip.canonical().joints[:, 0] - [0, -0.9, -3], joints, atol=1e-4)


def test_openpose_mpi_and_normalised_keypoints(tmp_path):
    points = pixels("openpose_mpi_15")
    shares = points / [1280, 720]
    for name, values in (("pixels", points), ("shares", shares), ("centred", 2 * shares - 1)):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(FRAMES):
            person = np.concatenate([values[number], np.full((15, 1), 0.9)], axis=1).ravel().tolist()
            write(folder, {"version": 1.3, "people": [{"pose_keypoints_2d": person}]}, f"a_{number}_keypoints.json")
        clip = load_skeleton(folder, picture=(1280, 720))
        assert (clip.format, clip.layout.name, clip.units) == ("openpose", "openpose_mpi_15", "pixels")
        assert np.allclose(clip.joints[:, 0], points, atol=0.1), name
        assert any("9:16" in w or "16:9" in w or "square" in w for w in load_skeleton(folder).warnings) == (
            name != "pixels"
        )


@pytest.mark.parametrize("form", ["list", "frames", "names of files", "persons", "canvas"])
def test_openpose_frames_in_one_file(tmp_path, form):
    points = pixels("openpose_18")
    flat = [np.concatenate([p, np.full((18, 1), 0.9)], axis=1).ravel().tolist() for p in points]
    shares = [np.concatenate([p / [1280, 720], np.full((18, 1), 1)], axis=1).ravel().tolist() for p in points]
    one = [
        {"version": 1.3, "people": [{"person_id": [-1], "pose_keypoints_2d": person, "hand_left_keypoints_2d": []}]}
        for person in flat
    ]
    content = {
        "list": one,
        "frames": {"name": "a", "frames": one},
        "names of files": {f"a_{number}_keypoints.json": frame for number, frame in reversed(list(enumerate(one)))},
        "persons": {"id": "a", "frames": [{"pose_keypoints_2d": person} for person in flat]},
        "canvas": [
            {
                "people": [{"pose_keypoints_2d": p, "face_keypoints_2d": None}],
                "canvas_width": 1280,
                "canvas_height": 720,
            }
            for p in shares
        ],
    }[form]
    clip = load_skeleton(write(tmp_path, content))
    assert (clip.format, clip.layout.name, clip.units, clip.num_frames) == ("openpose", "openpose_18", "pixels", FRAMES)
    assert np.allclose(clip.joints[:, 0], points, atol=0.1) and clip.mask.all()


def test_openpose_frames_in_one_file_are_named_in_errors(tmp_path):
    person = {"pose_keypoints_2d": [1.0] * 54}
    with pytest.raises(SkeletonFileError, match=r"frame 1\.people: expected a list, found a number"):
        load_skeleton(write(tmp_path, [{"people": [person]}, {"people": 3}]))


@pytest.mark.parametrize("first", [0, 1])
def test_tables_of_numbered_keypoints(tmp_path, first):
    points = pixels("mediapipe_33") / [1280, 720]
    depth = np.concatenate([points, -body("mediapipe_33")[..., 2:] * 233 / 1280], axis=-1)
    path = write(tmp_path, numbered_table(depth, first), "a.csv")
    clip = load_skeleton(path, picture=(1280, 720))
    assert (clip.format, clip.layout.name, clip.label, clip.num_frames) == (
        "numbered_table",
        "mediapipe_33",
        "Wave",
        FRAMES,
    )
    assert np.allclose(clip.joints[:, 0, :, :2], pixels("mediapipe_33"), atol=0.1)
    assert (clip.units, clip.up) == ("pixels", "-y")


def test_numbered_tables_with_ids(tmp_path):
    points = pixels("coco_17")
    head = "frame,person_id," + ",".join(f"x{n},y{n},v{n}" for n in range(17))
    rows = [
        ",".join([str(f), str(who)] + [f"{v:.2f}" for x, y in points[f] + [300 * who, 0] for v in (x, y, 0.9)])
        for f in range(FRAMES)
        for who in range(2)
    ]
    rows[3] = rows[3].replace(",0.90", ",")
    clip = load_skeleton(write(tmp_path, "\n".join([head, *rows]), "a.csv"))
    assert (clip.format, clip.num_people, clip.num_frames, clip.units) == ("numbered_table", 2, FRAMES, "pixels")
    assert np.allclose(clip.joints[2:, 1], points[2:] + [300, 0], atol=0.01) and not clip.mask[1, 1].any()


def test_a_picture_size_holds_for_named_tables_too(tmp_path):
    shares = pixels("coco_17") / [1280, 720]
    head = ",".join(f"{joint}_{axis}" for joint in get_layout("coco_17").joints for axis in "xy")
    path = write(
        tmp_path, "\n".join([head, *(",".join(f"{v:.5f}" for v in frame.ravel()) for frame in shares)]), "a.csv"
    )
    assert any("pass picture=(width, height)" in warning for warning in load_skeleton(path).warnings)
    clip = load_skeleton(path, picture=(1280, 720))
    assert clip.units == "pixels" and np.allclose(clip.joints[:, 0], pixels("coco_17"), atol=0.1)
    assert not any("shares" in warning for warning in clip.warnings)


def test_deeplabcut_of_several_individuals(tmp_path):
    parts = list(get_layout("coco_17").joints)
    points = pixels("coco_17")
    text = deeplabcut({"p1": points, "p2": points + [300, 0], "single": points}, parts)
    lines = text.replace("\n1,", "\nlabeled-data/a/img0001.png,").split("\n")
    lines[6] = ",".join(["2", "", "", "", *lines[6].split(",")[4:]])
    clip = load_skeleton(write(tmp_path, "\n".join(lines), "a.csv"))
    assert (clip.format, clip.layout.name, clip.num_people, clip.units) == ("deeplabcut", "coco_17", 2, "pixels")
    assert np.allclose(clip.joints[3:, 1], points[3:] + [300, 0], atol=0.01) and np.allclose(clip.confidence[0], 0.9)
    assert np.argwhere(~clip.mask).tolist() == [[2, 0, 0]]
    with pytest.raises(SkeletonFileError, match=r"body parts of a person, or layout=..., found tail_base, snout"):
        load_skeleton(write(tmp_path, deeplabcut({"mouse": points[:, :2]}, ["tail_base", "snout"]), "b.csv"))
    with pytest.raises(SkeletonFileError, match="line 5, column 2: expected a number, found 'x'"):
        load_skeleton(write(tmp_path, "\n".join([*lines[:4], "0,x" + ",1" * (len(lines[0].split(",")) - 2)]), "c.csv"))


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        ("kinetics_skeleton", {"data": [{"frame_index": 1, "skeleton": [{"pose": [1]}]}]}, r"skeleton\[0\].pose: expected numbers of shape \(36\)"),
        ("kinetics_skeleton", {"data": [{"frame_index": -1, "skeleton": []}]}, "a frame's number, found -1"),
        ("kinetics_skeleton", {"data": []}, "at least one"),
        ("yolo_pose", [[{"keypoints": {"x": [1.0], "y": [1.0, 2.0]}}]], r"keypoints.y: expected numbers of shape \(1\)"),
        ("yolo_pose", [[{"keypoints": {"x": [1.0], "y": [1.0]}}]], "expected 17 points, or layout=..."),
        ("yolo_pose", {"a": 1}, "a list of frames"),
        ("tfjs_pose", [{"keypoints": [{"x": 1.0}]}], "frame 0, keypoint 0: expected a keypoint with x, y, score"),
        ("tfjs_pose", [{"keypoints": [{"x": 1.0, "y": 1.0}]}], "17 or 33 keypoints, names of body parts"),
        ("tfjs_pose", 3, "a list of poses"),
        ("easymocap", [{"id": 0, "keypoints3d": [[1.0, 2.0]]}], "expected points of 4 numbers, found 2"),
        ("easymocap", [], "at least one person"),
        ("azure_kinect", {"frames": [{"bodies": [{"joint_positions": [[1, 2, 3]]}]}]}, "expected numbers of shape"),
        ("azure_kinect", {"frames": []}, "at least one"),
        ("numbered_table", "x1,y1,x2,y2\n", "expected columns such as x1, y1, z1, v1"),
    ],
)  # fmt: skip
def test_other_contents_say_where(tmp_path, format, content, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, content), format=format)


def test_a_picture_size_is_checked(tmp_path):
    path = write(tmp_path, kinetics_skeleton([pixels("openpose_18")]))
    with pytest.raises(ValueError, match=r"picture: expected \(width, height\) above 0, got \(0, 720\)"):
        load_skeleton(path, picture=(0, 720))
    assert get_layout("openpose_18").num_joints == 18


@pytest.mark.parametrize("before", ["nothing", "label", "frame", "time", "class"])
@pytest.mark.parametrize("delimiter", [",", " ", ";", "\t"])
def test_rows_of_numbers_alone(tmp_path, before, delimiter):
    joints = body("kinect_v2")
    first = {"nothing": [], "label": ["squat"], "frame": ["{n}"], "time": ["{t:.4f}"], "class": []}[before]
    rows = [
        delimiter.join([*(cell.format(n=n, t=n / 15) for cell in first), *(f"{v:.5f}" for v in frame.ravel()), *["3"] * (before == "class")]) for n, frame in enumerate(joints)
    ]  # fmt: skip
    clip = load_skeleton(write(tmp_path, "\n".join(rows) + "\n", "a.txt"))
    assert (clip.format, clip.layout.name, clip.units, clip.up) == ("numbered_table", "kinect_v2", "metres", "y")
    assert clip.label == ("squat" if before == "label" else None) and clip.fps == (15 if before == "time" else 30)
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-4)


def test_rows_of_numbers_that_no_layout_fills(tmp_path):
    path = write(tmp_path, "\n".join([",".join(["0.5"] * 37)] * 3), "a.csv")
    with pytest.raises(SkeletonFileError, match="found rows of 37 numbers without names"):
        load_skeleton(path)
    channels = write(tmp_path, "\n".join("\t".join([f"p1/joint{n}:tx", *["0.5"] * 75]) for n in range(9)), "c.tsv")
    with pytest.raises(SkeletonFileError, match="found a table with the columns p1/joint0:tx"):
        load_skeleton(channels)
    path = write(tmp_path, "\n".join([",".join(["0.5"] * 75), ",".join(["0.5"] * 74)]), "b.csv")
    with pytest.raises(SkeletonFileError, match="found rows of 75 and 74 numbers without names"):
        load_skeleton(path)
