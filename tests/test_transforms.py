"""Changes to clips: mirrored, resampled, cut, thinned, shaken, turned, stretched."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonllm_hf.model.layouts import get_layout, layout_names
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import EXACT, generate
from skeletonllm_hf.transforms import (
    add_noise,
    crop,
    drop_joints,
    mirror,
    resample,
    rotate,
    scale,
    swap_side_words,
    with_axes,
)

FIELDS = ("joints", "mask", "confidence", "rotations")
BODIES = [name for name in layout_names() if any(get_layout(name).body)]  # a hand alone is none


def random_turns(rng, shape):
    turns, _ = np.linalg.qr(rng.normal(size=(*shape, 3, 3)))
    return turns * np.sign(np.linalg.det(turns))[..., None, None]


def random_clip(frames=7, people=2, dims=3, seed=0, **fields):
    rng = np.random.default_rng(seed)
    joints = rng.normal(size=(frames, people, 25, dims))
    shape = joints.shape[:3]
    fields = {
        "mask": rng.random(shape) > 0.2,
        "confidence": rng.random(shape),
        "rotations": random_turns(rng, shape),
    } | fields
    return SkeletonSequence(joints, "kinect_v2", **fields)


def same(one, two):
    ours = [f.name for f in dataclasses.fields(one) if f.name not in FIELDS]
    return all(np.array_equal(getattr(one, n), getattr(two, n)) for n in FIELDS) and all(
        getattr(one, n) == getattr(two, n) for n in ours
    )


@pytest.mark.parametrize(("up", "view"), [("y", "-z"), ("y", "z"), ("z", "y"), ("-y", "z"), ("x", "-z")])
def test_mirroring_looks_like_a_mirror_and_twice_is_nothing(up, view):
    here = random_clip(
        up=up, view=view, label="wave left", captions=["the Left hand"], questions=[("LEFT or right?", "left")]
    )
    there = mirror(here)
    left, right = here.layout.index("left_hand"), here.layout.index("right_hand")
    assert np.array_equal(there.canonical().joints[:, :, left], here.canonical().joints[:, :, right] * [-1, 1, 1])
    assert np.array_equal(there.mask[:, :, left], here.mask[:, :, right])
    assert (there.label, there.captions, there.questions) == (
        "wave right",
        ("the Right hand",),
        (("RIGHT or left?", "right"),),
    )
    assert same(mirror(there), here)


def test_mirrored_rotations_are_rotations_and_carry_mirrored_bones():
    here = random_clip(mask=None)
    there = mirror(here)
    elbow, other = here.layout.index("left_elbow"), here.layout.index("right_elbow")
    bone = np.array([0.2, 0.1, -0.3], np.float32)
    flip = np.array([-1, 1, 1], np.float32)
    assert np.allclose(
        there.rotations[:, :, elbow] @ (bone * flip), here.rotations[:, :, other] @ bone * flip, atol=1e-6
    )


@pytest.mark.parametrize("name", BODIES)
def test_a_mirrored_generated_clip_keeps_left_on_the_left(name):
    here = generate("walk", layout=name, seed=1, options=EXACT)
    there = mirror(here)
    pairs = np.array(here.layout.pairs)
    gap = lambda clip: clip.canonical().joints[:, :, pairs[:, 0]] - clip.canonical().joints[:, :, pairs[:, 1]]  # noqa: E731
    assert here.mask.all() and np.allclose(gap(there)[..., 0], gap(here)[..., 0], atol=1e-6)
    assert np.allclose(gap(there)[..., 1:], -gap(here)[..., 1:], atol=1e-6)


def test_side_words_only():
    text = "LEFT, left-handed, Right_arm; bright upright leftover cleft"
    assert swap_side_words(text) == "RIGHT, right-handed, Left_arm; bright upright leftover cleft"


def test_senses_of_rotation_are_mirrored_too():
    assert swap_side_words("Clockwise, then counterclockwise") == "Counterclockwise, then clockwise"
    assert swap_side_words("anti-clockwise, anticlockwise, counter-clockwise") == "clockwise, clockwise, clockwise"


def test_a_flat_clip_in_the_plane_of_its_view_has_no_right():
    flat = SkeletonSequence(np.zeros((1, 1, 25, 2)), "kinect_v2", up="y", view="x", units="pixels")
    with pytest.raises(ValueError, match="no right axis"):
        mirror(flat)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.floats(1, 120), st.floats(1, 120))
def test_resampling_follows_straight_motion(frames, old, new):
    joints = np.zeros((frames, 1, 25, 3))
    joints[:, 0, :, 0] = np.arange(frames)[:, None] / old
    here = SkeletonSequence(joints, "kinect_v2", fps=old)
    there = resample(here, new)
    times = np.arange(there.num_frames) / new
    assert there.fps == new and np.allclose(there.joints[:, 0, 3, 0], times, atol=1e-4)
    assert (frames - 1) / old - times[-1] < 1 / new + 1e-4 and there.mask.all()


def test_resampling_up_and_back_is_the_clip_and_keeps_rotations():
    here = random_clip(mask=None, fps=15)
    there = resample(here, 60)
    assert there.num_frames == 4 * 6 + 1
    assert np.allclose(np.linalg.det(there.rotations), 1, atol=1e-5)
    assert np.allclose(there.rotations @ there.rotations.swapaxes(-1, -2), np.eye(3), atol=1e-5)
    back = resample(there, 15)
    assert all(
        np.allclose(getattr(back, n), getattr(here, n), atol=1e-5) for n in ("joints", "confidence", "rotations")
    )
    assert np.array_equal(back.mask, here.mask)
    assert resample(here, 15) is here


def test_resampling_masks_what_lies_beside_a_gap():
    mask = np.ones((5, 1, 25), bool)
    mask[2, 0, 3] = False
    there = resample(SkeletonSequence(np.ones((5, 1, 25, 3)), "kinect_v2", mask=mask, fps=10), 20)
    assert np.flatnonzero(~there.mask[:, 0, 3]).tolist() == [3, 4, 5] and there.mask[:, 0, 4].all()
    assert not there.joints[3:6, 0, 3].any()


@pytest.mark.parametrize("fps", [0, -1, np.nan, "30", 1e9])
def test_impossible_rates_are_refused(fps):
    with pytest.raises(ValueError, match="fps: expected"):
        resample(random_clip(), fps)


@pytest.mark.parametrize(
    ("start", "stop", "frames"), [(0, None, range(7)), (0.1, 0.4, range(1, 4)), (0.55, 9, [6]), (-1, 0.11, [0, 1])]
)
def test_crop(start, stop, frames):
    here = random_clip(fps=10)
    there = crop(here, start, stop)
    assert all(np.array_equal(getattr(there, n), getattr(here, n)[list(frames)]) for n in FIELDS)


@pytest.mark.parametrize(("start", "stop"), [(0.7, None), (0.2, 0.2), (0.3, 0.1), (np.nan, 1)])
def test_crops_without_frames_are_refused(start, stop):
    with pytest.raises(ValueError, match="start, stop"):
        crop(random_clip(fps=10), start, stop)


def test_dropped_joints_are_lost_throughout_and_somebody_stays():
    here = random_clip(people=40, mask=None)
    there = drop_joints(here, 0.3, np.random.default_rng(0))
    kept = there.mask.any(0)
    assert np.array_equal(there.mask, here.mask & kept) and 0.65 < kept.mean() < 0.75
    assert same(there, drop_joints(here, 0.3, np.random.default_rng(0)))
    bare = drop_joints(here, 1.0, np.random.default_rng(0))
    assert bare.mask.any(0).sum() == 40 and bare.people_present.all()
    assert same(drop_joints(here, 0.0, np.random.default_rng(0)), here)


def test_noise_is_metres_in_any_unit_and_spares_the_masked():
    here = random_clip(frames=200)
    still = here.replace(joints=np.broadcast_to(here.layout.rest_joints, here.joints.shape), rotations=None)
    for units, per_unit in (("metres", 1), ("millimetres", 0.001), ("unknown", 0.02)):
        clip = still.replace(joints=still.joints / per_unit, units=units)
        moved = add_noise(clip, 0.05, np.random.default_rng(3))
        spread = (moved.joints - clip.joints)[clip.mask].std() * per_unit
        assert abs(spread - 0.05) < 0.001, units
        assert not moved.joints[~clip.mask].any()
    assert same(add_noise(here, 0.0, np.random.default_rng(0)), here)


def test_turns_go_the_way_they_say():
    rest = np.zeros((1, 1, 25, 3), np.float32)
    rest[0, 0, 0], rest[0, 0, 1] = (0, 1, 1), (0, 0, 0)  # nose towards the viewer and up
    mask = np.zeros((1, 1, 25), bool)
    mask[..., :2] = True
    for up, view in (("y", "-z"), ("y", "z"), ("z", "y"), ("-y", "z")):
        own = SkeletonSequence(np.zeros((1, 1, 25, 3)), "kinect_v2", up=up, view=view)
        axes = np.linalg.inv(
            SkeletonSequence(np.eye(25, 3)[None, None], "kinect_v2", up=up, view=view).canonical().joints[0, 0, :3]
        )
        here = own.replace(joints=rest @ axes, mask=mask)
        nose = lambda **turn: np.subtract(*rotate(here, **turn).canonical().joints[0, 0, :2])  # noqa: E731, B023
        assert np.allclose(nose(), [0, 1, 1])
        assert np.allclose(nose(yaw=90), [1, 1, 0], atol=1e-6)
        assert np.allclose(nose(pitch=90), [0, -1, 1], atol=1e-6)
        assert np.allclose(nose(roll=90), [-1, 0, 1], atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(-360, 360), st.floats(-360, 360), st.floats(-360, 360))
def test_turns_keep_distances_middles_and_masks(yaw, pitch, roll):
    here = random_clip()
    there = rotate(here, yaw, pitch, roll)
    gaps = lambda clip: np.linalg.norm(clip.joints[:, :, 1:] - clip.joints[:, :, :-1], axis=-1)  # noqa: E731
    both = here.mask[:, :, 1:] & here.mask[:, :, :-1]
    assert np.array_equal(here.mask, there.mask) and np.allclose(gaps(here)[both], gaps(there)[both], atol=1e-4)
    assert np.allclose(here.joints[here.mask].mean(0), there.joints[here.mask].mean(0), atol=1e-5)
    turn = there.rotations @ here.rotations.swapaxes(-1, -2)
    assert np.allclose(turn, turn[0, 0, 0], atol=1e-5)


def test_flat_clips_roll_only():
    flat = random_clip(dims=2, units="pixels", up="-y")
    there = rotate(flat, roll=90)
    one, two = (clip.joints - clip.joints[clip.mask].mean(0) for clip in (flat, there))
    assert np.allclose(two[flat.mask], (one @ np.array([[0, -1], [1, 0]]))[flat.mask], atol=1e-5)
    with pytest.raises(ValueError, match="can only roll"):
        rotate(flat, yaw=10)


def test_scaling():
    here = random_clip(up="z", view="y")
    assert np.array_equal(scale(here, 2).joints, here.joints * 2)
    assert np.allclose(scale(here, (1, 2, 3)).canonical().joints, here.canonical().joints * [1, 2, 3])
    for factor in (0, -1, np.nan, (1, 1, 0)):
        with pytest.raises(ValueError, match="factor"):
            scale(here, factor)


@pytest.mark.parametrize(("up", "view"), [("y", "z"), ("z", None), ("-y", "z"), ("x", None)])
def test_other_axes_say_the_same(up, view):
    here = random_clip(units="centimetres", up="z", view="y")
    there = with_axes(here, up, view)
    assert (there.units, there.up) == ("metres", up) and np.array_equal(there.mask, here.mask)
    assert np.allclose(there.canonical().joints, here.canonical().joints, atol=1e-7)
    assert np.allclose(there.canonical().rotations, here.canonical().rotations, atol=1e-6)
    with pytest.raises(ValueError, match="three dimensions"):
        with_axes(random_clip(dims=2), up)


def test_changes_leave_their_clip_alone():
    here = random_clip()
    before = here.joints.copy(), here.mask.copy()
    for change in (
        mirror,
        lambda c: resample(c, 50),
        lambda c: crop(c, 0.1),
        lambda c: rotate(c, 10, 20, 30),
        lambda c: scale(c, 2),
    ):
        change(here)
    drop_joints(here, 0.5, np.random.default_rng(0))
    add_noise(here, 0.5, np.random.default_rng(0))
    assert np.array_equal(here.joints, before[0]) and np.array_equal(here.mask, before[1])
