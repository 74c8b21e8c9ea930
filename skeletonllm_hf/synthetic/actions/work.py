"""Work that takes the whole body: lifting, pushing, digging, sawing."""

from __future__ import annotations

from typing import Any

from ..performer import Performer, key


def reach_down(p: Performer, after: list[Any], back: float) -> None:
    deep = p.vary(0.34, 0.25)
    down = key(
        0.8,
        pelvis=(0, -deep, -0.10),
        orient=(24, 0, 0),
        spine=(46, 10, 0),
        head=(-6, 0, 0),
        right_pin=(-0.14, p.vary(0.16, 0.2), 0.34),
        right_hold=1,
        left=(0.10, -0.30, 0.22),
    )
    rise = [
        (seconds, dict(channels, orient=(0, 0, 0)) if "pelvis" in channels else channels) for seconds, channels in after
    ]
    p.play(down, *rise, back=back, exact=True)


def pick_up(p: Performer) -> None:
    reach_down(
        p,
        [
            key(0.25),
            key(0.7, pelvis=(0, 0, 0), spine=(0, 0, 0), head=(0, 0, 0), right_hold=0, right=(0.0, -0.26, 0.30)),
        ],
        back=0.5,
    )
