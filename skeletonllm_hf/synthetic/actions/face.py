"""Hands at the head and the body: eating, calling, grooming, aches."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


@action(
    "drink",
    "lifts a cup to the mouth with the {side} hand and drinks{times}",
    "drinks from a cup in the {side} hand{times}",
    limb="hand",
    verb="drink",
    aliases=("drink water", "drinking"),
)
def drink(p: Performer) -> None:
    n, mouth, table = p.times(1, 2), p.at("jaw", 0.09, -0.05, 0.12), (0.0, -0.26, 0.28)
    sip = [
        key(0.65, right=mouth, right_pole=(0.5, -0.9, 0.0)),
        key(0.5, right=mouth, head=(-16, 0, 0)),
        key(0.25, head=(0, 0, 0)),
        key(0.5, right=table),
    ]
    p.play(key(0.45, right=table), *cycle(n, *sip), back=0.55, exact=True)


@action(
    "eat",
    "brings food to the mouth with the {side} hand{times}",
    "eats with the {side} hand{times}",
    limb="hand",
    verb="bring food to the mouth",
    aliases=("eat meal", "eating", "eat a snack"),
)
def eat(p: Performer) -> None:
    n, mouth, plate = p.times(1, 4), p.at("jaw", 0.07, -0.07, 0.09), (-0.05, -0.30, 0.26)
    other = dict(left=(-0.08, -0.30, 0.24))
    bite = [key(0.38, right=mouth, head=(6, 0, 0)), key(0.18, right=mouth), key(0.4, right=plate, head=(12, 0, 0))]
    p.play(key(0.5, right=plate, head=(12, 0, 0), **other), *cycle(n, *bite), back=0.55, exact=True)


@action(
    "phone call",
    "holds a phone to the {side} ear",
    "makes a phone call with the {side} hand at the ear",
    limb="hand",
    aliases=("call", "answer phone", "make a phone call", "talk on the phone"),
)
def phone(p: Performer) -> None:
    ear = p.at("right_ear", 0.05, -0.09, 0.06)
    p.play(
        key(0.75, right=ear, right_pole=(0.9, -0.9, 0.0), head=(4, -8, 6)),
        key(p.vary(0.9, 0.3), head=(8, 6, 4)),
        key(p.vary(0.8, 0.3), head=(2, -6, 6)),
        back=0.7,
        exact=True,
    )


@action(
    "brush teeth",
    "brushes the teeth with the {side} hand",
    "moves the {side} hand to and fro at the mouth as if brushing teeth",
    limb="hand",
    aliases=("brushing teeth",),
)
def brush_teeth(p: Performer) -> None:
    strokes = p.choose(4, 6, 8)
    one, two = p.at("jaw", 0.13, -0.02, 0.10), p.at("jaw", 0.05, -0.01, 0.12)
    p.play(
        key(0.6, right=one, right_pole=(0.7, -0.8, 0.1)),
        *cycle(strokes, key(0.13, right=two), key(0.13, right=one)),
        back=0.6,
        exact=True,
    )


@action(
    "comb hair",
    "combs the hair with the {side} hand{times}",
    "draws the {side} hand back over the head{times}",
    limb="hand",
    verb="comb",
    aliases=("brush hair",),
)
def comb(p: Performer) -> None:
    n = p.times(1, 4)
    front, back_ = p.at("head_top", 0.06, 0.05, 0.13), p.at("right_ear", 0.06, 0.05, -0.05)
    stroke = [key(0.35, right=back_), key(0.28, right=front)]
    p.play(key(0.6, right=front, right_pole=(1, -0.2, 0.3)), *cycle(n - 1, *stroke), stroke[0], back=0.6, exact=True)


@action(
    "wipe face",
    "wipes the face with the {side} hand",
    "passes the {side} hand over the face",
    limb="hand",
    aliases=("wash face", "wipe sweat"),
)
def wipe_face(p: Performer) -> None:
    brow, chin = p.at("right_eye", 0.06, 0.03, 0.11), p.at("jaw", 0.02, -0.02, 0.12)
    p.play(
        key(0.55, right=brow, right_pole=(1, -0.5, 0.2)),
        key(0.4, right=chin, head=(8, 0, 0)),
        key(0.3, right=brow),
        key(0.4, right=chin),
        back=0.6,
        exact=True,
    )


@action(
    "touch head",
    "touches the head with the {side} hand as if it ached",
    "holds the {side} hand to the head",
    limb="hand",
    aliases=("headache",),
)
def touch_head(p: Performer) -> None:
    temple = p.at("right_eye", 0.08, 0.02, 0.05)
    p.play(
        key(0.6, right=temple, right_pole=(0.9, -0.6, 0.3), head=(16, 0, 5), spine=(6, 0, 0)),
        key(p.vary(1.0, 0.4)),
        back=0.65,
        exact=True,
    )


@action(
    "cough",
    "coughs{times} into the {side} hand",
    "bends forward and coughs{times} with the {side} hand at the mouth",
    limb="hand",
    verb="cough",
    aliases=("sneeze", "coughing"),
)
def cough(p: Performer) -> None:
    n, mouth = p.times(1, 4), p.at("jaw", 0.04, -0.04, 0.09)
    hack = [key(0.14, spine=(20, 0, 0), head=(14, 0, 0)), key(0.26, spine=(6, 0, 0), head=(4, 0, 0))]
    p.play(key(0.5, right=mouth, spine=(6, 0, 0)), *cycle(n, *hack), back=0.6, exact=True)


@action(
    "put on a hat",
    "puts on a hat with both hands",
    "lifts both hands and sets a hat on the head",
    limb="hands",
    aliases=("put on hat",),
)
def put_on_hat(p: Performer) -> None:
    low, brow = (-0.06, -0.24, 0.26), p.at("right_ear", 0.03, 0.02, 0.05)
    above = p.at("right_ear", 0.03, 0.22, 0.07)
    p.play(
        key(0.5, both=low, head=(14, 0, 0)),
        key(0.65, both=above, both_pole=(0.9, -0.3, 0.2), head=(0, 0, 0)),
        key(0.35, both=brow),
        key(0.3),
        back=0.65,
        exact=True,
    )


@action(
    "take off a hat",
    "takes off a hat with the {side} hand",
    "lifts a hat from the head with the {side} hand and lowers it",
    limb="hand",
    aliases=("take off hat",),
)
def hat_off(p: Performer) -> None:
    brim = p.at("head_top", 0.10, -0.02, 0.08)
    p.play(
        key(0.6, right=brim, right_pole=(0.9, -0.4, 0.2)),
        key(0.15),
        key(0.3, right=p.at("head_top", 0.16, 0.12, 0.16)),
        key(0.5, right=(-0.02, -0.24, 0.28), head=(8, 0, 0)),
        back=0.5,
        exact=True,
    )


@action(
    "put on glasses",
    "puts on glasses with both hands",
    "lifts both hands to the eyes and puts on glasses",
    limb="hands",
    aliases=("wear glasses",),
)
def glasses(p: Performer) -> None:
    temple = p.at("right_eye", 0.06, -0.03, 0.07)
    p.play(
        key(0.5, both=(-0.06, -0.26, 0.26), head=(12, 0, 0)),
        key(0.6, both=temple, both_pole=(0.7, -0.8, 0.2), head=(6, 0, 0)),
        key(0.35, both=p.at("right_ear", 0.05, -0.03, 0.06)),
        back=0.6,
        exact=True,
    )


@action(
    "fan oneself",
    "fans the face with the {side} hand{times}",
    "waves the {side} hand in front of the face for some air{times}",
    limb="hand",
    verb="fan",
    aliases=("use a fan", "feel warm"),
)
def fan(p: Performer) -> None:
    n = p.times(2, 6)
    one, two = p.at("jaw", 0.16, -0.06, 0.20), p.at("jaw", 0.02, -0.06, 0.22)
    p.play(
        key(0.6, right=one, right_pole=(0.7, -0.9, 0.1), head=(-6, 0, 0)),
        *cycle(n, key(0.17, right=two, right_palm=(0, 25)), key(0.17, right=one, right_palm=(0, -25))),
        back=0.6,
        exact=True,
    )


@action(
    "touch chest",
    "puts the {side} hand on the chest",
    "holds the {side} hand to the heart",
    limb="hand",
    aliases=("chest pain", "touch heart"),
)
def touch_chest(p: Performer) -> None:
    heart = p.at("spine_upper", 0.10, 0.0, 0.16)
    p.play(
        key(0.6, right=heart, right_pole=(1, -0.6, 0), spine=(7, 0, 0), head=(10, 0, 0)),
        key(p.vary(1.0, 0.4)),
        back=0.6,
        exact=True,
    )


@action(
    "touch back",
    "puts the {side} hand on the lower back",
    "reaches behind with the {side} hand and holds the back",
    limb="hand",
    aliases=("back pain", "backache"),
)
def touch_back(p: Performer) -> None:
    loin = p.at("spine_lower", 0.14, 0.0, -0.16)
    p.play(
        key(0.7, right=loin, right_pole=(0.9, 0, -0.6), spine=(-8, 0, 4)), key(p.vary(1.0, 0.4)), back=0.65, exact=True
    )


@action(
    "touch neck",
    "puts the {side} hand on the neck",
    "holds the neck with the {side} hand and tilts the head",
    limb="hand",
    aliases=("neck pain",),
)
def touch_neck(p: Performer) -> None:
    nape = p.at("neck", 0.14, -0.02, 0.02)
    p.play(
        key(0.65, right=nape, right_pole=(0.9, -0.5, 0.3)),
        key(0.4, head=(8, 0, 16)),
        key(0.5, head=(8, 0, -14)),
        key(0.3, head=(0, 0, 0)),
        back=0.6,
        exact=True,
    )
