"""Work that takes the whole body: lifting, pushing, digging, sawing."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


def reach_down(p: Performer, after: list, back: float) -> None:
    deep = p.vary(0.34, 0.25)
    down = key(
        0.8,
        pelvis=(0, -deep, -0.10),
        orient=(24, 0, 0),
        spine=(46, 10, 0),
        head=(-6, 0, 0),
        right_pin=(-0.14, p.vary(0.16, 0.2), 0.34),
        right_hold=1,
        left=(0.10, -0.30, 0.22),
    )
    rise = [
        (seconds, dict(channels, orient=(0, 0, 0)) if "pelvis" in channels else channels) for seconds, channels in after
    ]
    p.play(down, *rise, back=back, exact=True)


@action(
    "pick up",
    "bends down and picks something up with the {side} hand",
    "reaches down to the ground with the {side} hand and picks something up",
    limb="hand",
    direction="up",
    aliases=("pickup",),
    kind="pick up",
)
def pick_up(p: Performer) -> None:
    reach_down(
        p,
        [
            key(0.25),
            key(0.7, pelvis=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), right_hold=0, right=(0.0, -0.26, 0.30)),
        ],
        back=0.5,
    )


@action(
    "put down",
    "bends down and puts something on the ground with the {side} hand",
    "sets something down on the ground with the {side} hand",
    limb="hand",
    direction="down",
    kind="put down",
    aliases=("place something",),
)
def put_down(p: Performer) -> None:
    holding = (-0.02, -0.24, 0.32)
    p.play(
        key(0.5, right=holding),
        key(0.15, right=holding),
        key(
            0.8,
            pelvis=(0, -p.vary(0.34), -0.10),
            orient=(24, 0, 0),
            spine=(46, 10, 0),
            right_pin=(-0.14, 0.16, 0.36),
            right_hold=1,
        ),
        key(0.2),
        key(0.75, pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), right_hold=0, right=(0.055, -0.515, 0.045)),
        back=0.2,
        exact=True,
    )


@action(
    "lift a box",
    "squats down and lifts a box with both hands",
    "picks up something heavy with both hands",
    limb="hands",
    direction="up",
    aliases=("lift", "pick up with both hands"),
    kind="pick up",
)
def lift_box(p: Performer) -> None:
    grip = dict(left_pin=(0.19, 0.22, 0.40), right_pin=(-0.19, 0.22, 0.40), both_hold=1)
    chest = dict(both=(-0.02, -0.27, 0.30), both_hold=0)
    p.play(
        key(0.9, pelvis=(0, -0.42, -0.16), orient=(20, 0, 0), spine=(34, 0, 0), head=(-4, 0, 0), both_knee=16, **grip),
        key(0.3),
        key(0.9, pelvis=(0, 0, -0.02), orient=(0, 0, 0), spine=(-4, 0, 0), head=(0, 0, 0), both_knee=0, **chest),
        key(p.vary(0.5, 0.4)),
        back=0.7,
        exact=True,
    )


@action(
    "push",
    "pushes something forward with both hands",
    "stretches out both arms and pushes forward",
    limb="hands",
    direction="forward",
    aliases=("push forward",),
)
def push(p: Performer) -> None:
    near, far = (-0.02, -0.10, 0.17), (-0.04, -0.02, 0.50)
    step = dict(left_foot=(0, 0, 0.16), right_foot=(0, 0, -0.10))
    p.play(
        key(0.55, both=near, both_palm=(-70, -60), both_pole=(0.8, -0.7, -0.2), **step),
        key(0.15),
        key(0.5, both=far, spine=(16, 0, 0), pelvis=(0, -0.05, 0.16)),
        key(p.vary(0.3, 0.4)),
        back=0.65,
    )


@action(
    "pull",
    "pulls something towards the body with both hands",
    "reaches forward with both hands and pulls back",
    limb="hands",
    direction="backward",
    aliases=("pulling",),
)
def pull(p: Performer) -> None:
    far, near = (-0.06, -0.06, 0.49), (0.02, -0.20, 0.14)
    step = dict(left_foot=(0, 0, 0.16), right_foot=(0, 0, -0.10))
    p.play(
        key(0.6, both=far, spine=(14, 0, 0), pelvis=(0, -0.03, 0.12), **step),
        key(0.25),
        key(0.6, both=near, spine=(-9, 0, 0), pelvis=(0, -0.06, -0.08)),
        key(p.vary(0.3, 0.4)),
        back=0.65,
    )


@action(
    "open a door",
    "opens a door with the {side} hand",
    "reaches forward with the {side} hand, turns and pulls a door open",
    limb="arm",
    aliases=("open door",),
)
def open_door(p: Performer) -> None:
    handle = (0.02, -0.26, 0.38)
    p.play(
        key(0.65, right=handle, spine=(6, 0, 0)),
        key(0.3, right=handle, right_palm=(-60, 0)),
        key(0.75, right=(0.30, -0.24, 0.12), spine=(0, -24, 0), pelvis=(0, -0.02, -0.06), right_palm=(0, 0)),
        back=0.65,
        exact=True,
    )


@action(
    "sweep the floor",
    "sweeps the floor with a broom{times}",
    "holds a broom in both hands and sweeps{times}",
    limb="arms",
    verb="sweep",
    aliases=("sweep", "sweeping"),
)
def sweep(p: Performer) -> None:
    n = p.times(2, 4)
    out = key(0.5, right=(0.14, -0.34, 0.32), left=(-0.22, -0.16, 0.24), spine=(18, -20, 0))
    across = key(0.5, right=(-0.16, -0.36, 0.36), left=(-0.02, -0.14, 0.20), spine=(20, 20, 0))
    p.play(
        key(0.6, right=(0.14, -0.34, 0.32), left=(-0.22, -0.16, 0.24), spine=(18, -20, 0), head=(8, 0, 0)),
        *cycle(n, across, out),
        back=0.65,
    )


@action(
    "saw",
    "saws with the {side} arm{times}",
    "moves the {side} arm to and fro as if sawing wood{times}",
    limb="arm",
    verb="saw",
    aliases=("sawing",),
)
def saw(p: Performer) -> None:
    n, out, near = p.times(2, 5), (-0.02, -0.28, 0.42), (0.12, -0.30, 0.02)
    stance = dict(spine=(18, 0, 0), left=(-0.10, -0.30, 0.32), left_foot=(0, 0, 0.18))
    p.play(
        key(0.6, right=near, head=(6, 0, 0), **stance),
        *cycle(n, key(0.3, right=out, spine=(21, 8, 0)), key(0.3, right=near, spine=(18, -4, 0))),
        back=0.65,
    )


@action(
    "dig",
    "digs with a spade{times}",
    "drives a spade down and throws earth to the side{times}",
    limb="arms",
    verb="dig",
    aliases=("shovel", "digging"),
)
def dig(p: Performer) -> None:
    n = p.times(1, 3)
    ready = dict(right=(0.10, -0.34, 0.28), left=(-0.08, -0.20, 0.34), spine=(16, 0, 0), left_foot=(0, 0, 0.14))
    down = key(
        0.5,
        right=(0.06, -0.36, 0.30),
        left=(-0.10, -0.34, 0.38),
        spine=(34, 0, 0),
        orient=(10, 0, 0),
        pelvis=(0, -0.16, -0.05),
    )
    throw = key(
        0.45,
        right=(0.30, -0.20, 0.22),
        left=(-0.28, -0.10, 0.34),
        spine=(8, -40, 0),
        orient=(0, -10, 0),
        pelvis=(0, -0.02, 0),
    )
    p.play(key(0.6, **ready), *cycle(n, down, throw, key(0.4, orient=(0, 0, 0), **ready)), back=0.65)


@action(
    "chop wood",
    "chops wood with an axe{times}",
    "swings an axe overhead and down with both hands{times}",
    limb="arms",
    verb="chop",
    direction="down",
    aliases=("swing an axe", "chop"),
)
def chop(p: Performer) -> None:
    n, middle = p.times(1, 4), -0.14 * p.figure.shoulders / p.figure.arms
    up = key(
        0.55, both=(middle + 0.03, 0.44, 0.02), spine=(-10, 0, 0), head=(-6, 0, 0), pelvis=(0, 0, 0), orient=(0, 0, 0)
    )
    hit = key(
        0.26, both=(middle, -0.24, 0.40), spine=(30, 0, 0), orient=(10, 0, 0), pelvis=(0, -0.12, -0.06), head=(0, 0, 0)
    )
    p.play(
        key(0.5, both=(middle, -0.22, 0.34), left_foot=(0.08, 0, 0), right_foot=(-0.08, 0, 0)),
        *cycle(n, up, hit),
        key(0.2),
        back=0.7,
    )


@action(
    "row",
    "rows with both arms{times}",
    "pulls a pair of oars towards the chest{times}",
    limb="arms",
    verb="pull",
    aliases=("rowing", "row a boat"),
)
def row_boat(p: Performer) -> None:
    n = p.times(2, 5)
    out, near = (
        key(0.5, both=(0.0, -0.10, 0.48), spine=(26, 0, 0)),
        key(0.5, both=(0.14, -0.16, 0.10), spine=(-10, 0, 0)),
    )
    p.play(key(0.5, both=(0.0, -0.10, 0.48), spine=(26, 0, 0)), *cycle(n - 1, near, out), near, back=0.6)


@action(
    "hammer",
    "lifts the {side} hand and hammers downward{times}",
    "strikes down with the {side} fist as if hammering a nail{times}",
    limb="arm",
    verb="strike",
    direction="down",
    aliases=("hammering",),
)
def hammer(p: Performer) -> None:
    n = p.times(1, 5)
    up, down = (0.08, 0.26, 0.20), (0.0, -0.16, 0.40)
    lift, strike = key(0.36, right=up, spine=(-4, 0, 0)), key(0.2, right=down, spine=(9, 0, 0), head=(6, 0, 0))
    p.play(key(0.6, right=up, spine=(-3, 0, 0)), strike, *cycle(n - 1, lift, strike), back=0.7)
