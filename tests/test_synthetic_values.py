"""Every action, under one seed, as it was: another order of random draws or another pose shows here."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from skeletonllm_hf.synthetic import ACTIONS, EXACT, INTERACTIONS, generate
from skeletonllm_hf.synthetic.choreography import choreography

VALUES = json.loads((Path(__file__).parent / "synthetic_values.json").read_text(encoding="utf-8"))


def measured(name: str) -> list:
    """Frames, mean and spread of a clip's coordinates, and how far the joints travel a frame."""
    joints = generate(name, seed=1).joints.astype(np.float64)
    moves = np.abs(np.diff(joints, axis=0)).mean()
    return [len(joints), *(round(float(value), 5) for value in (joints.mean(), joints.std(), moves))]


def test_every_action_has_its_values_in_the_order_of_the_list():
    assert list(VALUES) == [*ACTIONS, *INTERACTIONS]


@pytest.mark.parametrize("name", VALUES)
def test_a_seed_gives_the_same_motion(name):
    assert measured(name) == pytest.approx(VALUES[name], abs=2e-5)


@pytest.mark.parametrize("value", ["open('x')", "figure.arms", "vary.__self__", "[1 for _ in 'a']", "2 ** 9"])
def test_a_value_is_an_expression_of_few_kinds(value):
    performer = SimpleNamespace(figure=SimpleNamespace(shoulders=1.0, arms=1.0))
    with pytest.raises(ValueError, match="expected numbers, names"):
        choreography("nod", {"keys": [{"s": value}]})(performer)


def test_a_name_that_is_not_there_is_told_with_the_action():
    performer = SimpleNamespace(figure=SimpleNamespace(shoulders=1.0, arms=1.0))
    with pytest.raises(ValueError, match=r"'nod'.*'tallness'"):
        choreography("nod", {"keys": [{"s": 0.4, "head": ["tallness", 0, 0]}]})(performer)


def test_a_walk_may_hold_a_pose_and_have_keys_of_its_own():
    def places(action: str, *names: str) -> list[np.ndarray]:
        clip = generate(action, layout="smpl_22", seed=0, options=EXACT)
        return [clip.joints[:, 0, list(clip.layout.joints).index(name)] for name in names]

    pelvis, head, wrist = places("carry on the head", "pelvis", "head", "left_wrist")
    assert wrist[len(wrist) // 2, 1] > head[len(head) // 2, 1]
    assert np.linalg.norm((pelvis[-1] - pelvis[0])[[0, 2]]) > 0.4
    pelvis, left, right = places("walk the dog", "pelvis", "left_wrist", "right_wrist")
    assert max((hand - pelvis)[:, 1].max() for hand in (left, right)) > 0.15
    assert np.linalg.norm((pelvis[-1] - pelvis[0])[[0, 2]]) > 1.0
