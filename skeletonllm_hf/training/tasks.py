"""The tasks of training: the question that is asked about a clip, and the answer that is taught.

| task | question | answer |
| --- | --- | --- |
| recognize | the action, as the model's processor asks for it | its label |
| mqa | the action, candidates listed (multiple choice) | its label |
| name | the action, nothing listed | its label |
| yes_no | whether it is this action | YES for its label, NO for a wrong one |
| rationale | what the body does, step by step | sentences that end in the label |
| caption | a description | one of its captions |
| question | one of its questions, perhaps after others | that question's answer |
| refusal | something that no motion tells | that it cannot be told |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..model.prompts import CAPTION, EXPLAIN, NO, REFUSAL, VERIFY, YES, recognition_prompt
from ..model.skeleton import SkeletonSequence
from ..questions import unanswerable
from .texts import Labelled, Texts

# Explains a clip that has no rationale of its own: (sequence, label) -> text.
Teacher = Callable[[SkeletonSequence, str], str]
# The prompt of a question after earlier (question, answer) pairs.
Conversation = Callable[[str, Sequence[tuple[str, str]]], str]

COUNT = "How many times"
HARD = (COUNT, "What does the person do first", "What does the person do last")  # beginnings of the harder questions
SHORTENED = 0.3  # of the questions for a count, where hard questions come more often, say no more than that


@dataclass(frozen=True)
class TaskSampler:
    """Draws tasks, questions and answers for the clips of one source.

    Args:
        tasks: task -> share.
        source: the clips' labels, and which are wrong.
        neighbours: label -> labels easily taken for it, of which yes_no asks; without an entry it asks of any wrong label.
        candidates: labels that mqa lists, or the fewest and the most of them, drawn; None: all.
        teacher: explains clips without a rationale; None: nobody.
        every: the candidates of "recognize": labels of all sources.
        lists: whether "recognize" lists them, as the processor does.
        hard: how often a hard question comes beside another one.
        later: chance that a question follows another one; twice: two others.
        conversation: the prompt of such a question.
    """

    tasks: Mapping[str, float]
    source: Labelled
    neighbours: Mapping[str, Sequence[str]] = field(default_factory=dict)
    candidates: int | tuple[int, int] | None = None
    teacher: Teacher | None = None
    every: Sequence[str] = ()
    lists: bool = False
    hard: float = 1.0
    later: float = 0.0
    conversation: Conversation | None = None

    def possible(self, texts: Texts) -> list[str]:
        """The tasks that a clip with these texts can serve."""
        labelled, several = texts.label is not None, len(self.source.labels) > 1
        serves = {
            "recognize": labelled,
            "mqa": labelled and several,
            "name": labelled,
            "yes_no": labelled and several,
            "rationale": texts.rationale is not None or (self.teacher is not None and labelled),
            "caption": bool(texts.captions),
            "question": bool(texts.questions),
            "refusal": True,
        }
        return [task for task in self.tasks if serves[task]]

    def choose(self, texts: Texts, generator: np.random.Generator) -> str:
        """A task for such a clip."""
        tasks = self.possible(texts)
        shares = np.array([self.tasks[task] for task in tasks])
        return tasks[generator.choice(len(tasks), p=shares / shares.sum())]

    def ask(
        self, task: str, texts: Texts, sequence: SkeletonSequence | None, generator: np.random.Generator
    ) -> tuple[str, str]:
        """Question and answer. The sequence matters only where a teacher explains it."""
        label: Any = texts.label  # tasks that need one are asked of labelled clips alone
        if task == "recognize":
            wrong = [other for other in self.every if other != label]
            return self._multiple_choice(label, wrong, generator) if self.lists else (recognition_prompt(), label)
        if task == "mqa":
            return self._multiple_choice(label, self.source.wrong(texts, generator), generator)
        if task == "name":
            return recognition_prompt(), label
        if task == "yes_no":
            return self._yes_no(texts, generator)
        if task == "rationale":
            teacher: Any = self.teacher
            return EXPLAIN, teacher(sequence, label) if texts.rationale is None else texts.rationale
        if task == "caption":
            return CAPTION, texts.captions[int(generator.integers(len(texts.captions)))]
        if task == "refusal":
            return unanswerable(generator), REFUSAL
        return self._question(texts.questions, generator)

    def _multiple_choice(self, label: str, wrong: Sequence[str], generator: np.random.Generator) -> tuple[str, str]:
        """The right label among wrong ones, in any order."""
        count = self.candidates
        if isinstance(count, tuple):
            count = int(generator.integers(count[0], count[1] + 1))
        if count is not None and count <= len(wrong):
            wrong = [wrong[i] for i in generator.choice(len(wrong), count - 1, replace=False)]
        listed = [label, *wrong]
        return recognition_prompt([listed[i] for i in generator.permutation(len(listed))]), label

    def _yes_no(self, texts: Texts, generator: np.random.Generator) -> tuple[str, str]:
        """Half the time the right label, else a wrong one."""
        if generator.random() < 0.5:
            return VERIFY.format(label=texts.label), YES
        wrong = self.neighbours.get(str(texts.label)) or self.source.wrong(texts, generator)
        return VERIFY.format(label=wrong[int(generator.integers(len(wrong)))]), NO

    def _question(self, pairs: Sequence[tuple[str, str]], generator: np.random.Generator) -> tuple[str, str]:
        weights = np.array([self.hard if question.startswith(HARD) else 1.0 for question, _ in pairs])
        order = generator.choice(len(weights), len(weights), replace=False, p=weights / weights.sum())
        (question, answer), *others = [pairs[i] for i in order]
        if self.hard > 1 and question.startswith(COUNT) and generator.random() < SHORTENED:
            question = COUNT + "?"  # what people type
        if self.conversation is not None:
            earlier = int(generator.random() < self.later) + int(generator.random() < self.later)
            question = self.conversation(question, others[:earlier])
        return question, answer
