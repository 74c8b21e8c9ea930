"""The files of a model, a dataset or a Space that are uploaded: only names that are listed here."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from .repository import check_file

CARD, PREVIEW = "README.md", "preview.png"
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
_TEXT = (".json", ".jinja", ".md", ".py", ".txt", ".css", ".js", ".html", ".csv")  # looked through for tokens
_TOKEN = re.compile(rb"\bhf_[A-Za-z0-9]{30,}\b")
_PAGE = (CARD, "LICENSE", "LICENSE.*", "NOTICE", PREVIEW)
# Type of a repository -> patterns of the files that are uploaded. `*` and `?` stay within one folder, a leading `**/` is any number
# of folders, none included.
KINDS: dict[str, tuple[str, ...]] = {
    "model": (
        *_PAGE, WEIGHTS, INDEX, "model-?????-of-?????.safetensors", "config.json", "generation_config.json",
        "processor_config.json", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json", "tokenizer.model",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "labels.json", "*.py",
    ),
    "dataset": (*_PAGE, "report.json", "layout.png", "data/*.parquet"),
    "space": (
        *_PAGE, "requirements.txt", "packages.txt", "constraints.txt",
        *(f"**/*.{ending}" for ending in ("py", "css", "js", "html", "png", "jpg", "gif", "svg")), "examples/*",
    ),
}  # fmt: skip


def choose(folder: Path, patterns: tuple[str, ...]) -> tuple[dict[str, Path], list[str]]:
    """The files of a folder that are uploaded, by their path in the repository, and the paths of those that are not.

    Args:
        folder: of the model, dataset or Space.
        patterns: of `KINDS`.

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
        if hidden or not any(_matches(name.split("/"), pattern.split("/")) for pattern in patterns):
            left.append(name)
            continue
        check_file(name)
        if path.suffix in _TEXT and _TOKEN.search(path.read_bytes()):
            problem = "expected no access token of the Hub in a file that goes up, found one: remove it"
            raise ValueError(f"{path}: {problem}")
        chosen[name] = path
    return chosen, left


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if pattern[0] == "**":
        return any(_matches(parts[start:], pattern[1:]) for start in range(len(parts)))
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))
