"""How near labels are to the names that are known: of the lexicon's entries and of the actions that the generator can show.

    python -m skeletonllm_hf.answering.scorers.names    # encodes all names anew, after the lists have changed

The names' sentence vectors come with the package, in fewer dimensions and 8 bits, so that no question waits for their encoding.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open

from ...cache import cached, key
from ...lexicon import Lexicon, forms, load_lexicon, normalized, spaced, stems
from ...sentences import load_sentence_encoder
from ...synthetic import ACTIONS, ALIASES, INTERACTIONS

FILE = Path(__file__).with_name("names.safetensors")
SIZE = 128  # numbers a name, of the encoder's 384
# names of one person's actions that mean another where a clip shows two
OF_TWO = {"fight": "exchanging punches", "box": "exchanging punches", "dance": "dancing as a couple"}
# Factor of the cosine of a label and a name that is not its own. Chosen between names that stand in no list, which gain by more
# (`benchmarks/label_forms.py`), and composed movements and other words for filmed clips, which lose (`benchmarks/prototypes.py`).
LIKE = 0.53


@functools.cache
def actions_by_name(lexicon: Lexicon) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Normalised name -> listed action: its own names, these with those of lexicon entries that share one, and the latter's stems."""
    own = {normalized(other): name for other, name in ALIASES.items()}
    own |= {normalized(name): name for name in (*ACTIONS, *INTERACTIONS)}
    others: dict[str, str] = {}
    for entry in lexicon:
        called = [normalized(name) for name in entry.names]
        if action := next((own[name] for name in called if name in own), None):
            others |= {name: action for name in called if name not in others}
    known = others | own
    return own, known, {stems(name): action for name, action in reversed(known.items())}


@functools.cache
def _names_by_people(lexicon: Lexicon) -> tuple[dict[str, str], dict[str, str]]:
    """Stems -> name of an action of one person; of two."""
    own, known, _ = actions_by_name(lexicon)
    found: tuple[dict[str, str], dict[str, str]] = {}, {}
    for name, action in (known | own).items():
        found[action in INTERACTIONS].setdefault(stems(name), name)
    return found[0], {stems(name): action for name, action in OF_TWO.items()} | found[1]


def other_number(label: str, action: str, lexicon: Lexicon) -> tuple[str, int] | None:
    """The same word's name for another number of people than do `action`, which a label names, and that number: of "kicking" ("kick", 1)."""
    one, two = _names_by_people(lexicon)
    stem = next((stem for stem in map(stems, forms(label)) if stem in one and stem in two), None)
    if stem is None:
        return None
    return (one[stem], 1) if action in INTERACTIONS else (two[stem], 2)


def nearness(labels: Sequence[str], actions: Sequence[str], lexicon: Lexicon) -> torch.Tensor:
    """(labels, actions): the cosine of each label with the nearest name of each action, times `LIKE`; -1 for what has no name."""
    names, targets = list(actions_by_name(lexicon)[1].items()), {name: place for place, name in enumerate(actions)}
    near = torch.full((len(labels), len(actions)), -1.0)
    kept = [place for place, (_, action) in enumerate(names) if action in targets]
    if kept and labels:
        cosines = LIKE * _cosines(labels, [name for name, _ in names], as_if_known=True)[:, kept]
        columns = torch.tensor([targets[names[place][1]] for place in kept])
        near.scatter_reduce_(1, columns.expand(len(labels), -1), cosines, "amax")
    return near


def entry_cosines(labels: Sequence[str], lexicon: Lexicon) -> torch.Tensor:
    """(labels, entries): with each entry's name; low for words of which no name speaks, other languages' and made-up ones."""
    return _cosines(labels, [normalized(entry.name) for entry in lexicon])


def _cosines(labels: Sequence[str], names: Sequence[str], as_if_known: bool = False) -> torch.Tensor:
    """(labels, names). `as_if_known`: what of a label lies outside of the shipped dimensions does not count against it."""
    encoded = load_sentence_encoder().encode([spaced(label) for label in labels])
    if set(names) <= set(_places()):
        projection, vectors = _shipped()
        known = encoded @ projection
        return (F.normalize(known, dim=-1) if as_if_known else known) @ vectors[[_places()[name] for name in names]].T
    return (
        encoded
        @ cached(
            f"names-{key(list(names))}", (len(names), encoded.shape[1]), lambda: load_sentence_encoder().encode(names)
        ).T
    )


@functools.cache
def _places() -> dict[str, int]:
    with safe_open(FILE, "pt") as file:
        names = file.metadata()["names"].split("\n")
    return {name: place for place, name in enumerate(names)}


@functools.cache
def _shipped() -> tuple[torch.Tensor, torch.Tensor]:
    """(sentence size, `SIZE`), and (names, `SIZE`) normalised."""
    with safe_open(FILE, "pt") as file:
        return file.get_tensor("projection").float(), F.normalize(file.get_tensor("vectors").float(), dim=-1)


def main() -> None:
    from safetensors.torch import save_file

    lexicon = load_lexicon()
    names = sorted({*actions_by_name(lexicon)[1], *(normalized(entry.name) for entry in lexicon)})
    encoded = load_sentence_encoder().encode(names)
    projection = torch.linalg.svd(encoded, full_matrices=False).Vh[:SIZE].T.contiguous()
    vectors = encoded @ projection
    whole = (vectors * (127 / vectors.abs().amax(1, keepdim=True))).round().to(torch.int8)  # directions alone count
    save_file({"vectors": whole, "projection": projection.half()}, FILE, {"names": "\n".join(names)})
    print(f"{FILE.name}: {len(names)} names")


if __name__ == "__main__":
    main()
