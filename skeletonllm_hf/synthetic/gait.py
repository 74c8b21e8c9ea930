"""Gaits: footprints, the feet that swing between them, and the body above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .controls import COLUMNS
from .figure import POINTS
from .motion import smooth, tween
from .performer import Performer, Pose


@dataclass(frozen=True)
class Gait:
    """Parameters of a gait, in canonical metres and seconds.

    Args:
        length: from one footprint to the next.
        step: seconds from one landing to the next.
        contact: how long a foot stays down, in steps: above 1 both feet are down between steps, below 1
            the body flies.
        lift: how high the swinging ankle rises.
        bounce: how far the pelvis goes up and down.
        crouch: how far it is lowered throughout.
        lean: degrees forward.
        arms: how far the hands swing, as a share of the feet's way.
        elbow: how far the hands are drawn up (0: hanging, 1: at right angles).
        width: footprints' distance from the middle, as a share of standing.
    """

    length: float = 0.62
    step: float = 0.53
    contact: float = 1.2
    lift: float = 0.09
    bounce: float = 0.018
    crouch: float = 0.03
    lean: float = 3.0
    arms: float = 0.45
    elbow: float = 0.1
    width: float = 0.85


WALK = Gait()
BACKWARDS = Gait(length=0.42, step=0.58, lean=-2, arms=0.25)
SIDE_STEPS = Gait(length=0.20, step=0.42, lift=0.06, bounce=0.012, crouch=0.03, lean=2, arms=0.1, width=1.3)
SKIP = Gait(length=0.75, step=0.50, contact=0.55, lift=0.22, bounce=0.10, crouch=0.05, lean=4, arms=0.6, elbow=0.5)
JOG = Gait(
    length=0.8, step=0.36, contact=0.8, lift=0.3, bounce=0.035, crouch=0.07, lean=7, arms=0.4, elbow=0.9, width=0.6
)
RUN = Gait(
    length=1.2, step=0.32, contact=0.65, lift=0.42, bounce=0.045, crouch=0.09, lean=13, arms=0.42, elbow=1.0, width=0.5
)
ON_THE_SPOT = Gait(length=1e-3, step=0.36, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0)  # to turn round


def stride(
    p: Performer, steps: int, gait: Gait = WALK, *, way: float = 0.0, turn: float = 0.0, at: float = 0.0, first: int = 0,
    limp: float = 0.0, facing: float = 0.0,
) -> None:  # fmt: skip
    """Adds a walk of `steps` steps and one that closes the feet, `stride_seconds` long, from `at` on.

    Args:
        p: begun with `begin`.
        steps: footprints.
        gait: how.
        way: degrees from forward in which the steps go, positive to the left; 180 is backwards.
        turn: degrees by which the heading changes in all, positive to the left.
        at: seconds at the action's own tempo.
        first: foot that steps first, 0 left, 1 right.
        limp: share by which the right foot's stance is shortened.
        facing: degrees of the heading that an earlier stride of this performance has reached, at the same place.
    """
    number = np.arange(steps + 2)
    centre = np.clip(number - 0.5, 0, None) * gait.length  # how far along each footprint lies
    centre[-1] = centre[-2]
    heading = np.radians(turn) * centre / max(centre[-1], 1e-9)
    already = np.radians(facing)
    course = already + np.radians(way) + (heading[1:] + heading[:-1]) / 2
    path = np.zeros((steps + 2, 2))
    path[1:] = np.cumsum(np.diff(centre)[:, None] * np.stack([np.sin(course), np.cos(course)], -1), axis=0)
    foot_of = (number + first + 1) % 2
    tempo = np.where(foot_of[1:] == 1, 1 - limp, 1 + limp)  # a step that lands the right foot comes off the left one
    landing = np.concatenate([[0.0], np.cumsum(tempo)]) * gait.step * p.pace + at * p.pace

    _step_feet(p, gait, path, heading, foot_of, landing)
    body = np.zeros((steps + 2, 3))
    body[1:, :2] = (path[1:] + path[:-1]) / 2
    body[-1, :2] = path[-1]
    body[:, 2] = heading
    where = tween(p.t, landing, body)
    end = (path[-1, 0], path[-1, 1], heading[-1])
    p.moved = p.moved + end

    inside = smooth((p.t - landing[0]) / (0.8 * gait.step * p.pace)) * smooth(
        (landing[-1] - p.t) / (0.8 * gait.step * p.pace)
    )
    phase = 2 * np.pi * np.interp(p.t, landing, number)
    low = 0.0 if gait.contact > 1 else np.pi * gait.contact  # walking is lowest on landing, running in mid-stance
    pelvis = p.channel("pelvis")
    pelvis[:, 0] += where[:, 0]
    pelvis[:, 2] += where[:, 1]
    pelvis[:, 1] -= inside * (gait.crouch + gait.bounce * np.cos(phase - low))
    p.channel("orient")[:, 1] += where[:, 2]
    p.channel("spine")[:, 0] += inside * np.radians(gait.lean)

    _swing_arms(p, gait, where[:, 2], inside)


def _step_feet(
    p: Performer, gait: Gait, path: np.ndarray, heading: np.ndarray, foot_of: np.ndarray, landing: np.ndarray
) -> None:
    """Lifts, carries and puts down each foot from footprint to footprint.

    Args:
        path: (footprints, 2) float, metres, right and forward, the middle between the feet.
        heading: (footprints,) float, radians.
        foot_of: (footprints,) int, 0 left, 1 right.
        landing: (footprints - 1,) float, seconds.
    """
    steps, contact = len(path) - 2, gait.contact * gait.step * p.pace
    for foot, name in enumerate(("left", "right")):
        stand = POINTS[f"{name}_ankle"][[0, 2]]
        keys_t, keys = [landing[0] - contact], [np.zeros(4)]
        for j in np.flatnonzero(foot_of == foot).tolist():
            if j == 0:
                continue
            off = max(landing[max(j - 2, 0)] + (contact if j > 1 else 0.0), keys_t[-1] + 1e-3)
            cosine, sine = np.cos(heading[j]), np.sin(heading[j])
            side = stand * (gait.width if j < steps else 1.0, 1.0)
            place = path[j] + (cosine * side[0] + sine * side[1], cosine * side[1] - sine * side[0]) - stand
            end = np.array([place[0], 0.0, place[1], heading[j]])
            middle = keys[-1] + 0.45 * (end - keys[-1])
            middle[1] = gait.lift * (1.0 if gait.contact < 1 or j > 1 else 0.8)
            if off >= landing[j] - 1e-3:
                continue
            keys_t += [off, off + 0.42 * (landing[j] - off), landing[j]]
            keys += [keys[-1], middle, end]
        curve = tween(p.t, np.array(keys_t), np.array(keys))
        p.channel(f"{name}_foot")[:] += curve[:, :3]
        p.channel(f"{name}_step")[:, 1] += curve[:, 3]


def _swing_arms(p: Performer, gait: Gait, heading: np.ndarray, inside: np.ndarray) -> None:
    """Arms swing against the legs, the shoulders against the hips; `inside` (frames,) fades it in and out."""
    cosine, sine = np.cos(heading), np.sin(heading)
    pelvis, ahead = p.channel("pelvis"), []
    for name in ("left", "right"):
        foot = p.channel(f"{name}_foot")
        ahead.append((foot[:, 0] - pelvis[:, 0]) * sine + (foot[:, 2] - pelvis[:, 2]) * cosine)
    difference = np.clip(ahead[1] - ahead[0], -0.9, 0.9)
    p.channel("orient")[:, 1] += 0.12 * difference
    p.channel("spine")[:, 1] -= 0.10 * difference
    for name, sign in (("left", 1.0), ("right", -1.0)):
        hand = p.controls[:, COLUMNS[name]]
        swing = np.clip(sign * difference * gait.arms, -0.3, 0.34) * p.amplitude
        hand[:, 2] += swing + inside * gait.elbow * 0.20
        hand[:, 1] += 0.55 * swing**2 + inside * gait.elbow * (0.22 + 0.35 * np.maximum(swing, 0))


def swing_in_place(p: Performer, lift: float, swing: float) -> None:
    """Swings the arms with steps on the spot: the hand comes forward with the other side's foot.

    Args:
        p: with the steps laid.
        lift: metres by which they lift a foot; beyond 0.3 the knee comes forward.
        swing: metres by which the hands go to and fro.
    """
    share = np.clip(p.channel("left_foot")[:, 1], 0, None) - np.clip(p.channel("right_foot")[:, 1], 0, None)
    share = share / lift
    for side, sign in (("left", -1.0), ("right", 1.0)):
        hand = p.channel(side)
        hand[:, 2] += sign * swing * share * p.amplitude
        hand[:, 1] += 0.35 * swing * np.abs(share)
        p.channel(f"{side}_foot")[:, 2] += 0.5 * lift * np.clip(-sign * share, 0, None) * (lift > 0.3)


def stride_seconds(steps: int, gait: Gait = WALK) -> float:
    """How long `stride` takes at the action's own tempo."""
    return (steps + 1) * gait.step


def walk(p: Performer, steps: int, gait: Gait = WALK, over: Sequence[Pose] = (), **options: Any) -> None:
    """Performs a walk, with poses of the hands and the trunk `over` it; often the clip begins and ends in mid-walk."""
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, **options)
    if over:
        p.lay(*over, back=0.5, exact=True)
    if not p.whole and p.plan.random() < 0.5:
        p.trim(1.1 * gait.step, (steps - 0.6) * gait.step)
