"""The real clips that nano learns from, by their datasets' standard protocols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError, load_skeleton, read_utkinect_segments

SBU_ACTIONS = (
    "approaching", "departing", "kicking", "pushing", "shaking hands", "hugging", "exchanging object", "punching",
)  # fmt: skip
# One stated fold of the dataset's five (Yun et al. 2012): these pairs of people are held out.
SBU_TEST_PAIRS = frozenset({"s01s02", "s03s04", "s05s02", "s06s04"})
MSR_TRAIN_SUBJECTS = frozenset({1, 3, 5, 7, 9})
UTKINECT_TRAIN_SUBJECTS = frozenset(range(1, 6))
BANDAI_TEST_STYLES = frozenset({"elderly", "youthful"})


@dataclass(frozen=True)
class LabelledClip:
    """A clip, the dataset that it belongs to, its label, and whether its protocol trains on it."""

    dataset: str
    sequence: SkeletonSequence
    label: str
    train: bool


def load_clips(root: Path) -> tuple[list[LabelledClip], list[str]]:
    """All clips of the datasets found under `root`, and what could not be read, with the reason.

    Folders as the authors pack them: `real_world_coordinates/` (MSR-Action3D), `joints/` with
    `actionLabel.txt` (UTKinect), `SBU/`, `Bandai-Namco-Research-Motiondataset-{1,2}/data/`.

    Raises:
        FileNotFoundError: none of them is there.
    """
    loaders = (_msr, _utkinect, _sbu, _bandai)
    clips, problems = [], []
    for loader in loaders:
        for item in loader(root):
            clips.append(item) if isinstance(item, LabelledClip) else problems.append(item)
    if not clips:
        raise FileNotFoundError(f"{root}: expected real_world_coordinates/, joints/, SBU/ or Bandai-Namco-*/, found none")
    return clips, problems


def _read(path: Path, **options) -> SkeletonSequence | str:
    try:
        return load_skeleton(path, **options)
    except SkeletonFileError as error:
        return str(error)


def _msr(root: Path) -> Iterator[LabelledClip | str]:
    for path in sorted((root / "real_world_coordinates").glob("a*_skeleton3D.txt")):
        sequence = _read(path, format="msr_action3d")
        if isinstance(sequence, str):
            yield sequence
            continue
        subject = int(re.search(r"_s(\d+)_", path.name).group(1))
        yield LabelledClip("msr_action3d", sequence, sequence.label, subject in MSR_TRAIN_SUBJECTS)


def _utkinect(root: Path) -> Iterator[LabelledClip | str]:
    labels = next((path for path in (root / "actionLabel.txt", root / "joints" / "actionLabel.txt") if path.exists()), None)
    if labels is None:
        return
    for sequence in read_utkinect_segments(root / "joints", labels):
        subject = int(re.search(r"joints_s(\d+)_", sequence.source).group(1))
        yield LabelledClip("utkinect", sequence, sequence.label, subject in UTKINECT_TRAIN_SUBJECTS)


def _sbu(root: Path) -> Iterator[LabelledClip | str]:
    for path in sorted((root / "SBU").glob("s*/*/*/skeleton_pos.txt")):
        pair, action = path.parts[-4], int(path.parts[-3])
        sequence = _read(path, format="sbu")
        if isinstance(sequence, str):
            yield sequence
            continue
        yield LabelledClip("sbu", sequence, SBU_ACTIONS[action - 1], pair not in SBU_TEST_PAIRS)


def _bandai(root: Path) -> Iterator[LabelledClip | str]:
    for number in (1, 2):
        for path in sorted((root / f"Bandai-Namco-Research-Motiondataset-{number}" / "data").glob("*.bvh")):
            _, content, style, _ = path.stem.split("_")
            sequence = _read(path, format="bvh")
            if isinstance(sequence, str):
                yield sequence
                continue
            train = style not in BANDAI_TEST_STYLES
            yield LabelledClip(f"bandai_namco_{number}", sequence, content.replace("-", " "), train)
