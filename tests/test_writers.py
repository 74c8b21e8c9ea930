"""Writers: what is written comes back, whole or not at all."""

import dataclasses
import errno
import json
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names
from skeletonllm_hf.model.skeleton import UNITS, SkeletonSequence
from skeletonllm_hf.readers import FORMATS, ReadOptions, SkeletonFile, SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate
from skeletonllm_hf.writers import WRITERS, save_skeleton
from skeletonllm_hf.writers.bvh import _from_zxy, _zxy

ROUND_TRIP = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)  # NumPy cuts trailing NULs off
MEASURES = st.floats(-1e4, 1e4, width=32)
BODIES = [name for name in layout_names() if any(get_layout(name).body)]  # a hand alone is none


def raw(path, format):
    """What the reader finds, before the rules for foreign files judge it."""
    return FORMATS[format].read(SkeletonFile(path), ReadOptions())


@st.composite
def sequences(draw, layout=None, most_people=3, dims=(3,), **fixed):
    layout = layout or get_layout(draw(st.sampled_from(["kinect_v2", "coco_17", "smpl_22"])))
    shape = (draw(st.integers(1, 4)), draw(st.integers(1, most_people)), layout.num_joints)
    joints = draw(arrays.arrays(np.float32, (*shape, draw(st.sampled_from(dims))), elements=MEASURES))
    mask = draw(arrays.arrays(bool, shape, fill=st.just(True)))
    mask[0, 0, 0] = True
    unit = st.floats(0, 1, width=32)
    fields = {
        "mask": mask, "fps": draw(st.floats(0.1, 1000)), "units": draw(st.sampled_from(sorted(UNITS))), "up": draw(st.sampled_from(["y", "-y"])),
        "view": draw(st.sampled_from(["z", "-z"])), "label": draw(st.none() | TEXTS), "captions": draw(st.lists(TEXTS, max_size=2)),
        "questions": draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=2)), "warnings": draw(st.lists(TEXTS, max_size=1)),
        "confidence": draw(st.none() | arrays.arrays(np.float32, shape, elements=unit, fill=unit)),
    }  # fmt: skip
    if draw(st.booleans()):
        fields["rotations"] = draw(arrays.arrays(np.float32, (*shape, 3, 3), elements=MEASURES, fill=unit))
    return SkeletonSequence(joints, layout, **fields | fixed)


@pytest.mark.parametrize("ending", [".npz", ".json"])
@ROUND_TRIP
@given(sequence=sequences(dims=(2, 3)))
def test_our_own_formats_keep_everything_bit_by_bit(tmp_path, ending, sequence):
    path = tmp_path / f"clip{ending}"
    saved = save_skeleton(sequence, path, overwrite=True)
    assert saved.notes == () and saved.path == path
    back = load_skeleton(path)
    for field in dataclasses.fields(SkeletonSequence):
        one, two = getattr(sequence, field.name), getattr(back, field.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == two.dtype and np.array_equal(one, two), field.name
        elif field.name not in ("source", "format"):
            assert one == two, field.name


@ROUND_TRIP
@given(sequence=sequences(get_layout("kinect_v2"), fps=30.0, units="metres", up="y", view="z"))
def test_ntu_keeps_joints_bit_by_bit(tmp_path, sequence):
    path = tmp_path / "clip.skeleton"
    save_skeleton(sequence, path, overwrite=True)
    back = raw(path, "ntu")
    present = sequence.people_present
    zero = sequence.mask & ~sequence.joints.any(-1)  # moved by 1e-30 m
    assert np.array_equal(back.joints[..., :3][~zero[:, present]], sequence.joints[:, present][~zero[:, present]])
    assert np.array_equal(back.joints.any(-1), sequence.mask[:, present])
    seen = sequence.mask[:, present]
    wanted = (
        np.ones_like(seen, float)
        if sequence.confidence is None
        else np.where(sequence.confidence[:, present] < 0.75, 0.5, 1)
    )
    assert np.array_equal(back.confidence[seen], wanted[seen]) and not back.confidence[~seen].any()


@ROUND_TRIP
@given(sequence=sequences(get_layout("kinect_v1"), most_people=1, fps=30.0, units="metres", up="y", view="z"))
def test_nw_ucla_keeps_joints_bit_by_bit(tmp_path, sequence):
    path = tmp_path / "clip.json"
    save_skeleton(sequence, path, "nw_ucla", overwrite=True)
    back = raw(path, "nw_ucla")
    zero = sequence.mask & ~sequence.joints.any(-1)
    assert np.array_equal(back.joints[~zero], sequence.joints[~zero])
    assert np.array_equal(back.joints.any(-1), sequence.mask)


@ROUND_TRIP
@given(sequence=sequences(units="metres", up="y", view="-z", mask=None))
def test_bvh_keeps_joints_within_float32(tmp_path, sequence):
    path = tmp_path / "clip.bvh"
    save_skeleton(sequence, path, overwrite=True)
    back = raw(path, "bvh")
    order = [back.layout.joints.index(name) for name in sequence.layout.joints]
    reach = np.abs(sequence.joints).max() + 1e-30
    assert (
        np.abs(back.joints[:, :, order] / 100 - sequence.joints).max() <= 2e-5 * reach
    )  # every joint adds its rounding
    assert back.fps == pytest.approx(sequence.fps, rel=5e-4)


@pytest.mark.parametrize("layout", BODIES)
def test_generated_clips_survive_bvh_in_every_layout(tmp_path, layout):
    here = generate("wave", layout=layout, seed=2, options=EXACT)
    saved = save_skeleton(here, tmp_path / "clip.bvh")
    assert any("solved" in note for note in saved.notes)
    few_names = layout in ("halpe_136", "coco_wholebody_133")  # most joints are on the face: no size to guess a unit by
    back = load_skeleton(saved.path, units="centimetres" if few_names else None)
    order = [back.layout.joints.index(name) for name in here.layout.joints]
    assert (back.units, back.up, back.fps) == ("centimetres", "y", here.fps)
    assert np.abs(back.canonical().joints[:, :, order] - here.joints).max() < 5e-6  # metres


def test_bvh_keeps_the_clip_s_own_rotations(tmp_path):
    here = generate("wave", layout="smpl_22", seed=2, options=EXACT)
    back = load_skeleton(save_skeleton(here, tmp_path / "clip.bvh").path)
    saved = save_skeleton(back, tmp_path / "again.bvh")
    again = load_skeleton(saved.path)
    assert any("own" in note for note in saved.notes) and again.layout.joints == back.layout.joints
    assert np.abs(again.joints - back.joints).max() < 1e-3 and np.abs(again.rotations - back.rotations).max() < 1e-5


def test_rotations_that_turn_the_bone_before_a_joint_are_solved_anew(tmp_path):
    clip = load_skeleton(save_skeleton(generate("wave", layout="smpl_22", seed=3), tmp_path / "a.bvh").path)
    own = np.empty_like(clip.rotations)  # ASF's: a joint turns as its parent's do here
    above = {b: a for a, b in clip.layout.bones}
    for joint in range(clip.layout.num_joints):
        own[:, :, joint] = clip.rotations[:, :, above.get(joint, joint)]
    again = load_skeleton(save_skeleton(clip.replace(rotations=own), tmp_path / "b.bvh").path)
    elbow, wrist = (clip.layout.body.index(f"right_{point}") for point in ("elbow", "wrist"))
    bone = again.joints[:, 0, wrist] - again.joints[:, 0, elbow]
    turned = again.rotations[:, 0, elbow] @ (clip.layout.rest_joints[wrist] - clip.layout.rest_joints[elbow])
    cosine = (bone * turned).sum(-1) / np.linalg.norm(bone, axis=-1) / np.linalg.norm(turned, axis=-1)
    assert cosine.min() > 0.999


def test_solved_rotations_turn_the_t_pose_s_bones(tmp_path):
    here = generate("wave", layout="smpl_22", seed=2, options=EXACT)
    back = load_skeleton(save_skeleton(here, tmp_path / "clip.bvh").path)
    at = back.layout.joints.index
    for joint, child in (("left_knee", "left_ankle"), ("right_shoulder", "right_elbow"), ("neck", "head")):
        rest = here.layout.rest_joints[here.layout.index(child)] - here.layout.rest_joints[here.layout.index(joint)]
        bone = back.joints[:, 0, at(child)] - back.joints[:, 0, at(joint)]
        turned = back.rotations[:, 0, at(joint)] @ rest
        cosine = (bone * turned).sum(-1) / np.linalg.norm(bone, axis=-1) / np.linalg.norm(turned, axis=-1)
        assert cosine.min() > 0.9999


def test_bvh_puts_offsets_where_bones_are_so_that_rotations_alone_show_the_clip(tmp_path):
    here = generate("kick", layout="smpl_22", seed=3, options=EXACT)
    path = save_skeleton(here, tmp_path / "clip.bvh").path
    lines = path.read_text().replace("6 Xposition Yposition Zposition Zrotation", "3 Zrotation").splitlines()
    motion = lines.index("MOTION") + 3
    root, rest = [], []
    for line in lines[motion:]:
        numbers = line.split()
        root.append(numbers[:3])
        rest.append(" ".join(n for i in range(0, len(numbers), 6) for n in numbers[i + 3 : i + 6]))
    path.write_text("\n".join(lines[:motion] + rest))
    back = load_skeleton(path, units="centimetres", up="y")
    order = [back.layout.joints.index(name) for name in here.layout.joints]
    there = back.canonical().joints[:, 0, order] + np.array(root, float)[:, None] / 100
    assert np.linalg.norm(there - here.joints[:, 0], axis=-1).max() < 0.03  # where bones keep their lengths


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-180, 180), min_size=3, max_size=3))
def test_angles_are_those_of_the_rotation(angles):
    turn = _from_zxy(np.radians(angles))
    assert np.allclose(turn @ turn.T, np.eye(3)) and np.allclose(_from_zxy(_zxy(turn)), turn, atol=1e-6)
    square = _from_zxy(np.radians([angles[0], 90.0, angles[2]]))
    assert np.allclose(_from_zxy(_zxy(square)), square, atol=1e-6)


def test_ntu_of_a_generated_pair_comes_back_in_its_order(tmp_path):
    here = generate("shake hands", layout="kinect_v2", seed=1, options=EXACT)
    mask = here.mask.copy()
    mask[:5, 0] = False  # the first person comes late
    mask[20, 1, 3] = False
    here = here.replace(mask=mask, captions=["two people"])
    path = tmp_path / "S001C001P001R001A058.skeleton"
    saved = save_skeleton(here, path)
    back = load_skeleton(path)
    assert back.label == "shaking hands" and any("captions" in note and "label" in note for note in saved.notes)
    assert np.array_equal(back.mask, mask) and np.abs(back.canonical().joints - here.joints).max() < 1e-6


def test_axes_and_units_are_brought_to_the_sensor_s(tmp_path):
    here = generate("bow", layout="kinect_v2", seed=1, options=EXACT)
    turned = here.replace(
        joints=here.joints[..., [0, 2, 1]] * [1000, -1000, 1000], units="millimetres", up="z", view="y"
    )
    assert np.allclose(turned.canonical().joints, here.joints, atol=1e-6)
    back = load_skeleton(save_skeleton(turned, tmp_path / "clip.skeleton").path)
    assert np.allclose(back.canonical().joints, here.joints, atol=1e-6) and back.view == "z"


def test_bvh_fills_what_is_missing_and_says_so(tmp_path):
    here = generate("walk", layout="kinect_v1", seed=4, options=EXACT)
    mask = here.mask.copy()
    knee, head = here.layout.index("left_knee"), here.layout.index("head")
    mask[10:12, 0, knee] = False
    mask[:, 0, head] = False
    saved = save_skeleton(here.replace(mask=mask), tmp_path / "clip.bvh")
    assert any(f"{2 + len(mask)} were interpolated" in note for note in saved.notes)
    back = load_skeleton(saved.path).canonical()
    gap = back.joints[:, 0, back.layout.joints.index("left_knee")] - here.joints[:, 0, knee]
    assert np.linalg.norm(gap, axis=-1).max() < 0.03
    top = (
        back.joints[:, 0, back.layout.joints.index("head")]
        - back.joints[:, 0, back.layout.joints.index("shoulder_center")]
    )
    assert np.allclose(
        top, here.layout.rest_joints[head] - here.layout.rest_joints[here.layout.index("shoulder_center")], atol=1e-5
    )


def test_bvh_of_odd_layouts(tmp_path):
    rings = SkeletonLayout("odd", ("a b", "c{d}", "e", "lone 1", "lone 2"), [(0, 1), (1, 2), (2, 0), (3, 4)])
    joints = np.random.default_rng(0).normal(size=(3, 2, 5, 3))
    saved = save_skeleton(SkeletonSequence(joints, rings), tmp_path / "clip.bvh")
    back = raw(saved.path, "bvh")
    assert any("underlines" in note for note in saved.notes)
    order = [back.layout.joints.index(name) for name in ("a_b", "c_d_", "e", "lone_1", "lone_2")]
    assert np.allclose(back.joints[:, :, order] / 100, joints, atol=1e-5)


def test_json_is_plain_and_may_be_written_by_hand(tmp_path):
    path = tmp_path / "clip.json"
    rest = get_layout("coco_17").rest_joints
    save_skeleton(SkeletonSequence(rest[None, None], "coco_17", mask=np.arange(17)[None, None] != 3), path)
    content = json.loads(path.read_text())
    assert content["format"] == "skeletonllm-1" and content["joints"][0][0][3] == [None, None, None]
    assert np.array_equal(np.float32(content["joints"][0][0][4]), rest[4])
    path.write_text(json.dumps({"layout": "coco_17", "fps": 25, "joints": [[(1000 * rest).tolist()]]}))
    back = load_skeleton(path)
    assert (back.format, back.fps, back.units, back.up) == ("json", 25.0, "millimetres", "y") and "Guessed" in " ".join(
        back.warnings
    )
    own = SkeletonLayout("dog", ("nose", "neck", "tail"), [(0, 1), (1, 2)])
    path.write_text(json.dumps({"layout": own.to_dict(), "joints": [[[[0, 1, 0], [0, 1, 1], [0, 1, 2]]]]}))
    assert load_skeleton(path).layout == own


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"joints": [[[[0, 1, 2]] * 16]]}, "joints: expected numbers of shape"),
        ({"joints": [[[[0, 1, 2, 3]] * 17]]}, "joints: expected 2 or 3 numbers a joint"),
        ({"joints": [[[[0, 1, "x"]] * 17]]}, "joints: expected numbers"),
        ({"layout": "coco_19"}, "layout: expected a layout"),
        ({"layout": {"name": "x", "joints": ["a"], "bones": [[0, 1.5]]}}, "layout: expected a layout"),
        ({"layout": {"name": "x", "joints": [1], "bones": []}}, "layout: expected a layout"),
        ({"layout": {"name": "x", "joints": ["a"], "bones": [[[[]]]], "pairs": 3}}, "layout: expected a layout"),
        ({"layout": 7}, "layout: expected a layout"),
        ({"units": "miles"}, "units: expected one of"),
        ({"up": "y", "view": "-y"}, "view: expected an axis across"),
        ({"fps": "30"}, "fps: expected a number"),
        ({"questions": ["why"]}, "questions: expected pairs of texts"),
        ({"captions": [1]}, "captions: expected texts"),
        ({"confidence": [[[1] * 16]]}, "confidence: expected numbers of shape"),
        ({"format": "skeletonllm-1"}, "expected fps, units, up beside format"),
    ],
)
def test_broken_json_names_the_place(tmp_path, changes, message):
    path = tmp_path / "clip.json"
    path.write_text(json.dumps({"layout": "coco_17", "joints": [[[[0, 1, 2]] * 17]]} | changes))
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(path, "json")


@pytest.mark.parametrize(
    ("name", "format", "sequence", "message"),
    [
        (
            "a.skeleton",
            None,
            ("coco_17", 3, 30.0),
            r"a\.skeleton: NTU RGB\+D \.skeleton: expected the layout kinect_v2, got coco_17",
        ),
        ("a.skeleton", None, ("kinect_v2", 3, 15.0), "expected 30 frames a second, got 15: resample"),
        ("a.skeleton", None, ("kinect_v2", 2, 30.0), "expected three-dimensional joints, got two"),
        ("a.bvh", None, ("kinect_v2", 2, 30.0), "expected three-dimensional joints, got two"),
        ("a.json", "nw_ucla", ("kinect_v2", 3, 30.0), "expected the layout kinect_v1"),
        (
            "a.fbx",
            None,
            ("kinect_v2", 3, 30.0),
            "expected a name that ends in .npz, .json, .bvh, .skeleton, got '.fbx'",
        ),
        ("a", None, ("kinect_v2", 3, 30.0), "got 'no ending'"),
        ("a.npz", "fbx", ("kinect_v2", 3, 30.0), "format: expected one of"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, name, format, sequence, message):
    layout, dims, fps = sequence
    clip = SkeletonSequence(np.ones((2, 1, get_layout(layout).num_joints, dims)), layout, fps=fps)
    with pytest.raises(ValueError, match=message):
        save_skeleton(clip, tmp_path / name, format)
    assert list(tmp_path.iterdir()) == []


def test_two_people_do_not_fit_one(tmp_path):
    clip = SkeletonSequence(np.ones((2, 2, 20, 3)), "kinect_v1")
    with pytest.raises(ValueError, match="expected one person, got 2"):
        save_skeleton(clip, tmp_path / "a.json", "nw_ucla")


def test_nothing_is_replaced_unasked_and_nothing_half_written(tmp_path, monkeypatch):
    clip = SkeletonSequence(np.ones((2, 1, 25, 3)), "kinect_v2")
    path = tmp_path / "clip.npz"
    save_skeleton(clip, path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        save_skeleton(clip.replace(fps=10), path)
    assert path.read_bytes() == before

    def fail(sequence, part, name):
        part.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setitem(WRITERS, "numpy", dataclasses.replace(WRITERS["numpy"], write=fail))
    with pytest.raises(OSError, match="disk full"):
        save_skeleton(clip, path, overwrite=True)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["clip.npz"]

    def full(sequence, part, name):
        raise OSError(errno.ENOSPC, "No space left on device", str(part))

    monkeypatch.setitem(WRITERS, "numpy", dataclasses.replace(WRITERS["numpy"], write=full))
    with pytest.raises(OSError, match=r"clip.npz: the file cannot be written: No space left on device$"):
        save_skeleton(clip, path, overwrite=True)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["clip.npz"]
    monkeypatch.undo()
    assert load_skeleton(save_skeleton(clip.replace(fps=10), path, overwrite=True).path).fps == 10


def test_a_file_that_appears_meanwhile_stays(tmp_path, monkeypatch):
    path = tmp_path / "clip.npz"
    writer = WRITERS["numpy"]

    def slow(sequence, part, name):
        path.write_text("somebody else's")
        return writer.write(sequence, part, name)

    monkeypatch.setitem(WRITERS, "numpy", dataclasses.replace(writer, write=slow))
    with pytest.raises(FileExistsError):
        save_skeleton(SkeletonSequence(np.ones((2, 1, 25, 3)), "kinect_v2"), path)
    assert path.read_text() == "somebody else's" and os.listdir(tmp_path) == ["clip.npz"]


def test_clips_of_nobody_and_no_clips_are_refused(tmp_path):
    nobody = SkeletonSequence(np.ones((2, 1, 25, 3)), "kinect_v2", mask=np.zeros((2, 1, 25)))
    with pytest.raises(ValueError, match="at least one joint that is seen"):
        save_skeleton(nobody, tmp_path / "a.npz")
    with pytest.raises(TypeError, match="expected a SkeletonSequence, got ndarray"):
        save_skeleton(nobody.joints, tmp_path / "a.npz")
