"""Questions and answers of the tasks that fine-tuning and nano's pretraining share, drawn from labels and captions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..model.prompts import CAPTION, NO, VERIFY, YES, recognition_prompt


def yes_no(label: str, wrong: Callable[[], Sequence[str]], generator: np.random.Generator) -> tuple[str, str]:
    """Whether it is an action: half the time the right one, else one of `wrong`, which is called only then."""
    if generator.random() < 0.5:
        return VERIFY.format(label=label), YES
    others = wrong()
    return VERIFY.format(label=others[int(generator.integers(len(others)))]), NO


def multiple_choice(
    label: str, others: Sequence[str], count: int | None, generator: np.random.Generator
) -> tuple[str, str]:
    """Which action of those listed, in any order: the right one, and `count` of the others; None: all of them."""
    if count is not None:
        others = [others[i] for i in generator.choice(len(others), count, replace=False)]
    listed = [label, *others]
    return recognition_prompt([listed[i] for i in generator.permutation(len(listed))]), label


def caption(captions: Sequence[str], generator: np.random.Generator) -> tuple[str, str]:
    """One of a clip's captions."""
    return CAPTION, captions[int(generator.integers(len(captions)))]
