"""Draws the movements that a composition is made of."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..registry import REGISTRY, ActionInfo
from ..texts import slots
from . import arms, legs, lying, paths, poses, rhythms, signals, steps, strikes, touches, travel, trunk
from .primitive import LEGS, Draw, Primitive, mirrored
from .wording import Act

# How often each is drawn, among those that fit.
_ARMS = {
    paths.circle: 5, paths.shape: 6, paths.line: 3, arms.arm_raise: 9, arms.arm_lower: 2, arms.reach: 4, arms.push: 3,
    arms.pull: 3, rhythms.swing: 3, rhythms.circles: 3, rhythms.curl: 4, rhythms.shake: 4, rhythms.open_close: 3, strikes.punch: 4,
    strikes.punch_in_turn: 1, strikes.block: 2, strikes.chop: 2, strikes.throw: 3, strikes.clap: 2, touches.touch: 8,
    touches.elbow_touch: 1, poses.pose: 5, poses.two_armed: 2, poses.hold_one: 2,
    signals.point_at: 4, signals.raise_in_turn: 2, signals.drum: 1, signals.pump: 2, signals.wipe: 2,
}  # fmt: skip
_LEGS = {
    legs.leg_raise: 5, legs.knee_lift: 3, legs.kick: 4, legs.heel_lift: 2, legs.balance: 3, legs.leg_swing: 2, legs.foot_tap: 2,
    legs.knee_to_hand: 2, steps.squat: 4, steps.lunge: 4, steps.step: 3, steps.toes: 2, steps.jump: 3, steps.jump_way: 2,
    steps.jump_turn: 1, steps.hop: 2, touches.reach_leg: 3,
}  # fmt: skip
_TRUNK = {trunk.bend: 5, trunk.twist: 3, trunk.lean: 3, trunk.hips: 1, trunk.shrug: 1, trunk.nod: 3, trunk.head_turn: 4}
_LYING = {lying.lying_leg_raise: 3, lying.lying_knee: 2, lying.lying_arms: 2, lying.bridge: 1, lying.curl_up: 1}
_TRAVEL = {travel.travel: 8, travel.in_place: 3, travel.turn: 4}
MOVEMENTS = {
    function.__name__: weight for group in (_ARMS, _LEGS, _TRUNK, _TRAVEL, _LYING) for function, weight in group.items()
}
_TRIES = 60

# Listed actions as acts of a composition: names that are nouns, and templates of names that are neither verb nor noun.
_NOUNS = {
    "high wave", "horizontal wave", "side boxing", "forward punch", "forward kick", "side kick", "back kick", "high throw",
    "underhand throw", "basketball shot", "tennis swing", "tennis serve", "golf swing", "bat swing", "hand catch", "side bend",
    "push-up", "sit-up", "burpee", "lateral raise", "star jump", "arm curl", "side lunge", "heel raise", "high knees", "chest pass",
    "uppercut", "hook punch", "knee strike", "volleyball serve",
    "roundhouse kick", "side leg raise", "back leg raise", "front leg raise", "tennis backhand",
}  # fmt: skip
_TEMPLATES = {
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


@lru_cache
def _table(groups: str, movements: tuple[str, ...]) -> tuple[list[Any], list[float]]:
    """Functions and their cumulated shares. `groups` are letters: Arms, Legs, Trunk, Ways on foot, lYing."""
    known = {"a": _ARMS, "l": _LEGS, "t": _TRUNK, "w": _TRAVEL, "y": _LYING}
    weights = {
        function: weight
        for group in groups
        for function, weight in known[group].items()
        if not movements or function.__name__ in movements
    }
    total = float(sum(weights.values()))
    return list(weights), [share / total for share in itertools.accumulate(weights.values())]


@dataclass(frozen=True)
class Grammar:
    """How compositions are drawn; chances in [0, 1].

    Args:
        acts: chances of one, two and three acts one after the other.
        together: chance that an act is two movements at the same time.
        listed: chance that an act of a sequence is one of the listed actions.
        framed: chance that a clip begins, and that it ends, with standing, a T-pose, small shifts or a walk.
        seated: chance that movements of the arms, the head or the trunk are done on a chair, kneeling or lying.
        manner: chance that an act is done clearly slowly or fast.
        movements: names out of `MOVEMENTS` to draw from; empty: all.
    """

    acts: tuple[float, float, float] = (0.66, 0.25, 0.09)
    together: float = 0.2
    listed: float = 0.15
    framed: float = 0.3
    seated: float = 0.10
    manner: float = 0.3
    movements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("together", "listed", "framed", "seated", "manner"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"grammar.{name}: expected a chance in [0, 1], got {getattr(self, name)}")
        if len(self.acts) != 3 or min(self.acts) < 0 or sum(self.acts) <= 0:
            raise ValueError(f"grammar.acts: expected three chances, got {self.acts}")
        unknown = sorted(set(self.movements) - set(MOVEMENTS))
        if unknown:
            raise ValueError(f"grammar.movements: expected names out of MOVEMENTS, got {unknown}")


def choose_acts(draw: Draw, grammar: Grammar, barred: frozenset[str]) -> tuple[Act, ...]:
    """Acts in their order, not yet performed."""
    posture = _posture(draw, grammar)
    roll = draw.rng.random() * sum(grammar.acts)
    number = 1 if roll < grammar.acts[0] else 2 if roll < grammar.acts[0] + grammar.acts[1] else 3
    draw.brief = number > 1
    acts: list[Act] = []
    for _ in range(_TRIES):
        act = _act(draw, grammar, barred, posture, alone=number == 1, last=len(acts) == number - 1)
        if any(act.families == before.families for before in acts):
            continue  # no words come between them: acts must differ in what is done
        acts.append(act)
        posture = act.end
        if len(acts) < number and _one_sided(act) and draw.chance(0.3):
            acts.append(Act(tuple(map(mirrored, act.primitives)), act.posture, speed=act.speed, again=True))
        if len(acts) >= number:
            break
    return tuple(acts)


def _posture(draw: Draw, grammar: Grammar) -> str:
    """Standing mostly; where movements are named, one in which they can be done."""
    known = ["sitting", "sitting", "kneeling"] if _table("at", grammar.movements)[0] else []
    known += ["lying"] if _table("y", grammar.movements)[0] else []
    standing = bool(_table("altw", grammar.movements)[0])
    return draw.pick(*known) if known and (draw.chance(grammar.seated) or not standing) else "standing"


def _one_sided(act: Act) -> bool:
    one = act.primitives[0]
    return len(act.primitives) == 1 and one.side in ("left", "right") and one.action is None


# Families whose speed is given by gravity or by a held pose: they never look fast or slow.
_OWN_TIME = frozenset({"jump", "hop", "throw", "pose", "two-armed pose", "balance"})


def _act(draw: Draw, grammar: Grammar, barred: frozenset[str], posture: str, alone: bool, last: bool) -> Act:
    speed = draw.pick("slow", "fast") if draw.chance(grammar.manner) else "normal"
    seated = posture in ("sitting", "kneeling")
    if not alone and draw.chance(grammar.listed if posture == "standing" else 2 * grammar.listed):
        known = _listed(draw, barred, posture, last)
        if known is not None:
            return Act((known,), posture, speed=speed)
    table = _table("y" if posture == "lying" else "at" if seated else "altw", grammar.movements)
    for _ in range(_TRIES):
        one = _drawn(draw, table, barred)
        if (not alone and one.framed) or (seated and not one.seated):
            continue
        if one.family in _OWN_TIME:
            speed = "normal"
        if draw.chance(grammar.together if alone else 0.5 * grammar.together):
            two = _beside(draw, grammar, one, barred, posture, alone)
            if two is not None:
                speed = "normal" if two.family in _OWN_TIME else speed
                return Act((one, two), posture, speed=speed)
        return Act((one,), posture, speed=speed)
    raise ValueError(f"{posture}: expected some movement that can be done so, got {list(grammar.movements) or 'all'}")


def _drawn(draw: Draw, table: tuple[list[Any], list[float]], barred: frozenset[str]) -> Primitive:
    functions, shares = table
    for _ in range(_TRIES * bool(functions)):
        primitive = functions[bisect.bisect_left(shares, draw.rng.random())](draw)
        if not barred or not any(REGISTRY[kind].kind in barred for kind in primitive.kinds):
            return primitive
    raise ValueError(f"exclude: expected to leave some movements, got {sorted(barred)}")


def _beside(
    draw: Draw, grammar: Grammar, one: Primitive, barred: frozenset[str], posture: str, alone: bool
) -> Primitive | None:
    """A movement of other parts of the body, to be done at the same time."""
    upper = posture != "standing" or LEGS & one.uses
    table = _table("y" if posture == "lying" else "at" if upper else "alt", grammar.movements)
    for _ in range(6 * bool(table[0])):
        two = _drawn(draw, table, barred)
        alike = one.family.partition(" ")[0] == two.family.partition(" ")[0]
        framed = not alone and (one.framed or two.framed)
        standing = posture in ("sitting", "kneeling") and not two.seated
        if not (one.uses & two.uses or alike or framed or standing):
            return two
    return None


def _listed(draw: Draw, barred: frozenset[str], posture: str, last: bool) -> Primitive | None:
    """A listed action that begins in that posture; the last of a clip may end in any."""
    known = [
        info for info in _LISTED if info.kind not in barred and info.start == posture and (last or info.end in _GOES_ON)
    ]
    if not known:
        return None
    info: ActionInfo = draw.pick(*known)
    side = info.side or draw.one_side()
    fill = slots(side, None, info.direction and info.direction.format(side=side))
    phrases = tuple(" ".join(phrase.format(**fill).split()) for phrase in info.phrases if "{where}" not in phrase)
    kinds = frozenset({info.name})
    return Primitive(info.name, (), (_template(info.name),), side=side, kinds=kinds, phrases=phrases, action=info)


def _template(name: str) -> str:
    if name in _TEMPLATES:
        return _TEMPLATES[name]
    if name in _NOUNS:
        return f"[do] {'an' if name[0] in 'aeiou' else 'a'} {name}"
    verb, _, rest = name.partition(" ")
    return f"[{verb}] {rest}".strip()
