"""What nano is asked about its training clips, and that what it is told is true."""

from collections import Counter

import numpy as np
import pytest
import torch

from skeletonllm_hf.model.prompts import CAPTION, NO, VERIFY, YES
from skeletonllm_hf.synthetic import ACTIONS, ALIASES, SYNTHETIC, generate, generate_many
from skeletonllm_hf.synthetic.registry import REGISTRY
from skeletonllm_hf.training import train_nano
from skeletonllm_hf.training.clips import LabelledClip
from skeletonllm_hf.training.examples import ALIAS, HARD, PREPARED, Examples, SyntheticClips, may_mean
from skeletonllm_hf.training.nano import build_nano, build_tokenizer, renew_renderer
from skeletonllm_hf.training.recipe import read_recipe


@pytest.fixture(scope="module")
def synthetic():
    return SyntheticClips(150, seed=3)


@pytest.fixture(scope="module")
def processor():
    torch.manual_seed(0)
    return build_nano(build_tokenizer(["a person waves the left hand", *"abcdefghijklmnopqrstuvwxyz"]))[1]


@pytest.mark.parametrize(
    "one, other, both",
    [
        ("high wave", "high arm wave", True),
        ("raise up left hand", "raise left hand", True),
        ("high wave", "wave left hand", True),
        ("wave right hand", "wave left hand", False),
        ("walk", "run", False),
        ("two hand wave", "wave both hands", True),
        ("juggling", "walk", False),
        ("juggling", "juggling", True),
    ],
)
def test_labels_that_can_both_be_true(one, other, both):
    assert may_mean(one, other) is both and may_mean(other, one) is both


def test_synthetic_labels_go_by_other_names_too(synthetic):
    labels = [clip.label for clip in synthetic if " then " not in clip.label]
    assert 0.3 * ALIAS < sum(label in ALIASES for label in labels) / len(labels) < 1.2 * ALIAS
    again = SyntheticClips(3, seed=3)
    assert all(
        np.array_equal(a.joints, b.joints) and a.label == b.label for a, b in zip(again, synthetic, strict=False)
    )


def test_what_was_filmed_too_comes_more_often():
    some = set(list(ACTIONS)[::5])
    among = lambda clips: sum(ALIASES.get(clip.label, clip.label) in some for clip in clips)  # noqa: E731
    assert among(SyntheticClips(500, seed=3, familiar=some)) > 1.3 * among(SyntheticClips(500, seed=3)) > 0


def test_no_is_only_said_of_what_is_not_true(synthetic, processor):
    examples = Examples(read_recipe(yes_no_share=1.0, synthetic_share=1.0), [], synthetic, processor)
    generator, asked = np.random.default_rng(0), Counter()
    before, after = VERIFY.split("{label}")
    for _ in range(600):
        name, number = examples.choose(generator)
        assert name == SYNTHETIC
        question, answer = examples.text(name, number, False, generator)
        if question.startswith(before) and answer in (YES, NO):
            told = question.removeprefix(before).removesuffix(after)
            assert may_mean(told, examples.synthetic[number].label) is (answer == YES)
            asked[answer] += 1
    assert min(asked[YES], asked[NO]) > 50


def test_composed_clips_are_told_from_what_they_do_not_show(processor):
    clips = SyntheticClips(120, seed=5, grammar=0.5, unseen={"squat", "draw circle"})
    truths = {number: clips.truth(number) for number in range(120) if clips.truth(number) is not None}
    assert 40 < len(truths) < 80 and all(clips[number].source.startswith("composed:") for number in truths)
    kinds = {REGISTRY[name].kind for truth in truths.values() for name in truth.kinds}
    assert not kinds & {"squat", "draw circle"} and len(kinds) > 20
    assert any(clips[number].label in truth.instructions for number, truth in truths.items())
    assert any(clips[number].label in truth.labels for number, truth in truths.items())
    recipe = read_recipe(yes_no_share=0.6, list_share=0.9, caption_share=0.3, synthetic_share=1.0)
    examples, generator, seen = Examples(recipe, [], clips, processor), np.random.default_rng(0), Counter()
    assert not any(" while " in label or "{" in label for label in examples.all_labels)
    before, after = VERIFY.split("{label}")
    for _ in range(2000):
        number = list(truths)[int(generator.integers(len(truths)))]
        question, answer = examples.text(SYNTHETIC, number, False, generator)
        truth = truths[number]
        if question.startswith(before) and answer in (YES, NO):
            told = question.removeprefix(before).removesuffix(after)
            mine = told in (*truth.labels, *truth.instructions)
            assert mine is (answer == YES)
            foil = told in truth.foils
            seen[answer, foil] += 1
            assert mine or foil or REGISTRY[ALIASES.get(told, told)].kind not in {REGISTRY[k].kind for k in truth.kinds}
        elif "Choose one" in question:
            assert answer in question and answer in (*truth.labels, *truth.instructions)
            seen["list"] += 1
    assert min(seen[YES, False], seen[NO, False], seen[NO, True], seen["list"]) > 20


def test_counts_and_order_are_asked_more_often(synthetic, processor):
    examples, generator, asked = (
        Examples(read_recipe(later_share=0.0), [], synthetic, processor), np.random.default_rng(0), Counter()
    )  # fmt: skip
    number = next(n for n, clip in enumerate(synthetic) if any(q.startswith(HARD) for q, _ in clip.questions))
    for _ in range(800):
        text, _ = examples.text(SYNTHETIC, number, False, generator)
        asked.update([CAPTION] if text == CAPTION else [q for q, _ in synthetic[number].questions if q in text])
    hard = [question for question, _ in synthetic[number].questions if question.startswith(HARD)]
    others = [question for question, _ in synthetic[number].questions if question not in hard]
    assert min(asked[question] for question in hard) > 1.5 * max(asked[question] for question in others) > 0
    assert asked[CAPTION] > 150


def test_mirrored_clips_change_sides_in_question_and_answer(processor):
    clip = LabelledClip("own", generate("raise left hand", seed=1), "raise left hand", "train")
    examples = Examples(
        read_recipe(weights=(("own", 1.0),), implied_share=0.0, yes_no_share=0.0), [clip], [], processor
    )
    told = {examples.text("own", 0, mirrored, np.random.default_rng(0))[1] for mirrored in (False, True)}
    assert told == {"raise left hand", "raise right hand"}


def test_what_is_prepared_by_several_processes_is_what_is_drawn_without(processor):
    clips = list(generate_many(70, seed=2))
    real = [LabelledClip("msr_action3d", clip, clip.label, "train") for clip in clips]
    drawn = []
    for workers in (0, 2):
        synthetic = SyntheticClips(70, seed=5, grammar=0.5)
        synthetic.prepare(workers)
        examples = Examples(read_recipe(None, implied_share=1.0), real, synthetic, processor)
        examples.prepare(workers)
        generator = np.random.default_rng(1)
        drawn.append([examples.draw(generator) for _ in range(40)])
    for one, other in zip(*drawn, strict=True):
        assert (one.question, one.answer) == (other.question, other.answer)
        np.testing.assert_array_equal(one.sequence.joints, other.sequence.joints)
    many = SyntheticClips(PREPARED + 1, seed=5)
    many.prepare(2)
    assert not many._ready


def test_people_s_own_captions_come_before_what_labels_imply(processor):
    spoken = generate("walk", seed=1).replace(captions=("somebody strolls", "a slow left walk"), questions=())
    bare = generate("walk", seed=1).replace(captions=(), questions=())
    clips = [LabelledClip("spoken", spoken, "walk", "train"), LabelledClip("bare", bare, "walk", "train")]
    recipe = read_recipe(weights=(("spoken", 1.0), ("bare", 1.0)), implied_share=1.0)
    examples, generator = Examples(recipe, clips, [], processor), np.random.default_rng(0)
    captions = {
        name: {answer for question, answer in (examples.text(name, 0, mirrored, generator) for _ in range(60)) if question == CAPTION}
        for name, mirrored in (("spoken", True), ("bare", False))
    }  # fmt: skip
    assert captions["spoken"] == {"somebody strolls", "a slow right walk"}
    assert captions["bare"] and not captions["bare"] & captions["spoken"]


def test_a_fresh_renderer_takes_the_place_of_the_old_one(processor):
    torch.manual_seed(0)
    model, own = build_nano(build_tokenizer(["a person waves"]))
    model.config.renderer_config.joint_radius, old = 0.1, model.renderer
    own.sampling = own.sampling | {"joint_radius": 0.1}
    renew_renderer(model, own, "learned")
    assert model.renderer is not old and model.config.renderer_config is model.renderer.config
    assert own.sampling["joint_radius"] == model.config.renderer_config.joint_radius == 0.032
    clip = generate("high wave", seed=1)
    frames = own.rasterize(clip, model.renderer)["frames"]
    still = own(clip, return_tensors="pt")
    still["velocities"] = torch.zeros_like(still["velocities"])
    at_rest = own.rasterize(renderer=model.renderer, **still)["frames"]
    assert (frames - at_rest).abs().max() > 0.1  # movement is to be seen before anything is learned


def test_options_keep_their_earlier_names(monkeypatch):
    given = {}
    monkeypatch.setattr(train_nano, "train", lambda data, out, recipe, *rest: given.update(recipe=recipe))
    monkeypatch.setattr("sys.argv", ["train_nano", "--data", "d", "--out", "o", "--told-share", "0.4"])
    train_nano.main()
    assert given["recipe"].implied_share == 0.4


def test_recipes_are_files(tmp_path):
    file = tmp_path / "recipe.yaml"
    file.write_text("steps: 7\nlearning_rate: 1\ntold_share: 0.4\nweights: {sbu: 1}\n")
    recipe = read_recipe(file, batch=3)
    assert (recipe.steps, recipe.learning_rate, recipe.implied_share, recipe.weights, recipe.batch) == (
        7,
        1.0,
        0.4,
        (("sbu", 1.0),),
        3,
    )
    assert recipe.warmup == read_recipe().warmup == 0.05
    for text, message in (
        ("step: 7", r"recipe.yaml: expected some of .*got \['step'\]"),
        ("steps: 7.5", "recipe.yaml: steps: expected int, got 7.5"),
        ("bfloat16: 1", "bfloat16: expected bool, got 1"),
        ("weights: 3", "weights: expected dataset: share pairs"),
        ("- steps", "expected numbers by name, got list"),
    ):
        file.write_text(text)
        with pytest.raises(ValueError, match=message):
            read_recipe(file)
