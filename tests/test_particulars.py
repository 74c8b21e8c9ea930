"""Questions about one particular of a clip: who is taller, which hand is higher, which way arms circle, when somebody lands."""

import pytest
from looking_once import looking_once  # noqa: F401 - a fixture
from made_people import arm_to, circles, claps, hops, lunge, made, standing, turned, two

from skeletonllm_hf.describe import particulars
from skeletonllm_hf.describe.body_paths import people_tracks
from skeletonllm_hf.describe.posture import flights
from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.questions import caution_of
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def clips():
    return {
        "circles": circles(4), "circles back": circles(-4), "left circles": circles(3, ("left",)),
        "hops": hops(3), "claps": claps(0.03), "apart": claps(0.4),
        "half turn": turned(180), "quarter turn": turned(90), "whole turn": turned(360),
        "lunge": lunge("left", 0.8), "right up": arm_to((0.06, 0.53, 0.05)), "salute": arm_to((-0.06, 0.24, 0.12)),
        "point": arm_to((-0.05, 0.0, 0.53), "left"), "small": two(1.0, 1.1), "alike": two(1.0, 1.0), "walk": generate("walk", seed=20, options=EXACT),
        "still": made(*standing(2)[:2]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clip", "questions", "answer"),
    [
        ("circles", ("Are the arms circling forward or backward?", "Which way do the arms circle?"), "forward"),
        ("circles back", ("Do the arms circle forwards or backwards?", "In which direction do the arms rotate?"), "backward"),
        ("left circles", ("Does the left arm circle forward or backward?",), "forward"),
        ("circles", ("Do the arms circle forward?", "Does the person circle the arms forwards?"), "yes"),
        ("circles", ("Do the arms circle backward?", "Do the arms not circle forward?"), "no"),
        ("still", ("Are the arms circling forward or backward?",), REFUSAL),
        ("claps", ("Do the hands touch?", "Do her palms meet?", "Does one hand touch the other?"), "yes"),
        ("apart", ("Do the hands touch?", "Do both hands come together?"), "no"),
        ("half turn", ("Which way does she face at the end?", "Where does he face after the turn?"), "away from the camera"),
        ("half turn", ("Does he turn his back to the camera?", "Is her back to the camera at the end?", "Does she end up with her back to us?",
                       "Is the person facing away from the camera at the end?"), "yes"),
        ("half turn", ("Is she facing the camera at the end?", "Does the person end up facing the viewer?"), "no"),
        ("half turn", ("Which way does the person face?",), "the camera at the start, away from the camera at the end"),
        ("whole turn", ("Does the person end up facing the camera?", "Is she facing us in the end?"), "yes"),
        ("whole turn", ("Does he end up with his back to the camera?",), "no"),
        ("quarter turn", ("In which direction is she facing at the end?", "Where is he looking at the end?"), "the right of the picture"),
        ("still", ("Which way is he facing?",), "the camera"),
        ("right up", ("Which hand is higher?", "Which hand goes higher?", "Which of the hands gets highest?", "Is the left or the right hand higher?"), "the right hand"),
        ("right up", ("Which hand is lower?",), "the left hand"),
        ("right up", ("Which hand is higher at the end?",), "both hands are about as high"),
        ("right up", ("Is the right hand higher than the left?", "Is the left hand lower?", "Is the raised arm straight?",
                      "Is the arm straight at the highest point?", "Is the right arm fully extended?"), "yes"),
        ("right up", ("Is the left hand higher?", "Is the right hand not higher than the left?"), "no"),
        ("point", ("Is the arm straight?", "Is the pointing arm stretched out?"), "yes"),
        ("salute", ("Is the arm straight at the highest point?", "Is the raised arm straight?"), "no"),
        ("salute", ("Which elbow bends more?", "Is the left or the right elbow bent more?"), "the right elbow"),
        ("salute", ("Does the right elbow bend more than the left?",), "yes"),
        ("salute", ("Does the left arm bend more?",), "no"),
        ("circles", ("Which elbow bends more?",), "both elbows bend about as far"),
        ("quarter turn", ("Does she turn 90 degrees?", "Does he turn by about 90 degrees?"), "yes"),
        ("quarter turn", ("Does she turn 180 degrees?", "Does the person rotate by 45 degrees?"), "no"),
        ("half turn", ("Is he facing the camera or away from it at the end?",), "away from the camera"),
        ("whole turn", ("Is the person facing the camera again at the end?",), "yes"),
        ("claps", ("Do her hands come into contact?", "Do the hands clap together?"), "yes"),
        ("small", ("Is the left person taller or the right one?", "Who of the two is taller?"), "the person on the right"),
        ("salute", ("Which elbow has the smaller angle?",), "the right elbow"),
        ("walk", ("Which foot is the first to move?", "Which foot leads?"), "the right foot"),
        ("small", ("Who is taller?", "Which person is bigger?", "Which of them is the tallest?"), "the person on the right"),
        ("small", ("Who is smaller?",), "the person on the left"),
        ("small", ("Is the person on the right taller than the person on the left?", "Is the left one shorter?"), "yes"),
        ("small", ("Is the person on the left taller?", "Are they equally tall?"), "no"),
        ("alike", ("Are they equally tall?", "Are both of them the same height?"), "yes"),
        ("alike", ("Who is taller?",), "both are about as tall"),
        ("lunge", ("Which foot steps first?", "Which foot takes the first step?"), "the left foot"),
        ("walk", ("Which leg does the person start with?",), "the right leg"),
        ("walk", ("Does the right foot step first?", "Does he start walking with the right foot?"), "yes"),
        ("walk", ("Does the person start with the left foot?",), "no"),
        ("still", ("Which foot steps first?", "How long is the step?", "When does she land?", "How long is the hand at the mouth?"), REFUSAL),
        ("hops", ("When is the fourth jump?", "When does she land after the fifth jump?"), REFUSAL),
    ],
)  # fmt: skip
def test_a_particular(ask, clips, clip, questions, answer):
    assert {question: ask(clips[clip], question) for question in questions} == dict.fromkeys(questions, answer)


def test_what_is_measured_is_no_guess():
    for question in (
        "Which way does she face at the end?",
        "How long is the hand at the mouth?",
        "Do the hands touch?",
    ):
        assert caution_of(question, "an answer") is None


def test_each_jump_has_its_time_and_its_landing(ask, clips):
    first, second, third = flights(people_tracks(clips["hops"])[0])
    assert ask(clips["hops"], "When is the second jump?") == f"from {second[0]:.1f} to {second[1]:.1f} s"
    assert ask(clips["hops"], "When does he land after the first jump?") == f"at {first[1]:.1f} s"
    assert ask(clips["hops"], "When does the person land?") == "; ".join(
        f"at {one[1]:.1f} s" for one in (first, second, third)
    )
    assert ask(clips["hops"], "When is the 2nd jump?") == ask(clips["hops"], "When is the second jump?")
    assert ask(clips["hops"], "How many centimetres does she jump?") == ask(clips["hops"], "How high does she jump?")
    assert abs(second[0] - first[0] - 1.5) < 0.05 and 0.2 < first[2] < 0.35
    assert ask(clips["hops"], "What is the height of the jump?") == ask(clips["hops"], "How high does she jump?")


def test_how_long_a_hand_is_at_the_head(ask, clips):
    ((start, end),) = particulars.hand_at_head(people_tracks(clips["salute"])[0])
    assert 1.3 < end - start < 2.2
    for question in ("How long is the hand at the head?", "For how long does he hold the hand at the forehead?"):
        assert ask(clips["salute"], question) == f"{end - start:.1f} s, from {start:.1f} to {end:.1f} s"
    assert ask(clips["salute"], "When does the hand leave the head?") == f"at {end:.1f} s"


def test_who_gets_up_circles_no_arm():
    for action in ("stand up", "sit down", "bow", "jog", "walk"):
        tracks = people_tracks(generate(action, seed=3))[0]
        assert [particulars.circling(tracks, side) for side in ("left", "right")] == [None, None], action


def test_a_lunge_has_a_length(ask, clips):
    gap = particulars.feet_gap(people_tracks(clips["lunge"])[0])
    assert 0.75 < gap < 0.9
    answers = {
        ask(clips["lunge"], question)
        for question in (
            "How long is the step?",
            "How far does she lunge?",
            "How far apart are the feet?",
            "What is the step length?",
            "How far forward does he step?",
        )
    }
    assert len(answers) == 1 and answers.pop().endswith(" cm between the feet")


def test_the_speed_of_a_hand_is_that_of_the_one_that_is_used(ask, clips):
    assert ask(clips["right up"], "How fast is the hand?").endswith("m/s (right hand)")
    assert ask(clips["point"], "How fast does the hand move?").endswith("m/s (left hand)")


def test_what_the_caption_names_is_not_denied(ask):
    bends = generate("side bend", seed=9149)
    assert "bends" in ask(bends, "Describe what happens in the clip.")
    assert ask(bends, "Does the person bend?") == ask(bends, "Is he bending?") == "yes"
    assert ask(bends, "Is the person throwing something?") == "no"
