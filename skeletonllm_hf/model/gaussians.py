"""The Gaussians of a skeleton: their places on joints and bones, linear blend skinning, and what colours them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .cameras import vector
from .layouts import SkeletonLayout, get_layout


@dataclass(frozen=True)
class GaussianSampling:
    """How Gaussians are spread over a skeleton.

    Args:
        joint_radius, bone_radius: standard deviation in metres of the rendered world.
        spacing: metres of T-pose bone between two samples: the same on every layout, so that limbs
            look equally solid whatever sensor they came from.
        bank_layout: name of the layout whose Gaussians hold the learned appearance.
        bank_samples: samples on every bone of `bank_layout` (10 in the released weights), or 0 to use `spacing` there too.
    """

    joint_radius: float = 0.02
    bone_radius: float = 0.02
    spacing: float = 0.025
    bank_layout: str = "kinect_v2"
    bank_samples: int = 10

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class GaussianTemplate:
    """The Gaussians of one layout: joints first, then bone by bone, sample by sample.

    Args:
        joints: (gaussians, 2) int64, the two joints that carry a Gaussian (the same one twice for a joint's own).
        blends: (gaussians,) float32, share of the second joint.
        scales: (gaussians,) float32, standard deviation, metres.
        positions: (gaussians, 3) float32, place on the canonical body, metres.
    """

    joints: np.ndarray
    blends: np.ndarray
    scales: np.ndarray
    positions: np.ndarray

    def __len__(self) -> int:
        return len(self.blends)


MIN_SAMPLES = 2  # on the shortest bone, so that every bone shows (as in the released code)
MAX_SAMPLES = 64  # on the longest: bounds the work for a layout whose T-pose is in wrong units


def gaussian_template(layout: str | SkeletonLayout, sampling: GaussianSampling) -> GaussianTemplate:
    """Gaussians on the joints and bones of a layout (Section "From skeleton to Gaussians" of the paper's renderer).

    Args:
        layout: the layout or its name.
        sampling: radii and density.
    """
    layout = get_layout(layout)
    rest = layout.rest_joints
    bones = np.asarray(layout.bones, dtype=np.int64).reshape(-1, 2)
    if layout.name == sampling.bank_layout and sampling.bank_samples:
        counts = np.full(len(bones), sampling.bank_samples)
    else:
        lengths = np.linalg.norm(rest[bones[:, 0]] - rest[bones[:, 1]], axis=-1)
        counts = np.clip(np.rint(lengths / sampling.spacing), MIN_SAMPLES, MAX_SAMPLES).astype(int)
    own = np.arange(layout.num_joints)
    joints = np.concatenate([np.stack([own, own], 1), np.repeat(bones, counts, axis=0)])
    along = [np.arange(1, count + 1) / (count + 1) for count in counts]
    blends = np.concatenate([np.zeros(layout.num_joints), *along]).astype(np.float32)
    scales = np.where(np.arange(len(joints)) < layout.num_joints, sampling.joint_radius, sampling.bone_radius)
    positions = rest[joints[:, 0]] * (1 - blends[:, None]) + rest[joints[:, 1]] * blends[:, None]
    return GaussianTemplate(joints.astype(np.int64), blends, scales.astype(np.float32), positions.astype(np.float32))


def stack_templates(templates: Sequence[GaussianTemplate]) -> dict[str, np.ndarray]:
    """Templates of several layouts as one batch; padding has scale 0 and is never drawn.

    Returns:
        `gaussian_joints` (clips, gaussians, 2), `gaussian_blends`, `gaussian_scales` (clips, gaussians) and
        `gaussian_positions` (clips, gaussians, 3), with as many Gaussians as the largest template.
    """
    size = max(len(template) for template in templates)

    def padded(name: str) -> np.ndarray:
        arrays = [getattr(template, name) for template in templates]
        out = np.zeros((len(arrays), size, *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        for row, array in zip(out, arrays, strict=True):
            row[: len(array)] = array
        return out

    return {f"gaussian_{field.name}": padded(field.name) for field in dataclasses.fields(GaussianTemplate)}


def both_ends(values: torch.Tensor, gaussian_joints: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Values (clips, frames, people, joints, ...) at the two joints that carry each Gaussian.

    Args:
        gaussian_joints: (clips, gaussians, 2).

    Returns:
        Two of (clips, frames, people, gaussians, ...).
    """
    clip = torch.arange(len(values), device=values.device)[:, None]
    by_joint = values.movedim(3, 1)  # (clips, joints, frames, people, ...)
    first, second = (by_joint[clip, gaussian_joints[..., end]].movedim(1, 3) for end in (0, 1))
    return first, second


def blend(values: torch.Tensor, gaussian_joints: torch.Tensor, blends: torch.Tensor) -> torch.Tensor:
    """(clips, frames, people, gaussians, 3): linear blend of what the two carrying joints hold."""
    first, second = both_ends(values, gaussian_joints)
    return torch.lerp(first, second, blends[:, None, None, :, None])


def turned(
    rotations: torch.Tensor,
    rest_joints: torch.Tensor,
    offsets: torch.Tensor,
    gaussian_joints: torch.Tensor,
    blends: torch.Tensor,
) -> torch.Tensor:
    """What joint rotations add to interpolated places: `sum_j w_j R_j (c - c_j)`.

    With it the centres are those of linear blend skinning, `sum_j w_j (R_j (c - c_j) + x_j)`.

    Args:
        rotations: (clips, frames, people, joints, 3, 3).
        rest_joints: (clips, joints, 3), the rest pose.
        offsets: (gaussians or 1, 3), how far a Gaussian's place `c` in the rest pose lies off its bone.
        gaussian_joints, blends: (clips, gaussians, 2) and (clips, gaussians).

    Returns:
        (clips, frames, people, gaussians, 3).
    """
    clip = torch.arange(len(rotations), device=rotations.device)[:, None]
    ends = [rest_joints[clip, gaussian_joints[..., end]] for end in (0, 1)]  # (clips, gaussians, 3)
    along = blends[..., None]
    centre = torch.lerp(ends[0], ends[1], along) + offsets
    first, second = both_ends(rotations, gaussian_joints)
    first = (first @ (centre - ends[0])[:, None, None, ..., None])[..., 0]
    second = (second @ (centre - ends[1])[:, None, None, ..., None])[..., 0]
    return torch.lerp(first, second, along[:, None, None])


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
