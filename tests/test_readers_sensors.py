"""MSRC-12, Xsens MVNX, MATLAB files."""

import pickle
import sys

import numpy as np
import pytest
from format_samples import FRAMES, MVNX_POINTS, body, matlab, msrc12, mvnx, mvnx_body, pixels, up_z

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate


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


def sleap(path, points, names, **others):
    """A SLEAP analysis file. `points`: (frames, people, nodes, 2) pixels."""
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(path, "w") as store:
        store["tracks"] = points.transpose(1, 3, 2, 0)
        store["node_names"] = [name.encode() for name in names]
        for name, values in others.items():
            store[name] = values
    return path


def test_sleap_analysis_files(tmp_path):
    points = np.stack([pixels("coco_17"), pixels("coco_17") + [300, 0]], axis=1)
    points[2, 0, 5] = np.nan
    scores = np.full((2, 17, FRAMES), 0.7)
    names = get_layout("coco_17").joints
    clip = load_skeleton(sleap(tmp_path / "a.h5", points, names, point_scores=scores, track_names=[b"Ann", b"Bob"]))
    assert (clip.format, clip.layout.name, clip.num_people, clip.units) == ("sleap", "coco_17", 2, "pixels")
    assert np.allclose(clip.joints[3:, 1], points[3:, 1], atol=1e-3) and np.allclose(clip.confidence, 0.7)
    assert np.argwhere(~clip.mask).tolist() == [[2, 0, 5]]
    with pytest.raises(
        SkeletonFileError, match=r"nodes that name body parts of a person, or layout=..., found head1, thorax1"
    ):
        load_skeleton(sleap(tmp_path / "b.h5", points[:, :, :2], ["head1", "thorax1"]))
    with pytest.raises(SkeletonFileError, match=r"tracks: expected tracks of shape \(tracks, 2, 3 nodes, frames\)"):
        load_skeleton(sleap(tmp_path / "c.h5", points, ["a", "b", "c"]))


def deeplabcut_table(path, points, columns, fixed=False, names=None):
    """DeepLabCut's HDF5 as pandas writes it. `points`: (frames, columns); `columns`: tuples; `names`: a pickle in their place."""
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(path, "w") as store:
        store.attrs["PYTABLES_FORMAT_VERSION"] = np.bytes_(b"2.1")
        group = store.create_group("df_with_missing")
        group.attrs["pandas_type"] = np.bytes_(b"frame" if fixed else b"frame_table")
        if fixed:
            group["block0_values"] = points
            for level, column in enumerate(zip(*columns, strict=True)):
                values = list(dict.fromkeys(column))
                group[f"block0_items_level{level}"] = [value.encode() for value in values]
                group[f"block0_items_label{level}"] = np.array([values.index(value) for value in column], np.int8)
        else:
            kind = [("index", "<i8"), ("values_block_0", "<f8", (points.shape[1],))]
            group["table"] = np.array([(row, values) for row, values in enumerate(points)], kind)
            group.attrs["non_index_axes"] = np.bytes_(names or pickle.dumps([(1, columns)], 0))
    return path


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("people", [("a", "b"), ()])
def test_deeplabcut_hdf5(tmp_path, people, fixed):
    parts = get_layout("coco_17").joints
    who = [(name,) for name in people] or [()]
    columns = [("DLC", *one, part, what) for one in who for part in parts for what in ("x", "y", "likelihood")]
    points = [
        np.concatenate([pixels("coco_17") + [400 * row, 0], np.full((FRAMES, 17, 1), 0.8)], -1)
        for row in range(len(who))
    ]
    table = np.concatenate(points, axis=1).reshape(FRAMES, -1)
    clip = load_skeleton(deeplabcut_table(tmp_path / "a.h5", table, columns, fixed))
    assert (clip.format, clip.layout.name, clip.units, clip.num_people) == ("deeplabcut", "coco_17", "pixels", len(who))
    assert np.allclose(clip.joints.swapaxes(0, 1), [p[..., :2] for p in points], atol=1e-3)
    assert np.allclose(clip.confidence, 0.8)


def test_names_in_hdf5_are_never_unpickled(tmp_path):
    class Harm:
        def __reduce__(self):
            return (open, (str(tmp_path / "harm"), "w"))

    path = deeplabcut_table(tmp_path / "a.h5", np.zeros((2, 3)), [], names=pickle.dumps([(1, [Harm()])], 0))
    with pytest.raises(SkeletonFileError, match="names of columns that hold more than texts"):
        load_skeleton(path)
    assert not (tmp_path / "harm").exists()


def test_hdf5_without_the_package_or_of_other_programs_says_the_way_out(tmp_path, monkeypatch):
    path = write(tmp_path, "a.mat", b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(SkeletonFileError, match=r"an HDF5 file"):
        load_skeleton(path)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(SkeletonFileError, match=r"skeletonllm-hf\[formats\].*save CSV or -v7"):
        load_skeleton(path)


def test_hdf5_of_other_programs_is_named(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(tmp_path / "a.h5", "w") as store:
        store["df_with_missing/table"] = np.zeros(3)
    with pytest.raises(
        SkeletonFileError,
        match=r"an HDF5 file with df_with_missing: export analysis HDF5 from SLEAP, CSV from DeepLabCut",
    ):
        load_skeleton(tmp_path / "a.h5")


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
    ],
)
def test_other_contents_say_where(tmp_path, name, data, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, name, data))


def test_utd_mhad_counts_the_joints_of_kinect_v1_in_its_own_order(tmp_path):
    clip = generate("wave", layout="kinect_v1", seed=4, options=EXACT)
    order = [3, 2, 1, 0, *range(4, 20)]  # head, shoulder centre, spine, hip centre; then arms and legs as in the SDK
    (tmp_path / "a2_s1_t1_skeleton.mat").write_bytes(matlab(d_skel=clip.joints[:, 0, order].transpose(1, 2, 0)))
    found = load_skeleton(tmp_path / "a2_s1_t1_skeleton.mat")
    assert (found.layout.name, found.units, found.up, found.view) == ("kinect_v1", "metres", "y", "z")
    assert np.allclose(found.joints[:, 0], clip.joints[:, 0], atol=1e-5)


@pytest.mark.parametrize("whole", [True, False])
def test_matlab_structs(tmp_path, whole):
    io = pytest.importorskip("scipy.io", reason="scipy writes structs")
    joints = body("kinect_v1", 30)
    named = (
        {"joints": joints}
        if whole
        else {"joints": dict(zip(get_layout("kinect_v1").joints, joints.transpose(1, 0, 2), strict=True))}
    )
    io.savemat(tmp_path / "a.mat", {"motion": named | {"fps": 25.0, "notes": "x", "more": {"deep": {"a": 1.0}}}})
    clip = load_skeleton(tmp_path / "a.mat")
    assert (clip.layout.name, clip.fps) == ("kinect_v1", 25.0) and np.allclose(clip.joints[:, 0], joints, atol=1e-4)


@pytest.mark.parametrize("form", ["one of three axes", "x, y and z"])
def test_matlab_arrays_beside_others(tmp_path, form):
    joints = body("kinect_v1", 30)
    arrays = (
        {"pred": joints.transpose(0, 2, 1), "p_max": np.ones((30, 20))}
        if form == "one of three axes"
        else dict(zip("XYZ", joints.transpose(2, 0, 1), strict=True))
    )
    clip = load_skeleton(write(tmp_path, "a.mat", matlab(False, "<", **arrays)))
    assert clip.layout.name == "kinect_v1" and np.allclose(clip.joints[:, 0], joints, atol=1e-4)
