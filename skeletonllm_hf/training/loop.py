"""The optimisation loop that all of nano's stages share, in one process or in several that each draw a part of every batch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import distributed, nn

from ..evaluation.work import World
from ..model.modeling_draction import DrActionModel
from .batches import feed
from .recipe import Recipe


def average_gradients(parameters: Sequence[nn.Parameter]) -> None:
    """Gives each process the mean of all processes' gradients; a parameter without one counts as zero."""
    world = World.here()
    if world.size == 1:
        return
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= world.size
    for parameter, mean in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        parameter.grad = mean.view_as(parameter)


def optimizer_for(modules: Sequence[nn.Module], recipe: Recipe, steps: int):
    """AdamW without decay on vectors, slow and without decay on the renderer, and its warm-up and cosine schedule."""
    renderers = [part for module in modules for part in module.modules() if isinstance(part, DrActionModel)]
    slow = {p for part in renderers for p in part.parameters()}
    parameters = [p for module in modules for p in module.parameters() if p.requires_grad]
    groups = [
        {
            "params": [p for p in parameters if (p in slow) is renderer and (p.ndim >= 2) is matrix],
            "lr": recipe.learning_rate * (recipe.renderer_rate if renderer else 1.0),
            "weight_decay": recipe.weight_decay if matrix and not renderer else 0.0,
        }
        for renderer in (False, True)
        for matrix in (False, True)
    ]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], betas=(0.9, 0.98), fused=True)
    warmup = max(1, int(recipe.warmup * steps))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        done = (step - warmup) / max(1, steps - warmup)
        return recipe.final_rate + (1 - recipe.final_rate) * 0.5 * (1 + math.cos(math.pi * done))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def run(
    name: str,
    steps: int,
    modules: Sequence[nn.Module],
    recipe: Recipe,
    make: Callable[[int], Any],
    loss_of: Callable[[int, Any], torch.Tensor],
) -> Iterator[int]:
    """Takes `steps` optimiser steps, yielding after each; the first process prints its loss, speed and time to go.

    The loss of a step is `loss_of(step, make(step))`: `make` draws its batch, in other processes where the recipe has workers.

    Processes that train together take the same steps: they start from the same weights and average their gradients.
    """
    optimizer, schedule = optimizer_for(modules, recipe, steps)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    begin, recent = time.time(), []
    for step, batch in enumerate(feed(make, steps, recipe.workers, recipe.device)):
        with torch.autocast(torch.device(recipe.device).type, torch.bfloat16, enabled=recipe.bfloat16):
            loss = loss_of(step, batch)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"{name}: loss {loss.item()} at step {step}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if World.here().rank == 0 and ((step + 1) % 50 == 0 or step + 1 == steps):
            each = (time.time() - begin) / (step + 1)
            print(
                f"{name} {step + 1}/{steps} loss {np.mean(recent):.4f} {each:.2f} s/step, "
                f"{each * (steps - step - 1) / 60:.1f} min to go",
                flush=True,
            )
            recent.clear()
        yield step
