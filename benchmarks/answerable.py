"""Fits the classifier of questions that motion can answer; prints what it scores on templates that were held out.

    python benchmarks/answerable.py           the figures alone
    python benchmarks/answerable.py --write   and skeletonllm_hf/questions/answerable.safetensors

Every fifth template is held out, with all that fills it, to choose DECAY and THRESHOLD; then all templates are fitted.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from skeletonllm_hf.questions.answerable import WEIGHTS
from skeletonllm_hf.questions.templates import load_taught, load_templates
from skeletonllm_hf.sentences import load_sentence_encoder

SEED, STEPS, RATE = 0, 600, 0.03
FILLED = 48  # questions made of each template with blanks
DECAY = 3e-3  # of the weights, in the units of scaled vectors; 1e-4 to 1e-2 were tried
SCALE = 20.0  # unit vectors are multiplied with it, so that weights are of the order of 1
THRESHOLD = 0.42  # of the probability; answering wrongly costs more than refusing, but a motion's questions must pass
HELD_OUT = 5


def texts(kind: str, generator: np.random.Generator) -> tuple[list[str], list[int]]:
    """Questions of a kind and the numbers of their templates."""
    templates = load_templates(kind)
    rows = [
        (text, number)
        for number, question in enumerate(templates.questions)
        for text in sorted({templates.filled(question, generator) for _ in range(FILLED if "{" in question else 1)})
    ]
    if kind == "answerable":
        rows += [
            (text, len(templates.questions) + number)
            for number, question in enumerate(load_taught())
            for text in question.wordings
        ]
    return [text for text, _ in rows], [number for _, number in rows]


def balanced(right: torch.Tensor, template: torch.Tensor) -> torch.Tensor:
    """(questions,): the root of a template's count is shared by its questions, each kind weighs half."""
    weight = torch.empty(len(right))
    for kind in (0.0, 1.0):
        rows = right == kind
        counts = template[rows].bincount()[template[rows]]
        weight[rows] = counts.float().rsqrt() / counts.float().rsqrt().sum()
    return weight * len(right) / 2


def fit(vectors: torch.Tensor, right: torch.Tensor, weight: torch.Tensor) -> dict[str, torch.Tensor]:
    """A logistic regression: vectors (questions, size), right and weight (questions,)."""
    linear = torch.nn.Linear(vectors.shape[1], 1)
    torch.nn.init.zeros_(linear.weight)
    torch.nn.init.zeros_(linear.bias)
    optimizer = torch.optim.Adam(linear.parameters(), lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(linear(SCALE * vectors)[:, 0], right, weight)
        (loss + DECAY * linear.weight.square().sum()).backward()
        optimizer.step()
    return {
        "weight": SCALE * linear.weight.detach()[0],
        "bias": linear.bias.detach()[0].clone(),
        "threshold": torch.tensor(THRESHOLD),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace the weights in the package")
    write = parser.parse_args().write
    generator = np.random.default_rng(SEED)
    (good, good_templates), (bad, bad_templates) = texts("answerable", generator), texts("unanswerable", generator)
    vectors = load_sentence_encoder().encode([*good, *bad])
    right = torch.tensor([1.0] * len(good) + [0.0] * len(bad))
    template = torch.tensor([*good_templates, *bad_templates])
    held = template % HELD_OUT == 0
    model = fit(vectors[~held], right[~held], balanced(right[~held], template[~held]))
    chosen = torch.sigmoid(vectors[held] @ model["weight"] + model["bias"]) >= THRESHOLD
    weight = balanced(right[held], template[held])
    for kind, name in ((1.0, "answerable kept"), (0.0, "unanswerable refused")):
        rows = right[held] == kind
        share = ((chosen[rows] == bool(kind)) * weight[rows]).sum() / weight[rows].sum()
        print(f"{name}, templates held out: {100 * share:.1f} % of {int(rows.sum())} questions")
    if write:
        save_file(fit(vectors, right, balanced(right, template)), WEIGHTS)


if __name__ == "__main__":
    main()
