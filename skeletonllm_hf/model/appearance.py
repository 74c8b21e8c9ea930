"""What colours the renderer's Gaussians: its small networks, the tint by depth and the fixed colours of the ablation."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .cameras import vector


class RendererLayer(nn.Module):
    """A float32 linear map, with the parameter names of `nn.Linear`.

    It is none: what looks for linear layers in a model, to adapt them (`target_modules="all-linear"`) or to store them in
    four bits, means those of the language model and leaves the geometry alone.
    """

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, dtype=torch.float32))
        self.bias = nn.Parameter(torch.empty(outputs, dtype=torch.float32))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return F.linear(values.float(), self.weight.float(), self.bias.float())


def mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Two layers with a ReLU between them."""
    return nn.Sequential(RendererLayer(inputs, hidden), nn.ReLU(), RendererLayer(hidden, outputs))


def depth_tint(depths: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """(..., gaussians, 3): near blue, middle green, far red, over each person's own depth range in the frame."""
    low = depths.masked_fill(~seen, torch.inf).amin(-1, keepdim=True)
    high = depths.masked_fill(~seen, -torch.inf).amax(-1, keepdim=True)
    absent = ~seen.any(-1, keepdim=True)
    low, high = low.masked_fill(absent, 0.0), high.masked_fill(absent, 1.0)
    depth = ((depths - low) / (high - low + 1e-6)).clamp(0.0, 1.0)
    return torch.stack([depth, 1.0 - (2.0 * depth - 1.0).abs(), 1.0 - depth], dim=-1)


def fixed_colors(means: torch.Tensor, motion: torch.Tensor, seen: torch.Tensor, distance: float) -> torch.Tensor:
    """The ablation's renderer: three quarters of the colour from the place in the scene, one from velocity."""
    centre = vector(means, 0.0, 0.0, distance)
    place = ((means - centre) / distance).clamp(-0.5, 0.5) + 0.5
    speed = motion.clamp(-0.5, 0.5) + 0.5
    return (0.75 * place + 0.25 * speed) * seen[..., None]
