"""Tables of motion capture systems: TRC, Vicon Nexus, Qualisys, OptiTrack Motive."""

import numpy as np
import pytest
from format_samples import (
    FRAMES,
    MARKERS,
    MOTIVE_BONES,
    body,
    markers,
    motive,
    motive_body,
    qualisys,
    trc,
    up_z,
    vicon_nexus,
)

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton


def write(folder, name, text):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


@pytest.mark.parametrize("units", ["m", "mm"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_trc(tmp_path, units, end):
    scale = 1 if units == "m" else 1000
    names = list(get_layout("openpose_25").joints)
    text = trc(body("openpose_25") * scale, names, units).replace("\n", end)
    clip = load_skeleton(write(tmp_path, "a.trc", text))
    assert (clip.format, clip.layout.name, clip.fps) == ("trc", "openpose_25", 60.0)
    assert (clip.units, clip.up) == ("metres" if units == "m" else "millimetres", "y")
    assert np.allclose(clip.joints[:, 0], body("openpose_25") * scale, atol=1e-4 * scale)


@pytest.mark.parametrize("form", ["indented", "axes", "three times", "keyed"])
def test_trc_as_scripts_write_it(tmp_path, form):
    names = list(get_layout("openpose_25").joints)
    lines = trc(body("openpose_25"), names).split("\n")
    if form == "indented":
        lines[1:4] = [f"  {line}" for line in lines[1:4]]
    elif form == "keyed":
        lines[1:3] = [
            "\t".join(word for pair in zip(lines[1].split(), lines[2].split(), strict=True) for word in pair),
            "",
        ]
    else:
        lines[3] = "\t".join(["Frame#", "Time", *(f"{n}_{a}" if form == "axes" else n for n in names for a in "xyz")])
    clip = load_skeleton(write(tmp_path, "a.trc", "\n".join(lines)))
    assert (clip.format, clip.layout.name, clip.fps, clip.units) == ("trc", "openpose_25", 60.0, "metres")
    assert np.allclose(clip.joints[:, 0], body("openpose_25"), atol=1e-4) and clip.mask.all()


def test_trc_with_gaps_and_rows_of_uneven_ends(tmp_path):
    joints = body("coco_17")
    joints[2, 10] = np.nan
    joints[3, -1] = np.nan
    lines = trc(joints, list(get_layout("coco_17").joints)).rstrip("\n").split("\n")
    lines[6] += "\t\t"  # exporters end lines with tabs ...
    lines[9] = lines[9].rstrip("\t")  # ... or leave out the last empty cells
    clip = load_skeleton(write(tmp_path, "a.trc", "\n".join(lines)))
    missing = np.argwhere(~clip.mask[:, 0]).tolist()
    assert missing == [[2, 10], [3, 16]] and clip.num_frames == FRAMES


def test_vicon_nexus_of_two_subjects_and_a_prop(tmp_path):
    left, right = up_z(markers()), up_z(markers()) + [0, 2, 0]
    labels = [f"{who}:{name}" for who in ("Ann", "Bob") for name in MARKERS] + ["Sword:tip", "Sword:hilt"]
    points = np.concatenate([left, right, left[:, :2]], axis=1)
    devices = "Devices\n1000\n,,Force Plate\nFrame,Sub Frame,Fx\n,,N\n1,0,3.5\n1,1,3.6\n\n"
    clip = load_skeleton(write(tmp_path, "a.csv", devices + vicon_nexus(points, labels)))
    assert (clip.format, clip.fps, clip.units, clip.up) == ("vicon_nexus", 100.0, "millimetres", "z")
    assert clip.layout.joints == tuple(MARKERS) and clip.num_people == 2
    assert np.allclose(clip.joints[:, 1] / 1000, right, atol=1e-4)
    assert any("Sword" in warning for warning in clip.warnings)


def test_labels_of_no_body_are_those_of_the_largest_subject(tmp_path):
    labels = [f"Box:b{n}" for n in range(4)] + [f"Ann:SCAP{n}" for n in range(9)]
    path = write(tmp_path, "a.csv", vicon_nexus(np.ones((FRAMES, len(labels), 3)), labels))
    with pytest.raises(SkeletonFileError, match="found Ann:SCAP0, Ann:SCAP1"):
        load_skeleton(path)


def test_vicon_nexus_without_trajectories_says_what_to_export(tmp_path):
    path = write(tmp_path, "a.csv", "Devices\n1000\n,,Force Plate\nFrame,Sub Frame,Fx\n,,N\n1,0,3.5\n")
    with pytest.raises(SkeletonFileError, match="export the trajectories too"):
        load_skeleton(path)


@pytest.mark.parametrize("timed", [False, True])
def test_qualisys(tmp_path, timed):
    joints = up_z(markers())
    text = qualisys(joints, MARKERS, timed=timed).split("\n")
    text[-2] = "\t".join(["0.000"] * 3 + text[-2].split("\t")[3:]) if not timed else text[-2]
    clip = load_skeleton(write(tmp_path, "a.tsv", "\n".join(text)))
    assert (clip.format, clip.fps, clip.units, clip.up) == ("qualisys", 200.0, "millimetres", "z")
    assert np.allclose(clip.joints[:-1, 0] / 1000, joints[:-1], atol=1e-4)
    assert clip.mask[-1, 0, 0] == timed  # zeros: not seen
    path = write(tmp_path, "b.tsv", "NO_OF_FRAMES\t3\nNO_OF_MARKERS\t0\nDATA_INCLUDED\t6D\nBODY_NAMES\tBox\n1\t2\t3\n")
    with pytest.raises(SkeletonFileError, match="found 6D: export 3D data"):
        load_skeleton(path)


def test_motive_skeletons(tmp_path):
    joints = motive_body()
    bones = list(MOTIVE_BONES)
    clip = load_skeleton(write(tmp_path, "a.csv", motive({"P1": joints, "P2": joints + [2, 0, 0]}, bones)))
    assert (clip.format, clip.fps, clip.units, clip.up, clip.num_people) == ("motive", 120.0, "metres", "y", 2)
    assert np.allclose(clip.joints[:, 1], joints + [2, 0, 0], atol=1e-4)
    assert set(clip.layout.body) == set(MOTIVE_BONES.values()) and len(clip.layout.bones) == 20
    assert clip.layout.pairs and clip.layout.index("left_elbow") == clip.layout.joints.index("LFArm")
    assert clip.warnings == ("Guessed up='y' (from feet to head, on average); pass them if that is wrong.",)


def test_motive_with_a_column_of_time_codes(tmp_path):
    lines = motive({"P": motive_body()}, list(MOTIVE_BONES)).split("\n")
    above = next(row for row, line in enumerate(lines) if line.startswith("Frame,"))
    for row, line in enumerate(lines[2:], 2):
        cells = line.split(",")
        code = "TimeCode" if row == above else f"10:00:00:{row}.00" if row > above else ""
        lines[row] = ",".join([*cells[:2], code, *cells[2:]]) if line else line
    clip = load_skeleton(write(tmp_path, "a.csv", "\n".join(lines)))
    assert clip.format == "motive" and np.allclose(clip.joints[:, 0], motive_body(), atol=1e-4)


def test_motive_markers(tmp_path):
    text = motive({"Person": markers()}, MARKERS).replace(",Bone", ",Marker")
    clip = load_skeleton(write(tmp_path, "a.csv", text))
    assert clip.layout.joints == tuple(MARKERS) and np.allclose(clip.joints[:, 0], markers(), atol=1e-4)


def test_a_layout_of_ones_own_picks_the_points(tmp_path):
    layout = {"name": "arm", "joints": ["RWRA", "RELB"], "bones": [["RWRA", "RELB"]]}
    path = write(tmp_path, "a.csv", vicon_nexus(up_z(markers()), [f"S:{name}" for name in MARKERS]))
    clip = load_skeleton(path, layout=layout)
    assert clip.layout.joints == ("RWRA", "RELB")
    assert np.allclose(clip.joints[:, 0, 0] / 1000, up_z(markers())[:, MARKERS.index("RWRA")], atol=1e-4)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.trc", "PathFileType\t4\nDataRate\n", "expected header lines that begin with DataRate and Frame#"),
        ("a.trc", trc(body("coco_17"), [f"M{i}" for i in range(17)]), "expected Plug-in Gait markers, labels that name"),
        ("a.trc", trc(body("coco_17"), ["nose"] * 17).replace("\t60\t", "\tfast\t"), "labels that name body parts"),
        ("a.csv", "Format Version,1.2\n\n,Name,a,b\nFrame,Time\n", "columns of positions, found none"),
        ("a.csv", "Trajectories\n100\n,,A\nFrame,Sub Frame,X,Y,Z\n,,mm\n1,0,x,2,3\n", "line 6: expected a number, found 'x'"),
        ("a.csv", "Trajectories\n100\n,,A\nFrame,Sub Frame,X,Y,Z\n,,mm\n1,0,1,2,3,4\n", "line 6: expected 5 cells, found 6"),
    ],
)  # fmt: skip
def test_other_contents_say_where(tmp_path, name, text, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, name, text))


def test_a_depth_of_zeros_is_none(tmp_path):
    flat = body("coco_17") * [300, -300, 0] + [640, 600, 0]
    clip = load_skeleton(write(tmp_path, "a.trc", trc(flat, list(get_layout("coco_17").joints), units="px")))
    assert (
        clip.joints.shape[-1] == 2
        and (clip.units, clip.up) == ("pixels", "-y")
        and np.allclose(clip.joints[:, 0], flat[..., :2], atol=1e-2)
    )
