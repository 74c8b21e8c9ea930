"""Which files of a folder belong on the Hub: only what is listed here ever goes up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from .names import check_file

CARD, PREVIEW = "README.md", "preview.png"
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
_TEXT = (".json", ".jinja", ".md", ".py", ".txt", ".css", ".js", ".html", ".csv")  # looked through for tokens
_TOKEN = re.compile(rb"\bhf_[A-Za-z0-9]{30,}\b")


@dataclass(frozen=True)
class Kind:
    """A type of repository.

    Args:
        name: as the Hub calls it.
        patterns: what goes up. `*` and `?` stay within one folder, a leading `**/` is any number of folders, none included.
    """

    name: str
    patterns: tuple[str, ...]

    def lists(self, path: str) -> bool:
        return any(_matches(path.split("/"), pattern.split("/")) for pattern in self.patterns)


_PAGE = (CARD, "LICENSE", "LICENSE.*", "NOTICE", PREVIEW)
KINDS = {
    "model": Kind("model", (
        *_PAGE, WEIGHTS, INDEX, "model-?????-of-?????.safetensors", "config.json", "generation_config.json",
        "processor_config.json", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json", "tokenizer.model",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "labels.json", "*.py",
    )),
    "dataset": Kind("dataset", (*_PAGE, "report.json", "layout.png", "data/*.parquet")),
    "space": Kind("space", (
        *_PAGE, "requirements.txt", "packages.txt", "constraints.txt",
        *(f"**/*.{ending}" for ending in ("py", "css", "js", "html", "png", "jpg", "gif", "svg")), "examples/*",
    )),
}  # fmt: skip


def choose(folder: Path, kind: Kind) -> tuple[dict[str, Path], list[str]]:
    """The files of a folder that go up, by their path in the repository, and the paths of those that stay.

    Raises:
        ValueError: no such folder, a listed file with a name that is none for the Hub, or with an access token in it.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: expected a folder, found none")
    chosen, left = {}, []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or "__pycache__" in name:
            continue
        hidden = any(part.startswith(".") for part in name.split("/"))
        if hidden or not kind.lists(name):
            left.append(name)
            continue
        check_file(name)
        if path.suffix in _TEXT:
            _check_secrets(path)
        chosen[name] = path
    return chosen, left


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if pattern[0] == "**":
        return any(_matches(parts[start:], pattern[1:]) for start in range(len(parts)))
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))


def _check_secrets(path: Path) -> None:
    if _TOKEN.search(path.read_bytes()):
        raise ValueError(f"{path}: expected no access token of the Hub in a file that goes up, found one: remove it")
