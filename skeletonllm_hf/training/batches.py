"""Clips with their questions and answers, as tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ..model.base_skeletonllm import IGNORED
from ..model.clip_view import ClipView, clip_tensors
from ..model.likelihoods import packs
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.skeleton import SkeletonSequence
from .wordings import Wording

AHEAD = 4  # batches that each worker draws ahead


@dataclass(frozen=True)
class Example:
    """One clip with one question and its answer.

    Args:
        sequence: the clip.
        question, answer: about it.
        more: further (question, answer) pairs, which share its visual tokens.
        wording: a name of what it shows, or a sentence about it, for the space that clips and sentences share.
        id: of the clip, for messages.
        frames: the seed that draws its frames; None: the batch draws them.
    """

    sequence: SkeletonSequence
    question: str
    answer: str
    more: tuple[tuple[str, str], ...] = ()
    wording: Wording | None = None
    id: str = ""
    frames: int | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All (question, answer) pairs."""
        return ((self.question, self.answer), *self.more)


def clip_batch(examples: Sequence[Example], view: ClipView) -> dict[str, torch.Tensor]:
    """The clips' tensors, padded with zeros: masked joints, Gaussians of scale 0.

    A clip's frames are drawn by its own seed, so that it looks the same whatever shares its batch.
    """
    clips = [clip_tensors([example.sequence], view, example.frames) for example in examples]
    batch = {}
    for name, first in clips[0].items():
        arrays = [clip[name] for clip in clips]
        shape = np.max([array.shape for array in arrays], axis=0)
        out = np.zeros((len(arrays), *shape[1:]), dtype=first.dtype)
        for row, array in zip(out, arrays, strict=True):
            row[tuple(slice(size) for size in array.shape[1:])] = array[0]
        batch[name] = torch.from_numpy(out)
    return batch


def text_tensors(pairs: Sequence[tuple[str, str]], processor: SkeletonLLMProcessor) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels of (question, answer) pairs about one clip each."""
    tokenizer = processor.tokenizer
    prompts = tokenizer([processor.expand(question) for question, _ in pairs])["input_ids"]
    answers = tokenizer([answer for _, answer in pairs], add_special_tokens=False)[
        "input_ids"
    ]  # they go on after the prompt
    rows = [(a, b + [tokenizer.eos_token_id]) for a, b in zip(prompts, answers, strict=True)]
    length = max(len(a) + len(b) for a, b in rows)
    ids = torch.full((len(rows), length), tokenizer.pad_token_id)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
    for row, (a, b) in enumerate(rows):
        ids[row, length - len(a) - len(b) :] = torch.tensor(a + b)
        mask[row, length - len(a) - len(b) :] = 1
        labels[row, length - len(b) :] = torch.tensor(b)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def shared_tensors(
    groups: Sequence[Sequence[tuple[str, str]]], processor: SkeletonLLMProcessor
) -> dict[str, torch.Tensor]:
    """As `text_tensors`, all (question, answer) pairs about a clip in one row behind its visual tokens.

    Returns:
        input_ids, attention_mask, labels and `turns`, (clips, tokens) each: which pair a token belongs to, from 1; 0: to the
            clip that all of them share.

    Raises:
        ValueError: a chat template that writes something of the question before the clip.
    """
    place = processor.tokenizer.convert_tokens_to_ids(processor.image_token)
    each = text_tensors([pair for pairs in groups for pair in pairs], processor)
    alone, rows = zip(*(tensor.numpy() for tensor in each.values()), strict=True), []
    for pairs in groups:
        ids, labels, turns = [], [], []
        for number, (row, mask, answered) in enumerate(itertools.islice(alone, len(pairs))):
            row, answered = row[mask > 0].tolist(), answered[mask > 0].tolist()
            begin = len(row) - row[::-1].index(place)
            if number == 0:
                ids, labels, turns = row[:begin], answered[:begin], [0] * begin
            elif row[:begin] != ids[:begin]:
                raise ValueError("questions: expected a chat template that writes the clip before the question")
            ids, labels, turns = ids + row[begin:], labels + answered[begin:], turns + [number + 1] * (len(row) - begin)
        rows.append((ids, labels, turns))
    length = max(len(ids) for ids, _, _ in rows)
    tensors = [torch.full((len(rows), length), fill) for fill in (processor.tokenizer.pad_token_id, IGNORED, 0)]
    mask = torch.zeros_like(tensors[0])
    for number, row in enumerate(rows):
        mask[number, length - len(row[0]) :] = 1
        for tensor, values in zip(tensors, row, strict=True):
            tensor[number, length - len(values) :] = torch.tensor(values)
    return {"input_ids": tensors[0], "attention_mask": mask, "labels": tensors[1], "turns": tensors[2]}


def packed_loss(model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """The loss over rows of `shared_tensors`: what it is where every pair has a row of its own, at the cost of one clip.

    Each pair sees the clip and itself alone, and stands where it would stand without the others.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        inputs: of `shared_tensors`, with the clips' tensors, or with `features` and `kept` as `model.visual_tokens` gives them.

    Raises:
        ValueError: attention that takes no mask of its own for each token: flash attention, sliding windows.
    """
    turns = inputs["turns"]
    if not packs(model):
        raise ValueError("questions: expected 1: this model's attention takes no mask of its own for each token")
    read = model.merge_visual_tokens if "features" in inputs else model.embed_prompt
    prompt = read(**{name: values for name, values in inputs.items() if name != "turns"})
    if prompt.places is not None:  # visual tokens were left out: theirs are all 0
        turns = turns.new_zeros(prompt.attention_mask.shape).scatter(1, prompt.places, turns)
    real = prompt.attention_mask.bool()
    place = prompt.positions
    begins = torch.where(F.pad(turns[:, 1:] != turns[:, :-1], (1, 0)), place, 0).cummax(-1).values
    first = torch.where(turns == 1, begins, 0).amax(-1, keepdim=True)
    positions = torch.where(turns == 0, place, place - begins + first)
    order = torch.arange(turns.shape[1], device=turns.device)
    own = (turns[:, None] == 0) | (turns[:, None] == turns[..., None])
    seen = own & (order <= order[:, None]) & real[:, None]
    seen = (seen | (order == order[:, None]))[:, None]  # padding sees itself: no row without a key
    if model.mllm.config.get_text_config()._attn_implementation != "sdpa":
        seen = torch.zeros_like(seen, dtype=prompt.inputs_embeds.dtype).masked_fill(
            ~seen, torch.finfo(prompt.inputs_embeds.dtype).min
        )
    return model.mllm(
        inputs_embeds=prompt.inputs_embeds, attention_mask=seen, labels=prompt.labels,
        **(prompt.extras | {"position_ids": positions}),
    ).loss  # fmt: skip


def feed(
    make: Callable[[int], Any], steps: int, workers: int, device: str | torch.device = "cpu", first: int = 0
) -> Iterator[Any]:
    """`make(step)` of every step from `first` on, its tensors on `device`.

    Args:
        make: draws a step's batch, the same one whenever and wherever it is called.
        steps: how many.
        workers: processes, forked from this one, that draw ahead.
        device: where the tensors go.
        first: the first step.
    """
    if workers:
        loader = DataLoader(
            _Steps(make, first, steps), batch_size=None, num_workers=workers, prefetch_factor=AHEAD, multiprocessing_context="fork",
            pin_memory=torch.device(device).type == "cuda",
        )  # fmt: skip
    else:
        loader = map(make, range(first, steps))
    for batch in loader:
        yield _moved(batch, device)


class _Steps(IterableDataset):
    """Steps dealt out to a loader's workers in turn, so that it gets them back in order."""

    def __init__(self, make: Callable[[int], Any], first: int, steps: int):
        self.make, self.first, self.steps = make, first, steps

    def __iter__(self) -> Iterator[Any]:
        worker = get_worker_info()
        for step in range(self.first + worker.id, self.steps, worker.num_workers):
            yield self.make(step)


def _moved(batch: Any, device: str | torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {name: _moved(value, device) for name, value in batch.items()}
    if isinstance(batch, list):
        return [_moved(value, device) for value in batch]
    return batch
