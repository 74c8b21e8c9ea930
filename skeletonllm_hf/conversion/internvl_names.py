"""InternVLChat, the layout of OpenGVLab's and the paper's code, against transformers' InternVL: tensors and settings."""

from __future__ import annotations

import re
from typing import Any

from transformers import AutoConfig, InternVLConfig, InternVLVisionConfig

ARCHITECTURE, MODEL_TYPE = "InternVLChatModel", "internvl_chat"
TEXT_MODELS = {"qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM", "llama": "LlamaForCausalLM"}

_THEIR_LAYER, _OUR_LAYER = "vision_model.encoder.layers.{n}.", "vision_tower.encoder.layer.{n}."
# theirs: ours, one after the other along the first dimension. {n}: a number, {rest}: the rest of the name.
_TABLE = {
    "vision_model.embeddings.class_embedding": ("vision_tower.embeddings.cls_token",),
    "vision_model.embeddings.position_embedding": ("vision_tower.embeddings.position_embeddings",),
    "vision_model.embeddings.patch_embedding.{rest}": ("vision_tower.embeddings.patch_embeddings.projection.{rest}",),
    **{
        _THEIR_LAYER + theirs: tuple(_OUR_LAYER + name for name in ours)
        for theirs, ours in {
            "attn.qkv.{rest}": tuple(f"attention.{part}_proj.{{rest}}" for part in "qkv"),
            "attn.q_norm.{rest}": ("attention.q_norm.{rest}",),
            "attn.k_norm.{rest}": ("attention.k_norm.{rest}",),
            "attn.proj.{rest}": ("attention.projection_layer.{rest}",),
            "norm1.{rest}": ("layernorm_before.{rest}",),
            "norm2.{rest}": ("layernorm_after.{rest}",),
            "ls1": ("lambda_1",),
            "ls2": ("lambda_2",),
            "mlp.{rest}": ("mlp.{rest}",),
        }.items()
    },
    "mlp1.0.{rest}": ("multi_modal_projector.layer_norm.{rest}",),
    "mlp1.1.{rest}": ("multi_modal_projector.linear_1.{rest}",),
    "mlp1.3.{rest}": ("multi_modal_projector.linear_2.{rest}",),
    "language_model.{rest}": ("language_model.{rest}",),
}
_SAME = (
    "attention_dropout hidden_act hidden_size image_size initializer_range intermediate_size layer_norm_eps norm_type "
    "num_attention_heads num_channels num_hidden_layers patch_size"
)
_VISION = {name: name for name in _SAME.split()}  # theirs: ours
_VISION |= {"dropout": "projection_dropout", "qk_normalization": "use_qk_norm", "qkv_bias": "attention_bias"}
_PAIRS = frozenset({"image_size", "patch_size"})  # one number theirs, height and width ours
_LEGACY_TEXT = ("rope_theta", "rope_scaling")  # the library turns these into rope_parameters


def our_names(theirs: str) -> tuple[str, ...] | None:
    """What a tensor of theirs is called here; several where it is one after the other; None: no tensor of InternVLChat."""
    for pattern, ours in _PATTERNS:
        if match := pattern.fullmatch(theirs):
            return tuple(name.format(**match.groupdict()) for name in ours)
    return None


def their_name(ours: str) -> tuple[str, int] | None:
    """Which tensor of theirs holds one of ours, and at which place in it; None: none."""
    for theirs, pattern, place in _BACK:
        if match := pattern.fullmatch(ours):
            return theirs.format(**match.groupdict()), place
    return None


def our_config(theirs: dict[str, Any], image_token_id: int, origin: str) -> InternVLConfig:
    """transformers' configuration for a `config.json` of InternVLChat. ValueError: what it cannot express; names `origin`."""
    if theirs.get("model_type") != MODEL_TYPE:
        raise ValueError(f"{origin}: expected model_type {MODEL_TYPE!r}, got {theirs.get('model_type')!r}")
    text, vision = theirs.get("llm_config"), theirs.get("vision_config")
    if not isinstance(text, dict) or not isinstance(vision, dict):
        raise ValueError(f"{origin}: expected llm_config and vision_config, found {sorted(theirs)}")
    kind = text.get("model_type")
    if kind not in TEXT_MODELS:
        raise ValueError(f"{origin}: llm_config: expected one of {list(TEXT_MODELS)}, got {kind!r}")
    for name, expected in (("ps_version", "v2"), ("select_layer", -1)):
        if theirs.get(name, expected) != expected:
            raise ValueError(
                f"{origin}: {name}: expected {expected!r}, the only one that transformers knows, got {theirs[name]!r}"
            )
    known = set(AutoConfig.for_model(kind).to_dict()) | set(_LEGACY_TEXT)
    left_out = {"architectures", "transformers_version", "model_type", "dtype", "_name_or_path", "use_cache"}
    text_config = AutoConfig.for_model(kind, **{k: v for k, v in text.items() if k in known - left_out})
    vision_config = InternVLVisionConfig(
        **{ours: vision[name] for name, ours in _VISION.items() if name in vision},
        use_absolute_position_embeddings=True,
    )
    ratio = theirs.get("downsample_ratio", 0.5)
    side = vision_config.image_size[0] // vision_config.patch_size[0]
    tied = bool(text.get("tie_word_embeddings", theirs.get("tie_word_embeddings", False)))
    text_config.tie_word_embeddings = tied
    return InternVLConfig(
        vision_config=vision_config, text_config=text_config, image_token_id=image_token_id,
        image_seq_length=int((side * ratio) ** 2), downsample_ratio=ratio, tie_word_embeddings=tied,
    )  # fmt: skip


def their_config(ours: InternVLConfig, origin: str) -> dict[str, Any]:
    """The `config.json` of InternVLChat. ValueError: a model that their code cannot hold; names `origin`."""
    kind = ours.text_config.model_type
    if kind not in TEXT_MODELS:
        raise ValueError(f"{origin}: expected a language model of {list(TEXT_MODELS)}, got {kind!r}")
    if not (ours.vision_config.use_mean_pooling and ours.vision_config.use_absolute_position_embeddings):
        raise ValueError(
            f"{origin}: their vision encoder has position embeddings and no last norm: expected "
            "use_absolute_position_embeddings and use_mean_pooling"
        )
    vision = {name: getattr(ours.vision_config, key) for name, key in _VISION.items()}
    vision |= {name: vision[name][0] for name in _PAIRS}
    text = ours.text_config.to_dict()
    rope = text.get("rope_parameters") or {}
    if "rope_theta" in rope:  # their code runs on an older transformers
        text["rope_theta"] = rope["rope_theta"]
        text["rope_scaling"] = (
            None if rope.get("rope_type") == "default" else {k: v for k, v in rope.items() if k != "rope_theta"}
        )
    return {
        "architectures": [ARCHITECTURE],
        "model_type": MODEL_TYPE,
        "downsample_ratio": ours.downsample_ratio,
        "dynamic_image_size": False,
        "force_image_size": vision["image_size"],
        "llm_config": text | {"architectures": [TEXT_MODELS[kind]]},
        "max_dynamic_patch": 1,
        "min_dynamic_patch": 1,
        "ps_version": "v2",
        "select_layer": -1,
        "template": "internvl2_5",
        "use_backbone_lora": 0,
        "use_llm_lora": 0,
        "use_thumbnail": False,
        "vision_config": vision
        | {"architectures": ["InternVisionModel"], "model_type": "intern_vit_6b", "use_flash_attn": False},
    }


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.escape(template).replace(r"\{n\}", r"(?P<n>\d+)").replace(r"\{rest\}", "(?P<rest>.+)"))


_PATTERNS = [(_pattern(theirs), ours) for theirs, ours in _TABLE.items()]
_BACK = [(theirs, _pattern(name), place) for theirs, ours in _TABLE.items() for place, name in enumerate(ours)]
