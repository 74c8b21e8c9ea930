"""Two performers face to face, on one clock."""

from __future__ import annotations

from typing import Any

from ..gait import Gait
from ..performer import Performer, key


class Pair:
    """Two performers on one clock. The first looks along +Z, the second stands `gap` metres ahead and looks back."""

    def __init__(self, first: Performer, second: Performer):
        self.first, self.second, self.gap = first, second, 1.0
        self.same_way = False  # the second looks where the first looks, and does not face it

    def begin(self, seconds: float, gap: float) -> None:
        """Starts both; `gap` in real metres between two adults, less between children."""
        self.gap = gap * (self.first.figure.stature + self.second.figure.stature) / 3.4
        self.first.begin(seconds)
        self.second.follow(self.first)

    def meet(self, x: float, height: float, share: float = 0.5) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """One place as each sees it.

        Args:
            x: metres to the first one's left.
            height: as a share of the mean stature.
            share: of the way from the first to the second.
        """
        height *= (self.first.figure.stature + self.second.figure.stature) / 2
        one, two = self.first.figure.scale, self.second.figure.scale
        return (
            (x / one, height / one, share * self.gap / one),
            (-x / two, height / two, (1 - share) * self.gap / two),
        )

    def reach(self, metres: float) -> tuple[float, float]:
        """A distance in either one's units."""
        return metres / self.first.figure.scale, metres / self.second.figure.scale


_RECOIL = dict(
    spine=(-10, 0, 0), orient=(-8, 0, 0), pelvis=(0, -0.03, -0.14), head=(14, 0, 0), both=(0.26, -0.26, 0.26)
)


def stagger_back(p: Performer, at: float, strength: float = 1.0) -> None:
    """Jolted: the trunk gives way and one foot steps back."""
    far = -0.34 * strength
    p.lay(
        [
            key(0.22, left_foot=(0.02, 0.06, 0.6 * far), **_RECOIL),
            key(0.2, left_foot=(0.02, 0, far), pelvis=(0, -0.06, 0.6 * far)),
            key(0.35, spine=(6, 0, 0), orient=(4, 0, 0)),
        ],
        at=at,
        back=0.6,
    )


ON_THE_SPOT = Gait(length=1e-3, step=0.36, lift=0.06, bounce=0.01, crouch=0.01, lean=0, width=1.0)
