"""Digests of models and clips, for the keys of cached values."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_ELEMENTS = 512  # numbers of each tensor that enter a digest: any training step changes some of them
_ORIGIN = frozenset(
    {
        *("_name_or_path", "name_or_path", "transformers_version", "auto_map", "architectures", "dtype"),
        *("torch_dtype", "processor_class"),
    }
)


def model_digest(model: Any, processor: Any) -> str:
    """A digest of everything that a model's answers depend on: its weights and settings, and its processor's."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().reshape(-1)
        some = flat[:: max(1, flat.numel() // _ELEMENTS)].float().cpu().numpy()
        digest.update(f"{name} {tuple(tensor.shape)}".encode() + some.tobytes())
    prepared = [processor.to_dict(), processor.chat_template, processor.tokenizer.get_vocab()]
    digest.update(json.dumps(_settings([model.config.to_dict(), *prepared]), sort_keys=True, default=str).encode())
    return digest.hexdigest()[:16]


def clips_digest(clips: Sequence[Any]) -> str:
    """A digest of clips' coordinates."""
    checksum = 0
    for clip in clips:
        checksum = zlib.crc32(clip.joints.tobytes(), checksum)
    return f"{len(clips)}-{checksum:08x}"


def clip_key(clip: Any) -> tuple[Any, ...]:
    """All of a clip that answers about it depend on."""
    mask = zlib.crc32(clip.mask.tobytes())
    return clips_digest([clip]), mask, clip.layout, clip.fps, clip.units, clip.up, clip.view


class Recent(Generic[Value]):
    """The values that were worked out last.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most, self._values = most, OrderedDict[Any, Value]()

    def get(self, name: Any, compute: Callable[[], Value]) -> Value:
        """The value of that name, worked out by `compute` where it is not kept."""
        if name in self._values:
            return self._values[name]
        value = self._values[name] = compute()
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


def _settings(values: Any) -> Any:
    """A configuration without the values of `_ORIGIN`."""
    if isinstance(values, dict):
        return {str(name): _settings(value) for name, value in values.items() if name not in _ORIGIN}
    return [_settings(value) for value in values] if isinstance(values, (list, tuple)) else values
