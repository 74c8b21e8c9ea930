"""Limits of a request, of the server and of the page, checked before work starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Refused(ValueError):
    """A request beyond the limits, or one that makes no sense. Its message is for the visitor: what to do instead."""


@dataclass(frozen=True)
class RequestLimits:
    """The bounds of one request on two CPU cores.

    Args:
        frames, seconds, people, joints: of one clip. A 5-minute clip at 60 frames a second has 18,000 frames.
        values: frames x people x joints of one clip: 13 MB of memory at most.
        labels, label_chars: candidates of one recognition.
        question_chars, turns: of one conversation.
        answer_tokens: length of one answer.
        waiting: requests that may wait, in all; more are told that the server is busy.
        body_seconds: without news from a sender in the middle of a request; and for the whole of a small one.
        body_rate: bytes a second that a large request must come at, on average.
        body_bytes: of one request.
    """

    frames: int = 20_000
    seconds: float = 660.0
    people: int = 6
    joints: int = 200
    values: int = 1_000_000
    labels: int = 250
    label_chars: int = 80
    question_chars: int = 400
    turns: int = 6
    answer_tokens: int = 96
    waiting: int = 24
    body_seconds: float = 20.0
    body_rate: float = 20_000.0
    body_bytes: int = 28 * 2**20

    def check_clip(self, clip: Any, name: str) -> None:
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
            longest, minutes = self.seconds / 60, clip.seconds / 60
            raise Refused(f"{name}: at most {longest:.0f} minutes, this clip has {minutes:.1f}. Cut it into clips.")
        if clip.mask.size > self.values:
            size = f"{frames:,} frames of {people} people with {joints} joints"
            raise Refused(f"{name}: {size} are too many together. Cut it into clips.")

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
