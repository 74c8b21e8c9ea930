"""UTKinect-Action (Xia, Chen, Aggarwal 2012), Kinect v1: recordings, and the labelled segments in them.

A recording is text, one line a frame: frame number, then 20 x (x y z) in metres, Y up, Z depth, joints in the
order of the Kinect SDK. `actionLabel.txt` names each recording and lists `action: first last` frame numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from ...model.skeleton import SkeletonSequence
from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.common_rules import finish
from ..source import SkeletonFile

JOINTS = 20
# The dataset's page: "about 15"; the frame numbers, which rise by 2, 4 or 6, keep no steady time (walkers cover
# the same way per row whatever the step is).
FPS = 15.0
_RECORDING = re.compile(r"s\d\d_e\d\d")
_ACTION = re.compile(r"[A-Za-z][A-Za-z ]{0,40}")
_FRAME = re.compile(r"\d{1,9}|nan", re.IGNORECASE)
LABELS = {
    "walk": "walk", "sitDown": "sit down", "standUp": "stand up", "pickUp": "pick up", "carry": "carry",
    "throw": "throw", "push": "push", "pull": "pull", "waveHands": "wave hands", "clapHands": "clap hands",
}  # fmt: skip


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    finite = [row for row in rows or [] if np.isfinite(row[0])]
    if not rows or any(len(row) != 1 + 3 * JOINTS or row[0] != int(max(row[0], 0)) for row in finite):
        return 0.0
    numbers = [row[0] for row in rows]
    return 0.9 if numbers == sorted(numbers) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    recording = UTKinectRecording.read(file)
    return _clip(recording.numbers, recording.joints)


def _clip(numbers: np.ndarray, joints: np.ndarray, label: str | None = None) -> RawClip:
    steps = np.diff(numbers)
    step = float(np.median(steps)) if len(steps) else 1.0
    notes: tuple[str, ...] = ()
    if len(steps) and (gaps := int((steps > 3 * step).sum())):
        notes = (f"{gaps} gaps in the frame numbers: the clip runs on as if there were none.",)
    return RawClip(
        joints, "kinect_v1", fps=FPS, units="metres", up="y", view="z", zero_is_missing=True,
        label=label, notes=notes,
    )  # fmt: skip


@dataclass(frozen=True)
class UTKinectSegment:
    """A line of the label file: `recording` ("s01_e01") from frame number `first` to `last`; both None where it says NaN."""

    recording: str
    label: str
    first: int | None
    last: int | None


def parse_utkinect_labels(label_file: str | PathLike[str]) -> list[UTKinectSegment]:
    """All segments of `actionLabel.txt`, in its order. SkeletonFileError: a line that cannot be understood."""
    labels = SkeletonFile(label_file)
    segments, recording = [], None
    for row, line in enumerate(labels.text().splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        if _RECORDING.fullmatch(line):
            recording = line
            continue
        action, _, numbers = line.partition(":")
        action, ends = action.strip(), numbers.split()
        sound = _ACTION.fullmatch(action) and len(ends) == 2 and all(map(_FRAME.fullmatch, ends))
        if not sound or recording is None:
            raise labels.error("`sSS_eEE` or `action: first last`", repr(line[:60]), position=f"line {row}")
        missing = any(number.lower() == "nan" for number in ends)
        frames = (None, None) if missing else tuple(map(int, ends))
        segments.append(UTKinectSegment(recording, LABELS.get(action, action), *frames))
    return segments


def read_utkinect_segments(
    joints: str | PathLike[str], label_file: str | PathLike[str], options: ReadOptions | None = None
) -> Iterator[SkeletonSequence]:
    """The labelled clips of UTKinect-Action, in the order of the label file.

    Args:
        joints: the folder with `joints_sSS_eEE.txt`, or one such file.
        label_file: `actionLabel.txt`.

    Yields:
        One sequence per segment, `label` set, `source` ending in `#first-last`. Segments the label file
        marks `NaN NaN` (one) or in which no frame was recorded are left out.

    Raises:
        SkeletonFileError: a file that cannot be read, or a label line that cannot be understood.
    """
    options = options or ReadOptions()
    folder = Path(joints)
    chosen = None if folder.is_dir() else folder.name
    opened: str | None = None
    recording: UTKinectRecording | None = None
    for segment in parse_utkinect_labels(label_file):
        name = f"joints_{segment.recording}.txt"
        if chosen not in (None, name):
            continue
        if name != opened:
            recording, opened = UTKinectRecording.read(SkeletonFile(folder if chosen else folder / name)), name
        if recording is not None and recording.inside(segment).any():
            yield recording.clip(segment, options)


@dataclass(frozen=True)
class UTKinectRecording:
    """A recording: its file, frame numbers (frames,) and joints (frames, 1, 20, 3), metres, Y up, Z depth."""

    file: SkeletonFile
    numbers: np.ndarray
    joints: np.ndarray

    @classmethod
    def read(cls, file: SkeletonFile) -> UTKinectRecording:
        """Of a frame written twice the first is kept. SkeletonFileError: a file that is no recording."""
        rows = parse_table(file, file.data, 1 + 3 * JOINTS, what="numbers (frame, 20 x x y z) a line")
        rows = rows[np.unique(rows[:, 0], return_index=True)[1]]
        check_size(file, len(rows), 1, JOINTS)
        return cls(file, rows[:, 0], rows[:, 1:].reshape(-1, 1, JOINTS, 3))

    def inside(self, segment: UTKinectSegment) -> np.ndarray:
        """(frames,) bool: the frames of a segment; none where the label file gives no numbers."""
        if segment.first is None:
            return np.zeros(len(self.numbers), bool)
        return (self.numbers >= segment.first) & (self.numbers <= segment.last)

    def clip(self, segment: UTKinectSegment, options: ReadOptions) -> SkeletonSequence:
        """A segment as a clip. SkeletonFileError: none of its frames was recorded, or nobody is seen in them."""
        inside = self.inside(segment)
        if not inside.any():
            raise self.file.error(f"frames {segment.first} to {segment.last} ({segment.label})", "none of them")
        clip = _clip(self.numbers[inside], self.joints[inside], segment.label)
        sequence = finish(clip, self.file, READER.name, options).sequence
        return sequence.replace(source=f"{self.file.path}#{segment.first}-{segment.last}")


READER = Reader(
    "utkinect", "UTKinect-Action recording",
    "lines of 61 numbers: a rising frame number, then 20 x (x y z)",
    _detect, _read, (".txt",),
)  # fmt: skip
