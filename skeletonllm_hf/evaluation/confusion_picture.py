"""The confusion matrix of a report as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..drawing import INK, PAPER

_LOW, _HIGH, _WRONG = np.array((39, 39, 42)), np.array((56, 152, 255)), np.array((251, 146, 60))
_CELL, _TEXT, _MOST = 26, 13, 60


def confusion_picture(report: dict[str, Any]) -> Image.Image:
    """Rows: what was shown, columns: what was answered; a cell's brightness is its share of the row, its number the clips.

    Right answers are blue, wrong ones orange. Candidates that neither occur nor are answered are left out.

    Raises:
        ValueError: a report without recognition.
    """
    if "recognition" not in report:
        raise ValueError("report: expected recognition in it, for a confusion matrix")
    pairs = {(item["label"], item["answer"]): item["count"] for item in report["recognition"]["confusions"]}
    used = {name for pair in pairs for name in pair}
    labels = [label for label in report["candidates"] if label in used]
    if len(labels) > _MOST:  # more cannot be read: those that are confused most
        errors = {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}
        wrong = {label: sum(count for pair, count in errors.items() if label in pair) for label in labels}
        labels = sorted(sorted(labels, key=lambda label: -wrong[label])[:_MOST])
    counts = np.array([[pairs.get((row, column), 0) for column in labels] for row in labels])
    rows = np.array([sum(count for (row, _), count in pairs.items() if row == label) for label in labels])
    font = ImageFont.load_default(_TEXT)
    margin = int(max(font.getlength(label) for label in labels)) + 14
    side = margin + _CELL * len(labels) + 8
    image = Image.new("RGB", (side, side), PAPER)
    draw = ImageDraw.Draw(image)
    for row, label in enumerate(labels):
        top = margin + row * _CELL
        draw.text((margin - 8, top + _CELL // 2), label, fill=INK, font=font, anchor="rm")
        for column in range(len(labels)):
            shade = counts[row, column] / max(rows[row], 1)
            color = _LOW + ((_HIGH if row == column else _WRONG) - _LOW) * np.sqrt(shade)
            left = margin + column * _CELL
            draw.rectangle((left, top, left + _CELL - 2, top + _CELL - 2), fill=tuple(int(c) for c in color))
            if counts[row, column]:
                centre = (left + _CELL // 2 - 1, top + _CELL // 2 - 1)
                draw.text(centre, str(counts[row, column]), fill=INK, font=font, anchor="mm")
    heads = Image.new("RGB", (margin, _CELL * len(labels)), PAPER)
    writer = ImageDraw.Draw(heads)
    for column, label in enumerate(labels):
        writer.text((8, column * _CELL + _CELL // 2), label, fill=INK, font=font, anchor="lm")
    image.paste(heads.rotate(90, expand=True), (margin, 0))  # read from below
    return image
