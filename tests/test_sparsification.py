"""Background left out: the same tokens as from whole frames in which nobody looks at the background, and fewer of them."""

import copy

import pytest
import torch
from families import build

from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.synthetic import generate


@pytest.fixture(scope="module")
def _larger():
    """InternVL in small with 4 x 4 groups of patches, sharp attention and positions that differ."""
    from skeletonllm_hf.model.configuration_skeletonllm import SkeletonLLMConfig
    from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor

    small, processor = build("internvl")
    settings = small.config.to_dict() | {"drop_background": True}
    settings["renderer_config"]["image_size"] = 112
    settings["mllm_config"]["vision_config"] |= {"image_size": [112, 112], "initializer_range": 0.3}
    settings["mllm_config"]["image_seq_length"] = 16
    config = SkeletonLLMConfig.from_dict(settings)
    torch.manual_seed(0)
    model = SkeletonLLMForConditionalGeneration(config).eval()
    with torch.no_grad():
        embeddings = model.mllm.model.vision_tower.embeddings
        embeddings.position_embeddings.normal_()
        embeddings.cls_token.normal_()
        for layer in model.mllm.model.vision_tower.encoder.layer:
            layer.lambda_1.fill_(1.0)
            layer.lambda_2.fill_(1.0)
    return model, SkeletonLLMProcessor.from_config(config, processor.tokenizer, chat_template=processor.chat_template)


@pytest.fixture
def larger(_larger):
    return copy.deepcopy(_larger[0]), _larger[1]


def scenes() -> torch.Tensor:
    """(images, 3, 112, 112): nothing, one dot, a stripe, noise in half, everything, the same stripe again."""
    generator = torch.Generator().manual_seed(0)
    frames = torch.zeros(6, 3, 112, 112)
    frames[1, 0, 60, 30] = 0.5
    frames[2, :, 27:29, :] = torch.rand(3, 2, 112, generator=generator)
    frames[3, :, :, :56] = torch.rand(3, 112, 56, generator=generator)
    frames[4] = torch.rand(3, 112, 112, generator=generator) + 0.01
    frames[5] = frames[2]
    return frames


def dense_with_blinkers(model, frames: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    """The kept groups' tokens from whole frames, by the tower's own modules, with every dropped patch masked as a key."""
    tower = model.mllm.model.vision_tower
    hidden = tower.embeddings(model.normalize(frames[None]))
    images, rows = len(keep), int(keep.shape[1] ** 0.5)
    patches = keep.unflatten(1, (rows, rows)).repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(1)
    seen = torch.cat([torch.ones(images, 1, dtype=torch.bool), patches], dim=1)
    mask = torch.zeros(images, 1, 1, seen.shape[1]).masked_fill(~seen[:, None, None], -torch.inf)
    mask = mask.expand(-1, -1, seen.shape[1], -1)
    for layer in tower.encoder.layer:
        attended, _ = layer.attention(layer.layernorm_before(hidden), attention_mask=mask)
        hidden = hidden + layer.lambda_1 * attended
        hidden = hidden + layer.lambda_2 * layer.mlp(layer.layernorm_after(hidden))
    hidden = tower.layernorm(hidden)[:, 1:].unflatten(1, (2 * rows, 2 * rows))
    shuffled = model.mllm.model.pixel_shuffle(hidden, scale_factor=model.config.mllm_config.downsample_ratio)
    return model.mllm.model.multi_modal_projector(shuffled.flatten(1, 2))[keep]


def test_kept_tokens_are_exact(larger):
    model, _ = larger
    frames = scenes()
    with torch.no_grad():
        tokens, keep = model.visual_tokens(frames[None])
        expected = dense_with_blinkers(model, frames, keep)
        whole = model.family.features(model.mllm, model.normalize(frames[None]))
    assert keep.sum(1).tolist() == [0, 1, 8, 8, 16, 8]
    torch.testing.assert_close(tokens, expected, atol=5e-5, rtol=1e-4)
    assert (tokens - whole[keep]).abs().max() > 1e-2  # so the mask in the comparison mattered
    starts = keep.sum(1).cumsum(0).tolist()
    everything = slice(starts[3], starts[4])
    torch.testing.assert_close(tokens[everything], whole[4], atol=5e-5, rtol=1e-4)


def test_an_image_gives_the_same_whatever_else_is_in_the_batch(larger):
    model, _ = larger
    frames = scenes()
    with torch.no_grad():
        tokens, keep = model.visual_tokens(frames[None])
        alone = [model.visual_tokens(frame[None, None])[0] for frame in frames]
    assert [len(part) for part in alone] == keep.sum(1).tolist()
    torch.testing.assert_close(torch.cat(alone), tokens, atol=2e-5, rtol=1e-4)


def test_gradients_are_exact_and_survive_checkpointing(larger):
    model, _ = larger
    frames = scenes()
    weights = torch.Generator().manual_seed(1)

    def gradients(run) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        model.zero_grad()
        pixels = frames.clone().requires_grad_()
        tokens = run(pixels)
        (tokens * torch.rand(tokens.shape, generator=weights.manual_seed(1))).sum().backward()
        return pixels.grad, {name: p.grad.clone() for name, p in model.mllm.named_parameters() if p.grad is not None}

    keep = model.visual_tokens(frames[None])[1]
    pixels, parameters = gradients(lambda pixels: dense_with_blinkers(model, pixels, keep))
    model.train()
    for checkpointing in (False, True):
        if checkpointing:
            model.activation_checkpointing_enable()
        own_pixels, own = gradients(lambda pixels: model.visual_tokens(pixels[None])[0])
        scale = pixels.abs().max()
        torch.testing.assert_close(own_pixels, pixels, atol=1e-4 * scale, rtol=1e-3)
        assert own.keys() == parameters.keys()
        for name, gradient in own.items():
            expected = parameters[name]
            torch.testing.assert_close(gradient, expected, atol=1e-4 * float(expected.abs().max()), rtol=1e-3, msg=name)


def test_the_prompt_is_the_whole_one_without_the_places_of_the_background(larger):
    model, processor = larger
    clips = [generate("high wave", seed=1), generate("hugging", seed=2)]
    inputs = processor(clips, ["What?", "What is it that they do?"], return_tensors="pt")
    labels = inputs["input_ids"].clone()
    labels[:, :-6] = -100
    with torch.no_grad():
        sparse = model(**inputs, labels=labels)
        frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames
        tokens, keep = model.visual_tokens(frames)
        parts = iter(tokens.split(keep.unflatten(0, frames.shape[:2]).sum((1, 2)).tolist()))
        kept = iter(keep.unflatten(0, frames.shape[:2]).flatten(1))
        for row in range(len(clips)):  # word by word, without the model's own code
            ids = inputs["input_ids"][row][inputs["attention_mask"][row].bool()]
            places = ids == processor.image_token_id
            embeds = model.get_input_embeddings()(ids)
            mask = ~places
            mask[places] = next(kept)
            embeds[places & mask] = next(parts)
            alone = model.mllm(inputs_embeds=embeds[mask][None]).logits[0]
            read = inputs["attention_mask"][row].bool()
            read[read.clone()] = mask  # logits stand at the places of the input
            torch.testing.assert_close(sparse.logits[row][read], alone, atol=1e-4, rtol=1e-3)
            assert int(sparse.attention_mask[row].sum()) == len(alone)
    assert sparse.logits.shape[1] == inputs["input_ids"].shape[1] > sparse.attention_mask.shape[1]
    assert sparse.loss.isfinite()


def test_clips_that_show_nothing_on_some_frames_can_be_asked_about(larger):
    model, processor = larger
    clip = generate("walk", seed=1)
    mask = clip.mask.copy()
    mask[: len(mask) // 2] = False
    clip = clip.replace(mask=mask)
    inputs = processor(clip, "What?", return_tensors="pt")
    inputs["joint_mask"][:, :1] = False  # the processor itself passes over frames without people
    with torch.no_grad():
        kept = model.visual_tokens(model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames)[1]
    assert kept.sum(1)[0] == 0 < kept.sum(1)[-1]
    assert isinstance(model.generate(**inputs, max_new_tokens=3), torch.Tensor)
    assert isinstance(model.ask(processor, clip, "What?", max_new_tokens=3), str)
    assert model.recognize(processor, clip, ["walk", "wave"]).labels


def test_other_layers_are_refused(larger):
    model, _ = larger
    model.mllm.config.vision_feature_layer = -2
    with pytest.raises(ValueError, match="expected vision_feature_layer -1, got -2"):
        model.visual_tokens(scenes()[None])


def test_four_times_fewer_flops_at_448():
    """Of the paper's encoder (24 layers, 1,024 channels), for one person; counted on two layers of an eighth of the width."""
    import numpy as np
    from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

    from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
    from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor

    small, words = build("internvl")
    settings = small.config.mllm_config.to_dict() | {"image_seq_length": 256}
    settings["vision_config"] |= {
        "image_size": [448, 448], "hidden_size": 128, "intermediate_size": 512, "num_attention_heads": 2,
    }  # fmt: skip
    config = SkeletonLLMConfig(renderer_config=DrActionConfig(num_frames=3), mllm_config=settings)
    model = SkeletonLLMForConditionalGeneration(config).eval()
    processor = SkeletonLLMProcessor.from_config(config, words.tokenizer, chat_template=words.chat_template)
    kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    ratios = []
    for label in ("high wave", "squat", "walk"):
        inputs = processor(generate(label, seed=1), return_tensors="pt")
        with torch.no_grad():
            frames = model.renderer(**inputs).frames
            flops = []
            for drop in (False, True):
                model.config.drop_background = drop
                with FlopCounterMode(display=False, custom_mapping={kernel: lambda q, k, v, *_, **__: sdpa_flop_count(q, k, v)}) as counter:  # fmt: skip
                    model.visual_tokens(frames)
                flops.append(counter.get_total_flops())
        ratios.append(flops[0] / flops[1])
    assert np.mean(ratios) > 4.0
