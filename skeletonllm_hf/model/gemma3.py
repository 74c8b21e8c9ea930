"""Gemma 3 as the multimodal language model: tokens of one frame see each other in both directions."""

from __future__ import annotations

from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

from .family import Family


class Gemma3(Family):
    """Frames are shown whole, without pan-and-scan crops; the projector pools them to a fixed number of tokens."""

    model_types = ("gemma3",)
    image_token = "<image_soft_token>"
    frame_prefix, frame_suffix = "Frame{number}: \n\n<start_of_image>", "<end_of_image>\n\n"
    generates_from_embeddings = False  # transformers 5.23 refuses them for this family

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return config.mm_tokens_per_image

    def extra_inputs(
        self, mllm: Any, input_ids: torch.Tensor, places: torch.Tensor, attention_mask: torch.Tensor, image_size: int
    ) -> dict[str, torch.Tensor]:
        return {"token_type_ids": places.long()}  # runs of 1 become blocks of two-way attention

    def embed(
        self, mllm: Any, embeds: torch.Tensor, places: torch.Tensor, features: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, Any]]:
        # Placeholders stay: the model puts the tokens into them itself.
        if not len(features):
            return embeds, {}
        frames = features.to(embeds.dtype).unflatten(0, (-1, mllm.config.mm_tokens_per_image))
        return embeds, {"mm_encoder_outputs": {"image": BaseModelOutputWithPooling(pooler_output=frames)}}
