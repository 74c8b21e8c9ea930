"""From a clip to what stands before the camera: frames, velocities, heading, the published axes."""

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.model.placement import (
    SCENE_DEPTH,
    denoised,
    displacements,
    heading,
    imputed,
    moving_part,
    published_axes,
    sample_frames,
    shaking,
    shown_frames,
    turn_about_y,
)
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import MotionOptions, generate
from skeletonllm_hf.transforms import add_noise, drop_joints, resample

REST = get_layout("kinect_v2").rest_joints
QUIET = MotionOptions(dropout=(0.0, 0.0))
LEFT, RIGHT = (get_layout("kinect_v2").index(f"{side}_shoulder") for side in ("left", "right"))


def walking(frames=40, people=1, seed=0, **fields):
    """Rest poses that drift, canonical axes, metres."""
    rng = np.random.default_rng(seed)
    joints = REST + rng.normal(0, 0.02, (frames, people, *REST.shape)) + np.linspace(0, 1, frames)[:, None, None, None]
    return SkeletonSequence(joints, "kinect_v2", **fields)


def test_middle_frames_of_equal_segments():
    assert sample_frames(24, 12).tolist() == list(range(1, 24, 2))
    assert sample_frames(12, 12).tolist() == list(range(12))
    assert sample_frames(120, 4).tolist() == [15, 45, 75, 105]
    assert sample_frames(10_000, 12).tolist() == [int((n + 0.5) * 10_000 / 12) for n in range(12)]
    assert sample_frames(120, 4, phase=0.1).tolist() == [3, 33, 63, 93]


@pytest.mark.parametrize("length", [1, 2, 5, 11])
def test_short_clips_repeat_frames_in_order(length):
    for generator in (None, np.random.default_rng(0)):
        frames = sample_frames(length, 12, generator)
        assert (np.diff(frames) >= 0).all() and set(frames) <= set(range(length))
        if length > 1:
            assert {0, length - 1} <= set(frames)
    assert set(sample_frames(length, 12)) == set(range(length))


def test_random_frames_come_one_from_each_segment_and_repeat_with_their_seed():
    draws = [sample_frames(120, 12, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1]) and not np.array_equal(draws[0], draws[2])
    many = np.stack([sample_frames(120, 12, np.random.default_rng(seed)) for seed in range(200)])
    assert (many // 10 == np.arange(12)).all()
    assert len(np.unique(many[:, 3])) == 10  # each frame of a segment has its chance


def test_frames_that_show_nobody_are_passed_over():
    clip = walking(40)
    mask = clip.mask.copy()
    mask[:22] = mask[30:35] = False
    gappy = clip.replace(mask=mask, joints=clip.joints * mask[..., None])
    assert shown_frames(gappy, 13).tolist() == [*range(22, 30), *range(35, 40)]
    assert mask[shown_frames(gappy, 12, np.random.default_rng(0))].all()
    assert shown_frames(clip, 12).tolist() == sample_frames(40, 12).tolist()
    assert shown_frames(gappy, 2, phase=0.9).tolist() == [27, 39]
    assert shown_frames(clip.replace(mask=np.zeros_like(mask), joints=0 * clip.joints), 4).tolist() == [5, 15, 25, 35]


@pytest.mark.parametrize("frames", [1, 3, 5, 40])
def test_velocities_are_the_published_ones_at_30_frames_a_second(frames):
    sequence = walking(frames)
    x = sequence.joints
    expected = np.stack([x[min(t + 4, frames - 1)] - x[t] for t in range(frames)])
    assert np.array_equal(displacements(sequence), expected)


@pytest.mark.parametrize("fps, step, share", [(15, 2, 1), (60, 8, 1), (120, 16, 1), (25, 3, 25 / 22.5), (1, 1, 4 / 30)])
def test_other_rates_look_equally_far_ahead(fps, step, share):
    sequence = walking(fps=fps)
    x = sequence.joints
    np.testing.assert_allclose(displacements(sequence)[:5], (x[step : step + 5] - x[:5]) * share, rtol=1e-5, atol=1e-6)


def test_velocities_of_joints_unseen_now_or_then_are_zero():
    mask = np.ones((40, 1, 25), dtype=bool)
    mask[10, 0, 3] = False
    moved = displacements(walking(mask=mask))
    assert (moved[[6, 10], 0, 3] == 0).all() and (moved[[5, 7, 9, 11], 0, 3] != 0).all()


@pytest.mark.parametrize("turn", np.linspace(-np.pi, np.pi, 9)[:-1] + 0.1)
def test_heading_turns_one_person_to_face_the_viewer(turn):
    sequence = walking()
    turned = sequence.replace(joints=turn_about_y(sequence.joints, turn))
    angle = heading(turned)
    assert np.cos(angle + turn) == pytest.approx(1.0, abs=0.01)
    front = turn_about_y(turned.joints, angle)
    across = (front[:10, 0, LEFT] - front[:10, 0, RIGHT]).mean(0)
    assert across[0] > 0.3 and abs(across[2]) < 0.1


def test_heading_looks_at_the_beginning_only():
    sequence = walking()
    joints = sequence.joints.copy()
    joints[10:] = turn_about_y(joints[10:], 2.0)
    assert heading(sequence.replace(joints=joints)) == pytest.approx(heading(sequence), abs=1e-6)


@pytest.mark.parametrize("turn", np.linspace(-np.pi, np.pi, 9)[:-1] + 0.1)
def test_heading_lays_two_people_across_the_picture_by_the_smaller_turn(turn):
    sequence = walking(people=2)
    joints = sequence.joints + np.array([[-0.5, 0, 0], [0.5, 0, 0]], dtype=np.float32)[:, None]
    turned = sequence.replace(joints=turn_about_y(joints, turn))
    angle = heading(turned)
    assert abs(angle) <= np.pi / 2 + 1e-6
    centres = turn_about_y(turned.joints, angle).mean((0, 2))
    assert abs(centres[1, 2] - centres[0, 2]) < 0.05 and abs(centres[1, 0] - centres[0, 0]) > 0.9


def test_a_second_person_who_is_hardly_seen_does_not_count():
    sequence = walking(people=2)
    mask = sequence.mask.copy()
    mask[5:, 1] = False
    turned = sequence.replace(joints=turn_about_y(sequence.joints, 1.0), mask=mask)
    assert heading(turned) == pytest.approx(-1.0, abs=0.1)


def test_heading_where_it_cannot_be_told():
    flat = walking().replace(joints=walking().joints * np.array([1, 1, 0], dtype=np.float32))
    assert heading(flat) == 0.0
    chain = SkeletonLayout("chain", ("a", "b"), ((0, 1),))
    assert heading(SkeletonSequence(np.random.default_rng(0).normal(size=(4, 1, 2, 3)), chain)) == 0.0
    unseen = walking(mask=np.zeros((40, 1, 25)))
    assert heading(unseen) == 0.0
    limbs = [name for name in get_layout("kinect_v2").joints if name.startswith(("left", "right"))]
    assert heading(without(limbs)) == 0.0
    together = walking(people=2)
    joints = together.joints.copy()
    joints[:, 1] = joints[:, 0]
    assert heading(together.replace(joints=joints)) == 0.0


def without(names) -> SkeletonSequence:
    """A body that walks, of which these joints are never seen."""
    mask = np.ones((40, 1, 25), dtype=bool)
    mask[:, :, [get_layout("kinect_v2").index(name) for name in names]] = False
    return walking(mask=mask)


@pytest.mark.parametrize("turn", [-1.2, 0.0, 0.9])
def test_heading_by_bridged_joints_where_it_must(turn):
    """No pair of shoulders or hips is whole: the left ones are taken to be between their neighbours."""
    clip = without(["left_shoulder", "left_hip"])
    assert heading(clip.replace(joints=turn_about_y(clip.joints, turn))) == pytest.approx(-turn, abs=0.15)


CHAIN = SkeletonLayout(
    "chain",
    tuple("abcde"),
    ((0, 1), (1, 2), (2, 3), (3, 4)),
    rest=((0, 0, 0), (1, 0, 0), (2, 0, 0), (4, 0, 0), (5, 0, 0)),
)


def test_bridged_joints_lie_between_those_that_are_seen():
    """In frame 0 the two in the middle, by the bones' lengths; in frame 1 the last is an end, and stays unseen."""
    joints = np.zeros((2, 1, 5, 3), dtype=np.float32)
    joints[:, 0, :, 0], joints[:, 0, :, 1] = [0, 1, 2, 4, 5], [7, 1, 7, 7, 13]
    mask = np.array([[[1, 1, 0, 0, 1]], [[1, 0, 1, 1, 0]]], dtype=bool)
    clip = SkeletonSequence(joints, CHAIN, mask=mask)
    found = imputed(clip)
    assert found.mask.tolist() == [[[True] * 5], [[True] * 4 + [False]]]
    np.testing.assert_allclose(found.joints[0, 0, :, 0], [0, 1, 2, 4, 5], atol=1e-5)
    np.testing.assert_allclose(found.joints[0, 0, :, 1], [7, 1, 4, 10, 13], atol=1e-5)
    np.testing.assert_allclose(found.joints[1, 0, 1], [1, 7, 0], atol=1e-5)
    assert np.array_equal(found.joints[mask], joints[mask])
    assert np.array_equal(clip.mask, mask)  # it is left as it was
    second = imputed(clip, [1, 1])
    assert np.array_equal(second.joints[1], found.joints[1]) and np.array_equal(second.mask[1], found.mask[1])
    assert np.array_equal(second.joints[0], clip.joints[0]) and np.array_equal(second.mask[0], clip.mask[0])


@pytest.mark.parametrize(("fps", "noise", "rest"), [(30.0, 0.05, 0.025), (15.0, 0.05, 0.035), (60.0, 0.1, 0.04)])
def test_noise_is_told_and_smoothed_away(fps, noise, rest):
    clip = resample(generate("high wave", seed=3, options=QUIET).canonical(), fps)
    shaken = add_noise(clip, noise, np.random.default_rng(0))
    assert shaking(clip) < 0.01 and shaking(shaken) == pytest.approx(noise, rel=0.15)
    found = denoised(shaken)
    assert np.sqrt(((found.joints - clip.joints)[clip.mask] ** 2).mean()) < rest
    assert np.array_equal(found.mask, clip.mask)
    assert denoised(clip) is clip  # a clean clip is left alone


def test_smoothing_looks_at_seen_joints_only():
    """One joint stands still but for noise; where it is unseen, a wild number stands."""
    rng = np.random.default_rng(0)
    joints = rng.normal(0, 0.05, (60, 1, 25, 3)).astype(np.float32)
    mask = rng.random((60, 1, 25)) < 0.7
    joints[~mask] = 1e3
    found = denoised(SkeletonSequence(joints, "kinect_v2", mask=mask))
    assert np.abs(found.joints[found.mask]).max() < 0.15
    assert found.joints[found.mask].std() < 0.03


def test_where_noise_cannot_be_told():
    for frames in (1, 2):
        clip = walking(frames)
        assert shaking(clip) == 0.0 and denoised(clip) is clip
    assert shaking(walking(mask=np.zeros((40, 1, 25)))) == 0.0
    flat = walking().replace(joints=walking().joints * np.array([1, 1, 0], dtype=np.float32))
    assert shaking(flat) == pytest.approx(0.02, rel=0.15)  # as in space


def test_where_nothing_can_be_bridged():
    everything = walking()
    assert np.array_equal(imputed(everything).joints, everything.joints)
    nobody = walking(mask=np.zeros((40, 1, 25)))
    assert not imputed(nobody).mask.any()
    ring = SkeletonLayout(
        "ring", tuple("abcd"), ((0, 1), (1, 2), (2, 3), (3, 1)), rest=((0, 0, 0), (1, 0, 0), (2, 1, 0), (2, -1, 0))
    )
    for seen in ([1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]):  # the ring hangs on one joint
        mask = np.array([[seen]], dtype=bool)
        assert np.array_equal(imputed(SkeletonSequence(np.ones((1, 1, 4, 3)), ring, mask=mask)).mask, mask)
    mask = np.array([[[1, 0, 1, 0]]], dtype=bool)
    assert imputed(SkeletonSequence(np.ones((1, 1, 4, 3)), ring, mask=mask)).mask.all()


@pytest.mark.parametrize("layout", ["kinect_v1", "sbu_15", "coco_17", "smpl_22", "mediapipe_33"])
def test_bridged_bodies_are_close_to_the_truth(layout):
    """Of a fifth of the joints that are lost, those that are imputed are found to 20 cm; most inner joints are."""
    clip = generate("high wave", layout=layout, seed=3, options=QUIET).canonical()
    lost = drop_joints(clip, 0.2, np.random.default_rng(0))
    found = imputed(lost)
    new = found.mask & ~lost.mask & clip.mask
    assert new.any()
    assert np.linalg.norm(found.joints - clip.joints, axis=-1)[new].mean() < 0.2


def test_turning_about_y():
    points = np.array([[1.0, 2.0, 0.0], [0.0, 2.0, 1.0]], dtype=np.float32)
    np.testing.assert_allclose(turn_about_y(points, np.pi / 2), [[0, 2, -1], [1, 2, 0]], atol=1e-6)
    np.testing.assert_allclose(turn_about_y(turn_about_y(points, 0.7), -0.7), points, atol=1e-6)


@pytest.mark.parametrize("depth, shift", [(3.0, 0.0), (0.2, 1.0)])
def test_published_axes_of_a_sensor_clip(depth, shift):
    raw = walking(frames=3).joints * [-1, 1, -1] * [1, 1, 0.1] + [0, 0, depth]
    sequence = SkeletonSequence(raw, "kinect_v2", up="y", view="z")
    canonical = sequence.canonical()
    joints, signs = published_axes(sequence, canonical.joints, canonical.mask)
    np.testing.assert_allclose(joints, raw + [0, 0, shift], atol=1e-5)
    np.testing.assert_allclose(displacements(canonical) * signs, displacements(sequence), atol=1e-6)


def test_published_axes_of_other_clips():
    sequence = walking(frames=4).canonical()
    mask = sequence.mask.copy()
    mask[:, :, 3] = False
    joints, signs = published_axes(sequence, sequence.joints, mask)
    assert np.median(joints[mask][:, 1]) == pytest.approx(0, abs=1e-5)
    assert np.median(joints[mask][:, 2]) == pytest.approx(SCENE_DEPTH, abs=1e-5)
    assert np.array_equal(joints[..., 0], sequence.joints[..., 0]) and signs.tolist() == [1, 1, -1]
    unseen, _ = published_axes(sequence, sequence.joints, np.zeros_like(mask))
    assert np.isfinite(unseen).all()


def waited(clip, before: float, after: float, sway: float = 0.0):
    """The clip with its first and last bodies held for so many seconds, swaying by that many metres."""
    held = [round(seconds * clip.fps) for seconds in (before, after)]
    numbers = np.concatenate([np.zeros(held[0], int), np.arange(clip.num_frames), np.full(held[1], -1)])
    joints = clip.joints[numbers]
    joints += sway * np.sin(np.arange(len(joints)) / clip.fps)[:, None, None, None].astype(np.float32)
    return clip.replace(joints=joints, mask=clip.mask[numbers])


@pytest.mark.parametrize("sway", [0.0, 0.01])
@pytest.mark.parametrize("action", ["high wave", "squat", "sit down", "walk", "nod"])
def test_rest_around_a_movement_is_left_out(action, sway):
    clip = generate(action, seed=2)
    clip = clip.replace(**{name: getattr(clip, name)[slice(*moving_part(clip))] for name in ("joints", "mask")})
    first, last = moving_part(waited(clip, 6.0, 3.0, sway))
    start, stop = round(6.0 * clip.fps), round(6.0 * clip.fps) + clip.num_frames
    slack = 0.5 * clip.num_frames
    assert start - slack < first < start + slack and stop - slack < last < stop + slack
    shown = shown_frames(waited(clip, 6.0, 3.0), 12, trim_rest=True)
    assert first - 1 <= shown[0] and shown[-1] <= last and (np.diff(shown) > 0).all()
    assert shown_frames(waited(clip, 6.0, 3.0), 12)[0] < start - slack  # where it is not asked for


def test_what_is_no_rest_stays():
    walk = generate("walk", seed=2)
    assert moving_part(walk) == (0, walk.num_frames)
    assert moving_part(waited(walk, 0.2, 0.2)) == (0, walk.num_frames + 2 * round(0.2 * walk.fps))  # short
    still = walk.replace(joints=np.repeat(walk.joints[:1], walk.num_frames, 0))
    assert moving_part(still) == (0, walk.num_frames)
    for frames in (1, 2, 5):
        assert moving_part(walk.replace(joints=walk.joints[:frames], mask=walk.mask[:frames])) == (0, frames)
    unseen = walk.replace(mask=np.zeros_like(walk.mask), joints=0 * walk.joints)
    assert moving_part(unseen) == (0, walk.num_frames)
    glitch = waited(walk, 6.0, 6.0)
    glitch.joints[10:12] += 3.0  # two frames in another place
    assert moving_part(glitch) == moving_part(waited(walk, 6.0, 6.0))
