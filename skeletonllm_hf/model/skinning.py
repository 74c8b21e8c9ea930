"""Linear blend skinning: what joints hold, carried over to the Gaussians between them."""

from __future__ import annotations

import torch


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
