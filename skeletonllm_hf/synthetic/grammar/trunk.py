"""Trunk and head: bends, leans, twists, circles of the hips; nods, shakes, turns and tilts of the head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .primitive import ARMS, HEAD, TRUNK, WHOLE, Draw, Fields, movement, place

_UPRIGHT = dict(spine=(0, 0, 0), orient=(0, 0, 0), head=(0, 0, 0), pelvis=(0, 0, 0))


@movement("bend", "body", TRUNK | HEAD, unit="bend", back=0.2, held=1)
def bend(d: Draw) -> Fields:
    side, way = d.one_side(), d.pick("forward", "forward", "to the side", "backward")
    n = d.count(1, 3)
    deep = d.pick(0.4, 0.75, 1.0)
    nouns: tuple[str, ...]
    if way == "forward":
        pose = dict(orient=(34 * deep, 0, 0), spine=(62 * deep, 0, 0), pelvis=(0, -0.02, -0.14 * deep))
        nouns, kinds = ("forward bend", "trunk flexion"), {"bend", "bow", "pick up", "put down"}
    elif way == "backward":
        pose = dict(spine=(-14 - 16 * deep, 0, 0), orient=(-8 * deep, 0, 0), head=(-16, 0, 0), pelvis=(0, 0, 0.06))
        nouns, kinds = ("back bend", "trunk extension"), {"stretch"}
    else:
        pose = dict(orient=(0, 0, 6 * deep), spine=(0, 0, 12 + 24 * deep), head=(0, 0, 8), pelvis=(-0.05 * deep, 0, 0))
        way = f"to the {side}"
        nouns, kinds = (f"side bend {way}", f"{side} side bend", f"trunk side bend {way}"), {"side bend"}
    beat, hold = d.vary(0.55 + 0.3 * deep), d.pick(0.1, 0.8) if n == 1 else 0.12
    keys = place(side, [(beat, pose), (hold, pose), (beat, _UPRIGHT)] * n)
    how = {0.4: "slightly ", 1.0: "deeply "}.get(deep, "")
    texts = (
        f"[bend] the upper body {how}{way} and [straighten] up again",
        f"[bend] {how}{way}",
        f"[bend] {{the}}trunk {way}",
        f"[lean] {how}over {way}" if way != "backward" else "[arch] {the}back and [lean] backward",
        f"[bend] {way}" if way != "forward" or deep < 0.9 else "[bend] down",
    )
    seated = deep < 0.9 and way != "backward"
    return dict(keys=keys, texts=texts, nouns=nouns, direction=way, count=n, kinds=kinds, seated=seated)


@movement("twist", "body", TRUNK | HEAD, unit="twist", kinds={"twist torso"}, back=0.4, seated=True)
def twist(d: Draw) -> Fields:
    side, n, both = d.one_side(), d.count(1, 4), d.chance(0.5)
    beat = d.vary(0.45)
    one, two = (dict(spine=(0, 50 * sign, 0), head=(0, 12 * sign, 0)) for sign in (1, -1))
    if both:
        keys, way = [(beat, one), (1.6 * beat, two)], "from side to side"
        texts = (
            "[twist] the upper body from side to side",
            "[twist] {the}trunk to the left and to the right",
            "[rotate] the upper body from side to side",
            "[twist] {the}torso",
        )
        nouns = ("trunk twists", "torso rotations")
    else:
        hold, way = d.pick(0.1, 0.8) if n == 1 else 0.1, f"to the {side}"
        keys = [(beat, one), (hold, one), (beat, dict(spine=(0, 0, 0), head=(0, 0, 0)))]
        texts = (
            f"[twist] the upper body {way} and back",
            f"[twist] {{the}}trunk {way}",
            f"[rotate] the upper body {way}",
            f"[turn] {{the}}shoulders {way}",
        )
        nouns = (f"trunk twist {way}", f"torso rotation {way}")
    held = None if both else 1
    return dict(keys=place(side, keys * n), texts=texts, nouns=nouns, direction=way, count=n, held=held)


# Direction of a lean -> pose and listed actions.
_LEANS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "forward": (dict(orient=(14, 0, 0), spine=(8, 0, 0), pelvis=(0, -0.01, 0.07)), ("bend",)),
    "backward": (dict(orient=(-9, 0, 0), spine=(-7, 0, 0), pelvis=(0, -0.01, -0.03)), ()),
    "to the side": (dict(orient=(0, 0, 10), spine=(0, 0, 12), pelvis=(0.10, -0.02, 0)), ("side bend",)),
}


@movement("bend", "body", WHOLE)
def lean(d: Draw) -> Fields:
    """The whole body shifts its weight, the feet stay."""
    side, way = d.one_side(), d.pick(*_LEANS, "sway")
    n, beat = d.count(1, 4), d.vary(0.6)
    if way == "sway":
        shift: Callable[..., Any] = lambda sign: dict(  # noqa: E731
            pelvis=(0.11 * sign, -0.015, 0), spine=(0, 0, 7 * sign), orient=(0, 0, -3 * sign)
        )
        texts = (
            "[sway] the body from side to side",
            "[shift] {the}weight from one leg to the other",
            "[sway] from side to side",
            "[sway]",
        )
        return dict(
            family="sway", keys=place(side, [(beat, shift(1)), (1.3 * beat, shift(-1))] * n), texts=texts, count=n, back=0.4,
            nouns=("swaying", "weight shifts"), direction="from side to side", unit="sway", kinds={"dance", "stagger"},
        )  # fmt: skip
    pose, kinds = _LEANS[way]
    keys = place(side, [(beat, pose), (d.pick(0.4, 1.2), pose)])
    way = f"to the {side}" if "side" in way else way
    texts = (
        f"[lean] {way} with the whole body and [come] back",
        f"[lean] {way}",
        f"[shift] {{the}}weight {way}",
        f"[lean] the body {way}",
    )
    nouns = (f"lean {way}", f"leaning {way}")
    return dict(uses=WHOLE | HEAD, keys=keys, texts=texts, nouns=nouns, direction=way, kinds=kinds, back=beat, held=1)


@movement("hips", "body", WHOLE, kinds={"dance"}, back=0.4)
def hips(d: Draw) -> Fields:
    """The hips go round, or from side to side, and the shoulders stay."""
    side, n, beat = d.one_side(), d.count(2, 5), d.vary(0.28)
    tilt: Callable[..., Any] = lambda x, z: dict(  # noqa: E731
        pelvis=(x, -0.02, z), spine=(90 * z, 0, -70 * x), orient=(-45 * z, 0, 35 * x)
    )
    if d.chance(0.6):
        direction, unit, nouns = "in circles", "circle", ("hip circles",)
        ring = [(0.10, 0.0), (0.0, 0.09), (-0.10, 0.0), (0.0, -0.08)]
        texts: tuple[str, ...] = (
            "[circle] {the}hips",
            "[move] {the}hips round in circles",
            "[rotate] {the}hips",
            "[swing] {the}hips in a circle",
        )
    else:
        direction, unit, nouns = "from side to side", "swing", ("hip swings",)
        ring, beat = [(0.10, 0.0), (-0.10, 0.0)], 1.5 * beat
        texts = ("[swing] {the}hips from side to side", "[move] {the}hips to the left and right", "[shake] {the}hips")
    keys = place(side, [(0.3, tilt(0.05, 0)), *([(beat, tilt(x, z)) for x, z in ring] * n)])
    return dict(keys=keys, texts=texts, nouns=nouns, direction=direction, count=n, unit=f"{unit} the hips")


@movement("shrug", "body", ARMS["both"] | HEAD, direction="up", unit="shrug", kinds={"shrug"}, back=0.3, seated=True)
def shrug(d: Draw) -> Fields:
    """Shoulders go up, the hands turn out."""
    n, beat = d.count(1, 3), d.vary(0.38)
    up = dict(both=(0.26, -0.14, 0.20), both_palm=(-70, -20), head=(-4, 0, 0))
    down = dict(both=(0.07, -0.47, 0.08), both_palm=(0, 0), head=(0, 0, 0))
    texts = (
        "[shrug] {the}shoulders and [turn] up {the}hands",
        "[shrug] {the}shoulders",
        "[lift] both shoulders and [drop] them again",
        "[raise] and [lower] {the}shoulders",
        "[shrug]",
    )
    keys = [(beat, up), (d.pick(0.15, 0.5), up), (beat, down)] * n
    return dict(keys=keys, texts=texts, nouns=("shoulder shrug",), count=n)


# Name -> the head's angles at both ends, tempo, direction, verb that is counted, listed action, texts and nouns.
_NODS: dict[str, tuple[Any, ...]] = {
    "nod": (
        (26, 0, 0), (-8, 0, 0), 1.0, "up and down", "nod", "nod",
        ("[nod] {the}head", "[nod]", "[move] {the}head up and down", "[nod] {the}head up and down"),
        ("head nods", "nodding"),
    ),
    "shake": (
        (0, 38, 0), (0, -38, 0), 1.0, "from side to side", "shake", "shake head",
        ("[shake] {the}head", "[turn] {the}head from side to side", "[shake] {the}head from side to side",
         "[move] {the}head to the left and right"), ("head shakes", "shaking head"),
    ),
    "rock": (
        (0, 0, 24), (0, 0, -24), 1.6, "from side to side", "tilt", "shake head",
        ("[tilt] {the}head from side to side", "[rock] {the}head from one shoulder to the other",
         "[tilt] {the}head to both sides"), ("head tilts from side to side",),
    ),
}  # fmt: skip


@movement("head nod", "head", back=0.3, seated=True)
def nod(d: Draw) -> Fields:
    n, kind, beat = d.count(1, 5), d.pick(*_NODS), d.vary(0.25)
    one, two, tempo, direction, verb, listed, texts, nouns = _NODS[kind]
    beat = tempo * beat
    keys = place(d.one_side(), [(beat, dict(head=one)), (beat, dict(head=two))] * n)
    return dict(
        family=f"head {kind}", keys=keys, texts=texts, nouns=nouns, direction=direction, count=n,
        unit=f"{verb} the head", kinds={listed, "look around"},
    )  # fmt: skip


@movement("head turn", "head", back=0.5, held=1, seated=True)
def head_turn(d: Draw) -> Fields:
    side, way = d.one_side(), d.pick("turn", "turn", "tilt", "up", "down", "circle")
    hold, direction = d.pick(0.3, 0.9), f"to the {side}"
    if way == "circle":
        return _head_circle(d, side)
    pose = {"turn": (0, 62, 0), "tilt": (0, 0, 28), "up": (-34, 0, 0), "down": (36, 0, 0)}[way]
    keys = place(side, [(d.vary(0.5), dict(head=pose)), (hold, dict(head=pose))])
    texts: tuple[str, ...]
    if way in ("up", "down"):
        direction = way
        texts = (
            f"[look] {way}",
            f"[tilt] {{the}}head {'back and [look] up' if way == 'up' else 'forward and [look] down'}",
            f"[look] {'up to the ceiling' if way == 'up' else 'down at the floor'}",
        )
        nouns, kinds = (f"looking {way}", f"head {way}"), {"nod"}
    elif way == "turn":
        texts = (
            f"[turn] {{the}}head to the {side}",
            f"[look] to the {side}",
            f"[look] over {{the}}{side} shoulder",
            f"[turn] {{the}}head {side}",
        )
        nouns, kinds = (f"head turn to the {side}", f"look {side}"), {"look around", "shake head"}
    else:
        texts = (
            f"[tilt] {{the}}head to the {side}",
            f"[lean] {{the}}head towards {{the}}{side} shoulder",
            f"[tilt] {{the}}head {side}",
        )
        nouns, kinds = (f"head tilt to the {side}", f"neck side bend {side}"), {"touch neck"}
    return dict(family=f"head {way}", keys=keys, texts=texts, nouns=nouns, direction=direction, kinds=kinds)


def _head_circle(d: Draw, side: str) -> Fields:
    n, beat = d.count(1, 3), d.vary(0.3)
    ring = [(24, 0, 0), (4, 0, 26), (-20, 0, 0), (4, 0, -26)]
    texts = ("[roll] {the}head in circles", "[circle] {the}head", "[move] {the}head round in a circle")
    keys = place(side, [(beat, dict(head=angles)) for angles in [*ring * n, ring[0]]])
    return dict(
        family="head circle", keys=keys, texts=texts, nouns=("head circles", "neck rolls"), direction="in circles",
        count=n, unit="circle the head", kinds={"shake head"}, back=0.4, held=None,
    )  # fmt: skip
