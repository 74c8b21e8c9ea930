"""On foot: walking, running, in place, and turns on the spot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..gait import JOG, RUN, WALK, Gait
from .primitive import WHOLE, Draw, Primitive

_PLACE = Gait(length=1e-3, step=0.46, contact=1.1, lift=0.16, bounce=0.01, crouch=0.02, lean=1, arms=0.0, elbow=0.1)
# Name -> gait, degrees from forward, phrases of the way, nouns, direction, listed actions, steps.
_WAYS = {
    "walk": (WALK, 0, ("[walk] forward", "[walk]", "[take] some steps forward", "[go] forward"), ("walking",), "forward", ("walk", "walk left", "walk right")),
    "brisk": (dataclasses.replace(WALK, length=0.78, step=0.40, arms=0.6, elbow=0.3), 0, ("[walk] forward briskly", "[stride] forward", "[walk] fast"), ("brisk walk",), "forward", ("walk", "walk left", "walk right")),
    "backwards": (dataclasses.replace(WALK, length=0.42, step=0.58, lean=-2, arms=0.25), 180, ("[walk] backwards", "[walk] backward", "[take] some steps back", "[go] backwards"), ("walking backwards",), "backward", ("walk backwards",)),
    "sideways": (Gait(length=0.20, step=0.42, lift=0.06, bounce=0.012, crouch=0.03, lean=2, arms=0.1, width=1.3), -90, ("[step] sideways to the {side}", "[walk] sideways to the {side}", "[take] side steps to the {side}", "[move] sideways"), ("side steps to the {side}",), "to the {side}", ("side step left", "side step right")),
    "jog": (JOG, 0, ("[jog] forward", "[jog]", "[run] slowly forward"), ("jogging forward",), "forward", ("jog", "run", "dash")),
    "run": (RUN, 0, ("[run] forward", "[run]", "[run] straight ahead"), ("running",), "forward", ("run", "jog", "dash")),
    "tiptoe": (dataclasses.replace(WALK, length=0.40, step=0.62, lift=0.12, crouch=-0.03, bounce=0.01, arms=0.15, elbow=0.5), 0, ("[walk] forward with small careful steps", "[walk] carefully", "[take] small steps forward"), ("careful walk",), "forward", ("sneak", "walk", "walk left", "walk right")),
    "crouched": (Gait(length=0.46, step=0.62, contact=1.25, lift=0.14, bounce=0.02, crouch=0.24, lean=30, arms=0.2, elbow=0.6), 0, ("[walk] forward with bent knees, crouched low", "[walk] crouched", "[walk] bent low"), ("crouched walk",), "forward", ("sneak",)),
    "high knees": (Gait(length=0.5, step=0.55, contact=1.1, lift=0.40, bounce=0.015, crouch=0.02, lean=0, arms=0.4, elbow=0.5), 0, ("[march] forward, lifting the knees high", "[walk] forward with high knees", "[march] forward"), ("high-knee walk", "marching forward"), "forward", ("march", "walk", "walk left", "walk right")),
    "long steps": (dataclasses.replace(WALK, length=0.95, step=0.66, bounce=0.05, crouch=0.10), 0, ("[walk] forward with long steps", "[take] big steps forward", "[take] long strides"), ("long strides",), "forward", ("walk", "walk left", "walk right")),
    "skip": (Gait(length=0.75, step=0.50, contact=0.55, lift=0.22, bounce=0.10, crouch=0.05, lean=4, arms=0.6, elbow=0.5), 0, ("[skip] forward", "[hop] forward from foot to foot", "[skip] along"), ("skipping",), "forward", ("skip",)),
}  # fmt: skip
_IN_PLACE = {
    "walk in place": (_PLACE, ("[walk] in place", "[walk] on the spot", "[step] in place"), ("walking in place",), ("march",)),
    "march in place": (dataclasses.replace(_PLACE, lift=0.36, bounce=0.008), ("[march] in place", "[march] on the spot with high knees", "[march] on the spot"), ("marching in place",), ("march",)),
    "run in place": (dataclasses.replace(_PLACE, step=0.30, contact=0.85, lift=0.24, bounce=0.03, crouch=0.06, lean=5, elbow=1.0), ("[run] in place", "[jog] in place", "[run] on the spot"), ("running in place", "jogging on the spot"), ("jogging",)),
    "sprint in place": (dataclasses.replace(_PLACE, step=0.20, contact=0.8, lift=0.34, bounce=0.04, crouch=0.08, lean=8, elbow=1.0), ("[run] in place as fast as possible", "[sprint] on the spot", "[run] in place with quick steps"), ("fast running in place",), ("jogging",)),
}  # fmt: skip


def travel(d: Draw) -> Primitive:
    name, side = d.pick("walk", *_WAYS), d.one_side()
    gait, way, phrases, nouns, direction, kinds = _WAYS[name]
    steps = d.count(3, 7)
    turn = 0.0
    if name in ("walk", "jog") and d.chance(0.3):
        turn = d.vary(90 if side == "left" else -90, 0.3)
        phrases = (
            f"{phrases[0].split(' ')[0]} in a curve to the {side}",
            f"{phrases[0].split(' ')[0]} and [turn] {side}",
            f"{phrases[0].split(' ')[0]} in an arc to the {side}",
        )
        nouns, direction, kinds = (
            (f"curve to the {side}",),
            f"to the {side}",
            ("walk turning left", "walk turning right", "run", "jog"),
        )
        gait = dataclasses.replace(gait, length=0.85 * gait.length)
    first = d.pick(0, 1)
    if name == "sideways":
        way, first = (90, 0) if side == "left" else (-90, 1)
        steps = 2 * max(steps // 2, 2)
    put: Callable[..., Any] = lambda text: text.replace("{side}", side)  # noqa: E731
    family = "run" if name in ("jog", "run") else "walk"
    return Primitive(
        family, (), tuple(map(put, phrases)), tuple(map(put, nouns)), WHOLE, "body", None, put(direction), kinds=frozenset(kinds), back=None,
        gait=dict(steps=steps, gait=gait, way=way, turn=turn, first=first),
    )  # fmt: skip


def in_place(d: Draw) -> Primitive:
    name = d.pick(*_IN_PLACE)
    gait, phrases, nouns, kinds = _IN_PLACE[name]
    return Primitive(
        "in place", (), phrases, nouns, WHOLE, "leg", None, "in place", kinds=frozenset(kinds), back=None,
        gait=dict(steps=d.count(5, 9) * (2 if gait.step < 0.25 else 1), gait=gait, first=d.pick(0, 1)),
    )  # fmt: skip


_TURNS = {
    90: ("a quarter turn", "90 degrees"),
    180: ("half a turn", "180 degrees"),
    270: ("three quarters of a turn", "270 degrees"),
    360: ("a full turn", "360 degrees"),
}


def turn(d: Draw) -> Primitive:
    side, degrees = d.one_side(), d.pick(90, 90, 180, 180, 270, 360)
    gait = Gait(length=1e-3, step=0.38, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0)
    steps = {90: 2, 180: 4, 270: 5, 360: 7}[degrees]
    size, number = _TURNS[degrees]
    texts = (
        f"[make] {size} to the {side} on the spot",
        f"[turn] {number} to the {side}",
        f"[turn] {size.removeprefix('a ')} to the {side}" if degrees == 270 else f"[make] {size} to the {side}",
        f"[turn] {'around' if degrees == 180 else 'once around' if degrees == 360 else 'to one side'} to the {side}"
        if degrees in (180, 360)
        else f"[turn] to the {side}",
        "[turn] around" if degrees == 180 else "[spin] around" if degrees == 360 else f"[turn] {side}",
    )
    nouns = (f"{size.removeprefix('a ')} {side}", f"{number.split()[0]} degree turn to the {side}")
    return Primitive(
        "turn", (), texts, nouns, WHOLE, "body", None, f"to the {side}", kinds=frozenset({"turn around"}), back=None,
        gait=dict(steps=steps, gait=gait, turn=float(degrees if side == "left" else -degrees), first=0 if side == "left" else 1),
    )  # fmt: skip
