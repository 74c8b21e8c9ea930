"""Arguments of the library's `generate` that mean something else, or nothing, where part of a prompt is a clip."""

from __future__ import annotations

import copy
from dataclasses import fields
from typing import Any

from transformers import GenerationConfig
from transformers.modeling_outputs import CausalLMOutputWithPast

# What the library calls a language model's keys and values: "past_key_values" before 5.24
CACHE = "cache" if "cache" in {one.name for one in fields(CausalLMOutputWithPast)} else "past_key_values"
# Ways of decoding that read the prompt again as token ids
TOKENS_ALONE = ("assistant_model", "assistant_early_exit", "prefill_chunk_size", "guidance_scale")
LENGTHS = ("max_length", "min_length")


def cache_named_as_the_library_does(options: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a forward pass with the cache under the name that this version of the library has, whichever was given."""
    return {CACHE if name in ("cache", "past_key_values") else name: value for name, value in options.items()}


def check_decoding(options: dict[str, Any]) -> None:
    """ValueError: an option that would need the clips as token ids."""
    for name in TOKENS_ALONE:
        value = options.get(name)
        if value is None or (name == "guidance_scale" and (value == 1 or "negative_prompt_ids" in options)):
            continue
        hint = "prompt_lookup_num_tokens drafts without one" if "assistant" in name else "leave it out"
        if name == "guidance_scale":
            hint = "give negative_prompt_ids beside it"
        raise ValueError(f"{name}: expected None: it reads the prompt as token ids, and clips are none; {hint}")


def seen_lengths(
    config: GenerationConfig | None, options: dict[str, Any], left_out: int
) -> tuple[GenerationConfig | None, dict[str, Any]]:
    """The arguments with `max_length` and `min_length` as the library counts them: by tokens that the language model saw.

    Args:
        config, options: `generation_config` and further arguments of `generate`.
        left_out: how many tokens of the longest prompt the language model did not see.
    """

    def seen(length: int | None) -> int | None:
        return length - left_out if length and length > left_out else length

    options = options | {name: seen(options[name]) for name in LENGTHS if name in options}
    if config is not None and left_out:
        config = copy.deepcopy(config)
        for name in LENGTHS:
            setattr(config, name, seen(getattr(config, name)))
    return config, options
