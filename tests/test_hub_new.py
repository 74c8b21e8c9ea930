"""From a base model of every family to a SkeletonLLM that trains; and the sizes of published models."""

import json
import re
from pathlib import Path

import families
import pytest
import torch
from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import HfApi
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.hub.checkpoint import check_tensors
from skeletonllm_hf.hub.new import NewOptions, known_bases, new_checkpoint
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from skeletonllm_hf.model.families import family_of
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.synthetic import generate


def save_base(name, folder):
    """A tiny random model of a family as its authors would publish it: no trace of ours."""
    model, processor = families.build(name)
    model.mllm.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    model.mllm.save_pretrained(folder)
    tokenizer = processor.tokenizer
    tokenizer.chat_template = processor.chat_template
    tokenizer.save_pretrained(folder)
    return model.mllm


END_OF_TURN = {
    "internvl": "<|im_end|>", "qwen2_5_vl": "<|im_end|>", "qwen3_vl": "<|im_end|>", "llava_onevision": "<|im_end|>",
    "idefics3": "<end_of_utterance>", "smolvlm": "<end_of_utterance>", "gemma3": "<end_of_turn>",
}  # fmt: skip


@pytest.mark.parametrize("name", families.TINY)
def test_answers_end_where_the_chat_template_ends_a_turn(name, tmp_path):
    """Whatever the base's tokenizer calls its end: Gemma 3's calls `<eos>` so, and its turns end with another token."""
    model, processor = families.build(name)
    tokenizer, end = processor.tokenizer, END_OF_TURN[name]
    tokenizer.eos_token = families.PAD
    model.mllm.generation_config.eos_token_id = tokenizer.eos_token_id
    model.mllm.save_pretrained(tmp_path / "base")
    tokenizer.chat_template = processor.chat_template
    tokenizer.save_pretrained(tmp_path / "base")
    options = NewOptions(image_size=families.TINY[name].size, num_frames=2)
    new_checkpoint(tmp_path / "base", tmp_path / "new", options)
    processor = AutoProcessor.from_pretrained(tmp_path / "new")
    model = AutoModelForImageTextToText.from_pretrained(tmp_path / "new", dtype="float32")
    assert processor.tokenizer.eos_token == end
    wanted = processor.tokenizer.convert_tokens_to_ids([end, families.PAD])
    assert model.generation_config.eos_token_id == model.config.eos_token_id == wanted
    inputs = processor(generate("bow", seed=1), "What is the action?", return_tensors="pt")
    length = inputs["input_ids"].shape[1]
    for stop in wanted:
        only = {"prefix_allowed_tokens_fn": lambda *_, stop=stop: [stop]}
        assert model.generate(**inputs, max_new_tokens=4, do_sample=False, **only)[0, length:].tolist() == [stop]


@pytest.mark.parametrize("name", families.TINY)
def test_every_family(name, tmp_path):
    base, size = save_base(name, tmp_path / "base"), families.TINY[name].size
    told = new_checkpoint(tmp_path / "base", tmp_path / "new", NewOptions(image_size=size, num_frames=3))
    assert told["family"] == name and told["image_size"] == size
    for path in (tmp_path / "new").glob("*.json"):
        assert str(tmp_path) not in path.read_text("utf-8"), f"{path.name} names the maker's folder"
    model = AutoModelForImageTextToText.from_pretrained(tmp_path / "new", dtype="float32")
    processor = AutoProcessor.from_pretrained(tmp_path / "new")
    assert type(model) is SkeletonLLMForConditionalGeneration and type(processor) is SkeletonLLMProcessor
    for parameter, (key, mine) in zip(base.parameters(), model.mllm.named_parameters(), strict=True):
        assert torch.equal(parameter, mine), key
    clip = generate("bow", seed=1)
    inputs = processor(clip, "What is the action?", return_tensors="pt")
    inputs["labels"] = inputs["input_ids"]
    places = int((inputs["input_ids"] == model.config.mllm_config.image_token_id).sum())
    assert places == told["visual_tokens"]
    model(**inputs).loss.backward()
    assert model.renderer.features.grad.abs().sum() > 0, "the renderer learns"
    assert model.recognize(processor, clip, ["walk", "bow"]).label in ("walk", "bow")


def test_a_base_on_the_hub_then_trained(hub, tmp_path, capsys):  # noqa: F811
    save_base("internvl", tmp_path / "base")
    (tmp_path / "base" / "README.md").write_text("---\nlicense: other\nlicense_name: own\n---\n# Base\n")
    (tmp_path / "base" / "pytorch_model.bin").write_bytes(b"not wanted")
    HfApi().create_repo("ann/base-hf")
    HfApi().upload_folder(repo_id="ann/base-hf", folder_path=tmp_path / "base")
    out = tmp_path / "new"
    assert (
        main(["new", "--base", "ann/base-hf", "--out", str(out), "--frames", "2", "--drop-background", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["visual_tokens"] == 2 * 4 and told["image_size"] == 56
    assert not any("pytorch_model.bin" in path for method, path in hub.log if method in ("GET", "HEAD"))
    card = (out / "README.md").read_text("utf-8")
    assert "license: other\nlicense_name: own\n" in card and "base_model: ann/base-hf" in card and "untrained" in card
    assert json.loads((out / "config.json").read_text("utf-8"))["drop_background"]
    assert main(["push", str(out), "ann/new"]) == 0
    assert hub.files("model", "ann/new")["README.md"].decode() == card
    assert main(["new", "--base", "ann/base-hf", "--out", str(out)]) == 1
    assert "it holds something" in capsys.readouterr().err
    assert main(["new", "--base", "ann/nothing", "--out", str(tmp_path / "other")]) == 1
    assert "ann/nothing: no such folder, and the Hub does not give it" in capsys.readouterr().err


def test_renderers_to_start_from(tmp_path, shared):
    save_base("internvl", tmp_path / "base")
    torch.manual_seed(3)
    renderer = DrActionModel(DrActionConfig(bank_samples=1))
    renderer.save_pretrained(tmp_path / "renderer")
    official = sorted((shared / "draction").glob("*.safetensors"))[0]
    for start, features in (
        (tmp_path / "renderer", renderer.features),
        (official, DrActionModel.from_official(official).features),
    ):
        out = tmp_path / f"from_{start.stem}"
        new_checkpoint(tmp_path / "base", out, NewOptions(renderer=start, num_frames=3))
        model = SkeletonLLMForConditionalGeneration.from_pretrained(out)
        assert torch.equal(model.renderer.features, features) and model.config.renderer_config.image_size == 56


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("missing", "weights do not fit the model: .*missing_keys"),
        ("pickle", "expected weights in safetensors"),
        ("family", "expected a model of a family among .*got 'bert'"),
        ("chat", "take the one whose name ends in -hf"),
        ("token", "to be token"),
        ("template", "expected a chat template"),
        ("size", "must agree"),
        ("empty", "found none"),
    ],
)
def test_bases_that_will_not_do(tmp_path, damage, expected):
    base = tmp_path / "base"
    save_base("internvl", base)
    config = json.loads((base / "config.json").read_text("utf-8"))
    options = NewOptions()
    if damage == "missing":
        from safetensors.torch import load_file, save_file

        tensors = load_file(base / "model.safetensors")
        tensors.pop(sorted(tensors)[0])
        save_file(tensors, base / "model.safetensors", metadata={"format": "pt"})
    elif damage == "pickle":
        (base / "model.safetensors").rename(base / "pytorch_model.bin")
    elif damage in ("family", "chat"):
        config["model_type"] = "bert" if damage == "family" else "internvl_chat"
        (base / "config.json").write_text(json.dumps(config))
    elif damage == "token":
        config["image_token_id"] += 1
        (base / "config.json").write_text(json.dumps(config))
    elif damage == "template":
        (base / "chat_template.jinja").unlink()
    elif damage == "size":
        options = NewOptions(image_size=112)
    elif damage == "empty":
        (base / "config.json").unlink()
    with pytest.raises(ValueError, match=expected):
        new_checkpoint(base, tmp_path / "new", options)
    assert not (tmp_path / "new").exists() and not (tmp_path / "new.tmp").exists()


def test_options_say_what_is_wrong(capsys):
    with pytest.raises(ValueError, match="dtype: expected one of auto"):
        NewOptions(dtype="int4")
    with pytest.raises(ValueError, match="num_frames: expected a positive whole number, got 0"):
        NewOptions(num_frames=0)
    with pytest.raises(SystemExit):
        main(["new", "--base", "x"])
    assert "expected --base and --out" in capsys.readouterr().err


@pytest.mark.parametrize("name", known_bases())
def test_what_is_known_of_published_models_says_whence(name):
    entry = known_bases()[name]
    assert entry["sources"] and all(re.match(r"https://\S+: \S", source) for source in entry["sources"])
    page = (Path(__file__).parents[1] / "docs" / "hub.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| `{re.escape(name)}` \| (.*) \|$", page, re.MULTILINE)
    licence = entry["licence"] if entry["licence"] != "other" else f"other: {entry['licence_name']}"
    assert row.split(" | ")[0] == f"{entry['parameters']:,}" and row.split(" | ")[3] == licence
    for path in entry["unverified"]:
        settings = entry["mllm_config"] if re.fullmatch(r"\w+_(config|ratio|index)[\w.]*", path) else {}
        for part in path.split(".") if settings else ():
            settings = settings[part]  # a setting that is named there is one of the file


@pytest.mark.parametrize("name", known_bases())
def test_sizes_of_published_models(name):
    entry = known_bases()[name]
    mllm = AutoConfig.for_model(**entry["mllm_config"])
    config = SkeletonLLMConfig(renderer_config=DrActionConfig(**entry["renderer_config"]), mllm_config=mllm)
    renderer, family = config.renderer_config, family_of(mllm)
    assert renderer.image_size == family.image_size(mllm)
    family.check(mllm, renderer.image_size)
    assert renderer.num_frames * family.tokens_per_frame(mllm, renderer.image_size) == entry["visual_tokens"]
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(mllm)
        frames = torch.zeros(renderer.num_frames, 3, renderer.image_size, renderer.image_size, device="meta")
    assert sum(parameter.numel() for parameter in model.parameters()) == entry["parameters"]
    if mllm.model_type in ("internvl", "gemma3"):  # the others look at values, of which meta tensors have none
        tokens = family.features(model, frames)
        assert tokens.shape == (
            renderer.num_frames,
            entry["visual_tokens"] // renderer.num_frames,
            mllm.get_text_config().hidden_size,
        )


def test_the_paper_sees_3072_tokens(capsys):
    assert sum(parameter.numel() for parameter in DrActionModel(DrActionConfig()).parameters()) == 2341
    assert known_bases()["OpenGVLab/InternVL3-8B-hf"]["visual_tokens"] == 3072
    assert main(["new", "--list"]) == 0
    assert "OpenGVLab/InternVL3-8B-hf  7.94 billion parameters, 3,072 visual tokens" in capsys.readouterr().out


def test_check_tensors_knows_every_family(tmp_path):
    for name in families.TINY:
        model, _ = families.build(name)
        model.save_pretrained(tmp_path / name)
        check_tensors(tmp_path / name)
