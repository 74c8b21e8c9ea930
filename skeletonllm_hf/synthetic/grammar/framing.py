"""What stands before and after the acts of a clip, and is not told: standing about, a T-pose, small shifts, a walk."""

from __future__ import annotations

from ..controls import COLUMNS
from ..gait import WALK, stride, stride_seconds
from ..performer import key
from .primitive import Draw

FRAMES = ("idle", "prepare", "T pose", "walk")
_T_HANDS = (0.52, 0.01, 0.0)
_REST = (0.055, -0.515, 0.045)


def frame(draw: Draw, name: str, last: bool) -> None:
    """Fills the performer's controls with that; `last`: after the acts."""
    p = draw.p
    if name == "walk":
        steps = draw.count(2, 4)
        p.begin(stride_seconds(steps, WALK), padded=False)
        stride(p, steps, WALK, first=draw.pick(0, 1))
    elif name == "T pose":
        wait, move = draw.pick(0.3, 0.8), draw.vary(0.7)
        if last:
            p.begin(wait + move, padded=False)
            p.lay(
                [key(move, both=_T_HANDS, both_pole=(0.3, -0.4, -0.9)), key(wait, both=_T_HANDS)], back=None, exact=True
            )
        else:
            p.base = p.base.copy()
            p.base[COLUMNS["left"]] = p.base[COLUMNS["right"]] = _T_HANDS
            p.begin(wait + move + 0.2, padded=False)
            p.lay([key(wait, both=_T_HANDS), key(move, both=_REST), key(0.2, both=_REST)], back=None, exact=True)
    elif name == "prepare":
        _shift(draw)
    else:
        p.begin(draw.pick(0.5, 1.0, 1.8), padded=False)


def _shift(draw: Draw) -> None:
    """Weight goes from foot to foot, hands and head move a little."""
    p, rng = draw.p, draw.p.rng
    keys = []
    for _ in range(draw.count(1, 3)):
        x = float(rng.uniform(-0.05, 0.05))
        hands = [
            (0.055 + 0.05 * float(rng.random()), -0.49 + 0.05 * float(rng.random()), 0.06 + 0.10 * float(rng.random()))
            for _ in range(2)
        ]
        head = (float(rng.uniform(-4, 18)), float(rng.uniform(-20, 20)), 0)
        keys.append(
            key(
                0.55,
                pelvis=(x, -0.008, 0),
                spine=(2, float(rng.uniform(-6, 6)), 60 * x),
                head=head,
                left=hands[0],
                right=hands[1],
            )
        )
    p.begin(sum(seconds for seconds, _ in keys) + 0.45, padded=False)
    p.lay(keys, back=0.45)
