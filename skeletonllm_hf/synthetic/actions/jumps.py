"""Jumps, and what one leg does."""

from __future__ import annotations

from typing import Any

from ..performer import Performer, cycle, key


def _hop_keys(height: float, knees: float, arms: dict[str, Any], landing: dict[str, Any]) -> list[Any]:
    crouch = key(
        0.32,
        pelvis=(0, -0.20, -0.08),
        orient=(12, 0, 0),
        spine=(16, 0, 0),
        both=(0.1, -0.44, -0.16),
        both_foot=(0, 0, 0),
    )
    up = key(
        0.2, pelvis=(0, height, 0), orient=(0, 0, 0), spine=(0, 0, 0), both_foot=(0, height + knees, -0.02), **arms
    )
    down = key(
        0.2, pelvis=(0, -0.12, -0.05), orient=(8, 0, 0), spine=(10, 0, 0), both_foot=(0, 0, 0), both=(0.16, -0.36, 0.16)
    )
    return [crouch, up, down]


def jump(p: Performer) -> None:
    n = p.times(1, 4)
    p.play(*cycle(n, *_hop_keys(p.vary(0.28, 0.3), 0.03, dict(both=(0.12, 0.1, 0.36)), {})), back=0.4)


def star_jump(p: Performer) -> None:
    n = p.times(1, 5)
    dip = key(0.16, pelvis=(0, -0.07, 0))

    def flight(open_: bool) -> list[Any]:
        wide = 0.30 if open_ else 0.0
        feet = dict(left_foot=(wide, 0, 0), right_foot=(-wide, 0, 0))
        half = dict(left_foot=(0.15, 0.12, 0), right_foot=(-0.15, 0.12, 0))
        arms = (0.08, 0.50, 0.02) if open_ else (0.08, -0.49, 0.04)
        return [
            key(0.15, pelvis=(0, 0.07, 0), both=(0.51, 0.0, 0.03), both_pole=(0.3, -0.3, -0.9), **half),
            key(0.16, pelvis=(0, -0.08, 0), both=arms, **feet),
        ]

    p.play(dip, *cycle(n, *flight(True), *flight(False)), back=0.25)
