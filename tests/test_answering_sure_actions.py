"""Captions of what clips surely show, in place of captions that tell of something else."""

import pytest
import torch
from looking_once import looking_once  # noqa: F401 - a fixture

from skeletonllm_hf import load
from skeletonllm_hf.answering.captions import doubtful, fit
from skeletonllm_hf.answering.scorers import sentences
from skeletonllm_hf.answering.sure_actions import LEAST_LEAD, _captioned, _vectors_of, sure_actions, surer_captions
from skeletonllm_hf.describe.label_texts import label_caption, people_of
from skeletonllm_hf.model import answers
from skeletonllm_hf.model.answers import middle_views
from skeletonllm_hf.model.prompts import CAPTION, DOING
from skeletonllm_hf.sentences import load_sentence_encoder
from skeletonllm_hf.synthetic import generate

DANCES = "A person dances, swaying the hips and swinging the arms."


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.fixture(scope="module")
def clips():
    return [generate("squat", seed=3), generate("hammer", seed=5), generate("shaking hands", seed=2)]


@pytest.fixture(scope="module")
def seen(answerer, clips):
    return middle_views(answerer.model, answerer.processor, clips)


def test_a_caption_of_something_else_gives_way(answerer, clips, seen):
    texts = ["A person squats down.", DANCES, "One person kicks at the other."]
    found = surer_captions(answerer.model, clips, texts, seen)
    assert found[0] == texts[0] and "hammer" in found[1] and found[2] == "One person and another shake hands."
    assert fit(answerer.model, answerer.processor, clips, found, seen)[1] > 0.3


def test_what_is_said_of_the_same_action_stays(answerer, clips, seen):
    model = answerer.model
    captions = [
        "A person bends the knees deeply and stands up again.",
        "A person lifts one hand and hits a nail.",
        "Two people shake hands.",
    ]
    assert all(sure.agrees for sure in sure_actions(model, clips, captions, seen))
    off, *_ = sure_actions(model, clips, [DANCES] * 3, seen)
    assert not off.agrees and off.lead > LEAST_LEAD and "squat" in off.caption
    assert surer_captions(model, clips, captions, seen) == captions


def test_of_two_actions_none_is_sure(answerer):
    clip = generate("drink then squat", seed=4)
    view = middle_views(answerer.model, answerer.processor, [clip])
    caption = "A person first drinks, then squats."
    assert surer_captions(answerer.model, [clip], [caption], view) == [caption]


def test_all_ways_to_a_caption_agree(answerer, clips, monkeypatch):
    monkeypatch.setattr(answers, "generate_texts", lambda model, processor, clips, *_, **__: [DANCES] * len(clips))
    hammer = clips[1]
    text = answerer.caption(hammer)
    assert "hammer" in text
    found = answerer.describe_many(clips)
    assert found[1].text == text == "".join(answerer.stream(hammer, None)) == answerer.ask(hammer, CAPTION)
    assert answerer.ask_many([hammer, hammer], [CAPTION, DOING]) == [text, DANCES]  # names are the language model's
    assert found[2].text == "One person and another shake hands."
    assert answerer.model.caption(answerer.processor, hammer, do_sample=True) == DANCES


def test_captions_of_what_is_surely_shown_are_not_doubted(answerer, clips, seen):
    model, processor = answerer.model, answerer.processor
    texts = [sure_actions(model, clips, [DANCES] * 3, seen)[0].caption + " Twice.", DANCES, DANCES]
    assert doubtful(model, processor, clips, texts, seen)[:2] == [False, True]


def test_vectors_belong_to_the_weights(answerer, clips, seen):
    model = answerer.model
    sure_actions(model, clips, [DANCES] * 3, seen)
    labels, _ = _captioned(tuple(model.config.taught_labels))
    vectors = _vectors_of(model, labels)
    assert _vectors_of(model, labels) is vectors
    with torch.no_grad():
        model.alignment.text_skip.weight.mul_(1.0)
    assert _vectors_of(model, labels) is not vectors


def test_labels_as_captions(clips):
    sentences = {
        "bend the leg to the side": "A person bends the leg to the side.",
        "sit and applaud": "A person sits and applauds.",
        "stretch the waist to the right and left": "A person stretches the waist to the right and left.",
        "relax the neck": "A person relaxes the neck.",
        "duck (crouch or hide)": "A person ducks down quickly.",
    }
    assert {label: label_caption(clips[0], label) for label in sentences} == sentences
    assert not any(map(people_of, ("eight steps right and left", "clean and jerk", "waving the arms", "respond")))
    assert _captioned(("SitDown", "stand_up", "A043 falling", "class 3", "", "Hugging"))[0] == (
        "sit down",
        "stand up",
        "falling",
        "hugging",
    )
    assert people_of("hugging") == people_of("punching") == 2
    assert label_caption(clips[2], "punching") == "One person punches the other with one fist."


def test_without_taught_labels_captions_stay(answerer, clips, seen, monkeypatch):
    monkeypatch.setattr(answerer.model.config, "taught_labels", [])
    assert sure_actions(answerer.model, clips, [DANCES] * 3, seen) == [None] * 3


def test_shipped_vectors_are_those_of_the_encoder():
    texts = sentences.shipped_texts()
    assert {sentences._number(text) for text in texts} == set(
        sentences._places()
    )  # else: python -m skeletonllm_hf.answering.scorers.sentences
    some = [*texts[::300], "zigzagging badgers"]
    assert (sentences.sentence_vectors(some) * load_sentence_encoder().encode(some)).sum(1).min() > 0.9998
    assert sentences.sentence_vectors([]).shape == (0, 384)
