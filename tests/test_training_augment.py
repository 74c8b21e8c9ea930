"""Variations of a clip: what they change, and what they must leave."""

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.augment import (
    AT_A_DESK,
    BENT,
    FLAT,
    LEGS,
    LOSING,
    MIRRORED,
    MOST_HELD,
    STRETCHED,
    _exaggerate,
    _limbs,
    _resting_legs,
    _restyled,
    _rotations,
    _slip,
    _waiting,
    _warp,
    augment,
)


@pytest.fixture(scope="module")
def varied():
    clip, generator = generate("high wave", layout="kinect_v2", seed=3).canonical(), np.random.default_rng(0)
    return clip, [augment(clip, generator) for _ in range(400)]


def test_they_are_clips(varied):
    clip, many = varied
    for other, _ in many:
        assert np.isfinite(other.joints).all() and other.mask.any() and not other.joints[~other.mask].any()
        assert (
            0.8 * clip.num_frames <= other.num_frames <= (1 + 2 * MOST_HELD) * clip.num_frames
            and other.label == clip.label
        )
    assert {other.layout.name for other, _ in many} >= {"kinect_v2", "coco_17", "smpl_22"}


def test_how_often_depth_joints_and_sides_change(varied):
    clip, many = varied
    share = lambda found: sum(found) / len(many)  # noqa: E731
    assert share(np.ptp(other.joints[..., 2]) == 0 for other, _ in many) == pytest.approx(FLAT, abs=0.05)
    assert share(mirrored for _, mirrored in many) == pytest.approx(MIRRORED, abs=0.07)
    lost = share(not other.mask.any(0).all() for other, _ in many if other.layout.name == "kinect_v2")
    assert 0.15 < lost < LOSING + 0.1


def test_the_same_movement_goes_farther_about_the_same_posture(varied):
    clip, _ = varied
    seen = clip.mask.all(0)
    before, wide = (j[:, seen] for j in (clip.joints, _exaggerate(clip.joints, clip.mask, 1.3)))
    assert before.shape[1] > 10
    np.testing.assert_allclose(wide.mean(0), before.mean(0), atol=1e-4)
    np.testing.assert_allclose(wide - wide.mean(0), 1.3 * (before - before.mean(0)), atol=1e-4)
    np.testing.assert_allclose(_exaggerate(clip.joints, clip.mask, 1.0)[:, seen], before, atol=1e-5)


def test_another_build_keeps_its_bones_rigid_and_its_sides_alike(varied):
    clip, _ = varied
    seen = np.ones_like(clip.mask)
    length = lambda joints, bone: np.linalg.norm(joints[:, 0, bone[0]] - joints[:, 0, bone[1]], axis=-1)  # noqa: E731
    limbs, layout = _limbs(clip.layout), clip.layout
    assert sorted(child for _, child in limbs) == [j for j in range(layout.num_joints) if j != layout.index("pelvis")]
    factors, turns = [], []
    for seed in range(30):
        other = _restyled(clip.joints, seen, layout, np.random.default_rng(seed))
        assert other.dtype == np.float32 and other.shape == clip.joints.shape
        ratio = {
            child: length(other, (parent, child)) / length(clip.joints, (parent, child)) for parent, child in limbs
        }
        for changed in ratio.values():
            np.testing.assert_allclose(changed, changed[0], rtol=1e-3)
        for left, right in layout.pairs:
            assert ratio[left][0] == pytest.approx(ratio[right][0], rel=1e-3)
        factors += [changed[0] for changed in ratio.values()]
        spine = limbs[0]
        one, two = (j[0, 0, spine[1]] - j[0, 0, spine[0]] for j in (clip.joints, other))
        turns.append(np.arccos(one @ two / np.linalg.norm(one) / np.linalg.norm(two)))
    assert np.log(factors).std() == pytest.approx(STRETCHED, rel=0.2)
    assert np.mean(turns) == pytest.approx(
        BENT * np.sqrt(np.pi / 2), rel=0.4
    )  # two axes turn a bone, the third only itself
    gappy = seen.copy()
    gappy[3, 0, 4] = False
    assert _restyled(clip.joints, gappy, layout, np.random.default_rng(0)) is clip.joints


def test_rotations_are_rotations():
    turns = np.random.default_rng(0).normal(0, 1, (5, 3))
    many = _rotations(np.concatenate([turns, np.zeros((1, 3))])).astype(np.float64)
    np.testing.assert_allclose(many @ many.transpose(0, 2, 1), np.broadcast_to(np.eye(3), (6, 3, 3)), atol=1e-6)
    np.testing.assert_allclose(np.linalg.det(many), 1, atol=1e-6)
    np.testing.assert_allclose(
        np.trace(many[:5], axis1=1, axis2=2), 1 + 2 * np.cos(np.linalg.norm(turns, axis=1)), atol=1e-5
    )
    np.testing.assert_array_equal(many[5], np.eye(3))


def test_limbs_reach_all_of_every_layout():
    for name in ("kinect_v1", "coco_17", "sbu_15", "openpose_25"):
        layout = get_layout(name)
        assert len({child for _, child in _limbs(layout)}) == len(_limbs(layout)) <= layout.num_joints - 1


def test_an_uneven_pace_goes_the_same_way_from_end_to_end():
    way = np.linspace(0, 1, 50, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 4, 3), np.float32)
    seen = np.ones((50, 1, 4), bool)
    paces = []
    for seed in range(40):
        warped, mask = _warp(way, seen, np.random.default_rng(seed))
        assert mask.all() and warped.dtype == np.float32
        np.testing.assert_allclose(warped[[0, -1]], way[[0, -1]], atol=1e-5)
        paces.append(np.diff(warped[:, 0, 0, 0]) * 49)
        assert (paces[-1] > 0).all()
    assert 0.3 < np.log(paces).std() < 0.6  # now twice as fast, now half as fast
    seen[20, 0, 1] = False
    mask = _warp(way, seen, np.random.default_rng(0))[1]
    assert mask[:, 0, 0].all() and not mask[:, 0, 1].all()
    short, _ = _warp(way[:3], seen[:3], np.random.default_rng(0))
    np.testing.assert_array_equal(short, way[:3])


def test_flat_clips_stay_flat():
    flat = generate("kick", seed=2)
    flat = flat.replace(joints=flat.joints * np.array([1, 1, 0], np.float32))
    for seed in range(12):
        varied, _ = augment(flat, np.random.default_rng(seed))
        assert not varied.joints[..., 2].any() and np.ptp(varied.joints[..., 0]) > 0.1


def test_people_wait_before_and_after():
    clip, generator = generate("squat", layout="kinect_v2", seed=2).canonical(), np.random.default_rng(0)
    for _ in range(20):
        joints, mask = _waiting(clip.joints, clip.mask, generator)
        before = int((joints == joints[0]).all((1, 2, 3)).argmin()) - 1
        after = len(joints) - clip.num_frames - before
        assert (
            min(before, after) >= 0
            and max(before, after) <= MOST_HELD * clip.num_frames + 1
            and len(mask) == len(joints)
        )
        np.testing.assert_array_equal(joints[before : before + clip.num_frames], clip.joints)
        assert (joints[len(joints) - after :] == clip.joints[-1]).all()


def test_a_sensor_mistakes_a_joint_or_two_for_a_moment():
    clip, generator = generate("high wave", layout="kinect_v2", seed=2).canonical(), np.random.default_rng(0)
    for _ in range(20):
        joints = clip.joints.copy()
        _slip(joints, generator)
        moved = (joints != clip.joints).any(-1)
        assert 1 <= moved.any((0, 1)).sum() <= 2 and moved.any((1, 2)).sum() <= 2 * (1 + clip.num_frames // 10)


def test_only_legs_that_rest_go_unseen():
    waving, walking = (generate(name, layout="kinect_v2", seed=1).canonical() for name in ("high wave", "walk"))
    legs = [point.endswith(LEGS) for point in waving.layout.body]
    assert _resting_legs(waving.joints, waving.mask, waving.layout).tolist() == [legs] and sum(legs) == 6
    assert not _resting_legs(walking.joints, walking.mask, walking.layout).any() and 0 < AT_A_DESK < 1
