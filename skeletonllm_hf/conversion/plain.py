"""The multimodal model of a SkeletonLLM as a checkpoint of its own family, for servers that know nothing of skeletons.

The frames are then rendered at the client, with the renderer that is saved beside it in `renderer/`:
`skeletonllm ask FILE QUESTION --endpoint URL --model NAME --renderer OUT/renderer`.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path

RENDERER = "renderer"  # folder within an export: the renderer and the SkeletonLLM processor that goes with it
PROCESSORS = ("internvl", "llava")
# Files that make up a processor of the library, without its tokenizer and chat template, which are ours.
_PROCESSOR_FILES = ("preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json")
# Whole frames, resized and normalised: InternVL's own, and one that gives nothing but pixels.
_IMAGE_PROCESSORS = {"InternVLProcessor": "GotOcr2ImageProcessor", "LlavaProcessor": "SiglipImageProcessor"}
# What stands for a picture in a family's chat template where its processor writes more than the placeholders themselves:
# placeholder: (what the processor puts in front, what the template holds, what the processor puts behind).
_PICTURES = {
    "<image>": ("<fake_token_around_image><global-img>", "<image>", "<fake_token_around_image>"),  # Idefics3, SmolVLM
    "<image_soft_token>": ("\n\n<start_of_image>", "<start_of_image>", "<end_of_image>\n\n"),  # Gemma 3
}
_VIDEO_TOKEN = "<video>"  # InternVL's processor insists on knowing one


def export_plain(model, processor, out: str | os.PathLike, with_processor: str = "internvl") -> tuple[str, ...]:
    """Writes `out`, a plain checkpoint with processor and tokenizer, and `out/renderer`.

    Args:
        model, processor: a `SkeletonLLMForConditionalGeneration` and its `SkeletonLLMProcessor`.
        out: the folder; must not hold a checkpoint yet.
        with_processor: `"internvl"`, the family's own processor, as vLLM and SGLang want it; `"llava"`, which
            transformers loads without torchvision and which adds no tokens of its own; or a folder or Hub id of the
            family's, from which the processor's files are taken: the only way for families other than InternVL.

    Returns:
        What the user should know, a sentence each.

    Raises:
        FileExistsError: `out` holds a checkpoint already.
        ValueError: a family or a prompt that `with_processor` cannot serve.
    """
    out = Path(out)
    if (out / "config.json").exists():
        raise FileExistsError(f"{out}: expected a new folder, found a checkpoint")
    family = model.config.mllm_config.model_type
    own = with_processor in PROCESSORS
    if own and family != "internvl":
        raise ValueError(
            f"processor {with_processor!r}: made for internvl, got a model of {family}: name a checkpoint of that family"
        )
    files = {"internvl": _internvl_files, "llava": _llava_files}[with_processor](processor) if own else None
    copied = [] if own else _processor_files(with_processor)
    model.mllm.generation_config = model.generation_config
    model.mllm.save_pretrained(out)
    processor.tokenizer.save_pretrained(out)
    if files is None:
        for path in copied:
            shutil.copyfile(path, out / path.name)
        shown = _picture(processor)[1]
    else:
        shown = _write_processor(files, model.config, processor, out)
    template = image_template(processor.chat_template, shown + frame_text(processor)[1])
    (out / "chat_template.jinja").write_text(template, "utf-8")
    model.renderer.save_pretrained(out / RENDERER)
    processor.save_pretrained(out / RENDERER)
    before, _ = frame_text(processor)
    notes = [f"in front of each frame a client must send the text {before!r}, as `skeletonllm ask --endpoint` does"]
    if model.config.drop_background:
        notes.append(
            "this model was made to see foreground patches only (drop_background); a server shows it whole frames: "
            "expect other, worse answers"
        )
    return tuple(notes)


def frame_text(processor) -> tuple[str, str]:
    """What stands before a frame's own tokens in a prompt, `{number}` in it, and what stands behind them."""
    before, _, behind = _picture(processor)
    return processor.frame_prefix.removesuffix(before), processor.frame_suffix.removeprefix(behind)


def _picture(processor) -> tuple[str, str, str]:
    """What belongs to a frame in front of its placeholders, what it is in a chat template, what belongs to it behind."""
    prefix, suffix = processor.frame_prefix, processor.frame_suffix
    before, shown, behind = _PICTURES.get(processor.image_token, ("", "", ""))
    if shown and prefix.endswith(before) and suffix.startswith(behind):
        return before, shown, behind
    special = processor.tokenizer.all_special_tokens + list(processor.tokenizer.get_added_vocab())
    opened = max((token for token in special if token and prefix.endswith(token)), key=len, default="")
    closed = max((token for token in special if token and suffix.startswith(token)), key=len, default="")
    return opened, opened + processor.image_token + closed, closed


def image_template(template: str, image_text: str) -> str:
    """A chat template that knows skeletons -> one in which an image is `image_text`; all else stays as it was."""
    quoted = json.dumps(image_text)
    # One text of all that follows each other: some families trim every text part, and the frames' own spaces with it.
    flush = "{%- if parts.text -%}{%- set parts.items = parts.items + [{'type': 'text', 'text': parts.text}] -%}{%- set parts.text = '' -%}{%- endif -%}"
    return (
        "{%- set rewritten = namespace(messages=[]) -%}"
        "{%- for message in messages -%}"
        "{%- if message['content'] is string -%}{%- set rewritten.messages = rewritten.messages + [message] -%}"
        "{%- else -%}"
        "{%- set parts = namespace(items=[], text='') -%}"
        "{%- for item in message['content'] -%}"
        "{%- if item['type'] in ('image', 'image_url') -%}"
        f"{{%- set parts.text = parts.text + {quoted} -%}}"
        "{%- elif item['type'] == 'text' -%}{%- set parts.text = parts.text + item['text'] -%}"
        "{%- else -%}" + flush + "{%- set parts.items = parts.items + [item] -%}{%- endif -%}"
        "{%- endfor -%}"
        + flush
        + "{%- set rewritten.messages = rewritten.messages + [dict(message, content=parts.items)] -%}"
        "{%- endif -%}"
        "{%- endfor -%}"
        "{%- set messages = rewritten.messages -%}"
        "\n" + template
    )


def _internvl_files(processor) -> tuple[dict, str, dict[str, str]]:
    """Settings of InternVL's own processor, what an image is in the chat template, tokens that it looks for by name."""
    opened, _, closed = _picture(processor)
    if not (opened and closed):
        raise ValueError(
            "processor 'internvl': puts image tokens around every frame, this model's frames stand between "
            f"{processor.frame_prefix!r} and {processor.frame_suffix!r}: use processor 'llava'"
        )
    settings = {"processor_class": "InternVLProcessor", "image_seq_length": processor.tokens_per_frame}
    names = {
        "start_image_token": opened,
        "end_image_token": closed,
        "context_image_token": processor.image_token,
        "video_token": _VIDEO_TOKEN,
    }
    return settings, processor.image_token, names  # the processor adds what stands around it


def _llava_files(processor) -> tuple[dict, str, dict[str, str]]:
    """As `_internvl_files`, of LLaVA's: one token an image, repeated for every square of `patch_size` pixels."""
    side, size = math.isqrt(processor.tokens_per_frame), processor.image_size
    if side * side != processor.tokens_per_frame or size % side:
        raise ValueError(
            f"processor 'llava': expected a square of tokens in {size} pixels, got {processor.tokens_per_frame}"
        )
    settings = {
        "processor_class": "LlavaProcessor",
        "patch_size": size // side,
        "vision_feature_select_strategy": "full",
        "image_token": processor.image_token,
    }
    return settings, _picture(processor)[1], {}


def _write_processor(files: tuple[dict, str, dict[str, str]], config, processor, out: Path) -> str:
    """Writes the processor's files; what a picture is in the chat template."""
    settings, image_text, names = files
    image_processor = {
        "processor_class": settings["processor_class"],
        "image_processor_type": _IMAGE_PROCESSORS[settings["processor_class"]],
        "size": {"height": processor.image_size, "width": processor.image_size},
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "do_convert_rgb": True,
        "image_mean": list(config.image_mean),
        "image_std": list(config.image_std),
    }
    if settings["processor_class"] == "InternVLProcessor":
        image_processor["crop_to_patches"] = False
    _write_json(out / "preprocessor_config.json", image_processor)
    _write_json(out / "processor_config.json", settings)
    tokens = json.loads((out / "tokenizer_config.json").read_text("utf-8"))
    tokens.pop("chat_template", None)
    _write_json(out / "tokenizer_config.json", tokens | names | {"processor_class": settings["processor_class"]})
    return image_text


def _processor_files(source: str) -> list[Path]:
    """The files of a checkpoint's processor. ValueError: none."""
    from transformers.utils import cached_file

    found = [cached_file(source, name, _raise_exceptions_for_missing_entries=False) for name in _PROCESSOR_FILES]
    if not any(found):
        raise ValueError(f"{source}: expected one of {', '.join(_PROCESSOR_FILES)}, found none: it holds no processor")
    return [Path(path) for path in found if path is not None]


def _write_json(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")
