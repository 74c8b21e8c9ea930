"""Small things in the hands: books, phones, paper, instruments, clothes."""

from __future__ import annotations

from ..performer import Performer, cycle, key


def typing(p: Performer) -> None:
    home = dict(both=(-0.06, -0.30, 0.32), head=(14, 0, 0))
    taps = [
        key(0.13, **{("left", "right")[i % 2]: (-0.08 + 0.03 * (i % 3), -0.28 - 0.05 * (i % 2), 0.33)})
        for i in range(p.choose(8, 12, 14))
    ]
    p.play(key(0.55, **home), *taps, key(0.2, **home), back=0.55, exact=True)


def write(p: Performer) -> None:
    letters = p.choose(6, 8, 10)
    line = [key(0.13, right=(-0.20 + 0.025 * i, -0.24 + 0.05 * (i % 2), 0.30)) for i in range(letters)]
    p.play(
        key(0.55, right=(-0.22, -0.26, 0.30), left=(-0.10, -0.28, 0.26), head=(20, 8, 0)), *line, back=0.6, exact=True
    )


def stir(p: Performer) -> None:
    ring = [(0.02, -0.26, 0.40), (-0.11, -0.26, 0.33), (0.02, -0.26, 0.25), (0.14, -0.26, 0.33)]
    p.play(
        key(0.6, right=ring[0], head=(16, 0, 0)),
        *cycle(p.choose(2, 3, 4), *(key(0.17, right=point) for point in ring[1:] + ring[:1])),
        back=0.6,
        exact=True,
    )


def wipe_window(p: Performer) -> None:
    ring = [(0.02, 0.30, 0.38), (0.24, 0.14, 0.38), (0.02, -0.02, 0.42), (-0.18, 0.14, 0.42)]
    p.play(
        key(0.65, right=ring[0], right_palm=(0, -40)),
        *cycle(p.choose(2, 3, 4), *(key(0.22, right=place) for place in ring[1:] + ring[:1])),
        back=0.65,
        exact=True,
    )
