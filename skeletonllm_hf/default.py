"""The bundled default model."""

from __future__ import annotations

from typing import Any

from .answering.labels import BUNDLED as FOLDER
from .answering.labels import model_labels
from .answering.loading import load, quiet_loading

__all__ = ["FOLDER", "default_labels", "load_default"]


def load_default() -> tuple[Any, Any]:
    """The model that comes with the package, and its processor, on the CPU: no download, no account.

    Returns:
        `(model, processor)`: a `SkeletonLLMForConditionalGeneration` in evaluation mode and its `SkeletonLLMProcessor`.
    """
    with quiet_loading():
        bundled = load()
    return bundled.model, bundled.processor


def default_labels() -> list[str]:
    """The actions that the default model was trained to name: candidates where the user gives none."""
    return model_labels() or []
