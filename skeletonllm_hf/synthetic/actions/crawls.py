"""Crawling otherwise than on hands and knees: hands and feet go on step by step, pinned to the ground in between."""

from __future__ import annotations

from typing import Any

from ..controls import COLUMNS
from ..performer import Performer, Pose, key

_HAND, _POLE = COLUMNS["left"], COLUMNS["left_pole"]


def bear_walk(p: Performer) -> None:
    up: dict[str, Any] = dict(pelvis=(0, 0.26, 0), orient=(24, 0, 0), both_step=(34, 0), both_loose=-2)
    _crawl(p, p.choose(2, 3), p.vary(0.26), up, (0, 0.05, 0.14), 0.3)


def crawl_backward(p: Performer) -> None:
    _crawl(p, p.choose(2, 3, 4), -p.vary(0.26), {}, (0, 0, 0), 0.28)


def crab_walk(p: Performer) -> None:
    up: dict[str, Any] = dict(
        pelvis=(0, 0.30, 0), orient=(24, 0, 0), head=(40, 0, 0), left_pin=(0.26, 0.1, -0.46), right_pin=(-0.26, 0.1, -0.46),
        both_hold=1, both_pole=(0.4, -0.3, -0.8), both_palm=(90, -70), both_knee=8,
    )  # fmt: skip
    _crawl(p, p.choose(2, 3), p.vary(0.2), up, (0, -0.02, -0.46), 0.28)


def crawl_under(p: Performer) -> None:
    low: dict[str, Any] = dict(
        pelvis=(0, -0.16, 0.02), orient=(10, 0, 0), spine=(-6, 0, 0), head=(-4, 0, 0), both_pole=(1, 0, 0.2)
    )
    _crawl(p, p.choose(2, 3), p.vary(0.22), low, (0, 0, -0.12), 0.32)


def army_crawl(p: Performer) -> None:
    up: dict[str, Any] = dict(
        pelvis=(0, 0.02, 0), orient=(-8, 0, 0), spine=(-22, 0, 0), head=(-10, -30, 0), left_pin=(0.16, 0.05, 0.66),
        right_pin=(-0.16, 0.05, 0.66), both_hold=1, both_pole=(1, -0.3, -0.4),
    )  # fmt: skip
    _crawl(p, p.choose(2, 3), p.vary(0.2), up, (0, 0, 0), 0.34, out=0.2)


def _crawl(
    p: Performer,
    paces: int,
    reach: float,
    up: dict[str, Any],
    foot: tuple[float, float, float],
    step: float,
    out: float = 0.0,
) -> None:
    """Takes on a pose, puts one hand and the other side's foot ahead in turn, and goes back into the posture.

    Args:
        p: the performer, on all fours or on the ground.
        paces: pairs of steps.
        reach: metres of a step, negative backwards.
        up: the pose, beyond the posture.
        foot: where the feet are in it.
        step: half the seconds of a step.
        out: metres by which a foot is drawn up and out on its way.
    """
    pins = {side: up.get(f"{side}_pin", (0, 0, 0)) for side in ("left", "right")}
    body = up.get("pelvis", (0, 0, 0))
    turn = up.get("orient", (0, 0, 0))
    keys: list[Pose] = [key(0.6, **up, both_foot=foot)]
    far = 0.0
    for i in range(2 * paces):
        one, two = ("left", "right") if i % 2 == 0 else ("right", "left")
        aside = out if two == "left" else -out
        far = reach * (i + 1)
        for share, lift in ((0.55, 1.0), (1.0, 0.0)):
            along = far - (1 - share) * 0.8 * reach
            yaw = 5 * (1 if one == "right" else -1) * lift
            moves = {
                f"{one}_pin": _moved(pins[one], 0, 0.07 * lift, along),
                f"{two}_foot": _moved(
                    foot, aside * lift, (0.02 + 0.03 * (foot[1] > 0)) * lift, along + 0.9 * abs(aside) * lift
                ),
                "pelvis": _moved(body, 0, 0.01 * lift, along - 0.5 * reach),
                "orient": (turn[0], yaw, 0),
                f"{two}_knee": 60 * lift * (out > 0) + up.get("both_knee", 0),
            }
            keys.append(key(step, **moves))
    last = {f"{side}_pin": _moved(pins[side], 0, 0, far) for side in pins}
    keys.append(key(0.4, **last, both_foot=_moved(foot, 0, 0, far), pelvis=_moved(body, 0, 0, far)))
    rest: dict[str, Any] = {name: 0 for name in up if name not in ("pelvis", "left_pin", "right_pin", "both_pole")}
    if "both_pole" in up:
        rest["both_pole"] = tuple(p.base[_POLE])
    keys.append(key(0.6, **rest, both_foot=(0, 0, far), pelvis=(0, 0, far)))
    if "left_pin" not in up:
        keys[-1][1].update(left_pin=(0, 0, far), right_pin=(0, 0, far))
    p.play(*keys, back=None, exact=True)
    p.moved[1] = far


def _moved(place: tuple[float, float, float], x: float, y: float, z: float) -> tuple[float, float, float]:
    return (place[0] + x, place[1] + y, place[2] + z)


def slither(p: Performer) -> None:
    bends, reach = p.choose(3, 4, 5), p.vary(0.22)
    keys = [
        key(
            0.5,
            both=(0.14, -0.4, -0.14),
            both_pole=(1, 0, -0.2),
            orient=(-4, 0, 0),
            spine=(-16, 0, 0),
            head=(-14, -30, 0),
        )
    ]
    far = 0.0
    for i in range(bends):
        far, side = reach * (i + 1), 1 if i % 2 == 0 else -1
        keys.append(
            key(0.55, orient=(-4, 16 * side, 0), spine=(-16, 0, 44 * side), head=(-14, -30, 20 * side), pelvis=(0.09 * side, 0, far),
                both_foot=(-0.16 * side, 0, far), both_knee=10)
        )  # fmt: skip
    keys.append(key(0.3, both=(0.4, -0.05, 0.0), both_pole=(0.2, 0.6, 0.5)))
    keys.append(
        key(0.5, orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), pelvis=(0, 0, far), both_foot=(0, 0, far), both_knee=0,
            both=tuple(p.base[_HAND]), both_pole=tuple(p.base[_POLE]))
    )  # fmt: skip
    p.play(*keys, back=None, exact=True)
    p.moved[1] = far
