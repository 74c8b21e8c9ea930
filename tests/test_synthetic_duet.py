"""Interactions as data: places that two bodies share, and what an entry may not say."""

import dataclasses

import numpy as np
import pytest
from synthetic_points import ALL_POINTS, PointClip

from skeletonllm_hf.synthetic import EXACT, generate_with_truth
from skeletonllm_hf.synthetic.duet import Pair, interaction
from skeletonllm_hf.synthetic.figure import Figure
from skeletonllm_hf.synthetic.performer import Performer

STEADY = dataclasses.replace(EXACT, sway=0.0, side="right")


def pair(first: float = 1.8, second: float = 1.6) -> Pair:
    rng = np.random.default_rng
    people = [Performer(rng(0), rng(1), STEADY, Figure(stature), "neutral", 30.0) for stature in (first, second)]
    for p in people:
        p.settle("standing")
    return Pair(*people)


def world(two: Pair, number: int, place: tuple) -> np.ndarray:
    """A place that a performer sees, in the first's axes in metres."""
    spot, yaw = two.stand(number)
    x, y, z = place
    turned = (np.cos(yaw) * x + np.sin(yaw) * z + spot[0], y, np.cos(yaw) * z - np.sin(yaw) * x + spot[1])
    return np.array(turned) * two.both[number].figure.scale


@pytest.mark.parametrize("yaw", [180, 0, 90, -30])
@pytest.mark.parametrize("lead", [(0.0, 0.0), (1.5, 0.9)])
def test_both_see_one_place(yaw, lead):
    two = pair()
    two.gap, two.aside, two.yaw, two.lead = 0.9, -0.3, np.radians(yaw), list(lead)
    one, other = (world(two, number, two.meet(number, 0.1, 0.7, 0.3)) for number in (0, 1))
    np.testing.assert_allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(one, (0.1 - 0.09, 0.7 * 1.7, 0.27), atol=1e-6)


@pytest.mark.parametrize("number, point", [(0, "left_shoulder"), (1, "nose"), (0, "right_ankle")])
def test_a_touched_point_is_the_others(number, point):
    two = pair()
    seen = two.touch(number, point)
    ahead = two.gap / two.both[number].figure.scale
    share = two.both[1 - number].figure.stature / two.both[number].figure.stature
    assert seen[2] == pytest.approx(ahead, abs=0.15)
    height = {"left_shoulder": 1.4, "nose": 1.58, "right_ankle": 0.08}[point]
    assert seen[1] == pytest.approx(height * share, abs=0.02)
    assert np.sign(seen[0]) == {"left_shoulder": -1, "nose": 0, "right_ankle": 1}[point]


def test_who_is_carried_comes_along():
    clip, truth = generate_with_truth("carrying someone on the back", layout=ALL_POINTS, seed=2, options=STEADY)
    points = PointClip(clip)
    away = points("pelvis", 1) - points("pelvis")
    assert np.ptp(points("pelvis")[:, 0]) > 1 and np.ptp(away[:, [0, 2]], axis=0).max() < 0.1
    assert truth.people[0][0].posture == ("standing", "standing") and truth.people[1][0].posture[0] == "sitting"


def test_who_comes_walking_arrives_where_the_other_is():
    clip, _ = generate_with_truth("knocking over", layout=ALL_POINTS, seed=2, options=STEADY)
    points = PointClip(clip)
    gap = np.linalg.norm((points("pelvis") - points("pelvis", 1))[:, [0, 2]], axis=-1)
    assert gap[0] > 1.3 and 0.2 < gap.min() < 0.5


@pytest.mark.parametrize(
    "part, name", [({"keys": [{"s": 0.4, "haed": [1, 0, 0]}]}, "haed"), ({"keys": [{"s": "n"}]}, "n")]
)
def test_a_name_that_is_not_there_is_told_with_the_interaction(part, name):
    with pytest.raises(ValueError, match=rf"'nodding'.*'{name}'"):
        interaction("nodding", {"first": [part]})(pair())
