"""Waving, raising hands and drawing in the air."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..performer import Performer, cycle, key


def _wave(p: Performer, n: int, up: float, middle: float = 0.21, swing: float = 1.0, seconds: float = 0.28) -> None:
    """`up`, `middle`: the wrist above and beside the shoulder, metres; `swing`: of the usual one; `seconds`: from side to side."""
    half = 0.15 * swing
    out = key(seconds, right=(middle + half, up - 0.06, 0.16), right_palm=(0, -18))
    across = key(seconds, right=(middle - half, up + 0.02, 0.18), right_palm=(0, 18))
    start = key(
        0.75, right=(middle - 0.6 * half, up, 0.22), right_pole=(0.7, -0.5, -0.1), right_palm=(0, 12), head=(-2, 0, 0)
    )
    p.play(start, *cycle(n, out, across), back=0.7)


def _wave_high(p: Performer) -> None:
    _wave(p, p.times(1, 5), p.vary(0.36))


def _wave_somehow(p: Performer) -> None:
    """With the elbow bent or the arm stretched, widely or a little, briskly or at leisure."""
    _wave(
        p,
        p.times(1, 5),
        p.choose(0.22, 0.29, 0.36, 0.42),
        p.choose(0.16, 0.21, 0.27),
        p.choose(0.8, 1.0, 1.4),
        p.choose(0.26, 0.3, 0.42),
    )


def _draw(p: Performer, points: list[tuple[float, float]], seconds: float) -> None:
    size, height = p.vary(1.0), p.vary(0.08, 0.5)
    place: Callable[..., Any] = lambda x, y: (0.04 + size * x, height + size * y, 0.36 + 0.04 * y)  # noqa: E731
    first, *others = points
    p.play(
        key(0.65, right=place(*first), right_pole=(0.6, -0.8, -0.2)),
        key(0.1, right=place(*first)),
        *(key(seconds, right=place(*other)) for other in others),
        key(0.15, right=place(*others[-1])),
        back=0.65,
        exact=True,
    )


def draw_x(p: Performer) -> None:
    _draw(p, [(-0.22, 0.24), (0.22, -0.22), (0.22, 0.24), (-0.22, -0.22)], 0.48)


def draw_tick(p: Performer) -> None:
    _draw(p, [(-0.24, 0.06), (-0.10, -0.22), (0.28, 0.30)], 0.5)


def draw_circle(p: Performer) -> None:
    turns, step = p.times(1, 3), 0.17
    ring = [
        (0.0, 0.24),
        (-0.18, 0.17),
        (-0.25, 0.0),
        (-0.18, -0.17),
        (0.0, -0.24),
        (0.18, -0.17),
        (0.25, 0.0),
        (0.18, 0.17),
    ]
    clockwise = p.choose(True, False)  # as the performer sees it, for the right hand
    p.direction = "clockwise" if clockwise else "counterclockwise"
    ring = [ring[0], *ring[:0:-1]] if clockwise else ring
    size, step = p.vary(1.0), p.vary(0.17)
    place: Callable[..., Any] = lambda x, y: (0.03 + size * x, 0.08 + size * y, 0.37 - 0.1 * y * y)  # noqa: E731
    path = [place(*point) for point in ring * turns + ring[:1]]
    p.play(
        key(0.65, right=path[0], right_pole=(0.6, -0.8, -0.2)),
        *(key(step, right=point) for point in path[1:]),
        back=0.65,
        exact=True,
    )
