"""Limits of a request, of the server and of the page, checked before work starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class Refused(ValueError):
    """A request beyond the limits, or one that makes no sense. Its message is for who sent it: what was expected."""


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

    # What is wrong with a request, in the words of who sends it: a program here, a visitor of the page there.
    WORDS: ClassVar[Mapping[str, str]] = {
        "fewer people": "Keep the most active.",
        "no label": "labels: expected at least one, got none",
        "empty label": "labels: expected a text each, got an empty one as number {number}",
        "many labels": "labels: expected at most {most}, got {count:,}",
        "long label": "labels: expected at most {most} characters each, got {count:,}: {text}...",
        "repeated label": "labels: expected each once, repeated: {names}",
        "no text": "{what}: expected some text, got none",
        "long text": "{what}: expected at most {most} characters, got {count:,}",
    }

    def refused(self, problem: str, **values: object) -> Refused:
        """The error of a problem, a key of `WORDS`, with the values that its text names."""
        return Refused(self.WORDS[problem].format(**values))

    def check_clip(self, clip: Any, name: str) -> None:
        """Refused: a clip that the page would take too long to draw or to read."""
        frames, people, joints = clip.mask.shape
        for what, count, most, advice in (
            ("frames", frames, self.frames, "Cut it, or lower its frame rate."),
            ("people", people, self.people, self.WORDS["fewer people"]),
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
        """Labels as a list, or from a text field: one a line, or separated by commas, empty lines left out.

        Refused: none, an empty one in a list, too many, too long, repeated.
        """
        if isinstance(text, str):
            text = [part for part in text.replace(",", "\n").splitlines() if part.strip()]
        labels = [" ".join(part.split()) for part in text]
        if not labels:
            raise self.refused("no label")
        if "" in labels:
            raise self.refused("empty label", number=labels.index("") + 1)
        if len(labels) > self.labels:
            raise self.refused("many labels", most=self.labels, count=len(labels))
        if long := next((label for label in labels if len(label) > self.label_chars), None):
            raise self.refused("long label", most=self.label_chars, count=len(long), text=long[:40])
        if repeated := sorted({label for label in labels if labels.count(label) > 1}):
            raise self.refused("repeated label", names=", ".join(repeated[:5]))
        return labels

    def question_of(self, text: str, what: str = "question") -> str:
        """The question without spaces around it. Refused: nothing, or too much."""
        text = (text or "").strip()
        if not text:
            raise self.refused("no text", what=what)
        if len(text) > self.question_chars:
            raise self.refused("long text", what=what, most=self.question_chars, count=len(text))
        return text
