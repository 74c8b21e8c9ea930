"""The alignment stage: the space that clips and sentences share learns alone, from visual tokens that are computed once.

Everything before it rests, and nothing is rendered or read again: new actions and new words for a model that sees well already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..evaluation.work import World
from ..model.clip_view import ClipView, clip_tensors
from ..nouns import counted
from ..sentences import load_sentence_encoder
from .language import alignment_loss, foiled, lexicon_loss
from .loop import run_averaged
from .mixture import Planned
from .recipe import Recipe
from .texts import Texts
from .wordings import LexiconPairs, same_meaning

TOGETHER = 32  # clips that are encoded at once
REMEMBERED = 200_000  # sentences whose vectors are kept


class AlignmentStage:
    """Draws the stage's batches from clips whose visual tokens are kept, and tells their loss.

    Of processes that train together each keeps its own part of the clips.

    Args:
        model: with an alignment.
        view: how clips are looked at; keeps headings, as clips were turned beforehand.
        examples: whose clips are kept; their maker draws wordings.
        recipe: the numbers.
    """

    def __init__(self, model: Any, view: ClipView, examples: Planned, recipe: Recipe) -> None:
        self.model, self.examples, self.recipe, self.world = model, examples, recipe, World.here()
        self.encoder = load_sentence_encoder().to(recipe.device)
        self.pairs = LexiconPairs(self.encoder, device=recipe.device) if recipe.lexicon_weight else None
        self.known: dict[str, torch.Tensor] = {}  # sentences' vectors
        self.clips: list[tuple[Texts, tuple[str, ...], bool]] = []  # texts, own captions, mirrored
        self.tokens: list[tuple[torch.Tensor, torch.Tensor]] = []  # of each: features in bfloat16, kept
        model.eval()
        own = range(self.world.rank, len(examples), self.world.size)
        for start in range(0, len(own), TOGETHER):
            self._add(view, own[start : start + TOGETHER])

    @torch.no_grad()
    def _add(self, view: ClipView, places: Sequence[int]) -> None:
        maker, sequences = self.examples.maker, []
        for place in places:
            generator = maker.generator(place)
            number, sequence, texts = self.examples.clip(place)
            varied, mirrored = maker.varied(number, sequence, generator)
            sequences.append(varied)
            self.clips.append((texts, sequence.captions, mirrored))
        clips = clip_tensors(sequences, view, int(generator.integers(2**31)))
        clips = {name: torch.from_numpy(array).to(self.model.device) for name, array in clips.items()}
        frames = self.model.renderer(**clips).frames
        features, kept = self.model.visual_tokens(frames)
        kept = kept.unflatten(0, frames.shape[:2])
        self.tokens += zip(features.to(torch.bfloat16).split(kept.sum((1, 2)).tolist()), kept, strict=True)

    def __len__(self) -> int:
        return len(self.clips)

    def make(self, step: int) -> dict[str, Any]:
        """The batch of a step: the same one whenever it is drawn."""
        generator = np.random.default_rng((self.recipe.seed + 10, self.world.rank, step))
        count = min(self.recipe.alignment_batch // self.world.size, len(self))
        chosen = generator.choice(len(self), count, replace=False)
        draw, wordings = self.examples.maker.wording, list[Any]()
        for texts, captions, mirrored in (self.clips[i] for i in chosen.tolist()):
            wordings.append(draw(texts, captions, mirrored, generator))
        return {
            "features": torch.cat([self.tokens[i][0] for i in chosen]).float(),
            "kept": torch.cat([self.tokens[i][1] for i in chosen]),
            "clips": count,
            "vectors": self._vectors([wording.text for wording in wordings]),
            "wrong": self._vectors([wording.foil for wording in wordings if wording.foil] or [""]),
            "rows": foiled(wordings).to(self.recipe.device),
            "same": same_meaning(wordings).to(self.recipe.device),
        }

    def loss(self, step: int, batch: dict[str, Any]) -> torch.Tensor:
        """The contrastive losses of a batch."""
        generator = np.random.default_rng((self.recipe.seed + 11, self.world.rank, step))
        loss = alignment_loss(self.model.alignment, **batch)
        return loss + lexicon_loss(self.model.alignment, self.pairs, self.recipe, generator)

    def _vectors(self, texts: list[str]) -> torch.Tensor:
        """(texts, size); those that were there before are not encoded again."""
        if len(self.known) > REMEMBERED:
            self.known.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.encoder.encode(new), strict=True))
        return torch.stack([self.known[text] for text in texts]).to(self.recipe.device)


def align(model: Any, view: ClipView, examples: Planned, recipe: Recipe, **options: Any) -> None:
    """Trains the alignment alone; the moving average of its weights is what stays.

    Args:
        model: whose alignment; everything else rests.
        view, examples, recipe: as in `AlignmentStage`.
        options: `folder` and `deadline` of `loop.run`.
    """
    stage = AlignmentStage(model, view, examples, recipe)
    if World.here().rank == 0:
        print(f"{counted(len(stage), 'clip')} in visual tokens, in each process", flush=True)
    run_averaged(
        "alignment", recipe.alignment_steps, model.alignment.train(), recipe, stage.make, stage.loss, **options
    )
