"""What fine-tuning and nano's pretraining share: texts of tasks, and the optimiser's groups."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

from skeletonllm_hf.model.prompts import CANDIDATES, CAPTION, NO, VERIFY, YES
from skeletonllm_hf.training.task_texts import caption, multiple_choice, yes_no
from skeletonllm_hf.training.trainable import parameter_groups


def test_half_of_the_questions_are_about_the_right_label():
    generator, wrong, called = np.random.default_rng(3), ("run", "jump"), []
    texts = Counter(yes_no("walk", lambda: called.append(1) or wrong, generator) for _ in range(600))
    assert set(texts) == {(VERIFY.format(label="walk"), YES), *((VERIFY.format(label=label), NO) for label in wrong)}
    assert 250 < texts[VERIFY.format(label="walk"), YES] < 350
    assert len(called) == 600 - texts[VERIFY.format(label="walk"), YES]  # what is wrong is worked out only where needed


@pytest.mark.parametrize("count", [0, 2, 4, None])
def test_lists_hold_the_right_label_and_as_many_others_as_asked_for(count):
    others, generator = ["run", "jump", "wave", "kick"], np.random.default_rng(0)
    first, second = CANDIDATES.split("{candidates}")
    for _ in range(20):
        question, answer = multiple_choice("walk", others, count, generator)
        listed = question.removeprefix(first).removesuffix(second).split(", ")
        assert answer == "walk" and answer in listed and set(listed) <= {"walk", *others}
        assert len(listed) == len(set(listed)) == 1 + (4 if count is None else count)


def test_the_same_seed_draws_the_same_texts():
    def drawn(seed: int) -> list:
        generator = np.random.default_rng(seed)
        return [
            text
            for _ in range(20)
            for text in (
                yes_no("walk", lambda: ("run", "jump"), generator),
                multiple_choice("walk", ["run", "jump", "wave"], 2, generator),
                caption(("one", "two", "three"), generator),
            )
        ]

    assert drawn(1) == drawn(1) != drawn(2)
    assert {text for question, text in drawn(1) if question == CAPTION} == {"one", "two", "three"}


def test_the_renderer_has_its_rate_and_only_other_matrices_decay():
    matrix, vector, brush = (nn.Parameter(torch.zeros(shape)) for shape in ((2, 2), (2,), (3, 3)))
    groups = parameter_groups([(True, brush), (False, matrix), (False, vector)], 1.0, 0.1, 0.5)
    found = [(group["params"], group["lr"], group["weight_decay"]) for group in groups]
    assert found == [([vector], 1.0, 0.0), ([matrix], 1.0, 0.5), ([brush], 0.1, 0.0)]
