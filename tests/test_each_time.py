"""Questions about each time that a limb or the hips go out and come back: how often, which first, how long, by turns."""

import numpy as np
import pytest
from looking_once import looking_once  # noqa: F401 - a fixture
from made_people import FPS, HANGING, bumps, hops, legs, made, reach, standing

from skeletonllm_hf.describe.body_paths import people_tracks
from skeletonllm_hf.describe.excursions import excursions
from skeletonllm_hf.model.prompts import REFUSAL


def arms(sides, place=(0.1, 0.5, 0.05), second=1.5):
    """Raises one arm after the other."""
    lengths = [second] * len(sides)
    share = {one: bumps(lengths, [side == one for side in sides]) for one in ("left", "right")}
    clip, joints, at = standing(len(share["left"]) / FPS)
    for one, values in share.items():
        reach(joints, at, one, (1 - values[:, None]) * np.array(HANGING) + values[:, None] * np.array(place))
    return made(clip, joints)


@pytest.fixture(scope="module")
def clips():
    return {
        "arms": arms(["left", "right", "right"]),
        "kicks": legs(["right", "left", "left"]),
        "lunges": legs(["left", "right"] * 2, hips=0.25, way=(0, 0, 0.7)),
        "squats": legs([""] * 3, hips=0.4, seconds=[4, 2, 1.2]),
        "hops": hops(3),
    }


@pytest.mark.parametrize(
    ("clip", "questions", "answer"),
    [
        ("arms", ("How many times is the right arm raised?", "How often did he lift his right arm?"), "two"),
        (
            "arms",
            ("Which arm goes up first?", "Which arm did he raise first?", "Left or right arm first?"),
            "the left arm",
        ),
        ("arms", ("Does the right arm go up after the left one?", "Did she raise the left arm first?"), "yes"),
        (
            "arms",
            ("Does he alternate arms?", "Did he raise only the right arm?", "Does he wave with the left hand only?"),
            "no",
        ),
        ("kicks", ("How many kicks with the left leg?", "How often did he kick with his left foot?"), "two"),
        ("kicks", ("How many kicks were there in all?",), "three"),
        ("kicks", ("How many left kicks did he throw?", "How many times did he kick with the left foot?"), "two"),
        ("arms", ("How many times did he punch with the left fist?",), "one"),
        ("arms", ("Is he raising both arms at once?", "Does the right arm go up first?"), "no"),
        ("kicks", ("Total kicks?", "Kicks: number?"), "three"),
        ("kicks", ("Which leg kicked first?",), "the right leg"),
        ("kicks", ("Did he kick more with his left leg than with his right?",), "yes"),
        ("lunges", ("How many lunges on each leg?",), "two on the left, two on the right"),
        ("lunges", ("How many lunges does he do?",), "four"),
        ("lunges", ("Does she alternate legs?",), "yes"),
        ("squats", ("How many squats?",), "three"),
        ("squats", ("Is he speeding up or slowing down?",), "faster"),
        ("squats", ("Was the first squat slower than the last?", "Does the tempo change?"), "yes"),
        ("squats", ("Did all squats take the same time?", "Was the last rep slower than the first?"), "no"),
        ("squats", ("Did the reps get quicker?",), "yes"),
        ("lunges", ("Does he lunge only with his left leg?",), "no"),
        ("squats", ("How many lunges with the left leg?", "How long did the fifth squat take?"), REFUSAL),
        ("hops", ("How many hops?", "How many jumps are there in all?"), "three"),
    ],
)
def test_each_time(ask, clips, clip, questions, answer):
    assert {question: ask(clips[clip], question) for question in questions} == dict.fromkeys(questions, answer)


def test_how_long_one_takes(ask, clips):
    number = lambda reply: float(reply.split("about ")[1].removesuffix(" s"))  # noqa: E731
    assert number(ask(clips["squats"], "How long did the first squat take?")) == pytest.approx(3.6, abs=0.4)
    slowest = ask(clips["squats"], "Which squat was the slowest?")
    assert slowest.startswith("the first") and number(slowest) == pytest.approx(3.6, abs=0.4)
    assert ask(clips["squats"], "Which squat was the fastest?").startswith("the third")


def test_how_long_a_squat_is_held(ask):
    clip = legs([""], hips=0.4, seconds=[2])
    middle = 2 * FPS
    held = made(clip, np.concatenate([clip.joints[:middle], np.repeat(clip.joints[middle : middle + 1], 90, 0), clip.joints[middle:]]))  # fmt: skip
    for question in ("How long is the squat held?", "How many seconds does he stay down?"):
        assert float(ask(held, question).split()[1]) == pytest.approx(3.4, abs=0.3), question
    assert ask(legs([""], hips=0.4, seconds=[1]), "How long is the squat held?") == REFUSAL


def test_a_photo_does_not_tell_whether_somebody_moves(ask):
    clip, joints, _ = standing(1)
    for question in ("Is the person moving?", "Is he standing still?", "Does she stay in place?"):
        assert ask(made(clip, joints[:1]), question) == REFUSAL, question


def test_excursions_lie_where_they_are(clips):
    found = excursions(people_tracks(clips["arms"])[0], "hand")
    assert [one.side for one in found] == ["left", "right", "right"]
    assert [one.peak for one in found] == pytest.approx([1.75, 4.25, 6.75], abs=0.1)
    assert excursions(people_tracks(clips["arms"])[0], "foot") == []
