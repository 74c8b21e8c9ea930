"""What people ask about motion: what it can answer, in which words the model was taught it, and what action they ask for."""

from .answerable import is_answerable
from .rewording import SAME, action_of_question, asks_how_often, is_taught, taught_wording
from .templates import TaughtQuestion, Templates, load_taught, load_templates, unanswerable

__all__ = [
    "SAME",
    "TaughtQuestion",
    "Templates",
    "action_of_question",
    "asks_how_often",
    "is_answerable",
    "is_taught",
    "load_taught",
    "load_templates",
    "taught_wording",
    "unanswerable",
]
