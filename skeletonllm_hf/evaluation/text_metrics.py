"""Metrics of generated text (BLEU, ROUGE-L, BERTScore) from their reference packages, and normalisation of answers."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import re
from collections.abc import Sequence

from ..synthetic import ALIASES

_ARTICLES = frozenset({"a", "an", "the"})
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def words(text: str) -> list[str]:
    """Lower-case words and numbers, without punctuation."""
    return re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", text.lower())


def normalized(text: str) -> str:
    """An answer for comparison: words without articles, numbers below thirteen as words, an action by its first name."""
    plain = _plain(text)
    return _first_names().get(plain, plain)


@functools.cache
def _first_names() -> dict[str, str]:
    """Other names of the generator's actions -> the first."""
    return {_plain(alias): _plain(name) for alias, name in ALIASES.items()}


def _plain(text: str) -> str:
    kept = [word for word in words(text) if word not in _ARTICLES]
    return " ".join(NUMBERS[int(word)] if word.isdecimal() and int(word) < len(NUMBERS) else word for word in kept)


def bleu(texts: Sequence[str], references: Sequence[Sequence[str]], longest: int = 4) -> float | None:
    """Corpus BLEU in percent as sacrebleu computes it, without case; None where that package is not installed.

    Args:
        texts: what was generated.
        references: for each text one right text or more.
        longest: words in the longest run that is compared.

    Raises:
        ValueError: no texts, or one without a reference.
    """
    _check(texts, references)
    if importlib.util.find_spec("sacrebleu") is None:
        return None
    from sacrebleu.metrics.bleu import BLEU

    columns = list(itertools.zip_longest(*references))  # a text with fewer references has None there
    return BLEU(lowercase=True, max_ngram_order=longest).corpus_score(list(texts), columns).score


def rouge_l(texts: Sequence[str], references: Sequence[Sequence[str]]) -> float | None:
    """Mean ROUGE-L F1 in percent with the best of each text's references, as rouge-score computes it; None without it.

    Raises:
        ValueError: no texts, or one without a reference.
    """
    _check(texts, references)
    if importlib.util.find_spec("rouge_score") is None:
        return None
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    scores = [scorer.score_multi(list(others), text)["rougeL"].fmeasure for text, others in zip(texts, references)]
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
        found = f"{len(texts)} texts and {len(references)} references"
        raise ValueError(f"expected texts with a reference each, got {found}")
