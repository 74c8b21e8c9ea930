"""Labels that differ in what the skeleton shows."""

import numpy as np
import pytest

from skeletonllm_hf import load
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.scorers.measured import MeasuredScorer, gait_of, sense_of, sweep_of
from skeletonllm_hf.synthetic import MotionOptions, generate, variants

ROUND_AND_ACROSS = {
    "swipe left": "swipe to the left",
    "swipe right": "swipe to the right",
    "draw circle clockwise": "draw circle clockwise",
    "draw circle counter clockwise": "draw circle counterclockwise",
}


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.mark.parametrize(
    ("label", "gait"),
    [
        ("walk", "walk"), ("Walking slowly", "walk"), ("A person walks forward.", "walk"), ("walk turn left", "walk"), ("strolling", "walk"), ("hike", "walk"),
        ("running", "run"), ("jogging", "run"), ("Please jog in a circle", "run"), ("sprints", "run"), ("dash", "run"),
        ("run on the spot", None), ("walk and wave", None), ("run then jump", None), ("walk on the hands", None), ("wave", None),
        ("runners", None), ("sit down", None),
    ],
)  # fmt: skip
def test_labels_of_one_gait(label, gait):
    assert gait_of(label) == gait


def test_gait_decides_between_labels_of_walking_and_running(answerer):
    fast, jog = (generate(name, seed=9003) for name in ("walk fast", "jog"))
    recognizer = Recognizer(answerer.model, answerer.processor, ["walk", "run", "wave"])
    assert [type(scorer).__name__ for scorer in recognizer.scorers] == [
        "EmbeddingScorer",
        "EmbeddingScorer",
        "MeasuredScorer",
        "LikelihoodScorer",
    ]
    assert recognizer(fast).label == "walk" and recognizer(jog).label == "run"
    others = Recognizer(answerer.model, answerer.processor, ["walk", "wave"])
    assert not any(scorer.aspects for scorer in others.scorers if isinstance(scorer, MeasuredScorer))


def test_nothing_is_held_against_labels_where_no_gait_is_measured():
    scorer = MeasuredScorer()
    scorer.prepare(["walk", "run", "wave"], None)
    flat = generate("walk", seed=4)
    flat = flat.replace(joints=np.ascontiguousarray(flat.joints[..., :2]))
    wave, handshake, walk = generate("wave", seed=4), generate("handshake", seed=4), generate("walk", seed=4)
    assert scorer.scores([flat, wave, handshake, walk]).tolist() == [[0, 0, 0]] * 3 + [[0, -25, 0]]


@pytest.mark.parametrize(
    ("label", "sense", "sweep"),
    [
        ("draw circle (clockwise)", "clockwise", None), ("Draw a circle counter-clockwise", "counterclockwise", None),
        ("anticlockwise arm circles", "counterclockwise", None), ("walk in a circle clockwise", None, None),
        ("swipe left", None, "left"), ("Swipe to the right with the left hand", None, "right"), ("left swipe", None, "left"),
        ("right_hand_swipe_left", None, "left"), ("swipe with the left hand", None, None), ("push right", None, "right"),
        ("step right and push", None, None), ("swipe left and right", None, None), ("wave left hand", None, None), ("clap", None, None),
    ],
)  # fmt: skip
def test_labels_that_say_which_way_round_and_to_which_side(label, sense, sweep):
    assert (sense_of(label), sweep_of(label)) == (sense, sweep)


def test_which_way_round_and_to_which_side_is_measured(answerer):
    labels, known = list(ROUND_AND_ACROSS), variants()
    recognizer = Recognizer(answerer.model, answerer.processor, labels)
    for label, name in ROUND_AND_ACROSS.items():
        for take, layout in enumerate(("kinect_v2", "kinect_v1", "coco_17", "smpl_22")):
            options = known[name].options(take, MotionOptions())
            clip = generate(known[name].action, seed=70_000 + take, layout=layout, options=options)
            assert recognizer(clip).label == label
