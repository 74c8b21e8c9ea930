"""Gestures of the hands and the head, on the spot."""

from __future__ import annotations

from ..performer import Performer, key


def point_at(p: Performer) -> None:
    where, target, look = p.choose(
        ("forward", (-0.05, 0.04, 0.51), 0), ("up", (0.06, 0.44, 0.26), -18), ("to the {side}", (0.51, 0.04, 0.08), 0)
    )
    p.direction = where
    turn = -28 if "side" in where else 0
    p.play(
        key(0.6, right=target, right_pole=(0.7, -0.7, -0.1), head=(look, turn, 0), spine=(0, turn / 4, 0)),
        key(p.vary(0.9, 0.4), right=target),
        back=0.65,
    )
