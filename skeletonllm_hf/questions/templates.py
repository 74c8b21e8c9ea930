"""Reads `data/*.txt`: questions, some of them with blanks such as {thing}, then under "## thing" what fills the blank."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..lexicon import load_lexicon

FOLDER = Path(__file__).parent / "data"
_BLANK = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[a-z'-]+")


@dataclass(frozen=True)
class Templates:
    """Questions of one kind.

    Args:
        questions: with blanks.
        fillers: name of a blank -> what it may be filled with.
    """

    questions: tuple[str, ...]
    fillers: Mapping[str, tuple[str, ...]]

    def filled(self, question: str, generator: np.random.Generator) -> str:
        """The question with its blanks filled at random."""
        return _BLANK.sub(lambda blank: str(generator.choice(self.fillers[blank[1]])), question)


@functools.cache
def load_templates(kind: str) -> Templates:
    """The package's "answerable" or "unanswerable" questions; {action} is filled with names of the lexicon."""
    head, fillers = _parts(kind)
    questions = tuple(line for line in head.splitlines() if line and not line.startswith("#"))
    return Templates(questions, fillers | {"action": tuple(entry.name for entry in load_lexicon())})


def _parts(name: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """A file's questions, and what fills each blank."""
    head, *parts = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n## ")
    return head, {blank: tuple(lines) for blank, *lines in (part.splitlines() for part in parts)}


@dataclass(frozen=True)
class TaughtQuestion:
    """A question in the words of training, and the same in others.

    Args:
        one: what is asked about a clip of one person.
        two: what is asked where there are more.
        wordings: other words.
    """

    one: str
    two: str
    wordings: tuple[str, ...]


@functools.cache
def load_taught() -> tuple[TaughtQuestion, ...]:
    """The package's `taught.txt`, blanks filled in."""
    head, fillers = _parts("taught")
    found = []
    for block in head.split("\n\n"):
        first, *wordings = [line for line in block.splitlines() if line and not line.startswith("#")] or [""]
        one, _, two = (text.strip() for text in first.partition("|"))
        for filled in _every_filling([one, two or one, *(line.strip() for line in wordings)], fillers) if one else ():
            found.append(TaughtQuestion(filled[0], filled[1], tuple(filled)))
    return tuple(found)


@functools.cache
def question_words(kinds: tuple[str, ...] = ("answerable", "unanswerable")) -> frozenset[str]:
    """All words of the package's questions of these kinds, in lower case; with "answerable", those of `load_taught` too."""
    texts = [_BLANK.sub(" ", text) for kind in kinds for text in load_templates(kind).questions]
    texts += [text for question in load_taught() for text in question.wordings] if "answerable" in kinds else []
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def _every_filling(lines: Sequence[str], fillers: Mapping[str, Sequence[str]]) -> list[list[str]]:
    blank = _BLANK.search(lines[0])
    if blank is None:
        return [list(lines)]
    return [[line.replace(blank[0], word) for line in lines] for word in fillers[blank[1]]]


def unanswerable(generator: np.random.Generator) -> str:
    """A random question that no skeleton answers, for training."""
    templates = load_templates("unanswerable")
    question = templates.questions[int(generator.integers(len(templates.questions)))]
    return templates.filled(question, generator)
