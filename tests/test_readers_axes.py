"""Arrays whose axes stand in another order: guessed by their sizes and bodies, or named."""

import numpy as np
import pytest
from format_samples import FRAMES, body, ctrgcn, pixels

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.arrays.axes import guess_axes, parse_axes

FRAMES_LONG = 60


def save(folder, array):
    np.save(folder / "a.npy", array.astype(np.float32))
    return folder / "a.npy"


def two(layout, frames=FRAMES_LONG):
    """(frames, 2, joints, 3)"""
    joints = body(layout, frames)
    return np.stack([joints, joints + [1, 0, 0]], axis=1)


@pytest.mark.parametrize(
    ("axes", "array"),
    [
        ("C,T,V", body("kinect_v2", FRAMES_LONG).transpose(2, 0, 1)),
        ("V,C,T", body("smpl_22", FRAMES_LONG).transpose(1, 2, 0)),
        ("C,T,V,M", two("kinect_v2").transpose(3, 0, 2, 1)),
        ("M,V,C,T", body("smpl_22", FRAMES_LONG).transpose(1, 2, 0)[None]),
        ("M,T,V,C", body("smpl_22", FRAMES_LONG)[None]),
        ("M,T,V,C", two("coco_17").transpose(1, 0, 2, 3)),
        ("M,T,V,C", np.stack([pixels("coco_17", FRAMES_LONG)] * 2)),
        ("N,T,V,C", np.stack([body("smpl_22", 40)] * 3)),
        ("N,C,T,V,M", two("kinect_v2").transpose(3, 0, 2, 1)[None]),
        ("N,C,T,V,M", np.stack([two("kinect_v2").transpose(3, 0, 2, 1)] * 4)),
    ],
)
def test_axes_are_guessed_and_reported(tmp_path, axes, array):
    clip = load_skeleton(save(tmp_path, array))
    assert any(f"Axes guessed from the shape {array.shape}: {axes};" in warning for warning in clip.warnings)
    same = load_skeleton(tmp_path / "a.npy", axes=axes, clip=0)
    assert np.array_equal(clip.joints, same.joints) and not any("Axes" in warning for warning in same.warnings)
    letters = axes.split(",")
    assert (
        clip.num_frames == array.shape[letters.index("T")] and clip.layout.num_joints == array.shape[letters.index("V")]
    )
    wanted = np.moveaxis(array, [letters.index(axis) for axis in "TVC"], [-3, -2, -1]).reshape(
        -1, *clip.joints[:, 0].shape
    )[0]
    if "M" in letters and array.shape[letters.index("M")] == 2:
        wanted = np.moveaxis(array, letters.index("M"), 0)[0]
        rest = [axis for axis in letters if axis != "M"]
        wanted = np.moveaxis(wanted, [rest.index(axis) for axis in "TVC"], [-3, -2, -1]).reshape(
            -1, *clip.joints[:, 0].shape
        )[0]
        assert clip.num_people == 2
    assert np.allclose(clip.joints[:, 0], wanted, atol=1e-4)


def test_frames_of_zeros_at_the_end_and_empty_people(tmp_path):
    array = np.zeros((3, 300, 25, 2))
    array[:, :FRAMES_LONG, :, 0] = body("kinect_v2", FRAMES_LONG).transpose(2, 0, 1)
    clip = load_skeleton(save(tmp_path, array))
    assert (clip.num_frames, clip.num_people) == (FRAMES_LONG, 1)
    assert "240 frames of zeros at the end: cut off." in clip.warnings


def test_motion_models_write_twenty_frames_a_second(tmp_path):
    path = save(tmp_path, body("smpl_22", FRAMES_LONG).transpose(1, 2, 0))
    assert load_skeleton(path).fps == 20.0 and load_skeleton(path, fps=30).fps == 30.0


def test_clips_of_an_array(tmp_path):
    path = save(tmp_path, np.stack([body("smpl_22", 40) + [0, 0, n] for n in range(3)]))
    assert any("holds 3 clips: the first was read" in warning for warning in load_skeleton(path).warnings)
    clip = load_skeleton(path, axes="N,T,V,C", clip=2)
    assert np.allclose(clip.joints[:, 0], body("smpl_22", 40) + [0, 0, 2], atol=1e-5)
    with pytest.raises(SkeletonFileError, match=r"expected clip=... of its 3 clips \(0 to 2\), found clip=3"):
        load_skeleton(path, axes="N,T,V,C", clip=3)


def test_axes_that_fit_several_orders_are_asked_for(tmp_path):
    noise = np.random.default_rng(0).normal(size=(3, 60, 25, 2))
    with pytest.raises(SkeletonFileError, match="say what its axes are: axes=C,T,V,M or axes=N,T,V,C"):
        load_skeleton(save(tmp_path, noise))
    with pytest.raises(SkeletonFileError, match=r"expected 3 axes \(C,T,V\), found shape \(3, 60, 25, 2\)"):
        load_skeleton(tmp_path / "a.npy", axes="CTV")
    with pytest.raises(SkeletonFileError, match=r"expected 2 or 3 coordinates, found 25 \(axes T,V,C,M\)"):
        load_skeleton(tmp_path / "a.npy", axes="T,V,C,M")


@pytest.mark.parametrize("axes", ["T,V", "T,T,V,C", "X,V,C", ""])
def test_other_axes_are_refused(axes):
    with pytest.raises(ValueError, match="axes: expected each of T"):
        parse_axes(axes)


def test_axes_are_for_arrays_only(tmp_path):
    (tmp_path / "a.csv").write_text("frame,landmark,x,y\n0,1,1,2\n")
    with pytest.raises(ValueError, match="axes: only for arrays"):
        load_skeleton(tmp_path / "a.csv", format="csv", axes="T,V,C")
    assert guess_axes((5, 5, 5), None) == []


def test_ctrgcn_archives(tmp_path):
    (tmp_path / "a.npz").write_bytes(ctrgcn())
    clip = load_skeleton(tmp_path / "a.npz")
    assert (clip.format, clip.layout.name, clip.label, clip.num_frames) == (
        "ctrgcn",
        "kinect_v2",
        "hand waving",
        FRAMES,
    )
    assert np.allclose(clip.joints[:, 0], body("kinect_v2"), atol=1e-5)
    assert any("holds 4 clips: train:0 was read" in warning for warning in clip.warnings)
    for wanted in ("test:1", 3):
        clip = load_skeleton(tmp_path / "a.npz", clip=wanted)
        assert np.allclose(clip.joints[:FRAMES, 0], body("kinect_v2") + 1, atol=1e-5)
    for wanted in ("test:2", "val:0", 4):
        with pytest.raises(SkeletonFileError, match=r"of its 4 clips \(train:0 to train:1, test:0 to test:1\)"):
            load_skeleton(tmp_path / "a.npz", clip=wanted)
