"""Going somewhere on foot: walks, runs, side steps, crawling."""

from __future__ import annotations

import dataclasses

import numpy as np

from ..gait import JOG, RUN, WALK, Gait, stride, stride_seconds, walk
from ..performer import Performer, key


def _walk(p: Performer) -> None:
    walk(p, p.choose(4, 5, 6, 7, 8), first=p.choose(0, 1))


def walk_back(p: Performer) -> None:
    walk(
        p,
        p.choose(3, 4, 5, 6),
        dataclasses.replace(WALK, length=0.42, step=0.58, lean=-2, arms=0.25),
        way=180,
        first=p.choose(0, 1),
    )


def _turning(p: Performer) -> None:
    turn = p.vary(-125, 0.4)
    walk(p, p.choose(6, 7, 8, 9), dataclasses.replace(WALK, length=0.55), turn=turn, first=p.choose(0, 1))


def _side_step(p: Performer) -> None:
    gait = Gait(length=0.20, step=0.42, lift=0.06, bounce=0.012, crouch=0.03, lean=2, arms=0.1, width=1.3)
    walk(p, p.choose(4, 6, 8), gait, way=-90, first=1)


def jog(p: Performer) -> None:
    walk(p, p.choose(4, 5, 6, 7), JOG, first=p.choose(0, 1))


def run(p: Performer) -> None:
    walk(p, p.choose(4, 5, 6, 7), RUN, first=p.choose(0, 1))


def dash(p: Performer) -> None:
    gait = dataclasses.replace(RUN, length=1.6, step=0.25, contact=0.6, lift=0.5, lean=26, crouch=0.13, arms=0.4)
    walk(p, p.choose(4, 5, 6), gait, first=p.choose(0, 1))


def jogging(p: Performer) -> None:
    _in_place(
        p,
        p.choose(6, 8, 10, 12),
        Gait(length=1e-3, step=0.30, contact=0.85, lift=0.24, bounce=0.03, crouch=0.06, lean=5, elbow=1.0),
        0.16,
    )


def march(p: Performer) -> None:
    _in_place(
        p,
        p.choose(4, 6, 8, 10),
        Gait(length=1e-3, step=0.46, contact=1.1, lift=0.40, bounce=0.008, crouch=0.01, lean=-2, elbow=0.4),
        0.22,
    )


def _in_place(p: Performer, steps: int, gait: Gait, swing: float) -> None:
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait)
    lifts = np.clip(p.channel("left_foot")[:, 1], 0, None) - np.clip(p.channel("right_foot")[:, 1], 0, None)
    lifts = lifts / gait.lift
    for name, sign in (("left", -1.0), ("right", 1.0)):  # the right hand comes forward with the left knee
        hand = p.channel(name)
        hand[:, 2] += sign * swing * lifts * p.amplitude
        hand[:, 1] += 0.35 * swing * np.abs(lifts)
        p.channel(f"{name}_foot")[:, 2] += 0.5 * gait.lift * np.clip(-sign * lifts, 0, None) * (gait.contact > 1)


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
    p.lay([key(0.6, head=(-16, 0, 0), both=(0.06, -0.26, 0.26))], at=0.0, back=None)
    fade = np.clip((p.t[-1] - p.t) / 0.6, 0, 1)[:, None]
    for name in ("left", "right", "head"):
        p.channel(name)[:] = p.base_channel(name) + (p.channel(name) - p.base_channel(name)) * fade


def carry(p: Performer) -> None:
    steps = p.choose(4, 5, 6, 7)
    gait = dataclasses.replace(WALK, arms=0.04, elbow=0.0, lean=-3, length=0.52)
    p.begin(stride_seconds(steps, gait) + 1.0)
    p.lay(
        [key(0.5, both=(-0.04, -0.26, 0.32), spine=(-3, 0, 0)), key(stride_seconds(steps, gait))], back=0.5, exact=True
    )
    stride(p, steps, gait, at=0.5, first=p.choose(0, 1))


def skip(p: Performer) -> None:
    walk(
        p,
        p.choose(5, 6, 7, 8),
        Gait(length=0.75, step=0.50, contact=0.55, lift=0.22, bounce=0.10, crouch=0.05, lean=4, arms=0.6, elbow=0.5),
        first=p.choose(0, 1),
    )


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
    keys.append(
        key(
            0.3,
            left_pin=(0, 0, far),
            right_pin=(0, 0, far),
            both_foot=(0, 0, far),
            pelvis=(0, 0, far),
            orient=(0, 0, 0),
        )
    )
    p.play(*keys, back=None, exact=True)
    p.moved[1] = far
