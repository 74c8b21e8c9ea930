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
    embeddings = tower.embeddings
    keep = foreground(frames, side * patch)
    images, rows, columns = keep.shape
    keep = keep.flatten(1)
    counts = keep.sum(1)
    patches = _grouped(pixel_values.to(tower.dtype), side, patch)[keep]  # (kept groups, side * side, pixels)
    projection = embeddings.patch_embeddings.projection
    embedded = torch.nn.functional.linear(patches, projection.weight.flatten(1), projection.bias)
    first = embeddings.cls_token
    if embeddings.position_embeddings is not None:
        positions = embeddings.position_embeddings
        first = first + positions[:, :1]
        places = positions[0, 1:].unflatten(0, (rows, side, columns, side)).transpose(1, 2).flatten(2, 3).flatten(0, 1)
        embedded = embedded + places.expand(images, -1, -1, -1)[keep]
    starts = counts.cumsum(0) - counts
    tokens = embedded.new_zeros(len(embedded), mllm.config.text_config.hidden_size)
    for count in counts.unique().tolist():
        if count == 0:
            continue
        chosen = (counts == count).nonzero()  # (images of this count, 1)
        rows_of = starts[chosen] + torch.arange(count, device=starts.device)
        hidden = torch.cat([first.expand(len(chosen), -1, -1), embedded[rows_of].flatten(1, 2)], dim=1)
        hidden = embeddings.dropout(hidden)
        for layer in tower.encoder.layer:
            hidden = layer(hidden)
        hidden = tower.layernorm(hidden)[:, 1:].unflatten(1, (count, side * side))
        projected = model.multi_modal_projector(hidden.flatten(-2))  # channels as pixel_shuffle orders them
        tokens = tokens.index_copy(0, rows_of.flatten(), projected.flatten(0, 1).to(tokens.dtype))
    return tokens, keep


def _grouped(pixel_values: torch.Tensor, side: int, patch: int) -> torch.Tensor:
    """(images, groups, side * side, 3 * patch * patch): the pixels of each patch, group by group, row by row."""
    images, channels, height, width = pixel_values.shape
    split = pixel_values.reshape(
        images, channels, height // (side * patch), side, patch, width // (side * patch), side, patch
    )
    return split.permute(0, 2, 5, 3, 6, 1, 4, 7).reshape(images, -1, side * side, channels * patch * patch)
