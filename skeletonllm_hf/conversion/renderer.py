"""The renderer weight files that the paper's authors released: reading and writing them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ..data.shards import write_whole
from ..model.configuration_skeletonllm import DrActionConfig
from ..model.gaussians import gaussian_template
from ..model.layouts import get_layout
from ..model.modeling_draction import DrActionModel

FORMAT = "skeletonllm-draction-v1"
# theirs -> ours; the NFM tensors are absent where the file was trained without it
NAMES = {
    f"{theirs}.{layer}.{kind}": f"{ours}.{layer}.{kind}"
    for theirs, ours in (("appearance_head", "appearance_head"), ("nfm", "modulator"))
    for layer in (0, 2)
    for kind in ("weight", "bias")
} | {"canonical_features": "features", "canonical_joints": "rest_joints", "depth_mix_logit": "depth_tint"}
GEOMETRY = ("canonical_scales", "canonical_means", "canonical_quats", "canonical_opacities", "lbs_weights_logits")
# ours -> theirs
_SIZES = {"image_size": "render_size", "num_frames": "render_frames", "bank_samples": "num_line_samples"}
_SPILL = 1e-6  # skinning weight beyond a Gaussian's own two joints that counts as none
LAYOUT = "kinect_v2"  # the only bank that their code draws
_LOGIT = 10.0  # a Gaussian's own joint stands at +10, all others at -10: softmaxed, those weigh 2e-9


def load_official(path: str | os.PathLike[str], model_type: type[DrActionModel]) -> DrActionModel:
    """A renderer, of `model_type`, with the weights of a released `draction_candidate_*.safetensors`.

    Its camera is `published`: joints stand in Kinect camera space, metres, as in the authors' NTU path.

    Raises:
        ValueError: not such a file, or a tensor that is missing, unexpected or of another shape, by name.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise ValueError(f"{path}: expected a safetensors file of released renderer weights: {error}") from error
    if metadata.get("format") != FORMAT:
        raise ValueError(f"{path}: expected metadata format={FORMAT!r}, got {metadata.get('format')!r}")
    sizes = {ours: _number(path, metadata, theirs) for ours, theirs in _SIZES.items()}
    return renderer_of(tensors, path, model_type, **sizes)


def renderer_of(
    tensors: Mapping[str, torch.Tensor], path: str | os.PathLike[str], model_type: type[DrActionModel], **sizes: int
) -> DrActionModel:
    """A renderer with the authors' tensors, under the names of their weight files.

    Args:
        tensors: name -> values.
        path: for errors.
        model_type: the class.
        sizes: image_size, num_frames and bank_samples of the configuration.

    Raises:
        ValueError: a tensor that is missing, unexpected, of another shape or not finite, by name.
    """
    config = DrActionConfig(**sizes, modulator="nfm.0.weight" in tensors, camera="published", dtype="float32")
    template = gaussian_template(config.bank_layout, config.sampling)
    model = model_type(config)
    state = model.state_dict()
    names = {theirs: ours for theirs, ours in NAMES.items() if ours in state}
    if problems := sorted((set(names) | set(GEOMETRY)) ^ set(tensors)):
        raise ValueError(f"{path}: tensors missing or unexpected: {problems}")
    for name, values in tensors.items():
        if not values.isfinite().all():
            raise ValueError(f"{path}: {name}: expected finite numbers, got NaN or infinity")
    for theirs, ours in names.items():
        if tensors[theirs].shape != state[ours].shape:
            raise ValueError(
                f"{path}: {theirs}: expected shape {tuple(state[ours].shape)}, got {tuple(tensors[theirs].shape)}"
            )
        state[ours] = tensors[theirs].float()
    joints = len(get_layout(config.bank_layout).joints)
    state["bank_blends"] = _blends(path, tensors["lbs_weights_logits"], template.joints, joints)
    # Rounding in the file left the Gaussians up to a few millimetres off their bones.
    means, rest = tensors["canonical_means"].float(), state["rest_joints"]
    if means.shape != state["bank_offsets"].shape:
        raise ValueError(
            f"{path}: canonical_means: expected shape {tuple(state['bank_offsets'].shape)}, got {tuple(means.shape)}"
        )
    state["bank_offsets"] = means - on_bones(rest, template.joints, state["bank_blends"])
    state["bank_scales"] = _isotropic(path, tensors["canonical_scales"], len(template))
    model.load_state_dict(state)
    return model.eval()


def on_bones(rest_joints: torch.Tensor, ends: Any, blends: torch.Tensor) -> torch.Tensor:
    """(gaussians, 3): the places on the rest pose's bones, `blends` of the way from the first end to the second."""
    ends = torch.as_tensor(ends)
    return torch.lerp(rest_joints[ends[:, 0]], rest_joints[ends[:, 1]], blends[:, None])


def _number(path: str | os.PathLike[str], metadata: dict[str, str], key: str) -> int:
    value = metadata.get(key, "")
    if not value.isdigit() or not 1 <= int(value) <= 4096:
        raise ValueError(f"{path}: metadata {key}: expected a whole number from 1 to 4096, got {value!r}")
    return int(value)


def _blends(path: str | os.PathLike[str], logits: torch.Tensor, ends: Any, joints: int) -> torch.Tensor:
    """Share of each Gaussian's second joint; their weights touch no joint but the two that carry it."""
    ends = torch.as_tensor(ends)
    if logits.shape != (len(ends), joints):
        raise ValueError(f"{path}: lbs_weights_logits: expected shape {(len(ends), joints)}, got {tuple(logits.shape)}")
    weights = logits.double().softmax(-1)
    own = weights.gather(1, ends)
    single = ends[:, 0] == ends[:, 1]
    spill = 1.0 - torch.where(single, own[:, 0], own.sum(1))
    if spill.max() > _SPILL:
        raise ValueError(
            f"{path}: lbs_weights_logits: row {int(spill.argmax())} moves with joints that are not its own"
        )
    return torch.where(single, torch.zeros_like(own[:, 1]), own[:, 1] / own.sum(1)).float()


def _isotropic(path: str | os.PathLike[str], scales: torch.Tensor, count: int) -> torch.Tensor:
    if scales.shape != (count, 3) or not torch.equal(scales, scales[:, :1].expand_as(scales)):
        raise ValueError(
            f"{path}: canonical_scales: expected ({count}, 3) with equal columns, got {tuple(scales.shape)}"
        )
    return scales[:, 0].float()


def official_tensors(renderer: DrActionModel) -> dict[str, torch.Tensor]:
    """The renderer's weights under the names and in the shapes of the authors' files.

    What their layout has no place for is left behind: camera, picture size, sampling of other skeletons.

    Raises:
        ValueError: a renderer that their code cannot express.
    """
    config = renderer.config
    if config.bank_layout != LAYOUT:
        raise ValueError(f"renderer: their files hold a bank of {LAYOUT}, this one's is of {config.bank_layout}")
    for name, expected in (("appearance", "learned"), ("temporal", False), ("feature_size", 3), ("hidden_size", 64)):
        if getattr(config, name) != expected:
            raise ValueError(
                f"renderer: their files know only {name}={expected!r}, this one has {getattr(config, name)!r}"
            )
    state = {name: values.detach().cpu() for name, values in renderer.state_dict().items()}
    tensors = {theirs: state[ours].float().clone() for theirs, ours in NAMES.items() if ours in state}
    template = gaussian_template(config.bank_layout, config.sampling)
    ends, blends, size = torch.as_tensor(template.joints), state["bank_blends"].float(), len(template)
    logits = torch.full((size, len(get_layout(LAYOUT).joints)), -_LOGIT)
    single = ends[:, 0] == ends[:, 1]
    logits.scatter_(1, ends[:, :1], torch.where(single, _LOGIT, (1 - blends).log() + _LOGIT)[:, None])
    rows = (~single).nonzero()[:, 0]
    logits[rows, ends[rows, 1]] = blends[rows].log() + _LOGIT
    return tensors | {
        "canonical_means": on_bones(state["rest_joints"], ends, blends) + state["bank_offsets"],
        "canonical_scales": state["bank_scales"][:, None].repeat(1, 3),
        "canonical_quats": torch.eye(4)[:1].repeat(size, 1),
        "canonical_opacities": torch.ones(size, 1),  # their code does not read it
        "lbs_weights_logits": logits,
    }


def save_official(renderer: DrActionModel, path: str | os.PathLike[str]) -> None:
    """Writes a file such as the authors released, for their code and for `from_official`."""
    config = renderer.config
    metadata = {"format": FORMAT, "enable_nfm": str(config.modulator).lower()}
    metadata |= {theirs: str(getattr(config, ours)) for ours, theirs in _SIZES.items()}
    tensors = {name: values.contiguous() for name, values in official_tensors(renderer).items()}
    write_whole(Path(path), lambda temporary: save_file(tensors, temporary, metadata=metadata))
