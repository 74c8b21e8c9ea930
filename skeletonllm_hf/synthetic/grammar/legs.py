"""One leg at a time: raises, knee lifts, kicks, heels to the buttocks, balance, swings and circles, taps of the foot."""

from __future__ import annotations

import math
from typing import Any

from ..performer import Pose
from .primitive import HEAD, TRUNK, Draw, Fields, bare_limb, limb, movement, other, place

LEG = 0.80  # metres from hip to ankle, a little bent
_DOWN = dict(foot=(0, 0, 0), loose=0, pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0))
_LISTED_KICKS = {"forward": "forward kick", "to the side": "side kick", "backward": "back kick"}


def _foot(way: str, degrees: float) -> tuple[Any, ...]:
    rise, far = LEG * (1 - math.cos(math.radians(degrees))), LEG * math.sin(math.radians(degrees))
    return {"forward": (0, rise, far), "to the side": (far, rise, 0), "backward": (0, rise, -far)}[way]


def _stretched(way: str, degrees: float) -> dict[str, Any]:
    """A stretched leg lifted by an angle; the trunk gives way to the other side."""
    share = degrees / 60
    body = {
        "forward": dict(orient=(-8 * share, 0, 0), spine=(4 * share, 0, 0), pelvis=(0, 0, -0.02)),
        "to the side": dict(orient=(0, 0, -12 * share), spine=(0, 0, 4 * share), pelvis=(-0.03, 0, 0)),
        "backward": dict(orient=(22 * share, 0, 0), spine=(2 * share, 0, 0), pelvis=(0, 0, 0.03)),
    }[way]
    return dict(foot=_foot(way, degrees), loose=1, **body)


def _in_turn(lead: str, n: int, keys: list[Pose]) -> tuple[Pose, ...]:
    """Poses of a side, done `n` times by either leg in turn."""
    return tuple(key for i in range(n) for key in place(lead if i % 2 == 0 else other(lead), keys))


@movement("leg raise", "leg", TRUNK, unit="raise the leg", back=0.2, held=1)
def leg_raise(d: Draw) -> Fields:
    side, way, n = d.one_side(), d.pick("forward", "to the side", "backward"), d.count(1, 4)
    degrees = d.pick(28, 45, 65) if way != "backward" else d.pick(22, 32)
    hold = d.pick(0.1, 0.1, 0.9) if n == 1 else 0.1
    beat, up = d.vary(0.6), _stretched(way, degrees)
    keys = place(side, [(beat, up), (hold, up), (beat, _DOWN)] * n)
    leg, kept = limb(side, "leg"), " and [hold] it there" if hold > 0.5 else ""
    height = "high " if degrees > 60 else "a little " if degrees == 28 else ""
    texts = (
        f"[raise] {leg} straight {way}{kept} and [lower] it again",
        f"[raise] {leg} {height}{way}",
        f"[lift] the stretched {side} leg {way}",
        f"[lift] {leg} {way}",
        f"[raise] one leg {way}",
    )
    short, end, term = {
        "forward": ("forward", "front", "hip flexion"), "to the side": ("side", "side", "hip abduction"),
        "backward": ("back", "back", "hip extension"),
    }[way]  # fmt: skip
    nouns = (f"{side} leg {short} raise", f"{side} leg raise to the {end}", f"{side} {term}")
    kinds = {"stand on one leg", _LISTED_KICKS[way]}
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, count=n, kinds=kinds)


# Direction of a lifted knee -> how far the foot is outward and forward, and the knee's angle outward.
_KNEES = {"to the front": (0, 0.16, 6), "out to the side": (0.20, 0.06, 60), "across the body": (-0.14, 0.16, -35)}


@movement("knee lift", "knee", kinds={"lift knee", "march", "stand on one leg"}, back=0.2, held=1)
def knee_lift(d: Draw) -> Fields:
    side, n, way = d.side(0.4), d.count(1, 4), d.pick("to the front", *_KNEES)
    height, beat = d.pick(0.30, 0.40, 0.48), d.vary(0.42)
    out, ahead, knee = _KNEES[way]
    up, down = dict(foot=(out, height, ahead), loose=0.8, knee=knee), dict(foot=(0, 0, 0), loose=0, knee=6)
    if side == "both":
        lead, n = d.one_side(), max(n, 2)
        keys = _in_turn(lead, n, [(beat, up), (0.08, up), (beat, down)])
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
    unit = "lift the knee" if side != "both" else "lift a knee"
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, count=n, unit=unit)


# Direction -> the foot before the kick, and the name.
_KICKS = {
    "forward": ((0, 0.10, -0.26), "front kick"), "to the side": ((0.0, 0.30, 0.10), "side kick"),
    "backward": ((0, 0.26, 0.14), "back kick"),
}  # fmt: skip


@movement("kick", "leg", TRUNK, unit="kick", back=0.3)
def kick(d: Draw) -> Fields:
    side, way, n = d.one_side(), d.pick("forward", *_KICKS), d.count(1, 3)
    degrees = d.pick(40, 60, 80) if way != "backward" else d.pick(35, 45)
    (wind, name), hit = _KICKS[way], _stretched(way, degrees)
    keys = place(side, [(0.36, dict(foot=wind, loose=1)), (d.vary(0.22), hit), (0.1, hit), (0.45, _DOWN)] * n)
    level = {40: "low ", 80: "high "}.get(degrees, "")
    leg = limb(side, d.pick("leg", "foot"))
    texts = (
        f"[kick] {way} with {leg}{' at knee height' if degrees == 40 else ''}",
        f"[kick] {way} with {leg}",
        f"[kick] {leg} out {way}",
        f"[swing] {leg} {way} in a {level}kick",
        f"[kick] {way}",
    )
    nouns, kinds = (f"{side} {name}", f"{level}{name}"), {_LISTED_KICKS[way]}
    if way == "forward":
        kinds |= {"kick ball", "kicking"}
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, count=n, kinds=kinds)


@movement("heel lift", "foot", direction="backward", unit="lift the heel", kinds={"stand on one leg"}, back=0.2, held=1)
def heel_lift(d: Draw) -> Fields:
    side, n, beat = d.side(0.4), d.count(1, 4), d.vary(0.34)
    up, down = dict(foot=(0, 0.46, -0.36), loose=1.2, spine=(4, 0, 0)), dict(foot=(0, 0, 0), loose=0)
    if side == "both":
        lead, n = d.one_side(), max(n, 2)
        keys = _in_turn(lead, n, [(beat, up), (beat, down)])
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
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n)


# Name -> pose, how it is said (the leg of `side` is lifted, the body stands on the other one), and further nouns.
_BALANCES: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "knee in front": (dict(foot=(0, 0.42, 0.16), loose=0.8), "with {{the}}{side} knee lifted in front", ()),
    "foot behind": (dict(foot=(0, 0.44, -0.34), loose=1.2), "with {{the}}{side} foot lifted behind the body", ()),
    "to the side": (
        dict(foot=_foot("to the side", 42), loose=1, orient=(0, 0, -6)), "with {{the}}{side} leg out to the side", (),
    ),
    "tree": (
        dict(foot=(-0.06, 0.40, 0.02), loose=0.6, knee=62),
        "with the sole of {{the}}{side} foot against {{the}}{stands} leg", ("tree pose",),
    ),
    "scale": (
        dict(foot=(0, 0.42, -0.58), loose=1, orient=(38, 0, 0), spine=(16, 0, 0), head=(-24, 0, 0),
             pelvis=(0, -0.02, 0.02)),
        "leaning forward with {{the}}{side} leg stretched out behind", ("standing scale",),
    ),
}  # fmt: skip


@movement("balance", "leg", kinds={"stand on one leg", "lift knee"}, back=0.65, held=1)
def balance(d: Draw) -> Fields:
    """On one leg, the other in the air, for a while."""
    side = d.one_side()
    kind, stands = d.pick(*_BALANCES), other(side)
    pose, how, names = _BALANCES[kind]
    how = how.format(side=side, stands=stands)
    keys = place(side, [(d.vary(0.75), pose), (d.pick(1.2, 2.0, 3.0), pose)])
    texts = (
        f"[balance] on {{the}}{stands} leg {how}",
        f"[stand] on {{the}}{stands} leg {how}",
        f"[stand] on {{the}}{stands} leg",
        f"[balance] on {{the}}{stands} leg",
        f"[keep] {{the}}{side} foot off the ground and [stand] still",
        "[stand] on one leg",
        "[balance] on one leg",
    )
    nouns = (f"{stands} leg stand", "one-legged stance", f"balance on {stands} leg", *names)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, uses=TRUNK | HEAD if kind == "scale" else frozenset())


_LISTED_SWINGS = {"forward and backward": ("forward kick", "kick ball"), "from side to side": ("side kick",)}


@movement("leg swing", "leg", back=0.2)
def leg_swing(d: Draw) -> Fields:
    side, n, beat = d.one_side(), d.count(1, 4), d.vary(0.42)
    kind = d.pick("forward and backward", "from side to side", "in circles")
    verb, direction = "swing", kind
    if kind == "in circles":
        ring = [(0.0, 0.16, 0.30), (0.26, 0.16, 0.06), (0.06, 0.16, -0.20), (-0.08, 0.12, 0.10)]
        steps = [(0.6 * beat, dict(foot=spot, loose=1)) for spot in ring] * n
        verb, direction = "circle", "round in circles"
    else:
        one, two = (0.36, 0.16, 0.10), (-0.24, 0.10, 0.20)
        if kind == "forward and backward":
            one, two = _foot("forward", 38), _foot("backward", 26)
        steps = [(beat, dict(foot=one, loose=1)), (0.35 * beat, dict(foot=(0, 0.05, 0.02))), (beat, dict(foot=two))] * n
    leg = limb(side, "leg")
    texts = (
        f"[swing] {leg} {direction}",
        f"[move] {leg} {direction}",
        f"[{verb}] {leg}",
        f"[swing] one leg {direction}",
    )
    return dict(
        family=f"leg {verb}", side=side, keys=place(side, [*steps, (0.4, dict(foot=(0, 0, 0), loose=0))]), texts=texts,
        nouns=(f"{bare_limb(side, 'leg')} {verb}s",), direction=kind, count=n, unit=f"{verb} the leg",
        kinds=_LISTED_SWINGS.get(kind, ()),
    )  # fmt: skip


# Where the foot is tapped -> its place, the pitch of the foot, and the part that touches the ground.
_TAPS = {
    "in front": ((0, 0, 0.34), -22, "heel"),
    "to the side": ((0.34, 0, 0.02), 20, "toes"),
    "behind": ((0, 0.05, -0.34), 20, "toes"),
}


@movement("foot tap", "foot", back=0.2)
def foot_tap(d: Draw) -> Fields:
    """Tips the foot on the ground in front, beside or behind, or stamps in place."""
    side, n = d.one_side(), d.count(1, 5)
    kind = d.pick(*_TAPS, "stamp")
    beat, foot = d.vary(0.3), limb(side, "foot")
    steps: list[Pose]
    if kind == "stamp":
        steps = [
            (0.3, dict(foot=(0, 0.26, 0.08), loose=0.4)),
            (0.15, dict(foot=(0, 0, 0), loose=0, pelvis=(0, -0.03, 0))),
            (0.1, dict(pelvis=(0, 0, 0))),
        ]
        texts = (f"[stamp] {foot} on the ground", f"[stamp] with {foot}", f"[stomp] with {foot}", f"[stomp] {foot}")
        nouns, direction, unit, kinds = (f"{side} foot stomp",), "down", "stamp", {"stomp"}
    else:
        (x, _, z), pitch, part = _TAPS[kind]
        over, tip = (0.5 * x, 0.07, 0.5 * z), (x, 0.03, z)
        steps = [
            (0.5 * beat, dict(foot=over)), (0.5 * beat, dict(foot=tip, step=(pitch, 0))), (0.15, dict(foot=tip)),
            (0.5 * beat, dict(foot=over)), (0.5 * beat, dict(foot=(0, 0, 0), step=(0, 0))),
        ]  # fmt: skip
        texts = (
            f"[tap] the ground {kind} with {{the}}{side} {part}",
            f"[tap] {foot} on the ground {kind}",
            f"[touch] the ground {kind} with {foot}",
            f"[tap] {foot} {kind}",
        )
        nouns, direction, unit, kinds = (f"{side} foot tap {kind}",), kind, "tap the foot", set()
    keys = place(side, steps * n)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=direction, count=n, unit=unit, kinds=kinds)


# Part of the arm that the knee goes to, and whether that arm is the other side's -> the wrist.
_MET = {
    ("elbow", True): (-0.16, -0.08, 0.20), ("elbow", False): (0.10, -0.06, 0.20),
    ("hand", True): (-0.26, -0.32, 0.28), ("hand", False): (0.02, -0.36, 0.28),
}  # fmt: skip


@movement("knee to hand", "knee", TRUNK, direction="up", unit="lift the knee", kinds={"lift knee", "march"}, back=0.45)
def knee_to_hand(d: Draw) -> Fields:
    """A knee comes up to the elbow or hand of the other side, or of its own."""
    side, crossed, part, n = d.one_side(), d.chance(0.6), d.pick("elbow", "hand"), d.count(1, 4)
    arm, owner = (other(side), "other_") if crossed else (side, "")
    hand, pole, bent = f"{owner}hand", f"{owner}pole", part == "elbow"
    up = {
        "foot": (-0.06, 0.50, 0.14), "loose": 0.8, "knee": -12 if crossed else 6,
        "spine": (30 if bent else 16, 22 if crossed else 0, 0),
        hand: _MET[part, crossed], pole: (0.1, -0.9, 0.5) if bent else (0.8, -0.4, -0.2),
    }  # fmt: skip
    ready = {hand: (0.12, -0.02, 0.18)}
    down = dict(foot=(0, 0, 0), loose=0, knee=6, spine=(0, 0, 0)) | ready
    keys = place(side, [(0.45, ready), *([(d.vary(0.42), up), (0.1, up), (0.4, down)] * n)])
    texts = (
        f"[bring] {{the}}{side} knee up to {{the}}{arm} {part}",
        f"[touch] {{the}}{side} knee with {{the}}{arm} {part}",
        f"[lift] {{the}}{side} knee and [touch] it with {{the}}{arm} {part}",
        f"[bring] {part} and knee together",
    )
    nouns, uses = (f"{side} knee to {arm} {part}",), TRUNK | {f"{arm} arm"}
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n, uses=uses)
