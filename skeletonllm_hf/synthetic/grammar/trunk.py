"""Trunk and head: bends, leans, twists, circles of the hips; nods, shakes, turns and tilts of the head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .primitive import ARMS, HEAD, TRUNK, Draw, Primitive, place

_UPRIGHT = dict(spine=(0, 0, 0), orient=(0, 0, 0), head=(0, 0, 0), pelvis=(0, 0, 0))


def bend(d: Draw) -> Primitive:
    side, way = d.one_side(), d.pick("forward", "forward", "to the side", "backward")
    n = d.count(1, 3)
    deep = d.pick(0.4, 0.75, 1.0)
    poses: dict[str, dict[str, Any]] = {
        "forward": dict(orient=(34 * deep, 0, 0), spine=(62 * deep, 0, 0), pelvis=(0, -0.02, -0.14 * deep)),
        "to the side": dict(
            spine=(0, 0, 12 + 24 * deep), orient=(0, 0, 6 * deep), head=(0, 0, 8), pelvis=(-0.05 * deep, 0, 0)
        ),
        "backward": dict(
            spine=(-14 - 16 * deep, 0, 0), orient=(-8 * deep, 0, 0), head=(-16, 0, 0), pelvis=(0, 0, 0.06)
        ),
    }
    pose = poses[way]
    beat, hold = d.vary(0.55 + 0.3 * deep), d.pick(0.1, 0.8) if n == 1 else 0.12
    keys = place(side, [(beat, pose), (hold, pose), (beat, _UPRIGHT)] * n)
    way = f"to the {side}" if "side" in way else way
    how = {0.4: "slightly ", 1.0: "deeply "}.get(deep, "")
    texts = (
        f"[bend] the upper body {how}{way} and [straighten] up again",
        f"[bend] {how}{way}",
        f"[bend] {{the}}trunk {way}",
        f"[lean] {how}over {way}" if way != "backward" else "[arch] {the}back and [lean] backward",
        f"[bend] {way}" if way != "forward" or deep < 0.9 else "[bend] down",
    )
    nouns = {"forward": ("forward bend", "trunk flexion"), "backward": ("back bend", "trunk extension")}.get(
        way, (f"side bend {way}", f"{side} side bend", f"trunk side bend {way}")
    )
    kinds = {"forward": {"bend", "bow", "pick up", "put down"}, "backward": {"stretch"}}.get(way, {"side bend"})
    return Primitive(
        "bend", keys, texts, nouns, TRUNK | HEAD, "body", None, way, n, "bend", frozenset(kinds), back=0.2, held=1 if n == 1 else None,
        seated=deep < 0.9 and way != "backward",
    )  # fmt: skip


def twist(d: Draw) -> Primitive:
    side, n, both = d.one_side(), d.count(1, 4), d.chance(0.5)
    beat = d.vary(0.45)
    one, two = (dict(spine=(0, 50 * sign, 0), head=(0, 12 * sign, 0)) for sign in (1, -1))
    if both:
        keys = place(side, [(beat, one), (1.6 * beat, two)] * n)
        texts = (
            "[twist] the upper body from side to side",
            "[twist] {the}trunk to the left and to the right",
            "[rotate] the upper body from side to side",
            "[twist] {the}torso",
        )
        nouns, way = ("trunk twists", "torso rotations"), "from side to side"
    else:
        keys = place(
            side,
            [
                (beat, one),
                (d.pick(0.1, 0.8) if n == 1 else 0.1, one),
                (beat, dict(spine=(0, 0, 0), head=(0, 0, 0))),
            ]
            * n,
        )
        texts = (
            f"[twist] the upper body to the {side} and back",
            f"[twist] {{the}}trunk to the {side}",
            f"[rotate] the upper body to the {side}",
            f"[turn] {{the}}shoulders to the {side}",
        )
        nouns, way = (f"trunk twist to the {side}", f"torso rotation to the {side}"), f"to the {side}"
    return Primitive(
        "twist", keys, texts, nouns, TRUNK | HEAD, "body", None, way, n, "twist", frozenset({"twist torso"}), back=0.4,
        held=1 if n == 1 and not both else None, seated=True,
    )  # fmt: skip


def lean(d: Draw) -> Primitive:
    """The whole body shifts its weight, the feet stay."""
    side, way = d.one_side(), d.pick("forward", "backward", "to the side", "sway")
    n, beat = d.count(1, 4), d.vary(0.6)
    if way == "sway":
        shift: Callable[..., Any] = lambda sign: dict(  # noqa: E731
            pelvis=(0.11 * sign, -0.015, 0), spine=(0, 0, 7 * sign), orient=(0, 0, -3 * sign)
        )
        keys = place(side, [(beat, shift(1)), (1.3 * beat, shift(-1))] * n)
        texts = (
            "[sway] the body from side to side",
            "[shift] {the}weight from one leg to the other",
            "[sway] from side to side",
            "[sway]",
        )
        return Primitive(
            "sway",
            keys,
            texts,
            ("swaying", "weight shifts"),
            TRUNK | {"legs"},
            "body",
            None,
            "from side to side",
            n,
            "sway",
            frozenset({"dance", "stagger"}),
            back=0.4,
        )
    poses: dict[str, dict[str, Any]] = {
        "forward": dict(orient=(14, 0, 0), spine=(8, 0, 0), pelvis=(0, -0.01, 0.07)),
        "backward": dict(orient=(-9, 0, 0), spine=(-7, 0, 0), pelvis=(0, -0.01, -0.03)),
        "to the side": dict(orient=(0, 0, 10), spine=(0, 0, 12), pelvis=(0.10, -0.02, 0)),
    }
    pose = poses[way]  # fmt: skip
    keys = place(side, [(beat, pose), (d.pick(0.4, 1.2), pose)])
    way = f"to the {side}" if "side" in way else way
    texts = (
        f"[lean] {way} with the whole body and [come] back",
        f"[lean] {way}",
        f"[shift] {{the}}weight {way}",
        f"[lean] the body {way}",
    )
    kinds = {"bend"} if way == "forward" else {"side bend"} if way.startswith("to") else set()
    return Primitive(
        "bend",
        keys,
        texts,
        (f"lean {way}", f"leaning {way}"),
        TRUNK | HEAD | {"legs"},
        "body",
        None,
        way,
        kinds=frozenset(kinds),
        back=beat,
        held=1,
    )


def hips(d: Draw) -> Primitive:
    """The hips go round, or from side to side, and the shoulders stay."""
    side, n, beat = d.one_side(), d.count(2, 5), d.vary(0.28)
    ring = [(0.10, -0.02, 0.0), (0.0, -0.02, 0.09), (-0.10, -0.02, 0.0), (0.0, -0.02, -0.08)]
    round_ = d.chance(0.6)
    ring = ring if round_ else [ring[0], ring[2]]
    tilt: Callable[..., Any] = lambda x, z: dict(  # noqa: E731
        pelvis=(x, -0.02, z), spine=(90 * z, 0, -70 * x), orient=(-45 * z, 0, 35 * x)
    )
    keys = place(
        side,
        [(0.3, tilt(0.5 * ring[0][0], 0)), *([(beat if round_ else 1.5 * beat, tilt(x, z)) for x, _, z in ring] * n)],
    )
    texts = (
        (
            "[circle] {the}hips",
            "[move] {the}hips round in circles",
            "[rotate] {the}hips",
            "[swing] {the}hips in a circle",
        )
        if round_
        else ("[swing] {the}hips from side to side", "[move] {the}hips to the left and right", "[shake] {the}hips")
    )
    return Primitive(
        "hips", keys, texts, ("hip circles",) if round_ else ("hip swings",), TRUNK | {"legs"}, "body", None, "in circles" if round_ else "from side to side", n,
        "circle the hips" if round_ else "swing the hips", frozenset({"dance"}), back=0.4,
    )  # fmt: skip


def shrug(d: Draw) -> Primitive:
    """Shoulders go up, the hands turn out."""
    n, beat = d.count(1, 3), d.vary(0.38)
    up = dict(both=(0.26, -0.14, 0.20), both_palm=(-70, -20), head=(-4, 0, 0))
    down = dict(both=(0.07, -0.47, 0.08), both_palm=(0, 0), head=(0, 0, 0))
    keys = ((beat, up), (d.pick(0.15, 0.5), up), (beat, down)) * n
    texts = (
        "[shrug] {the}shoulders and [turn] up {the}hands",
        "[shrug] {the}shoulders",
        "[lift] both shoulders and [drop] them again",
        "[raise] and [lower] {the}shoulders",
        "[shrug]",
    )
    return Primitive(
        "shrug", keys, texts, ("shoulder shrug",), ARMS["both"] | HEAD, "body", None, "up", n, "shrug", frozenset({"shrug"}), back=0.3,
        seated=True,
    )  # fmt: skip


def nod(d: Draw) -> Primitive:
    n, kind, beat = d.count(1, 5), d.pick("nod", "shake", "rock"), d.vary(0.25)
    one, two, texts, nouns, listed = {
        "nod": ((26, 0, 0), (-8, 0, 0), ("[nod] {the}head", "[nod]", "[move] {the}head up and down", "[nod] {the}head up and down"), ("head nods", "nodding"), "nod"),
        "shake": ((0, 38, 0), (0, -38, 0), ("[shake] {the}head", "[turn] {the}head from side to side", "[shake] {the}head from side to side", "[move] {the}head to the left and right"), ("head shakes", "shaking head"), "shake head"),
        "rock": ((0, 0, 24), (0, 0, -24), ("[tilt] {the}head from side to side", "[rock] {the}head from one shoulder to the other", "[tilt] {the}head to both sides"), ("head tilts from side to side",), "shake head"),
    }[kind]  # fmt: skip
    beat = 1.6 * beat if kind == "rock" else beat
    keys = place(d.one_side(), [(beat, dict(head=one)), (beat, dict(head=two))] * n)
    return Primitive(
        f"head {kind}",
        keys,
        texts,
        nouns,
        HEAD,
        "head",
        None,
        {"nod": "up and down"}.get(kind, "from side to side"),
        n,
        f"{'tilt' if kind == 'rock' else kind} the head",
        frozenset({listed, "look around"}),
        back=0.3,
        seated=True,
    )


def head_turn(d: Draw) -> Primitive:
    side, way = d.one_side(), d.pick("turn", "turn", "tilt", "up", "down", "circle")
    hold = d.pick(0.3, 0.9)
    if way == "circle":
        n, beat = d.count(1, 3), d.vary(0.3)
        ring = [(24, 0, 0), (4, 0, 26), (-20, 0, 0), (4, 0, -26)]
        keys = place(side, [(beat, dict(head=spot)) for spot in [*ring * n, ring[0]]])
        return Primitive(
            "head circle",
            keys,
            ("[roll] {the}head in circles", "[circle] {the}head", "[move] {the}head round in a circle"),
            ("head circles", "neck rolls"),
            HEAD,
            "head",
            None,
            "in circles",
            n,
            "circle the head",
            frozenset({"shake head"}),
            back=0.4,
            seated=True,
        )
    pose = {"turn": (0, 62, 0), "tilt": (0, 0, 28), "up": (-34, 0, 0), "down": (36, 0, 0)}[way]
    keys = place(side, [(d.vary(0.5), dict(head=pose)), (hold, dict(head=pose))])
    if way in ("up", "down"):
        texts: tuple[str, ...] = (
            f"[look] {way}",
            f"[tilt] {{the}}head {'back and [look] up' if way == 'up' else 'forward and [look] down'}",
            f"[look] {'up to the ceiling' if way == 'up' else 'down at the floor'}",
        )
        nouns, direction, listed = (f"looking {way}", f"head {way}"), way, {"nod"}
    elif way == "turn":
        texts = (
            f"[turn] {{the}}head to the {side}",
            f"[look] to the {side}",
            f"[look] over {{the}}{side} shoulder",
            f"[turn] {{the}}head {side}",
        )
        nouns, direction, listed = (
            (f"head turn to the {side}", f"look {side}"),
            f"to the {side}",
            {"look around", "shake head"},
        )
    else:
        texts = (
            f"[tilt] {{the}}head to the {side}",
            f"[lean] {{the}}head towards {{the}}{side} shoulder",
            f"[tilt] {{the}}head {side}",
        )
        nouns, direction, listed = (
            (f"head tilt to the {side}", f"neck side bend {side}"),
            f"to the {side}",
            {"touch neck"},
        )
    return Primitive(
        f"head {way}",
        keys,
        texts,
        nouns,
        HEAD,
        "head",
        None,
        direction,
        kinds=frozenset(listed),
        back=0.5,
        held=1,
        seated=True,
    )
