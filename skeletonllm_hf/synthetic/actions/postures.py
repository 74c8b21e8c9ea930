"""Bending, sitting, kneeling, lying, falling."""

from __future__ import annotations

from ..gait import Gait, stride, stride_seconds
from ..performer import Performer, key


def _fall(p: Performer, *keys: tuple) -> None:
    p.play(key(0.25, spine=(4, 0, 0), both=(0.2, -0.4, 0.1)), *keys, key(p.vary(0.7, 0.3)), back=None)


# Way -> key poses: the body gives way, drops, and lies.
_FALLS = {
    "backward": (
        key(
            0.35,
            orient=(-22, 0, 0),
            pelvis=(0, -0.20, -0.22),
            both=(0.32, -0.02, 0.32),
            spine=(18, 0, 0),
            both_foot=(0, 0, 0.02),
        ),
        key(
            0.3,
            orient=(-52, 0, 0),
            pelvis=(0, -0.80, -0.46),
            both=(0.30, -0.1, 0.25),
            spine=(26, 0, 0),
            head=(20, 0, 0),
            both_foot=(0, 0.05, 0.10),
        ),
        key(
            0.3,
            orient=(-88, 0, 0),
            pelvis=(0, -0.82, -0.50),
            both=(0.42, -0.10, 0.06),
            both_pole=(0.2, -1, 0.05),
            spine=(0, 0, 0),
            head=(0, 0, 0),
            both_foot=(0, 0.03, 0.33),
        ),
    ),
    "forward": (
        key(
            0.4,
            orient=(24, 0, 0),
            pelvis=(0, -0.24, 0.12),
            both=(0.10, 0.0, 0.44),
            spine=(10, 0, 0),
            left_foot=(0, 0, 0.02),
        ),
        key(
            0.3,
            orient=(58, 0, 0),
            pelvis=(0, -0.62, 0.34),
            both=(0.10, 0.12, 0.40),
            both_foot=(0, 0.04, -0.12),
            head=(-20, 0, 0),
            both_loose=1.5,
        ),
        key(
            0.25,
            orient=(86, 0, 0),
            pelvis=(0, -0.80, 0.48),
            both=(0.22, 0.26, 0.06),
            both_foot=(0, 0.02, -0.33),
            both_loose=2,
            spine=(0, 0, 0),
            head=(-20, 30, 0),
        ),
    ),
    "to the {side}": (
        key(
            0.35,
            orient=(0, 0, 20),
            pelvis=(-0.14, -0.16, 0),
            right=(0.40, 0.0, 0.1),
            left=(0.3, 0.1, 0.1),
            spine=(4, 0, -10),
        ),
        key(
            0.3,
            orient=(0, 0, 52),
            pelvis=(-0.34, -0.58, 0),
            right=(0.34, -0.06, 0.2),
            left=(0.2, 0.0, 0.3),
            left_foot=(0.06, 0.06, 0.05),
        ),
        key(
            0.28,
            orient=(0, 0, 80),
            pelvis=(-0.46, -0.75, 0),
            right=(0.10, 0.30, 0.36),
            right_pole=(-0.6, -0.2, 0.6),
            left=(-0.1, -0.2, 0.3),
            spine=(6, 0, -4),
            left_foot=(0.26, 0.18, 0.10),
            right_foot=(0.26, 0.0, 0.06),
        ),
    ),
}


def fall(p: Performer) -> None:
    p.direction = p.choose(*_FALLS)
    _fall(p, *_FALLS[p.direction])


def turn_around(p: Performer) -> None:
    gait, steps = Gait(length=0.001, step=0.42, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0), 4
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, turn=-180, first=1)
