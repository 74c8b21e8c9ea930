"""The whole model: gradients, saving, background left out, generation."""

import copy

import pytest
import torch

from skeletonllm_hf.model import internvl
from skeletonllm_hf.model.configuration_skeletonllm import SkeletonLLMConfig
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.synthetic import generate


@pytest.fixture
def inputs(tiny):
    _, processor = tiny
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    return processor(clips, ["What is the action?", "How many people are there?"], return_tensors="pt")


def test_loss_reaches_joints_and_every_part(tiny, inputs):
    model, _ = tiny
    inputs["joints"].requires_grad_()
    labels = inputs["input_ids"].clone()
    labels[:, :-5] = -100
    model(**inputs, labels=labels).loss.backward()
    joints = inputs["joints"].grad
    assert joints.isfinite().all() and joints[inputs["joint_mask"]].abs().sum() > 0
    assert joints[~inputs["joint_mask"]].abs().sum() == 0
    for part in (
        model.renderer.features,
        model.renderer.modulator[0].weight,
        model.renderer.depth_tint,
        model.mllm.model.vision_tower.encoder.layer[0].mlp.fc1.weight,
        model.mllm.model.multi_modal_projector.linear_1.weight,
        model.mllm.model.language_model.layers[0].mlp.up_proj.weight,
    ):
        assert part.grad.isfinite().all() and part.grad.abs().sum() > 0


def test_round_trip_gives_the_same_logits_to_the_last_bit(tiny, inputs, tmp_path):
    model, _ = tiny
    with torch.no_grad():
        before = model(**inputs).logits
        model.save_pretrained(tmp_path)
        after = SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path).eval()(**inputs).logits
    assert torch.equal(before, after)


def test_missing_and_unexpected_tensors_are_errors(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    model, _ = tiny
    model.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    whole = dict(weights)
    del weights["renderer.features"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"missing_keys.*renderer\.features"):
        SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path)
    save_file(whole | {"renderer.stray": torch.zeros(1)}, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"unexpected_keys.*renderer\.stray"):
        SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path)


def test_half_precision_keeps_the_renderer_in_float32(tiny, tmp_path):
    model, _ = tiny
    model.save_pretrained(tmp_path)
    half = SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path, dtype=torch.bfloat16)
    assert half.renderer.features.dtype == half.renderer.modulator[0].weight.dtype == torch.float32
    assert half.mllm.lm_head.weight.dtype == torch.bfloat16


def test_tokens_are_the_dense_ones_where_nothing_is_dropped(tiny, inputs, monkeypatch):
    model, _ = tiny
    with torch.no_grad():
        frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames
        pixel_values = model.normalize(frames)
        dense = model.family.features(model.mllm, pixel_values)
        whole = internvl.foreground
        monkeypatch.setattr(internvl, "foreground", lambda *args: torch.ones_like(whole(*args)))
        tokens, kept = internvl.foreground_features(model.mllm, pixel_values, frames.flatten(0, 1))
    assert kept.all()
    torch.testing.assert_close(tokens, dense.flatten(0, 1), atol=2e-6, rtol=0)


def test_dropped_groups_show_nothing(tiny, inputs):
    model, _ = tiny
    with torch.no_grad():
        frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames.flatten(0, 1)
        group = 2 * model.config.mllm_config.vision_config.patch_size[0]
        keep = internvl.foreground(frames, group)
    drawn = frames.sum(1).unfold(1, group, group).unfold(2, group, group).sum((-1, -2))
    assert torch.equal(keep, drawn > 0)
    assert 0 < keep.float().mean() < 1


def test_a_prompt_gives_the_same_whatever_else_is_in_the_batch(tiny):
    model, processor = tiny
    clips = [generate("bow", seed=3), generate("pushing", seed=4), generate("walk", layout="coco_17", seed=5)]
    texts = ["What is the action?", "Describe the motion.", "Is the person walking, and with which hand do they wave?"]
    with torch.no_grad():
        together = model(**processor(clips, texts, return_tensors="pt"))
        for row, (clip, text) in enumerate(zip(clips, texts, strict=True)):
            alone = model(**processor(clip, text, return_tensors="pt"))
            torch.testing.assert_close(together.logits[row, -1], alone.logits[0, -1], atol=2e-5, rtol=1e-4)


def test_training_scores_only_what_the_loss_needs(tiny, inputs):
    model, _ = tiny
    labels = inputs["input_ids"].clone()
    labels[:, :-4] = -100
    with torch.no_grad():
        whole = model(**inputs, labels=labels)
        short = model.train()(**inputs, labels=labels)
    torch.testing.assert_close(short.loss, whole.loss)
    assert short.logits.shape[1] < whole.logits.shape[1]


def test_wrong_number_of_places_is_named(tiny, inputs):
    model, _ = tiny
    with pytest.raises(ValueError, match=r"leave 384 places .* the clips give 192"):
        model(**{name: value[:1] if name in SKELETON_INPUTS else value for name, value in inputs.items()})


@pytest.mark.parametrize("name", ["input_ids", "attention_mask"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda ids: ids[:, 1:], id="short"),
        pytest.param(lambda ids: ids[None], id="nested"),
        pytest.param(lambda ids: ids.repeat(2, 1), id="twice"),
    ],
)
def test_ids_and_mask_of_other_shapes_are_named(tiny, inputs, name, change):
    model, _ = tiny
    for call in (model, model.generate):
        with pytest.raises(ValueError, match=r"(input_ids|attention_mask): expected|places for visual tokens"):
            call(**inputs | {name: change(inputs[name])})


def test_generate_returns_prompt_and_continuation(tiny, inputs):
    model, _ = tiny
    length = inputs["input_ids"].shape[1]
    whole = model.generate(**inputs, max_new_tokens=3, do_sample=False)
    assert torch.equal(whole[:, :length], inputs["input_ids"]) and whole.shape[1] <= length + 3
    structured = model.generate(**inputs, max_new_tokens=3, do_sample=False, return_dict_in_generate=True)
    assert torch.equal(structured.sequences, whole)
    beams = model.generate(**inputs, max_new_tokens=3, do_sample=False, num_beams=2, num_return_sequences=2)
    assert beams.shape[0] == 4


def test_gradient_checkpointing_changes_nothing(tiny, inputs):
    model, _ = tiny
    labels = inputs["input_ids"]
    plain = copy.deepcopy(model).train()
    plain(**inputs, labels=labels).loss.backward()
    model.train()
    # the second name is that of older versions
    enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
    enable()
    model(**inputs, labels=labels).loss.backward()
    for (name, a), b in zip(plain.named_parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-3, msg=lambda text, name=name: f"{name}: {text}")


def test_sizes_that_disagree_are_refused(tiny):
    model, _ = tiny
    config = SkeletonLLMConfig.from_dict(model.config.to_dict())
    config.renderer_config.image_size = 56
    with pytest.raises(ValueError, match=r"image_size 56 .* must agree"):
        SkeletonLLMForConditionalGeneration(config)
