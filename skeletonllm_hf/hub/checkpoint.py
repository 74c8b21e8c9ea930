"""Prepares a model's folder for the Hub: checks its weights, adds the code that loads it without this package."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..configs import FOLDER, LABELS
from .listing import INDEX, WEIGHTS
from .repository import check_file

CONFIG, PROCESSOR = "config.json", "processor_config.json"
_MODELS = {  # model_type -> what `auto_map` names
    "skeletonllm": {
        "AutoConfig": "configuration_skeletonllm.SkeletonLLMConfig",
        "AutoModel": "modeling_skeletonllm.SkeletonLLMModel",
        "AutoModelForImageTextToText": "modeling_skeletonllm.SkeletonLLMForConditionalGeneration",
    },
    "draction": {
        "AutoConfig": "configuration_skeletonllm.DrActionConfig",
        "AutoModel": "modeling_draction.DrActionModel",
    },
}
_PIPELINES: dict[str, dict[str, Any]] = {  # what `custom_pipelines` of a whole model names
    "skeleton-to-text": {
        "impl": "pipeline_skeletonllm.SkeletonToTextPipeline",
        "pt": ["AutoModelForImageTextToText"],
        "type": "multimodal",
    }
}
HANDLER = "handler.py"  # of Hugging Face Inference Endpoints
_PROCESSOR = {"AutoProcessor": "processing_skeletonllm.SkeletonLLMProcessor"}
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


def read_json(path: Path) -> dict[str, Any]:
    """ValueError names a file that holds no JSON object."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path}: expected a JSON object: {str(error)[:200]}") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path}: expected a JSON object, got {type(values).__name__}")
    return values


def model_type(folder: Path) -> str:
    """ "skeletonllm" or "draction". ValueError: a folder that holds neither."""
    found = read_json(folder / CONFIG).get("model_type")
    if found not in _MODELS:
        raise ValueError(f"{folder / CONFIG}: model_type: expected one of {sorted(_MODELS)}, got {found!r}")
    return found


def weight_files(folder: Path) -> list[Path]:
    """The files of weights. ValueError: none, or one that the index names and that is not there."""
    index = folder / INDEX
    if index.is_file():
        names = sorted(set(read_json(index).get("weight_map", {}).values()))
        for name in names:
            check_file(name)
        lacking = [name for name in names if not (folder / name).is_file()]
        if lacking or not names:
            raise ValueError(f"{index}: expected the files that it names, not there: {lacking or 'it names none'}")
        return [folder / name for name in names]
    if not (folder / WEIGHTS).is_file():
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLED)
        reason = f"; pickled ones ({', '.join(pickled)}) are refused, they can run code" if pickled else ""
        raise ValueError(f"{folder}: expected weights in {WEIGHTS} or {INDEX}, found none{reason}")
    return [folder / WEIGHTS]


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Every tensor's shape, from the headers alone. ValueError names a file that is damaged."""
    from safetensors import SafetensorError, safe_open

    shapes = {}
    for path in weight_files(folder):
        try:
            with safe_open(path, framework="numpy") as file:
                for name in file.keys():  # noqa: SIM118 - not a dict
                    shapes[name] = tuple(file.get_slice(name).get_shape())
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{path}: expected safetensors: {error}") from None
    return shapes


def parameters(folder: Path) -> int:
    return sum(math.prod(shape) for shape in tensor_shapes(folder).values())


def check_tensors(folder: Path) -> None:
    """ValueError: names or shapes of weights that are not those of the model that config.json describes."""
    import torch
    from transformers import AutoConfig

    from ..model import modeling_draction, modeling_skeletonllm

    config = AutoConfig.from_pretrained(folder)
    classes = {"draction": modeling_draction.DrActionModel}
    if "SkeletonLLMModel" in (config.architectures or ()):  # a folder without a head
        classes["skeletonllm"] = modeling_skeletonllm.SkeletonLLMModel
    model_class = classes.get(config.model_type, modeling_skeletonllm.SkeletonLLMForConditionalGeneration)
    with torch.device("meta"):
        model = model_class(config)
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found = _as_in_model(model, tensor_shapes(folder))
    tied = set(getattr(model, "all_tied_weights_keys", None) or ())
    missing = sorted(set(expected) - set(found) - tied)
    unknown = sorted(set(found) - set(expected))
    differ = sorted(name for name in set(found) & set(expected) if found[name] not in (None, expected[name]))
    if missing or unknown or differ:
        named = "; ".join(
            f"{what}: {', '.join(names[:5])}{' ...' if len(names) > 5 else ''}"
            for what, names in (("missing", missing), ("unknown", unknown), ("of another shape", differ))
            if names
        )
        raise ValueError(f"{folder}: weights do not fit {CONFIG}: {named}")


def _as_in_model(model: Any, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...] | None]:
    """Shapes by the names that the tensors have in the model: files keep names of older versions of the library.

    None in place of the shape of a tensor that loading joins with others, or changes.
    """
    from transformers.conversion_mapping import get_model_conversion_mapping
    from transformers.core_model_loading import WeightConverter, WeightRenaming, rename_source_key

    changes = get_model_conversion_mapping(model)
    renamings = [change for change in changes if isinstance(change, WeightRenaming)]
    converters = [change for change in changes if isinstance(change, WeightConverter)]
    own, found = model.state_dict(), {}
    for name, shape in shapes.items():
        renamed, converted = rename_source_key(name, renamings, converters)
        if renamed not in own and name in own:
            renamed, converted = name, None
        found[renamed] = None if converted is not None else shape
    return found


def remote_code(auto_map: Mapping[str, str]) -> dict[str, Path]:
    """The package's files that these classes need, by name."""
    from transformers.dynamic_module_utils import get_relative_import_files

    home = Path(__file__).parents[1] / "model"
    files = {home / f"{target.split('.')[0]}.py" for target in auto_map.values()}
    for file in list(files):
        files |= {Path(found) for found in get_relative_import_files(str(file))}
    return {path.name: path for path in sorted(files)}


def complete(folder: Path, chosen: dict[str, Path], whole: bool = True) -> dict[str, Path | bytes]:
    """The chosen files of a model's folder, checked, with remote code and the `auto_map` entries that lead to it.

    Args:
        folder: of `save_pretrained`, or of the package's own model, which comes without code.
        chosen: of `listing.choose`.
        whole: whether there must be a model: False takes a processor alone.

    Raises:
        ValueError: no model of ours, weights that do not fit its configuration, pickled weights in place of safetensors.
    """
    if not (whole or CONFIG in chosen or PROCESSOR in chosen):
        raise ValueError(f"{folder}: expected {CONFIG} or {PROCESSOR}, found neither")
    done: dict[str, Path | bytes] = dict(chosen)
    maps: dict[str, str] = {}
    kind = model_type(folder) if whole or CONFIG in chosen else None
    if kind is not None:
        check_tensors(folder)
        maps |= _mapped(folder / CONFIG, _MODELS[kind], chosen, done)
    if PROCESSOR in chosen:
        maps |= _mapped(folder / PROCESSOR, _PROCESSOR, chosen, done)
    if PROCESSOR in chosen and kind == "skeletonllm":
        made = done[CONFIG]
        settings = json.loads(made) if isinstance(made, bytes) else read_json(folder / CONFIG)
        done[CONFIG] = _as_json({"custom_pipelines": _PIPELINES} | settings)
        maps |= {task: pipeline["impl"] for task, pipeline in _PIPELINES.items()}
        done.setdefault(HANDLER, FOLDER / HANDLER)
        if labels := settings.get("taught_labels"):
            done.setdefault(LABELS, _as_json(labels))
    return done | {name: path for name, path in remote_code(maps).items() if name not in chosen}


def _as_json(settings: Mapping[str, Any] | list[str]) -> bytes:
    return (json.dumps(settings, indent=2) + "\n").encode()


def _mapped(
    path: Path, auto_classes: Mapping[str, str], chosen: Mapping[str, Any], done: dict[str, Path | bytes]
) -> Mapping[str, str]:
    """Completes the file's `auto_map`; what it then names and the folder does not have."""
    settings = read_json(path)
    present = settings.get("auto_map") or {}
    auto_map = {**auto_classes, **present}
    if auto_map != present:
        done[path.name] = _as_json(settings | {"auto_map": auto_map})
    lacking = {name: target for name, target in auto_map.items() if f"{target.split('.')[0]}.py" not in chosen}
    if foreign := {name: target for name, target in lacking.items() if auto_classes.get(name) != target}:
        raise ValueError(f"{path}: auto_map: expected code that is in the folder or in this package, got {foreign}")
    return lacking
