"""Synthetic motion as a source of training clips."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..synthetic import (
    ACTIONS,
    INTERACTIONS,
    SYNTHETIC,
    SYNTHETIC_LAYOUTS,
    ComposedTruth,
    MotionOptions,
    compose_with_truth,
    generate,
)
from ..synthetic.registry import ALIASES, REGISTRY
from . import ahead
from .augment import facing
from .texts import Texts, compatible, pending

RECENT = 256  # clips that are kept once made
PREPARED = 100_000  # clips at most that are made before training starts
FAMILIAR = 2  # times as often come actions that filmed clips show, too
INSTRUCTION = 0.25  # of the composed clips are labelled by an instruction
EXACT_LABEL = 0.4  # of them by the most specific name
COMPOSED_WRONG = 7  # wrong labels beside a composed clip's own
SEPARATOR = " then "  # between the labels of two actions


class SyntheticClips(Sequence[SkeletonSequence]):
    """Synthetic clips over all actions and layouts. A clip is made when it is read, and is the same for the same seed and number.

    Texts never say where the viewer stands: clips are turned in training.

    Args:
        count, seed: how many, and which.
        unseen: actions that no clip shows.
        familiar: actions that come `FAMILIAR` times as often.
        grammar: share of clips that the grammar of movements composes, in place of listed actions.
        composite: share of clips that show two listed actions; none where actions are left out.
        alias: share of labels that are another name of the action.
        counts: whether captions may say how often something is done.
        faces_viewer: whether clips are canonical and turned to the viewer when they are made.
    """

    name = SYNTHETIC

    def __init__(
        self,
        count: int,
        seed: int,
        *,
        unseen: Collection[str] = (),
        familiar: Collection[str] = (),
        grammar: float = 0.0,
        composite: float = 0.0,
        alias: float = 0.0,
        counts: bool = True,
        faces_viewer: bool = False,
    ):
        self._count, self.seed, self.grammar, self.unseen = count, seed, grammar, frozenset(unseen)
        self.composite = 0.0 if unseen else composite  # whose actions the generator chooses among all
        self.faces_viewer = faces_viewer
        self.labels = tuple(sorted(name for name in (*ACTIONS, *INTERACTIONS) if name not in unseen))
        names = set(self.labels)
        aliases = [name for name, action in ALIASES.items() if alias and action in names]
        self.names = tuple(sorted({*self.labels, *aliases}))
        self._drawn = [name for name in self.labels for _ in range(FAMILIAR if name in familiar else 1)]
        options = MotionOptions(viewer=False, counts=counts)
        self._one, self._two = replace(options, alias=alias), replace(options, composite=1.0)
        self._composed = options
        self._set_caches()
        self._ready: list[tuple[SkeletonSequence, ComposedTruth | None]] = []

    def _set_caches(self) -> None:
        self._made = lru_cache(RECENT)(self._make)
        self._wrong = lru_cache(None)(self._wrong_labels)

    def prepare(self, workers: int) -> None:
        """Makes all clips by so many processes, where they are at most `PREPARED`; nothing else changes."""
        if workers > 1 and self._count <= PREPARED and not self._ready:
            self._ready = ahead.each(self._make, self._count, workers)

    @cached_property
    def texts(self) -> list[Texts]:
        return [pending(self.name, "")] * self._count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(self._count))]
        return self.clip(number)[0]

    def clip(self, number: int) -> tuple[SkeletonSequence, Texts]:
        """A clip and its texts. IndexError: no such clip."""
        if not -self._count <= number < self._count:
            raise IndexError(f"synthetic clip {number}: expected one of {self._count}")
        number = int(number) % self._count
        sequence, truth = self._ready[number] if self._ready else self._made(number)
        # Beside wrong labels that are like the exact one, no other is surely right.
        label = truth.labels[0] if truth is not None and truth.foils else sequence.label
        texts = Texts(f"{self.name}/{number}", label, sequence.captions, sequence.questions, truth=truth)
        return sequence, texts

    def wrong(self, texts: Texts, generator: np.random.Generator) -> Sequence[str]:
        """Labels that are not true of a clip; of a composed clip some, those like its own first."""
        if texts.truth is None:
            return self._wrong(texts.label)
        shown = {REGISTRY[name].kind for name in texts.truth.kinds}
        others = [label for label in self.names if REGISTRY[ALIASES.get(label, label)].kind not in shown]
        foils = texts.truth.foils[:COMPOSED_WRONG]
        count = min(COMPOSED_WRONG - len(foils), len(others))
        return [*foils, *(others[i] for i in generator.choice(len(others), count, replace=False))]

    def _wrong_labels(self, label: str) -> tuple[str, ...]:
        parts = label.split(SEPARATOR)
        return tuple(name for name in self.names if not any(compatible(name, part) for part in parts))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_made": None, "_wrong": None, "_ready": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._set_caches()

    def _make(self, number: int) -> tuple[SkeletonSequence, ComposedTruth | None]:
        generator = np.random.default_rng((self.seed, number))
        name = self._drawn[generator.integers(len(self._drawn))]
        layout = SYNTHETIC_LAYOUTS[generator.integers(len(SYNTHETIC_LAYOUTS))]
        composite = generator.random() < self.composite
        seed = int(generator.integers(2**62))
        if generator.random() < self.grammar:
            return self._compose(seed, layout, generator)
        chosen, options = (None, self._two) if composite else (name, self._one)
        return self._turned(generate(chosen, layout=layout, seed=seed, options=options)), None

    def _compose(
        self, seed: int, layout: str, generator: np.random.Generator
    ) -> tuple[SkeletonSequence, ComposedTruth]:
        known = [name for name in self.unseen if name in REGISTRY or name in ALIASES]
        clip, truth = compose_with_truth(seed, layout=layout, options=self._composed, exclude=known)
        kind = generator.random()
        texts = truth.instructions if kind < INSTRUCTION else truth.labels
        label = truth.labels[0] if kind > 1 - EXACT_LABEL else texts[generator.integers(len(texts))]
        # Acts hold functions, which cannot be passed between processes.
        return self._turned(clip).replace(label=label), replace(truth, acts=())

    def _turned(self, sequence: SkeletonSequence) -> SkeletonSequence:
        return facing(sequence) if self.faces_viewer else sequence
