"""Both legs: squats, lunges, steps to and fro, standing on the toes, jumps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..figure import point
from .primitive import ARMS, HEAD, LEGS, WHOLE, Draw, Primitive, place, radians

_REST = (0.055, -0.515, 0.045)
_UP = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0))


def squat(d: Draw) -> Primitive:
    depth, n = d.pick("slightly", "halfway", "deeply", "deeply"), d.count(1, 4)
    hold = d.pick(0.1, 0.1, 1.0) if n == 1 else 0.1
    low, back_, lean = {"slightly": (0.12, -0.05, 8), "halfway": (0.26, -0.13, 20), "deeply": (0.42, -0.20, 32)}[depth]
    wide = d.chance(0.25)
    feet: dict[str, Any] = dict(foot=(0.16, 0, 0), step=(0, 14), knee=24) if wide else dict(knee=14)
    down: dict[str, Any] = dict(
        pelvis=(0, -low, back_), orient=(0.6 * lean, 0, 0), spine=(0.5 * lean, 0, 0), head=(-0.4 * lean, 0, 0), **feet
    )
    rise: dict[str, Any] = dict(_UP)
    uses = WHOLE | HEAD
    if d.chance(0.5):  # arms that balance; without them others can be told to do something
        down, rise, uses = down | dict(hand=(-0.02, -0.04, 0.47)), rise | dict(hand=_REST), uses | ARMS["both"]
    beat = d.vary(0.4 + low)
    keys = [*([(0.5, feet)] if wide else []), *([(beat, down), (hold, down), (beat, rise)] * n)]
    how = {"slightly": "a little", "halfway": "halfway", "deeply": "deeply"}[depth]
    also = "[do] a squat" if n == 1 else "[do] squats"
    texts = (
        f"[bend] both knees {how}{' and [hold]' if hold > 0.5 else ''} and [come] up again"
        if not wide
        else f"[squat] down {how} with the feet wide apart and [come] up again",
        f"[squat] {how}" if depth != "slightly" else "[bend] {the}knees a little",
        "[squat] down and [stand] up again" if depth != "slightly" else "[dip] down a little",
        "[squat]" if depth != "slightly" else "[bend] {the}knees",
        also if depth != "slightly" else "[bend] both knees slightly",
    )
    nouns = {"slightly": ("small knee bend",), "halfway": ("half squat",), "deeply": ("deep squat", "squat", "squats")}[
        depth
    ]
    return Primitive(
        "squat", place("both", keys), texts, nouns + (("wide squat",) if wide else ()), uses, "leg", None, "down", n,
        "squat", frozenset({"squat"}), back=0.5 if wide else 0.25, held=(2 if wide else 1) if n == 1 else None,
    )  # fmt: skip


def lunge(d: Draw) -> Primitive:
    side, way, n = d.one_side(), d.pick("forward", "to the side", "backward"), d.count(1, 2)
    far = {"forward": (0, 0, 0.68), "to the side": (0.58, 0, 0), "backward": (0, 0.07, -0.62)}[way]
    half = (0.5 * far[0], 0.12, 0.5 * far[2])
    bodies: dict[str, dict[str, Any]] = {
        "forward": dict(pelvis=(0, -0.28, 0.34), spine=(6, 0, 0), other_foot=(0, 0.07, 0.02), other_step=(45, 0)),
        "to the side": dict(pelvis=(0.42, -0.26, -0.08), spine=(14, 0, 0), orient=(10, 0, 0)),
        "backward": dict(pelvis=(0, -0.28, -0.30), spine=(6, 0, 0), step=(45, 0)),
    }
    body = bodies[way]  # fmt: skip
    down = dict(foot=far, **body)
    hold = d.pick(0.15, 0.8)
    up = dict(
        foot=(0, 0, 0),
        pelvis=(0, 0, 0),
        spine=(0, 0, 0),
        orient=(0, 0, 0),
        step=(0, 0),
        other_foot=(0, 0, 0),
        other_step=(0, 0),
    )
    back_ = dict(foot=half, pelvis=(0.3 * body["pelvis"][0], -0.05, 0.3 * body["pelvis"][2]))
    keys = place(side, [(0.36, back_), (d.vary(0.42), down), (hold, down), (0.4, back_), (0.32, up)] * n)
    leg = f"{{the}}{side} leg"
    texts = (
        f"[step] far {way} with {leg}, [bend] {{the}}knees and [come] back",
        f"[lunge] {way} with {leg}",
        f"[make] a lunge {way} with {leg}",
        f"[step] into a lunge {way}",
        f"[lunge] {way}",
    )
    name = {"forward": "forward lunge", "to the side": "side lunge", "backward": "reverse lunge"}[way]
    return Primitive(
        "lunge", keys, texts, (f"{side} {name}", name), WHOLE, "leg", side, way, n, "lunge", frozenset({"lunge"}), back=0.2,
        held=2 if n == 1 else None,
    )  # fmt: skip


_STEPS = {"forward": (0, 0, 0.42), "backward": (0, 0, -0.38), "to the side": (0.38, 0, 0), "across": (-0.34, 0, 0.16)}


def step(d: Draw) -> Primitive:
    """A step there with one foot, weight and all, and back."""
    side, n = d.one_side(), d.count(1, 3)
    name = d.pick(*_STEPS)
    far = _STEPS[name]
    way = {"to the side": f"to the {side}", "across": "across the other leg"}.get(name, name)
    weight = dict(pelvis=(0.6 * far[0], -0.03, 0.6 * far[2]))
    over = dict(foot=(0.5 * far[0], 0.08, 0.5 * far[2] + (0.08 if name == "across" else 0)))
    beat = d.vary(0.26)
    keys = place(
        side,
        [
            (beat, over),
            (beat, dict(foot=far, **weight)),
            (d.pick(0.15, 0.5), dict(foot=far)),
            (beat, over),
            (beat, dict(foot=(0, 0, 0), pelvis=(0, 0, 0))),
        ]
        * n,
    )
    foot = f"{{the}}{side} foot"
    texts = (
        f"[step] {way} with {foot} and [step] back",
        f"[step] {way} with {foot}",
        f"[take] a step {way} and back",
        f"[step] {way}",
    )
    kinds = frozenset({"side step left", "side step right"}) if "side" in name else frozenset()
    return Primitive(
        "step",
        keys,
        texts,
        (f"step {way}", f"{side} foot step {way}"),
        LEGS | {"trunk"},
        "foot",
        side,
        way,
        n,
        "step",
        kinds,
        back=0.15,
    )


def toes(d: Draw) -> Primitive:
    """Heels off the ground, or toes."""
    n, heels, beat = d.count(1, 5), d.chance(0.75), d.vary(0.42)
    hold = d.pick(0.1, 1.2) if n == 1 else 0.1
    up = (
        dict(pelvis=(0, 0.075, 0.035), foot=(0, 0.075, 0.01), step=(34, 0))
        if heels
        else dict(step=(-24, 0), pelvis=(0, -0.005, -0.03), spine=(5, 0, 0))
    )
    down = dict(pelvis=(0, 0, 0), foot=(0, 0, 0), step=(0, 0), spine=(0, 0, 0))
    keys = place("both", [(beat, up), (hold, up), (beat, down)] * n)
    if heels:
        texts: tuple[str, ...] = (
            "[rise] onto the toes and [come] down again",
            "[stand] on tiptoe",
            "[lift] both heels off the ground",
            "[rise] onto {the}toes",
            "[go] up on {the}toes",
        )
        nouns: tuple[str, ...] = ("toe raise", "calf raises", "heel raises")
    else:
        texts = (
            "[lift] the toes of both feet and [stand] on the heels",
            "[rock] back onto {the}heels",
            "[lift] {the}toes",
        )
        nouns = ("toe lifts", "heel stand")
    return Primitive(
        "toes" if heels else "heels",
        keys,
        texts,
        nouns,
        LEGS,
        "foot",
        "both",
        "up",
        n,
        "rise" if heels else "lift the toes",
        back=0.2,
        held=1 if n == 1 else None,
    )


def jump(d: Draw) -> Primitive:
    """Up, to and fro, or apart, landing in place."""
    kind, n = d.pick("up", "up high", "feet apart", "tuck"), d.count(1, 4)
    height = d.vary({"up": 0.16, "up high": 0.34, "feet apart": 0.14, "tuck": 0.30}[kind])
    low = 0.12 + 0.4 * height
    crouch = dict(pelvis=(0, -low, -0.3 * low), orient=(40 * low, 0, 0), spine=(60 * low, 0, 0), foot=(0, 0, 0))
    feet = {"feet apart": (0.26, height + 0.02, 0), "tuck": (0, height + 0.30, 0.10)}.get(
        kind, (0, height + 0.04, -0.02)
    )
    flight: dict[str, Any] = dict(
        pelvis=(0, height, 0), orient=(0, 0, 0), spine=(18 if kind == "tuck" else 0, 0, 0), foot=feet
    )
    land: dict[str, Any] = dict(pelvis=(0, -0.6 * low, -0.04), orient=(8, 0, 0), spine=(10, 0, 0), foot=(0, 0, 0))
    uses = WHOLE
    if d.chance(0.6):  # arms that swing along
        crouch, land = crouch | dict(hand=(0.1, -0.47, -0.12)), land | dict(hand=(0.14, -0.40, 0.12))
        flight, uses = flight | dict(hand=(0.12, -0.28 + height, 0.32)), uses | ARMS["both"]
    air = 0.12 + 0.22 * math.sqrt(height)
    keys = place("both", [(0.3, crouch), (air, flight), (air, land)] * n)
    direction = {
        "up": "up",
        "up high": "up high",
        "feet apart": "up with the feet apart in the air",
        "tuck": "up and [pull] the knees to the chest",
    }[kind]
    texts = (
        f"[jump] {direction} and [land] in place",
        f"[jump] {direction}",
        f"[hop] {direction} with both feet" if kind == "up" else f"[leap] {direction}",
        "[jump] into the air",
        "[jump]",
    )
    nouns = {
        "up": ("jump", "jumps in place"),
        "up high": ("high jump", "vertical jump"),
        "feet apart": ("straddle jump",),
        "tuck": ("tuck jump",),
    }[kind]
    return Primitive(
        "jump",
        keys,
        texts,
        nouns,
        uses,
        "leg",
        None,
        "up",
        n,
        "jump",
        frozenset({"jump", "jump rope", "star jump"}),
        back=0.4,
    )


def jump_way(d: Draw) -> Primitive:
    """Forward, backward or to a side, and stays there."""
    side = d.one_side()
    name = d.pick("forward", "backward", "sideways")
    far = d.vary({"forward": 0.7, "backward": 0.35, "sideways": 0.45}[name], 0.25)
    x, z = {"forward": (0.0, far), "backward": (0.0, -far), "sideways": (far if side == "left" else -far, 0.0)}[name]
    feet: Callable[..., Any] = lambda share, up: dict(  # noqa: E731
        left_foot=(share * x, up, share * z), right_foot=(share * x, up, share * z)
    )
    keys = (
        (0.45, dict(pelvis=(0, -0.22, -0.05), orient=(16, 0, 0), spine=(22, 0, 0), both=(0.08, -0.36, -0.28))),
        (
            0.2,
            dict(
                pelvis=(0.5 * x, 0.14, 0.5 * z),
                orient=(6, 0, 0),
                spine=(4, 0, 0),
                both=(0.12, -0.05, 0.40),
                **feet(0.5, 0.17),
            ),
        ),
        (
            0.2,
            dict(
                pelvis=(0.95 * x, -0.2, 0.95 * z),
                orient=(14, 0, 0),
                spine=(18, 0, 0),
                both=(0.1, -0.28, 0.36),
                **feet(1, 0),
            ),
        ),
        (0.45, dict(pelvis=(x, 0, z), orient=(0, 0, 0), spine=(0, 0, 0), both=_REST)),
    )
    way = f"to the {side}" if name == "sideways" else name
    texts = (
        f"[jump] {way} with both feet",
        f"[jump] {way}",
        f"[hop] {way} with both feet",
        f"[leap] {way}" if name != "backward" else "[jump] back",
    )
    return Primitive(
        "jump", keys, texts, (f"jump {way}", f"{name} jump"), WHOLE | {"left arm", "right arm"}, "leg", None, way, kinds=frozenset({"jump forward", "jump"}),
        back=None, moved=(x, z, 0.0),
    )  # fmt: skip


def jump_turn(d: Draw) -> Primitive:
    side, degrees = d.one_side(), d.pick(90, 180)
    yaw = degrees if side == "left" else -degrees
    turned = radians(yaw)
    cosine, sine = math.cos(turned), math.sin(turned)
    feet, air = {}, {}
    for name in ("left", "right"):
        x, _, z = point(f"{name}_ankle")
        gone = (cosine * x + sine * z - x, cosine * z - sine * x - z)
        feet[f"{name}_foot"], air[f"{name}_foot"] = (gone[0], 0, gone[1]), (0.5 * gone[0], 0.22, 0.5 * gone[1])
    keys = (
        (0.4, dict(pelvis=(0, -0.20, -0.05), orient=(12, 0, 0), spine=(18, 0.12 * -yaw, 0))),
        (0.22, dict(pelvis=(0, 0.18, 0), orient=(0, 0.55 * yaw, 0), spine=(0, 0, 0), both_step=(0, 0.55 * yaw), **air)),
        (0.22, dict(pelvis=(0, -0.14, 0), orient=(6, yaw, 0), spine=(12, 0, 0), both_step=(0, yaw), **feet)),
        (0.4, dict(pelvis=(0, 0, 0), orient=(0, yaw, 0), spine=(0, 0, 0))),
    )
    size = "a quarter turn" if degrees == 90 else "half a turn"
    texts = (
        f"[jump] up and [turn] {size} to the {side} in the air",
        f"[jump] {size} to the {side}",
        f"[jump] and [turn] to the {side}",
        f"[make] a jump with {size}",
    )
    return Primitive(
        "jump", keys, texts, (f"{degrees} degree jump to the {side}", "jump turn"), WHOLE, "leg", None, f"to the {side}",
        kinds=frozenset({"jump", "turn around"}), back=None, moved=(0.0, 0.0, turned),
    )  # fmt: skip


def hop(d: Draw) -> Primitive:
    side, n = d.one_side(), d.count(2, 5)  # the side that hops
    lifted: dict[str, Any] = dict(other_foot=(0.02, 0.24, -0.20), other_loose=1)
    low = dict(pelvis=(0.04, -0.08, -0.02), foot=(0, 0, 0), spine=(8, 0, 0), **lifted)
    high = dict(pelvis=(0.04, 0.10, 0), foot=(0, 0.13, 0), spine=(3, 0, 0), other_foot=(0.02, 0.38, -0.20))
    keys = place(
        side, [(0.45, dict(pelvis=(0.04, -0.03, 0), **lifted)), *([(0.2, low), (d.vary(0.17), high)] * n), (0.2, low)]
    )
    texts = (
        f"[hop] on {{the}}{side} leg",
        f"[hop] on {{the}}{side} foot",
        f"[jump] on {{the}}{side} leg",
        "[hop] on one leg",
        "[hop] on one foot",
    )
    return Primitive(
        "hop",
        keys,
        texts,
        (f"{side} leg hops", "single-leg hops"),
        LEGS | {"trunk"},
        "leg",
        side,
        "up",
        n,
        "hop",
        frozenset({"hop on one leg", "stand on one leg"}),
        back=0.45,
    )
