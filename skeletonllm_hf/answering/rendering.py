"""Frames for whoever looks at them: a renderer and the processor that places clips for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class FrameRenderer:
    """Draws clips as a model sees them, without the model.

    Args:
        renderer: a `DrActionModel`.
        processor: the `SkeletonLLMProcessor` that goes with it.
        frame_text: what a server's model was trained to read in front of a frame; `{number}` counts from 1. None:
            nothing is known of one.
    """

    renderer: Any
    processor: Any
    frame_text: str | None = None

    def render(self, clip: Any, *, layout: Any = None) -> Any:
        """(frames, 3, height, width) float32 in [0, 1], on the renderer's device."""
        import torch  # here: an endpoint's address is checked without it

        with torch.no_grad():
            return self.processor.rasterize(self.processor.load(clip, layout), self.renderer)["frames"][0]
