"""A fact that a question states of a clip: whether it is so is measured by `facts` and its helpers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..describe.facts import Facts
from ..describe.measures import Measures
from ..model.prompts import REFUSAL
from ..questions import load_wordings
from .scene import Scene


@dataclass(frozen=True)
class Stated:
    """A fact that is stated of a clip in which somebody is seen.

    Args:
        scene: the clip.
        measures: of the clip.
        fields: the words of the statement, by the names that they have in its wording.
    """

    scene: Scene
    measures: Measures
    fields: Mapping[str, str]

    @property
    def facts(self) -> Facts:
        return self.measures.facts

    @property
    def alone(self) -> bool:
        return self.scene.people == 1

    @property
    def deep(self) -> bool:
        """Whether one person is seen with depth."""
        return self.alone and not self.measures.flat

    @property
    def side(self) -> str | None:
        return self.fields.get("side")

    def posture(self, field: str) -> str | None:
        """The posture that a field's words name."""
        return next(iter(load_wordings().named_in("posture", self.fields.get(field, ""))), None)

    def posture_then(self) -> str | None:
        """The posture at the end, or at the start, as the field "when" says; None: it is not seen."""
        postures = self.measures.postures() if self.alone else []
        at_end = any(word in self.fields.get("when", "") for word in ("end", "last", "final"))
        if not postures:
            return None
        if postures[-1 if at_end else 0] == "standing" and "sitting" not in postures:
            # A depth sensor draws the legs of who sits as if they stood: the model sees it nevertheless
            changes = [self.scene.shows(change) for change in ("sit down", "stand up")]
            if any(changes):
                return None if all(changes) else "sitting" if changes[0] == at_end else "standing"
        return postures[-1 if at_end else 0]


def at_least(value: float | None, no: float, yes: float) -> bool | None:
    """Whether a value is `yes` or more; not so at `no` or less; None in between, where noise could decide, and without a value."""
    return None if value is None or no < value < yes else value >= yes


def which_of_two(more: float | None, alike: float, clearly: float, both: str, names: tuple[str, str]) -> str:
    """The name of the one that has more of something, or that both have about as much; a refusal in between, and without a value.

    Args:
        more: by how much the first has more than the second.
        alike, clearly: differences up to which they have about as much, and from which one has more.
        both: what is said where they have about as much.
        names: of the first and the second.
    """
    if more is None or alike < abs(more) < clearly:
        return REFUSAL
    return both if abs(more) <= alike else names[0] if more > 0 else names[1]
