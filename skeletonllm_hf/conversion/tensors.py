"""Weight files larger than memory: tensors are read one at a time and written in shards."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import split_state_dict_into_shards_factory
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ..data.shards import write_whole
from ..hub.checkpoint import read_json
from ..hub.listing import INDEX, WEIGHTS

SHARD_BYTES = 5_000_000_000  # what the library takes too: loading holds one shard at a time
_DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


class Checkpoint:
    """The tensors of a folder with `model.safetensors`, or with shards and their index.

    Raises:
        ValueError: pickled weights, a damaged file or an index that names what is not there; names the file.
        FileNotFoundError: no weights.
    """

    def __init__(self, folder: str | os.PathLike[str]):
        self.folder = Path(folder)
        if (self.folder / INDEX).is_file():
            names = read_json(self.folder / INDEX).get("weight_map")
            if not isinstance(names, dict) or any(Path(str(file)).name != file for file in names.values()):
                raise ValueError(f"{self.folder / INDEX}: expected a weight_map of tensors to files of this folder")
            files = sorted(set(names.values()))
        elif (self.folder / WEIGHTS).is_file():
            names, files = None, [WEIGHTS]
        else:
            pickled = sorted(path.name for kind in ("*.bin", "*.pt", "*.pth") for path in self.folder.glob(kind))
            if pickled:
                raise ValueError(
                    f"{self.folder}: expected safetensors, found {pickled[0]}: pickled weights are never opened, they can run code"
                )
            raise FileNotFoundError(f"{self.folder}: expected {WEIGHTS} or {INDEX}, found neither")
        self._files: dict[str, Any] = {}
        self._places: dict[str, str] = {}
        for file in files:
            try:
                self._files[file] = safe_open(self.folder / file, framework="pt")
            except (SafetensorError, OSError) as error:
                raise ValueError(f"{self.folder / file}: expected a safetensors file: {error}") from None
            self._places |= dict.fromkeys(self._files[file].keys(), file)
        if names is not None and names != self._places:
            wrong = sorted(name for name in {*names, *self._places} if names.get(name) != self._places.get(name))
            raise ValueError(f"{self.folder / INDEX}: does not fit the files it names: {wrong[:5]}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._files[self._places[name]].get_slice(name).get_shape())

    def dtype(self, name: str) -> torch.dtype:
        kind = self._files[self._places[name]].get_slice(name).get_dtype()
        if kind not in _DTYPES:
            raise ValueError(f"{self.folder / self._places[name]}: {name}: expected one of {list(_DTYPES)}, got {kind}")
        return _DTYPES[kind]

    def get(self, name: str) -> torch.Tensor:
        return self._files[self._places[name]].get_tensor(name)


@dataclass(frozen=True)
class Planned:
    """A tensor to write: what it will be, and how it is made when its turn comes."""

    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    make: Callable[[], torch.Tensor]

    @classmethod
    def of(cls, name: str, values: torch.Tensor) -> Planned:
        return cls(name, tuple(values.shape), values.dtype, lambda: values)

    @property
    def bytes(self) -> int:
        return torch.Size(self.shape).numel() * self.dtype.itemsize


def check_new(folder: Path) -> None:
    """FileExistsError: the folder holds a checkpoint already."""
    if (folder / "config.json").exists():
        raise FileExistsError(f"{folder}: expected a new folder, found a checkpoint")


def write_checkpoint(tensors: Iterable[Planned], out: Path, shard_bytes: int = SHARD_BYTES) -> None:
    """Writes tensors in the given order, a shard at a time, with an index where they are several."""
    planned = {tensor.name: tensor for tensor in tensors}
    split = split_state_dict_into_shards_factory(
        planned, get_storage_size=lambda tensor: tensor.bytes, filename_pattern="model{suffix}.safetensors",
        max_shard_size=shard_bytes,
    )  # fmt: skip
    for file, names in split.filename_to_tensors.items():
        values = {name: _made(planned[name]) for name in names}
        write_whole(out / file, functools.partial(save_file, values, metadata={"format": "pt"}))
    if split.is_sharded:
        index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
        write_whole(out / INDEX, lambda path: path.write_text(json.dumps(index, indent=2), "utf-8"))


def _made(tensor: Planned) -> torch.Tensor:
    values = tensor.make()
    if tuple(values.shape) != tensor.shape or values.dtype != tensor.dtype:
        raise AssertionError(
            f"{tensor.name}: planned {tensor.shape} {tensor.dtype}, made {tuple(values.shape)} {values.dtype}"
        )
    return values.contiguous()


def joined(checkpoint: Checkpoint, names: Sequence[str]) -> Callable[[], torch.Tensor]:
    return lambda: torch.cat([checkpoint.get(name) for name in names]) if len(names) > 1 else checkpoint.get(names[0])
