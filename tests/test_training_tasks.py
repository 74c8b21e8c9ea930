"""Questions and answers of the tasks, and the optimiser's groups."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from skeletonllm_hf.model.prompts import CANDIDATES, CAPTION, NO, REFUSAL, VERIFY, YES
from skeletonllm_hf.training.stages import TASKS
from skeletonllm_hf.training.tasks import TaskSampler
from skeletonllm_hf.training.texts import Texts
from skeletonllm_hf.training.trainable import parameter_groups


def sampler(labels=("walk", "run", "jump", "wave", "kick"), **settings):
    table = SimpleNamespace(labels=labels, wrong=lambda texts, generator: [x for x in labels if x != texts.label])
    return TaskSampler(dict.fromkeys(TASKS, 1.0), table, **settings)


WALK = Texts(
    "1", "walk", ("one", "two", "three"), (("Which way?", "Forward."), ("How many times is it done?", "Twice."))
)


def test_half_of_the_questions_are_about_the_right_label():
    generator, near = np.random.default_rng(3), {"walk": ("run", "jump")}
    texts = Counter(sampler(neighbours=near).ask("yes_no", WALK, None, generator) for _ in range(600))
    assert set(texts) == {(VERIFY.format(label="walk"), YES), *((VERIFY.format(label=x), NO) for x in near["walk"])}
    assert 250 < texts[VERIFY.format(label="walk"), YES] < 350
    asked = {sampler().ask("yes_no", WALK, None, generator)[0] for _ in range(100)}
    assert asked == {VERIFY.format(label=label) for label in sampler().source.labels}  # of any wrong label


@pytest.mark.parametrize("count, listed", [(1, {1}), (3, {3}), (5, {5}), (9, {5}), (None, {5}), ((2, 4), {2, 3, 4})])
def test_lists_hold_the_right_label_and_as_many_others_as_asked_for(count, listed):
    generator, lengths = np.random.default_rng(0), set()
    first, second = CANDIDATES.split("{candidates}")
    for _ in range(40):
        question, answer = sampler(candidates=count).ask("mqa", WALK, None, generator)
        labels = question.removeprefix(first).removesuffix(second).split(", ")
        assert answer == "walk" and answer in labels and set(labels) <= set(sampler().source.labels)
        assert len(labels) == len(set(labels))
        lengths.add(len(labels))
    assert lengths == listed


def test_the_same_seed_draws_the_same_texts():
    def drawn(seed: int) -> list:
        generator = np.random.default_rng(seed)
        tasks = [sampler().choose(WALK, generator) for _ in range(200)]
        return [sampler().ask(task, WALK, None, generator) for task in tasks if task != "rationale"]

    assert drawn(1) == drawn(1) != drawn(2)
    assert {answer for question, answer in drawn(1) if question == CAPTION} == set(WALK.captions)
    assert any(answer == REFUSAL for _, answer in drawn(1))


def test_hard_questions_come_more_often_and_may_be_short():
    generator = np.random.default_rng(0)
    plain = Counter(sampler().ask("question", WALK, None, generator)[0] for _ in range(400))
    hard = Counter(sampler(hard=4.0).ask("question", WALK, None, generator)[0] for _ in range(400))
    assert set(plain) == {"Which way?", "How many times is it done?"} and 150 < plain["Which way?"] < 250
    assert 50 < hard["Which way?"] < 110 and 60 < hard["How many times?"] < 140


def test_questions_may_follow_others():
    told = sampler(later=1.0, conversation=lambda question, earlier: f"{len(earlier)} before: {question}")
    assert told.ask("question", WALK, None, np.random.default_rng(0))[0].startswith(
        "1 before: "
    )  # there is but one other


def test_the_renderer_has_its_rate_and_only_other_matrices_decay():
    matrix, vector, brush = (nn.Parameter(torch.zeros(shape)) for shape in ((2, 2), (2,), (3, 3)))
    groups = parameter_groups([(True, brush), (False, matrix), (False, vector)], 1.0, 0.1, 0.5)
    found = [(group["params"], group["lr"], group["weight_decay"]) for group in groups]
    assert found == [([vector], 1.0, 0.0), ([matrix], 1.0, 0.5), ([brush], 0.1, 0.0)]
