"""Rule-based descriptions of clips, measured on their joints, and repetition counting."""

from .describer import Description, NotSeenEnough, describe, rationale, with_label
from .facts import Contact, Facts, Move, Stance, Travel, Turn
from .measures import Measures
from .pose import Pose, is_still, pose_of
from .repetitions import Repetitions, count_repetitions

__all__ = [
    "Contact", "Description", "Facts", "Measures", "Move", "NotSeenEnough", "Pose", "Repetitions", "Stance", "Travel", "Turn",
    "count_repetitions", "describe", "is_still", "pose_of", "rationale", "with_label",
]  # fmt: skip
