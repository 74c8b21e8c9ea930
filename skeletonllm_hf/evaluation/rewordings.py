"""Questions that training taught, in other words that neither training nor `questions` knows: are they answered as well?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answering.local import LocalAnswerer
from ..questions import load_taught
from .clips import TestClip
from .statistics import share
from .text_metrics import normalized

REWORDED = {
    "Which hand does the person use?": (
        "Which hand is he using?", "Left or right hand?", "With which hand does she do it?",
        "Is it the left hand or the right hand?",
    ),
    "Which leg does the person use?": ("Which leg is used?", "With which leg does he do it?", "Left or right leg?"),
    "How many people are there?": (
        "How many people do you see?", "Are there one or two persons?", "How many persons are in the clip?",
    ),
    "What is the posture at the start?": (
        "Is he sitting or standing in the beginning?", "How is the person positioned at the beginning?",
        "What is the starting posture?",
    ),
    "What is the posture at the end?": (
        "How is the person positioned at the end?", "What posture does the person end in?",
        "Is the person standing or lying at the end?",
    ),
    "In which direction does the movement go?": (
        "Which way does the person move?", "Where does she go?", "In what direction does he go?",
    ),
    "Is the movement slow or fast?": ("How fast is it?", "What's the speed?", "Does he move slowly or quickly?"),
    "What does the person do first?": ("What comes first?", "Which action is the first one?", "What happens first?"),
    "What does the person do last?": ("What comes last?", "Which action is the final one?", "What happens at the end?"),
    "What is the person doing?": (
        "What's he doing?", "Which activity is this?", "What is this man up to?",
    ),
}  # fmt: skip
PER_QUESTION = 20  # clips that are asked each


def same_as(question: str) -> set[str]:
    """A taught question, for one person and for two."""
    return {text for taught in load_taught() if question == taught.one for text in (taught.one, taught.two)}


def rewordings(model: Any, processor: Any, clips: Sequence[TestClip], batch: int = 16) -> dict[str, Any]:
    """The share of right answers to `REWORDED`, each asked about `PER_QUESTION` clips, and that to the words of training."""
    answerer = LocalAnswerer(model, processor)
    right = {"taught": [0, 0], "reworded": [0, 0]}
    for question, wordings in REWORDED.items():
        pairs = [
            (clip.sequence, reply) for clip in clips for text, reply in clip.sequence.questions if text == question
        ]
        for wording in (question, *wordings):
            counts = right["taught" if wording == question else "reworded"]
            for start in range(0, len(pairs[:PER_QUESTION]), batch):
                part = pairs[:PER_QUESTION][start : start + batch]
                texts = answerer.ask_many([clip for clip, _ in part], [wording] * len(part), max_new_tokens=24)
                counts[0] += sum(
                    normalized(reply) == normalized(text) for (_, reply), text in zip(part, texts, strict=True)
                )
                counts[1] += len(part)
    return {name: share(*counts) for name, counts in right.items()}
