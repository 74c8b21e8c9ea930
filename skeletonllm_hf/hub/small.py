"""The model "small" before training: nano's renderer and vision tower, a new projector, a pretrained language model.

`hub_configs/small` holds its settings, its chat template and the name of its base.
"""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

from .. import cache
from ..configs import FOLDER, LABELS
from .card import model_card
from .checkpoint import read_json
from .language_base import SMALL, Base, kept, read_base, small_base
from .listing import CARD
from .new import UNTRAINED, stop_at_end_of_turn

NANO = Path(__file__).parents[1] / "nano"
SETTINGS, TEMPLATE = "small.json", "chat_template.jinja"


def initial_small() -> Path:
    """The folder of the untrained model, made once and kept in the user's cache. Errors as of `language_base.Base.find`."""
    folder, base = FOLDER / SMALL, small_base()
    key = cache.key("small-1", base, (folder / SETTINGS).read_text("utf-8"), (folder / TEMPLATE).read_text("utf-8"))
    warnings.warn('the model "small" has not been trained: its answers mean nothing; see docs/small.md', stacklevel=3)

    def make(partial: Path) -> None:
        for part in build_small(base):
            part.save_pretrained(partial)
        shutil.copyfile(NANO / LABELS, partial / LABELS)
        named = read_json(folder / SETTINGS)
        card = model_card(partial, licence=named["licence"], base=named["name"], title="small", limits=[UNTRAINED])
        (partial / CARD).write_text(card, "utf-8")

    return kept(key, make)


def build_small(base: Base) -> tuple[Any, Any]:
    """The untrained model in float32 and its processor.

    A frame's patches are merged 4 x 4, so that a clip of 12 frames takes at most 48 visual tokens; what shows nothing takes none.

    Args:
        base: of the Llama kind; its tokenizer is in the same file, or beside it.

    Raises:
        FileNotFoundError: the base is nowhere; see `Base.find`.
        ModuleNotFoundError: `gguf` is not installed and the base is a .gguf.
    """
    import torch
    from transformers import AutoTokenizer, InternVLConfig

    from ..model.configuration_skeletonllm import SkeletonLLMConfig
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor

    settings, path = read_json(FOLDER / SMALL / SETTINGS), base.find()
    language = read_base(path)
    nano = SkeletonLLMForConditionalGeneration.from_pretrained(NANO, dtype="float32")
    own = SkeletonLLMProcessor.from_pretrained(NANO)
    options = {"gguf_file": path.name} if path.suffix == ".gguf" else {}
    tokenizer = AutoTokenizer.from_pretrained(path.parent, **options)
    tokenizer.model_max_length = language.config.max_position_embeddings
    frames = [settings["frame_token"].format(number=number + 1) for number in range(own.num_frames)]
    added = [settings["image_token"], settings["skeleton_token"], *frames]
    tokenizer.add_special_tokens({"additional_special_tokens": added})
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id == tokenizer.eos_token_id:
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    text = language.config
    if hasattr(text, "quantization_config"):  # of the file: the weights are whole again
        del text.quantization_config
    rows = text.vocab_size
    text.vocab_size, text._name_or_path, text.pad_token_id = len(tokenizer), "", tokenizer.pad_token_id
    ratio = settings["downsample_ratio"]
    side = nano.config.mllm_config.vision_config.image_size[0] // nano.config.mllm_config.vision_config.patch_size[0]
    config = SkeletonLLMConfig(
        renderer_config=nano.config.renderer_config,
        mllm_config=InternVLConfig(
            vision_config=nano.config.mllm_config.vision_config, text_config=text, downsample_ratio=ratio,
            image_token_id=tokenizer.convert_tokens_to_ids(settings["image_token"]),
            image_seq_length=round(side * ratio) ** 2, tie_word_embeddings=True,
        ),
        image_mean=nano.config.image_mean, image_std=nano.config.image_std, drop_background=True,
        tie_word_embeddings=True, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings["seed"])
        model = SkeletonLLMForConditionalGeneration(config).float()
    model.renderer.load_state_dict(nano.renderer.state_dict())
    model.mllm.model.vision_tower.load_state_dict(nano.mllm.model.vision_tower.state_dict())
    _take_language(model, language, rows, [_words(token, tokenizer) for token in added])
    processor = SkeletonLLMProcessor.from_config(
        config, tokenizer, chat_template=(FOLDER / SMALL / TEMPLATE).read_text("utf-8").rstrip("\n"),
        image_token=settings["image_token"], skeleton_token=settings["skeleton_token"], frame_prefix=settings["frame_token"],
        frame_suffix="", heading=own.heading, list_candidates=False, impute_joints=own.impute_joints, denoise=own.denoise, trim_rest=own.trim_rest,
    )  # fmt: skip
    model.generation_config.eos_token_id = model.generation_config.pad_token_id = None
    stop_at_end_of_turn(model, tokenizer)
    return model.eval(), processor


def _words(token: str, tokenizer: Any) -> list[int]:
    """Plain tokens that say what an added one stands for: `<|frame3|>` is read as " frame 3" before it is trained."""
    letters = "".join(letter if letter.isalnum() else " " for letter in token).strip()
    word = letters.rstrip("0123456789")
    return tokenizer(f" {word} {letters[len(word) :]}".rstrip(), add_special_tokens=False)["input_ids"]


def _take_language(model: Any, language: Any, rows: int, words: list[list[int]]) -> None:
    """Puts the base into the model; the rows of added tokens are the means of their words'."""
    import torch

    state = language.state_dict()
    embeddings = state["model.embed_tokens.weight"][:rows]
    added = torch.stack([embeddings[ids].mean(0) for ids in words]).bfloat16().float()  # as slim checkpoints keep them
    body = {name.removeprefix("model."): value for name, value in state.items() if name.startswith("model.")}
    body["embed_tokens.weight"] = torch.cat([embeddings, added])
    model.mllm.model.language_model.load_state_dict(body)
