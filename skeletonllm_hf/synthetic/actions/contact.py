"""What two people do to each other at arm's length. The first performer acts."""

from __future__ import annotations

from ..performer import cycle, key
from .pair import Pair, stagger_back


def kicking(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.3, gap=0.95)
    reach, height = pair.reach(pair.gap - 0.22)[0], a.vary(0.52, 0.2)
    a.lay(
        [
            key(0.45, right_foot=(0, 0.10, -0.24), left=(0.16, -0.36, 0.2), orient=(6, 0, 0)),
            key(
                0.24,
                right_foot=(0.06, height, reach),
                right_loose=1,
                orient=(-10, 10, 0),
                spine=(10, 0, 0),
                left=(0.2, -0.3, -0.05),
                right=(0.2, -0.25, 0.2),
                pelvis=(0.02, -0.02, 0.06),
            ),
            key(0.1),
            key(0.34, right_foot=(0, 0.12, 0.08), right_loose=0.3, orient=(0, 0, 0), spine=(0, 0, 0)),
            key(0.26, right_foot=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        ],
        back=0.4,
    )
    stagger_back(b, at=0.64)


def pushing(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.2, gap=0.72)
    left, _ = pair.meet(0.14, 0.74, 0.80)
    right, _ = pair.meet(-0.14, 0.74, 0.80)
    a.lay(
        [
            key(
                0.45, both=(-0.02, -0.10, 0.16), both_palm=(-70, -60), left_foot=(0, 0, 0.12), right_foot=(0, 0, -0.08)
            ),
            key(0.28, left_pin=left, right_pin=right, both_hold=1, spine=(14, 0, 0), pelvis=(0, -0.04, 0.12)),
            key(0.18),
            key(0.25, both_hold=0, both=(0, -0.12, 0.4)),
        ],
        back=0.7,
        exact=True,
    )
    stagger_back(b, at=0.66, strength=1.3)


def punching(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.0, gap=0.78)
    face, _ = pair.meet(0.0, a.choose(0.88, 0.76), 0.74)
    a.lay(
        [
            key(
                0.45,
                right=(0.10, -0.14, 0.04),
                left=(-0.02, -0.06, 0.2),
                spine=(4, -18, 0),
                left_foot=(0, 0, 0.12),
                right_foot=(0, 0, -0.08),
            ),
            key(0.2, right_pin=face, right_hold=1, spine=(10, 24, 0), pelvis=(0, -0.03, 0.10)),
            key(0.08),
            key(0.3, right_hold=0, right=(0.06, -0.16, 0.12), spine=(4, 0, 0)),
        ],
        back=0.6,
        exact=True,
    )
    stagger_back(b, at=0.62, strength=0.8)


def shaking_hands(pair: Pair) -> None:
    n = pair.first.times(1, 5)
    beat = 0.17
    pair.begin(0.7 + 2 * beat * n + 0.2 + 0.65, gap=0.86)
    for p, up, down in zip((pair.first, pair.second), pair.meet(0, 0.65), pair.meet(0, 0.585)):
        offset = (0, 0, -0.06)
        up, down = (tuple(place[i] + offset[i] for i in range(3)) for place in (up, down))
        start = key(
            0.7,
            right_pin=up,
            right_hold=1,
            right_pole=(0.4, -0.9, -0.4),
            spine=(5, 6, 0),
            right_foot=(0, 0, 0.06),
            pelvis=(0, -0.005, 0.04),
        )
        p.lay([start, *cycle(n, key(beat, right_pin=down), key(beat, right_pin=up)), key(0.2)], back=0.65, exact=True)


def hugging(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(3.4, gap=0.95)
    for p, side in ((a, 1), (b, -1)):
        near = pair.reach(0.5 * (pair.gap - 0.30))[0 if p is a else 1]
        close = dict(left_foot=(0, 0, near), right_foot=(0, 0, near), pelvis=(0.03, -0.01, near - 0.02))
        step = key(0.5, left_foot=(0, 0, 1.0 * near), pelvis=(0, -0.01, 0.5 * near), both=(0.34, -0.06, 0.34))
        wrap = dict(
            right=(-0.06, -0.02 + 0.10 * side, 0.34), left=(-0.08, -0.10 - 0.06 * side, 0.34), both_pole=(1, -0.4, 0.1)
        )
        p.lay(
            [
                step,
                key(0.45, spine=(6, 0, -3), head=(0, 22, -4), **close, **wrap),
                key(p.vary(0.9, 0.0)),
                key(0.5, both=(0.30, -0.14, 0.30), spine=(0, 0, 0), head=(0, 0, 0)),
            ],
            back=0.8,
            exact=True,
        )


def exchanging(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.6, gap=0.95)
    one, two = pair.meet(0, 0.64)
    give, take = (one[0], one[1], one[2] - 0.08), (two[0], two[1], two[2] - 0.08)
    lean = dict(spine=(7, 6, 0), right_pole=(0.4, -0.9, -0.4), pelvis=(0, -0.005, 0.03))
    a.lay(
        [key(0.5, right=(-0.02, -0.26, 0.26)), key(0.55, right_pin=give, right_hold=1, **lean), key(0.45), key(0.1)],
        back=0.7,
        exact=True,
    )
    b.lay(
        [
            key(0.45),
            key(0.65, right_pin=take, right_hold=1, **lean),
            key(0.35),
            key(0.5, right_hold=0, right=(-0.04, -0.22, 0.22), spine=(3, 0, 0)),
            key(0.2),
        ],
        back=0.45,
        exact=True,
    )


def high_five(pair: Pair) -> None:
    pair.begin(1.9, gap=1.0)
    for p, spot in zip((pair.first, pair.second), pair.meet(0, 0.97)):
        spot = (spot[0], spot[1], spot[2] - 0.06)
        p.lay(
            [
                key(0.55, right=(0.14, 0.30, 0.06), spine=(-2, -12, 0)),
                key(0.2, right_pin=spot, right_hold=1, spine=(6, 12, 0)),
                key(0.1),
                key(0.25, right_hold=0, right=(0.05, 0.1, 0.3)),
            ],
            back=0.6,
            exact=True,
        )


def patting(pair: Pair) -> None:
    a, b = pair.first, pair.second
    n = a.times(2, 4)
    pair.begin(0.65 + 0.36 * n + 0.6, gap=0.66)
    spot = pair.meet(-0.15, 0.84, 0.84)[0]
    off = (spot[0], spot[1] + 0.12, spot[2] - 0.05)
    a.lay(
        [
            key(0.65, right_pin=off, right_hold=1, spine=(6, 8, 0)),
            *cycle(n, key(0.17, right_pin=spot), key(0.19, right_pin=off)),
        ],
        back=0.6,
        exact=True,
    )
    b.lay([key(0.7), key(0.2, head=(6, 10, 0), spine=(2, 0, 4)), key(0.3 * n)], back=0.5)
