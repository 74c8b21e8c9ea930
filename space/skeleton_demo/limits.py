"""Limits of the page's requests, checked before work starts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from skeletonllm_hf.serving.limits import Refused, RequestLimits

MIB = 2**20
# (lowest, highest, step) of the page's sliders
TOP_K = (1, 20, 1)
WINDOW = (1, 10, 0.5)  # seconds
STRIDE = (0.5, 10, 0.5)  # seconds
DROPOUT = (0, 0.8, 0.05)
NOISE = (0, 0.2, 0.01)  # metres


@dataclass(frozen=True)
class Limits(RequestLimits):
    """The bounds of a public page on two CPU cores; whoever starts the app may change them. Those of a request come first.

    Args:
        upload_bytes: of one file. Five minutes of two Kinect bodies as NTU text are 13 MB.
        upload_files: dropped at once.
        video_seconds, video_pixels: of one video, and of each of its frames (width times height): a pose estimator looks at it.
        text_chars: of pasted JSON.
        tabs: whose clips are kept in memory; the tab that was used longest ago loses its clip first.
        actions: joined to one synthetic clip.
        windows: of one long clip.
        request_seconds: work on one request; then it stops and says so.
        at_once: requests that are worked on at the same time.
        waiting_each: requests that one browser tab may have open, waiting or in work.
        waiting_address: the same for one network address, behind which may be a school.
        waiting_mcp: the same for all visitors over MCP together, each address of which may have `waiting_each`.
        body_bytes: of one request that is no upload.
        keep_seconds: how long uploads and results stay on disk.
        upload_each, upload_all: bytes that one address, and all of them, may upload within that time.
        disk: bytes of everything that lies there, results too.
    """

    WORDS: ClassVar[Mapping[str, str]] = {
        "fewer people": "Keep fewer: see Options.",
        "no label": "Name at least one label: what could the clip show? One a line.",
        "empty label": "Label number {number} is empty: fill it in, or leave it out.",
        "many labels": "At most {most} labels, got {count:,}.",
        "long label": "At most {most} characters a label; too long: {text}...",
        "repeated label": "Each label once, please; repeated: {names}.",
        "no text": "Type a {what} first.",
        "long text": "At most {most} characters for a {what}, got {count:,}.",
    }

    upload_bytes: int = 20 * MIB
    upload_files: int = 8
    video_seconds: float = 20.0
    video_pixels: int = 1920 * 1088
    text_chars: int = 2_000_000
    tabs: int = 100
    actions: int = 100
    windows: int = 700
    request_seconds: float = 120.0
    at_once: int = 2
    waiting_each: int = 4
    waiting_address: int = 16
    waiting_mcp: int = 8
    body_bytes: int = 3 * MIB
    keep_seconds: float = 1800.0
    upload_each: int = 200 * MIB
    upload_all: int = 2000 * MIB
    disk: int = 4000 * MIB

    def check_file(self, path: str | Path, name: str) -> None:
        """Refused: a file that is too large, before a byte of it is read."""
        size, most = Path(path).stat().st_size / MIB, self.upload_bytes / MIB
        if size > most:
            raise Refused(
                f"{name}: at most {most:.0f} MB a file, this one has {size:.1f} MB. Cut the recording into clips."
            )

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

    def check(self) -> None:
        """Refused, once the time is over."""
        if time.monotonic() > self.end:
            raise Refused(f"Stopped: this took longer than the {self.seconds:.0f} s that one request may take here.")
