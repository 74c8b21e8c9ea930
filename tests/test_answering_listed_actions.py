"""Captions of listed actions that the language model was not taught."""

from types import SimpleNamespace

import pytest
import torch
from looking_once import looking_once  # noqa: F401 - a fixture

from skeletonllm_hf import load
from skeletonllm_hf.answering import listed_actions
from skeletonllm_hf.answering.listed_actions import LEAST_NAME_COSINE, clear_actions, shown_actions, untaught_actions
from skeletonllm_hf.answering.scorers.embedding import text_vectors
from skeletonllm_hf.describe import describe
from skeletonllm_hf.describe.label_texts import action_caption
from skeletonllm_hf.model.prompts import CAPTION
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.synthetic.registry import REGISTRY


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.fixture(scope="module")
def clips():
    """An action that nano's language model was not taught, one that it was, and two people."""
    return [generate("cover the face", seed=906), generate("squat", seed=3), generate("shaking hands", seed=2)]


def small_model(prototypes, names, taught):
    config = SimpleNamespace(named_prototypes=names, taught_labels=taught)
    return SimpleNamespace(config=config, alignment=SimpleNamespace(prototypes=torch.eye(prototypes), named=len(names)))


def test_actions_are_untaught_by_none_of_their_names():
    names = ["squat", "touch toes", "pitch a ball", "shaking hands", "no such action"]
    config = SimpleNamespace(named_prototypes=names, taught_labels=["squat", "baseball pitch"])
    assert untaught_actions(config) == [False, True, False, False, False]
    assert not any(untaught_actions(SimpleNamespace(named_prototypes=names, taught_labels=[])))
    assert untaught_actions(SimpleNamespace(named_prototypes=None, taught_labels=None)) == []


def test_only_clear_clips_show_an_action():
    model = small_model(3, ["squat", "touch toes", "ski"], ["squat"])
    embedded = torch.nn.functional.normalize(
        torch.tensor([[0.1, 1.0, 0], [0.99, 0, 1.0], [0, 0.7, 0.7], [1.0, 0, 0], [0, 0.2, 1.0]]), dim=-1
    )
    assert clear_actions(model, embedded) == ["touch toes", None, None, None, "ski"]


def test_actions_whose_names_do_not_fit_are_not_shown(answerer):
    model = answerer.model
    some = model.alignment.prototypes[140:200].float()
    clear, shown = clear_actions(model, some), shown_actions(model, some)
    kept = [row for row, name in enumerate(shown) if name]
    left = [row for row, name in enumerate(clear) if name and not shown[row]]
    assert len(kept) > 3 * len(left) > 0 and all(shown[row] == clear[row] for row in kept)
    cosines = [float(text_vectors(model, [clear[row]])[0] @ some[row]) for row in (*left, *kept[:5])]
    assert (
        all(cosine < LEAST_NAME_COSINE for cosine in cosines[: len(left)])
        and min(cosines[len(left) :]) >= LEAST_NAME_COSINE
    )


def test_sides_are_named_where_they_are_seen():
    clips = [generate("throw a dart", seed=seed, layout="kinect_v2") for seed in range(6)]
    captions = [action_caption(clip, "throw a dart") for clip in clips]
    sides = [next(side for side in ("left", "right") if side in clip.captions[0]) for clip in clips]
    named = [f"with the {side} hand" in caption for side, caption in zip(sides, captions)]
    assert sum(named) >= 4 and all(right or "one hand" in text for right, text in zip(named, captions))
    squat = generate("squat", seed=1)
    assert action_caption(squat, "pour") == "A person pours something with one hand."
    assert action_caption(squat, "side lunge") == "A person lunges out to one side."
    with pytest.raises(ValueError, match="expected one of a single person, got 'shaking hands'"):
        action_caption(squat, "shaking hands")


def test_every_action_has_a_sentence_without_gaps(monkeypatch):
    clip = generate("squat", seed=1)
    facts = describe(clip)
    monkeypatch.setattr("skeletonllm_hf.describe.label_texts.describe", lambda clip: facts)  # the same each time
    for action in (name for name, info in REGISTRY.items() if info.people == 1):
        text = action_caption(clip, action)
        assert text.startswith("A person ") and text.endswith(".") and "{" not in text and "  " not in text, text


def test_all_ways_to_a_caption_agree(answerer, clips):
    clip, squat, pair = clips
    expected = "A person covers the face with both hands."
    found = answerer.describe_many(clips)
    assert found[0].text == expected and not found[0].unsure
    assert answerer.caption(clip) == expected == "".join(answerer.stream(clip, None))
    assert answerer.model.caption(answerer.processor, clip) == answerer.ask(clip, CAPTION) == expected
    assert answerer.doubtful([clip], [expected]) == [False]
    earlier = [("How many people are there?", "one")]
    assert answerer.ask(clip, CAPTION, history=earlier) == expected
    assert answerer.ask(clip, "What is the person doing?") == "cover the face"
    assert answerer.ask_many(clips[:2], ["what is he doing?", CAPTION])[0] == "cover the face"
    assert "squat" in found[1].text or "knees" in found[1].text
    assert "hand" in found[2].text and "covers" not in found[2].text


def test_where_texts_are_sampled_the_language_model_answers(answerer, clips, monkeypatch):
    monkeypatch.setattr(listed_actions, "action_texts", lambda *_: pytest.fail("looked up"))
    answerer.model.caption(answerer.processor, clips[0], do_sample=True, max_new_tokens=4)


def test_with_the_actions_taught_the_language_model_answers(answerer, clips, monkeypatch):
    monkeypatch.setattr(answerer.model.config, "taught_labels", list(answerer.model.config.named_prototypes))
    assert answerer.caption(clips[0]) != "A person covers the face with both hands."
