"""The parts of a model that a stage may train, adapters on its language model, and what of it a checkpoint must keep."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import nn

from .stages import Stage

# Where transformers' multimodal models keep their parts, from the model's own root. The first that is there counts.
_LANGUAGE = ("model.language_model", "model.text_model")
_VISION = ("model.vision_tower", "model.visual", "model.vision_model")
_PROJECTOR = (
    "model.multi_modal_projector",
    "model.connector",
    "model.visual.merger",
    "model.visual.deepstack_merger_list",
)
_ROOT = "mllm."
_HEAD = "lm_head"


def part_prefixes(model: nn.Module) -> dict[str, tuple[str, ...]]:
    """Part -> prefixes of its parameters' names. ValueError: a model without one of the parts."""
    names = dict(model.named_modules())
    there: Callable[..., Any] = lambda paths: tuple(_ROOT + path for path in paths if _ROOT + path in names)  # noqa: E731
    found = {
        "renderer": ("renderer",),
        "projector": there(_PROJECTOR),
        "vision": there(_VISION)[:1],
        "language": (*there(_LANGUAGE)[:1], *there((_HEAD,))),
    }
    for part, prefixes in found.items():
        if not prefixes:
            raise ValueError(f"{type(model.mllm).__name__}: found no {part} in it; its modules: {sorted(names)[:40]}")
    return found


def part_of(name: str, prefixes: dict[str, tuple[str, ...]]) -> str | None:
    """The part that a parameter belongs to. A projector may stand inside the vision tower: the longer prefix counts."""
    fits = [
        (len(p), part) for part, several in prefixes.items() for p in several if name == p or name.startswith(p + ".")
    ]
    return max(fits)[1] if fits else None


def language_targets(model: nn.Module, leaves: Sequence[str]) -> str:
    """The regular expression that names the language model's linear layers with these last names, and no others.

    Bare names, as peft's `all-linear` gives them, would also adapt the vision tower.
    """
    path = part_prefixes(model)["language"][0]
    pattern = rf"{re.escape(path)}\.(?:.+\.)?(?:{'|'.join(map(re.escape, leaves))})"
    linear = [
        name for name, module in model.named_modules() if isinstance(module, nn.Linear) and name.startswith(path + ".")
    ]
    if not any(re.fullmatch(pattern, name) for name in linear):
        known = sorted({name.rpartition(".")[2] for name in linear})
        raise ValueError(f"lora_targets: the language model's linear layers are {known}, got {list(leaves)}")
    return pattern


def prepare(model: nn.Module, stage: Stage) -> Any:
    """Freezes what the stage does not train, puts adapters where it wants them; what is trained is float32.

    Returns:
        peft's wrapper, which `merge` takes; None where the stage has no adapters. The model itself is changed in place.
    """
    adapted = None
    if "lora" in stage.train:
        from peft import LoraConfig, get_peft_model

        targets = language_targets(model, stage.lora_targets)
        settings = LoraConfig(
            r=stage.lora_rank, lora_alpha=stage.lora_alpha, lora_dropout=stage.lora_dropout, target_modules=targets
        )
        with warnings.catch_warnings():  # peft asks for a property by a name that transformers has given up
            warnings.filterwarnings("ignore", ".*is_gradient_checkpointing", FutureWarning)
            adapted = get_peft_model(model, settings)
    prefixes = part_prefixes(model)
    for name, parameter in model.named_parameters():
        is_trained = stage.train == ("all",) or part_of(name, prefixes) in stage.train or is_adapter(name)
        parameter.requires_grad_(is_trained)
        if is_trained and parameter.is_floating_point():
            parameter.data = parameter.data.float()
    return adapted


def is_adapter(name: str) -> bool:
    return ".lora_" in name


def trained(model: nn.Module) -> dict[str, nn.Parameter]:
    """What a stage changes, by name: its checkpoints hold this and nothing else of the model."""
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


@torch.no_grad()
def load_trained(model: nn.Module, tensors: dict[str, torch.Tensor], source: object) -> None:
    """Puts saved tensors into a prepared model.

    Raises:
        ValueError: tensors that are missing, unexpected or of another shape, by name.
    """
    own = trained(model)
    differ = sorted(set(own) ^ set(tensors)) or [n for n, tensor in tensors.items() if tensor.shape != own[n].shape]
    if differ:
        raise ValueError(f"{source}: expected the tensors that this stage trains, got others: {differ[:8]}")
    for name, tensor in tensors.items():
        own[name].copy_(tensor)


def merge(model: nn.Module, adapted: Any) -> nn.Module:
    """The model with its adapters added into the weights they adapt, and no adapters."""
    return model if adapted is None else adapted.merge_and_unload()


def optimizer_groups(model: nn.Module, stage: Stage) -> list[dict[str, Any]]:
    """AdamW's groups of what a stage trains."""
    own = [(name.startswith("renderer."), parameter) for name, parameter in trained(model).items()]
    return parameter_groups(own, stage.learning_rate, stage.renderer_rate, stage.weight_decay)


def parameter_groups(
    parameters: Iterable[tuple[bool, nn.Parameter]], learning_rate: float, renderer_rate: float, weight_decay: float
) -> list[dict[str, Any]]:
    """AdamW's groups: the renderer at its own rate and without decay, decay on the other parts' matrices.

    Args:
        parameters: whether each is the renderer's, and itself.
        learning_rate: of all but the renderer.
        renderer_rate: share of it at which the renderer learns.
        weight_decay: of matrices.
    """
    groups: dict[tuple[bool, bool], list[Any]] = {}
    for renderer, parameter in parameters:
        groups.setdefault((renderer, parameter.ndim >= 2), []).append(parameter)
    return [
        {
            "params": members,
            "lr": learning_rate * (renderer_rate if renderer else 1.0),
            "weight_decay": weight_decay if matrix and not renderer else 0.0,
        }
        for (renderer, matrix), members in sorted(groups.items(), key=lambda item: item[0])
    ]
