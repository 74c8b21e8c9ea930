"""SmolVLM and Idefics3 as the multimodal language model."""

from __future__ import annotations

from typing import Any

import torch

from .family import Family


class Idefics3(Family):
    """Frames are shown whole, as these models see the frames of a video; still pictures they would split into tiles."""

    model_types = ("idefics3", "smolvlm")
    image_token = "<image>"
    frame_prefix = "Frame{number}: <fake_token_around_image><global-img>"
    frame_suffix = "<fake_token_around_image>\n"

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return (image_size // config.vision_config.patch_size // config.scale_factor) ** 2

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        # Not their get_image_features: it drops pictures that are 0 everywhere, as a grey frame is after normalisation.
        model = mllm.model
        return model.connector(model.vision_model(pixel_values=pixel_values.to(mllm.dtype)).last_hidden_state)
