"""What two people do at a distance: coming, going, greeting. The first performer acts."""

from __future__ import annotations

import dataclasses

from ..gait import WALK, stride, stride_seconds
from ..performer import cycle, key
from .pair import ON_THE_SPOT, Pair


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
    a, b = pair.first, pair.second
    pair.begin(2.2, gap=1.5)
    out = (-0.08, 0.03, 0.51)
    a.lay([key(0.5, right=out, spine=(4, 8, 0)), key(0.9, right=out)], back=0.6)
    b.lay([key(0.6), key(0.3, head=(-4, 0, 0), spine=(-5, 0, 0), pelvis=(0, 0, -0.03)), key(0.6)], back=0.5)


def bowing(pair: Pair) -> None:
    pair.begin(2.3, gap=1.5)
    for p in (pair.first, pair.second):
        low = dict(orient=(p.vary(24), 0, 0), spine=(p.vary(22), 0, 0), head=(14, 0, 0), pelvis=(0, -0.005, -0.10))
        p.lay([key(p.vary(0.1, 0.9)), key(0.7, **low), key(0.5)], back=0.8)


def waving(pair: Pair) -> None:
    n = pair.first.times(2, 4)
    pair.begin(0.7 + 0.56 * n + 0.7, gap=1.7)
    for p in (pair.first, pair.second):
        up = p.vary(0.28)
        start = key(0.7, right=(0.12, up, 0.22), right_pole=(0.7, -0.5, -0.1))
        p.lay([start, *cycle(n, key(0.28, right=(0.34, up - 0.05, 0.16)), key(0.28, right=(0.06, up, 0.18)))], back=0.7)


def following(pair: Pair) -> None:
    steps = pair.first.choose(4, 5, 6)
    gait = dataclasses.replace(WALK, length=0.5)
    pair.begin(stride_seconds(steps, gait), gap=0.95)
    pair.same_way = True
    for p in (pair.first, pair.second):
        stride(p, steps, gait, first=p.choose(0, 1))


def meeting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    pair.begin(stride_seconds(steps) + 0.2, gap=0.8 + 2 * WALK.length * (steps - 0.5))
    for p in (pair.first, pair.second):
        stride(p, steps, first=pair.first.choose(0, 1))


def parting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    turning = stride_seconds(3, ON_THE_SPOT)
    pair.begin(turning + stride_seconds(steps) + 0.2, gap=0.8)
    for p in (pair.first, pair.second):
        stride(p, 3, ON_THE_SPOT, turn=-180, first=1)
        stride(p, steps, at=turning, facing=-180)


def whispering(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(3.0, gap=0.85)
    near = pair.reach(0.5 * (pair.gap - 0.50))[0]
    mouth = a.at("jaw", 0.06, -0.05, 0.14)
    a.lay(
        [
            key(0.5, left_foot=(0.04, 0, near), pelvis=(0.05, -0.02, 0.6 * near)),
            key(
                0.5,
                right=mouth,
                right_pole=(0.8, -0.8, 0),
                spine=(16, 0, -8),
                head=(4, -22, -4),
                pelvis=(0.08, -0.03, 0.8 * near),
            ),
            key(a.vary(0.9, 0.3)),
        ],
        back=0.8,
        exact=True,
    )
    b.lay([key(0.6), key(0.5, head=(6, 34, -8), spine=(5, 0, -4)), key(0.9)], back=0.6)


def photo(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.8, gap=1.9)
    a.lay(
        [
            key(0.7, both=a.at("right_eye", 0.05, -0.03, 0.22), both_pole=(0.6, -1, 0)),
            key(0.5, head=(3, 0, 0)),
            key(0.7),
        ],
        back=0.7,
        exact=True,
    )
    b.lay(
        [
            key(0.5),
            key(
                0.5,
                left=b.at("right_hip", 0.07, 0.10, 0.03),
                left_pole=(1, 0.1, -0.5),
                spine=(-3, 0, 5),
                head=(0, 0, -6),
            ),
            key(0.9),
        ],
        back=0.6,
    )
