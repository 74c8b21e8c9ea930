"""Exercise and dance, on the spot."""

from __future__ import annotations

from ..performer import Performer, cycle, key
from ..registry import action


@action(
    "push-up",
    "does {n:push-up}",
    "lowers and lifts the body on both arms{times}",
    limb="body",
    verb="do a push-up",
    start="in a plank",
    end="in a plank",
    aliases=("push-ups", "push up"),
)
def push_up(p: Performer) -> None:
    n = p.times(1, 5)
    low = key(0.55, pelvis=(0, -0.17, 0.03), orient=(13, 0, 0))
    p.play(*cycle(n, low, key(0.1), key(0.5, pelvis=(0, 0, 0), orient=(0, 0, 0))), back=0.2)


@action(
    "sit-up",
    "does {n:sit-up}",
    "lies on the back and lifts the upper body to the knees{times}",
    limb="body",
    verb="do a sit-up",
    start="lying",
    end="lying",
    aliases=("sit-ups", "sit up"),
)
def sit_up(p: Performer) -> None:
    n = p.times(1, 4)
    bent = dict(both_foot=(0, 0, -0.34), both=p.at("right_ear", 0.06, 0.02, -0.02), both_pole=(1, -0.2, 0.3))
    up = key(0.7, orient=(62, 0, 0), spine=(38, 0, 0), head=(10, 0, 0))
    p.play(
        key(0.6, **bent),
        *cycle(n, up, key(0.15), key(0.7, orient=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0))),
        back=0.6,
        exact=True,
    )


@action(
    "burpee",
    "does {n:burpee}",
    "drops to the ground into a plank and jumps up again{times}",
    limb="body",
    verb="do a burpee",
    aliases=("burpees",),
)
def burpee(p: Performer) -> None:
    n = p.times(1, 2)
    hands = dict(left_pin=(0.22, 0.10, 0.42), right_pin=(-0.22, 0.10, 0.42), both_hold=1, both_palm=(90, -85))
    crouch = dict(
        pelvis=(0, -0.48, -0.08),
        orient=(42, 0, 0),
        spine=(34, 0, 0),
        both_foot=(0, 0, 0),
        both_step=(0, 0),
        head=(-20, 0, 0),
        **hands,
    )
    plank = dict(pelvis=(0, -0.47, 0.00), orient=(70, 0, 0), spine=(0, 0, 0), both_foot=(0, 0.15, -0.80))
    top = dict(
        pelvis=(0, 0.22, 0),
        orient=(0, 0, 0),
        spine=(-4, 0, 0),
        head=(0, 0, 0),
        both=(0.06, 0.48, 0.08),
        both_hold=0,
        both_palm=(0, 0),
        both_foot=(0, 0.24, 0),
        both_step=(0, 0),
    )
    land = key(0.22, pelvis=(0, -0.10, -0.04), both=(0.15, -0.3, 0.2), both_foot=(0, 0, 0))
    p.play(
        *cycle(n, key(0.55, **crouch), key(0.35, **plank), key(0.15), key(0.35, **crouch), key(0.35, **top), land),
        back=0.5,
        exact=True,
    )


@action(
    "climb",
    "climbs a ladder{times}",
    "reaches up with the hands and lifts the feet in turn as if climbing{times}",
    limb="body",
    verb="reach up",
    direction="up",
    aliases=("climb a ladder", "climbing"),
)
def climb(p: Performer) -> None:
    n, high, low = p.times(2, 6), (-0.02, 0.42, 0.24), (-0.02, 0.08, 0.34)
    pulls = [
        key(0.45, **{arm: high, other: low, f"{other}_foot": (0, 0.30, 0.16), f"{arm}_foot": (0, 0, 0)})
        for arm, other in (("right", "left") if i % 2 == 0 else ("left", "right") for i in range(n))
    ]
    p.play(key(0.4, both=low), *pulls, key(0.3, both_foot=(0, 0, 0)), back=0.5)


@action(
    "dance",
    "dances, swaying the hips and swinging the arms",
    "dances on the spot",
    limb="body",
    aliases=("dancing", "dance short", "dance long"),
)
def dance(p: Performer) -> None:
    beats, beat = p.choose(4, 6, 8), p.vary(0.34)
    figures = (
        ((0.34, 0.30, 0.12), (-0.16, -0.16, 0.26)),
        ((0.46, 0.02, 0.10), (0.46, 0.02, 0.10)),
        ((0.08, -0.22, 0.26), (0.08, -0.22, 0.26)),
        ((0.10, 0.46, 0.08), (0.20, -0.30, 0.12)),
        ((-0.10, 0.02, 0.28), (0.30, -0.10, 0.16)),
    )
    moves = []
    for i in range(beats):
        sign = 1 if i % 2 == 0 else -1
        right, left = p.choose(*figures)
        feet = (
            dict(right_foot=(0, 0.0, 0), left_foot=(0.04, 0.10, 0.04))
            if sign > 0
            else dict(right_foot=(-0.04, 0.10, 0.04), left_foot=(0, 0, 0))
        )
        moves.append(
            key(
                beat,
                right=right,
                left=left,
                spine=(2, 10 * sign, 9 * sign),
                orient=(0, -12 * sign, -5 * sign),
                head=(0, 0, -6 * sign),
                pelvis=(-0.07 * sign, -0.05, 0),
                **feet,
            )
        )
        moves.append(key(0.45 * beat, pelvis=(0, -0.01, 0), right_foot=(0, 0, 0), left_foot=(0, 0, 0)))
    p.play(*moves, back=0.5)


@action(
    "swim",
    "swims with crawl strokes{times}",
    "swings the arms over the head in turn as if swimming{times}",
    limb="arms",
    verb="stroke",
    aliases=("swimming", "front crawl"),
)
def swim(p: Performer) -> None:
    n, step = p.times(2, 6), 0.19
    ring = [
        (0.0, 0.30, 0.42),
        (0.04, -0.14, 0.44),
        (0.08, -0.46, 0.10),
        (0.18, -0.24, -0.30),
        (0.22, 0.22, -0.10),
        (0.08, 0.44, 0.22),
    ]

    def stroke(arm: str) -> list:
        sign = 1 if arm == "right" else -1
        return [
            key(step, **{arm: point}, spine=(28, sign * twist, 0))
            for point, twist in zip(ring[1:] + ring[:1], (6, 0, -14, -16, 0, 12))
        ]

    p.play(
        key(0.6, both=ring[0], spine=(28, 0, 0), head=(-14, 0, 0)),
        *(move for i in range(n) for move in stroke(("right", "left")[i % 2])),
        back=0.6,
    )


@action(
    "lift weights",
    "curls weights with both arms{times}",
    "bends both elbows and lifts weights to the shoulders{times}",
    limb="arms",
    verb="curl",
    direction="up",
    aliases=("bicep curl", "curl weights"),
)
def curls(p: Performer) -> None:
    n, down, up = p.times(1, 5), (0.05, -0.46, 0.10), (0.03, -0.03, 0.20)
    p.play(
        key(0.3, both=down),
        *cycle(
            n, key(0.5, both=up, both_pole=(0.3, -0.9, -0.3), spine=(-4, 0, 0)), key(0.5, both=down, spine=(0, 0, 0))
        ),
        back=0.3,
    )


@action(
    "lateral raise",
    "lifts both arms sideways to shoulder height{times}",
    "spreads both arms out to the sides{times}",
    limb="arms",
    verb="lift the arms",
    aliases=("spread arms", "raise arms to the side"),
)
def lateral(p: Performer) -> None:
    n = p.times(1, 4)
    p.play(*cycle(n, key(0.55, both=(0.51, 0.02, 0.04)), key(0.15), key(0.5, both=(0.08, -0.49, 0.05))), back=0.2)


@action(
    "swing arms in circles",
    "swings both arms in circles{times}",
    "circles both stretched arms{times}",
    limb="arms",
    verb="circle the arms",
    aliases=("arm circles", "arm circling"),
)
def arm_circles(p: Performer) -> None:
    n, step = p.times(1, 4), 0.2
    ring = [(0.10, 0.0, 0.50), (0.10, 0.48, 0.12), (0.34, 0.12, -0.30), (0.20, -0.42, -0.14), (0.10, -0.48, 0.16)]
    p.play(
        key(0.3, both=ring[-1]),
        *cycle(n, *(key(step, both=point, both_pole=(0.9, -0.2, -0.4)) for point in ring)),
        back=0.4,
    )
