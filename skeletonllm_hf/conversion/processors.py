"""Files of a family's own processor, with settings by which a server shows frames whole, neither resized nor cut."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OWN, LLAVA = "own", "llava"
PROCESSORS = (OWN, LLAVA)
# What stands for a picture in a family's chat template where its processor writes more than the placeholders themselves:
# placeholder: (what the processor puts in front, what the template holds, what the processor puts behind).
_PICTURES = {
    "<image>": ("<fake_token_around_image><global-img>", "<image>", "<fake_token_around_image>"),  # Idefics3, SmolVLM
    "<image_soft_token>": ("\n\n<start_of_image>", "<start_of_image>", "<end_of_image>\n\n"),  # Gemma 3
}
_VIDEO_TOKEN = "<video>"  # InternVL's processor requires one


@dataclass(frozen=True)
class ProcessorFiles:
    """
    Args:
        processor, image_processor: names of the library's classes.
        settings: of the processor.
        image_settings: of the image processor, beside those that all have.
        names: tokens that the processor looks up by name in the tokenizer.
        video_processor: name of the library's class, for families whose processor cannot be loaded without one.
        shown: what a picture is in the chat template; None: its placeholders and the special tokens around them.
    """

    processor: str
    image_processor: str
    settings: dict[str, Any] = field(default_factory=dict)
    image_settings: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shown: str | None = None
    video_processor: str | None = None


def processor_files(config: Any, processor: Any, kind: str = OWN) -> ProcessorFiles:
    """What a server's processor needs for the frames of this model.

    Args:
        config: `SkeletonLLMConfig`.
        processor: the model's `SkeletonLLMProcessor`.
        kind: `OWN`, the family's processor; `LLAVA`, for InternVL, which transformers loads without torchvision and
            which adds no tokens of its own.

    Raises:
        ValueError: another kind, or one that cannot show this model's frames.
    """
    family = config.mllm_config.model_type
    if kind not in PROCESSORS:
        raise ValueError(f"processor: expected one of {', '.join(PROCESSORS)}, got {kind!r}")
    if kind == LLAVA:
        if family != "internvl":
            raise ValueError(f"processor {LLAVA!r}: made for internvl, got a model of {family}: use {OWN!r}")
        return _llava(config, processor)
    if family not in _FAMILIES:
        raise ValueError(f"processor {OWN!r}: expected a model of {', '.join(_FAMILIES)}, got one of {family}")
    return _FAMILIES[family](config, processor)


def write_processor(files: ProcessorFiles, config: Any, processor: Any, out: Path) -> str:
    """Writes the files beside a saved tokenizer; what a picture is in the chat template."""
    image_processor = {
        "processor_class": files.processor,
        "image_processor_type": files.image_processor,
        "size": {"height": processor.image_size, "width": processor.image_size},
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "do_convert_rgb": True,
        "image_mean": list(config.image_mean),
        "image_std": list(config.image_std),
    }
    _write_json(out / "preprocessor_config.json", image_processor | files.image_settings)
    _write_json(out / "processor_config.json", {"processor_class": files.processor} | files.settings)
    if files.video_processor:
        video = {"processor_class": files.processor, "video_processor_type": files.video_processor}
        shared = {
            name: value
            for name, value in image_processor.items()
            if name not in ("processor_class", "image_processor_type")
        }
        _write_json(out / "video_preprocessor_config.json", video | shared)
    tokens = json.loads((out / "tokenizer_config.json").read_text("utf-8"))
    tokens.pop("chat_template", None)
    _write_json(out / "tokenizer_config.json", tokens | files.names | {"processor_class": files.processor})
    return picture(processor)[1] if files.shown is None else files.shown


def picture(processor: Any) -> tuple[str, str, str]:
    """What belongs to a frame in front of its placeholders, what it is in a chat template, what belongs to it behind."""
    prefix, suffix = processor.frame_prefix, processor.frame_suffix
    before, shown, behind = _PICTURES.get(processor.image_token, ("", "", ""))
    if shown and prefix.endswith(before) and suffix.startswith(behind):
        return before, shown, behind
    special = processor.tokenizer.all_special_tokens + list(processor.tokenizer.get_added_vocab())
    opened = max((token for token in special if token and prefix.endswith(token)), key=len, default="")
    closed = max((token for token in special if token and suffix.startswith(token)), key=len, default="")
    return opened, opened + processor.image_token + closed, closed


def _internvl(config: Any, processor: Any) -> ProcessorFiles:
    opened, _, closed = picture(processor)
    if not (opened and closed):
        raise ValueError(
            f"processor {OWN!r}: InternVL's puts image tokens around every frame, this model's frames stand between "
            f"{processor.frame_prefix!r} and {processor.frame_suffix!r}: use processor {LLAVA!r}"
        )
    names = {
        "start_image_token": opened,
        "end_image_token": closed,
        "context_image_token": processor.image_token,
        "video_token": _VIDEO_TOKEN,
    }
    return ProcessorFiles(
        "InternVLProcessor", "GotOcr2ImageProcessor", {"image_seq_length": processor.tokens_per_frame},
        {"crop_to_patches": False}, names, processor.image_token, "InternVLVideoProcessor",
    )  # fmt: skip


def _llava(config: Any, processor: Any) -> ProcessorFiles:
    """One token an image, repeated for every square of `patch_size` pixels."""
    side, size = math.isqrt(processor.tokens_per_frame), processor.image_size
    if side * side != processor.tokens_per_frame or size % side:
        raise ValueError(
            f"processor {LLAVA!r}: expected a square of tokens in {size} pixels, got {processor.tokens_per_frame}"
        )
    settings = {
        "patch_size": size // side,
        "vision_feature_select_strategy": "full",
        "image_token": processor.image_token,
    }
    return ProcessorFiles("LlavaProcessor", "SiglipImageProcessor", settings)


def _qwen(name: str) -> Callable[[Any, Any], ProcessorFiles]:
    def files(config: Any, processor: Any) -> ProcessorFiles:
        vision, pixels = config.mllm_config.vision_config, processor.image_size**2
        patches = {
            "patch_size": vision.patch_size,
            "temporal_patch_size": vision.temporal_patch_size,
            "merge_size": vision.spatial_merge_size,
            "size": {"shortest_edge": pixels, "longest_edge": pixels},  # of a picture, whatever the names say
        }
        return ProcessorFiles(name, "Qwen2VLImageProcessor", image_settings=patches)

    return files


def _llava_onevision(config: Any, processor: Any) -> ProcessorFiles:
    """Several pictures in a conversation are shown whole; a single one would be cut into tiles."""
    if processor.num_frames < 2:
        raise ValueError(
            f"processor {OWN!r}: LLaVA-OneVision's cuts a single picture into tiles: expected 2 frames or more"
        )
    size, mllm = processor.image_size, config.mllm_config
    settings = {
        "num_image_tokens": processor.tokens_per_frame - 1,  # the last one is the new line
        "vision_feature_select_strategy": mllm.vision_feature_select_strategy,
        "vision_aspect_ratio": mllm.vision_aspect_ratio,
        "image_token": processor.image_token,
    }
    return ProcessorFiles(
        "LlavaOnevisionProcessor", "LlavaOnevisionImageProcessor", settings, {"image_grid_pinpoints": [[size, size]]}
    )


def _idefics3(name: str) -> Callable[[Any, Any], ProcessorFiles]:
    def files(config: Any, processor: Any) -> ProcessorFiles:
        side = {"longest_edge": processor.image_size}
        whole = {"size": side, "max_image_size": side, "do_image_splitting": False, "do_pad": True}
        settings = {"image_seq_len": processor.tokens_per_frame}
        return ProcessorFiles(f"{name}Processor", f"{name}ImageProcessor", settings, whole)

    return files


def _gemma3(config: Any, processor: Any) -> ProcessorFiles:
    names = {"image_token": processor.image_token, "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}
    settings = {"image_seq_length": processor.tokens_per_frame}
    return ProcessorFiles("Gemma3Processor", "Gemma3ImageProcessor", settings, {"do_pan_and_scan": False}, names)


_FAMILIES: dict[str, Callable[[Any, Any], ProcessorFiles]] = {
    "internvl": _internvl,
    "qwen2_5_vl": _qwen("Qwen2_5_VLProcessor"),
    "qwen3_vl": _qwen("Qwen3VLProcessor"),
    "llava_onevision": _llava_onevision,
    "idefics3": _idefics3("Idefics3"),
    "smolvlm": _idefics3("SmolVLM"),
    "gemma3": _gemma3,
}


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")
