"""Text and arrays in spellings that other programs choose: logs, YAML, XML, prints, Fortran, packed files, MATLAB's old ones. The same body every time."""

import bz2
import io
import json
import lzma
import tarfile

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 30
NAMES = get_layout("kinect_v2").joints
JOINTS = body("kinect_v2", FRAMES).round(4)


def read(tmp_path, name, text):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_skeleton(tmp_path / name)


def is_whole(clip, joints=JOINTS):
    rows = [clip.layout.joints.index(name) for name in NAMES] if set(NAMES) <= set(clip.layout.joints) else slice(None)
    return clip.num_frames == len(joints) and np.allclose(clip.joints[:, 0, rows], joints, atol=1e-3)


def named(frame):
    return {name: place.tolist() for name, place in zip(NAMES, frame, strict=True)}


def table(mark=","):
    head = mark.join(["time", *(f"{name}_{axis}" for name in NAMES for axis in "xyz")])
    return "\n".join([head, *(mark.join(f"{v:.4f}" for v in (f / 50, *JOINTS[f].ravel())) for f in range(FRAMES))])


@pytest.mark.parametrize("before", ["2024-05-01T10:00:{:06.3f}Z lab/pose ", "[{:.3f}] INFO ", "{:.3f} data: "])
def test_logs_of_json(tmp_path, before):
    since = 0 if "T" in before else 1700000000
    lines = [before.format(since + f / 20) + json.dumps({"joints": named(JOINTS[f])}) for f in range(FRAMES)]
    clip = read(tmp_path, "a.log", "\n".join(lines))
    assert is_whole(clip) and clip.fps == pytest.approx(20, rel=1e-3)


def test_scripts_that_hold_json(tmp_path):
    content = json.dumps({"fps": 25, "frames": [{"joints": named(frame)} for frame in JOINTS]})
    for text in (f"var motion = {content};\n", f"callback({content});"):
        clip = read(tmp_path, "a.js", text)
        assert is_whole(clip) and clip.fps == 25


def test_fortran_exponents(tmp_path):
    rows = [" ".join(f"{v:.6E}".replace("E", "D") for v in frame.ravel()) for frame in JOINTS]
    assert is_whole(read(tmp_path, "fort.20", "\n".join(rows)))


def yaml_of(frame, number):
    places = "".join(
        f'  - \n    name: "{name}"\n    position: \n      x: {x}\n      y: {y}\n      z: {z}\n'
        for name, (x, y, z) in zip(NAMES, frame.tolist(), strict=True)
    )
    return f'header: \n  stamp: \n    secs: 1600000000\n    nsecs: {number * 40_000_000}\n  frame_id: "map"\njoints: \n{places}---\n'


def test_yaml_of_ros(tmp_path):
    clip = read(tmp_path, "a.txt", "".join(yaml_of(frame, number) for number, frame in enumerate(JOINTS[:20])))
    assert is_whole(clip, JOINTS[:20]) and clip.fps == pytest.approx(25)


def test_yaml_of_lists(tmp_path):
    lines = ["fps: 30", f"joint_names: [{', '.join(NAMES[:12])},", f"  {', '.join(NAMES[12:])}]", "frames:"]  # fmt: skip
    for frame in JOINTS:
        lines += ["  - positions:", *(f"      - [{x}, {y},\n         {z}]" for x, y, z in frame.tolist())]
    clip = read(tmp_path, "a.yml", "\n".join(lines))
    assert is_whole(clip) and clip.fps == 30


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(" " * n + "a:" for n in range(2000)),
        "a:\n" + "  - [1,\n" * 100_000,
        "a:\n  - b: [[[[\n" * 50,
        '<a x="1">' * 100_000,
        '<!DOCTYPE a [<!ENTITY b "cc">]><a x="1">&b;</a>',
        "[[1.0 2.0]\n ...\n [5.0 6.0]]\n" * 20,
    ],
)
def test_hostile_text_is_refused(tmp_path, text):
    with pytest.raises(SkeletonFileError, match=r"a\.txt"):
        read(tmp_path, "a.txt", text)


def test_xml(tmp_path):
    joints = [
        "".join(
            f'<Joint name="{n}" x="{x}" y="{y}" z="{z}"/>' for n, (x, y, z) in zip(NAMES, frame.tolist(), strict=True)
        )
        for frame in JOINTS
    ]
    frames = "".join(f'<Frame number="{n}"><Body id="7">{inner}</Body></Frame>\n' for n, inner in enumerate(joints))
    clip = read(tmp_path, "a.xml", f'<?xml version="1.0"?>\n<Recording fps="25">\n{frames}</Recording>')
    assert is_whole(clip) and clip.fps == 25


def test_printed_arrays(tmp_path):
    text = "".join(f"frame {number}\n{frame}\n" for number, frame in enumerate(JOINTS))
    assert is_whole(read(tmp_path, "out.txt", text))


def test_utf16_without_a_mark(tmp_path):
    for encoding in ("utf-16-le", "utf-16-be"):
        clip = read(tmp_path, "a.tsv", table("\t").encode(encoding))
        assert is_whole(clip) and clip.fps == 50


def test_packed_files(tmp_path):
    data = table().encode()
    for name, packed in (("a.csv.bz2", bz2.compress(data)), ("a.csv.xz", lzma.compress(data))):
        assert is_whole(read(tmp_path, name, packed))
    for kind in ("bz2", "xz"):
        with tarfile.open(tmp_path / f"a.tar.{kind}", f"w:{kind}") as archive:
            member = tarfile.TarInfo("takes/a.csv")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        clip = load_skeleton(tmp_path / f"a.tar.{kind}")
        assert is_whole(clip) and clip.source.endswith("takes/a.csv")


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_packed_files_that_are_cut_or_too_large(tmp_path, pack, monkeypatch):
    with pytest.raises(SkeletonFileError, match="an archive that can be unpacked"):
        read(tmp_path, "a.csv.bin", pack(table().encode())[:-40])
    monkeypatch.setattr("skeletonllm_hf.readers.archive.MAX_UNPACKED", 1000)
    with pytest.raises(SkeletonFileError, match="unpacked, found more"):
        read(tmp_path, "b.csv.bin", pack(bytes(5000)))


def old_matlab(name, array, order="<"):
    kind = 1000 * (order == ">")
    header = np.array([kind, *array.shape, 0, len(name) + 1], f"{order}i4").tobytes()
    return header + name.encode() + b"\0" + array.astype(f"{order}f8").tobytes("F")


def test_matlab_of_version_4(tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"fs": 50.0, "joints": JOINTS.reshape(FRAMES, -1)}, format="4")
    clip = load_skeleton(tmp_path / "a.mat")
    assert is_whole(clip) and clip.fps == 50
    data = old_matlab("joints", JOINTS.reshape(FRAMES, -1), ">")
    assert is_whole(read(tmp_path, "b.mat", data))
    with pytest.raises(SkeletonFileError, match="the file may be truncated"):
        read(tmp_path, "c.mat", data[:-9])


def test_numbers_of_clip_and_person_before_the_joints(tmp_path):
    clips = [(1, 1, 3), (2, 1, 3)]
    rows = [" ".join(f"{v:g}" for v in (*ids, *frame.ravel())) for ids in clips for frame in JOINTS]
    clip = read(tmp_path, "a.txt", "\n".join(rows))
    assert is_whole(clip) and any("those of 2 clips" in text for text in clip.warnings)
    shift = np.array([0, 3])[:, None, None, None] + np.zeros((2, *JOINTS.shape), np.float32)
    pair = [
        " ".join(f"{v:g}" for v in (f, who, *(JOINTS + shift[who])[f].ravel())) for f in range(FRAMES) for who in (0, 1)
    ]
    clip = read(tmp_path, "b.txt", "\n".join(pair))
    assert clip.joints.shape[:2] == (FRAMES, 2) and is_whole(clip)
    assert np.allclose(clip.joints[:, 1], JOINTS + 3, atol=1e-3)


def test_axes_that_the_file_calls_left_handed(tmp_path):
    frames = [{"joints": named(frame * (1, 1, -1))} for frame in JOINTS]
    content = {"coordinateSystem": "left-handed (Unity)", "frames": frames}
    clip = read(tmp_path, "a.json", json.dumps(content))
    assert is_whole(clip) and any("left-handed" in text for text in clip.warnings)


def test_turns_with_x_y_z_w_are_no_places(tmp_path):
    turn = {"x": 0.1, "y": 0.2, "z": 0.3, "w": 0.927}
    with pytest.raises(SkeletonFileError):
        read(tmp_path, "a.json", json.dumps({"frames": [{"bones": dict.fromkeys(NAMES, turn)}] * 5}))


def test_pixels_from_minus_one_to_one(tmp_path):
    flat = body("coco_17", FRAMES)[..., :2]
    flat = (flat - flat.mean((0, 1))) / 2
    names = get_layout("coco_17").joints
    head = ",".join(f"{name}_{axis}" for name in names for axis in "xy")
    rows = [",".join(f"{v:.5f}" for v in (frame * (1 / 1.6, -1 / 0.9)).ravel()) for frame in flat]
    clip = read(tmp_path, "a.csv", "\n".join([head, *rows]))
    size = np.ptp(clip.joints[:, 0].reshape(-1, 2), axis=0)
    assert size[0] / size[1] == pytest.approx(np.ptp(flat[..., 0]) / np.ptp(flat[..., 1]), rel=0.01)
    assert any("16:9 was taken" in text for text in clip.warnings)


def test_points_named_after_pictures(tmp_path):
    rows = ["image,label,x,y"]
    flat = 400 + 100 * body("coco_17", FRAMES)[..., :2] * (1, -1)
    for number, frame in enumerate(flat):
        places = zip(get_layout("coco_17").joints, frame.tolist(), strict=True)
        rows += [f"img_{number}.png,{name},{x:.2f},{y:.2f}" for name, (x, y) in places if number != 3 or name != "nose"]
    clip = read(tmp_path, "a.csv", "\n".join(rows))
    assert clip.num_frames == FRAMES and clip.num_people == 1 and not clip.mask[3, 0, 0]


def test_json_beside_an_array(tmp_path):
    meta = json.dumps({"fps": 25, "keypoints": list(NAMES)})
    np.savez(tmp_path / "a.npz", poses3d=JOINTS, meta=np.array(meta))
    clip = load_skeleton(tmp_path / "a.npz")
    assert is_whole(clip) and clip.fps == 25 and clip.layout.joints == NAMES


def test_dates_of_dotnet(tmp_path):
    frames = [
        {"CreationTime": f"/Date({1500000000000 + 40 * n})/", "Joints": named(frame)} for n, frame in enumerate(JOINTS)
    ]
    clip = read(tmp_path, "a.json", json.dumps(frames))
    assert is_whole(clip) and clip.fps == pytest.approx(25)
