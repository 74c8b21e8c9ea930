"""The whole body on the spot: bending, sitting, jumping, falling, exercising, dancing."""

from __future__ import annotations

from .performer import Performer, cycle, key
from .registry import action


@action("bend", "bends forward and comes up again", "bends the upper body forward and down", limb="body", direction="forward", aliases=("bend forward", "bend down"), kind="bend")
def bend(p: Performer) -> None:
    down = dict(orient=(34, 0, 0), spine=(p.vary(62), 0, 0), pelvis=(0, -0.03, -0.14), both=(0.03, -0.04, 0.50), head=(4, 0, 0))
    p.play(key(0.9, **down), key(p.vary(0.35, 0.5)), back=0.95)


@action("bow", "bows", "makes a bow with the upper body", limb="body", direction="forward", aliases=("bowing", "take a bow"), kind="bow")
def bow(p: Performer) -> None:
    low = dict(orient=(p.vary(26), 0, 0), spine=(p.vary(24), 0, 0), head=(14, 0, 0), pelvis=(0, -0.005, -0.10))
    p.play(key(0.7, **low), key(p.vary(0.5, 0.4)), back=0.8)


@action("side bend", "bends to the {side} with the {side} arm hanging", "leans the upper body over to the {side}", limb="body", direction="to the {side}", aliases=("lean to the side",))
def side_bend(p: Performer) -> None:
    over = dict(spine=(0, 0, p.vary(32)), orient=(0, 0, 6), head=(0, 0, 8), pelvis=(0.05, 0, 0), left=(0.02, 0.44, 0.06), left_pole=(1, -0.2, 0.1), right=(0.28, -0.43, 0.02))
    p.play(key(0.8, **over), key(p.vary(0.4, 0.4)), back=0.8)


@action("twist torso", "twists the upper body from side to side{times}", "turns the shoulders left and right{times}", limb="body", verb="twist", aliases=("twist", "torso twist"))
def twist(p: Performer) -> None:
    n, arms = p.times(1, 4), dict(both=(0.16, -0.06, 0.30), both_pole=(1, -0.3, 0))
    one, two = key(0.42, spine=(0, 52, 0), orient=(0, 8, 0), head=(0, 10, 0), **arms), key(0.42, spine=(0, -52, 0), orient=(0, -8, 0), head=(0, -10, 0))
    p.play(key(0.4, **arms), *cycle(n, one, two), back=0.6)


@action("stretch", "stretches both arms up and arches the back", "reaches up high with both hands and stretches", limb="arms", direction="up", aliases=("stretching", "stretch oneself"))
def stretch(p: Performer) -> None:
    top = dict(both=(-0.04, 0.50, 0.02), both_pole=(0.9, 0, 0.2), spine=(-14, 0, 0), head=(-18, 0, 0), pelvis=(0, 0.055, 0.03), both_step=(18, 0), both_foot=(0, 0.05, 0))
    p.play(key(1.0, **top), key(p.vary(0.7, 0.4)), back=0.9)




@action("sit down", "sits down", "lowers the body onto a chair", limb="body", direction="down", end="sitting", aliases=("sit", "sitting down"))
def sit_down(p: Performer) -> None:
    seat = dict(pelvis=(0, -0.42, -0.40), both=(-0.03, -0.345, 0.29), both_knee=4)
    lean = key(0.75, pelvis=(0, -0.18, -0.26), orient=(20, 0, 0), spine=(20, 0, 0), head=(-12, 0, 0), both=(0.06, -0.40, 0.26))
    p.play(lean, key(0.75, spine=(6, 0, 0), orient=(0, 0, 0), head=(0, 0, 0), **seat), key(p.vary(0.3, 0.5)), back=None, exact=True)
    p.moved[:2] = 0, -0.40


@action("stand up", "stands up", "rises from a chair", limb="body", direction="up", start="sitting", aliases=("get up", "standing up"))
def stand_up(p: Performer) -> None:
    lean = key(0.6, pelvis=(0, 0.03, 0.10), orient=(24, 0, 0), spine=(20, 0, 0), head=(-14, 0, 0), both=(0.03, -0.34, 0.30))
    up = dict(pelvis=(0, 0.42, 0.40), orient=(0, 0, 0), spine=(-6, 0, 0), head=(0, 0, 0), both=(0.055, -0.515, 0.045), both_knee=-4)
    p.play(key(p.vary(0.3, 0.5)), lean, key(0.8, **up), back=None, exact=True)
    p.moved[:2] = 0, 0.40


@action("squat", "squats down{times}", "bends the knees deeply and stands up again{times}", limb="legs", verb="squat", aliases=("squats", "squatting"))
def squat(p: Performer) -> None:
    n = p.times(1, 4)
    low = dict(pelvis=(0, -p.vary(0.38, 0.1), -0.20), orient=(20, 0, 0), spine=(16, 0, 0), head=(-16, 0, 0), both=(-0.04, -0.04, 0.47), both_knee=16, both_step=(0, 0))
    high = dict(pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), both=(0.04, -0.40, 0.20))
    p.play(*cycle(n, key(0.6, **low), key(0.12), key(0.55, **high)), back=0.3)


@action("lunge", "makes a long lunge forward with the {side} leg", "steps far forward with the {side} leg and bends both knees", limb="leg", direction="forward", aliases=("lunges",))
def lunge(p: Performer) -> None:
    p.play(
        key(0.35, right_foot=(0, 0.14, 0.36), pelvis=(0, -0.04, 0.14)),
        key(0.4, right_foot=(0, 0, 0.72), pelvis=(0, -0.30, 0.36), left_foot=(0, 0.07, 0.02), left_step=(48, 0), spine=(6, 0, 0), both=(0.12, -0.34, 0.10)), key(p.vary(0.35, 0.4)),
        key(0.4, right_foot=(0, 0.14, 0.36), pelvis=(0, -0.06, 0.10), left_foot=(0, 0, 0), left_step=(0, 0)), key(0.3, right_foot=(0, 0, 0), pelvis=(0, 0, 0)), back=0.2,
    )  # fmt: skip


@action("kneel", "kneels down on both knees", "goes down on the knees", limb="body", direction="down", end="kneeling", aliases=("kneel down", "kneeling"))
def kneel(p: Performer) -> None:
    p.play(
        key(0.5, right_foot=(0, 0.05, -0.40), pelvis=(0, -0.20, -0.08), spine=(14, 0, 0), both=(0.02, -0.42, 0.22)),
        key(0.5, right_foot=(0, 0, -0.48), right_loose=1, pelvis=(0, -0.42, -0.06), left_foot=(0, 0, 0.04)),
        key(0.5, left_foot=(0, 0.0, -0.46), left_loose=1, pelvis=(0, -0.43, -0.05), spine=(3, 0, 0), both=(0.02, -0.48, 0.12)), key(p.vary(0.6, 0.4)), back=None, exact=True,
    )  # fmt: skip


@action("lie down", "lies down on the back", "sits on the ground and lies back", limb="body", direction="down", end="lying", aliases=("lying down",))
def lie_down(p: Performer) -> None:
    p.play(
        key(0.8, pelvis=(0, -0.45, -0.16), orient=(16, 0, 0), spine=(28, 0, 0), both=(0.10, -0.42, 0.20), both_foot=(0, 0, 0.08), both_knee=8),
        key(0.6, pelvis=(0, -0.82, -0.34), orient=(-24, 0, 0), spine=(34, 0, 0), both=(0.18, -0.44, -0.10), both_foot=(0, 0, 0.10)),
        key(0.8, orient=(-70, 0, 0), spine=(16, 0, 0), head=(16, 0, 0), both=(0.14, -0.34, 0.0), both_foot=(0, 0.0, 0.26), pelvis=(0, -0.82, -0.36)),
        key(0.7, orient=(-88, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), both=(0.14, -0.49, 0.05), both_pole=(1, -0.2, 0.05), both_foot=(0.0, 0.02, 0.495), pelvis=(0, -0.82, -0.37)), key(p.vary(0.4, 0.4)), back=None,
    )  # fmt: skip


def _fall(p: Performer, *keys: tuple) -> None:
    p.play(key(0.25, spine=(4, 0, 0), both=(0.2, -0.4, 0.1)), *keys, key(p.vary(0.7, 0.3)), back=None)


@action("fall", "falls {where} to the ground", "loses balance and falls down {where}", limb="body", end="lying", aliases=("fall down", "falling"))
def fall(p: Performer) -> None:
    p.direction = p.choose("backward", "forward", "to the {side}")
    if p.direction == "backward":
        _fall(
            p, key(0.35, orient=(-22, 0, 0), pelvis=(0, -0.20, -0.22), both=(0.32, -0.02, 0.32), spine=(18, 0, 0), both_foot=(0, 0, 0.02)),
            key(0.3, orient=(-52, 0, 0), pelvis=(0, -0.80, -0.46), both=(0.30, -0.1, 0.25), spine=(26, 0, 0), head=(20, 0, 0), both_foot=(0, 0.05, 0.10)),
            key(0.3, orient=(-88, 0, 0), pelvis=(0, -0.82, -0.50), both=(0.42, -0.10, 0.06), both_pole=(0.2, -1, 0.05), spine=(0, 0, 0), head=(0, 0, 0), both_foot=(0, 0.03, 0.33)),
        )  # fmt: skip
    elif p.direction == "forward":
        _fall(
            p, key(0.4, orient=(24, 0, 0), pelvis=(0, -0.24, 0.12), both=(0.10, 0.0, 0.44), spine=(10, 0, 0), left_foot=(0, 0, 0.02)),
            key(0.3, orient=(58, 0, 0), pelvis=(0, -0.62, 0.34), both=(0.10, 0.12, 0.40), both_foot=(0, 0.02, -0.12), head=(-20, 0, 0), both_loose=1),
            key(0.25, orient=(86, 0, 0), pelvis=(0, -0.80, 0.48), both=(0.22, 0.26, 0.06), both_foot=(0, 0.0, -0.33), spine=(0, 0, 0), head=(-20, 30, 0)),
        )  # fmt: skip
    else:
        _fall(
            p, key(0.35, orient=(0, 0, 20), pelvis=(-0.14, -0.16, 0), right=(0.40, 0.0, 0.1), left=(0.3, 0.1, 0.1), spine=(4, 0, -10)),
            key(0.3, orient=(0, 0, 52), pelvis=(-0.34, -0.58, 0), right=(0.34, -0.06, 0.2), left=(0.2, 0.0, 0.3), left_foot=(0.06, 0.06, 0.05)),
            key(0.28, orient=(0, 0, 80), pelvis=(-0.46, -0.75, 0), right=(0.10, 0.30, 0.36), right_pole=(-0.6, -0.2, 0.6), left=(-0.1, -0.2, 0.3), spine=(6, 0, -4), left_foot=(0.26, 0.18, 0.10), right_foot=(0.26, 0.0, 0.06)),
        )  # fmt: skip


def _hop_keys(height: float, knees: float, arms: dict, landing: dict) -> list:
    crouch = key(0.32, pelvis=(0, -0.20, -0.08), orient=(12, 0, 0), spine=(16, 0, 0), both=(0.1, -0.44, -0.16), both_foot=(0, 0, 0))
    up = key(0.2, pelvis=(0, height, 0), orient=(0, 0, 0), spine=(0, 0, 0), both_foot=(0, height + knees, -0.02), **arms)
    down = key(0.2, pelvis=(0, -0.12, -0.05), orient=(8, 0, 0), spine=(10, 0, 0), both_foot=(0, 0, 0), both=(0.16, -0.36, 0.16))
    return [crouch, up, down]


@action("jump", "jumps up{times}", "bends the knees and jumps into the air{times}", limb="legs", verb="jump", direction="up", aliases=("jump up", "jumping"))
def jump(p: Performer) -> None:
    n = p.times(1, 4)
    p.play(*cycle(n, *_hop_keys(p.vary(0.28, 0.3), 0.03, dict(both=(0.12, 0.1, 0.36)), {})), back=0.4)


@action("jump forward", "jumps forward with both feet", "makes a standing long jump", limb="legs", direction="forward", travel="jump", aliases=("long jump", "standing long jump"))
def jump_forward(p: Performer) -> None:
    far = p.vary(0.9, 0.25)
    p.play(
        key(0.5, pelvis=(0, -0.26, -0.06), orient=(20, 0, 0), spine=(26, 0, 0), both=(0.08, -0.30, -0.34)),
        key(0.22, pelvis=(0, 0.20, 0.45 * far), orient=(12, 0, 0), spine=(2, 0, 0), both=(0.1, 0.25, 0.42), both_foot=(0, 0.24, 0.40 * far)),
        key(0.24, pelvis=(0, -0.26, 0.92 * far), orient=(18, 0, 0), spine=(24, 0, 0), both=(0.1, -0.1, 0.44), both_foot=(0, 0, far)),
        key(0.5, pelvis=(0, 0, far), orient=(0, 0, 0), spine=(0, 0, 0), both=(0.055, -0.515, 0.045)), back=None,
    )  # fmt: skip
    p.moved[:2] = 0, far


@action("hop on one leg", "hops on the {side} leg{times}", "stands on the {side} leg and hops{times}", limb="leg", verb="hop", aliases=("hop", "hopping", "one foot jumping"))
def hop(p: Performer) -> None:
    n = p.times(2, 6)
    lifted = dict(left_foot=(-0.02, 0.26, -0.22), left_loose=1)
    low = key(0.2, pelvis=(-0.04, -0.09, -0.02), right_foot=(0, 0, 0), both=(0.2, -0.36, 0.18), spine=(8, 0, 0))
    high = key(0.17, pelvis=(-0.04, 0.10, 0), right_foot=(0, 0.13, 0), both=(0.24, -0.24, 0.20), spine=(3, 0, 0))
    p.play(key(0.45, pelvis=(-0.04, -0.03, 0), **lifted), *cycle(n, low, high), low, back=0.5)


@action("star jump", "does {n:star jump}", "jumps with arms and legs spread{times}", limb="body", verb="jump", aliases=("jumping jack", "jumping jacks", "jack jump"))
def star_jump(p: Performer) -> None:
    n = p.times(1, 5)
    dip = key(0.16, pelvis=(0, -0.07, 0))
    def flight(open_: bool) -> list:
        wide = 0.30 if open_ else 0.0
        feet = dict(left_foot=(wide, 0, 0), right_foot=(-wide, 0, 0))
        half = dict(left_foot=(0.15, 0.12, 0), right_foot=(-0.15, 0.12, 0))
        arms = (0.08, 0.50, 0.02) if open_ else (0.08, -0.49, 0.04)
        return [key(0.15, pelvis=(0, 0.07, 0), both=(0.51, 0.0, 0.03), both_pole=(0.3, -0.3, -0.9), **half), key(0.16, pelvis=(0, -0.08, 0), both=arms, **feet)]

    p.play(dip, *cycle(n, *flight(True), *flight(False)), back=0.25)


@action("jump rope", "jumps over a rope{times}", "swings a rope and jumps{times}", limb="body", verb="jump", aliases=("skip rope", "rope jumping"))
def jump_rope(p: Performer) -> None:
    n = p.times(3, 8)
    out = dict(both_pole=(0.6, -0.6, -0.6))
    up = key(0.15, pelvis=(0, 0.10, 0), both_foot=(0, 0.13, 0), both=(0.24, -0.36, 0.12), **out)
    down = key(0.19, pelvis=(0, -0.05, 0), both_foot=(0, 0, 0), both=(0.26, -0.26, 0.22), **out)
    p.play(key(0.45, both=(0.24, -0.30, 0.18), pelvis=(0, -0.05, 0), **out), *cycle(n, up, down), back=0.45)


@action("stand on one leg", "stands on one leg and lifts the {side} knee", "lifts the {side} foot and keeps the balance", limb="leg", aliases=("balance on one leg",))
def balance(p: Performer) -> None:
    pose = dict(right_foot=(0.02, p.vary(0.40), 0.16), right_loose=1, both=(0.42, -0.14, 0.12), pelvis=(0.03, -0.005, 0))
    p.play(key(0.8, **pose), key(p.vary(1.3, 0.4)), back=0.8)


@action("stomp", "stomps with the {side} foot{times}", "stamps the {side} foot on the ground{times}", limb="foot", verb="stomp", direction="down", aliases=("stamp foot",))
def stomp(p: Performer) -> None:
    n = p.times(1, 5)
    p.play(*cycle(n, key(0.32, right_foot=(0, 0.26, 0.10), pelvis=(0.01, 0, 0)), key(0.15, right_foot=(0, 0, 0), pelvis=(0, -0.03, 0), spine=(6, 0, 0)), key(0.1)), back=0.3)


@action("lift knee", "lifts the {side} knee{times}", "pulls the {side} knee up to the hip{times}", limb="leg", verb="lift the knee", direction="up", aliases=("knee raise", "raise knee"))
def lift_knee(p: Performer) -> None:
    n = p.times(1, 4)
    up = key(0.4, right_foot=(0, 0.44, 0.16), right_loose=0.7, both=(0.1, -0.40, 0.16))
    p.play(*cycle(n, up, key(0.4, right_foot=(0, 0, 0), right_loose=0)), back=0.3)


@action("push-up", "does {n:push-up}", "lowers and lifts the body on both arms{times}", limb="body", verb="do a push-up", start="in a plank", end="in a plank", aliases=("push-ups", "push up"))
def push_up(p: Performer) -> None:
    n = p.times(1, 5)
    low = key(0.55, pelvis=(0, -0.17, 0.03), orient=(13, 0, 0))
    p.play(*cycle(n, low, key(0.1), key(0.5, pelvis=(0, 0, 0), orient=(0, 0, 0))), back=0.2)


@action("sit-up", "does {n:sit-up}", "lies on the back and lifts the upper body to the knees{times}", limb="body", verb="do a sit-up", start="lying", end="lying", aliases=("sit-ups", "sit up"))
def sit_up(p: Performer) -> None:
    n = p.times(1, 4)
    bent = dict(both_foot=(0, 0, -0.34), both=p.at("right_ear", 0.06, 0.02, -0.02), both_pole=(1, -0.2, 0.3))
    up = key(0.7, orient=(62, 0, 0), spine=(38, 0, 0), head=(10, 0, 0))
    p.play(key(0.6, **bent), *cycle(n, up, key(0.15), key(0.7, orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0))), back=0.6, exact=True)


@action("burpee", "does {n:burpee}", "drops to the ground into a plank and jumps up again{times}", limb="body", verb="do a burpee", aliases=("burpees",))
def burpee(p: Performer) -> None:
    n = p.times(1, 2)
    hands = dict(left_pin=(0.22, 0.10, 0.42), right_pin=(-0.22, 0.10, 0.42), both_hold=1, both_palm=(90, -85))
    crouch = dict(pelvis=(0, -0.48, -0.08), orient=(42, 0, 0), spine=(34, 0, 0), both_foot=(0, 0, 0), both_step=(10, 0), head=(-20, 0, 0), **hands)
    plank = dict(pelvis=(0, -0.47, 0.00), orient=(70, 0, 0), spine=(0, 0, 0), both_foot=(0, 0.05, -0.80), both_step=(60, 0))
    top = dict(pelvis=(0, 0.22, 0), orient=(0, 0, 0), spine=(-4, 0, 0), head=(0, 0, 0), both=(0.06, 0.48, 0.08), both_hold=0, both_palm=(0, 0), both_foot=(0, 0.24, 0), both_step=(0, 0))
    land = key(0.22, pelvis=(0, -0.10, -0.04), both=(0.15, -0.3, 0.2), both_foot=(0, 0, 0))
    p.play(*cycle(n, key(0.55, **crouch), key(0.35, **plank), key(0.15), key(0.35, **crouch), key(0.35, **top), land), back=0.5, exact=True)


@action("climb", "climbs a ladder{times}", "reaches up with the hands and lifts the feet in turn as if climbing{times}", limb="body", verb="reach up", direction="up", aliases=("climb a ladder", "climbing"))
def climb(p: Performer) -> None:
    n, high, low = p.times(2, 6), (-0.02, 0.42, 0.24), (-0.02, 0.08, 0.34)
    pulls = [
        key(0.45, **{arm: high, other: low, f"{other}_foot": (0, 0.30, 0.16), f"{arm}_foot": (0, 0, 0)})
        for arm, other in (("right", "left") if i % 2 == 0 else ("left", "right") for i in range(n))
    ]
    p.play(key(0.4, both=low), *pulls, key(0.3, both_foot=(0, 0, 0)), back=0.5)


@action("dance", "dances, swaying the hips and swinging the arms", "dances on the spot", limb="body", aliases=("dancing", "dance short", "dance long"))
def dance(p: Performer) -> None:
    beats, beat = p.choose(4, 6, 8), p.vary(0.34)
    figures = (
        ((0.34, 0.30, 0.12), (-0.16, -0.16, 0.26)), ((0.46, 0.02, 0.10), (0.46, 0.02, 0.10)), ((0.08, -0.22, 0.26), (0.08, -0.22, 0.26)),
        ((0.10, 0.46, 0.08), (0.20, -0.30, 0.12)), ((-0.10, 0.02, 0.28), (0.30, -0.10, 0.16)),
    )  # fmt: skip
    moves = []
    for i in range(beats):
        sign = 1 if i % 2 == 0 else -1
        right, left = p.choose(*figures)
        feet = dict(right_foot=(0, 0.0, 0), left_foot=(0.04, 0.10, 0.04)) if sign > 0 else dict(right_foot=(-0.04, 0.10, 0.04), left_foot=(0, 0, 0))
        moves.append(key(beat, right=right, left=left, spine=(2, 10 * sign, 9 * sign), orient=(0, -12 * sign, -5 * sign), head=(0, 0, -6 * sign), pelvis=(-0.07 * sign, -0.05, 0), **feet))
        moves.append(key(0.45 * beat, pelvis=(0, -0.01, 0), right_foot=(0, 0, 0), left_foot=(0, 0, 0)))
    p.play(*moves, back=0.5)


@action("turn around", "turns around to the {side}", "makes half a turn to the {side} on the spot", limb="body", direction="to the {side}", aliases=("turn",))
def turn_around(p: Performer) -> None:
    from .gait import Gait, stride, stride_seconds

    gait, steps = Gait(length=0.001, step=0.42, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0), 4
    p.begin(stride_seconds(steps, gait))
    stride(p, steps, gait, turn=-180, first=1)
