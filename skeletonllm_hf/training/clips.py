"""Filmed clips for nano's training: public datasets as their authors pack them, or packed into one file (`packed`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..data.protocols import get_protocol, protocols_of
from ..data.source import Clip, Skipped
from ..data.sources import get_source
from ..describe.label_texts import implied_texts
from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError
from ..transforms import resample
from . import ahead
from .packed import Recording, read_packed
from .texts import Texts, compatible, pending

DATASETS = (
    "msr_action3d", "utkinect", "sbu", "bandai_namco_1", "bandai_namco_2", "msrc12", "penn_action", "hdm05", "gtu3d", "deepmimic",
    "foerger_walks",
)  # fmt: skip
FASTEST = 30.0  # frames a second: no clip is shown with nearly as many, and 120 of them take four times the memory


@dataclass(frozen=True)
class LabelledClip:
    """A clip and what its dataset's protocol does with it.

    Args:
        dataset: where it comes from.
        sequence: the clip.
        label: its action.
        part: "train", "validation", "test", or None where the protocol does not use it.
        candidate: whether its label is one to choose from in the test.
        keys: what protocols go by: label, subject, split, ...
    """

    dataset: str
    sequence: SkeletonSequence
    label: str
    part: str | None
    candidate: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def train(self) -> bool:
        return self.part == "train"


def data_path(text: str) -> Path:
    """For argparse: --data, before anything else is read."""
    if not (path := Path(text)).exists():
        raise argparse.ArgumentTypeError(f"{text}: expected the datasets' folder or a packed file, found nothing there")
    return path


def load_clips(root: Path, protocols: Mapping[str, str] | None = None) -> tuple[list[LabelledClip], list[str]]:
    """All clips of the datasets found under `root`, and what could not be read, with the reason.

    Folders as the authors pack them: `real_world_coordinates/` (MSR-Action3D), `joints/` with `actionLabel.txt`
    (UTKinect), `SBU/`, `Bandai-Namco-Research-Motiondataset-{1,2}/data/`, and with a `labels.csv` each `msrc12/`,
    `penn_action/`, `hdm05/`, `gtu3d/`, `deepmimic/`, `foerger_walks/`. What is faster than 30 frames a second is resampled.

    Args:
        root: the folder, or a file that `python -m skeletonllm_hf.training.pack` wrote.
        protocols: dataset -> name of its protocol; without an entry, its first.

    Raises:
        FileNotFoundError: none of them is there.
        ValueError: a protocol that the dataset does not have, or a file that was not packed.
    """
    recordings, problems = read_packed(root) if root.is_file() else read_datasets(root)
    chosen = {}
    for name in DATASETS:
        given = (protocols or {}).get(name)
        chosen[name] = protocols_of(name)[0] if given is None else get_protocol(name, given)
    clips = []
    for dataset, sequence, keys in recordings:
        protocol = chosen[dataset]
        label: Any = sequence.label
        clips.append(
            LabelledClip(dataset, sequence, label, protocol.part(keys), bool(protocol.candidates([label])), keys)
        )
    return clips, problems


def read_datasets(root: Path) -> tuple[list[Recording], list[str]]:
    """The clips of the datasets found under `root`, no protocol applied, and what could not be read. FileNotFoundError: none."""
    recordings, problems, missing = [], [], []
    for name in DATASETS:
        source = get_source(name)
        try:
            plan = source.plan(root)
        except FileNotFoundError as error:
            missing.append(str(error))
            continue
        for file in plan.files:
            for item in _read(source, plan.base, file):
                if isinstance(item, Skipped):
                    problems.append(f"{name}: {item.source}: {item.reason}")
                else:
                    recordings.append(Recording(name, _slow(item.sequence), file.split_keys(item.sequence.label)))
    if not recordings:
        raise FileNotFoundError("\n".join(missing))
    return recordings, problems


def _read(source: Any, base: Path, file: Any) -> Iterator[Clip | Skipped]:
    try:
        yield from source.read(base, file)
    except SkeletonFileError as error:
        yield Skipped.because(file.path, error)


def _slow(sequence: SkeletonSequence) -> SkeletonSequence:
    """At most `FASTEST` frames a second; without joint orientations, which training does not use."""
    sequence = sequence.replace(rotations=None)
    if sequence.fps <= FASTEST:
        return sequence
    note = f"Resampled from {sequence.fps:g} to {FASTEST:g} frames a second."
    return resample(sequence, FASTEST).replace(warnings=(*sequence.warnings, note))


def held_out(clips: Sequence[LabelledClip], dataset: str) -> tuple[list[LabelledClip], list[str]]:
    """A dataset's test clips, and the labels to choose from."""
    own = [clip for clip in clips if clip.dataset == dataset]
    return [clip for clip in own if clip.part == "test"], sorted({clip.label for clip in own if clip.candidate})


class FilmedClips:
    """The clips of one dataset as a source of training clips, with the texts that their labels imply.

    Args:
        name: of the dataset.
        clips: canonical and turned to the viewer.
    """

    faces_viewer = True

    def __init__(self, name: str, clips: Sequence[LabelledClip]):
        self.name, self.clips = name, clips
        self.labels = tuple(sorted({clip.label for clip in clips}))
        self.texts = [pending(name, clip.label) for clip in clips]
        self._implied = lru_cache(None)(self._imply)
        self._ready: list[Any] = []

    def prepare(self, workers: int) -> None:
        """Finds the implied texts of all clips by so many processes; nothing else changes."""
        if workers > 1 and not self._ready:
            self._ready = ahead.each(self._imply, len(self), workers)

    def __len__(self) -> int:
        return len(self.clips)

    def clip(self, number: int) -> tuple[SkeletonSequence, Texts]:
        """A clip and its texts: its own captions, or else those that its label implies, and implied questions."""
        clip = self.clips[number]
        captions, questions = self._ready[number] if self._ready else self._implied(number)
        captions = clip.sequence.captions or captions
        return clip.sequence, Texts(f"{self.name}/{number}", clip.label, captions, questions)

    def wrong(self, texts: Texts, generator: np.random.Generator) -> list[str]:
        """The labels that cannot be true beside the clip's own."""
        return [label for label in self.labels if texts.label is None or not compatible(label, texts.label)]

    def _imply(self, number: int) -> Any:
        return implied_texts(self.clips[number].sequence, self.clips[number].label)
