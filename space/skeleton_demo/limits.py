"""What one visitor may ask of the machine: every bound stands here, and is checked before work starts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20
# (lowest, highest, step) of the page's sliders
TOP_K = (1, 20, 1)
WINDOW = (1, 10, 0.5)  # seconds
STRIDE = (0.5, 10, 0.5)  # seconds
DROPOUT = (0, 0.8, 0.05)
NOISE = (0, 0.2, 0.01)  # metres


class Refused(ValueError):
    """A request beyond the limits, or one that makes no sense. Its message is for the visitor: what to do instead."""


@dataclass(frozen=True)
class Limits:
    """The bounds of a public page on two CPU cores; whoever starts the app may change them.

    Args:
        upload_bytes: of one file. Five minutes of two Kinect bodies as NTU text are 13 MB.
        upload_files: dropped at once.
        video_seconds, video_pixels: of one video, and of each of its frames (width times height): a pose estimator looks at it.
        text_chars: of pasted JSON.
        frames, seconds, people, joints: of one clip. A 5-minute clip at 60 frames a second has 18,000 frames.
        values: frames x people x joints of everything in one tab: 13 MB of memory at most.
        tabs: whose clips are kept in memory; the tab that was used longest ago loses its clip first.
        labels, label_chars: candidates of one recognition.
        question_chars, turns: of one conversation; older turns are forgotten.
        answer_tokens: length of one answer.
        actions: joined to one synthetic clip.
        windows: of one long clip.
        request_seconds: work on one request; then it stops and says so.
        at_once: requests that are worked on at the same time.
        waiting: requests that may wait, in all; more are told that the page is busy.
        waiting_each: requests that one browser tab may have open, waiting or in work.
        waiting_address: the same for one network address, behind which may be a school.
        waiting_mcp: the same for all visitors over MCP together, each address of which may have `waiting_each`.
        body_bytes: of one request that is no upload.
        body_seconds: without news from a sender in the middle of a request; and for the whole of a small one.
        body_rate: bytes a second that a large request must come at, on average.
        keep_seconds: how long uploads and results stay on disk.
        upload_each, upload_all: bytes that one address, and all of them, may upload within that time.
        disk: bytes of everything that lies there, results too.
    """

    upload_bytes: int = 20 * MIB
    upload_files: int = 8
    video_seconds: float = 20.0
    video_pixels: int = 1920 * 1088
    text_chars: int = 2_000_000
    frames: int = 20_000
    seconds: float = 660.0
    people: int = 6
    joints: int = 200
    values: int = 1_000_000
    tabs: int = 100
    labels: int = 250
    label_chars: int = 80
    question_chars: int = 400
    turns: int = 6
    answer_tokens: int = 96
    actions: int = 100
    windows: int = 700
    request_seconds: float = 120.0
    at_once: int = 2
    waiting: int = 24
    waiting_each: int = 4
    waiting_address: int = 16
    waiting_mcp: int = 8
    body_bytes: int = 3 * MIB
    body_seconds: float = 20.0
    body_rate: float = 20_000.0
    keep_seconds: float = 1800.0
    upload_each: int = 200 * MIB
    upload_all: int = 2000 * MIB
    disk: int = 4000 * MIB

    def check_file(self, path: str | Path, name: str) -> None:
        """Refused: a file that is too large, before a byte of it is read."""
        size = Path(path).stat().st_size
        if size > self.upload_bytes:
            raise Refused(
                f"{name}: at most {self.upload_bytes / MIB:.0f} MB a file, this one has {size / MIB:.1f} MB. Cut the recording into clips."
            )

    def check_files(self, count: int) -> None:
        if count > self.upload_files:
            raise Refused(f"At most {self.upload_files} files at once, got {count}.")

    def check_clip(self, clip, name: str) -> None:
        """Refused: a clip that the page would take too long to draw or to read."""
        frames, people, joints = clip.mask.shape
        for what, count, most, advice in (
            ("frames", frames, self.frames, "Cut it, or lower its frame rate."),
            ("people", people, self.people, "Keep fewer: see Options."),
            ("joints a person", joints, self.joints, "Convert it to a smaller layout."),
        ):
            if count > most:
                raise Refused(f"{name}: at most {most:,} {what}, this clip has {count:,}. {advice}")
        if clip.seconds > self.seconds:
            raise Refused(
                f"{name}: at most {self.seconds / 60:.0f} minutes, this clip has {clip.seconds / 60:.1f}. Cut it into clips."
            )
        if clip.mask.size > self.values:
            raise Refused(
                f"{name}: {frames:,} frames of {people} people with {joints} joints are too many together. Cut it into clips."
            )

    def labels_of(self, text: str | Sequence[str]) -> list[str]:
        """Labels from a text field: one a line, or separated by commas. Refused: none, too many, too long, repeated."""
        parts = text.replace(",", "\n").splitlines() if isinstance(text, str) else list(text)
        labels = [" ".join(part.split()) for part in parts if part.strip()]
        if not labels:
            raise Refused("Name at least one label: what could the clip show? One a line.")
        if len(labels) > self.labels:
            raise Refused(f"At most {self.labels} labels, got {len(labels)}.")
        if long := next((label for label in labels if len(label) > self.label_chars), None):
            raise Refused(f"At most {self.label_chars} characters a label; too long: {long[:40]}...")
        if repeated := sorted({label for label in labels if labels.count(label) > 1}):
            raise Refused(f"Each label once, please; repeated: {', '.join(repeated[:5])}.")
        return labels

    def question_of(self, text: str, what: str = "question") -> str:
        """The question without spaces around it. Refused: nothing, or too much."""
        text = (text or "").strip()
        if not text:
            raise Refused(f"Type a {what} first.")
        if len(text) > self.question_chars:
            raise Refused(f"At most {self.question_chars} characters for a {what}, got {len(text):,}.")
        return text

    def number_of(self, text: str | float, what: str, lowest: float, highest: float, whole: bool = False) -> float:
        """The number that a text or a field holds. Refused: none, or one out of range."""
        try:
            number = float(text)
        except (TypeError, ValueError):
            number = float("nan")
        if not lowest <= number <= highest or (whole and number != int(number)):
            kind = "whole number" if whole else "number"
            raise Refused(f"{what}: a {kind} from {lowest:g} to {highest:g}.")
        return int(number) if whole else number

    def deadline(self) -> Deadline:
        return Deadline(self.request_seconds)


class Deadline:
    """The end of one request's time."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() > self.end

    def check(self) -> None:
        """Refused, once the time is over."""
        if self.passed:
            raise Refused(f"Stopped: this took longer than the {self.seconds:.0f} s that one request may take here.")
