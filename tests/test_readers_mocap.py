"""Motion capture and tables: PKU-MMD, HumanML3D, AMASS, ASF/AMC, C3D, FreeMoCap, CSV."""

import struct

import data_folders
import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.datasets.humanml3d import recover_positions
from skeletonllm_hf.readers.datasets.pku_mmd import read_pku_segments

FRAMES = 15


def moving(layout, frames=FRAMES):
    return get_layout(layout).rest_joints + 0.05 * np.sin(np.arange(frames))[:, None, None]


def turn_y(angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def test_pku_mmd(tmp_path):
    bodies = np.zeros((FRAMES, 2, 25, 3))
    bodies[:, 0] = moving("kinect_v2") * [-1, 1, -1] + [0, -1, 3]
    path = tmp_path / "0002-L.txt"
    path.write_text("\n".join(" ".join(f"{v:.6f}" for v in row.ravel()) for row in bodies))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.num_people) == ("pku_mmd", "kinect_v2", 1)
    (tmp_path / "labels.txt").write_text("3,2,8,2\n1,9,14,1\n7,100,200,1\n")
    segments = list(read_pku_segments(path, tmp_path / "labels.txt", names=("bow", "clap")))
    assert [(s.label, s.num_frames) for s in segments] == [("class 3", 6), ("bow", 5)]


def humanml3d_vectors(joints, headings):
    """The 263 numbers of a motion, of which positions need the first 67; an independent forward computation."""
    vectors = np.zeros((len(joints), 263))
    for t in range(len(joints)):
        into = turn_y(-headings[t])  # into the root's heading
        root = joints[t, 0] * [1, 0, 1]
        vectors[t, 3] = joints[t, 0, 1]
        vectors[t, 4 : 4 + 3 * len(joints[t, 1:])] = ((joints[t, 1:] - root) @ into.T).ravel()
        if t + 1 < len(joints):
            vectors[t, 0] = -(headings[t + 1] - headings[t]) / 2
            step = (joints[t + 1, 0] - joints[t, 0]) @ turn_y(-headings[t + 1]).T
            vectors[t, 1:3] = step[[0, 2]]
    return vectors


def test_humanml3d_vectors_and_joints(tmp_path):
    headings = np.linspace(0, 2.0, FRAMES)
    rest = get_layout("smpl_22").rest_joints
    walk = np.stack([np.linspace(0, 1, FRAMES), np.zeros(FRAMES), np.linspace(0, 2, FRAMES) ** 2], 1)
    joints = np.stack([rest @ turn_y(h).T + w for h, w in zip(headings, walk, strict=False)])
    vectors = humanml3d_vectors(joints, headings)
    assert np.allclose(recover_positions(vectors), joints, atol=1e-5)
    np.save(tmp_path / "a.npy", vectors.astype(np.float32))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (clip.format, clip.fps, clip.units, clip.up) == ("humanml3d", 20.0, "metres", "y")
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-4)
    np.save(tmp_path / "b.npy", joints)
    clip = load_skeleton(tmp_path / "b.npy")
    assert (clip.format, clip.layout.name, clip.fps) == ("humanml3d", "smpl_22", 20.0)


def test_kit_ml_vectors(tmp_path):
    headings = np.linspace(0, 1.0, FRAMES)
    rest = get_layout("kit_21").rest_joints * 1000
    walk = np.stack([np.linspace(0, 400, FRAMES), np.zeros(FRAMES), np.linspace(0, 900, FRAMES)], 1)
    joints = np.stack([rest @ turn_y(h).T + w for h, w in zip(headings, walk, strict=False)])
    vectors = np.zeros((FRAMES, 251))
    vectors[:, :64] = humanml3d_vectors(joints, headings)[:, :64]
    np.save(tmp_path / "a.npy", vectors.astype(np.float32))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (clip.format, clip.layout.name, clip.fps, clip.units) == ("humanml3d", "kit_21", 12.5, "millimetres")
    assert np.allclose(clip.joints[:, 0], joints, atol=0.5) and not any("normalised" in w for w in clip.warnings)
    np.save(tmp_path / "b.npy", (vectors - vectors.mean()) / 1000 - 2)
    assert any("look normalised" in warning for warning in load_skeleton(tmp_path / "b.npy").warnings)


def body_model(path, seed=0):
    """A SMPL-like model of 22 joints, each the mean of its own three vertices."""
    rest = get_layout("smpl_22").rest_joints.astype(np.float64)
    parents = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19]
    regressor = np.kron(np.eye(22), np.full(3, 1 / 3))
    tree = np.array([[p % 2**32 for p in parents], range(22)], np.uint32)
    shapes = np.random.default_rng(seed).normal(size=(66, 3, 4)) * 0.01
    np.savez(
        path,
        v_template=np.repeat(rest, 3, 0),
        shapedirs=shapes,
        J_regressor=regressor,
        kintree_table=tree,
        other=np.array([{}], object),
    )
    return rest, parents


def test_amass_with_joints(tmp_path):
    joints = moving("smpl_22")[..., [0, 2, 1]] * [1, -1, 1]  # z up
    extra = np.concatenate([joints, np.zeros((FRAMES, 30, 3))], 1)
    for array, layout in ((joints, "smpl_22"), (extra, "smplh_52"), (extra[:, :45], "smpl_22")):
        np.savez(
            tmp_path / "a.npz",
            poses=np.zeros((FRAMES, 156)),
            trans=np.zeros((FRAMES, 3)),
            joints=array,
            mocap_framerate=120.0,
        )
        clip = load_skeleton(tmp_path / "a.npz")
        assert (clip.format, clip.layout.name, clip.fps, clip.up, clip.units) == ("amass", layout, 120.0, "z", "metres")


def test_amass_with_pose_parameters(tmp_path):
    rng = np.random.default_rng(1)
    poses = np.zeros((FRAMES, 156))
    poses[:, :3] = [np.pi / 2, 0, 0]  # AMASS stands along z
    poses[:, 3 * 16 : 3 * 17] = rng.normal(size=(FRAMES, 3))  # the left shoulder
    trans = rng.normal(size=(FRAMES, 3))
    np.savez(tmp_path / "a.npz", poses=poses, trans=trans, betas=np.zeros(16), mocap_framerate=60.0)
    clip = load_skeleton(tmp_path / "a.npz")  # the canonical body's bones, the file's rotations
    assert any("body_model=..." in warning for warning in clip.warnings) and clip.rotations is not None
    own = get_layout("smpl_22").rest_joints
    upper_arm = np.linalg.norm(clip.joints[:, 0, 18] - clip.joints[:, 0, 16], axis=-1)
    assert np.allclose(upper_arm, np.linalg.norm(own[18] - own[16]), atol=1e-5)
    rest, _ = body_model(tmp_path / "model.npz")
    clip = load_skeleton(tmp_path / "a.npz", body_model=tmp_path / "model.npz")
    assert (clip.units, clip.up, clip.fps) == ("metres", "z", 60.0)
    up = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    assert np.allclose(clip.joints[3, 0, :17] - clip.joints[3, 0, 0], (rest[:17] - rest[0]) @ up.T, atol=1e-5)
    arm = clip.joints[3, 0, 18] - clip.joints[3, 0, 16]
    assert np.linalg.norm(arm) == pytest.approx(np.linalg.norm(rest[18] - rest[16]), abs=1e-5)
    axis = poses[3, 48:51]
    angle = np.linalg.norm(axis)
    k = axis / angle
    bone = rest[18] - rest[16]
    turned = bone * np.cos(angle) + np.cross(k, bone) * np.sin(angle) + k * (k @ bone) * (1 - np.cos(angle))
    assert np.allclose(arm, up @ turned, atol=1e-5)
    np.savez(
        tmp_path / "bad.npz",
        v_template=np.zeros((3, 3)),
        shapedirs=np.zeros((4, 3, 2)),
        J_regressor=np.zeros((22, 3)),
        kintree_table=np.zeros((2, 22), int),
    )
    with pytest.raises(SkeletonFileError, match=r"bad.npz: expected a SMPL body model"):
        load_skeleton(tmp_path / "a.npz", body_model=tmp_path / "bad.npz")


ASF = """# a skeleton
:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name lfemur
     direction 0 -1 0
     length 7.5
     axis 0 0 20  XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
  end
  begin
     id 2
     name ltibia
     direction 0 -1 0
     length 7.4
     axis 10 0 20  XYZ
    dof rx
  end
  begin
     id 3
     name head
     direction 0 1 0
     length 9
     axis 0 0 0  XYZ
  end
:hierarchy
  begin
    root lfemur head
    lfemur ltibia
  end
"""
AMC = ":FULLY-SPECIFIED\n:DEGREES\n" + "".join(
    f"{f + 1}\nroot {f} 17 0 0 {10 * f} 0\nlfemur {5 * f} 10 -20\nltibia 30\n" for f in range(4)
)


def axis_turn(axis, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    m = np.eye(3)
    m[i, i] = m[j, j] = c
    m[i, j], m[j, i] = -s, s
    return m


def euler(x, y, z):
    return axis_turn(2, z) @ axis_turn(1, y) @ axis_turn(0, x)


def test_asf_amc(tmp_path):
    (tmp_path / "07.asf").write_text(ASF)
    (tmp_path / "other.asf").write_text("nothing")
    path = tmp_path / "07_01.amc"
    path.write_text(AMC)
    clip = load_skeleton(path, units="inches", up="y")
    assert clip.layout.joints == ("root", "lfemur", "head", "ltibia") and clip.fps == 120.0
    for f in range(4):
        root = euler(0, 10 * f, 0)
        femur = root @ euler(0, 0, 20) @ euler(5 * f, 10, -20) @ euler(0, 0, 20).T
        tibia = femur @ euler(10, 0, 20) @ euler(30, 0, 0) @ euler(10, 0, 20).T
        knee = np.array([f, 17, 0]) + femur @ [0, -7.5, 0]
        ankle = knee + tibia @ [0, -7.4, 0]
        expected = np.array([[f, 17, 0], knee, np.array([f, 17, 0]) + root @ [0, 9, 0], ankle]) / 0.45
        assert np.allclose(clip.joints[f, 0], expected, atol=1e-3)


def test_asf_sides(tmp_path):
    (tmp_path / "a.asf").write_text(data_folders.ASF)
    frames = ["1", "root 0 17 0 0 0 0", "lfemur 0", "ltibia 0", "rfemur 0", "rtibia 5"]
    (tmp_path / "a.amc").write_text("\n".join([":FULLY-SPECIFIED", ":DEGREES", *frames]))
    layout = load_skeleton(tmp_path / "a.amc", units="inches", up="y").layout
    assert {(layout.joints[a], layout.joints[b]) for a, b in layout.pairs} == {
        ("lfemur", "rfemur"),
        ("ltibia", "rtibia"),
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ltibia 30\n2", "ltibia 30 1\n2", "line 6: expected 1 values, found 2"),
        ("ltibia 30\n4", "ltibia\n4", "frames of 4 lines"),
        ("lfemur 5", "lfemux 5", "the same 3 bones in every frame"),
        ("root 0", "toor 0", "bones of the skeleton, found 'toor'|the same"),
        ("3\nroot", "9\nroot", "frame numbers that count up"),
        ("ltibia 30", "ltibia x30", "line 6: expected a number|the same 3 bones"),
    ],
)
def test_broken_amc(tmp_path, old, new, message):
    (tmp_path / "a.asf").write_text(ASF)
    (tmp_path / "a.amc").write_text(AMC.replace(old, new, 1))
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(tmp_path / "a.amc")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":hierarchy", ":nothing", "sections :hierarchy"),
        ("length 7.5", "length x", "bone lfemur: length: expected 1 numbers"),
        ("dof rx ry rz", "dof rx rx", "dof of tx"),
        ("lfemur ltibia\n", "lfemur lfemur\n", "each bone of :bonedata once"),
        ("name lfemur", "", "a name in each block"),
    ],
)
def test_broken_asf(tmp_path, old, new, message):
    (tmp_path / "a.asf").write_text(ASF.replace(old, new, 1))
    (tmp_path / "a.amc").write_text(AMC)
    with pytest.raises(SkeletonFileError, match=r"a.asf.*" + message):
        load_skeleton(tmp_path / "a.amc")


def test_amc_without_skeleton_and_skeleton_without_motion(tmp_path):
    (tmp_path / "a.amc").write_text(AMC)
    with pytest.raises(SkeletonFileError, match=r"its skeleton beside it: a\.asf"):
        load_skeleton(tmp_path / "a.amc")
    (tmp_path / "a.asf").write_text(ASF)
    with pytest.raises(SkeletonFileError, match=r"without motion"):
        load_skeleton(tmp_path / "a.asf")


def test_the_skeleton_is_the_one_with_the_longest_common_name(tmp_path):
    (tmp_path / "HDM_bd_01-01_01_120.amc").write_text(AMC)
    for name in ("HDM.asf", "HDM_bd.asf", "HDM_bdx.asf", "HDM_bk.asf"):
        (tmp_path / name).write_text(ASF)
    assert "The skeleton is HDM_bd.asf." in load_skeleton(tmp_path / "HDM_bd_01-01_01_120.amc").warnings
    (tmp_path / "other.amc").write_text(AMC)
    with pytest.raises(
        SkeletonFileError, match=r"one whose name begins other, or the folder's only .asf, found HDM.asf, HDM_bd.asf"
    ):
        load_skeleton(tmp_path / "other.amc")


MARKERS = [
    "LSHO",
    "RSHO",
    "LELB",
    "RELB",
    "LWRA",
    "RWRA",
    "LASI",
    "RASI",
    "LKNE",
    "RKNE",
    "LANK",
    "RANK",
    "LTOE",
    "RTOE",
    "C7",
    "CLAV",
]


def c3d_bytes(points, labels, rate=100.0, order="<", integers=False, units="mm"):
    """A C3D file from the format's description: header, parameter section, point records."""
    processor = {"<": 84, ">": 86}[order]
    scale = 0.1 if integers else -1.0

    def parameter(group, name, kind, dims, data):
        body = struct.pack(order + "bB", kind, len(dims)) + bytes(dims) + data + b"\0"
        return struct.pack("bb", len(name), group) + name.encode() + struct.pack(order + "h", len(body) + 2) + body

    def texts(values):
        width = max(map(len, values))
        return [width, len(values)], "".join(v.ljust(width) for v in values).encode()

    section = struct.pack("bb", 5, -1) + b"POINT" + struct.pack(order + "h", 3) + b"\0"
    section += parameter(1, "LABELS", -1, *texts(labels)) + parameter(1, "UNITS", -1, *texts([units]))
    section += (
        parameter(1, "RATE", 4, [], struct.pack(order + "f", rate))
        + parameter(1, "Y_SCREEN", -1, *texts(["+Z"]))
        + b"\0\0"
    )
    blocks = -(-(len(section) + 4) // 512)
    section = (struct.pack("4B", 1, 0x50, blocks, processor) + section).ljust(blocks * 512, b"\0")
    header = struct.pack(
        order + "BB5Hf2H f", 2, 0x50, points.shape[1], 0, 1, len(points), 10, scale, 2 + blocks, 0, rate
    )
    table = np.concatenate([points / (0.1 if integers else 1), np.zeros((*points.shape[:2], 1))], -1)
    table[np.isnan(points).any(-1)] = [0, 0, 0, -1]
    data = np.round(table).astype(order + "i2") if integers else table.astype(order + "f4")
    return header.ljust(512, b"\0") + section + data.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("integers", [False, True])
def test_c3d(tmp_path, order, integers):
    points = np.random.default_rng(0).uniform(-900, 900, (FRAMES, len(MARKERS) + 1, 3))
    points[4, 2] = np.nan
    path = tmp_path / "a.c3d"
    path.write_bytes(c3d_bytes(points, ["Bob:" + m for m in MARKERS] + ["*12"], order=order, integers=integers))
    clip = load_skeleton(path)
    assert (clip.format, clip.fps, clip.units, clip.up) == ("c3d", 100.0, "millimetres", "z")
    assert clip.layout.joints == tuple(MARKERS) and not clip.mask[4, 0, 2] and (~clip.mask).sum() == 1
    assert np.allclose(
        clip.joints[:, 0][clip.mask[:, 0]], points[:, :-1][clip.mask[:, 0]], atol=0.06 if integers else 1e-3
    )
    assert clip.layout.pairs[0] == (0, 1) and len(clip.layout.bones) >= 14


def test_c3d_agrees_with_ezc3d(tmp_path):
    ezc3d = pytest.importorskip("ezc3d", reason="compares with the ezc3d package")
    written = ezc3d.c3d()
    points = np.random.default_rng(0).uniform(-900, 900, (4, len(MARKERS), 30))
    written["parameters"]["POINT"]["RATE"]["value"] = [200]
    written["parameters"]["POINT"]["LABELS"]["value"] = tuple(MARKERS)
    written["parameters"]["POINT"]["UNITS"]["value"] = ("mm",)
    written["data"]["points"] = points
    written.write(str(tmp_path / "a.c3d"))
    clip = load_skeleton(tmp_path / "a.c3d")
    again = ezc3d.c3d(str(tmp_path / "a.c3d"))["data"]["points"]
    assert clip.fps == 200.0 and np.allclose(clip.joints[:, 0], again[:3].transpose(2, 1, 0), atol=1e-3)


def test_broken_c3d(tmp_path):
    data = c3d_bytes(np.ones((FRAMES, len(MARKERS), 3)), MARKERS)
    path = tmp_path / "a.c3d"
    path.write_bytes(data[:-100])
    with pytest.raises(SkeletonFileError, match=r"15 frames of 16 points .*truncated"):
        load_skeleton(path)
    path.write_bytes(c3d_bytes(np.ones((FRAMES, 3, 3)), ["a", "b", "c"]))
    with pytest.raises(SkeletonFileError, match=r"labels that name body parts, or layout=..., found a, b, c"):
        load_skeleton(path)
    own = {"name": "triangle", "joints": ["c", "a"], "bones": [["c", "a"]]}
    assert load_skeleton(path, layout=own).layout.joints == ("c", "a")


def test_freemocap(tmp_path):
    body = moving("mediapipe_33")[..., [0, 2, 1]] * [1000, -1000, 1000]
    np.save(tmp_path / "skeleton.npy", np.concatenate([body, np.full((FRAMES, 42 + 478, 3), np.nan)], 1))
    clip = load_skeleton(tmp_path / "skeleton.npy")
    assert (clip.format, clip.layout.name, clip.units, clip.up) == ("freemocap", "mediapipe_33", "millimetres", "z")
    assert np.allclose(clip.canonical().joints[:, 0], moving("mediapipe_33"), atol=1e-3)


@pytest.mark.parametrize("pattern", ["{}_{}", "{}.{}", "{} {}", "{}/pos/{}", "{1}_{0}"])
def test_csv_wide(tmp_path, pattern):
    layout = get_layout("coco_17")
    joints = moving("coco_17").astype(np.float32)
    names = [pattern.format(joint, axis) for joint in layout.joints for axis in "xyz"]
    lines = [",".join(["time", *names])]
    lines += [",".join(f"{v:.6f}" for v in (f / 50, *frame.ravel())) for f, frame in enumerate(joints)]
    lines[3] = lines[3].rsplit(",", 1)[0] + ","  # an empty cell
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name) == ("csv", "coco_17") and clip.fps == pytest.approx(50)
    assert np.allclose(clip.joints[:, 0][clip.mask[:, 0]], joints[clip.mask[:, 0]], atol=1e-5)
    assert np.argwhere(~clip.mask).tolist() == [[2, 0, 16]]


def test_csv_texts_and_decimal_commas(tmp_path):
    text = "video;nose_x;nose_y;left_hip_x;left_hip_y;right_hip_x;right_hip_y;neck_x;neck_y;neck_score\n"
    text += '"a;b";1,5;2;3;4;5;6;7;8;0,9\nc;1,5;2;3;4;5;6;;;0,01\n'
    (tmp_path / "a.csv").write_text(text)
    clip = load_skeleton(tmp_path / "a.csv")
    assert clip.is_2d and clip.joints[0, 0, 0].tolist() == [1.5, 2.0] and not clip.mask[1, 0, 3]
    assert clip.layout.body == ("nose", "left_hip", "right_hip", "neck") and (3, 0) in clip.layout.bones


def test_csv_long_with_people(tmp_path):
    lines = ["frame,person,landmark,x,y,z"]
    joints = moving("sbu_15")
    for f in range(FRAMES):
        for person in "ab":
            for joint, (x, y, z) in zip(get_layout("sbu_15").joints, joints[f], strict=False):
                lines.append(f"{f},{person},{joint},{x + (person == 'b') * 2:.6f},{y:.6f},{z:.6f}")
    (tmp_path / "a.csv").write_text("\n".join(lines))
    clip = load_skeleton(tmp_path / "a.csv")
    assert (clip.layout.name, clip.num_people) == ("sbu_15", 2)
    assert np.allclose(clip.joints[:, 1], joints + [2, 0, 0], atol=1e-5)


def test_deeplabcut(tmp_path):
    parts = ["nose", "left_hip", "right_hip", "neck"]
    rows = [
        ["scorer"] + ["net"] * 12,
        ["bodyparts"] + [p for p in parts for _ in range(3)],
        ["coords"] + ["x", "y", "likelihood"] * 4,
    ]
    rows += [[str(f)] + [f"{10 * i + f + 0.5}" for i in range(12)] for f in range(4)]
    for row in rows[3:]:
        row[3::3] = ["0.9"] * 4
    (tmp_path / "a.csv").write_text("\n".join(",".join(row) for row in rows))
    clip = load_skeleton(tmp_path / "a.csv")
    assert clip.layout.joints == tuple(parts) and clip.num_frames == 4 and np.allclose(clip.confidence, 0.9)
    assert clip.joints[2, 0, 1].tolist() == [32.5, 42.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nose_x,nose_y,neck_x,neck_y\n1,2,3\n", "line 2: expected 4 cells, found 3"),
        ("nose_x,nose_y,neck_x,neck_y\n1,2,3,oops\n", "line 2: expected a number, found 'oops'"),
        ("nose_x,nose_y,neck_x,neck_y\n1,2,3,4\n\n1,2,3 4,5\n", "line 4: expected one number in a cell"),
        ("nose_x,nose_y,neck_x,neck_y\n", "rows below the column names"),
        ("a_x,a_y,b_x,b_y\n1,2,3,4\n", "joint names of a body, or layout=..., found a, b"),
        ("frame,joint,x,y\n1,nose,2\n", "line 2: expected at least 4 values"),
        ("frame,joint,x,y\n1,nose,2,b\n", "line 2, y: expected a number, found 'b'"),
    ],
)
def test_broken_csv(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(tmp_path / "a.csv")
