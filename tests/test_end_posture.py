"""Captions of somebody who gets down go by the posture that the skeleton ends in."""

import pytest

from skeletonllm_hf.answering.end_posture import with_measured_posture
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def clips():
    return {name: generate(name, seed=500, options=EXACT) for name in ("sit down", "sit on the floor", "kneel", "lie down", "squat")}  # fmt: skip


@pytest.mark.parametrize(
    ("clip", "text", "corrected"),
    [
        ("sit down", "A person kneels down on both knees.", "A person sits down."),
        ("sit down", "kneel", "sit down"),
        ("sit on the floor", "A person lies down on the back.", "A person sits down on the floor."),
        ("sit on the floor", "lie down", "sit on the floor"),
        ("sit down", "A person walks and kneels down.", None),
        ("sit down", "kneel on one knee and wave", None),
        ("kneel", "A person kneels down on both knees.", None),
        ("lie down", "A person lies down on the back.", None),
        ("squat", "kneel", None),
    ],
)
def test_who_ends_up_sitting_neither_kneels_nor_lies(clips, clip, text, corrected):
    assert with_measured_posture(text, clips[clip]) == (corrected or text)


def test_of_two_people_nothing_is_changed():
    pair = generate("handshake", seed=3)
    assert with_measured_posture("kneel", pair) == "kneel"
