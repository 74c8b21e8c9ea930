"""Checkpoints of a stage that is under way, and the model that it ends in.

A checkpoint holds what the stage trains (renderer, projector, adapters, as one `trained.safetensors`), its moving
average, the optimiser and the random states. It counts once its mark, written last, is there: a run that is killed
while it writes goes on from the checkpoint before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from ..files import write_whole
from . import trainable
from .stages import Stage

TRAINED, AVERAGE, MARK = "trained.safetensors", "average.safetensors", "complete"


class NoSpaceError(OSError):
    """A checkpoint could not be written; the one before it is whole."""


def complete(folder: Path) -> list[Path]:
    """Whole checkpoints, oldest first."""
    found = [path for path in folder.glob("checkpoint-*") if (path / MARK).is_file()]
    return sorted(found, key=lambda path: int(path.name.rpartition("-")[2]))


def finish(checkpoint: Path, keep: int) -> None:
    """Marks a checkpoint as whole, then removes what is older than the last `keep`, and what was never finished."""
    for path in checkpoint.iterdir():
        _sync(path)
    (checkpoint / MARK).touch()
    _sync(checkpoint / MARK)
    _sync(checkpoint)
    whole = complete(checkpoint.parent)
    newest = int(checkpoint.name.rpartition("-")[2])
    for path in checkpoint.parent.glob("checkpoint-*"):
        older = path not in whole[-keep:] and int(path.name.rpartition("-")[2]) <= newest
        if older and path != checkpoint:
            remove(path)


def remove(checkpoint: Path) -> None:
    """Removes a checkpoint, its mark first: half removed, it is none."""
    (checkpoint / MARK).unlink(missing_ok=True)
    shutil.rmtree(checkpoint, ignore_errors=True)


def _sync(path: Path) -> None:
    """Makes sure that a file (or a folder's list of files) is on the disk, not just on its way."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open folders
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def save_tensors(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Writes tensors; whole or not at all. OSError: no room, no permission."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    own = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        write_whole(path, lambda partial: save_file(own, partial, metadata={"format": "pt"}))
    except SafetensorError as error:
        raise OSError(f"{path}: {error}") from None


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """ValueError names a file that is none of ours."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path}: expected tensors of a checkpoint: {error}") from None


def assemble(base: str | os.PathLike[str], stage: Stage, tensors: Mapping[str, torch.Tensor]) -> Any:
    """The model that a stage ends in: the one it began with, what it trained put in, adapters merged.

    Args:
        base: the model that the stage began with; None: the bundled one.
        stage: what it trained.
        tensors: of `parts.trained`, by name.

    Returns:
        The model, its weights in the types that the base has them in.
    """
    model, _ = load_model(base)
    types = {name: parameter.dtype for name, parameter in model.named_parameters()}
    adapted = trainable.prepare(model, stage)
    if stage.keep:
        own = {name: parameter.detach().cpu() for name, parameter in trainable.trained(model).items()}
        # Of an adapter's two factors one began as nothing: with it alone, their product goes straight back.
        back = {name for name in tensors if ".lora_A." not in name and name in own}
        tensors = {n: torch.lerp(value, own[n], stage.keep) if n in back else value for n, value in tensors.items()}
    trainable.load_trained(model, dict(tensors), base)
    model = trainable.merge(model, adapted)
    for name, parameter in model.named_parameters():
        parameter.data = parameter.data.to(types[name])
        parameter.requires_grad_(True)
    return model


def load_model(source: str | os.PathLike[str] | None, dtype: str = "auto") -> tuple[Any, Any]:
    """(model, processor) of a folder or Hub id, whole or slim; None: the bundled one."""
    from ..default import FOLDER
    from ..hub.slim import check_folder, whole_folder
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor
    from ..offline import loading_options

    if source is not None:
        check_folder(source)
    source = FOLDER if source is None else whole_folder(source)
    there = loading_options(source)
    model = SkeletonLLMForConditionalGeneration.from_pretrained(source, dtype=dtype, **there)
    return model, SkeletonLLMProcessor.from_pretrained(source, **there)


def save_model(model: Any, processor: Any, folder: Path, complete: Callable[[Path], None]) -> None:
    """Model and processor in a folder that appears whole or not at all; `complete` adds to it before it does."""
    partial = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial)
    processor.save_pretrained(partial)
    complete(partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
