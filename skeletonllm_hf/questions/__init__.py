"""Free questions about motion: whether motion answers them, the question of training that means the same, the action asked for."""

from .answerable import is_answerable
from .rewording import (
    SAME,
    action_of_question,
    asks_how_often,
    choices_of_question,
    is_negated,
    is_taught,
    people_of_question,
    taught_wording,
)
from .templates import TaughtQuestion, Templates, load_taught, load_templates, unanswerable

__all__ = [
    "SAME",
    "TaughtQuestion",
    "Templates",
    "action_of_question",
    "asks_how_often",
    "choices_of_question",
    "is_answerable",
    "is_negated",
    "is_taught",
    "load_taught",
    "load_templates",
    "people_of_question",
    "taught_wording",
    "unanswerable",
]
