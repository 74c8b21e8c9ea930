"""Labels that are easily taken for one another."""

import json

import numpy as np
import pytest

from skeletonllm_hf.training import negatives

LABELS = ["draw circle", "draw tick", "sit down", "stand up", "side kick", "forward kick", "hand clap"]


def test_by_text():
    near = negatives.by_text(LABELS, 2)
    assert near["draw circle"][0] == "draw tick" and near["side kick"][0] == "forward kick"
    assert all(label not in others and len(others) == 2 for label, others in near.items())
    assert negatives.by_text(LABELS[::-1], 2) == near
    assert negatives.by_text(["a", "b"], 5) == {"a": ("b",), "b": ("a",)}


def test_from_file_keeps_to_the_labels_seen(tmp_path):
    path = tmp_path / "near.json"
    path.write_text(json.dumps({"sit down": ["stand up", "never seen", "sit down"], "never seen": ["sit down"]}))
    near = negatives.from_file(path, LABELS, 3)
    assert near["sit down"] == ("stand up",)
    assert set(near) == set(LABELS) and near["draw circle"] == negatives.by_text(LABELS, 3)["draw circle"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("[1]", r'expected \{"label"'), ('{"sit down": "stand up"}', r'expected \{"label"'), ("{", "expected JSON"), ('{"x": ["y"]}', "expected labels of the data")],
)  # fmt: skip
def test_files_that_are_refused(tmp_path, text, message):
    path = tmp_path / "near.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"near.json: {message}"):
        negatives.from_file(path, LABELS, 3)


def test_from_likelihoods():
    likelihoods = np.array([[0.0, -1, -5], [0.0, -2, -9], [-9.0, -1, 0]])
    near = negatives.from_likelihoods(likelihoods, ["a", "a", "c"], ["a", "b", "c"], 1)
    assert near["a"] == ("b",) and near["c"] == ("b",)
    assert near["b"] == negatives.by_text(["a", "b", "c"], 1)["b"]
