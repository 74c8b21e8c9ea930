"""Each family behind the renderer: its own preprocessing, its own answers, gradients, tasks and training's first stage."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from families import FRAMES, TINY, build, tokenizer
from PIL import Image
from transformers import (
    AutoConfig,
    Gemma3Processor,
    Idefics3Processor,
    InternVLProcessor,
    LlavaOnevisionProcessor,
    Qwen2_5_VLProcessor,
    Qwen3VLProcessor,
    SmolVLMProcessor,
)
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from skeletonllm_hf.model.configuration_skeletonllm import SkeletonLLMConfig
from skeletonllm_hf.model.families import FAMILIES, family_of
from skeletonllm_hf.model.likelihoods import label_log_likelihoods
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.stages import find_stages
from skeletonllm_hf.training.trainable import prepare, trained

QUESTIONS = ["What is the action?", "And what is this, in a few words that anybody can understand?"]
HALF = [0.5, 0.5, 0.5]
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}


@pytest.fixture(scope="module", params=list(TINY))
def family(request):
    """(name, model, processor, inputs of two clips with questions of different length); not to be changed."""
    model, processor = build(request.param)
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    return request.param, model, processor, processor(clips, QUESTIONS, return_tensors="pt")


def image_processor(name: str, size: int):
    """The family's image processor without torchvision, as its published checkpoints set it where classes do not."""
    whole = {"size": {"longest_edge": size}, "max_image_size": {"longest_edge": size}, "do_image_splitting": False}
    side = {"height": size, "width": size}
    return {
        "internvl": lambda: GotOcr2ImageProcessorPil(size=side, crop_to_patches=False, **IMAGENET),
        "qwen2_5_vl": lambda: Qwen2VLImageProcessorPil(),
        "qwen3_vl": lambda: Qwen2VLImageProcessorPil(patch_size=16, image_mean=HALF, image_std=HALF),
        "llava_onevision": lambda: LlavaOnevisionImageProcessorPil(size=side, image_mean=HALF, image_std=HALF),
        "idefics3": lambda: Idefics3ImageProcessorPil(**whole),
        "smolvlm": lambda: SmolVLMImageProcessorPil(**whole),
        "gemma3": lambda: Gemma3ImageProcessorPil(size=side),
    }[name]()


def pixels(model, inputs) -> torch.Tensor:
    """Frames as any picture file would hold them: (clips, frames, 3, side, side), whole multiples of 1/255."""
    with torch.no_grad():
        frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames
    return (frames * 255).round() / 255


def own_inputs(name: str, model, inputs, frames: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the family's own forward wants for these prompts and frames, from the family's own image processor."""
    pictures = [
        Image.fromarray((f.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)) for f in frames.flatten(0, 1)
    ]
    grouped = [pictures[start : start + FRAMES] for start in range(0, len(pictures), FRAMES)]
    nested = name in ("idefics3", "smolvlm", "llava_onevision")
    found = dict(image_processor(name, frames.shape[-1])(grouped if nested else pictures, return_tensors="pt"))
    if name == "llava_onevision":
        found["pixel_values"] = found["pixel_values"][:, 0]  # one whole picture each, no tiles
    places = (inputs["input_ids"] == model.config.mllm_config.image_token_id).int()
    if name.startswith("qwen"):
        found["mm_token_type_ids"] = places
    if name == "gemma3":
        found["token_type_ids"] = places
    found = {key: value for key, value in found.items() if key not in ("num_patches", "num_crops", "rows", "cols")}
    return found | {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"]}


def test_frames_become_what_the_familys_own_processor_makes_of_them(family):
    name, model, _, inputs = family
    frames = pixels(model, inputs)
    own = own_inputs(name, model, inputs, frames)
    ours = model.family.inputs(model.config.mllm_config, model.normalize(frames))
    for key, values in ours.items():
        assert values.numel() == own[key].numel()
        torch.testing.assert_close(values.float(), own[key].reshape(values.shape).float(), atol=1e-3, rtol=0)
    assert own["pixel_values"].std() > 0.05  # something is drawn


def test_placeholders_are_those_of_the_familys_own_processor(family):
    name, model, processor, _ = family
    config, tokens = model.config.mllm_config, processor.tokens_per_frame
    # Their processors as a whole need torchvision; the method that writes the placeholders of a picture does not.
    around = {"fake_image_token": "<fake_token_around_image>", "image_token": "<image>"}
    around |= {"global_image_token": "<global-img>", "global_image_tag": "<global-img>"}
    grid = {"image_grid_thw": torch.tensor([[1, 2 * tokens**0.5, 2 * tokens**0.5]]).int()}
    theirs, known, about = {
        "internvl": (
            InternVLProcessor,
            {"start_image_token": "<img>", "image_token": "<IMG_CONTEXT>", "end_image_token": "</img>", "image_seq_length": 4},
            {"num_patches": [1]},
        ),
        "qwen2_5_vl": (Qwen2_5_VLProcessor, {"image_token": "<|image_pad|>"}, grid),
        "qwen3_vl": (Qwen3VLProcessor, {"image_token": "<|image_pad|>"}, grid),
        "llava_onevision": (
            LlavaOnevisionProcessor,
            {"image_token": "<image>", "num_image_tokens": 16, "vision_feature_select_strategy": "full"},
            {"batch_num_images": [FRAMES]},
        ),
        "idefics3": (Idefics3Processor, {**around, "image_seq_len": 4}, {"rows": [[0]], "cols": [[0]]}),
        "smolvlm": (SmolVLMProcessor, {**around, "image_seq_len": 4}, {"rows": [[0]], "cols": [[0]]}),
        "gemma3": (
            Gemma3Processor,
            {"full_image_sequence": "\n\n<start_of_image>" + "<image_soft_token>" * 4 + "<end_of_image>\n\n"},
            {"num_crops": [0]},
        ),
    }[name]  # fmt: skip
    itself = SimpleNamespace(image_processor=SimpleNamespace(merge_size=2), **known)
    picture = theirs.replace_image_token(itself, about, 0)
    if name.startswith("qwen"):
        picture = f"<|vision_start|>{picture}<|vision_end|>"  # written by the chat template there
    ours = processor.expand("<skeleton>")
    assert ours.count(picture) == FRAMES
    assert ours.count(processor.image_token) == FRAMES * tokens
    assert processor.tokenizer(picture, add_special_tokens=False)["input_ids"].count(config.image_token_id) == tokens


# Published checkpoints of each family: (vision configuration, rest of the configuration), side of a frame, tokens of it.
PUBLISHED = [
    ("internvl", ({"image_size": [448, 448], "patch_size": [14, 14]}, {"image_seq_length": 256}), 448, 256),
    ("qwen2_5_vl", ({"patch_size": 14, "spatial_merge_size": 2}, {}), 448, 256),
    ("qwen3_vl", ({"patch_size": 16, "spatial_merge_size": 2}, {}), 448, 196),
    ("llava_onevision", ({"image_size": 384, "patch_size": 14}, {}), 384, 730),
    ("idefics3", ({"image_size": 364, "patch_size": 14}, {"scale_factor": 2}), 364, 169),
    ("smolvlm", ({"image_size": 384, "patch_size": 14}, {"scale_factor": 3}), 384, 81),
    ("smolvlm", ({"image_size": 512, "patch_size": 16}, {"scale_factor": 4}), 512, 64),
    ("gemma3", ({"image_size": 896, "patch_size": 14}, {"mm_tokens_per_image": 256}), 896, 256),
]


@pytest.mark.parametrize(("name", "settings", "side", "tokens"), PUBLISHED)
def test_frames_and_tokens_of_published_sizes(name, settings, side, tokens):
    vision, rest = settings
    config = AutoConfig.for_model(name, vision_config=dict(vision), **rest)
    family = family_of(config)
    assert family.image_size(config) == side and family.tokens_per_frame(config, side) == tokens
    family.check(config, side)
    page = (Path(__file__).parents[1] / "docs" / "families.md").read_text()
    assert re.search(rf"`{name}`.*\| {side} .*{tokens}.*{12 * tokens:,}", page), f"{name}: {side}, {tokens} of a frame"


def test_logits_are_those_of_the_familys_own_forward(family):
    name, model, _, inputs = family
    frames = pixels(model, inputs)
    with torch.no_grad():
        features, kept = model.visual_tokens(frames)
        prompt = model.merge_visual_tokens(inputs["input_ids"], inputs["attention_mask"], None, features, kept)
        ours = model.mllm(
            inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, **prompt.extras
        ).logits
        own = own_inputs(name, model, inputs, frames)
        theirs = model.mllm(**own).logits
        # That the comparison means something: other frames give other words.
        black = model.merge_visual_tokens(inputs["input_ids"], inputs["attention_mask"], None, features.flip(0), kept)
        other = model.mllm(
            inputs_embeds=black.inputs_embeds, attention_mask=black.attention_mask, **black.extras
        ).logits
    real = inputs["attention_mask"].bool()
    assert not real.all()
    torch.testing.assert_close(ours[real], theirs[real], atol=2e-3, rtol=1e-3)
    assert (ours - other)[:, -1].abs().max() > 1e-2


def test_likelihoods_are_those_of_whole_sequences(family):
    _, model, processor, inputs = family
    labels, words = ["wave", "a longer label"], processor.tokenizer
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    with torch.no_grad():
        fast = label_log_likelihoods(model, words, inputs, labels)
        for row, (clip, question) in enumerate(zip(clips, QUESTIONS, strict=True)):
            for column, label in enumerate(labels):
                alone = processor(clip, question, return_tensors="pt")
                answer = torch.tensor([words.encode(label, add_special_tokens=False) + [words.eos_token_id]])
                alone["input_ids"] = torch.cat([alone["input_ids"], answer], dim=1)
                alone["attention_mask"] = torch.ones_like(alone["input_ids"])
                logits = model(**alone).logits[0, -answer.shape[1] - 1 : -1].log_softmax(-1)
                slow = logits.gather(-1, answer[0][:, None]).mean()
                torch.testing.assert_close(fast[row, column], slow, atol=2e-4, rtol=1e-3)


def test_loss_reaches_joints_renderer_and_projector(family):
    name, model, _, inputs = family
    inputs = {key: value.clone() for key, value in inputs.items()}
    inputs["joints"].requires_grad_()
    labels = inputs["input_ids"].clone()
    labels[:, :-5] = -100
    model(**inputs, labels=labels).loss.backward()
    joints = inputs["joints"].grad
    assert joints.isfinite().all() and joints[inputs["joint_mask"]].abs().sum() > 0
    assert model.renderer.features.grad.abs().sum() > 0
    root = model.mllm.model
    projector = {
        "qwen2_5_vl": lambda: root.visual.merger, "qwen3_vl": lambda: root.visual.deepstack_merger_list,
        "idefics3": lambda: root.connector, "smolvlm": lambda: root.connector,
    }.get(name, lambda: root.multi_modal_projector)()  # fmt: skip
    assert all(p.grad.isfinite().all() and p.grad.abs().sum() > 0 for p in projector.parameters())
    model.zero_grad()


def test_words_written_one_by_one_are_those_of_the_whole_sequence(family):
    _, model, _, inputs = family
    length = inputs["input_ids"].shape[1]
    tokens = model.generate(**inputs, max_new_tokens=5, min_new_tokens=5, do_sample=False)
    assert torch.equal(tokens[:, :length], inputs["input_ids"]) and tokens.shape[1] == length + 5
    longer = {"input_ids": tokens, "attention_mask": torch.nn.functional.pad(inputs["attention_mask"], (0, 5), value=1)}
    with torch.no_grad():
        logits = model(**{**inputs, **longer}).logits[:, length - 1 : -1]
    logits[..., model.generation_config.eos_token_id] = -torch.inf  # what min_new_tokens forbids
    written = logits.gather(-1, tokens[:, length:, None])[..., 0]
    torch.testing.assert_close(written, logits.amax(-1), atol=2e-3, rtol=0)
    beams = model.generate(**inputs, max_new_tokens=2, do_sample=False, num_beams=2, num_return_sequences=2)
    assert len(beams) == 4 and torch.equal(beams[::2, :length], inputs["input_ids"])


def test_recognise_ask_caption_and_stream(family):
    _, model, processor, _ = family
    clip = generate("bow", seed=3)
    found = model.recognize(processor, clip, ["walk", "bow", "kick"], top_k=2)
    assert len(found.labels) == 2 and found.log_likelihoods[0] >= found.log_likelihoods[1]
    first = model.ask(processor, clip, "Which hand?", max_new_tokens=6)
    assert first == model.ask(processor, clip, "Which hand?", max_new_tokens=6)
    assert "".join(model.stream(processor, clip, "Which hand?", max_new_tokens=6)).strip() == first
    model.ask(processor, clip, "How often?", history=[("Which hand?", "The left.")], max_new_tokens=1)
    assert isinstance(model.caption(processor, clip, max_new_tokens=2), str)
    words = processor(None, "Who are you?", return_tensors="pt")
    assert model.generate(**words, max_new_tokens=2, do_sample=False).shape[1] <= words["input_ids"].shape[1] + 2


def test_the_first_token_is_written_once(family):
    name, model, processor, inputs = family
    start = processor.tokenizer.bos_token_id
    if start is None:
        assert "bos_token" not in TINY[name].chat_template
    else:
        assert (inputs["input_ids"] == start).sum(1).tolist() == [1, 1]


def test_stage_1_trains_the_renderer_and_the_projector_alone(family):
    name, *_ = family
    model, processor = build(name)
    clips = [generate("high wave", seed=1), generate("bow", seed=2)]
    inputs = processor(clips, [question + " wave" for question in QUESTIONS], return_tensors="pt")
    labels = inputs["input_ids"].clone()
    labels[:, :-5] = -100
    (stage,) = find_stages(["alignment"])
    assert prepare(model, stage) is None
    before = {key: value.clone() for key, value in model.state_dict().items()}
    optimizer = torch.optim.AdamW(trained(model).values(), lr=1e-3)
    losses = []
    for _ in range(4):
        loss = model.train()(**inputs, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
    changed = {key for key, value in model.state_dict().items() if not torch.equal(value, before[key])}
    assert changed and all(re.search(r"^renderer\.|projector|connector|merger", key) for key in changed), changed
    assert any(key.startswith("renderer.") for key in changed) and any(key.startswith("mllm.") for key in changed)


def test_round_trip_gives_the_same_logits_to_the_last_bit(family, tmp_path):
    _, model, processor, inputs = family
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path).eval()
    again = SkeletonLLMProcessor.from_pretrained(tmp_path)
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    repeated = again(clips, QUESTIONS, return_tensors="pt")
    assert all(torch.equal(repeated[key], inputs[key]) for key in inputs)
    with torch.no_grad():
        assert torch.equal(loaded(**repeated).logits, model(**inputs).logits)


def test_a_loaded_model_is_taken_as_it_is(family):
    name, model, _, inputs = family
    renderer = model.config.renderer_config
    again = SkeletonLLMForConditionalGeneration.in_front_of(model.mllm, renderer)
    assert again.mllm is model.mllm and not again.training
    assert all(not p.is_meta for p in (*again.parameters(), *again.buffers()))
    again.renderer.load_state_dict(model.renderer.state_dict())
    with torch.no_grad():
        assert torch.equal(again(**inputs).logits, model(**inputs).logits)


def test_half_precision_runs(family, tmp_path):
    _, model, _, inputs = family
    model.save_pretrained(tmp_path)
    half = SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path, dtype=torch.bfloat16).eval()
    assert half.renderer.features.dtype == torch.float32
    with torch.no_grad():
        logits = half(**inputs).logits
    assert logits.dtype == torch.bfloat16 and logits.isfinite().all()
    half.save_pretrained(tmp_path / "half")  # comes back as it went, not all in the renderer's type
    again = SkeletonLLMForConditionalGeneration.from_pretrained(tmp_path / "half")
    assert {name: p.dtype for name, p in again.named_parameters()} == {
        name: p.dtype for name, p in half.named_parameters()
    }


def test_sizes_that_would_need_resizing_are_refused(family):
    name, model, _, _ = family
    config = SkeletonLLMConfig.from_dict(model.config.to_dict())
    config.renderer_config.image_size = TINY[name].size + 6
    with pytest.raises(ValueError, match="image_size"):
        SkeletonLLMForConditionalGeneration(config)


def test_every_family_is_tested_and_documented():
    assert set(TINY) == set(FAMILIES)
    page = (Path(__file__).parents[1] / "docs" / "families.md").read_text()
    assert all(f"`{name}`" in page for name in FAMILIES)


def test_the_documented_table_is_made_of_tests_that_exist():
    """`python benchmarks/families.py --check` runs them and compares every cell."""
    root = Path(__file__).parents[1]
    named = set(re.findall(r"(test_\w+\.py)::(test_\w+)", (root / "benchmarks" / "families.py").read_text("utf-8")))
    assert len(named) > 8
    for file, test in named:
        assert f"def {test}(" in (root / "tests" / file).read_text("utf-8"), f"{file}: no {test}"


def test_unknown_families_and_impossible_settings_are_named():
    with pytest.raises(ValueError, match=r"mllm_config: expected one of \['gemma3', .*, got 'blip'"):
        family_of(SimpleNamespace(model_type="blip"))
    words = tokenizer(TINY["gemma3"])
    config = SkeletonLLMConfig(
        mllm_config=TINY["gemma3"].config(len(words), words.convert_tokens_to_ids), drop_background=True
    )
    config.renderer_config.image_size = TINY["gemma3"].size
    with pytest.raises(ValueError, match="image_token '<pad>': expected the model's token"):
        SkeletonLLMProcessor.from_config(config, words, image_token="<pad>")
    with pytest.raises(ValueError, match="drop_background: expected False for gemma3"):
        SkeletonLLMForConditionalGeneration(config)
