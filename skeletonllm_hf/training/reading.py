"""Reading: the language model alone learns to read the visual tokens of frames, which are computed once.

Renderer, vision tower and projector rest, so that a step costs a third: the language model is the slowest to
learn, and this is where it catches up.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import torch

from ..evaluation.work import World
from ..model.clip_view import ClipView, clip_tensors
from ..model.prompts import EXPLAIN
from ..synthetic import SYNTHETIC
from .augment import augment
from .batches import text_tensors
from .examples import Examples
from .language import language_loss
from .loop import run
from .recipe import Recipe

ENCODED_TOGETHER = 24  # clips
EXPLAINED = 0.15  # of the cached clips come with their rationale


class TokenCache:
    """Visual tokens of varied clips: several variations of every real clip, one of each synthetic clip.

    Of processes that train together, each has its own part of them.

    Args:
        model: whose tokens.
        view: how clips are looked at; must keep headings.
        examples: the clips.
        variants: dataset name -> variations of each of its clips.
        generator: draws the variations.
    """

    @torch.no_grad()
    def __init__(
        self, model: Any, view: ClipView, examples: Examples, variants: dict[str, int], generator: np.random.Generator
    ) -> None:
        self.entries = defaultdict(list)  # dataset -> (number, mirrored, tokens, kept)
        self.explained = []  # (rationale, tokens, kept)
        model.eval()
        todo = [
            (name, number)
            for name in examples.names
            for number in range(len(examples.by_dataset[name]))
            for _ in range(variants.get(name, 1))
        ]
        todo += [(SYNTHETIC, number) for number in range(len(examples.synthetic))]
        world = World.here()
        todo = todo[world.rank :: world.size]
        for start in range(0, len(todo), ENCODED_TOGETHER):
            batch = todo[start : start + ENCODED_TOGETHER]
            varied = [augment(examples.sequence(*item), generator) for item in batch]
            clips = clip_tensors([sequence for sequence, _ in varied], view, seed=int(generator.integers(2**31)))
            clips = {name: torch.from_numpy(array).to(model.device) for name, array in clips.items()}
            frames = model.renderer(**clips).frames
            with torch.autocast(frames.device.type, torch.bfloat16, enabled=examples.recipe.bfloat16):
                tokens, kept = model.visual_tokens(frames)
            tokens, kept = tokens.float().cpu(), kept.unflatten(0, frames.shape[:2]).cpu()
            parts = tokens.split(kept.sum((1, 2)).tolist())
            for (name, number), (sequence, mirrored), part, mask in zip(batch, varied, parts, kept, strict=True):
                self.entries[name].append((number, mirrored, part, mask))
                if generator.random() < EXPLAINED:
                    reasons = examples.reasons(name, number, sequence, mirrored)
                    self.explained.append((reasons, part, mask))

    def __len__(self) -> int:
        return sum(map(len, self.entries.values()))


def read_cached(
    model: Any, processor: Any, recipe: Recipe, examples: Examples, cache: TokenCache, steps: int, batch: int
) -> None:
    """Trains the language model on cached tokens; everything before it rests."""
    world = World.here()
    batch //= world.size
    language = model.mllm.model.language_model
    model.train()

    def make(step: int) -> dict[str, Any]:
        generator = np.random.default_rng((recipe.seed + 3, world.rank, step))
        shared = np.random.default_rng(
            (recipe.seed + 4, step)
        )  # what all processes do in a step, which then take as long
        if shared.random() < recipe.explain_share:
            chosen = [cache.explained[i] for i in generator.integers(len(cache.explained), size=batch // 2)]
            pairs = [(EXPLAIN, reasons) for reasons, _, _ in chosen]
        else:
            names = [examples.choose(generator)[0] for _ in range(batch)]
            chosen = [cache.entries[name][generator.integers(len(cache.entries[name]))] for name in names]
            pairs = [
                examples.text(name, entry[0], entry[1], generator) for name, entry in zip(names, chosen, strict=True)
            ]
        features, kept = (torch.cat([entry[place] for entry in chosen]) for place in (-2, -1))
        return text_tensors(pairs, processor) | {"features": features, "kept": kept}

    def loss_of(step: int, inputs: dict[str, Any]) -> torch.Tensor:
        return language_loss(model, inputs)

    for _ in run("reading", steps, [language], recipe, make, loss_of):
        pass
