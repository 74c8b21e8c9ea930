"""Gestures of the hands and the head, on the spot."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


@action(
    "clap hands",
    "claps the hands{times}",
    "brings both hands together in front of the chest and claps{times}",
    limb="hands",
    verb="clap",
    aliases=("hand clap", "clapping", "applaud"),
)
def clap(p: Performer) -> None:
    n, height, forward = p.times(1, 7), p.vary(-0.12), p.vary(0.33)
    apart, together = (
        (0.12, height, forward - 0.02),
        (-0.175 * p.figure.shoulders / p.figure.arms + 0.02, height, forward),
    )
    beat = p.vary(0.17)
    p.play(key(0.55, both=apart), *cycle(n, key(beat, both=together), key(beat, both=apart)), back=0.6, exact=True)


@action(
    "point",
    "points {where} with the {side} hand",
    "stretches out the {side} arm and points {where}",
    limb="arm",
    aliases=("point at something", "pointing"),
)
def point_at(p: Performer) -> None:
    where, target, look = p.choose(
        ("forward", (-0.05, 0.04, 0.51), 0), ("up", (0.06, 0.44, 0.26), -18), ("to the {side}", (0.51, 0.04, 0.08), 0)
    )
    p.direction = where
    turn = -28 if "side" in where else 0
    p.play(
        key(0.6, right=target, right_pole=(0.7, -0.7, -0.1), head=(look, turn, 0), spine=(0, turn / 4, 0)),
        key(p.vary(0.9, 0.4), right=target),
        back=0.65,
    )


@action(
    "salute",
    "salutes with the {side} hand",
    "brings the {side} hand to the forehead in a salute",
    limb="hand",
    aliases=("saluting",),
)
def salute(p: Performer) -> None:
    brow = p.at("right_eye", 0.10, 0.0, 0.08)
    p.play(
        key(0.5, right=brow, right_pole=(1, -0.35, 0.1), right_palm=(0, 8), spine=(-3, 0, 0)),
        key(p.vary(0.9, 0.4), right=brow),
        back=0.5,
        exact=True,
    )


@action(
    "cross arms",
    "crosses the arms in front of the chest",
    "folds both arms across the chest",
    limb="arms",
    aliases=("fold arms", "cross hands in front"),
)
def cross_arms(p: Performer) -> None:
    over, under = (-0.30, -0.20, 0.20), (-0.28, -0.25, 0.15)
    p.play(
        key(0.7, right=over, left=under, both_pole=(0.7, -0.7, 0.1)),
        key(p.vary(1.1, 0.4), right=over, left=under),
        back=0.7,
        exact=True,
    )


@action(
    "put hands on hips",
    "puts both hands on the hips",
    "stands with the hands on the hips",
    limb="hands",
    aliases=("hands on hips",),
)
def hands_on_hips(p: Performer) -> None:
    hip = p.at("right_hip", 0.07, 0.10, 0.03)
    p.play(
        key(0.7, both=hip, both_pole=(1, 0.1, -0.5), both_palm=(0, 40)),
        key(p.vary(1.1, 0.4), both=hip),
        back=0.7,
        exact=True,
    )


@action(
    "check watch",
    "lifts the {side} wrist and looks at a watch",
    "checks the time on the {side} wrist",
    limb="arm",
    aliases=("check time", "look at watch"),
)
def check_watch(p: Performer) -> None:
    wrist = (-0.16, -0.16, 0.27)
    look = key(0.6, right=wrist, right_pole=(0.9, -0.4, 0.1), head=(24, 12, 0))
    p.play(look, key(p.vary(1.0, 0.4), right=wrist), back=0.6, exact=True)


@action(
    "beckon",
    "beckons with the {side} hand{times}",
    "waves somebody closer with the {side} hand{times}",
    limb="hand",
    verb="beckon",
    aliases=("call over", "come here"),
)
def beckon(p: Performer) -> None:
    n, out = p.times(2, 4), (0.02, -0.02, 0.44)
    start = key(0.6, right=out, right_palm=(0, -10), right_pole=(0.4, -0.9, 0))
    p.play(
        start,
        *cycle(n, key(0.28, right=(0.0, 0.12, 0.22), right_palm=(0, 35)), key(0.28, right=out, right_palm=(0, -10))),
    )


@action(
    "guide",
    "shows the way {where} with the {side} arm",
    "gestures {where} with an open {side} hand",
    limb="arm",
    aliases=("show the way",),
)
def guide(p: Performer) -> None:
    p.direction = "to the {side}"
    end = (0.42, -0.22, 0.20)
    p.play(
        key(0.4, right=(-0.08, -0.22, 0.26), head=(4, 0, 0)),
        key(0.6, right=end, spine=(9, -14, 0), head=(2, -22, 0), left=(0.0, -0.34, 0.14)),
        key(p.vary(0.9, 0.3), right=end),
        back=0.7,
    )


@action(
    "shrug",
    "shrugs the shoulders{times}",
    "lifts both shoulders and turns up the hands{times}",
    limb="arms",
    verb="shrug",
    aliases=("shrugging",),
)
def shrug(p: Performer) -> None:
    n, up = p.times(1, 3), dict(both=(0.26, -0.14, 0.20), both_palm=(-70, -20), head=(-4, 0, 9))
    p.play(*cycle(n, key(0.42, **up), key(0.22, **up), key(0.36, both=(0.07, -0.47, 0.08), head=(0, 0, 0))), back=0.45)


@action(
    "nod", "nods{times}", "moves the head up and down{times}", limb="head", verb="nod", aliases=("nod head", "nodding")
)
def nod(p: Performer) -> None:
    n = p.times(2, 5)
    p.play(*cycle(n, key(0.24, head=(28, 0, 0)), key(0.24, head=(-8, 0, 0))), back=0.3)


@action(
    "shake head",
    "shakes the head{times}",
    "turns the head from side to side{times}",
    limb="head",
    verb="shake the head",
    aliases=("head shake",),
)
def shake_head(p: Performer) -> None:
    n = p.times(2, 5)
    p.play(*cycle(n, key(0.26, head=(0, 38, 0)), key(0.26, head=(0, -38, 0))), back=0.3)


@action(
    "look around",
    "looks around to both sides",
    "turns the head and looks left and right",
    limb="head",
    aliases=("look left and right",),
)
def look_around(p: Performer) -> None:
    p.play(
        key(0.7, head=(0, 65, 0), spine=(0, 12, 0)),
        key(0.35),
        key(0.9, head=(0, -65, 0), spine=(0, -12, 0)),
        key(0.35),
        back=0.7,
    )


@action(
    "put palms together",
    "puts the palms together in front of the chest",
    "folds the hands and lowers the head",
    limb="hands",
    aliases=("pray", "palms together"),
)
def palms_together(p: Performer) -> None:
    middle = (-0.165 * p.figure.shoulders / p.figure.arms, -0.22, 0.22)
    pose = dict(both=middle, both_pole=(0.9, -0.5, 0), both_palm=(0, -45))
    p.play(key(0.7, head=(18, 0, 0), spine=(5, 0, 0), **pose), key(p.vary(1.0, 0.4)), back=0.7, exact=True)


@action(
    "thumbs up", "gives a thumbs up with the {side} hand", "holds out the {side} hand with the thumb up", limb="hand"
)
def thumbs_up(p: Performer) -> None:
    out = (0.02, -0.14, 0.38)
    p.play(key(0.5, right=out), key(0.12, right=(0.02, -0.09, 0.41)), key(p.vary(0.8, 0.4), right=out), back=0.55)


@action(
    "cheer",
    "throws up both arms and cheers{times}",
    "pumps both fists in the air{times}",
    limb="arms",
    verb="throw up the arms",
    direction="up",
    aliases=("cheer up", "celebrate"),
)
def cheer(p: Performer) -> None:
    n, low, high = (
        p.times(1, 4),
        dict(both=(0.10, 0.12, 0.22), pelvis=(0, -0.03, 0)),
        dict(both=(0.16, 0.47, 0.10), pelvis=(0, 0.0, 0), head=(-8, 0, 0)),
    )
    p.play(key(0.45, **low), *cycle(n - 1, key(0.26, **high), key(0.26, **low)), key(0.26, **high), key(0.3), back=0.65)


@action(
    "hand catch",
    "reaches out with the {side} hand to catch something and draws it in",
    "catches something in the air with the {side} hand",
    limb="hand",
    aliases=("catch",),
)
def hand_catch(p: Performer) -> None:
    far = p.choose((0.05, 0.32, 0.38), (0.28, 0.22, 0.36), (-0.1, 0.15, 0.46))
    near = (0.0, -0.16, 0.24)
    p.play(
        key(0.45, right=far, spine=(3, 8, 0), head=(-8, 0, 0)),
        key(0.12, right=(far[0] - 0.05, far[1] - 0.03, far[2] - 0.02)),
        key(0.35, right=near, spine=(2, -2, 0), head=(8, 0, 0)),
        key(0.25, right=near),
        back=0.55,
    )
