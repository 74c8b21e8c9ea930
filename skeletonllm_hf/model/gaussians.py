"""Where the Gaussians of a skeleton sit: which joints carry them, how thick they are, and their place on the body."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

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


def gaussian_template(
    layout: str | SkeletonLayout, sampling: GaussianSampling, samples: Sequence[int] | np.ndarray | None = None
) -> GaussianTemplate:
    """Gaussians on the joints and bones of a layout (Section "From skeleton to Gaussians" of the paper's renderer).

    Args:
        layout: the layout or its name.
        sampling: radii and density.
        samples: samples on each bone, overriding `sampling`.
    """
    layout = get_layout(layout)
    rest = layout.rest_joints
    bones = np.asarray(layout.bones, dtype=np.int64).reshape(-1, 2)
    if samples is None:
        if layout.name == sampling.bank_layout and sampling.bank_samples:
            samples = np.full(len(bones), sampling.bank_samples)
        else:
            lengths = np.linalg.norm(rest[bones[:, 0]] - rest[bones[:, 1]], axis=-1)
            samples = np.clip(np.rint(lengths / sampling.spacing), MIN_SAMPLES, MAX_SAMPLES).astype(int)
    counts = np.asarray(samples, dtype=int)
    if counts.shape != (len(bones),):
        raise ValueError(f"samples: expected one number for each of {len(bones)} bones, got shape {counts.shape}")
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
