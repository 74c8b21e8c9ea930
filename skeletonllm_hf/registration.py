"""Makes the models known to transformers' Auto classes and pipelines, without importing torch before anybody needs it."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable

TASK = "skeleton-to-text"


def register_models() -> None:
    """Configurations and models: `AutoConfig`, `AutoModel`, `AutoModelForImageTextToText`; and remote code on saving."""
    from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText

    from .model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
    from .model.modeling_draction import DrActionModel
    from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration

    for config, model in ((DrActionConfig, DrActionModel), (SkeletonLLMConfig, SkeletonLLMForConditionalGeneration)):
        AutoConfig.register(config.model_type, config, exist_ok=True)
        AutoModel.register(config, model, exist_ok=True)
        config.register_for_auto_class()
        model.register_for_auto_class("AutoModel")
    AutoModelForImageTextToText.register(SkeletonLLMConfig, SkeletonLLMForConditionalGeneration, exist_ok=True)


def register_processor() -> None:
    """The processor: `AutoProcessor`."""
    from transformers import AutoProcessor

    from .model.configuration_skeletonllm import SkeletonLLMConfig
    from .model.processing_skeletonllm import SkeletonLLMProcessor

    AutoProcessor.register(SkeletonLLMConfig, SkeletonLLMProcessor, exist_ok=True)
    SkeletonLLMProcessor.register_for_auto_class()


def register_pipeline() -> None:
    """`pipeline("skeleton-to-text")`."""
    from transformers import AutoModelForImageTextToText
    from transformers.pipelines import PIPELINE_REGISTRY

    from .pipeline import SkeletonToTextPipeline

    PIPELINE_REGISTRY.register_pipeline(
        TASK, pipeline_class=SkeletonToTextPipeline, pt_model=AutoModelForImageTextToText, type="multimodal"
    )


# Each is due when this module of transformers has been loaded; it brings torch with it anyway.
_DUE: dict[str, Callable[[], None]] = {
    "transformers.models.auto.modeling_auto": register_models,
    "transformers.models.auto.processing_auto": register_processor,
    "transformers.pipelines": register_pipeline,
}


class _AfterLoading(importlib.abc.MetaPathFinder):
    """Runs what is due right after the module that it waits for was loaded."""

    def find_spec(self, name: str, path=None, target=None) -> importlib.machinery.ModuleSpec | None:
        action = _DUE.pop(name, None)
        if action is None:
            return None
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def load_then_register(module) -> None:
            load(module)
            action()

        spec.loader.exec_module = load_then_register
        return spec


def register() -> None:
    """Registers with what is loaded of transformers now, and with the rest as soon as it is."""
    for name in [name for name in _DUE if name in sys.modules]:
        _DUE.pop(name)()
    if _DUE:
        sys.meta_path.insert(0, _AfterLoading())
