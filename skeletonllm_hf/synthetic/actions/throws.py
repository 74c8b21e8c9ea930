"""Throws and swings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..performer import Performer, key
from .work import reach_down

OPEN_STANCE = dict(left_foot=(0.02, 0, 0.18), right_foot=(-0.02, 0, -0.12))  # the left foot in front


def _throw_keys() -> list[Any]:
    return [
        key(
            0.6,
            right=(0.22, 0.22, -0.20),
            left=(0.1, -0.1, 0.36),
            spine=(-6, -32, 4),
            pelvis=(0, -0.02, -0.06),
            right_pole=(0.9, -0.4, 0.1),
            **OPEN_STANCE,
        ),
        key(0.17, right=(0.10, 0.44, 0.16), left=(0.1, -0.28, 0.1), spine=(6, 8, 0), pelvis=(0, -0.02, 0.05)),
        key(0.15, right=(-0.10, 0.06, 0.48), spine=(20, 26, 0), pelvis=(0, -0.03, 0.10)),
        key(0.25, right=(-0.22, -0.36, 0.28), spine=(26, 30, 0), head=(-12, -12, 0)),
    ]


def high_throw(p: Performer) -> None:
    p.play(*_throw_keys(), back=0.7)


def pick_up_and_throw(p: Performer) -> None:
    first, *others = _throw_keys()
    wind_up = key(0.75, right_hold=0, **first[1])
    reach_down(p, [key(0.15), wind_up, *others], back=0.7)


def golf(p: Performer) -> None:
    join: Callable[..., Any] = lambda x, y, z: dict(right=(-0.17 + x, y, z), left=(-0.17 - x, y, z))  # noqa: E731 - both hands on one handle
    p.play(
        key(
            0.6,
            spine=(30, 0, 0),
            pelvis=(0, -0.06, -0.08),
            left_foot=(0.06, 0, 0),
            right_foot=(-0.06, 0, 0),
            head=(8, 0, 0),
            **join(0, -0.40, 0.20),
        ),
        key(0.3),
        key(0.7, spine=(24, -52, 0), orient=(0, -22, 0), head=(12, 56, 0), **join(0.14, 0.12, 0.22)),
        key(0.12),
        key(0.2, spine=(30, 4, 0), orient=(0, 0, 0), head=(12, 0, 0), **join(0, -0.42, 0.20)),
        key(
            0.28,
            spine=(6, 52, 0),
            orient=(0, 34, 0),
            head=(0, 10, 0),
            pelvis=(0.06, -0.02, 0.0),
            right_step=(30, 20),
            right_foot=(-0.06, 0.05, 0),
            **join(-0.12, 0.18, 0.22),
        ),
        key(0.35),
        back=0.9,
    )
