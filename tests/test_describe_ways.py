"""Ways over the ground that come back to where they began."""

import numpy as np
import pytest

from skeletonllm_hf import load
from skeletonllm_hf.answering.gait import with_measured_gait
from skeletonllm_hf.describe import Measures
from skeletonllm_hf.synthetic import generate


def ways(clip):
    return [(travel.kind, travel.direction) for travel in Measures(clip).facts.travels]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("walk in a figure eight", {("walk", "in a figure eight")}),
        ("walk and turn around", {("walk", "there and back")}),
        ("pace", {("walk", "back and forth"), ("walk", "there and back")}),
        ("walk", {("walk", "forward")}),
        ("walk in a half circle", {("walk", "to the right"), ("walk", "to the left")}),
        ("jog in place", set()),
        ("dance", set()),
        ("turn around", set()),
    ],
)
def test_shapes_of_ways(action, expected):
    found = {way for seed in (7001, 7002, 7003) for way in ways(generate(action, seed=seed))}
    assert found <= expected and bool(found) == bool(expected)


@pytest.mark.parametrize("action", ["walk in a circle", "run in a circle"])
def test_circles_go_to_the_side_on_which_their_middle_lies(action):
    for seed in range(7000, 7006):
        clip = generate(action, seed=seed)
        measures = Measures(clip)
        (travel,) = measures.facts.travels
        tracks = measures.tracks[0]
        path = tracks.points["pelvis"]
        left = float(tracks.axes[len(path) // 4, 0] @ (path.mean(0) - path[len(path) // 4]))
        assert travel.direction == f"in a circle to the {'left' if left > 0 else 'right'}" and travel.comes_back
        length = np.linalg.norm(np.diff(path[:, [0, 2]], axis=0), axis=1).sum()
        assert 0.8 * length < travel.distance <= length and travel.steps > 3


def test_captions_take_the_shape_of_a_way():
    circle = generate("walk in a circle", seed=7001)
    direction = ways(circle)[0][1]
    for caption in ("A person walks in a figure eight.", "A person walks forward.", "A person walks in a circle."):
        assert with_measured_gait(caption, circle) == f"A person walks {direction}."
    for caption in ("A person walks in a square.", "A person first walks forward, then sits down."):
        assert with_measured_gait(caption, circle) == caption
    for name in ("walk in a figure eight", "walk", "walk turning left", "walk forward"):
        assert with_measured_gait(name, circle) == "walk in a circle"
    assert with_measured_gait("walk with crutches", circle) == "walk with crutches"
    straight = generate("walk", seed=7001)
    assert with_measured_gait("A person walks in a figure eight.", straight) == "A person walks in a figure eight."


def test_questions_about_round_ways():
    answerer = load()
    circle, straight = generate("walk in a circle", seed=7001), generate("walk", seed=7001)
    side = ways(circle)[0][1].split()[-1]
    other = "left" if side == "right" else "right"
    answers = {
        "Does the person walk in a circle?": ("yes", "no"),
        f"Does she walk in a circle to the {side}?": ("yes", "no"),
        f"Does she walk in a circle to the {other}?": ("no", "no"),
        "Does he come back to where he started?": ("yes", "no"),
        "Does the person return to the starting point?": ("yes", "no"),
        "Is the person walking?": ("yes", "yes"),
        "What is the person doing?": ("walk in a circle", "walk"),
    }
    for question, expected in answers.items():
        assert (answerer.ask(circle, question), answerer.ask(straight, question)) == expected, question
    assert answerer.ask(circle, "In which direction does the person walk?").startswith(f"in a circle to the {side}")
