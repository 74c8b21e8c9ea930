"""One leg at a time: raises, knee lifts, kicks, heels to the buttocks, balance, swings and circles, taps of the foot."""

from __future__ import annotations

import math
from typing import Any

from .primitive import LEGS, WHOLE, Draw, Primitive, bare_limb, limb, other, place

_LEG = 0.80  # metres from hip to ankle, a little bent
_DOWN = dict(foot=(0, 0, 0), loose=0, pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0))


def _foot(way: str, degrees: float) -> tuple[Any, ...]:
    rise, far = _LEG * (1 - math.cos(math.radians(degrees))), _LEG * math.sin(math.radians(degrees))
    return {"forward": (0, rise, far), "to the side": (far, rise, 0), "backward": (0, rise, -far)}[way]


def _lean(way: str, degrees: float) -> dict[str, Any]:
    """The trunk gives way to the other side."""
    share = degrees / 60
    return {
        "forward": dict(orient=(-8 * share, 0, 0), spine=(4 * share, 0, 0), pelvis=(0, 0, -0.02)),
        "to the side": dict(orient=(0, 0, -12 * share), spine=(0, 0, 4 * share), pelvis=(-0.03, 0, 0)),
        "backward": dict(orient=(22 * share, 0, 0), spine=(2 * share, 0, 0), pelvis=(0, 0, 0.03)),
    }[way]


def leg_raise(d: Draw) -> Primitive:
    side, way, n = d.one_side(), d.pick("forward", "to the side", "backward"), d.count(1, 4)
    degrees = d.pick(28, 45, 65) if way != "backward" else d.pick(22, 32)
    hold = d.pick(0.1, 0.1, 0.9) if n == 1 else 0.1
    beat = d.vary(0.6)
    up = dict(foot=_foot(way, degrees), loose=1, **_lean(way, degrees))
    keys = place(side, [(beat, up), (hold, up), (beat, dict(_DOWN))] * n)
    leg, how = (
        limb(side, "leg"),
        {"forward": "hip flexion", "to the side": "hip abduction", "backward": "hip extension"}[way],
    )
    height = "high " if degrees > 60 else "a little " if degrees < 30 and way != "backward" else ""
    texts = (
        f"[raise] {leg} straight {way}{' and [hold] it there' if hold > 0.5 else ''} and [lower] it again",
        f"[raise] {leg} {height}{way}",
        f"[lift] the stretched {side} leg {way}",
        f"[lift] {leg} {way}",
        f"[raise] one leg {way}",
    )
    short = {"forward": "forward", "to the side": "side", "backward": "back"}[way]
    nouns = (
        f"{side} leg {short} raise",
        f"{side} leg raise to the {'front' if short == 'forward' else short}",
        f"{side} {how}",
    )
    return Primitive(
        "leg raise", keys, texts, nouns, LEGS | {"trunk"}, "leg", side, way, n, "raise the leg",
        frozenset({"stand on one leg"} | ({"side kick"} if "side" in way else {"forward kick"} if way == "forward" else {"back kick"})),
        back=0.2, held=1 if n == 1 else None,
    )  # fmt: skip


def knee_lift(d: Draw) -> Primitive:
    side, n, way = (
        d.side(0.4),
        d.count(1, 4),
        d.pick("to the front", "to the front", "out to the side", "across the body"),
    )
    height = d.pick(0.30, 0.40, 0.48)
    foot = {
        "to the front": (0, height, 0.16),
        "out to the side": (0.20, height, 0.06),
        "across the body": (-0.14, height, 0.16),
    }[way]
    knee = {"out to the side": 60, "across the body": -35}.get(way, 6)
    beat = d.vary(0.42)
    up, down = dict(foot=foot, loose=0.8, knee=knee), dict(foot=(0, 0, 0), loose=0, knee=6)
    if side == "both":
        lead, n = d.one_side(), max(n, 2)
        keys = tuple(
            key
            for i in range(n)
            for key in place(lead if i % 2 == 0 else other(lead), [(beat, up), (0.08, up), (beat, down)])
        )
        texts: tuple[str, ...] = (
            f"[lift] both knees in turn {way}",
            "[lift] {the}left and {the}right knee in turn",
            "[raise] {the}knees alternately",
            "[lift] {the}knees one after the other",
        )
        nouns: tuple[str, ...] = ("alternating knee lifts", "alternating knee raises")
    else:
        keys = place(side, [(beat, up), (d.pick(0.1, 0.7) if n == 1 else 0.08, up), (beat, down)] * n)
        texts = (
            f"[lift] {{the}}{side} knee {way} and [lower] it again",
            f"[lift] {{the}}{side} knee {way}",
            f"[raise] {{the}}{side} knee",
            f"[pull] {{the}}{side} knee up",
            "[lift] one knee",
        )
        nouns = (f"{side} knee lift", f"{side} knee raise", f"{side} knee up")
    return Primitive(
        "knee lift", keys, texts, nouns, LEGS, "knee", side, way, n, "lift the knee" if side != "both" else "lift a knee",
        frozenset({"lift knee", "march", "stand on one leg"}), back=0.2, held=1 if n == 1 and side != "both" else None,
    )  # fmt: skip


def kick(d: Draw) -> Primitive:
    side, way, n = d.one_side(), d.pick("forward", "forward", "to the side", "backward"), d.count(1, 3)
    degrees = d.pick(40, 60, 80) if way != "backward" else d.pick(35, 45)
    wind = {"forward": (0, 0.10, -0.26), "to the side": (0.0, 0.30, 0.10), "backward": (0, 0.26, 0.14)}[way]
    hit = dict(foot=_foot(way, degrees), loose=1, **_lean(way, degrees))
    keys = place(side, [(0.36, dict(foot=wind, loose=1)), (d.vary(0.22), hit), (0.1, hit), (0.45, dict(_DOWN))] * n)
    level = {"forward": {40: "low ", 80: "high "}, "to the side": {40: "low ", 80: "high "}}.get(way, {}).get(
        degrees, ""
    )
    height = (
        f" at {'knee' if level == 'low ' else 'head' if level else 'hip'} height"
        if way != "backward" and level == "low "
        else ""
    )
    leg = limb(side, d.pick("leg", "foot"))
    texts = (
        f"[kick] {way} with {leg}{height}",
        f"[kick] {way} with {leg}",
        f"[kick] {leg} out {way}",
        f"[swing] {leg} {way} in a {level}kick",
        f"[kick] {way}",
    )
    names = {"forward": "front kick", "to the side": "side kick", "backward": "back kick"}
    kinds = {
        "forward": {"forward kick", "kick ball", "kicking"},
        "to the side": {"side kick"},
        "backward": {"back kick"},
    }[way]
    return Primitive(
        "kick", keys, texts, (f"{side} {names[way]}", f"{level}{names[way]}"), LEGS | {"trunk"}, "leg", side, way, n, "kick",
        frozenset(kinds), back=0.3,
    )  # fmt: skip


def heel_lift(d: Draw) -> Primitive:
    side, n, beat = d.side(0.4), d.count(1, 4), d.vary(0.34)
    up, down = dict(foot=(0, 0.46, -0.36), loose=1.2, spine=(4, 0, 0)), dict(foot=(0, 0, 0), loose=0)
    if side == "both":
        lead, n = d.one_side(), max(n, 2)
        keys = tuple(
            key for i in range(n) for key in place(lead if i % 2 == 0 else other(lead), [(beat, up), (beat, down)])
        )
        texts: tuple[str, ...] = (
            "[kick] {the}heels up to the buttocks in turn",
            "[lift] {the}heels behind the body one after the other",
            "[bend] {the}knees back in turn",
        )
        nouns: tuple[str, ...] = ("butt kicks", "heel kicks")
    else:
        keys = place(side, [(beat, up), (d.pick(0.1, 0.7) if n == 1 else 0.08, up), (beat, down)] * n)
        texts = (
            f"[bend] {{the}}{side} knee and [bring] the heel up to the buttock",
            f"[lift] {{the}}{side} heel to the buttock",
            f"[lift] {{the}}{side} foot up behind the body",
            f"[bend] {{the}}{side} knee backward",
            f"[curl] {{the}}{side} leg",
        )
        nouns = (f"{side} heel to buttock", f"{side} leg curl", f"{side} knee flexion")
    return Primitive(
        "heel lift", keys, texts, nouns, LEGS, "foot", side, "backward", n, "lift the heel", frozenset({"stand on one leg"}),
        back=0.2, held=1 if n == 1 and side != "both" else None,
    )  # fmt: skip


def balance(d: Draw) -> Primitive:
    """On one leg, the other in the air, for a while."""
    side = d.one_side()
    kind = d.pick("knee in front", "foot behind", "to the side", "tree", "scale")
    pose = {
        "knee in front": dict(foot=(0, 0.42, 0.16), loose=0.8), "foot behind": dict(foot=(0, 0.44, -0.34), loose=1.2),
        "to the side": dict(foot=_foot("to the side", 42), loose=1, orient=(0, 0, -6)),
        "tree": dict(foot=(-0.06, 0.40, 0.02), loose=0.6, knee=62), "scale": dict(foot=(0, 0.42, -0.58), loose=1, orient=(38, 0, 0), spine=(16, 0, 0), head=(-24, 0, 0), pelvis=(0, -0.02, 0.02)),
    }[kind]  # fmt: skip
    keys = place(side, [(d.vary(0.75), pose), (d.pick(1.2, 2.0, 3.0), pose)])
    stands = other(side)
    how = {
        "knee in front": f"with {{the}}{side} knee lifted in front", "foot behind": f"with {{the}}{side} foot lifted behind the body",
        "to the side": f"with {{the}}{side} leg out to the side", "tree": f"with the sole of {{the}}{side} foot against {{the}}{stands} leg",
        "scale": f"leaning forward with {{the}}{side} leg stretched out behind",
    }[kind]  # fmt: skip
    texts = (
        f"[balance] on {{the}}{stands} leg {how}",
        f"[stand] on {{the}}{stands} leg {how}",
        f"[stand] on {{the}}{stands} leg",
        f"[balance] on {{the}}{stands} leg",
        f"[keep] {{the}}{side} foot off the ground and [stand] still",
        "[stand] on one leg",
        "[balance] on one leg",
    )
    nouns = (f"{stands} leg stand", "one-legged stance", f"balance on {stands} leg") + (
        {"tree": ("tree pose",), "scale": ("standing scale",)}.get(kind, ())
    )
    return Primitive(
        "balance", keys, texts, nouns, LEGS | ({"trunk", "head"} if kind == "scale" else set()), "leg", side, kinds=frozenset({"stand on one leg", "lift knee"}),
        back=0.65, held=1,
    )  # fmt: skip


_SWUNG = {
    "forward and backward": frozenset({"forward kick", "kick ball"}), "from side to side": frozenset({"side kick"}),
}  # fmt: skip


def leg_swing(d: Draw) -> Primitive:
    side, n, beat = d.one_side(), d.count(1, 4), d.vary(0.42)
    kind = d.pick("forward and backward", "from side to side", "in circles")
    if kind == "in circles":
        ring = [(0.0, 0.16, 0.30), (0.26, 0.16, 0.06), (0.06, 0.16, -0.20), (-0.08, 0.12, 0.10)]
        steps = [(0.6 * beat, dict(foot=spot, loose=1)) for _ in range(n) for spot in ring]
    else:
        one, two = (
            (_foot("forward", 38), _foot("backward", 26))
            if kind[0] == "f"
            else ((0.36, 0.16, 0.10), (-0.24, 0.10, 0.20))
        )
        steps = [(beat, dict(foot=one, loose=1)), (0.35 * beat, dict(foot=(0, 0.05, 0.02))), (beat, dict(foot=two))] * n
    keys = place(side, [*steps, (0.4, dict(foot=(0, 0, 0), loose=0))])
    leg, verb = limb(side, "leg"), "circle" if kind == "in circles" else "swing"
    direction = "round in circles" if verb == "circle" else kind
    texts = (
        f"[swing] {leg} {direction}",
        f"[move] {leg} {direction}",
        f"[{verb}] {leg}",
        f"[swing] one leg {direction}",
    )
    return Primitive(
        f"leg {verb}",
        keys,
        texts,
        (f"{bare_limb(side, 'leg')} {verb}s",),
        LEGS,
        "leg",
        side,
        kind,
        n,
        f"{verb} the leg",
        kinds=_SWUNG.get(kind, frozenset()),
        back=0.2,
    )


def foot_tap(d: Draw) -> Primitive:
    """Tips the foot on the ground in front, beside or behind, or stamps in place."""
    side, n = d.one_side(), d.count(1, 5)
    kind = d.pick("in front", "to the side", "behind", "stamp")
    beat = d.vary(0.3)
    foot = limb(side, "foot")
    steps: list[tuple[float, dict[str, Any]]]
    kinds: set[str]
    if kind == "stamp":
        steps = [
            (0.3, dict(foot=(0, 0.26, 0.08), loose=0.4)),
            (0.15, dict(foot=(0, 0, 0), loose=0, pelvis=(0, -0.03, 0))),
            (0.1, dict(pelvis=(0, 0, 0))),
        ] * n
        texts = (f"[stamp] {foot} on the ground", f"[stamp] with {foot}", f"[stomp] with {foot}", f"[stomp] {foot}")
        nouns, kinds = (f"{side} foot stomp",), {"stomp"}
    else:
        far = {"in front": (0, 0, 0.34), "to the side": (0.34, 0, 0.02), "behind": (0, 0.05, -0.34)}[kind]
        over = (0.5 * far[0], 0.07, 0.5 * far[2])
        pitch = -22 if kind == "in front" else 20
        steps = [
            (0.5 * beat, dict(foot=over)), (0.5 * beat, dict(foot=(far[0], 0.03, far[2]), step=(pitch, 0))), (0.15, dict(foot=(far[0], 0.03, far[2]))),
            (0.5 * beat, dict(foot=over)), (0.5 * beat, dict(foot=(0, 0, 0), step=(0, 0))),
        ] * n  # fmt: skip
        what = "heel" if kind == "in front" else "toes"
        texts = (
            f"[tap] the ground {kind} with {{the}}{side} {what}",
            f"[tap] {foot} on the ground {kind}",
            f"[touch] the ground {kind} with {foot}",
            f"[tap] {foot} {kind}",
        )
        nouns, kinds = (f"{side} foot tap {kind}",), set()
    return Primitive(
        "foot tap", place(side, steps), texts, nouns, LEGS, "foot", side, "down" if kind == "stamp" else kind, n,
        "stamp" if kind == "stamp" else "tap the foot", frozenset(kinds), back=0.2,
    )  # fmt: skip


def knee_to_hand(d: Draw) -> Primitive:
    """A knee comes up to the elbow or hand of the other side, or of its own."""
    side, crossed, part, n = d.one_side(), d.chance(0.6), d.pick("elbow", "hand"), d.count(1, 4)
    arm = other(side) if crossed else side
    spot = {
        ("elbow", True): (-0.16, -0.08, 0.20), ("elbow", False): (0.10, -0.06, 0.20), ("hand", True): (-0.26, -0.32, 0.28), ("hand", False): (0.02, -0.36, 0.28),
    }[part, crossed]  # fmt: skip
    pole = (0.1, -0.9, 0.5) if part == "elbow" else (0.8, -0.4, -0.2)
    name = "other_hand" if crossed else "hand"
    up = dict(
        foot=(-0.06, 0.50, 0.14),
        loose=0.8,
        knee=-12 if crossed else 6,
        spine=(30 if part == "elbow" else 16, 22 if crossed else 0, 0),
    )
    up |= {name: spot, name.replace("hand", "pole"): pole}
    down = dict(foot=(0, 0, 0), loose=0, knee=6, spine=(0, 0, 0)) | {name: (0.12, -0.02, 0.18)}
    keys = place(side, [(0.45, {name: (0.12, -0.02, 0.18)}), *([(d.vary(0.42), up), (0.1, up), (0.4, down)] * n)])
    texts = (
        f"[bring] {{the}}{side} knee up to {{the}}{arm} {part}",
        f"[touch] {{the}}{side} knee with {{the}}{arm} {part}",
        f"[lift] {{the}}{side} knee and [touch] it with {{the}}{arm} {part}",
        f"[bring] {part} and knee together",
    )
    nouns = (f"{side} knee to {arm} {part}",)
    return Primitive(
        "knee to hand", keys, texts, nouns, WHOLE | {f"{arm} arm"}, "knee", side, "up", n, "lift the knee", frozenset({"lift knee", "march"}), back=0.45,
    )  # fmt: skip
