"""Test sets: clips from rows of a dataset, or synthetic clips with known truth."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..batch.faults import described, is_clips_fault
from ..data.opening import load_splits
from ..data.protocols import Protocol, get_protocol, protocols_of
from ..data.schema import decode, plain_row, row_keys
from ..model.skeleton import SkeletonSequence
from ..synthetic import (
    ACTIONS,
    INTERACTIONS,
    SYNTHETIC,
    SYNTHETIC_LAYOUTS,
    MotionOptions,
    MotionTruth,
    find_action,
    generate_with_truth,
)

# A seed that training draws by no more than chance: `training.synthetic_clips` draws one of 2^62 for each clip.
HELD_OUT_SEED = 10**12
# The parts of the list that the bundled weights were trained on: captions and questions are tested on these actions, so that a test
# stays what it was. All actions, when weights have learned them.
_TAUGHT = {
    "contact", "exercise", "face", "work", "throws", "fights", "gestures", "jumps", "meeting", "objects", "postures", "travel", "waves",
}  # fmt: skip
NEWER_ACTIONS = tuple(name for name in (*ACTIONS, *INTERACTIONS) if find_action(name).group not in _TAUGHT)
TESTED_ACTIONS = tuple(name for name in (*ACTIONS, *INTERACTIONS) if name not in NEWER_ACTIONS)
_COMPOSITE = 10  # of so many synthetic clips one shows two actions, one after the other: "what first?"


@dataclass(frozen=True)
class TestClip:
    """A clip to test with, and what is known about it.

    Args:
        id: unique within its dataset.
        dataset: name of the dataset.
        sequence: the clip.
        label: the right one, or None.
        truth: of synthetic clips, the facts that the generator knows.
    """

    __test__ = False  # no test class, whatever pytest makes of the name

    id: str
    dataset: str
    sequence: SkeletonSequence
    label: str | None
    truth: MotionTruth | None = None

    @property
    def people(self) -> int:
        return int(self.sequence.people_present.sum())

    @property
    def content(self) -> int:
        """A checksum of joints and masks: tells whether an earlier answer was about the same clip."""
        return zlib.crc32(self.sequence.joints.tobytes(), zlib.crc32(self.sequence.mask.tobytes()))


@dataclass(frozen=True)
class TestSet:
    """Clips and the labels to choose among.

    Args:
        dataset: its name.
        protocol: the rule that says which clips are tested; None for synthetic ones.
        clips: in a fixed order.
        candidates: sorted.
        total: clips before a limit took every n-th.
        unreadable: (id, error) of rows that are no clip.
    """

    __test__ = False

    dataset: str
    protocol: Protocol | None
    clips: tuple[TestClip, ...]
    candidates: tuple[str, ...]
    total: int
    unreadable: tuple[tuple[str, str], ...] = ()


def load_test(
    source: str | os.PathLike[str],
    protocol: str | Protocol | None = None,
    *,
    most: int | None = None,
    revision: str | None = None,
) -> TestSet:
    """The test clips of a dataset of our schema.

    Args:
        source: a folder, "USER/NAME" on the Hub, or "synthetic".
        protocol: its name or a protocol of your own; None: the dataset's first.
        most: at most that many clips, evenly spread over the dataset's order; None: all (of "synthetic": 300).
        revision: branch, tag or commit on the Hub.

    Raises:
        ValueError: no such dataset or protocol, no test clips, `most` below 1.
    """
    if most is not None and most < 1:
        raise ValueError(f"most: expected at least 1, got {most}")
    if os.fspath(source) == SYNTHETIC:
        if protocol is not None:
            raise ValueError(f"protocol: {SYNTHETIC} clips have none, got {protocol!r}")
        return synthetic_test(most or 300)
    from ..data.opening import open_dataset

    rows = open_dataset(source, "test", protocol=protocol, revision=revision)
    dataset = str(rows[0]["dataset"])
    if protocol is None:
        protocol = protocols_of(dataset)[0]
    elif isinstance(protocol, str):
        protocol = get_protocol(dataset, protocol)
    labels = set(rows.unique("label"))
    if protocol.test.get("label") is None:  # candidates are the dataset's labels, also those of which no clip is tested
        labels |= _all_labels(source, revision)
    return from_rows(rows, protocol, labels, most)


def from_rows(
    rows: Iterable[Mapping[str, Any]],
    protocol: Protocol | None = None,
    labels: Iterable[str | None] | None = None,
    most: int | None = None,
) -> TestSet:
    """Rows of our schema, as `open_dataset` gives them, as test clips.

    Args:
        rows: those that are tested.
        protocol: by which they were chosen; says which labels are candidates.
        labels: all labels of the dataset; None: those of the rows.
        most: as in `load_test`.

    Raises:
        ValueError: no rows, or none that can be read.
    """
    table: Any = rows if hasattr(rows, "__getitem__") else list(rows)
    total = len(table)
    if total == 0:
        raise ValueError("rows: expected clips to test, got none")
    chosen = range(total) if most is None or most >= total else [number * total // most for number in range(most)]
    clips, unreadable = [], []
    for number in chosen:
        id = f"row {number}"
        try:
            row = plain_row(table[number])
            id = str(row["id"])
            clips.append(TestClip(id, str(row["dataset"]), decode(row), row_keys(row).get("label")))
        except Exception as error:
            if not is_clips_fault(error):
                raise
            unreadable.append((id, described(error)))
    if not clips:
        raise ValueError(f"rows: expected clips to test, got {len(unreadable)} that cannot be read: {unreadable[0][1]}")
    labels = [clip.label for clip in clips] if labels is None else labels
    names = {str(label) for label in labels if label is not None}
    candidates = protocol.candidates(names) if protocol is not None else sorted(names)
    return TestSet(clips[0].dataset, protocol, tuple(clips), tuple(candidates), total, tuple(unreadable))


def synthetic_test(
    count: int,
    seed: int = HELD_OUT_SEED,
    options: MotionOptions | None = None,
    actions: Sequence[str] = TESTED_ACTIONS,
) -> TestSet:
    """Synthetic clips, all these actions by turns in four layouts; every tenth shows two of them one after the other.

    Candidates are all of them; clips of two actions have no label among them.
    """
    options = options or MotionOptions(viewer=False)  # processors may turn clips: nothing is said of the picture
    names = list(actions)
    clips = []
    single = 0
    for number in range(count):
        both = number % _COMPOSITE == _COMPOSITE - 1
        # A step that shares no factor with their number visits all actions before any comes again.
        name = _two(names, seed + number) if both else names[single * _step(len(names)) % len(names)]
        single += not both
        layout = SYNTHETIC_LAYOUTS[number % len(SYNTHETIC_LAYOUTS)]
        sequence, truth = generate_with_truth(name, layout=layout, seed=seed + number, options=options)
        clips.append(TestClip(sequence.source, SYNTHETIC, sequence, None if both else sequence.label, truth))
    return TestSet(SYNTHETIC, None, tuple(clips), tuple(sorted(names)), count)


def _two(names: Sequence[str], seed: int) -> str:
    """Two actions that one person can do one after the other, in words of the generator."""
    random = np.random.default_rng(seed)
    known = [find_action(name) for name in names]
    first = [info for info in known if info.people == 1 and info.start == info.end == "standing"]
    one = first[int(random.integers(len(first)))]
    second = [info for info in known if info.people == 1 and info.start == "standing" and info.kind != one.kind]
    return f"{one.name} then {second[int(random.integers(len(second)))].name}"


def _step(count: int) -> int:
    return next(step for step in range(count * 5 // 13, count) if math.gcd(step, count) == 1) if count > 2 else 1


def _all_labels(source: str | os.PathLike[str], revision: str | None) -> set[str]:
    splits = load_splits(source, revision=revision)
    return {label for rows in splits.values() for label in rows.unique("label")}
