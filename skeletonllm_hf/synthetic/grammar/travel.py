"""On foot: walking, running, in place, and turns on the spot."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..gait import BACKWARDS, JOG, ON_THE_SPOT, RUN, SIDE_STEPS, SKIP, WALK, Gait
from .primitive import TRUNK, WHOLE, Draw, Fields, movement

_PLACE = Gait(length=1e-3, step=0.46, contact=1.1, lift=0.16, bounce=0.01, crouch=0.02, lean=1, arms=0.0, elbow=0.1)
_TURNING = dataclasses.replace(ON_THE_SPOT, step=0.38)
# Name -> gait, degrees from forward, phrases of the way, nouns, direction, listed actions, steps.
_WAYS = {
    "walk": (WALK, 0, ("[walk] forward", "[walk]", "[take] some steps forward", "[go] forward"), ("walking",), "forward", ("walk", "walk left", "walk right")),
    "brisk": (dataclasses.replace(WALK, length=0.78, step=0.40, arms=0.6, elbow=0.3), 0, ("[walk] forward briskly", "[stride] forward", "[walk] fast"), ("brisk walk",), "forward", ("walk", "walk left", "walk right")),
    "backwards": (BACKWARDS, 180, ("[walk] backwards", "[walk] backward", "[take] some steps back", "[go] backwards"), ("walking backwards",), "backward", ("walk backwards",)),
    "sideways": (SIDE_STEPS, -90, ("[step] sideways to the {side}", "[walk] sideways to the {side}", "[take] side steps to the {side}", "[move] sideways"), ("side steps to the {side}",), "to the {side}", ("side step left", "side step right")),
    "jog": (JOG, 0, ("[jog] forward", "[jog]", "[run] slowly forward"), ("jogging forward",), "forward", ("jog", "run", "dash")),
    "run": (RUN, 0, ("[run] forward", "[run]", "[run] straight ahead"), ("running",), "forward", ("run", "jog", "dash")),
    "tiptoe": (dataclasses.replace(WALK, length=0.40, step=0.62, lift=0.12, crouch=-0.03, bounce=0.01, arms=0.15, elbow=0.5), 0, ("[walk] forward with small careful steps", "[walk] carefully", "[take] small steps forward"), ("careful walk",), "forward", ("sneak", "walk", "walk left", "walk right")),
    "crouched": (Gait(length=0.46, step=0.62, contact=1.25, lift=0.14, bounce=0.02, crouch=0.24, lean=30, arms=0.2, elbow=0.6), 0, ("[walk] forward with bent knees, crouched low", "[walk] crouched", "[walk] bent low"), ("crouched walk",), "forward", ("sneak",)),
    "high knees": (Gait(length=0.5, step=0.55, contact=1.1, lift=0.40, bounce=0.015, crouch=0.02, lean=0, arms=0.4, elbow=0.5), 0, ("[march] forward, lifting the knees high", "[walk] forward with high knees", "[march] forward"), ("high-knee walk", "marching forward"), "forward", ("march", "walk", "walk left", "walk right")),
    "long steps": (dataclasses.replace(WALK, length=0.95, step=0.66, bounce=0.05, crouch=0.10), 0, ("[walk] forward with long steps", "[take] big steps forward", "[take] long strides"), ("long strides",), "forward", ("walk", "walk left", "walk right")),
    "skip": (SKIP, 0, ("[skip] forward", "[hop] forward from foot to foot", "[skip] along"), ("skipping",), "forward", ("skip",)),
}  # fmt: skip
_IN_PLACE = {
    "walk in place": (_PLACE, ("[walk] in place", "[walk] on the spot", "[step] in place"), ("walking in place",), ("march",)),
    "march in place": (dataclasses.replace(_PLACE, lift=0.36, bounce=0.008), ("[march] in place", "[march] on the spot with high knees", "[march] on the spot"), ("marching in place",), ("march",)),
    "run in place": (dataclasses.replace(_PLACE, step=0.30, contact=0.85, lift=0.24, bounce=0.03, crouch=0.06, lean=5, elbow=1.0), ("[run] in place", "[jog] in place", "[run] on the spot"), ("running in place", "jogging on the spot"), ("jogging",)),
    "sprint in place": (dataclasses.replace(_PLACE, step=0.20, contact=0.8, lift=0.34, bounce=0.04, crouch=0.08, lean=8, elbow=1.0), ("[run] in place as fast as possible", "[sprint] on the spot", "[run] in place with quick steps"), ("fast running in place",), ("jogging",)),
}  # fmt: skip


@movement("walk", "body", WHOLE, back=None)
def travel(d: Draw) -> Fields:
    name, side = d.pick("walk", *_WAYS), d.one_side()
    gait, way, texts, nouns, direction, kinds = _WAYS[name]
    steps, turn = d.count(3, 7), 0.0
    if name in ("walk", "jog") and d.chance(0.3):
        turn = d.vary(90 if side == "left" else -90, 0.3)
        verb, direction = texts[0].split(" ")[0], f"to the {side}"
        texts = (f"{verb} in a curve to the {side}", f"{verb} and [turn] {side}", f"{verb} in an arc to the {side}")
        nouns, kinds = (f"curve to the {side}",), ("walk turning left", "walk turning right", "run", "jog")
        gait = dataclasses.replace(gait, length=0.85 * gait.length)
    first = d.pick(0, 1)
    if name == "sideways":
        way, first = (90, 0) if side == "left" else (-90, 1)
        steps = 2 * max(steps // 2, 2)
    return dict(
        family="run" if name in ("jog", "run") else "walk", texts=_named(texts, side), nouns=_named(nouns, side), kinds=kinds,
        direction=direction.replace("{side}", side), gait=dict(steps=steps, gait=gait, way=way, turn=turn, first=first),
    )  # fmt: skip


def _named(texts: tuple[str, ...], side: str) -> tuple[str, ...]:
    return tuple(text.replace("{side}", side) for text in texts)


@movement("in place", "leg", TRUNK, direction="in place", back=None)
def in_place(d: Draw) -> Fields:
    gait, texts, nouns, kinds = _IN_PLACE[d.pick(*_IN_PLACE)]
    steps = d.count(5, 9) * (2 if gait.step < 0.25 else 1)
    return dict(texts=texts, nouns=nouns, kinds=kinds, gait=dict(steps=steps, gait=gait, first=d.pick(0, 1)))


# Degrees -> steps, how it is said, and the last two texts.
_TURNS: dict[int, tuple[Any, ...]] = {
    90: (2, "a quarter turn", "[turn] to the {side}", "[turn] {side}"),
    180: (4, "half a turn", "[turn] around to the {side}", "[turn] around"),
    270: (5, "three quarters of a turn", "[turn] to the {side}", "[turn] {side}"),
    360: (7, "a full turn", "[turn] once around to the {side}", "[spin] around"),
}


@movement("turn", "body", WHOLE, kinds={"turn around"}, back=None)
def turn(d: Draw) -> Fields:
    side, degrees = d.one_side(), d.pick(90, 90, 180, 180, 270, 360)
    steps, size, *others = _TURNS[degrees]
    texts = (
        f"[make] {size} to the {side} on the spot",
        f"[turn] {degrees} degrees to the {side}",
        f"[{'turn' if degrees == 270 else 'make'}] {size} to the {side}",
        *_named(tuple(others), side),
    )
    nouns = (f"{size.removeprefix('a ')} {side}", f"{degrees} degree turn to the {side}")
    sign, first = (1.0, 0) if side == "left" else (-1.0, 1)
    gait = dict(steps=steps, gait=_TURNING, turn=sign * degrees, first=first)
    return dict(texts=texts, nouns=nouns, direction=f"to the {side}", gait=gait)
