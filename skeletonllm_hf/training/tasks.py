"""What a clip is asked, and the answer that is taught.

| task | question | answer |
| --- | --- | --- |
| recognize | the action, as the model's processor asks for it | its label |
| mqa | the action, candidates listed (multiple choice) | its label |
| name | the action, nothing listed | its label |
| yes_no | whether it is this action | YES for its label, NO for a neighbour of it |
| rationale | what the body does, step by step | sentences that end in the label |
| caption | a description | one of its captions |
| question | one of its questions | that question's answer |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..model.prompts import EXPLAIN, recognition_prompt
from ..model.skeleton import SkeletonSequence
from .sources import Texts
from .stages import Stage
from .task_texts import caption, multiple_choice, yes_no

# Explains a clip that has no rationale of its own: (sequence, label) -> text.
Teacher = Callable[[SkeletonSequence, str], str]


@dataclass(frozen=True)
class TaskSampler:
    """Draws tasks for the clips of one source.

    Args:
        stage: tasks with their shares, and how many candidates.
        labels: the candidates: the source's labels, all seen in training.
        neighbours: label -> labels easily taken for it.
        teacher: explains clips without a rationale; None: nobody.
        every: the candidates of "recognize": labels of all sources.
        lists: whether "recognize" lists them, as the processor does.
    """

    stage: Stage
    labels: Sequence[str]
    neighbours: Mapping[str, Sequence[str]]
    teacher: Teacher | None = None
    every: Sequence[str] = ()
    lists: bool = False

    def possible(self, texts: Texts) -> list[str]:
        """The stage's tasks that a clip with these texts can serve."""
        several = len(self.labels) > 1
        serves = {
            "recognize": texts.label is not None,
            "mqa": texts.label is not None and several,
            "name": texts.label is not None,
            "yes_no": texts.label is not None and several,
            "rationale": texts.rationale is not None or (self.teacher is not None and texts.label is not None),
            "caption": bool(texts.captions),
            "question": bool(texts.questions),
        }
        return [task for task in self.stage.tasks if serves[task]]

    def choose(self, texts: Texts, generator: np.random.Generator) -> str:
        """A task for such a clip."""
        tasks = self.possible(texts)
        shares = np.array([self.stage.tasks[task] for task in tasks])
        return tasks[generator.choice(len(tasks), p=shares / shares.sum())]

    def ask(
        self, task: str, texts: Texts, sequence: SkeletonSequence | None, generator: np.random.Generator
    ) -> tuple[str, str]:
        """Question and answer; None for the sequence will do, except where a teacher looks at it."""
        return getattr(self, f"_{task}")(texts, sequence, generator)

    def _recognize(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        if self.lists:
            return self._choice(texts.label, self.every, generator)
        return self._name(texts, sequence, generator)

    def _mqa(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return self._choice(texts.label, self.labels, generator)

    def _choice(self, label: str, labels: Sequence[str], generator: np.random.Generator) -> tuple[str, str]:
        others, most = [other for other in labels if other != label], self.stage.candidates
        return multiple_choice(label, others, most - 1 if most and most <= len(others) else None, generator)

    def _name(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return recognition_prompt(), sequence.label if sequence else texts.label  # synthetic clips go by several names

    def _yes_no(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return yes_no(texts.label, lambda: self.neighbours[texts.label], generator)

    def _rationale(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return EXPLAIN, texts.rationale if texts.rationale is not None else self.teacher(sequence, texts.label)

    def _caption(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return caption(texts.captions, generator)

    def _question(self, texts: Texts, sequence: SkeletonSequence, generator: np.random.Generator) -> tuple[str, str]:
        return texts.questions[generator.integers(len(texts.questions))]
