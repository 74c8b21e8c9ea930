"""BVH: forward kinematics against a plain scalar one, channel orders, units, and broken hierarchies."""

import re

import numpy as np
import pytest

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

ARM = """HIERARCHY
ROOT Hips
{
  OFFSET 0 90 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine
  {
    OFFSET 0 20 1
    CHANNELS 3 Yrotation Zrotation Xrotation
    JOINT LeftArm
    {
      OFFSET 15 30 0
      CHANNELS 3 Xrotation Yrotation Zrotation
      JOINT LeftForeArm
      {
        OFFSET 28 0 0
        CHANNELS 0
        End Site
        {
          OFFSET 25 0 0
        }
      }
    }
    JOINT RightArm
    {
      OFFSET -15 30 0
      CHANNELS 4 Xrotation Yposition Zrotation Yrotation
      End Site
      {
        OFFSET 0 0 0
      }
    }
  }
}
MOTION
Frames: %d
Frame Time: 0.0083333
%s
"""


def rotation(axis, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {
        "X": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "Y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "Z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


@pytest.fixture
def arm(tmp_path):
    values = np.random.default_rng(0).uniform(-170, 170, (40, 16))
    path = tmp_path / "arm.bvh"
    path.write_text(ARM % (40, "\n".join(" ".join(f"{v:.6f}" for v in row) for row in values)))
    return path, values


def test_forward_kinematics(arm):
    path, values = arm
    clip = load_skeleton(path, units="centimetres", up="y")
    assert clip.layout.joints == ("Hips", "Spine", "LeftArm", "LeftForeArm", "LeftForeArm_end", "RightArm")
    assert (clip.fps, clip.joints.shape) == (120.0, (40, 1, 6, 3))
    for frame in (0, 17, 39):
        v = values[frame]
        hips = rotation("Z", v[3]) @ rotation("X", v[4]) @ rotation("Y", v[5])
        spine = hips @ rotation("Y", v[6]) @ rotation("Z", v[7]) @ rotation("X", v[8])
        left = spine @ rotation("X", v[9]) @ rotation("Y", v[10]) @ rotation("Z", v[11])
        at = {"Hips": v[:3]}  # position channels replace the offset
        at["Spine"] = at["Hips"] + hips @ [0, 20, 1]
        at["LeftArm"] = at["Spine"] + spine @ [15, 30, 0]
        at["LeftForeArm"] = at["LeftArm"] + left @ [28, 0, 0]
        at["LeftForeArm_end"] = at["LeftForeArm"] + left @ [25, 0, 0]
        at["RightArm"] = at["Spine"] + spine @ [-15, v[13], 0]
        for joint, place in at.items():
            assert np.allclose(clip.joints[frame, 0, clip.layout.index(joint)], place, atol=1e-3), joint


def test_orientations_are_relative_to_the_t_pose(arm):
    path, values = arm
    clip = load_skeleton(path, units="centimetres", up="y")
    rest, at = clip.layout.rest_joints, clip.layout.index
    for joint, child in (("LeftArm", "LeftForeArm"), ("Hips", "Spine")):
        bone = clip.joints[:, 0, at(child)] - clip.joints[:, 0, at(joint)]
        turned = clip.rotations[:, 0, at(joint)] @ (rest[at(child)] - rest[at(joint)])
        assert np.allclose(
            bone / np.linalg.norm(bone, axis=1)[:, None], turned / np.linalg.norm(turned, axis=1)[:, None], atol=1e-4
        )
    assert np.allclose(clip.rotations @ clip.rotations.swapaxes(-1, -2), np.eye(3), atol=1e-4)
    hips = [rotation("Z", v[3]) @ rotation("X", v[4]) @ rotation("Y", v[5]) for v in values]
    expected = hips[17] @ hips[3].T  # what happens between two frames does not depend on the zero pose
    assert np.allclose(clip.rotations[17, 0, 0] @ clip.rotations[3, 0, 0].T, expected, atol=1e-4)


def test_names_give_body_points_and_units_are_guessed(arm):
    clip = load_skeleton(arm[0])
    assert clip.layout.body[:5] == ("pelvis", "spine_lower", "left_shoulder", "left_elbow", None)
    assert clip.units == "centimetres" and "Guessed units='centimetres'" in clip.warnings[0]


def test_a_reference_root_and_doubled_names(tmp_path):
    text = ARM.replace("ROOT Hips", "ROOT World\n{\n OFFSET 0 0 0\n CHANNELS 0\n JOINT Hips").replace(
        "MOTION", "}\nMOTION"
    )
    text = text.replace("JOINT RightArm", "JOINT LeftArm")
    path = tmp_path / "a.bvh"
    path.write_text(text % (1, " ".join(["1"] * 16)))
    assert load_skeleton(path).layout.joints == (
        "Hips",
        "Spine",
        "LeftArm",
        "LeftForeArm",
        "LeftForeArm_end",
        "LeftArm_2",
    )


def test_z_up(tmp_path):
    names = {"LeftArm": "LeftKnee", "RightArm": "RightKnee", "LeftForeArm": "LeftFoot"}
    text = ARM.replace("Spine", "Head").replace("OFFSET 0 20 1", "OFFSET 0 60 0")
    for old, new in names.items():
        text = text.replace(f"JOINT {old}\n", f"JOINT {new}\n").replace("OFFSET 15 30 0", "OFFSET 10 -120 0")
    text = text.replace("OFFSET -15 30 0", "OFFSET -10 -120 0").replace("Xrotation Yposition", "Xrotation Xposition")
    values = np.zeros((5, 16))
    values[:, 4] = 90  # the whole figure turned from y up to z up
    values[:, 13] = -10
    path = tmp_path / "a.bvh"
    path.write_text(text % (5, "\n".join(" ".join(map(str, row)) for row in values)))
    clip = load_skeleton(path)
    assert clip.up == "z" and "up='z'" in clip.warnings[0]


@pytest.mark.parametrize("comment", ["# exported by a tool\n", "// a take\n\n#\n"])
def test_comments_above_the_hierarchy(arm, comment):
    clip = load_skeleton(arm[0])
    arm[0].write_text(comment + arm[0].read_text())
    assert np.array_equal(load_skeleton(arm[0]).joints, clip.joints)


def test_decimal_commas_and_line_ends_of_old_macs(arm):
    path = arm[0]
    wanted, text = load_skeleton(path), path.read_text()
    for written in (
        re.sub(r"(?<=\d)\.(?=\d)", ",", text.replace("OFFSET 0 20 1", "OFFSET 0,0 20,0 1,0")),
        text.replace("\n", "\r"),
    ):
        path.write_bytes(written.encode())
        clip = load_skeleton(path)
        assert np.array_equal(clip.joints, wanted.joints) and clip.fps == wanted.fps


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("MOTION", "", "MOTION"),
        ("    OFFSET 0 20 1", "    OFFSET 0 20", "OFFSET and three numbers, found 0 20"),
        ("    OFFSET 0 20 1", "    OFFSET 0 nan 1", "finite OFFSET"),
        ("CHANNELS 3 Y", "CHANNELS 2 Y", "CHANNELS, their count"),
        ("CHANNELS 3 Yrotation Z", "CHANNELS 3 Yrotation Y", "each channel once"),
        ("CHANNELS 3 Yrotation", "CHANNELS 3 Wrotation", "channels such as Xposition or Zrotation, found 'Wrotation'"),
        ("CHANNELS 3 Yrotation", "CHANNELS 99999999999999999999999 Yrotation", "CHANNELS, their count"),
        ("}\nMOTION", "MOTION", "complete hierarchy"),
        ("}\nMOTION", "}}\nMOTION", "a { for each }"),
        ("JOINT Spine", "ROOT Spine", "ROOT at the top"),
        ("Frames: 40", "Frames: forty", "a number of frames"),
        ("Frames: 40", "Frames: 0", "at least one of its frames"),
        ("Frames: 40", "Frames: 999999", "bytes: the file may be truncated"),
        ("Frames: 40", "Frames: 41", "expected 41 frames, found 40: the file may be truncated"),
        ("Frames: 40", "Frames: 99999999999", "at most 1,000,000 frames"),
        ("Frame Time:", "Fps:", "Frame Time"),
    ],
)
def test_broken_files_say_where(arm, old, new, message):
    path = arm[0]
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SkeletonFileError, match=r"arm.bvh.*" + message.replace("{", r"\{").replace("}", r"\}")):
        load_skeleton(path)


def test_a_cut_row_and_a_wrong_word_are_named(arm):
    path = arm[0]
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:45], "1 2 3", *lines[46:]]))
    with pytest.raises(SkeletonFileError, match=r"line 46: expected 16 numbers a frame, found 3"):
        load_skeleton(path)
    path.write_text("\n".join([*lines[:45], lines[45] + "x", *lines[46:]]))
    with pytest.raises(SkeletonFileError, match=r"line 46: expected a number, found"):
        load_skeleton(path)


def test_more_frames_than_announced_are_read_with_a_warning(arm):
    arm[0].write_text(arm[0].read_text().replace("Frames: 40", "Frames: 30"))
    clip = load_skeleton(arm[0])
    assert clip.num_frames == 40 and any("says 30 frames" in warning for warning in clip.warnings)


def test_deep_and_crowded_hierarchies_do_not_hurt(tmp_path):
    path = tmp_path / "deep.bvh"
    depth = 3000
    path.write_text(
        "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n"
        + "JOINT b\n{\n" * depth
        + "}" * (depth + 1)
        + "\nMOTION\nFrames: 1\nFrame Time: 0.1\n1\n"
    )
    with pytest.raises(SkeletonFileError, match=r"at most 1024 joints"):
        load_skeleton(path)
