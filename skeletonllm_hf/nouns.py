"""Numbers in words, and with their nouns."""

from __future__ import annotations

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def number_word(count: int) -> str:
    """3 -> "three"."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def number_of(word: str) -> int | None:
    """ "three" -> 3; None of what is no such word."""
    return _NUMBERS.index(word) if word in _NUMBERS[1:] else None


def times_word(count: int) -> str:
    """1, 2, 3 -> "once", "twice", "three times"."""
    return {1: "once", 2: "twice"}.get(count, f"{number_word(count)} times")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number and what it counts: `counted(1, "clip")` -> "1 clip", `counted(1200, "clip")` -> "1,200 clips".

    Args:
        number: how many.
        noun: of one, with all that changes with it: "file", "file is".
        plural: of none or several; None: `noun` with an s.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def ordinal(number: int) -> str:
    """2 -> "second", 13 -> "13th"."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    teens = number % 100 // 10 == 1
    return f"{number}{'th' if teens else _ENDINGS.get(number % 10, 'th')}"
