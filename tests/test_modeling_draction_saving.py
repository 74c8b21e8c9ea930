"""Saving and loading the renderer: the same bits again, float32 geometry, no missing tensors."""

import hashlib
import subprocess

import pytest
import torch
from huggingface_hub.errors import StrictDataclassError
from preloaded import python
from rendering import make_clip, make_model
from safetensors.torch import load_file, save_file

from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.modeling_draction import DrActionModel

CONFIGS = [{}, {"temporal": True}, {"modulator": False}, {"appearance": "fixed", "camera": "published"}]


@torch.no_grad()
def render(model):
    return model(**make_clip(people=2)).frames


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_round_trip_gives_the_same_bits(config, tmp_path):
    model = make_model(**config)
    with torch.no_grad():
        model.bank_offsets.normal_(0, 0.01)  # buffers too are what was saved, not what would be made anew
        model.bank_scales.mul_(1.5)
    model.save_pretrained(tmp_path)
    again = DrActionModel.from_pretrained(tmp_path)
    assert not again.training
    before, after = model.state_dict(), again.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(render(model), render(again))
    assert again.config.to_dict() | {"_name_or_path": ""} == model.config.to_dict() | {
        "_name_or_path": "", "dtype": "float32", "architectures": ["DrActionModel"]
    }  # fmt: skip


FRESH = """
import hashlib, sys
sys.path.insert(0, sys.argv[2])
import torch
from rendering import make_clip
from skeletonllm_hf.model.modeling_draction import DrActionModel
with torch.no_grad():
    frames = DrActionModel.from_pretrained(sys.argv[1])(**make_clip(people=2)).frames
print(hashlib.sha256(frames.numpy().tobytes()).hexdigest())
"""


def test_a_fresh_process_gives_the_same_bits(tmp_path, request):
    model = make_model(temporal=True)
    model.save_pretrained(tmp_path)
    command = [python(transformers=True), "-c", FRESH, str(tmp_path), str(request.path.parent)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == hashlib.sha256(render(model).numpy().tobytes()).hexdigest()


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_half_precision_loading_keeps_geometry_and_renderer_in_float32(config, tmp_path):
    model = make_model(**config)
    model.save_pretrained(tmp_path)
    half = DrActionModel.from_pretrained(tmp_path, dtype=torch.bfloat16)
    assert {x.dtype for x in half.state_dict().values()} == {torch.float32, torch.int64}
    assert torch.equal(render(half), render(model))


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_autocast_gives_the_same_bits(config):
    model = make_model(**config)
    expected = render(model)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        frames = render(model)
    assert frames.dtype == torch.float32 and torch.equal(frames, expected)


def test_a_model_cast_by_hand_renders_the_same():
    model = make_model(temporal=True)
    expected = render(model)
    cast = model.to(torch.bfloat16)
    assert torch.equal(render(cast), expected)
    assert {p.dtype for p in cast.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    "change, kind, name",
    [
        (lambda weights: weights.pop("features"), "missing_keys", "features"),
        (lambda weights: weights.pop("bank_blends"), "missing_keys", "bank_blends"),
        (lambda weights: weights.pop("modulator.2.bias"), "missing_keys", r"modulator\.2\.bias"),
        (lambda weights: weights.update(surplus=torch.zeros(2)), "unexpected_keys", "surplus"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(change, kind, name, tmp_path):
    make_model().save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    change(weights)
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=f"weights do not fit the model.*{kind}.*{name}"):
        DrActionModel.from_pretrained(tmp_path)


def test_weights_of_another_shape_are_refused(tmp_path):
    make_model().save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["features"] = torch.zeros(72, 3)
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises((ValueError, RuntimeError), match=r"features|mismatch"):
        DrActionModel.from_pretrained(tmp_path)


def test_loading_info_is_there_for_those_who_ask(tmp_path):
    make_model().save_pretrained(tmp_path)
    model, info = DrActionModel.from_pretrained(tmp_path, output_loading_info=True)
    assert isinstance(model, DrActionModel) and not info["missing_keys"]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"camera": "drone"}, "camera: expected one of"),
        ({"appearance": "pretty"}, "appearance: expected one of"),
        ({"margin": 0.0}, "margin"),
        ({"margin": 1.5}, "margin"),
        ({"field_of_view": 180.0}, "field_of_view"),
        ({"distance": -1.0}, "distance"),
        ({"image_size": 0}, "image_size: expected at least 1, got 0"),
        ({"num_frames": 0}, "num_frames"),
        ({"feature_size": 0}, "feature_size"),
        ({"hidden_size": 0}, "hidden_size"),
        ({"joint_radius": 0.0}, "joint_radius: expected a positive number of metres"),
        ({"bone_radius": float("inf")}, "bone_radius"),
        ({"spacing": -0.1}, "spacing"),
        ({"bank_samples": -1}, "bank_samples: expected 0 or more, got -1"),
        ({"image_size": "big"}, "image_size"),
    ],
)
def test_configurations_that_make_no_sense_are_refused(change, message):
    with pytest.raises(StrictDataclassError, match=message):  # the library's word for a bad configuration
        DrActionConfig(**change)


def test_other_banks():
    for change in (
        {"bank_samples": 0},
        {"bank_layout": "smpl_22"},
        {"feature_size": 2},
        {"feature_size": 8},
        {"hidden_size": 5},
    ):
        model = make_model(**change)
        layout = model.config.bank_layout
        with torch.no_grad():
            assert model(**make_clip(layout)).frames.amax() > 0.05
    with pytest.raises(ValueError, match="unknown layout 'sofa'"):
        make_model(bank_layout="sofa")
