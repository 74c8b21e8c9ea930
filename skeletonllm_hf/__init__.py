"""Human skeleton motion in, words out: a differentiable skeleton renderer in front of a multimodal language model.

Importing this package costs nothing: every name below is fetched from its module when it is first used.
"""

from __future__ import annotations

import importlib

from .registration import register as _register

__version__ = "0.1.0"

_EXPORTS = {
    "BODY_POINTS": "model.body",
    "SkeletonLayout": "model.layouts",
    "get_layout": "model.layouts",
    "layout_names": "model.layouts",
    "register_layout": "model.layouts",
    "SkeletonSequence": "model.skeleton",
    "SkeletonFileError": "readers",
    "inspect_skeleton": "readers",
    "load_skeleton": "readers",
    "load_skeletons": "readers",
    "save_npz": "readers",
    "save_skeleton": "writers",
    "generate": "synthetic",
    "generate_many": "synthetic",
    "DrActionConfig": "model.configuration_skeletonllm",
    "SkeletonLLMConfig": "model.configuration_skeletonllm",
    "DrActionModel": "model.modeling_draction",
    "SkeletonLLMForConditionalGeneration": "model.modeling_skeletonllm",
    "SkeletonLLMProcessor": "model.processing_skeletonllm",
    "Recognition": "model.recognition",
    "Influence": "analysis",
    "influence": "analysis",
    "Segment": "analysis",
    "find_segments": "analysis",
    "Comparison": "analysis",
    "compare": "analysis",
    "Disturbance": "analysis",
    "robustness": "analysis",
    "Answerer": "answering.protocol",
    "Endpoint": "answering.endpoint",
    "Recognizer": "answering.recognizer",
    "load": "answering.loading",
    "default_labels": "default",
    "load_default": "default",
}

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
