"""The language stage: labels, descriptions, answers and rationales, with inverse rendering and the space of clips and sentences beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..evaluation.work import World
from ..joints import body_places
from ..model.alignment import MotionTextAlignment, contrastive_loss
from ..model.clip_view import ClipView, clip_tensors
from ..sentences import load_sentence_encoder
from ..synthetic import reference_clips
from .batches import clip_batch, packed_loss, shared_tensors
from .inverse import BodyHead
from .mixture import Planned
from .nano import PATCH_SIZE
from .recipe import Recipe
from .wordings import LexiconPairs, Wording, same_meaning

GROUP = 2 * PATCH_SIZE  # pixels along the side of what becomes one visual token
# Steps, warm-up included, in which fresh heads learn before their losses reach the frames: they would shake the vision tower.
FOLLOWING = 200
REFERENCE_TOGETHER = 16  # clips


class LanguageStage:
    """Draws the stage's batches and tells their loss.

    Args:
        model: in training; with an alignment where the recipe wants one.
        head: of inverse rendering.
        processor: of texts.
        view: how clips are looked at; keeps headings, as clips were turned beforehand.
        examples: those of the whole stage, step by step.
        recipe: the numbers.
    """

    def __init__(
        self, model: Any, head: BodyHead, processor: Any, view: ClipView, examples: Planned, recipe: Recipe
    ) -> None:
        self.model, self.head, self.processor, self.view = model, head, processor, view
        self.examples, self.recipe = examples, recipe
        self.world = World.here()
        self.size = recipe.batch // self.world.size
        self.fresh_alignment = False
        if recipe.alignment_size:
            self.fresh_alignment = add_alignment(model, recipe.alignment_size)
            self.encoder = load_sentence_encoder().to(recipe.device)
            self.pairs = LexiconPairs(self.encoder, device=recipe.device) if recipe.lexicon_weight else None

    def make(self, step: int) -> dict[str, Any]:
        """The batch of a step: the same one whenever and wherever it is drawn."""
        recipe, processor = self.recipe, self.processor
        generator = np.random.default_rng((recipe.seed + 2, self.world.rank, step))
        shared = np.random.default_rng(
            (recipe.seed + 5, step)
        )  # what all processes do in a step, which then take as long
        explained = bool(shared.random() < recipe.explain_share)
        # In a step of rationales, whose answers are long, every other place is left out.
        first, task = step * recipe.batch + self.world.rank * self.size, "rationale" if explained else None
        batch = [self.examples.example(first + i, task) for i in range(0, self.size, 1 + explained)]
        cells = self.model.config.renderer_config.image_size // GROUP
        made = {
            "texts": shared_tensors([example.pairs for example in batch], processor),
            "clips": clip_batch(batch, self.view),
            "places": body_places([example.sequence for example in batch]),
            "lit": shown(len(batch), self.view.num_frames, cells, recipe.lost_groups, generator),
            "whole": shared.random() < recipe.whole_share,
        }
        if recipe.alignment_size:
            wordings: list[Any] = [example.wording for example in batch]
            foils = [wording.foil for wording in wordings]
            made["wordings"] = self.encoder.tokenize([wording.text for wording in wordings])
            made["foils"] = self.encoder.tokenize([foil for foil in foils if foil] or [""])
            made["foiled"] = foiled(wordings)
            made["same"] = same_meaning(wordings)
        return made

    def loss(self, step: int, batch: dict[str, Any]) -> torch.Tensor:
        """The sum of the stage's losses over a batch."""
        model, recipe = self.model, self.recipe
        rendered = model.renderer(**batch["clips"])
        features, kept = model.visual_tokens(blacken(rendered.frames, batch["lit"]), not batch["whole"])
        loss = packed_loss(model, batch["texts"] | {"features": features, "kept": kept})
        if recipe.inverse_weight:
            seen = features.detach() if step < FOLLOWING and not recipe.inverse_steps else features
            loss = loss + recipe.inverse_weight * self.head.loss(
                seen, kept, batch["places"], batch["clips"], rendered.joints
            )
        if recipe.alignment_size:
            seen = features.detach() if step < FOLLOWING and self.fresh_alignment else features
            loss = loss + self._alignment_loss(step, seen, kept, batch)
        return loss

    def _alignment_loss(
        self, step: int, features: torch.Tensor, kept: torch.BoolTensor, batch: dict[str, Any]
    ) -> torch.Tensor:
        recipe, clips = self.recipe, len(batch["places"])
        with torch.no_grad():
            vectors, wrong = self.encoder(**batch["wordings"]), self.encoder(**batch["foils"])
        seen = features, kept, clips
        loss = alignment_loss(self.model.alignment, *seen, vectors, wrong, batch["foiled"], batch["same"])
        generator = np.random.default_rng((recipe.seed + 7, self.world.rank, step))
        return recipe.alignment_weight * loss + lexicon_loss(self.model.alignment, self.pairs, recipe, generator)


def foiled(wordings: Sequence[Wording]) -> torch.Tensor:
    """Which wordings have a foil; the first where none has, whose foil is then the empty sentence."""
    return torch.tensor([i for i, wording in enumerate(wordings) if wording.foil] or [0])


def alignment_loss(
    alignment: Any,
    features: torch.Tensor,
    kept: torch.BoolTensor,
    clips: int,
    vectors: torch.Tensor,
    wrong: torch.Tensor,
    rows: torch.Tensor,
    same: torch.BoolTensor,
) -> torch.Tensor:
    """The contrastive loss between clips and wordings.

    Args:
        alignment: the model's `MotionTextAlignment`.
        features, kept, clips: as in `MotionTextAlignment.motion`.
        vectors: (clips, text_size) of the wordings.
        wrong: (foils, text_size), of the clips `rows`.
        rows: (foils,), as `foiled` gives them.
        same: as in `contrastive_loss`.
    """
    motion = alignment.motion(features, kept, clips)
    foils = motion.new_full((clips,), -torch.inf)
    foils = foils.index_put((rows,), (motion[rows] * alignment.text(wrong)).sum(1))
    return contrastive_loss(motion, alignment.text(vectors), alignment.scale, same, foils)


def lexicon_loss(
    alignment: Any, pairs: LexiconPairs | None, recipe: Recipe, generator: np.random.Generator
) -> torch.Tensor:
    """The weighted contrastive loss between the lexicon's names and sentences; 0 without pairs."""
    if pairs is None:
        return alignment.scale.new_zeros(())
    names, sentences, same = pairs.draw(recipe.lexicon_pairs, generator)
    loss = contrastive_loss(alignment.text(names), alignment.text(sentences), alignment.scale, same)
    return recipe.lexicon_weight * loss


def add_alignment(model: Any, size: int) -> bool:
    """Gives a model without one a fresh space for clips and sentences; says whether it did."""
    if model.config.alignment_size == size:
        return False
    if model.config.alignment_size is not None:
        raise ValueError(f"alignment_size: expected the model's {model.config.alignment_size}, got {size}")
    model.config.alignment_size = size
    width, frames = model.config.get_text_config().hidden_size, model.config.renderer_config.num_frames
    alignment = MotionTextAlignment(width, frames, model.config.sentence_size, size)
    with torch.no_grad():
        for parameter in (alignment.query, alignment.frames):
            parameter.normal_(0.0, 0.02)
    model.alignment = alignment.to(model.device)
    return True


@torch.no_grad()
def set_centre(model: Any, view: ClipView) -> None:
    """Keeps the mean embedding of reference clips in the model: what its embeddings have in common says nothing about a clip."""
    clips = reference_clips(())
    rows = []
    for start in range(0, len(clips), REFERENCE_TOGETHER):
        inputs = clip_tensors(clips[start : start + REFERENCE_TOGETHER], view)
        inputs = {name: torch.from_numpy(array).to(model.device) for name, array in inputs.items()}
        rows.append(model.embed_motion(**inputs).float())
    model.alignment.centre.copy_(torch.cat(rows).mean(0))


def shown(clips: int, frames: int, cells: int, most: float, generator: np.random.Generator) -> torch.Tensor:
    """(clips, frames, cells, cells): False for up to the share `most` of every frame's patch groups."""
    share = generator.uniform(0, most, (clips, frames, 1, 1))
    return torch.from_numpy(generator.random((clips, frames, cells, cells)) >= share)


def blacken(frames: torch.Tensor, lit: torch.Tensor) -> torch.Tensor:
    """Frames (clips, frames, 3, height, width) that show nothing where `lit` (clips, frames, rows, columns) is False."""
    side = frames.shape[-1] // lit.shape[-1]
    return frames * lit.repeat_interleave(side, 2).repeat_interleave(side, 3)[:, :, None]
