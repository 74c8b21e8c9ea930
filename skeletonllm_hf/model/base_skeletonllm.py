"""The base class of models with and without a head: from clips and prompts to the inputs of the language model."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import torch
from torch import nn
from transformers import GenerationConfig, PreTrainedModel
from transformers.conversion_mapping import get_model_conversion_mapping
from transformers.core_model_loading import WeightRenaming, rename_source_key
from transformers.modeling_outputs import CausalLMOutputWithPast

from .configuration_skeletonllm import SkeletonLLMConfig
from .families import family_of
from .limits import StrictLoading, check_mllm, check_normalization, check_renderer
from .modeling_draction import ROTATION_INPUTS, SKELETON_INPUTS, DrActionModel

IGNORED = -100  # label of tokens that the loss leaves out, as everywhere in the library
# The library's name of a language model's keys and values: "past_key_values" before 5.24
CACHE = "cache" if "cache" in {one.name for one in fields(CausalLMOutputWithPast)} else "past_key_values"
# Ways of decoding that read the prompt again as token ids
TOKENS_ALONE = ("assistant_model", "assistant_early_exit", "prefill_chunk_size", "guidance_scale")
LENGTHS = ("max_length", "min_length")


@dataclass
class Prompt:
    """A prompt as the language model reads it: words and visual tokens in one sequence.

    Args:
        inputs_embeds: (prompts, tokens, hidden).
        attention_mask: (prompts, tokens).
        labels: (prompts, tokens), or None.
        frames: (clips, frames, 3, height, width), or None.
        extras: further inputs of the language model that its family wants beside the embeddings.
        places: (prompts, tokens of the input): which of `inputs_embeds` stands for each token of the input, for one that
            was left out the last one before it; None: the two sequences are one.
    """

    inputs_embeds: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor | None = None
    frames: torch.Tensor | None = None
    extras: dict[str, Any] = field(default_factory=dict)
    places: torch.Tensor | None = None

    @property
    def positions(self) -> torch.Tensor:
        """(..., prompts, tokens): where each token stands; padding, on the left, does not count."""
        counted = (self.attention_mask.cumsum(1) - 1).clamp(min=0)
        return self.extras.get("position_ids", counted)

    def spread(self, values: torch.Tensor) -> torch.Tensor:
        """Values for each token that the language model saw, (prompts, seen, ...), as values for each token of the input."""
        if self.places is None:
            return values
        return values.gather(1, self.places[..., None].expand(-1, -1, values.shape[-1]))


class SkeletonLLMPreTrainedModel(StrictLoading, PreTrainedModel):
    """A renderer and, behind it, a multimodal language model of any family in `families.py`, with or without its head.

    Subclasses set `renderer` and `mllm`. `mllm.model` holds vision encoder, projector and decoder, whichever subclass it is:
    weights have the same names in both.
    """

    config_class = SkeletonLLMConfig
    config: SkeletonLLMConfig
    base_model_prefix = "model"
    main_input_name = "input_ids"
    input_modalities = ("skeleton", "text")
    supports_gradient_checkpointing = True
    _supports_sdpa = _supports_flash_attn = _supports_flex_attn = _supports_attention_backend = True
    _keep_in_fp32_modules_strict = ["renderer"]
    _no_split_modules = ["DrActionModel", "InternVLVisionModel"]

    def __init__(self, config: SkeletonLLMConfig):
        super().__init__(config)
        check_renderer(config.renderer_config)
        check_mllm(config.mllm_config.to_dict())
        check_normalization(config.image_mean, config.image_std)
        self.family = family_of(config.mllm_config)
        self.family.check(config.mllm_config, config.renderer_config.image_size)
        if config.drop_background and not self.family.can_drop_background:
            raise ValueError(f"drop_background: expected False for {config.mllm_config.model_type}, got True")
        self.renderer = DrActionModel(config.renderer_config)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """As torch's; tensors may have the names of a saved file, too: the library's Trainer goes on from one."""
        own = self.state_dict()
        if not own.keys() >= state_dict.keys():
            changes = [change for change in get_model_conversion_mapping(self) if isinstance(change, WeightRenaming)]
            names = {name: name if name in own else rename_source_key(name, changes, [])[0] for name in state_dict}
            state_dict = {names[name]: tensor for name, tensor in state_dict.items()}
        return super().load_state_dict(state_dict, strict=strict, assign=assign)

    def save_pretrained(self, save_directory: Any, **kwargs: Any) -> None:
        """As the library's, with the code that loads the folder where this package is not installed."""
        classes = {
            "AutoModel": "SkeletonLLMModel",
            "AutoModelForImageTextToText": "SkeletonLLMForConditionalGeneration",
        }
        known = getattr(self.config, "auto_map", None) or {}
        self.config.auto_map = known | {auto: f"modeling_skeletonllm.{name}" for auto, name in classes.items()}
        super().save_pretrained(save_directory, **kwargs)

    @property
    def dtype(self) -> torch.dtype:
        """The language model's, which a saved folder names as its type. The renderer is always in float32."""
        return self.get_input_embeddings().weight.dtype

    def get_input_embeddings(self) -> Any:
        return self.mllm.get_input_embeddings()

    def set_input_embeddings(self, value: Any) -> None:
        self.mllm.set_input_embeddings(value)

    def get_decoder(self) -> nn.Module:
        return self.mllm.model.get_decoder()

    def set_decoder(self, decoder: nn.Module) -> None:
        self.mllm.model.set_decoder(decoder)

    def normalize(self, frames: torch.Tensor) -> torch.Tensor:
        """Frames in [0, 1], (clips, frames, 3, height, width) -> pixel_values (clips * frames, 3, height, width)."""
        statistics = (self.config.image_mean, self.config.image_std)
        mean, std = (frames.new_tensor(values)[:, None, None] for values in statistics)
        return (frames - mean).div_(std).flatten(0, 1)

    def visual_tokens(
        self, frames: torch.Tensor, drop_background: bool | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Visual tokens of rendered frames.

        Args:
            frames: (clips, frames, 3, height, width) in [0, 1].
            drop_background: whether patches that show nothing are left out; None: `config.drop_background`.

        Returns:
            (kept tokens, hidden), image by image, and the (images, tokens) mask of what was kept: all of it
            unless `drop_background`.
        """
        pixel_values = self.normalize(frames)
        if self.config.drop_background if drop_background is None else drop_background:
            return self.family.foreground_features(self.mllm, pixel_values, frames.flatten(0, 1))
        features = self.family.features(self.mllm, pixel_values)
        kept = torch.ones(features.shape[:2], dtype=torch.bool, device=features.device)
        return features.flatten(0, 1), kept

    def embed_prompt(
        self,
        input_ids: torch.LongTensor,
        attention_mask: torch.LongTensor | None = None,
        labels: torch.LongTensor | None = None,
        **skeletons: torch.Tensor,
    ) -> Prompt:
        """Renders the clips and puts their visual tokens in the places that the processor left for them.

        With `config.drop_background`, places whose patch group shows nothing are taken out of the sequence;
        what remains is moved together, padding on the left. In a graph (torch.compile, torch.export), where shapes must
        not depend on what is drawn, such places stay and are masked.

        Raises:
            ValueError: ids, mask or labels of other shapes than (prompts, tokens), prompts that leave another number of places
                than the clips fill.
        """
        if input_ids.ndim != 2:
            raise ValueError(f"input_ids: expected (prompts, tokens), got {tuple(input_ids.shape)}")
        for name, values in {"attention_mask": attention_mask, "labels": labels}.items():
            if values is not None and values.shape != input_ids.shape:
                raise ValueError(f"{name}: expected {tuple(input_ids.shape)}, as input_ids, got {tuple(values.shape)}")
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        skeletons = {name: values for name, values in skeletons.items() if values is not None}
        if not skeletons:
            width = self.config.get_text_config().hidden_size
            nothing = self.renderer.features.new_zeros(0, width), mask.new_zeros(0, 0, dtype=torch.bool)
            return self.merge_visual_tokens(input_ids, mask, labels, *nothing)
        frames = self.renderer(**skeletons).frames
        features, kept = self.visual_tokens(frames)
        return self.merge_visual_tokens(input_ids, mask, labels, features, kept, frames)

    def forward_inputs(
        self,
        input_ids: torch.LongTensor | None,
        attention_mask: torch.LongTensor | None,
        inputs_embeds: torch.FloatTensor | None,
        clips: Sequence[torch.Tensor | None],
        options: dict[str, Any],
        labels: torch.LongTensor | None = None,
    ) -> tuple[Prompt, dict[str, Any]]:
        """The prompt of a forward pass, and the further arguments of the language model.

        Args:
            input_ids, attention_mask, inputs_embeds, labels: as in `SkeletonLLMForConditionalGeneration.forward`.
            clips: values of `SKELETON_INPUTS`.
            options: further arguments of that method, among them `ROTATION_INPUTS`.
        """
        # the cache may be given under either of the library's names
        options = {CACHE if name in ("cache", "past_key_values") else name: value for name, value in options.items()}
        skeletons = dict(zip(SKELETON_INPUTS, clips, strict=True))
        skeletons |= {name: options.pop(name, None) for name in ROTATION_INPUTS}
        if inputs_embeds is not None:
            prompt = Prompt(inputs_embeds, attention_mask, labels)
        elif options.get(CACHE) is not None and all(values is None for values in skeletons.values()):
            embeds = self.get_input_embeddings()(input_ids)  # words that follow the cached ones
            prompt = Prompt(embeds, attention_mask, labels)
        else:
            prompt = self.embed_prompt(input_ids, attention_mask, labels, **skeletons)
        return prompt, {**prompt.extras, **options}

    def merge_visual_tokens(
        self,
        input_ids: torch.LongTensor,
        attention_mask: torch.LongTensor,
        labels: torch.LongTensor | None,
        features: torch.Tensor,
        kept: torch.BoolTensor,
        frames: torch.Tensor | None = None,
    ) -> Prompt:
        """`embed_prompt`, from visual tokens on: `features` and `kept` are what `visual_tokens` gave for the prompts' clips."""
        places = input_ids == self.config.mllm_config.image_token_id
        in_a_graph = torch.compiler.is_compiling()
        if not in_a_graph and places.sum() != kept.numel():
            raise ValueError(
                f"the prompts leave {int(places.sum())} places for visual tokens, the clips give {kept.numel()}: "
                f"{len(kept)} frames with {kept.shape[1]} tokens each"
            )
        embeds, mask = self.get_input_embeddings()(input_ids), attention_mask
        size = self.config.renderer_config.image_size
        shown = torch.ones_like(places).masked_scatter(places, kept)
        extra_inputs = self.family.extra_inputs(self.mllm, input_ids, places, mask, size)
        embeds, extras = self.family.embed(self.mllm, embeds, places if in_a_graph else places & shown, features)
        seats = None
        if in_a_graph:
            if self.config.drop_background:
                keep = shown & mask.bool()
                mask, extra_inputs = keep.long(), {"position_ids": (keep.cumsum(1) - 1).clamp(min=0)} | extra_inputs
                numbers = torch.arange(keep.shape[1], device=keep.device)
                kept_first = torch.where(keep, numbers, keep.shape[1] - 1).sort(1).values
                seats = kept_first.gather(1, (keep.cumsum(1) - 1).clamp(min=0))
                labels = None if labels is None else labels.masked_fill(~keep, IGNORED)
        elif not kept.all():
            embeds, mask, labels, extra_inputs, seats = _compact(shown & mask.bool(), embeds, labels, extra_inputs)
        return Prompt(embeds, mask, labels, frames, extra_inputs | extras, seats)


def _compact(
    keep: torch.Tensor, embeds: torch.Tensor, labels: torch.Tensor | None, extra_inputs: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, dict[str, torch.Tensor], torch.Tensor]:
    """Moves what is kept together at the right end of as short a sequence as holds the longest prompt; `Prompt.places` last."""
    length = int(keep.sum(1).max())
    order = keep.to(torch.int8).argsort(dim=1, stable=True)[:, -length:]
    embeds = embeds.gather(1, order[..., None].expand(-1, -1, embeds.shape[-1]))
    mask = keep.gather(1, order)
    if labels is not None:
        labels = labels.gather(1, order).masked_fill(~mask, IGNORED)
    extra_inputs = {
        name: values.gather(-1, order.expand(*values.shape[:-1], -1)) for name, values in extra_inputs.items()
    }
    seats = (keep.cumsum(1) + (length - 1 - keep.sum(1, keepdim=True))).clamp(min=0)
    return embeds, mask.long(), labels, extra_inputs, seats


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
