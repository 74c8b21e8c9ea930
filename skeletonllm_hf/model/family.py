"""What a family of multimodal language models must say for a renderer to stand in front of it."""

from __future__ import annotations

from typing import Any

import torch

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
HALF = (0.5, 0.5, 0.5)  # SigLIP's mean and standard deviation: [0, 1] becomes [-1, 1]


class Family:
    """One frame is one image of fixed size, shown whole; it becomes as many tokens as any other frame.

    A family is a subclass in a file of its own, listed in `families.py`. What stands here fits a model whose
    `vision_config.image_size` is the side of its only picture size, and whose visual tokens simply take the
    places of their placeholders.
    """

    model_types: tuple[str, ...] = ()  # `model_type` of the configurations
    image_token = ""  # the placeholder of one visual token
    frame_prefix, frame_suffix = "Frame{number}: ", "\n"  # text around the placeholders of a frame
    image_mean, image_std = HALF, HALF
    can_drop_background = False  # has `foreground_features`
    generates_from_embeddings = True  # its `generate` takes inputs_embeds; if not, `embed` must leave the placeholders

    def image_size(self, config: Any) -> int:
        """Side of the frames, pixels, that suits this model best."""
        size = config.vision_config.image_size
        return size if isinstance(size, int) else size[0]

    def check(self, config: Any, image_size: int) -> None:
        """Raises ValueError where frames of this size would have to be resized."""
        size = config.vision_config.image_size
        if (size if isinstance(size, int) else tuple(size)) not in (image_size, (image_size, image_size)):
            raise ValueError(f"renderer image_size {image_size} and vision encoder image_size {size} must agree")

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        """Visual tokens that the language model receives for a frame of `image_size` x `image_size` pixels."""
        raise NotImplementedError

    def inputs(self, config: Any, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """What the family's own image processor gives, by its names, from normalised frames (images, 3, side, side)."""
        return {"pixel_values": pixel_values}

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        """Visual tokens of whole frames.

        Args:
            mllm: the family's `...ForConditionalGeneration`.
            pixel_values: (images, 3, side, side), normalised.

        Returns:
            (images, tokens, hidden). Families that feed visual features to several layers of the language model
            give hidden a multiple of its width: one part for the embeddings, then one for each of those layers.
        """
        return mllm.model.get_image_features(pixel_values=pixel_values.to(mllm.dtype)).pooler_output

    def foreground_features(
        self, mllm: Any, pixel_values: torch.Tensor, frames: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Visual tokens of what is drawn: (kept tokens, hidden), and the (images, tokens) mask of what was kept.

        Args:
            mllm, pixel_values: as for `features`.
            frames: (images, 3, side, side) before normalisation: black is background.
        """
        raise NotImplementedError

    def extra_inputs(
        self, mllm: Any, input_ids: torch.Tensor, places: torch.Tensor, attention_mask: torch.Tensor, image_size: int
    ) -> dict[str, torch.Tensor]:
        """Further inputs of the language model with one value per token, by name: (..., prompts, tokens).

        Args:
            mllm: the model.
            input_ids, attention_mask: (prompts, tokens).
            places: (prompts, tokens) bool, the placeholders.
            image_size: side of a frame, pixels.
        """
        return {}

    def embed(
        self, mllm: Any, embeds: torch.Tensor, places: torch.Tensor, features: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, Any]]:
        """Puts visual tokens into their places.

        Args:
            mllm: the model.
            embeds: (prompts, tokens, hidden), of the words and placeholders.
            places: (prompts, tokens) bool.
            features: (places, hidden).

        Returns:
            The new embeddings, and further inputs of the language model.
        """
        return embeds.masked_scatter(places[..., None], features.to(embeds.dtype)), {}
