"""Labels that are easily taken for one another: where the wrong ones of YES/NO questions come from."""

from __future__ import annotations

import json
import math
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

GRAM = 3  # letters: long enough to know a word's stem, short enough to survive its endings


def by_text(labels: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
    """Label -> the `count` others whose wording is most alike, best first.

    Likeness is the cosine between the labels' words and three-letter pieces, weighed by how rare they are: "sit down"
    and "stand up" share little, "draw circle" and "draw tick" a word.
    """
    labels = sorted(set(labels))
    pieces = [_pieces(label) for label in labels]
    spread = Counter(piece for bag in pieces for piece in bag)
    index = {piece: number for number, piece in enumerate(sorted(spread))}
    vectors = np.zeros((len(labels), len(index)))
    for row, bag in enumerate(pieces):
        for piece, times in bag.items():
            vectors[row, index[piece]] = times * (1 + math.log(len(labels) / spread[piece]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    order = np.argsort(-alike, axis=1, kind="stable")[:, : min(count, len(labels) - 1)]
    return {label: tuple(labels[other] for other in row) for label, row in zip(labels, order.tolist(), strict=True)}


def _pieces(label: str) -> Counter[str]:
    words = [word for word in "".join(c if c.isalnum() else " " for c in label.lower()).split() if word]
    bag = Counter(f"={word}" for word in words)
    for word in words:
        padded = f" {word} "
        bag.update(padded[i : i + GRAM] for i in range(max(1, len(padded) - GRAM + 1)))
    return bag


def from_file(path: str | os.PathLike[str], labels: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
    """Label -> neighbours, from a JSON object. Labels outside `labels` are left out, those it lacks get `by_text`'s.

    Raises:
        ValueError: another kind of file; names it.
    """
    try:
        table = json.loads(Path(path).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected JSON: {error}") from None
    good = isinstance(table, dict) and all(
        isinstance(others, list) and all(isinstance(other, str) for other in others) for others in table.values()
    )
    if not good:
        raise ValueError(f'{path}: expected {{"label": ["another", ...], ...}}')
    seen, found = set(labels), by_text(labels, count)
    if not seen & set(table):
        raise ValueError(f"{path}: expected labels of the data, such as {sorted(seen)[:5]}, got {sorted(table)[:5]}")
    for label, others in table.items():
        kept = tuple(dict.fromkeys(other for other in others if other in seen and other != label))[:count]
        if label in seen and kept:
            found[label] = kept
    return found


def from_likelihoods(
    likelihoods: np.ndarray, truth: Sequence[str], labels: Sequence[str], count: int
) -> dict[str, tuple[str, ...]]:
    """Label -> the others that a model finds likeliest for that label's clips.

    Args:
        likelihoods: (clips, labels) log-likelihoods.
        truth: each clip's label; labels without a clip get `by_text`'s neighbours.
        labels: the columns.
        count: neighbours of each.
    """
    found, rows = by_text(labels, count), defaultdict(list)
    shares = np.exp(likelihoods - likelihoods.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    for share, label in zip(shares, truth, strict=True):
        rows[label].append(share)
    for label, several in rows.items():
        order = np.argsort(-np.mean(several, axis=0), kind="stable")
        found[label] = tuple(labels[i] for i in order if labels[i] != label)[:count]
    return found


def save(neighbours: Mapping[str, Sequence[str]], path: Path) -> None:
    path.write_text(json.dumps({k: list(v) for k, v in neighbours.items()}, indent=1, ensure_ascii=False), "utf-8")


def confusions(
    model: Any, processor: Any, source: Any, count: int, most: int, device: Any
) -> dict[str, tuple[str, ...]]:
    """Label -> the others that the model finds likeliest for that label's training clips.

    Args:
        model, processor: asked as `recognize` asks.
        source: a `texts.Source` in which a clip has one of the labels.
        count: neighbours of each.
        most: clips that are asked about, spread over the source.
        device: where the model does it.
    """
    import torch

    from ..model.likelihoods import candidate_log_likelihoods

    labels = list(source.labels)
    named = [i for i, texts in enumerate(source.texts) if texts.label is not None]
    chosen = [named[i] for i in np.linspace(0, len(named) - 1, min(most, len(named))).round().astype(int)]
    training, rows, truth = model.training, [], []
    model.eval().to(device)
    with torch.no_grad():
        for start in range(0, len(chosen), _TOGETHER):
            clips, texts = zip(*map(source.clip, chosen[start : start + _TOGETHER]), strict=True)
            rows.append(candidate_log_likelihoods(model, processor, clips, labels).float().cpu().numpy())
            truth += [text.label for text in texts]
    model.train(training)
    return from_likelihoods(np.concatenate(rows), truth, labels, count)


_TOGETHER = 8  # clips
