"""The language model's weights in 8 or 4 bits, by bitsandbytes: half or a quarter of the memory, a little less exact.

The renderer stays in float32, the vision encoder and the projector in the checkpoint's own type: they are small, and
the language model cannot make up for what they lose.
"""

from __future__ import annotations

import importlib.util
import re
from typing import Any

WIDTHS = ("4bit", "8bit")
KEPT = ("renderer", "vision", "visual", "projector", "connector", "merger", "lm_head")  # parts of module names


def quantization(source: Any, width: str) -> Any:
    """The setting of `from_pretrained` that quantises the language model's linear layers while they are loaded.

    Args:
        source: a SkeletonLLM checkpoint, a folder or on the Hub.
        width: "4bit" (NF4 with double quantisation, computed in bfloat16) or "8bit" (LLM.int8).

    Raises:
        ModuleNotFoundError: bitsandbytes is not installed.
        ValueError: another width, or a model without linear layers to quantise.
    """
    from transformers import BitsAndBytesConfig

    if width not in WIDTHS:
        raise ValueError(f"quantize: expected one of {WIDTHS}, got {width!r}")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise ModuleNotFoundError("quantised loading needs bitsandbytes: pip install bitsandbytes", name="bitsandbytes")
    import torch

    kept = kept_modules(source)
    if width == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=kept)
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16, llm_int8_skip_modules=kept,
    )  # fmt: skip


def kept_modules(name: str) -> list[str]:
    """Names of the modules that are not quantised: all linear layers but those of the language model's blocks."""
    import torch
    from torch import nn

    from .model.configuration_skeletonllm import SkeletonLLMConfig
    from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from .offline import loading_options

    config = SkeletonLLMConfig.from_pretrained(name, **loading_options(name))
    with torch.device("meta"):
        empty = SkeletonLLMForConditionalGeneration(config)
    linear = [name for name, module in empty.named_modules() if isinstance(module, nn.Linear)]
    kept = [name for name in linear if any(re.search(rf"(^|[._]){part}", name) for part in KEPT)]
    if len(kept) == len(linear):
        raise ValueError(f"{name}: expected linear layers of a language model, found only {sorted(linear)[:5]}")
    return kept
