"""nano's optimisation loop: processes that share a batch learn what one would have learned. Also the program they run."""

import sys
import time

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from training_material import command, finish

from skeletonllm_hf.evaluation.work import World
from skeletonllm_hf.training.loop import rate_factor, run
from skeletonllm_hf.training.recipe import read_recipe

STEPS, BATCH = 5, 8


def learn() -> torch.Tensor:
    """A linear layer's weights after some steps on this process's part of every batch."""
    world = World.here()
    torch.manual_seed(0)
    layer, unused = nn.Linear(6, 3), nn.Linear(2, 2)
    inputs, targets = torch.randn(STEPS, BATCH, 6), torch.randn(STEPS, BATCH, 3)

    def loss_of(step: int, number: int) -> torch.Tensor:
        assert number == step
        part = slice(world.rank, None, world.size)
        return ((layer(inputs[step, part]) - targets[step, part]) ** 2).mean()

    recipe = read_recipe(learning_rate=0.05, warmup=0.2, bfloat16=False)
    assert list(run("test", STEPS, [layer, unused], recipe, lambda step: step, loss_of)) == list(range(STEPS))
    return layer.weight.detach()


def test_two_processes_learn_what_one_learns(tmp_path):
    finish(command(tmp_path, processes=2, program="tests/test_training_loop.py"))
    alone, first, second = learn(), *(load_file(tmp_path / f"{rank}.safetensors")["weight"] for rank in (0, 1))
    torch.manual_seed(0)
    assert (alone - nn.Linear(6, 3).weight).abs().max() > 0.01  # it did learn
    assert torch.equal(first, second)
    torch.testing.assert_close(first, alone, rtol=1e-4, atol=1e-5)


def few_steps(folder, until: int, workers: int = 0) -> nn.Linear:
    """A layer after `until` of 9 steps, or after all that a run in that folder still has to take."""
    torch.manual_seed(0)
    layer = nn.Linear(6, 3)
    inputs = torch.randn(9, 4, 6)
    torch.manual_seed(1 if until < 9 else 2)  # what is drawn elsewhere does not matter
    recipe = read_recipe(learning_rate=0.05, bfloat16=False, keep_every=2, workers=workers)
    loss = lambda step, rows: (layer(rows) ** 2).mean()  # noqa: E731
    steps = run("test", 9, [layer], recipe, lambda step: inputs[step], loss, folder=folder)
    for step in steps:
        if step + 1 == until < 9:
            break
    return layer


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path):
    whole = few_steps(tmp_path / "whole", 9)
    few_steps(tmp_path / "killed", 7)  # its last kept state is that of six steps
    assert (tmp_path / "killed" / "state.safetensors").is_file()
    torch.manual_seed(5)
    again = few_steps(tmp_path / "killed", 9)
    assert torch.equal(whole.weight, again.weight) and torch.equal(whole.bias, again.bias)
    assert not (tmp_path / "killed" / "state.safetensors").exists()


def test_a_stage_with_a_deadline_ends_with_it():
    recipe = read_recipe(warmup=0.01, final_rate=0.0)
    assert rate_factor(recipe, 500, 10**6) < 0.1
    rates = [rate_factor(recipe, 10000, 10**6, elapsed) for elapsed in (0.0, 0.5, 1.0, 1.5)]
    assert rates == pytest.approx([1.0, 0.5, 0.0, 0.0])
    layer = nn.Linear(6, 3)
    loss = lambda step, rows: (layer(rows) ** 2).mean()  # noqa: E731
    steps = run("test", 10**6, [layer], recipe, lambda step: torch.ones(1, 6), loss, deadline=time.time() - 1)
    assert list(steps) == [0]


if __name__ == "__main__":
    save_file({"weight": learn()}, f"{sys.argv[1]}/{World.here().rank}.safetensors")
