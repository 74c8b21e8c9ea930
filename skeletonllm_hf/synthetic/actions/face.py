"""Hands at the head and the body: eating, calling, grooming, aches."""

from __future__ import annotations

from ..performer import Performer, cycle, key


def comb(p: Performer) -> None:
    n = p.times(1, 4)
    front, back_ = p.at("head_top", 0.06, 0.05, 0.13), p.at("right_ear", 0.06, 0.05, -0.05)
    stroke = [key(0.35, right=back_), key(0.28, right=front)]
    p.play(key(0.6, right=front, right_pole=(1, -0.2, 0.3)), *cycle(n - 1, *stroke), stroke[0], back=0.6, exact=True)
