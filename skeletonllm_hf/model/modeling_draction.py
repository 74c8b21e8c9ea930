"""DrAction: skeletons in, frames out, differentiable all the way (arXiv 2603.18003, Section 3)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.utils import ModelOutput

from .cameras import fit_clip, focal_length, project, travel, vector
from .configuration_skeletonllm import DrActionConfig
from .gaussians import RendererLayer, blend, both_ends, depth_tint, fixed_colors, gaussian_template, mlp, turned
from .layouts import get_layout
from .limits import StrictLoading, check_renderer
from .package import package_module
from .rasterization import rasterize, recording, surely_finite

NEAREST_ROWS = 3  # bank rows that a Gaussian between them takes its appearance from
TOUCHING = 1e-12  # metres^2: a Gaussian this close to a bank row takes that row alone, to within float32
SKELETON_INPUTS = (  # what the processor gives for clips, in the order of `DrActionModel.forward`
    *("joints", "velocities", "joint_mask"),
    *("gaussian_joints", "gaussian_blends", "gaussian_scales", "gaussian_positions"),
)
ROTATION_INPUTS = ("joint_rotations", "rest_joints")  # and where the processor is set to skin with rotations
MODULATOR_INPUTS = 10  # position, velocity, raw rgba
VELOCITY_GAIN = 5.0  # a fresh modulator shifts red, green and blue by that much for a metre along X, Y and Z: a joint goes some 5 cm


@dataclass
class DrActionOutput(ModelOutput):
    """
    Args:
        frames: (clips, frames, 3, height, width) in [0, 1].
        joints: (clips, frames, people, joints, 3), metres, as they stood before the camera.
    """

    frames: torch.FloatTensor | None = None
    joints: torch.FloatTensor | None = None


class DrActionModel(StrictLoading, PreTrainedModel):
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
    # It has no attention, and so accepts every implementation that the language model is given.
    _supports_sdpa = _supports_flash_attn = _supports_flex_attn = _supports_attention_backend = True
    # 3-D geometry in half precision moves limbs by centimetres
    _keep_in_fp32_modules_strict = [
        *("appearance_head", "modulator", "temporal", "features", "depth_tint"),
        *("bank_blends", "bank_scales", "bank_positions", "bank_offsets", "rest_joints"),
    ]

    def __init__(self, config: DrActionConfig):
        super().__init__(config)
        check_renderer(config)
        size = len(gaussian_template(config.bank_layout, config.sampling))
        layout = get_layout(config.bank_layout)
        exact = {"dtype": torch.float32}  # also where the model around it has another type
        self.features = nn.Parameter(torch.empty(size, config.feature_size, **exact))
        self.appearance_head = mlp(config.feature_size, config.hidden_size, 4)
        if config.modulator:
            self.modulator = mlp(MODULATOR_INPUTS, config.hidden_size, 5)
        if config.temporal:
            self.temporal = nn.GRU(MODULATOR_INPUTS, MODULATOR_INPUTS, batch_first=True, **exact)
        self.depth_tint = nn.Parameter(torch.empty((), **exact))
        # Buffers are persistent and filled in _init_weights: others come back from loading as stray memory.
        self.register_buffer("bank_joints", torch.empty(size, 2, dtype=torch.long))
        self.register_buffer("bank_blends", torch.empty(size, **exact))
        self.register_buffer("bank_scales", torch.empty(size, **exact))
        self.register_buffer("bank_positions", torch.empty(size, 3, **exact))
        self.register_buffer("bank_offsets", torch.empty(size, 3, **exact))
        self.register_buffer("rest_joints", torch.empty(layout.num_joints, 3, **exact))
        self.post_init()

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> DrActionModel:
        """What `to`, `half`, `cuda` and their like do to each tensor: all but the change to a half-precision type."""

        def keeping_precision(values: torch.Tensor) -> torch.Tensor:
            moved = fn(values)
            return values.to(moved.device) if moved.dtype in (torch.float16, torch.bfloat16) else moved

        return super()._apply(keeping_precision, recurse)

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, DrActionModel):
            template = gaussian_template(self.config.bank_layout, self.config.sampling)
            for name in ("joints", "blends", "scales", "positions"):
                getattr(module, f"bank_{name}").copy_(torch.from_numpy(getattr(template, name)))
            module.bank_offsets.zero_()
            rest = torch.from_numpy(get_layout(self.config.bank_layout).rest_joints.copy())
            module.rest_joints.copy_(rest * rest.new_tensor([1.0, 1.0, -1.0]))  # its forward is towards the camera
            # Neighbours on the body start with neighbouring colours: the features start as scaled places.
            module.features.normal_(0.0, self.config.initializer_range)
            places = module.bank_positions - module.bank_positions.mean(0)
            module.features[:, :3] += (places / places.abs().amax(0).clamp(min=1e-3))[:, : self.config.feature_size]
            module.depth_tint.fill_(-2.0)  # the tint starts as a hint: 12 % of the colour
        elif isinstance(module, nn.GRU):
            for name, weights in module.named_parameters():
                weights.zero_() if "bias" in name else nn.init.orthogonal_(weights)
        elif isinstance(module, RendererLayer):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            module.bias.zero_()
            # The modulator starts as a small correction that shows where a joint is going: two hidden units for each axis.
            # (Behind the GRU its inputs are states, not velocities.)
            axes = range(0 if self.config.temporal else min(3, self.config.hidden_size // 2))
            if hasattr(self, "modulator") and module is self.modulator[0]:
                module.weight[: 2 * len(axes)] = 0.0
                module.bias[: 2 * len(axes)] = 1.0  # at rest both units of an axis are at work: no kink there
                for axis in axes:
                    module.weight[2 * axis, 3 + axis] = VELOCITY_GAIN
                    module.weight[2 * axis + 1, 3 + axis] = -VELOCITY_GAIN
            elif hasattr(self, "modulator") and module is self.modulator[2]:
                module.weight.mul_(0.1)
                module.weight[:, : 2 * len(axes)] = 0.0
                for axis in axes:
                    module.weight[axis, 2 * axis], module.weight[axis, 2 * axis + 1] = 0.5, -0.5

    @classmethod
    def from_official(cls, path: str | PathLike[str]) -> DrActionModel:
        """The renderer in a weight file that the paper's authors released; see `conversion.renderer.load_official`.

        ValueError: this code was loaded from the Hub without the package skeletonllm_hf.
        """
        return package_module("conversion.renderer", "from_official").load_official(path, cls)

    def with_config(self, **changes: Any) -> DrActionModel:
        """These very weights, not a copy, under a configuration with other values, such as `image_size` or `camera`."""
        other = copy.copy(self)
        other.config = copy.deepcopy(self.config)
        for name, value in changes.items():
            setattr(other.config, name, value)
        return other

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
            joint_rotations: (clips, frames, people, joints, 3, 3) orientations relative to the rest pose, in the
                camera's axes, or None.
            rest_joints: (clips, joints, 3) the rest pose that rotations refer to, in the axes and unit of joints;
                None: the bank's, metres, where every clip is in its layout.

        Raises:
            TypeError: joints that are not a tensor.
            ValueError: shapes that do not belong together, numbers that are not finite where a joint was seen.
        """
        joint_mask = _check_joints(joints, velocities, joint_mask, joint_rotations, rest_joints)
        with torch.autocast(device_type=joints.device.type, enabled=False):
            # Unseen joints may hold anything, NaN too, and must reach neither values nor gradients.
            unseen = ~joint_mask[..., None]
            joints = joints.float().masked_fill(unseen, 0.0)
            velocities = torch.zeros_like(joints) if velocities is None else velocities.float().masked_fill(unseen, 0.0)
            if gaussian_joints is None:
                if joints.shape[3] != len(self.rest_joints):
                    raise ValueError(
                        f"joints: expected the {len(self.rest_joints)} of layout {self.config.bank_layout!r} "
                        f"(or the gaussian_* of another), got {joints.shape[3]}"
                    )
                gaussian_joints, gaussian_blends, gaussian_scales = (
                    bank.expand(len(joints), *bank.shape)
                    for bank in (self.bank_joints, self.bank_blends, self.bank_scales)
                )
                offsets = self.bank_offsets
            else:
                given = (gaussian_joints, gaussian_blends, gaussian_scales, gaussian_positions, bank_weights)
                gaussian_blends, gaussian_scales = _check_gaussians(joints, len(self.features), *given)
                if joint_rotations is not None and rest_joints is None:
                    raise ValueError("rest_joints: expected beside joint_rotations and gaussian_joints, got None")
                offsets = torch.zeros_like(self.bank_offsets[:1])
            gaussian_blends, gaussian_scales = gaussian_blends.float(), gaussian_scales.float()
            if bank_weights is None and gaussian_positions is not None:
                bank_weights = self.nearest_rows(gaussian_positions.float())
            features = self.features.float().expand(len(joints), -1, -1)
            if bank_weights is not None:
                features = bank_weights.float() @ features
            joints, velocities, scale = self._place(joints, velocities, joint_mask)
            means = blend(joints, gaussian_joints, gaussian_blends)
            if joint_rotations is None:
                means = means + offsets
            else:
                rest_joints = self.rest_joints.expand(len(joints), -1, -1) if rest_joints is None else rest_joints
                rotations = joint_rotations.float().masked_fill(unseen[..., None], 0.0)
                rest_joints = rest_joints.float() * scale[:, None, None]
                means = means + turned(rotations, rest_joints, offsets, gaussian_joints, gaussian_blends)
            motion = blend(velocities, gaussian_joints, gaussian_blends)
            first, second = both_ends(joint_mask, gaussian_joints)
            seen = first & second & (gaussian_scales > 0)[:, None, None]
            colors, opacities = self._appearance(features, means, motion, seen)
            frames = self._rasterize(means, gaussian_scales, colors, opacities)
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
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Joints and velocities before the camera, and the (clips,) scale that brought them there."""
        config = self.config
        if config.camera == "published":
            return joints, velocities, joints.new_ones(len(joints))
        if config.camera == "follow":
            joints = joints - travel(joints, mask)[:, :, None, None]
        centre, scale = fit_clip(joints, mask, config.field_of_view, config.margin, config.distance)
        factor = scale[:, None, None, None, None]
        joints = (joints - centre[:, None, None, None]) * factor
        joints = joints + vector(joints, 0.0, 0.0, config.distance)
        return joints, velocities * factor, scale

    def _appearance(
        self, features: torch.Tensor, means: torch.Tensor, motion: torch.Tensor, seen: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Colours (clips, frames, people, gaussians, 3) and opacities (..., gaussians), 0 where unseen."""
        tint = depth_tint(means[..., 2], seen)
        if self.config.appearance == "fixed":
            return fixed_colors(means, motion, seen, self.config.distance), seen.to(means.dtype)
        raw = self.appearance_head(features)[:, None, None].expand(*means.shape[:-1], 4)
        colors, opacities = raw[..., :3].sigmoid(), raw[..., 3].sigmoid()
        if self.config.modulator:
            inputs = torch.cat([means, motion, raw], dim=-1)
            if self.config.temporal:
                inputs = self._over_time(inputs)
            change = self.modulator(inputs)
            colors = (colors + change[..., :3]).clamp(0.0, 1.0)
            # sigmoid of a sigmoid: what the released weights were trained with
            opacities = (opacities + change[..., 3]).sigmoid() * change[..., 4].sigmoid()
        share = self.depth_tint.float().sigmoid()
        colors = (1.0 - share) * colors + share * tint
        return colors, torch.where(seen, opacities, torch.zeros_like(opacities))

    def _over_time(self, inputs: torch.Tensor) -> torch.Tensor:
        clips, frames, people, gaussians, width = inputs.shape
        sequences = inputs.permute(0, 2, 3, 1, 4).reshape(-1, frames, width)
        start = sequences.new_zeros(1, len(sequences), width)
        weights = [weights.float() for weights in self.temporal.all_weights[0]]
        states = torch.gru(sequences, start, weights, True, 1, 0.0, self.training, False, True)[0]
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
        flat = [
            x.flatten(0, 1).flatten(1, 2) for x in (screen, conics, colors, opacities[..., None], depths[..., None])
        ]
        depths = flat[4][..., 0].detach()
        if self.config.camera == "published":
            # Hand joints often share one depth, and the authors' sort is not stable: parity means its order of ties.
            depths = depths.argsort(dim=1).argsort(dim=1).to(depths.dtype)
        frames = rasterize(flat[0], flat[1], flat[2], flat[3][..., 0], depths, size, size, clamped=True)
        return frames.unflatten(0, means.shape[:2])


def _check_joints(
    joints: torch.Tensor,
    velocities: torch.Tensor | None,
    joint_mask: torch.Tensor | None,
    joint_rotations: torch.Tensor | None,
    rest_joints: torch.Tensor | None,
) -> torch.Tensor:
    """The mask, made where it is not given."""
    if not isinstance(joints, torch.Tensor):
        raise TypeError(f"joints: expected a torch.Tensor, got {type(joints).__name__}")
    if joints.ndim != 5 or joints.shape[-1] != 3 or 0 in joints.shape:
        raise ValueError(
            f"joints: expected (clips, frames, people, joints, 3), none of them 0, got {tuple(joints.shape)}"
        )
    if joint_mask is None:
        joint_mask = joints.ne(0).flatten(3).any(-1)[..., None].expand(joints.shape[:-1])
    elif joint_mask.shape != joints.shape[:-1]:
        raise ValueError(f"joint_mask: expected {tuple(joints.shape[:-1])}, got {tuple(joint_mask.shape)}")
    joint_mask = joint_mask.bool()
    inputs = {"joints": joints, "velocities": velocities, "joint_rotations": joint_rotations}
    for name, values in inputs.items():
        if values is None:
            continue
        expected = (*joints.shape, 3) if name == "joint_rotations" else joints.shape
        if values.shape != expected:
            raise ValueError(f"{name}: expected {tuple(expected)} beside joints, got {tuple(values.shape)}")
        if not recording() and not surely_finite(values) and not values[joint_mask].isfinite().all():
            raise ValueError(f"{name}: expected finite numbers wherever joint_mask is True, got NaN or infinity")
    expected = (joints.shape[0], *joints.shape[3:])
    if rest_joints is not None and rest_joints.shape != expected:
        raise ValueError(f"rest_joints: expected {tuple(expected)} beside joints, got {tuple(rest_joints.shape)}")
    return joint_mask


def _check_gaussians(
    joints: torch.Tensor,
    bank: int,
    gaussian_joints: torch.Tensor,
    gaussian_blends: torch.Tensor | None,
    gaussian_scales: torch.Tensor | None,
    gaussian_positions: torch.Tensor | None,
    bank_weights: torch.Tensor | None,
) -> tuple[Any, Any]:
    """The blends and scales, which are there."""
    clips, size = len(joints), gaussian_joints.shape[1] if gaussian_joints.ndim == 3 else "gaussians"
    if gaussian_positions is None and bank_weights is None:
        raise ValueError("gaussian_joints: expected gaussian_positions or bank_weights beside it, got neither")
    shapes = {
        "gaussian_joints": (gaussian_joints, (clips, size, 2)),
        "gaussian_blends": (gaussian_blends, (clips, size)),
        "gaussian_scales": (gaussian_scales, (clips, size)),
        "gaussian_positions": (gaussian_positions, (clips, size, 3)),
        "bank_weights": (bank_weights, (clips, size, bank)),
    }
    for name, (values, shape) in shapes.items():
        if values is None and name in ("gaussian_positions", "bank_weights"):
            continue
        if values is None or values.shape != shape:
            got = None if values is None else tuple(values.shape)
            raise ValueError(f"{name}: expected ({', '.join(map(str, shape))}), got {got}")
    if recording():
        return gaussian_blends, gaussian_scales
    low, high = gaussian_joints.aminmax()
    if low < 0 or high >= joints.shape[3]:
        raise ValueError(f"gaussian_joints: expected joints 0 to {joints.shape[3] - 1}, got {int(low)} to {int(high)}")
    return gaussian_blends, gaussian_scales
