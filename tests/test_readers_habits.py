"""Tables, JSON and text as programs and people leave them: encodings, separators, words, order. The same body every time."""

import io
import json

import numpy as np
import pytest
from format_samples import body, pixels
from test_reader_cases_refused import upright_and_waving

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 30
COCO = list(get_layout("coco_17").joints)
GERMAN = {
    "Kopf": "head", "Hals": "neck", "Becken": "pelvis", "Schulter links": "left_shoulder", "Ellenbogen links": "left_elbow",
    "Handgelenk links": "left_wrist", "Schulter rechts": "right_shoulder", "Ellenbogen rechts": "right_elbow",
    "Handgelenk rechts": "right_wrist", "Hüfte links": "left_hip", "Knie links": "left_knee", "Knöchel links": "left_ankle",
    "Hüfte rechts": "right_hip", "Knie rechts": "right_knee", "Knöchel rechts": "right_ankle",
}  # fmt: skip


def called(points):
    """(frames, joints, 3) of joints with names of their own."""
    bones = tuple((row, row + 1) for row in range(len(points) - 1))
    return body(SkeletonLayout("own", tuple(points), bones, body=tuple(points.values())), FRAMES)


def table(names=COCO, joints=None, first="frame", cells=None, pattern="{}_{}"):
    joints = body("coco_17", FRAMES) if joints is None else joints
    head = ",".join([first, *(pattern.format(name, axis) for name in names for axis in "xyz")])
    rows = [",".join([cells[f] if cells else str(f), *(f"{v:.4f}" for v in joints[f].ravel())]) for f in range(FRAMES)]
    return "\n".join([head, *rows]) + "\n"


def each_line(text, change, first=0):
    return "".join(f"{change(line) if row >= first else line}\n" for row, line in enumerate(text.splitlines()))


def german(text):
    return text.replace(",", ";").replace(".", ",")


seconds = [f"{f / 50:.2f}" for f in range(FRAMES)]
TABLES = {
    "utf-16, as Excel saves it": table().encode("utf-16"),
    "latin-1": german(table(GERMAN, called(GERMAN), pattern="{} {}")).encode("latin-1"),
    "byte order mark and two-character line ends": b"\xef\xbb\xbf" + table().replace("\n", "\r\n").encode(),
    "delimiters at the ends of rows": each_line(table(), lambda line: line + ",", 1),
    "delimiters at the ends of all lines": each_line(table(), lambda line: line + ",,"),
    "comments above": "# a tool 1.2\n# subject: A\n" + table(),
    "a title above": "My recording 2023-05-01\n\n" + table(),
    "sep= of Excel": "sep=;\n" + german(table()),
    "a row of units": table().replace("\n", "\n" + "," + ",".join(["m"] * 51) + "\n", 1),
    "decimal commas in quotes": each_line(table(), lambda line: ",".join(f'"{c.replace(".", ",")}"' for c in line.split(",")), 1),
    "blanks between cells": each_line(table(), lambda line: "  " + line.replace(",", "  ")),
    "strokes between cells": table().replace(",", "|"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables(tmp_path, name):
    path = tmp_path / "a.csv"
    path.write_bytes(TABLES[name] if isinstance(TABLES[name], bytes) else TABLES[name].encode())
    clip = load_skeleton(path)
    assert (clip.format, clip.num_frames, clip.num_people, clip.units, clip.up) == ("csv", FRAMES, 1, "metres", "y")
    upright_and_waving(clip)


def test_long_tables_below_a_title(tmp_path):
    rows = [f"{f},{n},{','.join(f'{v:.4f}' for v in p)}" for f, frame in enumerate(body("coco_17", FRAMES)) for n, p in zip(COCO, frame, strict=True)]  # fmt: skip
    (tmp_path / "a.csv").write_text("recorded with 60 fps\nframe,joint,x,y,z\n" + "\n".join(rows))
    clip = load_skeleton(tmp_path / "a.csv")
    assert (clip.num_frames, clip.fps) == (FRAMES, 60)
    upright_and_waving(clip)


def test_text_in_utf_16(tmp_path):
    from format_samples import trc

    names = list(get_layout("openpose_25").joints)
    (tmp_path / "a.trc").write_bytes(
        trc(body("openpose_25", FRAMES), names).encode("utf-16-be").join([b"\xfe\xff", b""])
    )
    upright_and_waving(load_skeleton(tmp_path / "a.trc"))


@pytest.mark.parametrize("first", ["Zeit", "Zeit (s)", "Zeit [s]", "temps", "Tiempo", "时间", "time(s)"])
def test_times_by_their_words(tmp_path, first):
    (tmp_path / "a.csv").write_text(german(table(GERMAN, called(GERMAN), first, seconds, "{} {}")))
    clip = load_skeleton(tmp_path / "a.csv")
    assert clip.fps == 50 and not any("Frame rate" in warning for warning in clip.warnings)


def test_thousands_are_not_taken_for_decimals(tmp_path):
    rows = each_line(table(), lambda line: ",".join(f'"{int(1e4 * float(c)):,}"' for c in line.split(",")), 1)
    (tmp_path / "a.csv").write_text(rows)
    with pytest.raises(SkeletonFileError, match="cells"):
        load_skeleton(tmp_path / "a.csv")


def test_the_rate_above_a_table(tmp_path):
    (tmp_path / "a.csv").write_text("Subject: A\nFrame rate (Hz): 50\n\n" + table())
    assert load_skeleton(tmp_path / "a.csv").fps == 50


def test_rows_sorted_as_texts_are_put_in_order(tmp_path):
    head, *rows = table().splitlines()
    (tmp_path / "a.csv").write_text("\n".join([head, *sorted(rows)]))
    clip = load_skeleton(tmp_path / "a.csv")
    assert np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3)
    assert "Rows were put in the order of their frame numbers." in clip.warnings


@pytest.mark.parametrize("cells", [None, seconds])
def test_missing_frames_are_told(tmp_path, cells):
    lines = table(first="frame" if cells is None else "time", cells=cells).splitlines()
    (tmp_path / "a.csv").write_text("\n".join(line for row, line in enumerate(lines) if row not in (9, 10, 20)))
    assert any(
        "About 3 frames are missing in 2 places" in warning for warning in load_skeleton(tmp_path / "a.csv").warnings
    )
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert not any("missing" in warning for warning in load_skeleton(tmp_path / "a.csv").warnings)


def points(frame, *more):
    return [{**dict(zip("xyz", map(float, place), strict=True)), **dict(*more)} for place in frame]


def flat(layout, frame):
    return np.concatenate([frame, np.full((len(frame), 1), 0.9)], 1).ravel().round(2).tolist()


def lines(rows):
    return "\n".join(map(json.dumps, rows))


WORLD = body("mediapipe_33", FRAMES) * [1, -1, -1]
ARKIT = {"hips_joint": "pelvis", "spine_3_joint": "spine_middle", "neck_1_joint": "neck", "head_joint": "head"} | {
    f"{side}_{joint}_joint": f"{side}_{point}" for side in ("left", "right") for joint, point in (
        ("arm", "shoulder"), ("forearm", "elbow"), ("hand", "wrist"), ("upLeg", "hip"), ("leg", "knee"), ("foot", "ankle"))
}  # fmt: skip
NUITRACK = {"JOINT_HEAD": "head", "JOINT_NECK": "neck", "JOINT_TORSO": "spine_middle", "JOINT_WAIST": "pelvis"} | {
    f"JOINT_{side.upper()}_{point.upper()}": f"{side}_{point}" for side in ("left", "right")
    for point in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
}  # fmt: skip


def transform(place, by_columns):
    matrix = np.eye(4)
    matrix[:3, 3] = place
    return (matrix.T if by_columns else matrix).tolist()


def nuitrack():
    frames = []
    for number, frame in enumerate(called(NUITRACK) * [1000, 1000, -1000] + [0, 0, 2500]):
        joints = [{"type": n, "confidence": 0.75, "real": p} for n, p in zip(NUITRACK, points(frame), strict=True)]
        frames.append({"Timestamp": str(1500000000000000 + number * 20000), "skeletons": [{"id": 1, "joints": joints}]})
    return frames


def arkit(of):
    return {"frames": [{"timestamp": f / 60, "joints": of(frame)} for f, frame in enumerate(called(ARKIT))]}


# name: (contents, format, layout's beginning, frames a second)
TEXTS = {
    "MediaPipe, a frame a line": (lines({"t": f / 50, "poseWorldLandmarks": points(p)} for f, p in enumerate(WORLD)), "mediapipe", "mediapipe_33", 50),
    "MediaPipe Tasks with times": (json.dumps([{"timestampMs": 20.0 * f, "result": {"worldLandmarks": [points(p)]}} for f, p in enumerate(WORLD)]), "mediapipe", "mediapipe_33", 50),
    "frames by name, sorted as texts": (json.dumps({f"frame_{f}": {"worldLandmarks": points(p)} for f, p in enumerate(WORLD)}, sort_keys=True), "mediapipe", "mediapipe_33", 30),
    "frames by number, sorted as texts": (json.dumps({f"{f}": p.tolist() for f, p in enumerate(WORLD)}, sort_keys=True), "joints_json", "mediapipe_33", 30),
    "OpenPifPaf": (lines({"frame": f + 1, "predictions": [{"keypoints": flat("coco_17", p), "bbox": [1, 2, 3, 4], "score": 0.9, "category_id": 1}]} for f, p in enumerate(pixels("coco_17", FRAMES))), "joints_json", "coco_17", 30),
    "AlphaPose's --format cmu": (json.dumps({f"{f}.jpg": {"version": 0.1, "bodies": [{"joints": flat("openpose_18", p)}]} for f, p in enumerate(pixels("openpose_18", FRAMES))}, sort_keys=True), "joints_json", "openpose_18", 30),
    "ARKit's transforms by columns": (json.dumps(arkit(lambda frame: {n: np.ravel(transform(p, True)).tolist() for n, p in zip(ARKIT, frame, strict=True)})), "joints_json", "json_16", 60),
    "transforms by rows": (json.dumps(arkit(lambda frame: [{"name": n, "matrix": transform(p, False)} for n, p in zip(ARKIT, frame, strict=True)])), "joints_json", "json_16", 60),
    "Nuitrack, left-handed": (json.dumps(nuitrack()), "joints_json", "json_16", 50),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_json(tmp_path, name):
    text, format, layout, fps = TEXTS[name]
    (tmp_path / "a.json").write_text(text)
    clip = load_skeleton(tmp_path / "a.json")
    assert (clip.format, clip.num_frames, clip.num_people) == (format, FRAMES, 1)
    assert clip.layout.name.startswith(layout) and clip.fps == pytest.approx(fps, abs=0.05)
    upright_and_waving(clip)
    up = clip.canonical().joints[:, 0, :, 1]
    assert np.abs(np.diff(up, axis=0)).max() < 0.2, "frame by frame"


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


QUATERNIONS = np.random.default_rng(0).normal(size=(FRAMES, 22, 4))
# file: (contents, words of the refusal)
REFUSED = {
    "quaternions.npy": (npy(QUATERNIONS / np.linalg.norm(QUATERNIONS, axis=-1, keepdims=True)), "quaternions"),
    "turns.npy": (npy(QUATERNIONS.reshape(FRAMES, -1)[:, :66].repeat(2, 1)), "are these turns of joints"),
    "motionx.npy": (npy(np.zeros((FRAMES, 322))), "Motion-X"),
    "features.npy": (npy(np.zeros((FRAMES, 272))), "MotionStreamer"),
    "wham.pkl": (b"x\x9c" + bytes(range(200)), "joblib packs its pickles"),
    "cvat.xml": (b"<?xml version='1.0'?>\n<annotations>\n<image id='0'/></annotations>", "COCO Keypoints"),
    "studio.json": (b'[{"annotations": [{"result": [{"value": {"x": 5.0, "y": 2.0, "keypointlabels": ["Nose"]}}]}]}]', "Label Studio"),
    "qtm.json": (b'{"Timebase": {"Frequency": 100}, "Markers": [{"Name": "a", "Parts": []}]}', "TSV or C3D"),
    "a.calc": (b"Fps: 96\n01-Joint-Posi-x\t01-Joint-Posi-y\n1\t2\n", "export BVH"),
    "a.tak": (b"\0\1\2\3" * 40, "in Motive"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_way_out(tmp_path, name):
    contents, words = REFUSED[name]
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(SkeletonFileError, match=words) as refused:
        load_skeleton(tmp_path / name)
    assert len(str(refused.value).split("\n")) <= 3


def test_npz_of_pickled_objects_says_so(tmp_path):
    np.savez(tmp_path / "data_2d_h36m_gt.npz", positions_2d=np.array({"S1": 1}, object), metadata=np.array({}, object))
    with pytest.raises(SkeletonFileError, match="Python objects"):
        load_skeleton(tmp_path / "data_2d_h36m_gt.npz")
