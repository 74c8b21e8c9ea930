"""Inverse rendering: the vision tower learns to find the body's joints in the frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from ..evaluation.work import World
from ..joints import BODY_TARGETS, body_places, body_targets
from ..model.clip_view import ClipView, clip_tensors
from ..model.skeleton import SkeletonSequence
from .augment import augment
from .loop import run
from .recipe import Recipe

# Velocities are metres in 4/30 s, a tenth of what positions are: unless they weigh more, the renderer does not learn to show them.
VELOCITY_SCALE = 5.0


class BodyHead(nn.Module):
    """Finds the joints of up to two people in the visual tokens of each frame; used in training only."""

    def __init__(self, width: int, distance: float):
        super().__init__()
        self.distance = distance  # of the camera from the scene's centre, in metres
        self.score = nn.Linear(width, 8)
        self.find = nn.Sequential(nn.Linear(8 * width, 512), nn.GELU(), nn.Linear(512, 2 * len(BODY_TARGETS) * 6))

    def forward(self, tokens: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """tokens (images, places, width), kept (images, places) -> (images, 2, points, 6): position, velocity."""
        attention = self.score(tokens).masked_fill(~kept[..., None], -1e4).softmax(1) * kept[..., None]
        pooled = torch.einsum("npk,npw->nkw", attention, tokens).flatten(1)
        return self.find(pooled).unflatten(1, (2, len(BODY_TARGETS), 6))

    def loss(
        self,
        tokens: torch.Tensor,
        kept: torch.Tensor,
        places: torch.Tensor,
        inputs: dict[str, torch.Tensor],
        joints: torch.Tensor,
    ) -> torch.Tensor:
        """How far what it finds in the frames of clips is from their joints and velocities.

        Args:
            tokens (tokens, width), kept (images, places): the frames' visual tokens, as `model.visual_tokens` gives them.
            places: (clips, points): `batches.body_places` of the clips.
            inputs: their tensors, as the processor gives them.
            joints: (clips, frames, people, joints, 3) as the renderer has placed them before the camera.
        """
        centre = joints.new_tensor([0.0, 0.0, self.distance])
        values = torch.cat([joints.detach() - centre, VELOCITY_SCALE * inputs["velocities"]], -1)
        targets, known = body_targets(places, values, inputs["joint_mask"])
        spread = tokens.new_zeros(*kept.shape, tokens.shape[-1]).masked_scatter(kept[..., None], tokens)
        found = self(spread, kept).unflatten(0, targets.shape[:2])
        return F.smooth_l1_loss(found[known].float(), targets[known], beta=0.1)


def inverse_rendering(
    model: Any,
    head: BodyHead,
    view: ClipView,
    recipe: Recipe,
    synthetic: Sequence[SkeletonSequence],
    real: Sequence[SkeletonSequence],
    folder: Path | None = None,
) -> None:
    """Stage 1: joints and their velocities from frames. Trains renderer, vision tower, projector and the head that reads them.

    What a killed run needs to go on is kept in `folder`.
    """
    mllm = model.mllm.model
    view = view.replace(num_frames=recipe.inverse_frames)
    world = World.here()
    clips_each = recipe.inverse_clips // world.size
    count = round(clips_each * recipe.inverse_real) if real else 0

    def make(step: int) -> dict[str, Any]:
        generator = np.random.default_rng((recipe.seed + 1, world.rank, step))
        picks = [real[i] for i in generator.integers(max(1, len(real)), size=count)]
        picks += [synthetic[i] for i in generator.integers(len(synthetic), size=clips_each - count)]
        clips = [augment(clip, generator)[0] for clip in picks]
        inputs = clip_tensors(clips, view, seed=int(generator.integers(2**31)))
        return {
            "places": body_places(clips),
            "clips": {name: torch.from_numpy(array) for name, array in inputs.items()},
        }

    def loss_of(step: int, batch: dict[str, Any]) -> torch.Tensor:
        rendered = model.renderer(**batch["clips"])
        tokens, kept = model.visual_tokens(rendered.frames)
        return head.loss(tokens, kept, batch["places"], batch["clips"], rendered.joints)

    parts = [model.renderer, mllm.vision_tower, mllm.multi_modal_projector, head]
    for _ in run("inverse", recipe.inverse_steps, parts, recipe, make, loss_of, folder=folder):
        pass
