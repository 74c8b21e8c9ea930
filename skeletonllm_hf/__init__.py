"""Human skeleton motion in, words out: a differentiable skeleton renderer in front of a multimodal language model.

Importing this package costs nothing: every name below is fetched from its module when it is first used.
"""

from __future__ import annotations

import importlib

from .registration import register as _register

__version__ = "0.1.0"

_NAMES = {  # module -> its public names
    "model.body": "BODY_POINTS",
    "model.layouts": "SkeletonLayout get_layout layout_names register_layout",
    "model.skeleton": "SkeletonSequence",
    "readers": "SkeletonFileError inspect_skeleton load_skeleton load_skeletons save_npz",
    "writers": "save_skeleton",
    "synthetic": "generate generate_many",
    "model.configuration_skeletonllm": "DrActionConfig SkeletonLLMConfig",
    "model.modeling_draction": "DrActionModel",
    "model.modeling_skeletonllm": "SkeletonLLMForConditionalGeneration",
    "model.processing_skeletonllm": "SkeletonLLMProcessor",
    "model.recognition": "Recognition",
    "analysis": "Influence influence Segment find_segments Comparison compare Disturbance robustness",
    "answering.protocol": "Answerer",
    "answering.endpoint": "Endpoint",
    "answering.recognizer": "Recognizer",
    "answering.loading": "load",
    "default": "default_labels load_default",
}
_EXPORTS = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [*_EXPORTS, "__version__"]


def __getattr__(name: str):
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_EXPORTS[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_register()
