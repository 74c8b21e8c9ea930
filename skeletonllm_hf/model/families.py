"""The families of multimodal language models that a renderer can stand in front of, by their `model_type`."""

from __future__ import annotations

from typing import Any

from .family import Family
from .gemma3 import Gemma3
from .idefics3 import Idefics3
from .internvl import InternVL
from .llava_onevision import LlavaOnevision
from .qwen_vl import Qwen3VL, Qwen25VL

FAMILIES: dict[str, Family] = {
    model_type: family
    for family in (InternVL(), Qwen25VL(), Qwen3VL(), LlavaOnevision(), Idefics3(), Gemma3())
    for model_type in family.model_types
}


def family_of(mllm_config: Any) -> Family:
    """The family of a multimodal model's configuration. ValueError: one that is not known."""
    family = FAMILIES.get(mllm_config.model_type)
    if family is None:
        raise ValueError(f"mllm_config: expected one of {sorted(FAMILIES)}, got {mllm_config.model_type!r}")
    return family
