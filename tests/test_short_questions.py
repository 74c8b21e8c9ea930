"""Short forms, choices without a verb, and statements with a tag: as the questions that they stand for."""

import pytest

from skeletonllm_hf.questions import plain
from skeletonllm_hf.questions.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("short", "spelled_out"),
    [
        ("Kicks: how many?", "how many kicks"),
        ("reps?", "how many repetitions"),
        ("hop count", "how many times does the person hop"),
        ("Time per rep?", "how long does one repetition take"),
        ("Step length?", "how long is a step"),
        ("squat or lunge?", "is the person squat or lunge"),
        ("standing, sitting or lying?", "in which posture is the person"),
        ("He's waving with his left hand, isn't he?", "is he waving with his left hand"),
        ("the left leg is straight, isn't it?", "is the left leg straight"),
        ("He isn't sitting, is he?", "is he sitting"),
        ("She walked off, didn't she?", "does she walked off"),
        ("Is there a squat in there?", "is there a squat"),
    ],
)
def test_short_forms_are_spelled_out(short, spelled_out):
    assert plain(short) == spelled_out


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("left or right?", Kind.SIDE),
        ("clockwise or anti-clockwise?", Kind.DIRECTION),
        ("Is the left or the right hand up?", Kind.SIDE),
        ("forward or backward?", Kind.DIRECTION),
        ("walk or run?", Kind.CHOICE),
    ],
)
def test_a_choice_of_sides_stays_one(question, kind):
    assert kind_of(question) is kind
