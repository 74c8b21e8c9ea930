"""The library's viewer as a component of the page."""

from __future__ import annotations

import gradio as gr

from skeletonllm_hf.viewer import MARKUP, SCRIPT, scene


def viewer(elem_id: str, label: str, value: dict | None = None) -> gr.HTML:
    """The component; its value is `scene(...)`. The markup is a constant: gradio's templates would run what a visitor puts into them."""
    return gr.HTML(
        value, html_template=MARKUP, js_on_load=SCRIPT, elem_id=elem_id, label=label, apply_default_css=False
    )


__all__ = ["scene", "viewer"]
