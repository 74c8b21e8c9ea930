"""Our renderer in front of somebody else's multimodal model: frames are drawn here, answers come from a server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .endpoint import FRAME_TEXT, Endpoint
from .model.prompts import CAPTION, recognition_prompt

FRAME_SIZE = 448  # pixels of the bundled renderer's frames for servers: what InternVL's vision encoder takes


@dataclass(frozen=True)
class Choice:
    """A label chosen by a server.

    Args:
        label: the candidate that the answer names; None where it names none, or several.
        answer: what the server wrote.
        warnings: what the reader said about the clip.
    """

    label: str | None
    answer: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict:
        return {"label": self.label, "answer": self.answer, "warnings": list(self.warnings)}


@dataclass
class RemoteModel:
    """Answers as a local model does, with the same arguments: `caption`, `ask`, `stream`, and `choose` among labels.

    Args:
        renderer: a `DrActionModel`.
        endpoint: where the multimodal model is.
    """

    renderer: Any
    endpoint: Endpoint

    def ask(self, processor, skeleton, question: str, *, history=(), layout=None, max_new_tokens: int = 96) -> str:
        """The server's answer to a question about a clip."""
        frames = self.frames(processor, skeleton, layout)
        return self.endpoint.ask(frames, question, history=history, max_tokens=max_new_tokens)

    def caption(self, processor, skeleton, **options) -> str:
        """A sentence about the clip."""
        return self.ask(processor, skeleton, CAPTION, **options)

    def stream(
        self, processor, skeleton, question: str | None, *, history=(), layout=None, max_new_tokens: int = 96
    ) -> Iterator[str]:
        """As `ask`, piece by piece; None asks for a description."""
        frames = self.frames(processor, skeleton, layout)
        question = CAPTION if question is None else question
        return self.endpoint.stream(frames, question, history=history, max_tokens=max_new_tokens)

    def choose(self, processor, skeleton, labels: Sequence[str], *, layout=None, max_new_tokens: int = 48) -> Choice:
        """Which of `labels` the server names when it is asked to choose one: servers give no scores of labels."""
        clip = processor.load(skeleton, layout)
        answer = self.ask(processor, clip, recognition_prompt(labels), max_new_tokens=max_new_tokens)
        return Choice(named_label(answer, labels), answer, tuple(clip.warnings))

    def frames(self, processor, skeleton, layout=None):
        """(frames, 3, height, width) in [0, 1]."""
        import torch

        with torch.no_grad():
            return processor.rasterize(processor.load(skeleton, layout), self.renderer)["frames"][0]


def named_label(answer: str, labels: Sequence[str]) -> str | None:
    """The one label that an answer is, or holds as words of its own: the longest where one lies within another.

    None where it names none, or two that do not lie within each other: what was meant is not ours to guess.
    """
    plain = {_plain(label): label for label in labels}
    text = _plain(answer)
    if text in plain:
        return plain[text]
    found = [label for label in plain if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text)]
    longest = max(found, key=len, default=None)
    if longest is None or any(label not in longest for label in found):
        return None
    return plain[longest]


def load_renderer(name: str | None = None, size: int | None = None):
    """(renderer, processor, text in front of a frame) for frames that go to a server.

    Args:
        name: the `renderer` folder of an export, a SkeletonLLM checkpoint, either on the Hub too, or a weight file that
            the paper's authors released (`.safetensors`). None: the bundled model's renderer.
        size: width and height of a frame in pixels; None: the renderer's own, `FRAME_SIZE` for the bundled one.

    Raises:
        ValueError, OSError: nothing of the kind.
    """
    from transformers import AutoConfig
    from transformers.utils import cached_file

    from .default import load_default
    from .model.modeling_draction import DrActionModel
    from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from .model.processing_skeletonllm import SkeletonLLMProcessor

    text = FRAME_TEXT
    if name is None:
        model, processor = load_default()
        renderer, size = model.renderer, size or FRAME_SIZE
    elif str(name).endswith(".safetensors"):
        renderer = DrActionModel.from_official(name)
        processor = _bare_processor(renderer.config)
    else:
        from .conversion.plain import frame_text  # pulls in more than most callers need

        kind = AutoConfig.from_pretrained(name).model_type
        if kind not in ("draction", "skeletonllm"):
            raise ValueError(f"{name}: expected a renderer or a SkeletonLLM, got a model of type {kind!r}")
        if kind == "draction":
            renderer = DrActionModel.from_pretrained(name)
        else:
            renderer = SkeletonLLMForConditionalGeneration.from_pretrained(name).renderer
        if cached_file(name, "processor_config.json", _raise_exceptions_for_missing_entries=False) is None:
            processor = _bare_processor(renderer.config)
        else:
            processor = SkeletonLLMProcessor.from_pretrained(name)
            text = frame_text(processor)[0]
    if size is not None:
        renderer.config.image_size = processor.image_size = size
    return renderer.eval(), processor, text


def _bare_processor(config):
    """A processor that places clips as this renderer wants them, with the bundled model's tokenizer, which nobody will ask."""
    from .default import load_default

    processor = load_default()[1]
    processor.num_frames, processor.camera, processor.heading = config.num_frames, config.camera, "keep"
    processor.image_size, processor.sampling = config.image_size, config.sampling.to_dict()
    return processor


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
