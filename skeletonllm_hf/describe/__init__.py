"""What happens in a clip, measured on its joints and put into sentences; and the teachers that write rationales."""

from .describer import Description, NotSeenEnough, describe, rationale, with_label
from .facts import Contact, Facts, Move, Stance, Travel, Turn
from .repetitions import Repetitions, count_repetitions

__all__ = [
    "Contact",
    "Description",
    "Facts",
    "Move",
    "NotSeenEnough",
    "Repetitions",
    "Stance",
    "Travel",
    "Turn",
    "count_repetitions",
    "describe",
    "rationale",
    "with_label",
]
