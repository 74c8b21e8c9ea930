"""Punches, kicks and weapons, against nobody."""

from __future__ import annotations

from typing import Any

from ..gait import JOG, stride, stride_seconds
from ..performer import Performer, key


def side_boxing(p: Performer) -> None:
    n = p.times(2, 6)
    guard = dict(left=(0.02, 0.02, 0.28), right=(0.02, 0.02, 0.26), spine=(8, -22, 0), orient=(0, -42, 0))
    jab = key(0.2, right=(-0.05, 0.06, 0.50), left=(0.02, 0.02, 0.24), spine=(9, 2, 0))
    cross = key(0.2, left=(-0.05, 0.06, 0.50), right=(0.02, 0.02, 0.24), spine=(9, -40, 0))
    draw = key(0.2, **guard)
    punches = [move for i in range(n) for move in ((jab, cross)[i % 2], draw)]
    p.play(
        key(
            0.6,
            right_foot=(-0.02, 0, -0.16),
            left_foot=(0, 0, 0.1),
            right_step=(0, -50),
            left_step=(0, -20),
            pelvis=(0, -0.05, 0),
            **guard,
        ),
        *punches,
        back=0.7,
    )


def box(p: Performer) -> None:
    n, guard = p.times(3, 8), dict(both=(-0.04, 0.0, 0.22), spine=(8, 0, 0))
    jabs = (
        key(0.17, right=(-0.12, 0.04, 0.49), spine=(9, 18, 0)),
        key(0.17, left=(-0.12, 0.04, 0.49), spine=(9, -18, 0)),
    )
    punches = [move for i in range(n) for move in (jabs[i % 2], key(0.17, **guard))]
    stance = dict(pelvis=(0, -0.06, 0), left_foot=(0.03, 0, 0.12), right_foot=(-0.04, 0, -0.14))
    p.play(key(0.5, **stance, **guard), *punches, back=0.6)


def _kick(p: Performer, swing: dict[str, Any], body: dict[str, Any], back_body: dict[str, Any]) -> None:
    p.play(
        key(0.4, right_foot=(0, 0.10, -0.26), left=(0.16, -0.36, 0.2), right=(0.18, -0.42, -0.05), **back_body),
        key(0.24, left=(0.2, -0.3, -0.05), right=(0.2, -0.25, 0.2), **swing, **body),
        key(0.1),
        key(0.32, right_foot=(0, 0.12, 0.08), right_loose=0.4, orient=(0, 0, 0), spine=(0, 0, 0)),
        key(0.25, right_foot=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        back=0.45,
    )


def forward_kick(p: Performer) -> None:
    height = p.vary(0.56, 0.35)
    _kick(
        p,
        dict(right_foot=(0.06, height, 0.76), right_loose=1),
        dict(orient=(-10, 12, 0), spine=(8, 0, 0), pelvis=(0.02, -0.02, 0.04)),
        dict(orient=(6, -6, 0)),
    )


def kick_ball(p: Performer) -> None:
    steps = p.choose(2, 4)
    run = stride_seconds(steps, JOG)
    p.begin(run + 1.5)
    stride(p, steps, JOG, first=1)
    p.lay(
        [
            key(0.3, right_foot=(0, 0.16, -0.34), spine=(6, -14, 0), left=(0.3, -0.2, 0.2)),
            key(
                0.2,
                right_foot=(0.04, 0.28, 0.48),
                orient=(-8, 10, 0),
                spine=(10, 14, 0),
                left=(0.2, -0.3, 0.3),
                right=(0.2, -0.4, -0.2),
            ),
            key(0.12),
            key(0.42, right_foot=(0, 0, 0), orient=(0, 0, 0)),
        ],
        at=run - 0.1,
        back=0.4,
    )
