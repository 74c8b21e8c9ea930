"""InternVL as the multimodal language model: from normalised frames to visual tokens."""

from __future__ import annotations

import torch
from transformers import PreTrainedModel


def frame_features(mllm: PreTrainedModel, pixel_values: torch.Tensor) -> torch.Tensor:
    """Visual tokens of whole frames.

    Args:
        mllm: an `InternVLForConditionalGeneration`.
        pixel_values: (images, 3, height, width), normalised.

    Returns:
        (images, tokens, hidden) in the language model's space.
    """
    return mllm.model.get_image_features(pixel_values=pixel_values).pooler_output


def foreground(frames: torch.Tensor, group: int) -> torch.Tensor:
    """Which patch groups have something drawn on them.

    Args:
        frames: (images, 3, height, width), black background.
        group: pixels along the side of a group.

    Returns:
        (images, rows, columns) bool.
    """
    drawn = (frames.detach() > 0).any(1).to(frames.dtype)
    return torch.nn.functional.max_pool2d(drawn[:, None], group)[:, 0] > 0


def foreground_features(
    mllm: PreTrainedModel, pixel_values: torch.Tensor, frames: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Visual tokens of the drawn patch groups only; patches keep their position embeddings.

    Images with equally many groups run together, so that no padding and no attention mask is needed and
    every image gives the same tokens whatever else is in the batch.

    Args:
        mllm: an `InternVLForConditionalGeneration` whose projector merges 2 x 2 patches.
        pixel_values: (images, 3, height, width), normalised `frames`.
        frames: (images, 3, height, width), black background.

    Returns:
        (kept tokens, hidden) in image order, row by row, and the (images, tokens) bool mask of what was kept.
    """
    model, config = mllm.model, mllm.config
    tower = model.vision_tower
    side = round(1 / config.downsample_ratio)  # patches along a group
    patch = config.vision_config.patch_size[0]
    keep = foreground(frames, side * patch)
    images, rows, columns = keep.shape
    embedded = tower.embeddings(pixel_values.to(tower.dtype))  # (images, 1 + patches, width)
    first, patches = embedded[:, :1], embedded[:, 1:]
    width = patches.shape[-1]
    # (images, groups, side * side, width): the patches of a group, in the order in which pixel_shuffle reads them
    groups = patches.unflatten(1, (rows, side, columns, side)).transpose(2, 3).flatten(3, 4).flatten(1, 2)
    keep = keep.flatten(1)
    counts = keep.sum(1)
    tokens = patches.new_zeros(images, rows * columns, mllm.config.text_config.hidden_size)
    for count in counts.unique().tolist():
        if count == 0:
            continue
        chosen = (counts == count).nonzero()[:, 0]
        kept = groups[chosen][keep[chosen]].reshape(len(chosen), count * side * side, width)
        hidden = torch.cat([first[chosen], kept], dim=1)
        for layer in tower.encoder.layer:
            hidden = layer(hidden)
        hidden = tower.layernorm(hidden)[:, 1:].unflatten(1, (count, side * side))
        projected = model.multi_modal_projector(hidden.flatten(-2))  # channels as pixel_shuffle orders them
        places = torch.zeros_like(keep)
        places[chosen] = keep[chosen]
        tokens = tokens.masked_scatter(places[..., None], projected.to(tokens.dtype))
    return tokens[keep], keep

