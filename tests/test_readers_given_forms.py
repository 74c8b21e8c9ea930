"""Clocks, rates and headers in the forms in which other programs give them; the same body every time."""

import json

import numpy as np
import pytest
from format_samples import body, pixels, rows
from test_readers_habits import COCO, FRAMES, GERMAN, called, each_line, table

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

PLACES = body("coco_17", FRAMES)


def saved(folder, text, name="a.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "cell", "fps"),
    [
        ("Timestamp", lambda f: str(638187264000000000 + 333333 * f), 30),  # .NET, since the year 1
        ("Timestamp", lambda f: str(133500000000000000 + 200000 * f), 50),  # Windows, since 1601
        ("time_ticks", lambda f: str(200000 * f), 50),
        ("RelativeTime", lambda f: str(1234500000 + 333333 * f), 30),  # Kinect
        ("DateTime", lambda f: f"{45048.541689 + f / 25 / 86400:.10f}", 25),  # Excel
        ("datenum", lambda f: f"{738000.5 + f / 25 / 86400:.9f}", 30),  # no word for time
        ("time", lambda f: f"{738000.5 + f / 10 / 86400:.9f}", 10),  # MATLAB
        ("time", lambda f: f"{45000 + f / 100:.2f}", 100),  # seconds, though days of Excel might be as many
        ("time", lambda f: f"0 days 00:00:00.{20 * f:03d}000", 50),  # pandas
        ("time", lambda f: f"1 day, 0:00:00.{20 * f:03d}", 50),  # Python
        ("time", lambda f: f"{f / 25:.3f}s", 25),  # Google
        ("t_us", lambda f: str(333333 * f), 3),  # the unit is said
    ],
)
def test_clocks(tmp_path, name, cell, fps):
    text = table(first=name, cells=['"' + cell(f) + '"' if "," in cell(f) else cell(f) for f in range(FRAMES)])
    assert load_skeleton(saved(tmp_path, text)).fps == pytest.approx(fps, abs=0.05)


@pytest.mark.parametrize(("rate", "fps"), [('"30000/1001"', 30000 / 1001), ('"25/1"', 25), ("24", 24), ('"0/0"', 30)])
def test_rates_as_fractions(tmp_path, rate, fps):
    frames = [dict(zip(COCO, frame.round(4).tolist(), strict=True)) for frame in PLACES]
    text = f'{{"video": {{"r_frame_rate": {rate}}}, "frames": {json.dumps(frames)}}}'
    assert load_skeleton(saved(tmp_path, text, "a.json")).fps == pytest.approx(fps)


def headed(*head, joints=PLACES, first=None):
    return "\n".join(",".join(line) for line in head) + "\n" + rows(joints, ",", first, "%.4f")


THRICE = [name for name in COCO for _ in "xyz"]
AXES = list("xyz") * 17
NUMBERS = list(map(str, range(FRAMES)))
HEADERS = {
    "names of levels and of the index": headed(["joint", *THRICE], ["axis", *AXES], ["frame"] + [""] * 51, first=NUMBERS),
    "names of levels": headed(["joint", *THRICE], ["axis", *AXES], first=NUMBERS),
    "axes above the names": headed([""] + [a for a in "xyz" for _ in COCO], [""] + COCO * 3, joints=PLACES.swapaxes(1, 2), first=NUMBERS),
    "each name three times": headed(["frame", *THRICE], first=NUMBERS),
    "as pandas tells them apart": headed([n + end for n in COCO for end in ("", ".1", ".2")]),
}  # fmt: skip


@pytest.mark.parametrize("form", HEADERS)
def test_headers(tmp_path, form):
    clip = load_skeleton(saved(tmp_path, HEADERS[form]))
    assert (clip.layout.name, clip.num_people) == ("coco_17", 1)
    assert np.allclose(clip.joints[:, 0], PLACES, atol=1e-3)


def test_each_name_three_times_with_a_score(tmp_path):
    points = np.concatenate([pixels("coco_17", FRAMES), np.full((FRAMES, 17, 1), 0.5)], -1)
    clip = load_skeleton(saved(tmp_path, headed(THRICE, joints=points)))
    assert clip.is_2d and np.allclose(clip.joints[:, 0], points[..., :2], atol=1e-2) and (clip.confidence == 0.5).all()


def test_plain_columns_beside_those_of_a_picture(tmp_path):
    head = ["frame", *(f"{name}_{axis}" for name in COCO for axis in ("x", "y", "z", "x_2d", "y_2d"))]
    both = np.concatenate([PLACES, pixels("coco_17", FRAMES)], -1)
    clip = load_skeleton(saved(tmp_path, headed(head, joints=both, first=NUMBERS)))
    assert np.allclose(clip.joints[:, 0], PLACES, atol=1e-3)
    assert "Columns stand there in several versions: plain ones were read." in clip.warnings


@pytest.mark.parametrize("word", ["world", "3d", "global"])
def test_columns_in_the_room_beside_plain_ones(tmp_path, word):
    shares = np.concatenate([pixels("coco_17", FRAMES) / [1280, 720], np.full((FRAMES, 17, 1), -0.2)], -1)
    head = ["frame", *(f"{n}_{a}" for n in COCO for a in "xyz"), *(f"{n}_{word}_{a}" for n in COCO for a in "xyz")]
    clip = load_skeleton(saved(tmp_path, headed(head, joints=np.concatenate([shares, PLACES], 1), first=NUMBERS)))
    assert np.allclose(clip.joints[:, 0], PLACES, atol=1e-3)


def test_a_root_alone_in_the_room(tmp_path):
    text = table().replace("left_hip_", "left_hip_world_", 3)
    clip = load_skeleton(saved(tmp_path, text))
    assert np.allclose(clip.joints[:, 0, COCO.index("left_hip")], PLACES[:, COCO.index("left_hip")], atol=1e-3)


def test_places_in_cells_with_decimal_commas(tmp_path):
    joints = called(GERMAN)
    cell = "({}, {}, {})".format
    lines = [
        ";".join([f"{f / 50:.2f}", *(cell(*(f"{v:.3f}" for v in place)) for place in frame)]).replace(".", ",")
        for f, frame in enumerate(joints)
    ]
    clip = load_skeleton(saved(tmp_path, "\n".join([";".join(["Zeit", *GERMAN]), *lines])))
    assert clip.fps == 50 and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


def test_states_in_rows_of_numbers(tmp_path):
    joints = body("kinect_v2", FRAMES)
    states = np.full((FRAMES, 25, 1), 2.0)
    states[3:6, 7], states[8, 11] = 1, 0
    clip = load_skeleton(
        saved(tmp_path, each_line(rows(np.concatenate([joints, states], -1), ","), lambda line: line + ","))
    )
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[clip.mask], joints[clip.mask[:, 0]], atol=1e-3)
    assert (clip.confidence[3:6, 0, 7] == 0.5).all() and clip.mask.sum() == FRAMES * 25 - 1 and not clip.mask[8, 0, 11]


def test_names_states_and_pixels_in_brackets(tmp_path):
    joints = body("kinect_v2", FRAMES)
    names = get_layout("kinect_v2").joints
    lines = [
        f"{f},{333333 * f + 500},["
        + ",".join(
            f"({name},{'Inferred' if f == 3 and name == 'head' else 'Tracked'},{x:.4f},{y:.4f},{z:.4f},{250 - 9 * x:.1f},{200 - 9 * y:.1f})"
            for name, (x, y, z) in zip(names, frame, strict=True)
        )
        + "]"
        for f, frame in enumerate(joints)
    ]
    clip = load_skeleton(saved(tmp_path, "\n".join(["Version0001", *lines]), "a.txt"))
    assert (clip.layout.name, clip.fps) == ("kinect_v2", 30) and np.allclose(clip.joints[:, 0], joints, atol=1e-3)
    assert clip.confidence[3, 0, names.index("head")] == 0.5 and clip.confidence.sum() == FRAMES * 25 - 0.5
    long = "\n".join(f"{f},{40 * f},Body.{n},{x:.4f},{y:.4f},{z:.4f},0.9" for f, frame in enumerate(joints) for n, (x, y, z) in zip(names, frame, strict=True))  # fmt: skip
    clip = load_skeleton(saved(tmp_path, "frame_id,timestamp_ms,landmark,x,y,z,visibility\n" + long))
    assert (clip.num_people, clip.fps) == (1, 25) and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


def test_a_table_that_describes_itself(tmp_path):
    lines = [line.split(",") for line in table().splitlines()]
    data = [
        {"index": row, **dict(zip(lines[0], map(float, cells), strict=True))} for row, cells in enumerate(lines[1:])
    ]
    content = {"schema": {"fields": [{"name": name} for name in ["index", *lines[0]]]}, "data": data}
    assert np.allclose(load_skeleton(saved(tmp_path, json.dumps(content), "a.json")).joints[:, 0], PLACES, atol=1e-3)


def test_what_a_file_says_of_all_frames(tmp_path):
    small = (PLACES * 0.55 * 100).round(2)  # a child in centimetres, whose bones might be a tall person's in inches
    text = headed(["frame", *(f"{n}_{a}" for n in COCO for a in "xyz")], joints=small, first=NUMBERS)
    assert load_skeleton(saved(tmp_path, "# units: cm\n" + text)).units == "centimetres"
    frames = [dict(zip(COCO, frame.tolist(), strict=True)) for frame in small]
    clip = load_skeleton(saved(tmp_path, json.dumps({"unit": "cm", "frame_time": 0.02, "frames": frames}), "a.json"))
    assert (clip.units, clip.fps) == ("centimetres", 50)
    said_of_something_else = {"height": 170, "unit": "cm", "Frame rate": "50 Hz"}
    frames = [dict(zip(COCO, frame.round(4).tolist(), strict=True)) for frame in PLACES]
    clip = load_skeleton(saved(tmp_path, json.dumps(said_of_something_else | {"frames": frames}), "a.json"))
    assert (clip.units, clip.fps) == ("metres", 50)
    lines = table().splitlines()
    rated = [f"{line},{'fps' if row == 0 else 50}" for row, line in enumerate(lines)]
    assert load_skeleton(saved(tmp_path, "\n".join(rated))).fps == 50


def test_a_second_table_below(tmp_path):
    clip = load_skeleton(saved(tmp_path, table() + "\n\nEvents\nframe,what\n3,start\n"))
    assert clip.num_frames == FRAMES
    assert "Left out below the table: what stands under an empty line, with fewer columns." in clip.warnings
    assert load_skeleton(saved(tmp_path, table().replace("\n", "\n\n"))).num_frames == FRAMES


@pytest.mark.parametrize("pattern", ["{n}_{a}_{w}", "{n}.{w}.{a}", "{w} {n} {a}"])
def test_people_by_their_names(tmp_path, pattern):
    names = ("Anna", "Ben")
    head = ["frame", *(pattern.format(n=n, a=a, w=who) for who in names for n in COCO for a in "xyz")]
    both = np.concatenate([PLACES, PLACES + [1, 0, 0]], 1)
    clip = load_skeleton(saved(tmp_path, headed(head, joints=both, first=NUMBERS)))
    assert clip.num_people == 2 and np.allclose(clip.joints[:, 1], PLACES + [1, 0, 0], atol=1e-3)


@pytest.mark.parametrize("pattern", ["{n}.{w}.{a}", "{n}_{w}_{a}"])
def test_places_against_the_joint_above_are_nobody(tmp_path, pattern):
    head = ["frame", *(pattern.format(n=n, a=a, w=w) for w in ("relative", "absolute") for n in COCO for a in "xyz")]
    both = np.concatenate([PLACES * 0 + [0, 0.1, 0], PLACES], 1)
    clip = load_skeleton(saved(tmp_path, headed(head, joints=both, first=NUMBERS)))
    assert clip.num_people == 1 and np.allclose(clip.joints[:, 0], PLACES, atol=1e-3)


def test_a_world_before_the_names(tmp_path):
    shares = np.concatenate([pixels("coco_17", FRAMES) / [1280, 720], np.full((FRAMES, 17, 1), -0.2)], -1)
    head = ["frame", *(f"{n}_{a}" for n in COCO for a in "xyz"), *(f"world_{n}_{a}" for n in COCO for a in "xyz")]
    clip = load_skeleton(saved(tmp_path, headed(head, joints=np.concatenate([shares, PLACES], 1), first=NUMBERS)))
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], PLACES, atol=1e-3)


def test_names_without_their_last_empty_cells(tmp_path):
    names = ["", "", *(cell for name in COCO for cell in (name, "", ""))][:-2]
    head = ["\t".join(names), "\t".join(["Frame", "Time", *AXES]), "\t".join(["", "s", *["m"] * 51])]
    lines = [f"{f}\t{f / 60:.4f}\t" + "\t".join(f"{v:.4f}" for v in frame.ravel()) for f, frame in enumerate(PLACES)]
    clip = load_skeleton(saved(tmp_path, "\n".join([*head, *lines]), "a.txt"))
    assert (clip.layout.name, clip.fps, clip.units) == ("coco_17", 60, "metres")


@pytest.mark.parametrize(("name", "unit"), [("time_min", 60), ("t [h]", 3600), ("elapsed_hours", 3600)])
def test_minutes_and_hours(tmp_path, name, unit):
    text = table(first=name, cells=[f"{f / 20 / unit:.9f}" for f in range(FRAMES)])
    assert load_skeleton(saved(tmp_path, text)).fps == pytest.approx(20, abs=0.05)


def test_comments_between_the_rows(tmp_path):
    lines = table().splitlines()
    text = "\n".join([*lines[:9], "# a pause, of a minute", *lines[9:], "# the end"]) + "\n"
    clip = load_skeleton(saved(tmp_path, text))
    assert clip.num_frames == FRAMES and "Comments between the rows were left out." in clip.warnings


@pytest.mark.parametrize("words", [("mean", "std"), ("Mean", "Std"), ("gt", "pred"), ("L", "R")])
def test_words_behind_the_axis_that_are_nobody(tmp_path, words):
    head = ["frame", *(f"{n}_{a}_{word}" for word in words for n in COCO for a in "xyz")]
    both = np.concatenate([PLACES, PLACES * 0.01], 1)
    with pytest.raises(SkeletonFileError):
        load_skeleton(saved(tmp_path, headed(head, joints=both, first=NUMBERS)))
