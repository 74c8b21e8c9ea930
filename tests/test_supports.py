"""Questions about what carries somebody: the foot that hops, the knee on the ground, the spot on which they march, turn or bend."""

import numpy as np
import pytest
from looking_once import looking_once  # noqa: F401 - a fixture
from made_people import FPS, HANGING, ankles, hops, made, reach, standing, there_and_back, turned, with_feet

from skeletonllm_hf.model.prompts import REFUSAL


def hops_on(side):
    clip = hops(3)
    joints, at = np.array(clip.joints), clip.layout.joints.index
    feet = ankles(joints, at)
    feet["left" if side == "right" else "right"] += (0, 0.3, -0.1)
    with_feet(joints, at, feet)
    return made(clip, joints)


def kneels_on(side):
    clip, joints, at = standing(4)
    share = np.interp(np.arange(len(joints)) / len(joints), [0.2, 0.4], [0, 1])[:, None]
    feet = ankles(joints, at)
    hip = joints[:, 0, at("pelvis"), 1].min() - joints[:, 0, at("left_ankle"), 1].min()
    joints[:, 0] -= share[:, None] * (0, hip - 0.42, 0)
    with_feet(joints, at, {one: foot + share * (0, 0, -0.42 if one == side else 0.42) for one, foot in feet.items()})
    return made(clip, joints)


def marches(steps):
    clip, joints, at = standing(0.6 * steps + 1)
    times = np.arange(len(joints)) / FPS - 0.5
    inside, number = times % 0.6 / 0.6, times // 0.6
    up = np.where((times > 0) & (number < steps), 4 * inside * (1 - inside), 0)
    feet = ankles(joints, at)
    for place, one in enumerate(("left", "right")):
        feet[one] += (up * (number % 2 == place))[:, None] * (0, 0.3, 0.15)
    with_feet(joints, at, feet)
    return made(clip, joints)


def puts_down(side):
    """Bends over and gets one hand to the ground, the other one is kept at the hip."""
    clip, joints, at = standing(4)
    share = there_and_back(len(joints), (0, 0, 0), (1, 0, 0))[:, :1]
    angle, hips = 1.3 * share, joints[:, 0, at("pelvis")].copy()
    cos, sin = np.cos(angle), np.sin(angle)
    for name in clip.layout.joints:
        if not any(part in name for part in ("hip", "knee", "ankle", "foot", "pelvis")):
            x, y, z = (joints[:, 0, at(name)] - hips).T[..., None]
            joints[:, 0, at(name)] = hips + np.hstack([x, y * cos - z * sin, y * sin + z * cos])
    joints[:, 0] -= share[:, None] * (0, 0.25, 0)
    feet = {one: joints[:1, 0, at(f"{one}_ankle")].repeat(len(joints), 0) for one in ("left", "right")}
    with_feet(joints, at, feet)
    for one in ("left", "right"):
        reach(joints, at, one, np.tile(HANGING, (len(joints), 1)) if one == side else (1 - share) * HANGING + share * (0.1, -0.1, -0.3))  # fmt: skip
    return made(clip, joints)


def sidles(metres):
    """Goes sideways and back without a step to the front."""
    clip, joints, _ = standing(6)
    joints[..., 0] += there_and_back(len(joints), (0, 0, 0), (metres, 0, 0))[:, :1, None]
    return made(clip, joints)


def elbow_to_knee():
    """Lifts the right knee, to which the left elbow goes."""
    clip, joints, at = standing(4)
    share = there_and_back(len(joints), (0, 0, 0), (1, 0, 0))[:, :1]
    feet = ankles(joints, at)
    feet["right"] += share * (0, 0.55, 0.25)
    with_feet(joints, at, feet)
    way = joints[:, 0, at("right_knee")] + (0, 0.08, 0) - joints[:, 0, at("left_elbow")]
    for name in ("left_elbow", "left_wrist"):
        joints[:, 0, at(name)] += share * way
    return made(clip, joints)


@pytest.fixture(scope="module")
def clips():
    return {
        "hops on the right": hops_on("right"),
        "hops": hops(2),
        "kneels": kneels_on("left"),
        "marches": marches(6),
        "turns": turned(720),
        "turns once": turned(360),
        "elbow to knee": elbow_to_knee(),
        "puts down": puts_down("right"),
        "sidles": sidles(-1.2),
    }


@pytest.mark.parametrize(
    ("clip", "questions", "answer"),
    [
        ("hops on the right", ("Which leg is he hopping on?", "On which leg does she hop?"), "the right leg"),
        ("hops on the right", ("Is he jumping on both feet?", "Is she hopping on her left foot?"), "no"),
        ("hops", ("Does he jump with both feet?",), "yes"),
        ("kneels", ("Which knee is on the floor?",), "the left knee"),
        ("kneels", ("Is he kneeling or squatting?",), "kneeling"),
        ("kneels", ("Is the right knee on the ground?", "Is he standing on both feet?"), "no"),
        ("marches", ("Is she marching on the spot?",), "yes"),
        ("marches", ("Which knee is on the floor?", "Which leg is he hopping on?"), REFUSAL),
        ("turns", ("How many full turns does he do?", "How many times does he spin around?"), "two"),
        ("turns once", ("Half turn or full turn?", "Does she make a quarter turn or a full turn?"), "a full turn"),
        (
            "sidles",
            ("Which way did she step first, left or right?", "Which direction does he move first?"),
            "to the right",
        ),
        ("sidles", ("Does she end where she started?", "Did she step to the right first?"), "yes"),
        (
            "elbow to knee",
            ("Which elbow goes to the knee?", "Which elbow touches the opposite knee?"),
            "the left elbow",
        ),
        ("elbow to knee", ("Does an elbow meet the opposite knee?",), "yes"),
        ("puts down", ("Which elbow goes to the knee?",), REFUSAL),
        ("puts down", ("Did he put it down with the left hand?",), "no"),
        ("puts down", ("Which hand puts the thing down?", "Which hand is used?"), "the right hand"),
    ],
)
def test_what_carries_somebody(ask, clips, clip, questions, answer):
    assert {question: ask(clips[clip], question) for question in questions} == dict.fromkeys(questions, answer)
