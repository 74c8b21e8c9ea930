"""Questions about order: what comes first, second, last, before or after something, and what is done longest."""

from __future__ import annotations

from ..model.prompts import FIRST, LAST, REFUSAL
from ..nouns import ordinal
from ..questions import Found, Kind, load_wordings
from .narration import doings
from .order import second_of
from .scene import Scene


def ordered(scene: Scene, text: str, kind: Kind) -> str | None:
    """The answer to what comes first, second, last, before or after something; `FIRST` or `LAST` where the language model has it; None: another question."""
    asking = (Kind.WHAT, Kind.SECOND, Kind.FIRST, Kind.LAST)
    if (extreme := load_wordings().find("longest", text)) and kind in (*asking, Kind.LENGTH):
        return _longest(scene, 1 if extreme.entry == "longest" else -1)
    later = next((number for number in range(3, 11) if ordinal(number) in text.split()), None)
    if later and kind is Kind.WHAT and scene.people == 1:
        names = _one_after_another(scene) if scene.stretches else []
        return names[later - 1] if later <= len(names) else REFUSAL
    around = load_wordings().find("around", text) if kind in asking else None
    if kind not in (Kind.FIRST, Kind.SECOND, Kind.LAST) and around is None:
        return None
    if scene.people != 1:
        return REFUSAL
    if scene.stretches:
        return _in_stretches(scene, kind, around)
    if around is not None and not load_wordings().find("that", around.fields["action"]):
        part = scene.part_with(around.fields["action"])
        other = 0 if around.entry == "before" else 1
        return scene.acts.names[other] if scene.acts and part == 1 - other else REFUSAL
    if kind in (Kind.FIRST, Kind.LAST):
        return FIRST if kind is Kind.FIRST else LAST
    if scene.acts is None or (around is not None and around.entry == "before"):
        return REFUSAL
    return second_of(scene.model, scene.processor, scene.clip, scene.acts)


def _in_stretches(scene: Scene, kind: Kind, around: Found | None) -> str:
    """As `ordered`, of a long clip."""
    if around is not None and not load_wordings().find("that", around.fields["action"]):
        place = scene.stretch_with(around.fields["action"])
        if place is None:
            return REFUSAL
        names = doings(scene)
        others = names[place + 1 :] if around.entry == "after" else names[:place][::-1]
        return next((name for name in others if name != names[place]), REFUSAL)
    changes = _one_after_another(scene)
    number = {Kind.FIRST: 0, Kind.LAST: len(changes) - 1}.get(kind, 1)
    return changes[number] if number < len(changes) else REFUSAL


def _one_after_another(scene: Scene) -> list[str]:
    """What is done in a long clip: a change of it each."""
    names = doings(scene)
    return [name for number, name in enumerate(names) if not number or name != names[number - 1]]


def _longest(scene: Scene, sign: int) -> str:
    """What is done longest in a long clip, or with -1 shortest."""
    if not scene.stretches:
        return REFUSAL
    pairs = zip(doings(scene), scene.stretches, strict=True)
    return max(pairs, key=lambda pair: sign * (pair[1].end - pair[1].start))[0]
