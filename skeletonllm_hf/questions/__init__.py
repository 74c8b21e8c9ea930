"""Free questions about motion: what they ask for, whether motion answers them, the question of training that means the same."""

from .about import (
    action_of_question,
    action_stated,
    actions_in_order,
    choices_of_question,
    counted_action,
    fact_of_question,
    is_negated,
    known_action,
    named_action,
    separate,
    shows_in_motion,
    stated_choices,
    ways_of_action,
)
from .answerable import is_answerable
from .kinds import Kind, kind_of, plain, topics, with_common_subject
from .moments import Moment, moment_of
from .rewording import SAME, caution_of, is_taught, only_known_words, taught_wording
from .templates import TaughtQuestion, Templates, load_taught, load_templates, unanswerable
from .wordings import Found, load_wordings

__all__ = [
    "SAME",
    "Found",
    "Kind",
    "Moment",
    "TaughtQuestion",
    "Templates",
    "action_of_question",
    "action_stated",
    "actions_in_order",
    "caution_of",
    "choices_of_question",
    "counted_action",
    "fact_of_question",
    "is_answerable",
    "is_negated",
    "is_taught",
    "kind_of",
    "known_action",
    "load_taught",
    "load_templates",
    "load_wordings",
    "moment_of",
    "named_action",
    "only_known_words",
    "plain",
    "separate",
    "shows_in_motion",
    "stated_choices",
    "taught_wording",
    "topics",
    "unanswerable",
    "ways_of_action",
    "with_common_subject",
]
