"""Training examples: clips, real and synthetic, each with a question and its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..describe import rationale
from ..model.answers import conversation_text
from ..model.placement import heading, turn_about_y
from ..model.prompts import EXPLAIN, REFUSAL, recognition_prompt
from ..model.skeleton import SkeletonSequence
from ..questions import unanswerable
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
from ..transforms import swap_side_words
from . import ahead
from .augment import augment
from .batches import Example
from .clips import LabelledClip
from .label_texts import implied_texts
from .recipe import Recipe
from .task_texts import caption, multiple_choice, yes_no
from .wordings import Wording, Wordings

RECENT = 256  # synthetic clips that are kept once made
PREPARED = 100_000  # synthetic clips at most that are made before training starts, where there are processes for it
ALIAS = 0.3  # of the synthetic labels are another name of the action, datasets' own among them
FAMILIAR = 2  # times as often come actions that filmed clips show, too
COMPOSITE = 0.2  # of the synthetic clips: two actions, one after the other
# `facing` turns the clips: nothing may be said of where the viewer stands. A model that sees few frames counts badly:
# its captions rather say nothing of it, and only who asks gets a count.
BOTH = MotionOptions(viewer=False, counts=False, composite=1.0)
ONE = MotionOptions(viewer=False, counts=False, alias=ALIAS)
COMPOSED = MotionOptions(viewer=False, counts=False)
INSTRUCTION = 0.25  # of the composed clips are labelled by what one would say to have them done
EXACT_LABEL = 0.4  # of them by the name that says most
LABELLED = 2000  # synthetic clips whose labels are asked about
LABEL = 0.28  # of the texts about synthetic clips are labels; captions as the recipe says; the others are questions
_COUNT = "How many times"
HARD = (_COUNT, "What does the person do first", "What does the person do last")
COMPOSED_SOURCE = "composed:"
HARDER = 4.0  # times as often are these asked as other questions


def facing(sequence: SkeletonSequence) -> SkeletonSequence:
    """The canonical clip, turned as the processor would turn it: augmentation then varies the heading around that."""
    sequence = sequence.canonical()
    turned = turn_about_y(sequence.joints, heading(sequence)).astype(np.float32)
    return sequence.replace(joints=turned, rotations=None)


class SyntheticClips(Sequence[SkeletonSequence]):
    """Synthetic clips over all actions and layouts, made when they are asked for, each the same for the same seed and number.

    Args:
        count, seed: how many, and which.
        unseen: actions that are left out.
        familiar: actions that come `FAMILIAR` times as often: those that filmed clips show too.
        grammar: share of clips composed by the grammar of movements, in place of listed actions.
    """

    def __init__(
        self, count: int, seed: int, unseen: Collection[str] = (), familiar: Collection[str] = (), grammar: float = 0.0
    ):
        self.count, self.seed, self.composed = count, seed, not unseen  # a composite chooses among all actions
        self.grammar, self.unseen = grammar, frozenset(unseen)
        names = [name for name in (*ACTIONS, *INTERACTIONS) if name not in unseen]
        self.names = [name for name in names for _ in range(FAMILIAR if name in familiar else 1)]
        self._made = lru_cache(RECENT)(self._make)
        self._ready: list[tuple[SkeletonSequence, ComposedTruth | None]] = []

    def prepare(self, workers: int) -> None:
        """Makes all clips by so many processes, where they are at most `PREPARED`; nothing else changes."""
        if workers > 1 and self.count <= PREPARED:
            self._ready = ahead.each(self._make, self.count, workers)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(self.count))]
        if not -self.count <= number < self.count:
            raise IndexError(f"synthetic clip {number}: expected one of {self.count}")
        return self._clip(number)[0]

    def truth(self, number: int) -> ComposedTruth | None:
        """What is true of a clip that the grammar composed; None for a listed action."""
        return self._clip(number)[1]

    def _clip(self, number: int) -> tuple[SkeletonSequence, ComposedTruth | None]:
        number = int(number) % self.count
        return self._ready[number] if self._ready else self._made(number)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_made": None, "_ready": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._made = lru_cache(RECENT)(self._make)

    def _make(self, number: int) -> tuple[SkeletonSequence, ComposedTruth | None]:
        generator = np.random.default_rng((self.seed, number))
        name = self.names[generator.integers(len(self.names))]
        layout = SYNTHETIC_LAYOUTS[generator.integers(len(SYNTHETIC_LAYOUTS))]
        composite = generator.random() < COMPOSITE and self.composed
        seed = int(generator.integers(2**62))
        if generator.random() < self.grammar:
            return self._compose(seed, layout, generator)
        options = BOTH if composite else ONE
        return facing(generate(None if composite else name, layout=layout, seed=seed, options=options)), None

    def _compose(
        self, seed: int, layout: str, generator: np.random.Generator
    ) -> tuple[SkeletonSequence, ComposedTruth]:
        known = [name for name in self.unseen if name in REGISTRY or name in ALIASES]
        clip, truth = compose_with_truth(seed, layout=layout, options=COMPOSED, exclude=known)
        kind = generator.random()
        texts = truth.instructions if kind < INSTRUCTION else truth.labels
        label = truth.labels[0] if kind > 1 - EXACT_LABEL else texts[generator.integers(len(texts))]
        return facing(clip).replace(label=label), replace(truth, acts=())  # whose functions no process can hand over


def may_mean(label: str, other: str) -> bool:
    """Whether two labels can both be true of one clip: names of one action, or of an action and its special case."""
    one, two = REGISTRY.get(ALIASES.get(label, label)), REGISTRY.get(ALIASES.get(other, other))
    if one is None or two is None:
        return label == other
    return one is two or (one.kind == two.kind and one.people == two.people and not (one.side and two.side))


class Examples:
    """Draws training examples without end, the same for the same seed."""

    def __init__(
        self, recipe: Recipe, real: Sequence[LabelledClip], synthetic: Sequence[SkeletonSequence], processor: Any
    ) -> None:
        self.recipe, self.synthetic, self.processor = recipe, synthetic, processor
        self.by_dataset = defaultdict(list)
        for clip in real:
            self.by_dataset[clip.dataset].append(clip)
        self.labels = {name: sorted({clip.label for clip in clips}) for name, clips in self.by_dataset.items()}
        weights = {name: weight for name, weight in recipe.weights if name in self.by_dataset}
        self.names = list(weights)
        self.shares = np.array(list(weights.values())) / sum(weights.values()) if weights else None
        self.clip_texts = lru_cache(None)(self._clip_texts)
        self._texts: dict[tuple[str, int], Any] = {}  # that were made before training started
        self.wordings: Wordings | None = None  # of clips, for the space that clips and sentences share
        self.all_labels = sorted(
            {clip.label for clip in synthetic[:LABELLED] if clip.label and not clip.source.startswith(COMPOSED_SOURCE)}
        )
        self.listed = [label for label in self.all_labels if label in REGISTRY or label in ALIASES]

    def prepare(self, workers: int) -> None:
        """Makes what labels imply of all filmed clips by so many processes; nothing else changes."""
        clips = [(name, number) for name in self.names for number in range(len(self.by_dataset[name]))]
        if workers > 1:
            texts = ahead.each(lambda place: self._clip_texts(*clips[place]), len(clips), workers)
            self._texts = dict(zip(clips, texts, strict=True))

    def draw(self, generator: np.random.Generator, explained: bool = False) -> Example:
        """A varied clip with `recipe.questions` questions and their answers.

        Args:
            generator: draws.
            explained: the first answer is the reasoning, measured on that very variation, that leads to its label (CR-Distill).
        """
        name, number = self.choose(generator)
        varied, mirrored = augment(self.sequence(name, number), generator)
        first = (EXPLAIN, self.reasons(name, number, varied, mirrored)) if explained else None
        pairs = [self.text(name, number, mirrored, generator) for _ in range(self.recipe.questions - explained)]
        (question, answer), *more = pairs if first is None else [first, *pairs]
        wording = None if self.wordings is None else self.wording(name, number, mirrored, generator)
        return Example(varied, question, answer, tuple(more), wording)

    def wording(self, name: str, number: int, mirrored: bool, generator: np.random.Generator) -> Wording:
        """A wording of that clip."""
        if name != SYNTHETIC:
            clip = self.by_dataset[name][number]
            # Its own captions: those that its label implies take tens of milliseconds, and the lexicon says as much.
            return self.wordings.draw(clip.label, clip.sequence.captions, mirrored, generator)
        clip = self.synthetic[number]
        truth = self.synthetic.truth(number) if isinstance(self.synthetic, SyntheticClips) else None
        if truth is None:
            return self.wordings.draw(clip.label, clip.captions, mirrored, generator)
        return self.wordings.draw_composed(truth, clip.captions, mirrored, generator)

    def reasons(self, name: str, number: int, varied: SkeletonSequence, mirrored: bool) -> str:
        """The rationale of a variation of that clip."""
        label = self.synthetic[number].label if name == SYNTHETIC else self.by_dataset[name][number].label
        return rationale(varied, swap_side_words(label) if mirrored else label)

    def choose(self, generator: np.random.Generator) -> tuple[str, int]:
        """The dataset, or `SYNTHETIC`, that the next clip comes from, and its number there."""
        if self.shares is None or generator.random() < self.recipe.synthetic_share:
            return SYNTHETIC, int(generator.integers(len(self.synthetic)))
        name = self.names[generator.choice(len(self.names), p=self.shares)]
        return name, int(generator.integers(len(self.by_dataset[name])))

    def _clip_texts(self, name: str, number: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """A filmed clip's own captions and those that its label implies, and the questions that it implies."""
        if (name, number) in self._texts:
            return self._texts[name, number]
        clip = self.by_dataset[name][number]
        captions, questions = implied_texts(clip.sequence, clip.label)
        return (*clip.sequence.captions, *captions), questions

    def sequence(self, name: str, number: int) -> SkeletonSequence:
        return self.synthetic[number] if name == SYNTHETIC else self.by_dataset[name][number].sequence

    def text(self, name: str, number: int, mirrored: bool, generator: np.random.Generator) -> tuple[str, str]:
        """A question about that clip and its answer, sides exchanged where the clip was mirrored."""
        if generator.random() < self.recipe.refusal_share:
            return unanswerable(generator), REFUSAL
        if name == SYNTHETIC:
            question, answer = self._synthetic_text(self.synthetic[number], number, generator)
        else:
            question, answer = self._filmed_text(name, number, generator)
        return (swap_side_words(question), swap_side_words(answer)) if mirrored else (question, answer)

    def _filmed_text(self, name: str, number: int, generator: np.random.Generator) -> tuple[str, str]:
        clip = self.by_dataset[name][number]
        captions, questions = (
            self.clip_texts(name, number) if generator.random() < self.recipe.implied_share else ((), ())
        )
        if captions or questions:
            captions = clip.sequence.captions or captions  # people's own words before what the label implies
            if captions and (not questions or generator.random() < 0.5):
                return caption(captions, generator)
            return questions[generator.integers(len(questions))]
        return self._label_text(clip.label, self.labels[name], generator)

    def _label_text(self, label: str, labels: Sequence[str], generator: np.random.Generator) -> tuple[str, str]:
        wrong: Callable[..., Any] = lambda: [other for other in labels if not may_mean(other, label)]  # noqa: E731
        if generator.random() < self.recipe.yes_no_share and len(labels) > 1:
            return yes_no(label, wrong, generator)
        if generator.random() >= self.recipe.list_share:
            return recognition_prompt(), label
        others = wrong()
        return multiple_choice(label, others, min(len(others), int(generator.integers(2, 8))), generator)

    def _composed_text(
        self, sequence: SkeletonSequence, number: int, generator: np.random.Generator
    ) -> tuple[str, str]:
        """Its label; among others that are not true of it, where the clips know what is."""
        truth = self.synthetic.truth(number) if isinstance(self.synthetic, SyntheticClips) else None
        if truth is None:
            return recognition_prompt(), sequence.label
        shown = {REGISTRY[name].kind for name in truth.kinds}
        others = [label for label in self.listed if REGISTRY[ALIASES.get(label, label)].kind not in shown]
        count = min(len(others), 7)
        chosen = [others[i] for i in generator.choice(len(others), count, replace=False)] if count else []
        label = truth.labels[0] if truth.foils else sequence.label  # beside its foils only the exact one is right
        wrong = [*truth.foils, *chosen[: 7 - len(truth.foils)]]
        return self._label_text(label, [label, *wrong], generator)

    def _synthetic_text(
        self, sequence: SkeletonSequence, number: int, generator: np.random.Generator
    ) -> tuple[str, str]:
        kind = generator.random()
        if kind < LABEL or not sequence.captions:
            if sequence.source.startswith(COMPOSED_SOURCE):
                return self._composed_text(sequence, number, generator)
            return self._label_text(sequence.label, self.all_labels, generator)
        if kind < LABEL + self.recipe.caption_share or not sequence.questions:
            return caption(sequence.captions, generator)
        weights = np.array([HARDER if question.startswith(HARD) else 1.0 for question, _ in sequence.questions])
        order = generator.choice(len(weights), len(weights), replace=False, p=weights / weights.sum())
        turns = [sequence.questions[i] for i in order]
        earlier = int(generator.random() < self.recipe.later_share) + int(generator.random() < self.recipe.later_share)
        question, answer = turns[0]
        if question.startswith(_COUNT) and generator.random() < 0.3:
            question = _COUNT + "?"  # what people type
        return conversation_text(self.processor, question, turns[1 : 1 + earlier]), answer
