"""A clip described in detail, by measurement."""

import pytest

from skeletonllm_hf import load
from skeletonllm_hf.describe import describe, rationale
from skeletonllm_hf.model.prompts import DOING, EXPLAIN
from skeletonllm_hf.questions import caution_of, is_taught
from skeletonllm_hf.synthetic import generate

QUESTIONS = (
    "How does the person move?", "Describe the movement in detail.", "describe what he does in detail", "Explain it step by step, please",
    "Give me a detailed description of the motion.", "Walk me through the movement", "Tell me everything about the motion.",
    "What does the body do, step by step?", "Describe the movement of each limb.", "describe every movement", "more details please",
    "Can you describe the exercise in more detail?", "I want a full report",
)  # fmt: skip


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.mark.parametrize("question", QUESTIONS)
def test_details_are_measured(answerer, question):
    clip = generate("squat", seed=3)
    expected = "\n".join([*describe(clip).sentences, answerer.caption(clip)])
    assert answerer.ask(clip, question) == expected
    assert is_taught(question) and caution_of(question, expected) is None


def test_the_question_of_training_gets_a_rationale(answerer):
    for clip in (generate("squat", seed=3), generate("shaking hands", seed=2)):
        label = answerer.ask(clip, DOING if clip.num_people == 1 else "What are the two people doing?")
        assert answerer.ask(clip, EXPLAIN) == rationale(clip, label) == "".join(answerer.stream(clip, EXPLAIN))


@pytest.mark.parametrize(
    "question", ["What does the left arm do?", "Describe the person's shoes in detail.", "What happens?"]
)
def test_other_questions_are_no_details(answerer, question):
    assert "\n" not in answerer.ask(generate("squat", seed=3), question)


def test_details_of_a_part(answerer):
    clip = generate("squat", seed=3)
    text = answerer.ask(clip, "Describe the movement in detail between 0 and 1.5 seconds.")
    assert "\n" in text and "1.5 s" in text
