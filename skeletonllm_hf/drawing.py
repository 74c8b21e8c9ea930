"""Pictures of clips: rendered frames as a GIF or a contact sheet, and stick figures that need no model."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .model.placement import turn_about_y
from .model.skeleton import SkeletonSequence
from .nouns import counted

if TYPE_CHECKING:
    from .model.clip_view import ClipView

PAPER, INK, FRAME = (24, 24, 27), (228, 228, 231), (63, 63, 70)
# Left and right must be told apart without red and green: orange and blue, paler for every second person.
LEFT, RIGHT, MIDDLE = (
    ((251, 146, 60), (253, 186, 116)),
    ((56, 152, 255), (147, 197, 253)),
    ((212, 212, 216), (161, 161, 170)),
)
_SHORTEST = 20  # milliseconds: viewers show a GIF's frames no faster, and slow down what claims to be


def to_images(frames: object) -> list[Image.Image]:
    """RGB pictures of rendered frames.

    Args:
        frames: (frames, 3, height, width) numbers in [0, 1]; what numpy can read, a tensor on the CPU too.

    Raises:
        ValueError: another shape.
    """
    values = np.asarray(frames)
    if values.ndim != 4 or values.shape[1] != 3 or 0 in values.shape:
        raise ValueError(f"frames: expected (frames, 3, height, width), got {values.shape}")
    pixels = (np.nan_to_num(values).clip(0.0, 1.0) * 255.0 + 0.5).astype(np.uint8).transpose(0, 2, 3, 1)
    return [Image.fromarray(np.ascontiguousarray(frame), "RGB") for frame in pixels]


def render_images(
    view: ClipView, renderer: Any, clip: SkeletonSequence, seed: int | None = None
) -> tuple[list[Image.Image], list[float]]:
    """A clip as the model sees it: its frames, and the time of each in seconds.

    Args:
        view: how the clip is shown, such as `processor.view`.
        renderer: the model's `renderer`; its `config.image_size` counts.
        clip: the clip.
        seed: draws frames at random within their segments; None: the middle ones.
    """
    import torch  # only here: the rest of this file works without

    from .model.clip_view import clip_frames

    with torch.no_grad():
        frames = clip_frames([clip], view, renderer, seed)[0].cpu().numpy()
    generator = None if seed is None else np.random.default_rng(seed)
    shown = view.frames_of(clip, generator)
    return to_images(frames), [float(frame) / clip.fps for frame in shown]


def save_gif(images: Sequence[Image.Image], path: str | PathLike[str], seconds: float) -> None:
    """Writes an endless GIF of which one round takes `seconds` (longer, where viewers could not keep up)."""
    if not images or not seconds > 0:
        raise ValueError(
            f"save_gif: expected pictures and a positive number of seconds, got {len(images)} and {seconds!r}"
        )
    # GIF counts hundredths of a second: the ends are rounded, not the steps, so that the whole keeps its length.
    ends = np.round(np.linspace(0.0, seconds * 100.0, len(images) + 1)).astype(int) * 10
    durations = [max(_SHORTEST, int(step)) for step in np.diff(ends)]
    images[0].save(
        path, format="GIF", save_all=True, append_images=list(images[1:]), duration=durations, loop=0, optimize=True
    )


def contact_sheet(
    images: Sequence[Image.Image], captions: Sequence[str], columns: int | None = None, title: str = ""
) -> Image.Image:
    """All pictures side by side, each with its caption below, a title above.

    Args:
        images: of one size.
        captions: one for each picture.
        columns: pictures in a row; None: at most six, in rows as equal as can be.
        title: one line; cut where it is wider than the sheet.
    """
    if not images or len(images) != len(captions):
        raise ValueError(f"contact_sheet: expected as many captions as pictures, got {len(captions)} for {len(images)}")
    if columns is None:
        rows = -(-len(images) // 6)
        columns = -(-len(images) // rows)
    width, height = images[0].size
    gap, text = 4, max(11, min(18, height // 12))
    line = text + 6
    top = line + 2 if title else 0
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (gap + columns * (width + gap), top + gap + rows * (height + line)), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(text)
    if title:
        draw.text((gap + 2, 3), _fitting(title, font, sheet.width - 2 * gap - 2), fill=INK, font=font)
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, upper = gap + number % columns * (width + gap), top + gap + number // columns * (height + line)
        sheet.paste(image, (left, upper))
        draw.rectangle((left - 1, upper - 1, left + width, upper + height), outline=FRAME)
        draw.text((left + 3, upper + height + 1), caption, fill=INK, font=font)
    return sheet


def time_stamps(seconds: Sequence[float]) -> list[str]:
    """0.5 -> "0.50 s"."""
    return [f"{second:.2f} s" for second in seconds]


def stick_figures(
    sequence: SkeletonSequence,
    frames: Sequence[int],
    size: int = 160,
    turn: float = 0.0,
    colors: np.ndarray | None = None,
) -> list[Image.Image]:
    """Frames of a clip as stick figures, all to one scale: orange left limbs, blue right ones, grey between.

    Args:
        sequence: the clip.
        frames: which frames.
        size: width and height, pixels.
        turn: radians about the vertical by which bodies are turned first: 0 from the front, -pi/2 from the left of someone who faces us.
        colors: (frames, people, joints, 3) of joints, 0 to 255, in place of those; a bone takes the mean of its ends.
    """
    points = _projected(sequence, turn, size, size)
    sides = _sides(sequence)
    width = max(1, size // 60)
    images = []
    for number, frame in enumerate(frames):
        image = Image.new("RGB", (size, size), PAPER)
        draw = ImageDraw.Draw(image)
        for _, person, a, b in sorted(_bones(sequence, points, frame)):
            color = (sides[a] if sides[a] is sides[b] else MIDDLE)[person % 2]
            if colors is not None:
                color = _rgb(colors[number, person, [a, b]].mean(0))
            ends = [tuple(points[frame, person, joint, :2]) for joint in (a, b)]
            draw.line([*ends[0], *ends[1]], fill=color, width=width)
        for person, joint in np.argwhere(sequence.mask[frame]):
            x, y = points[frame, person, joint, :2]
            color = sides[joint][person % 2] if colors is None else _rgb(colors[number, person, joint])
            draw.ellipse((x - width, y - width, x + width, y + width), fill=color)
        images.append(image)
    return images


def preview(sequence: SkeletonSequence, count: int = 6, size: int = 160) -> Image.Image:
    """A contact sheet of stick figures: from the front, and for 3-D clips from the side below.

    Whether up, units and left and right were read correctly shows at a glance.
    """
    frames = _spread(sequence, count)
    stamps = time_stamps([frame / sequence.fps for frame in frames])
    views = [("front", 0.0)] if sequence.is_2d else [("front", 0.0), ("from the side", -np.pi / 2)]
    images, captions = [], []
    for name, turn in views:
        images += stick_figures(sequence, frames, size, turn)
        captions += [f"{stamp}  {name}" if number == 0 else stamp for number, stamp in enumerate(stamps)]
    people = counted(sequence.num_people, "person", "people")
    return contact_sheet(images, captions, len(frames), f"{sequence.layout.name}, {people}; orange: left, blue: right")


def text_preview(sequence: SkeletonSequence, count: int = 5, columns: int = 15, rows: int = 9) -> str:
    """Stick figures in Braille characters, from the front, for a terminal: `count` figures of columns x rows letters."""
    frames = _spread(sequence, count)
    points = _projected(sequence, 0.0, 2 * columns, 4 * rows)
    lines = [""] * rows
    for frame in frames:
        image = Image.new("1", (2 * columns, 4 * rows))
        draw = ImageDraw.Draw(image)
        for _, person, a, b in _bones(sequence, points, frame):
            draw.line([*points[frame, person, a, :2], *points[frame, person, b, :2]], fill=1)
        for person, joint in np.argwhere(sequence.mask[frame]):
            draw.point(tuple(points[frame, person, joint, :2]), fill=1)
        dots = np.asarray(image, dtype=int).reshape(rows, 4, columns, 2)
        # Unicode's numbering of the eight dots in a cell
        codes = (dots * np.array([[1, 8], [2, 16], [4, 32], [64, 128]])[:, None]).sum((1, 3))
        for row in range(rows):
            lines[row] += "".join(chr(0x2800 + code) for code in codes[row])
    stamps = "".join(stamp.center(columns) for stamp in time_stamps([frame / sequence.fps for frame in frames]))
    return "\n".join([*(line.rstrip("\u2800") for line in lines), stamps.rstrip()])


def _spread(sequence: SkeletonSequence, count: int) -> list[int]:
    """At most `count` frames, the first and the last among them."""
    return np.linspace(0, sequence.num_frames - 1, min(count, sequence.num_frames)).round().astype(int).tolist()


def _projected(sequence: SkeletonSequence, turn: float, width: int, height: int) -> np.ndarray:
    """(frames, people, joints, 3): column and row in pixels, and nearness; the whole clip fills the picture."""
    points = turn_about_y(sequence.canonical().joints, turn)
    seen = points[sequence.mask]
    low, high = (seen.min(0), seen.max(0)) if len(seen) else (np.zeros(3), np.ones(3))
    extent = np.maximum(high - low, 1e-6)
    scale = 0.88 * min((width - 1) / extent[0], (height - 1) / extent[1])
    offset = (points - (low + high) / 2) * scale
    return np.stack([(width - 1) / 2 + offset[..., 0], (height - 1) / 2 - offset[..., 1], offset[..., 2]], axis=-1)


def _bones(sequence: SkeletonSequence, points: np.ndarray, frame: int) -> list[tuple[float, int, int, int]]:
    """(nearness, person, joint, joint) of every bone whose ends are both seen."""
    return [
        (float(points[frame, person, [a, b], 2].mean()), person, a, b)
        for person in range(sequence.num_people)
        for a, b in sequence.layout.bones
        if sequence.mask[frame, person, a] and sequence.mask[frame, person, b]
    ]


def _sides(sequence: SkeletonSequence) -> list[tuple[Any, ...]]:
    """Each joint's colours."""
    sides = [MIDDLE] * sequence.layout.num_joints
    for left, right in sequence.layout.pairs:
        sides[left], sides[right] = LEFT, RIGHT
    return sides


def _rgb(color: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value + 0.5) for value in color)


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, its end cut off where it is too wide."""
    while text and font.getlength(text) > width:
        text = text[:-2].rstrip() + "…"
        if text == "…":
            return ""
    return text
