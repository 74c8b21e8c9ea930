"""Both legs: squats, lunges, steps to and fro, standing on the toes, jumps."""

from __future__ import annotations

import math
from typing import Any

from ..figure import POINTS
from .primitive import ARMS, HANGING, HEAD, TRUNK, Draw, Fields, movement, place

_UP = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0))
# Depth -> metres of the pelvis down and back, degrees of the trunk forward, how it is said, and nouns.
_SQUATS: dict[str, tuple[Any, ...]] = {
    "slightly": (0.12, -0.05, 8, "a little", ("small knee bend",)),
    "halfway": (0.26, -0.13, 20, "halfway", ("half squat",)),
    "deeply": (0.42, -0.20, 32, "deeply", ("deep squat", "squat", "squats")),
}


@movement("squat", "leg", TRUNK | HEAD, direction="down", unit="squat", kinds={"squat"})
def squat(d: Draw) -> Fields:
    depth, n = d.pick(*_SQUATS, "deeply"), d.count(1, 4)
    hold = d.pick(0.1, 0.1, 1.0) if n == 1 else 0.1
    low, back_, lean, how, nouns = _SQUATS[depth]
    wide = d.chance(0.25)
    feet: dict[str, Any] = dict(foot=(0.16, 0, 0), step=(0, 14), knee=24) if wide else dict(knee=14)
    down: dict[str, Any] = dict(
        pelvis=(0, -low, back_), orient=(0.6 * lean, 0, 0), spine=(0.5 * lean, 0, 0), head=(-0.4 * lean, 0, 0), **feet
    )
    rise: dict[str, Any] = dict(_UP)
    uses = TRUNK | HEAD
    if d.chance(0.5):  # arms that balance; without them others can be told to do something
        down, rise, uses = down | dict(hand=(-0.02, -0.04, 0.47)), rise | dict(hand=HANGING), uses | ARMS["both"]
    beat = d.vary(0.4 + low)
    keys = [*([(0.5, feet)] if wide else []), *([(beat, down), (hold, down), (beat, rise)] * n)]
    first = f"[bend] both knees {how}{' and [hold]' if hold > 0.5 else ''} and [come] up again"
    if wide:
        first, nouns = f"[squat] down {how} with the feet wide apart and [come] up again", (*nouns, "wide squat")
    others: tuple[str, ...] = (
        f"[squat] {how}",
        "[squat] down and [stand] up again",
        "[squat]",
        "[do] a squat" if n == 1 else "[do] squats",
    )
    if depth == "slightly":
        others = (
            "[bend] {the}knees a little",
            "[dip] down a little",
            "[bend] {the}knees",
            "[bend] both knees slightly",
        )
    return dict(
        uses=uses, keys=place("both", keys), texts=(first, *others), nouns=nouns, count=n, back=0.5 if wide else 0.25,
        held=2 if wide else 1,
    )  # fmt: skip


# Direction -> the foot's place, the body, and a noun.
_LUNGES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "forward": (
        (0, 0, 0.68), dict(pelvis=(0, -0.28, 0.34), spine=(6, 0, 0), other_foot=(0, 0.07, 0.02), other_step=(45, 0)),
        "forward lunge",
    ),
    "to the side": ((0.58, 0, 0), dict(pelvis=(0.42, -0.26, -0.08), spine=(14, 0, 0), orient=(10, 0, 0)), "side lunge"),
    "backward": ((0, 0.07, -0.62), dict(pelvis=(0, -0.28, -0.30), spine=(6, 0, 0), step=(45, 0)), "reverse lunge"),
}  # fmt: skip


@movement("lunge", "leg", TRUNK, unit="lunge", kinds={"lunge"}, back=0.2, held=2)
def lunge(d: Draw) -> Fields:
    side, way, n = d.one_side(), d.pick(*_LUNGES), d.count(1, 2)
    far, body, name = _LUNGES[way]
    x, _, z = body["pelvis"]
    halfway = dict(foot=(0.5 * far[0], 0.12, 0.5 * far[2]), pelvis=(0.3 * x, -0.05, 0.3 * z))
    down, hold = dict(foot=far, **body), d.pick(0.15, 0.8)
    up = dict.fromkeys(("foot", "pelvis", "spine", "orient", "other_foot"), (0, 0, 0)) | dict(
        step=(0, 0), other_step=(0, 0)
    )
    keys = place(side, [(0.36, halfway), (d.vary(0.42), down), (hold, down), (0.4, halfway), (0.32, up)] * n)
    leg = f"{{the}}{side} leg"
    texts = (
        f"[step] far {way} with {leg}, [bend] {{the}}knees and [come] back",
        f"[lunge] {way} with {leg}",
        f"[make] a lunge {way} with {leg}",
        f"[step] into a lunge {way}",
        f"[lunge] {way}",
    )
    return dict(side=side, keys=keys, texts=texts, nouns=(f"{side} {name}", name), direction=way, count=n)


_STEPS = {"forward": (0, 0, 0.42), "backward": (0, 0, -0.38), "to the side": (0.38, 0, 0), "across": (-0.34, 0, 0.16)}


@movement("step", "foot", TRUNK, unit="step", back=0.15)
def step(d: Draw) -> Fields:
    """A step there with one foot, weight and all, and back."""
    side, n = d.one_side(), d.count(1, 3)
    name = d.pick(*_STEPS)
    far = x, _, z = _STEPS[name]
    way = {"to the side": f"to the {side}", "across": "across the other leg"}.get(name, name)
    over = dict(foot=(0.5 * x, 0.08, 0.5 * z + (0.08 if name == "across" else 0)))
    there, home = dict(foot=far, pelvis=(0.6 * x, -0.03, 0.6 * z)), dict(foot=(0, 0, 0), pelvis=(0, 0, 0))
    beat = d.vary(0.26)
    wait = (d.pick(0.15, 0.5), dict(foot=far))
    keys = place(side, [(beat, over), (beat, there), wait, (beat, over), (beat, home)] * n)
    foot = f"{{the}}{side} foot"
    texts = (
        f"[step] {way} with {foot} and [step] back",
        f"[step] {way} with {foot}",
        f"[take] a step {way} and back",
        f"[step] {way}",
    )
    nouns, kinds = (
        (f"step {way}", f"{side} foot step {way}"),
        ("side step left", "side step right") if "side" in name else (),
    )
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, count=n, kinds=kinds)


@movement("toes", "foot", side="both", direction="up", back=0.2, held=1)
def toes(d: Draw) -> Fields:
    """Heels off the ground, or toes."""
    n, heels, beat = d.count(1, 5), d.chance(0.75), d.vary(0.42)
    hold = d.pick(0.1, 1.2) if n == 1 else 0.1
    down = dict(pelvis=(0, 0, 0), foot=(0, 0, 0), step=(0, 0), spine=(0, 0, 0))
    if heels:
        family, unit = "toes", "rise"
        up = dict(pelvis=(0, 0.075, 0.035), foot=(0, 0.075, 0.01), step=(34, 0))
        texts: tuple[str, ...] = (
            "[rise] onto the toes and [come] down again",
            "[stand] on tiptoe",
            "[lift] both heels off the ground",
            "[rise] onto {the}toes",
            "[go] up on {the}toes",
        )
        nouns: tuple[str, ...] = ("toe raise", "calf raises", "heel raises")
    else:
        family, unit = "heels", "lift the toes"
        up = dict(step=(-24, 0), pelvis=(0, -0.005, -0.03), spine=(5, 0, 0))
        texts = (
            "[lift] the toes of both feet and [stand] on the heels",
            "[rock] back onto {the}heels",
            "[lift] {the}toes",
        )
        nouns = ("toe lifts", "heel stand")
    keys = place("both", [(beat, up), (hold, up), (beat, down)] * n)
    return dict(family=family, keys=keys, texts=texts, nouns=nouns, count=n, unit=unit)


# Name -> height in metres, the feet outward, above the pelvis's rise and forward, how it is said, and nouns.
_JUMPS: dict[str, tuple[Any, ...]] = {
    "up": (0.16, (0, 0.04, -0.02), "up", ("jump", "jumps in place")),
    "up high": (0.34, (0, 0.04, -0.02), "up high", ("high jump", "vertical jump")),
    "feet apart": (0.14, (0.26, 0.02, 0), "up with the feet apart in the air", ("straddle jump",)),
    "tuck": (0.30, (0, 0.30, 0.10), "up and [pull] the knees to the chest", ("tuck jump",)),
}


@movement("jump", "leg", TRUNK, direction="up", unit="jump", kinds={"jump", "jump rope", "star jump"}, back=0.4)
def jump(d: Draw) -> Fields:
    """Up, to and fro, or apart, landing in place."""
    kind, n = d.pick(*_JUMPS), d.count(1, 4)
    rise, (out, above, ahead), direction, nouns = _JUMPS[kind]
    height = d.vary(rise)
    low = 0.12 + 0.4 * height
    crouch: dict[str, Any] = dict(
        pelvis=(0, -low, -0.3 * low), orient=(40 * low, 0, 0), spine=(60 * low, 0, 0), foot=(0, 0, 0)
    )
    bent = 18 if kind == "tuck" else 0
    flight: dict[str, Any] = dict(
        pelvis=(0, height, 0), orient=(0, 0, 0), spine=(bent, 0, 0), foot=(out, height + above, ahead)
    )
    land: dict[str, Any] = dict(pelvis=(0, -0.6 * low, -0.04), orient=(8, 0, 0), spine=(10, 0, 0), foot=(0, 0, 0))
    uses = TRUNK
    if d.chance(0.6):  # arms that swing along
        crouch, land = crouch | dict(hand=(0.1, -0.47, -0.12)), land | dict(hand=(0.14, -0.40, 0.12))
        flight, uses = flight | dict(hand=(0.12, -0.28 + height, 0.32)), uses | ARMS["both"]
    air = 0.12 + 0.22 * math.sqrt(height)
    keys = place("both", [(0.3, crouch), (air, flight), (air, land)] * n)
    texts = (
        f"[jump] {direction} and [land] in place",
        f"[jump] {direction}",
        f"[hop] {direction} with both feet" if kind == "up" else f"[leap] {direction}",
        "[jump] into the air",
        "[jump]",
    )
    return dict(uses=uses, keys=keys, texts=texts, nouns=nouns, count=n)


@movement("jump", "leg", TRUNK | ARMS["both"], kinds={"jump forward", "jump"}, back=None)
def jump_way(d: Draw) -> Fields:
    """Forward, backward or to a side, and stays there."""
    side = d.one_side()
    name = d.pick("forward", "backward", "sideways")
    far = d.vary({"forward": 0.7, "backward": 0.35, "sideways": 0.45}[name], 0.25)
    x, z = {"forward": (0.0, far), "backward": (0.0, -far), "sideways": (far if side == "left" else -far, 0.0)}[name]
    flight, land = (dict(left_foot=foot, right_foot=foot) for foot in ((0.5 * x, 0.17, 0.5 * z), (x, 0, z)))
    flight |= dict(pelvis=(0.5 * x, 0.14, 0.5 * z), orient=(6, 0, 0), spine=(4, 0, 0), both=(0.12, -0.05, 0.40))
    land |= dict(pelvis=(0.95 * x, -0.2, 0.95 * z), orient=(14, 0, 0), spine=(18, 0, 0), both=(0.1, -0.28, 0.36))
    keys = (
        (0.45, dict(pelvis=(0, -0.22, -0.05), orient=(16, 0, 0), spine=(22, 0, 0), both=(0.08, -0.36, -0.28))),
        (0.2, flight),
        (0.2, land),
        (0.45, dict(pelvis=(x, 0, z), orient=(0, 0, 0), spine=(0, 0, 0), both=HANGING)),
    )
    way = f"to the {side}" if name == "sideways" else name
    texts = (
        f"[jump] {way} with both feet",
        f"[jump] {way}",
        f"[hop] {way} with both feet",
        f"[leap] {way}" if name != "backward" else "[jump] back",
    )
    return dict(keys=keys, texts=texts, nouns=(f"jump {way}", f"{name} jump"), direction=way, moved=(x, z, 0.0))


@movement("jump", "leg", TRUNK, kinds={"jump", "turn around"}, back=None)
def jump_turn(d: Draw) -> Fields:
    side, degrees = d.one_side(), d.pick(90, 180)
    yaw = degrees if side == "left" else -degrees
    radians = math.radians(yaw)
    cosine, sine = math.cos(radians), math.sin(radians)
    feet, air = {}, {}
    for name in ("left", "right"):
        x, _, z = POINTS[f"{name}_ankle"]
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
    nouns = (f"{degrees} degree jump to the {side}", "jump turn")
    return dict(keys=keys, texts=texts, nouns=nouns, direction=f"to the {side}", moved=(0.0, 0.0, radians))


@movement("hop", "leg", TRUNK, direction="up", unit="hop", kinds={"hop on one leg", "stand on one leg"}, back=0.45)
def hop(d: Draw) -> Fields:
    side, n = d.one_side(), d.count(2, 5)  # the side that hops
    lifted: dict[str, Any] = dict(other_foot=(0.02, 0.24, -0.20), other_loose=1)
    ready = dict(pelvis=(0.04, -0.03, 0), **lifted)
    low = dict(pelvis=(0.04, -0.08, -0.02), foot=(0, 0, 0), spine=(8, 0, 0), **lifted)
    high = dict(pelvis=(0.04, 0.10, 0), foot=(0, 0.13, 0), spine=(3, 0, 0), other_foot=(0.02, 0.38, -0.20))
    keys = place(side, [(0.45, ready), *([(0.2, low), (d.vary(0.17), high)] * n), (0.2, low)])
    texts = (
        f"[hop] on {{the}}{side} leg",
        f"[hop] on {{the}}{side} foot",
        f"[jump] on {{the}}{side} leg",
        "[hop] on one leg",
        "[hop] on one foot",
    )
    return dict(side=side, keys=keys, texts=texts, nouns=(f"{side} leg hops", "single-leg hops"), count=n)
