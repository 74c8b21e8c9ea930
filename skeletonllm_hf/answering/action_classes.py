"""Whether what a clip shows is a dance, a fight, an exercise, a sport or a gesture, by the files of the lexicon that hold its nearest actions."""

from __future__ import annotations

import re

from ..lexicon import load_lexicon
from ..questions import load_wordings
from .scene import Scene

NEAREST = 5  # actions that are looked at
_VARIANT = re.compile(r" (?:with|to|on|from) the (?:left|right)\b.*")


def is_of_class(scene: Scene, words: str) -> bool | None:
    """Whether the nearest action is of the class that words name and another of the `NEAREST` too; None: they name none, or it cannot be told.

    Args:
        scene: the clip.
        words: such as "a fight", "dancing": the group "action class" of `questions/data/wordings.txt`.
    """
    named = load_wordings().find("action class", words)
    names = scene.nearest_actions(NEAREST) if named else []
    if named is None or not names:
        return None
    found = [named.entry in classes_of(name, scene.people) for name in names]
    return True if found[0] and sum(found) > 1 else False if not any(found) else None


def classes_of(action: str, people: int = 1) -> frozenset[str]:
    """The classes of an action of the lexicon, also of one with a side; of several people, who kicks or pushes fights."""
    entry = load_lexicon().find(action) or load_lexicon().find(_VARIANT.sub("", action))
    fights = load_wordings().named_in("done in a fight", action) if people > 1 else frozenset()
    return fights | ({entry.group} if entry else set())
