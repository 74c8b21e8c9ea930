"""Composed clips: what is said of them is seen in the joints."""

import re

import numpy as np
import pytest

from skeletonllm_hf.synthetic import EXACT, Grammar, MotionOptions, compose, compose_with_truth
from skeletonllm_hf.synthetic.grammar.wording import gerund, inflected, third
from skeletonllm_hf.synthetic.registry import REGISTRY


@pytest.fixture(scope="module")
def composed():
    """Clips as training draws them."""
    options = MotionOptions(viewer=False, counts=False)
    return [compose_with_truth(seed, layout="smpl_22", options=options) for seed in range(150)]


def test_the_same_arguments_give_the_same_bits_in_every_layout():
    one, again = compose_with_truth(5), compose_with_truth(5)
    assert np.array_equal(one[0].joints, again[0].joints) and one[1] == again[1] and one[0].label == again[0].label
    other = compose_with_truth(5, layout="coco_17")
    assert other[1] == one[1] and other[0].captions == one[0].captions and other[0].num_frames == one[0].num_frames
    assert compose(6).label != one[0].label


def test_seeds_and_exclusions_are_checked():
    with pytest.raises(ValueError, match="seed: expected a non-negative integer, got -1"):
        compose(-1)
    with pytest.raises(ValueError, match="unknown action 'levitate'"):
        compose(1, exclude={"levitate"})


def test_clips_keep_to_the_options(composed):
    for clip, _ in composed:
        assert np.isfinite(clip.joints).all() and clip.joints[..., 1].min() > -0.15
        assert 0.9 < clip.num_frames / clip.fps < 8.6
    assert {truth.posture for _, truth in composed} >= {"standing", "sitting", "kneeling"}
    assert {len(truth.acts) for _, truth in composed} == {1, 2, 3}
    assert {len(act.primitives) for _, truth in composed for act in truth.acts} == {1, 2}
    frames = {name for _, truth in composed for name in truth.frames}
    assert frames == {None, "idle", "prepare", "T pose", "walk"}


def test_texts_are_words(composed):
    for clip, truth in composed:
        texts = [
            *truth.labels,
            *truth.instructions,
            *truth.captions,
            *truth.foils,
            *(t for pair in truth.questions for t in pair),
        ]
        for text in texts:
            assert not re.search(r"[\[\]{}]|  | ,|\bthe the\b|\byour your\b|\bboth the\b|None", text), text
        assert len(truth.captions) >= 2 and truth.labels and truth.instructions and clip.label in truth.labels
        assert all(caption[0].isupper() and caption.endswith(".") for caption in truth.captions)
        assert not set(truth.labels) & set(truth.foils)
        assert not any(
            re.search(r"\b(once|twice|times)\b", text.replace("several times", "")) for text in truth.captions
        )


def test_counts_are_said_where_they_may_be():
    said = [compose_with_truth(seed, options=EXACT)[1] for seed in range(60)]
    assert any(re.search(r"\b(twice|three times)\b", text) for truth in said for text in truth.captions)


def test_what_is_excluded_is_neither_shown_nor_come_close_to():
    exclude = {"forward kick", "high wave", "draw circle", "squat", "clap hands", "forward punch"}
    kinds = {REGISTRY[name].kind for name in exclude}
    grammar = Grammar(acts=(0, 0, 1), listed=0.5)
    for seed in range(60):
        truth = compose_with_truth(seed, exclude=exclude, grammar=grammar)[1]
        assert not {REGISTRY[name].kind for name in truth.kinds} & kinds


def test_movements_name_listed_actions_that_exist(composed):
    assert {name for _, truth in composed for name in truth.kinds} <= set(REGISTRY)
    assert len({truth.labels[0] for _, truth in composed}) > 0.85 * len(composed)


@pytest.mark.parametrize(
    "verb, does, doing",
    [("push", "pushes", "pushing"), ("carry", "carries", "carrying"), ("step", "steps", "stepping"), ("raise", "raises", "raising"), ("lie", "lies", "lying"), ("do", "does", "doing"), ("sway", "sways", "swaying")],
)  # fmt: skip
def test_verbs_are_inflected(verb, does, doing):
    assert third(verb) == does and gerund(verb) == doing


def test_templates_in_all_forms():
    template = "[raise] {the}right arm and [lower] it"
    forms = ["third", "imperative", "plain", "bare", "gerund", "yours", "doing"]
    assert [inflected(template, form) for form in forms] == [
        "raises the right arm and lowers it", "raise your right arm and lower it", "raise the right arm and lower it",
        "raise right arm and lower it", "raising the right arm and lowering it", "raising your right arm and lowering it",
        "raising right arm and lowering it",
    ]  # fmt: skip
