"""Inverse rendering: the vision tower learns to find the body's joints in the frames."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from ..model.skeleton import SkeletonSequence
from .augment import augment
from .batches import BODY_TARGETS, body_targets
from .loop import run
from .recipe import Recipe


class BodyHead(nn.Module):
    """Finds the joints of up to two people in the visual tokens of each frame; used in training only."""

    def __init__(self, width: int):
        super().__init__()
        self.score = nn.Linear(width, 8)
        self.find = nn.Sequential(nn.Linear(8 * width, 512), nn.GELU(), nn.Linear(512, 2 * len(BODY_TARGETS) * 6))

    def forward(self, tokens: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """tokens (images, places, width), kept (images, places) -> (images, 2, points, 6): position, velocity."""
        attention = self.score(tokens).masked_fill(~kept[..., None], -1e4).softmax(1) * kept[..., None]
        pooled = torch.einsum("npk,npw->nkw", attention, tokens).flatten(1)
        return self.find(pooled).unflatten(1, (2, len(BODY_TARGETS), 6))


def inverse_rendering(
    model, processor, recipe: Recipe, synthetic: Sequence[SkeletonSequence], real: Sequence[SkeletonSequence]
) -> BodyHead:
    """Stage 1: joints and their velocities from frames. Trains renderer, vision tower and projector; returns the head that reads them."""
    head = BodyHead(model.config.get_text_config().hidden_size)
    mllm = model.mllm.model
    few = copy.copy(processor)
    few.num_frames = recipe.inverse_frames
    generator = np.random.default_rng(recipe.seed + 1)
    centre = torch.tensor([0.0, 0.0, model.config.renderer_config.distance])

    def loss_of(step: int) -> torch.Tensor:
        count = round(recipe.inverse_clips * recipe.inverse_real) if real else 0
        picks = [real[i] for i in generator.integers(max(1, len(real)), size=count)]
        picks += [synthetic[i] for i in generator.integers(len(synthetic), size=recipe.inverse_clips - count)]
        clips = [augment(clip, generator)[0] for clip in picks]
        inputs = {k: torch.from_numpy(v) for k, v in few.tensors(clips, seed=int(generator.integers(2**31))).items()}
        rendered = model.renderer(**inputs)
        tokens, kept = model.visual_tokens(rendered.frames)
        values = torch.cat([rendered.joints.detach() - centre, inputs["velocities"]], -1)
        targets, known = body_targets(clips, values, inputs["joint_mask"])
        spread = tokens.new_zeros(*kept.shape, tokens.shape[-1]).masked_scatter(kept[..., None], tokens)
        found = head(spread, kept).unflatten(0, targets.shape[:2])
        return F.smooth_l1_loss(found[known].float(), targets[known], beta=0.1)

    for _ in run(
        "inverse",
        recipe.inverse_steps,
        [model.renderer, mllm.vision_tower, mllm.multi_modal_projector, head],
        recipe,
        loss_of,
    ):
        pass
    return head
