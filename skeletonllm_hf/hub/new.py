"""Makes a SkeletonLLM, ready to train, from a multimodal model of transformers: `skeletonllm new`."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..configs import FOLDER
from .card import card_header, model_card
from .checkpoint import check_tensors, parameters
from .listing import CARD
from .repository import check_file

_NEEDED = ("*.json", "*.safetensors", "*.model", "*.jinja", "merges.txt", CARD)  # of a base on the Hub
UNTRAINED = "This checkpoint is untrained: its renderer and projector know nothing of skeletons yet. Train it with `skeletonllm train`."
DTYPES = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True)
class NewOptions:
    """Settings of a new model that differ from the defaults of its base.

    Args:
        image_size: side of a frame, pixels; None: the base's.
        num_frames: frames of a clip; None: 12, as in the paper.
        renderer: weights to start from: a folder of this package or a file that the paper's authors released; None: random.
        drop_background: leave out patches that show nothing, where the family can.
        dtype: of the multimodal model's weights; "auto": as they are stored.
        seed: draws a random renderer.
        revision: of a base on the Hub.
    """

    image_size: int | None = None
    num_frames: int | None = None
    renderer: str | os.PathLike[str] | None = None
    drop_background: bool = False
    dtype: str = "auto"
    seed: int = 0
    revision: str | None = None

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype: expected one of {', '.join(DTYPES)}, got {self.dtype!r}")
        for name in ("image_size", "num_frames"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise ValueError(f"{name}: expected a positive whole number, got {value!r}")


def new_checkpoint(
    base: str | os.PathLike[str], out: str | os.PathLike[str], options: NewOptions | None = None
) -> dict[str, Any]:
    """Makes a folder with a whole model: the base's weights and tokenizer, a renderer, processor, code, card.

    Args:
        base: a folder of `save_pretrained`, or a Hub id such as "OpenGVLab/InternVL3-8B-hf".
        out: the folder; appears whole or not at all.
        options: None: what suits the base.

    Returns:
        out, base, family, parameters, image_size, num_frames, visual_tokens (of a clip).

    Raises:
        ValueError: no model of a known family, weights that do not fit its configuration or are pickled, frames of a
            size that it does not take, a tokenizer that lacks the placeholder of visual tokens.
        FileExistsError: `out` is there already.
        OSError: the base cannot be read or fetched.
    """
    options, out = options or NewOptions(), Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out}: expected no such folder, or an empty one; it holds something")
    folder = find_base(base, options.revision)
    config = read_base_config(folder, base)
    name = str(base) if not Path(base).is_dir() else None
    entry = known_bases().get(name or "", {})
    model = build_model(folder, config, entry, options)
    processor = build_processor(folder, model.config, entry)
    stop_at_end_of_turn(model, processor.tokenizer)
    partial = out.with_name(out.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        model.save_pretrained(partial)
        processor.save_pretrained(partial)
        check_tensors(partial)
        # a local base is not named on the card: its path is private
        header = card_header(folder)
        licence = [header.get(key) for key in ("license", "license_name", "license_link")]
        if licence[0] is None:
            licence = [entry.get(key) for key in ("licence", "licence_name", "licence_link")]
        card = model_card(
            partial, licence=licence[0], licence_name=licence[1], licence_link=licence[2], base=name,
            title=f"SkeletonLLM on {name or 'a base'}", limits=[UNTRAINED],
        )  # fmt: skip
        (partial / CARD).write_text(card, "utf-8")
        if out.exists():
            out.rmdir()
        partial.replace(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return {
        "out": str(out),
        "base": str(base),
        "family": config.model_type,
        "parameters": parameters(out),
        "image_size": processor.image_size,
        "num_frames": processor.num_frames,
        "visual_tokens": processor.num_frames * processor.tokens_per_frame,
    }


def known_bases() -> dict[str, dict[str, Any]]:
    """Published multimodal models of known sizes, from `hub_configs/bases`: Hub id -> entry.

    base: the Hub id.
    licence: as the Hub abbreviates it; licence_name, licence_link: name and address of an "other" one.
    sources: "ADDRESS: what stands there", by which the entry was checked.
    unverified: what of the entry no source confirms, as the path of a setting or a sentence.
    parameters: of the multimodal model, without the renderer.
    visual_tokens: tokens that the language model receives for one clip.
    renderer_config, processor: settings of `DrActionConfig` and `SkeletonLLMProcessor` that suit it.
    stages: for `skeletonllm train --stages`.
    mllm_config: the sizes of its published configuration; what is left out is the library's default.
    """
    known = (json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "bases").glob("*.json")))
    return {entry["base"]: entry for entry in known}


def find_base(base: str | os.PathLike[str], revision: str | None = None) -> Path:
    """The base's folder; one on the Hub is fetched into the Hub's cache, without pickled weights and without code."""
    if Path(base).is_dir():
        return Path(base)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        found = Path(snapshot_download(str(base), revision=revision, allow_patterns=list(_NEEDED)))
    except HFValidationError:
        raise ValueError(f"{base}: expected a folder or a Hub id such as OpenGVLab/InternVL3-8B-hf") from None
    except OSError as error:
        raise OSError(f"{base}: no such folder, and the Hub does not give it: {str(error).splitlines()[0]}") from None
    for path in found.rglob("*"):
        check_file(path.relative_to(found).as_posix())
    return found


def read_base_config(folder: Path, base: str | os.PathLike[str]) -> Any:
    """The base's configuration. ValueError: none, or of a family that is not known."""
    from transformers import AutoConfig, PreTrainedConfig

    from ..model.families import FAMILIES

    if not (folder / "config.json").is_file():
        raise ValueError(f"{base}: expected a model of transformers with its config.json, found none")
    kind = PreTrainedConfig.get_config_dict(folder)[0].get("model_type")
    if kind not in FAMILIES:
        hint = "; take the one whose name ends in -hf" if kind == "internvl_chat" else ""
        raise ValueError(
            f"{base}: expected a model of a family among {', '.join(sorted(FAMILIES))}, got {kind!r}{hint}"
        )
    return AutoConfig.from_pretrained(folder)


def build_model(folder: Path, config: Any, entry: Mapping[str, Any], options: NewOptions) -> Any:
    """The `SkeletonLLMForConditionalGeneration`: the base's weights as they are, a renderer in front."""
    import torch

    from ..model.configuration_skeletonllm import SkeletonLLMConfig
    from ..model.families import family_of
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration

    family, settings = family_of(config), dict(entry.get("renderer_config", {}))
    size = options.image_size or settings.get("image_size") or family.image_size(config)
    family.check(config, size)
    renderer = build_renderer(options, {**settings, "image_size": size})
    mllm = read_mllm(folder, options.dtype)
    tied = mllm.get_output_embeddings().weight is mllm.get_input_embeddings().weight
    whole = SkeletonLLMConfig(
        renderer_config=renderer.config,
        mllm_config=mllm.config,
        drop_background=options.drop_background,
        tie_word_embeddings=tied,
    )
    with torch.device("meta"):  # nothing of it stays: both parts are put in their places
        model = SkeletonLLMForConditionalGeneration(whole)
    model.renderer, model.mllm = renderer, mllm
    model.generation_config = mllm.generation_config
    return model.eval()


def build_renderer(options: NewOptions, settings: Mapping[str, Any]) -> Any:
    """A renderer in float32: random, or from weights."""
    import torch

    from ..model.configuration_skeletonllm import DrActionConfig
    from ..model.modeling_draction import DrActionModel
    from .preview import read_renderer

    # People who walk through a room would be specks in frames that show all of it.
    chosen = {"camera": "follow"} | {name: value for name, value in settings.items() if value is not None}
    if options.num_frames is not None:
        chosen["num_frames"] = options.num_frames
    if options.renderer is None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(options.seed)
            return DrActionModel(DrActionConfig(**chosen))
    path = Path(options.renderer)
    if path.is_dir():
        renderer = read_renderer(path)
    elif path.is_file():
        renderer = DrActionModel.from_official(path)
    else:
        raise ValueError(f"renderer: expected a folder or a released weight file, found none at {path}")
    for name in ("image_size", "num_frames"):  # no weight depends on these
        if name in chosen:
            setattr(renderer.config, name, chosen[name])
    return renderer.float()


def read_mllm(folder: Path, dtype: str) -> Any:
    """The base model; every one of its tensors is there, and no other. ValueError: not so, or pickled."""
    from transformers import AutoModelForImageTextToText

    try:
        model, info = AutoModelForImageTextToText.from_pretrained(
            folder, dtype=dtype, output_loading_info=True, use_safetensors=True
        )
    except OSError as error:
        raise ValueError(f"{folder}: expected weights in safetensors: {str(error).splitlines()[0]}") from None
    kinds = ("missing_keys", "unexpected_keys", "mismatched_keys")
    problems = {kind: sorted(map(str, info[kind]))[:5] for kind in kinds if info[kind]}
    if problems:
        raise ValueError(f"{folder}: weights do not fit the model: {problems}")
    parts = (getattr(model.config, name, None) for name in model.config.sub_configs)
    for config in (model.config, *filter(None, parts)):
        config._name_or_path = ""  # the path on this machine is private
    return model


def build_processor(folder: Path, config: Any, entry: Mapping[str, Any]) -> Any:
    """The `SkeletonLLMProcessor` with the base's tokenizer and chat template; the token that ends a turn there ends answers."""
    from transformers import AutoTokenizer

    from ..model.families import family_of
    from ..model.processing_skeletonllm import SkeletonLLMProcessor

    tokenizer = AutoTokenizer.from_pretrained(folder)
    family = family_of(config.mllm_config)
    found, expected = tokenizer.convert_tokens_to_ids(family.image_token), config.mllm_config.image_token_id
    if found != expected:
        raise ValueError(f"{folder}: tokenizer: expected {family.image_token!r} to be token {expected}, got {found}")
    template = chat_template(folder, tokenizer)
    if (end := end_of_turn(tokenizer, template)) is not None:
        tokenizer.eos_token = end
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    settings = {"heading": "face", **entry.get("processor", {})}
    return SkeletonLLMProcessor.from_config(config, tokenizer, chat_template=template, **settings)


def end_of_turn(tokenizer: Any, template: str) -> str | None:
    """The token that a chat template writes behind an answer, such as `<|im_end|>`; None where it writes none."""
    reply = "the answer"
    turns = (("user", "a question"), ("assistant", reply))
    messages = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in turns]
    behind = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False).rpartition(reply)[2]
    known = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}
    tokens = tokenizer.convert_ids_to_tokens(tokenizer(behind, add_special_tokens=False)["input_ids"])
    return next((token for token in tokens if token in known), None)


def stop_at_end_of_turn(model: Any, tokenizer: Any) -> None:
    """Generation stops at the tokenizer's end of an answer, and at what the base stops at besides."""
    settings = model.generation_config
    ends_given = settings.eos_token_id
    ends_given = [] if ends_given is None else [ends_given] if isinstance(ends_given, int) else ends_given
    ends = list(dict.fromkeys([tokenizer.eos_token_id, *ends_given]))
    settings.eos_token_id = model.config.eos_token_id = ends if len(ends) > 1 else ends[0]
    if settings.pad_token_id is None:
        settings.pad_token_id = tokenizer.pad_token_id
    model.config.pad_token_id = settings.pad_token_id


def chat_template(folder: Path, tokenizer: Any) -> str:
    """The base's chat template, from the places where processors keep it. ValueError: it has none."""
    if (folder / "chat_template.jinja").is_file():
        return (folder / "chat_template.jinja").read_text("utf-8")
    for name in ("chat_template.json", "processor_config.json"):
        if (folder / name).is_file():
            found = json.loads((folder / name).read_text("utf-8")).get("chat_template")
            if isinstance(found, str):
                return found
    if isinstance(tokenizer.chat_template, str):
        return tokenizer.chat_template
    raise ValueError(
        f"{folder}: expected a chat template (chat_template.jinja), found none: take an instruction-tuned model"
    )
