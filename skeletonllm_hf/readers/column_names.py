"""What a column's name says: `nose_x` is the x of `nose`. From the ends inwards, never by search: names come from strangers."""

from __future__ import annotations

_BETWEEN = "_./:-"  # and every blank
_PLACE_WORDS = ("position", "coord", "pos")
_SCORE_WORDS = ("visibility", "confidence", "likelihood", "presence", "score", "conf", "c", "v", "p")


def axis_of(name: str) -> tuple[str, str] | None:
    """(joint, axis) of `nose_x`, `nose.X`, `nose/pos/x` or `x_nose`; None for other names."""
    last, first = name[-1:].lower(), name[:1].lower()
    if last in ("x", "y", "z"):
        rest = name[:-1]
        stem = _without_end(rest)
        word = next((word for word in _PLACE_WORDS if stem[-len(word) :].lower() == word), None)
        joint = None if word is None else _before(stem[: -len(word)])
        joint = joint or _before(rest)
        if joint:
            return joint, last
    if first in ("x", "y", "z"):
        joint = _without_start(name[1:])
        if joint and len(joint) < len(name) - 1:
            return joint, first
    return None


def scored_joint(name: str) -> str | None:
    """`nose` of `nose_visibility`, `nose.confidence`, `nose_c`; None for other names."""
    word = next((word for word in _SCORE_WORDS if name[-len(word) :].lower() == word), None)
    return None if word is None else _before(name[: -len(word)])


def _before(text: str) -> str | None:
    """What stands before the separators at the end; None where there are none, or nothing before them."""
    stem = _without_end(text)
    return stem if stem and len(stem) < len(text) else None


def _without_end(text: str) -> str:
    end = len(text)
    while end and (text[end - 1] in _BETWEEN or text[end - 1].isspace()):
        end -= 1
    return text[:end]


def _without_start(text: str) -> str:
    start = 0
    while start < len(text) and (text[start] in _BETWEEN or text[start].isspace()):
        start += 1
    return text[start:]
