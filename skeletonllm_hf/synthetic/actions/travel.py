"""Walks and other ways of travelling that are more than steps of a gait, and turns and steps on the spot."""

from __future__ import annotations

import dataclasses

import numpy as np

from ..controls import COLUMNS
from ..gait import JOG, ON_THE_SPOT, WALK, Gait, stride, stride_seconds, swing_in_place
from ..performer import Performer, key


def jogging(p: Performer) -> None:
    gait = Gait(length=1e-3, step=0.30, contact=0.85, lift=0.24, bounce=0.03, crouch=0.06, lean=5, elbow=1.0)
    _in_place(p, p.choose(6, 8, 10, 12), gait, 0.16)


def march(p: Performer) -> None:
    gait = Gait(length=1e-3, step=0.46, contact=1.1, lift=0.40, bounce=0.008, crouch=0.01, lean=-2, elbow=0.4)
    _in_place(p, p.choose(4, 6, 8, 10), gait, 0.22)


def _in_place(p: Performer, steps: int, gait: Gait, swing: float) -> None:
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait)
    swing_in_place(p, gait.lift, swing)


def limp(p: Performer) -> None:
    steps = p.choose(4, 6, 8)
    gait = dataclasses.replace(WALK, length=0.36, step=0.62, lift=0.05, crouch=0.05, lean=8, bounce=0.03)
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, first=1, limp=0.3)
    moving = np.clip(np.gradient(p.channel("pelvis")[:, 2]) * p.fps, 0, 1)
    weight = np.clip(p.channel("left_foot")[:, 1] / gait.lift, 0, 1)  # on the sore right leg the body dips over
    p.channel("pelvis")[:, 1] -= 0.05 * weight * moving
    p.channel("spine")[:, 2] += 0.22 * weight
    p.channel("right_step")[:, 1] -= 0.2


def sneak(p: Performer) -> None:
    steps = p.choose(3, 4, 5)
    gait = Gait(length=0.48, step=0.80, contact=1.25, lift=0.20, bounce=0.03, crouch=0.16, lean=26, arms=0.2, elbow=0.8)
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, first=p.choose(0, 1))
    p.lay(key(0.6, head=(-16, 0, 0), both=(0.06, -0.26, 0.26)), back=None)
    fade = np.clip((p.t[-1] - p.t) / 0.6, 0, 1)[:, None]
    for name in ("left", "right", "head"):
        hands, rest = p.channel(name), p.base[COLUMNS[name]]
        hands[:] = rest + (hands - rest) * fade


def carry(p: Performer) -> None:
    steps = p.choose(4, 5, 6, 7)
    gait = dataclasses.replace(WALK, arms=0.04, elbow=0.0, lean=-3, length=0.52)
    p.begin(stride_seconds(steps, gait) + 1.0)
    p.lay(key(0.5, both=(-0.04, -0.26, 0.32), spine=(-3, 0, 0)), key(stride_seconds(steps, gait)), back=0.5, exact=True)
    stride(p, steps, gait, at=0.5, first=p.choose(0, 1))


def stagger(p: Performer) -> None:
    steps = p.choose(4, 5, 6, 7)
    gait = dataclasses.replace(WALK, length=0.36, step=0.60, width=1.8, lift=0.07, crouch=0.06, lean=10, arms=0.6)
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait)
    sway = np.sin(2 * np.pi * p.t / (2.3 * gait.step * p.pace)) * np.clip(p.t, 0, 1) * np.clip(p.t[-1] - p.t, 0, 1)
    p.channel("pelvis")[:, 0] += 0.09 * sway
    p.channel("spine")[:, 2] += 0.30 * sway
    p.channel("head")[:, 2] += 0.20 * sway


def crawl(p: Performer) -> None:
    paces, reach = p.choose(2, 3, 4), p.vary(0.30)
    keys = []
    for i in range(2 * paces):
        one, two = ("left", "right") if i % 2 == 0 else ("right", "left")
        far = reach * (i + 1)
        mid = {
            f"{one}_pin": (0, 0.07, far - 0.45 * reach),
            f"{two}_foot": (0, 0.02, far - 0.45 * reach),
            "pelvis": (0, 0.01, far - 0.75 * reach),
        }
        end = {f"{one}_pin": (0, 0, far), f"{two}_foot": (0, 0, far), "pelvis": (0, 0, far - 0.5 * reach)}
        keys += [key(0.26, orient=(0, 4 if one == "right" else -4, 0), **mid), key(0.26, **end)]
    last = (0, 0, far)
    keys.append(key(0.3, left_pin=last, right_pin=last, both_foot=last, pelvis=last, orient=(0, 0, 0)))
    p.play(*keys, back=None, exact=True)
    p.moved[1] = far


def turn_around(p: Performer) -> None:
    gait = dataclasses.replace(ON_THE_SPOT, step=0.42)
    p.begin(stride_seconds(4, gait))
    stride(p, 4, gait, turn=-180, first=1)


def kick_ball(p: Performer) -> None:
    steps = p.choose(2, 4)
    run = stride_seconds(steps, JOG)
    p.begin(run + 1.5)
    stride(p, steps, JOG, first=1)
    body = dict(orient=(-8, 10, 0), spine=(10, 14, 0), left=(0.2, -0.3, 0.3), right=(0.2, -0.4, -0.2))
    p.lay(
        key(0.3, right_foot=(0, 0.16, -0.34), spine=(6, -14, 0), left=(0.3, -0.2, 0.2)),
        key(0.2, right_foot=(0.04, 0.28, 0.48), **body),
        key(0.12),
        key(0.42, right_foot=(0, 0, 0), orient=(0, 0, 0)),
        at=run - 0.1,
        back=0.4,
    )
