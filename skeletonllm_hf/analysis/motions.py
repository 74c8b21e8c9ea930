"""What each part of a person's body does in a clip as a whole, from the facts that `describe` measures."""

from __future__ import annotations

from dataclasses import dataclass

from ..describe import Facts, Move

_AS_FAR = 0.8


@dataclass(frozen=True)
class PartMotion:
    """A part's movements, taken together.

    Args:
        direction: of the largest movement.
        distance: metres, of the largest movement one way.
        count: how often it goes there and back, round or up in a jump; 0 where all go one way only.
        speed: metres a second, mean over the largest movement.
    """

    direction: str
    distance: float
    count: int
    speed: float


def part_motions(facts: Facts, person: int) -> dict[str, PartMotion]:
    """Parts that move, in the order in which they start; "both hands" are a left and a right hand."""
    moves: dict[str, list[Move]] = {}
    for move in facts.moves:
        if move.person == person:
            for part in _single(move.part):
                moves.setdefault(part, []).append(move)
    return {part: _together(own) for part, own in moves.items()}


def _single(part: str) -> tuple[str, ...]:
    """`"both hands by turns"` -> `("left hand", "right hand")`."""
    name = part.removesuffix(" by turns")
    one = {"both hands": "hand", "both feet": "foot"}.get(name)
    return (name,) if one is None else (f"left {one}", f"right {one}")


def _together(moves: list[Move]) -> PartMotion:
    farthest = max(move.distance for move in moves)
    largest = next(move for move in moves if move.distance >= _AS_FAR * farthest)  # not the way back, which is as long
    ways = 2 * largest.count if largest.kind == "repetition" else largest.count
    turns = 3.14 if largest.kind == "circle" else 1.0  # once round is longer than across
    speed = turns * ways * largest.distance / max(largest.end - largest.start, 0.05)
    count = sum(move.count for move in moves if move.kind != "stroke")
    return PartMotion(largest.direction, largest.distance, count, speed)
