"""What inverse rendering is to find, and batches that other processes draw."""

import numpy as np
import pytest
import torch

from skeletonllm_hf.joints import BODY_TARGETS, body_places, body_targets
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.batches import feed
from skeletonllm_hf.training.synthetic_clips import SyntheticClips


def test_targets_are_the_joints_of_the_leftmost_people_first():
    clips = [generate("punching", layout="kinect_v2", seed=1), generate("walk", layout="coco_17", seed=2)]
    places = body_places(clips)
    assert places.shape == (2, len(BODY_TARGETS))
    for clip, row in zip(clips, places.tolist(), strict=True):
        for point, joint in zip(BODY_TARGETS, row, strict=True):
            assert clip.layout.body[joint] == point if joint >= 0 else point not in clip.layout.body
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(2, 3, 3, 25, 6, generator=generator)
    values[0, :, 0, :, 0] += 50  # of three people the first stands on the right, the second is not there
    mask = torch.rand(2, 3, 3, 25, generator=generator) < 0.8
    mask[0, :, 1], mask[1, :, 1:], mask[1, :, :, 17:] = False, False, False
    targets, known = body_targets(places, values, mask)
    assert targets.shape == (2, 3, 2, 15, 6) and known.shape == (2, 3, 2, 15)
    for clip, people in ((0, (2, 0)), (1, (0,))):
        for slot, person in enumerate(people):
            for place, joint in enumerate(places[clip].tolist()):
                assert torch.equal(known[clip, :, slot, place], mask[clip, :, person, joint] & (joint >= 0))
                if joint >= 0:
                    assert torch.equal(targets[clip, :, slot, place], values[clip, :, person, joint])
    assert not known[1, :, 1].any()


def test_one_person_alone_leaves_the_second_place_empty():
    clip = generate("walk", layout="kinect_v2", seed=2)
    values, mask = torch.randn(1, 4, 1, 25, 6), torch.ones(1, 4, 1, 25, dtype=torch.bool)
    targets, known = body_targets(body_places([clip]), values, mask)
    assert targets.shape == (1, 4, 2, 15, 6) and known[:, :, 0].all() and not known[:, :, 1].any()


def _make(step: int) -> dict:
    generator = np.random.default_rng(step)
    return {"step": step, "parts": {"values": torch.from_numpy(generator.random(3))}}


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_draw_what_one_process_draws(workers):
    alone, together = list(feed(_make, 7, 0)), list(feed(_make, 7, workers))
    assert [batch["step"] for batch in together] == list(range(7)) == [batch["step"] for batch in alone]
    assert all(torch.equal(a["parts"]["values"], b["parts"]["values"]) for a, b in zip(alone, together, strict=True))


def test_a_worker_that_fails_says_so():
    def fails(step: int):
        raise ValueError(f"step {step}: no clip")

    with pytest.raises(ValueError, match="step 0: no clip"):
        list(feed(fails, 3, 2))


def test_synthetic_clips_are_made_when_asked_for_and_stay_the_same():
    clips, again = SyntheticClips(10**9, seed=3), SyntheticClips(5, seed=3)
    assert len(clips) == 10**9
    for number in (3, 0, 3):
        assert clips[number].label == again[number].label and np.array_equal(clips[number].joints, again[number].joints)
    assert clips[999_999_999].label
    assert [clip.label for clip in again] == [clip.label for clip in again[:]] and len(list(again)) == 5
    assert again[-1] is again[4]
    with pytest.raises(IndexError, match="synthetic clip 5: expected one of 5"):
        again[5]
