"""Captions of somebody who walks or runs, corrected by what is measured."""

import numpy as np
import pytest

from skeletonllm_hf.answering.gait import with_measured_gait
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


def test_a_figure_that_rises_a_little_the_wrong_way_walks_still():
    clip = generate("walk", seed=9001, options=EXACT)
    body = clip.layout.body
    at = {point: clip.joints[:, 0, body.index(point)] for point in ("pelvis", "left_ankle", "right_ankle")}
    apart = np.linalg.norm((at["left_ankle"] - at["right_ankle"])[:, [0, 2]], axis=1)
    stiff = 0.009 * (apart - apart.mean()) / apart.std() - (at["pelvis"][:, 1] - at["pelvis"][:, 1].mean())
    risen = clip.joints.copy()
    risen[..., 1] += stiff.astype(np.float32)[:, None, None]
    risen = clip.replace(joints=risen)
    assert Measures(risen).speed() > 0.95 and gaits(risen) == {"walk"}
