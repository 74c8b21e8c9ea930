"""The optimisation loop that all of nano's stages share, in one process or in several that each draw a part of every batch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import distributed, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..evaluation.work import World
from ..model.modeling_draction import DrActionModel
from .batches import feed
from .checkpoints import read_tensors, save_tensors
from .recipe import Recipe
from .trainable import parameter_groups

STATE = "state.safetensors"


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


def optimizer_for(modules: Sequence[nn.Module], recipe: Recipe) -> torch.optim.AdamW:
    """AdamW without decay on vectors, slow and without decay on the renderer."""
    renderers = [part for module in modules for part in module.modules() if isinstance(part, DrActionModel)]
    slow = {p for part in renderers for p in part.parameters()}
    own = [(p in slow, p) for module in modules for p in module.parameters() if p.requires_grad]
    groups = parameter_groups(own, recipe.learning_rate, recipe.renderer_rate, recipe.weight_decay)
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)


def rate_factor(recipe: Recipe, step: int, steps: int, elapsed: float = 0.0) -> float:
    """The share of the learning rate at a step: linear warm-up, then half a cosine.

    Args:
        recipe: says both.
        step: from 0.
        steps: of the whole stage.
        elapsed: share of the stage's time that has passed, where it has a time to keep, however few its steps.
    """
    warmup = max(1, int(recipe.warmup * steps))
    if step < warmup:
        return (step + 1) / warmup
    done = max((step - warmup) / max(1, steps - warmup), min(1.0, elapsed))
    return recipe.final_rate + (1 - recipe.final_rate) * 0.5 * (1 + math.cos(math.pi * done))


def bfloat16_is_fast(device: str) -> bool:
    """Whether the device has matrix products in bfloat16; processors without them took 20 times as long as in float32 (docs/training-log.md)."""
    return torch.device(device).type != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


class LoopState:
    """What a stage that was killed needs to go on as if nothing had happened: its step, weights and the optimiser's moments.

    Args:
        folder: where it is kept; None keeps nothing.
        modules: what is trained, and its moving average.
        optimizer: theirs.
    """

    def __init__(self, folder: Path | None, modules: Sequence[nn.Module], optimizer: torch.optim.Optimizer):
        self.file = None if folder is None else folder / STATE
        self.modules, self.optimizer = modules, optimizer
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]

    def save(self, step: int) -> None:
        """Keeps the state after `step` steps; whole or not at all."""
        if self.file is None:
            return
        tensors = {"step": torch.tensor(step)}
        for i, module in enumerate(self.modules):
            tensors |= {f"module.{i}.{name}": tensor.clone() for name, tensor in module.state_dict().items()}
        for i, parameter in enumerate(self.parameters):
            tensors |= {f"moment.{i}.{name}": value for name, value in self.optimizer.state[parameter].items()}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        save_tensors(tensors, self.file)

    def load(self) -> int:
        """Puts the kept state back and returns its step; 0 where none is kept.

        Raises:
            ValueError: a state of other modules.
        """
        if self.file is None or not self.file.is_file():
            return 0
        tensors = read_tensors(self.file)
        try:
            for i, module in enumerate(self.modules):
                start = f"module.{i}."
                own = {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}
                module.load_state_dict(own)
            for i, parameter in enumerate(self.parameters):
                start = f"moment.{i}."
                moments = {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}
                self.optimizer.state[parameter] = {
                    name: value.to(parameter.device) if name != "step" else value for name, value in moments.items()
                }
        except RuntimeError as error:
            raise ValueError(f"{self.file}: expected the state of this very stage: {error}") from None
        return int(tensors["step"])

    def remove(self) -> None:
        """Forgets the state of a stage that has ended."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def run(
    name: str,
    steps: int,
    modules: Sequence[nn.Module],
    recipe: Recipe,
    make: Callable[[int], Any],
    loss_of: Callable[[int, Any], torch.Tensor],
    averaged: nn.Module | None = None,
    folder: Path | None = None,
    deadline: float | None = None,
) -> Iterator[int]:
    """Takes `steps` optimiser steps, yielding after each; the first process prints its loss, speed and time to go.

    The loss of a step is `loss_of(step, make(step))`: `make` draws its batch, in other processes where the recipe has workers.
    Processes that train together take the same steps: they start from the same weights and average their gradients.
    A run that was killed goes on from what it kept in `folder` every `recipe.keep_every` steps, with the same batches.

    Args:
        name: of the stage, for the log.
        steps: at most; fewer where the deadline comes before.
        modules: what is trained.
        recipe: the numbers.
        make: draws a step's batch.
        loss_of: its loss.
        averaged: a moving average that the caller keeps, to be kept and restored as well.
        folder: where the state is kept; None: nowhere.
        deadline: `time.time()` at which the stage ends, its learning rate with it.
    """
    optimizer = optimizer_for(modules, recipe)
    rates = [group["lr"] for group in optimizer.param_groups]
    state = LoopState(folder, [*modules, *([] if averaged is None else [averaged])], optimizer)
    first = state.load()
    begin, recent, waited = time.time(), [], 0.0
    short = recipe.bfloat16 and bfloat16_is_fast(recipe.device)
    batches = feed(make, steps, recipe.workers, recipe.device, first)
    for step in range(first, steps):
        waiting = time.time()
        batch = next(batches)
        waited += time.time() - waiting
        elapsed = 0.0 if deadline is None else (time.time() - begin) / max(1e-9, deadline - begin)
        factor = rate_factor(recipe, step, steps, elapsed)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        with torch.autocast(torch.device(recipe.device).type, torch.bfloat16, enabled=short):
            loss = loss_of(step, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(state.parameters)
        nn.utils.clip_grad_norm_(state.parameters, 1.0)
        optimizer.step()
        recent.append(loss.detach())
        if (step + 1) % 50 == 0 or step + 1 == steps:
            _report(name, step, steps, first, recent, begin, waited)
        yield step
        if World.here().rank == 0 and (step + 1) % recipe.keep_every == 0 and step + 1 < steps:
            state.save(step + 1)
        if elapsed >= 1.0:
            break
    if World.here().rank == 0:
        state.remove()


def run_averaged(
    name: str, steps: int, module: nn.Module, recipe: Recipe, make: Callable[[int], Any],
    loss_of: Callable[[int, Any], torch.Tensor], **options: Any,
) -> None:  # fmt: skip
    """`run` on one module, at the rate of the alignment and without workers; the moving average of its weights is what stays. `options` are `folder` and `deadline`."""
    average = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(recipe.average), use_buffers=False)
    own = replace(recipe, learning_rate=recipe.alignment_rate, workers=0)
    for _ in run(name, steps, [module], own, make, loss_of, average, **options):
        average.update_parameters(module)
    module.load_state_dict(average.module.state_dict())


def _report(
    name: str, step: int, steps: int, first: int, recent: list[torch.Tensor], begin: float, waited: float
) -> None:
    """Prints the mean loss since the last report, which is then forgotten; a loss that is no number ends the run."""
    loss = torch.stack(recent).mean().item()
    recent.clear()
    if not np.isfinite(loss):
        raise FloatingPointError(f"{name}: loss {loss} at step {step}")
    if World.here().rank == 0:
        each = (time.time() - begin) / (step + 1 - first)
        left = each * (steps - step - 1) / 60
        print(
            f"{name} {step + 1}/{steps} loss {loss:.4f} {each:.3f} s/step, of it {waited / (step + 1 - first):.3f} for batches, "
            f"{left:.1f} min to go",
            flush=True,
        )
