"""Throws and swings."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action
from .work import reach_down

OPEN_STANCE = dict(left_foot=(0.02, 0, 0.18), right_foot=(-0.02, 0, -0.12))  # the left foot in front


def _throw_keys() -> list:
    return [
        key(
            0.6,
            right=(0.22, 0.22, -0.20),
            left=(0.1, -0.1, 0.36),
            spine=(-6, -32, 4),
            pelvis=(0, -0.02, -0.06),
            right_pole=(0.9, -0.4, 0.1),
            **OPEN_STANCE,
        ),
        key(0.17, right=(0.10, 0.44, 0.16), left=(0.1, -0.28, 0.1), spine=(6, 8, 0), pelvis=(0, -0.02, 0.05)),
        key(0.15, right=(-0.10, 0.06, 0.48), spine=(20, 26, 0), pelvis=(0, -0.03, 0.10)),
        key(0.25, right=(-0.22, -0.36, 0.28), spine=(26, 30, 0), head=(-12, -12, 0)),
    ]


@action(
    "high throw",
    "throws something overhead with the {side} hand",
    "swings the {side} arm back over the shoulder and throws",
    limb="arm",
    direction="forward",
    aliases=("throw", "overhand throw", "throw a ball"),
    kind="throw",
)
def high_throw(p: Performer) -> None:
    p.play(*_throw_keys(), back=0.7)


@action(
    "underhand throw",
    "throws something underhand with the {side} hand",
    "swings the {side} arm from below and tosses something forward",
    limb="arm",
    direction="forward",
    aliases=("toss",),
    kind="underhand throw",
)
def toss(p: Performer) -> None:
    p.play(
        key(0.55, right=(0.10, -0.40, -0.26), spine=(10, -14, 0), pelvis=(0, -0.05, -0.03), **OPEN_STANCE),
        key(0.22, right=(0.06, -0.40, 0.28), pelvis=(0, -0.05, 0.06)),
        key(0.2, right=(0.04, 0.10, 0.48), spine=(4, 16, 0), pelvis=(0, -0.01, 0.10)),
        key(0.2),
        back=0.65,
    )


@action(
    "bowl",
    "bowls with the {side} hand",
    "steps forward, bends down and rolls a ball with the {side} hand",
    limb="arm",
    direction="forward",
    aliases=("bowling", "roll a ball"),
)
def bowl(p: Performer) -> None:
    p.play(
        key(0.4, right=(0.0, -0.16, 0.30), left=(-0.1, -0.18, 0.28)),
        key(0.5, right=(0.12, -0.30, -0.34), left=(0.2, -0.2, 0.2), spine=(18, -16, 0), left_foot=(0, 0.06, 0.25)),
        key(
            0.4,
            pelvis=(0, -0.24, 0.30),
            orient=(14, 0, 0),
            spine=(38, 10, 0),
            left_foot=(0, 0, 0.55),
            right=(0.04, -0.48, 0.10),
        ),
        key(0.25, right=(-0.08, -0.12, 0.46)),
        key(0.3),
        back=0.9,
    )


@action(
    "pick up and throw",
    "picks something up with the {side} hand and throws it",
    "bends down, picks something up and throws it with the {side} hand",
    limb="arm",
    aliases=("pickup and throw", "pick up & throw", "pickup & throw"),
    kind="pick up and throw",
)
def pick_up_and_throw(p: Performer) -> None:
    first, *others = _throw_keys()
    wind_up = key(0.75, right_hold=0, **first[1])
    reach_down(p, [key(0.15), wind_up, *others], back=0.7)


@action(
    "basketball shot",
    "shoots a basketball with both hands",
    "bends the knees and throws a ball up with both hands",
    limb="hands",
    direction="up",
    aliases=("shoot a basketball", "basketball shoot"),
)
def shot(p: Performer) -> None:
    p.play(
        key(0.55, both=(-0.08, -0.16, 0.28), pelvis=(0, -0.16, -0.03), spine=(10, 0, 0), head=(-8, 0, 0)),
        key(0.3, both=(-0.10, 0.20, 0.24), pelvis=(0, -0.06, 0), spine=(2, 0, 0)),
        key(0.22, both=(-0.08, 0.47, 0.24), pelvis=(0, 0.0, 0), head=(-18, 0, 0), both_palm=(0, -30)),
        key(0.3, both=(-0.06, 0.42, 0.30), both_palm=(0, 50)),
        back=0.7,
    )


@action(
    "bounce a ball",
    "bounces a ball with the {side} hand{times}",
    "dribbles a ball with the {side} hand{times}",
    limb="hand",
    verb="bounce the ball",
    aliases=("dribble", "basketball dribble"),
)
def dribble(p: Performer) -> None:
    n, up, down = p.times(2, 6), (0.06, -0.20, 0.30), (0.06, -0.40, 0.26)
    p.play(
        key(0.45, right=up, spine=(14, 0, 0), pelvis=(0, -0.08, 0), both_knee=4),
        *cycle(n, key(0.2, right=down), key(0.24, right=up)),
        back=0.55,
    )


@action(
    "tennis swing",
    "swings a tennis racket with the {side} hand",
    "swings the {side} arm sideways across the body as in a tennis forehand",
    limb="arm",
    aliases=("tennis forehand", "forehand"),
)
def tennis_swing(p: Performer) -> None:
    p.play(
        key(
            0.6,
            right=(0.42, -0.10, -0.22),
            left=(0.0, -0.2, 0.3),
            spine=(4, -44, 0),
            orient=(0, -18, 0),
            pelvis=(-0.03, -0.06, -0.03),
            head=(0, 40, 0),
            **OPEN_STANCE,
        ),
        key(0.2, right=(0.34, -0.10, 0.34), spine=(6, -4, 0), pelvis=(0, -0.05, 0.04), head=(0, 10, 0)),
        key(
            0.2,
            right=(-0.26, 0.10, 0.36),
            left=(0.14, -0.32, 0.06),
            spine=(4, 36, 0),
            orient=(0, 14, 0),
            head=(0, -20, 0),
        ),
        key(0.3, right=(-0.34, 0.22, 0.14)),
        back=0.75,
    )


@action(
    "tennis serve",
    "serves a tennis ball with the {side} hand",
    "tosses a ball up and strikes it overhead with the {side} arm",
    limb="arm",
    aliases=("serve",),
)
def tennis_serve(p: Performer) -> None:
    p.play(
        key(0.45, left=(-0.1, -0.20, 0.34), right=(-0.05, -0.22, 0.30), **OPEN_STANCE),
        key(
            0.55,
            left=(0.06, 0.46, 0.18),
            right=(0.28, 0.14, -0.24),
            spine=(-10, -30, 3),
            pelvis=(0, -0.08, -0.02),
            head=(-24, 12, 0),
            right_pole=(0.9, -0.5, 0),
        ),
        key(0.25, left=(-0.05, -0.05, 0.22), right=(0.08, 0.50, 0.06), spine=(4, 6, 0), pelvis=(0, 0.0, 0.06)),
        key(0.25, right=(-0.34, -0.34, 0.26), spine=(28, 34, 0), head=(-10, 0, 0), pelvis=(0, -0.05, 0.12)),
        key(0.2),
        back=0.75,
    )


@action(
    "golf swing",
    "swings a golf club with both hands",
    "winds up to the {side} and swings both arms through to the other side as in golf",
    limb="arms",
    aliases=("golf",),
)
def golf(p: Performer) -> None:
    join = lambda x, y, z: dict(right=(-0.17 + x, y, z), left=(-0.17 - x, y, z))  # noqa: E731 - both hands on one handle
    p.play(
        key(
            0.6,
            spine=(30, 0, 0),
            pelvis=(0, -0.06, -0.08),
            left_foot=(0.06, 0, 0),
            right_foot=(-0.06, 0, 0),
            head=(8, 0, 0),
            **join(0, -0.40, 0.20),
        ),
        key(0.3),
        key(0.7, spine=(24, -52, 0), orient=(0, -22, 0), head=(12, 56, 0), **join(0.14, 0.12, 0.22)),
        key(0.12),
        key(0.2, spine=(30, 4, 0), orient=(0, 0, 0), head=(12, 0, 0), **join(0, -0.42, 0.20)),
        key(
            0.28,
            spine=(6, 52, 0),
            orient=(0, 34, 0),
            head=(0, 10, 0),
            pelvis=(0.06, -0.02, 0.0),
            right_step=(30, 20),
            right_foot=(-0.06, 0.05, 0),
            **join(-0.12, 0.18, 0.22),
        ),
        key(0.35),
        back=0.9,
    )


@action(
    "bat swing",
    "swings a baseball bat with both hands",
    "stands sideways and swings a bat",
    limb="arms",
    aliases=("baseball swing", "baseball swing from right", "swing a bat"),
)
def bat_swing(p: Performer) -> None:
    wind = dict(right=(0.10, 0.04, 0.10), left=(-0.34, 0.04, 0.14))
    p.play(
        key(
            0.65,
            orient=(0, -62, 0),
            right_step=(0, -60),
            left_step=(0, -55),
            left_foot=(0.12, 0, 0),
            right_foot=(-0.08, 0, 0),
            spine=(10, -24, 0),
            head=(0, 66, 0),
            pelvis=(-0.02, -0.08, 0),
            **wind,
        ),
        key(0.35),
        key(
            0.22,
            right=(-0.05, -0.12, 0.44),
            left=(-0.10, -0.12, 0.44),
            spine=(10, 14, 0),
            orient=(0, -30, 0),
            head=(0, 30, 0),
            pelvis=(0.05, -0.08, 0),
        ),
        key(
            0.24, right=(-0.34, 0.0, 0.26), left=(0.16, 0.06, 0.26), spine=(6, 42, 0), orient=(0, -8, 0), head=(0, 0, 0)
        ),
        key(0.3),
        back=0.85,
    )
