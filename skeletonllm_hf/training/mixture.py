"""The examples of a training stage, in an order that depends on the seed and the place in the stage alone.

So a run that was killed goes on where it stood, and two processes see together what one would have seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from torch.utils.data import Dataset, IterableDataset

from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.skeleton import SkeletonSequence
from ..transforms import swap_side_words
from .augment import augment, facing
from .batches import Example, clip_batch, shared_tensors, text_tensors
from .sources import Stream
from .tasks import TaskSampler
from .texts import Source, Texts
from .wordings import Wording, Wordings

WINDOW = 32  # optimiser steps whose examples are grouped by length


class ExampleMaker:
    """Makes examples of clips: task, variation, question and answer.

    Args:
        samplers: the tasks of each source.
        processor: of the model, which may turn clips to the viewer.
        seed: of all draws.
        augment: whether clips are varied.
        questions: about each clip.
        wordings: draws words for the space that clips and sentences share; None: examples get none.
    """

    def __init__(
        self, samplers: Sequence[TaskSampler], processor: SkeletonLLMProcessor, seed: int, augment: bool = False, questions: int = 1,
        wordings: Wordings | None = None,
    ):  # fmt: skip
        self.samplers, self.seed, self.augment = samplers, seed, augment
        self.questions, self.wordings = questions, wordings
        self.faces = processor.heading == "face"

    def generator(self, place: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, 1, place])

    def example(
        self, place: int, number: int, sequence: SkeletonSequence, texts: Texts, task: str | None = None
    ) -> Example:
        """The example at a place: a clip of source `number`; `task` is that of its first question, None: a drawn one."""
        generator, sampler = self.generator(place), self.samplers[number]
        task = sampler.choose(texts, generator) if task is None else task
        # A rationale that is at hand tells of times and ways that a variation would change; a teacher sees the variation.
        fixed = task == "rationale" and texts.rationale is not None
        sequence, mirrored = self.varied(number, sequence, generator, vary=not fixed)
        ask: Callable[[str], tuple[str, str]] = partial(
            self._text, sampler, texts=texts, sequence=sequence, mirrored=mirrored, generator=generator
        )
        question, answer = ask(task)
        frames = int(generator.integers(2**31))
        others = [sampler.choose(texts, generator) for _ in range(self.questions - 1)]
        more = [ask(other) for other in others if other != "rationale" or texts.rationale is None]
        wording = self.wording(texts, sequence.captions, mirrored, generator)
        return Example(sequence, question, answer, tuple(more), wording, texts.id, frames)

    def varied(
        self, number: int, sequence: SkeletonSequence, generator: np.random.Generator, vary: bool = True
    ) -> tuple[SkeletonSequence, bool]:
        """A clip of source `number` as an example shows it, and whether it was mirrored."""
        if not self.samplers[number].source.faces_viewer:
            if self.faces:
                sequence = facing(sequence)
            elif self.augment and vary:
                sequence = sequence.canonical()
        return augment(sequence, generator) if self.augment and vary else (sequence, False)

    def wording(
        self, texts: Texts, captions: Sequence[str], mirrored: bool, generator: np.random.Generator
    ) -> Wording | None:
        """A wording of a clip; `captions` are its own, without those that its label implies."""
        if self.wordings is None:
            return None
        if texts.truth is not None:
            return self.wordings.draw_composed(texts.truth, captions, mirrored, generator)
        return self.wordings.draw(texts.label, captions, mirrored, generator)

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
        sources: of clips, each the source of a sampler of `maker`.
        shares: how often an example comes from each; None: as often as it has clips.
        maker: makes the examples.
        places: how many.
        group: examples of an optimiser step; where given, those of similar length stand in one step.

    Raises:
        ValueError: a source of which no clip has what the stage's tasks need.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        shares: Sequence[float] | None,
        maker: ExampleMaker,
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
                tasks = ", ".join(sampler.tasks)
                labels = ", ".join(map(repr, source.labels[:2])) or "none"
                few = (
                    "" if len(source.labels) > 1 else f"; mqa and yes_no need two labels or more, its labels: {labels}"
                )
                raise ValueError(f"{source.name}: expected clips with the texts that {tasks} need, found none{few}")
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
        return self.example(index)

    def example(self, index: int, task: str | None = None) -> Example:
        """The example that stands there; `task` is that of its first question, None: a drawn one."""
        place = int(self.order[index])
        return self.maker.example(place, *self.clip(place), task=task)

    def clip(self, place: int) -> tuple[int, SkeletonSequence, Texts]:
        """Source, clip and texts at a place."""
        number = int(self.source[place])
        return number, *self.sources[number].clip(int(self.row[place]))

    def _length(self, place: int) -> int:
        """Letters of what stands at a place, as far as its texts tell: what is made with the clip, or by a teacher, counts as none."""
        number = int(self.source[place])
        texts, sampler = self.sources[number].texts[self.row[place]], self.maker.samplers[number]
        generator = self.maker.generator(place)
        task = sampler.choose(texts, generator)
        if texts.captions == ("",) or (task == "rationale" and texts.rationale is None):
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

    def __init__(
        self, sources: Sequence[Stream], shares: Sequence[float], maker: ExampleMaker, places: int, skip: int = 0
    ):
        self.sources, self.maker, self.places, self.skip = sources, maker, places, skip
        self.chances = np.array(shares, dtype=float) / sum(shares)

    def __iter__(self) -> Iterator[Example | None]:
        streams = [iter(source) for source in self.sources]
        numbers = np.random.default_rng([self.maker.seed, 3]).choice(len(streams), size=self.places, p=self.chances)
        for place, number in enumerate(numbers.tolist()):
            sequence, texts = self._next(streams[number], number)
            yield None if place < self.skip else self.maker.example(place, number, sequence, texts)

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
            texts = shared_tensors([item.pairs for item in found], self.processor)
        else:
            texts = text_tensors([(item.question, item.answer) for item in found], self.processor)
        return texts | clip_batch(found, self.view) | {"ids": [item.id for item in found]}
