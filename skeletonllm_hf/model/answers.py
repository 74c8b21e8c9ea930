"""Texts that the model writes about clips: captions and answers, whole or streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event, Thread
from typing import Any

import torch
from transformers import (
    BatchFeature,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
    TextIteratorStreamer,
)

from .likelihoods import Views, clip_views, view_phases
from .package import package_is_installed, package_module
from .prompts import CAPTION

MAX_NEW_TOKENS = 96  # a few sentences
# Lead of each token's probability over the next best one from which the middle view of a clip settles a text. Chosen on generated clips of
# training seeds by `benchmarks/text_views.py`.
SETTLED = 0.15


def answer(
    model: Any,
    processor: Any,
    skeleton: Any,
    question: str | None,
    *,
    history: Sequence[tuple[str, str]] = (),
    layout: Any = None,
    max_new_tokens: int = MAX_NEW_TOKENS,
    **generation: Any,
) -> str:
    """The model's answer to a question about a clip, greedy by default; see `generate_texts`.

    Args:
        model, processor, skeleton, layout: as in `recognize`.
        question: None asks for a description.
        history: earlier (question, answer) turns about the same clip, oldest first.
        max_new_tokens: longest answer, in tokens.
        generation: further arguments of `generate`.
    """
    clip = processor.load(skeleton, layout)
    return answers(model, processor, [clip], [question], history=history, max_new_tokens=max_new_tokens, **generation)[
        0
    ]


def answers(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    questions: Sequence[str | None],
    *,
    history: Sequence[tuple[str, str]] = (),
    **generation: Any,
) -> list[str]:
    """As `answer`, of loaded clips with a question each, in one batch; all after the same `history`."""
    parts = [
        (number, clip, part)
        for number, (clip, question) in enumerate(zip(clips, questions, strict=True))
        for part in separate(model, question)
    ]
    pairs = [understood(model, processor, clip, part) for _, clip, part in parts]
    prompted = [(clip, question) for (_, clip, _), (reply, question) in zip(parts, pairs) if reply is None]
    texts = iter(written(model, processor, prompted, history, **generation) if prompted else ())
    replies: list[list[str]] = [[] for _ in clips]
    for (number, _, _), (reply, _) in zip(parts, pairs):
        replies[number].append(next(texts) if reply is None else reply)
    return ["; ".join(each) for each in replies]


def separate(model: Any, question: str | None) -> tuple[str | None, ...]:
    """The questions of which one consists, for models as in `understood`, each of which is answered by itself."""
    module = None if question is None else _question_module(model, "questions")
    return (question,) if module is None else module.separate(question)


def written(
    model: Any, processor: Any, prompted: Sequence[tuple[Any, str]], history: Sequence[Any], **options: Any
) -> list[str]:
    """The text about each (loaded clip, question in the words of training) after `history`, completed by `finisher`; options of `generate_texts`."""
    clips = [clip for clip, _ in prompted]
    prompts = [conversation_text(processor, question, history) for _, question in prompted]
    finishers = [finisher(model, processor, *pair) for pair in prompted]
    if options.get("seen") is None:
        options["seen"] = middle_views(model, processor, clips)
    texts = generate_texts(model, processor, clips, prompts, **options)
    texts = best_texts(model, prompted, texts, options)
    return [finish(text) if finish else text for finish, text in zip(finishers, texts)]


def best_texts(model: Any, prompted: Sequence[Any], texts: list[str], options: dict[str, Any]) -> list[str]:
    """Texts, or others in their places where the clips tell more than the language model (`answering.known_texts`).

    Args:
        model: as in `recognize`.
        prompted: (clip, question in the words of training).
        texts: the language model's.
        options: arguments of `generate_texts`, `seen` among them; where texts are sampled, all are the language model's.
    """
    module = _question_module(model, "answering.known_texts") if _greedy(options) else None
    return texts if module is None else module.best_texts(model, prompted, texts, options["seen"])


def _greedy(options: dict[str, Any]) -> bool:
    return not options.get("do_sample", False) and options.get("num_beams", 1) == 1


@torch.no_grad()
def middle_views(model: Any, processor: Any, clips: Sequence[Any]) -> Views:
    """The view of each clip from which it is written about first, or alone."""
    return clip_views(model, processor, clips, view_phases(1))


def understood(model: Any, processor: Any, clip: Any, question: str | None) -> tuple[str | None, str]:
    """(reply, question): a reply that needs no language model, or None and the question in the words of training.

    For models with a space for clips and sentences, where the package skeletonllm_hf with its sentence encoder is installed
    (`answering.free_questions`). A larger language model understands other wordings by itself.

    Args:
        model, processor: as in `recognize`.
        clip: a `SkeletonSequence`.
        question: None asks for a description.
    """
    module, question = _question_module(model), CAPTION if question is None else question
    return (None, question) if module is None else module.understand(model, processor, clip, question)


def finisher(model: Any, processor: Any, clip: Any, question: str) -> Callable[[str], str] | None:
    """A function that adds measurements of the clip to the model's text (`answering.free_questions.finisher`), for models as in `understood`."""
    module = _question_module(model)
    return None if module is None else module.finisher(processor, clip, question)


def _question_module(model: Any, name: str = "answering.free_questions") -> Any:
    """A module for questions to a small model; None for larger models, or without the package."""
    if model.config.alignment_size is None or not package_is_installed():
        return None
    return package_module(name, "questions in other words")


@torch.no_grad()
def generate_texts(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    texts: Sequence[str],
    *,
    max_new_tokens: int = MAX_NEW_TOKENS,
    seen: Views | None = None,
    **generation: Any,
) -> list[str]:
    """The text that the model writes after each prompt about the clip beside it, greedily by default.

    Each token is the best by the mean of its log-probabilities over the processor's `views`. Sampling and beam search use the middle
    view, and so does a model with a space for clips and sentences where that gives every token a lead of `SETTLED`.

    Args:
        model, processor: as in `recognize`.
        clips, texts: clips and questions (or whole prompts), as in the processor's call.
        max_new_tokens: longest text, in tokens.
        seen: the clips' `middle_views`; None: they are rendered where they are needed.
        generation: further arguments of `generate`.
    """
    rows, found = list(range(len(clips))), [""] * len(clips)
    views = processor.views if _greedy(generation) else 1
    generation["max_new_tokens"] = max_new_tokens
    for used in dict.fromkeys([views] if model.config.alignment_size is None else [1, views]):
        lead = _LeastLead(model.generation_config.eos_token_id)
        prompted = [clips[row] for row in rows], [texts[row] for row in rows]
        inputs, options = _prepared(model, processor, *prompted, generation, used, seen if used == 1 else None, lead)
        new = model.generate(**inputs, **options)[: len(rows), inputs["input_ids"].shape[1] :]
        for row, text in zip(rows, processor.tokenizer.batch_decode(new, skip_special_tokens=True)):
            found[row] = text.strip()
        rows = [row for row, least in zip(rows, lead.least.tolist()) if least < SETTLED]
        if not rows:
            break
    return found


def stream(model: Any, processor: Any, skeleton: Any, question: str | None, **options: Any) -> Iterator[str]:
    """As `answer`, yielding pieces of text, or all of it where it is written at once; closing the iterator stops the generation."""
    history, layout = options.pop("history", ()), options.pop("layout", None)
    clip = processor.load(skeleton, layout)
    if len(separate(model, question)) > 1:
        yield answers(model, processor, [clip], [question], history=history, **options)[0]
        return
    reply, question = understood(model, processor, clip, question)
    if reply is not None:
        yield reply
        return
    if model.config.alignment_size is not None:  # small, and its texts are completed at their end
        yield written(model, processor, [(clip, question)], history, **options)[0]
        return
    text = conversation_text(processor, question, history)
    options.setdefault("max_new_tokens", MAX_NEW_TOKENS)
    views = processor.views if _greedy(options) else 1
    inputs, options = _prepared(model, processor, [clip], [text], options, views)
    streamer = _FirstRow(processor.tokenizer, skip_prompt=True, skip_special_tokens=True)
    stop, failure = Event(), []

    def work() -> None:
        try:
            model.generate(
                **inputs, streamer=streamer, stopping_criteria=StoppingCriteriaList([_Stopped(stop)]), **options
            )
        except BaseException as error:
            failure.append(error)
            streamer.end()

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        begun = False
        for piece in streamer:
            piece = piece if begun else piece.lstrip()
            begun = begun or bool(piece)
            if piece:
                yield piece
    finally:
        stop.set()
        thread.join()
    if failure:
        raise failure[0]


@torch.no_grad()
def _prepared(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    texts: Sequence[str],
    generation: dict[str, Any],
    views: int,
    seen: Views | None = None,
    *others: LogitsProcessor,
) -> tuple[BatchFeature, dict[str, Any]]:
    """The inputs of `generate`, all clips' first views first, and its arguments, with which the views of a clip share each choice."""
    options = {"do_sample": False} | generation
    others += (_MeanOfViews(views),) if views > 1 else ()
    options["logits_processor"] = LogitsProcessorList([*options.get("logits_processor", ()), *others])
    if seen is None:
        seen = clip_views(model, processor, clips, view_phases(views))
    prompts = [processor.expand(text) for text in texts] * views
    inputs = BatchFeature(processor.encoded(prompts, padding=True, padding_side="left", return_tensors="pt"))
    return inputs.to(model.device), options | {"visual_tokens": (seen.features, seen.kept)}


class _LeastLead(LogitsProcessor):
    """Keeps the least lead of each row's best token over the next one, in probability, until the row ends: `least`, (rows,)."""

    def __init__(self, end: int | list[int] | None):
        self.ends = torch.tensor([] if end is None else end, dtype=torch.long)
        self.least, self.ended = torch.tensor(1.0), torch.tensor(False)

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        best = scores.float().softmax(-1).cpu().topk(2)
        self.least = torch.where(self.ended, self.least, torch.minimum(self.least, -best.values.diff()[:, 0]))
        self.ended = self.ended | torch.isin(best.indices[:, 0], self.ends)
        return scores


class _MeanOfViews(LogitsProcessor):
    """Gives the rows of one clip the mean of their log-probabilities, so that they choose the same token."""

    def __init__(self, views: int):
        self.views = views

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        means = scores.float().log_softmax(-1).unflatten(0, (self.views, -1)).mean(0)
        return means.repeat(self.views, 1)


class _FirstRow(TextIteratorStreamer):
    """Streams the first of several rows that choose the same tokens."""

    def put(self, value: torch.Tensor) -> None:
        super().put(value[:1])


class _Stopped(StoppingCriteria):
    def __init__(self, event: Event):
        self.event = event

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        return torch.full((len(input_ids),), self.event.is_set(), device=input_ids.device)


def conversation_text(processor: Any, question: str, history: Sequence[tuple[str, str]]) -> str:
    """The prompt of a question about one clip after earlier (question, answer) turns."""
    turns = [turn for earlier, reply in history for turn in (("user", earlier), ("assistant", reply))]
    turns.append(("user", question))
    messages: list[dict[str, Any]] = [
        {"role": role, "content": [{"type": "text", "text": text}]} for role, text in turns
    ]
    messages[0]["content"].insert(0, {"type": "skeleton"})
    return processor.apply_chat_template(messages, add_generation_prompt=True)
