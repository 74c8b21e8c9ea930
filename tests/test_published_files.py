"""What files that leave the machine say of themselves: exports, cards, recognition without the package."""

import importlib.util
import json

import pytest
from huggingface_hub import ModelCard
from safetensors import safe_open
from tiny_internvl import tiny_internvl

from skeletonllm_hf.conversion import export_plain, to_internvl_chat
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.hub.card import model_card
from skeletonllm_hf.synthetic import generate


def test_an_export_names_the_classes_of_its_parts(tmp_path):
    export_plain(*tiny_internvl(), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["text_config"]["architectures"] == ["Qwen2ForCausalLM"]
    assert config["vision_config"]["architectures"] == ["InternVLVisionModel"]
    video = json.loads((tmp_path / "video_preprocessor_config.json").read_text())
    assert video["video_processor_type"] == "InternVLVideoProcessor" and video["size"] == {"height": 56, "width": 56}


@pytest.mark.parametrize("renderer", [True, False])
def test_internvl_chat_with_the_renderer_or_without(tmp_path, renderer):
    model, processor = tiny_internvl()
    for part in (model, processor):
        part.save_pretrained(tmp_path / "ours")
    to_internvl_chat(tmp_path / "ours", tmp_path / "theirs", renderer=renderer)
    with safe_open(tmp_path / "theirs" / "model.safetensors", framework="numpy") as file:
        names = list(file.keys())
    assert any("_renderer" in name for name in names) == renderer and any("vision_model" in name for name in names)


def test_the_hub_reads_the_scores_of_a_card():
    rows = [{"data": "NTU 60", "metric": "accuracy", "value": 51.5, "command": "skeletonllm evaluate"}]
    (result,) = ModelCard(model_card(FOLDER, rows, repo_id="ann/waves", licence="apache-2.0")).data.eval_results
    assert (result.dataset_name, result.metric_type, result.metric_value) == ("NTU 60", "accuracy", 51.5)
    assert ModelCard(model_card(FOLDER, repo_id="ann/waves")).data.eval_results is None


def test_recognition_without_the_package_says_what_is_lacking(tiny, monkeypatch):
    model, processor = tiny
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    clip, labels = generate("bow", seed=1), ["walk", "bow"]
    assert not any("sentence encoder" in text for text in model.recognize(processor, clip, labels).warnings)
    model.config.alignment_size = 32
    assert any("sentence encoder" in text for text in model.recognize(processor, clip, labels).warnings)
