"""InternVL's vision encoder on foreground patches: visual tokens of the image regions in which something is drawn."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:  # the configurations are known to AutoConfig before the library's models can be imported
    from transformers import PreTrainedModel

# Attention on a GPU without cuDNN, which plans for every new shape anew: runs of images have ever new ones, and a training step on an
# H100 took over a second with it, a tenth of one without.
ANY_SHAPE = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


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

    The tokens of all images run through the encoder as one row, in which each image attends to itself alone: no
    padding, and every image gives the same tokens whatever else is in the batch. In a graph (torch.compile,
    torch.export), where shapes must not depend on what is drawn, all groups run through it and nothing attends to an empty one.

    Args:
        mllm: an `InternVLForConditionalGeneration` whose projector merges 2 x 2 patches.
        pixel_values: (images, 3, height, width), normalised `frames`.
        frames: (images, 3, height, width), black background.

    Returns:
        (kept tokens, hidden) in image order, row by row, and the (images, tokens) bool mask of what was kept. In a graph
        the first is (images * tokens, hidden).

    Raises:
        ValueError: a model whose projector reads another layer than the last; a vision encoder whose weights are offloaded.
    """
    model, config = mllm.model, mllm.config
    if model.vision_tower.embeddings.cls_token.is_meta and not frames.is_meta:
        raise ValueError(
            "drop_background: expected the vision encoder on a device, found it offloaded by device_map; "
            "keep mllm.model.vision_tower on a device, or load with drop_background=False"
        )
    if config.vision_feature_layer != -1:
        raise ValueError(f"drop_background: expected vision_feature_layer -1, got {config.vision_feature_layer}")
    tower = model.vision_tower
    side = round(1 / config.downsample_ratio)  # patches along a group
    patch = config.vision_config.patch_size[0]
    embeddings = tower.embeddings
    keep = foreground(frames, side * patch)
    images, rows, columns = keep.shape
    keep = keep.flatten(1)
    counts = keep.sum(1)
    in_a_graph = torch.compiler.is_compiling()
    patches = patch_groups(pixel_values.to(tower.dtype), side, patch)  # (images, groups, side * side, pixels)
    patches = patches if in_a_graph else patches[keep]
    projection = embeddings.patch_embeddings.projection
    embedded = torch.nn.functional.linear(patches, projection.weight.flatten(1), projection.bias)
    first = embeddings.cls_token
    if embeddings.position_embeddings is not None:
        positions = embeddings.position_embeddings
        first = first + positions[:, :1]
        places = positions[0, 1:].unflatten(0, (rows, side, columns, side)).transpose(1, 2).flatten(2, 3).flatten(0, 1)
        places = places.expand(images, -1, -1, -1)
        embedded = embedded + (places if in_a_graph else places[keep])
    if in_a_graph:
        seen = torch.nn.functional.pad(keep.repeat_interleave(side * side, dim=1), (1, 0), value=True)[:, None, None]
        sequence = torch.cat([first.expand(images, -1, -1), embedded.flatten(1, 2)], dim=1)
        (hidden,) = _encoded(tower, sequence.flatten(0, 1), [sequence.shape[:2]], seen)
        merged = hidden[:, 1:].unflatten(1, (-1, side * side)).flatten(2).flatten(0, 1)
        return model.multi_modal_projector(merged), keep
    # Images with equally many groups stand together, so that each such run is one block of attention without padding.
    sizes, numbers = counts.unique(return_counts=True)
    runs = [(count, number) for count, number in zip(sizes.tolist(), numbers.tolist()) if count]
    # images by their number of groups, each in its own order
    rows_of = counts.repeat_interleave(counts).argsort(stable=True)
    sequences, at = [], 0
    for count, number in runs:
        part = embedded[rows_of[at : at + count * number]].unflatten(0, (number, count)).flatten(1, 2)
        sequences.append(torch.cat([first.expand(number, -1, -1), part], dim=1))
        at += count * number
    if not sequences:
        return embedded.new_zeros(0, config.text_config.hidden_size), keep
    shapes = [sequence.shape[:2] for sequence in sequences]
    hidden = _encoded(tower, torch.cat([sequence.flatten(0, 1) for sequence in sequences]), shapes)
    patches = [part[:, 1:].flatten(0, 1) for part in hidden]
    merged = torch.cat(patches).unflatten(0, (-1, side * side)).flatten(1)  # channels as pixel_shuffle orders them
    projected = model.multi_modal_projector(merged)
    return torch.empty_like(projected).index_copy(0, rows_of, projected), keep


def _encoded(
    tower: torch.nn.Module, hidden: torch.Tensor, shapes: list[tuple[int, int]], seen: torch.Tensor | None = None
) -> list[torch.Tensor]:
    """The vision encoder's layers on `_packed_layer`'s tokens: (images, tokens, hidden) of each run."""
    hidden = tower.embeddings.dropout(hidden)
    for layer in tower.encoder.layer:
        if layer.gradient_checkpointing and layer.training:
            hidden = checkpoint(_packed_layer, layer, hidden, shapes, seen, use_reentrant=False)
        else:
            hidden = _packed_layer(layer, hidden, shapes, seen)
    parts = tower.layernorm(hidden).split([images * length for images, length in shapes])
    return [part.unflatten(0, shape) for part, shape in zip(parts, shapes, strict=True)]


def _packed_layer(
    layer: torch.nn.Module, hidden: torch.Tensor, shapes: list[tuple[int, int]], seen: torch.Tensor | None = None
) -> torch.Tensor:
    """An `InternVLVisionLayer` on the tokens of many images in one row; each image attends to itself alone.

    Args:
        layer: the layer.
        hidden: (tokens of all images, hidden).
        shapes: runs of images of equal length as they follow in `hidden`: (images, tokens of each).
        seen: (images, 1, 1, tokens) bool, with one run: what may be attended to; None: all of it.
    """
    attention = layer.attention
    normed = layer.layernorm_before(hidden)
    heads = (-1, attention.num_heads, attention.head_dim)
    query = attention.q_norm(attention.q_proj(normed)).view(heads)
    key = attention.k_norm(attention.k_proj(normed)).view(heads)
    value = attention.v_proj(normed).view(heads)
    lengths = [images * length for images, length in shapes]
    mixed = [
        _attend(attention, seen, *(part.unflatten(0, shape).transpose(1, 2) for part in parts))
        .transpose(1, 2)
        .flatten(0, 1)
        for shape, *parts in zip(shapes, query.split(lengths), key.split(lengths), value.split(lengths), strict=True)
    ]
    projected = attention.projection_dropout(attention.projection_layer(torch.cat(mixed).flatten(1)))
    hidden = hidden + layer.lambda_1 * projected
    return hidden + layer.lambda_2 * layer.dropout(layer.mlp(layer.layernorm_after(hidden)))


def _attend(
    attention: torch.nn.Module, seen: torch.Tensor | None, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
) -> torch.Tensor:
    dropout, dtype = attention.attention_dropout if attention.training else 0.0, query.dtype
    # On a CPU torch's kernel for short types is several times slower than that for float32.
    if query.device.type == "cpu" and dtype != torch.float32:
        query, key, value = query.float(), key.float(), value.float()
    kernels = sdpa_kernel(ANY_SHAPE) if query.device.type == "cuda" else contextlib.nullcontext()
    with torch.autocast(query.device.type, enabled=False), kernels:
        mixed = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=seen, dropout_p=dropout, scale=attention.scale
        )
    return mixed.to(dtype)


def patch_groups(pixel_values: torch.Tensor, side: int, patch: int) -> torch.Tensor:
    """The pixels of each patch, group by group, row by row.

    Args:
        pixel_values: (images, channels, height, width).
        side: patches along the side of a group.
        patch: pixels along the side of a patch.

    Returns:
        (images, groups, side * side, channels * patch * patch).
    """
    images, channels, height, width = pixel_values.shape
    split = pixel_values.reshape(
        images, channels, height // (side * patch), side, patch, width // (side * patch), side, patch
    )
    return split.permute(0, 2, 5, 3, 6, 1, 4, 7).reshape(images, -1, side * side, channels * patch * patch)
