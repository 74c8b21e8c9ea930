"""A tiny random SkeletonLLM with InternVL3's prompt: frames between `<img>` and `</img>`, turns in ChatML."""

import string

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import InternVLConfig, InternVLVisionConfig, PreTrainedTokenizerFast, Qwen2Config

from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<img>", "</img>", "<IMG_CONTEXT>", "<video>"]
TEMPLATE = (
    "{%- for message in messages -%}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{%- if message['content'] is string -%}{{ message['content'] }}{%- else -%}"
    "{%- for item in message['content'] -%}{{ '<skeleton>' if item['type'] == 'skeleton' else item['text'] }}{%- endfor -%}"
    "{%- endif -%}{{ '<|im_end|>\n' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)


def tiny_internvl(seed: int = 0, tied: bool = False, qk_norm: bool = False, layers: int = 2, **config):
    """(model, processor) with 4 frames of 56 x 56 pixels, 4 visual tokens each."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(special_tokens=SPECIAL, min_frequency=2, show_progress=False)
    tokenizer.train_from_iterator([string.printable], trainer)  # a token a character: equal text means equal tokens
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=SPECIAL[0], eos_token=SPECIAL[2], additional_special_tokens=SPECIAL[1:],
        clean_up_tokenization_spaces=False,
    )  # fmt: skip
    text = Qwen2Config(
        vocab_size=len(tokenizer) + 5, hidden_size=32, intermediate_size=48, num_hidden_layers=layers, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=tied, initializer_range=0.3, bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    vision = InternVLVisionConfig(
        hidden_size=32, num_hidden_layers=layers, num_attention_heads=2, intermediate_size=40, image_size=(56, 56),
        patch_size=(14, 14), attention_bias=True, use_qk_norm=qk_norm, use_absolute_position_embeddings=True,
    )  # fmt: skip
    mllm = InternVLConfig(
        vision_config=vision, text_config=text, image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4, tie_word_embeddings=tied,
    )  # fmt: skip
    torch.manual_seed(seed)
    renderer = DrActionConfig(image_size=56, num_frames=4, bank_samples=2)
    model = SkeletonLLMForConditionalGeneration(
        SkeletonLLMConfig(
            renderer_config=renderer, mllm_config=mllm, tie_word_embeddings=tied, eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id, **config,
        )
    ).eval()  # fmt: skip
    with torch.no_grad():  # every tensor its own random values: one that is lost or swapped shows
        for name, values in model.mllm.named_parameters():
            if values.ndim == 1 or "token" in name or "position" in name:
                values.add_(0.2 * torch.randn_like(values))
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model, SkeletonLLMProcessor.from_config(model.config, tokenizer, chat_template=TEMPLATE)
