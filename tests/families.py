"""A tiny random model of each family, with a tokenizer and a chat template that have the family's form."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    Gemma3Config,
    Gemma3TextConfig,
    Idefics3Config,
    InternVLConfig,
    LlamaConfig,
    LlavaOnevisionConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2Config,
    Qwen3VLConfig,
    SiglipVisionConfig,
    SmolVLMConfig,
)

from skeletonllm_hf.answering.endpoint import Endpoint
from skeletonllm_hf.answering.loading import load_renderer
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from skeletonllm_hf.model.families import family_of
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor

FRAMES = 3
BOS, PAD = "<bos>", "<pad>"
_ITEMS = "{% if m['content'] is string %}{{ m['content'] }}{% else %}{% for item in m['content'] %}{% if item['type'] == 'text' %}{{ TEXT }}{% endif %}{% endfor %}{% endif %}"
_CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n" + _ITEMS.replace("TEXT", "item['text']") + "<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)  # fmt: skip
_UTTERANCES = (
    "<|im_start|>{% for m in messages %}{{ m['role'] | capitalize }}: " + _ITEMS.replace("TEXT", "item['text']")
    + "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)  # fmt: skip
# LLaVA-OneVision's writes a new line in front of every text, and nothing behind a turn.
_LINES = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }} {% for item in m['content'] | selectattr('type', 'equalto', 'text') %}"
    "{{ '\n' + item['text'] }}{% endfor %}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_TURNS = (
    "{{ bos_token }}{% for m in messages %}<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n"
    + _ITEMS.replace("TEXT", "item['text'] | trim") + "<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)  # fmt: skip
# One letter per token, so that a prompt is long enough to reach beyond Gemma's sliding window.
_LETTERS = sorted(pre_tokenizers.ByteLevel.alphabet())
_TEXT = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "max_position_embeddings": 4096, "initializer_range": 0.2, "bos_token_id": None, "eos_token_id": None, "pad_token_id": None,
}  # fmt: skip  # large weights: attention of small ones is too flat to notice tokens in wrong places
_SIGLIP = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 56, "patch_size": 14,
}  # fmt: skip
_MROPE = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 1e4}


@dataclass(frozen=True)
class Tiny:
    """What it takes to build one: `config(vocabulary, token_ids)` gives the multimodal model's configuration."""

    config: object
    specials: tuple[str, ...]
    chat_template: str
    size: int
    eos: str
    bos: str | None = None


def _internvl(words: int, ids) -> PreTrainedConfig:
    vision = {
        "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": (56, 56),
        "patch_size": (14, 14),
    }  # fmt: skip
    return InternVLConfig(
        vision_config=vision, text_config=Qwen2Config(vocab_size=words, **_TEXT), image_token_id=ids("<IMG_CONTEXT>"),
        image_seq_length=4,
    )  # fmt: skip


def _qwen(make, vision: dict, rope: dict, words: int, ids) -> PreTrainedConfig:
    vision = {
        "depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32, **vision,
    }  # fmt: skip
    return make(
        vision_config=vision, text_config={"vocab_size": words, "rope_parameters": rope, **_TEXT, **({"head_dim": 8} if make is Qwen3VLConfig else {})},
        image_token_id=ids("<|image_pad|>"), video_token_id=ids("<|video_pad|>"), vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
    )  # fmt: skip


def _llava(words: int, ids) -> PreTrainedConfig:
    return LlavaOnevisionConfig(
        vision_config=SiglipVisionConfig(**_SIGLIP, vision_use_head=False), text_config=Qwen2Config(vocab_size=words, **_TEXT),
        image_token_index=ids("<image>"), video_token_index=ids("<video>"),
    )  # fmt: skip


def _idefics(make, words: int, ids) -> PreTrainedConfig:
    text = LlamaConfig(vocab_size=words, **_TEXT)
    return make(vision_config=_SIGLIP, text_config=text, image_token_id=ids("<image>"), scale_factor=2)


def _gemma(words: int, ids) -> PreTrainedConfig:
    text = Gemma3TextConfig(
        vocab_size=words, head_dim=8, sliding_window=16, layer_types=["sliding_attention", "full_attention"],
        query_pre_attn_scalar=8, **_TEXT,
    )  # fmt: skip
    return Gemma3Config(
        vision_config=SiglipVisionConfig(**_SIGLIP, vision_use_head=False), text_config=text, mm_tokens_per_image=4,
        boi_token_index=ids("<start_of_image>"), eoi_token_index=ids("<end_of_image>"), image_token_index=ids("<image_soft_token>"),
    )  # fmt: skip


_QWEN = ("<|im_start|>", "<|im_end|>", "<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
_IDEFICS = ("<|im_start|>", "<end_of_utterance>", "<image>", "<fake_token_around_image>", "<global-img>")
_GEMMA = ("<eos>", "<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>", "<image_soft_token>")
TINY = {
    "internvl": Tiny(
        _internvl, ("<|im_start|>", "<|im_end|>", "<IMG_CONTEXT>", "<img>", "</img>"), _CHATML, 56, "<|im_end|>"
    ),
    # Windows of 2 x 2 tokens over 3 x 3: the last ones are cut off.
    "qwen2_5_vl": Tiny(
        partial(_qwen, Qwen2_5_VLConfig, {"window_size": 56, "fullatt_block_indexes": [1]}, _MROPE), _QWEN, _CHATML, 84, "<|im_end|>"
    ),
    # 3 x 3 learned positions, stretched over 4 x 4 patches.
    "qwen3_vl": Tiny(
        partial(_qwen, Qwen3VLConfig, {"num_position_embeddings": 9, "deepstack_visual_indexes": [0]}, _MROPE | {"mrope_interleaved": True}),
        _QWEN, _CHATML, 64, "<|im_end|>",
    ),
    "llava_onevision": Tiny(_llava, ("<|im_start|>", "<|im_end|>", "<image>", "<video>"), _LINES, 56, "<|im_end|>"),
    "idefics3": Tiny(partial(_idefics, Idefics3Config), _IDEFICS, _UTTERANCES, 56, "<end_of_utterance>", "<|im_start|>"),
    "smolvlm": Tiny(partial(_idefics, SmolVLMConfig), _IDEFICS, _UTTERANCES, 56, "<end_of_utterance>", "<|im_start|>"),
    "gemma3": Tiny(_gemma, _GEMMA, _TURNS, 56, "<end_of_turn>", BOS),
}  # fmt: skip


def tokenizer(tiny: Tiny) -> PreTrainedTokenizerFast:
    """Letters and the family's special tokens; Gemma's puts its first token in front of every text, as the real one."""
    specials = list(dict.fromkeys([PAD, *([tiny.bos] if tiny.bos else []), *tiny.specials]))
    vocabulary = {token: number for number, token in enumerate([*specials, *_LETTERS])}
    core = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    core.add_special_tokens(specials)
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    if tiny.bos == BOS:
        core.post_processor = processors.TemplateProcessing(single=f"{BOS} $A", special_tokens=[(BOS, vocabulary[BOS])])
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token=PAD, eos_token=tiny.eos, bos_token=tiny.bos, clean_up_tokenization_spaces=False,
        additional_special_tokens=[token for token in tiny.specials if token not in (tiny.eos, tiny.bos)],
    )  # fmt: skip


def build(name: str) -> tuple[SkeletonLLMForConditionalGeneration, SkeletonLLMProcessor]:
    """A random model of a family, in evaluation mode, and its processor."""
    tiny = TINY[name]
    words = tokenizer(tiny)
    mllm = tiny.config(len(words), words.convert_tokens_to_ids)
    family_of(mllm).check(mllm, tiny.size)
    config = SkeletonLLMConfig(
        renderer_config=DrActionConfig(image_size=tiny.size, num_frames=FRAMES, bank_samples=0), mllm_config=mllm,
        eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id,
    )  # fmt: skip
    torch.manual_seed(0)
    model = SkeletonLLMForConditionalGeneration(config).eval()
    with torch.no_grad():  # what their own code starts at zero: the tests need features that differ
        for name, parameter in model.mllm.named_parameters():
            if not name.endswith("bias") and not parameter.any():
                parameter.normal_(0.0, 0.3)
    model.generation_config.eos_token_id = words.eos_token_id
    model.generation_config.pad_token_id = words.pad_token_id
    return model, SkeletonLLMProcessor.from_config(config, words, chat_template=tiny.chat_template)


def sent(clip, export: Path) -> list[dict]:
    """What a client of an exported model sends of a clip: the frames that its renderer draws, each behind its text."""
    drawn = load_renderer(str(export / "renderer"))
    frames = drawn.render(clip)
    content = []
    for number, part in enumerate(Endpoint("http://h", "m", frame_text="")._pictures(frames), 1):
        image = Image.open(io.BytesIO(base64.b64decode(part["image_url"]["url"].partition(",")[2])))
        content += [{"type": "text", "text": drawn.frame_text.format(number=number)}, {"type": "image", "image": image}]
    return content
