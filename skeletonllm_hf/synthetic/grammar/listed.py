"""The listed actions as acts of a composition."""

from __future__ import annotations

from ..options import PartTruth
from ..registry import REGISTRY, ActionInfo
from ..texts import slots
from .primitive import Draw, Primitive

_NOT_VERBS = {
    "high wave", "horizontal wave", "side boxing", "forward punch", "forward kick", "side kick", "back kick", "high throw",
    "underhand throw", "basketball shot", "tennis swing", "tennis serve", "golf swing", "bat swing", "hand catch", "side bend",
    "push-up", "sit-up", "burpee", "lateral raise", "star jump", "arm curl", "side lunge", "heel raise", "high knees", "chest pass",
    "uppercut", "hook punch", "knee strike", "volleyball serve",
    "roundhouse kick", "side leg raise", "back leg raise", "front leg raise", "tennis backhand",
}  # fmt: skip
_PLAIN_VERBS = {
    "jogging": "[jog] in place", "thumbs up": "[give] a thumbs up", "phone call": "[make] a phone call", "kneel": "[kneel] down",
    "draw x": "[draw] an X", "draw tick": "[draw] a tick", "draw circle": "[draw] a circle",
}  # fmt: skip
# Postures that an act may begin in, and end in where another follows.
_GOES_ON = ("standing", "sitting", "kneeling")
_LISTED = tuple(
    info
    for info in REGISTRY.values()
    if info.people == 1 and info.start in _GOES_ON and "{where}" not in info.phrases[0]
)


def listed(draw: Draw, barred: frozenset[str], posture: str, last: bool) -> Primitive | None:
    """A listed action that begins in that posture; the last of a clip may end in any."""
    known = [
        info for info in _LISTED if info.kind not in barred and info.start == posture and (last or info.end in _GOES_ON)
    ]
    if not known:
        return None
    info: ActionInfo = draw.pick(*known)
    side = info.side or draw.one_side()
    direction = info.direction.format(side=side) if info.direction else None
    truth = PartTruth(info.name, (), side, direction, None, None, "normal", (info.start, info.end), info.travel, (0, 0))
    fill = slots(truth, side, None, counts=False)
    phrases = tuple(" ".join(phrase.format(**fill).split()) for phrase in info.phrases if "{where}" not in phrase)
    return Primitive(
        info.name, (), (_template(info),), side=side, kinds=frozenset({info.name}), phrases=phrases, action=info
    )


def _template(info: ActionInfo) -> str:
    if info.name in _PLAIN_VERBS:
        return _PLAIN_VERBS[info.name]
    if info.name in _NOT_VERBS:
        return f"[do] {'an' if info.name[0] in 'aeiou' else 'a'} {info.name}"
    verb, _, rest = info.name.partition(" ")
    return f"[{verb}] {rest}".strip()
