"""Performs acts, and the unnamed movements before and after them: standing, a T-pose, small shifts, a walk."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..controls import COLUMNS, channel_columns, mirror, row
from ..gait import WALK, stride, stride_seconds, swing_in_place
from ..performer import Performer, key
from .primitive import HANGING, Draw, Primitive
from .wording import Act

FRAMES = ("idle", "prepare", "T pose", "walk")  # what may stand before and after the acts
_T_HANDS = (0.52, 0.01, 0.0)
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
            p.lay(*lasting.keys, back=lasting.back, exact=lasting.exact)
            p.moved = p.moved + primitive.moved


def _go(p: Performer, primitive: Primitive, busy: frozenset[str]) -> None:
    """Steps; arms that do something else do not swing along."""
    kept = {side: p.channel(side).copy() for side in ("left", "right") if f"{side} arm" in busy}
    gait: Any = primitive.gait
    stride(p, **gait)
    if gait["gait"].length < 0.01 and not gait.get("turn"):
        swing_in_place(p, gait["gait"].lift, _SWING)
    for side, hands in kept.items():
        p.controls[:, COLUMNS[side]] = hands


def frame(draw: Draw, name: str, last: bool) -> None:
    """Fills the performer's controls with one of `FRAMES`; `last`: after the acts."""
    p = draw.p
    if name == "walk":
        steps = draw.count(2, 4)
        p.begin(stride_seconds(steps, WALK), padded=False)
        stride(p, steps, WALK, first=draw.pick(0, 1))
    elif name == "T pose":
        wait, move = draw.pick(0.3, 0.8), draw.vary(0.7)
        if last:
            p.begin(wait + move, padded=False)
            p.lay(
                key(move, both=_T_HANDS, both_pole=(0.3, -0.4, -0.9)), key(wait, both=_T_HANDS), back=None, exact=True
            )
        else:
            p.base = p.base.copy()
            p.base[COLUMNS["left"]] = p.base[COLUMNS["right"]] = _T_HANDS
            p.begin(wait + move + 0.2, padded=False)
            p.lay(key(wait, both=_T_HANDS), key(move, both=HANGING), key(0.2, both=HANGING), back=None, exact=True)
    elif name == "prepare":
        _shift(draw)
    else:
        p.begin(draw.pick(0.5, 1.0, 1.8), padded=False)


def _shift(draw: Draw) -> None:
    """Weight goes from foot to foot, hands and head move a little."""
    p, rng = draw.p, draw.p.rng
    keys = []
    for _ in range(draw.count(1, 3)):
        x = float(rng.uniform(-0.05, 0.05))
        left, right = ((np.array((0.055, -0.49, 0.06)) + (0.05, 0.05, 0.10) * rng.random(3)).tolist() for _ in range(2))
        head = (float(rng.uniform(-4, 18)), float(rng.uniform(-20, 20)), 0)
        spine = (2, float(rng.uniform(-6, 6)), 60 * x)
        keys.append(key(0.55, pelvis=(x, -0.008, 0), spine=spine, head=head, left=left, right=right))
    p.begin(sum(seconds for seconds, _ in keys) + 0.45, padded=False)
    p.lay(*keys, back=0.45)
