"""Questions about how a movement is carried out: how deep, how wide, how far an arm is raised, how even steps are, how long somebody lies."""

import numpy as np
import pytest
from looking_once import looking_once  # noqa: F401 - a fixture
from made_people import FPS, arm_to, legs, made, standing, turned, two, with_feet

from skeletonllm_hf.describe import Measures, form
from skeletonllm_hf.describe.body_paths import people_tracks
from skeletonllm_hf.describe.sentences import metres
from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.synthetic import EXACT, generate


def walk(ahead, steps=10, half=0.5):
    """Walks forward; `ahead` is how far each foot is put before the other: left, right."""
    clip, joints, at = standing(steps * half)
    phase = np.arange(len(joints)) / FPS / half
    step, share = np.floor(phase).astype(int), (1 - np.cos(np.pi * (phase % 1))) / 2
    places = [0.0, 0.0]
    for number in range(steps):
        places.append(places[-1] + ahead[number % 2])
    places = np.array(places)
    feet, start = {}, {side: joints[:, 0, at(f"{side}_ankle")].copy() for side in ("left", "right")}
    for number, side in enumerate(("left", "right")):
        own = step % 2 == number
        z = np.where(own, places[step] + share * (places[step + 2] - places[step]), places[step + 1])
        feet[side] = start[side] + np.stack([0 * z, 0.05 * np.sin(np.pi * (phase % 1)) * own, z], axis=1)
    middle = (feet["left"][:, 2] + feet["right"][:, 2]) / 2
    joints[..., 2] += middle[:, None, None]
    with_feet(joints, at, feet)
    return made(clip, joints)


@pytest.fixture(scope="module")
def clips():
    return {
        "squats": legs([""] * 3, hips=0.4), "shallow": legs([""] * 2, hips=0.2), "whole turn": turned(360), "half turn": turned(180),
        "right up": arm_to((0.06, 0.53, 0.05)), "still": made(*standing(2)[:2]), "fall": generate("fall backward", seed=4, options=EXACT),
        "even": walk((0.6, 0.6)), "uneven": walk((0.75, 0.35)), "walk": generate("walk", seed=20, options=EXACT),
        "jacks": generate("star jump", seed=2, options=EXACT),
        "kick": generate("forward kick", seed=5, options=EXACT),
        "march": generate("march", seed=21, options=EXACT), "bow": generate("bow", seed=23, options=EXACT), "hug": generate("hug", seed=12, options=EXACT),
        "one leg": generate("stand on one leg", seed=22, options=EXACT), "arm circles": generate("arm circles", seed=24, options=EXACT),
        "apart": two(1.0, 1.0), "stand up": generate("stand up", seed=15, options=EXACT),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clip", "questions", "answer"),
    [
        ("squats", ("Which squat is the deepest?", "In which squat does she go lowest?", "Which of the squats is the shallowest?"), "all are about as deep"),
        ("squats", ("Do the squats get shallower?", "Do his squats get deeper over time?"), "no"),
        ("still", ("How deep are the squats?", "Which squat is the deepest?", "How wide are the steps?", "How long is she on the floor?"), REFUSAL),
        ("shallow", ("Are the thighs parallel to the floor?", "Does the squat reach parallel?"), "no"),
        ("whole turn", ("Does she face the same way at the end?", "Does he end up facing the same direction as before?"), "yes"),
        ("whole turn", ("Does she face the other way at the end?",), "no"),
        ("half turn", ("Does she face the same way at the end?",), "no"),
        ("half turn", ("How many turns?", "How many turns does she make?"), "one: to the left by about 180 degrees"),
        ("still", ("Are the arms down?", "Are her arms hanging at her sides?", "Is the left arm still?"), "yes"),
        ("right up", ("Are the arms down?", "Is the right arm still?"), "no"),
        ("right up", ("Is the left arm still?", "Is the left arm down?", "Does he keep the left hand still?"), "yes"),
        ("even", ("Is the gait symmetric?", "Are the steps even?", "Does he walk evenly?"), "yes"),
        ("even", ("Is the gait asymmetric?",), "no"),
        ("uneven", ("Is the gait symmetric?", "Is his gait even?"), "no"),
        ("uneven", ("Is the gait asymmetric?", "Is there an asymmetry in the gait?", "Does the person limp?"), "yes"),
        ("uneven", ("Which foot takes longer steps?", "Which leg makes the larger step?"), "the left foot"),
        ("even", ("Which foot takes longer steps?",), "both feet take steps of about the same length"),
        ("walk", ("How many circles does she walk?", "How many laps?", "How many rounds does he make?"), "none"),
        ("walk", ("How many people are there, two or three?", "Is there one person or two?", "One person or two?", "Are there two or three people?"), "one"),
        ("kick", ("Is the kick forward or to the side?",), "forward"),
        ("kick", ("Is the kick to the side or forward?",), "forward"),
        ("march", ("How many steps?", "How many steps does she take?"), "nine"),
        ("march", ("What is the cadence?", "How many steps per minute?"), "about 130 steps per minute"),
        ("hug", ("Are they standing close to each other?", "Do they stand close together?"), "yes"),
        ("hug", ("Are they far apart?",), "no"),
        ("apart", ("Are they far apart?",), "yes"),
        ("apart", ("Do they stand close to each other?",), "no"),
        ("stand up", ("Was he sitting before?", "Was she seated at the start?"), "yes"),
        ("arm circles", ("How many circles?", "How many circles do the arms make?"), "three"),
        ("still", ("How deep is the bow?", "How long can she balance?"), REFUSAL),
        ("kick", ("Does the person clap or sit down?", "Is he waving or sitting down?"), "neither"),
        ("fall", ("Does the person fall backward or squat?",), "fall backward"),
        ("still", ("Is the kick forward or to the side?", "How far does the ball go?", "Do the hips sag?"), REFUSAL),
    ],
)  # fmt: skip
def test_how_it_is_done(ask, clips, clip, questions, answer):
    assert {question: ask(clips[clip], question) for question in questions} == dict.fromkeys(questions, answer)


def test_how_deep_squats_are(ask, clips):
    answer = ask(clips["squats"], "How deep are the squats?")
    assert answer == ask(clips["squats"], "How low does she go in the squat?") == ask(clips["squats"], "What is the depth of her squats?")  # fmt: skip
    hips, knees = answer.split("; ")
    assert hips in ("the hips go down by about 40 cm", "the hips go down by about 35 to 40 cm")
    least = min(Measures(clips["squats"]).angle("knee", side).min() for side in ("left", "right"))
    assert abs(int(knees.removeprefix("the knees bend down to about ").removesuffix(" degrees")) - least) < 4


def test_the_deeper_squat_is_named(ask):
    one, two = legs([""], hips=0.25), legs([""], hips=0.45)
    clip = one.replace(joints=np.concatenate([one.joints, two.joints]), mask=np.concatenate([one.mask, two.mask]))
    assert ask(clip, "Which squat is the deepest?").startswith("the second, about 4")
    assert ask(clip, "Which squat is the shallowest?").startswith("the first, about 2")
    assert ask(clip, "Do the squats get deeper?") == "yes"


def test_how_deep_a_bow_is(ask, clips):
    leans = Measures(clips["bow"]).tilt()
    for question in ("How deep is the bow?", "How far does he lean forward?", "How low does she bow?"):
        answer = ask(clips["bow"], question)
        assert abs(int(answer.split()[3]) - leans) <= 3, answer


def test_how_long_somebody_balances(ask, clips):
    side, start, end = Measures(clips["one leg"]).held_up("foot")
    assert side == "right" and end - start > 1
    for question in ("How long can she balance?", "How long is the right foot up?", "How many seconds does he stand on one leg?"):  # fmt: skip
        assert ask(clips["one leg"], question).startswith(f"{end - start:.1f} s, from {start:.1f} to {end:.1f} s"), question  # fmt: skip


def test_degrees_of_a_raised_arm(ask, clips):
    path = form.from_trunk(people_tracks(clips["right up"])[0], "arm", "right")
    assert path.min() < 20 and path.max() > 150
    for question in (
        "What is the shoulder angle?",
        "How many degrees does she raise the arm?",
        "To what angle is the right arm raised?",
        "What is the maximum shoulder abduction?",
    ):
        degrees = int(ask(clips["right up"], question).split()[3])
        assert abs(degrees - path.max()) <= 3, question
    hips = [form.from_trunk(people_tracks(clips["squats"])[0], "thigh", side) for side in ("left", "right")]
    assert min(hip[0] for hip in hips) > 160  # who stands
    degrees = int(ask(clips["squats"], "What is the smallest hip angle?").split()[3])
    assert abs(degrees - min(hip.min() for hip in hips)) <= 3 and degrees < 140


def around(circles, seconds=8.0, radius=1.0):
    """Walks in a circle to the left, the feet by turns before one another."""
    clip, joints, at = standing(seconds)
    share = np.arange(len(joints)) / len(joints)
    angle = 2 * np.pi * circles * share
    swing = 0.3 * np.sin(2 * np.pi * 0.9 * seconds * share)
    for side, sign in (("left", 1), ("right", -1)):
        for part in ("ankle", "knee"):
            joints[:, 0, at(f"{side}_{part}"), 2] += sign * swing * (1 if part == "ankle" else 0.5)
    turn = np.stack([np.cos(angle), 0 * angle, np.sin(angle), 0 * angle, 1 + 0 * angle, 0 * angle, -np.sin(angle), 0 * angle, np.cos(angle)], 1)  # fmt: skip
    joints[:] = np.einsum("tij,tpkj->tpki", turn.reshape(-1, 3, 3), joints - [radius, 0, 0])
    return made(clip, joints)


@pytest.mark.parametrize(("circles", "answer"), [(1.0, "one"), (2.0, "two"), (1.5, "about 1.5")])
def test_a_way_in_circles_is_counted(ask, circles, answer):
    clip = around(circles)
    assert abs(form.rounds(people_tracks(clip)[0]) - circles) < 0.1
    assert ask(clip, "How many circles does she walk?") == answer


def test_a_fall_ends_on_the_ground(ask, clips):
    ((start, end),) = form.on_the_ground(people_tracks(clips["fall"])[0])
    assert ask(clips["fall"], "When does he hit the ground?") == f"at {start:.1f} s"
    assert ask(clips["fall"], "How long does she lie on the floor?") == f"{end - start:.1f} s, from {start:.1f} to {end:.1f} s"  # fmt: skip


def test_widths(ask, clips):
    points = people_tracks(clips["even"])[0].points
    apart = abs(points["left_ankle"][0, 0] - points["right_ankle"][0, 0])
    assert ask(clips["even"], "How wide are the steps?") == f"about {metres(apart)} between the feet"
    swing = form.swing_of_arms(people_tracks(clips["walk"])[0])
    assert ask(clips["walk"], "How far does the left arm swing?") == f"about {metres(swing['left'])} on the left"
    assert 0.1 < swing["left"] < 0.8 and form.swing_of_arms(people_tracks(clips["still"])[0])["left"] < 0.02
    gap = form.spread(people_tracks(clips["jacks"])[0], "ankle")
    assert ask(clips["jacks"], "How wide does she spread her legs?") == f"up to about {metres(gap)} between the feet" and gap > 0.4  # fmt: skip


@pytest.mark.parametrize(("sag", "sags", "straight"), [(0.0, "no", "yes"), (0.25, "yes", "no"), (-0.25, "no", "no")])
def test_hips_of_a_plank(ask, sag, sags, straight):
    clip, joints, at = standing(2)
    joints[..., 1], joints[..., 2] = (
        0.4 - joints[..., 2],
        joints[..., 1].copy(),
    )  # lies face down, head away from the viewer
    joints[:, 0, [at("pelvis"), at("left_hip"), at("right_hip")], 1] -= sag
    clip = made(clip, joints)
    assert ask(clip, "Do the hips sag?") == sags
    assert ask(clip, "Is the body in a straight line?") == straight
