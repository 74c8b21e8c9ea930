"""A trained nano, put where `load_default` looks: what is copied, what it is called, what the card says."""

import json
import shutil

import pytest
from huggingface_hub import ModelCard

from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.training.bundle import KEPT, bundle

FLOORS = {
    "rows": [
        {"test": "one", "floor": "80 %", "value": 81.25, "interval": [70.0, 90.0], "passed": True, "note": "9 clips"},
        {"test": "two", "floor": "55 %", "value": None, "interval": None, "passed": None, "note": "no such model"},
    ]
}


@pytest.fixture
def run(tmp_path):
    final = tmp_path / "run" / "final"
    final.mkdir(parents=True)
    for name in KEPT:
        shutil.copyfile(FOLDER / name, final / name)
    config = json.loads((final / "config.json").read_text())
    taught = {"taught_labels": ["baseball pitch", "high arm wave", "high wave", "polka", "pushup", "push-up", "walk"]}
    (final / "config.json").write_text(json.dumps(config | taught | {"auto_map": {"AutoModel": "a.B"}}))
    return tmp_path / "run"


def test_what_the_package_loads(run, tmp_path):
    out = tmp_path / "nano"
    bundle(run, FLOORS, "    train it --seed 3\n", out)
    assert {path.name for path in out.iterdir()} == {*KEPT, "labels.json", "README.md"}
    assert (out / "model.safetensors").read_bytes() == (FOLDER / "model.safetensors").read_bytes()
    assert "auto_map" not in json.loads((out / "config.json").read_text())
    labels = json.loads((out / "labels.json").read_text())
    # "high arm wave" is another name of an action that is there, "baseball pitch" of one that training did not give.
    assert labels == ["baseball pitch", "high wave", "polka", "push-up", "walk"]


def test_a_run_without_taught_labels_is_refused(run, tmp_path):
    config = json.loads((run / "final" / "config.json").read_text())
    (run / "final" / "config.json").write_text(json.dumps(config | {"taught_labels": []}))
    with pytest.raises(ValueError, match=r"config\.json: expected taught_labels, got none"):
        bundle(run, FLOORS, "", tmp_path / "nano")


def test_the_card_says_what_was_measured_and_how_it_was_made(run, tmp_path):
    bundle(run, FLOORS, "    train it --seed 3\n", tmp_path / "nano")
    card = (tmp_path / "nano" / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlicense: apache-2.0\n") and "{" not in card
    assert "| one | 80 % | 81.2 (70.0 to 90.0) | yes | 9 clips |" in card and "1 of 2 reached." in card
    assert "| not measured | no such model |" in card and "\n    train it --seed 3\n" in card
    assert "9.0 million" in card
    (result,) = ModelCard(card).data.eval_results
    assert (result.dataset_name, result.metric_value, result.task_type) == ("one", 81.2, "image-text-to-text")
