"""Free questions about motion: whether motion answers them, the question of training that means the same, the action asked for."""

from .answerable import is_answerable
from .kinds import LIMB, Kind, kind_of, plain
from .rewording import (
    SAME,
    action_of_question,
    actions_in_order,
    caution_of,
    choices_of_question,
    counted_action,
    is_negated,
    is_taught,
    named_action,
    only_known_words,
    people_of_question,
    taught_wording,
)
from .templates import TaughtQuestion, Templates, load_taught, load_templates, unanswerable

__all__ = [
    "LIMB",
    "SAME",
    "Kind",
    "TaughtQuestion",
    "Templates",
    "action_of_question",
    "actions_in_order",
    "caution_of",
    "choices_of_question",
    "counted_action",
    "is_answerable",
    "is_negated",
    "is_taught",
    "kind_of",
    "load_taught",
    "load_templates",
    "named_action",
    "only_known_words",
    "people_of_question",
    "plain",
    "taught_wording",
    "unanswerable",
]
