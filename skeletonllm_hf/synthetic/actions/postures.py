"""Bending, sitting, kneeling, lying, falling."""

from __future__ import annotations

from ..gait import Gait, stride, stride_seconds
from ..performer import Performer


def turn_around(p: Performer) -> None:
    gait, steps = Gait(length=0.001, step=0.42, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0), 4
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, turn=-180, first=1)
