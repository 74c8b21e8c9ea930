"""Actions done with one side or in one direction, as labels name them: "left hand wave", "swipe left", "point up"."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .generate import ACTIONS
from .options import MotionOptions
from .registry import REGISTRY, ActionInfo

SIDES = ("left", "right")
_ARM, _LEG = frozenset({"hand", "arm", "fist", "elbow", "shoulder"}), frozenset({"leg", "foot", "knee"})
_SIDE = re.compile(r"(?:\b(?:with|using|by|on|in|to) )?\b(left|right)(?:wards?)?\b(?: (hand|arm|fist|elbow|shoulder|leg|foot|knee|side))?(?: ?handed| ?sided)?\b")  # fmt: skip
_BOTH = re.compile(r"(?:\b(?:with|using) )?\b(?:both|two) (?:hand|arm|leg|foot|feet)(?:s|ed)?\b")
_WAYS = {
    "up": "up(?:wards?)?",
    "down": "down(?:wards?)?",
    "forward": "forwards?",
    "backward": "back(?:wards?)?",
    "counterclockwise": "(?:counter|anti) ?clockwise|ccw",
    "clockwise": "clockwise|cw",
}
_WORDED = {way: re.compile(rf"\b(?:{words})\b") for way, words in _WAYS.items()}


@dataclass(frozen=True)
class Variant:
    """An action done with one side or in one direction.

    Args:
        name: plain words, unique.
        action: the listed action.
        choices: (side, way) of which each clip has one; None: either side, any way.
    """

    name: str
    action: str
    choices: tuple[tuple[str | None, str | None], ...]

    def options(self, number: int, options: MotionOptions) -> MotionOptions:
        """These options for the `number`-th clip of the variant."""
        side, way = self.choices[number % len(self.choices)]
        return dataclasses.replace(options, side=side, direction=way)


@functools.cache
def variants() -> Mapping[str, Variant]:
    """Name -> variant, of all listed actions of one person that a label could ask for with a side or a direction."""
    found = [variant for name in ACTIONS for variant in _of(REGISTRY[name])]
    return {variant.name: variant for variant in found}


def shown_action(name: str) -> str:
    """The action of a variant's name; other names as they are."""
    variant = variants().get(name)
    return variant.action if variant else name


def find_shown(label: str, actions: Mapping[str, str]) -> str | None:
    """The name of the action or variant that a label means: "left hand wave" is "high wave with the left hand".

    Args:
        label: normalised words (`lexicon.normalized`).
        actions: normalised name -> listed action.

    Returns:
        None for other labels.
    """
    sides = list(_SIDE.finditer(label))
    limbed = [match for match in sides if match[2] not in (None, "side")]
    if len(sides) == 2 and len(limbed) == 1:  # "right hand swipe to the left": where it goes counts
        sides.remove(limbed[0])
        label = next(_without(label, limbed[0], None))
        sides = list(_SIDE.finditer(label))
    if len(sides) == 1:
        side, limb = sides[0].groups()
        if found := _going(next(_without(label, sides[0], None)), actions):
            return found
        for name in _without(label, sides[0], limb):
            info = REGISTRY.get(actions.get(name, ""))
            if info is None:
                continue
            fits = limb in (None, "side") or info.limb in (_ARM if limb in _ARM else _LEG)
            lateral = f"{info.name} to the {side}" if limb in (None, "side") else ""
            for variant in (lateral, _sided_name(info, side) if fits else ""):
                if variant in variants():
                    return variant
    elif match := _BOTH.search(label):
        if both := actions.get(label.replace("two ", "both ")):
            return both
        label = next(_without(label, match, None))
        info = REGISTRY.get(actions.get(label, ""))
        if info and not info.sided:
            return info.name
    return _going(label, actions)


def _going(label: str, actions: Mapping[str, str]) -> str | None:
    """The variant of a label that says a direction."""
    for way, words in _WORDED.items():
        if match := words.search(label):
            variant = f"{actions.get(next(_without(label, match, None)))} {way}"
            if variant in variants():
                return variant
    return None


def _of(info: ActionInfo) -> Iterator[Variant]:
    if info.side:
        return
    if info.sided:
        yield from (Variant(_sided_name(info, side), info.name, ((side, None),)) for side in SIDES)
    choices: dict[str, list[tuple[str | None, str | None]]] = {}
    for way in info.ways or ((info.direction,) if info.direction and not info.sided else ()):
        for side in SIDES:
            seen = _as_seen(way, side)
            if seen != way or info.ways:
                choices.setdefault(seen, []).append((side, way if info.ways else None))
    yield from (Variant(f"{info.name} {seen}", info.name, tuple(pairs)) for seen, pairs in choices.items())


def _as_seen(way: str, side: str) -> str:
    """A way of the right-handed performance as it is with that side."""
    other = "right" if side == "left" else "left"
    if "clockwise" in way and side == "left":
        return "clockwise" if way.startswith("counter") else "counterclockwise"
    if way in ("across the body", "outwards"):
        return f"to the {other if way == 'across the body' else side}"
    return way.format(side=side, other=other)


def _sided_name(info: ActionInfo, side: str) -> str:
    return f"{info.name} with the {side} {info.limb}"


def _without(label: str, match: re.Match[str], limb: str | None) -> Iterator[str]:
    """The label without what was matched, or with a limb of neither side in its place."""
    if limb == "side":  # "left side kick" is a side kick
        yield f"{label[: match.start()]}side{label[match.end() :]}"
    before, after = label[: match.start()].strip(), label[match.end() :].strip()
    middles = ("", limb, f"one {limb}", f"with {limb}", f"with one {limb}", f"on one {limb}") if limb else ("",)
    for middle in middles:
        yield " ".join(f"{before} {middle} {after}".split())
