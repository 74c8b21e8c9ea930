"""Labels as people write them: names that no list of ours has, and names with a frame around them.

    python benchmarks/label_forms.py [--actions 300] [--model FOLDER]

For some of the generator's actions that have another name, two generated clips each are ranked among one name of each action. "Held out"
takes that name out of the lexicon and of the action's aliases first, so that the encoder's likeness alone can place it; printed are the
per cent right for each `NAMED_TEMPERATURE` of `model.alignment` and each `LIKE` of `answering.scorers.names`, which are chosen here. The
others keep it: the bare name, and the name in each of `FORMS`. One view of a clip, the cosine alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from prototypes import embedded

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering.scorers import names
from skeletonllm_hf.answering.scorers.embedding import label_meanings, label_vectors, named_nearness
from skeletonllm_hf.lexicon import Lexicon, load_lexicon, normalized
from skeletonllm_hf.model import alignment
from skeletonllm_hf.synthetic import ACTIONS, SYNTHETIC_LAYOUTS
from skeletonllm_hf.synthetic.registry import REGISTRY

TEMPERATURES, LIKES = (0.0133, 0.0265, 0.053), (0.4, 0.53, 0.7, 1.0)
FORMS = (
    "please {}",
    "Pretend to {}",
    "show me how you {}",
    "A person {}",
    "A042. {}",
    "{}_03",
    "CamelCase",
    "snake_case",
)
FIRST_SEED = 60_000
CLIPS = 2  # of each action


def in_form(form: str, name: str) -> str:
    if form == "CamelCase":
        return "".join(word.capitalize() for word in name.split())
    return name.replace(" ", "_") if form == "snake_case" else form.format(name)


def without(lexicon: Lexicon, removed: set[str]) -> Lexicon:
    """The lexicon without these names (normalised), and without entries that have no other."""
    entries = []
    for entry in lexicon:
        if kept := [name for name in entry.names if normalized(name) not in removed]:
            entries.append(replace(entry, name=kept[0], aliases=tuple(kept[1:])))
    return Lexicon(tuple(entries))


def share_right(model: Any, motion: torch.Tensor, labels: Sequence[str], lexicon: Lexicon) -> float:
    """Per cent of clips, (clips, size), whose nearest label is their own; labels in the order of the clips' actions."""
    meanings = label_meanings(labels, None, lexicon)
    near = named_nearness(meanings, model.config.named_prototypes[: model.alignment.named], lexicon)
    vectors = model.alignment.leaned(label_vectors(model, meanings), near)
    right = torch.arange(len(labels)).repeat(CLIPS)
    return 100 * float(((motion @ vectors.T).argmax(1) == right).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--model", help="folder (default: the bundled model)")
    arguments = parser.parse_args()
    answerer, lexicon = load(arguments.model), load_lexicon()
    model = answerer.model
    drawn = np.random.default_rng(11)
    named = [action for action in ACTIONS if REGISTRY[action].aliases]
    actions = [named[i] for i in sorted(drawn.permutation(len(named))[: arguments.actions])]
    labels = [str(drawn.choice(REGISTRY[action].aliases)) for action in actions]
    layouts = SYNTHETIC_LAYOUTS
    clips = [
        generate(action, seed=FIRST_SEED + turn, layout=layouts[turn % len(layouts)])
        for turn in range(CLIPS)
        for action in actions
    ]
    motion = embedded(model, answerer.processor, clips)
    print(
        f"{len(clips)} clips of {len(actions)} actions; {share_right(model, motion, labels, lexicon):.1f} % by another name"
    )
    for form in FORMS:
        written = [in_form(form, label) for label in labels]
        print(f"  {form}: {share_right(model, motion, written, lexicon):.1f}", flush=True)
    removed = {normalized(label) for label in labels}
    names.ALIASES = {name: action for name, action in names.ALIASES.items() if normalized(name) not in removed}
    fewer, used = without(lexicon, removed), (alignment.NAMED_TEMPERATURE, names.LIKE)
    print("held out")
    for like in LIKES:
        cells = []
        for temperature in TEMPERATURES:
            alignment.NAMED_TEMPERATURE, names.LIKE = temperature, like
            cells.append(f"temperature {temperature:g}: {share_right(model, motion, labels, fewer):.1f}")
        print(f"  likeness x {like:g}: {', '.join(cells)}", flush=True)
    alignment.NAMED_TEMPERATURE, names.LIKE = used


if __name__ == "__main__":
    main()
