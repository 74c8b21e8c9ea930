"""Points of the body that most layouts have, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from ..model.skeleton import SkeletonSequence

BODY_TARGETS = (
    *("head", "neck_base", "pelvis"),
    *(
        f"{side}_{part}"
        for side in ("left", "right")
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ),
)


def body_places(sequences: Sequence[SkeletonSequence]) -> torch.Tensor:
    """(clips, points): which joint of each clip's layout each of `BODY_TARGETS` is, -1 where it has none."""
    bodies = [sequence.layout.body for sequence in sequences]
    return torch.tensor([[body.index(point) if point in body else -1 for point in BODY_TARGETS] for body in bodies])


def body_targets(places: torch.Tensor, values: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What inverse rendering is to find: `BODY_TARGETS` of up to two people, leftmost first.

    Args:
        places: (clips, points), as `body_places` gives them.
        values: (clips, frames, people, joints, n): what is to be found of each joint, X of its position first.
        mask: (clips, frames, people, joints).

    Returns:
        targets (clips, frames, 2, points, n) and their mask (clips, frames, 2, points).
    """
    seen = mask.sum((1, 3))
    across = (values[..., 0] * mask).sum((1, 3)) / seen.clamp(min=1)
    order = across.masked_fill(seen == 0, torch.inf).argsort(dim=1, stable=True)[:, None, :2, None]
    joints = places.clamp(min=0)[:, None, None]
    targets = values.take_along_dim(order[..., None], 2).take_along_dim(joints[..., None], 3)
    known = mask.take_along_dim(order, 2).take_along_dim(joints, 3) & (places >= 0)[:, None, None]
    missing = 2 - known.shape[2]
    return F.pad(targets, (0, 0, 0, 0, 0, missing)), F.pad(known, (0, 0, 0, missing))
