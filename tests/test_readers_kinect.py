"""MSR-Action3D, UTKinect and SBU: small files of our own, and the real ones where they are at hand."""

import tarfile

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton, read_utkinect_segments


def standing(layout, frames=12, at=(0.3, 0.1, 2.5)):
    """(frames, joints, 3): the layout's T-pose before a Kinect: x to the sensor's left, y up, z depth."""
    rest = get_layout(layout).rest_joints - [0, 0.9, 0]
    sway = 0.02 * np.sin(np.arange(frames))[:, None, None]
    return rest * [-1, 1, -1] + np.array(at) + sway


def real(archive, member, folder):
    if not archive.is_file():
        pytest.skip(f"{archive} is not at hand (SKELETONLLM_SHARED)")
    with tarfile.open(archive) as tar:
        for entry in tar:  # members are read in turn: xz cannot seek
            if entry.name.endswith(member):
                entry.name = member
                tar.extract(entry, folder, filter="data")
                return folder / member
    raise AssertionError(f"{archive} has no {member}")


def msr_text(joints):
    return "\n".join(" ".join(f"{v:.6f}" for v in (*row, 1.0)) for row in joints.reshape(-1, 3))


def test_msr_world_coordinates(tmp_path):
    joints = standing("msr_action3d")
    joints[3:5] = 0
    path = tmp_path / "a06_s01_e02_skeleton3D.txt"
    path.write_text(msr_text(joints))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.fps, clip.label) == ("msr_action3d", "msr_action3d", 15.0, "high throw")
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-6)
    assert clip.mask[:, 0].all(1).tolist() == [frame not in (3, 4) for frame in range(12)]
    assert clip.warnings == ()
    upright = clip.canonical().joints[0, 0]
    at = clip.layout.index
    assert upright[at("head")][1] > upright[at("left_foot")][1] + 1  # up
    assert upright[at("left_shoulder")][0] > upright[at("right_shoulder")][0] + 0.2  # who faces us has left at +X
    assert upright[at("left_foot")][2] > upright[at("left_ankle")][2]  # toes towards us


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("lower", [0.0, 0.4])  # metres: the feet leave the picture
def test_msr_screen_coordinates(tmp_path, width, lower):
    joints = standing("msr_action3d") - [0, lower, 0]
    focal = 571.26 / 640 * width
    screen = joints.copy()
    screen[..., 0] = width / 2 + joints[..., 0] * focal / joints[..., 2]
    screen[..., 1] = 0.375 * width - joints[..., 1] * focal / joints[..., 2]
    assert (screen[..., 1].max() > 0.75 * width) == (lower > 0)
    screen[..., 2] = joints[..., 2] * 8000  # whatever unit of depth
    path = tmp_path / "a01_s01_e01_skeleton.txt"
    path.write_text(msr_text(screen))
    clip = load_skeleton(path)
    assert clip.units == "unknown" and "Screen" in clip.warnings[0]
    assert np.allclose(clip.joints[:, 0] / 8000, joints, atol=1e-4)


def test_msr_truncated(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(msr_text(standing("msr_action3d"))[:-40])
    with pytest.raises(SkeletonFileError, match=r"line 240: expected 4 numbers .*found [123]|20 rows for each frame"):
        load_skeleton(path)
    path.write_text("\n".join(msr_text(standing("msr_action3d")).split("\n")[:-3]))
    with pytest.raises(SkeletonFileError, match=r"20 rows for each frame, found 237 rows: 11 frames and 17 rows"):
        load_skeleton(path)


def utkinect_text(joints, first=100, step=4):
    return "\n".join(
        f"{first + step * i} " + "  ".join(f"{v:.6f}" for v in row.ravel()) for i, row in enumerate(joints)
    )


def test_utkinect_recording_and_segments(tmp_path):
    joints = standing("kinect_v1", frames=30)
    (tmp_path / "joints_s01_e01.txt").write_text(utkinect_text(joints) + "\n")
    (tmp_path / "joints_s01_e02.txt").write_text(utkinect_text(joints[:10]))
    labels = tmp_path / "actionLabel.txt"
    labels.write_text("s01_e01\nwalk: 100 120\nsitDown: NaN NaN\npickUp: 124 999\ns01_e02\nwave Hands: 100 104 \n")
    clip = load_skeleton(tmp_path / "joints_s01_e01.txt")
    assert (clip.format, clip.joints.shape, clip.layout.name) == ("utkinect", (30, 1, 20, 3), "kinect_v1")
    segments = list(read_utkinect_segments(tmp_path, labels))
    assert [(s.label, s.num_frames) for s in segments] == [("walk", 6), ("pick up", 24), ("wave Hands", 2)]
    assert segments[0].source.endswith("joints_s01_e01.txt#100-120")
    assert [s.label for s in read_utkinect_segments(tmp_path / "joints_s01_e02.txt", labels)] == ["wave Hands"]
    labels.write_text("s01_e01\nwalk 100 120\n")
    with pytest.raises(SkeletonFileError, match=r"line 2: expected .*found 'walk 100 120'"):
        list(read_utkinect_segments(tmp_path, labels))


def test_sbu_units_and_label(tmp_path):
    rng = np.random.default_rng(0)
    raw = rng.uniform(0.2, 0.8, (4, 90)).round(5)
    folder = tmp_path / "s01s02" / "06" / "001"
    folder.mkdir(parents=True)
    lines = [",".join(map(str, (i, *row))) for i, row in enumerate(raw)]
    (folder / "skeleton_pos.txt").write_text("\n".join(lines))
    clip = load_skeleton(folder / "skeleton_pos.txt")
    assert (clip.label, clip.units, clip.num_people) == ("hugging", "millimetres", 2)
    x, y, z = raw.reshape(4, 2, 15, 3)[2, 1, 7]
    assert np.allclose(clip.joints[2, 1, 7], [1280 - 2560 * x, 960 - 1920 * y, 1280 * z], atol=1e-2)


@pytest.mark.parametrize(
    ("archive", "member", "layout"),
    [
        ("msr_action3d.tar.xz", "a01_s01_e01_skeleton3D.txt", "msr_action3d"),
        ("utkinect.tar.xz", "joints_s01_e01.txt", "kinect_v1"),
        ("sbu.tar.xz", "skeleton_pos.txt", "sbu_15"),
    ],
)
def test_real_files_stand_upright_and_are_not_mirrored(shared, tmp_path, archive, member, layout):
    clip = load_skeleton(real(shared / "data" / archive, member, tmp_path))
    assert clip.layout.name == layout and not any("mirrored" in w or "size" in w for w in clip.warnings)
    joints = clip.canonical().joints
    at = clip.layout.index
    height = joints[:, :, at("head"), 1] - joints[:, :, [at("left_ankle"), at("right_ankle")], 1].mean(2)
    assert 1.0 < np.median(height) < 2.0
