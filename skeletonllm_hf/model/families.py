"""Families of multimodal language models that a renderer can stand in front of: image tokens, image sizes, visual tokens."""

from __future__ import annotations

from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

from .internvl import foreground_features, patch_groups

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
HALF = (0.5, 0.5, 0.5)  # SigLIP's mean and standard deviation: [0, 1] becomes [-1, 1]


class Family:
    """One frame is one image of fixed size, shown whole; it becomes as many tokens as any other frame.

    A family is a subclass, listed in `FAMILIES`. The methods of this class fit a model whose
    `vision_config.image_size` is the side of its only image size, and whose visual tokens simply take the
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


class InternVL(Family):
    """The family of the paper, and of the bundled default model."""

    model_types = ("internvl",)
    image_token = "<IMG_CONTEXT>"
    frame_prefix, frame_suffix = "Frame{number}: <img>", "</img>\n"
    image_mean, image_std = IMAGENET_MEAN, IMAGENET_STD
    can_drop_background = True

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return config.image_seq_length

    def foreground_features(
        self, mllm: Any, pixel_values: torch.Tensor, frames: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return foreground_features(mllm, pixel_values, frames)


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
        rows, columns = height // vision.patch_size, width // vision.patch_size
        patches = patch_groups(pixel_values, vision.spatial_merge_size, vision.patch_size).unflatten(-1, (channels, -1))
        patches = patches[..., None, :].expand(*patches.shape[:-1], vision.temporal_patch_size, -1)
        grid = torch.tensor([[1, rows, columns]] * images, device=pixel_values.device)
        return {"pixel_values": patches.flatten(3).flatten(0, 2), "image_grid_thw": grid}

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


class LlavaOnevision(Family):
    """Frames are shown as this family shows several pictures at once: each whole, its tokens followed by a new line."""

    model_types = ("llava_onevision",)
    image_token = "<image>"

    def tokens_per_frame(self, config: Any, image_size: int) -> int:
        return (image_size // config.vision_config.patch_size) ** 2 + 1

    def features(self, mllm: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        # As pairs of pictures: their own code cuts a single picture of a prompt into tiles.
        model, images = mllm.model, len(pixel_values)
        sizes = torch.tensor([pixel_values.shape[-2:]] * images, device=pixel_values.device)
        together = torch.tensor([2] * ((images + 1) // 2), device=pixel_values.device)
        tokens = model.get_image_features(
            pixel_values=pixel_values.to(mllm.dtype), image_sizes=sizes, batch_num_images=together
        )
        return torch.stack(tuple(tokens.pooler_output))


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


FAMILIES: dict[str, Family] = {
    model_type: family
    for family in (InternVL(), Qwen25VL(), Qwen3VL(), LlavaOnevision(), Idefics3(), Gemma3())
    for model_type in family.model_types
}


def family_of(mllm_config: Any) -> Family:
    """The family of a multimodal model's configuration. ValueError: one that is not known."""
    family = FAMILIES.get(mllm_config.model_type)
    if family is None:
        raise ValueError(f"mllm_config: expected one of {sorted(FAMILIES)}, got {mllm_config.model_type!r}")
    return family
