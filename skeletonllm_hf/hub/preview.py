"""The preview picture of a model: frames of a bundled clip, drawn by its renderer."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from .checkpoint import weight_files

CLIP = Path(__file__).parents[1] / "examples" / "walk_turning_left.bvh"
_FRAMES = 6


def read_renderer(folder: Path) -> Any:
    """The `DrActionModel` of a checkpoint; of a whole model, nothing but the renderer's tensors is read.

    Raises:
        ValueError: tensors that are not those of a renderer.
    """
    from safetensors import safe_open
    from transformers import AutoConfig

    from ..model.modeling_draction import DrActionModel

    config = AutoConfig.from_pretrained(folder)
    prefix = "" if config.model_type == "draction" else "renderer."
    tensors: dict[str, Any] = {}
    for path in weight_files(folder):
        with safe_open(path, framework="pt") as file:
            tensors |= {
                name.removeprefix(prefix): file.get_tensor(name)
                for name in file.keys()  # noqa: SIM118 - not a dict
                if name.startswith(prefix)
            }
    renderer = DrActionModel(getattr(config, "renderer_config", config))
    try:
        renderer.load_state_dict(tensors)
    except RuntimeError as error:
        raise ValueError(f"{folder}: expected the tensors of a renderer: {error}") from None
    return renderer.eval()


def model_preview(folder: Path) -> bytes:
    """A PNG with some frames of a bundled clip, time-stamped."""
    from ..drawing import contact_sheet, render_images, time_stamps
    from ..model.processing_skeletonllm import SkeletonLLMProcessor
    from ..readers import load_skeleton

    clip: Any = load_skeleton(CLIP)
    images, seconds = render_images(SkeletonLLMProcessor.from_pretrained(folder).view, read_renderer(folder), clip)
    step = max(1, len(images) // _FRAMES)
    picture = io.BytesIO()
    contact_sheet(images[::step], time_stamps(seconds[::step])).save(picture, "PNG", optimize=True)
    return picture.getvalue()
