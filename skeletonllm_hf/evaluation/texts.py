"""Measures of generated text: BLEU, ROUGE-L, BERTScore where installed, and answers compared word for word."""

from __future__ import annotations

import functools
import importlib.util
import math
import re
from collections import Counter
from collections.abc import Sequence

from ..synthetic import ALIASES

_ARTICLES = frozenset({"a", "an", "the"})
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def words(text: str) -> list[str]:
    """Lower-case words and numbers, without punctuation."""
    return re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", text.lower())


def normalized(text: str) -> str:
    """What answers are compared by: words without articles, numbers below thirteen as words, an action by its first name."""
    plain = _plain(text)
    return _first_names().get(plain, plain)


@functools.cache
def _first_names() -> dict[str, str]:
    """Other names of the generator's actions -> the first."""
    return {_plain(alias): _plain(name) for alias, name in ALIASES.items()}


def _plain(text: str) -> str:
    kept = [word for word in words(text) if word not in _ARTICLES]
    return " ".join(_NUMBERS[int(word)] if word.isdecimal() and int(word) < len(_NUMBERS) else word for word in kept)


def bleu(texts: Sequence[str], references: Sequence[Sequence[str]], longest: int = 4) -> float:
    """Corpus BLEU in percent (Papineni et al. 2002), not smoothed: 0 where no run of `longest` words is right.

    Args:
        texts: what was generated.
        references: for each text one right text or more.
        longest: words in the longest run that is compared.
    """
    _check(texts, references)
    right, total = [0] * longest, [0] * longest
    length = reference_length = 0
    for text, others in zip(texts, references, strict=True):
        own, theirs = words(text), [words(other) for other in others]
        length += len(own)
        reference_length += min((abs(len(other) - len(own)), len(other)) for other in theirs)[1]
        for size in range(1, longest + 1):
            counts = _runs(own, size)
            most: Counter = Counter()
            for other in theirs:
                most |= _runs(other, size)
            right[size - 1] += sum((counts & most).values())
            total[size - 1] += sum(counts.values())
    if min(right) == 0:
        return 0.0
    precision = sum(math.log(r / t) for r, t in zip(right, total, strict=True)) / longest
    return 100.0 * math.exp(precision + min(0.0, 1.0 - reference_length / length))


def rouge_l(texts: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Mean ROUGE-L F1 in percent (Lin 2004): the longest common subsequence with the best of each text's references."""
    _check(texts, references)
    scores = []
    for text, others in zip(texts, references, strict=True):
        own = words(text)
        scores.append(max(_overlap(own, words(other)) for other in others))
    return 100.0 * sum(scores) / len(scores)


def bert_score(texts: Sequence[str], references: Sequence[Sequence[str]]) -> float | None:
    """Mean BERTScore F1 in percent by the package `bert_score` and its English model; None where it is not installed.

    Raises:
        OSError: the package is there, its model is not and cannot be fetched.
    """
    if importlib.util.find_spec("bert_score") is None:
        return None
    from bert_score import score

    return 100.0 * float(score(list(texts), [list(others) for others in references], lang="en")[2].mean())


def _check(texts: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    if not texts or len(texts) != len(references) or not all(references):
        raise ValueError(
            f"expected texts with a reference each, got {len(texts)} texts and {len(references)} references"
        )


def _runs(text: list[str], size: int) -> Counter:
    return Counter(tuple(text[at : at + size]) for at in range(len(text) - size + 1))


def _overlap(one: list[str], two: list[str]) -> float:
    if not one or not two:
        return 0.0
    row = [0] * (len(two) + 1)
    for word in one:
        previous = 0
        for at, other in enumerate(two, 1):
            previous, row[at] = row[at], previous + 1 if word == other else max(row[at], row[at - 1])
    return 2.0 * row[-1] / (len(one) + len(two))
