"""Tensors that are computed once and kept: in this process, and as small safetensors files in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

FOLDER_VARIABLE = "SKELETONLLM_CACHE"
_FORMAT = "skeletonllm-1"  # in each file: other files of that name are none of ours
_IN_PROCESS = 256  # tensors
_known: OrderedDict[str, torch.Tensor] = OrderedDict()


def cache_folder() -> Path:
    """`$SKELETONLLM_CACHE`, else `$XDG_CACHE_HOME/skeletonllm`, else `~/.cache/skeletonllm`."""
    if own := os.environ.get(FOLDER_VARIABLE):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skeletonllm"


def key(*parts: object) -> str:
    """A digest of all that a value depends on: its name in the cache."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


def cached(name: str, shape: tuple[int, ...], compute: Callable[[], torch.Tensor]) -> torch.Tensor:
    """What `compute` gives, computed once for each name.

    A file that is broken, of another shape or not ours is written anew. Where the folder cannot be written, a warning says
    so, and the value is kept for this process only.

    Args:
        name: a digest of all that the value depends on.
        shape: of the value.
        compute: gives the value, float32 on the CPU.
    """
    if name not in _known:
        path = cache_folder() / f"{name}.safetensors"
        value = _read(path, name, shape)
        if value is None:
            value = compute()
            _write(path, name, value)
        _known[name] = value
        while len(_known) > _IN_PROCESS:
            _known.popitem(last=False)
    _known.move_to_end(name)
    return _known[name]


def _read(path: Path, name: str, shape: tuple[int, ...]) -> torch.Tensor | None:
    """The value of a file; None where it is missing, broken or not ours."""
    import torch  # here: whoever wants to know a folder alone need not wait for it
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}) != {"format": _FORMAT, "name": name} or list(file.keys()) != ["value"]:
                return None
            value = file.get_tensor("value")
    except (OSError, SafetensorError):
        return None
    if tuple(value.shape) != shape or value.dtype != torch.float32 or not value.isfinite().all():
        return None
    return value


def _write(path: Path, name: str, value: torch.Tensor) -> None:
    """Writes the file atomically, also where several processes write it at the same time."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
        try:
            save_file({"value": value.contiguous()}, temporary, {"format": _FORMAT, "name": name})
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        problem = f"{path.parent}: expected a folder to write to, found none ({reason}): what was computed about labels is not kept"
        warnings.warn(f"{problem}; {FOLDER_VARIABLE} names another folder", stacklevel=3)
