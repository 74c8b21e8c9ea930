"""Reads the lexicon: text files in `data/`, a group of actions each.

An entry is a line with a name and its aliases, then its sentences, indented:

    drink water | drink; drinking; take a sip
      A person lifts one hand to the mouth, tips it back for a moment and lowers it again.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_ARTICLES = frozenset({"a", "an", "the", "one's", "ones", "your", "his", "her", "their", "my"})
_NUMBER = re.compile(
    r"^(?:[A-Za-z]{1,2}\d{1,4}[\s.:)_-]+|\d{1,4}(?:[.:)]\s*|[_-]))(?=[A-Za-z])|(?<=[A-Za-z]{3})_?\d{1,4}$"
)
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+|(?<=[a-z]{2})\.(?=[A-Za-z]{2})")
_CHOICES = re.compile(r"/|\bor\b")
_TO = re.compile(r"(?<=[A-Za-z]{2})2(?=[A-Za-z]{2})")  # "sit2stand"
# how often, how long or how hard, and what holds a thing that is drunk or eaten: "five squats", "clap three times", "a glass of water"
_AMOUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|multiple|many|few)"
_AMOUNTS = re.compile(
    rf"^{_AMOUNT} (?!(?:hand|arm|leg|foot|feet|knee|finger|fist|step|people|person)s?\b)(?=\S)"
    rf"| (?:(?:{_AMOUNT} times|once|twice|repeatedly|over and over)(?: again)?|for {_AMOUNT} (?:second|minute)s?"
    rf"|as \S+ as (?:\S+ can|possible))$| (?:cup|glass|bottle|can|mug|bowl|plate|piece|slice|bite) of(?= \S)"
)
# what a label is about beside its movement: "pour water | into a cup", "wipe the face | with a towel", "drink | from a bottle"
_ABOUT = re.compile(r"^(?:(\S+ (?:\S+ )+?)(?:with|into|inside|for|from|using)|(\S+ )(?:from|into)) (?=\S)")
# words of a rest that tells how or where to move, which stays
_MOVEMENT_WORDS = (
    "hand hands arm arms elbow elbows shoulder shoulders fist fists finger fingers palm palms leg legs foot feet knee knees heel heels toes "
    "hip hips head chin face chest waist back body torso side sides front behind above below over under left right up down forward "
    "backward top bottom one two three both each other same another opposite straight bent closed open hop hops jump jumps step steps "
    "turn turns small big large long short wide high low slow fast time times seconds while then and"
)
_MOVEMENT = frozenset(_MOVEMENT_WORDS.split())
# who does it, and that it is asked for; normalised words
_WHO = (
    "person man woman boy girl child kid human subject actor performer participant patient player someone somebody he she they you "
    "we i people"
).replace(" ", "|")
_FRAMING = (
    "please|now|next|that|can|could|would|will|should|want|wants|lets|let us|let me see|demonstrate|show|me|us|how|try|tries|trying|to|"
    "attempts?|pretend|pretends|pretending|act|acts|acting|acted|out|imitates?|imitating|mimics?|mimes?|simulates?|imagine|as if|"
    "as though|like|(?:you|they)re|are|is|was|be|being|perform|performs|performing|do|does|doing|done|some|use|uses|using|keep|keeps"
)
# how an exercise is done, before its name: "standing toe touch", "dumbbell side bend"
_HOW = re.compile(r"^(?:standing (?!up\b|still\b|on\b)|alternat(?:e|ing) |dumbbell |barbell )")
# how hard it is or is done: "carry heavy"
_MANNER = re.compile(r" (?:heavy|light|(?:heavi|light|gent|soft|calm|careful)ly|hard)$")
# to whom, behind the verb, and what it looks like: "give me a hug", "stagger as if you were drunk"
_TO_WHOM = re.compile(
    r"^(give|blow|show|throw|hand|pass|make|do) (?:me|us|him|it|them) |\b(both) of (?=\S)| as (?:if|though) .+$"
)
_SOMEBODY = re.compile(r"\b(?:someone|somebody|another person|others?|friend|partner)(?=$| (?!person))")
_BOTH = re.compile(r"\btwo (?=(?:hand|arm|leg|feet|foot|knee)\b)")
_WHERE = re.compile(r" (?:on|from|off|to|in|at) (?:floor|ground|air|chair|bench|sofa|couch|bed|table|camera|wall)$")
_IRREGULAR = {
    form: verb
    for verb, forms in {
        "fall": "fell fallen", "run": "ran", "sit": "sat", "stand": "stood", "throw": "threw thrown", "catch": "caught", "drink": "drank drunk",
        "eat": "ate eaten", "write": "wrote written writing", "swim": "swam swum", "ride": "rode ridden", "drive": "drove driven",
        "take": "took taken", "give": "gave given", "shake": "shook shaken", "hold": "held", "bend": "bent", "swing": "swung", "spin": "spun",
        "kneel": "knelt", "creep": "crept", "sleep": "slept", "leap": "leapt", "blow": "blew blown", "tear": "tore torn", "break": "broke broken",
        "draw": "drew drawn", "wear": "wore worn", "rise": "rose risen", "hang": "hung", "dig": "dug", "fight": "fought", "slide": "slid",
        "sing": "sang sung", "strike": "struck", "sweep": "swept", "make": "made", "use": "using", "do": "doing", "go": "going went gone",
        "lie": "lying", "tie": "tying",
    }.items()
    for form in forms.split()
}  # fmt: skip
_FRAME = re.compile(rf"^(?:one |some |each |every )?(?:(?:{_WHO}|{_FRAMING}) )+")


LONGEST = 40  # letters of a joined word
ALIKE = 0.82  # share of letters from which a word may be a misspelling of another: "wlaking" is 0.86 like "walking"
# parts of joined words with fewer than four letters: others would take "rapping" for "rap ping"
_SHORT_WORDS = "arm at bag box can car cup cut do eat get go hat in lay leg of off on one out pot put run sit tea to toe tv two up use"
_SHORT = frozenset(_SHORT_WORDS.split())


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
        """The entry with that name or alias; case, punctuation, articles and what `forms` leave out do not count."""
        return next((self._by_name[name] for name in forms(text) if name in self._by_name), None)

    def nearest_spelling(self, text: str) -> str | None:
        """The name that is spelled almost like a text: "squat" for "sqat"; None where none is."""
        found = difflib.get_close_matches(normalized(text), self._by_name, n=1, cutoff=ALIKE)
        return found[0] if found else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def normalized(text: str) -> str:
    """Lower case, words alone, without articles and possessives: "Drink_Water" and "drink the water" are the same."""
    words = _NOT_WORDS.sub(" ", text.lower().replace("'", "")).split()
    return " ".join(word for word in words if word not in _ARTICLES) or " ".join(words)


def spaced(label: str) -> str:
    """A label as people write it, without its number in a list: of "A023. hand waving", "WaveHand_01", "jump_up" or "sitdown" the words."""
    words = _TO.sub(" to ", _JOINED.sub(" ", _NUMBER.sub("", label.strip()))).strip() or label
    return " ".join(" ".join(_apart(word)) for word in words.split(" "))


@functools.cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """All names of the lexicon, normalised, and all their words."""
    names = frozenset(load_lexicon()._by_name)
    return names, frozenset(word for name in names for word in name.split())


def _apart(word: str) -> list[str]:
    """The two or three words of the lexicon that a lower-case word was joined from: none that is a name or, as a rule, a word itself."""
    names, words = _known()
    if not 5 <= len(word) <= LONGEST or not word.isalpha() or not word.islower() or word in names:
        return [word]
    for first in range(len(word) - 2, 1, -1):
        start, rest = word[:first], word[first:]
        if not _is_part(start):
            continue
        if _is_part(rest) and (word not in words or f"{start} {rest}" in names):
            return [start, rest]
        for second in range(len(rest) - 2, 1, -1):
            if word not in words and _is_part(rest[:second]) and _is_part(rest[second:]):
                return [start, rest[:second], rest[second:]]
    return [word]


def _is_part(word: str) -> bool:
    return word in _SHORT if len(word) < 4 else word in _known()[1]


def forms(label: str) -> tuple[str, ...]:
    """Normalised words for what a label asks for, the whole first.

    Of "Please lie down on the floor" without "please", then without where; of "sit up/stand up" each; of "wipe the face with a towel"
    what comes before the rest; of "standing knee circling" without "standing", then "circling knee"; of "carry heavy" without how.
    """
    first, *others = _CHOICES.split(spaced(label))
    found = [normalized(label), *_framed(spaced(label))]
    for choice in (first, *others) if others else ():
        found += _framed(choice)
    for name in tuple(found):
        about = _ABOUT.match(name)
        if about and not _MOVEMENT.intersection(name[about.end() :].split()):
            found.append((about[1] or about[2]).strip())
    found += [_HOW.sub("", name) for name in found]
    found += [_MANNER.sub("", name) for name in found]
    found += [
        _TO_WHOM.sub(lambda match: f"{match[1] or match[2]} " if match[1] or match[2] else "", name) for name in found
    ]
    found += [
        " ".join((words[-1], *words[:-1])) for words in map(str.split, found) if words and words[-1].endswith("ing")
    ]
    return tuple(dict.fromkeys(found))


def _framed(words: str) -> list[str]:
    """Normalised words, then without who does them and that they are asked for, without where, without how often, with "other person" for whom."""
    whole = normalized(words)
    bare = _FRAME.sub("", whole.removesuffix(" please")) or whole
    return [whole, bare, _WHERE.sub("", bare), _AMOUNTS.sub("", bare), _SOMEBODY.sub("other person", bare)]


def stems(name: str) -> str:
    """Normalised words without endings: "walking in place" and "walk in place" are the same, and "two hands" and "both hands"."""
    return _BOTH.sub("both ", " ".join(map(_stem, name.split())))


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    for ending in ("ing", "ed", "es", "s", "e"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and set(stem) & set("aeiouy") and not word.endswith("ss"):
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
    return word


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
