"""The processor: skeletons and text in, tensors for `SkeletonLLMForConditionalGeneration` out."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import BatchFeature, ProcessorMixin

from .configuration_skeletonllm import CAMERAS, DrActionConfig, SkeletonLLMConfig
from .families import family_of
from .gaussians import GaussianSampling, gaussian_template, stack_templates
from .layouts import SkeletonLayout, layouts_with
from .limits import check_processor
from .limits import unbounded as lifted
from .loading import UNREADABLE, unreadable
from .modeling_draction import SKELETON_INPUTS, DrActionModel
from .placement import (
    bridged,
    displacements,
    heading,
    looked_ahead,
    published_axes,
    shown_frames,
    steadied,
    turn_about_y,
)
from .skeleton import SkeletonSequence

HEADINGS = ("keep", "face")
FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "processor_config.json", "config.json")


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
        bridge_joints (`bool`): whether unseen joints between seen ones are placed there (`placement.bridged`), not left out.
        steady (`bool`): whether clips that noise shakes by more than 2 cm are smoothed over time (`placement.steadied`).
    """

    def __init__(
        self,
        tokenizer=None,
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
        sampling: dict | None = None,
        list_candidates: bool = True,
        views: int = 1,
        bridge_joints: bool = False,
        steady: bool = False,
    ):
        if camera not in CAMERAS:
            raise ValueError(f"camera: expected one of {CAMERAS}, got {camera!r}")
        if heading not in HEADINGS:
            raise ValueError(f"heading: expected one of {HEADINGS}, got {heading!r}")
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
        self.bridge_joints = bridge_joints
        self.steady = steady
        check_processor(self)
        super().__init__(tokenizer, chat_template=chat_template)
        self.image_token_id = tokenizer.convert_tokens_to_ids(image_token)

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path, *args, unbounded: bool = False, **kwargs):
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
    def from_config(cls, config: SkeletonLLMConfig, tokenizer, **settings) -> SkeletonLLMProcessor:
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
    def model_input_names(self) -> list[str]:
        return ["input_ids", "attention_mask", *SKELETON_INPUTS]

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
        **text_kwargs,
    ) -> BatchFeature:
        """Clips and prompts as model inputs.

        Args:
            skeletons: a clip, a list of clips, or one list of clips for each prompt. A clip is a
                `SkeletonSequence`, the path of a file, or an array (frames, [people,] joints, 2 or 3) in
                metres, X right, Y up, Z towards the viewer (NaN where a joint is missing).
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
                no joint is ever seen.
        """
        if skeletons is None and text is None:
            raise ValueError("expected skeletons, text or both, got neither")
        texts = [] if text is None else [text] if isinstance(text, str) else list(text)
        if any(not isinstance(prompt, str) for prompt in texts):
            raise TypeError(f"text: expected a string or a list of strings, got {type(text).__name__}")
        groups = _group(skeletons, texts, self.skeleton_token)
        clips = [self.load(clip, layout) for group in groups for clip in group]
        data: dict[str, Any] = {}
        if texts:
            prompts = [self.expand(prompt, len(group)) for prompt, group in zip(texts, groups, strict=True)]
            if (first := self.tokenizer.bos_token) and any(prompt.startswith(first) for prompt in prompts):
                text_kwargs.setdefault("add_special_tokens", False)  # the chat template has written it: not twice
            data |= self.tokenizer(
                prompts, padding=padding, padding_side=padding_side, return_token_type_ids=False, **text_kwargs
            )
        if clips:
            data |= self.tensors(clips, seed, phase)
        return BatchFeature(data, tensor_type=return_tensors)

    def load(self, clip: Any, layout: str | SkeletonLayout | None = None) -> SkeletonSequence:
        """A clip from whatever stands for one: see `__call__`."""
        if isinstance(clip, (str, os.PathLike)):
            if importlib.util.find_spec("skeletonllm_hf") is None:
                raise ValueError(f"{clip}: files are read by the skeletonllm_hf package: install it, or pass an array")
            return importlib.import_module("skeletonllm_hf.readers").load_skeleton(clip, layout=layout)
        if hasattr(clip, "canonical"):  # by duty, not by class: Hub code may hold a second copy of that class
            return clip
        if isinstance(clip, torch.Tensor):
            clip = clip.detach().cpu().numpy()
        if isinstance(clip, (np.ndarray, list, tuple)):
            joints = np.asarray(clip, dtype=np.float32)
            if joints.ndim == 3:
                joints = joints[:, None]
            if joints.ndim != 4:
                raise ValueError(f"skeletons: expected (frames, [people,] joints, 2 or 3), got shape {joints.shape}")
            if layout is None:
                choices = layouts_with(joints.shape[2])
                if len(choices) != 1:
                    names = ", ".join(choice.name for choice in choices) or "none"
                    raise ValueError(f"skeletons: {joints.shape[2]} joints fit layouts: {names}; say which by layout=")
                layout = choices[0]
            return SkeletonSequence(joints, layout)
        raise TypeError(f"skeletons: expected a SkeletonSequence, a path or an array, got {type(clip).__name__}")

    def tensors(
        self, clips: Sequence[SkeletonSequence], seed: int | None = None, phase: float = 0.5
    ) -> dict[str, np.ndarray]:
        """The renderer's inputs for a batch of clips, padded to the largest number of people and joints."""
        generator = None if seed is None else np.random.default_rng(seed)
        sampling = GaussianSampling(**self.sampling)
        placed = [self._place(clip, generator, phase) for clip in clips]
        people = max(joints.shape[1] for joints, _, _ in placed)
        joints = max(joints.shape[2] for joints, _, _ in placed)
        shape = (len(clips), self.num_frames, people, joints)
        data = {
            "joints": np.zeros((*shape, 3), dtype=np.float32),
            "velocities": np.zeros((*shape, 3), dtype=np.float32),
            "joint_mask": np.zeros(shape, dtype=bool),
        }
        for row, arrays in enumerate(placed):
            for name, array in zip(data, arrays, strict=True):
                data[name][row, :, : array.shape[1], : array.shape[2]] = array
        return data | stack_templates([gaussian_template(clip.layout, sampling) for clip in clips])

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
        if unknown := set(inputs) - set(SKELETON_INPUTS):
            raise ValueError(f"rasterize: unknown inputs {sorted(unknown)}; expected {list(SKELETON_INPUTS)}")
        device = renderer.device
        frames = renderer(**{name: value.to(device) for name, value in inputs.items()}).frames
        mean, std = (frames.new_tensor(values)[:, None, None] for values in (image_mean, image_std))
        return BatchFeature({"frames": frames, "pixel_values": ((frames - mean) / std).flatten(0, 1)})

    def apply_chat_template(self, conversation, chat_template=None, tokenize=False, processor_kwargs=None, **kwargs):
        """As the library's; clips stand in content items `{"type": "skeleton", "skeleton": clip}`."""
        return_dict = kwargs.pop("return_dict", True)
        return_tensors = kwargs.pop("return_tensors", None)
        text = super().apply_chat_template(self._spoken(conversation), chat_template=chat_template, **kwargs)
        if not tokenize:
            return text
        batched = not isinstance(text, str)
        skeletons = [_skeletons_of(messages) for messages in (conversation if batched else [conversation])]
        inputs = self(
            skeletons if any(skeletons) else None,
            text if batched else [text],
            return_tensors=return_tensors,
            **(processor_kwargs or {}),
        )
        return inputs if return_dict else inputs["input_ids"]

    def expand(self, text: str, clips: int = 1) -> str:
        """The text that the tokenizer reads: a bare question put into the chat template, clips into their frames."""
        if self.skeleton_token not in text:
            content = [{"type": "skeleton"}] * clips + [{"type": "text", "text": text}]
            text = self.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        frames = "".join(
            self.frame_prefix.format(number=number + 1) + self.image_token * self.tokens_per_frame + self.frame_suffix
            for number in range(self.num_frames)
        )
        return text.replace(self.skeleton_token, frames)

    def _spoken(self, conversation: Sequence) -> list:
        """The conversation with a clip's token as text in its place: chat templates know no content of type "skeleton"."""
        if conversation and not isinstance(conversation[0], dict):
            return [self._spoken(messages) for messages in conversation]
        return [
            message if isinstance(message["content"], str) else message | {"content": self._joined(message["content"])}
            for message in conversation
        ]

    def _joined(self, content: Sequence[dict]) -> list[dict]:
        """Texts that follow each other as one: some chat templates set each apart, and a clip belongs to its question."""
        items: list[dict] = []
        for item in content:
            if item.get("type") == "skeleton":
                item = {"type": "text", "text": self.skeleton_token}
            if item.get("type") == "text" and items and items[-1].get("type") == "text":
                items[-1] = items[-1] | {"text": items[-1]["text"] + item["text"]}
            else:
                items.append(item)
        return items

    def _place(
        self, clip: SkeletonSequence, generator: np.random.Generator | None, phase: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sampled joints and velocities in camera axes (frames, people, joints, 3), and their mask."""
        if not clip.mask.any():
            raise ValueError(f"{clip.source or 'skeletons'}: expected a joint that is seen in some frame, got none")
        seen = steadied(clip.canonical()) if self.steady else clip.canonical()
        frames = shown_frames(seen, self.num_frames, generator, phase)
        drawn = np.concatenate([frames, looked_ahead(seen)[0][frames]])
        sequence = bridged(seen, drawn) if self.bridge_joints else seen
        velocities = displacements(sequence)
        joints, mask = sequence.joints, sequence.mask
        if self.heading == "face":
            angle = heading(seen)
            joints, velocities = turn_about_y(joints, angle), turn_about_y(velocities, angle)
        if self.camera == "published":
            joints, signs = published_axes(clip, joints, mask)
        else:
            signs = np.array([1.0, 1.0, -1.0], dtype=np.float32)  # Z towards the viewer -> away from the camera
            joints = joints * signs
        return joints[frames] * mask[frames][..., None], velocities[frames] * signs, mask[frames]


def _is_clip(value: Any) -> bool:
    if isinstance(value, (str, os.PathLike, np.ndarray, torch.Tensor)) or hasattr(value, "canonical"):
        return True
    while isinstance(value, (list, tuple)) and value:  # nested lists of numbers are an array
        value = value[0]
    return isinstance(value, (int, float))


def _group(skeletons: Any, texts: list[str], token: str) -> list[list]:
    """One list of clips for each prompt."""
    if skeletons is None:
        clips: list = []
    elif _is_clip(skeletons):
        clips = [skeletons]
    elif isinstance(skeletons, (list, tuple)):
        clips = list(skeletons)
    else:
        raise TypeError(f"skeletons: expected a clip or a list of clips, got {type(skeletons).__name__}")
    if not texts:
        return [[clip] if _is_clip(clip) else list(clip) for clip in clips]
    places = [text.count(token) for text in texts]
    if clips and not any(_is_clip(clip) for clip in clips):
        groups = [list(group) for group in clips]
    elif len(texts) == 1:
        groups = [clips]
    elif sum(places):
        starts = np.cumsum([0, *places])
        groups = [clips[start:stop] for start, stop in zip(starts[:-1], starts[1:], strict=True)]
        groups[-1] += clips[starts[-1] :]
    else:
        groups = [[clip] for clip in clips] if clips else [[] for _ in texts]
    if len(groups) != len(texts):
        raise ValueError(f"expected clips for {len(texts)} prompts, got clips for {len(groups)}")
    for text, count, group in zip(texts, places, groups, strict=True):
        if count != len(group) and count:
            raise ValueError(f"prompt {text[:60]!r}: expected {count} clips for its {count} {token}, got {len(group)}")
    return groups


def _skeletons_of(messages: Sequence[dict]) -> list:
    return [
        item["skeleton"]
        for message in messages
        if not isinstance(message["content"], str)
        for item in message["content"]
        if item.get("type") == "skeleton"
    ]
