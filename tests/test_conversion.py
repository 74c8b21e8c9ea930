"""Checkpoints in the authors' layout: their names, their arithmetic, adapters, shards, and files that are refused."""

import json
import shutil

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tiny_internvl import tiny_internvl

from skeletonllm_hf.conversion import from_internvl_chat, save_official, to_internvl_chat
from skeletonllm_hf.conversion import tensors as tensors_module
from skeletonllm_hf.conversion.internvl_chat import RENDERER_PREFIX
from skeletonllm_hf.conversion.internvl_names import our_names, their_name
from skeletonllm_hf.conversion.renderer import official_tensors
from skeletonllm_hf.conversion.tensors import Checkpoint, Planned, write_checkpoint
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.synthetic import generate


def pair(folder, **config):
    """A model, its folder, and the same in the authors' layout."""
    model, processor = tiny_internvl(**config)
    ours, theirs = folder / "ours", folder / "theirs"
    model.save_pretrained(ours)
    processor.save_pretrained(ours)
    to_internvl_chat(ours, theirs)
    return model, processor, theirs


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    return pair(tmp_path_factory.mktemp("converted"), qk_norm=True)


@pytest.fixture
def theirs(converted, tmp_path):
    """A copy of the authors' layout to spoil: its folder, its tensors, a way to write them back."""
    folder = tmp_path / "theirs"
    shutil.copytree(converted[2], folder)
    weights = load_file(folder / "model.safetensors")
    return folder, weights, lambda: save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def loaded(folder):
    model = SkeletonLLMForConditionalGeneration.from_pretrained(folder).eval()
    return model, SkeletonLLMProcessor.from_pretrained(folder)


@pytest.mark.parametrize("config", [{"qk_norm": True}, {"tied": True}], ids=["untied", "tied"])
def test_there_and_back_keeps_every_weight_and_every_answer(config, tmp_path):
    model, processor, theirs = pair(tmp_path, **config)
    from_internvl_chat(theirs, tmp_path / "back", num_frames=4)
    back, back_processor = loaded(tmp_path / "back")
    state = back.state_dict()
    assert set(state) == set(model.state_dict())
    for name, values in model.state_dict().items():
        if name in ("renderer.bank_blends", "renderer.bank_offsets"):  # through a softmax and a sum
            torch.testing.assert_close(state[name], values, atol=1e-6, rtol=0)
        elif name not in ("renderer.bank_positions",):
            assert torch.equal(state[name], values), name
    assert (back.config.renderer_config.camera, back_processor.num_frames) == ("published", 4)
    back.renderer.config.camera = back_processor.camera = "fit"  # what their layout has no place for
    clip = generate("high wave", seed=4)
    for question in ("What?", "Which hand?"):
        expected = model.ask(processor, clip, question, max_new_tokens=16)
        assert back.ask(back_processor, clip, question, max_new_tokens=16) == expected


def their_visual_tokens(weights, config, pixels):
    """The vision half of InternVLChat, written down from its tensors: (images, 3, side, side) -> (images, tokens, hidden)."""
    vision = config["vision_config"]
    w = {name: values.float() for name, values in weights.items()}
    at = "vision_model.embeddings."
    x = F.conv2d(pixels, w[at + "patch_embedding.weight"], w[at + "patch_embedding.bias"], stride=vision["patch_size"])
    side = x.shape[-1]
    x = torch.cat([w[at + "class_embedding"].expand(len(x), 1, -1), x.flatten(2).mT], 1) + w[at + "position_embedding"]

    def norm(x, name):
        return F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], vision["layer_norm_eps"])

    def rms(x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + vision["layer_norm_eps"]) * w[name]

    heads = vision["num_attention_heads"]
    for layer in range(vision["num_hidden_layers"]):
        at = f"vision_model.encoder.layers.{layer}."
        linear = lambda x, name, at=at: F.linear(x, w[f"{at}{name}.weight"], w[f"{at}{name}.bias"])  # noqa: E731
        q, k, v = linear(norm(x, at + "norm1"), "attn.qkv").chunk(3, -1)
        if vision["qk_normalization"]:
            q, k = rms(q, at + "attn.q_norm.weight"), rms(k, at + "attn.k_norm.weight")
        q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (q, k, v))
        mixed = ((q @ k.mT) / q.shape[-1] ** 0.5).softmax(-1) @ v
        x = x + w[at + "ls1"] * linear(mixed.transpose(1, 2).flatten(2), "attn.proj")
        x = x + w[at + "ls2"] * linear(F.gelu(linear(norm(x, at + "norm2"), "mlp.fc1")), "mlp.fc2")
    x = x[:, 1:].unflatten(1, (side // 2, 2, side // 2, 2)).transpose(2, 3).flatten(3).flatten(1, 2)  # ps_version v2
    x = F.linear(
        F.layer_norm(x, x.shape[-1:], w["mlp1.0.weight"], w["mlp1.0.bias"]), w["mlp1.1.weight"], w["mlp1.1.bias"]
    )
    return F.linear(F.gelu(x), w["mlp1.3.weight"], w["mlp1.3.bias"])


def test_their_tensors_do_in_their_arithmetic_what_ours_do_here(converted):
    model, _, theirs = converted
    weights, config = load_file(theirs / "model.safetensors"), json.loads((theirs / "config.json").read_text())
    frames = torch.rand(1, 3, 3, 56, 56, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ours = model.visual_tokens(frames)[0].unflatten(0, (3, -1))
        expected = their_visual_tokens(weights, config, model.normalize(frames))
    torch.testing.assert_close(ours, expected, atol=2e-4, rtol=1e-4)


def test_every_name_of_theirs_has_one_here():
    names = [
        "vision_model.embeddings.class_embedding", "vision_model.encoder.layers.23.attn.qkv.bias",
        "vision_model.encoder.layers.0.ls2", "mlp1.3.weight", "language_model.model.layers.27.mlp.gate_proj.weight",
        "language_model.lm_head.weight", "vision_model.encoder.layers.5.attn.q_norm.weight",
    ]  # fmt: skip
    for name in names:
        for place, ours in enumerate(our_names(name)):
            assert their_name(ours) == (name, place)
    assert our_names("vision_model.head.weight") is None and their_name("vision_tower.layernorm.weight") is None


def test_adapters_are_merged_with_twice_their_rank_as_alpha(converted, theirs, tmp_path):
    folder, weights, save = theirs
    rng = torch.Generator().manual_seed(1)
    expected = {}
    for name in [name for name in weights if name.startswith("language_model.")]:
        moved = name.replace("language_model.", "language_model.base_model.model.", 1)
        values = weights.pop(name)
        if name.endswith(("self_attn.q_proj.weight", "mlp.down_proj.weight")):
            down, up = torch.randn(3, values.shape[1], generator=rng), torch.randn(values.shape[0], 3, generator=rng)
            stem = moved.removesuffix(".weight")
            weights |= {f"{stem}.lora_A.default.weight": down, f"{stem}.lora_B.default.weight": up}
            expected[name] = values + 6 / 3 * up @ down
            moved = f"{stem}.base_layer.weight"
        elif name.endswith("self_attn.q_proj.bias"):
            moved = moved.replace(".bias", ".base_layer.bias")
        weights[moved] = values
    save()
    from_internvl_chat(folder, tmp_path / "back", num_frames=4)
    state = loaded(tmp_path / "back")[0].state_dict()
    assert len(expected) == 4
    for name, values in expected.items():
        ours = name.replace("language_model.model.", "mllm.model.language_model.")
        torch.testing.assert_close(state[ours], values, atol=1e-5, rtol=1e-5)
        assert not torch.equal(state[ours], converted[0].state_dict()[ours])
    del weights[next(name for name in weights if "lora_B" in name)]
    save()
    with pytest.raises(ValueError, match="both halves"):
        from_internvl_chat(folder, tmp_path / "half")


def test_shards_are_read_and_written(theirs, tmp_path, monkeypatch):
    folder, weights, _ = theirs
    (folder / "model.safetensors").unlink()
    write_checkpoint([Planned.of(name, values) for name, values in weights.items()], folder, shard_bytes=20_000)
    assert len(list(folder.glob("model-*.safetensors"))) > 3
    monkeypatch.setattr(tensors_module.write_checkpoint, "__defaults__", (30_000,))
    from_internvl_chat(folder, tmp_path / "back", num_frames=4)
    assert len(list((tmp_path / "back").glob("model-*.safetensors"))) > 2
    state = loaded(tmp_path / "back")[0].state_dict()
    assert torch.equal(state["mllm.lm_head.weight"], weights["language_model.lm_head.weight"])
    next(folder.glob("model-00002*")).unlink()
    with pytest.raises(ValueError, match=r"model-00002.*expected a safetensors file"):
        Checkpoint(folder)


def spoil(folder, weights, how):
    config = json.loads((folder / "config.json").read_text())
    if how == "missing":
        del weights["mlp1.1.weight"]
    elif how == "unexpected":
        weights["vision_model.head.weight"] = torch.zeros(2)
    elif how == "misshapen":
        weights["mlp1.1.weight"] = torch.zeros(3, 3)
    elif how == "no renderer":
        for name in [name for name in weights if name.startswith(RENDERER_PREFIX)]:
            del weights[name]
    elif how == "half a renderer":
        del weights[RENDERER_PREFIX + "nfm.2.bias"]
    elif how == "other model":
        config["model_type"] = "qwen2_vl"
    elif how == "other text model":
        config["llm_config"]["model_type"] = "internlm2"
    elif how == "other shuffle":
        config["ps_version"] = "v1"
    elif how == "no text model":
        del config["llm_config"]
    elif how == "no tokenizer":
        (folder / "tokenizer.json").unlink()
        (folder / "tokenizer_config.json").unlink()
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("missing", r"missing.*mllm\.multi_modal_projector\.linear_1\.weight"), ("unexpected", r"vision_model\.head\.weight"),
        ("misshapen", r"linear_1\.weight: expected .*got \(3, 3\)"), ("no renderer", "found none: is it a plain InternVL"),
        ("half a renderer", r"nfm\.2\.bias"), ("other model", "expected model_type 'internvl_chat'"),
        ("other text model", "got 'internlm2'"), ("other shuffle", "ps_version"), ("no text model", "expected llm_config"),
        ("no tokenizer", "expected a tokenizer"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(theirs, tmp_path, how, message):
    folder, weights, save = theirs
    spoil(folder, weights, how)
    save()
    with pytest.raises(ValueError, match=message):
        from_internvl_chat(folder, tmp_path / "back", num_frames=4)
    assert not (tmp_path / "back").exists()


def test_pickled_weights_are_never_opened(theirs, tmp_path):
    folder, _, _ = theirs
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"pytorch_model\.bin: pickled"):
        from_internvl_chat(folder, tmp_path / "back")
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(FileNotFoundError, match=r"expected model\.safetensors"):
        Checkpoint(folder)
    (folder / "model.safetensors").write_bytes(b"\x80\x04not safetensors")
    with pytest.raises(ValueError, match="expected a safetensors file"):
        Checkpoint(folder)
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../model.safetensors"}}')
    with pytest.raises(ValueError, match="files of this folder"):
        Checkpoint(folder)


def test_a_checkpoint_is_never_written_over(converted, tmp_path):
    theirs = converted[2]
    with pytest.raises(FileExistsError, match="expected a new folder"):
        from_internvl_chat(theirs, theirs)
    with pytest.raises(FileExistsError, match="expected a new folder"):
        to_internvl_chat(theirs.parent / "ours", theirs)


def test_a_system_turn_opens_conversations_that_bring_none(converted, tmp_path):
    from_internvl_chat(converted[2], tmp_path / "back", num_frames=4, system="You're “it”.")
    processor = SkeletonLLMProcessor.from_pretrained(tmp_path / "back")
    assert processor.expand("Hi").startswith("<|im_start|>system\nYou're “it”.<|im_end|>\n<|im_start|>user\n")
    own = [{"role": "system", "content": "Mine."}, {"role": "user", "content": "Hi"}]
    assert processor.apply_chat_template(own).startswith("<|im_start|>system\nMine.<|im_end|>\n<|im_start|>user\nHi")


def test_renderer_files_there_and_back(tmp_path):
    model, processor = tiny_internvl()
    renderer = model.renderer
    renderer.config.camera = processor.camera = "published"
    save_official(renderer, tmp_path / "r.safetensors")
    back = DrActionModel.from_official(tmp_path / "r.safetensors")
    inputs = processor(generate("high wave", seed=1, layout="kinect_v2"), return_tensors="pt")
    with torch.no_grad():
        torch.testing.assert_close(back(**inputs).frames, renderer(**inputs).frames, atol=1e-5, rtol=0)


def test_released_renderers_come_out_as_they_went_in(shared, tmp_path):
    for path in sorted((shared / "draction").glob("*.safetensors")):
        official = load_file(path)
        written = official_tensors(DrActionModel.from_official(path))
        assert set(written) == set(official)
        for name, values in official.items():
            if name == "lbs_weights_logits":  # only their softmax matters
                values, written[name] = values.softmax(-1), written[name].softmax(-1)
            torch.testing.assert_close(
                written[name], values.float(), atol=2e-6, rtol=0, msg=lambda m, name=name: f"{name}: {m}"
            )


def test_renderers_that_their_files_cannot_hold_are_refused():
    from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig

    for config, message in (
        ({"bank_layout": "smpl_22"}, "smpl_22"),
        ({"temporal": True}, "temporal"),
        ({"feature_size": 4}, "feature_size"),
    ):
        with pytest.raises(ValueError, match=message):
            official_tensors(DrActionModel(DrActionConfig(**config)))
