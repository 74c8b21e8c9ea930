"""What a batch job does with a handful of clips: one result for each, in the columns of the task."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from ..drawing import to_images
from ..model.placement import shown_frames
from ..model.prompts import CAPTION
from ..model.tasks import NONE_OF_THESE, candidate_log_likelihoods, usual_log_likelihoods, write
from ..synthetic import reference_clips

# name: {column: type}; beside what every row has: id, part, dataset, label, warnings, error
TASKS: dict[str, dict[str, str]] = {
    "recognise": {
        "prediction": "string",
        "candidates": "[string]",
        "scores": "[float32]",
        "log_likelihoods": "[float32]",
    },
    "caption": {"text": "string"},
    "ask": {"question": "string", "text": "string"},
    "render": {"frames": "[binary]", "times": "[float32]"},
}


@dataclass
class Worker:
    """Runs one task on batches of clips.

    Args:
        task: of `TASKS`.
        processor: prepares clips.
        model: a `SkeletonLLMForConditionalGeneration` or a `RemoteModel`; for "render" anything with a `renderer`.
        labels: for "recognise". top_k: how many of them a result keeps. none_of_these: offers that too.
        question: for "ask".
        max_new_tokens: longest text.
        descriptions: of the labels, for "recognise" by them, as in `model.tasks.recognize`.
    """

    task: str
    processor: Any
    model: Any
    labels: Sequence[str] = ()
    top_k: int = 5
    none_of_these: bool = False
    question: str | None = None
    max_new_tokens: int = 96
    descriptions: Mapping[str, Sequence[str]] | None = None
    candidates: list[str] = field(init=False)

    def __post_init__(self):
        self.candidates = [*self.labels, *([NONE_OF_THESE] if self.none_of_these else [])]

    @torch.no_grad()
    def __call__(self, clips: Sequence) -> list[dict[str, object]]:
        """A result for each clip. Answers do not depend on what else is in the batch, but for rounding."""
        if self.task == "render":
            return self._render(clips)
        if hasattr(self.model, "endpoint"):
            return self._remote(clips)
        return self._recognise(clips) if self.task == "recognise" else self._write(clips)

    def _recognise(self, clips: Sequence) -> list[dict[str, object]]:
        rows = candidate_log_likelihoods(
            self.model, self.processor, clips, self.candidates, descriptions=self.descriptions
        )
        rows = (rows if self.descriptions is None else rows - self._usual).float().cpu()
        results = []
        for likelihoods in rows:
            scores = likelihoods.softmax(0)
            best = likelihoods.argsort(descending=True, stable=True)[: self.top_k].tolist()
            results.append(
                {
                    "prediction": self.candidates[best[0]],
                    "candidates": [self.candidates[place] for place in best],
                    "scores": [float(scores[place]) for place in best],
                    "log_likelihoods": [float(likelihoods[place]) for place in best],
                }
            )
        return results

    @cached_property
    def _usual(self) -> torch.Tensor:
        """How likely the descriptions are about other things."""
        reference = reference_clips(self.candidates)
        return usual_log_likelihoods(self.model, self.processor, reference, self.candidates, self.descriptions)

    def _write(self, clips: Sequence) -> list[dict[str, object]]:
        content = [{"type": "skeleton"}, {"type": "text", "text": self._asked()}]
        text = self.processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        answers = write(self.model, self.processor, clips, [text] * len(clips), max_new_tokens=self.max_new_tokens)
        return [self._text(answer) for answer in answers]

    def _remote(self, clips: Sequence) -> list[dict[str, object]]:
        """All clips at once: servers are fast where requests come together."""
        with ThreadPoolExecutor(len(clips)) as pool:
            if self.task == "recognise":
                found = pool.map(lambda clip: self.model.choose(self.processor, clip, self.candidates), clips)
                return [
                    {"prediction": choice.label, "candidates": [], "scores": [], "log_likelihoods": []}
                    for choice in found
                ]
            ask = lambda clip: self.model.ask(self.processor, clip, self._asked(), max_new_tokens=self.max_new_tokens)  # noqa: E731
            return [self._text(answer) for answer in pool.map(ask, clips)]

    def _render(self, clips: Sequence) -> list[dict[str, object]]:
        frames = self.processor.rasterize(list(clips), self.model.renderer)["frames"].cpu().numpy()
        results = []
        for clip, shown in zip(clips, frames, strict=True):
            times = shown_frames(clip, self.processor.num_frames) / clip.fps
            results.append(
                {"frames": [_png(image) for image in to_images(shown)], "times": np.asarray(times, np.float32)}
            )
        return results

    def _asked(self) -> str:
        return CAPTION if self.task == "caption" else self.question

    def _text(self, answer: str) -> dict[str, object]:
        return {"text": answer} if self.task == "caption" else {"question": self.question, "text": answer}


def result_schema(task: str):
    """The Arrow schema of a task's results."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "[string]": pa.list_(pa.string()), "[float32]": pa.list_(pa.float32()),
        "[binary]": pa.list_(pa.binary()),
    }  # fmt: skip
    columns = {"id": "string", "dataset": "string", "part": "string", "label": "string", **TASKS[task]}
    columns |= {"warnings": "[string]", "error": "string"}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _png(image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()
