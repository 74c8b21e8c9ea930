"""Files made to stop whoever reads them: each becomes our own error before memory or time is spent, sound ones are read."""

import contextlib
import io
import json
import os
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from fuzzing import ASF, corpus, write_case

from skeletonllm_hf import SkeletonLayout, load_skeleton
from skeletonllm_hf.readers import SkeletonFileError
from skeletonllm_hf.readers.estimators.detections import frame_numbers
from skeletonllm_hf.readers.numbers import parse_numbers
from skeletonllm_hf.readers.source import SkeletonFile
from skeletonllm_hf.readers.tables.column_names import coordinate, scored_joint

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "hostile"
MAX_SECONDS, MAX_MEGABYTES = 2.0, 500
_MEASURED = """
import sys, time, warnings
from pathlib import Path
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
peak = lambda: next(int(s.split()[1]) // 1024 for s in Path("/proc/self/status").read_text().splitlines() if s.startswith("VmHWM"))
warnings.simplefilter("ignore")
before, start = peak(), time.process_time()
try:
    found = str(load_skeleton(sys.argv[1]).joints.shape)
except SkeletonFileError as error:
    found = "refused"
print(found, round(time.process_time() - start, 2), peak() - before, sep="|")
"""


def measured(path):
    """(outcome, processor seconds, megabytes above the start) of reading a file in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    outcome, seconds, megabytes = done.stdout.strip().split("|")
    return outcome, float(seconds), int(megabytes)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the folder of hostile files beside the checkout")
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs Linux's count of a process's memory")
def test_the_shared_folder(tmp_path):
    subprocess.run([sys.executable, SHARED / "make.py", tmp_path], check=True)
    files = [
        p for folder in (SHARED, tmp_path) for p in sorted(folder.glob("*.*")) if p.suffix not in (".py", ".md", ".asf")
    ]
    assert len(files) > 15
    for path in files:
        outcome, seconds, megabytes = measured(path)
        assert outcome == ("(2000, 2, 15, 3)" if path.name == "sbu_long.txt" else "refused"), path.name
        assert seconds < MAX_SECONDS and megabytes < MAX_MEGABYTES, (path.name, seconds, megabytes)


@pytest.mark.parametrize("separator", [b" ", b",", b";", b"\t", b"\n", b", ", b"\r\n", b"\v"])
def test_numbers_across_the_pieces_that_a_text_is_parsed_in(tmp_path, separator, monkeypatch):
    monkeypatch.setattr("skeletonllm_hf.readers.numbers._PIECE_BYTES", 64)
    expected = np.arange(3000) * 1.25 - 7
    for lead in range(8):  # every place that the border of a piece can fall on
        data = b" " * lead + separator.join(b"%g" % value for value in expected)
        path = write_case(tmp_path, "a.txt", data)
        assert np.array_equal(parse_numbers(SkeletonFile(path), data, np.float64), expected)


def test_a_word_without_an_end(tmp_path):
    for word in (b"1" * 3_000_000, b"1" * 900_000 + b"x", b"nan(" + b"a" * 900_000, b"1.#inf" + b"1" * 900_000 + b"x"):
        path = write_case(tmp_path, "a.txt", word)
        start = time.process_time()
        with pytest.raises(SkeletonFileError, match=r"line 1: expected (a number|91 numbers)"):
            load_skeleton(path, format="sbu")
        assert time.process_time() - start < MAX_SECONDS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nose_x", ("nose", "x")),
        ("nose.X", ("nose", "x")),
        ("left hand/pos/y", ("left hand", "y")),
        ("left_knee_position_z", ("left_knee", "z")),
        ("head coord:x", ("head", "x")),
        ("nosepos_x", ("nosepos", "x")),
        ("z_nose", ("nose", "z")),
        ("Y nose tip", ("nose tip", "y")),
        ("nosex", None),
        ("x", None),
        ("_x", None),
        ("", None),
    ],
)
def test_names_of_columns(name, expected):
    found = coordinate(name)
    assert (found and (found.joint, found.axis)) == expected


def test_names_of_scores():
    assert scored_joint("nose_visibility") == scored_joint("nose.C") == scored_joint("nose  conf") == "nose"
    assert scored_joint("c") is scored_joint("_v") is scored_joint("nosec") is None


@pytest.mark.parametrize(
    "hostile", ["_" * 60_000, "x" + "_" * 60_000, "a_" * 30_000, " " * 60_000 + "x", "_pos" * 15_000]
)
def test_long_names_of_columns_take_no_time(tmp_path, hostile):
    path = write_case(tmp_path, "a.csv", f"{hostile},b\n1,2\n".encode())
    start = time.process_time()
    with pytest.raises(SkeletonFileError):
        load_skeleton(path, format="csv")
    assert time.process_time() - start < MAX_SECONDS


def test_csv_cells(tmp_path):
    head = b"note," + b",".join(
        b"%s_%s" % (j, a) for j in (b"nose", b"neck", b"left_hip", b"right_hip") for a in (b"x", b"y")
    )
    for cell in (b"a" * 200_000, b"1" * 200_000 + b"x", b" " * 100_000 + b"x"):
        start = time.process_time()
        path = write_case(tmp_path, "a.csv", head + b"\n" + cell + b",1,2,3,4,5,6,7,8\n")
        with contextlib.suppress(SkeletonFileError):
            load_skeleton(path, format="csv")
        assert time.process_time() - start < MAX_SECONDS
    long = b"frame,joint,x,y\n" + b"".join(b"%s,%s,1,2\n" % (b"inf", j) for j in (b"nose", b"neck", b"hips", b"head"))
    with pytest.raises(SkeletonFileError, match="line 2, frame: expected a frame's number or time, found 'inf'"):
        load_skeleton(write_case(tmp_path, "a.csv", long), format="csv")


def test_numbers_in_the_names_of_pictures():
    assert frame_numbers(["a_7.png", "a_9.png"]) == {"a_7.png": 0, "a_9.png": 2}
    assert frame_numbers(["cam1", "cam2_x"]) == {"cam1": 0, "cam2_x": 1}
    assert frame_numbers(["x", "y2"]) == {"x": 0, "y2": 1}
    start = time.process_time()
    frame_numbers(["1a" * 500_000])
    frame_numbers([f"{n}.png" for n in range(100_000)])  # once quadratic
    assert time.process_time() - start < MAX_SECONDS


def archive(method=zipfile.ZIP_DEFLATED, **arrays):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            out.writestr(f"{name}.npy", member.getvalue())
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_methods(tmp_path, method):
    joints = np.random.default_rng(0).normal(size=(4, 33, 3))
    with pytest.raises(SkeletonFileError, match=r"key 'joints.npy': expected members that are stored or deflated"):
        load_skeleton(write_case(tmp_path, "a.npz", archive(method, joints=joints)))
    for sound in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert load_skeleton(write_case(tmp_path, "a.npz", archive(sound, joints=joints))).num_frames == 4


def test_archives_of_many_members(tmp_path):
    with pytest.raises(SkeletonFileError, match=r"at most 1000 arrays in the archive, found 1,200"):
        load_skeleton(write_case(tmp_path, "a.npz", archive(**{f"a{n}": np.zeros(1) for n in range(1200)})))
    sound = archive(joints=np.ones((2, 33, 3)))
    for end in (b"", b"comment PK\x05\x06 inside", b"PK\x05\x06"):
        data = sound[:-2] + struct.pack("<H", len(end)) + end
        with contextlib.suppress(SkeletonFileError):
            load_skeleton(write_case(tmp_path, "a.npz", data))


def test_an_archive_that_lies_about_a_size(tmp_path):
    data = bytearray(archive(joints=np.zeros((400, 33, 3))))
    entry = data.rfind(b"PK\x01\x02")
    for claimed in (10, 2**31 - 1, 250 << 20):
        data[entry + 24 : entry + 28] = struct.pack("<I", claimed)
        with pytest.raises(SkeletonFileError):
            load_skeleton(write_case(tmp_path, "a.npz", bytes(data)))


def npy(header):
    text = header.encode("latin-1")
    return b"\x93NUMPY\x02\x00\x00\x00"[:8] + struct.pack("<I", len(text)) + text


@pytest.mark.parametrize(
    "shape",
    [
        "(0,) * 1",
        "(" + "1," * 80 + ")",
        "(0," + "9" * 60 + ")",
        "(" + "9" * 5000 + ",)",
        "(0x" + "f" * 9000 + ",)",
        "(True, 2)",
    ]
    + ["(2, -1)", "(0, 1099511627776, 1099511627776, 0)", "(" * 900, "(1.5,)"],
)
def test_dimensions_of_arrays(tmp_path, shape):
    path = write_case(tmp_path, "a.npy", npy(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}"))
    for format in (None, "numpy", "humanml3d", "freemocap"):
        with pytest.raises(SkeletonFileError):
            load_skeleton(path, format=format)


@pytest.mark.parametrize(
    "descr",
    [
        "'<f4,<f4'",
        "'V99999999999999'",
        "('f4', (9, 9))",
        "[('a', 'f4')]",
        "'|O'",
        "'M8[s]'",
        "'U999999999'",
        "7",
        "None",
    ],
)
def test_types_of_arrays(tmp_path, descr):
    path = write_case(tmp_path, "a.npy", npy(f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1, 33, 3)}}"))
    with pytest.raises(SkeletonFileError):
        load_skeleton(path)


def test_texts_in_archives(tmp_path):
    joints = np.random.default_rng(0).normal(size=(4, 33, 3))
    wrong = np.frombuffer(b"\xff\xff\xff\xff", "<U1").reshape(())
    half = np.frombuffer(b"\x00\xd8\x00\x00", "<U1").reshape(())
    for label, found in ((wrong, "other characters"), (half, "other characters"), (np.array("a" * 1001), "1,001")):
        with pytest.raises(SkeletonFileError, match=f"label.*{found}"):
            load_skeleton(write_case(tmp_path, "a.npz", archive(joints=joints, label=label)))
    with pytest.raises(SkeletonFileError, match=r"key 'format': expected one text of at most 4,194,304 bytes"):
        load_skeleton(write_case(tmp_path, "a.npz", archive(joints=joints, format=np.array("a" * 2_000_000))))


def test_half_characters_in_json(tmp_path):
    own = json.loads(corpus()["json"][1])
    for key, value in (
        ("label", "\ud800"),
        ("captions", ["ok", "\udfff"]),
        ("warnings", ["x" * 20_001]),
        ("label", "x" * 1001),
    ):
        path = write_case(tmp_path, "a.json", json.dumps(own | {key: value}).encode())
        with pytest.raises(SkeletonFileError, match=f"{key}: expected") as caught:
            load_skeleton(path)
        str(caught.value).encode()
    with pytest.raises(ValueError, match="Unicode characters"):
        SkeletonLayout("x", ("a", "\ud800"), ((0, 1),))
    with pytest.raises(ValueError, match="at most 256"):
        SkeletonLayout("x", ("a", "b" * 257), ((0, 1),))


@pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode there")
def test_a_file_name_that_is_no_text(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.bvh"
    Path(os.fsdecode(path)).write_bytes(b"HIERARCHY\n")
    with pytest.raises(SkeletonFileError) as caught:
        load_skeleton(os.fsdecode(path))
    str(caught.value).encode()


BVH_HEAD = "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\nCHANNELS 3 Xrotation Yrotation Zrotation\n"
BVH_TAIL = "}\nMOTION\nFrames: 1\nFrame Time: 0.03\n0 0 0\n"


def test_names_of_bvh_joints(tmp_path):
    joint = "JOINT {}\n{{\nOFFSET 0 1 0\n}}\n"
    with pytest.raises(SkeletonFileError, match=r"names of at most 256 characters, found 300"):
        load_skeleton(write_case(tmp_path, "a.bvh", (BVH_HEAD + joint.format("a" * 300) + BVH_TAIL).encode()))
    start = time.process_time()
    clip = load_skeleton(write_case(tmp_path, "a.bvh", (BVH_HEAD + joint.format("a" * 200) * 1000 + BVH_TAIL).encode()))
    assert clip.layout.joints[1:4] == tuple("a" * 200 + end for end in ("", "_2", "_3"))
    assert time.process_time() - start < 2 * MAX_SECONDS
    with pytest.raises(SkeletonFileError, match="Frames:"):
        load_skeleton(write_case(tmp_path, "a.bvh", (BVH_HEAD + "}\nMOTION\n" + " " * 3_000_000 + "Frames").encode()))


def test_bvh_orientations_are_left_out_where_they_do_not_fit(tmp_path, monkeypatch):
    path = write_case(tmp_path, "a.bvh", corpus()["bvh"][1])
    full = load_skeleton(path)
    monkeypatch.setattr("skeletonllm_hf.readers.mocap.bvh.MAX_HELD_BYTES", 1400)
    lean = load_skeleton(path)
    assert full.rotations is not None and lean.rotations is None and np.array_equal(full.joints, lean.joints)
    assert any("orientations were left out" in warning for warning in lean.warnings)
    monkeypatch.setattr("skeletonllm_hf.readers.reader.MAX_HELD_BYTES", 1000)
    with pytest.raises(SkeletonFileError, match="a clip that takes at most"):
        load_skeleton(path)


def test_amc_frames_are_counted_with_all_bones(tmp_path, monkeypatch):
    write_case(tmp_path, "a.asf", ASF)
    path = write_case(tmp_path, "a.amc", corpus()["asf_amc"][1])
    assert load_skeleton(path).num_frames == 4
    monkeypatch.setattr("skeletonllm_hf.readers.reader.MAX_HELD_BYTES", 4 * 3 * 12 * 12)
    with pytest.raises(SkeletonFileError, match=r"4 frames x 3 bones"):
        load_skeleton(path)


def test_a_joint_number_that_is_infinite(tmp_path):
    person = {"image_id": 1, "keypoints": [1, 2, 2] * 4}
    category = {"name": "c", "keypoints": ["a", "b", "c", "d"]}
    for bone in ([1e999, 1], [-1e999, 2], [1, None], ["1", 2, 3], [float("nan"), 1]):
        content = {"images": [{"id": 1}], "annotations": [person], "categories": [category | {"skeleton": [bone]}]}
        with pytest.raises(SkeletonFileError, match="categories: expected keypoints and skeleton"):
            load_skeleton(write_case(tmp_path, "a.json", json.dumps(content).encode()), format="coco_json")


def test_amass_parts_of_different_lengths(tmp_path):
    parts = {"root_orient": np.zeros((5, 3)), "pose_body": np.zeros((6, 63)), "trans": np.zeros((5, 3))}
    model = write_case(tmp_path, "model.npz", archive(v_template=np.zeros((3, 3))))
    with pytest.raises(SkeletonFileError, match="key 'pose_body': expected 5 rows as in 'root_orient', found 6"):
        load_skeleton(write_case(tmp_path, "a.npz", archive(**parts)), body_model=model)


def test_pose_headers(tmp_path):
    pytest.importorskip("pose_format", reason="needs the extra [formats]")
    sound = corpus()["pose"][1]
    at = sound.index(b"XYZC") + 4
    for place, value, message in (
        (at, 65_535, "at most 4,096 points"),
        (at + 2, 65_535, "at most 20,000 limbs"),
        (at, 0, "points in its components, found none"),
        (10, 65_535, "at most 64 components"),
        (10, 60, "a complete header"),
    ):
        data = bytearray(sound)
        data[place : place + 2] = struct.pack("<H", value)
        with pytest.raises(SkeletonFileError, match=message):
            load_skeleton(write_case(tmp_path, "a.pose", bytes(data)), format="pose")
    old = struct.pack("<f", 0.0) + sound[4:] + b"\xff" * 12_000_000
    with pytest.raises(SkeletonFileError, match=r"bodies and frames in version 0\.0"):
        load_skeleton(write_case(tmp_path, "a.pose", old), format="pose")


@pytest.mark.parametrize(
    "arguments",
    [
        {"people": 10**400},
        {"people": 101},
        {"fps": 1e300},
        {"fps": 10**400},
        {"fps": float("nan")},
        {"fill_gaps": 10**400},
    ]
    + [{"person": 0}, {"min_confidence": 1.5}, {"min_confidence": float("inf")}, {"people": -(10**400)}],
)
def test_arguments_beyond_all_bounds(tmp_path, arguments):
    path = write_case(tmp_path, "a.npy", corpus()["numpy"][1])
    with pytest.raises(ValueError, match=rf"{next(iter(arguments))}: expected a (whole )?number"):
        load_skeleton(path, **arguments)
    with pytest.raises(TypeError, match="clip: expected a number or a name"):
        load_skeleton(path, clip=[1])


def test_bones_without_number(tmp_path):
    """Found by the fuzz benchmark: a skeleton of four joints and twenty thousand bones."""
    person = {"image_id": 1, "keypoints": [1, 2, 2] * 4}
    category = {"name": "c", "keypoints": ["a", "b", "c", "d"], "skeleton": [[1, 2], [2, 3], [3, 4]] * 7000}
    content = {"images": [{"id": 1}], "annotations": [person], "categories": [category]}
    with pytest.raises(SkeletonFileError, match="expected at most 4096 bones, got 21000"):
        load_skeleton(write_case(tmp_path, "a.json", json.dumps(content).encode()), format="coco_json")


@pytest.mark.parametrize("kind", ["chain", "star", "hub", "repeated"])
def test_large_layouts_take_no_time(kind):
    count = 1024
    bones = {
        "chain": [(n, n + 1) for n in range(count - 1)],
        "star": [(0, n) for n in range(1, count)],
        "hub": [(0, n) for n in range(1, count)]
        + [(n, n + step) for step in (1, 2, 3) for n in range(1, count - step)],
        "repeated": [(n, n + 1) for n in range(3)] * 1365,
    }[kind]
    start = time.process_time()
    layout = SkeletonLayout(kind, tuple(f"j{n}" for n in range(count)), tuple(bones))
    assert np.isfinite(layout.rest_joints).all()
    assert time.process_time() - start < 2 * MAX_SECONDS


def test_texts_that_hold_no_frame_or_two_numbers_in_a_cell(tmp_path):
    data = corpus()["mvnx"][1]
    with pytest.raises(SkeletonFileError, match="expected frames of motion, found none"):
        load_skeleton(write_case(tmp_path, "a.mvnx", data.replace(b"<frame ", b"<other ")))
    with pytest.raises(SkeletonFileError, match="elements <segments> and <frames>"):  # once quadratic
        load_skeleton(write_case(tmp_path, "a.mvnx", b"<mvnx>" + b"<segment " * 200_000 + b"<frames"), format="mvnx")
    lines = corpus()["motive"][1].split(b"\n")
    cells = lines[-2].split(b",")
    lines[-2] = b",".join([*cells[:-1], cells[-1].strip() + b";1"])
    with pytest.raises(SkeletonFileError, match=rf"line {len(lines) - 1}: expected one number in a cell, found more"):
        load_skeleton(write_case(tmp_path, "a.csv", b"\n".join(lines)))
