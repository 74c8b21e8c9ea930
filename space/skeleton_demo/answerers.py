"""The model that the page asks: one in this process, or an OpenAI-compatible server that gets the frames."""

from __future__ import annotations

import itertools
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from skeletonllm_hf.answering.endpoint import Endpoint, EndpointAnswerer
from skeletonllm_hf.answering.labels import model_labels
from skeletonllm_hf.answering.loading import load as load_answerer
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.answering.rendering import FrameRenderer

from . import pictures
from .limits import Deadline, Limits, Refused

try:  # on a ZeroGPU Space: a GPU is lent for the time of a call
    from spaces import GPU as on_gpu
except ImportError:

    def on_gpu(function: Callable) -> Callable:
        return function


_here: list[Local] = []


def _the_one_here() -> Local:
    return _here[0]


class _Writing:
    """Texts of an answerer."""

    answerer: LocalAnswerer | EndpointAnswerer

    def say(
        self, clip, question: str | None, history: Sequence[tuple[str, str]], limits: Limits, deadline: Deadline
    ) -> Iterator[str]:
        """The answer as far as it is written; None asks for a description. Closing the iterator stops the generation."""
        pieces = self.answerer.stream(clip, question, history=history, max_new_tokens=limits.answer_tokens)
        with closing(pieces):
            for text in itertools.accumulate(pieces):
                yield text
                deadline.check()

    def doubts(self, clip, caption: str) -> bool:
        """Whether this description of the clip is probably wrong."""
        return self.answerer.doubtful([clip], [caption])[0]


class Local(_Writing):
    """A SkeletonLLM in this process.

    Args:
        model, processor: as `load_default` gives them. labels: its own, for visitors who name none.
        name: what visitors call it. checkpoint: folder or Hub id; None: the bundled one.
    """

    explains = True

    def __init__(self, model, processor, labels: Sequence[str], name: str, checkpoint: str | None = None):
        self.model, self.processor, self.labels = model, processor, list(labels)
        self.name, self.checkpoint = name, checkpoint
        self.answerer = LocalAnswerer(model, processor, checkpoint)
        _here[:] = [self]

    def __reduce__(self):
        """ZeroGPU sends arguments to a fork of this process, which has the model already."""
        return _the_one_here, ()

    @on_gpu
    def render(self, clip, view: pictures.View):
        """`pictures.render` with this model's renderer."""
        return pictures.render(self.model, self.processor, clip, view)

    @on_gpu
    def recognize(
        self, clip, labels: Sequence[str], top_k: int, none_of_these: bool,
        descriptions: Mapping[str, Sequence[str]] | None = None,
    ) -> dict:  # fmt: skip
        """`Recognition.to_dict`."""
        options = {"none_of_these": none_of_these, "descriptions": descriptions}
        return self.answerer.recognize(clip, labels, top_k, **options).to_dict()

    say, doubts = on_gpu(_Writing.say), on_gpu(_Writing.doubts)

    @on_gpu
    def influence(self, clip, answer: str, question: str | None, deadline: Deadline) -> Iterator[tuple[float, object]]:
        """(share done, None), and at last (1, `Influence`): which joints and frames an answer came from.

        Closing the iterator stops the work.
        """
        from skeletonllm_hf.analysis.influence import influence

        yield from _watched(deadline, influence, self.model, self.processor, clip, answer, question)

    @on_gpu
    def compare(self, first, second, labels: Sequence[str] | None) -> dict:
        """`Comparison.to_dict` of both clips."""
        from skeletonllm_hf.analysis.comparison import compare

        return compare(self.model, self.processor, first, second, labels).to_dict()

    @on_gpu
    def segments(
        self, clip, labels: Sequence[str], options: Mapping[str, object], deadline: Deadline
    ) -> Iterator[tuple[float, tuple | None]]:
        """(share done, None), and at last (1, segments of `find_segments` with these options). Closing the iterator stops the work at the next window."""
        from skeletonllm_hf.answering.segments import find_segments

        yield from _watched(deadline, find_segments, self.model, self.processor, clip, labels, **options)


def _watched(deadline: Deadline, work: Callable, *arguments, **options) -> Iterator[tuple[float, object]]:
    """Runs `work`, which takes `progress(done, total)` and a `stop` event: (share done, None) as it goes, (1, its result) at last."""
    stop, news = threading.Event(), queue.Queue()

    def run() -> None:
        try:
            report = lambda done, total: news.put(("progress", done / max(1, total)))  # noqa: E731
            news.put(("done", work(*arguments, **options, progress=report, stop=stop)))
        except BaseException as error:
            news.put(("failed", error))

    thread = threading.Thread(target=run, name=work.__name__, daemon=True)
    thread.start()
    try:
        while True:
            kind, value = news.get()
            if kind == "failed":
                raise value
            if kind == "done":
                yield 1.0, value
                return
            yield value, None
            deadline.check()
    finally:
        stop.set()
        thread.join()


class Served(_Writing):
    """A model behind an `Endpoint`; the frames are drawn here, with the renderer of a local model.

    It gives no likelihoods and no gradients: labels come without scores, and nothing can be explained.
    """

    explains = False

    def __init__(self, endpoint, drawn_by: Local):
        self.endpoint, self.local = endpoint, drawn_by
        self.answerer = EndpointAnswerer(endpoint, FrameRenderer(drawn_by.model.renderer, drawn_by.processor.view))
        self.labels, self.name, self.checkpoint = drawn_by.labels, endpoint.model, None

    def render(self, clip, view: pictures.View):
        return self.local.render(clip, view)

    def recognize(
        self, clip, labels: Sequence[str], top_k: int, none_of_these: bool,
        descriptions: Mapping[str, Sequence[str]] | None = None,
    ) -> dict:  # fmt: skip
        if descriptions:
            raise Refused("A served model takes labels, no descriptions: leave them empty.")
        found = self.answerer.recognize(clip, labels, none_of_these=none_of_these)
        rows = [] if found.label is None else [{"label": found.label, "score": None, "log_likelihood": None}]
        return found.to_dict() | {"candidates": rows, "said": found.answer}

    def influence(self, clip, answer: str, question: str | None, deadline: Deadline):
        raise Refused("Explanations need a local model: start the page with one to see where an answer comes from.")

    def compare(self, first, second, labels: Sequence[str] | None) -> dict:
        raise Refused("Two clips are compared by a local model only: start the page without --endpoint.")

    def segments(self, clip, labels: Sequence[str], options: Mapping[str, object], deadline: Deadline):
        raise Refused("Long clips are labelled by a local model only: start the page without --endpoint.")


def load(
    checkpoint: str | None = None, endpoint: str | None = None, endpoint_model: str | None = None
) -> Local | Served:
    """The model that the page asks.

    Args:
        checkpoint: folder or Hub id of a SkeletonLLM; None: the bundled one.
        endpoint: base address of an OpenAI-compatible server, which is then asked instead; its key is taken from the
            environment (`SKELETONLLM_ENDPOINT_KEY`).
        endpoint_model: the model's name there.
    """
    import torch

    loaded = load_answerer(checkpoint, device="cuda" if torch.cuda.is_available() else "cpu")
    labels = model_labels(checkpoint) or []  # a checkpoint without labels of its own: visitors name theirs
    name = "nano, bundled" if checkpoint is None else os.path.basename(checkpoint.rstrip("/")) or checkpoint
    local = Local(loaded.model, loaded.processor, labels, name, checkpoint)
    if endpoint is None:
        return local
    if not endpoint_model:
        raise ValueError("--endpoint-model: expected the model's name at the server, got none")
    return Served(Endpoint(endpoint, endpoint_model), local)
