"""DrAction: skeletons in, frames out, differentiable all the way (arXiv 2603.18003, Section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from transformers import PreTrainedModel
from transformers.utils import ModelOutput

from .cameras import fit_clip, focal_length, project
from .configuration_skeletonllm import DrActionConfig
from .gaussians import gaussian_template
from .layouts import get_layout
from .rasterization import rasterize

NEAREST_ROWS = 3  # bank rows that a Gaussian between them takes its appearance from
TOUCHING = 1e-8  # metres^2: a Gaussian this close to a bank row takes that row alone (to within float32)
SKELETON_INPUTS = (  # what the processor gives for clips, in the order of `DrActionModel.forward`
    *("joints", "velocities", "joint_mask"),
    *("gaussian_joints", "gaussian_blends", "gaussian_scales", "gaussian_positions"),
)
MODULATOR_INPUTS = 10  # position, velocity, raw rgba


@dataclass
class DrActionOutput(ModelOutput):
    """
    Args:
        frames: (clips, frames, 3, height, width) in [0, 1].
        joints: (clips, frames, people, joints, 3), metres, as they stood before the camera.
    """

    frames: torch.FloatTensor | None = None
    joints: torch.FloatTensor | None = None


class DrActionModel(PreTrainedModel):
    """Renders skeletons as coloured Gaussians on joints and bones.

    The learned appearance is a bank of one row per Gaussian of `config.bank_layout`. Gaussians of any
    other layout take theirs from the nearest rows on the canonical body, so that a left wrist looks
    like a left wrist whatever the sensor.
    """

    config_class = DrActionConfig
    config: DrActionConfig
    base_model_prefix = "renderer"
    main_input_name = "joints"
    input_modalities = ("skeleton",)
    _no_split_modules = ["DrActionModel"]
    # 3-D geometry in half precision moves limbs by centimetres
    _keep_in_fp32_modules_strict = [
        *("appearance_head", "modulator", "temporal", "features", "depth_tint"),
        *("bank_blends", "bank_scales", "bank_positions", "bank_offsets", "rest_joints"),
    ]

    def __init__(self, config: DrActionConfig):
        super().__init__(config)
        size = len(gaussian_template(config.bank_layout, config.sampling))
        layout = get_layout(config.bank_layout)
        self.features = nn.Parameter(torch.empty(size, config.feature_size))
        self.appearance_head = _mlp(config.feature_size, config.hidden_size, 4)
        if config.modulator:
            self.modulator = _mlp(MODULATOR_INPUTS, config.hidden_size, 5)
        if config.temporal:
            self.temporal = nn.GRU(MODULATOR_INPUTS, MODULATOR_INPUTS, batch_first=True)
        self.depth_tint = nn.Parameter(torch.empty(()))
        # Buffers are persistent and filled in _init_weights: others come back from loading as stray memory.
        self.register_buffer("bank_joints", torch.empty(size, 2, dtype=torch.long))
        self.register_buffer("bank_blends", torch.empty(size))
        self.register_buffer("bank_scales", torch.empty(size))
        self.register_buffer("bank_positions", torch.empty(size, 3))
        self.register_buffer("bank_offsets", torch.empty(size, 3))
        self.register_buffer("rest_joints", torch.empty(layout.num_joints, 3))
        self.post_init()

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, DrActionModel):
            template = gaussian_template(self.config.bank_layout, self.config.sampling)
            for name in ("joints", "blends", "scales", "positions"):
                getattr(module, f"bank_{name}").copy_(torch.from_numpy(getattr(template, name)))
            module.bank_offsets.zero_()
            module.rest_joints.copy_(torch.from_numpy(get_layout(self.config.bank_layout).rest_joints.copy()))
            # Neighbours on the body start with neighbouring colours: the features start as scaled places.
            module.features.normal_(0.0, self.config.initializer_range)
            places = module.bank_positions - module.bank_positions.mean(0)
            module.features[:, :3] += (places / places.abs().amax(0).clamp(min=1e-3))[:, : self.config.feature_size]
            module.depth_tint.fill_(-2.0)  # the tint starts as a hint: 12 % of the colour
        elif isinstance(module, nn.GRU):
            for name, weights in module.named_parameters():
                weights.zero_() if "bias" in name else nn.init.orthogonal_(weights)
        elif isinstance(module, nn.Linear):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            module.bias.zero_()
            if hasattr(self, "modulator") and module is self.modulator[2]:
                module.weight.mul_(0.1)  # the modulator starts as a small correction

    @classmethod
    def from_official(cls, path: str) -> DrActionModel:
        """The renderer in a weight file that the paper's authors released; see `published.load_published`."""
        from .published import load_published  # it builds on this file

        return load_published(path)

    def forward(
        self,
        joints: torch.FloatTensor,
        velocities: torch.FloatTensor | None = None,
        joint_mask: torch.BoolTensor | None = None,
        gaussian_joints: torch.LongTensor | None = None,
        gaussian_blends: torch.FloatTensor | None = None,
        gaussian_scales: torch.FloatTensor | None = None,
        gaussian_positions: torch.FloatTensor | None = None,
        bank_weights: torch.FloatTensor | None = None,
        joint_rotations: torch.FloatTensor | None = None,
        rest_joints: torch.FloatTensor | None = None,
    ) -> DrActionOutput:
        """Frames of a batch of clips, which may differ in layout and in the number of people.

        Args:
            joints: (clips, frames, people, joints, 3), metres (any unit with the fitted camera), camera
                axes: X right, Y up, Z forward. Clips with fewer people or joints are padded.
            velocities: as `joints`, metres until four original frames later; None means at rest.
            joint_mask: (clips, frames, people, joints), True where a joint was seen; None: a person whose
                joints are all exactly zero is absent, everything else was seen.
            gaussian_joints, gaussian_blends, gaussian_scales, gaussian_positions: the Gaussians of each
                clip's layout, as `gaussians.stack_templates` gives them; None: every clip is in the bank's layout.
            bank_weights: (clips, gaussians, bank) shares of bank rows in each Gaussian's appearance; None: by
                nearness on the canonical body.
            joint_rotations: (clips, frames, people, joints, 3, 3) orientations relative to the rest pose, or None.
            rest_joints: (clips, joints, 3) the rest pose that rotations refer to; None: the bank's.

        Raises:
            ValueError: shapes that do not belong together, joints that are not finite where they were seen.
        """
        device_type = joints.device.type
        with torch.autocast(device_type=device_type, enabled=False):
            joints = joints.float()
            joint_mask = _check_joints(joints, velocities, joint_mask)
            velocities = torch.zeros_like(joints) if velocities is None else velocities.float()
            # Unseen joints may hold anything, NaN too, and must reach neither values nor gradients.
            joints = joints.masked_fill(~joint_mask[..., None], 0.0)
            velocities = velocities.masked_fill(~joint_mask[..., None], 0.0)
            if gaussian_joints is None:
                if joints.shape[3] != len(self.rest_joints):
                    raise ValueError(
                        f"joints: expected the {len(self.rest_joints)} of layout {self.config.bank_layout!r} "
                        f"(or the gaussian_* of another), got {joints.shape[3]}"
                    )
                gaussian_joints, gaussian_blends, gaussian_scales = (
                    bank.expand(len(joints), *bank.shape) for bank in (self.bank_joints, self.bank_blends, self.bank_scales)
                )
                offsets = self.bank_offsets
            else:
                offsets = torch.zeros_like(self.bank_offsets[:1])
            if bank_weights is None and gaussian_positions is not None:
                bank_weights = self.nearest_rows(gaussian_positions.float())
            features = self.features.float().expand(len(joints), -1, -1)
            if bank_weights is not None:
                features = bank_weights.float() @ features
            joints, velocities = self._place(joints, velocities, joint_mask)
            if rest_joints is None and joint_rotations is not None:
                rest_joints = self.rest_joints.expand(len(joints), -1, -1)
            means = _skin(joints, gaussian_joints, gaussian_blends, offsets, joint_rotations, rest_joints)
            motion = _blend(velocities, gaussian_joints, gaussian_blends)
            seen = _both_ends(joint_mask, gaussian_joints) & (gaussian_scales > 0)[:, None, None]
            colors, opacities = self._appearance(features, means, motion, seen)
            frames = self._rasterize(means, gaussian_scales.float(), colors, opacities)
        return DrActionOutput(frames=frames, joints=joints)

    def nearest_rows(self, positions: torch.Tensor) -> torch.Tensor:
        """Shares of bank rows for Gaussians at these places on the canonical body.

        Args:
            positions: (..., gaussians, 3), metres on the canonical body.

        Returns:
            (..., gaussians, bank): inverse-square weights of the nearest rows; a place that coincides
            with a row takes that row alone.
        """
        squared = (positions[..., :, None, :] - self.bank_positions).square().sum(-1)
        nearest, rows = squared.topk(min(NEAREST_ROWS, squared.shape[-1]), dim=-1, largest=False)
        weights = 1.0 / (nearest + TOUCHING)
        weights = weights / weights.sum(-1, keepdim=True)
        return torch.zeros_like(squared).scatter(-1, rows, weights)

    def _place(
        self, joints: torch.Tensor, velocities: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        config = self.config
        if config.camera == "published":
            return joints, velocities
        centre, scale = fit_clip(joints, mask, config.field_of_view, config.margin, config.distance)
        scale = scale[:, None, None, None, None]
        joints = (joints - centre[:, None, None, None]) * scale
        joints = joints + joints.new_tensor([0.0, 0.0, config.distance])
        return joints, velocities * scale

    def _appearance(
        self, features: torch.Tensor, means: torch.Tensor, motion: torch.Tensor, seen: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Colours (clips, frames, people, gaussians, 3) and opacities (..., gaussians), 0 where unseen."""
        tint = _depth_tint(means[..., 2], seen)
        if self.config.appearance == "fixed":
            return _fixed_colors(means, motion, seen, self.config.distance), seen.to(means.dtype)
        raw = _apply(self.appearance_head, features)[:, None, None].expand(*means.shape[:-1], 4)
        colors, opacities = raw[..., :3].sigmoid(), raw[..., 3].sigmoid()
        if self.config.modulator:
            inputs = torch.cat([means, motion, raw], dim=-1)
            if self.config.temporal:
                inputs = self._over_time(inputs)
            change = _apply(self.modulator, inputs)
            colors = (colors + change[..., :3]).clamp(0.0, 1.0)
            # sigmoid of a sigmoid: what the released weights were trained with
            opacities = (opacities + change[..., 3]).sigmoid() * change[..., 4].sigmoid()
        share = self.depth_tint.float().sigmoid()
        colors = (1.0 - share) * colors + share * tint
        return colors, torch.where(seen, opacities, torch.zeros_like(opacities))

    def _over_time(self, inputs: torch.Tensor) -> torch.Tensor:
        clips, frames, people, gaussians, width = inputs.shape
        sequences = inputs.permute(0, 2, 3, 1, 4).reshape(-1, frames, width)
        states = self.temporal.float()(sequences)[0]
        return states.reshape(clips, people, gaussians, frames, width).permute(0, 3, 1, 2, 4)

    def _rasterize(
        self, means: torch.Tensor, scales: torch.Tensor, colors: torch.Tensor, opacities: torch.Tensor
    ) -> torch.Tensor:
        size = self.config.image_size
        focal = focal_length(size, self.config.field_of_view)
        # Isotropic Gaussians: turning them with their joints changes nothing.
        covariances = scales.square()[:, None, None, :, None, None] * torch.eye(3, device=means.device)
        screen, conics, depths, in_view = project(means, covariances, focal, size)
        opacities = torch.where(in_view, opacities, torch.zeros_like(opacities))
        # All people of a frame are sorted and composited together.
        flat = [x.flatten(0, 1).flatten(1, 2) for x in (screen, conics, colors, opacities[..., None], depths[..., None])]
        depths = flat[4][..., 0].detach()
        if self.config.camera == "published":
            # Hand joints often share one depth, and the authors' sort is not stable: parity means its order of ties.
            depths = depths.argsort(dim=1).argsort(dim=1).to(depths.dtype)
        frames = rasterize(flat[0], flat[1], flat[2], flat[3][..., 0], depths, size, size)
        return frames.unflatten(0, means.shape[:2]).clamp(0.0, 1.0)


def _mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))


def _apply(mlp: nn.Sequential, inputs: torch.Tensor) -> torch.Tensor:
    """The MLP in float32, whatever type its weights were loaded in."""
    first, _, second = mlp
    hidden = F.relu(F.linear(inputs, first.weight.float(), first.bias.float()))
    return F.linear(hidden, second.weight.float(), second.bias.float())


def _check_joints(
    joints: torch.Tensor, velocities: torch.Tensor | None, joint_mask: torch.Tensor | None
) -> torch.Tensor:
    if joints.ndim != 5 or joints.shape[-1] != 3:
        raise ValueError(f"joints: expected (clips, frames, people, joints, 3), got {tuple(joints.shape)}")
    if velocities is not None and velocities.shape != joints.shape:
        raise ValueError(f"velocities: expected {tuple(joints.shape)} as joints, got {tuple(velocities.shape)}")
    if joint_mask is None:
        joint_mask = joints.ne(0).flatten(3).any(-1)[..., None].expand(joints.shape[:-1])
    elif joint_mask.shape != joints.shape[:-1]:
        raise ValueError(f"joint_mask: expected {tuple(joints.shape[:-1])}, got {tuple(joint_mask.shape)}")
    joint_mask = joint_mask.bool()
    if not joints[joint_mask].isfinite().all():
        raise ValueError("joints: expected finite numbers wherever joint_mask is True, got NaN or infinity")
    return joint_mask


def _ends(values: torch.Tensor, gaussian_joints: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Values (clips, frames, people, joints, ...) at both carrying joints of every Gaussian."""
    clip = torch.arange(len(values), device=values.device)[:, None]
    by_joint = values.movedim(3, 1)  # (clips, joints, frames, people, ...)
    return tuple(by_joint[clip, gaussian_joints[..., end]].movedim(1, 3) for end in (0, 1))


def _blend(values: torch.Tensor, gaussian_joints: torch.Tensor, blends: torch.Tensor) -> torch.Tensor:
    """(clips, frames, people, gaussians, 3): linear blend of what the two carrying joints hold."""
    first, second = _ends(values, gaussian_joints)
    return torch.lerp(first, second, blends.float()[:, None, None, :, None])


def _both_ends(mask: torch.Tensor, gaussian_joints: torch.Tensor) -> torch.Tensor:
    first, second = _ends(mask, gaussian_joints)
    return first & second


def _skin(
    joints: torch.Tensor,
    gaussian_joints: torch.Tensor,
    blends: torch.Tensor,
    offsets: torch.Tensor,
    rotations: torch.Tensor | None,
    rest_joints: torch.Tensor | None,
) -> torch.Tensor:
    """Linear blend skinning: centres `sum_j w_j (R_j (c - c_j) + x_j)`, (clips, frames, people, gaussians, 3).

    `offsets` (gaussians or 1, 3) say how far a Gaussian's place in the rest pose lies off its bone. Without
    rotations the rest pose drops out: the centre is the interpolated joint position plus that offset.
    """
    means = _blend(joints, gaussian_joints, blends)
    if rotations is None:
        return means + offsets
    clip = torch.arange(len(joints), device=joints.device)[:, None]
    ends = [rest_joints.float()[clip, gaussian_joints[..., end]] for end in (0, 1)]  # (clips, gaussians, 3)
    along = blends.float()[..., None]
    centre = torch.lerp(ends[0], ends[1], along) + offsets
    for end, share, turn in zip(ends, (1.0 - along, along), _ends(rotations.float(), gaussian_joints), strict=True):
        offset = (centre - end)[:, None, None, :, :, None]
        means = means + share[:, None, None] * (turn @ offset)[..., 0]
    return means


def _depth_tint(depths: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """(..., gaussians, 3): near blue, middle green, far red, over each person's own depth range in the frame."""
    low = depths.masked_fill(~seen, torch.inf).amin(-1, keepdim=True)
    high = depths.masked_fill(~seen, -torch.inf).amax(-1, keepdim=True)
    absent = ~seen.any(-1, keepdim=True)
    low, high = low.masked_fill(absent, 0.0), high.masked_fill(absent, 1.0)
    depth = ((depths - low) / (high - low + 1e-6)).clamp(0.0, 1.0)
    return torch.stack([depth, 1.0 - (2.0 * depth - 1.0).abs(), 1.0 - depth], dim=-1)


def _fixed_colors(means: torch.Tensor, motion: torch.Tensor, seen: torch.Tensor, distance: float) -> torch.Tensor:
    """The ablation's renderer: three quarters of the colour from the place in the scene, one from velocity."""
    centre = means.new_tensor([0.0, 0.0, distance])
    place = ((means - centre) / distance).clamp(-0.5, 0.5) + 0.5
    speed = motion.clamp(-0.5, 0.5) + 0.5
    return (0.75 * place + 0.25 * speed) * seen[..., None]
