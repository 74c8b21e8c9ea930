"""Training of the joint encoder (`skeletonllm_hf.joints`): clips as joints are kept once, and varied anew at every step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from ..joints import JointEncoder, joint_batch
from ..joints.encoder import VIEW
from ..nouns import counted
from ..sentences import load_sentence_encoder
from . import ahead
from .language import alignment_loss, foiled, lexicon_loss
from .loop import run_averaged
from .mixture import Planned
from .recipe import Recipe
from .wordings import LexiconPairs, Wording, same_meaning

TURNED_VIEW = VIEW.replace(heading="keep")  # clips were turned beforehand, so that a variation can turn them away again
WORDINGS = 3  # of each clip, drawn once; a step takes one of them
TURNED, SCALED = 0.15, 0.08  # standard deviations at a step: radians about the vertical, logarithm of the size
LOSING, MOST_LOST = 0.4, 0.35  # of the clips of a step, some lose joints: up to that share of them
FEWEST_FRAMES = 14  # that are read at a step


class JointStage:
    """Draws batches from clips that are kept as joints, and tells their loss.

    Args:
        encoder: learns.
        examples: whose clips are kept; their maker draws variations and wordings.
        recipe: the numbers.
    """

    def __init__(self, encoder: JointEncoder, examples: Planned, recipe: Recipe) -> None:
        self.encoder, self.examples, self.recipe = encoder, examples, recipe
        made = ahead.each(self._clip, len(examples), recipe.workers)
        kept = [clip for clip in made if clip is not None]
        joints, known, seconds, self.wordings = zip(*kept, strict=True)
        self.clips = {
            "joints": np.concatenate(joints),
            "known": np.concatenate(known),
            "seconds": np.concatenate(seconds),
        }
        print(f"{counted(len(kept), 'clip')} as joints, {len(made) - len(kept)} left out", flush=True)
        sentences = load_sentence_encoder()
        self.pairs = LexiconPairs(sentences) if recipe.lexicon_weight else None
        texts = dict.fromkeys(
            text for each in self.wordings for wording in each for text in (wording.text, wording.foil)
        )
        self.places = {text: place for place, text in enumerate(sorted(texts, key=len))}
        ordered = list(self.places)
        parts = [ordered[start : start + 1024] for start in range(0, len(ordered), 1024)]
        bar = tqdm(parts, desc="sentences", unit="batch", disable=None)
        self.vectors = torch.cat([sentences.encode(part).half() for part in bar])
        print(f"{counted(len(ordered), 'sentence')} as vectors", flush=True)

    def _clip(self, place: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[Wording]] | None:
        """Joints in half precision, their mask, seconds and wordings of the clip at a place; None: no joint is seen."""
        maker = self.examples.maker
        generator = maker.generator(place)
        number, sequence, texts = self.examples.clip(place)
        varied, mirrored = maker.varied(number, sequence, generator)
        if not varied.mask.any():
            return None
        batch = joint_batch([varied], int(generator.integers(2**31)), TURNED_VIEW)
        drawn = [maker.wording(texts, sequence.captions, mirrored, generator) for _ in range(WORDINGS)]
        wordings = list(dict.fromkeys(wording for wording in drawn if wording is not None))
        return batch["joints"].numpy().astype(np.float16), batch["known"].numpy(), batch["seconds"].numpy(), wordings

    def make(self, step: int) -> dict[str, Any]:
        """The batch of a step: the same one whenever it is drawn."""
        generator = np.random.default_rng((self.recipe.seed + 12, step))
        chosen = generator.choice(
            len(self.wordings), min(self.recipe.alignment_batch, len(self.wordings)), replace=False
        )
        wordings = [self.wordings[i][int(generator.integers(len(self.wordings[i])))] for i in chosen]
        clips = {name: torch.from_numpy(values[chosen]) for name, values in self.clips.items()}
        foils = [wording.foil for wording in wordings if wording.foil] or [""]
        return {
            "clips": varied(clips, generator),
            "vectors": self._vectors([wording.text for wording in wordings]),
            "wrong": self._vectors(foils),
            "rows": foiled(wordings),
            "same": same_meaning(wordings),
        }

    def loss(self, step: int, batch: dict[str, Any]) -> torch.Tensor:
        """The contrastive losses of a batch."""
        alignment, clips = self.encoder.alignment, dict(batch["clips"])
        kept = clips.pop("kept")
        features = self.encoder.features(**clips)[kept]
        words = {name: batch[name] for name in ("vectors", "wrong", "rows", "same")}
        loss = alignment_loss(alignment, features, kept.flatten()[:, None], len(kept), **words)
        generator = np.random.default_rng((self.recipe.seed + 13, step))
        return loss + lexicon_loss(alignment, self.pairs, self.recipe, generator)

    def _vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """(texts, size) float32."""
        return self.vectors[[self.places[text] for text in texts]].float()


def varied(clips: dict[str, torch.Tensor], generator: np.random.Generator) -> dict[str, torch.Tensor]:
    """A batch as `joint_batch` gives it, turned and scaled, with joints lost and frames left out; adds `kept`, (clips, FRAMES)."""
    joints, known = clips["joints"].float(), clips["known"]
    count, frames = joints.shape[:2]
    angle = torch.from_numpy(generator.normal(0, TURNED, count)).float()
    zero, one = torch.zeros(count), torch.ones(count)
    turn = torch.stack([angle.cos(), zero, angle.sin(), zero, one, zero, -angle.sin(), zero, angle.cos()], 1).unflatten(
        1, (3, 3)
    )
    size = torch.from_numpy(np.exp(generator.normal(0, SCALED, count))).float()
    joints = torch.einsum("ctpjni,cki->ctpjnk", joints.unflatten(-1, (2, 3)), size[:, None, None] * turn).flatten(-2)
    chances = generator.uniform(0, MOST_LOST, (count, 1, 1, 1)) * (generator.random((count, 1, 1, 1)) < LOSING)
    left = known & torch.from_numpy(generator.random((count, 1, *known.shape[2:])) >= chances)
    known = torch.where(left.flatten(1).any(1)[:, None, None, None], left, known)
    order = torch.from_numpy(generator.random((count, frames))).argsort(1).argsort(1)
    kept = order < int(generator.integers(FEWEST_FRAMES, frames + 1))
    return {"joints": joints, "known": known, "seconds": clips["seconds"], "kept": kept}


def learn_joints(encoder: JointEncoder, examples: Planned, recipe: Recipe, **options: Any) -> nn.Module:
    """Trains an encoder; the moving average of its weights is what stays.

    Args:
        encoder, examples, recipe: as in `JointStage`.
        options: `folder` and `deadline` of `loop.run`.
    """
    stage = JointStage(encoder, examples, recipe)
    run_averaged("joints", recipe.alignment_steps, encoder.train(), recipe, stage.make, stage.loss, **options)
    return encoder.eval()
