"""Overlay videos (MP4 or GIF): skeletons on their video, with the model's frames and answer. One frame is in memory at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ..drawing import INK, LEFT, MIDDLE, PAPER, RIGHT
from ..model.layouts import SkeletonLayout, get_layout
from .pipeline import VideoPoses

BACKGROUNDS = ("video", "faceless", "plain")
_SEEN = 0.3  # less sure joints are not drawn
_SIDE, _GIF_SIDE = 720, 360  # longest side of the picture
_GIF_FRAMES, _GIF_FPS = 200, 10.0  # Pillow keeps a GIF's frames until it is written
# Parts of the head by name, of any layout.
_HEAD = ("nose", "eye", "ear", "mouth", "head", "face")


@dataclass(frozen=True)
class Panel:
    """The panel beside and below the video.

    Args:
        images: the model's frames. seconds: when each of them is. text: below the video, such as the answer.
    """

    images: Sequence[Image.Image] = ()
    seconds: Sequence[float] = ()
    text: str = ""


def write_overlay(
    poses: VideoPoses, path: str | PathLike[str], panel: Panel | None = None, background: str = "video"
) -> Path:
    """Draws the skeletons on the video they were found in, and writes an MP4 or a GIF without sound.

    Args:
        poses: what `pose_video` or `estimate_video` found; its video is decoded once more.
        path: `.mp4` or `.gif`. panel: beside and below the video.
        background: "video"; "faceless": with heads made unrecognisable where they were found; "plain": without the video.

    Raises:
        ValueError: another ending or background. SkeletonFileError: the video cannot be decoded.
    """
    path, panel = Path(path), panel or Panel()
    if path.suffix.lower() not in (".mp4", ".gif"):
        raise ValueError(f"overlay: expected a file ending in .mp4 or .gif, got {str(path)!r}")
    if background not in BACKGROUNDS:
        raise ValueError(f"background: expected one of {BACKGROUNDS}, got {background!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    gif = path.suffix.lower() == ".gif"
    pictures = overlay_frames(poses, panel, background, _GIF_SIDE if gif else _SIDE)
    (_write_gif if gif else _write_mp4)(pictures, path, poses.fps)
    return path


def overlay_frames(
    poses: VideoPoses, panel: Panel, background: str = "video", side: int = _SIDE
) -> Iterator[Image.Image]:
    """The pictures of `write_overlay`, one a frame of `poses`, all of one size, with even sides."""
    layout = get_layout(poses.layout)
    colors = _colors(layout)
    head = [n for n, name in enumerate(layout.joints) if any(part in name.lower() for part in _HEAD)]
    for frame in poses.video.frames(poses.fps, side):
        if frame.number >= len(poses.keypoints):
            return
        picture = Image.fromarray(frame.pixels)
        points = poses.keypoints[frame.number] / frame.scale
        sure = poses.confidence[frame.number]
        if background == "plain":
            picture = Image.new("RGB", picture.size, PAPER)
        elif background == "faceless":
            for person in range(len(points)):
                _hide_head(picture, points[person], sure[person], head)
        _draw(picture, layout, colors, points, sure)
        yield _beside(picture, panel, frame.seconds)


def _draw(
    picture: Image.Image, layout: SkeletonLayout, colors: list[Any], points: np.ndarray, sure: np.ndarray
) -> None:
    draw = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 240))
    for person in range(len(points)):
        for a, b in layout.bones:
            if min(sure[person, a], sure[person, b]) >= _SEEN:
                color = (colors[a] if colors[a] is colors[b] else MIDDLE)[person % 2]
                draw.line([tuple(points[person, a]), tuple(points[person, b])], fill=color, width=width)
        for joint in np.flatnonzero(sure[person] >= _SEEN):
            x, y = points[person, joint]
            draw.ellipse((x - width, y - width, x + width, y + width), fill=colors[joint][person % 2])


def _colors(layout: SkeletonLayout) -> list[Any]:
    colors: list[Any] = [MIDDLE] * layout.num_joints
    for left, right in layout.pairs:
        colors[left], colors[right] = LEFT, RIGHT
    return colors


def _hide_head(picture: Image.Image, points: np.ndarray, sure: np.ndarray, head: list[int]) -> None:
    """Coarse blocks over the head: round its landmarks, however sure, as wide as a head beside the body may be."""
    if not (sure > 0).any() or not head:
        return
    found = points[head]
    body = float(np.ptp(points[sure > 0], axis=0).max())
    middle = found.mean(0)
    radius = max(float(np.ptp(found, axis=0).max()) * 1.2, 0.09 * body, 4.0)
    left, top = (max(0, int(v)) for v in middle - radius)
    right, bottom = (min(most, int(v)) for most, v in zip(picture.size, middle + radius, strict=True))
    if right <= left or bottom <= top:
        return
    part = picture.crop((left, top, right, bottom))
    small = part.resize((4, 4), Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    picture.paste(small.filter(ImageFilter.BoxBlur(radius / 4)), (left, top))


def _beside(picture: Image.Image, panel: Panel, seconds: float) -> Image.Image:
    """The picture, the model's frame of that time to its right, the text below."""
    width, height, shown = picture.width, picture.height, None
    if panel.images:
        at = int(np.abs(np.asarray(panel.seconds) - seconds).argmin())
        size = min(picture.height, picture.width)
        shown = panel.images[at].resize((size, size))
        width += size
    size = max(12, width // 40)
    font = ImageFont.load_default(size)
    lines = textwrap.wrap(panel.text, max(10, int(width / (size * 0.55)))) if panel.text else []
    foot = (len(lines) * int(size * 1.3) + size) if lines else 0
    sheet = Image.new("RGB", (width + width % 2, height + foot + (height + foot) % 2), PAPER)
    sheet.paste(picture, (0, 0))
    if shown is not None:
        sheet.paste(shown, (picture.width, (height - shown.height) // 2))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((size // 2, height + size // 2 + number * int(size * 1.3)), line, fill=INK, font=font)
    return sheet


def _write_mp4(pictures: Iterator[Image.Image], path: Path, fps: float) -> None:
    import av

    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    with av.open(str(path.resolve()), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1000))
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"preset": "veryfast"}  # drawn for looking at, not for keeping small
        for number, picture in enumerate(pictures):
            if number == 0:
                stream.width, stream.height = picture.size
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
        container.mux(stream.encode())


def _write_gif(pictures: Iterator[Image.Image], path: Path, fps: float) -> None:
    step = max(1, round(fps / _GIF_FPS))
    kept = []
    for number, picture in enumerate(pictures):
        if number % step == 0:
            kept.append(picture.quantize(128))
        if len(kept) > _GIF_FRAMES:  # twice as long from here on, every second one so far
            kept, step = kept[::2], step * 2
    duration = max(20, round(1000 * step / fps))
    kept[0].save(path, format="GIF", save_all=True, append_images=kept[1:], duration=duration, loop=0)
