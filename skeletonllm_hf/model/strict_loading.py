"""Loading that refuses weights which do not fit, and files that ask for more than any sound one does."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers import PreTrainedConfig
from transformers.utils import cached_file

from .limits import check_generation
from .limits import unbounded as lifted

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
            unbounded: lift the limits of numbers in the configuration and the generation settings (`limits.py`).

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
