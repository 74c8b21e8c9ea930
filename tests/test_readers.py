"""Loading: detection, the rules every format shares, and what bad input says."""

import os
import pickle

import numpy as np
import pytest

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.source import SkeletonFile


def sbu_text(frames=5, rng=None):
    rng = rng or np.random.default_rng(0)
    rows = np.concatenate([np.arange(frames)[:, None], rng.uniform(0.2, 0.8, (frames, 90))], axis=1)
    return "\n".join(",".join(f"{value:.5g}" for value in row) for row in rows)


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_detection_goes_by_content(write):
    assert load_skeleton(write("whatever.bin", sbu_text())).format == "sbu"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "hello world\n", "found text that begins with 'hello world'"),
        ("a.json", '{"speed": [1], "heart": 2}', "found JSON with the keys heart, speed"),
        ("a.csv", "time,speed,heart\n1,2,3\n", "found a table with the columns time, speed, heart"),
        ("a.txt", "1 2 3 4 5\n1 2 3 4 5\n", "found rows of 5 numbers without names: save them as .npy"),
        ("a.fbx", "; FBX 7.3.0 project file\n", r"found an FBX file \(text\): in Blender, File > Import"),
        ("a.fbx", "Kaydara FBX Binary  \0", r"found an FBX file: in Blender, .*Motion Capture \(.bvh\)"),
        (
            "a.mot",
            "walk\nversion=1\nnRows=3\nendheader\n",
            r"found OpenSim joint angles .*give the marker trajectories",
        ),
        ("a.npy", "version https://git-lfs.github.com/spec/v1\n", "found a Git LFS pointer.*git lfs pull"),
        ("a.bvh", "<!DOCTYPE html><html>", "found a web page"),
        ("a.mp4", "\0\0\0\x18ftypmp42", "expected a video that can be opened"),
    ],
)
def test_unknown_contents_say_what_they_look_like(write, name, text, message):
    with pytest.raises(SkeletonFileError, match=message) as info:
        load_skeleton(write(name, text))
    assert len(str(info.value).split("\n")) <= 3


def test_a_folder_that_is_no_clip_says_what_it_holds(tmp_path):
    for name in ("a.bvh", "b.bvh", "c.c3d"):
        (tmp_path / name).write_text("x")
    with pytest.raises(
        SkeletonFileError, match=r"found a folder of 3 files \(.bvh, .c3d\) that is no clip of one file a frame"
    ):
        load_skeleton(tmp_path)


def test_the_wrong_format_says_where(write):
    with pytest.raises(SkeletonFileError, match=r"a\.bvh: expected a line `MOTION`"):
        load_skeleton(write("a.bvh", sbu_text()), format="bvh")


def test_bad_files_and_paths(write, tmp_path):
    with pytest.raises(SkeletonFileError, match=r"no such file"):
        load_skeleton(tmp_path / "absent.txt")
    with pytest.raises(SkeletonFileError, match=r"no such file|null"):
        load_skeleton("a\0b")
    with pytest.raises(SkeletonFileError, match=r"empty file"):
        load_skeleton(write("empty.skeleton", b""))
    with pytest.raises(SkeletonFileError, match=r"folder"):
        load_skeleton(tmp_path)
    with pytest.raises(SkeletonFileError, match=r"pickles can run code"):
        load_skeleton(write("a.pkl", pickle.dumps({"joints": [1, 2]})))
    with pytest.raises(SkeletonFileError, match=r"pickles can run code"):
        load_skeleton(write("a.npy", pickle.dumps([1, 2], protocol=0)))
    with pytest.raises(SkeletonFileError, match=r"an archive that can be unpacked"):
        load_skeleton(write("a.gz", b"\x1f\x8b\x08aaaa"))
    with pytest.raises(TypeError, match=r"path: expected a path"):
        load_skeleton(3)


@pytest.mark.skipif(os.name != "posix", reason="permissions and pipes as POSIX has them")
def test_no_permission_and_pipes(write, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SkeletonFileError, match=r"a device or a pipe"):  # and does not hang
        load_skeleton(tmp_path / "pipe")
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = write("secret.txt", sbu_text())
    path.chmod(0)
    with pytest.raises(SkeletonFileError, match=r"no permission"):
        load_skeleton(path)


def test_a_file_of_three_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.skeleton"
    with open(path, "wb") as stream:
        stream.truncate(3 * 2**30)  # sparse: takes no room
    with pytest.raises(SkeletonFileError, match=r"at most 536,870,912 bytes, found 3,221,225,472"):
        load_skeleton(path)


def test_arguments_are_checked(write):
    path = write("a.txt", sbu_text())
    for arguments, message in (
        ({"format": "nope"}, "format: expected one of"),
        ({"layout": "nope"}, "unknown layout"),
        ({"up": "w"}, "up: expected one of"),
        ({"units": "miles"}, "units: expected one of"),
        ({"fps": 0}, r"fps: expected a number from 0.001 to 10,000"),
        ({"people": 0}, "people: expected a whole number from 1"),
    ):
        with pytest.raises(ValueError, match=message):
            load_skeleton(path, **arguments)
    with pytest.raises(TypeError, match=r"people: expected a whole number, got str"):
        load_skeleton(path, people="two")


def test_a_layout_of_another_size_names_candidates(write):
    with pytest.raises(SkeletonFileError, match=r"25 joints .*found 15; layouts with 15 joints: 'sbu_15'"):
        load_skeleton(write("a.txt", sbu_text()), layout="kinect_v2")


def test_explicit_arguments_win(write):
    clip = load_skeleton(write("a.txt", sbu_text()), up="z", units="centimetres", fps=7)
    assert (clip.up, clip.units, clip.fps) == ("z", "centimetres", 7.0)
    for name in ("cm", "CM", "centimeters"):
        assert load_skeleton(write("a.txt", sbu_text()), up="z", units=name, fps=7).units == "centimetres"


def test_one_frame_is_a_clip_with_a_warning(write):
    clip = load_skeleton(write("a.txt", sbu_text(frames=1)))
    assert clip.num_frames == 1 and any("one frame" in warning for warning in clip.warnings)


def test_broken_numbers_are_masked_and_counted(write):
    rows = [line.split(",") for line in sbu_text().split("\n")]
    rows[1][4], rows[2][10], rows[2][50] = "nan", "-nan(ind)", "1.#INF"
    clip = load_skeleton(write("a.txt", "\n".join(",".join(row) for row in rows)))
    assert (~clip.mask).sum() == 3 and not clip.mask[1, 0, 1]
    assert any(warning.startswith("3 joints of 150 NaN") for warning in clip.warnings)


def test_a_word_that_is_no_number_is_named_with_its_line(write):
    lines = sbu_text().split("\n")
    lines[3] = lines[3].replace("0.", "O.", 1)
    with pytest.raises(SkeletonFileError, match=r"line 4: expected a number, found 'O\."):
        load_skeleton(write("a.txt", "\n".join(lines)), format="sbu")


def test_bodies_of_zeros_are_absent(write):
    values = np.concatenate([np.arange(6)[:, None], np.random.default_rng(1).uniform(0.2, 0.8, (6, 90))], axis=1)
    values[2:4, 46:] = 0
    text = lambda v: "\n".join(",".join(f"{x:.5g}" for x in row) for row in v)  # noqa: E731
    clip = load_skeleton(write("a.txt", text(values)))
    assert clip.mask[:, 0].all() and clip.mask[:, 1].any(-1).tolist() == [True, True, False, False, True, True]
    values[:, 46:] = 0
    assert load_skeleton(write("b.txt", text(values))).num_people == 1
    values[:, 1:] = 0
    with pytest.raises(SkeletonFileError, match=r"at least one joint that is seen"):
        load_skeleton(write("c.txt", text(values)))


def test_text_that_is_not_text(write):
    with pytest.raises(SkeletonFileError, match=r"binary contents"):
        load_skeleton(write("a.txt", os.urandom(4000)))
    with pytest.raises(SkeletonFileError, match=r"byte 0x00|a number"):
        load_skeleton(write("b.txt", sbu_text().encode() + b"\n\0\0\0"), format="sbu")


def test_names_of_a_folder_sort_by_number(tmp_path):
    for number in (10, 9, 1):
        (tmp_path / f"frame_{number}.json").write_text("{}")
    assert SkeletonFile(tmp_path).names == ("frame_1.json", "frame_9.json", "frame_10.json")
