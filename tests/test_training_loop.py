"""nano's optimisation loop: processes that share a batch learn what one would have learned. Also the program they run."""

import sys

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from training_material import command, finish

from skeletonllm_hf.evaluation.work import World
from skeletonllm_hf.training.loop import run
from skeletonllm_hf.training.recipe import Recipe

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

    recipe = Recipe(learning_rate=0.05, warmup=0.2, bfloat16=False)
    assert list(run("test", STEPS, [layer, unused], recipe, lambda step: step, loss_of)) == list(range(STEPS))
    return layer.weight.detach()


def test_two_processes_learn_what_one_learns(tmp_path):
    finish(command(tmp_path, processes=2, program="tests/test_training_loop.py"))
    alone, first, second = learn(), *(load_file(tmp_path / f"{rank}.safetensors")["weight"] for rank in (0, 1))
    torch.manual_seed(0)
    assert (alone - nn.Linear(6, 3).weight).abs().max() > 0.01  # it did learn
    assert torch.equal(first, second)
    torch.testing.assert_close(first, alone, rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    save_file({"weight": learn()}, f"{sys.argv[1]}/{World.here().rank}.safetensors")
