"""Evaluation that others can repeat: recognition, captions and questions, under conditions, with intervals and published figures."""

from .clips import TestClip, TestSet, from_rows, load_test, synthetic_test
from .conditions import ABLATION, ROBUSTNESS, Condition, parse_conditions
from .evaluate import Settings, evaluate
from .floors import floors_markdown, run_floors
from .open_suite import run_open
from .pictures import confusion_picture
from .scoring import accuracy, likelihoods, predictions, written
from .statistics import interval
from .tables import markdown

__all__ = [
    "ABLATION",
    "ROBUSTNESS",
    "Condition",
    "Settings",
    "TestClip",
    "TestSet",
    "accuracy",
    "confusion_picture",
    "evaluate",
    "floors_markdown",
    "from_rows",
    "interval",
    "likelihoods",
    "load_test",
    "markdown",
    "parse_conditions",
    "predictions",
    "run_floors",
    "run_open",
    "synthetic_test",
    "written",
]
