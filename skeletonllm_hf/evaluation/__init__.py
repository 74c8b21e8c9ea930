"""Reproducible evaluation of recognition, captions and questions, under conditions, with intervals and published figures."""

from .clips import TestClip, TestSet, from_rows, load_test, synthetic_test
from .conditions import ABLATION, ROBUSTNESS, Condition, parse_conditions
from .confusion_picture import confusion_picture
from .evaluate import evaluate
from .report_tables import markdown
from .scoring import accuracy, likelihoods, predictions, written
from .statistics import interval
from .suites import SUITES, run_suite, suite_markdown
from .work import Settings

__all__ = [
    "ABLATION", "ROBUSTNESS", "SUITES", "Condition", "Settings", "TestClip", "TestSet", "accuracy", "confusion_picture",
    "evaluate", "from_rows", "interval", "likelihoods", "load_test", "markdown", "parse_conditions", "predictions",
    "run_suite", "suite_markdown", "synthetic_test", "written",
]  # fmt: skip
