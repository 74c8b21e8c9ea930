"""Bandai-Namco-Research-Motiondataset 1 and 2 (Kobayashi et al. 2023), BVH: `dataset-N_CONTENT_STYLE_NNN.bvh`."""

from __future__ import annotations

import functools
from pathlib import Path

from ..source import ClipFile, DatasetSource, Plan, find_base

_CITATION = """@article{kobayashi2023motion,
  title = {Motion Capture Dataset for Practical Use of {AI}-based Motion Editing and Stylization},
  author = {Kobayashi, Makito and Liao, Chen-Chieh and Inoue, Keito and Yojima, Sentaro and Takahashi, Masafumi},
  journal = {arXiv preprint arXiv:2306.08861},
  year = {2023}
}"""


def _plan(part: int, root: Path) -> Plan:
    folder = f"Bandai-Namco-Research-Motiondataset-{part}"
    pattern = f"dataset-{part}_*_*_*.bvh"
    places = (f"{folder}/data", f"dataset/{folder}/data", "data", ".")
    base = find_base(root, folder, pattern, places)
    files = []
    for path in sorted(base.glob(pattern)):
        _, content, style, take = path.stem.split("_")
        files.append(
            ClipFile(
                path.name,
                f"{content}_{style}_{take}",
                label=content.replace("-", " "),
                keys={"style": style, "take": str(int(take))},
                options={"format": "bvh", "units": "centimetres", "up": "y"},
            )
        )
    return Plan(base, tuple(files))


def _source(part: int, clips: int, labels: int, notes: tuple[str, ...]) -> DatasetSource:
    return DatasetSource(
        name=f"bandai_namco_{part}",
        title=f"Bandai-Namco-Research-Motiondataset-{part}",
        plan=functools.partial(_plan, part),
        licence="cc-by-nc-4.0",
        terms="CC BY-NC 4.0: name the author (Bandai Namco Research Inc.), no commercial use.",
        homepage=f"https://github.com/BandaiNamcoResearchInc/Bandai-Namco-Research-Motiondataset/tree/master/dataset/"
        f"Bandai-Namco-Research-Motiondataset-{part}",
        citation=_CITATION,
        clips=clips,
        labels=labels,
        notes=notes,
    )


_SHARED = "The contents `run` and `walk` are in both parts, recorded anew: 17 and 10 contents make 25 labels."

SOURCES = (
    _source(1, 175, 17, ("`walk` was recorded twice in every style. `dance-long` is a single clip that some copies lack.", _SHARED)),
    _source(2, 2902, 10, (_SHARED,)),
)  # fmt: skip
