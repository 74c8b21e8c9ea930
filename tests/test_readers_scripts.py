"""Files as people's own scripts write them: arrays a frame, pandas' JSON, objects as Python prints them, rough clocks, marks for what is missing."""

import csv
import json

import numpy as np
import pytest
from format_samples import body, pixels
from test_readers_habits import COCO, FRAMES, table

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

PLACES = body("coco_17", FRAMES)
PIXELS = pixels("coco_17", FRAMES).round(2)
SCORES = np.full((FRAMES, 17, 1), 0.9)
MARKS = body("mediapipe_33", FRAMES)
SHARES = (pixels("mediapipe_33", FRAMES) / [1280, 720]).round(5)
NAMES = [f"{name}_{axis}" for name in COCO for axis in "xyz"]
FLAT = PLACES.reshape(FRAMES, -1).round(4)


def saved(folder, name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, dict) and name.endswith(".npz"):
        np.savez(path, **content)
    elif isinstance(content, np.ndarray):
        np.save(path, content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def near(clip, places, person=0):
    return len(clip.joints) == len(places) and np.allclose(clip.joints[:, person], places, atol=1e-2)


def printed(points):
    marks = (f"NormalizedLandmark(x={x}, y={y}, z=-0.2, visibility=0.99, presence=None)" for x, y in points.tolist())
    return f"PoseLandmarkerResult(pose_landmarks=[[{', '.join(marks)}]], pose_world_landmarks=[])"


SPLIT = {"columns": [name.rsplit("_", 1) for name in NAMES], "index": list(range(FRAMES)), "data": FLAT.tolist()}
COLUMNS = {str(tuple(name.rsplit("_", 1))): dict(enumerate(FLAT[:, at].tolist())) for at, name in enumerate(NAMES)}
TEXTS = {
    "rows by number": ("a.json", {f: dict(zip(NAMES, row, strict=True)) for f, row in enumerate(FLAT.tolist())}),
    "names of two parts": ("a.json", COLUMNS),
    "lists of two parts": ("a.json", SPLIT),
    "rows of numbers": ("a.json", FLAT.tolist()),
    "a shape and numbers": ("a.json", {"shape": [FRAMES, 17, 3], "data": FLAT.ravel().tolist()}),
    "axes of a network": ("a.json", np.stack([PLACES, PLACES + 1], 1).transpose(3, 0, 2, 1).round(4).tolist()),
    "vectors of Unity": ("a.json", [{n: str(tuple(p)) for n, p in zip(COCO, f.round(4).tolist(), strict=True)} for f in PLACES]),
    "times for keys": ("a.json", {f"{f / 25:.2f}": dict(zip(COCO, frame, strict=True)) for f, frame in enumerate(PLACES.round(4).tolist())}),
    "semicolons in cells": ("a.csv", ",".join(["frame", *COCO]) + "\n" + "".join(f"{f}," + ",".join(";".join(f"{v:.4f}" for v in p) for p in frame) + "\n" for f, frame in enumerate(PLACES))),
    "places of PyMO": ("a.csv", table(pattern="{}_{}position").replace("xpos", "Xpos").replace("ypos", "Ypos").replace("zpos", "Zpos")),
    "a block a frame": ("a.txt", "".join(f"Frame {f}:\n" + "".join(f"  {n}: x={p[0]:.4f}, y={p[1]:.4f}, z={p[2]:.4f}\n" for n, p in zip(COCO, frame, strict=True)) for f, frame in enumerate(PLACES))),
}  # fmt: skip


@pytest.mark.parametrize("form", TEXTS)
def test_texts(tmp_path, form):
    clip = load_skeleton(saved(tmp_path, *TEXTS[form]))
    assert near(clip, PLACES) and clip.fps == (25 if "times" in form else 30)


ARRAYS = {
    "an array a frame": ("a.npz", {f"arr_{f}": frame for f, frame in enumerate(PLACES)}, PLACES),
    "a frame a name": ("a.npz", {f"frame_{f}": frame for f, frame in enumerate(PLACES)}, PLACES),
    "bones beside": ("a.npz", {"skeleton": np.array([[k, k + 1] for k in range(16)]), "motion": PLACES}, PLACES),
    "objects beside": ("a.npz", {"joints": PLACES, "meta": np.array({"fps": 30}, object)}, PLACES),
    "a turn beside each place": ("a.npy", np.concatenate([PLACES, np.broadcast_to([0, 0, 0, 1], (FRAMES, 17, 4))], -1), PLACES),
    "66 numbers of 22 joints": ("a.npy", body("smpl_22", FRAMES).reshape(FRAMES, -1), body("smpl_22", FRAMES)),
    "38 numbers of a numbered layout": ("a.npy", body(numbered_layout("panoptic_coco_19"), FRAMES).reshape(FRAMES, -1), body(numbered_layout("panoptic_coco_19"), FRAMES)),
    "people behind joints": ("a.npy", np.stack([PLACES, PLACES + 1], 2), PLACES),
    "coordinates before joints and people": ("a.npy", np.stack([PIXELS, PIXELS + [300, 0]], -1).transpose(0, 2, 1, 3), PIXELS),
}  # fmt: skip


@pytest.mark.parametrize("form", ARRAYS)
def test_arrays(tmp_path, form):
    name, content, places = ARRAYS[form]
    clip = load_skeleton(saved(tmp_path, name, content))
    assert near(clip, places) or near(clip, places, -1)


def holistic(rows):
    """(frames, 1662) of MediaPipe's points as scripts put them in a row: 33 with a score, a face, two hands."""
    pose = np.concatenate([SHARES, np.full((FRAMES, 33, 1), -0.2), np.full((FRAMES, 33, 1), 0.99)], -1)
    return np.concatenate([pose.reshape(FRAMES, -1), np.full((FRAMES, 1404), 0.4), np.zeros((FRAMES, 126))], 1)[rows]


def test_a_row_of_mediapipe_in_a_file(tmp_path):
    for frame, row in enumerate(holistic(slice(None))):
        saved(tmp_path, f"take/{frame}.npy", row)
    clip = load_skeleton(tmp_path / "take")
    assert clip.joints.shape == (FRAMES, 1, 33, 3) and clip.layout.name == "mediapipe_33"
    assert np.corrcoef(clip.joints[:, 0, 16, 1], SHARES[:, 16, 1])[0, 1] > 0.999
    presence = np.concatenate(
        [holistic(slice(None))[:, :132].reshape(FRAMES, 33, 4), np.full((FRAMES, 33, 1), 0.9)], -1
    )
    assert load_skeleton(saved(tmp_path, "a.npy", presence.reshape(FRAMES, 165))).layout.name == "mediapipe_33"


def test_objects_as_python_prints_them(tmp_path):
    log = "".join(f"INFO frame {f}: {printed(points)}\n" for f, points in enumerate(SHARES))
    rows = "frame,pose_landmarks,pose_world_landmarks\n" + "".join(
        f'{f},"{printed(points).partition("=")[2].partition(", pose_world")[0]}",[]\n'
        for f, points in enumerate(SHARES)
    )
    point = "KeyPoint(body_part=<BodyPart.{}: {}>, coordinate=Point(x={}, y={}), score=0.7)"
    people = ([point.format(n.upper(), k, *p) for k, (n, p) in enumerate(zip(COCO, f, strict=True))] for f in PIXELS)
    movenet = "".join(f"Person(keypoints=[{', '.join(points)}], score=0.6, id=None)\n" for points in people)
    assert near(load_skeleton(saved(tmp_path, "b.txt", movenet)), PIXELS)
    for name, text in (("a.txt", log), ("a.csv", rows)):
        clip = load_skeleton(saved(tmp_path, name, text))
        assert clip.joints.shape[:3] == (FRAMES, 1, 33) and clip.mask.all()
        assert np.corrcoef(clip.joints[:, 0, 16, 1], SHARES[:, 16, 1])[0, 1] > 0.999


@pytest.mark.parametrize(
    ("cell", "fps"),
    [(lambda f: f"{f // 4 / 10:.1f}", 40), (lambda f: str(f // 8), 8), (lambda f: str(1714557600 + f // 8), 8)],
)
def test_rough_clocks(tmp_path, cell, fps):
    """Several rows say the same tenth of a second, or the same second."""
    text = table(first="time", cells=list(map(cell, range(FRAMES))))
    assert load_skeleton(saved(tmp_path, "a.csv", text)).fps == pytest.approx(fps)


def test_rows_of_one_time_are_people_where_bodies_stand_apart(tmp_path):
    two = np.stack([PLACES, PLACES + [1.5, 0, 0]], 1)
    lines = [
        ",".join([f"{f / 30:.3f}", *(f"{v:.4f}" for v in own.ravel())]) for f, frame in enumerate(two) for own in frame
    ]
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join([",".join(["time", *NAMES]), *lines])))
    assert (clip.num_people, clip.fps) == (2, 30) and near(clip, PLACES)


@pytest.mark.parametrize("mark", ["3.402823e+38", "-2147483648", "65535"])
def test_marks_of_what_is_missing(tmp_path, mark):
    lines = table().splitlines()
    for row in (4, 5, 6):
        lines[row] = ",".join([*lines[row].split(",")[:13], *[mark] * 3, *lines[row].split(",")[16:]])
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join(lines)))
    assert (~clip.mask).sum() == 3 and not clip.mask[3:6, 0, 4].any()
    assert any("in place of every coordinate" in text for text in clip.warnings)


def test_ones_in_a_picture_are_missing(tmp_path):
    points = PIXELS.copy()
    points[3:6, 4] = 1
    assert np.argwhere(~load_skeleton(saved(tmp_path, "a.npy", points)).mask).tolist() == [[f, 0, 4] for f in (3, 4, 5)]


def test_metres_beside_pixels(tmp_path):
    depth = 3 - PLACES[..., 2:]
    clip = load_skeleton(saved(tmp_path, "a.csv", table(joints=np.concatenate([PIXELS, depth], -1))))
    assert clip.is_2d and near(clip, PIXELS) and any("metres beside pixels" in text for text in clip.warnings)


def test_quaternions_under_the_same_words_are_nobody(tmp_path):
    head = [f"JointP_{n}_{a}" for n in COCO for a in "XYZ"] + [f"JointO_{n}_{a}" for n in COCO for a in "XYZW"]
    lines = [",".join(map(str, [*row, *[0.1, 0.2, 0.3, 0.92] * 17])) for row in FLAT.tolist()]
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join([",".join(head), *lines])))
    assert clip.num_people == 1 and near(clip, PLACES)


def test_a_clip_a_row(tmp_path):
    head = ",".join(["label", *(f"f{f}_{name}" for f in range(FRAMES) for name in NAMES)])
    lines = [
        ",".join([word, *map(str, (FLAT + shift).ravel().tolist())])
        for word, shift in (("wave", 0), ("bow", 2), ("bow", 4))
    ]
    path = saved(tmp_path, "a.csv", "\n".join([head, *lines]))
    clip = load_skeleton(path)
    assert (clip.num_people, clip.label) == (1, "wave") and near(clip, PLACES)
    assert "Each row is a clip" in " ".join(clip.warnings)
    assert load_skeleton(path, clip=1).label == "bow" and near(load_skeleton(path, clip=1), PLACES + 2)


def test_people_of_other_lengths_and_arrays_by_name(tmp_path):
    clip = load_skeleton(saved(tmp_path, "a.npz", {"person_1": PLACES, "person_2": PLACES[:20] + 1}))
    assert clip.num_people == 2 and near(clip, PLACES) and not clip.mask[20:, 1].any()
    path = saved(tmp_path, "b.npz", {"X_train": PLACES, "X_test": PLACES + 1})
    with pytest.raises(SkeletonFileError, match=r"clip=NAME, found X_train, X_test"):
        load_skeleton(path)
    assert near(load_skeleton(path, clip="X_test"), PLACES + 1)
    path = saved(tmp_path, "c.npz", {"arr_0": PLACES, "arr_1": PLACES + 1})
    assert "2 arrays" in load_skeleton(path).warnings[0] and near(load_skeleton(path, clip="arr_1"), PLACES + 1)


def test_scores_about_the_middle_of_a_picture(tmp_path):
    """ST-GCN's Kinetics: x, y from -0.5 to 0.5, and a score that is low as often as high."""
    points = (pixels("openpose_18", FRAMES) / [1280, 720] - 0.5).transpose(2, 0, 1)
    clips = np.zeros((5, 3, 40, 18, 2), np.float32)
    clips[:, :2, :FRAMES, :, 0] = points
    clips[:, 2, :FRAMES, :, 0] = np.random.default_rng(0).uniform(0.2, 0.9, (FRAMES, 18))
    clip = load_skeleton(saved(tmp_path, "val_data.npy", clips))
    assert clip.is_2d and clip.layout.name == "openpose_18" and clip.num_frames == FRAMES


def test_places_are_no_turns(tmp_path):
    """Places in another order make no body of SMPL's, and are still places."""
    joints = body("smpl_24", FRAMES)[:, np.random.default_rng(0).permutation(24)]
    clip = load_skeleton(saved(tmp_path, "a.npy", joints))
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-4)
    assert any("body's proportions" in text for text in clip.warnings)


def test_matlab_exports_of_markers(tmp_path):
    """Qualisys' struct (x, y, z, residual), and the MoCap Toolbox's rows."""
    savemat = pytest.importorskip("scipy.io").savemat
    labels = np.array([COCO], object)
    data = np.concatenate([1000 * PLACES, np.zeros((FRAMES, 17, 1))], -1).transpose(1, 2, 0)
    markers = {"Labeled": {"Labels": labels, "Data": data}, "Unidentified": {"Data": data[:2]}}
    savemat(tmp_path / "qtm.mat", {"m": {"FrameRate": 120.0, "Frames": 30.0, "Trajectories": markers}})
    rows = 1000 * PLACES.reshape(FRAMES, -1)
    savemat(tmp_path / "toolbox.mat", {"d": {"freq": 120.0, "nFrames": 30.0, "markerName": labels.T, "data": rows}})
    for name in ("qtm.mat", "toolbox.mat"):
        clip = load_skeleton(tmp_path / name)
        assert (clip.fps, clip.units) == (120, "millimetres") and near(clip, 1000 * PLACES)


def test_ids_of_a_tracker_that_knows_nobody(tmp_path):
    two = np.stack([PIXELS, PIXELS + [300, 0]], 1)
    lines = [",".join(map(str, [f, -1, *own.ravel()])) for f, frame in enumerate(two) for own in frame]
    head = ",".join(["frame", "track_id", *(f"{name}_{axis}" for name in COCO for axis in "xy")])
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join([head, *lines])))
    assert clip.num_people == 2 and near(clip, PIXELS)


def test_flags_in_words(tmp_path):
    head = ",".join(f"{name}_{end}" for name in COCO for end in ("x", "y", "visible"))
    lines = [
        ",".join(f"{x},{y},{f > 4 or name != 'nose'}" for name, (x, y) in zip(COCO, frame, strict=True))
        for f, frame in enumerate(PIXELS)
    ]
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join([head, *lines])))
    assert np.flatnonzero(~clip.mask).tolist() == [0, 17, 34, 51, 68]
    assert np.allclose(clip.joints[clip.mask], PIXELS[:, None][clip.mask], atol=1e-2)


@pytest.mark.parametrize("key", ["mask", "valid"])
def test_masks_of_whole_bodies(tmp_path, key):
    clip = load_skeleton(saved(tmp_path, "a.npz", {"joints": PLACES, key: np.arange(FRAMES) != 7}))
    assert np.flatnonzero(~clip.mask.any((1, 2))).tolist() == [7] and clip.mask[8].all()


def test_every_second_frame_of_a_video(tmp_path):
    frames = [{"frame": 2 * f, "keypoints": frame.tolist()} for f, frame in enumerate(PIXELS)]
    clip = load_skeleton(saved(tmp_path, "a.json", {"video_fps": 30, "frames": frames}))
    assert clip.fps == 15 and any("rise by 2" in text for text in clip.warnings)


def test_a_group_a_frame(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as stream:
        for frame, places in enumerate(PLACES):
            stream[f"frame_{frame}/joints"] = places
    assert near(load_skeleton(tmp_path / "a.h5"), PLACES)


def test_a_folder_of_lists_of_people(tmp_path):
    for frame, places in enumerate(PLACES):
        saved(
            tmp_path, f"take/{frame:03d}.json", {"version": "1.0", "people": [places.tolist()], "keypoint_names": COCO}
        )
    assert near(load_skeleton(tmp_path / "take"), PLACES)


def test_clips_a_line(tmp_path):
    lines = [
        {"id": k, "label": word, "skeleton": (PLACES + k).round(4).tolist()}
        for k, word in enumerate(("wave", "bow", "bow"))
    ]
    path = saved(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)))
    clip, other = load_skeleton(path), load_skeleton(path, clip=1)
    assert (clip.label, other.label, clip.num_people) == ("wave", "bow", 1)
    assert near(clip, PLACES) and near(other, PLACES + 1) and "3 clips" in clip.warnings[0]


def test_arrays_printed_in_cells(tmp_path):
    with open(tmp_path / "a.csv", "w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["frame", "keypoints"])
        writer.writerows([f, np.array2string(points)] for f, points in enumerate(PIXELS))
    assert near(load_skeleton(tmp_path / "a.csv"), PIXELS)


def test_files_beside_those_of_frames(tmp_path):
    for frame, (places, points) in enumerate(zip(PLACES, PIXELS / [1280, 720], strict=True)):
        saved(tmp_path, f"arrays/{frame}.npy", places)
        saved(
            tmp_path,
            f"labels/clip_{frame}.txt",
            "0 0.5 0.5 0.3 0.6 " + " ".join(f"{x:.5f} {y:.5f} 0.9" for x, y in points),
        )
    saved(tmp_path, "arrays/README.txt", "frames of a clip")
    saved(tmp_path, "labels/classes.txt", "person")
    assert near(load_skeleton(tmp_path / "arrays"), PLACES)
    assert load_skeleton(tmp_path / "labels").joints.shape == (FRAMES, 1, 17, 2)


def test_uav_human(tmp_path):
    joint = "{:.4f} {:.4f} 0.9 0 0 0 0 0 0 0 0 0\n"
    frames = ("1\n0 0 0 0 0 0 0 0 0 0\n17\n" + "".join(joint.format(*point) for point in frame) for frame in PIXELS)
    clip = load_skeleton(saved(tmp_path, "P000S00G10B10H10UC022000LC021000A000R0.txt", f"{FRAMES}\n" + "".join(frames)))
    assert (clip.format, clip.layout.name) == ("ntu", "coco_17") and clip.is_2d and near(clip, PIXELS)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", "Format Version,1.23,Take Name,A,Coordinate Space,Local\n\n,Type,Bone\n", "Coordinate Space Global"),
        ("a.pt", b"PK\x03\x04" + bytes(26) + b"archive/data.pkl" + bytes(600), "pickle"),
        ("a.arrow", b"ARROW1\0\0" + bytes(64), "Arrow"),
        ("a.nc", b"CDF\x01" + bytes(64), "netCDF"),
    ],
)
def test_refused_with_the_way_out(tmp_path, name, content, found):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SkeletonFileError, match=found):
        load_skeleton(tmp_path / name)
