"""Numbers with their nouns, in messages."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number and what it counts: `counted(1, "clip")` -> "1 clip", `counted(1200, "clip")` -> "1,200 clips".

    Args:
        number: how many.
        noun: of one, with all that changes with it: "file", "file is".
        plural: of none or several; None: `noun` with an s.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
