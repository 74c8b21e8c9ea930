"""The real clips that nano learns from: the public datasets as their authors pack them, divided by their first protocol."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..data.protocols import protocols_of
from ..data.source import Skipped
from ..data.sources import get_source
from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError

DATASETS = ("msr_action3d", "utkinect", "sbu", "bandai_namco_1", "bandai_namco_2")


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
    clips, problems, missing = [], [], []
    for name in DATASETS:
        source, protocol = get_source(name), protocols_of(name)[0]
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
                train = protocol.part(file.split_keys(label)) == "train"
                clips.append(LabelledClip(name, item.sequence, label, train))
    if not clips:
        raise FileNotFoundError("\n".join(missing))
    return clips, problems
