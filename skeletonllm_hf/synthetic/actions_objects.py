"""More of daily life: things that are held, worn and worked with."""

from __future__ import annotations

from .performer import Performer, cycle, key
from .registry import action


@action("read", "holds a book in both hands and reads", "reads and turns a page with the {side} hand", limb="hands", aliases=("reading", "read a book"))
def read(p: Performer) -> None:
    book = dict(both=(-0.08, -0.22, 0.30), both_palm=(-60, 0))
    p.play(
        key(0.6, head=(20, 0, 0), **book), key(p.vary(0.7, 0.3), head=(22, 6, 0)), key(0.3, right=(-0.16, -0.14, 0.30)), key(0.25, right=(0.0, -0.20, 0.28)),
        key(p.vary(0.5, 0.3), head=(22, -5, 0)), back=0.6, exact=True,
    )  # fmt: skip


@action("play with a phone", "holds a phone in front of the chest and taps it", "looks down at a phone and taps it with the {side} hand", limb="hands", aliases=("use a phone", "play with phone", "text message on the phone"))
def phone_game(p: Performer) -> None:
    hold = dict(left=(-0.12, -0.18, 0.26), right=(-0.12, -0.19, 0.27))
    taps = cycle(p.choose(3, 4, 6), key(0.14, right=(-0.15, -0.16, 0.30)), key(0.16, right=(-0.12, -0.19, 0.27)))
    p.play(key(0.6, head=(24, 0, 0), **hold), key(0.2), *taps, back=0.6, exact=True)


@action("take a selfie", "stretches out the {side} arm and takes a selfie", "holds a phone out with the {side} hand for a selfie", limb="arm", aliases=("taking a selfie",))
def selfie(p: Performer) -> None:
    out = (0.05, p.vary(0.22, 0.3), 0.44)
    p.play(key(0.65, right=out, right_palm=(0, 40), head=(-8, -8, 6), spine=(-3, 0, 0)), key(p.vary(0.9, 0.3), right=out), back=0.6)


@action("put on glasses", "puts on glasses with both hands", "lifts both hands to the eyes and puts on glasses", limb="hands", aliases=("wear glasses",))
def glasses(p: Performer) -> None:
    temple = p.at("right_eye", 0.06, -0.03, 0.07)
    p.play(key(0.5, both=(-0.06, -0.26, 0.26), head=(12, 0, 0)), key(0.6, both=temple, both_pole=(0.7, -0.8, 0.2), head=(6, 0, 0)), key(0.35, both=p.at("right_ear", 0.05, -0.03, 0.06)), back=0.6, exact=True)


@action("take off a hat", "takes off a hat with the {side} hand", "lifts a hat from the head with the {side} hand and lowers it", limb="hand", aliases=("take off hat",))
def hat_off(p: Performer) -> None:
    brim = p.at("head_top", 0.10, -0.02, 0.08)
    p.play(key(0.6, right=brim, right_pole=(0.9, -0.4, 0.2)), key(0.15), key(0.3, right=p.at("head_top", 0.16, 0.12, 0.16)), key(0.5, right=(-0.02, -0.24, 0.28), head=(8, 0, 0)), back=0.5, exact=True)


@action("tear paper", "tears a sheet of paper with both hands{times}", "holds paper in front of the chest and tears it{times}", limb="hands", verb="tear the paper", aliases=("tear up paper",))
def tear(p: Performer) -> None:
    n = p.times(1, 3)
    near, apart = dict(both=(-0.13, -0.20, 0.30)), dict(right=(0.06, -0.26, 0.22), left=(0.02, -0.14, 0.34))
    p.play(key(0.55, **near), *cycle(n, key(0.3, **apart), key(0.35, **near)), back=0.55, exact=True)


@action("fan oneself", "fans the face with the {side} hand{times}", "waves the {side} hand in front of the face for some air{times}", limb="hand", verb="fan", aliases=("use a fan", "feel warm"))
def fan(p: Performer) -> None:
    n = p.times(2, 6)
    one, two = p.at("jaw", 0.16, -0.06, 0.20), p.at("jaw", 0.02, -0.06, 0.22)
    p.play(key(0.6, right=one, right_pole=(0.7, -0.9, 0.1), head=(-6, 0, 0)), *cycle(n, key(0.17, right=two, right_palm=(0, 25)), key(0.17, right=one, right_palm=(0, -25))), back=0.6, exact=True)


@action("put on a shoe", "lifts the {side} foot and puts on a shoe", "bends down to the {side} foot and puts on a shoe", limb="foot", aliases=("wear a shoe", "tie a shoe"))
def shoe(p: Performer) -> None:
    p.play(
        key(0.9, right_foot=(0.02, 0.34, 0.24), right_loose=0.8, spine=(48, 0, 0), orient=(16, 0, 0), pelvis=(0.03, -0.06, -0.08), right_pin=(-0.14, 0.50, 0.30), left_pin=(-0.02, 0.50, 0.32), both_hold=1),
        key(0.25, right_pin=(-0.14, 0.56, 0.26), left_pin=(-0.02, 0.56, 0.28)), key(0.25, right_pin=(-0.14, 0.50, 0.30), left_pin=(-0.02, 0.50, 0.32)),
        key(0.25, right_pin=(-0.14, 0.56, 0.26), left_pin=(-0.02, 0.56, 0.28)),
        key(0.7, right_foot=(0, 0, 0), right_loose=0, spine=(0, 0, 0), orient=(0, 0, 0), pelvis=(0, 0, 0), both_hold=0), back=0.2, exact=True,
    )  # fmt: skip


@action("drop", "lets something fall from the {side} hand", "holds something out and drops it from the {side} hand", limb="hand", direction="down", aliases=("drop something",))
def drop(p: Performer) -> None:
    out = (0.02, -0.12, 0.40)
    p.play(key(0.6, right=out), key(0.4, right=out), key(0.12, right=(0.05, -0.08, 0.40), right_palm=(60, -30), head=(14, 0, 0)), key(0.5), back=0.5)


@action("touch chest", "puts the {side} hand on the chest", "holds the {side} hand to the heart", limb="hand", aliases=("chest pain", "touch heart"))
def touch_chest(p: Performer) -> None:
    heart = p.at("spine_upper", 0.10, 0.0, 0.16)
    p.play(key(0.6, right=heart, right_pole=(1, -0.6, 0), spine=(7, 0, 0), head=(10, 0, 0)), key(p.vary(1.0, 0.4)), back=0.6, exact=True)


@action("touch back", "puts the {side} hand on the lower back", "reaches behind with the {side} hand and holds the back", limb="hand", aliases=("back pain", "backache"))
def touch_back(p: Performer) -> None:
    loin = p.at("spine_lower", 0.14, 0.0, -0.16)
    p.play(key(0.7, right=loin, right_pole=(0.9, 0, -0.6), spine=(-8, 0, 4)), key(p.vary(1.0, 0.4)), back=0.65, exact=True)


@action("touch neck", "puts the {side} hand on the neck", "holds the neck with the {side} hand and tilts the head", limb="hand", aliases=("neck pain",))
def touch_neck(p: Performer) -> None:
    nape = p.at("neck", 0.14, -0.02, 0.02)
    p.play(key(0.65, right=nape, right_pole=(0.9, -0.5, 0.3)), key(0.4, head=(8, 0, 16)), key(0.5, head=(8, 0, -14)), key(0.3, head=(0, 0, 0)), back=0.6, exact=True)


@action("cheer", "throws up both arms and cheers{times}", "pumps both fists in the air{times}", limb="arms", verb="throw up the arms", direction="up", aliases=("cheer up", "celebrate"))
def cheer(p: Performer) -> None:
    n, low, high = p.times(1, 4), dict(both=(0.10, 0.12, 0.22), pelvis=(0, -0.03, 0)), dict(both=(0.16, 0.47, 0.10), pelvis=(0, 0.0, 0), head=(-8, 0, 0))
    p.play(key(0.45, **low), *cycle(n - 1, key(0.26, **high), key(0.26, **low)), key(0.26, **high), key(0.3), back=0.65)


@action("wipe a window", "wipes a window in circles with the {side} hand", "moves the {side} hand round on a pane as if cleaning it", limb="arm", aliases=("clean a window", "wipe"))
def wipe_window(p: Performer) -> None:
    ring = [(0.02, 0.30, 0.38), (0.24, 0.14, 0.38), (0.02, -0.02, 0.42), (-0.18, 0.14, 0.42)]
    p.play(key(0.65, right=ring[0], right_palm=(0, -40)), *cycle(p.choose(2, 3, 4), *(key(0.22, right=place) for place in ring[1:] + ring[:1])), back=0.65, exact=True)


@action("play the violin", "plays the violin with the bow in the {side} hand", "holds a violin to the chin and draws the bow with the {side} hand", limb="arms", aliases=("play violin",))
def violin(p: Performer) -> None:
    hold = dict(left=(0.12, 0.02, 0.34), left_pole=(0.1, -1, -0.1), head=(10, 24, -8))
    down, up = key(0.45, right=(0.14, -0.16, 0.34)), key(0.45, right=(-0.08, 0.02, 0.24))
    p.play(key(0.7, right=(-0.08, 0.02, 0.24), **hold), *cycle(p.choose(2, 3, 4), down, up), back=0.7, exact=True)


@action("shoot an arrow", "draws a bow with the {side} hand and shoots an arrow", "stretches one arm out and draws the string back with the {side} hand", limb="arms", aliases=("archery", "draw a bow"))
def arrow(p: Performer) -> None:
    stance = dict(orient=(0, -65, 0), right_step=(0, -60), left_step=(0, -55), left_foot=(0.06, 0, 0.06), right_foot=(-0.10, 0, -0.04), head=(0, 62, 0))
    aim = dict(left=(0.50, 0.02, 0.10))
    p.play(
        key(0.7, right=(-0.30, 0.0, 0.28), **aim, **stance), key(0.8, right=(0.14, 0.04, 0.16), right_pole=(1, 0.1, -0.3)), key(0.5),
        key(0.12, right=(0.24, 0.05, 0.06), right_palm=(0, -40)), key(0.3), back=0.8, exact=True,
    )  # fmt: skip


@action("aim a gun", "aims a gun with both hands", "stretches both arms forward and aims", limb="arms", direction="forward", aliases=("shoot a gun", "aim", "shoot"))
def gun(p: Performer) -> None:
    middle = -0.165 * p.figure.shoulders / p.figure.arms
    aim = dict(both=(middle, 0.05, 0.46), head=(4, 0, 0), spine=(4, 0, 0), left_foot=(0.05, 0, 0.05), right_foot=(-0.05, 0, -0.05), pelvis=(0, -0.03, 0))
    kick = [key(0.07, both=(middle, 0.10, 0.42)), key(0.25, both=(middle, 0.05, 0.46))]
    p.play(key(0.6, **aim), key(p.vary(0.5, 0.4)), *cycle(p.choose(1, 2, 3), *kick), key(0.2), back=0.65, exact=True)


@action("dig", "digs with a spade{times}", "drives a spade down and throws earth to the side{times}", limb="arms", verb="dig", aliases=("shovel", "digging"))
def dig(p: Performer) -> None:
    n = p.times(1, 3)
    ready = dict(right=(0.10, -0.34, 0.28), left=(-0.08, -0.20, 0.34), spine=(16, 0, 0), left_foot=(0, 0, 0.14))
    down = key(0.5, right=(0.06, -0.36, 0.30), left=(-0.10, -0.34, 0.38), spine=(34, 0, 0), orient=(10, 0, 0), pelvis=(0, -0.16, -0.05))
    throw = key(0.45, right=(0.30, -0.20, 0.22), left=(-0.28, -0.10, 0.34), spine=(8, -40, 0), orient=(0, -10, 0), pelvis=(0, -0.02, 0))
    p.play(key(0.6, **ready), *cycle(n, down, throw, key(0.4, orient=(0, 0, 0), **ready)), back=0.65)


@action("chop wood", "chops wood with an axe{times}", "swings an axe overhead and down with both hands{times}", limb="arms", verb="chop", direction="down", aliases=("swing an axe", "chop"))
def chop(p: Performer) -> None:
    n, middle = p.times(1, 4), -0.14 * p.figure.shoulders / p.figure.arms
    up = key(0.55, both=(middle + 0.03, 0.44, 0.02), spine=(-10, 0, 0), head=(-6, 0, 0), pelvis=(0, 0, 0), orient=(0, 0, 0))
    hit = key(0.26, both=(middle, -0.24, 0.40), spine=(30, 0, 0), orient=(10, 0, 0), pelvis=(0, -0.12, -0.06), head=(0, 0, 0))
    p.play(key(0.5, both=(middle, -0.22, 0.34), left_foot=(0.08, 0, 0), right_foot=(-0.08, 0, 0)), *cycle(n, up, hit), key(0.2), back=0.7)


@action("row", "rows with both arms{times}", "pulls a pair of oars towards the chest{times}", limb="arms", verb="pull", aliases=("rowing", "row a boat"))
def row_boat(p: Performer) -> None:
    n = p.times(2, 5)
    out, near = key(0.5, both=(0.0, -0.10, 0.48), spine=(26, 0, 0)), key(0.5, both=(0.14, -0.16, 0.10), spine=(-10, 0, 0))
    p.play(key(0.5, both=(0.0, -0.10, 0.48), spine=(26, 0, 0)), *cycle(n - 1, near, out), near, back=0.6)
