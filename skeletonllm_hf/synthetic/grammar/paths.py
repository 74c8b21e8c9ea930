"""Shapes traced in the air by either hand or both, in three planes."""

from __future__ import annotations

import itertools
import math
from typing import Any

from .primitive import Draw, Fields, bare_limb, limb, movement, named_limb, other, place

_RING = tuple((math.sin(math.pi * k / 4), math.cos(math.pi * k / 4)) for k in range(8))  # clockwise from the top
_EIGHT = ((0, 0), (0.5, 0.45), (1, 0), (0.5, -0.45), (0, 0), (-0.5, 0.45), (-1, 0), (-0.5, -0.45), (0, 0))
_SPIRAL = tuple((x * k / 16, y * k / 16) for k in range(1, 17) for x, y in (_RING[k % 8],))
_HEART = ((0, 0.5), (0.45, 0.9), (0.95, 0.5), (0, -0.9), (-0.95, 0.5), (-0.45, 0.9), (0, 0.5))

# Name -> corners (to the performer's right, up), in units of half the shape's size.
SHAPES = {
    "triangle": ((0, 1), (0.95, -0.8), (-0.95, -0.8), (0, 1)),
    "square": ((-0.85, 0.85), (0.85, 0.85), (0.85, -0.85), (-0.85, -0.85), (-0.85, 0.85)),
    "diamond": ((0, 1), (0.8, 0), (0, -1), (-0.8, 0), (0, 1)),
    "X": ((-0.9, 1), (0.9, -1), (0.9, 1), (-0.9, -1)),
    "plus sign": ((0, 1), (0, -1), (0.1, 0.1), (-0.9, 0), (0.9, 0)),
    "tick": ((-1, 0.2), (-0.4, -0.9), (1, 1)),
    "zigzag": ((-1, 0.4), (-0.6, -0.5), (-0.2, 0.4), (0.2, -0.5), (0.6, 0.4), (1, -0.5)),
    "wavy line": ((-1, 0), (-0.75, 0.35), (-0.25, -0.35), (0.25, 0.35), (0.75, -0.35), (1, 0)),
    "figure eight": _EIGHT,
    "upright figure eight": tuple((v, u) for u, v in _EIGHT),
    "heart": _HEART,
    "arc": ((-1, -0.4), (-0.7, 0.4), (0, 0.75), (0.7, 0.4), (1, -0.4)),
    "spiral": _SPIRAL,
    "letter A": ((-0.7, -1), (0, 1), (0.7, -1), (0.35, -0.1), (-0.35, -0.1)),
    "letter C": ((0.7, 0.75), (0, 1), (-0.8, 0.5), (-0.8, -0.5), (0, -1), (0.7, -0.75)),
    "letter L": ((-0.6, 1), (-0.6, -1), (0.7, -1)),
    "letter M": ((-0.9, -1), (-0.7, 1), (0, -0.4), (0.7, 1), (0.9, -1)),
    "letter N": ((-0.7, -1), (-0.7, 1), (0.7, -1), (0.7, 1)),
    "letter S": ((0.7, 0.8), (0, 1), (-0.7, 0.55), (0, 0), (0.7, -0.55), (0, -1), (-0.7, -0.8)),
    "letter T": ((-0.8, 1), (0.8, 1), (0, 0.95), (0, -1)),
    "letter U": ((-0.7, 1), (-0.65, -0.5), (0, -1), (0.65, -0.5), (0.7, 1)),
    "letter V": ((-0.8, 1), (0, -1), (0.8, 1)),
    "letter W": ((-1, 1), (-0.5, -1), (0, 0.5), (0.5, -1), (1, 1)),
    "letter Z": ((-0.8, 1), (0.8, 1), (-0.8, -1), (0.8, -1)),
}
# Those that are their own mirror images.
_EVEN = ("triangle", "square", "diamond", "X", "heart", "arc", *(f"letter {letter}" for letter in "AMUVW"))
_LISTED = {"X": {"draw x"}, "tick": {"draw tick"}}
# What people also call them.
_ALSO = {
    "X": ("cross", "large X"), "tick": ("tick mark", "check mark"), "zigzag": ("zigzag line",), "arc": ("rainbow", "curve"),
    "figure eight": ("infinity sign", "sideways eight"), "upright figure eight": ("number eight",),
    "plus sign": ("plus",), "square": ("rectangle", "box shape"), "diamond": ("rhombus",), "wavy line": ("wave line",),
}  # fmt: skip
# Zone, plane -> the middle (outward, up, forward of the shoulder) and half the size, metres.
_SPOTS = {
    ("front", "frontal"): ((0.03, 0.04, 0.35), 0.22),
    ("front", "horizontal"): ((0.05, -0.10, 0.32), 0.14),
    ("front", "sagittal"): ((0.04, -0.02, 0.31), 0.17),
    ("side", "sagittal"): ((0.38, 0.02, 0.04), 0.19),
    ("side", "horizontal"): ((0.34, -0.04, 0.08), 0.15),
    ("above", "horizontal"): ((0.02, 0.42, 0.06), 0.14),
    ("above", "frontal"): ((0.04, 0.34, 0.14), 0.15),
}
_WHERE = {
    "front": ("in front of the body", "in front of the chest", "in front"),
    "side": ("at the side of the body", "beside the body", "out to the side"),
    "above": ("above the head", "over the head", "overhead"),
}
_PLANE = {"frontal": "", "sagittal": " in a plane that points forward", "horizontal": " level with the ground"}
_SECONDS = 0.30  # for half the size of a shape
_LINES = {
    "up": ((0, -1), (0, 1)), "down": ((0, 1), (0, -1)), "outward": ((-1, 0), (1, 0)), "inward": ((1, 0), (-1, 0)),
    "up and outward": ((-0.8, -0.8), (0.8, 0.8)), "down and inward": ((0.8, 0.8), (-0.8, -0.8)),
    "down and outward": ((-0.8, 0.8), (0.8, -0.8)), "up and inward": ((0.8, -0.8), (-0.8, 0.8)),
}  # fmt: skip


def _spot(d: Draw, *planes: str) -> tuple[str, str]:
    return d.pick(*(spot for spot in _SPOTS if spot[1] in planes))


def _where(side: str, zone: str, plane: str, size: float, points: Any) -> list[tuple[Any, ...]]:
    """Places of the wrist; for both hands mirrored, a little apart."""
    middle, half = _SPOTS[zone, plane]
    half *= size
    apart = 0.10 if side == "both" and plane != "sagittal" and zone != "side" else 0.0
    # to the performer's right is outward for the right hand, and for both, which mirror each other
    sign = -1.0 if side == "left" else 1.0
    places = []
    for right, up in points:
        out = sign * right * half
        step = {"frontal": (out, up * half, -0.05 * up * up), "horizontal": (out, 0.0, up * half)}.get(
            plane, (0.0, up * half, right * half)
        )
        places.append((middle[0] + apart + step[0], middle[1] + step[1], middle[2] + step[2]))
    return places


def _trace(side: str, places: list[tuple[Any, ...]], times: list[float]) -> tuple[Any, ...]:
    keys = [(0.6, dict(hand=places[0], pole=(0.6, -0.8, -0.2))), (0.08, dict(hand=places[0]))]
    keys += [(seconds, dict(hand=spot)) for seconds, spot in zip(times, places[1:])]
    return place(side, [*keys, (0.12, dict(hand=places[-1]))])


@movement("circle", "hand", unit="draw a circle", kinds={"draw circle"}, exact=True, seated=True)
def circle(d: Draw) -> Fields:
    side, turns = d.side(), d.count(1, 4)
    zone, plane = _spot(d, "frontal", "horizontal", "sagittal")
    size, clockwise = d.pick(0.55, 1.0, 1.0), d.chance(0.5)
    ring = list(_RING) if clockwise else [_RING[0], *_RING[:0:-1]]
    points = [*ring * turns, ring[0]]
    way = _circle_way(side, plane, clockwise)
    step = d.vary(0.17 if size > 0.8 else 0.12)
    keys = _trace(side, _where(side, zone, plane, size, points), [step] * (len(points) - 1))
    where, hand = d.pick(*_WHERE[zone]), limb(side, "hand")
    n = "circles" if turns > 1 or side == "both" else "a circle"
    big = d.pick("", "small ", "little ") if size < 0.8 else d.pick("", "", "large ")
    shape = f"a {big}circle" if n == "a circle" else f"{big}circles"
    texts = (
        f"[draw] {shape} {way} in the air {where} with {hand}",
        f"[draw] {n} {way} with {hand}",
        f"[move] {hand} round in {n} {where}, {way}{_PLANE[plane]}",
        f"[draw] {shape} in the air with {hand}",
        f"[circle] {hand} {where}",
        f"[trace] {n} in the air",
        f"[draw] {n}",
    )
    nouns = (f"{named_limb(side, 'hand')} circles", f"{way} {n.removeprefix('a ')}")
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, count=turns)


def _circle_way(side: str, plane: str, clockwise: bool) -> str:
    """Seen by the performer, or from above; beside the body a wheel rolls forward or backward."""
    if plane == "sagittal":
        return "forward" if clockwise else "backward"
    if side == "both":
        return "outward" if clockwise else "inward"
    return "clockwise" if clockwise else "counterclockwise"


@movement("shape", "hand", exact=True, seated=True)
def shape(d: Draw) -> Fields:
    """A closed shape, a letter, a sign; the performer sees it the right way round."""
    side = d.side(0.12)
    name = d.pick(*SHAPES) if side != "both" else d.pick(*_EVEN)  # two hands mirror each other
    zone, plane = _spot(d, "frontal", "frontal", "horizontal") if d.chance(0.3) else ("front", "frontal")
    points, size = SHAPES[name], d.pick(0.7, 1.0, 1.0, 1.15)
    if d.chance(0.3) and points[0] == points[-1]:
        points = points[::-1]  # closed shapes go round either way
    slow = d.vary(1.0) * _SECONDS
    times = [slow * max(math.dist(*ends), 0.35) ** 0.7 for ends in itertools.pairwise(points)]
    keys = _trace(side, _where(side, zone, plane, size, points), times)
    also, hand, where = d.pick(name, *_ALSO.get(name, ())), limb(side, "hand"), d.pick(*_WHERE[zone])
    letter = name.startswith("letter")
    a, article = ("the" if letter else "an" if word[0] in "aeiX" else "a" for word in (also, name))
    texts = (
        f"[draw] {a} {also} in the air {where} with {hand}{_PLANE[plane]}",
        f"[draw] {article} {name} with {hand}",
        f"[trace] {article} {name} {where} with {hand}",
        f"[move] {hand} along the lines of {a} {also}",
        f"[draw] {a} {also} in the air",
        f"[draw] {a} {also}",
        f"[write] {a} {name} in the air" if letter else f"[sketch] {a} {also} with {hand}",
    )
    nouns = (f"{name} with {bare_limb(side, 'hand')}", name, f"{also} in the air")
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=name, kinds=_LISTED.get(name, ()))


@movement("line", "hand", exact=True, seated=True)
def line(d: Draw) -> Fields:
    """A swipe: straight up, down, to a side or slanting."""
    side, way = d.side(0.25), d.pick(*_LINES)
    points = [((-1 if side == "left" else 1) * x, y) for x, y in _LINES[way]]
    quick = d.pick(0.30, 0.45, 0.8)
    keys = _trace(side, _where(side, "front", "frontal", 1.0, points), [quick])
    out, inward = ("apart", "towards each other") if side == "both" else (f"to the {side}", f"to the {other(side)}")
    hand, direction = limb(side, "hand"), way.replace("outward", out).replace("inward", inward)
    texts = (
        f"[move] {hand} straight {direction} in front of the body",
        f"[move] {hand} {direction}",
        f"[swipe] {direction} with {hand}",
        f"[draw] a straight line {direction} in the air with {hand}",
        f"[swipe] {direction}",
        f"[sweep] {hand} {direction} in front of the chest",
    )
    nouns = (f"swipe {direction}", f"{named_limb(side, 'hand')} swipe {direction}")
    kinds = {"horizontal wave"} if way in ("outward", "inward") else ()
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=direction, kinds=kinds)
