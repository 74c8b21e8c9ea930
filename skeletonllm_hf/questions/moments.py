"""Questions about a part of a clip: "between 5 and 8 seconds", "at 0:05", "in the first half"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..nouns import number_of
from .about import fact_of_question
from .kinds import Kind, kind_of, plain
from .wordings import load_wordings

AROUND = 1.0  # seconds before and after a moment that are looked at
_NUMBER = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:\.\d{1,6})?)(?P<unit>s|sec|secs)?")


@dataclass(frozen=True)
class Moment:
    """A question about a part of a clip.

    Args:
        question: what is asked of the part.
        start, end: seconds; `start` may lie behind the end of the clip.
    """

    question: str
    start: float
    end: float


def moment_of(question: str, seconds: float) -> Moment | None:
    """The part of a clip of so many seconds that a question is about; None: all of it.

    Args:
        question: free text.
        seconds: of the clip.
    """
    words, numbers = [], []
    for word in plain(question).split():
        number, has_unit = _number(word)
        numbers += [] if number is None else [(number, word)]
        words += [word] if number is None else ["@", "s"] if has_unit else ["@"]
    text = " ".join(words)
    if (found := load_wordings().find("moment", text)) is None:
        return None
    rest = found.fields["rest"]
    if found.entry == "middle" and (kind_of(rest) is Kind.PERSON or fact_of_question(question)):
        return None  # somebody in the middle; a pause in between
    own, first = rest.split().count("@"), text.startswith(rest)
    inside = [word for _, word in (numbers[:own] if first else numbers[len(numbers) - own :])]
    times = [number for number, _ in (numbers[own:] if first else numbers[: len(numbers) - own])]
    start, end = _span(found.entry, times, seconds)
    pieces = rest.split("@")
    rest = "".join(piece + word for piece, word in zip(pieces, [*inside, ""], strict=True))
    return Moment(rest + "?" * question.rstrip().endswith("?"), max(start, 0.0), min(end, seconds))


def _number(word: str) -> tuple[float | None, bool]:
    """(seconds that a word gives or None, whether it says that they are seconds)."""
    if (named := number_of(word)) is not None:
        return float(named), False
    found = _NUMBER.fullmatch(word)
    if found is None:
        return None, False
    return 60 * int(found["minutes"] or 0) + float(found["seconds"]), bool(found["minutes"] or found["unit"])


def _span(entry: str, times: list[float], seconds: float) -> tuple[float, float]:
    """(start, end) seconds of an entry of the group "moment"."""
    time = times[0] if times else 1.0  # "the first second"
    return {
        "between": (min(times, default=0.0), max(times, default=0.0)),
        "from": (time, seconds),
        "until": (0.0, time),
        "first": (0.0, time),
        "last": (seconds - time, seconds),
        "at": (time - AROUND if time <= seconds else time, time + AROUND),
        "first half": (0.0, seconds / 2),
        "second half": (seconds / 2, seconds),
        "middle": (seconds / 3, 2 * seconds / 3),
    }[entry]
