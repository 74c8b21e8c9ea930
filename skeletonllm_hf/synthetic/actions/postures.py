"""Bending, sitting, kneeling, lying, falling."""

from __future__ import annotations

from ..gait import Gait, stride, stride_seconds
from ..performer import Performer, cycle, key
from ..registry import action


@action(
    "bend",
    "bends forward and comes up again",
    "bends the upper body forward and down",
    limb="body",
    direction="forward",
    aliases=("bend forward", "bend down"),
    kind="bend",
)
def bend(p: Performer) -> None:
    down = dict(
        orient=(34, 0, 0), spine=(p.vary(62), 0, 0), pelvis=(0, -0.03, -0.14), both=(0.03, -0.04, 0.50), head=(4, 0, 0)
    )
    p.play(key(0.9, **down), key(p.vary(0.35, 0.5)), back=0.95)


@action(
    "bow",
    "bows",
    "makes a bow with the upper body",
    limb="body",
    direction="forward",
    aliases=("bowing", "take a bow"),
    kind="bow",
)
def bow(p: Performer) -> None:
    low = dict(orient=(p.vary(26), 0, 0), spine=(p.vary(24), 0, 0), head=(14, 0, 0), pelvis=(0, -0.005, -0.10))
    p.play(key(0.7, **low), key(p.vary(0.5, 0.4)), back=0.8)


@action(
    "side bend",
    "bends to the {side} with the {side} arm hanging",
    "leans the upper body over to the {side}",
    limb="body",
    direction="to the {side}",
    aliases=("lean to the side",),
)
def side_bend(p: Performer) -> None:
    over = dict(
        spine=(0, 0, p.vary(32)),
        orient=(0, 0, 6),
        head=(0, 0, 8),
        pelvis=(0.05, 0, 0),
        left=(0.02, 0.44, 0.06),
        left_pole=(1, -0.2, 0.1),
        right=(0.28, -0.43, 0.02),
    )
    p.play(key(0.8, **over), key(p.vary(0.4, 0.4)), back=0.8)


@action(
    "twist torso",
    "twists the upper body from side to side{times}",
    "turns the shoulders left and right{times}",
    limb="body",
    verb="twist",
    aliases=("twist", "torso twist"),
)
def twist(p: Performer) -> None:
    n, arms = p.times(1, 4), dict(both=(0.16, -0.06, 0.30), both_pole=(1, -0.3, 0))
    one, two = (
        key(0.42, spine=(0, 52, 0), orient=(0, 8, 0), head=(0, 10, 0), **arms),
        key(0.42, spine=(0, -52, 0), orient=(0, -8, 0), head=(0, -10, 0)),
    )
    p.play(key(0.4, **arms), *cycle(n, one, two), back=0.6)


@action(
    "stretch",
    "stretches both arms up and arches the back",
    "reaches up high with both hands and stretches",
    limb="arms",
    direction="up",
    aliases=("stretching", "stretch oneself"),
)
def stretch(p: Performer) -> None:
    top = dict(
        both=(-0.04, 0.50, 0.02),
        both_pole=(0.9, 0, 0.2),
        spine=(-14, 0, 0),
        head=(-18, 0, 0),
        pelvis=(0, 0.055, 0.03),
        both_step=(18, 0),
        both_foot=(0, 0.05, 0),
    )
    p.play(key(1.0, **top), key(p.vary(0.7, 0.4)), back=0.9)


@action(
    "sit down",
    "sits down",
    "lowers the body onto a chair",
    limb="body",
    direction="down",
    end="sitting",
    aliases=("sit", "sitting down"),
)
def sit_down(p: Performer) -> None:
    seat = dict(pelvis=(0, -0.42, -0.40), both=(-0.03, -0.345, 0.29), both_knee=4)
    lean = key(
        0.75, pelvis=(0, -0.18, -0.26), orient=(20, 0, 0), spine=(20, 0, 0), head=(-12, 0, 0), both=(0.06, -0.40, 0.26)
    )
    p.play(
        lean,
        key(0.75, spine=(6, 0, 0), orient=(0, 0, 0), head=(0, 0, 0), **seat),
        key(p.vary(0.3, 0.5)),
        back=None,
        exact=True,
    )
    p.moved[:2] = 0, -0.40


@action(
    "stand up",
    "stands up",
    "rises from a chair",
    limb="body",
    direction="up",
    start="sitting",
    aliases=("get up", "standing up"),
)
def stand_up(p: Performer) -> None:
    lean = key(
        0.6, pelvis=(0, 0.03, 0.10), orient=(24, 0, 0), spine=(20, 0, 0), head=(-14, 0, 0), both=(0.03, -0.34, 0.30)
    )
    up = dict(
        pelvis=(0, 0.42, 0.40),
        orient=(0, 0, 0),
        spine=(-6, 0, 0),
        head=(0, 0, 0),
        both=(0.055, -0.515, 0.045),
        both_knee=-4,
    )
    p.play(key(p.vary(0.3, 0.5)), lean, key(0.8, **up), back=None, exact=True)
    p.moved[:2] = 0, 0.40


@action(
    "kneel",
    "kneels down on both knees",
    "goes down on the knees",
    limb="body",
    direction="down",
    end="kneeling",
    aliases=("kneel down", "kneeling"),
)
def kneel(p: Performer) -> None:
    p.play(
        key(0.25, right_foot=(0, 0.12, -0.20), pelvis=(0, -0.08, -0.03)),
        key(
            0.25,
            right_foot=(0, 0.15, -0.42),
            right_loose=0.6,
            pelvis=(0, -0.20, -0.08),
            spine=(14, 0, 0),
            both=(0.02, -0.42, 0.22),
        ),
        key(0.5, right_foot=(0, 0, -0.48), right_loose=2, pelvis=(0, -0.42, -0.06), left_foot=(0, 0, 0.04)),
        key(0.25, left_foot=(0, 0.10, -0.22), left_loose=1),
        key(
            0.25,
            left_foot=(0, 0.0, -0.46),
            left_loose=2,
            pelvis=(0, -0.43, -0.05),
            spine=(3, 0, 0),
            both=(0.02, -0.48, 0.12),
        ),
        key(p.vary(0.6, 0.4)),
        back=None,
        exact=True,
    )


@action(
    "lie down",
    "lies down on the back",
    "sits on the ground and lies back",
    limb="body",
    direction="down",
    end="lying",
    aliases=("lying down",),
)
def lie_down(p: Performer) -> None:
    p.play(
        key(
            0.8,
            pelvis=(0, -0.45, -0.16),
            orient=(16, 0, 0),
            spine=(28, 0, 0),
            both=(0.10, -0.42, 0.20),
            both_foot=(0, 0, 0.08),
            both_knee=8,
        ),
        key(
            0.6,
            pelvis=(0, -0.82, -0.34),
            orient=(-24, 0, 0),
            spine=(34, 0, 0),
            both=(0.22, -0.36, -0.10),
            both_foot=(0, 0, 0.10),
        ),
        key(
            0.8,
            orient=(-70, 0, 0),
            spine=(16, 0, 0),
            head=(16, 0, 0),
            both=(0.18, -0.30, 0.08),
            both_foot=(0, 0.0, 0.26),
            pelvis=(0, -0.82, -0.36),
        ),
        key(
            0.7,
            orient=(-88, 0, 0),
            spine=(0, 0, 0),
            head=(0, 0, 0),
            both=(0.14, -0.49, 0.05),
            both_pole=(1, -0.2, 0.05),
            both_foot=(0.0, 0.02, 0.495),
            pelvis=(0, -0.82, -0.37),
        ),
        key(p.vary(0.4, 0.4)),
        back=None,
    )


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


@action(
    "fall",
    "falls {where} to the ground",
    "loses balance and falls down {where}",
    limb="body",
    end="lying",
    aliases=("fall down", "falling"),
)
def fall(p: Performer) -> None:
    p.direction = p.choose(*_FALLS)
    _fall(p, *_FALLS[p.direction])


@action(
    "turn around",
    "turns around to the {side}",
    "makes half a turn to the {side} on the spot",
    limb="body",
    direction="to the {side}",
    aliases=("turn",),
)
def turn_around(p: Performer) -> None:
    gait, steps = Gait(length=0.001, step=0.42, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0), 4
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, turn=-180, first=1)
