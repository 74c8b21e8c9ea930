"""Exercise and dance, on the spot."""

from __future__ import annotations

from typing import Any

from ..performer import Performer, cycle, key


def climb(p: Performer) -> None:
    n, high, low = p.times(2, 6), (-0.02, 0.42, 0.24), (-0.02, 0.08, 0.34)
    pulls = [
        key(0.45, **{arm: high, other: low, f"{other}_foot": (0, 0.30, 0.16), f"{arm}_foot": (0, 0, 0)})
        for arm, other in (("right", "left") if i % 2 == 0 else ("left", "right") for i in range(n))
    ]
    p.play(key(0.4, both=low), *pulls, key(0.3, both_foot=(0, 0, 0)), back=0.5)


def dance(p: Performer) -> None:
    beats, beat = p.choose(4, 6, 8), p.vary(0.34)
    figures = (
        ((0.34, 0.30, 0.12), (-0.16, -0.16, 0.26)),
        ((0.46, 0.02, 0.10), (0.46, 0.02, 0.10)),
        ((0.08, -0.22, 0.26), (0.08, -0.22, 0.26)),
        ((0.10, 0.46, 0.08), (0.20, -0.30, 0.12)),
        ((-0.10, 0.02, 0.28), (0.30, -0.10, 0.16)),
    )
    moves = []
    for i in range(beats):
        sign = 1 if i % 2 == 0 else -1
        right, left = p.choose(*figures)
        feet = (
            dict(right_foot=(0, 0.0, 0), left_foot=(0.04, 0.10, 0.04))
            if sign > 0
            else dict(right_foot=(-0.04, 0.10, 0.04), left_foot=(0, 0, 0))
        )
        moves.append(
            key(
                beat,
                right=right,
                left=left,
                spine=(2, 10 * sign, 9 * sign),
                orient=(0, -12 * sign, -5 * sign),
                head=(0, 0, -6 * sign),
                pelvis=(-0.07 * sign, -0.05, 0),
                **feet,
            )
        )
        moves.append(key(0.45 * beat, pelvis=(0, -0.01, 0), right_foot=(0, 0, 0), left_foot=(0, 0, 0)))
    p.play(*moves, back=0.5)


def swim(p: Performer) -> None:
    n, step = p.times(2, 6), 0.19
    ring = [
        (0.0, 0.30, 0.42),
        (0.04, -0.14, 0.44),
        (0.08, -0.46, 0.10),
        (0.18, -0.24, -0.30),
        (0.22, 0.22, -0.10),
        (0.08, 0.44, 0.22),
    ]

    def stroke(arm: str) -> list[Any]:
        sign = 1 if arm == "right" else -1
        return [
            key(step, **{arm: point}, spine=(28, sign * twist, 0))
            for point, twist in zip(ring[1:] + ring[:1], (6, 0, -14, -16, 0, 12))
        ]

    p.play(
        key(0.6, both=ring[0], spine=(28, 0, 0), head=(-14, 0, 0)),
        *(move for i in range(n) for move in stroke(("right", "left")[i % 2])),
        back=0.6,
    )


def arm_circles(p: Performer) -> None:
    n, step = p.times(1, 4), 0.2
    ring = [(0.10, 0.0, 0.50), (0.10, 0.48, 0.12), (0.34, 0.12, -0.30), (0.20, -0.42, -0.14), (0.10, -0.48, 0.16)]
    p.play(
        key(0.3, both=ring[-1]),
        *cycle(n, *(key(step, both=point, both_pole=(0.9, -0.2, -0.4)) for point in ring)),
        back=0.4,
    )
