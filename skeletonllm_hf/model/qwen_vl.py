"""Qwen2.5-VL and Qwen3-VL as the multimodal language model: pictures as rows of patches, positions in three dimensions."""

from __future__ import annotations

from typing import Any

import torch

from .family import CLIP_MEAN, CLIP_STD, HALF, Family


class Qwen25VL(Family):
    """Every frame is a picture; its tokens have a place in time, row and column for the language model."""

    model_types = ("qwen2_5_vl",)
    image_token = "<|image_pad|>"
    frame_prefix, frame_suffix = "Frame{number}: <|vision_start|>", "<|vision_end|>\n"
    image_mean, image_std = CLIP_MEAN, CLIP_STD

    def image_size(self, config: Any) -> int:
        return 448  # any multiple of a token's side will do; this is the paper's, and fits both patch sizes

    def check(self, config: Any, image_size: int) -> None:
        side = _token_side(config)
        if image_size % side:
            raise ValueError(
                f"renderer image_size: expected a multiple of {side}, the side of a visual token, got {image_size}"
            )

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return (image_size // _token_side(config)) ** 2

    def inputs(self, config: Any, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        vision, (images, channels, height, width) = config.vision_config, pixel_values.shape
        patch, merge = vision.patch_size, vision.spatial_merge_size
        rows, columns = height // patch, width // patch
        split = pixel_values.reshape(images, channels, rows // merge, merge, patch, columns // merge, merge, patch)
        patches = split.permute(0, 2, 5, 3, 6, 1, 4, 7)  # (images, rows, columns, merge, merge, channels, patch, patch)
        patches = patches[..., None, :, :].expand(*patches.shape[:6], vision.temporal_patch_size, patch, patch)
        grid = torch.tensor([[1, rows, columns]] * images, device=pixel_values.device)
        return {"pixel_values": patches.flatten(5).flatten(0, 4), "image_grid_thw": grid}

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        return torch.stack(mllm.model.get_image_features(**self.inputs(mllm.config, pixel_values)).pooler_output)

    def extra_inputs(
        self, mllm: Any, input_ids: torch.Tensor, places: torch.Tensor, attention_mask: torch.Tensor, image_size: int
    ) -> dict[str, torch.Tensor]:
        side = image_size // mllm.config.vision_config.patch_size
        frames = int(places.sum()) // self.tokens_per_frame(mllm.config, image_size)
        grid = torch.tensor([[1, side, side]] * frames, device=input_ids.device)
        positions, _ = mllm.model.get_rope_index(
            input_ids, mm_token_type_ids=places.int(), image_grid_thw=grid, attention_mask=attention_mask
        )
        return {"position_ids": positions}


class Qwen3VL(Qwen25VL):
    """As Qwen2.5-VL; features of several vision layers are also added behind the first language layers (DeepStack)."""

    model_types = ("qwen3_vl",)
    image_mean, image_std = HALF, HALF

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        output = mllm.model.get_image_features(**self.inputs(mllm.config, pixel_values))
        layers = [output.pooler_output, *output.deepstack_features]
        return torch.cat([torch.stack(tuple(tokens)) for tokens in layers], dim=-1)

    def embed(
        self, mllm: Any, embeds: torch.Tensor, places: torch.Tensor, features: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, Any]]:
        # Placeholders stay: the model puts the tokens into them itself, and so knows where the deeper features belong.
        from transformers.models.qwen3_vl.modeling_qwen3_vl import BaseModelOutputWithDeepstackFeatures

        counts = places.sum(1).tolist()
        if not sum(counts):
            return embeds, {}
        tokens, *deeper = (part.split(counts) for part in features.to(embeds.dtype).split(embeds.shape[-1], dim=-1))
        output = BaseModelOutputWithDeepstackFeatures(
            pooler_output=list(tokens), deepstack_features=[list(layer) for layer in deeper]
        )
        return embeds, {"mm_encoder_outputs": {"image": output}}


def _token_side(config: Any) -> int:
    """Side of the square, in pixels, that becomes one visual token."""
    return config.vision_config.patch_size * config.vision_config.spatial_merge_size
