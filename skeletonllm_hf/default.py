"""The bundled default model."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "nano"


def load_default():
    """The model that comes with the package, and its processor, on the CPU: no download, no account.

    Returns:
        `(model, processor)`: a `SkeletonLLMForConditionalGeneration` in evaluation mode and its `SkeletonLLMProcessor`.
    """
    from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from .model.processing_skeletonllm import SkeletonLLMProcessor

    model = SkeletonLLMForConditionalGeneration.from_pretrained(FOLDER, dtype="float32")
    return model.eval(), SkeletonLLMProcessor.from_pretrained(FOLDER)


def default_labels() -> list[str]:
    """The actions that the default model was trained to name: candidates where the user gives none."""
    return json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
