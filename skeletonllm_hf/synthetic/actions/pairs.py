"""Interactions of two people: what they do to each other at arm's length, then what they do at a distance.

The first performer acts.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..gait import ON_THE_SPOT, WALK, stride, stride_seconds
from ..performer import Performer, cycle, key


class Pair:
    """Two performers on one clock. The first looks along +Z, the second stands `gap` metres ahead and looks back."""

    def __init__(self, first: Performer, second: Performer):
        self.both = self.first, self.second = first, second
        self.gap = 1.0
        self.same_way = False  # the second looks where the first looks, and does not face it

    def begin(self, seconds: float, gap: float) -> None:
        """Starts both; `gap` in real metres between two adults, less between children."""
        self.gap = gap * (self.first.figure.stature + self.second.figure.stature) / 3.4
        self.first.begin(seconds)
        self.second.follow(self.first)

    def meet(self, x: float, height: float, share: float = 0.5, short: float = 0.0) -> tuple[Any, Any]:
        """One place as each sees it.

        Args:
            x: metres to the first one's left.
            height: as a share of the mean stature.
            share: of the way from the first to the second.
            short: by how much each stays short of it, in its own units.
        """
        height *= (self.first.figure.stature + self.second.figure.stature) / 2
        one, two = self.first.figure.scale, self.second.figure.scale
        return (
            (x / one, height / one, share * self.gap / one - short),
            (-x / two, height / two, (1 - share) * self.gap / two - short),
        )


_RECOIL = dict(
    spine=(-10, 0, 0), orient=(-8, 0, 0), pelvis=(0, -0.03, -0.14), head=(14, 0, 0), both=(0.26, -0.26, 0.26)
)


def stagger_back(p: Performer, at: float, strength: float = 1.0) -> None:
    """A jolt: the trunk gives way and one foot steps back."""
    far = -0.34 * strength
    p.lay(
        key(0.22, left_foot=(0.02, 0.06, 0.6 * far), **_RECOIL),
        key(0.2, left_foot=(0.02, 0, far), pelvis=(0, -0.06, 0.6 * far)),
        key(0.35, spine=(6, 0, 0), orient=(4, 0, 0)),
        at=at,
        back=0.6,
    )


_STANCE = dict(left_foot=(0, 0, 0.12), right_foot=(0, 0, -0.08))  # the left foot in front


def kicking(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.3, gap=0.95)
    reach, height = (pair.gap - 0.22) / a.figure.scale, a.vary(0.52, 0.2)
    arms = dict(left=(0.2, -0.3, -0.05), right=(0.2, -0.25, 0.2))
    body = dict(orient=(-10, 10, 0), spine=(10, 0, 0), pelvis=(0.02, -0.02, 0.06))
    a.lay(
        key(0.45, right_foot=(0, 0.10, -0.24), left=(0.16, -0.36, 0.2), orient=(6, 0, 0)),
        key(0.24, right_foot=(0.06, height, reach), right_loose=1, **arms, **body),
        key(0.1),
        key(0.34, right_foot=(0, 0.12, 0.08), right_loose=0.3, orient=(0, 0, 0), spine=(0, 0, 0)),
        key(0.26, right_foot=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        back=0.4,
    )
    stagger_back(b, at=0.64)


def pushing(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.2, gap=0.72)
    left, _ = pair.meet(0.14, 0.74, 0.80)
    right, _ = pair.meet(-0.14, 0.74, 0.80)
    a.lay(
        key(0.45, both=(-0.02, -0.10, 0.16), both_palm=(-70, -60), **_STANCE),
        key(0.28, left_pin=left, right_pin=right, both_hold=1, spine=(14, 0, 0), pelvis=(0, -0.04, 0.12)),
        key(0.18),
        key(0.25, both_hold=0, both=(0, -0.12, 0.4)),
        back=0.7,
        exact=True,
    )
    stagger_back(b, at=0.66, strength=1.3)


def punching(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.0, gap=0.78)
    face, _ = pair.meet(0.0, a.choose(0.88, 0.76), 0.74)
    a.lay(
        key(0.45, right=(0.10, -0.14, 0.04), left=(-0.02, -0.06, 0.2), spine=(4, -18, 0), **_STANCE),
        key(0.2, right_pin=face, right_hold=1, spine=(10, 24, 0), pelvis=(0, -0.03, 0.10)),
        key(0.08),
        key(0.3, right_hold=0, right=(0.06, -0.16, 0.12), spine=(4, 0, 0)),
        back=0.6,
        exact=True,
    )
    stagger_back(b, at=0.62, strength=0.8)


def shaking_hands(pair: Pair) -> None:
    n = pair.first.times(1, 5)
    beat = 0.17
    pair.begin(0.7 + 2 * beat * n + 0.2 + 0.65, gap=0.86)
    body = dict(right_pole=(0.4, -0.9, -0.4), spine=(5, 6, 0), right_foot=(0, 0, 0.06), pelvis=(0, -0.005, 0.04))
    for p, up, down in zip(pair.both, pair.meet(0, 0.65, short=0.06), pair.meet(0, 0.585, short=0.06)):
        start = key(0.7, right_pin=up, right_hold=1, **body)
        p.lay(start, *cycle(n, key(beat, right_pin=down), key(beat, right_pin=up)), key(0.2), back=0.65, exact=True)


def hugging(pair: Pair) -> None:
    pair.begin(3.4, gap=0.95)
    for p, side in zip(pair.both, (1, -1)):
        near = 0.5 * (pair.gap - 0.30) / p.figure.scale
        close = dict(left_foot=(0, 0, near), right_foot=(0, 0, near), pelvis=(0.03, -0.01, near - 0.02))
        step = key(0.5, left_foot=(0, 0, near), pelvis=(0, -0.01, 0.5 * near), both=(0.34, -0.06, 0.34))
        wrap = dict(
            right=(-0.06, -0.02 + 0.10 * side, 0.34), left=(-0.08, -0.10 - 0.06 * side, 0.34), both_pole=(1, -0.4, 0.1)
        )
        p.lay(
            step,
            key(0.45, spine=(6, 0, -3), head=(0, 22, -4), **close, **wrap),
            key(p.vary(0.9, 0.0)),
            key(0.5, both=(0.30, -0.14, 0.30), spine=(0, 0, 0), head=(0, 0, 0)),
            back=0.8,
            exact=True,
        )


def exchanging(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.6, gap=0.95)
    give, take = pair.meet(0, 0.64, short=0.08)
    lean = dict(spine=(7, 6, 0), right_pole=(0.4, -0.9, -0.4), pelvis=(0, -0.005, 0.03))
    a.lay(
        key(0.5, right=(-0.02, -0.26, 0.26)),
        key(0.55, right_pin=give, right_hold=1, **lean),
        key(0.45),
        key(0.1),
        back=0.7,
        exact=True,
    )
    b.lay(
        key(0.45),
        key(0.65, right_pin=take, right_hold=1, **lean),
        key(0.35),
        key(0.5, right_hold=0, right=(-0.04, -0.22, 0.22), spine=(3, 0, 0)),
        key(0.2),
        back=0.45,
        exact=True,
    )


def high_five(pair: Pair) -> None:
    pair.begin(1.9, gap=1.0)
    for p, spot in zip(pair.both, pair.meet(0, 0.97, short=0.06)):
        p.lay(
            key(0.55, right=(0.14, 0.30, 0.06), spine=(-2, -12, 0)),
            key(0.2, right_pin=spot, right_hold=1, spine=(6, 12, 0)),
            key(0.1),
            key(0.25, right_hold=0, right=(0.05, 0.1, 0.3)),
            back=0.6,
            exact=True,
        )


def patting(pair: Pair) -> None:
    a, b = pair.both
    n = a.times(2, 4)
    pair.begin(0.65 + 0.36 * n + 0.6, gap=0.66)
    spot = pair.meet(-0.15, 0.84, 0.84)[0]
    off = (spot[0], spot[1] + 0.12, spot[2] - 0.05)
    a.lay(
        key(0.65, right_pin=off, right_hold=1, spine=(6, 8, 0)),
        *cycle(n, key(0.17, right_pin=spot), key(0.19, right_pin=off)),
        back=0.6,
        exact=True,
    )
    b.lay(key(0.7), key(0.2, head=(6, 10, 0), spine=(2, 0, 4)), key(0.3 * n), back=0.5)


def approaching(pair: Pair) -> None:
    steps = pair.first.choose(3, 4, 5)
    pair.begin(stride_seconds(steps) + 0.3, gap=0.75 + WALK.length * (steps - 0.5))
    stride(pair.first, steps, first=pair.first.choose(0, 1))


def departing(pair: Pair) -> None:
    steps = pair.first.choose(3, 4, 5)
    turning = stride_seconds(3, ON_THE_SPOT)
    pair.begin(turning + stride_seconds(steps) + 0.2, gap=0.8)
    stride(pair.first, 3, ON_THE_SPOT, turn=-180, first=1)
    stride(pair.first, steps, at=turning, facing=-180)


def pointing(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.2, gap=1.5)
    out = (-0.08, 0.03, 0.51)
    a.lay(key(0.5, right=out, spine=(4, 8, 0)), key(0.9, right=out), back=0.6)
    b.lay(key(0.6), key(0.3, head=(-4, 0, 0), spine=(-5, 0, 0), pelvis=(0, 0, -0.03)), key(0.6), back=0.5)


def bowing(pair: Pair) -> None:
    pair.begin(2.3, gap=1.5)
    for p in pair.both:
        low = dict(orient=(p.vary(24), 0, 0), spine=(p.vary(22), 0, 0), head=(14, 0, 0), pelvis=(0, -0.005, -0.10))
        p.lay(key(p.vary(0.1, 0.9)), key(0.7, **low), key(0.5), back=0.8)


def waving(pair: Pair) -> None:
    n = pair.first.times(2, 4)
    pair.begin(0.7 + 0.56 * n + 0.7, gap=1.7)
    for p in pair.both:
        up = p.vary(0.28)
        start = key(0.7, right=(0.12, up, 0.22), right_pole=(0.7, -0.5, -0.1))
        p.lay(start, *cycle(n, key(0.28, right=(0.34, up - 0.05, 0.16)), key(0.28, right=(0.06, up, 0.18))), back=0.7)


def following(pair: Pair) -> None:
    steps = pair.first.choose(4, 5, 6)
    gait = dataclasses.replace(WALK, length=0.5)
    pair.begin(stride_seconds(steps, gait), gap=0.95)
    pair.same_way = True
    for p in pair.both:
        stride(p, steps, gait, first=p.choose(0, 1))


def meeting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    pair.begin(stride_seconds(steps) + 0.2, gap=0.8 + 2 * WALK.length * (steps - 0.5))
    for p in pair.both:
        stride(p, steps, first=pair.first.choose(0, 1))


def parting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    turning = stride_seconds(3, ON_THE_SPOT)
    pair.begin(turning + stride_seconds(steps) + 0.2, gap=0.8)
    for p in pair.both:
        stride(p, 3, ON_THE_SPOT, turn=-180, first=1)
        stride(p, steps, at=turning, facing=-180)


def whispering(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(3.0, gap=0.85)
    near = 0.5 * (pair.gap - 0.50) / a.figure.scale
    hand = dict(right=a.at("jaw", 0.06, -0.05, 0.14), right_pole=(0.8, -0.8, 0))
    a.lay(
        key(0.5, left_foot=(0.04, 0, near), pelvis=(0.05, -0.02, 0.6 * near)),
        key(0.5, spine=(16, 0, -8), head=(4, -22, -4), pelvis=(0.08, -0.03, 0.8 * near), **hand),
        key(a.vary(0.9, 0.3)),
        back=0.8,
        exact=True,
    )
    b.lay(key(0.6), key(0.5, head=(6, 34, -8), spine=(5, 0, -4)), key(0.9), back=0.6)


def photo(pair: Pair) -> None:
    a, b = pair.both
    pair.begin(2.8, gap=1.9)
    camera = dict(both=a.at("right_eye", 0.05, -0.03, 0.22), both_pole=(0.6, -1, 0))
    a.lay(key(0.7, **camera), key(0.5, head=(3, 0, 0)), key(0.7), back=0.7, exact=True)
    posing = dict(left=b.at("right_hip", 0.07, 0.10, 0.03), left_pole=(1, 0.1, -0.5), spine=(-3, 0, 5), head=(0, 0, -6))
    b.lay(key(0.5), key(0.5, **posing), key(0.9), back=0.6)
