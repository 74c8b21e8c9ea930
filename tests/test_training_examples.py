"""What nano is asked about its training clips, and that what it is told is true."""

from collections import Counter

import numpy as np
import pytest
import torch

from skeletonllm_hf.model.prompts import CAPTION, EXPLAIN, NO, VERIFY, YES
from skeletonllm_hf.synthetic import ACTIONS, ALIASES, SYNTHETIC, generate, generate_many
from skeletonllm_hf.synthetic.registry import REGISTRY
from skeletonllm_hf.training import train_nano
from skeletonllm_hf.training.clips import FilmedClips, LabelledClip
from skeletonllm_hf.training.nano import build_nano, build_tokenizer, renew_renderer
from skeletonllm_hf.training.nano_data import ALIAS, task_shares, training_examples
from skeletonllm_hf.training.recipe import read_recipe
from skeletonllm_hf.training.synthetic_clips import PREPARED, SyntheticClips
from skeletonllm_hf.training.tasks import HARD
from skeletonllm_hf.training.texts import compatible


@pytest.fixture(scope="module")
def synthetic():
    return nanos_clips(150, seed=3)


def nanos_clips(count, seed, **settings):
    return SyntheticClips(count, seed, composite=0.2, alias=ALIAS, counts=False, faces_viewer=True, **settings)


def filmed(name, *clips):
    return FilmedClips(name, [LabelledClip(name, clip, clip.label, "train") for clip in clips])


def texts_of(examples, number, count):
    """Questions and answers about one clip of the first source."""
    maker, (sequence, texts) = examples.maker, examples.sources[0].clip(number)
    drawn = [maker.example(place, 0, sequence, texts) for place in range(count)]
    return [pair for example in drawn for pair in example.pairs]


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
    assert compatible(one, other) is both and compatible(other, one) is both


def test_synthetic_labels_go_by_other_names_too(synthetic):
    labels = [clip.label for clip in synthetic if " then " not in clip.label]
    assert 0.3 * ALIAS < sum(label in ALIASES for label in labels) / len(labels) < 1.2 * ALIAS
    again = nanos_clips(3, seed=3)
    assert all(
        np.array_equal(a.joints, b.joints) and a.label == b.label for a, b in zip(again, synthetic, strict=False)
    )


def test_what_was_filmed_too_comes_more_often():
    some = set(list(ACTIONS)[::5])
    among = lambda clips: sum(ALIASES.get(clip.label, clip.label) in some for clip in clips)  # noqa: E731
    assert among(nanos_clips(250, seed=3, familiar=some)) > 1.3 * among(nanos_clips(250, seed=3)) > 0


def test_no_is_only_said_of_what_is_not_true(synthetic, processor):
    recipe, asked = read_recipe(yes_no_share=1.0, synthetic_share=1.0), Counter()
    examples = training_examples(recipe, synthetic, [], processor, 300)
    before, after = VERIFY.split("{label}")
    for place in range(300):
        _, _, texts = examples.clip(place)
        question, answer = examples.maker.samplers[0].ask("yes_no", texts, None, np.random.default_rng(place))
        told = question.removeprefix(before).removesuffix(after)
        parts = [texts.label] if answer == YES else texts.label.split(" then ")
        assert any(compatible(told, part) for part in parts) is (answer == YES)
        asked[answer] += 1
    assert min(asked[YES], asked[NO]) > 120


def test_composed_clips_are_told_from_what_they_do_not_show(processor):
    clips = nanos_clips(120, seed=5, grammar=0.5, unseen={"squat", "draw circle"})
    truths = {number: clips.clip(number)[1].truth for number in range(120)}
    truths = {number: truth for number, truth in truths.items() if truth is not None}
    assert 40 < len(truths) < 80 and all(clips[number].source.startswith("composed:") for number in truths)
    kinds = {REGISTRY[name].kind for truth in truths.values() for name in truth.kinds}
    assert not kinds & {"squat", "draw circle"} and len(kinds) > 20
    assert any(clips[number].label in truth.instructions for number, truth in truths.items())
    assert any(clips[number].label in truth.labels for number, truth in truths.items())
    sampler = training_examples(read_recipe(), clips, [], processor, 1).maker.samplers[0]
    generator, seen = np.random.default_rng(0), Counter()
    before, after = VERIFY.split("{label}")
    for number, truth in truths.items():
        texts = clips.clip(number)[1]
        for _ in range(10):
            question, answer = sampler.ask("yes_no", texts, None, generator)
            told = question.removeprefix(before).removesuffix(after)
            mine, foil = told in (*truth.labels, *truth.instructions), told in truth.foils
            assert mine is (answer == YES)
            seen[answer, foil] += 1
            assert mine or foil or REGISTRY[ALIASES.get(told, told)].kind not in {REGISTRY[k].kind for k in truth.kinds}
        question, answer = sampler.ask("mqa", texts, None, generator)
        assert answer in question and answer in (*truth.labels, *truth.instructions)
    assert min(seen[YES, False], seen[NO, False], seen[NO, True]) > 20


def test_tasks_come_as_often_as_the_recipe_says(synthetic, processor):
    recipe = read_recipe(yes_no_share=0.2, list_share=0.3, implied_share=0.4, refusal_share=0.1, caption_share=0.3)
    for_filmed, for_synthetic = task_shares(recipe)
    for shares in (for_filmed, for_synthetic):
        assert sum(shares.values()) == pytest.approx(1) and shares["refusal"] == 0.1
    assert for_filmed["caption"] == for_filmed["question"] == pytest.approx(0.9 * 0.4 / 2)
    assert for_filmed["yes_no"] == pytest.approx(0.9 * 0.6 * 0.2)
    assert for_synthetic["mqa"] == pytest.approx(0.9 * 0.28 * 0.8 * 0.3)
    examples = training_examples(recipe, synthetic, [], processor, 1)
    asked = Counter(question for question, _ in texts_of(examples, 0, 1000))
    assert asked[CAPTION] == pytest.approx(270, abs=60)


def test_sources_come_as_often_as_the_recipe_says(synthetic, processor):
    clips = [filmed(name, *generate_many(4, seed=number)) for number, name in enumerate(("one", "two", "three"))]
    recipe = read_recipe(synthetic_share=0.5, weights=(("one", 1.0), ("two", 3.0)))
    examples = training_examples(recipe, synthetic, clips, processor, 4000)
    assert [source.name for source in examples.sources] == ["one", "two", SYNTHETIC]
    assert np.bincount(examples.source) == pytest.approx([500, 1500, 2000], abs=120)


def test_counts_and_order_are_asked_more_often(synthetic, processor):
    number = next(n for n, clip in enumerate(synthetic) if any(q.startswith(HARD) for q, _ in clip.questions))
    examples, asked = training_examples(read_recipe(later_share=0.0), synthetic, [], processor, 1), Counter()
    for text, _ in texts_of(examples, number, 800):
        asked.update([CAPTION] if text == CAPTION else [q for q, _ in synthetic[number].questions if q in text])
    hard = [question for question, _ in synthetic[number].questions if question.startswith(HARD)]
    others = [question for question, _ in synthetic[number].questions if question not in hard]
    assert min(asked[question] for question in hard) > 1.5 * max(asked[question] for question in others) > 0
    assert asked[CAPTION] > 150


def test_mirrored_clips_change_sides_in_question_and_answer(processor):
    recipe = read_recipe(weights=(("own", 1.0),), implied_share=0.0, yes_no_share=0.0, refusal_share=0.0)
    examples = training_examples(recipe, SyntheticClips(0, 0), [filmed("own", generate("raise left hand", seed=1))], processor, 1)  # fmt: skip
    assert {answer for _, answer in texts_of(examples, 0, 20)} == {"raise left hand", "raise right hand"}


def test_rationales_come_first_where_they_are_asked_for(processor):
    recipe = read_recipe(weights=(("own", 1.0),), questions=2)
    examples = training_examples(recipe, SyntheticClips(0, 0), [filmed("own", *generate_many(3, seed=1))], processor, 8)
    for place in range(8):
        example = examples.example(place, "rationale")
        assert example.question == EXPLAIN and "\nLabel: " in example.answer and len(example.more) == 1
        assert examples.example(place).question != EXPLAIN


def test_what_is_prepared_by_several_processes_is_what_is_drawn_without(processor):
    clips, drawn = list(generate_many(70, seed=2)), []
    for workers in (0, 2):
        synthetic = nanos_clips(70, seed=5, grammar=0.5)
        synthetic.prepare(workers)
        recipe = read_recipe(None, implied_share=1.0, workers=workers)
        examples = training_examples(recipe, synthetic, [filmed("msr_action3d", *clips)], processor, 40)
        assert bool(workers) == bool(examples.sources[0]._ready) == bool(synthetic._ready)
        drawn.append([examples[place] for place in range(40)])
    for one, other in zip(*drawn, strict=True):
        assert (one.question, one.answer) == (other.question, other.answer)
        np.testing.assert_array_equal(one.sequence.joints, other.sequence.joints)
    many = SyntheticClips(PREPARED + 1, seed=5)
    many.prepare(2)
    assert not many._ready


def test_people_s_own_captions_come_before_what_labels_imply(processor):
    spoken = generate("walk", seed=1).replace(captions=("somebody strolls", "a slow left walk"), questions=())
    bare = generate("walk", seed=1).replace(captions=(), questions=())
    captions = {}
    for name, clip in (("spoken", spoken), ("bare", bare)):
        recipe = read_recipe(weights=((name, 1.0),), implied_share=1.0)
        examples = training_examples(recipe, SyntheticClips(0, 0), [filmed(name, clip)], processor, 1)
        captions[name] = {answer for question, answer in texts_of(examples, 0, 80) if question == CAPTION}
    assert captions["spoken"] == {"somebody strolls", "a slow left walk", "a slow right walk"}
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
    monkeypatch.setattr("sys.argv", ["train_nano", "--data", ".", "--out", "o", "--told-share", "0.4"])
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
