"""The Hugging Face Hub: what goes up and how, model cards, checkpoint folders for the models that can be had there."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "check_access": "access",
    "model_card": "card",
    "check_repository": "names",
    "Pushed": "pushing",
    "push": "pushing",
}
__all__ = ["Pushed", "check_access", "check_repository", "model_card", "push"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
