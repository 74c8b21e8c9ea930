"""Movements on the back: legs and arms lifted, knees drawn up, the hips raised, the trunk curled up."""

from __future__ import annotations

import math

from .arms import RAISES
from .legs import LEG
from .primitive import ARMS, HEAD, LEGS, TRUNK, Draw, Fields, bare_limb, it, limb, movement, named_limb, place

_FLAT = dict(foot=(0, 0, 0), loose=0, knee=6)


@movement("lying leg raise", "leg", direction="up", unit="raise the leg", back=0.3, held=1)
def lying_leg_raise(d: Draw) -> Fields:
    side, n, degrees = d.side(0.35), d.count(1, 4), d.pick(35, 60, 85)
    rise, back = LEG * math.sin(math.radians(degrees)), LEG * (math.cos(math.radians(degrees)) - 1)
    beat, up = d.vary(0.7), dict(foot=(0, rise, back), loose=1)
    keys = place(side, [(beat, up), (d.pick(0.1, 0.9) if n == 1 else 0.1, up), (beat, _FLAT)] * n)
    leg = limb(side, "leg")
    texts = (
        f"[raise] {leg} {'straight up' if degrees > 80 else 'up'} from the ground and [lower] {it(side)} again",
        f"[raise] {leg} off the ground",
        f"[lift] {leg} towards the ceiling" if degrees > 50 else f"[lift] {leg} a little off the ground",
        f"[lift] {leg}",
    )
    nouns = (f"lying {named_limb(side, 'leg')} raise", "lying leg raise")
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n)


@movement("lying knee lift", "knee", direction="up", unit="pull up the knee", back=0.3, held=1)
def lying_knee(d: Draw) -> Fields:
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
    nouns = (f"{bare_limb(side, 'knee')} to chest",)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n)


# How it is said -> wrist.
_WAYS = {
    "towards the ceiling": (0.0, 0.0, 0.52),
    "back over the head": (0.08, 0.51, 0.06),
    "out to the side": (0.52, 0.0, 0.03),
}


@movement("lying arm raise", "arm", unit="stretch the arm", kinds=RAISES, back=0.3, exact=True, held=1)
def lying_arms(d: Draw) -> Fields:
    side, n, beat = d.side(0.5), d.count(1, 3), d.vary(0.7)
    kind = d.pick(*_WAYS)
    up, hold = dict(hand=_WAYS[kind]), d.pick(0.2, 0.9) if n == 1 else 0.15
    direction = kind.replace("side", "sides") if side == "both" else kind
    keys = place(side, [(beat, up), (hold, up), (beat, dict(hand=(0.14, -0.49, 0.05)))] * n)
    arm = limb(side, "arm")
    texts = (
        f"[stretch] {arm} {direction} and [bring] {it(side)} back",
        f"[stretch] {arm} {direction}",
        f"[move] {arm} {direction}",
        f"[lift] {arm}" if "ceiling" in kind else f"[stretch] {arm} out",
    )
    nouns = (f"lying {named_limb(side, 'arm')} raise",)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=direction, count=n)


@movement("bridge", "body", LEGS | TRUNK, direction="up", unit="lift the hips", back=0.3)
def bridge(d: Draw) -> Fields:
    n, beat = d.count(1, 4), d.vary(0.6)
    drawn = dict(foot=(0, 0, -0.42), knee=4)
    up = dict(pelvis=(0, 0.22, -0.03), orient=(-22, 0, 0), spine=(-6, 0, 0), head=(24, 0, 0), **drawn)
    down = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), **drawn)
    lifts = [(beat, up), (d.pick(0.1, 0.8) if n == 1 else 0.15, up), (beat, down)] * n
    texts = (
        "[bend] {the}knees and [lift] {the}hips off the ground",
        "[lift] {the}hips off the ground",
        "[raise] {the}pelvis",
        "[do] a bridge",
    )
    keys = place("both", [(0.7, drawn), *lifts, (0.5, dict(foot=(0, 0, 0)))])
    return dict(keys=keys, texts=texts, nouns=("hip bridge", "glute bridge"), count=n)


@movement(
    "curl up", "body", TRUNK | HEAD | ARMS["both"], direction="up", unit="curl up", kinds={"sit-up"}, back=0.3, held=1
)
def curl_up(d: Draw) -> Fields:
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
    return dict(keys=keys, texts=texts, nouns=("crunches", "abdominal curl"), count=n)
