"""Files as people have them: who and when in tables, which way is up, left-handed axes, and what is said aloud."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, inspect_skeleton, load_skeleton
from skeletonllm_hf.readers.rules.doubts import facing_votes, mirrored, rate_doubt, size_doubt
from skeletonllm_hf.readers.rules.upright import check_up, find_up, rest_up
from skeletonllm_hf.readers.tables.index_columns import rate_of, seconds_of, sort_out
from skeletonllm_hf.synthetic import EXACT, generate
from skeletonllm_hf.writers import save_skeleton


@pytest.fixture(scope="session")
def cases(shared):
    folder = shared / "cases" / "readers"
    if not folder.is_dir():
        pytest.skip(f"no files as people have them at {folder}")
    return folder


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "doubts.py"
    spec = importlib.util.spec_from_file_location("benchmark_doubts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(path, columns, delimiter=","):
    """Writes a table of columns: name -> values."""
    rows = zip(*columns.values(), strict=True)
    text = [delimiter.join(columns), *(delimiter.join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(text) + "\n")
    return path


def joint_columns(joints, names):
    """Columns of a wide table of joints (frames, joints, 3)."""
    return {
        f"{name}_{axis}": joints[:, row, column].tolist()
        for row, name in enumerate(names)
        for column, axis in enumerate("xyz")
    }


def test_no_spoiled_clip_is_read_without_a_word(benchmark, tmp_path):
    silent = []
    count = 0
    for what, path, arguments in (*benchmark.spoiled(tmp_path), *benchmark.spoiled_later(tmp_path)):
        count += 1
        try:
            if not benchmark.doubts_of(benchmark.judged(load_skeleton(path, **arguments))):
                silent.append(what)
        except SkeletonFileError:
            continue
    assert count >= 50 and silent == []


@pytest.mark.parametrize("action", ["wave", "walk", "lie down", "push-up", "jump"])
@pytest.mark.parametrize("layout", ["kinect_v2", "smpl_22"])
def test_generated_clips_are_not_doubted_and_come_back_as_they_were(tmp_path, benchmark, action, layout):
    for seed in range(3):
        clip = generate(action, layout=layout, seed=seed)
        back = load_skeleton(save_skeleton(clip, tmp_path / f"{seed}.bvh").path)
        assert (back.units, back.up, round(back.fps, 2)) == ("centimetres", "y", round(clip.fps, 2))
        assert benchmark.doubts_of(benchmark.judged(back)) in ([], ["up"])


@pytest.mark.parametrize(
    ("name", "first", "step", "rate"),
    [
        ("timestamp", 1_600_000_000_000_000, 33_333, 30.0), ("timestamp", 1_600_000_000_000, 33.3333, 30.0), ("time", 1.6e9, 0.04, 25.0),
        ("timestamp", 1.6e18, 16_666_667, 60.0), ("time", 0, 1 / 120, 120.0), ("time", 0, 33.3333, 30.0), ("t", 0, 33_333.3, 30.0),
        ("time_ms", 0, 2, 500.0), ("time (ms)", 0, 40, 25.0), ("timestamp_us", 0, 8_333.33, 120.0), ("time", 5e8, 1e7, 100.0),
        ("time_s", 0, 120, 1 / 120), ("time", 0, 1, None), ("time", 3, 0, None),
    ],
)  # fmt: skip
def test_rates_from_time_stamps(name, first, step, rate):
    times = first + step * np.arange(40, dtype=np.float64)
    times = np.delete(times, [7, 8, 20])  # gaps do not count
    assert rate_of(name, times) == (rate if rate is None else pytest.approx(rate, rel=1e-3))


@pytest.mark.parametrize(
    "times",
    [
        (0, 5e-324, 1e-323),
        (-1.7e308, 0, 1.7e308),
        (0, 1, 1001),
        (0, 1e-320, 2e-320),
        (0, 1e16, 2e16),
        (np.nan, 1, np.inf),
    ],
)
@pytest.mark.parametrize("name", ["time", "time_ns"])
def test_times_that_tell_no_rate(name, times):
    with np.errstate(over="ignore"):
        assert rate_of(name, np.array(times)) is None


def test_times_as_text(tmp_path):
    clip = generate("wave", layout="kinect_v2", seed=5, options=EXACT)
    columns = joint_columns(clip.joints[:, 0], clip.layout.joints)
    stamps = [f"2024-03-01T10:00:{n / 25:09.6f}Z" for n in range(clip.num_frames)]
    path = table(tmp_path / "a.csv", {"timestamp": stamps, **columns})
    assert load_skeleton(path).fps == 25.0
    path = table(tmp_path / "b.csv", {"timestamp": ["noon"] * clip.num_frames, **columns})
    with pytest.raises(SkeletonFileError, match="row 1: expected a time in numbers or as ISO text, found 'noon'"):
        load_skeleton(path)


@pytest.mark.parametrize("ids", [(7, 9), ("aa11", "bb22"), (72057594037931101, 72057594037931102)])
@pytest.mark.parametrize("key", ["time", "frame", None])
def test_wide_tables_of_several_people(tmp_path, ids, key):
    first, second = (generate("wave", layout="kinect_v2", seed=seed, options=EXACT).joints[:40, 0] for seed in (1, 2))
    second = second + [1.5, 0, 0]
    rows = np.stack([first, second], 1).reshape(80, 25, 3)
    who = [ids[n % 2] for n in range(80)]
    columns = {"person_id": who, **joint_columns(rows, get_layout("kinect_v2").joints)}
    if key:
        columns[key] = [n // 2 / (30 if key == "time" else 1) for n in range(80)]
    clip = load_skeleton(table(tmp_path / "a.csv", columns))
    assert clip.joints.shape == (40, 2, 25, 3) and clip.mask.all()
    assert np.allclose(clip.joints[:, 0], first, atol=1e-4) and np.allclose(clip.joints[:, 1], second, atol=1e-4)


def test_an_id_column_that_counts_rows_or_names_one_person(tmp_path):
    clip = generate("wave", layout="kinect_v2", seed=1, options=EXACT)
    columns = joint_columns(clip.joints[:, 0], clip.layout.joints)
    for who in (["me"] * clip.num_frames, range(1000, 1000 + clip.num_frames)):
        found = load_skeleton(table(tmp_path / "a.csv", {"id": who, **columns}))
        assert found.joints.shape == clip.joints.shape


def test_somebody_who_comes_later_is_missing_before(tmp_path):
    frame, person, names, frames = sort_out(any_file(tmp_path), ["a", "a", "b", "a", "b"], np.array([0, 1, 1, 2, 2]))
    assert (frame.tolist(), person.tolist(), names, frames) == (
        [0, 1, 1, 2, 2],
        [0, 0, 1, 0, 1],
        ("person a", "person b"),
        3,
    )
    frame, *_ = sort_out(any_file(tmp_path), ["a", "b", "a", "b", "b"], None)
    assert frame.tolist() == [0, 0, 1, 1, 2]
    assert sort_out(any_file(tmp_path), ["a", "a"], None) is None
    assert np.allclose(seconds_of(any_file(tmp_path), ["0,5", "1.5", ""])[:2], [0.5, 1.5])


def any_file(tmp_path):
    from skeletonllm_hf.readers.source import SkeletonFile

    path = tmp_path / "x.csv"
    path.write_text("x")
    return SkeletonFile(path)


def test_joints_that_are_only_counted(tmp_path):
    clip = generate("wave", layout="mediapipe_33", seed=1, options=EXACT)
    found = load_skeleton(
        table(tmp_path / "a.csv", joint_columns(clip.joints[:, 0], [f"landmark_{n}" for n in range(33)]))
    )
    assert found.layout.name == "mediapipe_33" and any("Layout guessed" in warning for warning in found.warnings)


@pytest.mark.parametrize("up", ["y", "z"])
def test_left_handed_axes(tmp_path, up):
    clip = generate("punch", layout="kinect_v2", seed=1, options=EXACT)
    right = clip.joints[:, 0] if up == "y" else clip.joints[:, 0] @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])
    left = right * ([1, 1, -1] if up == "y" else [1, -1, 1])
    path = table(tmp_path / "a.csv", joint_columns(left, clip.layout.joints))
    assert any("exchanged" in warning for warning in load_skeleton(path, up=up).warnings)
    found = inspect_skeleton(path, up=up, handed="left")
    assert found.facts["handed"].how == "given" and not any("exchanged" in warning for warning in found.warnings)
    assert np.allclose(found.sequence.canonical().joints[:, 0], clip.canonical().joints[:, 0], atol=1e-4)
    with pytest.raises(ValueError, match=r"handed: expected one of .* got 'both'"):
        load_skeleton(path, handed="both")


def test_nuitrack_is_left_handed(tmp_path):
    clip = generate("wave", layout="kinect_v2", seed=1, options=EXACT)
    names = {"pelvis": "WAIST", "spine_middle": "TORSO", "neck": "NECK", "head": "HEAD"}
    names |= {
        f"{s}_{p}": f"{s}_{p}".upper()
        for s in ("left", "right")
        for p in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    }
    rows = [clip.layout.index(point) for point in names]
    columns = joint_columns(clip.joints[:, 0, rows] * [1, 1, -1], [f"JOINT_{name}" for name in names.values()])
    found = inspect_skeleton(
        table(
            tmp_path / "a.csv",
            {n.replace("_x", ".x").replace("_y", ".y").replace("_z", ".z"): v for n, v in columns.items()},
        )
    )
    assert found.facts["handed"].value == "left" and found.facts["handed"].how == "file" and found.sequence.up == "y"
    place = found.sequence.joints[:, 0, found.sequence.layout.index("right_wrist")]
    assert np.allclose(place, clip.joints[:, 0, clip.layout.index("right_wrist")], atol=1e-4)


def test_mirrored_bodies_are_seen_by_feet_and_by_knees_and_elbows():
    clip = generate("squat", layout="kinect_v2", seed=1, options=EXACT)
    votes = facing_votes(clip.joints, clip.mask, clip.layout)
    assert votes["feet"].mean() > 0.5 and votes["knees"][votes["knees"] != 0].mean() > 0.5
    assert not mirrored(clip.joints, clip.mask, clip.layout) and mirrored(
        clip.joints * np.float32([1, 1, -1]), clip.mask, clip.layout
    )
    assert facing_votes(clip.joints[..., :2], clip.mask, clip.layout) == {}


def test_which_way_is_up():
    layout = get_layout("kinect_v2")
    rest = layout.rest_joints.astype(np.float64)
    still = np.ones((10, 1, 25), bool)
    stand = np.repeat(rest[None, None], 10, axis=0)
    lie = stand @ np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0.0]])  # feet to head along -z
    lie[..., 1] += 0.1
    assert rest_up(rest, layout) == "y" and rest_up(rest[:, [0, 2, 1]] * [1, 1, -1], layout) == "-z"
    sitting = rest.copy()
    sitting[[layout.index(f"{s}_{p}") for s in ("left", "right") for p in ("knee", "ankle", "foot")], 1] = rest[
        layout.index("left_hip"), 1
    ]
    sitting[[layout.index(f"{s}_{p}") for s in ("left", "right") for p in ("knee", "ankle", "foot")], 2] = 0.8
    assert rest_up(sitting, layout) is None
    assert find_up(stand, still, layout, rest, 1.0).axis == "y"
    lying = find_up(lie, still, layout, rest, 1.0)
    assert lying.axis == "y" and "lie" in lying.reason + lying.doubt
    assert find_up(lie, still, layout, None, 1.0).axis == "-z"  # feet at zero: as if it stood on z = 0
    far = find_up(lie + [0, 0, 5], still, layout, None, 1.0)
    assert far.axis == "y" and "bodies lie on y = 0, from feet to head along '-z'" in far.reason
    hips = lie - lie[:, :, [layout.index("pelvis")]]
    assert find_up(hips, still, layout, None, 1.0).axis == "-z"  # about the hips: no floor
    tall = stand @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])  # upright on z = 0
    assert find_up(tall, still, layout, rest, 1.0).axis == "z"
    assert find_up(-stand, still, layout, rest, 1.0).axis == "-y"
    wrong = check_up(tall, still, layout, "-z", 1.0)
    assert wrong.axis == "z" and "-z" in wrong.doubt
    assert check_up(tall, still, layout, "z", 1.0) is None
    bed = check_up(lie + [0, 0.6, 5], still, layout, "y", 1.0)
    assert bed.axis == "y" and "pass up='-z' if they stand" in bed.doubt


@pytest.mark.parametrize("action", ["push-up", "sit-up", "crawl", "lie down", "walk"])
@pytest.mark.parametrize("up", ["y", "z"])
def test_people_who_lie_on_the_floor_of_a_table(tmp_path, action, up):
    clip = generate(action, layout="kinect_v2", seed=1)
    joints = clip.canonical().joints[:, 0]
    joints = joints if up == "y" else joints @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])
    found = load_skeleton(table(tmp_path / "a.csv", joint_columns(joints, clip.layout.joints)))
    assert (found.up, found.units) == (up, "metres")


def test_rates_and_sizes_that_are_doubted():
    assert rate_doubt(30) is rate_doubt(1) is rate_doubt(1000) is None
    assert "0.033 frames a second is implausible" in rate_doubt(0.033)
    assert size_doubt("metres", 1.0) is size_doubt("pixels", 1.0) is size_doubt("metres", None) is None
    assert size_doubt("metres", 0.001).startswith("Bodies are 1e+03 times an adult's size in metres")


def test_of_a_dense_rig_the_model_sees_the_body(tmp_path, tiny):
    processor = tiny[1]
    clip = generate("wave", layout="smpl_22", seed=1, options=EXACT)
    text = save_skeleton(clip, tmp_path / "a.bvh").path.read_text()
    face = "".join(
        f"JOINT special{n}\n{{\nOFFSET 0.{n} 1 {n}\nCHANNELS 0\nEnd Site\n{{\nOFFSET 0 0 0\n}}\n}}\n" for n in range(60)
    )
    before, name, after = text.partition("JOINT head")
    start = after.index("CHANNELS")
    start = after.index("\n", start) + 1
    path = tmp_path / "dense.bvh"
    path.write_text(before + name + after[:start] + face + after[start:])
    dense = load_skeleton(path)
    assert dense.units == "centimetres" and dense.layout.num_joints == 82 and dense.layout.details.sum() == 60
    mask = processor.tensors([dense])["joint_mask"][0]
    assert mask.any(0)[0].sum() == 22 and dense.mask.all()
    plain = load_skeleton(tmp_path / "a.bvh")
    assert not plain.layout.details.any() and not get_layout("coco_wholebody_133").details.any()


def test_names_that_are_not_understood_are_named_and_can_be_mapped(tmp_path):
    clip = generate("wave", layout="kinect_v2", seed=1, options=EXACT)
    strange = {
        f"{side}_{part}": f"{side[0]}{n}"
        for side in ("left", "right")
        for n, part in enumerate(("shoulder", "elbow", "wrist"))
    }
    names = [strange.get(name, name) for name in clip.layout.joints]
    path = table(tmp_path / "a.csv", joint_columns(clip.joints[:, 0], names))
    (warning,) = [warning for warning in load_skeleton(path).warnings if "--map FILE" in warning]
    assert "19 are understood" in warning and "left elbow" in warning and "not understood: l0" in warning
    found = load_skeleton(path, joint_map={short: name for name, short in strange.items()})
    assert not any("--map" in warning for warning in found.warnings)
    assert found.layout.body[found.layout.joints.index("l1")] == "left_elbow"


def test_the_command_line_takes_a_map_and_handedness(tmp_path, capsys):
    clip = generate("wave", layout="kinect_v2", seed=1, options=EXACT)
    names = ["cap" if name == "head" else name for name in clip.layout.joints]
    path = table(tmp_path / "a.csv", joint_columns(clip.joints[:, 0] * [1, 1, -1], names))
    (tmp_path / "map.txt").write_text("cap = head\nneck = -\n")
    assert main(["inspect", str(path), "--map", str(tmp_path / "map.txt"), "--handed", "left", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["meanings"]["cap"] == "head" and "neck" not in found["meanings"]
    assert found["facts"]["handed"]["value"] == "left" and not any("exchanged" in text for text in found["warnings"])
    with pytest.raises(SystemExit):
        main(["inspect", str(path), "--handed", "up"])
    assert "--handed: expected one of" in capsys.readouterr().err
    (tmp_path / "map.txt").write_text("cap = nowhere\n")
    assert main(["inspect", str(path), "--map", str(tmp_path / "map.txt")]) != 0
    assert "'cap': expected one of" in capsys.readouterr().err
    assert main(["inspect", str(path)]) == 0 and "names    24 of 25 understood; others: cap" in capsys.readouterr().out


def test_files_as_people_have_them(cases):
    for path in [cases / "mocapnet_names.bvh", *sorted((cases / "names").glob("*.bvh"))]:
        found = inspect_skeleton(path)
        assert found.facts["units"].value == "centimetres" and found.facts["up"].value == "y", path.name
        assert np.allclose(found.size, (1.16, 2.07, 0.21), atol=0.01), path.name
        assert len(found.warnings) == 1, path.name  # the guess of units and up
        wrist = found.sequence.canonical().joints[:, 0, found.sequence.layout.index("right_wrist")]
        assert np.ptp(wrist[:, 1]) > 0.5, path.name


@pytest.mark.parametrize(
    ("name", "facts", "size", "frames", "people", "warning"),
    [
        ("dense_face_rig.bvh", {"units": "centimetres", "up": "y"}, (1.16, 2.07, 0.21), 60, 1, None),
        ("character1_zup.bvh", {"units": "centimetres", "up": "z"}, (1.16, 2.07, 0.21), 90, 1, "bodies stand upright on z = 0"),
        ("lying_down.bvh", {"up": "y"}, (1.16, 0.21, 2.07), 90, 1, "by the rest pose"),
        ("lying_prone.bvh", {"up": "y"}, (1.16, 0.21, 2.07), 90, 1, "by the rest pose"),
        ("reference_with_prop.bvh", {"up": "y"}, (1.16, 2.07, 0.21), 60, 1, "Left out as no part of the body: Sword."),
        ("frametime30.bvh", {"fps": 30.0}, (1.16, 2.07, 0.21), 90, 1, "0.0333 frames a second is implausible: 30 was taken"),
        ("nuitrack_wave.csv", {"fps": 30.0, "handed": "left"}, None, 90, 1, None),
        ("nuitrack_two.csv", {"fps": 30.0, "handed": "left"}, None, 90, 2, None),
        ("tracks_wide_two_people.csv", {"fps": 15.0, "up": "z"}, None, 90, 2, None),
        ("refused/evenflow_tracks.csv", {"fps": 15.0, "up": "z"}, None, 90, 2, None),
        ("mediapipe_named_norm.csv", {"layout": "mediapipe_33"}, None, 90, 1, "shares of a picture"),
        ("y_screen_minus_z.c3d", {"up": "z"}, (0.23, 2.05, 1.06), 45, 1, "The file says up='-z', but bodies stand along 'z'"),
        ("helen_hayes_labels.c3d", {}, None, 10, 1, "Of 22 joint names 14 are understood, none as left arm, right arm, head"),
    ],
)  # fmt: skip
def test_single_files_as_people_have_them(cases, name, facts, size, frames, people, warning):
    found = inspect_skeleton(cases / name)
    for key, value in facts.items():
        expected = pytest.approx(value, rel=1e-3) if isinstance(value, float) else value
        assert found.facts[key].value == expected, key
    assert (found.frames, found.people) == (frames, people)
    assert size is None or np.allclose(found.size, size, atol=0.02)
    assert warning is None or any(warning in text for text in found.warnings), found.warnings


def test_a_left_handed_punch_goes_towards_the_viewer(cases):
    reach = []
    for name in ("nuitrack_punch.csv", "works/ref_punch_world.csv"):
        clip = load_skeleton(cases / name).canonical()
        wrist, shoulder = (clip.joints[:, 0, clip.layout.index(f"right_{point}")] for point in ("wrist", "shoulder"))
        reach.append(wrist - shoulder)
    assert reach[0][:, 2].max() > 0.5 and np.allclose(*reach, atol=0.01)


@pytest.mark.parametrize(
    ("name", "layout", "units", "up", "frames", "size"),
    [
        ("aist_keypoints3d.npy", "coco_17", "centimetres", "y", 90, (0.91, 1.83, 0.12)),
        ("azure_wide.csv", None, "millimetres", "-y", 90, (1.06, 2.03, 0.12)),
        ("azure_wide_nospace.csv", None, "millimetres", "-y", 90, (1.06, 2.03, 0.12)),
        ("frametime0.bvh", None, "centimetres", "y", 90, (1.16, 2.07, 0.21)),
        ("lsl_kinect.csv", "kinect_v2", "metres", "y", 90, (1.06, 2.03, 0.10)),
        ("mediapipe_tasks_js.json", "mediapipe_33", "metres", "-y", 30, (1.06, 2.01, 0.23)),
        ("mediapipe_wide_ids.csv", "mediapipe_33", "metres", "-y", 30, (1.06, 2.01, 0.23)),
        ("metres.bvh", None, "metres", "y", 90, (1.16, 2.07, 0.21)),
        ("openpose_3d", "openpose_25", "metres", "y", 30, (0.91, 1.87, 0.23)),
        ("openpose_v1", "openpose_18", "pixels", "-y", 30, (0.91, 1.80, 0.00)),
        ("ref_punch_world.csv", None, "metres", "y", 90, (0.38, 1.49, 0.60)),
        ("reference_only.bvh", None, "centimetres", "y", 60, (1.16, 2.07, 0.21)),
        ("upside_down_smpl2bvh.bvh", None, "centimetres", "-y", 90, (1.16, 2.07, 0.21)),
        ("videopose3d_out.npy", "h36m_17", "metres", "-y", 90, (0.91, 1.83, 0.09)),
        ("y_screen_plus_z.c3d", None, "millimetres", "z", 45, (0.23, 2.05, 1.06)),
        ("yolo_wide.csv", "coco_17", "pixels", "-y", 90, (0.91, 1.83, 0.00)),
    ],
)  # fmt: skip
def test_what_was_read_right_stays_so(cases, name, layout, units, up, frames, size):
    found = inspect_skeleton(cases / "works" / name)
    facts = {key: fact.value for key, fact in found.facts.items()}
    assert (facts["units"], facts["up"], found.frames, found.people) == (units, up, frames, 1)
    assert layout is None or facts["layout"] == layout
    assert facts["fps"] == pytest.approx(30, rel=2e-3) and np.allclose(found.size, size, atol=0.01)
