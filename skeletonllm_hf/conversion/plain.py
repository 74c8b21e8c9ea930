"""The multimodal model of a SkeletonLLM as a checkpoint of its own family, for servers that know nothing of skeletons.

The frames are then rendered at the client, with the renderer that is saved beside it in `renderer/`:
`skeletonllm ask FILE QUESTION --endpoint URL --model NAME --renderer OUT/renderer`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from .processors import OWN, picture, processor_files, write_processor
from .tensors import check_new

RENDERER = "renderer"  # folder within an export: the renderer and the SkeletonLLM processor that goes with it


def export_plain(model: Any, processor: Any, out: str | os.PathLike[str], with_processor: str = OWN) -> tuple[str, ...]:
    """Writes `out`, a plain checkpoint with processor and tokenizer, and `out/renderer`.

    Args:
        model, processor: a `SkeletonLLMForConditionalGeneration` and its `SkeletonLLMProcessor`.
        out: the folder; must not hold a checkpoint yet.
        with_processor: which processor the server will use: see `processor_files`.

    Returns:
        Notes for the user, a sentence each.

    Raises:
        FileExistsError: `out` holds a checkpoint already.
        ValueError: a family or a prompt that `with_processor` cannot serve.
    """
    out = Path(out)
    check_new(out)
    files = processor_files(model.config, processor, with_processor)
    model.mllm.generation_config = model.generation_config
    _name_parts(model.mllm)
    model.mllm.save_pretrained(out)
    processor.tokenizer.save_pretrained(out)
    shown = write_processor(files, model.config, processor, out)
    before, behind = frame_text(processor)
    template = image_template(processor.chat_template, shown + behind)
    (out / "chat_template.jinja").write_text(template, "utf-8")
    model.renderer.save_pretrained(out / RENDERER)
    processor.save_pretrained(out / RENDERER)
    notes = [f"in front of each frame a client must send the text {before!r}, as `skeletonllm ask --endpoint` does"]
    if model.config.drop_background:
        notes.append(
            "this model was made to see foreground patches only (drop_background); a server shows it whole frames: "
            "expect other, worse answers"
        )
    return tuple(notes)


def _name_parts(mllm: Any) -> None:
    """Servers choose the classes of a model's parts by their configurations' `architectures`."""
    config = mllm.config
    text = config.get_text_config()
    if name := MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.get(text.model_type):
        text.architectures = [name]
    if (tower := getattr(mllm.model, "vision_tower", None)) is not None:
        config.vision_config.architectures = [type(tower).__name__]


def frame_text(processor: Any) -> tuple[str, str]:
    """What stands before a frame's own tokens in a prompt, `{number}` in it, and what stands behind them."""
    before, _, behind = picture(processor)
    return processor.frame_prefix.removesuffix(before), processor.frame_suffix.removeprefix(behind)


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
