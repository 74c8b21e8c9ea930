"""Columns that say whether a sensor saw a joint: Kinect's TrackingState (0, 1, 2, or words), and flags.

What is not tracked has places all the same: the last ones, or guesses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

STATE_WORDS = (
    "trackingstate", "tracking_state", "tracking state", "trackstate", "track_state", "state", "status", "istracked", "is_tracked", "tracked",
)  # fmt: skip
_LOST = frozenset(
    ("0", "nottracked", "not_tracked", "not tracked", "untracked", "lost", "missing", "none", "false", "no")
)
_INFERRED = frozenset(("1", "inferred", "guessed", "estimated", "predicted", "occluded"))
INFERRED = 0.5  # confidence of what a sensor guesses
_BETWEEN = " _./:-"


def state_columns(names: Sequence[str], joints: Collection[str]) -> dict[str, int]:
    """Joint -> the column of its state (`HandLeft_TrackingState`, `head.tracked`), for joints whose places are in the table."""
    found: dict[str, int] = {}
    for column, name in enumerate(names):
        low = name.strip().lower()
        word = next((word for word in STATE_WORDS if low.endswith(word)), "")
        joint = name.strip()[: len(low) - len(word)].rstrip(_BETWEEN) if word else ""
        if joint in joints:
            found.setdefault(joint, column)
    return found


def state_scores(cells: Sequence[Sequence[str]]) -> np.ndarray:
    """(joints, rows) confidence from the cells of each joint's state. Where no state is above 1, it is a flag: 1 is tracked."""
    states = {cell: _state(cell) for joint in cells for cell in set(joint)}
    graded = any(state not in _LOST and state not in ("1", "") for state in states.values())
    score = {
        cell: 0.0 if state in _LOST else INFERRED if graded and state in _INFERRED else 1.0
        for cell, state in states.items()
    }
    return np.array([[score[cell] for cell in joint] for joint in cells], np.float32)


def state_score(value: object, most: float = 2) -> float | None:
    """Confidence from one state in JSON: a word, a flag, or a number up to `most` (Kinect's 2); None for what is no state."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return 0.0 if word in _LOST else INFERRED if word in _INFERRED else 1.0
    if not isinstance(value, (int, float)) or not 0 <= value <= most:
        return None
    return 0.0 if value == 0 else INFERRED if value == 1 else 1.0


def _state(cell: str) -> str:
    """A state in lower case; a number (`2.0`) without its fraction."""
    word = cell.strip().lower()
    head, point, zeros = word.partition(".")
    return head if point and not zeros.strip("0") else word
