"""LLaVA-OneVision as the multimodal language model."""

from __future__ import annotations

from typing import Any

import torch

from .family import Family


class LlavaOnevision(Family):
    """Frames are shown as this family shows several pictures at once: each whole, its tokens followed by a new line."""

    model_types = ("llava_onevision",)
    image_token = "<image>"

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return (image_size // config.vision_config.patch_size) ** 2 + 1

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        # Two pictures to a prompt, whatever there is: one alone their own code would cut into tiles.
        model, images = mllm.model, len(pixel_values)
        sizes = torch.tensor([pixel_values.shape[-2:]] * images, device=pixel_values.device)
        together = torch.tensor([2] * ((images + 1) // 2), device=pixel_values.device)
        tokens = model.get_image_features(
            pixel_values=pixel_values.to(mllm.dtype), image_sizes=sizes, batch_num_images=together
        )
        return torch.stack(tuple(tokens.pooler_output))
