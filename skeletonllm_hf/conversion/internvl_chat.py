"""Whole checkpoints of the authors' code (InternVLChat with the renderer inside) to ours, and back."""

from __future__ import annotations

import functools
import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from ..data.shards import write_whole
from ..hub.checkpoint import read_json
from ..model.configuration_skeletonllm import SkeletonLLMConfig
from ..model.layouts import get_layout
from ..model.modeling_draction import DrActionModel
from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from .internvl_names import our_config, our_names, their_config, their_name
from .renderer import LAYOUT, official_tensors, renderer_of
from .tensors import Checkpoint, Planned, check_new, joined, write_checkpoint

RENDERER_PREFIX = "_skeleton_renderer_module._renderer."
IMAGE_TOKEN, END_OF_TURN = "<IMG_CONTEXT>", "<|im_end|>"
_LORA_ALPHA = 2.0  # InternVLChat always scales its adapters by twice their rank
_ADAPTER = re.compile(r"^(.+)\.lora_([AB])\.[^.]+\.weight")


def chat_template(system: str | None = None) -> str:
    """ChatML as InternVL speaks it; `system` opens conversations that bring no system turn of their own."""
    opening = ""
    if system is not None:
        quoted = repr("<|im_start|>system\n" + system + "<|im_end|>\n")
        opening = f"{{%- if messages[0]['role'] != 'system' -%}}{{{{ {quoted} }}}}{{%- endif -%}}"
    return (
        opening + "{%- for message in messages -%}{{ '<|im_start|>' + message['role'] + '\n' }}{%- set text -%}"
        "{%- if message['content'] is string -%}{{ message['content'] }}{%- else -%}"
        "{%- for item in message['content'] -%}{{ '<skeleton>' if item['type'] == 'skeleton' else item['text'] }}{%- endfor -%}"
        "{%- endif -%}{{ '<|im_end|>' }}{%- endset -%}"
        "{%- if message['role'] == 'assistant' -%}{% generation %}{{ text }}{% endgeneration %}{%- else -%}{{ text }}{%- endif -%}"
        "{{ '\n' }}{%- endfor -%}"
        "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
    )


def from_internvl_chat(
    folder: str | os.PathLike[str], out: str | os.PathLike[str], *, num_frames: int = 12, system: str | None = None
) -> None:
    """Writes a SkeletonLLM checkpoint from one of the authors' layout; adapters that it still holds are merged.

    Tensors are read and written one at a time: it needs the memory of one shard, not of the model.

    Args:
        folder: `config.json`, tokenizer and safetensors, with the renderer's tensors under `RENDERER_PREFIX`.
        out: the new folder; must not hold a checkpoint yet.
        num_frames: frames of a clip; their checkpoints do not say.
        system: what their conversation template puts in front of every conversation, if it does.

    Raises:
        ValueError: a file that is no such checkpoint, tensors that are missing, unexpected or misshapen, by name.
        FileExistsError: `out` holds a checkpoint already.
    """
    folder, out = Path(folder), Path(out)
    check_new(out)
    origin = str(folder / "config.json")
    checkpoint = Checkpoint(folder)
    tokenizer = _their_tokenizer(folder)
    theirs = read_json(folder / "config.json")
    mllm = our_config(theirs, tokenizer.convert_tokens_to_ids(IMAGE_TOKEN), origin)
    official = {n.removeprefix(RENDERER_PREFIX): checkpoint.get(n) for n in checkpoint if n.startswith(RENDERER_PREFIX)}
    renderer = _renderer(official, mllm.vision_config.image_size[0], num_frames, str(folder))
    end = tokenizer.convert_tokens_to_ids(END_OF_TURN)
    config = SkeletonLLMConfig(
        renderer_config=renderer.config, mllm_config=mllm, tie_word_embeddings=mllm.tie_word_embeddings,
        eos_token_id=end, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    with torch.device("meta"):
        empty = SkeletonLLMForConditionalGeneration(config)
    planned = list(_ours(checkpoint, config, origin))
    planned += [Planned.of(f"renderer.{name}", values) for name, values in renderer.state_dict().items()]
    _must_fit({tensor.name: tensor.shape for tensor in planned}, empty, str(folder))
    out.mkdir(parents=True, exist_ok=True)
    config.architectures = [type(empty).__name__]
    config.dtype = _main_dtype(planned)
    config.save_pretrained(out)
    empty.generation_config.eos_token_id, empty.generation_config.pad_token_id = end, tokenizer.pad_token_id
    empty.generation_config.save_pretrained(out)
    SkeletonLLMProcessor.from_config(config, tokenizer, chat_template=chat_template(system)).save_pretrained(out)
    write_checkpoint(planned, out)


def to_internvl_chat(folder: str | os.PathLike[str], out: str | os.PathLike[str], renderer: bool = True) -> None:
    """Writes one of our checkpoints in the authors' layout: config, tokenizer and weights, without their code.

    Args:
        folder: a SkeletonLLM of InternVL.
        out: the new folder; must not hold a checkpoint yet.
        renderer: whether the renderer's tensors go in; servers that know InternVLChat refuse tensors that it does not have.

    Raises:
        ValueError: not a SkeletonLLM of InternVL, or one that their code cannot hold.
        FileExistsError: `out` holds a checkpoint already.
    """
    folder, out = Path(folder), Path(out)
    check_new(out)
    config = SkeletonLLMConfig.from_pretrained(folder)
    if config.mllm_config.model_type != "internvl":
        raise ValueError(f"{folder}: expected a SkeletonLLM of InternVL, got one of {config.mllm_config.model_type!r}")
    theirs = their_config(config.mllm_config, str(folder))
    checkpoint = Checkpoint(folder)
    ours = {name: values for name in checkpoint if (values := name.removeprefix("mllm.")) != name}
    parts: dict[str, dict[int, str]] = {}
    for name, plain in ours.items():
        found = their_name(plain)
        if found is None:
            raise ValueError(f"{folder}: {name}: their layout has no place for it")
        parts.setdefault(found[0], {})[found[1]] = name
    planned = []
    for name, places in parts.items():
        sources = [places[place] for place in sorted(places)]
        if len(sources) != len(needed := our_names(name) or ()):
            raise ValueError(f"{folder}: expected {needed} for their {name}, found {sources}")
        shapes = [checkpoint.shape(source) for source in sources]
        shape = (sum(s[0] for s in shapes), *shapes[0][1:]) if len(shapes) > 1 else shapes[0]
        planned.append(Planned(name, shape, checkpoint.dtype(sources[0]), joined(checkpoint, sources)))
    if renderer:
        drawing, prefix = DrActionModel(config.renderer_config), "renderer."
        drawing.load_state_dict({n.removeprefix(prefix): checkpoint.get(n) for n in checkpoint if n.startswith(prefix)})
        planned += [Planned.of(RENDERER_PREFIX + name, values) for name, values in official_tensors(drawing).items()]
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / "config.json", lambda path: path.write_text(json.dumps(theirs, indent=2, default=str), "utf-8"))
    SkeletonLLMProcessor.from_pretrained(folder).tokenizer.save_pretrained(out)
    if (folder / "generation_config.json").is_file():
        shutil.copyfile(folder / "generation_config.json", out / "generation_config.json")
    write_checkpoint(planned, out)


def _ours(checkpoint: Checkpoint, config: SkeletonLLMConfig, origin: str) -> Iterator[Planned]:
    """Their tensors of the multimodal model under our names, adapters merged."""
    plain: dict[str, str] = {}
    adapters: dict[str, Any] = {}
    for name in checkpoint:
        if name.startswith(RENDERER_PREFIX):
            continue
        bare = name.replace(".base_model.model.", ".", 1)
        if match := _ADAPTER.fullmatch(bare):
            adapters.setdefault(match[1] + ".weight", {})[match[2]] = name
        else:
            plain[bare.replace(".base_layer.", ".")] = name
    for bare, pair in adapters.items():
        if set(pair) != {"A", "B"} or bare not in plain:
            raise ValueError(
                f"{origin}: {bare}: expected a weight and both halves of its adapter, found {sorted(pair.values())}"
            )
    for bare, source in plain.items():
        names = our_names(bare)
        if names is None:
            raise ValueError(f"{origin}: {source}: expected a tensor of InternVLChat")
        if bare == "language_model.lm_head.weight" and config.tie_word_embeddings:
            continue  # the embeddings again
        shape, dtype = checkpoint.shape(source), checkpoint.dtype(source)
        if shape[:1] and shape[0] % len(names):
            raise ValueError(f"{origin}: {source}: expected {len(names)} equal parts, got shape {shape}")
        whole = len(names) == 1
        rows = shape[0] // len(names) if shape else 0

        def make(
            place: int, bare: Any = bare, source: Any = source, rows: Any = rows, whole: Any = whole
        ) -> torch.Tensor:
            values = checkpoint.get(source)
            if bare in adapters:
                down, up = (checkpoint.get(adapters[bare][half]).float() for half in "AB")
                values = (values.float() + _LORA_ALPHA * up @ down).to(values.dtype)  # alpha / rank = 2
            return values if whole else values[place * rows : (place + 1) * rows].clone()

        for place, name in enumerate(names):
            part = shape if whole else (rows, *shape[1:])
            yield Planned(f"mllm.{name}", part, dtype, functools.partial(make, place))


def _renderer(official: dict[str, torch.Tensor], size: int, num_frames: int, origin: str) -> DrActionModel:
    if "canonical_means" not in official:
        raise ValueError(
            f"{origin}: expected a renderer's tensors under {RENDERER_PREFIX}, found none: is it a plain InternVL?"
        )
    layout = get_layout(LAYOUT)
    count = len(official["canonical_means"])
    samples, rest = divmod(count - layout.num_joints, len(layout.bones))
    if rest or samples < 1:
        raise ValueError(f"{origin}: canonical_means: expected a bank of {LAYOUT}, got {count} Gaussians")
    sizes = {"image_size": size, "num_frames": num_frames, "bank_samples": samples}
    return renderer_of(official, origin, DrActionModel, **sizes)


def _their_tokenizer(folder: Path) -> Any:
    """Their tokenizer, without the code that their configuration points to."""
    with tempfile.TemporaryDirectory() as alone:
        for path in folder.iterdir():
            if path.is_file() and path.suffix in (".json", ".txt", ".jinja", ".model") and path.name != "config.json":
                shutil.copyfile(path, Path(alone) / path.name)
        try:
            tokenizer = AutoTokenizer.from_pretrained(alone)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{folder}: expected a tokenizer: {error}") from None
    for token in (IMAGE_TOKEN, END_OF_TURN):
        if len(tokenizer.encode(token, add_special_tokens=False)) != 1:
            raise ValueError(f"{folder}: expected a tokenizer with the token {token}, found none")
    tokenizer.eos_token = END_OF_TURN
    if tokenizer.pad_token is None:
        raise ValueError(f"{folder}: expected a tokenizer with a padding token, found none")
    return tokenizer


def _must_fit(shapes: dict[str, tuple[int, ...]], empty: SkeletonLLMForConditionalGeneration, origin: str) -> None:
    """ValueError: tensors that are missing, unexpected or misshapen for the model."""
    tied = set(empty.all_tied_weights_keys)
    expected = {_saved_name(name): tuple(v.shape) for name, v in empty.state_dict().items() if name not in tied}
    problems = {
        "missing": sorted(set(expected) - set(shapes)),
        "unexpected": sorted(set(shapes) - set(expected)),
        "misshapen": sorted(
            f"{name}: expected {expected[name]}, got {shapes[name]}"
            for name in set(expected) & set(shapes)
            if expected[name] != shapes[name]
        ),
    }
    if found := {kind: names[:8] for kind, names in problems.items() if names}:
        raise ValueError(f"{origin}: weights do not fit the model: {found}")


def _saved_name(name: str) -> str:
    """The library saves InternVL under the names that it had on the Hub before its modules were regrouped."""
    name = name.replace("mllm.model.language_model.", "mllm.language_model.model.", 1)
    name = name.replace("mllm.lm_head.", "mllm.language_model.lm_head.", 1)
    return name.replace("mllm.model.", "mllm.", 1)


def _main_dtype(planned: list[Planned]) -> str:
    """What most of the multimodal model's numbers are stored as."""
    counts: dict[torch.dtype, int] = {}
    for tensor in planned:
        if tensor.name.startswith("mllm."):
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + math.prod(tensor.shape)
    return str(max(counts, key=counts.__getitem__)).removeprefix("torch.")
