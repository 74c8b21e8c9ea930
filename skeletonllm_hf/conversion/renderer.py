"""Our renderer as the paper's authors store theirs; the way back is `DrActionModel.from_official`."""

from __future__ import annotations

import os

import torch

from ..data.shards import write_whole
from ..model.gaussians import gaussian_template
from ..model.layouts import get_layout
from ..model.modeling_draction import DrActionModel
from ..model.published import FORMAT, NAMES, on_bones

LAYOUT = "kinect_v2"  # the only bank that their code draws
_LOGIT = 10.0  # a Gaussian's own joint stands at +10, all others at -10: softmaxed, those weigh 2e-9


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
    from pathlib import Path

    from safetensors.torch import save_file

    config = renderer.config
    metadata = {
        "format": FORMAT,
        "num_line_samples": str(config.bank_samples),
        "render_frames": str(config.num_frames),
        "render_size": str(config.image_size),
        "enable_nfm": str(config.modulator).lower(),
    }
    tensors = {name: values.contiguous() for name, values in official_tensors(renderer).items()}
    write_whole(Path(path), lambda temporary: save_file(tensors, temporary, metadata=metadata))
