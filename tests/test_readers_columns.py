"""Tables as programs write them: what columns mean, two header rows, people side by side, parts one after another."""

import json

import numpy as np
import pytest

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate

NAMES = {
    "Hip": "pelvis", "SpineMid": "spine_middle", "Neck": "neck", "Head": "head",
    **{f"{side.title()}{part.title()}": f"{side}_{part}" for side in ("left", "right")
       for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")},
}  # fmt: skip


@pytest.fixture(scope="module")
def places():
    """(frames, joints of NAMES, 3) metres."""
    clip = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    return clip.joints[:, 0, [clip.layout.body.index(point) for point in NAMES.values()]]


def write(path, head, rows, delimiter=","):
    lines = [delimiter.join(line) for line in (head if isinstance(head[0], list) else [head])]
    lines += [delimiter.join(cell if isinstance(cell, str) else f"{cell:.5f}" for cell in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def wide(places, column="{n}_{a}", beside=(), before=(), names=tuple(NAMES)):
    """(header, rows); `beside`: columns and the values that follow each joint's, `before`: column -> cells."""
    head = [
        *dict(before),
        *(
            c
            for n in names
            for c in [*(column.format(n=n, a=a, A=a.upper()) for a in "xyz"), *(b.format(n=n) for b in beside)]
        ),
    ]
    more = np.broadcast_to(np.sin(np.arange(len(beside))) + 0.3, (*places.shape[:2], len(beside)))
    table = np.concatenate([places, more], axis=2).reshape(len(places), -1).tolist()
    return head, [[cells[row] for cells in dict(before).values()] + values for row, values in enumerate(table)]


def same(clip, places, tolerance=1e-3):
    found = clip.canonical()
    rows = [found.layout.body.index(point) for point in NAMES.values()]
    return np.allclose(found.joints[:, 0, rows] - found.joints[:, 0, rows[:1]], places - places[:, :1], atol=tolerance)


@pytest.mark.parametrize(
    ("column", "beside"),
    [
        ("{n}_position_{a}", ("{n}_rotation_x", "{n}_rotation_y", "{n}_rotation_z", "{n}_rotation_w")),
        ("{n}.{a}", ("{n}.rx", "{n}.ry", "{n}.rz")), ("{n}_{a}", ("{n}_vel_x", "{n}_vel_y", "{n}_vel_z")),
        ("{n}_T{a}", ("{n}_R_x", "{n}_R_y", "{n}_R_z")), ("{n}_{a}", ("{n}_color_x", "{n}_color_y")),
        ("{n}{A}", ("{n}ColorX", "{n}ColorY")), ("{n} {A} (m)", ("{n} X (deg)", "{n} Y (deg)", "{n} Z (deg)")),
        ("{n}.Pos.{A}", ("{n}_px", "{n}_py")), ("field.{n}.pose.position.{a}", ("field.{n}.pose.orientation.x", "field.{n}.pose.orientation.y")),
        ("{n}_p{a}", ("{n}_rx", "{n}_ry", "{n}_rz", "{n}_rw")), ("{n}.real.{a}", ("{n}.proj.x", "{n}.proj.y", "{n}.proj.z")), ("PoseLandmark.{n}_{a}", ()),
    ],
)  # fmt: skip
def test_turns_speeds_and_pixels_beside_places_are_no_places(tmp_path, places, column, beside):
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, column, beside)))
    assert clip.joints.shape == (len(places), 1, len(NAMES), 3) and same(clip, places)


@pytest.mark.parametrize(
    ("unit", "scale", "units"), [("(mm)", 1000, "millimetres"), ("[cm]", 100, "centimetres"), ("_m", 1, "metres")]
)
def test_units_in_the_names_of_columns(tmp_path, places, unit, scale, units):
    path = write(tmp_path / "a.csv", *wide(places * scale, "{n}_{a}" + (unit if unit[0] == "_" else f" {unit}")))
    clip = load_skeleton(path)
    assert clip.units == units and same(clip, places) and not any("units=" in text for text in clip.warnings)


def test_a_table_of_turns_alone_says_so(tmp_path, places):
    with pytest.raises(
        SkeletonFileError, match="a table of turns and speeds of joints, not their places: export positions"
    ):
        load_skeleton(write(tmp_path / "a.csv", *wide(places, "{n}_rot_{a}")))


@pytest.mark.parametrize("third", [False, True])
def test_two_header_rows(tmp_path, places, third):
    head = [["frame", *(name for name in NAMES for _ in "xyz")], ["", *"xyz" * len(NAMES)]]
    if third:  # as pandas writes tables whose columns have two levels
        head = [["", *head[0][1:]], head[1], ["frame", *[""] * 3 * len(NAMES)]]
    rows = [[str(number), *row] for number, row in enumerate(places.reshape(len(places), -1).tolist())]
    assert same(load_skeleton(write(tmp_path / "a.csv", head, rows)), places)
    blank = [["Frame", *(cell for name in NAMES for cell in (name, "", ""))], ["", *"XYZ" * len(NAMES)]]
    assert same(load_skeleton(write(tmp_path / "b.csv", blank, rows)), places)


@pytest.mark.parametrize("name", ["p{p}_{n}", "person_{p}_{n}", "Bob{p}:{n}", "{n}_{p}", "{p}.{n}"])
def test_people_side_by_side(tmp_path, places, name):
    both = np.concatenate([places, places + [1.5, 0, 0]], axis=1)
    names = [name.format(p=p, n=n) for p in (1, 2) for n in NAMES]
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(both, names=names)))
    assert (
        clip.num_people == 2
        and same(clip, places)
        and np.allclose(clip.joints[:, 1] - clip.joints[:, 0], [1.5, 0, 0], atol=1e-4)
    )


@pytest.mark.parametrize("key", ["frame", "time"])
def test_parts_one_after_another_are_not_one_clip(tmp_path, places, key):
    frames = len(places)
    cells = [f"{n / (30 if key == 'time' else 1):.4f}" for n in range(frames)]
    head, rows = wide(np.concatenate([places, places[:40]]), before={key: [*cells, *cells[:40]]})
    path = write(tmp_path / "a.csv", head, rows)
    clip = load_skeleton(path)
    assert clip.num_frames == frames and same(clip, places) and (key == "frame" or clip.fps == 30)
    assert any(f"begin anew 1 times: rows 1 to {frames} were read" in text for text in clip.warnings)
    assert load_skeleton(path, clip=1).num_frames == 40
    with pytest.raises(SkeletonFileError, match=r"clip=... of its 2 parts \(0 to 1\), found clip=2"):
        load_skeleton(path, clip=2)


def test_rows_of_one_frame_are_people(tmp_path, places):
    both = np.stack([places, places + [1.5, 0, 0]], axis=1)
    both[20:40] = both[20:40, ::-1]  # in no order
    cells = [str(n // 2) for n in range(2 * len(places))]
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(both.reshape(-1, *places.shape[1:]), before={"frame": cells})))
    assert clip.num_people == 2 and clip.num_frames == len(places) and same(clip, places)


@pytest.mark.parametrize("form", ["00:00:{s:06.3f}", "2024/03/01 10:00:{s:06.3f}", "2024-03-01T10:00:{s:06.3f}"])
def test_times_of_a_clock(tmp_path, places, form):
    stamps = [form.format(s=n / 25) for n in range(len(places))]
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, before={"timestamp": stamps})))
    assert clip.fps == 25 and same(clip, places)
    rows = [[stamps[f], n, *frame[j]] for f, frame in enumerate(places) for j, n in enumerate(NAMES)]
    clip = load_skeleton(write(tmp_path / "long.csv", ["timestamp", "JointType", "X", "Y", "Z"], rows))
    assert clip.fps == 25 and same(clip, places)


@pytest.mark.parametrize(
    ("joint", "axes"),
    [("joint_id", "xyz"), ("landmark_index", ("X", "Y", "Z")), ("JointName", ("pos_x", "pos_y", "pos_z")), ("joint", ("x (mm)", "y (mm)", "z (mm)")),
     ("Landmark ID", ("cx", "cy", "cz")), ("point_id", ("x_coord", "y_coord", "z_coord")), ("joint", ("real.x", "real.y", "real.z")),
     ("bone", ("head_x", "head_y", "head_z"))],
)  # fmt: skip
def test_long_tables_name_or_number_their_joints(tmp_path, places, joint, axes):
    clip = generate("wave", layout="mediapipe_33", seed=4, options=EXACT)
    named = joint in ("joint", "JointName", "bone")
    parts = list(NAMES) if named else [str(number) for number in range(33)]
    at = places if named else clip.joints[:, 0]
    scale = 1000 if "mm" in axes[0] else 1
    rows = [[str(f), parts[j], *(at[f, j] * scale), 9.0] for f in range(len(at)) for j in range(len(parts))]
    found = load_skeleton(write(tmp_path / "a.csv", ["frame", joint, *axes, "rot_x"], rows))
    assert found.joints.shape == (len(at), 1, len(parts), 3)
    assert (
        same(found, places)
        if named
        else np.allclose(found.joints[:, 0], at, atol=1e-4) and found.layout.name == "mediapipe_33"
    )


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("depth", [False, True])
def test_shares_of_a_picture_get_its_proportions(tmp_path, places, long, depth):
    away = places * [0.24, -0.24, -0.24] + [0.5, 0.6, 0]  # x right, y down, z away, all in the picture's width
    shares = (away * [1, 16 / 9, 1] - [0, 0.2, 0])[..., : 3 if depth else 2]
    axes = "xyz"[: shares.shape[-1]]
    if long:
        head = ["frame", "joint", *axes]
        rows = [[str(f), n, *frame[j].tolist()] for f, frame in enumerate(shares) for j, n in enumerate(NAMES)]
    else:
        head = ["frame", *(f"{n}_{a}" for n in NAMES for a in axes)]
        rows = [[str(f), *frame.ravel().tolist()] for f, frame in enumerate(shares)]
    path = write(tmp_path / "a.csv", head, rows)
    for picture in (None, (1920, 1080)):
        clip = load_skeleton(path, picture=picture)
        wide, high = np.ptp(clip.joints[..., 0]), np.ptp(clip.joints[..., 1])
        assert np.isclose(wide / high, np.ptp(away[..., 0]) / np.ptp(away[..., 1]), rtol=1e-3)
        assert (clip.units, clip.up) == ("unknown" if picture is None else "pixels", "-y")
        assert any("shares of a picture" in warning for warning in clip.warnings) == (picture is None)


def test_a_child_in_metres_is_no_share_of_a_picture(tmp_path, places):
    small = (places - places.min((0, 1))) * 0.5
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(small)))
    assert clip.up == "y" and np.allclose(np.ptp(clip.joints, axis=(0, 1, 2)), np.ptp(small, axis=(0, 1)), atol=1e-3)


def test_bodies_without_a_head_stand_by_their_shoulders(tmp_path, places):
    below = [row for row, name in enumerate(NAMES) if name not in ("Head", "Neck", "SpineMid")]
    head, rows = wide(places[:, below] * [1, -1, -1], names=[list(NAMES)[row] for row in below])
    clip = load_skeleton(write(tmp_path / "a.csv", head, rows))
    assert clip.up == "-y" and clip.units == "metres"


CELLS = {
    "Python": '"({0:.5f}, {1:.5f}, {2:.5f})"', "list": '"[{0:.5f}, {1:.5f}, {2:.5f}]"', "numpy": "[{0:.5f}  {1:.5f} {2:.5e}]",
    "dict": "\"{{'x': {0:.5f}, 'y': {1:.5f}, 'z': {2:.5f}, 'visibility': 0.9}}\"", "MediaPipe": '"x: {0:.5f}\ny: {1:.5f}\nz: {2:.5e}\nvisibility: 0.9\n"',
    "four": '"({0:.5f}, {1:.5f}, {2:.5f}, 0.9)"',
}  # fmt: skip


@pytest.mark.parametrize("form", CELLS)
def test_cells_that_hold_places(tmp_path, places, form):
    rows = [[f"{n / 25:.2f}", *(CELLS[form].format(*p) for p in frame)] for n, frame in enumerate(places)]
    clip = load_skeleton(write(tmp_path / "a.csv", ["time", *NAMES], rows))
    assert clip.fps == 25 and same(clip, places)
    if form in ("dict", "MediaPipe", "four"):
        assert np.allclose(clip.confidence, 0.9)


def test_cells_that_hold_all_joints(tmp_path):
    points = generate("wave", layout="coco_17", seed=4, options=EXACT).joints[:, 0, :, :2] * [300, -300] + [640, 600]
    listed = ["[" + ", ".join(f"[{x:.2f}, {y:.2f}, 0.90]" for x, y in frame) + "]" for frame in points]
    rows = [[str(number), f'"{cell}"'] for number, cell in enumerate(listed)]
    clip = load_skeleton(write(tmp_path / "a.csv", ["frame", "keypoints"], rows))
    assert (clip.layout.name, clip.units, clip.up) == ("coco_17", "pixels", "-y")
    assert np.allclose(clip.joints[:, 0], points, atol=0.01) and np.allclose(clip.confidence, 0.9)


def test_cells_with_another_count_are_named(tmp_path, places):
    rows = [[str(n), *(CELLS["Python"].format(*p) for p in frame)] for n, frame in enumerate(places)]
    rows[3][2] = '"(0.1, 0.2)"'
    with pytest.raises(
        SkeletonFileError, match=r"row 5: expected 3 numbers in a cell, as in the first row, found '\(0.1, 0.2\)'"
    ):
        load_skeleton(write(tmp_path / "a.csv", ["frame", *NAMES], rows))


@pytest.mark.parametrize("form", ["rows", "rows in an object", "lines", "split", "columns", "lists", "long"])
def test_tables_as_json(tmp_path, places, form):
    head, rows = wide(places, before={"time": [n / 25 for n in range(len(places))]})
    records = [dict(zip(head, row, strict=True)) for row in rows]
    content = {
        "rows": records, "rows in an object": {"subject": "a", "frames": records}, "split": {"columns": head, "index": [0], "data": rows},
        "columns": {name: {str(n): row[name] for n, row in enumerate(records)} for name in head},
        "lists": {name: [row[name] for row in records] for name in head}, "lines": None,
        "long": [{"time": n / 25, "joint": name, "x": x, "y": y, "z": z} for n, frame in enumerate(places)
                 for name, (x, y, z) in zip(NAMES, frame.tolist())],
    }[form]  # fmt: skip
    text = "\n".join(map(json.dumps, records)) if form == "lines" else json.dumps(content)
    (tmp_path / "a.json").write_text(text)
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.format == "csv" and clip.fps == 25 and same(clip, places)


@pytest.mark.parametrize("index", [1, 3])
def test_labelled_pictures_of_deeplabcut(tmp_path, places, index):
    pixels = places[..., :2] * [300, -300] + [640, 600]
    blank, many = [""] * (index - 1), len(NAMES)
    head = [
        ["scorer", *blank, *["me"] * 2 * many],
        ["bodyparts", *blank, *np.repeat(list(NAMES), 2)],
        ["coords", *blank, *["x", "y"] * many],
    ]
    cells = [
        [f"labeled-data/a/img{n:04d}.png"] if index == 1 else ["labeled-data", "a", f"img{n:04d}.png"]
        for n in range(len(pixels))
    ]
    clip = load_skeleton(
        write(tmp_path / "a.csv", head, [[*cells[n], *frame.ravel().tolist()] for n, frame in enumerate(pixels)])
    )
    rows = [clip.layout.body.index(point) for point in NAMES.values()]
    assert clip.units == "pixels" and np.allclose(clip.joints[:, 0, rows], pixels, atol=1e-3)


@pytest.mark.parametrize("joint", ["Joint", "id"])
def test_long_tables_without_frames_begin_anew_with_a_joint(tmp_path, places, joint):
    clip = generate("wave", layout="mediapipe_33", seed=4, options=EXACT)
    at = clip.joints[:, 0] if joint == "id" else places
    parts = list(map(str, range(33))) if joint == "id" else list(NAMES)
    rows = [[part, *frame[number]] for frame in at for number, part in enumerate(parts)]
    found = load_skeleton(write(tmp_path / "a.csv", [joint, "x", "y", "z"], rows))
    assert found.joints.shape == (len(at), 1, len(parts), 3)
    assert np.allclose(found.joints[:, 0], at, atol=1e-4) if joint == "id" else same(found, places)


@pytest.mark.parametrize(
    ("labels", "label"), [(("squat", "squat"), "squat"), (("squat", "jump"), None), (("3", "3"), None)]
)
def test_a_column_that_says_what_is_shown(tmp_path, places, labels, label):
    half = len(places) // 2
    cells = [labels[0]] * half + [labels[1]] * (len(places) - half)
    clip = load_skeleton(
        write(tmp_path / "a.csv", *wide(places, before={"video": ["a.mp4"] * len(places), "label": cells}))
    )
    assert clip.label == label and same(clip, places)


def test_a_depth_of_zeros_is_none(tmp_path, places):
    flat = places * [300, -300, 0] + [640, 600, 0]
    assert load_skeleton(write(tmp_path / "a.csv", *wide(flat))).is_2d
    centred = places - places[:, :1]  # the hip is at 0 in every frame
    assert same(load_skeleton(write(tmp_path / "b.csv", *wide(centred))), centred)


def test_names_that_end_with_a_side(tmp_path, places):
    names = [
        f"{n.removeprefix(s)}_{s[:1].lower()}"
        if (s := next((s for s in ("Left", "Right") if n.startswith(s)), ""))
        else n
        for n in NAMES
    ]
    head, rows = wide(places, "{n}.Location.{A}", names=names)
    assert same(load_skeleton(write(tmp_path / "a.csv", head, rows)), places)


@pytest.mark.parametrize("header", ["Visual3D", "Qualisys skeleton", "OpenSim Vec3", "Axis Studio", "units below"])
def test_headers_of_motion_capture(tmp_path, places, header):
    cells = [[f"{v:.5f}" for v in frame.ravel()] for frame in places]
    names = [name for name in NAMES for _ in range(3)]
    if header == "Visual3D":
        head = [
            [""] + ["walk.c3d"] * len(names),
            ["", *names],
            [""] + ["TARGET"] * len(names),
            [""] + ["PROCESSED"] * len(names),
        ]
        path = write(
            tmp_path / "a.txt",
            [*head, ["ITEM", *"XYZ" * len(NAMES)]],
            [[str(n), *row] for n, row in enumerate(cells)],
            "\t",
        )
    elif header == "Qualisys skeleton":
        head = [["NO_OF_FRAMES", str(len(cells))], ["FREQUENCY", "100"], ["Frame", "Time"]]
        head[-1] += [cell for name in NAMES for cell in (name, "X", "Y", "Z", "QX", "QY", "QZ", "QW")]
        rows = [
            [str(n), f"{n / 100:.2f}"] + [c for at in range(0, len(row), 3) for c in ("", *row[at : at + 3], *"0001")]
            for n, row in enumerate(cells)
        ]
        path = write(tmp_path / "a.tsv", head, rows, "\t")
    elif header == "OpenSim Vec3":
        head = [
            ["DataRate=100.0"],
            ["DataType=Vec3"],
            ["endheader"],
            ["time", *(f"/markerset/{name}" for name in NAMES)],
        ]
        rows = [
            [f"{n / 100:.2f}"] + [",".join(row[at : at + 3]) for at in range(0, len(row), 3)]
            for n, row in enumerate(cells)
        ]
        path = write(tmp_path / "a.sto", head, rows, "\t")
    else:
        head = ["Frame"] + [
            f"{name}-{what}-{axis}"
            for name in NAMES
            for what in ("Joint-Posi", "Joint-Velo", "Sensor-Acce")
            for axis in "xyz"
        ]
        rows = [
            [str(n)] + [c for at in range(0, len(row), 3) for c in (*row[at : at + 3], *"123456")]
            for n, row in enumerate(cells)
        ]
        path = write(tmp_path / "a.csv", head, rows)
    clip = load_skeleton(path)
    assert clip.num_frames == len(places) and same(clip, places)
    assert clip.fps == (100 if header in ("Qualisys skeleton", "OpenSim Vec3") else 30)


def test_markers_in_tables_have_their_layout(tmp_path):
    from format_samples import MARKERS, markers

    points = markers()
    head = [
        "TimeStamp",
        "FrameNumber",
        *(f"{name}.Pos{axis}" for name in MARKERS for axis in "XYZ"),
        "FP1.CopX",
        "FP1.CopY",
        "FP1.CopZ",
    ]
    rows = [[f"{n / 100:.2f}", str(n), *frame.ravel(), 0.1, 0, 0.2] for n, frame in enumerate(points)]
    clip = load_skeleton(write(tmp_path / "a.txt", head, rows, "\t"))
    assert clip.layout.joints == tuple(MARKERS) and np.allclose(clip.joints[:, 0], points, atol=1e-4)
    assert any("left out: FP1.Cop" in warning for warning in clip.warnings)


def test_cells_with_a_list_for_every_axis(tmp_path):
    points = generate("wave", layout="coco_17", seed=4, options=EXACT).joints[:, 0, :, :2] * [300, -300] + [640, 600]
    lists = [
        {"x": f[:, 0].round(2).tolist(), "y": f[:, 1].round(2).tolist(), "visible": [0.9] * 17}
        for f in points.astype(float)
    ]
    rows = [[str(n), "person", '"' + repr(cell) + '"'] for n, cell in enumerate(lists)]
    clip = load_skeleton(write(tmp_path / "a.csv", ["frame", "name", "keypoints"], rows))
    assert (
        clip.layout.name == "coco_17"
        and np.allclose(clip.joints[:, 0], points, atol=0.01)
        and np.allclose(clip.confidence, 0.9)
    )


def test_bodies_before_a_sensor_are_seen_from_it(tmp_path, places):
    facing = places * [-1, 1, -1] + [0, -0.9, 2.5]
    rows = [[str(n), *frame.ravel()] for n, frame in enumerate(facing)]
    clip = load_skeleton(
        write(tmp_path / "a.csv", ["frame", *(f"{name}_{axis}" for name in NAMES for axis in "xyz")], rows)
    )
    assert (clip.up, clip.view) == ("y", "z") and any("as by a sensor" in warning for warning in clip.warnings)


def test_joints_beside_markers_are_read_by_their_names(tmp_path, places):
    from skeletonllm_hf.model.joint_names import body_points

    beside = ["C7_study", "r.ASIS_study", "L.ASIS_study", "r.PSIS_study", "r_knee_study"]
    assert body_points([*NAMES, *beside]) == (*body_points(list(NAMES)), *[None] * 5)


@pytest.mark.parametrize("delimiter", ["\t", ",", " "])
def test_rows_that_name_their_joint_below_no_header(tmp_path, places, delimiter):
    rows = [
        [f"{n / 25:.2f}", name, *p, "Tracked"]
        for n, frame in enumerate(places)
        for name, p in zip(NAMES, frame, strict=True)
    ]
    clip = load_skeleton(write_rows(tmp_path / "a.txt", rows, delimiter))
    assert (clip.num_frames, clip.fps) == (len(places), 25) and same(clip, places)


def write_rows(path, rows, delimiter):
    path.write_text(
        "".join(delimiter.join(c if isinstance(c, str) else f"{c:.5f}" for c in row) + "\n" for row in rows)
    )
    return path


def test_people_above_joints_above_axes(tmp_path, places):
    both = np.concatenate([places, places + [2, 0, 0]], axis=1)
    head = [
        ["who", *(who for who in ("p1", "p2") for _ in range(3 * len(NAMES)))],
        ["part", *(name for name in [*NAMES] * 2 for _ in range(3))],
    ]
    clip = load_skeleton(
        write(
            tmp_path / "a.csv",
            [*head, ["axis", *"xyz" * 2 * len(NAMES)]],
            [[str(n), *f.ravel()] for n, f in enumerate(both)],
        )
    )
    assert (
        clip.num_people == 2
        and np.allclose(clip.joints[:, 1] - clip.joints[:, 0], [2, 0, 0], atol=1e-4)
        and same(clip, places)
    )


def test_columns_that_come_twice_are_two_people(tmp_path, places):
    both = np.concatenate([places, places + [2, 0, 0]], axis=1)
    head = ["frame", *(f"{name}_{axis}" for name in [*NAMES] * 2 for axis in "xyz")]
    clip = load_skeleton(write(tmp_path / "a.csv", head, [[str(n), *f.ravel()] for n, f in enumerate(both)]))
    assert (
        clip.num_people == 2
        and np.allclose(clip.joints[:, 1] - clip.joints[:, 0], [2, 0, 0], atol=1e-4)
        and same(clip, places)
    )


def test_long_tables_with_short_names(tmp_path):
    points = generate("wave", layout="coco_17", seed=4, options=EXACT).joints[:, 0, :, :2] * [300, -300] + [640, 600]
    rows = [
        [str(n), str(who), str(j), x + 400 * who, y, "0.9"]
        for n, f in enumerate(points)
        for who in (0, 1)
        for j, (x, y) in enumerate(f)
    ]
    clip = load_skeleton(write(tmp_path / "a.csv", ["frame_no", "pid", "kp_id", "kp_x", "kp_y", "kp_conf"], rows))
    assert (
        (clip.layout.name, clip.num_people) == ("coco_17", 2)
        and np.allclose(clip.joints[:, 0], points, atol=0.01)
        and np.allclose(clip.confidence, 0.9)
    )


@pytest.mark.parametrize("pattern", ["{} ({}) [m]", "/tracks/joints[{1}]/pose/position/{2}"])
def test_axes_and_numbers_in_brackets(tmp_path, places, pattern):
    frames = generate("wave", layout="azure_kinect_32", seed=4, options=EXACT).canonical()
    names = frames.layout.joints
    head = [
        "time",
        *(
            pattern.format(*((name, axis) if "m]" in pattern else (name, n, axis)))
            for n, name in enumerate(names)
            for axis in "xyz"
        ),
    ]
    rows = [[f"{n / 25:.2f}", *f.ravel()] for n, f in enumerate(frames.joints[:, 0].astype(float))]
    clip = load_skeleton(write(tmp_path / "a.csv", head, rows))
    assert (clip.layout.name, clip.fps) == ("azure_kinect_32", 25) and np.allclose(
        clip.joints[:, 0], frames.joints[:, 0], atol=1e-4
    )


def test_counted_columns_of_pandas(tmp_path):
    frames = generate("wave", layout="mediapipe_33", seed=4, options=EXACT).canonical().joints[:, 0].astype(float)
    rows = [[str(n), *f.ravel()] for n, f in enumerate(frames)]
    clip = load_skeleton(write(tmp_path / "a.csv", ["", *map(str, range(99))], rows))
    assert clip.num_frames == len(frames) and np.allclose(clip.joints[:, 0], frames, atol=1e-4)
    clip = load_skeleton(write(tmp_path / "a.csv", [*map(str, range(99))], [row[1:] for row in rows]))
    assert clip.num_frames == len(frames) and np.allclose(clip.joints[:, 0], frames, atol=1e-4)


def test_names_behind_a_mark_of_comments(tmp_path, places):
    head = ",".join(f"{name}_{axis}" for name in NAMES for axis in "xyz")
    np.savetxt(tmp_path / "a.txt", places.reshape(len(places), -1), delimiter=",", header=head)
    clip = load_skeleton(tmp_path / "a.txt")
    assert clip.layout.num_joints == len(NAMES) and same(clip, places)
