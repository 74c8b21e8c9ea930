"""Which example stands where in a stage: decided by the seed and the example's place alone.

So a run that was killed goes on where it stood, and two processes see together what one would have seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, IterableDataset

from ..model.clip_view import clip_tensors
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.skeleton import SkeletonSequence
from ..transforms import swap_side_words
from .augment import augment
from .batches import Example, shared_tensors, text_tensors
from .examples import facing
from .sources import Stream, Synthetic, Table, Texts
from .tasks import TaskSampler

WINDOW = 32  # optimiser steps whose examples are grouped by length


class Maker:
    """Makes examples of clips: task, variation, question and answer."""

    def __init__(self, samplers: Sequence[TaskSampler], processor: SkeletonLLMProcessor, seed: int):
        self.samplers, self.seed = samplers, seed
        self.faces = processor.heading == "face"

    def generator(self, place: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, 1, place])

    def item(self, place: int, number: int, sequence: SkeletonSequence, texts: Texts) -> Example:
        """The example at a place: a clip of source `number`."""
        generator, sampler = self.generator(place), self.samplers[number]
        task = sampler.choose(texts, generator)
        # A rationale that is at hand tells of times and ways that a variation would change; a teacher sees the variation.
        fixed = task == "rationale" and texts.rationale is not None
        mirrored = False
        if sampler.stage.augment and not fixed:
            sequence, mirrored = augment(facing(sequence) if self.faces else sequence.canonical(), generator)
        elif self.faces:
            sequence = facing(sequence)
        ask: Callable[[str], tuple[str, str]] = partial(
            self._text, sampler, texts=texts, sequence=sequence, mirrored=mirrored, generator=generator
        )
        question, answer = ask(task)
        frames = int(generator.integers(2**31))
        others = [sampler.choose(texts, generator) for _ in range(sampler.stage.questions - 1)]
        more = [ask(other) for other in others if other != "rationale" or texts.rationale is None]
        return Example(sequence, question, answer, tuple(more), id=texts.id, frames=frames)

    def _text(
        self, sampler: TaskSampler, task: str, texts: Texts, sequence: SkeletonSequence, mirrored: bool, generator: np.random.Generator
    ) -> tuple[str, str]:  # fmt: skip
        question, answer = sampler.ask(task, texts, sequence, generator)
        if mirrored and task == "rationale":  # a teacher's, of the mirrored clip: only the label's words change sides
            body, line, label = answer.rpartition("\n")
            return question, body + line + swap_side_words(label)
        return (swap_side_words(question), swap_side_words(answer)) if mirrored else (question, answer)


class Planned(Dataset):
    """The examples of a stage, in order, from sources that are read in any order.

    Args:
        sources: tables and synthetic motion.
        shares: how often an example comes from each; None: as often as it has clips.
        maker: makes the examples.
        places: how many.
        group: examples of an optimiser step; where given, those of similar length stand in one step.

    Raises:
        ValueError: a source of which no clip has what the stage's tasks need.
    """

    def __init__(
        self,
        sources: Sequence[Table | Synthetic],
        shares: Sequence[float] | None,
        maker: Maker,
        places: int,
        group: int | None = None,
    ):
        self.sources, self.maker = sources, maker
        usable = [
            np.array([i for i, texts in enumerate(source.texts) if sampler.possible(texts)], dtype=np.int64)
            for source, sampler in zip(sources, maker.samplers, strict=True)
        ]
        for source, rows, sampler in zip(sources, usable, maker.samplers, strict=True):
            if not len(rows):
                tasks = ", ".join(sampler.stage.tasks)
                raise ValueError(f"{source.name}: expected clips with the texts that {tasks} need, found none")
        self.left_out = [len(source) - len(rows) for source, rows in zip(sources, usable, strict=True)]
        self.source, self.row = plan([len(rows) for rows in usable], shares, places, maker.seed)
        for number, rows in enumerate(usable):
            mine = self.source == number
            self.row[mine] = rows[self.row[mine]]
        self.order = np.arange(places)
        if group is not None:
            self.order = by_length([self._length(place) for place in range(places)], group, maker.seed)

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> Example:
        place = int(self.order[index])
        number = int(self.source[place])
        return self.maker.item(place, number, *self.sources[number].clip(int(self.row[place])))

    def _length(self, place: int) -> int:
        """Letters of what stands at a place, as far as its texts tell: a teacher's words count as none."""
        number = int(self.source[place])
        texts, sampler = self.sources[number].texts[self.row[place]], self.maker.samplers[number]
        generator = self.maker.generator(place)
        task = sampler.choose(texts, generator)
        if isinstance(self.sources[number], Synthetic) or (task == "rationale" and texts.rationale is None):
            return 0
        return sum(map(len, sampler.ask(task, texts, None, generator)))


def plan(sizes: Sequence[int], shares: Sequence[float] | None, places: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Source and row of each place; every source's rows come once before any comes again.

    Args:
        sizes: rows of each source.
        shares: how often each source is drawn; None: all rows in one order, pass by pass.
        places: how many.
        seed: the same plan for the same seed; a longer plan begins with the shorter one.
    """
    total = sum(sizes)
    if shares is None:
        passes = [np.random.default_rng([seed, 2, number]).permutation(total) for number in range(-(-places // total))]
        flat = np.concatenate(passes)[:places]
        starts = np.cumsum([0, *sizes])
        source = np.searchsorted(starts, flat, side="right") - 1
        return source, flat - starts[source]
    chances = np.array(shares, dtype=float) / sum(shares)
    source = np.random.default_rng([seed, 3]).choice(len(sizes), size=places, p=chances)
    row = np.zeros(places, dtype=np.int64)
    for number, size in enumerate(sizes):
        mine = np.flatnonzero(source == number)
        passes = [
            np.random.default_rng([seed, 4, number, turn]).permutation(size) for turn in range(-(-len(mine) // size))
        ]
        row[mine] = np.concatenate([*passes, np.zeros(0, np.int64)])[: len(mine)]
    return source, row


def by_length(lengths: Sequence[int], group: int, seed: int) -> np.ndarray:
    """An order of places in which each group holds places of similar length, within windows of `WINDOW` groups."""
    order, window = [], WINDOW * group
    for start in range(0, len(lengths), window):
        places = np.arange(start, min(start + window, len(lengths)))
        places = places[np.argsort(np.asarray(lengths)[places], kind="stable")]
        groups = [places[i : i + group] for i in range(0, len(places), group)]
        mixed = np.random.default_rng([seed, 5, start]).permutation(len(groups))
        order += [groups[i] for i in mixed]
    return np.concatenate(order)


class Streamed(IterableDataset):
    """The examples of a stage from streams, in order.

    Args:
        skip: places at the front that were seen before: their rows are read over, nothing is made of them.
    """

    def __init__(self, sources: Sequence[Stream], shares: Sequence[float], maker: Maker, places: int, skip: int = 0):
        self.sources, self.maker, self.places, self.skip = sources, maker, places, skip
        self.chances = np.array(shares, dtype=float) / sum(shares)

    def __iter__(self) -> Iterator[Example | None]:
        streams = [iter(source) for source in self.sources]
        numbers = np.random.default_rng([self.maker.seed, 3]).choice(len(streams), size=self.places, p=self.chances)
        for place, number in enumerate(numbers.tolist()):
            sequence, texts = self._next(streams[number], number)
            yield None if place < self.skip else self.maker.item(place, number, sequence, texts)

    def _next(self, stream: Iterator[Any], number: int) -> tuple[SkeletonSequence, Texts]:
        """The next row that serves one of the stage's tasks."""
        for _ in range(_MOST_IN_VAIN):
            sequence, texts = next(stream)
            if self.maker.samplers[number].possible(texts):
                return sequence, texts
        raise ValueError(
            f"{self.sources[number].name}: none of {_MOST_IN_VAIN} clips in a row serves the stage's tasks"
        )


_MOST_IN_VAIN = 10_000


class Collator:
    """Items into a batch: model inputs, labels on the answers, and the clips' names under "ids"."""

    def __init__(self, processor: SkeletonLLMProcessor):
        self.processor = processor
        # Clips are turned beforehand, so that a variation can turn them away again.
        self.view = processor.view.replace(heading="keep")

    def __call__(self, items: Sequence[Example | None]) -> dict[str, Any]:
        found = [item for item in items if item is not None]
        # read over, on the way to where a stream was left: Trainer only counts such batches
        if len(found) < len(items):
            return {"ids": [""] * len(items)}
        if any(item.more for item in found):
            pairs = [((item.question, item.answer), *item.more) for item in found]
            texts = shared_tensors(pairs, self.processor)
        else:
            texts = text_tensors([(item.question, item.answer) for item in found], self.processor)
        # Frames are drawn clip by clip, so that a clip looks the same whoever shares its batch.
        clips = [clip_tensors([item.sequence], self.view, item.frames) for item in found]
        return texts | stacked(clips) | {"ids": [item.id for item in found]}


def stacked(clips: Sequence[dict[str, np.ndarray]]) -> dict[str, torch.Tensor]:
    """Batches of one clip each as one, padded with zeros: masked joints, Gaussians of scale 0."""
    batch = {}
    for name, first in clips[0].items():
        arrays = [clip[name] for clip in clips]
        shape = np.max([array.shape for array in arrays], axis=0)
        out = np.zeros((len(arrays), *shape[1:]), dtype=first.dtype)
        for row, array in zip(out, arrays, strict=True):
            row[tuple(slice(size) for size in array.shape[1:])] = array[0]
        batch[name] = torch.from_numpy(out)
    return batch
