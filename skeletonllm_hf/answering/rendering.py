"""Rendering of clips without the language model: a renderer with its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.clip_view import ClipView


@dataclass
class FrameRenderer:
    """Renders clips as a model sees them.

    Args:
        renderer: a `DrActionModel`.
        view: how clips are shown, such as `processor.view`.
        frame_text: the text in front of a frame that a server's model was trained with; `{number}` counts from 1. None:
            unknown.
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
