"""Which movements a composition is made of."""

from __future__ import annotations

import itertools
from functools import lru_cache

from ..options import PartTruth
from ..registry import REGISTRY, ActionInfo
from ..texts import slots
from . import arms, legs, paths, poses, rhythms, steps, strikes, touches, travel, trunk
from .primitive import LEGS, Draw, Primitive, mirrored
from .wording import Act

# How often each is drawn, among those that fit.
_ARMS = {
    paths.circle: 5, paths.shape: 6, paths.line: 3, arms.arm_raise: 9, arms.arm_lower: 2, arms.reach: 4, arms.push: 3,
    arms.pull: 3, rhythms.swing: 3, rhythms.circles: 3, rhythms.curl: 4, rhythms.shake: 4, rhythms.open_close: 3, strikes.punch: 4,
    strikes.punch_in_turn: 1, strikes.block: 2, strikes.chop: 2, strikes.throw: 3, strikes.clap: 2, touches.touch: 8,
    touches.elbow_touch: 1, poses.pose: 5, poses.two_armed: 2, poses.hold_one: 2,
}  # fmt: skip
_LEGS = {
    legs.leg_raise: 5, legs.knee_lift: 3, legs.kick: 4, legs.heel_lift: 2, legs.balance: 3, legs.leg_swing: 2, legs.foot_tap: 2,
    legs.knee_to_hand: 2, steps.squat: 4, steps.lunge: 4, steps.step: 3, steps.toes: 2, steps.jump: 3, steps.jump_way: 2,
    steps.jump_turn: 1, steps.hop: 2, touches.reach_leg: 3,
}  # fmt: skip
_TRUNK = {trunk.bend: 5, trunk.twist: 3, trunk.lean: 3, trunk.hips: 1, trunk.shrug: 1, trunk.nod: 3, trunk.head_turn: 4}
_TRAVEL = {travel.travel: 8, travel.in_place: 3, travel.turn: 4}
MOVEMENTS = {
    function.__name__: weight for group in (_ARMS, _LEGS, _TRUNK, _TRAVEL) for function, weight in group.items()
}
_TRIES = 60


@lru_cache
def _table(groups: str, movements: tuple[str, ...]) -> tuple[list, list[float]]:
    """Functions and their cumulated shares; `groups` are initials of arms, legs, trunk and way."""
    known = {"a": _ARMS, "l": _LEGS, "t": _TRUNK, "w": _TRAVEL}
    weights = {
        function: weight
        for group in groups
        for function, weight in known[group].items()
        if not movements or function.__name__ in movements
    }
    total = float(sum(weights.values()))
    return list(weights), [share / total for share in itertools.accumulate(weights.values())]


_NOT_VERBS = {
    "high wave", "horizontal wave", "side boxing", "forward punch", "forward kick", "side kick", "back kick", "high throw",
    "underhand throw", "basketball shot", "tennis swing", "tennis serve", "golf swing", "bat swing", "hand catch", "side bend",
    "phone call", "push-up", "sit-up", "burpee", "lateral raise", "star jump",
}  # fmt: skip
_PLAIN_VERBS = {"jogging": "[jog] in place", "thumbs up": "[give] a thumbs up"}
_LISTED = tuple(
    info
    for info in REGISTRY.values()
    if info.people == 1 and info.start == info.end == "standing" and "{where}" not in info.phrases[0]
)


def choose_acts(draw: Draw, grammar, barred: frozenset[str]) -> tuple[tuple[Act, ...], str]:
    """Acts in their order, not yet performed, and the posture they are done in."""
    posture = draw.pick("sitting", "sitting", "kneeling") if draw.chance(grammar.seated) else "standing"
    roll = draw.rng.random() * sum(grammar.acts)
    number = 1 if roll < grammar.acts[0] else 2 if roll < grammar.acts[0] + grammar.acts[1] else 3
    acts: list[Act] = []
    while len(acts) < number:
        act = _act(draw, grammar, barred, posture, alone=number == 1)
        if any(_alike(act, before) for before in acts):
            continue
        acts.append(act)
        if len(acts) < number and _one_sided(act) and draw.chance(0.3):
            acts.append(Act(tuple(map(mirrored, act.primitives)), speed=act.speed, again=True))
    return tuple(acts), posture


def _one_sided(act: Act) -> bool:
    one = act.primitives[0]
    return len(act.primitives) == 1 and one.side in ("left", "right") and one.action is None


def _alike(act: Act, before: Act) -> bool:
    """Done with no other words between: two acts must differ in what is done."""
    return {primitive.family for primitive in act.primitives} == {primitive.family for primitive in before.primitives}


# What the fall of the body times: told to be fast or slow it would not look so.
_BALLISTIC = frozenset({"jump", "hop", "throw"})


def _act(draw: Draw, grammar, barred: frozenset[str], posture: str, alone: bool) -> Act:
    speed = draw.pick("slow", "fast") if draw.chance(grammar.manner) else "normal"
    seated = posture != "standing"
    if not alone and not seated and draw.chance(grammar.listed):
        return Act((_listed(draw, barred),), speed=speed)
    table = _table("at" if seated else "altw", grammar.movements)
    for _ in range(_TRIES):
        one = _drawn(draw, table, barred)
        if (not alone and one.framed) or (seated and not one.seated):
            continue
        if one.family in _BALLISTIC:
            speed = "normal"
        if draw.chance(grammar.together):
            two = _beside(draw, grammar, one, barred, posture, alone)
            if two is not None:
                speed = "normal" if two.family in _BALLISTIC else speed
                return Act((one, two), speed=speed)
        return Act((one,), speed=speed)
    raise ValueError(f"{posture}: expected some movement that can be done so, got {list(grammar.movements) or 'all'}")


def _drawn(draw: Draw, table: tuple[list, list[float]], barred: frozenset[str]) -> Primitive:
    functions, shares = table
    for _ in range(_TRIES * bool(functions)):
        roll, number = draw.rng.random(), 0
        while shares[number] < roll:
            number += 1
        primitive = functions[number](draw)
        if not barred or not any(REGISTRY[kind].kind in barred for kind in primitive.kinds):
            return primitive
    raise ValueError(f"exclude: expected to leave some movements, got {sorted(barred)}")


def _beside(draw: Draw, grammar, one: Primitive, barred: frozenset[str], posture: str, alone: bool) -> Primitive | None:
    """Something else that other parts of the body can do meanwhile."""
    table = _table("at" if posture != "standing" or LEGS & one.uses else "alt", grammar.movements)
    for _ in range(6 * bool(table[0])):
        two = _drawn(draw, table, barred)
        if (
            one.uses & two.uses
            or one.family == two.family
            or one.family.partition(" ")[0] == two.family.partition(" ")[0]
        ):
            continue
        if any(part.framed and not alone for part in (one, two)) or (posture != "standing" and not two.seated):
            continue
        return two
    return None


def _listed(draw: Draw, barred: frozenset[str]) -> Primitive:
    known = [info for info in _LISTED if info.kind not in barred]
    info: ActionInfo = draw.pick(*known)
    side = info.side or draw.one_side()
    truth = PartTruth(
        info.name, (), side, _direction(info, side), None, None, "normal", ("standing", "standing"), info.travel, (0, 0)
    )
    fill = slots(truth, side, None, counts=False)
    phrases = tuple(phrase.format(**fill) for phrase in info.phrases if "{where}" not in phrase)
    return Primitive(
        info.name, (), (_template(info),), uses=frozenset(), side=side, kinds=frozenset({info.name}), phrases=tuple(" ".join(text.split()) for text in phrases), action=info,
    )  # fmt: skip


def _direction(info: ActionInfo, side: str) -> str | None:
    return info.direction.format(side=side) if info.direction else None


def _template(info: ActionInfo) -> str:
    if info.name in _PLAIN_VERBS:
        return _PLAIN_VERBS[info.name]
    if info.name in _NOT_VERBS:
        return f"[do] {'an' if info.name[0] in 'aeiou' else 'a'} {info.name}"
    verb, _, rest = info.name.partition(" ")
    return f"[{verb}] {rest}".strip()
