"""Punches, kicks and weapons, against nobody."""

from __future__ import annotations

from ..gait import JOG, stride, stride_seconds
from ..performer import Performer, cycle, key
from ..registry import action
from .throws import OPEN_STANCE


@action(
    "side boxing",
    "turns to the side and boxes with both fists{times}",
    "throws punches to the side with both fists{times}",
    limb="arms",
    verb="punch",
    aliases=("boxing to the side",),
    kind="boxing",
)
def side_boxing(p: Performer) -> None:
    n = p.times(2, 6)
    guard = dict(left=(0.02, 0.02, 0.28), right=(0.02, 0.02, 0.26), spine=(8, -22, 0), orient=(0, -42, 0))
    jab = key(0.2, right=(-0.05, 0.06, 0.50), left=(0.02, 0.02, 0.24), spine=(9, 2, 0))
    cross = key(0.2, left=(-0.05, 0.06, 0.50), right=(0.02, 0.02, 0.24), spine=(9, -40, 0))
    draw = key(0.2, **guard)
    punches = [move for i in range(n) for move in ((jab, cross)[i % 2], draw)]
    p.play(
        key(
            0.6,
            right_foot=(-0.02, 0, -0.16),
            left_foot=(0, 0, 0.1),
            right_step=(0, -50),
            left_step=(0, -20),
            pelvis=(0, -0.05, 0),
            **guard,
        ),
        *punches,
        back=0.7,
    )


@action(
    "box",
    "boxes with both fists{times}",
    "throws punches forward with alternating fists{times}",
    limb="arms",
    verb="punch",
    aliases=("boxing", "shadow boxing"),
    kind="boxing",
    direction="forward",
)
def box(p: Performer) -> None:
    n, guard = p.times(3, 8), dict(both=(-0.04, 0.0, 0.22), spine=(8, 0, 0))
    jabs = (
        key(0.17, right=(-0.12, 0.04, 0.49), spine=(9, 18, 0)),
        key(0.17, left=(-0.12, 0.04, 0.49), spine=(9, -18, 0)),
    )
    punches = [move for i in range(n) for move in (jabs[i % 2], key(0.17, **guard))]
    stance = dict(pelvis=(0, -0.06, 0), left_foot=(0.03, 0, 0.12), right_foot=(-0.04, 0, -0.14))
    p.play(key(0.5, **stance, **guard), *punches, back=0.6)


@action(
    "forward punch",
    "punches straight forward with the {side} fist{times}",
    "throws a punch to the front with the {side} hand{times}",
    limb="arm",
    verb="punch",
    direction="forward",
    aliases=("punch", "straight punch"),
)
def punch(p: Performer) -> None:
    n, ready = p.times(1, 4), dict(right=(0.06, -0.18, 0.08), left=(-0.02, -0.05, 0.2), spine=(4, -14, 0))
    hit = key(0.19, right=(-0.10, 0.0, 0.51), left=(0.0, -0.14, 0.12), spine=(8, 22, 0), pelvis=(0, -0.04, 0.07))
    draw = key(0.34, pelvis=(0, -0.02, -0.01), **ready)
    p.play(key(0.5, pelvis=(0, -0.02, -0.02), **ready), *cycle(n - 1, hit, draw), hit, key(0.08), back=0.65)


@action(
    "slash",
    "slashes down with a sword in the {side} hand{times}",
    "swings the {side} arm diagonally down across the body{times}",
    limb="arm",
    verb="slash",
    direction="down",
    aliases=("sword slash",),
)
def slash(p: Performer) -> None:
    n = p.times(1, 3)
    lift = key(
        0.45,
        right=(0.20, 0.36, 0.04),
        spine=(-4, -22, 0),
        pelvis=(0, -0.04, -0.02),
        right_pole=(0.9, -0.2, 0.1),
        **OPEN_STANCE,
    )
    cut = key(0.22, right=(-0.32, -0.34, 0.30), spine=(20, 30, 0), pelvis=(0, -0.10, 0.10))
    p.play(key(0.2, right=(0.1, -0.2, 0.2)), *cycle(n, lift, cut), key(0.15), back=0.7)


def _kick(p: Performer, swing: dict, body: dict, back_body: dict) -> None:
    p.play(
        key(0.4, right_foot=(0, 0.10, -0.26), left=(0.16, -0.36, 0.2), right=(0.18, -0.42, -0.05), **back_body),
        key(0.24, left=(0.2, -0.3, -0.05), right=(0.2, -0.25, 0.2), **swing, **body),
        key(0.1),
        key(0.32, right_foot=(0, 0.12, 0.08), right_loose=0.4, orient=(0, 0, 0), spine=(0, 0, 0)),
        key(0.25, right_foot=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        back=0.45,
    )


@action(
    "forward kick",
    "kicks forward with the {side} leg",
    "swings the {side} leg up in front of the body in a kick",
    limb="leg",
    direction="forward",
    aliases=("kick", "front kick"),
    kind="kick",
)
def forward_kick(p: Performer) -> None:
    height = p.vary(0.56, 0.35)
    _kick(
        p,
        dict(right_foot=(0.06, height, 0.76), right_loose=1),
        dict(orient=(-10, 12, 0), spine=(8, 0, 0), pelvis=(0.02, -0.02, 0.04)),
        dict(orient=(6, -6, 0)),
    )


@action(
    "side kick",
    "kicks out to the side with the {side} leg",
    "lifts the {side} leg sideways in a kick",
    limb="leg",
    direction="to the {side}",
    aliases=("kick to the side", "sideways kick"),
    kind="side kick",
)
def side_kick(p: Performer) -> None:
    height = p.vary(0.50, 0.25)
    p.play(
        key(0.4, right_foot=(0.02, 0.30, 0.10), left=(0.1, -0.3, 0.25), right=(0.1, -0.3, 0.22), right_loose=1),
        key(
            0.24,
            right_foot=(-0.62, height, 0.04),
            orient=(0, 0, -20),
            spine=(0, 0, 8),
            left=(0.12, -0.28, 0.22),
            right=(0.2, -0.36, 0.14),
            pelvis=(0.04, -0.02, 0),
        ),
        key(0.12),
        key(0.32, right_foot=(-0.08, 0.22, 0.06), orient=(0, 0, 0), spine=(0, 0, 0)),
        key(0.26, right_foot=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        back=0.4,
    )


@action(
    "kick ball",
    "runs up and kicks a ball with the {side} foot",
    "takes some steps and kicks a ball with the {side} foot",
    limb="foot",
    direction="forward",
    travel="run",
    aliases=("kick something", "kick a ball", "soccer kick"),
    kind="kick ball",
)
def kick_ball(p: Performer) -> None:
    steps = p.choose(2, 4)
    run = stride_seconds(steps, JOG)
    p.begin(run + 1.5)
    stride(p, steps, JOG, first=1)
    p.lay(
        [
            key(0.3, right_foot=(0, 0.16, -0.34), spine=(6, -14, 0), left=(0.3, -0.2, 0.2)),
            key(
                0.2,
                right_foot=(0.04, 0.28, 0.48),
                orient=(-8, 10, 0),
                spine=(10, 14, 0),
                left=(0.2, -0.3, 0.3),
                right=(0.2, -0.4, -0.2),
            ),
            key(0.12),
            key(0.42, right_foot=(0, 0, 0), orient=(0, 0, 0)),
        ],
        at=run - 0.1,
        back=0.4,
    )


@action(
    "back kick",
    "kicks backward with the {side} leg",
    "swings the {side} leg out behind the body",
    limb="leg",
    direction="backward",
    aliases=("kick backward",),
    kind="back kick",
)
def back_kick(p: Performer) -> None:
    p.play(
        key(0.4, right_foot=(0, 0.26, 0.14), right_loose=1),
        key(
            0.28,
            right_foot=(0, 0.42, -0.56),
            orient=(26, 0, 0),
            spine=(8, 0, 0),
            left=(0.1, -0.3, 0.25),
            right=(0.1, -0.3, 0.2),
            head=(-14, 0, 0),
            pelvis=(0.02, -0.02, 0.05),
        ),
        key(0.12),
        key(0.45, right_foot=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), right_loose=0, pelvis=(0, 0, 0)),
        back=0.4,
    )


@action(
    "shoot an arrow",
    "draws a bow with the {side} hand and shoots an arrow",
    "stretches one arm out and draws the string back with the {side} hand",
    limb="arms",
    aliases=("archery", "draw a bow"),
)
def arrow(p: Performer) -> None:
    stance = dict(
        orient=(0, -65, 0),
        right_step=(0, -60),
        left_step=(0, -55),
        left_foot=(0.06, 0, 0.06),
        right_foot=(-0.10, 0, -0.04),
        head=(0, 62, 0),
    )
    aim = dict(left=(0.50, 0.02, 0.10))
    p.play(
        key(0.7, right=(-0.30, 0.0, 0.28), **aim, **stance),
        key(0.8, right=(0.14, 0.04, 0.16), right_pole=(1, 0.1, -0.3)),
        key(0.5),
        key(0.12, right=(0.24, 0.05, 0.06), right_palm=(0, -40)),
        key(0.3),
        back=0.8,
        exact=True,
    )


@action(
    "aim a gun",
    "aims a gun with both hands",
    "stretches both arms forward and aims",
    limb="arms",
    direction="forward",
    aliases=("shoot a gun", "aim", "shoot"),
)
def gun(p: Performer) -> None:
    middle = -0.165 * p.figure.shoulders / p.figure.arms
    aim = dict(
        both=(middle, 0.05, 0.46),
        head=(4, 0, 0),
        spine=(4, 0, 0),
        left_foot=(0.05, 0, 0.05),
        right_foot=(-0.05, 0, -0.05),
        pelvis=(0, -0.03, 0),
    )
    kick = [key(0.07, both=(middle, 0.10, 0.42)), key(0.25, both=(middle, 0.05, 0.46))]
    p.play(key(0.6, **aim), key(p.vary(0.5, 0.4)), *cycle(p.choose(1, 2, 3), *kick), key(0.2), back=0.65, exact=True)
