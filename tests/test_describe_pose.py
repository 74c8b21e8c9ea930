"""Poses of people who keep still: photos, and clips in which nothing moves."""

import numpy as np
import pytest

from skeletonllm_hf import load
from skeletonllm_hf.describe import Measures, is_still, pose_of
from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.synthetic import MotionOptions, generate

EXACT = MotionOptions(
    padding=(0.0, 0.0), heading=0.0, turned=0.0, seated=0.0, noise=(0.0, 0.0), dropout=(0.0, 0.0), offset=(0.0, 0.0), wander=(0.0, 0.0)
)  # fmt: skip


def moment(clip, share=0.5):
    """One frame of a clip."""
    at = int(share * (clip.num_frames - 1))
    confidence = None if clip.confidence is None else clip.confidence[at : at + 1]
    return clip.replace(
        joints=clip.joints[at : at + 1], mask=clip.mask[at : at + 1], confidence=confidence, rotations=None
    )


def pose(clip):
    return pose_of(Measures(clip).tracks[0])


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        ("hold the palms together overhead", ("both hands together above the head",)),
        ("hold the arms out in front", ("both arms stretched forward",)),
        ("stand in a y-pose", ("both arms stretched up and out",)),
        ("put hands on hips", ("both hands on the hips",)),
        ("stand with the feet apart", ("both arms hanging down", "the feet wide apart")),
    ],
)
def test_arms_and_feet_are_told_where_they_are_held(action, parts):
    found = pose(moment(generate(action, seed=3, options=EXACT)))
    assert found.posture == "standing" and found.parts == parts


@pytest.mark.parametrize("side", ["left", "right"])
def test_sides_are_the_persons_own(side):
    options = MotionOptions(**{**vars(EXACT), "side": side})
    found = pose(moment(generate("hold one arm forward", seed=4, options=options)))
    assert found.parts == (f"the {side} arm stretched forward",)
    assert pose(moment(generate("stand on one leg", seed=4, options=options))).parts[-1].split()[1] in ("left", "right")


@pytest.mark.parametrize(
    ("action", "words"), [("sit still", "sitting"), ("hold a plank", "on all fours"), ("handstand", "upside down")]
)
def test_postures(action, words):
    found = pose(moment(generate(action, seed=3, options=EXACT)))
    assert found.words.startswith(words) and found.sentence.startswith("A person ")


def test_a_flat_arm_that_points_at_the_viewer_is_left_out():
    clip = moment(generate("hold the arms out in front", seed=3, layout="coco_17", options=EXACT))
    joints = clip.canonical().joints[..., :2]
    found = pose(clip.replace(joints=joints, units="metres", up="y"))
    assert not any("arm" in part or "hand" in part for part in found.parts)


def test_people_who_breathe_or_nod_do_not_keep_still():
    for action in ("stand still", "sit still", "nod", "head turn"):
        assert not is_still(Measures(generate(action, seed=5)).tracks[0])
    frame = moment(generate("nod", seed=5))
    held = frame.replace(joints=np.repeat(frame.joints, 40, 0), mask=np.repeat(frame.mask, 40, 0), confidence=None)
    assert is_still(Measures(frame).tracks[0]) and is_still(Measures(held).tracks[0])


def test_of_a_photo_the_pose_is_told_and_no_movement():
    answerer = load()
    clip = moment(generate("run on the spot", seed=3))
    caption, doing = answerer.describe(clip), answerer.ask(clip, "What is the person doing?")
    assert caption.text == pose(clip).sentence and doing == pose(clip).words and not caption.unsure
    assert "".join(answerer.stream(clip, None)) == caption.text
    assert answerer.ask(clip, "What does the person do first?") == pose(clip).words
    assert answerer.ask(clip, "Does the person do push-ups?") == REFUSAL  # one frame does not show that
    two = moment(generate("shaking hands", seed=2))
    assert "stands" not in answerer.describe(two).text  # what two do, the language model tells
