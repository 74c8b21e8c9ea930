"""What is told of filmed clips of which only the label is known."""

import pytest

from skeletonllm_hf.describe.label_texts import implied_texts
from skeletonllm_hf.synthetic import MotionOptions, generate, generate_with_truth
from skeletonllm_hf.synthetic.registry import find_action
from skeletonllm_hf.training.clips import LabelledClip
from skeletonllm_hf.training.nano_data import means, unseen_actions
from skeletonllm_hf.training.synthetic_clips import SyntheticClips


@pytest.mark.parametrize("label", ["high arm wave", "forward kick", "draw x", "hammer"])
@pytest.mark.parametrize("seed", range(3))
def test_the_side_is_the_one_that_moves(label, seed):
    options = MotionOptions(viewer=False, seated=0.0)
    clip, truth = generate_with_truth(label, seed=seed, options=options)
    side, limb = truth.people[0][0].side, find_action(label).limb
    captions, asked = implied_texts(clip, label)
    answers = dict(asked)
    assert answers["What is the person doing?"] == label and answers["How many people are there?"] == "one"
    assert answers[f"Which {limb} does the person use?"] == f"the {side} {limb}"
    assert captions and all(text[0].isupper() and text.endswith(".") for text in captions)
    other = "left" if side == "right" else "right"
    assert all(f"the {other}" not in text for text in captions) and any(f"the {side}" in text for text in captions)


def test_postures_and_walking():
    answers = dict(implied_texts(generate("sit down", seed=1), "sit down")[1])
    assert answers["What is the posture at the end?"] == "sitting" and answers["Is the person walking?"] == "no"
    assert dict(implied_texts(generate("walk", seed=1), "walk")[1])["Is the person walking?"] == "yes"


def test_pairs():
    captions, asked = implied_texts(generate("hugging", seed=2), "hugging")
    assert asked == (("How many people are there?", "two"), ("What are the two people doing?", "hugging"))
    assert captions and all(("{" not in text and "person" in text) or "people" in text for text in captions)


def test_labels_that_the_generator_does_not_know():
    captions, asked = implied_texts(generate("high wave", seed=3), "greet the king")
    assert captions == () and ("What is the person doing?", "greet the king") in asked


def test_labels_of_other_actions_are_none_of_one_person():
    """A label of two people on a clip of one is a mistake in the data: nothing but the label is told."""
    assert implied_texts(generate("high wave", seed=3), "hugging")[0] == ()


def test_actions_held_out_are_held_out_under_every_name():
    clip = generate("side kick", seed=0)
    clips = [
        LabelledClip("a", clip, "side kick", "test"),
        LabelledClip("a", clip, "hand clap", "test"),
        LabelledClip("a", clip, "bend", "train"),
        LabelledClip("a", clip, "bend", "test"),
        LabelledClip("b", clip, "clap hands", "train"),
        LabelledClip(
            "c", clip, "squat", "test"
        ),  # nothing of that dataset is trained on: it says nothing of the generator
        LabelledClip("c", clip, "strum guitar", "test"),
    ]
    unseen = unseen_actions(clips)
    assert unseen == {"side kick", "clap hands"}
    assert means("hand clap", unseen) and not means("bend", unseen) and not means("greet the king", unseen)
    source = SyntheticClips(200, 1, unseen=unseen)
    assert not set(source.labels) & unseen and "forward kick" in source.labels
    assert {clip.label for clip in source} <= set(source.labels)
