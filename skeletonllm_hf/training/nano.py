"""The architecture of "nano", the bundled default model: InternVL in small, from scratch."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import InternVLConfig, InternVLVisionConfig, PreTrainedTokenizerFast, Qwen2Config

from ..model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from ..model.modeling_draction import DrActionModel
from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor

IMAGE_SIZE, PATCH_SIZE, NUM_FRAMES = 112, 14, 12
TOKENS_PER_FRAME = (IMAGE_SIZE // PATCH_SIZE // 2) ** 2  # the projector merges 2 x 2 patches
VOCABULARY = 2048
MAX_TOKENS = 1024
PAD, END, USER, ASSISTANT, IMAGE, SKELETON = (
    "<|pad|>",
    "<|end|>",
    "<|user|>",
    "<|assistant|>",
    "<|image|>",
    "<skeleton>",
)
FRAMES = [f"<|frame{number + 1}|>" for number in range(NUM_FRAMES)]

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- set role = message['role'] -%}"
    "{{ '<|' + role + '|>' if role in ('user', 'assistant') else role + '\n' }}"
    "{%- set text -%}"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- else -%}{%- for item in message['content'] -%}"
    "{{ '<skeleton>' if item['type'] == 'skeleton' else item['text'] }}"
    "{%- endfor -%}{%- endif -%}"
    "{{ '<|end|>' }}"
    "{%- endset -%}"
    "{%- if role == 'assistant' -%}{% generation %}{{ text }}{% endgeneration %}{%- else -%}{{ text }}{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)


def build_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer of `VOCABULARY` tokens learned from these texts; any text can be written with it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)  # "wave" reads the same anywhere
    tokenizer.decoder = decoders.ByteLevel()
    special = [PAD, END, USER, ASSISTANT, IMAGE, SKELETON, *FRAMES]
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT, IMAGE, SKELETON, *FRAMES],
        model_max_length=MAX_TOKENS,
        clean_up_tokenization_spaces=False,
    )


def renderer_settings(appearance: str = "learned") -> DrActionConfig:
    """nano's renderer: small frames, and lines thick enough for their colours to be seen there."""
    return DrActionConfig(
        image_size=IMAGE_SIZE,
        num_frames=NUM_FRAMES,
        bank_samples=0,
        joint_radius=0.032,
        bone_radius=0.026,
        appearance=appearance,
        camera="follow",
    )


def renew_renderer(
    model: SkeletonLLMForConditionalGeneration, processor: SkeletonLLMProcessor, appearance: str
) -> None:
    """Gives a model a fresh renderer of today's settings, which the rest of it then has to get used to."""
    config = renderer_settings(appearance)
    model.config.renderer_config = config
    model.renderer = DrActionModel(config)
    processor.sampling, processor.camera = config.sampling.to_dict(), config.camera


def build_nano(
    tokenizer: PreTrainedTokenizerFast, appearance: str = "learned"
) -> tuple[SkeletonLLMForConditionalGeneration, SkeletonLLMProcessor]:
    """A fresh model of about six million parameters and its processor; weights from torch's random state.

    Args:
        tokenizer: of `build_tokenizer`.
        appearance: the renderer's colours, `"learned"` or `"fixed"`, as in `DrActionConfig`.
    """
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=4,
        num_attention_heads=8,
        num_key_value_heads=8,
        max_position_embeddings=MAX_TOKENS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    vision = InternVLVisionConfig(
        hidden_size=192,
        num_hidden_layers=4,
        num_attention_heads=6,  # heads of 32: wider ones do not learn at this size
        intermediate_size=768,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        patch_size=(PATCH_SIZE, PATCH_SIZE),
        layer_scale_init_value=1.0,  # 0.1 suits fine-tuning; from scratch it starves the layers
        attention_bias=True,
        use_mean_pooling=False,
    )
    config = SkeletonLLMConfig(
        renderer_config=renderer_settings(appearance),
        mllm_config=InternVLConfig(
            vision_config=vision,
            text_config=text,
            image_token_id=tokenizer.convert_tokens_to_ids(IMAGE),
            image_seq_length=TOKENS_PER_FRAME,
            tie_word_embeddings=True,
        ),
        # Frames are mostly black: this brings what is drawn to about unit contrast.
        image_mean=(0.05, 0.05, 0.05),
        image_std=(0.15, 0.15, 0.15),
        drop_background=True,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = SkeletonLLMForConditionalGeneration(config)
    embeddings = model.mllm.model.vision_tower.embeddings
    with torch.no_grad():  # the library starts these at zero, from which a small tower does not find its way
        embeddings.position_embeddings.normal_(0.0, 0.5)
        embeddings.cls_token.normal_(0.0, 0.5)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    processor = SkeletonLLMProcessor.from_config(
        config,
        tokenizer,
        chat_template=CHAT_TEMPLATE,
        image_token=IMAGE,
        skeleton_token=SKELETON,
        frame_prefix="<|frame{number}|>",
        frame_suffix="",
        heading="face",
        list_candidates=False,
        impute_joints=True,
        denoise=True,
        trim_rest=True,
    )
    return model, processor
