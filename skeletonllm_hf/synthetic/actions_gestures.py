"""Gestures of the hands, arms and head, on the spot."""

from __future__ import annotations

from .performer import Performer, cycle, key
from .registry import action


def _wave(p: Performer) -> None:
    n, up = p.times(1, 5), p.vary(0.36)
    out = key(0.28, right=(0.36, up - 0.06, 0.16), right_palm=(0, -18))
    start = key(0.75, right=(0.12, up, 0.22), right_pole=(0.7, -0.5, -0.1), right_palm=(0, 12), head=(-2, 0, 0))
    p.play(start, *cycle(n, out, key(0.28, right=(0.06, up + 0.02, 0.18), right_palm=(0, 18))), back=0.7)


action(
    "high wave", "raises the {side} hand above the head and waves it{times}", "waves with the {side} hand held up high{times}",
    "lifts the {side} arm and waves it from side to side{times}",
    limb="hand", verb="wave", kind="wave", aliases=("wave", "wave one hand", "hand waving", "wave goodbye", "bye"),
)(_wave)  # fmt: skip
for _side in ("left", "right"):
    action(
        f"wave {_side} hand", "waves the {side} hand{times}", "lifts the {side} hand and waves it from side to side{times}",
        limb="hand", verb="wave", kind="wave", side=_side,
    )(_wave)  # fmt: skip


@action(
    "horizontal wave", "moves the {side} arm from side to side in front of the chest{times}",
    "holds the {side} arm out at chest height and waves it level{times}", limb="arm", verb="wave", kind="horizontal wave",
)  # fmt: skip
def horizontal_wave(p: Performer) -> None:
    n, level = p.times(1, 4), p.vary(-0.06)
    out, across = (0.36, level, 0.30), (-0.26, level, 0.38)
    start = key(0.7, right=across, right_pole=(0.8, -0.5, -0.3), spine=(0, 5, 0))
    p.play(start, *cycle(n, key(0.42, right=out, spine=(0, -8, 0)), key(0.42, right=across, spine=(0, 7, 0))), back=0.65)


@action(
    "wave both hands", "raises both hands and waves them{times}", "waves with both hands above the head{times}",
    limb="hands", verb="wave", aliases=("two hand wave", "wave hands", "bye bye"), kind="wave",
)  # fmt: skip
def wave_both(p: Performer) -> None:
    n, up = p.times(1, 5), p.vary(0.40)
    apart, together = (0.34, up - 0.08, 0.1), (0.02, up + 0.04, 0.12)
    p.play(
        key(0.75, both=together, both_pole=(0.8, -0.4, -0.1)), *cycle(n, key(0.3, both=apart), key(0.3, both=together)), back=0.75
    )


def _raise_one(p: Performer) -> None:
    top = p.choose((0.05, 0.50, 0.08), (0.10, 0.47, 0.20), (0.20, 0.46, 0.05))
    p.play(key(0.8, right=top, right_pole=(0.6, -0.3, 0.2)), key(p.vary(0.7, 0.5), right=top), back=0.8)


for _side in ("left", "right"):
    action(
        f"raise {_side} hand", "raises the {side} hand and lowers it again", "lifts the {side} arm straight up above the head",
        limb="hand", side=_side, direction="up", kind="raise hand", aliases=(f"raise {_side} arm",),
    )(_raise_one)  # fmt: skip


@action(
    "raise both hands", "raises both hands above the head", "lifts both arms straight up and lowers them again",
    limb="hands", direction="up", kind="raise hand", aliases=("raise both arms", "hands up"),
)  # fmt: skip
def raise_both(p: Performer) -> None:
    top = p.choose((0.05, 0.50, 0.08), (0.18, 0.47, 0.12))
    p.play(key(0.85, both=top, both_pole=(0.6, -0.3, 0.2), head=(-8, 0, 0)), key(p.vary(0.7, 0.5), both=top), back=0.85)


@action(
    "hammer", "lifts the {side} hand and hammers downward{times}", "strikes down with the {side} fist as if hammering a nail{times}",
    limb="arm", verb="strike", direction="down", aliases=("hammering",),
)  # fmt: skip
def hammer(p: Performer) -> None:
    n = p.times(1, 5)
    up, down = (0.08, 0.26, 0.20), (0.0, -0.16, 0.40)
    lift, strike = key(0.36, right=up, spine=(-4, 0, 0)), key(0.2, right=down, spine=(9, 0, 0), head=(6, 0, 0))
    p.play(key(0.6, right=up, spine=(-3, 0, 0)), strike, *cycle(n - 1, lift, strike), back=0.7)


@action(
    "hand catch", "reaches out with the {side} hand to catch something and draws it in", "catches something in the air with the {side} hand",
    limb="hand", aliases=("catch",),
)  # fmt: skip
def hand_catch(p: Performer) -> None:
    far = p.choose((0.05, 0.32, 0.38), (0.28, 0.22, 0.36), (-0.1, 0.15, 0.46))
    near = (0.0, -0.16, 0.24)
    p.play(
        key(0.45, right=far, spine=(3, 8, 0), head=(-8, 0, 0)), key(0.12, right=(far[0] - 0.05, far[1] - 0.03, far[2] - 0.02)),
        key(0.35, right=near, spine=(2, -2, 0), head=(8, 0, 0)), key(0.25, right=near), back=0.55,
    )  # fmt: skip


def _draw(p: Performer, points: list[tuple[float, float]], seconds: float) -> None:
    size, height = p.vary(1.0), p.vary(0.08, 0.5)
    place = lambda x, y: (0.04 + size * x, height + size * y, 0.36 + 0.04 * y)  # noqa: E731
    first, *others = points
    p.play(
        key(0.65, right=place(*first), right_pole=(0.6, -0.8, -0.2)), key(0.1, right=place(*first)),
        *(key(seconds, right=place(*other)) for other in others), key(0.15, right=place(*others[-1])), back=0.65, exact=True,
    )  # fmt: skip


@action(
    "draw x", "draws a large X in the air with the {side} hand", "traces a cross in front of the body with the {side} hand",
    limb="hand", aliases=("draw a cross",),
)  # fmt: skip
def draw_x(p: Performer) -> None:
    _draw(p, [(-0.22, 0.24), (0.22, -0.22), (0.22, 0.24), (-0.22, -0.22)], 0.48)


@action("draw tick", "draws a tick mark in the air with the {side} hand", "traces a check mark with the {side} hand", limb="hand", aliases=("draw check",))
def draw_tick(p: Performer) -> None:
    _draw(p, [(-0.24, 0.06), (-0.10, -0.22), (0.28, 0.30)], 0.5)


@action(
    "draw circle", "draws {n:circle} in the air with the {side} hand", "moves the {side} hand round in a circle in front of the body{times}",
    limb="hand", verb="draw a circle", aliases=("draw a circle",),
)  # fmt: skip
def draw_circle(p: Performer) -> None:
    turns, step = p.times(1, 3), 0.17
    ring = [(0.0, 0.24), (-0.18, 0.17), (-0.25, 0.0), (-0.18, -0.17), (0.0, -0.24), (0.18, -0.17), (0.25, 0.0), (0.18, 0.17)]
    clockwise = p.choose(True, False)  # as the performer sees it, for the right hand
    p.direction = "clockwise" if clockwise else "counterclockwise"
    ring = [ring[0], *ring[:0:-1]] if clockwise else ring
    size, step = p.vary(1.0), p.vary(0.17)
    place = lambda x, y: (0.03 + size * x, 0.08 + size * y, 0.37 - 0.1 * y * y)  # noqa: E731
    path = [place(*point) for point in ring * turns + ring[:1]]
    p.play(
        key(0.65, right=path[0], right_pole=(0.6, -0.8, -0.2)), *(key(step, right=point) for point in path[1:]), back=0.65, exact=True
    )


@action(
    "clap hands", "claps the hands{times}", "brings both hands together in front of the chest and claps{times}",
    limb="hands", verb="clap", aliases=("hand clap", "clapping", "applaud"),
)  # fmt: skip
def clap(p: Performer) -> None:
    n, height, forward = p.times(1, 7), p.vary(-0.12), p.vary(0.33)
    apart, together = (0.12, height, forward - 0.02), (-0.175 * p.figure.shoulders / p.figure.arms + 0.02, height, forward)
    beat = p.vary(0.17)
    p.play(key(0.55, both=apart), *cycle(n, key(beat, both=together), key(beat, both=apart)), back=0.6, exact=True)


@action(
    "side boxing", "turns to the side and boxes with both fists{times}", "throws punches to the side with both fists{times}",
    limb="arms", verb="punch", aliases=("boxing to the side",), kind="boxing",
)  # fmt: skip
def side_boxing(p: Performer) -> None:
    n = p.times(2, 6)
    guard = dict(left=(0.02, 0.02, 0.28), right=(0.02, 0.02, 0.26), spine=(8, -22, 0), orient=(0, -42, 0))
    jab = key(0.2, right=(-0.05, 0.06, 0.50), left=(0.02, 0.02, 0.24), spine=(9, 2, 0))
    cross = key(0.2, left=(-0.05, 0.06, 0.50), right=(0.02, 0.02, 0.24), spine=(9, -40, 0))
    draw = key(0.2, **guard)
    punches = [move for i in range(n) for move in ((jab, cross)[i % 2], draw)]
    p.play(
        key(0.6, right_foot=(-0.02, 0, -0.16), left_foot=(0, 0, 0.1), right_step=(0, -50), left_step=(0, -20), pelvis=(0, -0.05, 0), **guard),
        *punches, back=0.7,
    )  # fmt: skip


@action(
    "box", "boxes with both fists{times}", "throws punches forward with alternating fists{times}",
    limb="arms", verb="punch", aliases=("boxing", "shadow boxing"), kind="boxing", direction="forward",
)  # fmt: skip
def box(p: Performer) -> None:
    n, guard = p.times(3, 8), dict(both=(-0.04, 0.0, 0.22), spine=(8, 0, 0))
    jabs = (key(0.17, right=(-0.12, 0.04, 0.49), spine=(9, 18, 0)), key(0.17, left=(-0.12, 0.04, 0.49), spine=(9, -18, 0)))
    punches = [move for i in range(n) for move in (jabs[i % 2], key(0.17, **guard))]
    stance = dict(pelvis=(0, -0.06, 0), left_foot=(0.03, 0, 0.12), right_foot=(-0.04, 0, -0.14))
    p.play(key(0.5, **stance, **guard), *punches, back=0.6)


@action(
    "forward punch", "punches straight forward with the {side} fist{times}", "throws a punch to the front with the {side} hand{times}",
    limb="arm", verb="punch", direction="forward", aliases=("punch", "straight punch"),
)  # fmt: skip
def punch(p: Performer) -> None:
    n, ready = p.times(1, 4), dict(right=(0.06, -0.18, 0.08), left=(-0.02, -0.05, 0.2), spine=(4, -14, 0))
    hit = key(0.19, right=(-0.10, 0.0, 0.51), left=(0.0, -0.14, 0.12), spine=(8, 22, 0), pelvis=(0, -0.04, 0.07))
    draw = key(0.34, pelvis=(0, -0.02, -0.01), **ready)
    p.play(key(0.5, pelvis=(0, -0.02, -0.02), **ready), *cycle(n - 1, hit, draw), hit, key(0.08), back=0.65)


@action("point", "points {where} with the {side} hand", "stretches out the {side} arm and points {where}", limb="arm", aliases=("point at something", "pointing"))
def point_at(p: Performer) -> None:
    where, target, look = p.choose(
        ("forward", (-0.05, 0.04, 0.51), 0), ("up", (0.06, 0.44, 0.26), -18), ("to the {side}", (0.51, 0.04, 0.08), 0)
    )
    p.direction = where
    turn = -28 if "side" in where else 0
    p.play(
        key(0.6, right=target, right_pole=(0.7, -0.7, -0.1), head=(look, turn, 0), spine=(0, turn / 4, 0)),
        key(p.vary(0.9, 0.4), right=target), back=0.65,
    )  # fmt: skip


@action("salute", "salutes with the {side} hand", "brings the {side} hand to the forehead in a salute", limb="hand", aliases=("saluting",))
def salute(p: Performer) -> None:
    brow = p.at("right_eye", 0.10, 0.0, 0.08)
    p.play(
        key(0.5, right=brow, right_pole=(1, -0.35, 0.1), right_palm=(0, 8), spine=(-3, 0, 0)), key(p.vary(0.9, 0.4), right=brow), back=0.5, exact=True
    )


@action("cross arms", "crosses the arms in front of the chest", "folds both arms across the chest", limb="arms", aliases=("fold arms", "cross hands in front"))
def cross_arms(p: Performer) -> None:
    over, under = (-0.30, -0.20, 0.20), (-0.28, -0.25, 0.15)
    p.play(
        key(0.7, right=over, left=under, both_pole=(0.7, -0.7, 0.1)), key(p.vary(1.1, 0.4), right=over, left=under), back=0.7, exact=True
    )


@action("put hands on hips", "puts both hands on the hips", "stands with the hands on the hips", limb="hands", aliases=("hands on hips",))
def hands_on_hips(p: Performer) -> None:
    hip = p.at("right_hip", 0.07, 0.10, 0.03)
    p.play(key(0.7, both=hip, both_pole=(1, 0.1, -0.5), both_palm=(0, 40)), key(p.vary(1.1, 0.4), both=hip), back=0.7, exact=True)


@action("check watch", "lifts the {side} wrist and looks at a watch", "checks the time on the {side} wrist", limb="arm", aliases=("check time", "look at watch"))
def check_watch(p: Performer) -> None:
    wrist = (-0.16, -0.16, 0.27)
    look = key(0.6, right=wrist, right_pole=(0.9, -0.4, 0.1), head=(24, 12, 0))
    p.play(look, key(p.vary(1.0, 0.4), right=wrist), back=0.6, exact=True)


@action(
    "beckon", "beckons with the {side} hand{times}", "waves somebody closer with the {side} hand{times}",
    limb="hand", verb="beckon", aliases=("call over", "come here"),
)  # fmt: skip
def beckon(p: Performer) -> None:
    n, out = p.times(2, 4), (0.02, -0.02, 0.44)
    start = key(0.6, right=out, right_palm=(0, -10), right_pole=(0.4, -0.9, 0))
    p.play(start, *cycle(n, key(0.28, right=(0.0, 0.12, 0.22), right_palm=(0, 35)), key(0.28, right=out, right_palm=(0, -10))))


@action("guide", "shows the way {where} with the {side} arm", "gestures {where} with an open {side} hand", limb="arm", aliases=("show the way",))
def guide(p: Performer) -> None:
    p.direction = "to the {side}"
    end = (0.42, -0.22, 0.20)
    p.play(
        key(0.4, right=(-0.08, -0.22, 0.26), head=(4, 0, 0)), key(0.6, right=end, spine=(9, -14, 0), head=(2, -22, 0), left=(0.0, -0.34, 0.14)),
        key(p.vary(0.9, 0.3), right=end), back=0.7,
    )  # fmt: skip


@action("shrug", "shrugs the shoulders{times}", "lifts both shoulders and turns up the hands{times}", limb="arms", verb="shrug", aliases=("shrugging",))
def shrug(p: Performer) -> None:
    n, up = p.times(1, 3), dict(both=(0.26, -0.14, 0.20), both_palm=(-70, -20), head=(-4, 0, 9))
    p.play(*cycle(n, key(0.42, **up), key(0.22, **up), key(0.36, both=(0.12, -0.38, 0.14), head=(0, 0, 0))), back=0.45)


@action("nod", "nods{times}", "moves the head up and down{times}", limb="head", verb="nod", aliases=("nod head", "nodding"))
def nod(p: Performer) -> None:
    n = p.times(2, 5)
    p.play(*cycle(n, key(0.24, head=(28, 0, 0)), key(0.24, head=(-8, 0, 0))), back=0.3)


@action("shake head", "shakes the head{times}", "turns the head from side to side{times}", limb="head", verb="shake the head", aliases=("head shake",))
def shake_head(p: Performer) -> None:
    n = p.times(2, 5)
    p.play(*cycle(n, key(0.26, head=(0, 38, 0)), key(0.26, head=(0, -38, 0))), back=0.3)


@action("look around", "looks around to both sides", "turns the head and looks left and right", limb="head", aliases=("look left and right",))
def look_around(p: Performer) -> None:
    p.play(key(0.7, head=(0, 65, 0), spine=(0, 12, 0)), key(0.35), key(0.9, head=(0, -65, 0), spine=(0, -12, 0)), key(0.35), back=0.7)


@action("put palms together", "puts the palms together in front of the chest", "folds the hands and lowers the head", limb="hands", aliases=("pray", "palms together"))
def palms_together(p: Performer) -> None:
    middle = (-0.165 * p.figure.shoulders / p.figure.arms, -0.22, 0.22)
    pose = dict(both=middle, both_pole=(0.9, -0.5, 0), both_palm=(0, -45))
    p.play(key(0.7, head=(18, 0, 0), spine=(5, 0, 0), **pose), key(p.vary(1.0, 0.4)), back=0.7, exact=True)


@action("thumbs up", "gives a thumbs up with the {side} hand", "holds out the {side} hand with the thumb up", limb="hand")
def thumbs_up(p: Performer) -> None:
    out = (0.02, -0.14, 0.38)
    p.play(key(0.5, right=out), key(0.12, right=(0.02, -0.09, 0.41)), key(p.vary(0.8, 0.4), right=out), back=0.55)


@action(
    "swing arms in circles", "swings both arms in circles{times}", "circles both stretched arms{times}",
    limb="arms", verb="circle the arms", aliases=("arm circles", "arm circling"),
)  # fmt: skip
def arm_circles(p: Performer) -> None:
    n, step = p.times(1, 4), 0.2
    ring = [(0.10, 0.0, 0.50), (0.10, 0.48, 0.12), (0.34, 0.12, -0.30), (0.20, -0.42, -0.14), (0.10, -0.48, 0.16)]
    p.play(key(0.3, both=ring[-1]), *cycle(n, *(key(step, both=point, both_pole=(0.9, -0.2, -0.4)) for point in ring)), back=0.4)
