"""Pictures of a built dataset: a clip of each label, and the joints of its skeleton layouts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..drawing import INK, LEFT, MIDDLE, PAPER, RIGHT, contact_sheet, stick_figures
from ..model.layouts import SkeletonLayout
from ..model.skeleton import SkeletonSequence
from .schema import decode
from .shards import Shard, write_whole

PREVIEW, LAYOUTS = "preview.png", "layout.png"
_COLUMNS, _SIZE = 8, 120  # moments of a clip, pixels of one
_MOST_CLIPS = 40
_FIGURE, _MOST_LAYOUTS = 460, 4


def write_preview(out: Path, shards: Sequence[Shard], records: Sequence[dict[str, Any]]) -> None:
    """Writes `preview.png`: for each label (at most 40; of clips without labels the first 8) a row of moments.

    Orange is the left of the body, blue the right. Nothing is written for a dataset without clips.
    """
    chosen = _choose(records)
    if not chosen:
        return
    clips = {name: _clip(shards[shard], row) for name, (shard, row) in chosen.items()}
    images, captions = [], []
    for name, clip in clips.items():
        frames = np.linspace(0, clip.num_frames - 1, _COLUMNS).round().astype(int).tolist()
        images += stick_figures(clip, frames, _SIZE)
        captions += [name[:20], *("" for _ in frames[1:-1]), f"{clip.seconds:.1f} s"]
    sheet = contact_sheet(images, captions, _COLUMNS)
    write_whole(out / PREVIEW, lambda path: sheet.save(path, format="PNG"))


def write_layouts(out: Path, shards: Sequence[Shard], records: Sequence[dict[str, Any]]) -> None:
    """Writes `layout.png`: the T-pose of each skeleton layout (the first 4), its joints numbered as in the data."""
    first = sorted(_first_of_each("layout", records).items())[:_MOST_LAYOUTS]
    layouts = {name: _clip(shards[shard], row).layout for name, (shard, row) in first}
    if layouts:
        sheet = contact_sheet([draw_layout(layout) for layout in layouts.values()], list(layouts), min(2, len(layouts)))
        write_whole(out / LAYOUTS, lambda path: sheet.save(path, format="PNG"))


def draw_layout(layout: SkeletonLayout) -> Image.Image:
    """The layout's T-pose from the front, each joint with its number; orange: left, blue: right."""
    places = layout.rest_joints[:, :2]
    low, high = places.min(0), places.max(0)
    scale = (_FIGURE - 60) / float(max((high - low).max(), 1e-6))
    points = (places - (low + high) / 2) * [scale, -scale] + _FIGURE / 2
    left, right = ({pair[side] for pair in layout.pairs} for side in (0, 1))
    image = Image.new("RGB", (_FIGURE, _FIGURE), PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11)
    for a, b in layout.bones:
        draw.line([*points[a], *points[b]], fill=MIDDLE[1], width=2)
    for joint, (x, y) in enumerate(points):
        color = LEFT[0] if joint in left else RIGHT[0] if joint in right else MIDDLE[0]
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=color)
        draw.text((x + 4, y - 13), str(joint), fill=INK, font=font)
    return image


def _choose(records: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Caption -> (shard, row): the first clip of each label, or the first clips where there are no labels."""
    if first := _first_of_each("label", records):
        return dict(sorted(first.items())[:_MOST_CLIPS])
    return dict(list(_first_of_each("id", records).items())[:8])


def _first_of_each(key: str, records: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Value of the clips' `key`, where they have one -> (shard, row) of the first clip with it."""
    first: dict[str, tuple[int, int]] = {}
    for shard, record in enumerate(records):
        for row, clip in enumerate(record["clips"]):
            if clip[key] is not None:
                first.setdefault(clip[key], (shard, row))
    return first


def _clip(shard: Shard, row: int) -> SkeletonSequence:
    import pyarrow.parquet as pq

    table = pq.read_table(shard.path, memory_map=True)
    return decode(table.slice(row, 1).to_pylist()[0])
