"""A language model of the Llama kind, tiny and random, as the base of a slim checkpoint: in a package's folder, or as a .gguf."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from skeletonllm_hf.hub.language_base import Base

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
TEXTS = [
    "user assistant image skeleton frame 1 2 3 4 5 6 7 8 9",
    "A person waves the right hand.",
    "What is the action?",
]
PACKAGE, FILE = "tiny_base", "model.safetensors"


def tiny_language() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=[END, START, STOP], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS * 5, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token=END, bos_token=START, eos_token=STOP)
    config = LlamaConfig(
        vocab_size=len(fast), hidden_size=48, intermediate_size=64, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2,
        max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=None,
    )  # fmt: skip
    torch.manual_seed(0)
    return LlamaForCausalLM(config).eval(), fast


def base_of(path: Path, **changes: str | None) -> Base:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Base(
        **({"repo": "ann/base", "revision": "main", "file": path.name, "sha256": digest, "package": PACKAGE} | changes)
    )


def package(folder: Path) -> Base:
    """Writes the base into a package of `folder`, which must be on `sys.path` to be found; importing it is an error."""
    home = folder / PACKAGE
    for part in tiny_language():
        part.save_pretrained(home)
    (home / "__init__.py").write_text("raise ImportError('nobody needs the code of this package')\n")
    return base_of(home / FILE)


def write_gguf(path: Path) -> None:
    """The same model as llama.cpp keeps it."""
    import gguf

    model, tokenizer = tiny_language()
    config, writer = model.config, gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    tokens = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [gguf.TokenType.CONTROL if token in (END, START, STOP) else gguf.TokenType.NORMAL for token in tokens]
    )
    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name, value in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}.get(name.split(".")[-2])
        if heads:  # llama.cpp turns pairs of neighbours, not halves
            value = value.reshape(heads, 2, -1, value.shape[1]).swapaxes(1, 2).reshape(value.shape)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), value.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
