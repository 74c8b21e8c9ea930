"""Style of the page: gradio's theme in our colours, and the style sheet with a picture of each example."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from skeletonllm_hf import load_skeleton
from skeletonllm_hf.viewer import STYLE

from . import pictures, reading

_HERE = Path(__file__).parent


def theme() -> gr.themes.Base:
    # gradio brings the fonts: none from elsewhere
    fonts = [gr.themes.LocalFont("IBM Plex Sans", (400, 700)), "system-ui", "sans-serif"]
    mono = [gr.themes.LocalFont("IBM Plex Mono", (400,)), "ui-monospace", "monospace"]
    return gr.themes.Base(primary_hue="teal", secondary_hue="stone", neutral_hue="stone", font=fonts, font_mono=mono, radius_size="md").set(
        body_background_fill="#faf8f5", body_background_fill_dark="#141312",
        block_background_fill="#ffffff", block_background_fill_dark="#1d1b1a",
        block_border_color="#e7e2db", block_border_color_dark="#2f2c2a",
        input_background_fill="#ffffff", input_background_fill_dark="#181716",
        button_primary_background_fill="#0f766e", button_primary_background_fill_hover="#115e59",
        button_primary_background_fill_dark="#0f766e", button_primary_background_fill_hover_dark="#115e59",
        button_primary_text_color="#ffffff", button_primary_text_color_dark="#ffffff",
        block_shadow="none", block_label_background_fill="transparent", block_label_background_fill_dark="transparent",
        button_cancel_background_fill="#ffffff", button_cancel_background_fill_dark="#1d1b1a",
        button_cancel_text_color="#9f1239", button_cancel_text_color_dark="#fda4af",
        button_cancel_border_color="#e7c3cb", button_cancel_border_color_dark="#5b2733",
    )  # fmt: skip


def style() -> str:
    """The style sheet, with a picture of each example on its choice."""
    css = [STYLE, (_HERE / "style.css").read_text(encoding="utf-8")]
    for number, file in enumerate(reading.EXAMPLES.values(), 1):
        picture = pictures.thumbnail(load_skeleton(reading.EXAMPLE_FOLDER / file))
        css.append(f"#examples label:nth-of-type({number})::before {{ background-image: url({picture}); }}")
    return "\n".join(css)
