"""A question about a clip in which somebody is seen, with what its words speak of."""

from __future__ import annotations

from dataclasses import dataclass

from ..describe.measures import Measures
from .scene import Scene


@dataclass(frozen=True)
class Query:
    """A question about a clip in which somebody is seen.

    Args:
        scene: the clip.
        measures: of the clip.
        text: the question, as `questions.plain` gives it.
        about: its topics.
        action: the action that it names.
    """

    scene: Scene
    measures: Measures
    text: str
    about: frozenset[str]
    action: str | None

    @property
    def limb(self) -> str | None:
        return "foot" if "foot" in self.about else "hand" if "hand" in self.about else None

    @property
    def alone(self) -> bool:
        return self.scene.people == 1
