"""Loading of clips, and their input tensors of the renderer."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from .configuration_skeletonllm import CAMERAS
from .gaussians import GaussianSampling, gaussian_template, stack_templates
from .layouts import SkeletonLayout, get_layout, layouts_with
from .package import package_module
from .placement import (
    denoised,
    displacements,
    heading,
    imputed,
    looked_ahead,
    published_axes,
    shown_frames,
    turn_about_y,
)
from .skeleton import SkeletonSequence

HEADINGS = ("keep", "face")


@dataclass(frozen=True)
class ClipView:
    """Settings of how a clip is shown: a processor's settings of the same names, without those of text.

    Args:
        num_frames: frames rendered of each clip.
        camera: of `CAMERAS`, as the renderer's.
        heading: of `HEADINGS`.
        views: draws of a clip's frames over which answers average.
        impute_joints: whether unseen joints between seen ones are placed there (`placement.imputed`), not left out.
        denoise: whether clips that noise shakes are smoothed over time (`placement.denoised`).
        trim_rest: whether long rest before and after the movement is left out (`placement.moving_part`).
        skin_rotations: whether joint rotations that clips carry turn the Gaussians.
        sampling: how Gaussians are spread over a skeleton.

    Raises:
        ValueError: another camera or heading.
    """

    num_frames: int = 12
    camera: str = "fit"
    heading: str = "keep"
    views: int = 1
    impute_joints: bool = False
    denoise: bool = False
    trim_rest: bool = False
    skin_rotations: bool = False
    sampling: GaussianSampling = field(default_factory=GaussianSampling)

    def __post_init__(self) -> None:
        for name, choices in (("camera", CAMERAS), ("heading", HEADINGS)):
            if (value := getattr(self, name)) not in choices:
                raise ValueError(f"{name}: expected one of {choices}, got {value!r}")

    def frames_of(
        self, clip: SkeletonSequence, generator: np.random.Generator | None = None, phase: float = 0.5
    ) -> np.ndarray:
        """(num_frames,) the numbers of a clip's frames that are shown: see `placement.shown_frames`."""
        return shown_frames(clip, self.num_frames, generator, phase, self.trim_rest)

    def replace(self, **changes: Any) -> ClipView:
        """A copy with some fields changed."""
        return replace(self, **changes)


def load_clip(clip: Any, layout: str | SkeletonLayout | None = None) -> SkeletonSequence:
    """A clip from a path, a row of a dataset, an array or a `SkeletonSequence`; arguments and errors as in the processor's call."""
    if isinstance(clip, (str, os.PathLike, Mapping)):
        if isinstance(clip, Mapping):
            return package_module("data.schema", "skeletons: reading a row of a dataset").decode(clip)
        return package_module("readers", f"{clip}: reading a file (an array needs no reader)").load_skeleton(
            clip, layout=layout
        )
    if hasattr(clip, "canonical"):  # not isinstance: remote code may hold a second copy of the class
        return clip
    if isinstance(clip, torch.Tensor):
        clip = clip.detach().cpu().float().numpy()  # NumPy has no bfloat16
    if not isinstance(clip, (np.ndarray, list, tuple)):
        raise TypeError(f"skeletons: expected a SkeletonSequence, a path or an array, got {type(clip).__name__}")
    if isinstance(clip, (list, tuple)) and any(_is_whole(part) for part in clip):
        raise TypeError(f"skeletons: expected one clip, got a {type(clip).__name__} of {len(clip)}")
    joints = np.asarray(clip, dtype=np.float32)
    if joints.ndim == 3:
        joints = joints[:, None]
    if joints.ndim != 4:
        raise ValueError(f"skeletons: expected (frames, [people,] joints, 2 or 3), got shape {joints.shape}")
    if layout is None:
        choices = layouts_with(joints.shape[2])
        if len(choices) != 1:
            names = ", ".join(choice.name for choice in choices) or "none"
            raise ValueError(f"skeletons: {joints.shape[2]} joints fit layouts: {names}; say which by layout=")
        layout = choices[0]
    return SkeletonSequence(joints, get_layout(layout))


def _is_whole(part: Any) -> bool:
    return isinstance(part, (str, os.PathLike, Mapping, SkeletonSequence)) or getattr(part, "ndim", 0) > 2


def clip_tensors(
    clips: Sequence[SkeletonSequence], view: ClipView, seed: int | None = None, phase: float = 0.5
) -> dict[str, np.ndarray]:
    """The renderer's inputs for a batch of clips, padded to the largest number of people and joints.

    Args:
        clips: at least one.
        view: how they are shown.
        seed: draws each frame at random within its segment (training); None takes it at `phase`.
        phase: the share of its segment that lies before a frame; 0.5 takes the middle.

    Raises:
        ValueError: a clip in which no joint is ever seen.
    """
    generator = None if seed is None else np.random.default_rng(seed)
    placed = [_placed(clip, view, generator, phase) for clip in clips]
    people = max(each["joints"].shape[1] for each in placed)
    joints = max(each["joints"].shape[2] for each in placed)
    shape = (len(clips), view.num_frames, people, joints)
    data = {
        "joints": np.zeros((*shape, 3), dtype=np.float32),
        "velocities": np.zeros((*shape, 3), dtype=np.float32),
        "joint_mask": np.zeros(shape, dtype=bool),
    }
    if any("joint_rotations" in each for each in placed):  # all zero for clips without: then nothing is turned
        data["joint_rotations"] = np.zeros((*shape, 3, 3), dtype=np.float32)
        data["rest_joints"] = np.zeros((len(clips), joints, 3), dtype=np.float32)
    for row, arrays in enumerate(placed):
        rest = arrays.pop("rest_joints", None)
        if rest is not None:
            data["rest_joints"][row, : len(rest)] = rest
        for name, array in arrays.items():
            data[name][row, :, : array.shape[1], : array.shape[2]] = array
    return data | stack_templates([gaussian_template(clip.layout, view.sampling) for clip in clips])


def clip_frames(clips: Sequence[SkeletonSequence], view: ClipView, renderer: Any, seed: int | None = None) -> Any:
    """Frames (clips, frames, 3, height, width) in [0, 1] of clips, on the device of the `DrActionModel`."""
    inputs = clip_tensors(clips, view, seed)
    return renderer(**{name: torch.from_numpy(array).to(renderer.device) for name, array in inputs.items()}).frames


def _placed(
    clip: SkeletonSequence, view: ClipView, generator: np.random.Generator | None, phase: float
) -> dict[str, np.ndarray]:
    """Sampled joints and velocities in camera axes (frames, people, joints, 3), and their mask; with `skin_rotations` also the
    clip's rotations and the T-pose (joints, 3) that they refer to."""
    if not clip.mask.any():
        raise ValueError(f"{clip.source or 'skeletons'}: expected a joint that is seen in some frame, got none")
    if (body := clip.mask & ~clip.layout.details).any():
        clip = clip.replace(mask=body)  # of a dense rig only the body is drawn
    seen = denoised(clip.canonical()) if view.denoise else clip.canonical()
    frames = view.frames_of(clip, generator, phase)
    drawn = np.concatenate([frames, looked_ahead(seen)[0][frames]])
    sequence = imputed(seen, drawn) if view.impute_joints else seen
    velocities = displacements(sequence)
    joints, mask = sequence.joints, sequence.mask
    angle = heading(seen) if view.heading == "face" else 0.0
    if angle:
        joints, velocities = turn_about_y(joints, angle), turn_about_y(velocities, angle)
    if view.camera == "published":
        joints, signs = published_axes(clip, joints, mask)
    else:
        signs = np.array([1.0, 1.0, -1.0], dtype=np.float32)  # Z towards the viewer -> away from the camera
        joints = joints * signs
    placed = {
        "joints": joints[frames] * mask[frames][..., None],
        "velocities": velocities[frames] * signs,
        "joint_mask": mask[frames],
    }
    if view.skin_rotations and seen.rotations is not None:
        turns = turn_about_y(seen.rotations[frames].swapaxes(-1, -2), angle).swapaxes(-1, -2)
        known = (seen.mask & np.isfinite(seen.rotations).all((-1, -2)))[frames]
        # pose = R rest, so in the camera's axes S A pose = (S A R S) (S rest)
        placed["joint_rotations"] = np.where(known[..., None, None], signs[:, None] * turns * signs, 0)
        placed["rest_joints"] = clip.layout.rest_joints * signs
    return placed
