"""Checks of files from strangers: bounds of the numbers in configurations, and weights that must fit the model.

Bounds are checked when a model or processor is built or loaded. `from_pretrained(..., unbounded=True)` lifts them, `unbounded()`
lifts them for models and processors that are built within it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers import PreTrainedConfig
from transformers.utils import cached_file

# The renderer's and the processor's: name -> (least, most). Whole numbers where `least` is one.
RENDERER = {
    "image_size": (1, 4096),
    "num_frames": (1, 1024),
    "feature_size": (1, 1024),
    "hidden_size": (1, 8192),
    "bank_samples": (0, 256),
    "field_of_view": (1e-3, 179.999),
    "margin": (1e-6, 1.0),
    "distance": (1e-3, 1e3),
    "joint_radius": (1e-6, 10.0),
    "bone_radius": (1e-6, 10.0),
    "spacing": (1e-6, 10.0),
    "initializer_range": (0.0, 1e3),
}
PROCESSOR = {"num_frames": (1, 1024), "image_size": (1, 4096), "tokens_per_frame": (1, 16_384), "views": (1, 64)}
ALIGNMENT = {"alignment_size": (1, 8192), "sentence_size": (1, 8192), "prototypes": (0, 20_000)}
MAX_PIXELS = 2**26  # of a clip's frames together: 16 of 2048 x 2048
MAX_CLIP_TOKENS = 2**18  # of a clip's frames together: the longest contexts in use hold four of these
MAX_FRAME_TEXT = 1_000  # characters around a frame

# The language model's and the vision encoder's, wherever in the nested configuration they stand. The largest open models have
# 126 layers of 18,432 numbers, 1,024 experts, and 300,000 tokens.
MLLM = {
    **dict.fromkeys(("num_hidden_layers", "num_layers", "depth"), 1024),
    **dict.fromkeys(("num_attention_heads", "num_key_value_heads", "num_heads"), 1024),
    **dict.fromkeys(("head_dim", "num_experts", "num_local_experts"), 8192),
    **dict.fromkeys(("hidden_size", "embed_dim"), 65_536),
    "intermediate_size": 524_288,
    "vocab_size": 4_194_304,
    "image_size": 16_384,
    "patch_size": 4096,
    "num_channels": 64,
    "max_position_embeddings": 2**30,
}
GENERATION = {
    "max_length": 2**20,
    **dict.fromkeys(("max_new_tokens", "min_new_tokens", "min_length"), 32_768),
    **dict.fromkeys(("num_beams", "num_beam_groups", "num_return_sequences"), 64),
    **dict.fromkeys(("prompt_lookup_num_tokens", "num_assistant_tokens"), 1024),
    **dict.fromkeys(("no_repeat_ngram_size", "encoder_no_repeat_ngram_size"), 1024),
}
_LIFT = "; unbounded=True in from_pretrained lifts the limit, where the file can be trusted"
MAX_NAMED = 5
INDEX = "model.safetensors.index.json"
# what the libraries raise where JSON is broken, or sound and something else than they expect
UNREADABLE = (
    StrictDataclassError,
    UnicodeDecodeError,
    JSONDecodeError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
)
_state = threading.local()


@contextmanager
def unbounded(lift: bool = True) -> Iterator[None]:
    """A context in which this thread builds and loads without limits."""
    before = getattr(_state, "lifted", False)
    _state.lifted = before or lift
    try:
        yield
    finally:
        _state.lifted = before


lifted = unbounded  # for functions that have an argument of that name


def _checks() -> bool:
    return not getattr(_state, "lifted", False)


def _number(where: str, value: Any, least: float, most: float) -> None:
    whole = isinstance(least, int)
    sound = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not sound or not least <= value <= most:  # NaN never is
        shown = f"{type(value).__name__} {value!r}"[:60] if not sound else f"{value!r}"[:40]
        raise ValueError(
            f"{where}: expected a {'whole ' if whole else ''}number from {least:g} to {most:,g}, got {shown}{_LIFT}"
        )


def check_renderer(config: Any) -> None:
    """A `DrActionConfig`. ValueError names the number, its bounds and what came."""
    if _checks():
        for name, (least, most) in RENDERER.items():
            _number(name, getattr(config, name), least, most)
        _pixels(config.num_frames, config.image_size)


def check_alignment(config: Any) -> None:
    """A `SkeletonLLMConfig`: the space that clips and sentences share. ValueError, as above."""
    if _checks():
        for name, (least, most) in ALIGNMENT.items():
            if (value := getattr(config, name)) is not None or name != "alignment_size":
                _number(name, value, least, most)


def check_processor(processor: Any) -> None:
    """A `SkeletonLLMProcessor`. ValueError, as above."""
    if not _checks():
        return
    for name, (least, most) in PROCESSOR.items():
        _number(name, getattr(processor, name), least, most)
    _pixels(processor.num_frames, processor.image_size)
    for name, value in processor.sampling.items():
        if name in RENDERER:
            _number(f"sampling: {name}", value, *RENDERER[name])
    if (tokens := processor.num_frames * processor.tokens_per_frame) > MAX_CLIP_TOKENS:
        raise ValueError(
            f"num_frames, tokens_per_frame: expected at most {MAX_CLIP_TOKENS:,} tokens of a clip, got {tokens:,}{_LIFT}"
        )
    for name in ("frame_prefix", "frame_suffix", "image_token", "skeleton_token"):
        text = getattr(processor, name)
        if not isinstance(text, str) or len(text) > MAX_FRAME_TEXT:
            raise ValueError(f"{name}: expected a text of at most {MAX_FRAME_TEXT} characters, got {repr(text)[:60]}")
    # a format text from a stranger can ask for any width, and for attributes of objects
    rest = processor.frame_prefix.replace("{number}", "")
    if "{" in rest or "}" in rest:
        raise ValueError(f"frame_prefix: expected no braces but in {{number}}, got {processor.frame_prefix[:60]!r}")


def _pixels(frames: int, size: int) -> None:
    if (pixels := frames * size * size) > MAX_PIXELS:
        raise ValueError(
            f"num_frames, image_size: expected at most {MAX_PIXELS:,} pixels of a clip, got {pixels:,}{_LIFT}"
        )


def check_mllm(values: Mapping[str, Any], where: str = "mllm_config") -> None:
    """The nested configuration of a multimodal language model, as a dictionary. ValueError, as above."""
    if not _checks():
        return
    for name, value in values.items():
        place = f"{where}: {name}"
        if isinstance(value, Mapping):
            check_mllm(value, place)
        elif name in MLLM:
            for one in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(one, (int, float)) and not 0 <= one <= MLLM[name]:
                    raise ValueError(f"{place}: expected a number from 0 to {MLLM[name]:,}, got {one!r}"[:200] + _LIFT)
        elif isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{place}: expected a finite number, got {value}{_LIFT}")


def check_generation(config: Any, where: str = "generation_config") -> None:
    """A `GenerationConfig`: what it asks for beyond one answer of some length. ValueError, as above."""
    if not _checks():
        return
    for name, most in GENERATION.items():
        value = getattr(config, name, None)
        if value is not None and not (isinstance(value, int) and 0 <= value <= most):
            raise ValueError(f"{where}: {name}: expected a whole number up to {most:,}, got {repr(value)[:40]}{_LIFT}")


def check_normalization(mean: list[float], std: list[float]) -> None:
    """ValueError: not three finite numbers each, or a deviation of nothing."""
    for name, values in (("image_mean", mean), ("image_std", std)):
        sound = len(values) == 3 and all(math.isfinite(value) for value in values)
        if not sound or (name == "image_std" and min(values) <= 0):
            raise ValueError(
                f"{name}: expected 3 finite numbers{' above 0' if name == 'image_std' else ''}, got {values}"
            )


def unreadable(source: object, names: tuple[str, ...], error: Exception) -> ValueError:
    """The error to raise: names the file that is no JSON object, or else those among which the fault is."""
    for name in names:
        try:
            path = cached_file(source, name, local_files_only=True, _raise_exceptions_for_missing_entries=False)
            if path is not None and not isinstance(PreTrainedConfig._dict_from_json_file(path), dict):
                return ValueError(f"{source}: {name}: expected a JSON object, got something else")
        except (ValueError, RecursionError) as broken:
            return ValueError(f"{source}: {name}: expected a JSON object: {type(broken).__name__}: {str(broken)[:200]}")
        except OSError:  # not in the cache
            continue
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return ValueError(f"{source}: expected sound {', '.join(names)}: {reason}")


class StrictLoading:
    """For models, before `PreTrainedModel` in the bases: a checkpoint fits, or loading it is an error."""

    @classmethod
    def from_pretrained(
        cls,
        *args: Any,
        output_loading_info: bool = False,
        use_safetensors: bool = True,
        unbounded: bool = False,
        **kwargs: Any,
    ) -> Any:
        """As the library's, but a tensor that is missing, unexpected or of another shape is an error, not a log line.

        Tensors of another shape are drawn anew with `ignore_mismatched_sizes=True`.

        Args:
            unbounded: lift the limits of numbers in the configuration and the generation settings.

        Raises:
            ValueError: such tensors, by name; tensors with NaN or infinite numbers, by name; numbers beyond their limits;
                files of weights that are damaged; pickled weights asked for by `use_safetensors=False`.
            OSError: no safetensors there. Pickled weights are never opened: they can run code.
        """
        if not use_safetensors:
            raise ValueError(
                "use_safetensors: expected True, got False: pickled weights are refused, they can run code"
            )
        source = args[0] if args else kwargs.get("pretrained_model_name_or_path", "checkpoint")
        with lifted(unbounded):
            try:
                load = super().from_pretrained  # type: ignore[misc]  # the library's, behind this class in the bases
                model, info = load(*args, output_loading_info=True, use_safetensors=True, **kwargs)
            except SafetensorError as error:
                raise ValueError(f"{source}: expected whole safetensors files: {error}") from None
            except UNREADABLE as error:
                raise unreadable(source, ("config.json", "generation_config.json", INDEX), error) from None
            check_generation(getattr(model, "generation_config", None), f"{source}: generation_config.json")
        kinds = ["missing_keys", "unexpected_keys"]
        if not kwargs.get("ignore_mismatched_sizes"):
            kinds.append("mismatched_keys")
        problems = {kind: sorted(map(str, info[kind])) for kind in kinds if info[kind]}
        if problems:
            raise ValueError(f"{source}: weights do not fit the model: {problems}")
        if broken := not_finite(model):
            more = f" and {len(broken) - MAX_NAMED} more" if len(broken) > MAX_NAMED else ""
            raise ValueError(
                f"{source}: expected finite weights, got NaN or infinite ones in {broken[:MAX_NAMED]}{more}"
            )
        return (model, info) if output_loading_info else model


@torch.no_grad()
def not_finite(model: torch.nn.Module) -> list[str]:
    """Names of tensors in which a number is NaN or infinite."""
    names = []
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point() or tensor.is_meta or tensor.numel() == 0:
            continue
        if tensor.element_size() == 1:  # 8-bit floats know few operations
            tensor = tensor.to(torch.float16)
        if not all(map(torch.isfinite, torch.aminmax(tensor))):  # extremes of NaN are NaN
            names.append(name)
    return names
