"""What a stage trains: parts by name, adapters on the language model alone, merging."""

import copy
import re
import warnings
from collections import Counter

import pytest
import torch
from transformers import AutoConfig, AutoModelForImageTextToText

from skeletonllm_hf.model.families import FAMILIES
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training import trainable
from skeletonllm_hf.training.checkpoints import assemble
from skeletonllm_hf.training.stages import Stage

LORA = Stage("reasoning", ("renderer", "projector", "lora"), {"mqa": 1}, lora_rank=4, lora_alpha=8)


@pytest.fixture
def inputs(tiny):
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    return tiny[1](clips, ["What is the action?", "How many people are there?"], return_tensors="pt")


def shake(model, seed=0):
    """Moves what is trained, as training would."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in trainable.trained(model).values():
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))


@pytest.mark.parametrize("train", [("renderer", "projector"), ("projector",), ("vision",), ("language",), ("all",)])
def test_the_rest_is_frozen(tiny, train):
    model, _ = tiny
    trainable.prepare(model, Stage("s", train, {"mqa": 1}))
    prefixes = trainable.part_prefixes(model)
    found = {trainable.part_of(name, prefixes) for name in trainable.trained(model)}
    assert found == ({"renderer", "projector", "vision", "language"} if train == ("all",) else set(train))
    assert None not in {trainable.part_of(name, prefixes) for name, _ in model.named_parameters()}


def test_adapters_sit_on_the_language_model_alone(tiny):
    model, _ = tiny
    trainable.prepare(model, LORA)
    adapted = {name.partition(".lora_")[0] for name in trainable.trained(model) if trainable.is_adapter(name)}
    leaves = {name.rpartition(".")[2] for name in adapted}
    assert leaves == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    assert all(name.startswith("mllm.model.language_model.layers.") for name in adapted)
    assert len(adapted) == 7 * model.config.get_text_config().num_hidden_layers
    assert any("vision_tower" in name and "q_proj" in name for name, _ in model.named_modules())  # it would have fitted


def test_adapters_come_without_a_warning_about_other_packages(tiny):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert trainable.prepare(tiny[0], LORA) is not None


def test_unknown_targets_are_named(tiny):
    with pytest.raises(
        ValueError, match=r"lora_targets: the language model's linear layers are \['down_proj', .*got \['wqkv'\]"
    ):
        trainable.prepare(tiny[0], LORA.replace(lora_targets=("wqkv",)))


def test_merging_keeps_the_logits(tiny, inputs):
    model, _ = tiny
    untouched = copy.deepcopy(model)
    adapted = trainable.prepare(model, LORA)
    with torch.no_grad():
        assert torch.equal(model.eval()(**inputs).logits, untouched(**inputs).logits)  # adapters begin as nothing
        shake(model)
        before = model(**inputs).logits
        model = trainable.merge(model, adapted)
        after = model(**inputs).logits
    assert not torch.allclose(before, untouched(**inputs).logits, atol=1e-2)
    torch.testing.assert_close(after, before, atol=2e-4, rtol=1e-4)
    assert not any(trainable.is_adapter(name) for name, _ in model.named_parameters())
    assert set(model.state_dict()) == set(untouched.state_dict())


@pytest.mark.parametrize("train", [LORA.train, ("all",)])
def test_a_base_and_what_was_trained_give_the_model(tiny, inputs, tmp_path, train):
    model, processor = tiny
    stage = LORA.replace(train=train)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    trainable.prepare(model, stage)
    shake(model)
    tensors = {name: parameter.detach().clone() for name, parameter in trainable.trained(model).items()}
    with torch.no_grad():
        wanted = model.eval()(**inputs).logits
        torch.testing.assert_close(
            assemble(tmp_path, stage, tensors).eval()(**inputs).logits, wanted, atol=2e-4, rtol=1e-4
        )
    with pytest.raises(
        ValueError, match=r"expected the tensors that this stage trains, got others: \['renderer.features'\]"
    ):
        assemble(tmp_path, stage, {name: value for name, value in tensors.items() if name != "renderer.features"})


def test_going_part_of_the_way_back(tiny, tmp_path):
    model, processor = tiny
    stage = Stage("s", ("all",), {"mqa": 1}, keep=0.25)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    old = model.renderer.features.detach().clone()
    trainable.prepare(model, stage)
    shake(model)
    new = model.renderer.features.detach()
    found = assemble(
        tmp_path, stage, {name: p.detach() for name, p in trainable.trained(model).items()}
    ).renderer.features
    torch.testing.assert_close(found, 0.75 * new + 0.25 * old)


def test_adapters_go_straight_back(tiny, tmp_path):
    model, processor = tiny
    stage = LORA.replace(keep=0.25)
    name = "mllm.model.language_model.layers.0.self_attn.q_proj"
    old = model.get_submodule(name).weight.detach().clone()
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    adapted = trainable.prepare(model, stage)
    shake(model)
    tensors = {n: p.detach().clone() for n, p in trainable.trained(model).items()}
    new = trainable.merge(model, adapted).get_submodule(name).weight.detach()
    found = assemble(tmp_path, stage, tensors).get_submodule(name).weight
    torch.testing.assert_close(found, 0.75 * new + 0.25 * old, atol=1e-6, rtol=1e-5)
    assert not torch.allclose(found, old, atol=1e-4)


def test_half_precision_base(tiny, inputs, tmp_path):
    """What is trained is float32, the base stays short; the result is as short as the base, but for the renderer."""
    model, processor = tiny
    model.to(torch.bfloat16).save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    from skeletonllm_hf.training.checkpoints import load_model

    model, _ = load_model(tmp_path)
    trainable.prepare(model, LORA)
    assert {parameter.dtype for parameter in trainable.trained(model).values()} == {torch.float32}
    assert model.mllm.model.vision_tower.dtype == torch.bfloat16
    shake(model)
    result = assemble(tmp_path, LORA, {name: p.detach() for name, p in trainable.trained(model).items()})
    assert result.renderer.features.dtype == torch.float32
    assert {p.dtype for p in result.mllm.parameters()} == {torch.bfloat16}


def test_the_renderer_has_its_own_rate_and_no_decay(tiny):
    model, _ = tiny
    stage = Stage("s", ("all",), {"mqa": 1}, learning_rate=1e-3, renderer_rate=0.05)
    trainable.prepare(model, stage)
    groups = trainable.optimizer_groups(model, stage)
    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters()))
    rates = {id(p): (group["lr"], group["weight_decay"]) for group in groups for p in group["params"]}
    assert rates[id(model.renderer.features)] == (pytest.approx(5e-5), 0.0)
    assert rates[id(model.mllm.model.multi_modal_projector.linear_1.weight)] == (1e-3, 0.05)
    assert rates[id(model.mllm.model.multi_modal_projector.linear_1.bias)] == (1e-3, 0.0)


@pytest.mark.parametrize("model_type", sorted(FAMILIES))
def test_parts_of_every_family(model_type):
    """Of the published sizes, without their weights."""
    config = AutoConfig.for_model(model_type)
    model = torch.nn.Module()
    with torch.device("meta"):
        model.renderer, model.mllm = torch.nn.Linear(1, 1), AutoModelForImageTextToText.from_config(config)
    prefixes = trainable.part_prefixes(model)
    named = dict(model.named_parameters())
    counts = Counter(trainable.part_of(name, prefixes) for name in named)
    assert (
        {"renderer", "projector", "vision", "language"}
        <= set(counts)
        <= {"renderer", "projector", "vision", "language", None}
    )
    assert counts[None] <= 1  # LLaVA-OneVision's mark between rows of tiles
    pattern = trainable.language_targets(model, Stage("s", ("lora",), {"mqa": 1}).lora_targets)
    adapted = [name for name, _ in model.named_modules() if re.fullmatch(pattern, name)]
    assert len(adapted) == 7 * config.get_text_config().num_hidden_layers
    assert {trainable.part_of(name, prefixes) for name in adapted} == {"language"}
