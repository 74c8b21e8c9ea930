"""The processor: skeletons and text in, tensors for `SkeletonLLMForConditionalGeneration` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import torch
from transformers import BatchFeature, ProcessorMixin

from .chat import (
    assistant_masks,
    check_nothing_cut,
    check_text_arguments,
    clip_groups,
    clips_of,
    is_batch,
    rendered,
    spoken,
)
from .clip_view import ClipView, clip_tensors, load_clip
from .configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from .families import family_of
from .gaussians import GaussianSampling
from .layouts import SkeletonLayout
from .limits import UNREADABLE, check_processor, lifted, unreadable
from .modeling_draction import ROTATION_INPUTS, SKELETON_INPUTS, DrActionModel
from .skeleton import SkeletonSequence

FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "processor_config.json", "config.json")
EARLIER_NAMES = {"bridge_joints": "impute_joints", "steady": "denoise"}  # of settings, in folders saved before
# Arguments of a processor's call that may stand beside those of a chat template.
CALL_ARGUMENTS = (
    *("layout", "seed", "phase", "padding", "padding_side", "truncation", "max_length", "pad_to_multiple_of"),
    *("add_special_tokens", "return_tensors"),
)


class SkeletonFeature(BatchFeature):
    """A processor's output, whose `to` leaves joints in float32 where it is asked for half precision: they would move by centimetres."""

    def to(self, *args: Any, **kwargs: Any) -> BatchFeature:
        half = (torch.float16, torch.bfloat16)
        kwargs = {name: value for name, value in kwargs.items() if value not in half}
        return super().to(*(value for value in args if value not in half), **kwargs)


class SkeletonLLMProcessor(ProcessorMixin):
    r"""
    Prepares skeletons and text.

    Args:
        tokenizer: the language model's tokenizer; must know `image_token` as one token.
        chat_template (`str`): Jinja template of the language model's family; it gets `skeleton_token` as text where a
            content item of type `"skeleton"` stands.
        num_frames (`int`): frames rendered of each clip.
        image_size (`int`): width and height of a frame, pixels.
        tokens_per_frame (`int`): visual tokens that the language model receives for a frame.
        image_token (`str`): stands for one visual token.
        skeleton_token (`str`): stands for one clip in a prompt; becomes the clip's frames.
        frame_prefix, frame_suffix (`str`): text around each frame's tokens; `{number}` counts from 1.
        camera (`str`): `"fit"`, `"follow"` or `"published"`, as the renderer's.
        heading (`str`): `"face"` turns clips about the vertical so that they start facing the viewer, `"keep"` does not.
        sampling (`dict`): arguments of `GaussianSampling`, as the renderer's.
        list_candidates (`bool`): whether recognition lists its candidate labels in the prompt.
        views (`int`): over how many draws of a clip's frames recognition and greedy writing average, evenly spread within their segments.
        impute_joints (`bool`): whether unseen joints between seen ones are placed there (`placement.imputed`), not left out.
        skin_rotations (`bool`): whether joint rotations that clips carry turn the Gaussians (the paper's R_j), not places alone.
        counts (`bool`): whether how often something is done is counted on the skeleton and said in captions and answers, where
            the package skeletonllm_hf is installed and the model is a small one (`answers.understood`).
        denoise (`bool`): whether clips that noise shakes by more than 2 cm are smoothed over time (`placement.denoised`).
        trim_rest (`bool`): whether long rest before and after the movement is left out (`placement.moving_part`).
    """

    def __init__(
        self,
        tokenizer: Any = None,
        chat_template: str | None = None,
        num_frames: int = 12,
        image_size: int = 448,
        tokens_per_frame: int = 256,
        image_token: str = "<IMG_CONTEXT>",
        skeleton_token: str = "<skeleton>",
        frame_prefix: str = "Frame{number}: <img>",
        frame_suffix: str = "</img>\n",
        camera: str = "fit",
        heading: str = "keep",
        sampling: dict[str, Any] | None = None,
        list_candidates: bool = True,
        views: int = 1,
        impute_joints: bool = False,
        denoise: bool = False,
        trim_rest: bool = False,
        skin_rotations: bool = False,
        counts: bool = True,
    ) -> None:
        self.num_frames = num_frames
        self.image_size = image_size
        self.tokens_per_frame = tokens_per_frame
        self.image_token = image_token
        self.skeleton_token = skeleton_token
        self.frame_prefix = frame_prefix
        self.frame_suffix = frame_suffix
        self.camera = camera
        self.heading = heading
        if not isinstance(sampling, (dict, type(None))) or set(sampling or {}) - set(GaussianSampling().to_dict()):
            raise ValueError(
                f"sampling: expected some of {list(GaussianSampling().to_dict())}, got {repr(sampling)[:80]}"
            )
        self.sampling = GaussianSampling(**(sampling or {})).to_dict()
        self.list_candidates = list_candidates
        self.views = views
        self.impute_joints = impute_joints
        self.denoise = denoise
        self.trim_rest = trim_rest
        self.skin_rotations = skin_rotations
        self.counts = counts
        check_processor(self)
        _ = self.view  # raises for unknown cameras and headings
        super().__init__(tokenizer, chat_template=chat_template)
        self.image_token_id = tokenizer.convert_tokens_to_ids(image_token)

    @classmethod
    def from_pretrained(
        cls, pretrained_model_name_or_path: Any, *args: Any, unbounded: bool = False, **kwargs: Any
    ) -> Any:
        """As the library's.

        Args:
            unbounded: lift the limits of numbers in `processor_config.json` (`limits.py`).

        Raises:
            ValueError: numbers beyond their limits; settings or a tokenizer that cannot be read.
            OSError: nothing there.
        """
        with lifted(unbounded):
            try:
                return super().from_pretrained(pretrained_model_name_or_path, *args, **kwargs)
            except OSError:
                raise
            except Exception as error:
                # the tokenizers library raises plain Exception, for whatever it does not like
                if isinstance(error, UNREADABLE) or type(error) is Exception:
                    raise unreadable(pretrained_model_name_or_path, FILES, error) from None
                raise

    @classmethod
    def from_args_and_dict(cls, args: Any, processor_dict: dict[str, Any], **kwargs: Any) -> Any:
        """As the library's; settings that were saved under their earlier names keep their values."""
        settings = {EARLIER_NAMES.get(name, name): value for name, value in processor_dict.items()}
        return super().from_args_and_dict(args, settings, **kwargs)

    @classmethod
    def from_config(cls, config: SkeletonLLMConfig, tokenizer: Any, **settings: Any) -> SkeletonLLMProcessor:
        """The processor that fits a model: everything the two must agree on is taken from the model's configuration.

        Settings that are given win over those of the model's family (placeholder, text around frames).

        Raises:
            ValueError: a tokenizer whose placeholder is another token than the model's.
        """
        renderer, family = config.renderer_config, family_of(config.mllm_config)
        settings = {
            "image_token": family.image_token,
            "frame_prefix": family.frame_prefix,
            "frame_suffix": family.frame_suffix,
            **settings,
        }
        expected, token = config.mllm_config.image_token_id, settings["image_token"]
        if (found := tokenizer.convert_tokens_to_ids(token)) != expected:
            raise ValueError(
                f"image_token {token!r}: expected the model's token {expected}, got {found} of the tokenizer"
            )
        return cls(
            tokenizer,
            num_frames=renderer.num_frames,
            image_size=renderer.image_size,
            tokens_per_frame=family.tokens_per_frame(config.mllm_config, renderer.image_size),
            camera=renderer.camera,
            sampling=renderer.sampling.to_dict(),
            **settings,
        )

    @property
    def view(self) -> ClipView:
        """How clips are shown, by the current settings."""
        settings = {field.name: getattr(self, field.name) for field in fields(ClipView)}
        return ClipView(**settings | {"sampling": GaussianSampling(**self.sampling)})

    @property
    def model_input_names(self) -> list[str]:
        return ["input_ids", "attention_mask", *SKELETON_INPUTS, *(ROTATION_INPUTS if self.skin_rotations else ())]

    def __call__(
        self,
        skeletons: Any = None,
        text: str | Sequence[str] | None = None,
        *,
        layout: str | SkeletonLayout | None = None,
        seed: int | None = None,
        phase: float = 0.5,
        padding: bool | str = True,
        padding_side: str = "left",
        return_tensors: str | None = None,
        **text_kwargs: Any,
    ) -> BatchFeature:
        """Clips and prompts as model inputs.

        Args:
            skeletons: a clip, a list of clips, or one list of clips for each prompt. A clip is a
                `SkeletonSequence`, the path of a file, a row of a dataset (`skeletonllm_hf.data.schema`), or an array (frames,
                [people,] joints, 2 or 3) in metres, X right, Y up, Z towards the viewer (NaN where a joint is missing).
            text: a prompt or a list of prompts. A prompt that holds `skeleton_token` is used as it stands, with
                the clips in its order; any other is a user's question: its clips go in front, and it is put into
                the chat template. None: no text, only the clips.
            layout: for arrays and files that do not say; arrays may leave it out where their joint count fits one layout.
            seed: draws each frame at random within its segment (training); None takes it at `phase`.
            phase: the share of its segment that lies before a frame; 0.5 takes the middle.
            padding, padding_side, and further keywords: for the tokenizer.
            return_tensors: `"pt"`, `"np"` or None.

        Returns:
            input_ids, attention_mask (prompts, tokens); joints, velocities (clips, frames, people, joints, 3);
            joint_mask (clips, frames, people, joints); gaussian_* (clips, gaussians, ...): see `DrActionModel.forward`.

        Raises:
            TypeError, ValueError: what is no clip, clips and prompts that do not match in number, a clip in which
                no joint is ever seen, arguments that the tokenizer does not know, visual tokens cut off by `truncation`.
        """
        check_text_arguments(self.tokenizer, text_kwargs)
        if skeletons is None and text is None:
            raise ValueError("expected skeletons, text or both, got neither")
        texts = [] if text is None else [text] if isinstance(text, str) else list(text)
        if any(not isinstance(prompt, str) for prompt in texts):
            raise TypeError(f"text: expected a string or a list of strings, got {type(text).__name__}")
        groups = clip_groups(skeletons, texts, self.skeleton_token)
        clips = [self.load(clip, layout) for group in groups for clip in group]
        data: dict[str, Any] = {}
        if texts:
            prompts = [self.expand(prompt, len(group)) for prompt, group in zip(texts, groups, strict=True)]
            data |= self.encoded(prompts, padding=padding, padding_side=padding_side, **text_kwargs)
        if clips:
            data |= self.tensors(clips, seed, phase)
        return SkeletonFeature(data, tensor_type=return_tensors)

    def encoded(self, prompts: list[str], **text_kwargs: Any) -> dict[str, Any]:
        """Expanded prompts (`expand`) as the tokenizer gives them, none of their visual tokens cut off."""
        if (first := self.tokenizer.bos_token) and any(prompt.startswith(first) for prompt in prompts):
            text_kwargs.setdefault("add_special_tokens", False)  # the chat template has written it: not twice
        data = self.tokenizer(prompts, **{"return_token_type_ids": False, **text_kwargs})
        if text_kwargs.get("truncation"):
            expected = [prompt.count(self.image_token) for prompt in prompts]
            check_nothing_cut(data["input_ids"], self.image_token_id, expected, text_kwargs.get("max_length"))
        return dict(data)

    def load(self, clip: Any, layout: str | SkeletonLayout | None = None) -> SkeletonSequence:
        """A clip from a path, a row of a dataset or an array: see `__call__`."""
        return load_clip(clip, layout)

    def tensors(
        self, clips: Sequence[SkeletonSequence], seed: int | None = None, phase: float = 0.5
    ) -> dict[str, np.ndarray]:
        """The renderer's inputs for a batch of clips, padded to the largest number of people and joints."""
        return clip_tensors(clips, self.view, seed, phase)

    def rasterize(
        self,
        skeletons: Any = None,
        renderer: DrActionModel | None = None,
        *,
        layout: str | SkeletonLayout | None = None,
        image_mean: Sequence[float] = (0.485, 0.456, 0.406),
        image_std: Sequence[float] = (0.229, 0.224, 0.225),
        **inputs: torch.Tensor,
    ) -> BatchFeature:
        """Renders clips, differentiably, to frames and to `pixel_values` for any stock vision encoder.

        Args:
            skeletons: clips as in `__call__`; None where `inputs` are given.
            renderer: a `DrActionModel`, such as `model.renderer`; None renders with the fixed colours.
            layout: as in `__call__`.
            image_mean, image_std: normalisation of `pixel_values`, per channel.
            inputs: tensors as `__call__` gives them, in place of skeletons; gradients flow to them.

        Returns:
            frames (clips, frames, 3, height, width) in [0, 1] and pixel_values (clips * frames, 3, height, width).
        """
        if (skeletons is None) == (not inputs):
            raise ValueError("rasterize: expected either skeletons or the tensors of a processor call")
        if renderer is None:
            renderer = DrActionModel(
                DrActionConfig(
                    image_size=self.image_size,
                    num_frames=self.num_frames,
                    camera=self.camera,
                    appearance="fixed",
                    **self.sampling,
                )
            )
        if skeletons is not None:
            inputs = self(skeletons, layout=layout, return_tensors="pt")
        if unknown := set(inputs) - {*SKELETON_INPUTS, *ROTATION_INPUTS}:
            expected = [*SKELETON_INPUTS, *ROTATION_INPUTS]
            raise ValueError(f"rasterize: unknown inputs {sorted(unknown)}; expected {expected}")
        device = renderer.device
        frames = renderer(**{name: value.to(device) for name, value in inputs.items()}).frames
        mean, std = (frames.new_tensor(values)[:, None, None] for values in (image_mean, image_std))
        return BatchFeature({"frames": frames, "pixel_values": (frames - mean).div_(std).flatten(0, 1)})

    def apply_chat_template(
        self,
        conversation: Any,
        chat_template: str | None = None,
        tokenize: bool = False,
        return_dict: bool = True,
        return_tensors: str | None = None,
        return_assistant_tokens_mask: bool = False,
        processor_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """As the library's; a clip stands in a content item `{"type": "skeleton", "skeleton": clip}`, a file in `"path"`.

        Args:
            conversation: a list of messages, or a list of such lists.
            chat_template: None: the processor's own.
            tokenize: whether the model's inputs are wanted, all that `generate` needs, and not the text.
            return_dict: False, with tokenize: the token ids alone.
            return_tensors: `"pt"`, `"np"` or None.
            return_assistant_tokens_mask: with tokenize: `assistant_masks` (prompts, tokens), 1 where a token was said by the
                assistant; the template must have `{% generation %}`.
            processor_kwargs: arguments of `__call__`. Those that it knows may also stand by themselves.
            kwargs: for the template: add_generation_prompt, continue_final_message, tools, and its own variables.

        Raises:
            ValueError: a clip given by url, or by neither skeleton nor path; a template without `{% generation %}` if needed.
        """
        arguments = {name: kwargs.pop(name) for name in CALL_ARGUMENTS if name in kwargs} | (processor_kwargs or {})
        batched = is_batch(conversation)
        words = spoken(conversation if batched else [conversation], self.skeleton_token)
        spans = None
        if tokenize and return_assistant_tokens_mask:
            texts, spans = rendered(words, chat_template or self.chat_template, self.tokenizer, **kwargs)
        else:
            texts = super().apply_chat_template(words, chat_template=chat_template, **kwargs)
        if not tokenize:
            return texts if batched else texts[0]
        return_tensors = arguments.pop("return_tensors", return_tensors)
        groups = [clips_of(messages) for messages in (conversation if batched else [conversation])]
        inputs = self._chat_inputs(texts, groups, spans, **arguments)
        inputs = SkeletonFeature(inputs, tensor_type=return_tensors)
        return inputs if return_dict else inputs["input_ids"]

    def _chat_inputs(
        self, texts: list[str], groups: list[list[Any]], spans: list[Any] | None, *, layout: Any = None, seed: Any = None, phase: float = 0.5,
        padding: bool | str = True, padding_side: str = "left", **text_kwargs: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """The model's inputs for rendered conversations and their clips; `assistant_masks` where `spans` of the assistant are given."""
        check_text_arguments(self.tokenizer, text_kwargs)
        for number, (text, group) in enumerate(zip(texts, groups, strict=True)):
            if (places := text.count(self.skeleton_token)) != len(group):
                raise ValueError(
                    f"conversation {number}: expected {len(group)} clips in the text, found {places} places"
                )
        prompts = [self._shown(text) for text in texts]
        options = {"return_offsets_mapping": True} if spans is not None else {}
        data = self.encoded(prompts, padding=padding, padding_side=padding_side, **options, **text_kwargs)
        if spans is not None:
            spans = [
                [tuple(len(self._shown(text[:at])) for at in span) for span in spans_of_text]
                for text, spans_of_text in zip(texts, spans)
            ]
            data["assistant_masks"] = assistant_masks(data.pop("offset_mapping"), spans)
        clips = [self.load(clip, layout) for group in groups for clip in group]
        return data | (self.tensors(clips, seed, phase) if clips else {})

    def expand(self, text: str, clips: int = 1) -> str:
        """The text that the tokenizer reads: a bare question put into the chat template, clips into their frames."""
        if self.skeleton_token not in text:
            content = [{"type": "skeleton"}] * clips + [{"type": "text", "text": text}]
            text = self.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        return self._shown(text)

    def _shown(self, text: str) -> str:
        """The text with the placeholders of a clip's frames in place of each `skeleton_token`."""
        frames = "".join(
            self.frame_prefix.format(number=number + 1) + self.image_token * self.tokens_per_frame + self.frame_suffix
            for number in range(self.num_frames)
        )
        return text.replace(self.skeleton_token, frames)
