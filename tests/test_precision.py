"""Half precision and attention implementations, for the bundled model and every family: close to float32, renderer untouched."""

import copy

import pytest
import torch
from families import TINY, build
from transformers import AutoModel, AutoModelForImageTextToText, pipeline

import skeletonllm_hf
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.synthetic import generate

HALF = [torch.bfloat16, torch.float16]
# The largest difference of a next-token probability from float32's, as docs/guide states it.
BOUND = {torch.bfloat16: 0.05, torch.float16: 0.01}


@pytest.fixture(scope="module")
def bundled():
    model, processor = skeletonllm_hf.load_default()
    inputs = processor([generate("high wave", seed=1)], ["What is the action?"], return_tensors="pt")
    with torch.no_grad():
        return model, processor, inputs, model(**inputs).logits


def _difference(logits: torch.Tensor, expected: torch.Tensor) -> float:
    return float((logits.float().softmax(-1) - expected.softmax(-1)).abs().max())


@pytest.mark.parametrize("dtype", HALF, ids=str)
def test_every_way_to_half_precision_agrees_with_float32(bundled, dtype):
    model, processor, inputs, expected = bundled
    ways = [
        AutoModelForImageTextToText.from_pretrained(FOLDER, dtype=dtype),
        copy.deepcopy(model).to(dtype),
        copy.deepcopy(model).half() if dtype == torch.float16 else copy.deepcopy(model).bfloat16(),
        pipeline("skeleton-to-text", model=str(FOLDER), dtype=dtype).model,
    ]
    frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames
    for half in ways:
        half.eval()
        assert half.dtype == dtype and half.mllm.lm_head.weight.dtype == dtype
        assert {values.dtype for values in half.renderer.parameters()} == {torch.float32}
        with torch.no_grad():
            output = half(**inputs)
        assert torch.equal(output.frames, frames)
        assert output.logits.dtype == dtype and _difference(output.logits, expected) < BOUND[dtype]
    clip, labels = generate("high wave", seed=1), ["walk", "wave", "bow"]
    assert half.recognize(processor, clip, labels).label == model.recognize(processor, clip, labels).label
    assert half.caption(processor, clip, max_new_tokens=4)


@pytest.mark.parametrize("dtype", HALF, ids=str)
def test_inputs_that_are_sent_to_half_precision_keep_their_joints(bundled, dtype):
    _, processor, inputs, _ = bundled
    messages = [{"role": "user", "content": [{"type": "skeleton", "skeleton": generate("high wave", seed=1)}]}]
    chat = processor.apply_chat_template(messages, tokenize=True, return_tensors="pt")
    for sent in (chat.to(dtype), chat.to("cpu", dtype), chat.to(device="cpu", dtype=dtype)):
        assert torch.equal(sent["joints"], inputs["joints"]) and sent["joints"].dtype == torch.float32
    assert copy.deepcopy(chat).to(torch.float64)["joints"].dtype == torch.float64


@pytest.mark.parametrize("dtype", HALF, ids=str)
def test_training_in_half_precision_has_finite_gradients(bundled, dtype):
    model, _, inputs, _ = bundled
    half = copy.deepcopy(model).to(dtype).train()
    labels = inputs["input_ids"].clone()
    labels[:, :-5] = -100
    half(**inputs, labels=labels).loss.backward()
    assert half.renderer.features.grad.isfinite().all() and half.renderer.features.grad.abs().sum() > 0


@pytest.mark.parametrize("name", list(TINY))
def test_every_family_runs_in_half_precision(name):
    model, processor = build(name)
    inputs = processor([generate("bow", seed=1)], ["What is the action?"], return_tensors="pt")
    with torch.no_grad():
        expected = model(**inputs).logits
        for dtype in HALF:
            half = copy.deepcopy(model).to(dtype)
            logits = half(**inputs).logits
            # These models are random, with large weights: what float32 rounds to matters more than in a trained one.
            assert logits.isfinite().all() and _difference(logits, expected) < 0.25
            assert half.generate(**inputs, max_new_tokens=2, do_sample=False).shape[0] == 1


def test_renderer_alone_keeps_float32(tiny):
    renderer = tiny[0].renderer
    features = renderer.features.clone()
    assert torch.equal(renderer.half().bfloat16().to(torch.float16).features, features)
    assert renderer.double().features.dtype == torch.float64
    made = AutoModel.from_config(DrActionConfig(temporal=True), dtype=torch.bfloat16)
    assert {values.dtype for values in made.parameters()} == {torch.float32}


@pytest.mark.parametrize("implementation", ["eager", "sdpa", "flex_attention"])
def test_attention_implementations(bundled, implementation):
    model, _, inputs, expected = bundled
    loaded = AutoModelForImageTextToText.from_pretrained(FOLDER, attn_implementation=implementation).eval()
    changed = copy.deepcopy(model)
    changed.set_attn_implementation(implementation)
    for other in (loaded, changed):
        assert other.config._attn_implementation == implementation
        assert other.mllm.model.language_model.config._attn_implementation == implementation
        with torch.no_grad():
            torch.testing.assert_close(other(**inputs).logits, expected, atol=1e-4, rtol=1e-4)
