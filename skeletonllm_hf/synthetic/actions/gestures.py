"""Waves, figures drawn in the air, writing and dancing."""

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


def wave_high(p: Performer) -> None:
    _wave(p, p.times(1, 5), p.vary(0.36))


def wave_somehow(p: Performer) -> None:
    """The height of the hand, its distance from the body, the width and the tempo are drawn."""
    n, up, middle = p.times(1, 5), p.choose(0.22, 0.29, 0.36, 0.42), p.choose(0.16, 0.21, 0.27)
    _wave(p, n, up, middle, swing=p.choose(0.8, 1.0, 1.4), seconds=p.choose(0.26, 0.3, 0.42))


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
    turns = p.times(1, 3)
    ring = [
        (0.0, 0.24), (-0.18, 0.17), (-0.25, 0.0), (-0.18, -0.17),
        (0.0, -0.24), (0.18, -0.17), (0.25, 0.0), (0.18, 0.17),
    ]  # fmt: skip
    clockwise = p.way("clockwise", "counterclockwise") == "clockwise"  # as the performer sees it, for the right hand
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


def write(p: Performer) -> None:
    letters = p.choose(6, 8, 10)
    line = [key(0.13, right=(-0.20 + 0.025 * i, -0.24 + 0.05 * (i % 2), 0.30)) for i in range(letters)]
    p.play(
        key(0.55, right=(-0.22, -0.26, 0.30), left=(-0.10, -0.28, 0.26), head=(20, 8, 0)), *line, back=0.6, exact=True
    )


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
        lifted, standing = ("left", "right") if sign > 0 else ("right", "left")
        feet = {f"{standing}_foot": (0, 0, 0), f"{lifted}_foot": (0.04 * sign, 0.10, 0.04)}
        body = dict(spine=(2, 10 * sign, 9 * sign), orient=(0, -12 * sign, -5 * sign), head=(0, 0, -6 * sign))
        moves.append(key(beat, right=right, left=left, pelvis=(-0.07 * sign, -0.05, 0), **body, **feet))
        moves.append(key(0.45 * beat, pelvis=(0, -0.01, 0), right_foot=(0, 0, 0), left_foot=(0, 0, 0)))
    p.play(*moves, back=0.5)
