"""What two people do at a distance: coming, going, greeting. The first performer acts."""

from __future__ import annotations

import dataclasses

from ..gait import WALK, stride, stride_seconds
from ..performer import cycle, key
from ..registry import action
from .pair import ON_THE_SPOT, Pair


@action(
    "approaching",
    "{a} walks up to {b}",
    "{a} comes closer to {b}",
    limb="body",
    verb="walk up to the other",
    travel="walk",
    direction="forward",
    people=2,
    aliases=("approach", "come closer"),
)
def approaching(pair: Pair) -> None:
    steps = pair.first.choose(3, 4, 5)
    pair.begin(stride_seconds(steps) + 0.3, gap=0.75 + WALK.length * (steps - 0.5))
    stride(pair.first, steps, first=pair.first.choose(0, 1))


@action(
    "departing",
    "{a} turns away from {b} and walks off",
    "{a} walks away from {b}",
    limb="body",
    verb="walk away",
    travel="walk",
    people=2,
    aliases=("depart", "walk away"),
)
def departing(pair: Pair) -> None:
    steps = pair.first.choose(3, 4, 5)
    turning = stride_seconds(3, ON_THE_SPOT)
    pair.begin(turning + stride_seconds(steps) + 0.2, gap=0.8)
    stride(pair.first, 3, ON_THE_SPOT, turn=-180, first=1)
    stride(pair.first, steps, at=turning, facing=-180)


@action(
    "pointing at someone",
    "{a} points at {b} with the {side} hand",
    "{a} stretches out the {side} arm and points at {b}",
    limb="arm",
    verb="point at the other",
    people=2,
    aliases=("point finger at other person", "pointing at the other person"),
)
def pointing(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.2, gap=1.5)
    out = (-0.08, 0.03, 0.51)
    a.lay([key(0.5, right=out, spine=(4, 8, 0)), key(0.9, right=out)], back=0.6)
    b.lay([key(0.6), key(0.3, head=(-4, 0, 0), spine=(-5, 0, 0), pelvis=(0, 0, -0.03)), key(0.6)], back=0.5)


@action(
    "bowing to each other",
    "{a} and {b} bow to each other",
    "two people greet each other with a bow",
    limb="body",
    verb="bow",
    people=2,
    partner=True,
    aliases=("bow to each other",),
)
def bowing(pair: Pair) -> None:
    pair.begin(2.3, gap=1.5)
    for p in (pair.first, pair.second):
        low = dict(orient=(p.vary(24), 0, 0), spine=(p.vary(22), 0, 0), head=(14, 0, 0), pelvis=(0, -0.005, -0.10))
        p.lay([key(p.vary(0.1, 0.9)), key(0.7, **low), key(0.5)], back=0.8)


@action(
    "waving to each other",
    "{a} and {b} wave to each other with the {side} hand{times}",
    "two people wave at each other{times}",
    limb="hand",
    verb="wave",
    people=2,
    partner=True,
    aliases=("wave to each other", "greet each other"),
)
def waving(pair: Pair) -> None:
    n = pair.first.times(2, 4)
    pair.begin(0.7 + 0.56 * n + 0.7, gap=1.7)
    for p in (pair.first, pair.second):
        up = p.vary(0.28)
        start = key(0.7, right=(0.12, up, 0.22), right_pole=(0.7, -0.5, -0.1))
        p.lay([start, *cycle(n, key(0.28, right=(0.34, up - 0.05, 0.16)), key(0.28, right=(0.06, up, 0.18)))], back=0.7)


@action(
    "following",
    "{a} walks behind {b}",
    "two people walk one behind the other",
    limb="body",
    verb="walk behind the other",
    travel="walk",
    direction="forward",
    people=2,
    aliases=("follow", "follow other person"),
)
def following(pair: Pair) -> None:
    steps = pair.first.choose(4, 5, 6)
    gait = dataclasses.replace(WALK, length=0.5)
    pair.begin(stride_seconds(steps, gait), gap=0.95)
    pair.same_way = True
    for p in (pair.first, pair.second):
        stride(p, steps, gait, first=p.choose(0, 1))


@action(
    "walking towards each other",
    "{a} and {b} walk towards each other",
    "two people walk up to each other",
    limb="body",
    verb="walk",
    travel="walk",
    direction="forward",
    people=2,
    partner=True,
    aliases=("walk towards each other", "meeting"),
)
def meeting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    pair.begin(stride_seconds(steps) + 0.2, gap=0.8 + 2 * WALK.length * (steps - 0.5))
    for p in (pair.first, pair.second):
        stride(p, steps, first=pair.first.choose(0, 1))


@action(
    "walking apart",
    "{a} and {b} turn round and walk apart",
    "two people walk away from each other",
    limb="body",
    verb="walk away",
    travel="walk",
    people=2,
    partner=True,
    aliases=("walk apart", "walking apart from each other"),
)
def parting(pair: Pair) -> None:
    steps = pair.first.choose(2, 3, 4)
    turning = stride_seconds(3, ON_THE_SPOT)
    pair.begin(turning + stride_seconds(steps) + 0.2, gap=0.8)
    for p in (pair.first, pair.second):
        stride(p, 3, ON_THE_SPOT, turn=-180, first=1)
        stride(p, steps, at=turning, facing=-180)


@action(
    "whispering",
    "{a} whispers something in the ear of {b}",
    "{a} leans over to {b} with the {side} hand at the mouth and whispers",
    limb="hand",
    verb="whisper",
    people=2,
    aliases=("whisper", "whisper in the ear"),
)
def whispering(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(3.0, gap=0.85)
    near = pair.reach(0.5 * (pair.gap - 0.50))[0]
    mouth = a.at("jaw", 0.06, -0.05, 0.14)
    a.lay(
        [
            key(0.5, left_foot=(0.04, 0, near), pelvis=(0.05, -0.02, 0.6 * near)),
            key(
                0.5,
                right=mouth,
                right_pole=(0.8, -0.8, 0),
                spine=(16, 0, -8),
                head=(4, -22, -4),
                pelvis=(0.08, -0.03, 0.8 * near),
            ),
            key(a.vary(0.9, 0.3)),
        ],
        back=0.8,
        exact=True,
    )
    b.lay([key(0.6), key(0.5, head=(6, 34, -8), spine=(5, 0, -4)), key(0.9)], back=0.6)


@action(
    "taking a photo",
    "{a} takes a photo of {b}",
    "{a} holds up a camera with both hands and photographs {b}",
    limb="hands",
    verb="take a photo",
    people=2,
    aliases=("take a photo of other person", "take a photo"),
)
def photo(pair: Pair) -> None:
    a, b = pair.first, pair.second
    pair.begin(2.8, gap=1.9)
    a.lay(
        [
            key(0.7, both=a.at("right_eye", 0.05, -0.03, 0.22), both_pole=(0.6, -1, 0)),
            key(0.5, head=(3, 0, 0)),
            key(0.7),
        ],
        back=0.7,
        exact=True,
    )
    b.lay(
        [
            key(0.5),
            key(
                0.5,
                left=b.at("right_hip", 0.07, 0.10, 0.03),
                left_pole=(1, 0.1, -0.5),
                spine=(-3, 0, 5),
                head=(0, 0, -6),
            ),
            key(0.9),
        ],
        back=0.6,
    )
