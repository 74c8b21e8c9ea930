"""Configurations from strangers: numbers beyond all bounds, weights that are no numbers, files that are broken."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, GenerationConfig

from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.limits import check_generation, check_mllm, unbounded
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "hostile" / "proc_num_frames"


@pytest.fixture
def folder(tiny, tmp_path):
    for part in tiny:
        part.save_pretrained(tmp_path)
    return tmp_path


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"num_frames": 10**6}, r"num_frames: expected a whole number from 1 to 1,024, got 1000000; unbounded=True"),
        ({"num_frames": "12"}, "num_frames: expected a whole number .*, got str '12'"),
        ({"num_frames": 1.5}, "num_frames: expected a whole number .*, got float"),
        ({"num_frames": True}, "num_frames: expected a whole number .*, got bool"),
        ({"views": float("inf")}, "views: expected a whole number"),
        ({"views": 0}, "views: expected a whole number from 1"),
        ({"tokens_per_frame": 10**9}, "tokens_per_frame: expected"),
        ({"image_size": -1}, "image_size: expected"),
        ({"image_size": 4096, "num_frames": 1000}, "expected at most 67,108,864 pixels of a clip"),
        ({"tokens_per_frame": 16_384, "num_frames": 1000}, "expected at most 262,144 tokens of a clip"),
        ({"frame_prefix": "{number:>999999999}"}, "frame_prefix: expected no braces"),
        ({"frame_prefix": "{number.__class__}"}, "frame_prefix: expected no braces"),
        ({"frame_suffix": "x" * 10_000}, "frame_suffix: expected a text of at most 1000 characters"),
        ({"sampling": {"a": 1}}, "sampling: expected some of"),
        ({"sampling": {"spacing": float("nan")}}, "sampling: spacing: expected a number"),
        ({"sampling": {"bank_samples": 10**9}}, "sampling: bank_samples: expected a whole number"),
    ],
)  # fmt: skip
def test_processors(folder, values, message):
    change(folder / "processor_config.json", **values)
    for processor in (AutoProcessor, SkeletonLLMProcessor):
        with pytest.raises(ValueError, match=message):
            processor.from_pretrained(folder)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"alignment_size": 10**7}, "alignment_size: expected a whole number from 1 to 8,192, got 10000000"),
        ({"alignment_size": "256"}, "alignment_size"),
        ({"sentence_size": 10**6}, "sentence_size: expected a whole number from 1 to 8,192"),
        ({"prototypes": 10**9}, "prototypes: expected a whole number from 0 to 20,000"),
        ({"prototypes": -1}, "prototypes: expected a whole number from 0"),
    ],
)
def test_spaces_of_clips_and_sentences(folder, values, message):
    change(folder / "config.json", **values)
    with pytest.raises(Exception, match=message):  # the library has an error of its own for a wrong type
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the folder of hostile files beside the checkout")
def test_the_shared_processor(tmp_path):
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    shutil.copyfile(SHARED / "processor_config.json", tmp_path / "processor_config.json")
    with pytest.raises(ValueError, match="num_frames: expected a whole number from 1 to 1,024, got 1000000"):
        SkeletonLLMProcessor.from_pretrained(tmp_path)


def test_limits_are_lifted_where_that_is_said(folder):
    change(folder / "processor_config.json", num_frames=2000, tokens_per_frame=1000)
    assert SkeletonLLMProcessor.from_pretrained(folder, unbounded=True).num_frames == 2000
    assert AutoProcessor.from_pretrained(folder, unbounded=True).num_frames == 2000
    change(folder / "generation_config.json", max_new_tokens=10**6)
    with pytest.raises(
        ValueError, match=r"generation_config\.json: max_new_tokens: expected a whole number up to 32,768"
    ):
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)
    for model in (SkeletonLLMForConditionalGeneration, AutoModelForImageTextToText):
        assert model.from_pretrained(folder, unbounded=True).generation_config.max_new_tokens == 10**6
    with pytest.raises(ValueError, match="num_frames: expected"):
        DrActionModel(DrActionConfig(num_frames=2000, image_size=32))
    with unbounded():
        DrActionModel(DrActionConfig(num_frames=2000, image_size=32))
    with pytest.raises(ValueError, match="num_frames: expected"):  # no longer
        DrActionModel(DrActionConfig(num_frames=2000, image_size=32))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bank_samples": 10**9}, "bank_samples: expected a whole number from 0 to 256"),
        ({"image_size": 10**6}, "image_size: expected a whole number from 1 to 4,096"),
        ({"feature_size": 10**9}, "feature_size: expected"),
        ({"hidden_size": 10**9}, "hidden_size: expected"),
        ({"distance": float("inf")}, "distance: expected a number from 0.001 to 1,000, got inf"),
        ({"spacing": 1e-300}, "spacing: expected"),
    ],
)
def test_renderers(folder, values, message):
    settings = json.loads((folder / "config.json").read_text("utf-8"))
    change(folder / "config.json", renderer_config=settings["renderer_config"] | values)
    with pytest.raises(ValueError, match=message):
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("text_config", {"num_hidden_layers": 10**9, "layer_types": None}),
        ("text_config", {"hidden_size": 10**9}),
        ("text_config", {"vocab_size": 10**9}),
        ("text_config", {"num_attention_heads": -1}),
        ("vision_config", {"image_size": [10**9, 448]}),
        ("text_config", {"rms_norm_eps": float("nan")}),
    ],
)
def test_language_models(folder, part, values):
    mllm = json.loads((folder / "config.json").read_text("utf-8"))["mllm_config"]
    change(folder / "config.json", mllm_config=mllm | {part: mllm[part] | values})
    name = next(iter(values))
    with pytest.raises(ValueError, match=f"mllm_config: {part}: {name}: expected a"):
        AutoConfig.from_pretrained(folder)


def test_every_family_of_today_is_within_the_limits():
    check_mllm(
        {"text_config": {"num_hidden_layers": 126, "hidden_size": 18_432, "vocab_size": 300_000, "num_experts": 1024}}
    )
    check_generation(GenerationConfig(max_new_tokens=4096, num_beams=8))


@pytest.mark.parametrize(
    "values",
    [
        {"num_beams": 10**6},
        {"num_return_sequences": 10**9, "do_sample": True},
        {"max_length": 10**12},
        {"num_beams": "x"},
    ],
)
def test_generation_settings(folder, values):
    change(folder / "generation_config.json", **values)
    with pytest.raises(
        ValueError, match=rf"generation_config\.json: {next(iter(values))}: expected a whole number up to"
    ):
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_weights_that_are_no_numbers(folder, number, kind):
    path = folder / "model.safetensors"
    weights = {
        name: tensor.to(kind) if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()
    }
    name = next(name for name in weights if name.endswith("features"))
    weights[name][3, 1] = number
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(ValueError, match=rf"expected finite weights, got NaN or infinite ones in \['{name}'\]"):
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)


def test_normalization(tiny):
    config = tiny[0].config
    with pytest.raises(ValueError, match="image_std: expected 3 finite numbers above 0"):
        SkeletonLLMForConditionalGeneration(type(config)(**(config.to_dict() | {"image_std": [1.0, 0.0, 1.0]})))


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000])
def test_broken_tokenizers_are_named(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{folder}: {name}: expected a JSON object"):
        SkeletonLLMProcessor.from_pretrained(folder)


@pytest.mark.parametrize("content", [b"[]", b"[" * 100_000])
def test_broken_generation_settings_are_named(folder, content):
    (folder / "generation_config.json").write_bytes(content)
    with pytest.raises(ValueError, match=rf"{folder}: generation_config\.json: expected a JSON object"):
        SkeletonLLMForConditionalGeneration.from_pretrained(folder)


def test_broken_weights_are_named(folder):
    path = folder / "model.safetensors"
    whole = path.read_bytes()
    for content in (b"", b"\xff" * 64, whole[:1000], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"{folder}: expected whole safetensors files"):
            SkeletonLLMForConditionalGeneration.from_pretrained(folder)
