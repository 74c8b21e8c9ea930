"""Frames for whoever looks at them: a renderer and how it looks at clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.clip_view import ClipView


@dataclass
class FrameRenderer:
    """Draws clips as a model sees them, without the model.

    Args:
        renderer: a `DrActionModel`.
        view: how it looks at clips, such as `processor.view`.
        frame_text: what a server's model was trained to read in front of a frame; `{number}` counts from 1. None:
            nothing is known of one.
    """

    renderer: Any
    view: ClipView
    frame_text: str | None = None

    def render(self, clip: Any, *, layout: Any = None) -> Any:
        """(frames, 3, height, width) float32 in [0, 1], on the renderer's device."""
        import torch  # here: an endpoint's address is checked without it

        from ..model.clip_view import clip_frames, load_clip

        with torch.no_grad():
            return clip_frames([load_clip(clip, layout)], self.view, self.renderer)[0]
