"""Waving, raising hands and drawing in the air."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


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


action(
    "high wave",
    "raises the {side} hand above the head and waves it{times}",
    "waves with the {side} hand held up high{times}",
    "lifts the {side} arm and waves it from side to side{times}",
    limb="hand",
    verb="wave",
    kind="wave",
    aliases=("wave", "wave one hand", "hand waving", "wave goodbye", "bye", "byebye", "high arm wave"),
)(_wave_high)


for _side in ("left", "right"):
    action(
        f"wave {_side} hand",
        "waves the {side} hand{times}",
        "lifts the {side} hand and waves it from side to side{times}",
        limb="hand",
        verb="wave",
        kind="wave",
        side=_side,
    )(_wave_somehow)


@action(
    "horizontal wave",
    "moves the {side} arm from side to side in front of the chest{times}",
    "holds the {side} arm out at chest height and waves it level{times}",
    limb="arm",
    verb="wave",
    kind="horizontal wave",
    aliases=("horizontal arm wave",),
)
def horizontal_wave(p: Performer) -> None:
    n, level = p.times(1, 4), p.vary(-0.06)
    out, across = (0.36, level, 0.30), (-0.26, level, 0.38)
    start = key(0.7, right=across, right_pole=(0.8, -0.5, -0.3), spine=(0, 5, 0))
    p.play(
        start, *cycle(n, key(0.42, right=out, spine=(0, -8, 0)), key(0.42, right=across, spine=(0, 7, 0))), back=0.65
    )


@action(
    "wave both hands",
    "raises both hands and waves them{times}",
    "waves with both hands above the head{times}",
    limb="hands",
    verb="wave",
    aliases=("two hand wave", "wave hands", "bye bye"),
    kind="wave",
)
def wave_both(p: Performer) -> None:
    n, up, seconds = p.times(1, 5), p.choose(0.28, 0.36, 0.44), p.choose(0.26, 0.3, 0.45)
    apart, together = (0.34, up - 0.08, 0.1), (p.choose(0.02, 0.08), up + 0.04, 0.12)
    p.play(
        key(0.75, both=together, both_pole=(0.8, -0.4, -0.1)),
        *cycle(n, key(seconds, both=apart), key(seconds, both=together)),
        back=0.75,
    )


def _raise_one(p: Performer) -> None:
    top = p.choose((0.05, 0.50, 0.08), (0.10, 0.47, 0.20), (0.20, 0.46, 0.05), (0.28, 0.34, 0.05), (0.16, 0.26, 0.14))
    p.play(key(0.8, right=top, right_pole=(0.6, -0.3, 0.2)), key(p.choose(0.5, 0.9, 2.2), right=top), back=0.8)


for _side in ("left", "right"):
    action(
        f"raise {_side} hand",
        "raises the {side} hand and lowers it again",
        "lifts the {side} hand up and holds it there",
        limb="hand",
        side=_side,
        direction="up",
        kind="raise hand",
        aliases=(f"raise {_side} arm", f"raise up {_side} hand"),
    )(_raise_one)


@action(
    "raise both hands",
    "raises both hands",
    "lifts both hands up, holds them there and lowers them again",
    limb="hands",
    direction="up",
    kind="raise hand",
    aliases=("raise both arms", "hands up", "raise up both hands"),
)
def raise_both(p: Performer) -> None:
    top = p.choose((0.05, 0.50, 0.08), (0.18, 0.47, 0.12), (0.28, 0.32, 0.05), (0.16, 0.26, 0.14))
    up = key(0.85, both=top, both_pole=(0.6, -0.3, 0.2), head=(-8, 0, 0))
    p.play(up, key(p.choose(0.5, 0.9, 2.2), both=top), back=0.85)


def _draw(p: Performer, points: list[tuple[float, float]], seconds: float) -> None:
    size, height = p.vary(1.0), p.vary(0.08, 0.5)
    place = lambda x, y: (0.04 + size * x, height + size * y, 0.36 + 0.04 * y)  # noqa: E731
    first, *others = points
    p.play(
        key(0.65, right=place(*first), right_pole=(0.6, -0.8, -0.2)),
        key(0.1, right=place(*first)),
        *(key(seconds, right=place(*other)) for other in others),
        key(0.15, right=place(*others[-1])),
        back=0.65,
        exact=True,
    )


@action(
    "draw x",
    "draws a large X in the air with the {side} hand",
    "traces a cross in front of the body with the {side} hand",
    limb="hand",
    aliases=("draw a cross",),
)
def draw_x(p: Performer) -> None:
    _draw(p, [(-0.22, 0.24), (0.22, -0.22), (0.22, 0.24), (-0.22, -0.22)], 0.48)


@action(
    "draw tick",
    "draws a tick mark in the air with the {side} hand",
    "traces a check mark with the {side} hand",
    limb="hand",
    aliases=("draw check",),
)
def draw_tick(p: Performer) -> None:
    _draw(p, [(-0.24, 0.06), (-0.10, -0.22), (0.28, 0.30)], 0.5)


@action(
    "draw circle",
    "draws {n:circle} in the air with the {side} hand",
    "moves the {side} hand round in a circle in front of the body{times}",
    limb="hand",
    verb="draw a circle",
    aliases=("draw a circle",),
)
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
    place = lambda x, y: (0.03 + size * x, 0.08 + size * y, 0.37 - 0.1 * y * y)  # noqa: E731
    path = [place(*point) for point in ring * turns + ring[:1]]
    p.play(
        key(0.65, right=path[0], right_pole=(0.6, -0.8, -0.2)),
        *(key(step, right=point) for point in path[1:]),
        back=0.65,
        exact=True,
    )
