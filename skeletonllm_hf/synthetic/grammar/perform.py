"""An act, performed: every movement laid on one clock, gaits below the arms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..controls import COLUMNS, channel_columns, mirror, row
from ..gait import stride
from ..performer import Performer
from .primitive import Primitive
from .wording import Act

_SWING = 0.16  # metres by which hands go to and fro with steps on the spot


def perform(p: Performer, act: Act) -> None:
    """Fills `p.controls` and `p.moved`; `p` has settled in a posture."""
    listed = act.primitives[0].action
    if listed is not None:
        listed.perform(p)
        if act.primitives[0].side == "left":
            p.controls, p.moved = mirror(p.controls), p.moved * (-1, 1, -1)
        return
    for primitive in act.primitives:
        if primitive.start:
            columns = channel_columns(primitive.start)
            p.base = p.base.copy()
            p.base[columns] = row(**primitive.start)[columns]
    seconds = max(primitive.seconds for primitive in act.primitives)
    p.begin(seconds)
    busy = frozenset().union(*(primitive.uses for primitive in act.primitives))
    for primitive in act.primitives:
        if primitive.gait is not None:
            _go(p, primitive, busy)
    for primitive in act.primitives:
        if primitive.keys:
            lasting = primitive.lasting(seconds)
            p.lay(list(lasting.keys), back=lasting.back, exact=lasting.exact)
            p.moved = p.moved + primitive.moved


def _go(p: Performer, primitive: Primitive, busy: frozenset[str]) -> None:
    """Steps; arms that do something else do not swing along."""
    kept = {side: p.channel(side).copy() for side in ("left", "right") if f"{side} arm" in busy}
    gait: Any = primitive.gait
    stride(p, **gait)
    if gait["gait"].length < 0.01 and not gait.get("turn"):
        _swing(p, gait["gait"].lift)
    for side, hands in kept.items():
        p.controls[:, COLUMNS[side]] = hands


def _swing(p: Performer, lift: float) -> None:
    """On the spot the hand comes forward with the other side's foot."""
    up = np.clip(p.channel("left_foot")[:, 1], 0, None) - np.clip(p.channel("right_foot")[:, 1], 0, None)
    share = up / lift
    for side, sign in (("left", -1.0), ("right", 1.0)):
        hand = p.channel(side)
        hand[:, 2] += sign * _SWING * share * p.amplitude
        hand[:, 1] += 0.35 * _SWING * np.abs(share)
        p.channel(f"{side}_foot")[:, 2] += 0.5 * lift * np.clip(-sign * share, 0, None) * (lift > 0.3)
