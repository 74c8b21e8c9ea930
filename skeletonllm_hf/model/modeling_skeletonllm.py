"""SkeletonLLM: joints -> frames -> vision encoder -> projector -> language model, one differentiable path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import (
    AutoModelForImageTextToText,
    GenerationConfig,
    GenerationMixin,
    PreTrainedConfig,
    PreTrainedModel,
)
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from .alignment import MotionTextAlignment
from .answers import answer, stream
from .base_skeletonllm import CACHE, IGNORED, Prompt, SkeletonLLMPreTrainedModel, check_decoding, seen_lengths
from .configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from .families import family_of
from .modeling_draction import ROTATION_INPUTS, SKELETON_INPUTS, DrActionModel
from .recognition import Recognition, recognize


@dataclass
class SkeletonLLMModelOutput(BaseModelOutputWithPast):
    """As the library's, with the rendered frames; `cache` is `past_key_values` before transformers 5.24.

    Args:
        last_hidden_state: (prompts, tokens, hidden), at the places of the input: with `drop_background`, a token that was
            left out has the state of the last one before it.
        cache: the language model's.
        hidden_states: as `last_hidden_state`, one of each layer, with `output_hidden_states=True`.
        attentions: of each layer, with `output_attentions=True`; over the tokens that the language model saw.
        frames: (clips, frames, 3, height, width) in [0, 1], as rendered.
        attention_mask: (prompts, tokens), of the sequence that the language model saw.
    """

    frames: torch.FloatTensor | None = None
    attention_mask: torch.LongTensor | None = None


@dataclass
class SkeletonLLMOutput(CausalLMOutputWithPast):
    """
    Args:
        loss: next-token loss over labels that are not -100.
        logits: (prompts, tokens, vocabulary), at the places of the input as in `SkeletonLLMModelOutput`. In training with
            labels, and with `logits_to_keep`, over the last tokens that the language model saw.
        cache, hidden_states, attentions, frames, attention_mask: as in `SkeletonLLMModelOutput`.
    """

    frames: torch.FloatTensor | None = None
    attention_mask: torch.LongTensor | None = None


class SkeletonLLMModel(SkeletonLLMPreTrainedModel):
    """Renderer, vision encoder, projector and decoder: hidden states of clips and words, without a head.

    Loads the folders of `SkeletonLLMForConditionalGeneration`, which has one as its `model`.
    """

    _keys_to_ignore_on_load_unexpected = [r"^mllm\.lm_head\.", r"^alignment\."]

    def __init__(self, config: SkeletonLLMConfig):
        super().__init__(config)
        self.mllm = AutoModelForImageTextToText.from_config(config.mllm_config)
        self.mllm.lm_head = nn.Identity()
        self.mllm._tied_weights_keys, self.mllm.all_tied_weights_keys = None, {}
        self.post_init()

    def save_pretrained(
        self, save_directory: Any, state_dict: dict[str, torch.Tensor] | None = None, **kwargs: Any
    ) -> None:
        """As the library's, without the head of the model that this may be a part of."""
        state = self.state_dict() if state_dict is None else state_dict
        state = {name: values for name, values in state.items() if not name.startswith("mllm.lm_head.")}
        super().save_pretrained(save_directory, state_dict=state, **kwargs)

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
        inputs_embeds: torch.FloatTensor | None = None,
        return_dict: bool | None = None,
        **kwargs: Any,
    ) -> SkeletonLLMModelOutput | tuple[Any, ...]:
        """Hidden states.

        Args:
            input_ids, attention_mask: (prompts, tokens), from the processor.
            joints, velocities, joint_mask, gaussian_*: see `DrActionModel.forward`.
            inputs_embeds: (prompts, tokens, hidden), in place of input_ids and clips.
            return_dict: False gives a tuple of what is not None.
            kwargs: joint_rotations, rest_joints; for the language model: cache (before transformers 5.24: past_key_values),
                position_ids, use_cache, output_hidden_states, output_attentions.
        """
        clips = (joints, velocities, joint_mask, gaussian_joints, gaussian_blends, gaussian_scales, gaussian_positions)
        prompt, kwargs = self.forward_inputs(input_ids, attention_mask, inputs_embeds, clips, kwargs)
        outputs = self.mllm.model(inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, **kwargs)
        states = prompt.spread(outputs.last_hidden_state)
        output = _with_common_fields(SkeletonLLMModelOutput, prompt, outputs, last_hidden_state=states)
        return output if _returns_dict(return_dict, self.config) else output.to_tuple()


class SkeletonLLMForConditionalGeneration(SkeletonLLMPreTrainedModel, GenerationMixin):
    """The renderer in front of a multimodal language model of transformers, of any family in `families.py`."""

    def __init__(self, config: SkeletonLLMConfig):
        super().__init__(config)
        self.mllm = AutoModelForImageTextToText.from_config(config.mllm_config)
        if config.alignment_size is not None:
            self.alignment = MotionTextAlignment(
                config.get_text_config().hidden_size,
                config.renderer_config.num_frames,
                config.sentence_size,
                config.alignment_size,
                config.prototypes,
                len(config.named_prototypes),
            )
        self.post_init()

    @classmethod
    def in_front_of(
        cls, mllm: PreTrainedModel, renderer_config: DrActionConfig | None = None, **settings: Any
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

    @property
    def model(self) -> SkeletonLLMModel:
        """This model without its head: the same modules, not a copy."""
        body = SkeletonLLMModel.__new__(SkeletonLLMModel)
        nn.Module.__init__(body)
        body.config, body.family, body.training = self.config, self.family, self.training
        body.renderer, body.mllm = self.renderer, self.mllm
        return body

    def get_output_embeddings(self) -> nn.Module:
        return self.mllm.get_output_embeddings()

    def set_output_embeddings(self, value: nn.Module) -> None:
        self.mllm.set_output_embeddings(value)

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
        return_dict: bool | None = None,
        **kwargs: Any,
    ) -> SkeletonLLMOutput | tuple[Any, ...]:
        """Next-token logits, and the loss where labels are given.

        Args:
            input_ids, attention_mask: (prompts, tokens), from the processor.
            joints, velocities, joint_mask, gaussian_*: see `DrActionModel.forward`.
            labels: (prompts, tokens), -100 where no loss is wanted.
            inputs_embeds: (prompts, tokens, hidden), in place of input_ids and clips.
            return_dict: False gives a tuple of what is not None.
            kwargs: joint_rotations, rest_joints (see `DrActionModel.forward`); for the language model: cache (before
                transformers 5.24: past_key_values), position_ids, use_cache, logits_to_keep, output_hidden_states,
                output_attentions.
        """
        clips = (joints, velocities, joint_mask, gaussian_joints, gaussian_blends, gaussian_scales, gaussian_positions)
        prompt, kwargs = self.forward_inputs(input_ids, attention_mask, inputs_embeds, clips, kwargs, labels)
        labels, in_a_graph = prompt.labels, torch.compiler.is_compiling()
        if labels is not None and "logits_to_keep" not in kwargs and self.training and not in_a_graph:
            # Answers stand at the end: no vocabulary-wide scores for the visual tokens before them.
            first = (labels != IGNORED).any(0).int().argmax()
            kwargs["logits_to_keep"] = int(labels.shape[1] - first + 1)
        keep = kwargs.get("logits_to_keep", 0)
        if labels is not None and keep:
            labels = labels[:, -keep:]
        inside = None if in_a_graph else labels  # in a graph dropped places stay: `spread` passes over them
        outputs = self.mllm(
            inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, labels=inside, **kwargs
        )
        loss, logits = outputs.loss, outputs.logits
        if not isinstance(keep, torch.Tensor) and not keep:
            logits = prompt.spread(logits)
        if labels is not None and inside is None:
            counted = {"num_items_in_batch": kwargs.get("num_items_in_batch")}
            loss = self.mllm.loss_function(logits=logits, labels=labels, vocab_size=logits.shape[-1], **counted)
        output = _with_common_fields(SkeletonLLMOutput, prompt, outputs, loss=loss, logits=logits)
        return output if _returns_dict(return_dict, self.config) else output.to_tuple()

    @torch.no_grad()
    def generate(
        self,
        inputs: torch.LongTensor | None = None,
        generation_config: GenerationConfig | None = None,
        *,
        input_ids: torch.LongTensor | None = None,
        attention_mask: torch.LongTensor | None = None,
        **kwargs: Any,
    ) -> Any:
        """As the library's `generate`: the processor's tensors in, prompts with their continuations out.

        Args:
            inputs, input_ids: (prompts, tokens), under either name.
            generation_config: None: the model's own.
            attention_mask: (prompts, tokens).
            kwargs: the clips' tensors, or in their place visual_tokens, what `visual_tokens` gave for the prompts' clips; and
                arguments of the library's `generate`.

        Raises:
            ValueError: prompts under both names or neither; ways of decoding in `base_skeletonllm.TOKENS_ALONE`, which would have to see the
                clips as well.
        """
        if (inputs is None) == (input_ids is None):
            raise ValueError("generate: expected inputs or input_ids, got " + ("neither" if inputs is None else "both"))
        prompts: Any = inputs if input_ids is None else input_ids
        check_decoding(kwargs)
        names = (*SKELETON_INPUTS, *ROTATION_INPUTS)
        skeletons = {name: kwargs.pop(name) for name in names if kwargs.get(name) is not None}
        if (seen := kwargs.pop("visual_tokens", None)) is None:
            prompt = self.embed_prompt(prompts, attention_mask, **skeletons)
        else:
            mask: Any = torch.ones_like(prompts) if attention_mask is None else attention_mask
            prompt = self.merge_visual_tokens(prompts, mask, None, *seen)
        self.mllm.generation_config = self.generation_config
        embedded = self.family.generates_from_embeddings
        given = {"inputs_embeds": prompt.inputs_embeds} if embedded else {"input_ids": prompts}
        left_out = prompts.shape[1] - prompt.inputs_embeds.shape[1]
        generation_config, kwargs = seen_lengths(generation_config, kwargs, left_out)
        if generation_config is not None:
            given["generation_config"] = generation_config
        output = self.mllm.generate(**given, attention_mask=prompt.attention_mask, **(prompt.extras | kwargs))
        whole = output if isinstance(output, torch.Tensor) else output.sequences
        if embedded:
            whole = torch.cat([prompts.repeat_interleave(len(whole) // len(prompts), dim=0), whole], dim=1)
        if isinstance(output, torch.Tensor):
            return whole
        output.sequences = whole
        return output

    def recognize(
        self, processor: Any, skeleton: Any, labels: Sequence[str] | None = None, top_k: int = 5, **options: Any
    ) -> Recognition:
        """Which of `labels` the clip shows; see `recognition.recognize`."""
        return recognize(self, processor, skeleton, labels, top_k, **options)

    def caption(self, processor: Any, skeleton: Any, **options: Any) -> str:
        """A sentence about the clip; see `answers.answer`."""
        return answer(self, processor, skeleton, None, **options)

    def ask(self, processor: Any, skeleton: Any, question: str, **options: Any) -> str:
        """The answer to a question about the clip, after earlier turns if given; see `answers.answer`."""
        return answer(self, processor, skeleton, question, **options)

    def stream(self, processor: Any, skeleton: Any, question: str, **options: Any) -> Iterator[str]:
        """As `ask`, piece by piece as it is written; see `answers.stream`."""
        return stream(self, processor, skeleton, question, **options)


def _with_common_fields(kind: type[Any], prompt: Prompt, outputs: Any, **own: Any) -> Any:
    """An output of class `kind`, with the fields that both models have."""
    layers = outputs.hidden_states
    return kind(
        **own,
        **{CACHE: getattr(outputs, CACHE)},
        hidden_states=None if layers is None else tuple(map(prompt.spread, layers)),
        attentions=outputs.attentions,
        frames=prompt.frames,
        attention_mask=prompt.attention_mask,
    )


def _returns_dict(return_dict: bool | None, config: PreTrainedConfig) -> bool:
    return config.return_dict if return_dict is None else return_dict
