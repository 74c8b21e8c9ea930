"""Small things in the hands: books, phones, paper, instruments, clothes."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


@action(
    "type",
    "types on a keyboard with both hands",
    "holds both hands in front of the body and types",
    limb="hands",
    aliases=("type on a keyboard", "typing"),
)
def typing(p: Performer) -> None:
    home = dict(both=(-0.06, -0.30, 0.32), head=(14, 0, 0))
    taps = [
        key(0.13, **{("left", "right")[i % 2]: (-0.08 + 0.03 * (i % 3), -0.28 - 0.05 * (i % 2), 0.33)})
        for i in range(p.choose(8, 12, 14))
    ]
    p.play(key(0.55, **home), *taps, key(0.2, **home), back=0.55, exact=True)


@action(
    "write",
    "writes with the {side} hand",
    "moves the {side} hand along as if writing",
    limb="hand",
    aliases=("writing",),
)
def write(p: Performer) -> None:
    letters = p.choose(6, 8, 10)
    line = [key(0.13, right=(-0.20 + 0.025 * i, -0.24 + 0.05 * (i % 2), 0.30)) for i in range(letters)]
    p.play(
        key(0.55, right=(-0.22, -0.26, 0.30), left=(-0.10, -0.28, 0.26), head=(20, 8, 0)), *line, back=0.6, exact=True
    )


@action(
    "rub hands",
    "rubs the hands together",
    "holds both hands in front of the chest and rubs them",
    limb="hands",
    aliases=("rub two hands",),
)
def rub_hands(p: Performer) -> None:
    middle, strokes = -0.165 * p.figure.shoulders / p.figure.arms, p.choose(4, 6, 8)
    one, two = (
        dict(right=(middle, -0.24, 0.33), left=(middle, -0.24, 0.25)),
        dict(right=(middle, -0.24, 0.25), left=(middle, -0.24, 0.33)),
    )
    p.play(key(0.55, **one), *cycle(strokes // 2, key(0.16, **two), key(0.16, **one)), back=0.55, exact=True)


@action(
    "stir",
    "stirs a pot with the {side} hand",
    "moves the {side} hand round and round as if stirring",
    limb="hand",
    aliases=("stirring",),
)
def stir(p: Performer) -> None:
    ring = [(0.02, -0.26, 0.40), (-0.11, -0.26, 0.33), (0.02, -0.26, 0.25), (0.14, -0.26, 0.33)]
    p.play(
        key(0.6, right=ring[0], head=(16, 0, 0)),
        *cycle(p.choose(2, 3, 4), *(key(0.17, right=point) for point in ring[1:] + ring[:1])),
        back=0.6,
        exact=True,
    )


@action(
    "play guitar",
    "plays the guitar",
    "strums a guitar with the {side} hand",
    limb="hands",
    aliases=("playing guitar", "strum"),
)
def guitar(p: Performer) -> None:
    neck, up, down = dict(left=(0.20, -0.16, 0.30)), (-0.12, -0.24, 0.22), (-0.08, -0.36, 0.24)
    p.play(
        key(0.6, right=up, head=(12, 14, 0), **neck),
        *cycle(p.choose(3, 4, 6), key(0.2, right=down), key(0.2, right=up)),
        back=0.6,
        exact=True,
    )


@action(
    "put on a jacket",
    "puts on a jacket, one arm after the other",
    "slips both arms into a jacket",
    limb="arms",
    aliases=("put on jacket", "wear jacket"),
)
def jacket(p: Performer) -> None:
    p.play(
        key(0.55, right=(0.20, -0.10, -0.02), left=(-0.28, -0.06, 0.20), spine=(0, -10, 0)),
        key(0.5, right=(0.26, -0.38, 0.12), left=(-0.28, 0.02, 0.16)),
        key(0.55, left=(0.24, -0.12, -0.12), right=(-0.20, -0.12, 0.22), spine=(0, 12, 0)),
        key(0.5, left=(0.22, -0.40, 0.10)),
        key(0.4, both=(-0.10, -0.22, 0.18), spine=(0, 0, 0)),
        key(0.25),
        back=0.6,
        exact=True,
    )


@action(
    "read",
    "holds a book in both hands and reads",
    "reads and turns a page with the {side} hand",
    limb="hands",
    aliases=("reading", "read a book"),
)
def read(p: Performer) -> None:
    book = dict(both=(-0.08, -0.22, 0.30), both_palm=(-60, 0))
    p.play(
        key(0.6, head=(20, 0, 0), **book),
        key(p.vary(0.7, 0.3), head=(22, 6, 0)),
        key(0.3, right=(-0.16, -0.14, 0.30)),
        key(0.25, right=(0.0, -0.20, 0.28)),
        key(p.vary(0.5, 0.3), head=(22, -5, 0)),
        back=0.6,
        exact=True,
    )


@action(
    "play with a phone",
    "holds a phone in front of the chest and taps it",
    "looks down at a phone and taps it with the {side} hand",
    limb="hands",
    aliases=("use a phone", "play with phone", "text message on the phone"),
)
def phone_game(p: Performer) -> None:
    hold = dict(left=(-0.12, -0.18, 0.26), right=(-0.12, -0.19, 0.27))
    taps = cycle(p.choose(3, 4, 6), key(0.14, right=(-0.15, -0.16, 0.30)), key(0.16, right=(-0.12, -0.19, 0.27)))
    p.play(key(0.6, head=(24, 0, 0), **hold), key(0.2), *taps, back=0.6, exact=True)


@action(
    "take a selfie",
    "stretches out the {side} arm and takes a selfie",
    "holds a phone out with the {side} hand for a selfie",
    limb="arm",
    aliases=("taking a selfie",),
)
def selfie(p: Performer) -> None:
    out = (0.05, p.vary(0.22, 0.3), 0.44)
    p.play(
        key(0.65, right=out, right_palm=(0, 40), head=(-8, -8, 6), spine=(-3, 0, 0)),
        key(p.vary(0.9, 0.3), right=out),
        back=0.6,
    )


@action(
    "tear paper",
    "tears a sheet of paper with both hands{times}",
    "holds paper in front of the chest and tears it{times}",
    limb="hands",
    verb="tear the paper",
    aliases=("tear up paper",),
)
def tear(p: Performer) -> None:
    n = p.times(1, 3)
    near, apart = dict(both=(-0.13, -0.20, 0.30)), dict(right=(0.06, -0.26, 0.22), left=(0.02, -0.14, 0.34))
    p.play(key(0.55, **near), *cycle(n, key(0.3, **apart), key(0.35, **near)), back=0.55, exact=True)


@action(
    "put on a shoe",
    "lifts the {side} foot and puts on a shoe",
    "bends down to the {side} foot and puts on a shoe",
    limb="foot",
    aliases=("wear a shoe", "tie a shoe"),
)
def shoe(p: Performer) -> None:
    p.play(
        key(
            0.9,
            right_foot=(0.02, 0.34, 0.24),
            right_loose=0.8,
            spine=(48, 0, 0),
            orient=(16, 0, 0),
            pelvis=(0.03, -0.06, -0.08),
            right_pin=(-0.14, 0.50, 0.30),
            left_pin=(-0.02, 0.50, 0.32),
            both_hold=1,
        ),
        key(0.25, right_pin=(-0.14, 0.56, 0.26), left_pin=(-0.02, 0.56, 0.28)),
        key(0.25, right_pin=(-0.14, 0.50, 0.30), left_pin=(-0.02, 0.50, 0.32)),
        key(0.25, right_pin=(-0.14, 0.56, 0.26), left_pin=(-0.02, 0.56, 0.28)),
        key(0.7, right_foot=(0, 0, 0), right_loose=0, spine=(0, 0, 0), orient=(0, 0, 0), pelvis=(0, 0, 0), both_hold=0),
        back=0.2,
        exact=True,
    )


@action(
    "drop",
    "lets something fall from the {side} hand",
    "holds something out and drops it from the {side} hand",
    limb="hand",
    direction="down",
    aliases=("drop something",),
)
def drop(p: Performer) -> None:
    out = (0.02, -0.12, 0.40)
    p.play(
        key(0.6, right=out),
        key(0.4, right=out),
        key(0.12, right=(0.05, -0.08, 0.40), right_palm=(60, -30), head=(14, 0, 0)),
        key(0.5),
        back=0.5,
    )


@action(
    "wipe a window",
    "wipes a window in circles with the {side} hand",
    "moves the {side} hand round on a pane as if cleaning it",
    limb="arm",
    aliases=("clean a window", "wipe"),
)
def wipe_window(p: Performer) -> None:
    ring = [(0.02, 0.30, 0.38), (0.24, 0.14, 0.38), (0.02, -0.02, 0.42), (-0.18, 0.14, 0.42)]
    p.play(
        key(0.65, right=ring[0], right_palm=(0, -40)),
        *cycle(p.choose(2, 3, 4), *(key(0.22, right=place) for place in ring[1:] + ring[:1])),
        back=0.65,
        exact=True,
    )


@action(
    "play the violin",
    "plays the violin with the bow in the {side} hand",
    "holds a violin to the chin and draws the bow with the {side} hand",
    limb="arms",
    aliases=("play violin",),
)
def violin(p: Performer) -> None:
    hold = dict(left=(0.12, 0.02, 0.34), left_pole=(0.1, -1, -0.1), head=(10, 24, -8))
    down, up = key(0.45, right=(0.14, -0.16, 0.34)), key(0.45, right=(-0.08, 0.02, 0.24))
    p.play(key(0.7, right=(-0.08, 0.02, 0.24), **hold), *cycle(p.choose(2, 3, 4), down, up), back=0.7, exact=True)
