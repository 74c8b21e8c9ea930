"""Hands that touch, tap or rub the body."""

from __future__ import annotations

from typing import Any

from .primitive import ARMS, HANGING, WHOLE, Draw, Fields, bare_limb, it, limb, movement, other, place, some_limb

_HATS = ("touch head", "put on a hat", "take off a hat")
# Target -> body point, offset (outward, up, forward) of the wrist, elbow's pole, and the listed actions it amounts to.
# What has a side is touched by the hand of that side, or across by the other one.
_MIDDLE = {
    "nose": ("nose", (0.05, -0.09, 0.10), (0.6, -0.9, 0.0), ()),
    "mouth": ("jaw", (0.05, -0.08, 0.10), (0.6, -0.9, 0.0), ("drink", "eat", "cough", "brush teeth")),
    "chin": ("jaw", (0.05, -0.11, 0.07), (0.6, -0.9, 0.0), ()),
    "forehead": ("head", (0.10, 0.03, 0.16), (0.9, -0.6, 0.2), ("touch head", "salute", "wipe face")),
    "top of the head": ("head_top", (0.12, 0.03, 0.04), (1.0, -0.2, 0.1), _HATS),
    "back of the head": ("head", (0.12, 0.02, -0.10), (1.0, -0.1, 0.3), ("touch head", "comb hair")),
    "neck": ("neck", (0.14, -0.02, 0.04), (0.9, -0.6, 0.3), ("touch neck",)),
    "chest": ("spine_upper", (0.08, -0.02, 0.17), (0.9, -0.6, 0.0), ("touch chest",)),
    "belly": ("spine_lower", (0.08, 0.02, 0.16), (0.9, -0.4, -0.3), ()),
    "lower back": ("spine_lower", (0.14, 0.0, -0.16), (0.9, 0.0, -0.6), ("touch back",)),
}
_SIDED = {
    "ear": ("ear", (0.07, -0.06, 0.05), (0.9, -0.8, 0.1), ("phone call", "touch head")),
    "cheek": ("mouth", (0.08, -0.06, 0.08), (0.8, -0.9, 0.1), ("touch head",)),
    "shoulder": ("shoulder", (-0.02, 0.04, 0.12), (0.8, -0.7, 0.4), ()),
    "hip": ("hip", (0.08, 0.08, 0.05), (1.0, 0.1, -0.5), ("put hands on hips",)),
}
_RUBS = {"belly", "chest", "lower back", "top of the head", "neck", "shoulder", "cheek"}


@movement("touch", "hand", back=0.6, exact=True)
def touch(d: Draw) -> Fields:
    """A place on the head or trunk: touched and held, tapped or rubbed."""
    name = d.pick(*_MIDDLE, *_SIDED, *_SIDED)
    side = d.side(0.25)
    crossed = name in ("ear", "shoulder", "cheek") and d.chance(0.4)
    if name in _SIDED:
        body, offset, pole, kinds = _SIDED[name]
        spot = _sided_spot(d, body, offset, crossed)
        target = _target(side, name, crossed)
    else:
        body, offset, pole, kinds = _MIDDLE[name]
        if side == "both":  # beside each other, not into each other
            offset = (offset[0] + 0.03, *offset[1:])
        spot = d.p.at(body, *offset)
        target = f"the {name.replace('the head', '{the}head')}" if " of " in name else f"{{the}}{name}"
    manner = d.pick("touch", "touch", "tap", "rub" if name in _RUBS else "tap")
    keys, n = _contact(d, manner, spot, pole)
    hand, bare_hand, held, verb = limb(side, "hand"), bare_limb(side, "hand"), manner == "touch", f"[{manner}]"
    bare_target = target.replace("{the}", "").removeprefix("the ")
    texts = (
        f"[put] {hand} on {target} and [hold] {it(side)} there" if held else f"{verb} {target} with {hand}",
        f"{verb} {target} with {hand}",
        f"[bring] {hand} to {target}" if held else f"{verb} {target} with {hand} lightly",
        f"{verb} {target}",
        f"{verb} {target} with {some_limb(side, 'hand')}",
    )
    return dict(
        side=side, keys=place(side, keys), texts=texts, direction=bare_target, count=n, unit=None if held else manner,
        nouns=(f"{bare_hand} on {bare_target}", f"{bare_hand} to {bare_target}"), kinds=kinds, held=1 if held else None,
        seated=name != "lower back",
    )  # fmt: skip


def _contact(d: Draw, manner: str, spot: tuple[Any, ...], pole: tuple[Any, ...]) -> tuple[list[Any], int | None]:
    arrive = (d.vary(0.65), dict(hand=spot, pole=pole))
    if manner == "touch":
        return [arrive, (d.pick(0.3, 0.8, 1.6), dict(hand=spot))], None
    n = d.count(2, 5)
    if manner == "tap":
        away = (spot[0] + 0.05, spot[1] - 0.01, spot[2] + (0.09 if spot[2] > 0 else -0.09))
        beat = d.vary(0.16)
        return [arrive, *([(beat, dict(hand=away)), (beat, dict(hand=spot))] * (n - 1)), (0.15, dict(hand=spot))], n
    beat, half = d.vary(0.22), 0.06
    one, two = (spot[0] + half, spot[1] + 0.02, spot[2]), (spot[0] - half, spot[1] - 0.02, spot[2])
    return [arrive, *([(beat, dict(hand=one)), (beat, dict(hand=two))] * n)], n


def _sided_spot(d: Draw, body: str, offset: tuple[Any, ...], crossed: bool) -> tuple[Any, ...]:
    if not crossed:
        return d.p.at(f"right_{body}", *offset)
    spot = d.p.at(f"left_{body}", -offset[0] + 0.06, *offset[1:])
    return (spot[0], spot[1], spot[2] + 0.03)


def _target(side: str, name: str, crossed: bool) -> str:
    if side == "both":
        return f"{{the}}opposite {name}s" if crossed else f"{{the}}{name}s"
    return f"{{the}}{other(side) if crossed else side} {name}"


@movement("touch", "hand", ARMS["both"], back=0.6, exact=True, seated=True)
def elbow_touch(d: Draw) -> Fields:
    """The hand goes over to the other arm's elbow."""
    side, manner = d.one_side(), d.pick("touch", "tap", "rub")
    (arrive, *others), n = _contact(d, manner, (-0.30, -0.27, 0.22), (0.8, -0.6, 0.0))
    seconds, channels = arrive
    arrive = (seconds, channels | dict(other_hand=(0.0, -0.26, 0.30), other_pole=(0.5, -0.9, -0.1)))
    hand, twin = limb(side, "hand"), other(side)
    texts = (
        f"[{manner}] {{the}}{twin} elbow with {hand}",
        f"[{manner}] {{the}}{twin} elbow with {hand}",
        f"[put] {hand} on {{the}}{twin} elbow",
        f"[{manner}] {{the}}{twin} elbow",
    )
    return dict(
        side=side, keys=place(side, [arrive, *others]), texts=texts, nouns=(f"{side} hand to {twin} elbow",),
        direction=f"{twin} elbow", count=n, unit=None if n is None else manner,
    )  # fmt: skip


# Target -> how deep one bends, and where the hand goes: outward, above the ground, ahead, metres.
_LOW = {
    "knee": (0.5, 0.10, 0.56, 0.12), "shin": (0.75, 0.10, 0.36, 0.13), "foot": (1.0, 0.11, 0.17, 0.20),
    "ground": (1.0, 0.14, 0.13, 0.30),
}  # fmt: skip


_LISTED_REACHES = {"bend", "pick up", "put down", "put on a shoe"}


@movement("reach down", "hand", WHOLE, direction="down", kinds=_LISTED_REACHES, back=0.2, exact=True)
def reach_leg(d: Draw) -> Fields:
    """Bends down and touches knees, shins, feet or the ground."""
    side, name = d.side(0.5), d.pick(*_LOW)
    crossed = side != "both" and name in ("knee", "foot") and d.chance(0.3)
    (deep, out, height, ahead), n = _LOW[name], d.count(1, 3)
    down = dict(
        pin=(-out if crossed else out, height, ahead), hold=1,
        orient=(20 + 26 * deep, 0, 0), spine=(22 + 38 * deep, -12 if crossed else 0, 0), head=(6, 0, 0),
        pelvis=(0, -0.03 - 0.16 * max(deep - 0.7, 0), -0.06 - 0.12 * deep),
    )  # fmt: skip
    up = dict(hold=0, orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), pelvis=(0, 0, 0), hand=HANGING)
    beat = d.vary(0.75)
    keys = place(side, [(beat, down), (d.pick(0.12, 0.5), down), (beat, up)] * n)
    target = "the ground" if name == "ground" else _target(side, name, crossed).replace("foots", "feet")
    hand = limb(side, "hand")
    texts = (
        f"[bend] down and [touch] {target} with {hand}",
        f"[touch] {target} with {hand}",
        f"[bend] forward and [reach] for {target} with {hand}",
        f"[touch] {target}",
        f"[bend] down and [touch] {target}",
    )
    nouns = ("toe touch",) if name == "foot" else (f"touching {target.replace('{the}', '')}",)
    unit = f"touch {target.replace('{the}', 'the ')}"
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n, unit=unit)
