"""What the renderer's tests share: small models, clips that move, batches as the processor makes them."""

from __future__ import annotations

import torch

from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.gaussians import gaussian_template, stack_templates
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.model.modeling_draction import DrActionModel

DOG = {
    "name": "dog",
    "joints": [
        "nose", "head", "neck", "withers", "back", "rump", "tail_base", "tail_middle", "tail_tip",
        *(f"{side}_{end}_{part}" for side in ("left", "right") for end in ("front", "rear") for part in ("shoulder", "knee", "paw")),
    ],
    "bones": [
        ["nose", "head"], ["head", "neck"], ["neck", "withers"], ["withers", "back"], ["back", "rump"], ["rump", "tail_base"],
        ["tail_base", "tail_middle"], ["tail_middle", "tail_tip"],
        *([a.format(side), b.format(side)] for side in ("left", "right") for a, b in (
            ("withers", "{}_front_shoulder"), ("{}_front_shoulder", "{}_front_knee"), ("{}_front_knee", "{}_front_paw"),
            ("rump", "{}_rear_shoulder"), ("{}_rear_shoulder", "{}_rear_knee"), ("{}_rear_knee", "{}_rear_paw"))),
    ],
}  # fmt: skip

DEPTH = 2.5  # metres from the published camera


def make_model(seed: int = 0, **config) -> DrActionModel:
    """A small renderer with random weights, some of the modulator's so large that it matters."""
    torch.manual_seed(seed)
    model = DrActionModel(DrActionConfig(**{"image_size": 33, "num_frames": 3, "bank_samples": 2, **config})).eval()
    if model.config.modulator:
        with torch.no_grad():
            model.modulator[2].weight.mul_(10)
    return model


def make_clip(layout="kinect_v2", frames: int = 3, people: int = 1, seed: int = 0) -> dict[str, torch.Tensor]:
    """joints, velocities, joint_mask of one clip in camera axes: bodies side by side whose limbs move."""
    rng = torch.Generator().manual_seed(seed)
    rest = torch.from_numpy(get_layout(layout).rest_joints.copy())
    rest = (rest - rest.mean(0)) * torch.tensor([1.0, 1.0, -1.0])
    moved = lambda: 0.06 * torch.randn(1, frames, people, len(rest), 3, generator=rng)  # noqa: E731
    offsets = torch.arange(people)[:, None, None] * torch.tensor([0.5, 0.0, 0.3])
    joints = rest + offsets + moved() + torch.tensor([0.0, 0.0, DEPTH])
    return {"joints": joints, "velocities": moved(), "joint_mask": torch.ones(joints.shape[:-1], dtype=torch.bool)}


def gaussians_of(model: DrActionModel, *layouts) -> dict[str, torch.Tensor]:
    templates = stack_templates([gaussian_template(layout, model.config.sampling) for layout in layouts])
    return {name: torch.from_numpy(values) for name, values in templates.items()}


def make_batch(model: DrActionModel, clips: list[tuple[object, dict[str, torch.Tensor]]]) -> dict[str, torch.Tensor]:
    """Clips (layout, inputs) of any layouts and numbers of people, padded with what must not matter."""
    people = max(clip["joints"].shape[2] for _, clip in clips)
    joints = max(clip["joints"].shape[3] for _, clip in clips)
    frames = clips[0][1]["joints"].shape[1]
    batch = {
        "joints": torch.full((len(clips), frames, people, joints, 3), torch.nan),
        "velocities": torch.full((len(clips), frames, people, joints, 3), torch.nan),
        "joint_mask": torch.zeros(len(clips), frames, people, joints, dtype=torch.bool),
    }
    for row, (_, clip) in enumerate(clips):
        for name, values in clip.items():
            batch[name][row, :, : values.shape[2], : values.shape[3]] = values[0]
    return batch | gaussians_of(model, *(layout for layout, _ in clips))


def frames_and_gradients(model: DrActionModel, inputs: dict[str, torch.Tensor], seed: int = 0):
    """Frames, and the gradients of a random projection of them to floating inputs and parameters, by name."""
    inputs = {name: x.clone() for name, x in inputs.items()}
    wanted = {name: inputs[name].requires_grad_() for name in ("joints", "velocities")}
    wanted |= dict(model.named_parameters())
    frames = model(**inputs).frames
    weights = torch.randn(frames.shape, generator=torch.Generator().manual_seed(seed))
    grads = torch.autograd.grad((frames * weights).sum(), list(wanted.values()), allow_unused=True)
    return frames.detach(), dict(zip(wanted, grads, strict=True))
