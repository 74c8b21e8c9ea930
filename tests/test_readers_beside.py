"""What stands beside places of joints: states, parts of the body, places against the joint above, cameras, other encodings. The same body every time."""

import io
import json

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12
COCO = get_layout("coco_17").joints
WORDS = (("shoulder", "肩"), ("elbow", "肘"), ("wrist", "手首"), ("hip", "股関節"), ("knee", "膝"), ("ankle", "足首"))
JAPANESE = {"頭": "head", "首": "neck"} | {
    f"{s}{word}": f"{side}_{point}" for side, s in (("left", "左"), ("right", "右")) for point, word in WORDS
}
RUSSIAN = {"голова": "head", "шея": "neck", "таз": "pelvis"} | {
    f"{s} {word}": f"{side}_{point}" for side, s in (("left", "левое"), ("right", "правое"))
    for point, word in (("shoulder", "плечо"), ("knee", "колено"), ("hip", "бедро"))
}  # fmt: skip


def called(points):
    bones = tuple((row, row + 1) for row in range(len(points) - 1))
    return body(SkeletonLayout("own", tuple(points), bones, body=tuple(points.values())), FRAMES)


def save(path, content):
    path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
    return path


def table(head, rows):
    return "\n".join([head, *(",".join(row) for row in rows)]) + "\n"


@pytest.mark.parametrize(
    ("column", "lost", "seen", "inferred"),
    [("TrackingState", "0", "2", "1"), ("_State", "NotTracked", "Tracked", "Inferred"), (".tracked", "False", "True", None), (" status", "0.0", "1.0", None)],
)  # fmt: skip
def test_states_of_joints(tmp_path, column, lost, seen, inferred):
    joints, states = body("coco_17", FRAMES), np.full((FRAMES, 17), seen, object)
    states[3, 4], states[5, 6] = lost, inferred or seen
    head = "frame," + ",".join(f"{n}_x,{n}_y,{n}_z,{n}{column}" for n in COCO)
    rows = [[str(f), *(cell for place, state in zip(joints[f], states[f], strict=True) for cell in (*map("{:.4f}".format, place), state))] for f in range(FRAMES)]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, rows)))
    assert (~clip.mask).sum() == 1 and not clip.mask[3, 0, 4]
    assert clip.confidence[5, 0, 6] == (0.5 if inferred else 1) and clip.confidence[0].min() == 1


def test_points_of_hands_and_face_in_a_long_table(tmp_path):
    joints = body("mediapipe_33", FRAMES)
    rows = [[str(f), part, str(n), *map("{:.4f}".format, joints[f, n % 33])] for f in range(FRAMES) for part, count in (("face", 60), ("pose", 33), ("left_hand", 21)) for n in range(count)]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.csv", table("frame,type,landmark_index,x,y,z", rows)))
    assert clip.layout.name == "mediapipe_33" and np.allclose(clip.joints[:, 0], joints, atol=1e-3)
    assert any("face, left_hand were left out" in text for text in clip.warnings)


def test_local_places_beside_those_of_the_room(tmp_path):
    joints = body("coco_17", FRAMES)
    head = "frame," + ",".join(
        f"{n}.{key}.{axis}" for n in COCO for key in ("localPosition", "position") for axis in "xyz"
    )
    rows = [
        [str(f), *(cell for place in joints[f] for cell in ("0.1", "0", "0", *map("{:.4f}".format, place)))]
        for f in range(FRAMES)
    ]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, rows)))
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


@pytest.mark.parametrize(("points", "encoding"), [(JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (RUSSIAN, "cp1251")])
def test_old_encodings(tmp_path, points, encoding):
    joints = called(points)
    head = "frame," + ",".join(
        f"{name}{axis}" if encoding != "cp1251" else f"{name}_{axis}" for name in points for axis in "XYZ"
    )
    rows = [[str(f), *map("{:.4f}".format, joints[f].ravel())] for f in range(FRAMES)]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, rows).encode(encoding)))
    assert clip.layout.joints == tuple(points) and set(points.values()) <= set(clip.layout.body)


def test_latin_1_stays(tmp_path):
    points = {"Kopf": "head", "Hals": "neck", "Becken": "pelvis", "Hüfte links": "left_hip", "Hüfte rechts": "right_hip", "Knöchel links": "left_ankle", "Knöchel rechts": "right_ankle"}  # fmt: skip
    head = "frame," + ",".join(f"{name} {axis}" for name in points for axis in "xyz")
    rows = [[str(f), *map("{:.4f}".format, frame.ravel())] for f, frame in enumerate(called(points))]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, rows).encode("latin-1")))
    assert clip.layout.joints == tuple(points)


@pytest.mark.parametrize("form", ["de", "en"])
def test_thousands_with_fractions(tmp_path, form):
    joints = 1000 * (body("coco_17", FRAMES) + [1.5, 0, 2.5])
    cells = [[str(f), *(f"{v:,.2f}" for v in joints[f].ravel())] for f in range(FRAMES)]
    out = [";".join(["frame", *(f"{n}_{axis}" for n in COCO for axis in "xyz")])]
    out += [";".join(c.translate(str.maketrans(",.", ".,")) for c in row) for row in cells]
    if form == "en":
        out = [out[0].replace(";", ","), *(",".join(f'"{c}"' for c in row) for row in cells)]
    clip = load_skeleton(save(tmp_path / "a.csv", "\n".join(out) + "\n"))
    assert clip.units == "millimetres" and np.allclose(clip.joints[:, 0], joints, atol=0.01)


def test_cells_of_three_numbers_with_blanks(tmp_path):
    joints = body("coco_17", FRAMES)
    rows = ["\t".join(" ".join(map("{:.4f}".format, place)) for place in frame) + "\t" for frame in joints]
    clip = load_skeleton(save(tmp_path / "a.txt", "\t".join(COCO) + "\t\n" + "\n".join(rows) + "\n"))
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


def coco(images, **more):
    keypoints = np.concatenate([pixels("coco_17", FRAMES)[..., :2], np.full((FRAMES, 17, 1), 2.0)], 2)
    entries = [
        {"id": k, "image_id": k, "keypoints": (keypoints[image["at"]]).ravel().tolist()}
        for k, image in enumerate(images)
    ]
    return json.dumps(
        {
            "images": [{"id": k, **image} for k, image in enumerate(images)],
            "annotations": entries,
            "categories": [],
            **more,
        }
    )


@pytest.mark.parametrize("by", ["camera", "folder"])
def test_cameras_of_images(tmp_path, by):
    images = [{"at": f, "file_name": f"{f}.jpg" if by == "camera" else f"take/cam{c}/{f}.jpg"} | ({"camera": f"cam{c}"} if by == "camera" else {}) for c in (1, 2) for f in range(FRAMES)]  # fmt: skip
    path = save(tmp_path / "a.json", coco(images))
    with pytest.raises(SkeletonFileError, match=r"clip='cam1'.*cam1, cam2"):
        load_skeleton(path)
    clip = load_skeleton(path, clip="cam2")
    assert clip.num_frames == FRAMES and np.allclose(clip.joints[:, 0], pixels("coco_17", FRAMES)[..., :2], atol=0.01)


def test_videos_of_images_are_clips(tmp_path):
    images = [{"at": f, "file_name": f"{video}/{f}.jpg"} for video in ("jump", "walk") for f in range(FRAMES)]
    path = save(tmp_path / "a.json", coco(images))
    clip = load_skeleton(path)
    assert clip.num_frames == FRAMES and any("holds 2 clips: jump was read" in text for text in clip.warnings)
    assert not any("2 clips" in text for text in load_skeleton(path, clip="walk").warnings)


def test_images_in_the_order_of_their_names(tmp_path):
    images = [{"at": int(f), "file_name": f"{f}.jpg"} for f in sorted(map(str, range(FRAMES)))]
    clip = load_skeleton(save(tmp_path / "a.json", coco(images)))
    assert np.allclose(clip.joints[:, 0], pixels("coco_17", FRAMES)[..., :2], atol=0.01)
    assert "Images were put in the order of their names." in clip.warnings


def test_places_in_space_before_those_in_the_picture(tmp_path):
    joints = body("openpose_18", FRAMES)
    frames = [
        {"body_list": [{"id": 1, "keypoint_2d": [[1.0, 2.0]] * 18, "keypoint": frame.tolist()}]} for frame in joints
    ]
    clip = load_skeleton(save(tmp_path / "a.json", json.dumps({"frames": frames})))
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-4)


def test_landmarks_in_metres_under_a_short_key(tmp_path):
    joints = body("mediapipe_33", FRAMES) * [1, -1, -1]
    joints -= joints[:, 23:25].mean(1, keepdims=True)

    def marks(places):
        return [dict(zip("xyz", map(float, place), strict=True)) for place in places]

    frames = [{"poseLandmarks": marks(np.full((33, 3), 0.5)), "za": marks(frame)} for frame in joints]
    clip = load_skeleton(save(tmp_path / "a.json", json.dumps(frames)))
    assert clip.units == "metres" and np.allclose(clip.joints[:, 0], joints, atol=1e-4)


REFUSED = {
    "a.feather": (b"FEA1\0\0\0\0" * 9, "Feather"),
    "a.mat": (b"MATLAB 7.3 MAT-file, Platform".ljust(512, b" ") + b"\x89HDF\r\n\x1a\n\0", "-v7"),
    "a.ply": (b"ply\nformat ascii 1.0\nelement vertex 1\nend_header\n0 0 0\n", "mesh or a cloud"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_way_out(tmp_path, name):
    contents, words = REFUSED[name]
    with pytest.raises(SkeletonFileError, match=words):
        load_skeleton(save(tmp_path / name, contents))


def test_a_folder_of_folders_names_them(tmp_path):
    for camera in ("cam1", "cam2"):
        (tmp_path / "take" / camera).mkdir(parents=True)
    with pytest.raises(SkeletonFileError, match=r"folder of folders \(cam1, cam2\)"):
        load_skeleton(tmp_path / "take")


def bvh(time):
    stream = io.StringIO()
    offsets = {"Hips": (0, 0, 0), "LeftUpLeg": (9, -4, 0), "LeftLeg": (0, -42, 0), "LeftFoot": (0, -42, 0), "RightUpLeg": (-9, -4, 0), "RightLeg": (0, -42, 0), "RightFoot": (0, -42, 0), "Neck": (0, 50, 0), "Head": (0, 10, 0)}  # fmt: skip
    ends = {"LeftFoot": 3, "RightFoot": 3, "Head": 2}
    for name, offset in offsets.items():
        channels = (
            "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
            if name == "Hips"
            else "3 Zrotation Xrotation Yrotation"
        )
        stream.write(
            f"{'ROOT' if name == 'Hips' else 'JOINT'} {name}\n{{\nOFFSET {offset[0]} {offset[1]} {offset[2]}\nCHANNELS {channels}\n"
        )
        if name in ends:
            stream.write("End Site\n{\nOFFSET 0 -5 5\n}\n" + "}\n" * ends[name])
    row = " ".join(["0", "92", "0", *["0"] * (3 * len(offsets))])
    return f"HIERARCHY\n{stream.getvalue()}}}\nMOTION\n{time}\n" + f"{row}\n" * 3


@pytest.mark.parametrize(
    ("time", "rate"),
    [("Frames: 3\nFrame Time: 33.333333", 30), ("Frames 3\nFrame Time 0.0166667", 60), ("Frames: 3\nFrame Time: 1/50", 50), ("Frames: 3\nFrame Time: 30", 30)],
)  # fmt: skip
def test_frame_times(tmp_path, time, rate):
    clip = load_skeleton(save(tmp_path / "a.bvh", bvh(time)))
    assert clip.num_frames == 3 and clip.fps == pytest.approx(rate, rel=1e-3)
    assert any("implausible" in text for text in clip.warnings) == (time[-2:] in ("33", "30"))


@pytest.mark.parametrize("time", ["1/0", "1/2/3"])
def test_frame_times_that_are_none(tmp_path, time):
    with pytest.raises(SkeletonFileError, match="frame time"):
        load_skeleton(save(tmp_path / "a.bvh", bvh(f"Frames: 3\nFrame Time: {time}")))
