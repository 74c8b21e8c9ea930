"""Descriptions of the generator's actions, and clips of them: references for candidates that a model has not learned."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.skeleton import SkeletonSequence
from .generate import ACTIONS, INTERACTIONS, generate
from .options import MotionOptions
from .registry import SYNTHETIC_LAYOUTS, ActionInfo, find_action
from .texts import sentences, slots

REFERENCE_CLIPS = 96
FEWEST = 24  # actions that a usual clip may show
_SEED = 7 * 10**15  # of the reference clips


def descriptions(labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Label -> sentences that say what a person does there, right-handed where a side has to be named.

    Raises:
        ValueError: a label that is neither an action of the generator nor another name of one, whatever its case.
    """
    return {label: _sentences(find_action(label.lower())) for label in labels}


def reference_clips(labels: Sequence[str], count: int = REFERENCE_CLIPS) -> list[SkeletonSequence]:
    """Synthetic clips of other actions than these labels name; the same clips every time.

    Args:
        labels: those that are unknown to the generator rule out nothing. Where they leave fewer than `FEWEST` actions, all are shown.
        count: how many; actions are evenly taken from the whole list.
    """
    shown = set()
    for label in labels:
        try:
            shown.add(find_action(label.lower()).kind)
        except ValueError:
            continue
    known = [*ACTIONS, *INTERACTIONS]
    names = [name for name in known if find_action(name).kind not in shown]
    names = names if len(names) >= FEWEST else known
    options = MotionOptions(viewer=False, counts=False)
    return [
        generate(
            names[number * len(names) // count % len(names)], layout=SYNTHETIC_LAYOUTS[number % len(SYNTHETIC_LAYOUTS)],
            seed=_SEED + number, options=options,
        )
        for number in range(count)
    ]  # fmt: skip


def _sentences(info: ActionInfo) -> tuple[str, ...]:
    fill = slots(info.side or "right", None, info.direction) | {
        "a": "one person",
        "b": "another" if info.partner else "the other",
    }
    subject = "a person " if info.people == 1 else ""
    return sentences(" ".join(f"{subject}{phrase.format(**fill)}".split()) for phrase in info.phrases)
