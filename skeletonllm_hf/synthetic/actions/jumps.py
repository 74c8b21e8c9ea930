"""Jumps, and what one leg does."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


def _hop_keys(height: float, knees: float, arms: dict, landing: dict) -> list:
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


@action(
    "jump",
    "jumps up{times}",
    "bends the knees and jumps into the air{times}",
    limb="legs",
    verb="jump",
    direction="up",
    aliases=("jump up", "jumping"),
)
def jump(p: Performer) -> None:
    n = p.times(1, 4)
    p.play(*cycle(n, *_hop_keys(p.vary(0.28, 0.3), 0.03, dict(both=(0.12, 0.1, 0.36)), {})), back=0.4)


@action(
    "jump forward",
    "jumps forward with both feet",
    "makes a standing long jump",
    limb="legs",
    direction="forward",
    travel="jump",
    aliases=("long jump", "standing long jump"),
)
def jump_forward(p: Performer) -> None:
    far = p.vary(0.9, 0.25)
    p.play(
        key(0.5, pelvis=(0, -0.26, -0.06), orient=(20, 0, 0), spine=(26, 0, 0), both=(0.08, -0.30, -0.34)),
        key(
            0.22,
            pelvis=(0, 0.20, 0.45 * far),
            orient=(12, 0, 0),
            spine=(2, 0, 0),
            both=(0.1, 0.25, 0.42),
            both_foot=(0, 0.24, 0.40 * far),
        ),
        key(
            0.24,
            pelvis=(0, -0.26, 0.92 * far),
            orient=(18, 0, 0),
            spine=(24, 0, 0),
            both=(0.1, -0.1, 0.44),
            both_foot=(0, 0, far),
        ),
        key(0.5, pelvis=(0, 0, far), orient=(0, 0, 0), spine=(0, 0, 0), both=(0.055, -0.515, 0.045)),
        back=None,
    )
    p.moved[:2] = 0, far


@action(
    "hop on one leg",
    "hops on the {side} leg{times}",
    "stands on the {side} leg and hops{times}",
    limb="leg",
    verb="hop",
    aliases=("hop", "hopping", "one foot jumping"),
)
def hop(p: Performer) -> None:
    n = p.times(2, 6)
    folded = dict(left_foot=(-0.02, 0.26, -0.22), left_loose=1)
    low = key(
        0.2,
        left_foot=(-0.02, 0.22, -0.22),
        pelvis=(-0.04, -0.09, -0.02),
        right_foot=(0, 0, 0),
        both=(0.2, -0.36, 0.18),
        spine=(8, 0, 0),
    )
    high = key(
        0.17,
        left_foot=(-0.02, 0.38, -0.22),
        pelvis=(-0.04, 0.10, 0),
        right_foot=(0, 0.13, 0),
        both=(0.24, -0.24, 0.20),
        spine=(3, 0, 0),
    )
    p.play(key(0.45, pelvis=(-0.04, -0.03, 0), **folded), *cycle(n, low, high), low, back=0.5)


@action(
    "star jump",
    "does {n:star jump}",
    "jumps with arms and legs spread{times}",
    limb="body",
    verb="jump",
    aliases=("jumping jack", "jumping jacks", "jack jump"),
)
def star_jump(p: Performer) -> None:
    n = p.times(1, 5)
    dip = key(0.16, pelvis=(0, -0.07, 0))

    def flight(open_: bool) -> list:
        wide = 0.30 if open_ else 0.0
        feet = dict(left_foot=(wide, 0, 0), right_foot=(-wide, 0, 0))
        half = dict(left_foot=(0.15, 0.12, 0), right_foot=(-0.15, 0.12, 0))
        arms = (0.08, 0.50, 0.02) if open_ else (0.08, -0.49, 0.04)
        return [
            key(0.15, pelvis=(0, 0.07, 0), both=(0.51, 0.0, 0.03), both_pole=(0.3, -0.3, -0.9), **half),
            key(0.16, pelvis=(0, -0.08, 0), both=arms, **feet),
        ]

    p.play(dip, *cycle(n, *flight(True), *flight(False)), back=0.25)


@action(
    "jump rope",
    "jumps over a rope{times}",
    "swings a rope and jumps{times}",
    limb="body",
    verb="jump",
    aliases=("skip rope", "rope jumping"),
)
def jump_rope(p: Performer) -> None:
    n = p.times(3, 8)
    out = dict(both_pole=(0.6, -0.6, -0.6))
    up = key(0.15, pelvis=(0, 0.10, 0), both_foot=(0, 0.13, 0), both=(0.24, -0.36, 0.12), **out)
    down = key(0.19, pelvis=(0, -0.05, 0), both_foot=(0, 0, 0), both=(0.26, -0.26, 0.22), **out)
    p.play(key(0.45, both=(0.24, -0.30, 0.18), pelvis=(0, -0.05, 0), **out), *cycle(n, up, down), back=0.45)


@action(
    "stand on one leg",
    "stands on one leg and lifts the {side} knee",
    "lifts the {side} foot and keeps the balance",
    limb="leg",
    aliases=("balance on one leg",),
)
def balance(p: Performer) -> None:
    pose = dict(
        right_foot=(0.02, p.vary(0.40), 0.16), right_loose=1, both=(0.42, -0.14, 0.12), pelvis=(0.03, -0.005, 0)
    )
    p.play(key(0.8, **pose), key(p.vary(1.3, 0.4)), back=0.8)


@action(
    "stomp",
    "stomps with the {side} foot{times}",
    "stamps the {side} foot on the ground{times}",
    limb="foot",
    verb="stomp",
    direction="down",
    aliases=("stamp foot",),
)
def stomp(p: Performer) -> None:
    n = p.times(1, 5)
    p.play(
        *cycle(
            n,
            key(0.32, right_foot=(0, 0.26, 0.10), pelvis=(0.01, 0, 0)),
            key(0.15, right_foot=(0, 0, 0), pelvis=(0, -0.03, 0), spine=(6, 0, 0)),
            key(0.1),
        ),
        back=0.3,
    )


@action(
    "lift knee",
    "lifts the {side} knee{times}",
    "pulls the {side} knee up to the hip{times}",
    limb="leg",
    verb="lift the knee",
    direction="up",
    aliases=("knee raise", "raise knee"),
)
def lift_knee(p: Performer) -> None:
    n = p.times(1, 4)
    up = key(0.4, right_foot=(0, 0.44, 0.16), right_loose=0.7, both=(0.1, -0.40, 0.16))
    p.play(*cycle(n, up, key(0.4, right_foot=(0, 0, 0), right_loose=0)), back=0.3)


@action(
    "squat",
    "squats down{times}",
    "bends the knees deeply and stands up again{times}",
    limb="legs",
    verb="squat",
    aliases=("squats", "squatting"),
)
def squat(p: Performer) -> None:
    n = p.times(1, 4)
    low = dict(
        pelvis=(0, -p.vary(0.38, 0.1), -0.20),
        orient=(20, 0, 0),
        spine=(16, 0, 0),
        head=(-16, 0, 0),
        both=(-0.04, -0.04, 0.47),
        both_knee=16,
        both_step=(0, 0),
    )
    high = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), both=(0.04, -0.40, 0.20))
    p.play(*cycle(n, key(0.6, **low), key(0.12), key(0.55, **high)), back=0.3)


@action(
    "lunge",
    "makes a long lunge forward with the {side} leg",
    "steps far forward with the {side} leg and bends both knees",
    limb="leg",
    direction="forward",
    aliases=("lunges",),
)
def lunge(p: Performer) -> None:
    p.play(
        key(0.35, right_foot=(0, 0.14, 0.36), pelvis=(0, -0.04, 0.14)),
        key(
            0.4,
            right_foot=(0, 0, 0.72),
            pelvis=(0, -0.30, 0.36),
            left_foot=(0, 0.07, 0.02),
            left_step=(48, 0),
            spine=(6, 0, 0),
            both=(0.12, -0.34, 0.10),
        ),
        key(p.vary(0.35, 0.4)),
        key(0.4, right_foot=(0, 0.14, 0.36), pelvis=(0, -0.06, 0.10), left_foot=(0, 0, 0), left_step=(0, 0)),
        key(0.3, right_foot=(0, 0, 0), pelvis=(0, 0, 0)),
        back=0.2,
    )
