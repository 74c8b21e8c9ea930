"""What one does with the model: recognize, describe, ask."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import numpy as np
import torch
from transformers import (
    BatchFeature,
    DynamicCache,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
    TextIteratorStreamer,
)

from .prompts import CAPTION, recognition_prompt

NONE_OF_THESE = "none of these"
MAX_NEW_TOKENS = 96  # a few sentences
ROWS_AT_ONCE = 256  # texts behind prompts that the language model reads at once, which bounds memory
PACKED_AT_ONCE = 512  # tokens of texts in one row behind their prompt: what attention costs grows with its square
NO_SENTENCES = (
    "The labels are ranked by the language model's likelihood alone: the sentence encoder, with which this model compares clips "
    "and labels, is in the package skeletonllm_hf, which is not installed. Expect worse answers, most of all for labels that "
    "the model was not trained to give."
)
CALIBRATIONS = ("none", "prior", "set")


@dataclass(frozen=True)
class Recognition:
    """Labels with their scores, best first.

    Args:
        labels: the best `top_k`.
        scores: probabilities over all candidates, which sum to 1: a softmax of `log_likelihoods` times the model's
            `score_scale`. How well they are calibrated stands on a model's card.
        log_likelihoods: what ranks each of `labels`: the mean log-likelihood of its tokens or its descriptions, or the sum
            of standardised scores where a model has several.
        warnings: of the reader about the clip, and about labels that mean nothing to the model.
        unsure: whether the best label's probability is below the model's `unsure_below`, or fewer than two candidates mean anything.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    log_likelihoods: tuple[float, ...]
    warnings: tuple[str, ...] = ()
    unsure: bool = False

    @property
    def label(self) -> str:
        return self.labels[0]

    def to_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "candidates": [
                {"label": label, "score": score, "log_likelihood": value}
                for label, score, value in zip(self.labels, self.scores, self.log_likelihoods, strict=True)
            ],
            "warnings": list(self.warnings),
            "unsure": self.unsure,
        }


@torch.no_grad()
def recognize(
    model: Any,
    processor: Any,
    skeleton: Any,
    labels: Sequence[str],
    top_k: int = 5,
    *,
    none_of_these: bool = False,
    layout: Any = None,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    calibrate: str | None = None,
) -> Recognition:
    """Ranks candidate labels by length-normalised log-likelihood.

    The clip and the question are encoded once for each of the processor's `views`; all labels then run as one batch
    behind that prefix.

    Some labels are likely about anything: their words are common. With `calibrate="prior"` what counts is how much likelier
    a candidate is about this clip than about synthetic clips of other actions (Holtzman et al. 2021, "Surface form
    competition"). That mean is computed once per model and set of labels, and kept on disk.

    A small model knows nothing of a label that it was never trained on. `descriptions` describe in words that it knows what
    is done there (Menon & Vondrick 2023, "Visual classification via description from large language models"): labels are
    then ranked by how well their sentences describe the clip.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        skeleton: a clip, as in the processor's call.
        labels: candidate labels, at least one, without repetition.
        top_k: how many to return.
        none_of_these: adds that as a candidate.
        layout: as in the processor's call.
        descriptions: label -> sentences about a clip that shows it, in place of the label itself.
        calibrate: "none" ranks by the log-likelihoods as they are; "prior" subtracts each candidate's mean over synthetic
            clips, which the package skeletonllm_hf generates. None: "prior" where that package is installed, "none" where
            this code was loaded from the Hub without it.

    Raises:
        TypeError: descriptions that are no mapping.
        ValueError: no labels, empty or repeated ones, `top_k` below 1, descriptions that leave a label out or stand
            beside `none_of_these`, which nothing describes; "prior" without the package, or another `calibrate`.
    """
    if top_k < 1:
        raise ValueError(f"top_k: expected at least 1, got {top_k}")
    options: dict[str, Any] = {"none_of_these": none_of_these, "descriptions": descriptions, "calibrate": calibrate}
    return recognizer_of(model, processor, labels, **options)(processor.load(skeleton, layout), top_k)


def recognizer_of(
    model: Any,
    processor: Any,
    labels: Sequence[str],
    *,
    none_of_these: bool = False,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    calibrate: str | None = None,
) -> Callable[..., Recognition]:
    """What `recognize` calls with a loaded clip and `top_k`; arguments and errors as there."""
    candidates = checked_candidates(labels, none_of_these, descriptions)
    installed = _package_is_installed()
    if calibrate is None:
        calibrate = "prior" if installed else "none"
    if calibrate != "none":
        if not installed:
            raise ValueError(f"calibrate: expected 'none' without the package skeletonllm_hf, got {calibrate!r}")
        package = importlib.import_module("skeletonllm_hf.answering.recognizer")
        return package.Recognizer(
            model, processor, labels, descriptions=descriptions, calibrate=calibrate, none_of_these=none_of_these
        )
    lacking = () if installed or model.config.alignment_size is None else (NO_SENTENCES,)

    @torch.no_grad()
    def by_likelihood(clip: Any, top_k: int) -> Recognition:
        found = candidate_log_likelihoods(model, processor, [clip], candidates, descriptions=descriptions)[0]
        return ranked(found, candidates, top_k, (*clip.warnings, *lacking))

    return by_likelihood


def ranked(
    scores: torch.Tensor,
    labels: Sequence[str],
    top_k: int,
    warnings: Sequence[str] = (),
    scale: float = 1.0,
    unsure_below: float = 0.0,
) -> Recognition:
    """The best `top_k` of `labels` by their scores, (labels,); `scale` and `unsure_below` as in the configuration."""
    shares = (scale * scores).softmax(0)
    best = scores.argsort(descending=True, stable=True)[:top_k].tolist()
    return Recognition(
        labels=tuple(labels[i] for i in best),
        scores=tuple(float(shares[i]) for i in best),
        log_likelihoods=tuple(float(scores[i]) for i in best),
        warnings=tuple(warnings),
        unsure=float(shares[best[0]]) < unsure_below,
    )


def candidate_log_likelihoods(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    labels: Sequence[str],
    views: int | None = None,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    seen: Views | None = None,
) -> torch.Tensor:
    """(clips, labels): what recognition ranks candidates by, the mean of `label_log_likelihoods` over views.

    Each view shows other frames of the clip, as video models are tested (Wang et al. 2016, "Temporal segment networks",
    and after them): one draw may miss what the next one shows. All views of all clips run together, at most
    `ROWS_AT_ONCE` texts at a time.

    Args:
        model, processor: as in `recognize`.
        clips: clips, as in the processor's call.
        labels: candidates.
        views: how many; None: `processor.views`.
        descriptions: as in `recognize`; a label's is the mean over its sentences, as answers to the request for a caption.
        seen: the clips' views, where they are known; else they are rendered.

    Raises:
        ValueError: descriptions that leave a label out.
    """
    views = views or processor.views
    if descriptions is None:
        groups: list[tuple[str, ...]] = [(label,) for label in labels]
        question = recognition_prompt(labels if processor.list_candidates else None)
    else:
        groups, question = checked_descriptions(labels, descriptions), CAPTION
    texts = [text for group in groups for text in group]
    seen = clip_views(model, processor, clips, view_phases(views)) if seen is None else seen
    size = max(1, ROWS_AT_ONCE // len(texts))
    rows = []
    for start in range(0, views * len(clips), size):
        some = seen.part(start, min(start + size, views * len(clips)))
        prompt = some.prompt(model, processor, question)
        rows.append(prompt_log_likelihoods(model, processor.tokenizer, prompt, texts))
    found = torch.cat(rows).unflatten(0, (views, len(clips))).mean(0)
    if descriptions is None:
        return found
    return torch.stack([part.mean(1) for part in found.split([len(group) for group in groups], dim=1)], dim=1)


@dataclass(frozen=True)
class Views:
    """What the model sees of clips, whatever is asked about them.

    Args:
        features: (kept tokens, hidden), as `model.visual_tokens` gives them.
        kept: (views * clips * frames, places): all clips' first view, then their second, ...
        rows: views * clips.
    """

    features: torch.Tensor
    kept: torch.BoolTensor
    rows: int

    def part(self, start: int, stop: int) -> Views:
        """Some of the rows."""
        frames = len(self.kept) // self.rows
        counts = self.kept.sum(1).cumsum(0)
        first, last = (int(counts[row * frames - 1]) if row else 0 for row in (start, stop))
        return Views(self.features[first:last], self.kept[start * frames : stop * frames], stop - start)

    @classmethod
    def joined(cls, parts: Sequence[Views]) -> Views:
        """The rows of all parts, one after the other."""
        features, kept = (torch.cat([getattr(part, name) for part in parts]) for name in ("features", "kept"))
        return cls(features, kept, sum(part.rows for part in parts))

    def prompt(self, model: Any, processor: Any, question: str) -> Any:
        """A prompt with this question about each row."""
        text = processor.expand(question)
        first = processor.tokenizer.bos_token
        special = not (first and text.startswith(first))  # the chat template has written it: not twice
        tokens = processor.tokenizer([text] * self.rows, add_special_tokens=special, return_tensors="pt")
        tokens = tokens.to(self.features.device)
        return model.place(tokens["input_ids"], tokens["attention_mask"], None, self.features, self.kept)


def view_phases(views: int) -> list[float]:
    """Where within its segments of a clip each view draws its frames, in (0, 1)."""
    return [(view + 0.5) / views for view in range(views)]


def clip_views(model: Any, processor: Any, clips: Sequence[Any], phases: Sequence[float]) -> Views:
    """Renders several draws of each clip's frames and encodes them.

    Args:
        model, processor: as in `recognize`.
        clips: clips, as in the processor's call.
        phases: of each draw, as `view_phases` gives them.
    """
    loaded = [processor.load(clip) for clip in clips]
    each = [processor.tensors(loaded, phase=phase) for phase in phases]
    inputs = {name: torch.from_numpy(np.concatenate([one[name] for one in each])) for name in each[0]}
    inputs = {name: values.to(model.device) for name, values in inputs.items()}
    features, kept = model.visual_tokens(model.renderer(**inputs).frames)
    return Views(features, kept, len(phases) * len(clips))


def label_log_likelihoods(
    model: Any, tokenizer: Any, inputs: dict[str, torch.Tensor], labels: Sequence[str]
) -> torch.Tensor:
    """(prompts, labels): mean log-likelihood of each label's tokens, its end mark included, after each prompt.

    Gradients flow to the clips' joints and to all weights unless switched off by the caller.
    """
    return prompt_log_likelihoods(model, tokenizer, model.read(**inputs), labels)


def prompt_log_likelihoods(model: Any, tokenizer: Any, prompt: Any, labels: Sequence[str]) -> torch.Tensor:
    """`label_log_likelihoods` of prompts that the model has read."""
    rows = [tokenizer.encode(label, add_special_tokens=False) + [tokenizer.eos_token_id] for label in labels]
    if _packs(model):
        return _packed_log_likelihoods(model, prompt, rows)
    longest = max(map(len, rows))
    ids = torch.tensor([row + row[-1:] * (longest - len(row)) for row in rows], device=prompt.inputs_embeds.device)
    real = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=ids.device)
    prompts = len(prompt.attention_mask)
    first = model.mllm(
        inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, use_cache=True, logits_to_keep=1,
        past_key_values=DynamicCache(config=model.config.get_text_config()), **(prompt.extras | {"position_ids": prompt.positions}),
    )  # fmt: skip
    cache = first.past_key_values
    cache.batch_repeat_interleave(len(labels))
    ids, real = ids.repeat(prompts, 1), real.repeat(prompts, 1)
    before = prompt.attention_mask.repeat_interleave(len(labels), dim=0)
    logits = first.logits.repeat_interleave(len(labels), dim=0)
    if longest > 1:
        seen = torch.cat([before, real[:, :-1]], dim=1)
        last = prompt.positions[..., -1:].repeat_interleave(len(labels), dim=-2)
        positions = last + 1 + torch.arange(longest - 1, device=ids.device)
        rest = model.mllm(
            inputs_embeds=model.get_input_embeddings()(ids[:, :-1]), attention_mask=seen, position_ids=positions,
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
        logits = torch.cat([logits, rest.logits], dim=1)
    tokens = logits.float().log_softmax(-1).gather(-1, ids[..., None])[..., 0]
    return ((tokens * real).sum(1) / real.sum(1)).unflatten(0, (prompts, len(labels)))


def _packs(model: Any) -> bool:
    """Whether the language model takes a mask of its own for each token: neither flash attention nor sliding windows do."""
    config = model.config.get_text_config()
    whole = set(getattr(config, "layer_types", None) or ("full_attention",)) == {"full_attention"}
    return whole and model.mllm.config.get_text_config()._attn_implementation in ("sdpa", "eager")


def _packed_log_likelihoods(model: Any, prompt: Any, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """As `prompt_log_likelihoods`: all texts in one row behind each prompt, each seeing the prompt and itself alone.

    The prompt's keys and values are not copied for each text, which takes most of the time where texts are many and short.
    """
    device, sdpa = prompt.inputs_embeds.device, model.mllm.config.get_text_config()._attn_implementation == "sdpa"
    cache = DynamicCache(config=model.config.get_text_config())
    first = model.mllm(
        inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, use_cache=True, logits_to_keep=1,
        past_key_values=cache, **(prompt.extras | {"position_ids": prompt.positions}),
    )  # fmt: skip
    prompts, length = prompt.attention_mask.shape
    begins = torch.tensor([row[0] for row in rows], device=device)
    sums = first.logits[:, -1].float().log_softmax(-1)[:, begins]
    for chosen in _runs([len(row) - 1 for row in rows], PACKED_AT_ONCE):
        places = [(text, depth) for text in chosen for depth in range(len(rows[text]) - 1)]
        if not places:
            continue
        text, depth = torch.tensor(places, device=device).T
        ids = torch.tensor([rows[t][d] for t, d in places], device=device)
        targets = torch.tensor([rows[t][d + 1] for t, d in places], device=device)
        own = (text[:, None] == text) & (depth[:, None] >= depth)
        before = prompt.attention_mask.bool()[:, None].expand(prompts, len(places), length)
        seen = torch.cat([before, own.expand(prompts, -1, -1)], dim=-1)[:, None]
        embeds = model.get_input_embeddings()(ids).expand(prompts, -1, -1)
        if not sdpa:
            seen = torch.zeros_like(seen, dtype=embeds.dtype).masked_fill(~seen, torch.finfo(embeds.dtype).min)
        rest = model.mllm(
            inputs_embeds=embeds, attention_mask=seen, position_ids=prompt.positions[..., -1:] + 1 + depth,
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
        cache.crop(-len(places))
        tokens = rest.logits.float().log_softmax(-1).gather(-1, targets.expand(prompts, -1)[..., None])[..., 0]
        sums = sums.index_add(1, text, tokens)
    return sums / torch.tensor([len(row) for row in rows], device=device)


def _runs(lengths: Sequence[int], most: int) -> Iterator[range]:
    """Places of `lengths` in runs of at most `most` together, a longer one by itself."""
    start = total = 0
    for place, length in enumerate(lengths):
        if place > start and total + length > most:
            yield range(start, place)
            start, total = place, 0
        total += length
    yield range(start, len(lengths))


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
    """The model's answer to a question about a clip, greedy unless told otherwise; see `generate_texts`.

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
    pairs = [understood(model, processor, *pair) for pair in zip(clips, questions, strict=True)]
    prompted = [(clip, question) for clip, (reply, question) in zip(clips, pairs) if reply is None]
    prompts = [conversation_text(processor, question, history) for _, question in prompted]
    written = (
        generate_texts(model, processor, [clip for clip, _ in prompted], prompts, **generation) if prompted else []
    )
    finishers = [finisher(model, processor, *pair) for pair in prompted]
    texts = iter([finish(text) if finish else text for finish, text in zip(finishers, written)])
    return [next(texts) if reply is None else reply for reply, _ in pairs]


def understood(model: Any, processor: Any, clip: Any, question: str | None) -> tuple[str | None, str]:
    """(reply, question): the reply where it takes no language model; else the question in the words of training.

    For models with a space for clips and sentences, where the package skeletonllm_hf with its sentence encoder is installed
    (`answering.asking`). A larger language model understands other words by itself.

    Args:
        model, processor: as in `recognize`.
        clip: a `SkeletonSequence`.
        question: None asks for a description.
    """
    if question is None:
        return None, CAPTION
    asking = _asking(model)
    return (None, question) if asking is None else asking.understand(model, processor, clip, question)


def finisher(model: Any, processor: Any, clip: Any, question: str) -> Callable[[str], str] | None:
    """What adds to the model's text what is measured on the clip (`answering.asking.finisher`), for models as in `understood`."""
    asking = _asking(model)
    return None if asking is None else asking.finisher(processor, clip, question)


def _asking(model: Any) -> Any:
    """The module that helps a small model with questions and answers; None for others, or without the package."""
    if model.config.alignment_size is None or not _package_is_installed():
        return None
    return importlib.import_module("skeletonllm_hf.answering.asking")


def _package_is_installed() -> bool:
    """False where this code was loaded from the Hub without it."""
    return importlib.util.find_spec("skeletonllm_hf") is not None


def generate_texts(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    texts: Sequence[str],
    *,
    max_new_tokens: int = MAX_NEW_TOKENS,
    **generation: Any,
) -> list[str]:
    """What the model writes after each prompt about the clip beside it, greedily unless told otherwise.

    Each token is the best on the mean of its log-probabilities over the processor's `views`. Where tokens are drawn or
    beams kept (`do_sample`, `num_beams`), one view of a clip is looked at, the middle one.

    Args:
        model, processor: as in `recognize`.
        clips, texts: clips and questions (or whole prompts), as in the processor's call.
        max_new_tokens: longest text, in tokens.
        generation: further arguments of `generate`.
    """
    inputs, options = _prepared(model, processor, clips, texts, generation)
    output = model.generate(**inputs, max_new_tokens=max_new_tokens, **options)
    new = output[: len(clips), inputs["input_ids"].shape[1] :]
    return [text.strip() for text in processor.tokenizer.batch_decode(new, skip_special_tokens=True)]


def stream(model: Any, processor: Any, skeleton: Any, question: str | None, **options: Any) -> Iterator[str]:
    """As `answer`, yielding pieces of text; closing the iterator stops the generation."""
    history, layout = options.pop("history", ()), options.pop("layout", None)
    clip = processor.load(skeleton, layout)
    reply, question = understood(model, processor, clip, question)
    if reply is not None:
        yield reply
        return
    finish = finisher(model, processor, clip, question)
    text = conversation_text(processor, question, history)
    options.setdefault("max_new_tokens", MAX_NEW_TOKENS)
    inputs, options = _prepared(model, processor, [clip], [text], options)
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
        for piece in streamer if finish is None else ["".join(streamer)]:  # where the count comes is known at the end
            piece = piece if begun else piece.lstrip()
            begun = begun or bool(piece)
            if piece:
                yield piece if finish is None else finish(piece.rstrip())
    finally:
        stop.set()
        thread.join()
    if failure:
        raise failure[0]


def _prepared(
    model: Any, processor: Any, clips: Sequence[Any], texts: Sequence[str], generation: dict[str, Any]
) -> tuple[BatchFeature, dict[str, Any]]:
    """The inputs of `generate`, all clips' first views first, and its arguments, under which views choose together."""
    options = {"do_sample": False} | generation
    greedy = not options["do_sample"] and options.get("num_beams", 1) == 1
    views = processor.views if greedy else 1
    if views > 1:
        options["logits_processor"] = LogitsProcessorList([*options.get("logits_processor", ()), _MeanOfViews(views)])
    return BatchFeature(_view_inputs(processor, clips, texts, views)).to(model.device), options


def _view_inputs(processor: Any, clips: Sequence[Any], texts: Sequence[str], views: int) -> dict[str, torch.Tensor]:
    """The processor's tensors, (views * prompts, ...): all prompts with their clips' first view, then the second, ..."""
    each = [processor(list(clips), list(texts), phase=phase, return_tensors="pt") for phase in view_phases(views)]
    return {name: torch.cat([one[name] for one in each]) for name in each[0]}


class _MeanOfViews(LogitsProcessor):
    """Rows that show one clip choose one token: each gets the mean of their log-probabilities."""

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


def checked_labels(labels: Sequence[str], none_of_these: bool = False) -> list[str]:
    """Candidate labels as a list, with "none of these" at its end if asked for.

    Raises:
        TypeError: one string in place of several.
        ValueError: no labels, empty or repeated ones.
    """
    if isinstance(labels, str):
        raise TypeError("labels: expected a list of strings, got one string")
    candidates = [*labels, *([NONE_OF_THESE] if none_of_these else [])]
    if not candidates or any(not isinstance(label, str) or not label.strip() for label in candidates):
        raise ValueError("labels: expected at least one non-empty label")
    if repeated := sorted({label for label in candidates if candidates.count(label) > 1}):
        raise ValueError(f"labels: repeated: {repeated}")
    return candidates


def checked_candidates(
    labels: Sequence[str], none_of_these: bool = False, descriptions: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """As `checked_labels`, for labels with descriptions or without. ValueError: descriptions beside `none_of_these`."""
    if descriptions is not None:
        if none_of_these:
            raise ValueError("none_of_these: expected False beside descriptions: nothing describes it")
        checked_descriptions(checked_labels(labels), descriptions)
    return checked_labels(labels, none_of_these)


def checked_descriptions(labels: Sequence[str], descriptions: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The sentences of each label, a single string taken as one sentence.

    Raises:
        TypeError: no mapping.
        ValueError: a label without one, a sentence that is empty or no text.
    """
    if not isinstance(descriptions, Mapping):
        raise TypeError(f"descriptions: expected label -> sentences, got {type(descriptions).__name__}")
    given = [descriptions.get(label, ()) for label in labels]
    found = [(one,) if isinstance(one, str) else tuple(one) for one in given]
    wrong = [
        label
        for label, sentences in zip(labels, found)
        if not sentences or not all(isinstance(text, str) and text.strip() for text in sentences)
    ]
    if wrong:
        names = f"{wrong[:5]}" + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        raise ValueError(
            f"descriptions: expected sentences for each label, got none, or something that is no sentence, for {names}"
        )
    return found
