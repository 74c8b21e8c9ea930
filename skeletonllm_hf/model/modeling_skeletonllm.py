"""SkeletonLLM: joints -> frames -> vision encoder -> projector -> language model, one differentiable path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, GenerationMixin, PreTrainedModel
from transformers.utils import ModelOutput

from .alignment import MotionTextAlignment
from .configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from .families import family_of
from .limits import check_mllm, check_normalization, check_renderer
from .loading import StrictLoading
from .modeling_draction import SKELETON_INPUTS, DrActionModel
from .tasks import Recognition, answer, recognize, stream

IGNORED = -100  # label of tokens that the loss leaves out, as everywhere in the library


@dataclass
class SkeletonLLMOutput(ModelOutput):
    """
    Args:
        loss: next-token loss over labels that are not -100.
        logits: (prompts, tokens, vocabulary); with `drop_background`, over the tokens that were kept.
        past_key_values: the language model's cache.
        frames: (clips, frames, 3, height, width) in [0, 1], as rendered.
        attention_mask: (prompts, tokens), of the sequence that the language model saw.
    """

    loss: torch.FloatTensor | None = None
    logits: torch.FloatTensor | None = None
    past_key_values: Any = None
    frames: torch.FloatTensor | None = None
    attention_mask: torch.LongTensor | None = None


@dataclass
class Prompt:
    """A prompt as the language model reads it: words and visual tokens in one sequence.

    Args:
        inputs_embeds: (prompts, tokens, hidden).
        attention_mask: (prompts, tokens).
        labels: (prompts, tokens), or None.
        frames: (clips, frames, 3, height, width), or None.
        extras: further inputs of the language model that its family wants beside the embeddings.
    """

    inputs_embeds: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor | None = None
    frames: torch.Tensor | None = None
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def positions(self) -> torch.Tensor:
        """(..., prompts, tokens): where each token stands; padding, on the left, does not count."""
        counted = (self.attention_mask.cumsum(1) - 1).clamp(min=0)
        return self.extras.get("position_ids", counted)


class SkeletonLLMForConditionalGeneration(StrictLoading, PreTrainedModel, GenerationMixin):
    """The renderer in front of a multimodal language model of transformers, of any family in `families.py`."""

    config_class = SkeletonLLMConfig
    config: SkeletonLLMConfig
    base_model_prefix = "skeletonllm"
    main_input_name = "input_ids"
    input_modalities = ("skeleton", "text")
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _supports_flash_attn = True
    _supports_flex_attn = True
    _keep_in_fp32_modules_strict = ["renderer"]
    _no_split_modules = ["DrActionModel"]

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
        self.mllm = AutoModelForImageTextToText.from_config(config.mllm_config)
        if config.alignment_size is not None:
            self.alignment = MotionTextAlignment(
                config.get_text_config().hidden_size,
                config.renderer_config.num_frames,
                config.sentence_size,
                config.alignment_size,
            )
        self.post_init()

    @classmethod
    def in_front_of(
        cls, mllm: PreTrainedModel, renderer_config: DrActionConfig | None = None, **settings
    ) -> SkeletonLLMForConditionalGeneration:
        """A fresh renderer in front of a multimodal language model, which is taken as it is and not copied.

        Args:
            mllm: a `...ForConditionalGeneration` of a family in `families.py`.
            renderer_config: None draws frames of the size that the family sees best.
            settings: of `SkeletonLLMConfig`.
        """
        if renderer_config is None:
            renderer_config = DrActionConfig(image_size=family_of(mllm.config).image_size(mllm.config))
        config = SkeletonLLMConfig(renderer_config=renderer_config, mllm_config=mllm.config, **settings)
        with torch.device("meta"):
            model = cls(config)
        model.renderer = DrActionModel(config.renderer_config)
        model.mllm = mllm
        model.generation_config = mllm.generation_config
        return model.train(mllm.training)

    def save_pretrained(self, save_directory, **kwargs):
        """As the library's, with the code that loads the folder where this package is not installed."""
        here = f"{type(self).__module__.rsplit('.', 1)[-1]}.{type(self).__name__}"
        known = getattr(self.config, "auto_map", None) or {}
        self.config.auto_map = {**known, "AutoModel": here, "AutoModelForImageTextToText": here}
        super().save_pretrained(save_directory, **kwargs)

    @property
    def dtype(self) -> torch.dtype:
        """The language model's: what a saved folder names as its type. The renderer stays in float32 whatever it is."""
        return self.get_input_embeddings().weight.dtype

    def get_input_embeddings(self):
        return self.mllm.get_input_embeddings()

    def set_input_embeddings(self, value):
        self.mllm.set_input_embeddings(value)

    def get_output_embeddings(self):
        return self.mllm.get_output_embeddings()

    def normalize(self, frames: torch.Tensor) -> torch.Tensor:
        """Frames in [0, 1], (clips, frames, 3, height, width) -> pixel_values (clips * frames, 3, height, width)."""
        mean, std = (
            frames.new_tensor(values)[:, None, None] for values in (self.config.image_mean, self.config.image_std)
        )
        return ((frames - mean) / std).flatten(0, 1)

    def visual_tokens(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What the language model sees of rendered frames.

        Args:
            frames: (clips, frames, 3, height, width) in [0, 1].

        Returns:
            (kept tokens, hidden), image by image, and the (images, tokens) mask of what was kept: all of it
            unless `config.drop_background`.
        """
        pixel_values = self.normalize(frames)
        if self.config.drop_background:
            return self.family.foreground_features(self.mllm, pixel_values, frames.flatten(0, 1))
        features = self.family.features(self.mllm, pixel_values)
        kept = torch.ones(features.shape[:2], dtype=torch.bool, device=features.device)
        return features.flatten(0, 1), kept

    def embed_motion(self, **skeletons: torch.Tensor) -> torch.Tensor:
        """Clips in the space that they share with sentences: (clips, `config.alignment_size`), normalised.

        Args:
            skeletons: the processor's tensors of clips.

        Raises:
            ValueError: a model without such a space.
        """
        if self.config.alignment_size is None:
            raise ValueError("embed_motion: expected a model with config.alignment_size, got None")
        features, kept = self.visual_tokens(self.renderer(**skeletons).frames)
        return self.alignment.motion(features, kept, len(skeletons["joints"]))

    def read(
        self,
        input_ids: torch.LongTensor,
        attention_mask: torch.LongTensor | None = None,
        labels: torch.LongTensor | None = None,
        **skeletons: torch.Tensor,
    ) -> Prompt:
        """Renders the clips and puts their visual tokens in the places that the processor left for them.

        With `config.drop_background`, places whose patch group shows nothing are taken out of the sequence;
        what remains is moved together, padding on the left.

        Raises:
            ValueError: prompts that leave another number of places than the clips fill.
        """
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        if not skeletons:
            width = self.config.get_text_config().hidden_size
            nothing = self.renderer.features.new_zeros(0, width), mask.new_zeros(0, 0, dtype=torch.bool)
            return self.place(input_ids, mask, labels, *nothing)
        frames = self.renderer(**skeletons).frames
        features, kept = self.visual_tokens(frames)
        return self.place(input_ids, mask, labels, features, kept, frames)

    def place(
        self,
        input_ids: torch.LongTensor,
        attention_mask: torch.LongTensor,
        labels: torch.LongTensor | None,
        features: torch.Tensor,
        kept: torch.BoolTensor,
        frames: torch.Tensor | None = None,
    ) -> Prompt:
        """`read`, from visual tokens on: `features` and `kept` are what `visual_tokens` gave for the prompts' clips."""
        places = input_ids == self.config.mllm_config.image_token_id
        if places.sum() != kept.numel():
            raise ValueError(
                f"the prompts leave {int(places.sum())} places for visual tokens, the clips give {kept.numel()}: "
                f"{len(kept)} frames with {kept.shape[1]} tokens each"
            )
        embeds, mask, size = (
            self.get_input_embeddings()(input_ids),
            attention_mask,
            self.config.renderer_config.image_size,
        )
        shown = torch.ones_like(places)
        shown[places] = kept.flatten()
        alongside = self.family.alongside(self.mllm, input_ids, places, mask, size)
        embeds, extras = self.family.embed(self.mllm, embeds, places & shown, features)
        if not kept.all():
            embeds, mask, labels, alongside = _compact(shown & mask.bool(), embeds, labels, alongside)
        return Prompt(embeds, mask, labels, frames, alongside | extras)

    def forward(
        self,
        input_ids: torch.LongTensor | None = None,
        attention_mask: torch.LongTensor | None = None,
        joints: torch.FloatTensor | None = None,
        velocities: torch.FloatTensor | None = None,
        joint_mask: torch.BoolTensor | None = None,
        gaussian_joints: torch.LongTensor | None = None,
        gaussian_blends: torch.FloatTensor | None = None,
        gaussian_scales: torch.FloatTensor | None = None,
        gaussian_positions: torch.FloatTensor | None = None,
        labels: torch.LongTensor | None = None,
        inputs_embeds: torch.FloatTensor | None = None,
        **kwargs,
    ) -> SkeletonLLMOutput:
        """Next-token logits, and the loss where labels are given.

        Args:
            input_ids, attention_mask: (prompts, tokens), from the processor.
            joints, velocities, joint_mask, gaussian_*: see `DrActionModel.forward`.
            labels: (prompts, tokens), -100 where no loss is wanted.
            inputs_embeds: (prompts, tokens, hidden), in place of input_ids and clips.
            kwargs: for the language model: past_key_values, position_ids, use_cache, logits_to_keep.
        """
        if inputs_embeds is not None:
            prompt = Prompt(inputs_embeds, attention_mask, labels)
        else:
            clips = (
                joints,
                velocities,
                joint_mask,
                gaussian_joints,
                gaussian_blends,
                gaussian_scales,
                gaussian_positions,
            )
            given = {name: value for name, value in zip(SKELETON_INPUTS, clips, strict=True) if value is not None}
            if not given and kwargs.get("past_key_values") is not None:  # words after a prompt that was read before
                prompt = Prompt(self.get_input_embeddings()(input_ids), attention_mask, labels)
            else:
                prompt = self.read(input_ids, attention_mask, labels, **given)
        kwargs.pop("return_dict", None)
        labels = prompt.labels
        if labels is not None and "logits_to_keep" not in kwargs and self.training:
            # Answers stand at the end: no vocabulary-wide scores for the visual tokens before them.
            first = (labels != IGNORED).any(0).int().argmax()
            kwargs["logits_to_keep"] = int(labels.shape[1] - first + 1)
        if labels is not None and (keep := kwargs.get("logits_to_keep")):
            labels = labels[:, -keep:]
        kwargs = prompt.extras | kwargs
        outputs = self.mllm(
            inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, labels=labels, **kwargs
        )
        return SkeletonLLMOutput(
            loss=outputs.loss,
            logits=outputs.logits,
            past_key_values=outputs.past_key_values,
            frames=prompt.frames,
            attention_mask=prompt.attention_mask,
        )

    @torch.no_grad()
    def generate(
        self, input_ids: torch.LongTensor | None = None, attention_mask: torch.LongTensor | None = None, **kwargs
    ):
        """As the library's `generate`: the processor's tensors in, prompts with their continuations out."""
        skeletons = {name: kwargs.pop(name) for name in SKELETON_INPUTS if kwargs.get(name) is not None}
        prompt = self.read(input_ids, attention_mask, **skeletons)
        self.mllm.generation_config = self.generation_config
        embedded = self.family.generates_from_embeddings
        given = {"inputs_embeds": prompt.inputs_embeds} if embedded else {"input_ids": input_ids}
        output = self.mllm.generate(**given, attention_mask=prompt.attention_mask, **(prompt.extras | kwargs))
        whole = output if isinstance(output, torch.Tensor) else output.sequences
        if embedded:
            asked = input_ids.repeat_interleave(len(whole) // len(input_ids), dim=0)
            whole = torch.cat([asked, whole], dim=1)
        if isinstance(output, torch.Tensor):
            return whole
        output.sequences = whole
        return output

    def recognize(self, processor, skeleton, labels: Sequence[str], top_k: int = 5, **options) -> Recognition:
        """Which of `labels` the clip shows; see `tasks.recognize`."""
        return recognize(self, processor, skeleton, labels, top_k, **options)

    def caption(self, processor, skeleton, **options) -> str:
        """A sentence about the clip; see `tasks.answer`."""
        return answer(self, processor, skeleton, None, **options)

    def ask(self, processor, skeleton, question: str, **options) -> str:
        """The answer to a question about the clip, after earlier turns if given; see `tasks.answer`."""
        return answer(self, processor, skeleton, question, **options)

    def stream(self, processor, skeleton, question: str, **options) -> Iterator[str]:
        """As `ask`, piece by piece as it is written; see `tasks.stream`."""
        return stream(self, processor, skeleton, question, **options)


def _compact(
    keep: torch.Tensor, embeds: torch.Tensor, labels: torch.Tensor | None, alongside: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, dict[str, torch.Tensor]]:
    """Moves what is kept together at the right end of as short a sequence as holds the longest prompt."""
    length = int(keep.sum(1).max())
    order = keep.to(torch.int8).argsort(dim=1, stable=True)[:, -length:]
    embeds = embeds.gather(1, order[..., None].expand(-1, -1, embeds.shape[-1]))
    mask = keep.gather(1, order)
    if labels is not None:
        labels = labels.gather(1, order).masked_fill(~mask, IGNORED)
    alongside = {name: values.gather(-1, order.expand(*values.shape[:-1], -1)) for name, values in alongside.items()}
    return embeds, mask.long(), labels, alongside
