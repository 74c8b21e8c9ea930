"""The Hugging Face Hub: uploads, model cards, and checkpoints made from models on it."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "check_access": "repository",
    "model_card": "card",
    "check_repository": "repository",
    "Pushed": "pushing",
    "push": "pushing",
}
__all__ = ["Pushed", "check_access", "check_repository", "model_card", "push"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
