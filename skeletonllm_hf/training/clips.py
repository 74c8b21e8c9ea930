"""The real clips that nano learns from: the public datasets as their authors pack them, divided by their first protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data.protocols import get_protocol, protocols_of
from ..data.source import Skipped
from ..data.sources import get_source
from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError

DATASETS = ("msr_action3d", "utkinect", "sbu", "bandai_namco_1", "bandai_namco_2")


@dataclass(frozen=True)
class LabelledClip:
    """A clip and what its dataset's protocol does with it.

    Args:
        dataset: where it comes from.
        sequence: the clip.
        label: its action.
        part: "train", "test", or None where the protocol does not use it.
        candidate: whether its label is one to choose from in the test.
    """

    dataset: str
    sequence: SkeletonSequence
    label: str
    part: str | None
    candidate: bool = True

    @property
    def train(self) -> bool:
        return self.part == "train"


def load_clips(root: Path, protocols: Mapping[str, str] | None = None) -> tuple[list[LabelledClip], list[str]]:
    """All clips of the datasets found under `root`, and what could not be read, with the reason.

    Folders as the authors pack them: `real_world_coordinates/` (MSR-Action3D), `joints/` with
    `actionLabel.txt` (UTKinect), `SBU/`, `Bandai-Namco-Research-Motiondataset-{1,2}/data/`.

    Args:
        root: the folder.
        protocols: dataset -> name of its protocol; without an entry, its first.

    Raises:
        FileNotFoundError: none of them is there.
        KeyError, ValueError: a protocol that the dataset does not have.
    """
    clips, problems, missing = [], [], []
    for name in DATASETS:
        source = get_source(name)
        asked = (protocols or {}).get(name)
        protocol = protocols_of(name)[0] if asked is None else get_protocol(name, asked)
        try:
            plan = source.plan(root)
        except FileNotFoundError as error:
            missing.append(str(error))
            continue
        for file in plan.files:
            try:
                items = list(source.read(plan.base, file))
            except SkeletonFileError as error:
                items = [Skipped.because(file.path, error)]
            for item in items:
                if isinstance(item, Skipped):
                    problems.append(f"{name}: {item.source}: {item.reason}")
                    continue
                label = item.sequence.label
                part = protocol.part(file.split_keys(label))
                clips.append(LabelledClip(name, item.sequence, label, part, bool(protocol.candidates([label]))))
    if not clips:
        raise FileNotFoundError("\n".join(missing))
    return clips, problems


def held_out(clips: Sequence[LabelledClip], dataset: str) -> tuple[list[LabelledClip], list[str]]:
    """A dataset's test clips, and the labels to choose from."""
    own = [clip for clip in clips if clip.dataset == dataset]
    return [clip for clip in own if clip.part == "test"], sorted({clip.label for clip in own if clip.candidate})
