"""Questions that compare two people: who is in front or faster, whether they go the same way, and what only one of them does."""

import numpy as np
import pytest
from looking_once import looking_once  # noqa: F401 - a fixture
from made_people import made, standing

from skeletonllm_hf.model.prompts import REFUSAL


def going(*ways):
    """People who glide from one place to another, (x, z) metres each."""
    clip, joints, _ = standing(3)
    share = np.linspace(0, 1, len(joints))[:, None]
    each = []
    for start, end in ways:
        over = (1 - share) * np.array(start) + share * np.array(end)
        each.append(joints + np.insert(over, 1, 0, axis=1)[:, None, None])
    return made(clip, np.concatenate(each, 1))


@pytest.fixture(scope="module")
def clips():
    return {
        "chase": going(((-2, 0), (1, 0)), ((-0.5, 0), (2.0, 0))),
        "caught": going(((-3, 0), (1, 0)), ((-1, 0), (1.2, 0))),
        "leaves": going(((-0.5, 0), (-0.5, 0)), ((0.5, 0), (3, 0))),
        "meet": going(((-2, 0), (-0.5, 0)), ((2, 0), (0.5, 0))),
    }


@pytest.mark.parametrize(
    ("clip", "questions", "answer"),
    [
        ("chase", ("Who is in front?", "Which person is ahead?"), "the person on the right"),
        ("chase", ("Who is chasing?", "Who is faster?"), "the person on the left"),
        ("chase", ("Is one person chasing the other?", "Are they moving in the same direction?"), "yes"),
        ("chase", ("Does the person behind catch up?", "Is anyone standing still?"), "no"),
        ("caught", ("Does the person behind catch up?",), "yes"),
        ("leaves", ("Is anyone standing still?", "Is one of them standing still?"), "yes"),
        (
            "leaves",
            ("Does one person follow the other?", "Does one follow the other?", "Are both of them standing still?"),
            "no",
        ),
        ("leaves", ("Who is slower?",), "the person on the left"),
        ("leaves", ("Who is in front?", "Are they going in the same direction?"), REFUSAL),
        ("meet", ("Are they moving in the same direction?", "Is one person chasing the other?"), "no"),
        ("meet", ("Who is faster?",), "both are about as fast"),
    ],
)
def test_two_people(ask, clips, clip, questions, answer):
    assert {question: ask(clips[clip], question) for question in questions} == dict.fromkeys(questions, answer)
