"""What people ask in their own words: refused, reworded, or answered from the space that clips and sentences share."""

import numpy as np
import pytest

from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.answering.free_questions import understand
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.evaluation.free_questions import ANSWERABLE, QUESTIONS, REWORDED
from skeletonllm_hf.model.prompts import CAPTION, REFUSAL, VERIFY
from skeletonllm_hf.questions import (
    action_of_question,
    choices_of_question,
    fact_of_question,
    is_answerable,
    is_negated,
    load_taught,
    load_templates,
    separate,
    taught_wording,
    unanswerable,
)
from skeletonllm_hf.synthetic import generate


@pytest.fixture(scope="module")
def bundled():
    return load_default()


def test_questions_of_the_tests_are_none_of_training():
    generator = np.random.default_rng(0)
    known = {unanswerable(generator) for _ in range(3000)}
    known |= {wording for taught in load_taught() for wording in taught.wordings}
    known |= set(load_templates("answerable").questions)
    assert not known & {*QUESTIONS, *ANSWERABLE}
    assert not known & {wording for wordings in REWORDED.values() for wording in wordings}


def test_every_blank_is_filled():
    generator = np.random.default_rng(0)
    for kind in ("answerable", "unanswerable"):
        templates = load_templates(kind)
        assert not [text for text in (templates.filled(q, generator) for q in templates.questions) if "{" in text]
    assert not [wording for taught in load_taught() for wording in taught.wordings if "{" in wording]


def test_what_no_motion_shows_is_refused_in_words_that_were_not_fitted():
    refused = [question for question in QUESTIONS if not is_answerable(question)]
    assert len(refused) >= 0.85 * len(QUESTIONS)
    kept = [question for question in ANSWERABLE if is_answerable(question)]
    assert len(kept) >= 0.95 * len(ANSWERABLE)


def test_other_words_become_those_of_training():
    wordings = [(taught, text) for taught, texts in REWORDED.items() for text in texts]
    same = {known.one: {known.one, known.two} for known in load_taught()}
    right = [text for taught, text in wordings if taught_wording(text) in same[taught]]
    assert len(right) >= 0.7 * len(wordings), set(text for _, text in wordings) - set(right)


def test_two_people_are_asked_about_as_two():
    assert taught_wording("What are they doing?", people=2) == "What are the two people doing?"
    assert taught_wording("What are they doing?", people=1) == "What is the person doing?"


def test_what_is_near_to_no_taught_question_stays_as_it_is():
    assert taught_wording("Which knee is bent more?") is None


@pytest.mark.parametrize(
    ("question", "action"),
    [
        ("Is he doing jumping jacks?", "jumping jacks"),
        ("Does the person shuffle?", "shuffle"),
        ("is there any waving", "waving"),
        ("Could it be a tennis serve?", "tennis serve"),
        ("Is the action jumping?", "jumping"),
        ("Does he move slowly or quickly?", None),
        ("Which hand does the person use?", None),
        ("Is the back straight?", None),
    ],
)
def test_the_action_of_a_yes_no_question(question, action):
    assert action_of_question(question) == action


def test_two_questions_in_one():
    assert separate("Is he walking, and where to?") == ("Is he walking?", "where to?")
    assert separate("Who moves? And what does she do?") == ("Who moves?", "what does she do?")
    for one in (
        "How far and how fast does he go?",
        "Does he clap and then walk?",
        "Is the action wave? Answer YES or NO.",
        "Describe the motion.",
        "",
    ):
        assert separate(one) == (one,)


def test_negated_questions():
    assert is_negated("Is the person not waving?") and action_of_question("Is the person not waving?") == "waving"
    assert not is_negated("Isn't the person waving?") and action_of_question("Isn't the person waving?") == "waving"


def test_questions_of_a_choice_and_of_how_many_people():
    assert choices_of_question("Is the person kicking or waving?") == ("kicking", "waving")
    for question in ("Is it fast or slow?", "Is the person waving?", "Is the person qwertzing or waving?"):
        assert choices_of_question(question) is None
    for question in ("Is he alone?", "Is there only one person?", "is the woman by herself"):
        assert fact_of_question(question).entry == "alone"
    for question in ("Is there more than one person?", "Is there anybody else?"):
        assert fact_of_question(question).entry == "several people"
    assert fact_of_question("Are there two people?").fields == {"number": "two"}


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("high_wave.npz", "2+2?", REFUSAL),
        ("high_wave.npz", "Is the person not waving?", "no"),
        ("walk_turning_left.bvh", "Is the person not waving?", "yes"),
        ("high_wave.npz", "Is the person alone?", "yes"),
        ("shaking_hands.skeleton", "Is he alone?", "no"),
        ("shaking_hands.skeleton", "is there more than one person", "yes"),
        ("high_wave.npz", "Is the person kicking or waving?", "waving"),
        ("shaking_hands.skeleton", "Are they hugging or shaking hands?", "shaking hands"),
        ("forward_kick_2d.json", "Is the person kicking with the left leg?", "no"),
        ("forward_kick_2d.json", "Is the person kicking with the right leg?", "yes"),
        ("walk_turning_left.bvh", "Does the person turn right?", "no"),
    ],
)
def test_replies_without_the_language_model(bundled, name, question, answer):
    clip = load_skeleton(FOLDER.parent / "examples" / name)
    assert understand(*bundled, clip, question)[0] == answer


def test_answers(bundled):
    model, processor = bundled
    clip = generate("wave", seed=3)
    answerer = LocalAnswerer(model, processor)
    questions = ["How much did the racket cost?", "Is the person waving?", "Is the person sitting down?"]
    assert answerer.ask_many([clip] * 3, questions) == [REFUSAL, "yes", "no"]
    assert model.ask(processor, clip, "Is the person waving?") == "yes"
    assert "".join(model.stream(processor, clip, "How much did the racket cost?")) == REFUSAL
    assert understand(model, processor, clip, CAPTION) == (None, CAPTION)
    assert understand(model, processor, clip, VERIFY.format(label="wave")) == (None, VERIFY.format(label="wave"))
    assert understand(model, processor, clip, "What happens here?") == (None, CAPTION)


def test_a_model_without_the_shared_space_is_asked_as_one_asks(bundled):
    model, processor = bundled
    size = model.config.alignment_size
    model.config.alignment_size = None
    try:
        from skeletonllm_hf.model.answers import understood

        assert understood(model, processor, None, "How much did it cost?") == (None, "How much did it cost?")
        assert understood(model, processor, None, None) == (None, CAPTION)
    finally:
        model.config.alignment_size = size
