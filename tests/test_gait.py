"""Captions of somebody who walks or runs, corrected by what is measured."""

import numpy as np
import pytest

from skeletonllm_hf import load
from skeletonllm_hf.answering.gait import with_measured_gait
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.scorers.gait import GaitScorer, gait_of
from skeletonllm_hf.describe import Measures
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def clips():
    return {name: generate(name, seed=4, options=EXACT) for name in ("walk", "run", "walk turn left", "squat")}


def test_the_clips_are_what_they_are_taken_for(clips):
    turns = {name: len(Measures(clip).facts.turns) for name, clip in clips.items()}
    assert turns == {"walk": 0, "run": 0, "walk turn left": 1, "squat": 0}


@pytest.mark.parametrize(
    ("clip", "caption", "corrected"),
    [
        ("walk", "A person turns left and walks forward.", "A person walks forward."),
        ("walk", "A person walks in a curve to the left.", "A person walks forward."),
        ("walk", "A person walks in an arc to the right.", "A person walks forward."),
        ("walk", "A person walks and turns right.", "A person walks forward."),
        ("run", "A person turns right and walks forward.", "A person runs forward."),
        ("run", "A person jogs forward.", "A person jogs forward."),
        ("walk", "A person jogs forward.", "A person walks forward."),
        ("walk turn left", "A person walks in a curve to the left.", "A person walks in a curve to the left."),
        ("squat", "A person turns left and walks forward.", "A person turns left and walks forward."),
    ],
)
def test_a_turn_that_is_not_made_is_left_out_and_a_run_is_no_walk(clips, clip, caption, corrected):
    assert with_measured_gait(caption, clips[clip]) == corrected


def gaits(clip):
    return {travel.kind for travel in Measures(clip).facts.travels}


@pytest.mark.parametrize(
    ("action", "gait"),
    [
        ("jog", "run"),
        ("run", "run"),
        ("run backward", "run"),
        ("walk", "walk"),
        ("walk fast", "walk"),
        ("march forward", "walk"),
    ],
)
def test_who_bounces_runs_at_any_speed_and_on_any_floor(action, gait):
    for seed in range(9000, 9008):
        clip = generate(action, seed=seed)
        assert gaits(clip) == {gait}
        slope = clip.joints + np.float32([0, 0.25, 0]) * clip.joints[..., 2:]  # as a sensor shows it that looks down
        assert gaits(clip.replace(joints=slope)) == {gait}


@pytest.mark.parametrize(
    ("label", "gait"),
    [
        ("walk", "walk"), ("Walking slowly", "walk"), ("A person walks forward.", "walk"), ("walk turn left", "walk"),
        ("running", "run"), ("jogging", "run"), ("Please jog in a circle", "run"), ("sprints", "run"), ("dash", "run"),
        ("run on the spot", None), ("walk and wave", None), ("run then jump", None), ("walk on the hands", None), ("wave", None),
        ("runners", None), ("sit down", None),
    ],
)  # fmt: skip
def test_labels_of_one_gait(label, gait):
    assert gait_of(label) == gait


def test_gait_decides_between_labels_of_walking_and_running():
    answerer = load()
    fast, jog = (generate(name, seed=9003) for name in ("walk fast", "jog"))
    recognizer = Recognizer(answerer.model, answerer.processor, ["walk", "run", "wave"])
    assert [type(scorer).__name__ for scorer in recognizer.scorers] == [
        "EmbeddingScorer",
        "GaitScorer",
        "LikelihoodScorer",
    ]
    assert recognizer(fast).label == "walk" and recognizer(jog).label == "run"
    others = Recognizer(answerer.model, answerer.processor, ["walk", "wave"])
    assert not any(isinstance(scorer, GaitScorer) for scorer in others.scorers)


def test_nothing_is_held_against_labels_where_no_gait_is_measured():
    scorer = GaitScorer()
    scorer.prepare(["walk", "run", "wave"], None)
    flat = generate("walk", seed=4)
    flat = flat.replace(joints=np.ascontiguousarray(flat.joints[..., :2]))
    wave, handshake, walk = generate("wave", seed=4), generate("handshake", seed=4), generate("walk", seed=4)
    assert scorer.scores([flat, wave, handshake, walk]).tolist() == [[0, 0, 0]] * 3 + [[0, -25, 0]]
