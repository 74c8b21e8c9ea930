"""The results of a batch job: their columns, and the worker that makes one row for each clip of a batch."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..answering.task import Task
from ..drawing import to_images
from .plan import Job

# {column: type} of each task; beside what every row has: id, part, dataset, label, warnings, error
TASKS: dict[str, dict[str, str]] = {
    Task.RECOGNIZE: {
        "prediction": "string", "candidates": "[string]", "scores": "[float32]", "log_likelihoods": "[float32]",
    },
    Task.CAPTION: {"text": "string", "unsure": "bool"},
    Task.ASK: {"question": "string", "text": "string"},
    Task.RENDER: {"frames": "[binary]", "times": "[float32]"},
}  # fmt: skip
_PARTS = "parts"  # of a result by a whole set: scores that `Worker.finish` combines


@dataclass
class Worker:
    """Runs a job's task on batches of clips.

    Args:
        job: the task and its settings.
        answerer: an `Answerer`; for "render" a `FrameRenderer` will do.
    """

    job: Job
    answerer: Any

    def __call__(self, clips: Sequence[Any]) -> list[dict[str, object]]:
        """A result for each clip. Answers do not depend on what else is in the batch, but for rounding."""
        job = self.job
        if job.task == Task.RENDER:
            return [self._rendered(clip) for clip in clips]
        if job.task == Task.RECOGNIZE:
            return self._recognized(clips) if hasattr(self.answerer, "recognizer") else self._chosen(clips)
        if job.task == Task.CAPTION:
            found = self.answerer.describe_many(clips, max_new_tokens=job.max_new_tokens)
            return [{"text": caption.text, "unsure": caption.unsure} for caption in found]
        answers = self.answerer.ask_many(clips, [job.question] * len(clips), max_new_tokens=job.max_new_tokens)
        return [{"text": answer, "question": job.question} for answer in answers]

    def finish(self, results: Sequence[dict[str, Any]]) -> None:
        """Ranks labels that are calibrated by the whole set of results; results of failed clips are left as they are."""
        waiting = [result for result in results if _PARTS in result]
        if not waiting:
            return
        recognizer = self._recognizer()
        try:
            recognizer.check_set(len(waiting))
        except ValueError as error:
            del waiting[0][_PARTS]
            waiting[0]["error"] = f"{error} in its file of results"
            return
        scores = recognizer.combined(torch.stack([result.pop(_PARTS) for result in waiting], dim=1))
        for result, row in zip(waiting, scores, strict=True):
            result |= _ranked(recognizer.ranked(row, self.job.top_k))

    def _recognizer(self) -> Any:
        job = self.job
        return self.answerer.recognizer(
            job.labels, none_of_these=job.none_of_these, descriptions=job.descriptions, calibrate=job.calibrate
        )

    def _recognized(self, clips: Sequence[Any]) -> list[dict[str, object]]:
        recognizer = self._recognizer()
        by_set = recognizer.calibrate == "set"
        parts = recognizer.parts(clips, None if by_set else self.job.top_k)
        if by_set:
            return [{_PARTS: parts[:, row]} for row in range(len(clips))]
        return [_ranked(recognizer.ranked(row, self.job.top_k)) for row in recognizer.combined(parts)]

    def _chosen(self, clips: Sequence[Any]) -> list[dict[str, object]]:
        """A server's labels, all at once: servers are fast where requests come together."""
        choose = lambda clip: self.answerer.recognize(clip, self.job.labels, none_of_these=self.job.none_of_these)  # noqa: E731
        with ThreadPoolExecutor(len(clips)) as pool:
            return [
                {"prediction": choice.label, "candidates": [], "scores": [], "log_likelihoods": []}
                for choice in pool.map(choose, clips)
            ]

    def _rendered(self, clip: Any) -> dict[str, object]:
        frames = self.answerer.render(clip).cpu().numpy()
        times = self.answerer.view.frames_of(clip) / clip.fps
        return {"frames": [_png(image) for image in to_images(frames)], "times": np.asarray(times, np.float32)}


def _ranked(found: Any) -> dict[str, object]:
    lists = {"candidates": found.labels, "scores": found.scores, "log_likelihoods": found.log_likelihoods}
    return {"prediction": found.label, **{name: list(values) for name, values in lists.items()}}


def result_schema(task: str) -> Any:
    """The Arrow schema of a task's results."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "bool": pa.bool_(), "[string]": pa.list_(pa.string()), "[float32]": pa.list_(pa.float32()),
        "[binary]": pa.list_(pa.binary()),
    }  # fmt: skip
    columns = {"id": "string", "dataset": "string", "part": "string", "label": "string", **TASKS[task]}
    columns |= {"warnings": "[string]", "error": "string"}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _png(image: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()
