"""The preview of a built dataset: one clip of each label as stick figures, so that everybody sees what the numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..drawing import contact_sheet, stick_figures
from ..model.skeleton import SkeletonSequence
from .schema import decode
from .shards import Shard, write_whole

PREVIEW = "preview.png"
_COLUMNS, _SIZE = 8, 120  # moments of a clip, pixels of one
_MOST_CLIPS = 40


def write_preview(out: Path, shards: Sequence[Shard], records: Sequence[dict]) -> None:
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


def _choose(records: Sequence[dict]) -> dict[str, tuple[int, int]]:
    """Caption -> (shard, row): the first clip of each label, or the first clips where there are no labels."""
    places = [(shard, row, clip) for shard, record in enumerate(records) for row, clip in enumerate(record["clips"])]
    first: dict[str, tuple[int, int]] = {}
    for shard, row, clip in places:
        if clip["label"] is not None:
            first.setdefault(clip["label"], (shard, row))
    if not first:
        return {clip["id"]: (shard, row) for shard, row, clip in places[:8]}
    return dict(sorted(first.items())[:_MOST_CLIPS])


def _clip(shard: Shard, row: int) -> SkeletonSequence:
    import pyarrow.parquet as pq

    table = pq.read_table(shard.path, memory_map=True)
    return decode(table.slice(row, 1).to_pylist()[0])
