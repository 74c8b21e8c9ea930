"""Data classes of what `describe` measures on a clip. Sides and directions are the performer's own; times are seconds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stance:
    """A posture that somebody keeps: "standing", "sitting", "squatting", "kneeling", "lying", "bent over" or "on all fours"."""

    person: int
    posture: str
    start: float
    end: float


@dataclass(frozen=True)
class Travel:
    """Somebody leaves the place.

    Args:
        kind: "walk", "run", "crawl" or "move".
        direction: "forward", "backward", "to the left" or "to the right", from the way the body faces at the start; of a way that
            comes back to where it began "in a circle to the left" or "right", "in a figure eight", "there and back" or "back and forth".
        distance: metres over the ground: from start to end, of a way that comes back along it.
        steps: None where the feet do not tell.
    """

    person: int
    kind: str
    direction: str
    distance: float
    steps: int | None
    start: float
    end: float

    @property
    def comes_back(self) -> bool:
        """Whether it ends where it began."""
        return self.direction not in ("forward", "backward", "to the left", "to the right")


@dataclass(frozen=True)
class Turn:
    """Somebody turns about the vertical: `side` "left" or "right", by `degrees`."""

    person: int
    side: str
    degrees: float
    start: float
    end: float


@dataclass(frozen=True)
class Move:
    """A part of the body moves.

    Args:
        part: "left hand", "right hand", "both hands", "left foot", "right foot", "both feet", "head", "upper body", "body";
            "hands by turns" and "feet by turns" for two sides of which one goes while the other comes back, counted together.
        kind: "stroke" (one way), "repetition" (there and back, `count` times), "circle" (round, `count` times) or "jump"
            (off the ground, `count` times).
        direction: of the stroke, or of the repetition's first half: "up", "forward and up", "to the left", ...; of two
            hands "apart" and "together" too; of a circle "clockwise" or "counterclockwise" as the performer sees it.
        distance: metres: of the stroke, of each way of a repetition, across a circle, off the ground.
        place: where a hand or foot gets to ("above the head"), or None.
    """

    person: int
    part: str
    kind: str
    direction: str
    distance: float
    count: int
    start: float
    end: float
    place: str | None = None


@dataclass(frozen=True)
class Contact:
    """The hand of `person` ("left hand") reaches `other_part` ("head", "trunk", "left arm", ...) of `other`."""

    person: int
    part: str
    other: int
    other_part: str
    start: float
    end: float


@dataclass(frozen=True)
class Facts:
    """All that was measured.

    Args:
        seconds: length of the clip.
        people: how many are described.
        facing: where each faces at the start: "the camera", "away from the camera", "the left of the picture", "the right
            of the picture"; None in between, or in flat clips.
        places: how each is called, by where they stand in the picture: "the person on the left"; alone "the person".
        gap: metres between the first two at the start and at the end, or None.
        stances, travels, turns, moves, contacts: what happens, each in the order of time.
    """

    seconds: float
    people: int
    facing: tuple[str | None, ...]
    places: tuple[str, ...]
    gap: tuple[float, float] | None
    stances: tuple[Stance, ...]
    travels: tuple[Travel, ...]
    turns: tuple[Turn, ...]
    moves: tuple[Move, ...]
    contacts: tuple[Contact, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return dataclasses.asdict(self)
