"""Every action, under one seed, as it was: another order of random draws or another pose shows here."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, generate
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
