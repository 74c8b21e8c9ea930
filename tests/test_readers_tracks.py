"""People over time: linking detections, joining torn tracks, gaps, one clip per person, mirrored and upside-down bodies."""

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, inspect_skeleton, load_skeleton
from skeletonllm_hf.readers.rules.gaps import fill_gaps
from skeletonllm_hf.readers.rules.people import join_tracks, link_people, take_people

REST = get_layout("kinect_v1").rest_joints


def walkers(frames=60, seed=0):
    """(frames, 3, 20, 3): three people who walk past each other, 0.8 m apart when they meet."""
    t = np.linspace(-1, 1, frames)[:, None, None]
    paths = [t * [2, 0, 0] + [0, 0, z] for z in (0.0, 0.8, 1.6)]
    paths[1] = -t * [2, 0, 0] + [0, 0, 0.8]
    noise = np.random.default_rng(seed).normal(size=(frames, 3, 20, 3)) * 0.01
    return np.stack([REST + path for path in paths], axis=1) + noise


def test_linking_undoes_any_order():
    joints = walkers()
    rng = np.random.default_rng(1)
    mask = rng.random(joints.shape[:3]) > 0.1
    mask[20:25, 0] = False  # somebody is not found for a while
    shuffle = np.stack([rng.permutation(3) for _ in joints])
    at = np.arange(len(joints))[:, None], shuffle
    order = link_people(joints[at], mask[at], most=8)
    tracked, seen = take_people(joints[at], order), take_people(mask[at], order)
    assert order.shape[1] == 3
    for track in range(3):
        person = int(shuffle[0][order[0, track]])
        assert np.array_equal(seen[:, track], mask[:, person])
        assert np.array_equal(tracked[:, track][seen[:, track]], joints[:, person][mask[:, person]])


def test_people_who_keep_their_order_are_left_alone():
    joints = walkers()
    order = link_people(joints, np.ones(joints.shape[:3], bool), most=8)
    assert (order == np.arange(3)).all()


def test_somebody_far_away_is_somebody_else_and_only_the_longest_tracks_are_kept():
    joints = walkers()[:, :1].copy()
    joints = np.concatenate([joints, joints + 50], axis=1)
    mask = np.ones(joints.shape[:3], bool)
    mask[30:, 0] = False
    mask[:30, 1] = False
    order = link_people(joints, mask, most=8)
    assert order.shape[1] == 2 and (order[:30, 0] == 0).all() and (order[30:, 1] == 1).all()
    mask[40:, 1] = False
    assert link_people(joints, mask, most=1).shape[1] == 1


def test_torn_tracks_are_joined():
    joints = walkers()
    mask = np.ones(joints.shape[:3], bool)
    torn = np.concatenate([joints, joints[:, :1]], axis=1)
    seen = np.concatenate([mask, mask[:, :1]], axis=1)
    seen[30:, 0] = False
    seen[:33, 3] = False  # the first person comes back with another id
    assert join_tracks(torn, seen) == [[0, 3], [1], [2]]
    seen[33:40, 3] = False
    torn[:, 3] += 20
    assert join_tracks(torn, seen) == [[0], [1], [2], [3]]


def test_gaps():
    joints = np.arange(10.0).reshape(10, 1, 1, 1).repeat(3, 3)
    mask = np.ones((10, 1, 1), bool)
    mask[[0, 3, 5, 6, 7]] = False
    filled, seen, last = fill_gaps(np.where(mask[..., None], joints, 0), mask, 2)
    assert seen[:, 0, 0].tolist() == [False] + [True] * 4 + [False] * 3 + [True] * 2
    assert filled[3, 0, 0].tolist() == [3, 3, 3] and last[3, 0, 0] == 2
    filled, seen, _ = fill_gaps(np.where(mask[..., None], joints, 0), mask, 3)
    assert seen[1:].all() and np.allclose(filled[1:], joints[1:])


def save(path, joints):
    np.save(path, joints.astype(np.float32))
    return path


def test_filling_gaps_is_asked_for(tmp_path):
    joints = walkers()[:, :1]
    joints[5, 0, 3] = np.nan
    path = save(tmp_path / "a.npy", joints)
    assert not load_skeleton(path, layout="kinect_v1").mask.all()
    clip = load_skeleton(path, layout="kinect_v1", fill_gaps=3)
    assert clip.mask.all() and any("1 missing joint interpolated" in w for w in clip.warnings)
    assert np.allclose(clip.joints[5, 0, 3], (joints[4, 0, 3] + joints[6, 0, 3]) / 2, atol=1e-5)


def test_one_clip_per_person(tmp_path):
    joints = walkers()
    joints[:10, 1] = np.nan
    path = save(tmp_path / "a.npy", joints)
    clips = load_skeleton(path, layout="kinect_v1", people=3, per_person=True)
    assert [clip.num_frames for clip in clips] == [60, 50, 60]
    assert clips[1].source.endswith("a.npy#person2") and np.allclose(clips[1].joints[:, 0], joints[10:, 1], atol=1e-6)
    second = load_skeleton(path, layout="kinect_v1", people=3, person=2)
    assert second.source == clips[1].source and np.array_equal(second.joints, clips[1].joints)
    found = inspect_skeleton(path, layout="kinect_v1", people=3, person=2)
    assert (found.people, found.frames) == (1, 50)
    with pytest.raises(SkeletonFileError, match="expected person 3, found 2 who are seen"):
        load_skeleton(path, layout="kinect_v1", people=2, person=3)
    with pytest.raises(ValueError, match="person: expected a whole number from 1 to 100, got 0"):
        load_skeleton(path, layout="kinect_v1", person=0)


@pytest.mark.parametrize("mirror", [False, True])
def test_mirrored_files_are_reported(tmp_path, mirror):
    joints = walkers()[:, :1]
    joints[..., 0] *= -1 if mirror else 1
    clip = load_skeleton(save(tmp_path / "a.npy", joints), layout="kinect_v1")
    assert any("mirrored" in warning for warning in clip.warnings) == mirror


def test_upside_down(tmp_path):
    path = save(tmp_path / "a.npy", walkers()[:, :1] * [1, -1, -1])
    assert load_skeleton(path, layout="kinect_v1").up == "-y"  # a guess sees it
    text = tmp_path / "joints_s01_e01.txt"  # a format that says y is up
    rows = (walkers()[:, 0] * [1, -1, 1]).reshape(60, 60)
    text.write_text("\n".join(f"{f} " + " ".join(f"{v:.6f}" for v in row) for f, row in enumerate(rows)))
    clip = load_skeleton(text)
    assert clip.up == "y" and any("upside down" in warning for warning in clip.warnings)


def test_joints_in_another_order_are_reported(tmp_path):
    order = np.random.default_rng(0).permutation(20)
    clip = load_skeleton(save(tmp_path / "a.npy", walkers()[:, :1, order]), layout="kinect_v1")
    assert not any("proportions" in warning for warning in clip.warnings)  # the caller's word counts
    rows = walkers()[:, 0, order].reshape(60, 60)
    text = tmp_path / "a.txt"
    text.write_text("\n".join(f"{f} " + " ".join(f"{v:.6f}" for v in row) for f, row in enumerate(rows)))
    assert any("proportions" in warning for warning in load_skeleton(text).warnings)


def test_a_person_is_followed_through_a_crowd_that_is_another_in_every_frame():
    rng = np.random.default_rng(4)
    frames, people = 30, 40
    shape = rng.normal(0, 1, (1, 1, 17, 2)) * (0.2, 0.5)
    joints = rng.uniform(0, 60, (frames, people, 1, 2)) + shape
    joints[:, 7] = (-5 + 0.01 * np.arange(frames))[:, None, None] + shape[0, 0]
    orders = np.array([rng.permutation(people) for _ in range(frames)])
    mixed = np.take_along_axis(joints, orders[..., None, None], 1)
    order = link_people(mixed, np.ones(mixed.shape[:3], bool), 1)
    assert (np.take_along_axis(orders, order, 1) == 7).all()
