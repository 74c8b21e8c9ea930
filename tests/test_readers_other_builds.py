"""JSON of further programs, MATLAB's structs and cells, padded and single-column arrays, comments below a BVH file's rows."""

import json

import numpy as np
import pytest
from format_samples import body, jta, matlab, pixels
from test_readers_habits import COCO, FRAMES

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

PLACES = body("coco_17", FRAMES)
PIXELS = pixels("coco_17", FRAMES).round(2)
BONES = list(get_layout("smpl_22").joints)
RIG = body("smpl_22", FRAMES)


def loaded(folder, content, name="a.json", **options):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return load_skeleton(path, **options)


def named(frame, names=COCO):
    return dict(zip(names, frame.round(4).tolist(), strict=True))


def same(clip, places, person=0):
    flat = places.shape[-1]
    return clip.num_frames == len(places) and np.allclose(clip.joints[:, person, :, :flat], places, atol=2e-2)


def test_scores_beside_places_whose_depth_could_be_one(tmp_path):
    """Some depths lie between 0 and 1: they are no scores, and nobody gets lost."""
    layout = numbered_layout("zed_body_34")
    two = np.stack([body(layout, FRAMES) - [1, 0, 0.01], body(layout, FRAMES) + [1, 0, 0.5]], 1)

    def people(frame):
        return [
            {"id": who, "keypoint": own.round(4).tolist(), "keypoint_confidence": [80.0] * 34}
            for who, own in enumerate(frame)
        ]

    def stamp(f):
        return str(1690000000123456789 + 33333333 * f)

    clip = loaded(tmp_path, {stamp(f): {"is_new": True, "body_list": people(frame)} for f, frame in enumerate(two)})
    assert (clip.num_people, clip.fps) == (2, 30) and clip.mask.all() and (clip.confidence == 1).all()
    assert same(clip, two[:, 0]) and same(clip, two[:, 1], 1)


def test_a_person_who_is_never_seen_surely_is_told(tmp_path):
    def scored(frame, sure):
        return np.concatenate([frame, np.full((17, 1), sure)], 1).ravel().tolist()

    frames = [{"people": [{"pose_keypoints_2d": scored(f, s)} for f, s in ((p, 0.9), (p + 400, 0.01))]} for p in PIXELS]
    clip = loaded(tmp_path, frames)
    assert clip.num_people == 1
    assert "1 person left out, of whom no joint is ever seen with a confidence of 0.05." in clip.warnings


def test_one_time_in_all_frames_is_not_theirs(tmp_path):
    def points(frame):
        return [{"x": x, "y": y, "confidence": 0.9, "class": n} for n, (x, y) in zip(COCO, frame, strict=True)]

    box = {"x": 640.0, "y": 360.0, "width": 200, "height": 500, "class": "person"}
    frames = [{"time": 0.01, "predictions": [box | {"keypoints": points(frame.tolist())}]} for frame in PIXELS]
    assert same(loaded(tmp_path, frames), PIXELS)


def test_openpose_in_space(tmp_path):
    joints = body("openpose_25", FRAMES) * 1000
    flat = np.c_[pixels("openpose_25", 1)[0], np.ones(25)].ravel().tolist()
    frames = [
        {
            "people": [
                {"pose_keypoints_2d": flat, "pose_keypoints_3d": np.c_[frame, np.ones(25)].round(1).ravel().tolist()}
            ]
        }
        for frame in joints
    ]
    frames[4]["people"][0]["pose_keypoints_3d"] = []  # not found by enough cameras
    clip = loaded(tmp_path, frames)
    assert (
        not clip.is_2d
        and not clip.mask[4].any()
        and np.allclose(clip.joints[clip.mask], joints[clip.mask[:, 0]], atol=0.1)
    )
    frames = [{"people": [{"pose_keypoints_2d": flat, "pose_keypoints_3d": [0.0] * 100}]}] * 3
    assert loaded(tmp_path, frames).is_2d


BUILDS = {
    "bones with heads in all frames": {"fps": 24, "bones": {n: {"head": RIG[:, k].round(4).tolist(), "tail": (RIG[:, k] + 0.1).tolist()} for k, n in enumerate(BONES)}},
    "global and local nodes of a take": {"takes": [{"name": "walk", "frames": [{"time": f / 24, "nodes": {n: {"local": {"t": [0, 1, 0], "r": [0, 0, 0, 1]}, "global": {"t": p, "r": [0, 0, 0, 1], "s": [1, 1, 1]}} for n, p in named(frame, BONES).items()}} for f, frame in enumerate(RIG)]}]},
    "poses in lists of people": {"fps": 24, "joint_names": BONES, "frames": [{"boxes": [[1, 2, 3, 4, 0.9]], "poses3d": [frame.round(4).tolist()], "poses2d": [frame[:, :2].tolist()]} for frame in RIG]},
}  # fmt: skip


@pytest.mark.parametrize("build", BUILDS)
def test_builds(tmp_path, build):
    clip = loaded(tmp_path, BUILDS[build])
    assert (clip.fps, clip.num_people) == (24, 1) and same(clip, RIG)


@pytest.mark.parametrize("people", [1, 2])
def test_shapes_of_one_point(tmp_path, people):
    for f, frame in enumerate(PIXELS):
        shapes = [
            {"label": n, "points": [(p + 300 * who).tolist()], "group_id": who + 1, "shape_type": "point", "flags": {}}
            for who in range(people)
            for n, p in zip(COCO, frame, strict=True)
        ]
        content = {"version": "5.0.1", "flags": {}, "shapes": shapes, "imageData": None}
        (tmp_path / f"frame_{f:04d}.json").write_text(json.dumps(content))
    clip = load_skeleton(tmp_path)
    assert (clip.layout.name, clip.num_people) == ("coco_17", people) and same(clip, PIXELS)


def test_tracks_in_single_lists(tmp_path):
    def points(frame):
        return [{"name": n, "point": {"x": x, "y": y}} for n, (x, y) in zip(COCO, frame.tolist(), strict=True)]

    def stamp(f):
        return {k: v for k, v in (("seconds", f // 25), ("nanos", f % 25 * 40_000_000)) if v}

    seen = [{"time_offset": stamp(f), "landmarks": points(frame)} for f, frame in enumerate(PIXELS)]
    tracks = [{"segment": {}, "confidence": 0.9, "timestamped_objects": seen}]
    content = {"annotation_results": [{"segment": {"start": {}}, "person_detection_annotations": [{"tracks": tracks}]}]}
    clip = loaded(tmp_path, content)
    assert clip.fps == 25 and same(clip, PIXELS)


def test_a_last_line_of_json_that_is_cut_off(tmp_path):
    lines = [json.dumps({"t": f / 20, "joints": named(frame)}) for f, frame in enumerate(PLACES)]
    clip = loaded(tmp_path, "\n".join([*lines, lines[0][:70]]).encode(), "a.jsonl")
    assert "The last line is cut off: left out." in clip.warnings and same(clip, PLACES) and clip.fps == 20
    with pytest.raises(SkeletonFileError, match="expected JSON, found"):  # in the middle something else is wrong
        loaded(tmp_path, "\n".join([lines[0], lines[1][:70], *lines[2:]]).encode(), "a.jsonl")


def test_bones_of_more_joints_than_there_are(tmp_path):
    """CrowdPose's annotations keep the bones of COCO's joints."""
    names = [
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ]
    layout = numbered_layout("crowdpose_14")

    def flags(frame):
        return np.c_[frame, np.full(14, 2)].ravel().tolist()

    content = {
        "images": [{"id": f, "file_name": f"{f}.jpg"} for f in range(FRAMES)],
        "annotations": [{"image_id": f, "keypoints": flags(frame)} for f, frame in enumerate(pixels(layout, FRAMES))],
        "categories": [{"id": 1, "name": "person", "keypoints": [*names, "head", "neck"], "skeleton": [[16, 14]]}],
    }
    clip = loaded(tmp_path, content)
    assert clip.layout.joints == (*names, "head", "neck") and same(clip, pixels(layout, FRAMES))


def test_jta(tmp_path):
    clip = loaded(tmp_path, jta(np.stack([body("smpl_22", FRAMES)] * 2, 1) * [1, -1, -1] + [0, 1, 4]))
    assert (clip.format, clip.num_people, clip.fps, clip.up) == ("jta", 2, 30, "-y")
    assert clip.layout.body[:3] == ("head_top", "head", "neck") and clip.layout.body[15] == "pelvis"
    with pytest.raises(SkeletonFileError, match="joints from 0 to 21"):
        loaded(tmp_path, [[1, 1, 30, 0.5, 0.5, 1, 1, 1, 0, 0]])


def cells(*shape):
    return np.empty(shape, object)


def mat(folder, **values):
    savemat = pytest.importorskip("scipy.io").savemat
    savemat(folder / "a.mat", values)
    return load_skeleton(folder / "a.mat")


def test_matlab_structs_and_cells(tmp_path):
    joints = body("kinect_v2", FRAMES)
    some = [joint if f != 5 else np.zeros((0, 0)) for f, joint in enumerate(joints)]
    clip = mat(tmp_path, body=[{"pose": {"joints": one, "id": 3.0}, "time": f / 20} for f, one in enumerate(some)])
    assert clip.fps == 20 and not clip.mask[5].any() and np.allclose(clip.joints[clip.mask], joints[clip.mask[:, 0]])
    pairs = cells(FRAMES, 2)
    for f, frame in enumerate(joints):
        pairs[f, 0], pairs[f, 1] = frame, frame + [1, 0, 0]
    assert same(mat(tmp_path, skeleton=pairs[:, 0]), joints)
    clip = mat(tmp_path, skeleton=pairs)
    assert clip.num_people == 2 and same(clip, joints + [1, 0, 0], 1)
    clip = mat(tmp_path, s=[{"joints": joints, "name": "a"}, {"joints": joints[:9], "name": "b"}])
    assert clip.num_frames == FRAMES
    assert "The file holds 2 clips: s.joints(1) was read; clip=... picks another: s.joints(2)." in clip.warnings
    assert load_skeleton(tmp_path / "a.mat", clip="s.joints(2)").num_frames == 9


def test_matlab_names_beside_joints(tmp_path):
    order = list(reversed(range(17)))
    names = np.array([COCO[row] for row in order], dtype=object)
    clip = mat(tmp_path, pos=PLACES[:, order] * 1000, names=names, fs=200.0)
    assert clip.layout.joints == tuple(names) and (clip.fps, clip.units) == (200, "millimetres")
    assert same(clip, PLACES[:, order] * 1000)


def test_matlab_says_more_than_it_may_unpack(tmp_path):
    import struct
    import zlib

    packed = zlib.compress(struct.pack("<II", 14, 1 << 30) + bytes(1 << 20))
    content = matlab()[:128] + struct.pack("<II", 15, len(packed)) + packed
    with pytest.raises(SkeletonFileError, match="at most 256 MB unpacked, found 1,073,741,824 bytes or more"):
        loaded(tmp_path, content, "a.mat")


def test_people_that_are_filled_up_with_zeros(tmp_path):
    points = np.zeros((FRAMES, 3, 17, 3))
    points[:, 0] = np.concatenate([PIXELS, np.full((FRAMES, 17, 1), 0.9)], -1)
    clip = loaded(tmp_path, {"keypoints": points.tolist(), "fps": 25})
    assert clip.is_2d and (clip.num_people, clip.units) == (1, "pixels") and same(clip, PIXELS)


def test_arrays_with_a_last_axis_of_one(tmp_path):
    np.save(tmp_path / "a.npy", body("kinect_v2", FRAMES).reshape(FRAMES, 75, 1))
    assert same(load_skeleton(tmp_path / "a.npy"), body("kinect_v2", FRAMES))


def test_comments_between_a_bvh_files_rows(tmp_path):
    text = "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\nEnd Site\n{\nOFFSET 0 1 0\n}\n}\n"
    text += "MOTION\nFrames: 2\nFrame Time: 0.02\n1 2 3\n# half\n4 5 6\n\n; end of file\n// 2 frames\n"
    clip = loaded(tmp_path, text.encode(), "a.bvh")
    assert (clip.num_frames, clip.fps) == (2, 50) and clip.joints[1, 0, 0].tolist() == [4, 5, 6]


FRAMES_OF = [named(frame) for frame in PLACES]
CLIPS = {
    "takes": {"takes": [{"name": "a", "frames": FRAMES_OF}, {"name": "b", "frames": FRAMES_OF[:9]}]},
    "takes of one length": {"takes": [{"name": "a", "frames": FRAMES_OF}, {"name": "b", "frames": FRAMES_OF[::-1]}]},
    "by their names": {"clips": {"a": FRAMES_OF, "b": FRAMES_OF[:9]}},
    "side by side": {"fps": 25, "a": FRAMES_OF, "b": FRAMES_OF[:9]},
}


@pytest.mark.parametrize("build", CLIPS)
def test_clips_are_no_people(tmp_path, build):
    clip = loaded(tmp_path, CLIPS[build])
    assert clip.num_people == 1 and same(clip, PLACES)
    note = "The file holds 2 clips: a was read; clip=... picks another, by its number from 0 or its name."
    assert clip.warnings.count(note) == 1
    other = loaded(tmp_path, CLIPS[build], clip="b")
    assert other.num_frames in (9, FRAMES) and note not in other.warnings
    assert np.array_equal(other.joints, loaded(tmp_path, CLIPS[build], clip=1).joints)


@pytest.mark.parametrize("where", [lambda frames: {"wave": frames}, lambda frames: {"data": {"wave": frames}}])
def test_frames_under_a_name_of_their_own(tmp_path, where):
    assert same(loaded(tmp_path, where(FRAMES_OF)), PLACES)
    crowd = loaded(tmp_path, {"people": FRAMES_OF[:1] * 20})
    assert (crowd.num_frames, crowd.num_people) == (1, 2)


@pytest.mark.parametrize(("key", "beside"), [("cameraSpace", "depthSpace"), ("absolute", "relative")])
def test_spaces_of_a_joint(tmp_path, key, beside):
    def joint(name, place):
        return {"name": name, beside: {"x": 200.1, "y": 99.0}, key: dict(zip("xyz", place, strict=True))}

    frames = [{"joints": [joint(name, place) for name, place in frame.items()]} for frame in FRAMES_OF]
    assert same(loaded(tmp_path, {"frames": frames}), PLACES)


def test_visibility_and_presence_in_an_array(tmp_path):
    joints = body("mediapipe_33", FRAMES) * [1, -1, -1]
    np.save(tmp_path / "a.npy", np.concatenate([joints, np.full((FRAMES, 33, 1), 0.9), np.ones((FRAMES, 33, 1))], -1))
    clip = load_skeleton(tmp_path / "a.npy")
    assert same(clip, joints) and np.allclose(clip.confidence, 0.9)


def test_people_by_their_names(tmp_path):
    others = [named(frame + [1, 0, 0]) for frame in PLACES]
    clip = loaded(tmp_path, {"fps": 25, "Anna": FRAMES_OF, "Ben": others})
    assert clip.num_people == 2 and same(clip, PLACES) and same(clip, PLACES + [1, 0, 0], 1)
    assert loaded(tmp_path, {"world": FRAMES_OF, "smoothed": others}).num_people == 1  # one person in two forms


def test_objects_that_hold_one_object_alone(tmp_path):
    assert same(
        loaded(tmp_path, {"result": {"payload": {"result": {"payload": {"fps": 5, "frames": FRAMES_OF}}}}}), PLACES
    )


def test_a_number_of_each_frame_is_nobodys_name(tmp_path):
    many = [{"id": f, "joints": frame} for f, frame in enumerate(FRAMES_OF * 5)]
    clip = loaded(tmp_path, {"fps": 25, "frames": many})
    assert (clip.num_people, clip.num_frames) == (1, 5 * FRAMES) and clip.mask.all()
    assert not any("identities" in warning or "continues" in warning for warning in clip.warnings)


@pytest.mark.parametrize("before", ["pos_", "p", "t", "position_"])
def test_axes_with_a_word_before_them(tmp_path, before):
    def joint(place):
        return {f"{before}{axis}": value for axis, value in zip("xyz", place, strict=True)} | {"rx": 0.5}

    frames = [{"joints": [{"name": name} | joint(place) for name, place in frame.items()]} for frame in FRAMES_OF]
    assert same(loaded(tmp_path, {"frames": frames}), PLACES)


def test_lists_as_texts(tmp_path):
    assert same(loaded(tmp_path, [{"keypoints": str(frame.tolist())} for frame in PIXELS]), PIXELS)
    with pytest.raises(SkeletonFileError):
        loaded(tmp_path, [{"keypoints": "[" * 100_000}] * 3)


def test_joints_that_are_infinite_are_counted(tmp_path):
    frames = [dict(frame) for frame in FRAMES_OF]
    frames[3]["nose"] = [float("inf"), 1.0, 1.0]
    assert any("1 joint of" in warning for warning in loaded(tmp_path, {"frames": frames}).warnings)


def test_arrays_of_people(tmp_path):
    np.savez(tmp_path / "a.npz", human_0=RIG, human_1=RIG + [1, 0, 0])
    assert load_skeleton(tmp_path / "a.npz").num_people == 2


def test_a_comma_in_a_bvh_files_frame_time(tmp_path):
    text = "HIERARCHY\nROOT Hips\n{\nOFFSET 0.0 0.0 0.0\nCHANNELS 3 Xposition Yposition Zposition\nEnd Site\n{\nOFFSET 0 1 0\n}\n}\n"
    clip = loaded(tmp_path, (text + "MOTION\nFrames: 2\nFrame Time: 0,02\n1.5 2 3\n4 5 6\n").encode(), "a.bvh")
    assert clip.fps == 50 and clip.joints[0, 0, 0].tolist() == [1.5, 2, 3]


def test_pixels_beside_a_place(tmp_path):
    def joint(name, place):
        return {"name": name, "position": dict(zip("xyz", place, strict=True)), "px": 640.5, "py": 90.5}

    frames = [{"joints": [joint(name, place) for name, place in frame.items()]} for frame in FRAMES_OF]
    assert same(loaded(tmp_path, {"frames": frames}), PLACES)


def test_frames_before_other_lists(tmp_path):
    clip = loaded(tmp_path, {"calibration": FRAMES_OF[:20], "frames": FRAMES_OF})
    assert same(clip, PLACES) and any("frames was read; clip=... picks another" in w for w in clip.warnings)
