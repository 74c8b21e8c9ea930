"""What people do with their hands all day: at the face, with things, with tools."""

from __future__ import annotations

from .performer import Performer, cycle, key
from .registry import action


@action("drink", "lifts a cup to the mouth with the {side} hand and drinks{times}", "drinks from a cup in the {side} hand{times}", limb="hand", verb="drink", aliases=("drink water", "drinking"))
def drink(p: Performer) -> None:
    n, mouth, table = p.times(1, 2), p.at("jaw", 0.09, -0.05, 0.12), (0.0, -0.26, 0.28)
    sip = [key(0.65, right=mouth, right_pole=(0.5, -0.9, 0.0)), key(0.5, right=mouth, head=(-16, 0, 0)), key(0.25, head=(0, 0, 0)), key(0.5, right=table)]
    p.play(key(0.45, right=table), *cycle(n, *sip), back=0.55, exact=True)


@action("eat", "brings food to the mouth with the {side} hand{times}", "eats with the {side} hand{times}", limb="hand", verb="bring food to the mouth", aliases=("eat meal", "eating", "eat a snack"))
def eat(p: Performer) -> None:
    n, mouth, plate = p.times(1, 4), p.at("jaw", 0.07, -0.07, 0.09), (-0.05, -0.30, 0.26)
    other = dict(left=(-0.08, -0.30, 0.24))
    bite = [key(0.38, right=mouth, head=(6, 0, 0)), key(0.18, right=mouth), key(0.4, right=plate, head=(12, 0, 0))]
    p.play(key(0.5, right=plate, head=(12, 0, 0), **other), *cycle(n, *bite), back=0.55, exact=True)


@action("phone call", "holds a phone to the {side} ear", "makes a phone call with the {side} hand at the ear", limb="hand", aliases=("call", "answer phone", "make a phone call", "talk on the phone"))
def phone(p: Performer) -> None:
    ear = p.at("right_ear", 0.05, -0.09, 0.06)
    p.play(
        key(0.75, right=ear, right_pole=(0.9, -0.9, 0.0), head=(4, -8, 6)), key(p.vary(0.9, 0.3), head=(8, 6, 4)),
        key(p.vary(0.8, 0.3), head=(2, -6, 6)), back=0.7, exact=True,
    )  # fmt: skip


@action("brush teeth", "brushes the teeth with the {side} hand", "moves the {side} hand to and fro at the mouth as if brushing teeth", limb="hand", aliases=("brushing teeth",))
def brush_teeth(p: Performer) -> None:
    strokes = p.choose(4, 6, 8)
    one, two = p.at("jaw", 0.13, -0.02, 0.10), p.at("jaw", 0.05, -0.01, 0.12)
    p.play(key(0.6, right=one, right_pole=(0.7, -0.8, 0.1)), *cycle(strokes, key(0.13, right=two), key(0.13, right=one)), back=0.6, exact=True)


@action("comb hair", "combs the hair with the {side} hand{times}", "draws the {side} hand back over the head{times}", limb="hand", verb="comb", aliases=("brush hair",))
def comb(p: Performer) -> None:
    n = p.times(1, 4)
    front, back_ = p.at("head_top", 0.06, 0.05, 0.13), p.at("right_ear", 0.06, 0.05, -0.05)
    stroke = [key(0.35, right=back_), key(0.28, right=front)]
    p.play(key(0.6, right=front, right_pole=(1, -0.2, 0.3)), *cycle(n - 1, *stroke), stroke[0], back=0.6, exact=True)


@action("wipe face", "wipes the face with the {side} hand", "passes the {side} hand over the face", limb="hand", aliases=("wash face", "wipe sweat"))
def wipe_face(p: Performer) -> None:
    brow, chin = p.at("right_eye", 0.06, 0.03, 0.11), p.at("jaw", 0.02, -0.02, 0.12)
    p.play(key(0.55, right=brow, right_pole=(1, -0.5, 0.2)), key(0.4, right=chin, head=(8, 0, 0)), key(0.3, right=brow), key(0.4, right=chin), back=0.6, exact=True)


@action("touch head", "touches the head with the {side} hand as if it ached", "holds the {side} hand to the head", limb="hand", aliases=("headache",))
def touch_head(p: Performer) -> None:
    temple = p.at("right_eye", 0.08, 0.02, 0.05)
    p.play(key(0.6, right=temple, right_pole=(0.9, -0.6, 0.3), head=(16, 0, 5), spine=(6, 0, 0)), key(p.vary(1.0, 0.4)), back=0.65, exact=True)


@action("cough", "coughs{times} into the {side} hand", "bends forward and coughs{times} with the {side} hand at the mouth", limb="hand", verb="cough", aliases=("sneeze", "coughing"))
def cough(p: Performer) -> None:
    n, mouth = p.times(1, 4), p.at("jaw", 0.04, -0.04, 0.09)
    hack = [key(0.14, spine=(20, 0, 0), head=(14, 0, 0)), key(0.26, spine=(6, 0, 0), head=(4, 0, 0))]
    p.play(key(0.5, right=mouth, spine=(6, 0, 0)), *cycle(n, *hack), back=0.6, exact=True)


@action("put on a hat", "puts on a hat with both hands", "lifts both hands and sets a hat on the head", limb="hands", aliases=("put on hat",))
def put_on_hat(p: Performer) -> None:
    low, brow = (-0.06, -0.24, 0.26), p.at("right_ear", 0.03, 0.02, 0.05)
    above = p.at("right_ear", 0.03, 0.22, 0.07)
    p.play(key(0.5, both=low, head=(14, 0, 0)), key(0.65, both=above, both_pole=(0.9, -0.3, 0.2), head=(0, 0, 0)), key(0.35, both=brow), key(0.3), back=0.65, exact=True)


@action("type", "types on a keyboard with both hands", "holds both hands in front of the body and types", limb="hands", aliases=("type on a keyboard", "typing"))
def typing(p: Performer) -> None:
    home = dict(both=(-0.06, -0.30, 0.32), head=(14, 0, 0))
    taps = [key(0.13, **{("left", "right")[i % 2]: (-0.08 + 0.03 * (i % 3), -0.28 - 0.05 * (i % 2), 0.33)}) for i in range(p.choose(8, 12, 14))]
    p.play(key(0.55, **home), *taps, key(0.2, **home), back=0.55, exact=True)


@action("write", "writes with the {side} hand", "moves the {side} hand along as if writing", limb="hand", aliases=("writing",))
def write(p: Performer) -> None:
    letters = p.choose(6, 8, 10)
    line = [key(0.13, right=(-0.20 + 0.025 * i, -0.24 + 0.05 * (i % 2), 0.30)) for i in range(letters)]
    p.play(key(0.55, right=(-0.22, -0.26, 0.30), left=(-0.10, -0.28, 0.26), head=(20, 8, 0)), *line, back=0.6, exact=True)


@action("rub hands", "rubs the hands together", "holds both hands in front of the chest and rubs them", limb="hands", aliases=("rub two hands",))
def rub_hands(p: Performer) -> None:
    middle, strokes = -0.165 * p.figure.shoulders / p.figure.arms, p.choose(4, 6, 8)
    one, two = dict(right=(middle, -0.24, 0.33), left=(middle, -0.24, 0.25)), dict(right=(middle, -0.24, 0.25), left=(middle, -0.24, 0.33))
    p.play(key(0.55, **one), *cycle(strokes // 2, key(0.16, **two), key(0.16, **one)), back=0.55, exact=True)


@action("pick up", "bends down and picks something up with the {side} hand", "reaches down to the ground with the {side} hand and picks something up", limb="hand", direction="up", aliases=("pickup",), kind="pick up")
def pick_up(p: Performer) -> None:
    _reach_down(p, [key(0.25), key(0.7, pelvis=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), right_hold=0, right=(0.0, -0.26, 0.30))], back=0.5)


def _reach_down(p: Performer, after: list, back: float) -> None:
    deep = p.vary(0.34, 0.25)
    down = key(
        0.8, pelvis=(0, -deep, -0.10), orient=(24, 0, 0), spine=(46, 10, 0), head=(-6, 0, 0), right_pin=(-0.14, p.vary(0.16, 0.2), 0.34),
        right_hold=1, left=(0.10, -0.30, 0.22),
    )  # fmt: skip
    rise = [(seconds, dict(channels, orient=(0, 0, 0)) if "pelvis" in channels else channels) for seconds, channels in after]
    p.play(down, *rise, back=back, exact=True)


@action("put down", "bends down and puts something on the ground with the {side} hand", "sets something down on the ground with the {side} hand", limb="hand", direction="down", kind="put down", aliases=("place something",))
def put_down(p: Performer) -> None:
    holding = (-0.02, -0.24, 0.32)
    p.play(
        key(0.5, right=holding), key(0.15, right=holding),
        key(0.8, pelvis=(0, -p.vary(0.34), -0.10), orient=(24, 0, 0), spine=(46, 10, 0), right_pin=(-0.14, 0.16, 0.36), right_hold=1), key(0.2),
        key(0.75, pelvis=(0, 0, 0), orient=(0, 0, 0), spine=(0, 0, 0), right_hold=0, right=(0.055, -0.515, 0.045)), back=0.2, exact=True,
    )  # fmt: skip


@action("lift a box", "squats down and lifts a box with both hands", "picks up something heavy with both hands", limb="hands", direction="up", aliases=("lift", "pick up with both hands"), kind="pick up")
def lift_box(p: Performer) -> None:
    grip = dict(left_pin=(0.19, 0.22, 0.40), right_pin=(-0.19, 0.22, 0.40), both_hold=1)
    chest = dict(both=(-0.02, -0.27, 0.30), both_hold=0)
    p.play(
        key(0.9, pelvis=(0, -0.42, -0.16), orient=(20, 0, 0), spine=(34, 0, 0), head=(-4, 0, 0), both_knee=16, **grip), key(0.3),
        key(0.9, pelvis=(0, 0, -0.02), orient=(0, 0, 0), spine=(-4, 0, 0), head=(0, 0, 0), both_knee=0, **chest), key(p.vary(0.5, 0.4)), back=0.7, exact=True,
    )  # fmt: skip


@action("push", "pushes something forward with both hands", "stretches out both arms and pushes forward", limb="hands", direction="forward", aliases=("push forward",))
def push(p: Performer) -> None:
    near, far = (-0.02, -0.10, 0.17), (-0.04, -0.02, 0.50)
    step = dict(left_foot=(0, 0, 0.16), right_foot=(0, 0, -0.10))
    p.play(
        key(0.55, both=near, both_palm=(-70, -60), both_pole=(0.8, -0.7, -0.2), **step), key(0.15),
        key(0.5, both=far, spine=(16, 0, 0), pelvis=(0, -0.05, 0.16)), key(p.vary(0.3, 0.4)), back=0.65,
    )  # fmt: skip


@action("pull", "pulls something towards the body with both hands", "reaches forward with both hands and pulls back", limb="hands", direction="backward", aliases=("pulling",))
def pull(p: Performer) -> None:
    far, near = (-0.06, -0.06, 0.49), (0.02, -0.20, 0.14)
    step = dict(left_foot=(0, 0, 0.16), right_foot=(0, 0, -0.10))
    p.play(
        key(0.6, both=far, spine=(14, 0, 0), pelvis=(0, -0.03, 0.12), **step), key(0.25),
        key(0.6, both=near, spine=(-9, 0, 0), pelvis=(0, -0.06, -0.08)), key(p.vary(0.3, 0.4)), back=0.65,
    )  # fmt: skip


@action("open a door", "opens a door with the {side} hand", "reaches forward with the {side} hand, turns and pulls a door open", limb="arm", aliases=("open door",))
def open_door(p: Performer) -> None:
    handle = (0.02, -0.26, 0.38)
    p.play(
        key(0.65, right=handle, spine=(6, 0, 0)), key(0.3, right=handle, right_palm=(-60, 0)),
        key(0.75, right=(0.30, -0.24, 0.12), spine=(0, -24, 0), pelvis=(0, -0.02, -0.06), right_palm=(0, 0)), back=0.65, exact=True,
    )  # fmt: skip


@action("sweep the floor", "sweeps the floor with a broom{times}", "holds a broom in both hands and sweeps{times}", limb="arms", verb="sweep", aliases=("sweep", "sweeping"))
def sweep(p: Performer) -> None:
    n = p.times(2, 4)
    out = key(0.5, right=(0.14, -0.34, 0.32), left=(-0.22, -0.16, 0.24), spine=(18, -20, 0))
    across = key(0.5, right=(-0.16, -0.36, 0.36), left=(-0.02, -0.14, 0.20), spine=(20, 20, 0))
    p.play(key(0.6, right=(0.14, -0.34, 0.32), left=(-0.22, -0.16, 0.24), spine=(18, -20, 0), head=(8, 0, 0)), *cycle(n, across, out), back=0.65)


@action("stir", "stirs a pot with the {side} hand", "moves the {side} hand round and round as if stirring", limb="hand", aliases=("stirring",))
def stir(p: Performer) -> None:
    ring = [(0.02, -0.26, 0.40), (-0.11, -0.26, 0.33), (0.02, -0.26, 0.25), (0.14, -0.26, 0.33)]
    p.play(key(0.6, right=ring[0], head=(16, 0, 0)), *cycle(p.choose(2, 3, 4), *(key(0.17, right=point) for point in ring[1:] + ring[:1])), back=0.6, exact=True)


@action("saw", "saws with the {side} arm{times}", "moves the {side} arm to and fro as if sawing wood{times}", limb="arm", verb="saw", aliases=("sawing",))
def saw(p: Performer) -> None:
    n, out, near = p.times(2, 5), (-0.02, -0.28, 0.42), (0.12, -0.30, 0.02)
    stance = dict(spine=(18, 0, 0), left=(-0.10, -0.30, 0.32), left_foot=(0, 0, 0.18))
    p.play(key(0.6, right=near, head=(6, 0, 0), **stance), *cycle(n, key(0.3, right=out, spine=(21, 8, 0)), key(0.3, right=near, spine=(18, -4, 0))), back=0.65)


@action("play guitar", "plays the guitar", "strums a guitar with the {side} hand", limb="hands", aliases=("playing guitar", "strum"))
def guitar(p: Performer) -> None:
    neck, up, down = dict(left=(0.20, -0.16, 0.30)), (-0.12, -0.24, 0.22), (-0.08, -0.36, 0.24)
    p.play(key(0.6, right=up, head=(12, 14, 0), **neck), *cycle(p.choose(3, 4, 6), key(0.2, right=down), key(0.2, right=up)), back=0.6, exact=True)


@action("put on a jacket", "puts on a jacket, one arm after the other", "slips both arms into a jacket", limb="arms", aliases=("put on jacket", "wear jacket"))
def jacket(p: Performer) -> None:
    p.play(
        key(0.55, right=(0.20, -0.10, -0.02), left=(-0.28, -0.06, 0.20), spine=(0, -10, 0)), key(0.5, right=(0.26, -0.38, 0.12), left=(-0.28, 0.02, 0.16)),
        key(0.55, left=(0.24, -0.12, -0.12), right=(-0.20, -0.12, 0.22), spine=(0, 12, 0)), key(0.5, left=(0.22, -0.40, 0.10)),
        key(0.4, both=(-0.10, -0.22, 0.18), spine=(0, 0, 0)), key(0.25), back=0.6, exact=True,
    )  # fmt: skip
