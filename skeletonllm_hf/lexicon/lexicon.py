"""Reads the lexicon: text files in `data/`, a group of actions each.

An entry is a line with a name and its aliases, then its sentences, indented:

    drink water | drink; drinking; take a sip
      A person lifts one hand to the mouth, tips it back for a moment and lowers it again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_ARTICLES = frozenset({"a", "an", "the", "one's", "ones", "your", "his", "her", "their", "my"})


@dataclass(frozen=True)
class Entry:
    """An action.

    Args:
        name: plain words.
        aliases: other names for it.
        sentences: two to four, about how the body moves.
        group: the file it stands in.
    """

    name: str
    aliases: tuple[str, ...]
    sentences: tuple[str, ...]
    group: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Lexicon:
    """Entries, found by any of their names."""

    entries: tuple[Entry, ...]

    @functools.cached_property
    def _by_name(self) -> dict[str, Entry]:
        """The first entry of each name."""
        return {normalized(name): entry for entry in reversed(self.entries) for name in entry.names}

    def find(self, text: str) -> Entry | None:
        """The entry with that name or alias; case, punctuation and articles do not count."""
        return self._by_name.get(normalized(text))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def normalized(text: str) -> str:
    """Lower case, words alone, without articles and possessives: "Drink_Water" and "drink the water" are the same."""
    words = _NOT_WORDS.sub(" ", text.lower().replace("'", "")).split()
    return " ".join(word for word in words if word not in _ARTICLES) or " ".join(words)


def parse(text: str, group: str) -> list[Entry]:
    """The entries of a file.

    Raises:
        ValueError: a sentence before any name, a name without sentences; the line is named.
    """
    entries: list[Entry] = []
    names: tuple[str, ...] = ()
    sentences: list[str] = []

    def close(line: int) -> None:
        if names and not sentences:
            raise ValueError(f"lexicon/{group}, before line {line}: expected sentences about {names[0]!r}, got none")
        if names:
            entries.append(Entry(names[0], names[1:], tuple(sentences), group))

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not names:
                raise ValueError(f"lexicon/{group}, line {number}: expected a name first, got {line.strip()!r}")
            sentences.append(line.strip())
        else:
            close(number)
            name, _, aliases = line.partition("|")
            names = (name.strip(), *(alias.strip() for alias in aliases.split(";") if alias.strip()))
            sentences = []
    close(-1)
    return entries


@functools.cache
def load_lexicon(folder: Path = FOLDER) -> Lexicon:
    """All entries of a folder's `*.txt`, file by file; by default those of the package."""
    files = sorted(folder.glob("*.txt"))
    return Lexicon(tuple(entry for file in files for entry in parse(file.read_text(encoding="utf-8"), file.stem)))
