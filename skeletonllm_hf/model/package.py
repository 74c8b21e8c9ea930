"""Access of remote code to modules of the installed package skeletonllm_hf that do not travel to the Hub with a model."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any


def package_is_installed() -> bool:
    """False where this code was loaded from the Hub without it."""
    return importlib.util.find_spec("skeletonllm_hf") is not None


def package_module(name: str, purpose: str) -> Any:
    """A module of the package, by name: files that an import statement names go up with every model.

    Args:
        name: dotted, below `skeletonllm_hf`.
        purpose: what it is for, such as "to_layout", for the error.

    Raises:
        ValueError: this code was loaded from the Hub without the package.
    """
    if not package_is_installed():
        raise ValueError(f"{purpose}: needs the package skeletonllm_hf, which is not installed")
    return importlib.import_module(f"skeletonllm_hf.{name}")
