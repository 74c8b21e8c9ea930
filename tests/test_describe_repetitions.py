"""Counting repetitions on the skeleton, and saying the count."""

import dataclasses

import numpy as np
import pytest
from transformers import pipeline

import skeletonllm_hf  # noqa: F401 - registers the task
from skeletonllm_hf import load_default
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.describe import count_repetitions
from skeletonllm_hf.evaluation.conditions import Condition
from skeletonllm_hf.questions import Kind, kind_of
from skeletonllm_hf.synthetic import EXACT, generate, generate_with_truth
from skeletonllm_hf.synthetic.texts import with_count

COUNTED = ("clap hands", "squat", "lateral raise", "nod", "lift weights", "push-up")


def counted(action, count):
    """A clip that shows the action so many times."""
    for seed in range(200):
        clip, truth = generate_with_truth(action, seed=seed, options=EXACT)
        if truth.people[0][0].count == count:
            return clip
    raise AssertionError(f"no clip of {count} times {action}")


@pytest.mark.parametrize("action", COUNTED)
def test_repetitions_are_counted(action):
    for count in (3, 4):
        assert count_repetitions(counted(action, count)).count == count


def test_one_is_one():
    for action in ("squat", "lift weights", "push-up"):
        assert count_repetitions(counted(action, 1)).count == 1


def test_flat_clips_other_rates_and_units_count_the_same():
    clip = counted("lateral raise", 3)
    flat = clip.replace(joints=clip.joints[..., :2] * 400, units="pixels")
    slow = clip.replace(joints=clip.joints[::2], mask=clip.mask[::2], fps=clip.fps / 2)
    big = clip.replace(joints=clip.joints * 1000, units="millimetres")
    assert [count_repetitions(one).count for one in (flat, slow, big)] == [3, 3, 3]


def test_times_of_repetitions_are_a_cycle_apart():
    clip = generate("squat", seed=23, options=EXACT)
    found = count_repetitions(clip)
    assert found.count == len(found.times) == 4
    assert np.diff(found.times) == pytest.approx([1.27] * 3, abs=0.05) and 0 < found.times[0] < clip.seconds - 1.27 * 3


def test_standing_about_before_and_after_counts_nothing():
    clip = counted("clap hands", 4)
    still = 40
    joints = np.concatenate([np.repeat(clip.joints[:1], still, 0), clip.joints, np.repeat(clip.joints[-1:], still, 0)])
    mask = np.concatenate([np.repeat(clip.mask[:1], still, 0), clip.mask, np.repeat(clip.mask[-1:], still, 0)])
    assert count_repetitions(clip.replace(joints=joints, mask=mask)).count == 4


def test_noise_lowers_the_confidence_and_lost_joints_do_not_matter():
    clip = counted("lift weights", 3)
    noisy = count_repetitions(Condition("noise", 0.05).apply(clip, "a"))
    assert noisy.confidence < 0.6 < count_repetitions(clip).confidence
    lost = [Condition("dropout", 0.3).apply(clip, name) for name in "abcd"]  # whole joints, others each time
    assert [count_repetitions(one).count for one in lost] == [3, 3, 3, 3]


def test_who_walks_or_stands_still_is_not_counted():
    assert count_repetitions(generate("walk forward", seed=1, options=EXACT)) is None
    clip = generate("squat", seed=1, options=EXACT)
    pose = clip.replace(joints=np.repeat(clip.joints[:1], 50, 0), mask=np.repeat(clip.mask[:1], 50, 0))
    assert count_repetitions(pose) is None


def test_captions_say_counts_in_the_words_of_the_references():
    said = {
        "A person claps the hands.": "A person claps the hands three times.",
        "A person does push-ups.": "A person does three push-ups.",
        "Someone slowly coughs into the left hand.": "Someone slowly coughs three times into the left hand.",
        "A person waves the right hand, facing the camera.": "A person waves the right hand three times, facing the camera.",
    }
    assert {text: with_count(text, 3) for text in said} == said
    assert with_count("A person squats down.", 2) == "A person squats down twice."
    for text in ("A person walks forward.", "A person first claps the hands, then nods.", "A person nods twice."):
        assert with_count(text, 3) == text


def test_references_without_counts_become_those_with():
    for action in COUNTED:
        clip = counted(action, 3)
        plain = generate(
            action, seed=int(clip.source.rpartition("=")[2]), options=dataclasses.replace(EXACT, counts=False)
        )
        assert with_count(plain.captions[0], 3) == clip.captions[0]


def test_questions_of_how_often():
    for text in (
        "How many times does the person clap?",
        "How often does he wave?",
        "How many reps?",
        "Count the squats.",
    ):
        assert kind_of(text) is Kind.TIMES, text
    for text in ("How many people are there?", "How many arms are used?", "How many steps?", "Does the person clap?"):
        assert kind_of(text) is not Kind.TIMES, text


def test_every_way_of_asking_gets_the_count():
    model, processor = load_default()
    clip, question = counted("clap hands", 3), "How often does she clap?"
    answerer = LocalAnswerer(model, processor)
    assert answerer.ask(clip, question) == "three"
    assert answerer.ask_many([clip, clip], [question, "Describe the motion."])[0] == "three"
    assert "".join(answerer.stream(clip, question)) == "three"
    told = answerer.caption(clip)
    assert " three times" in told
    assert "".join(answerer.stream(clip, None)) == told == answerer.ask_many([clip], ["Describe the motion."])[0]
    pipe = pipeline("skeleton-to-text", model=model, processor=processor)
    assert pipe(clip)["generated_text"] == told and pipe(clip, question=question)["generated_text"] == "three"
    processor.counts = False
    assert answerer.caption(clip) == "".join(answerer.stream(clip, None)) == told.replace(" three times", "")
