"""MSRC-12, Xsens MVNX, MATLAB files."""

import numpy as np
import pytest
from format_samples import FRAMES, MVNX_POINTS, body, matlab, msrc12, mvnx, mvnx_body, up_z

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton


def write(folder, name, data):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder / name


def test_msrc12(tmp_path):
    lines = msrc12(body("kinect_v1")).split("\n")
    lines[2] = " ".join(["99"] + ["0"] * 80)
    clip = load_skeleton(write(tmp_path, "P1_1_1_p06.csv", "\n".join(lines)))
    assert (clip.format, clip.layout.name, clip.fps, clip.units, clip.up) == (
        "msrc12",
        "kinect_v1",
        30.0,
        "metres",
        "y",
    )
    assert np.allclose(clip.joints[3:, 0], body("kinect_v1")[3:], atol=1e-3) and not clip.mask[2].any()


def test_mvnx(tmp_path):
    joints = up_z(mvnx_body())
    clip = load_skeleton(write(tmp_path, "a.mvnx", mvnx(joints)))
    assert (clip.format, clip.layout.name, clip.fps, clip.units, clip.up) == ("mvnx", "xsens_23", 60.0, "metres", "z")
    assert clip.num_frames == FRAMES and np.allclose(clip.joints[:, 0], joints, atol=1e-5)
    assert clip.layout.joints == tuple(MVNX_POINTS) and len(clip.layout.bones) == 22
    bones = {clip.layout.joints[b]: clip.layout.joints[a] for a, b in clip.layout.bones}
    assert (bones["LeftForeArm"], bones["RightShoulder"], bones["LeftUpperLeg"]) == ("LeftUpperArm", "T8", "Pelvis")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
def test_matlab_arrays(tmp_path, packed, order):
    joints = body("kinect_v1", 60)
    path = write(
        tmp_path,
        "a1_s1_t1_skeleton.mat",
        matlab(packed, order, d_skel=joints.transpose(1, 2, 0), other=np.ones((3, 3))),
    )
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name) == ("matlab", "kinect_v1") and np.allclose(
        clip.joints[:, 0], joints, atol=1e-5
    )
    assert any("Axes guessed from the shape (20, 3, 60): V,C,T" in warning for warning in clip.warnings)
    path = write(tmp_path, "b.mat", matlab(packed, order, a=joints[:, :, :], b=joints + 1, fps=np.array([[25.0]])))
    with pytest.raises(SkeletonFileError, match="one array of joints, or clip=NAME, found a, b, fps"):
        load_skeleton(path)
    clip = load_skeleton(path, clip="b", axes="T,V,C")
    assert clip.fps == 25.0 and np.allclose(clip.joints[:, 0], joints + 1, atol=1e-5)


def test_matlab_files_are_as_scipy_reads_them(tmp_path):
    io = pytest.importorskip("scipy.io", reason="scipy compares")
    arrays = {
        "joints": body("smpl_22", 60),
        "name": "walk",
        "cells": np.array([[1, "a"]], dtype=object),
        "whole": np.arange(6).reshape(2, 3),
    }
    for packed in (False, True):
        io.savemat(tmp_path / "a.mat", arrays, do_compression=packed)
        clip = load_skeleton(tmp_path / "a.mat")
        assert np.allclose(clip.joints[:, 0], io.loadmat(tmp_path / "a.mat")["joints"], atol=1e-6)
    (tmp_path / "c.mat").write_bytes(matlab(d_skel=body("kinect_v1", 60)))
    assert np.array_equal(io.loadmat(tmp_path / "c.mat")["d_skel"], body("kinect_v1", 60))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.mvnx", "<mvnx><subject></subject></mvnx>", "elements <segments> and <frames>"),
        (
            "a.mvnx",
            mvnx(up_z(mvnx_body())).replace("<position>0.000000", "<position>", 1),
            "69 numbers in each <position>",
        ),
        ("a.mvnx", mvnx(up_z(mvnx_body())).replace('"normal"', '"tpose"'), "frames of motion, found none"),
        ("a.mvnx", mvnx(up_z(mvnx_body())).replace("Right", "Other").replace("Left", "Other"), "segments of a person"),
        ("a.mat", matlab(False, d_skel=body("kinect_v1"))[:-40], "the file may be truncated"),
        ("a.mat", matlab(d_skel=body("kinect_v1"))[:200], "the file may be truncated"),
        ("a.mat", matlab(), "one array of joints, or clip=NAME, found no arrays of numbers"),
        ("a.mat", b"\x89HDF\r\n\x1a\n", "an HDF5 file .*save with -v7 in MATLAB"),
    ],
)
def test_other_contents_say_where(tmp_path, name, data, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, name, data))
