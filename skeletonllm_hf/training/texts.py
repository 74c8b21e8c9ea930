"""The texts of a training clip, and the protocol of a source of clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..synthetic import ComposedTruth
from ..synthetic.registry import ALIASES, REGISTRY


@dataclass(frozen=True)
class Texts:
    """Label, captions, questions and rationale of a clip.

    Args:
        id: of the clip, for messages.
        label: its action; None: unlabelled.
        captions: true sentences about the clip.
        questions: (question, answer) pairs.
        rationale: the reasoning that leads to the label; None: none is at hand.
        truth: all that is true of a clip that the grammar of movements composed; None for other clips.
    """

    id: str
    label: str | None
    captions: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    rationale: str | None = None
    truth: ComposedTruth | None = None


class Labelled(Protocol):
    """A dataset with labels. Streams are no more than that; `Source` can be read in any order."""

    name: str

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""

    @property
    def faces_viewer(self) -> bool:
        """Whether clips are canonical and turned to the viewer already."""

    def wrong(self, texts: Texts, generator: np.random.Generator) -> Sequence[str]:
        """Labels that are not true of a clip with these texts."""


class Source(Labelled, Protocol):
    """Clips that are read in any order."""

    @property
    def texts(self) -> Sequence[Texts]:
        """Of each clip, as far as they are known before it is made; a text that is made with it stands as an empty one."""

    def __len__(self) -> int: ...

    def clip(self, number: int) -> tuple[SkeletonSequence, Texts]:
        """A clip and all of its texts."""


def compatible(label: str, other: str) -> bool:
    """Whether both labels can be true of one clip: names of one action, or of an action and its special case."""
    one, two = REGISTRY.get(ALIASES.get(label, label)), REGISTRY.get(ALIASES.get(other, other))
    if one is None or two is None:
        return label == other
    return one is two or (one.kind == two.kind and one.people == two.people and not (one.side and two.side))


def pending(name: str, label: str) -> Texts:
    """The texts of clips whose captions and questions are made when a clip is read."""
    return Texts(name, label, ("",), (("", ""),))
