"""On the back: legs and arms lifted, knees drawn up, the hips raised, the trunk curled up."""

from __future__ import annotations

import math

from .primitive import ARMS, LEGS, TRUNK, Draw, Primitive, bare_limb, limb, named_limb, place

_LEG = 0.80  # metres from hip to ankle
_FLAT = dict(foot=(0, 0, 0), loose=0, knee=6)


def lying_leg_raise(d: Draw) -> Primitive:
    side, n, degrees = d.side(0.35), d.count(1, 4), d.pick(35, 60, 85)
    rise, back = _LEG * math.sin(math.radians(degrees)), _LEG * (math.cos(math.radians(degrees)) - 1)
    beat, up = d.vary(0.7), dict(foot=(0, rise, back), loose=1)
    keys = place(side, [(beat, up), (d.pick(0.1, 0.9) if n == 1 else 0.1, up), (beat, _FLAT)] * n)
    leg = limb(side, "leg")
    texts = (
        f"[raise] {leg} {'straight up' if degrees > 80 else 'up'} from the ground and [lower] {'them' if side == 'both' else 'it'} again",
        f"[raise] {leg} off the ground",
        f"[lift] {leg} towards the ceiling" if degrees > 50 else f"[lift] {leg} a little off the ground",
        f"[lift] {leg}",
    )
    nouns = (f"lying {named_limb(side, 'leg')} raise", "lying leg raise")
    return Primitive(
        "lying leg raise",
        keys,
        texts,
        nouns,
        LEGS,
        "leg",
        side,
        "up",
        n,
        "raise the leg",
        back=0.3,
        held=1 if n == 1 else None,
    )


def lying_knee(d: Draw) -> Primitive:
    side, n, beat = d.side(0.4), d.count(1, 4), d.vary(0.6)
    up = dict(foot=(0, 0.20, -0.50), loose=0.8)
    keys = place(side, [(beat, up), (d.pick(0.1, 0.9) if n == 1 else 0.1, up), (beat, _FLAT)] * n)
    knee = limb(side, "knee")
    texts = (
        f"[pull] {knee} up to the chest and [stretch] the {'legs' if side == 'both' else 'leg'} again",
        f"[draw] {knee} to the chest",
        f"[bend] {knee}",
        f"[pull] {knee} up",
    )
    return Primitive(
        "lying knee lift",
        keys,
        texts,
        (f"{bare_limb(side, 'knee')} to chest",),
        LEGS,
        "knee",
        side,
        "up",
        n,
        "pull up the knee",
        back=0.3,
        held=1 if n == 1 else None,
    )


def lying_arms(d: Draw) -> Primitive:
    side, n, beat = d.side(0.5), d.count(1, 3), d.vary(0.7)
    kind = d.pick("towards the ceiling", "back over the head", "out to the side")
    spot = {
        "towards the ceiling": (0.0, 0.0, 0.52),
        "back over the head": (0.08, 0.51, 0.06),
        "out to the side": (0.52, 0.0, 0.03),
    }[kind]
    direction = kind.replace("side", "sides") if side == "both" else kind
    keys = place(
        side,
        [
            (beat, dict(hand=spot)),
            (d.pick(0.2, 0.9) if n == 1 else 0.15, dict(hand=spot)),
            (beat, dict(hand=(0.14, -0.49, 0.05))),
        ]
        * n,
    )
    arm = limb(side, "arm")
    texts = (
        f"[stretch] {arm} {direction} and [bring] {'them' if side == 'both' else 'it'} back",
        f"[stretch] {arm} {direction}",
        f"[move] {arm} {direction}",
        f"[lift] {arm}" if "ceiling" in kind else f"[stretch] {arm} out",
    )
    return Primitive(
        "lying arm raise", keys, texts, (f"lying {named_limb(side, 'arm')} raise",), ARMS[side], "arm", side, direction, n, "stretch the arm", frozenset({"raise left hand", "raise right hand", "raise both hands"}),
        back=0.3, exact=True, held=1 if n == 1 else None,
    )  # fmt: skip


def bridge(d: Draw) -> Primitive:
    n, beat = d.count(1, 4), d.vary(0.6)
    drawn = dict(foot=(0, 0, -0.42), knee=4)
    up = dict(pelvis=(0, 0.22, -0.03), orient=(-22, 0, 0), spine=(-6, 0, 0), head=(24, 0, 0), **drawn)
    down = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), **drawn)
    keys = place(
        "both",
        [
            (0.7, drawn),
            *([(beat, up), (d.pick(0.1, 0.8) if n == 1 else 0.15, up), (beat, down)] * n),
            (0.5, dict(foot=(0, 0, 0))),
        ],
    )
    texts = (
        "[bend] {the}knees and [lift] {the}hips off the ground",
        "[lift] {the}hips off the ground",
        "[raise] {the}pelvis",
        "[do] a bridge",
    )
    return Primitive(
        "bridge",
        keys,
        texts,
        ("hip bridge", "glute bridge"),
        LEGS | TRUNK,
        "body",
        None,
        "up",
        n,
        "lift the hips",
        back=0.3,
    )


def curl_up(d: Draw) -> Primitive:
    n, beat = d.count(1, 4), d.vary(0.6)
    up = dict(spine=(58, 0, 0), head=(26, 0, 0), hand=(-0.20, -0.18, 0.19), pole=(0.8, -0.6, 0.2))
    down = dict(spine=(0, 0, 0), head=(0, 0, 0), hand=(-0.20, -0.18, 0.19))
    keys = place("both", [(beat, up), (d.pick(0.1, 0.8) if n == 1 else 0.12, up), (beat, down)] * n)
    texts = (
        "[lift] {the}head and {the}shoulders off the ground",
        "[curl] up {the}upper body",
        "[do] a crunch" if n == 1 else "[do] crunches",
        "[crunch]",
    )
    return Primitive(
        "curl up",
        keys,
        texts,
        ("crunches", "abdominal curl"),
        TRUNK | {"head"} | ARMS["both"],
        "body",
        None,
        "up",
        n,
        "curl up",
        frozenset({"sit-up"}),
        back=0.3,
        held=1 if n == 1 else None,
    )
