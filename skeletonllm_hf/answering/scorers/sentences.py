"""Sentence vectors of the lexicon's names and sentences and of the bundled model's labels, which come with the package in 8 bits.

    python -m skeletonllm_hf.answering.scorers.sentences    # encodes them anew, after the lists have changed

So no question waits for their encoding; other texts are encoded where they are needed.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open

from ...lexicon import load_lexicon, spaced
from ...sentences import load_sentence_encoder
from ..labels import BUNDLED

FILE = Path(__file__).with_name("sentences.safetensors")


def sentence_vectors(texts: Sequence[str]) -> torch.Tensor:
    """(texts, size) float32 on the CPU, normalised: as `SentenceEncoder.encode` gives them, shipped ones to a cosine of 0.9999."""
    rows = [_places().get(_number(text)) for text in texts]
    found = torch.empty(len(texts), _vectors().shape[1])
    known = [place for place, row in enumerate(rows) if row is not None]
    others = [place for place, row in enumerate(rows) if row is None]
    found[known] = F.normalize(_vectors()[[row for row in rows if row is not None]].float(), dim=-1)
    if others:
        found[others] = _encoded(tuple(texts[place] for place in others))
    return found


@functools.lru_cache(maxsize=8)  # a caption is weighed, then doubted
def _encoded(texts: tuple[str, ...]) -> torch.Tensor:
    return load_sentence_encoder().encode(texts)


@functools.cache
def _places() -> dict[int, int]:
    with safe_open(FILE, "pt") as file:
        return {number: place for place, number in enumerate(file.get_tensor("texts").tolist())}


@functools.cache
def _vectors() -> torch.Tensor:
    """(texts, size) int8: directions alone count."""
    with safe_open(FILE, "pt") as file:
        return file.get_tensor("vectors")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def shipped_texts() -> list[str]:
    """The texts whose vectors come with the package."""
    lexicon = load_lexicon()
    taught = json.loads((BUNDLED / "config.json").read_text(encoding="utf-8"))["taught_labels"]
    names = {spaced(name) for name in (*taught, *(entry.name for entry in lexicon))}
    return sorted(names | {sentence for entry in lexicon for sentence in entry.sentences})


def main() -> None:
    from safetensors.torch import save_file

    texts = shipped_texts()
    vectors = load_sentence_encoder().encode(texts)
    whole = (vectors * (127 / vectors.abs().amax(1, keepdim=True))).round().to(torch.int8)
    save_file({"vectors": whole, "texts": torch.tensor([_number(text) for text in texts])}, FILE)
    print(f"{FILE.name}: {len(texts)} texts")


if __name__ == "__main__":
    main()
