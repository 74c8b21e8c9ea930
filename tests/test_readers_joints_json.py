"""JSON of other programs: read by its build, whatever its keys are called."""

import json

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate

FRAMES = 40
RIG = {
    "Hips": "pelvis", "Spine": "spine_lower", "Neck": "neck", "Head": "head",
    **{f"{s}{n}": f"{s.lower()}_{p}" for s in ("Left", "Right") for n, p in (
        ("Arm", "shoulder"), ("ForeArm", "elbow"), ("Hand", "wrist"), ("UpLeg", "hip"), ("Leg", "knee"), ("Foot", "ankle"))},
}  # fmt: skip


def body(layout):
    """(frames, joints, 3) metres, X right of the viewer, Y up, Z towards the viewer, and the joints' body points."""
    clip = generate("wave", layout=layout, seed=4, options=EXACT).canonical()
    return clip.joints[:FRAMES, 0].astype(float), clip.layout.body


def rig():
    joints, points = body("smpl_24")
    return joints[:, [points.index(point) for point in RIG.values()]], list(RIG.values())


def check(clip, joints, points, tolerance=1e-3):
    """The clip's joints are these, wherever they stand."""
    found = clip.canonical()
    pairs = [(found.layout.body.index(point), points.index(point)) for point in points if point in found.layout.body]
    ours, right = (
        np.stack([array[:, row] for row in rows], 1) for array, rows in zip((found.joints[:, 0], joints), zip(*pairs))
    )
    right = right[..., : clip.joints.shape[-1]]
    ours = ours[..., : right.shape[-1]]
    scale = 1.0 if clip.units not in ("pixels", "unknown") else np.ptp(right[..., 1]) / np.ptp(ours[..., 1])
    assert len(pairs) >= 12 and np.allclose((ours - ours[:, :1]) * scale, right - right[:, :1], atol=tolerance)


def load(tmp_path, content, **arguments):
    (tmp_path / "a.json").write_text(json.dumps(content))
    return load_skeleton(tmp_path / "a.json", **arguments)


def place(point, keys="xyz"):
    return dict(zip(keys, map(float, point), strict=True))


FORMS = {
    "object of joints": lambda frames: {"fps": 25, "frames": [{n: p.tolist() for n, p in zip(RIG, f)} for f in frames]},
    "list of objects": lambda frames: [{n: place(p) for n, p in zip(RIG, f)} for f in frames],
    "list of named joints": lambda frames: {"frameRate": 25, "frames": [
        {"joints": [{"name": n, "position": place(p), "rotation": place((0, 0, 0, 1), "xyzw")} for n, p in zip(RIG, f)]} for f in frames]},
    "names beside": lambda frames: {"fps": 25, "joints": list(RIG), "frames": [
        {"index": n, "keypoints3d": f.tolist(), "keypoints2d": (f[:, :2] * 300).tolist()} for n, f in enumerate(frames)]},
    "names beside an array": lambda frames: {"meta": {"joint_names": list(RIG)}, "fps": 25, "positions": frames.tolist(), "note": ["a", "b"]},
    "one array of several": lambda frames: {"fps": 25, "motion": {
        "keypoint_names": list(RIG), "keypoints3d": frames.tolist(), "rot6d": np.zeros((len(frames), 5, 6)).tolist()}},
    "series of axes": lambda frames: {"fps": 25, "data": {n: {a: frames[:, j, k].tolist() for k, a in enumerate("xyz")} for j, n in enumerate(RIG)}},
    "messages with hands": lambda frames: [{"frameId": n, "capturedAt": 1785384000123 + 40 * n, "hands": {
        "left": {"landmarks": [place((0.1, 0.1, 0.1))] * 21}, "right": None}, "pose": {"joints": {k: place(p) for k, p in zip(RIG, f)}}}
        for n, f in enumerate(frames)],
    "frames under a key of their own": lambda frames: {"mission": "a", "poseFrames": [
        {"timestamp": n / 25, "landmarks": {k: place(p) for k, p in zip(RIG, f)}} for n, f in enumerate(frames)]},
    "frames by their numbers": lambda frames: {"fps": 25, "pose_data": [
        {"frame": n, "points": {k: place(p) for k, p in zip(RIG, f)}} for n, f in enumerate(frames)]},
    "frames by number, people by number": lambda frames: {"fps": 25, "frames": {f"{n:06d}": {"1": {"joints": {k: place(p) for k, p in zip(RIG, f)}}}
        for n, f in enumerate(frames)}},
    "people with frames of their own": lambda frames: {"fps": 25, "skeletons": [{"name": "S", "frames": [
        {"bones": [{"name": k, "pos": p.tolist()} for k, p in zip(RIG, f)]} for f in frames]}]},
    "numbers as texts": lambda frames: [{"t": n / 25, "joints": {k: {a: f"{v:.5f}" for a, v in zip("xyz", p)} for k, p in zip(RIG, f)}}
        for n, f in enumerate(frames)],
    "frames by number under another key": lambda frames: {"fps": 25, "joints": {str(n): {k: place(p) for k, p in zip(RIG, f)}
        for n, f in enumerate(frames)}},
    "joints as series": lambda frames: {n: frames[:, row].tolist() for row, n in enumerate(RIG)},
    "actors": lambda frames: {"version": "3,0", "scene": {"frames": [
        {"timestamp": n / 25, "actors": [{"name": "a", "body": {k: {"position": place(p)} for k, p in zip(RIG, f)}}]} for n, f in enumerate(frames)]}},
    "upper case": lambda frames: [{"Timestamp": 40 * n, "Skeleton": [{"JointName": k, "X": p[0], "Y": p[1], "Z": p[2]} for k, p in zip(RIG, f)]}
                                  for n, f in enumerate(frames)],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_named_joints_in_any_build(tmp_path, form):
    joints, points = rig()
    clip = load(tmp_path, FORMS[form](joints))
    assert (clip.num_frames, clip.num_people, clip.units) == (FRAMES, 1, "metres")
    assert clip.fps == (30 if form in ("list of objects", "joints as series") else 25)
    check(clip, joints, points)


KINECT = (  # noqa: SIM905
    "SpineBase SpineMid Neck Head ShoulderLeft ElbowLeft WristLeft HandLeft ShoulderRight ElbowRight WristRight HandRight HipLeft KneeLeft "
    "AnkleLeft FootLeft HipRight KneeRight AnkleRight FootRight SpineShoulder HandTipLeft ThumbLeft HandTipRight ThumbRight"
).split()


@pytest.mark.parametrize("form", ["dict", "list", "node"])
def test_kinect_sdk(tmp_path, form):
    joints, points = body("kinect_v2")
    sensor = joints * [-1, 1, -1] + [0, 0, 3]  # X to the sensor's left, Y up, Z away from it
    one = {
        "dict": lambda f: {"Bodies": [{"TrackingId": 72057594037931101, "Joints": {
            n: {"JointType": n, "Position": place(p, "XYZ"), "TrackingState": 2} for n, p in zip(KINECT, f)}}]},
        "list": lambda f: {"Joints": [{"JointType": n, "Position": place(p, "XYZ")} for n, p in enumerate(f)]},
        "node": lambda f: {"bodies": [{"bodyIndex": 0, "tracked": True, "trackingId": "72", "joints": [
            {"depthX": 0.4, "depthY": 0.5, "colorX": 0.4, "colorY": 0.5, **place(p, ("cameraX", "cameraY", "cameraZ"))} for p in f]}]},
    }[form]  # fmt: skip
    frames = [{"RelativeTime": f"00:00:{n / 15:09.6f}", **one(f)} for n, f in enumerate(sensor)]
    clip = load(tmp_path, frames)
    assert (clip.fps, clip.units, clip.up, clip.view) == (pytest.approx(15, rel=1e-3), "metres", "y", "z")
    check(clip, joints, points)


def test_panoptic_folder(tmp_path):
    joints, points = body("smpl_24")
    sides = [
        f"{side}_{p}" for side in ("left", "right") for p in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ]
    names = ["neck", "nose", "pelvis", *sides]
    flat, face = body("mediapipe_33")
    at = {point: joints[:, points.index(point)] for point in names if point in points} | {
        "nose": flat[:, face.index("nose")]
    }
    world = np.stack([at[name] for name in names], 1) * [100, -100, -100]
    for number, frame in enumerate(world):
        people = [{"id": 7, "joints15": [float(v) for p in frame for v in (*p, 0.5)]}]
        (tmp_path / f"body3DScene_{number:08d}.json").write_text(
            json.dumps({"version": 0.7, "univTime": 40.0 * number, "bodies": people})
        )
    clip = load_skeleton(tmp_path)
    assert (clip.num_frames, clip.units, clip.up, clip.fps) == (FRAMES, "centimetres", "-y", 25)
    check(clip, np.stack([at[name] for name in names], 1), names)


@pytest.mark.parametrize("count", [34, 38, 18])
def test_zed_bodies(tmp_path, count):
    from skeletonllm_hf.readers.objects.joints_beside import COUNTED

    names = get_layout("openpose_18").joints if count == 18 else COUNTED["body_list", count]
    joints, points = body("openpose_18" if count == 18 else "azure_kinect_32")
    rows = [
        get_layout("azure_kinect_32").joints.index(n) if n in get_layout("azure_kinect_32").joints else 0 for n in names
    ]
    joints = joints if count == 18 else joints[:, rows]
    frames = {str(1700000000000 + 40 * n): {"is_new": True, "body_list": [
        {"id": 3, "keypoint": f.tolist(), "keypoint_2d": (f[:, :2] * 300).tolist(), "confidence": 80}]} for n, f in enumerate(joints)}  # fmt: skip
    clip = load(tmp_path, frames)
    assert (clip.num_frames, clip.fps, clip.layout.num_joints, clip.joints.shape[-1]) == (FRAMES, 25, count, 3)
    check(clip, joints, [points[row] for row in rows] if count != 18 else points)


def test_two_people_with_identities_who_change_places(tmp_path):
    joints, points = rig()

    def people(n, f):
        order = (1, 2) if n % 2 else (2, 1)
        return [{"trackId": who, "keypoints": (f + [1.5 * who, 0, 0]).tolist()} for who in order]

    clip = load(tmp_path, {"frames": [{"persons": people(n, f)} for n, f in enumerate(joints)]}, layout=rig_layout())
    assert clip.num_people == 2 and np.allclose(np.ptp(clip.joints[:, 0] - joints * 1.0, axis=(0, 1)), 0, atol=1e-4)


def rig_layout():
    bones = [[row, row + 1] for row in range(len(RIG) - 1)]
    return {"name": "rig", "joints": list(RIG), "bones": bones, "body": dict(RIG)}


@pytest.mark.parametrize("form", ["inferencer", "detectron", "raw", "object"])
def test_keypoints_of_detectors(tmp_path, form):
    joints, points = body("coco_17")
    pixels = joints[..., :2] * [300, -300] + [640, 650]
    scored = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 0.9)], -1)
    content = {
        "inferencer": [{"frame_id": n, "instances": [{"keypoints": f.tolist(), "keypoint_scores": [0.9] * 17, "bbox": [[1, 2, 3, 4]]}]}
                       for n, f in enumerate(pixels)],
        "detectron": [{"frame": n, "pred_boxes": [[1, 2, 3, 4]], "scores": [0.9], "pred_keypoints": [f.tolist()]} for n, f in enumerate(scored)],
        "raw": pixels.tolist(), "object": {"keypoints": pixels.tolist()},
    }[form]  # fmt: skip
    clip = load(tmp_path, content)
    assert (clip.layout.name, clip.num_frames, clip.num_people, clip.is_2d) == ("coco_17", FRAMES, 1, True)
    check(clip, joints, points, 0.01)


@pytest.mark.parametrize(
    "content", [[{"x": 1, "y": 2}], {"frames": [{"x": {"y": 3}, "keypoints": "no"}]}, [[["a"]]], {"keypoints": []}]
)
def test_what_is_no_body_is_refused(tmp_path, content):
    with pytest.raises(SkeletonFileError):
        load(tmp_path, content)


@pytest.mark.parametrize("more", [(), (0.95,), (0.95, 1)])
def test_label_files_of_yolo(tmp_path, more):
    joints, points = body("coco_17")
    shares = (joints[..., :2] * [300, -300] + [640, 650]) / [1280, 720]
    for number, frame in enumerate(shares, 1):
        if number not in (5, 6, 7):  # nobody was found
            values = [0, 0.5, 0.5, 0.2, 0.8, *(v for p in frame for v in (*p, 0.9)), *more]
            (tmp_path / f"clip_{number}.txt").write_text(" ".join(f"{v:.6g}" for v in values) + "\n")
    clip = load_skeleton(tmp_path, picture=(1280, 720))
    assert (clip.format, clip.layout.name, clip.num_frames) == ("yolo_pose", "coco_17", FRAMES) and not clip.mask[
        4:7
    ].any()
    seen = clip.mask.any((1, 2))
    check(
        clip.replace(joints=clip.joints[seen], mask=clip.mask[seen], confidence=clip.confidence[seen]),
        joints[seen],
        points,
        0.01,
    )


LIMBS = (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)


def landmarks():
    """(frames, 33, 3) shares of a picture of 16:9, Y down, Z away; the same in the picture's width."""
    joints, _ = body("mediapipe_33")
    away = joints * [0.24, -0.24, -0.24] + [0.5, 0.3, 0]
    return away * [1, 16 / 9, 1] + [0, 0.2, 0], away


MARKS = {
    "some by name": lambda frames, names: [{"timestamp": n / 25, "landmarks": {names[row]: place(f[row]) for row in LIMBS}} for n, f in enumerate(frames)],
    "some by number": lambda frames, names: {"fps": 25, "frames": [{"t": n / 25, "points": {str(row): f[row].tolist() for row in LIMBS}}
        for n, f in enumerate(frames)]},
    "numbers of numbers": lambda frames, names: {str(n): {str(row): place(p) for row, p in enumerate(f)} for n, f in enumerate(frames)},
    "kinds with a place": lambda frames, names: {"frames": [{"timestampMs": 40 * n, "landmarks": [
        {"type": row, "position": place(p), "inFrameLikelihood": 0.9} for row, p in enumerate(f)]} for n, f in enumerate(frames)]},
    "other key of frames": lambda frames, names: {"video_info": {"fps": 25}, "pose_data": [
        {"frame": n, "timestamp": n / 25, "landmarks": [place(p) | {"visibility": 0.9} for p in f]} for n, f in enumerate(frames)]},
    "one array": lambda frames, names: {"fps": 25, "landmarks": np.concatenate([frames, np.full((*frames.shape[:2], 1), 0.9)], 2).tolist(),
        "features": {"angles": [[1.0, 2.0]] * len(frames)}},
    "lists by name": lambda frames, names: {"fps": 25, "landmarks": {name: frames[:, row].tolist() for row, name in enumerate(names)}},
}  # fmt: skip


@pytest.mark.parametrize("form", MARKS)
def test_landmarks_of_mediapipe_in_other_builds(tmp_path, form):
    shares, away = landmarks()
    clip = load(tmp_path, MARKS[form](shares, [name.upper() for name in get_layout("mediapipe_33").joints]), fps=25)
    assert (clip.num_frames, clip.num_people, clip.units, clip.up) == (FRAMES, 1, "unknown", "-y")
    rows = [clip.layout.body.index(get_layout("mediapipe_33").body[row]) for row in LIMBS]
    assert clip.mask[:, 0, rows].all()
    found, right = clip.joints[:, 0, rows], away[:, list(LIMBS)]
    assert np.allclose(
        (found - found[0, 0]) / np.ptp(found[..., 1]), (right - right[0, 0]) / np.ptp(right[..., 1]), atol=2e-3
    )


@pytest.mark.parametrize("named", [True, False])
def test_a_score_is_no_third_coordinate(tmp_path, named):
    shares = landmarks()[0][..., :2]
    names = get_layout("mediapipe_33").joints
    frames = [
        {"t": n / 25, "points": [place(p, "xy") | {"name": name, "score": 0.9 - 0.01 * n} for name, p in zip(names, f)] if named
         else [[*p.tolist(), 0.9 - 0.01 * n] for p in f]} for n, f in enumerate(shares)
    ]  # fmt: skip
    clip = load(tmp_path, {"frames": frames})
    assert clip.is_2d and clip.fps == 25 and np.allclose(clip.confidence[10, 0], 0.8, atol=1e-6)


def test_two_people_with_frames_of_their_own(tmp_path):
    joints, points = rig()
    each = [
        [{"bones": [{"name": k, "pos": p.tolist()} for k, p in zip(RIG, f)]} for f in joints + [far, 0, 0]]
        for far in (0, 2)
    ]
    clip = load(tmp_path, {"skeletons": [{"name": "A", "frames": each[0]}, {"name": "B", "frames": each[1][:30]}]})
    assert (clip.num_people, clip.num_frames) == (2, FRAMES)
    assert clip.mask[:30, 1].all() and not clip.mask[30:, 1].any()
    assert np.allclose(clip.joints[:30, 1] - clip.joints[:30, 0], [2, 0, 0], atol=1e-4)


@pytest.mark.parametrize("form", ["names beside an array", "frames by their numbers"])
def test_what_json_says_is_shown(tmp_path, form):
    content = FORMS[form](rig()[0])
    assert load(tmp_path, content | {"action": "throw"}).label == "throw"
    assert load(tmp_path, content | {"action": 3}).label is None


@pytest.mark.parametrize("missing", ["null in place of a joint", "null in place of its numbers"])
def test_joints_and_people_that_are_not_there(tmp_path, missing):
    flat = body("coco_17")[0][..., :2] * [300, -300] + [640, 650]
    gone = None if missing == "null in place of a joint" else [None, None, 0.0]
    frames = [[[*p, 0.9] if (n + row) % 11 else gone for row, p in enumerate(f.tolist())] for n, f in enumerate(flat)]
    content = {
        "frames": [
            {"n": n, "people": [{"keypoints": f}] if n not in (7, FRAMES - 1) else []} for n, f in enumerate(frames)
        ]
    }
    for clip, empty in ((load(tmp_path, content), [7, FRAMES - 1]), (load(tmp_path, {"frames": frames}), [])):
        there = np.array([[(n + row) % 11 > 0 and n not in empty for row in range(17)] for n in range(FRAMES)])
        assert clip.layout.name == "coco_17" and clip.is_2d and np.array_equal(clip.mask[:, 0], there)
        assert np.allclose(clip.joints[:, 0][there], flat[there], atol=1e-3)


def test_places_and_names_under_longer_keys(tmp_path):
    joints, points = rig()
    frames = [{"bodies": [{"id": 1, "joints": [
        {"BoneName": n, "depthPosition": {"x": 320.5, "y": 240.5}, "worldPosition": place(p), "localPosition": {"x": 9.0, "y": 9.0, "z": 9.0}}
        for n, p in zip(RIG, frame)]}]} for frame in joints]  # fmt: skip
    check(load(tmp_path, frames), joints, points)


def test_json_texts_in_a_list(tmp_path):
    flat = body("coco_17")[0][..., :2] * [300, -300] + [640, 600]
    texts = [json.dumps([{"name": "person", "class": 0, "confidence": 0.9, "box": {"x1": 1.0}, "keypoints": {
        "x": f[:, 0].tolist(), "y": f[:, 1].tolist(), "visible": [0.9] * 17}}], indent=2) for f in flat]  # fmt: skip
    clip = load(tmp_path, texts)
    assert (clip.format, clip.num_frames) == ("yolo_pose", len(flat)) and np.allclose(
        clip.joints[:, 0], flat, atol=1e-2
    )


def test_people_by_their_numbers(tmp_path):
    flat = body("coco_17")[0][..., :2] * [300, -300] + [640, 600]
    frames = [{str(who): [[x + 400 * who, y, 0.9] for x, y in f.tolist()] for who in (0, 1)} for f in flat]
    clip = load(tmp_path, {"keypoints": frames, "skeleton": {"0": "nose"}})
    assert clip.num_frames == len(flat)
    assert (
        clip.num_people == 2
        and np.allclose(clip.joints[:, 1] - clip.joints[:, 0], [400, 0], atol=1e-2)
        and np.allclose(clip.joints[:, 0], flat, atol=1e-2)
    )


def test_people_whose_joints_have_times(tmp_path):
    joints, points = rig()
    people = [{"trackId": who, "joints": [{"time": n / 50, **{name: (p + [2 * who, 0, 0]).tolist() for name, p in zip(RIG, f)}}
        for n, f in enumerate(joints)]} for who in (0, 1)]  # fmt: skip
    clip = load(tmp_path, {"version": "1", "samples": {"people": people}})
    assert (clip.num_people, clip.num_frames, clip.fps) == (2, len(joints), 50)
    check(clip, joints, points)


def matrix(p):
    return [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, *map(float, p), 1.0]


MORE_FORMS = {
    "transforms": lambda frames: {"jointNames": [*RIG], "frames": [{"jointModelTransforms": [matrix(p) for p in f]} for f in frames]},
    "names in frames": lambda frames: {"frames": [{"jointNames": [*RIG], "jointPositions": [place(p) for p in f]} for f in frames]},
    "heads and tails": lambda frames: {"frames": [
        {"frame": n, "bones": {name: {"head": p.tolist(), "tail": (p + 1).tolist()} for name, p in zip(RIG, f)}} for n, f in enumerate(frames)]},
    "frames of people": lambda frames: {f"person_{who}": [{name: (p + [2 * who, 0, 0]).tolist() for name, p in zip(RIG, f)} for f in frames] for who in (0, 1)},
    "people by name": lambda frames: {f"frame_{n}": {"person_0": {name: p.tolist() for name, p in zip(RIG, f)},
        "person_1": {name: (p + [2, 0, 0]).tolist() for name, p in zip(RIG, f)}} for n, f in enumerate(frames)},
}  # fmt: skip


@pytest.mark.parametrize("form", MORE_FORMS)
def test_more_builds(tmp_path, form):
    joints, points = rig()
    clip = load(tmp_path, MORE_FORMS[form](joints))
    assert clip.num_people == (2 if "people" in form else 1) and clip.num_frames == len(joints)
    check(clip, joints, points)


def test_a_list_for_every_axis(tmp_path):
    flat = body("coco_17")[0][..., :2] * [300, -300] + [640, 600]
    clip = load(
        tmp_path,
        {
            "frames": [
                {"n": n, "x": f[:, 0].tolist(), "y": f[:, 1].tolist(), "score": [0.9] * 17} for n, f in enumerate(flat)
            ]
        },
    )
    assert (
        clip.layout.name == "coco_17"
        and np.allclose(clip.joints[:, 0], flat, atol=1e-2)
        and np.allclose(clip.confidence, 0.9)
    )


def test_landmarks_in_pixels(tmp_path):
    joints, points = body("mediapipe_33")
    marks = joints * [300, -300, -300] + [640, 600, 0]
    clip = load(tmp_path, [{"landmarks": [place(p) | {"visibility": 0.9} for p in f]} for f in marks])
    assert clip.units == "pixels" and np.allclose(clip.joints[:, 0], marks, atol=1e-2)
