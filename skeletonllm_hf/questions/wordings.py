"""Reads `data/wordings.txt`, which says how questions are worded, and compares questions with it. The file's head describes its form."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..lexicon import stems

FILE = Path(__file__).parent / "data" / "wordings.txt"
MOST_WORDS = 60  # of a question: what stands behind them is not compared
_TOKEN = re.compile(r"\.{3}|<(?P<field>\w+)>|\{(?P<list>[\w ]+)\}|[][()|]|[^\s\[\]()|<>{}]+")
_ANY = r"(?:\S+ )+?"
_SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "...": r"(?:\S+ )*?"}


@dataclass(frozen=True)
class Found:
    """A wording that words have: the entry's name, and the words of its fields."""

    entry: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Wordings:
    """Group -> (entry, pattern of stems, each followed by a space), in the order of the file."""

    groups: Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]

    def find(self, group: str, words: str) -> Found | None:
        """The first entry of a group that all the words together are."""
        for entry, pattern in self.groups[group]:
            if (found := self._match(pattern, words, whole=True)) is not None:
                return Found(entry, found)
        return None

    def named_in(self, group: str, words: str) -> frozenset[str]:
        """The entries of a group of which a wording stands somewhere in the words."""
        return frozenset(
            entry for entry, pattern in self.groups[group] if self._match(pattern, words, whole=False) is not None
        )

    def replaced(self, group: str, words: str) -> str:
        """The words, those that have a wording of a group's entry replaced by the name of the entry."""
        for entry, pattern in self.groups[group]:
            written = words.split()
            text = "".join(f"{stem} " for stem in _stems(tuple(written)))
            if found := re.search(rf"(?<!\S){pattern.pattern}", text):
                first, stop = (text.count(" ", 0, end) for end in found.span())
                words = " ".join([*written[:first], entry, *written[stop:]])
        return words

    @staticmethod
    def _match(pattern: re.Pattern[str], words: str, whole: bool) -> dict[str, str] | None:
        """The fields as they were written, where the words match."""
        written = words.split()[:MOST_WORDS]
        text = "".join(f"{stem} " for stem in _stems(tuple(written)))
        found = pattern.fullmatch(text) if whole else re.search(rf"(?<!\S){pattern.pattern}", text)
        if found is None:
            return None
        spans = {name: found.span(name) for name in found.groupdict() if found[name]}
        return {
            name: " ".join(written[text.count(" ", 0, start) : text.count(" ", 0, end)])
            for name, (start, end) in spans.items()
        }


@functools.lru_cache(maxsize=256)
def _stems(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(stems, words))


@functools.cache
def load_wordings() -> Wordings:
    """The package's file."""
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Wordings:
    """Raises ValueError: a line outside an entry, an unknown list, a bracket that is not closed; the line is named."""
    lists: dict[str, str] = {}
    groups: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    group = entry = ""
    for line in (line for line in text.splitlines() if line and not re.match(r"#(?!#)", line)):
        try:
            if line.startswith("## "):
                group, entry = line[3:], ""
            elif not group:
                name, words = line.split(" = ")
                lists[name] = _pattern(words, lists)
            else:
                entry, wording = (entry, line) if line[0] == " " else line.split(": ")
                if not entry:
                    raise ValueError("no entry before it")
                groups.setdefault(group, []).append((entry, re.compile(_pattern(wording, lists))))
        except (ValueError, KeyError, re.error) as error:
            raise ValueError(f"{FILE.name}: expected what the file's head describes, got {line!r}: {error}") from None
    return Wordings(groups)


def _pattern(wording: str, lists: Mapping[str, str]) -> str:
    """A regular expression for stems, each followed by a space."""

    def piece(token: re.Match[str]) -> str:
        if field := token["field"]:
            return f"(?P<{field}>{lists.get(field, _ANY)})"
        if token["list"]:
            return lists[token["list"]]
        return _SIGNS.get(token[0]) or f"{re.escape(stems(token[0]))} "

    return f"(?:{''.join(map(piece, _TOKEN.finditer(wording)))})"
