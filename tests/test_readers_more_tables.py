"""Tables: sides by one letter, views of several cameras, people behind the axis, melted rows, words for missing cells."""

import json

import numpy as np
import pytest
from test_readers_columns import NAMES, same, wide, write

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def places():
    """(frames, joints of NAMES, 3) metres."""
    clip = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    return clip.joints[:40, 0, [clip.layout.body.index(point) for point in NAMES.values()]]


def sided(name):
    """`ShoulderLeft` -> `shoulder_l`."""
    side = next((side for side in ("Left", "Right") if name.startswith(side)), "")
    return f"{name.removeprefix(side)}_{side[0]}".lower() if side else name


@pytest.mark.parametrize("column", ["{n}_{a}", "{n}.{a}", "{n} {A}"])
def test_an_r_beside_an_l_is_a_side(tmp_path, places, column):
    names = tuple(map(sided, NAMES))
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, column, names=names)))
    assert clip.joints.shape[2] == len(NAMES) and same(clip, places)
    turns = ("{n}_r_x", "{n}_r_y", "{n}_r_z")
    clip = load_skeleton(write(tmp_path / "b.csv", *wide(places, "{n}_{a}", turns, names=names)))
    assert clip.joints.shape[2] == len(NAMES) and same(clip, places)


def two_views(places):
    """[(frames, joints, 2), ...] pixels of one scene, from the front and from the side."""
    return [np.stack([640 + 300 * places[..., axis], 500 - 300 * places[..., 1]], -1) for axis in (0, 2)]


def view_rows(places, names=("front", "side")):
    rows = [[str(frame), name, *picture[frame].ravel()] for frame in range(len(places)) for name, picture in zip(names, two_views(places), strict=True)]  # fmt: skip
    return [f"{n}_{a}" for n in NAMES for a in "xy"], rows


@pytest.mark.parametrize("column", ["camera", "view_id", "Cam", "sensor"])
def test_rows_of_two_cameras_are_read_view_by_view(tmp_path, places, column):
    columns, rows = view_rows(places)
    path = write(tmp_path / "a.csv", ["frame", column, *columns], rows)
    with pytest.raises(SkeletonFileError, match=r"one view of a scene.*clip='front'.*2 views of it: front, side"):
        load_skeleton(path)
    for number, name in enumerate(("front", "side")):
        clip = load_skeleton(path, clip=name)
        assert clip.joints.shape == (len(places), 1, len(NAMES), 2)
        assert np.allclose(clip.joints[:, 0], two_views(places)[number], atol=0.01)
    with pytest.raises(SkeletonFileError, match="clip='top'"):
        load_skeleton(path, clip="top")


def test_numbers_of_views_are_names_first(tmp_path, places):
    columns, rows = view_rows(places, ("1", "2"))
    path = write(tmp_path / "a.csv", ["frame", "camera_id", *columns], rows)
    assert np.allclose(load_skeleton(path, clip=1).joints[:, 0], two_views(places)[0], atol=0.01)
    one = write(tmp_path / "b.csv", ["frame", "camera_id", *columns], rows[::2])
    assert len(load_skeleton(one).joints) == len(places)


def test_long_rows_and_columns_of_two_cameras(tmp_path, places):
    pictures = dict(zip(("cam0", "cam1"), two_views(places), strict=True))
    rows = [[str(f), name, joint, *values[f, j]] for name, values in pictures.items() for f in range(len(places)) for j, joint in enumerate(NAMES)]  # fmt: skip
    side_by_side = [[str(f), *np.concatenate([values[f].ravel() for values in pictures.values()])] for f in range(len(places))]  # fmt: skip
    head = ["frame", *(f"{name}_{joint}_{a}" for name in pictures for joint in NAMES for a in "xy")]
    for path in (
        write(tmp_path / "long.csv", ["frame", "camera", "joint", "x", "y"], rows),
        write(tmp_path / "wide.csv", head, side_by_side),
    ):
        with pytest.raises(SkeletonFileError, match="2 views of it: cam0, cam1"):
            load_skeleton(path)
        assert np.allclose(load_skeleton(path, clip="cam1").joints[:, 0], pictures["cam1"], atol=0.01)


def test_json_of_two_cameras(tmp_path, places):
    pictures = dict(zip(("cam0", "cam1"), two_views(places), strict=True))
    joints = {name: [{n: {"x": float(p[0]), "y": float(p[1])} for n, p in zip(NAMES, frame, strict=True)} for frame in values] for name, values in pictures.items()}  # fmt: skip
    frames = range(len(places))
    builds = [
        [{"frame": f, "camera": name, "keypoints": joints[name][f]} for f in frames for name in pictures],
        joints,
        [{"frame": f, "cameras": [{"camera_id": n, "people": [{"id": 0, "joints": joints[n][f]}]} for n in joints]} for f in frames],
    ]  # fmt: skip
    for number, build in enumerate(builds):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(build))
        with pytest.raises(SkeletonFileError, match="2 views of it: cam0, cam1"):
            load_skeleton(path)
        clip = load_skeleton(path, clip="cam1")
        assert clip.joints.shape == (len(places), 1, len(NAMES), 2)
        assert np.allclose(clip.joints[:, 0], pictures["cam1"], atol=0.01)
    path = tmp_path / "calibrated.json"
    cameras = {"cam0": {"K": [[1, 0], [0, 1]]}, "cam1": {"K": [[1, 0], [0, 1]]}}
    path.write_text(json.dumps({"calibration": cameras, "frames": joints["cam0"]}))
    assert len(load_skeleton(path).joints) == len(places)  # cameras alone are no views


@pytest.mark.parametrize("word", ["#N/A", "NULL", "none", "-", "--", "?", "<NA>", "missing", "#VALUE!"])
def test_words_for_what_is_missing(tmp_path, places, word):
    head, rows = wide(places, before=[("frame", [str(f) for f in range(len(places))])])
    for row in (0, 5):
        rows[row][1:4] = [word] * 3
    long = [[str(f), name, *([word] * 3 if f in (0, 5) and j == 0 else places[f, j].tolist())] for f in range(len(places)) for j, name in enumerate(NAMES)]  # fmt: skip
    for path in (
        write(tmp_path / "wide.csv", head, rows),
        write(tmp_path / "long.csv", ["frame", "joint", "x", "y", "z"], long),
    ):
        clip = load_skeleton(path)
        assert np.flatnonzero(~clip.mask[:, 0, 0]).tolist() == [0, 5] and clip.mask[:, 0, 1:].all()
        assert np.allclose(clip.joints[clip.mask], places[:, None][clip.mask], atol=1e-4)
    rows[7][2] = "oops"
    with pytest.raises(SkeletonFileError, match="'oops'"):
        load_skeleton(write(tmp_path / "wrong.csv", head, rows))


@pytest.mark.parametrize(
    ("column", "people"),
    [
        ("{n}_{a}_{k}", (1, 2)), ("{n}.{A}.{k}", (0, 1)), ("{n}_{a}{k}", (1, 2)), ("{n}_{a}_p{k}", (1, 2)), ("{n} {A} person {k}", (1, 2)),
        ("{n}_{a}{k}", ("", ".1")), ("{n}_{a}_{k}", (1,)),
    ],
)  # fmt: skip
def test_people_whose_numbers_stand_behind_the_axis(tmp_path, places, column, people):
    head = ["frame", *(column.format(n=n, a=a, A=a.upper(), k=k) for k in people for n in NAMES for a in "xyz")]
    both = np.concatenate([places + [number, 0, 0] for number in range(len(people))], axis=1)
    rows = [[str(frame), *values] for frame, values in enumerate(both.reshape(len(both), -1).tolist())]
    clip = load_skeleton(write(tmp_path / "a.csv", head, rows))
    assert clip.joints.shape == (len(places), len(people), len(NAMES), 3) and same(clip, places)
    assert np.allclose(clip.joints[:, -1], places + [len(people) - 1, 0, 0], atol=1e-4)


def test_numbers_behind_the_axis_may_count_joints(tmp_path, places):
    head = ["frame", *(f"landmark_{a}_{k}" for k in range(33) for a in "xyz")]
    rest = get_layout("mediapipe_33").rest_joints
    rows = [[str(frame), *(rest + [0, 0.01 * frame, 0]).ravel()] for frame in range(10)]
    assert load_skeleton(write(tmp_path / "a.csv", head, rows)).layout.name == "mediapipe_33"


def test_melted_tables(tmp_path, places):
    cells = [(f, n, a, places[f, j, k]) for f in range(len(places)) for j, n in enumerate(NAMES) for k, a in enumerate("xyz")]  # fmt: skip
    by_axis = [[str(f), n, a, value] for f, n, a, value in cells]
    by_name = [[f"{f / 50:.2f}", f"{n}_{a}", value] for f, n, a, value in cells]
    two = [[str(f), who, n, a.upper(), value + (who == "b") * (a == "x")] for who in "ab" for f, n, a, value in cells]
    bare = [[n, a, value] for _, n, a, value in cells]
    record = tmp_path / "records.json"
    record.write_text(json.dumps([dict(zip(("frame", "joint", "axis", "value"), cell[:3] + (float(cell[3]),), strict=True)) for cell in cells]))  # fmt: skip
    paths = [
        write(tmp_path / "axis.csv", ["frame", "joint", "axis", "value"], by_axis),
        write(tmp_path / "name.tsv", ["time", "variable", "value"], by_name, "\t"),
        write(tmp_path / "two.csv", ["frame", "individual", "bodypart", "coord", "value"], two),
        write(tmp_path / "bare.csv", ["joint", "axis", "value"], bare),
        record,
    ]
    for path in paths:
        clip = load_skeleton(path)
        assert clip.joints.shape == (len(places), 2 if path.stem == "two" else 1, len(NAMES), 3) and same(clip, places)
        assert clip.fps == (50 if path.stem == "name" else 30)
    path = write(tmp_path / "turns.csv", ["frame", "joint", "axis", "value"], [[*row[:2], "r" + row[2], row[3]] for row in by_axis])  # fmt: skip
    with pytest.raises(SkeletonFileError):
        load_skeleton(path)
