"""Texts of the prompts, the same in training and inference."""

from __future__ import annotations

from collections.abc import Sequence

RECOGNIZE = "What is the action?"
REFUSAL = "I can't tell that from the motion."  # to questions that no skeleton answers
CAPTION = "Describe the motion."
CANDIDATES = "What is the action? Choose one: {candidates}."
VERIFY = "Is the action {label}? Answer YES or NO."
YES, NO = "YES", "NO"
DOING, DOING_TWO = "What is the person doing?", "What are the two people doing?"
FIRST, SECOND, LAST = (f"What does the person do {place}?" for place in ("first", "second", "last"))
HOW_MANY_ACTIONS = "How many different actions are there?"
EXPLAIN = "What does the body do, step by step? End with the action."


def recognition_prompt(candidates: Sequence[str] | None = None) -> str:
    """The question after the action; with candidates, the multiple-choice question (MQA) that lists them."""
    if candidates is None:
        return RECOGNIZE
    return CANDIDATES.format(candidates=", ".join(candidates))
