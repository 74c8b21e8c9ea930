"""What loggers and their users leave in files: names again, sums below, a last line that is cut, midnight, previews, prefixes, places in odd cells."""

import io
import json
import zipfile

import numpy as np
import pytest
from format_samples import body
from PIL import Image
from test_readers_columns import NAMES, same, wide, write

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton, load_skeletons
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def places():
    """(frames, joints of NAMES, 3) metres."""
    clip = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    return clip.joints[:40, 0, [clip.layout.body.index(point) for point in NAMES.values()]]


def lines_of(places, **arguments):
    head, rows = wide(places, **arguments)
    return ",".join(head), [",".join(cell if isinstance(cell, str) else f"{cell:.5f}" for cell in row) for row in rows]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_rows_that_are_no_frames_are_left_out_and_said(tmp_path, places, ends):
    head, rows = lines_of(places, before={"frame": list(map(str, range(40)))})
    sums = [f"{word},{rows[0].partition(',')[2]}" for word in ("mean", "Std")]
    path = tmp_path / "a.csv"
    for lines, warning in (
        ([head, *rows[:15], head, *rows[15:], ""], "Column names that stand between the rows, 1 times, were left out."),
        ([head, *rows, *sums, ""], "Left out below the table, no frames: 2 rows of sums or means."),
        ([head, *rows, "40,0.1,0.2,-"], "The last line is cut off: left out."),
    ):
        path.write_bytes(ends.join(lines).encode())
        clip = load_skeleton(path)
        assert clip.num_frames == 40 and same(clip, places) and warning in clip.warnings


def test_a_line_that_is_cut_in_the_middle_is_an_error(tmp_path, places):
    head, rows = lines_of(places)
    (tmp_path / "a.csv").write_text("\n".join([head, *rows[:9], rows[9][:50], *rows[10:]]))
    with pytest.raises(SkeletonFileError, match="line 11: expected 54 cells"):
        load_skeleton(tmp_path / "a.csv")


@pytest.mark.parametrize("form", ["23:59:{s:06.3f}", "{h}:59:{s:06.3f} PM"])
def test_clocks_go_on_behind_midnight(tmp_path, places, form):
    after = {"23:59:{s:06.3f}": "00:00:{s:06.3f}", "{h}:59:{s:06.3f} PM": "12:00:{s:06.3f} AM"}[form]
    times = [form.format(h=11, s=59 + n / 20) if n < 20 else after.format(s=(n - 20) / 20) for n in range(40)]
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, before={"time": times})))
    assert clip.fps == 20 and clip.num_frames == 40 and same(clip, places)


def test_json_with_a_clock_s_times_as_keys(tmp_path, places):
    frames = {f"00:00:{n / 25:06.3f}": dict(zip(NAMES, row.tolist(), strict=True)) for n, row in enumerate(places)}
    (tmp_path / "a.json").write_text(json.dumps(frames))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.fps == 25 and same(clip, places)


def test_places_behind_their_frame_s_number(tmp_path, places):
    series = {name: [[n, *row] for n, row in enumerate(places[:, joint].tolist())] for joint, name in enumerate(NAMES)}
    (tmp_path / "a.json").write_text(json.dumps(series))
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)


def test_markers_of_ros(tmp_path):
    joints = body("azure_kinect_32") * [1, -1, -1] + [0, 0.9, 3]
    messages = []
    for number, frame in enumerate(joints):
        points = (dict(zip("xyz", place, strict=True)) for place in frame.tolist())
        markers = [{"id": row, "type": 2, "pose": {"position": place, "orientation": {"x": 0, "y": 0, "z": 0, "w": 1}}} for row, place in enumerate(points)]  # fmt: skip
        messages.append({"header": {"stamp": {"secs": 1600000000, "nsecs": number * 50_000_000}}, "markers": markers})
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, messages)))
    clip = load_skeleton(tmp_path / "a.jsonl", layout="azure_kinect_32")
    assert clip.fps == 20 and np.allclose(clip.joints[:, 0], joints, atol=1e-5)


@pytest.mark.parametrize("prefix", ["K4ABT_JOINT_", "subj07.qtm.", "Zed/joint "])
def test_what_all_names_begin_with_is_no_part_of_them(tmp_path, places, prefix):
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, names=tuple(prefix + name for name in NAMES))))
    assert clip.layout.body == tuple(NAMES.values()) and same(clip, places)


def test_a_cell_with_a_list_of_landmarks(tmp_path):
    joints = body("mediapipe_33") * [1, -1, -1]
    cells = (json.dumps([{"x": x, "y": y, "z": z, "visibility": 0.9} for x, y, z in row.tolist()]) for row in joints)
    rows = [[str(n), '"' + cell.replace('"', '""') + '"'] for n, cell in enumerate(cells)]
    clip = load_skeleton(write(tmp_path / "a.csv", ["frame", "landmarks"], rows))
    assert clip.layout.name == "mediapipe_33" and np.allclose(clip.joints[:, 0], joints, atol=1e-4)
    assert np.allclose(clip.confidence, 0.9)


def test_a_preview_beside_a_skeleton_is_no_clip(tmp_path, places):
    picture = io.BytesIO()
    Image.new("RGB", (64, 48)).save(picture, "PNG")
    head, rows = lines_of(places)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("take/a_preview.png", picture.getvalue())
        archive.writestr("take/motion.csv", "\n".join([head, *rows]))
    (clip,) = load_skeletons(tmp_path / "a.zip")
    assert clip.format == "csv" and same(clip, places)
    assert load_skeleton(tmp_path / "a.zip").format == "csv"


@pytest.mark.parametrize("people", [1, 2])
def test_rows_of_two_kinect_bodies(tmp_path, people):
    joints = np.zeros((6, 2, 25, 3))
    for who in range(people):
        joints[:, who] = body("kinect_v2") + [2 * who, 0, 0]
    np.save(tmp_path / "a.npy", joints.reshape(6, 150))
    clip = load_skeleton(tmp_path / "a.npy", layout=get_layout("kinect_v2"))
    assert clip.num_people == people and np.allclose(clip.joints, joints[:, :people], atol=1e-6)


@pytest.mark.parametrize("key", ["rate", "frequency"])
def test_rates_by_other_words(tmp_path, key):
    np.savez(tmp_path / "a.npz", joints=body("kinect_v2"), **{key: 100.0})
    assert load_skeleton(tmp_path / "a.npz", layout="kinect_v2").fps == 100


@pytest.mark.parametrize(
    "line",
    [
        lambda n, body: f"{n / 50:.3f}," + ",".join(f"{name},{x:.5f},{y:.5f},{z:.5f}" for name, (x, y, z) in body),
        lambda n, body: f"{n / 50:.3f} " + "; ".join(f"{name}: ({x:.5f}, {y:.5f}, {z:.5f})" for name, (x, y, z) in body),
        lambda n, body: f"Frame {n} Time {n / 50:.3f}\n" + "\n".join(f"{name} {x:.5f} {y:.5f} {z:.5f}" for name, (x, y, z) in body) + "\n",
    ],
)  # fmt: skip
def test_names_before_their_places(tmp_path, places, line):
    bodies = [list(zip(NAMES, row.tolist(), strict=True)) for row in places]
    (tmp_path / "a.txt").write_text("\n".join(line(n, rows) for n, rows in enumerate(bodies)) + "\n")
    clip = load_skeleton(tmp_path / "a.txt")
    assert clip.fps == 50 and clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)


def test_a_joint_that_is_left_out_of_a_frame_is_missing(tmp_path, places):
    bodies = [
        [pair for pair in zip(NAMES, row.tolist(), strict=True) if n != 5 or pair[0] != "Head"]
        for n, row in enumerate(places)
    ]
    text = "\n".join(" ".join(f"{name} {x:.5f} {y:.5f} {z:.5f}" for name, (x, y, z) in rows) for rows in bodies)
    (tmp_path / "a.txt").write_text(text + "\n")
    clip = load_skeleton(tmp_path / "a.txt")
    assert np.argwhere(~clip.mask[:, 0]).tolist() == [[5, list(NAMES).index("Head")]]


@pytest.mark.parametrize("shape", [(6, 6, 56), (6, 1, 6, 56)])
def test_movenet_of_several_people(tmp_path, shape):
    pixels = body("coco_17")[..., :2] * [0.2, -0.2] + [0.3, 0.6]
    array = np.zeros((6, 6, 56), np.float32)
    for who in range(2):
        array[:, who, :51] = np.concatenate(
            [(pixels + [0.4 * who, 0])[..., ::-1], np.full((6, 17, 1), 0.8)], 2
        ).reshape(6, 51)
        array[:, who, 55] = 0.9
    array[:, 2, :51] = 0.02  # noise, as the network gives it
    np.save(tmp_path / "a.npy", array.reshape(shape))
    clip = load_skeleton(tmp_path / "a.npy", picture=(100, 100))
    assert clip.layout.name == "coco_17" and clip.num_people == 2 and clip.mask.all()
    assert np.allclose(clip.joints[:, 1] - clip.joints[:, 0], [40, 0], atol=0.01)
    assert np.allclose(clip.confidence, 0.8)


def test_json_of_rows_of_numbers(tmp_path):
    joints = body("h36m_17").round(4)
    names = list(get_layout("h36m_17").joints)
    (tmp_path / "a.json").write_text(
        json.dumps({"joint_names": names, "fps": 50, "positions": joints.reshape(6, 51).tolist()})
    )
    clip = load_skeleton(tmp_path / "a.json")
    assert clip.fps == 50 and clip.layout.name == "h36m_17" and np.allclose(clip.joints[:, 0], joints)
    kinect = body("kinect_v2").round(4).reshape(6, 75).tolist()
    (tmp_path / "b.json").write_text(
        json.dumps({"frames": [{"timestamp": 20 * n, "joints": row} for n, row in enumerate(kinect)]})
    )
    clip = load_skeleton(tmp_path / "b.json", layout="kinect_v2")
    assert clip.fps == 50 and np.allclose(clip.joints.reshape(6, 75), kinect)


def test_texts_of_one_frame_with_a_joint_a_row(tmp_path):
    joints = body("kinect_v2", 12)
    for number, frame in enumerate(joints):
        np.savetxt(tmp_path / f"s{number}.txt", frame)
    clip = load_skeleton(tmp_path, layout="kinect_v2")
    assert clip.format == "frame_files" and np.allclose(clip.joints[:, 0], joints, atol=1e-6)


def test_millions_of_sums_or_names_again_and_many_files_end_soon(tmp_path):
    head = "frame," + ",".join(f"{name}_{axis}" for name in NAMES for axis in "xyz")
    (tmp_path / "a.csv").write_text(head + "\n" + "mean,1\n" * 500_000)
    with pytest.raises(SkeletonFileError, match="at most 3,000,000 cells"):
        load_skeleton(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text((head + "\n") * 10_000)
    with pytest.raises(SkeletonFileError, match="rows below the column names, found none"):
        load_skeleton(tmp_path / "b.csv")
    (tmp_path / "names.txt").write_text((" ".join(f"{name} 0.1 0.2 0.3" for name in NAMES) + "\n") * 30_000)
    with pytest.raises(SkeletonFileError, match="at most 1,500,000 numbers behind names, found about 1,620,0"):
        load_skeleton(tmp_path / "names.txt")
    lying = (f"{name}_{axis}" + ",0.5" * 60_000 for name in NAMES for axis in "xyz")
    (tmp_path / "side.csv").write_text("\n".join(lying))
    with pytest.raises(SkeletonFileError, match="at most 3,000,000 cells in a table with a column a frame"):
        load_skeleton(tmp_path / "side.csv")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}.txt", "")
    with pytest.raises(SkeletonFileError, match="at most 20,000 files in an archive, found more"):
        load_skeletons(tmp_path / "c.zip")
