"""Picture of an influence: stick figures coloured by it, bars of the parts of the body and of the frames."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..drawing import FRAME, INK, PAPER, contact_sheet, stick_figures, time_stamps
from ..model.skeleton import SkeletonSequence
from .influence import Influence

# From no influence to the most: a ramp that gets lighter all the way, so it reads without colour vision too.
RAMP = np.array([(72, 72, 80), (146, 64, 14), (251, 146, 60), (254, 240, 138)], dtype=np.float64)
_GAP, _BAR, _TEXT = 8, 18, 13  # pixels
_PARTS = 8  # bars, at most


def ramp(values: np.ndarray) -> np.ndarray:
    """(..., 3) colours from 0 to 255 of values in [0, 1]."""
    at = np.clip(values, 0.0, 1.0) * (len(RAMP) - 1)
    low = np.minimum(at.astype(int), len(RAMP) - 2)
    share = (at - low)[..., None]
    return RAMP[low] * (1 - share) + RAMP[low + 1] * share


def joint_colors(found: Influence) -> np.ndarray:
    """(frames, people, joints, 3) colours from 0 to 255: the most influential joint of all frames is the lightest."""
    most = float(found.joints.max())
    return ramp(np.sqrt(found.joints / most) if most > 0 else found.joints)  # roots: shares are spread over many joints


def draw_influence(clip: SkeletonSequence, found: Influence, size: int = 150) -> Image.Image:
    """The picture: the frames that the model sees as stick figures, then parts and times as bars.

    Args:
        clip: the clip that was explained.
        found: what `influence` found for it.
        size: width and height of a figure, pixels.

    Raises:
        ValueError: an influence of another clip.
    """
    _, people, joints = found.joints.shape
    if (people, joints) != clip.joints.shape[1:3]:
        expected = f"{clip.joints.shape[1:3]} people and joints"
        raise ValueError(f"found: expected an influence over {expected}, got {people, joints}")
    figures = stick_figures(
        clip, np.round(found.times * clip.fps).astype(int).tolist(), size, colors=joint_colors(found)
    )
    sheet = contact_sheet(figures, time_stamps(found.times.tolist()), title=f"{found.question} {found.answer}")
    panel = _panel(found, sheet.width)
    whole = Image.new("RGB", (sheet.width, sheet.height + panel.height), PAPER)
    whole.paste(sheet, (0, 0))
    whole.paste(panel, (0, sheet.height))
    return whole


def _panel(found: Influence, width: int) -> Image.Image:
    """Parts on the left, largest first; frames on the right, each bar at its time."""
    parts = list(found.limbs.items())[:_PARTS]
    height = _GAP + _TEXT + 6 + len(parts) * _BAR + _GAP
    panel = Image.new("RGB", (width, height), PAPER)
    draw, font = ImageDraw.Draw(panel), ImageFont.load_default(_TEXT)
    names = max(font.getlength(name) for name, _ in parts) + _GAP
    half, top = width // 2, _GAP + _TEXT + 6
    draw.text((_GAP, _GAP - 2), "which part", fill=INK, font=font)
    numbers = font.getlength("100 %") + _GAP
    room = half - 2 * _GAP - names - numbers
    for row, (name, share) in enumerate(parts):
        y = top + row * _BAR
        draw.text((_GAP, y), name, fill=INK, font=font)
        draw.rectangle((_GAP + names, y + 2, _GAP + names + room, y + _BAR - 4), outline=FRAME)
        if share > 0:
            draw.rectangle((_GAP + names, y + 2, _GAP + names + room * share, y + _BAR - 4), fill=_color(share))
        draw.text((half - _GAP - numbers + 4, y), f"{100 * share:.0f} %", fill=INK, font=font)
    draw.text((half + _GAP, _GAP - 2), "when", fill=INK, font=font)
    left, right, bottom = half + _GAP, width - _GAP, height - _GAP - _TEXT - 4
    draw.line((left, bottom, right, bottom), fill=FRAME)
    shares = found.frames
    most, step = max(float(shares.max()), 1e-12), (right - left) / len(shares)
    for number, share in enumerate(shares):
        x, tall = left + number * step, (bottom - top) * float(share) / most
        if tall >= 1:
            draw.rectangle((x + 1, bottom - tall, x + step - 2, bottom - 1), fill=_color(share / most))
    first, last = (f"{time:.1f} s" for time in (found.times[0], found.times[-1]))
    draw.text((left, bottom + 2), first, fill=INK, font=font)
    draw.text((right - font.getlength(last), bottom + 2), last, fill=INK, font=font)
    return panel


def _color(share: float) -> tuple[int, ...]:
    return tuple(int(value + 0.5) for value in ramp(np.asarray(share)))
