"""Primitives, the single movements that a composition is made of, with their words and what is true of them."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...transforms import swap_side_words
from ..performer import Performer, Pose
from ..registry import ActionInfo

ARMS = {
    "left": frozenset({"left arm"}),
    "right": frozenset({"right arm"}),
    "both": frozenset({"left arm", "right arm"}),
}
LEGS, TRUNK, HEAD, WHOLE = frozenset({"legs"}), frozenset({"trunk"}), frozenset({"head"}), frozenset({"legs", "trunk"})
HANGING = (0.055, -0.515, 0.045)  # the wrist of an arm at rest, from the shoulder
_HAND_CHANNELS = ("hand", "pole", "palm")
_FOOT_CHANNELS = ("foot", "step", "loose", "knee", "pin", "hold")
_ANGLES = ("orient", "spine", "head")


@dataclass(frozen=True)
class Primitive:
    """A movement in key poses, as one performer does it.

    Args:
        family: what it is a case of ("raise", "trace", "squat", ...).
        keys: poses, as `performer.key` makes them, for the performer's own left and right.
        texts: what is done, most exact first, the first two name limb, side and direction. [verb] is inflected, {the}
            becomes "the", "your" or nothing.
        nouns: short names without a verb.
        uses: parts of the body that it occupies: "left arm", "right arm", "legs", "trunk", "head".
        limb: "hand", "arm", "leg", "foot", "knee", "head" or "body".
        side: the performer's "left" or "right", "both", or None.
        direction: where it goes, from the performer's view.
        count: repetitions, None where it has none.
        unit: the verb that is counted.
        kinds: names of listed actions (`synthetic.ACTIONS`) that it amounts to.
        start: channels that the clip begins with, in place of hanging arms and standing feet.
        back: seconds to return into the posture; None stays.
        exact: places are meant literally.
        held: number of the key that is kept while others are still moving, where the movement is done once; None: none.
        seated: it can be done on a chair or kneeling.
        gait: arguments of `gait.stride` for those who travel or turn; keys may be empty then.
        moved: metres to the left and forward, and radians to the left, by which the performer leaves its place.
        phrases: what "a person ..." does, third person, where a listed action tells it.
        action: the listed action that it is; keys are empty then.
    """

    family: str
    keys: tuple[Pose, ...]
    texts: tuple[str, ...]
    nouns: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()
    limb: str = "body"
    side: str | None = None
    direction: str | None = None
    count: int | None = None
    unit: str | None = None
    kinds: frozenset[str] = frozenset()
    start: dict[str, Any] = field(default_factory=dict)
    back: float | None = 0.55
    exact: bool = False
    held: int | None = None
    seated: bool = False
    gait: dict[str, Any] | None = None
    moved: tuple[float, float, float] = (0.0, 0.0, 0.0)
    phrases: tuple[str, ...] = ()
    action: ActionInfo | None = None

    @property
    def framed(self) -> bool:
        """Whether it begins in a pose that no other act can end in."""
        return bool(self.start)

    @property
    def exact_text(self) -> str:
        """The shortest text that names limb, side and direction."""
        return self.texts[min(1, len(self.texts) - 1)]

    @property
    def seconds(self) -> float:
        """At its own tempo."""
        if self.gait is not None:
            return (self.gait["steps"] + 1) * self.gait["gait"].step
        return sum(seconds for seconds, _ in self.keys) + (self.back or 0.0)

    def lasting(self, seconds: float) -> Primitive:
        """The movement stretched towards a duration: a held pose is kept longer, others become slower by half at most."""
        missing = seconds - self.seconds
        if missing <= 0 or not self.keys:
            return self
        if self.held is not None and self.count in (None, 1):
            at = self.held
            keys = (*self.keys[:at], (self.keys[at][0] + missing, self.keys[at][1]), *self.keys[at + 1 :])
            return dataclasses.replace(self, keys=keys)
        share = min(seconds / self.seconds, 1.5)
        back = None if self.back is None else self.back * share
        return dataclasses.replace(self, keys=tuple((time * share, pose) for time, pose in self.keys), back=back)


class Draw:
    """A performer with the random choices of a composition."""

    def __init__(self, p: Performer):
        self.p, self.rng, self.options = p, p.plan, p.options
        self.brief = False  # few repetitions, for other acts follow

    def pick(self, *choices: Any) -> Any:
        return choices[int(self.rng.random() * len(choices))]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def count(self, low: int, high: int) -> int:
        high = min(high, low + 1) if self.brief else high
        return low + int(self.rng.random() * (high + 1 - low))

    def vary(self, value: float, share: float = 0.12) -> float:
        return self.p.vary(value, share)

    def about(self, metres: float) -> float:
        """A coordinate of a place that need not be met exactly: 5 cm more or less."""
        return metres + (0.0 if self.p.exact else float(self.p.rng.uniform(-0.05, 0.05)))

    def one_side(self) -> str:
        return self.options.side or self.pick("left", "right")

    def side(self, both: float = 0.3) -> str:
        """ "left", "right" or "both"."""
        return "both" if self.chance(both) else self.one_side()


# What a function of the grammar returns: those fields of a `Primitive` that it draws.
Fields = dict[str, Any]


def movement(
    family: str, limb: str, uses: frozenset[str] = frozenset(), **fixed: Any
) -> Callable[[Callable[[Draw], Fields]], Callable[[Draw], Primitive]]:
    """Decorates a function that draws fields of a `Primitive`; the arguments are the other fields.

    Fields that the function returns replace those given here; `keys` and `kinds` may be any iterables.

    Args:
        family: as in `Primitive`.
        limb: as in `Primitive`.
        uses: parts of the body that it occupies besides that limb.
        fixed: further fields.
    """

    def decorate(function: Callable[[Draw], Fields]) -> Callable[[Draw], Primitive]:
        @functools.wraps(function)
        def drawn(d: Draw) -> Primitive:
            fields = {"family": family, "uses": uses, "keys": (), "kinds": (), **fixed, **function(d)}
            fields["keys"], fields["kinds"] = tuple(fields["keys"]), frozenset(fields["kinds"])
            fields["uses"] |= _occupied(limb, fields.get("side"))
            return Primitive(limb=limb, **fields)

        return drawn

    return decorate


def _occupied(limb: str, side: str | None) -> frozenset[str]:
    if limb in ("hand", "arm"):
        return ARMS[side or "both"]
    return {"body": frozenset(), "head": HEAD}.get(limb, LEGS)


def other(side: str) -> str:
    return "left" if side == "right" else "right"


def place(side: str, keys: Sequence[tuple[float, dict[str, Any]]]) -> tuple[Pose, ...]:
    """Poses of a side.

    Args:
        side: "left", "right" or "both".
        keys: (seconds, channels) with `hand`, `pole`, `palm` of that side's arm and `foot`, `step`, `loose`, `knee` of its
            leg, X outward on both sides; with `other_` in front, those of the other side. Pelvis, orient, spine and head
            go towards that side: (x towards it, y, z), (forward, turn towards it, roll towards it).
    """
    return tuple((seconds, placed(side, channels)) for seconds, channels in keys)


def placed(side: str, channels: dict[str, Any]) -> dict[str, Any]:
    """One pose of a side, as `place` takes it."""
    out, sign = {}, {"left": 1.0, "right": -1.0}.get(side, 0.0)
    for name, value in channels.items():
        plain = name.removeprefix("other_")
        sides = ("left", "right") if side == "both" else (side,)
        if plain != name:
            if side == "both":
                continue
            sides = (other(side),)
        if plain in _HAND_CHANNELS:
            for one in sides:
                out[one if plain == "hand" else f"{one}_{plain}"] = value
        elif plain in _FOOT_CHANNELS:
            for one in sides:
                out[f"{one}_{plain}"] = _outward(plain, value, 1.0 if one == "left" else -1.0)
        elif plain in _ANGLES:
            out[plain] = (value[0], sign * value[1], -sign * value[2])
        elif plain == "pelvis":
            out[plain] = (sign * value[0], value[1], value[2])
        else:
            out[plain] = value
    return out


def _outward(name: str, value: Any, sign: float) -> Any:
    if name in ("foot", "pin"):
        return (sign * value[0], value[1], value[2])
    return (value[0], sign * value[1]) if name == "step" else value


def limb(side: str, noun: str) -> str:
    """ "{the}right arm", "both arms"."""
    return f"both {plural(noun)}" if side == "both" else f"{{the}}{side} {noun}"


def bare_limb(side: str, noun: str) -> str:
    """ "right arm", "both arms": for names without a verb."""
    return limb(side, noun).removeprefix("{the}")


def named_limb(side: str, noun: str) -> str:
    """ "right arm", "two-arm": before another noun."""
    return f"two-{noun}" if side == "both" else f"{side} {noun}"


def some_limb(side: str, noun: str) -> str:
    """ "one arm", "both arms": where no side is named."""
    return f"both {plural(noun)}" if side == "both" else f"one {noun}"


def it(side: str) -> str:
    return "them" if side == "both" else "it"


def plural(noun: str) -> str:
    return {"foot": "feet"}.get(noun, f"{noun}s")


_TWIN = {"left": "right", "right": "left"}


def mirrored(primitive: Primitive) -> Primitive:
    """The same with the other side."""
    gait = primitive.gait
    if gait is not None:
        gait = gait | {"way": -gait.get("way", 0), "turn": -gait.get("turn", 0.0), "first": 1 - gait.get("first", 0)}
    x, z, yaw = primitive.moved
    return dataclasses.replace(
        primitive, keys=tuple((seconds, _mirrored(channels)) for seconds, channels in primitive.keys), gait=gait,
        texts=tuple(map(swap_side_words, primitive.texts)), nouns=tuple(map(swap_side_words, primitive.nouns)),
        uses=frozenset(map(swap_side_words, primitive.uses)), side=_TWIN.get(primitive.side or "", primitive.side),
        direction=primitive.direction and swap_side_words(primitive.direction), start=_mirrored(primitive.start), moved=(-x, z, -yaw),
    )  # fmt: skip


def _mirrored(channels: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for name, value in channels.items():
        side, _, rest = name.partition("_")
        twin = f"{_TWIN[side]}_{rest}" if side in _TWIN and rest else _TWIN.get(name, name)
        if rest in ("foot", "pin") or name == "pelvis":
            value = (-value[0], value[1], value[2])
        elif name in _ANGLES:
            value = (value[0], -value[1], -value[2])
        elif rest == "step":
            value = (value[0], -value[1])
        out[twin] = value
    return out
