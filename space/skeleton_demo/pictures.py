"""Pictures of a clip: the model's frames as a filmstrip and as videos; stick figures of the examples."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from skeletonllm_hf import DrActionConfig, DrActionModel, drawing
from skeletonllm_hf.model.clip_view import HEADINGS
from skeletonllm_hf.model.configuration_skeletonllm import CAMERAS

from .limits import Refused

COLORS = ("learned", "fixed")
SIZES = (112, 224, 336, 448)
MOST_FRAMES = 24
_BRIGHTER = 2.4  # the strip's caption says so; not in downloads
_STRIP = 224  # pixels: larger pictures are made smaller for the page, not for downloads


@dataclass(frozen=True)
class View:
    """How a clip is drawn; None stands for the settings of the model's training.

    Args:
        camera: `"fit"` or `"published"`. heading: `"face"` or `"keep"`. size: pixels. frames: how many. colors: of `COLORS`.
    """

    camera: str | None = None
    heading: str | None = None
    size: int | None = None
    frames: int | None = None
    colors: str = "learned"

    def __post_init__(self):
        checks = (
            ("camera", self.camera, (None, *CAMERAS)), ("heading", self.heading, (None, *HEADINGS)), ("size", self.size, (None, *SIZES)),
            ("colors", self.colors, COLORS), ("frames", self.frames, (None, *range(1, MOST_FRAMES + 1))),
        )  # fmt: skip
        for name, value, allowed in checks:
            if value not in allowed:
                raise Refused(f"{name}: choose one of {', '.join(str(choice) for choice in allowed[1:4])}, ...")


def render(model, processor, clip, view: View) -> tuple[list[Image.Image], list[float]]:
    """The frames and the seconds at which they stand. The model and its processor stay as they are: others use them too."""
    looking = {"num_frames": view.frames, "heading": view.heading, "camera": view.camera}
    drawn = {"image_size": view.size, "camera": view.camera}
    given, changes = ({name: value for name, value in values.items() if value} for values in (looking, drawn))
    seen, renderer = processor.view.replace(**given), model.renderer.with_config(**changes)
    if view.colors == "fixed":
        settings = {name: getattr(renderer.config, name) for name in ("image_size", "camera")}
        settings |= {"appearance": "fixed", "num_frames": seen.num_frames, **seen.sampling.to_dict()}
        renderer = DrActionModel(DrActionConfig(**settings))
    return drawing.render_images(seen, renderer, clip)


def filmstrip(images: list[Image.Image], times: list[float], caption: str) -> str:
    """The frames in a row with their times, the one that is passed in the viewer in large before them."""
    sources = []
    for image in images:
        if image.width > _STRIP:
            image = image.resize((_STRIP, _STRIP), Image.Resampling.LANCZOS)
        image = ImageEnhance.Color(ImageEnhance.Brightness(image).enhance(_BRIGHTER)).enhance(0.9)
        sources.append(_data_uri(image))
    frames = "".join(
        f'<button type="button" data-seek="{time:.3f}"{" class=now" if number == 1 else ""} aria-label="Frame {number}, {time:.2f} s">'
        f'<img src="{source}" width="64" height="64" alt=""><span>{time:.2f} s</span></button>'
        for number, (source, time) in enumerate(zip(sources, times, strict=True), 1)
    )
    marks = escape(json.dumps([[time, time, f"Frame {number}", 1] for number, time in enumerate(times, 1)]))
    return (
        f'<div class="filmstrip" data-marks="{marks}"><div class="playing"><img src="{sources[0]}" width="104" height="104" alt="The frame at this moment"></div>'
        f'<div><div class="frames" tabindex="0" role="group" aria-label="Frames that the model sees">{frames}</div><p class="hint">{escape(caption)}</p></div></div>'
    )


def save_mp4(images: list[Image.Image], path: Path, seconds: float) -> None:
    """An H.264 video of which one round takes `seconds`; the last frame stands as long as the others."""
    import imageio.v3 as iio  # here: the page opens sooner

    frames = np.stack([np.asarray(image) for image in images])
    even = [size - size % 2 for size in frames.shape[1:3]]  # H.264 in its usual colours has no odd sizes
    frames, fps = frames[:, : even[0], : even[1]], max(1.0, len(images) / seconds)
    iio.imwrite(path, frames, plugin="pyav", codec="libx264", fps=fps)


def thumbnail(clip, size: int = 96) -> str:
    """A stick figure from the middle of a clip, as a data URI with a transparent ground."""
    image = drawing.stick_figures(clip, [clip.num_frames // 2], 2 * size)[0]
    pixels = np.asarray(image.convert("RGBA")).copy()
    pixels[(pixels[..., :3] == drawing.PAPER).all(-1), 3] = 0
    return _data_uri(Image.fromarray(pixels).resize((size, size), Image.Resampling.LANCZOS))


def _data_uri(image: Image.Image) -> str:
    """As WebP: a third of what PNG takes."""
    file = io.BytesIO()
    image.save(file, "WEBP", quality=88, method=4)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
