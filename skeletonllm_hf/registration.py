"""Makes the models known to transformers' Auto classes and pipelines, without importing torch early.

Importing transformers here would make `import skeletonllm_hf` take seconds in place of a tenth of one
(`benchmarks/conventions.py` measures both), at every start of the command line and in every worker that only reads files.
So each registry of transformers gets its entries when it is loaded.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable
from typing import Any

TASK = "skeleton-to-text"


def register_configs() -> None:
    """Configurations: `AutoConfig`."""
    from transformers.models.auto.configuration_auto import AutoConfig

    from .model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig

    for config in (DrActionConfig, SkeletonLLMConfig):
        AutoConfig.register(config.model_type, config, exist_ok=True)
        config.register_for_auto_class()


def register_models() -> None:
    """Models: `AutoModel`, `AutoModelForImageTextToText`, `AutoModelForMultimodalLM`; and remote code on saving."""
    from transformers import AutoModel, AutoModelForImageTextToText, AutoModelForMultimodalLM

    from .hub.saving import push_to_hub, with_labels
    from .model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
    from .model.modeling_draction import DrActionModel
    from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration, SkeletonLLMModel

    for config, model in ((DrActionConfig, DrActionModel), (SkeletonLLMConfig, SkeletonLLMModel)):
        AutoModel.register(config, model, exist_ok=True)
        model.register_for_auto_class("AutoModel")
        model.push_to_hub = push_to_hub
    for model in (SkeletonLLMModel, SkeletonLLMForConditionalGeneration):
        setattr(model, "save_pretrained", with_labels(model.save_pretrained))  # noqa: B010 - a method, to type checkers
    for auto_class in (AutoModelForImageTextToText, AutoModelForMultimodalLM):
        auto_class.register(SkeletonLLMConfig, model, exist_ok=True)
    model.register_for_auto_class("AutoModelForImageTextToText")
    model.push_to_hub = push_to_hub


def register_processor() -> None:
    """The processor: `AutoProcessor`."""
    from transformers import AutoProcessor

    from .hub.saving import push_to_hub
    from .model.configuration_skeletonllm import SkeletonLLMConfig
    from .model.processing_skeletonllm import SkeletonLLMProcessor

    AutoProcessor.register(SkeletonLLMConfig, SkeletonLLMProcessor, exist_ok=True)
    SkeletonLLMProcessor.register_for_auto_class()
    SkeletonLLMProcessor.push_to_hub = push_to_hub


def register_pipeline() -> None:
    """`pipeline("skeleton-to-text")`."""
    from transformers import AutoModelForImageTextToText
    from transformers.pipelines import PIPELINE_REGISTRY

    from .model.pipeline_skeletonllm import SkeletonToTextPipeline

    if TASK in PIPELINE_REGISTRY.get_supported_tasks():  # importing it may have done it just now
        return
    PIPELINE_REGISTRY.register_pipeline(
        TASK, pipeline_class=SkeletonToTextPipeline, pt_model=AutoModelForImageTextToText, type="multimodal"
    )


# (module of transformers that brings the registry, our module with the classes, what registers them)
_REGISTRATIONS: tuple[tuple[str, str, Callable[[], None]], ...] = (
    ("transformers.models.auto.configuration_auto", f"{__package__}.model.configuration_skeletonllm", register_configs),
    ("transformers.models.auto.modeling_auto", f"{__package__}.model.modeling_skeletonllm", register_models),
    ("transformers.models.auto.processing_auto", f"{__package__}.model.processing_skeletonllm", register_processor),
    ("transformers.pipelines", f"{__package__}.model.pipeline_skeletonllm", register_pipeline),
)


def _being_loaded(name: str) -> bool:
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return getattr(spec, "_initializing", False)


def _register_loaded(name: str) -> None:
    """Registers what the module `name`, now loaded, makes possible; what waits for our own module is done after that."""
    for theirs, ours, action in _REGISTRATIONS:
        if (name == theirs and not _being_loaded(ours)) or (
            name == ours and theirs in sys.modules and not _being_loaded(theirs)
        ):
            action()


class _AfterLoading(importlib.abc.MetaPathFinder):
    """Calls `_register_loaded` right after one of the modules that it waits for was loaded."""

    def __init__(self) -> None:
        self.awaited = {name for theirs, ours, _ in _REGISTRATIONS for name in (theirs, ours)}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.awaited:
            return None
        self.awaited.discard(name)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_then_register(module: types.ModuleType) -> None:
            load(module)
            spec._initializing = False  # type: ignore[attr-defined]  # the import system says so only after this returns
            _register_loaded(name)

        spec.loader.exec_module = load_then_register  # type: ignore[method-assign]
        return spec


def register() -> None:
    """Registers with what is loaded of transformers now, and with the rest as soon as it is: torch is never loaded early."""
    sys.meta_path.insert(0, _AfterLoading())
    for theirs, _, action in _REGISTRATIONS:
        if theirs in sys.modules:
            action()
