"""Rule-based description of a clip: facts measured on its joints, in sentences. Deterministic, without a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..nouns import ordinal
from .body_paths import Tracks, people_tracks
from .contact import contacts, gap
from .facts import Facts, Move
from .limbs import limb_moves
from .posture import body_moves, stances, turns
from .sentences import sentences
from .ways import travels

MOST_SENTENCES = 8
LABEL_LINE = "Label: "


class NotSeenEnough(ValueError):
    """A clip in which nobody is seen for long enough to tell what moves."""


@dataclass(frozen=True)
class Description:
    """Description of a clip.

    Args:
        sentences: an opening, what happens in the order of time, what stays still.
        facts: the measurements behind them.
    """

    sentences: tuple[str, ...]
    facts: Facts

    @property
    def text(self) -> str:
        """All sentences, one after the other."""
        return " ".join(self.sentences)


def describe(clip: SkeletonSequence, most: int = MOST_SENTENCES) -> Description:
    """Describes the movements of the parts (direction, distance, time, count), postures, travel, turns and contact.

    Works for any layout whose joints stand for body points, also in 2-D (without facts that need depth). Sides and
    directions are the performer's own, except "of the picture".

    Args:
        clip: the clip; any layout, axes and units.
        most: sentences about what happens; the smallest movements are left out first.

    Raises:
        ValueError: nobody is ever seen, no joint stands for a body point, or `most` is below 1.
    """
    if most < 1:
        raise ValueError(f"most: expected at least 1, got {most}")
    tracks = people_tracks(clip)
    if not tracks:
        raise NotSeenEnough(
            f"{clip.source or 'clip'}: expected a joint that is seen in a quarter of the frames, got none"
        )
    facts = measure(tracks, clip.seconds)
    return Description(sentences(facts, most), facts)


def rationale(clip: SkeletonSequence, label: str, most: int = MOST_SENTENCES) -> str:
    """The description, a sentence a line, and the line `Label: <label>` that it leads to: what CR-Distill teaches.

    Where too little is seen to describe, that line stands alone.

    Raises:
        ValueError: as `describe`; a label that is empty or has line breaks.
    """
    try:
        text = "\n".join(describe(clip, most).sentences)
    except NotSeenEnough:
        text = ""
    return with_label(text, label)


def with_label(text: str, label: str) -> str:
    """Reasoning, closed by its line `Label: <label>`; a closing that is there already is replaced."""
    if not label.strip() or "\n" in label:
        raise ValueError(f"label: expected a name on one line, got {label!r}")
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    while lines and lines[-1].lower().startswith(LABEL_LINE.strip().lower()):
        lines.pop()
    return "\n".join([*lines, LABEL_LINE + label])


def measure(tracks: list[Tracks], seconds: float) -> Facts:
    """The facts about people whose paths are known."""
    kept, ways, turned, moves = [], [], [], []
    for person, track in enumerate(tracks):
        own_stances, own_ways = stances(track, person), travels(track, person)
        kept += own_stances
        ways += own_ways
        turned += turns(track, person)
        moves += [move for move in body_moves(track, person) if not own_ways or move.kind == "jump"]
        moves += limb_moves(track, person, own_ways, own_stances)
    moves = [move for move in moves if not _explained(move, moves)]
    return Facts(
        seconds=seconds,
        people=len(tracks),
        facing=tuple(facing(track) for track in tracks),
        places=_places(tracks),
        gap=gap(tracks),
        stances=tuple(kept),
        travels=tuple(ways),
        turns=tuple(turned),
        moves=tuple(sorted(moves, key=lambda move: (move.start, move.person, move.part))),
        contacts=tuple(contacts(tracks)),
    )


def _explained(move: Move, moves: list[Move]) -> bool:
    """Whether a move of the feet is part of a jump, which has a sentence of its own."""
    return move.part in ("left foot", "right foot", "both feet") and any(
        jump.kind == "jump" and jump.person == move.person and jump.start < move.end and move.start < jump.end
        for jump in moves
    )


def facing(track: Tracks, at_end: bool = False) -> str | None:
    """Where somebody faces at the start or at the end, as in `Facts.facing`."""
    if track.flat:
        return None
    edge = max(1, len(track.axes) // 10)
    x, _, z = track.axes[-edge:, 2].mean(0) if at_end else track.axes[:edge, 2].mean(0)
    degrees = np.degrees(np.arctan2(x, z))
    words = {
        0: "the camera",
        90: "the right of the picture",
        -90: "the left of the picture",
        180: "away from the camera",
    }
    return next((word for centre, word in words.items() if abs((degrees - centre + 180) % 360 - 180) <= 40), None)


def _places(tracks: list[Tracks]) -> tuple[str, ...]:
    """Names of the people by their positions in the picture at the start."""
    if len(tracks) == 1:
        return ("the person",)
    order = sorted(range(len(tracks)), key=lambda person: tracks[person].stands_at)
    names = [
        "the person on the left",
        *(_nth(place, len(tracks)) for place in range(1, len(tracks) - 1)),
        "the person on the right",
    ]
    return tuple(names[order.index(person)] for person in range(len(tracks)))


def _nth(place: int, people: int) -> str:
    if 2 * place == people - 1:
        return "the person in the middle"
    return f"the {ordinal(place + 1)} person from the left"
