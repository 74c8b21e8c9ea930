"""Files as people's own scripts write them: arrays a frame, pandas' JSON, objects as Python prints them, rough clocks, marks for what is missing."""

import json

import numpy as np
import pytest
from format_samples import body, pixels
from test_readers_habits import COCO, FRAMES, table

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

PLACES = body("coco_17", FRAMES)


PIXELS = pixels("coco_17", FRAMES).round(2)


SHARES = (pixels("mediapipe_33", FRAMES) / [1280, 720]).round(5)


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


def test_people_of_other_lengths_and_arrays_by_name(tmp_path):
    clip = load_skeleton(saved(tmp_path, "a.npz", {"person_1": PLACES, "person_2": PLACES[:20] + 1}))
    assert clip.num_people == 2 and near(clip, PLACES) and not clip.mask[20:, 1].any()
    path = saved(tmp_path, "b.npz", {"X_train": PLACES, "X_test": PLACES + 1})
    with pytest.raises(SkeletonFileError, match=r"clip=NAME, found X_train, X_test"):
        load_skeleton(path)
    assert near(load_skeleton(path, clip="X_test"), PLACES + 1)


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


def test_a_group_a_frame(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as stream:
        for frame, places in enumerate(PLACES):
            stream[f"frame_{frame}/joints"] = places
    assert near(load_skeleton(tmp_path / "a.h5"), PLACES)


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
