"""Measures the code's structure: import circles, upward imports, long functions, lines.

python tests/structure.py          prints the figures
python tests/structure.py --list   and what they count
"""

from __future__ import annotations

import argparse
import ast
import functools
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "skeletonllm_hf"
# A name made of these says that somebody spoke, not what the value is.
WORDS = frozenset({"told", "said", "asked", "wanted", "usual", "within", "alongside"})
LONG = 80  # lines of a function
LONG_FILE = 400  # lines of a file
REMOTE = ("configuration_skeletonllm", "modeling_skeletonllm", "processing_skeletonllm", "pipeline_skeletonllm")

# Low to high: a file imports from its own row and from those above it in this list.
LAYERS = (
    ("arguments", "configs", "nouns", "files", "cancelling", "cache", "offline", "viewer"),
    ("model",),
    ("transforms", "drawing"),
    ("readers", "writers", "video"),
    ("hub",),  # repositories and cards: needs what a checkpoint and a clip are, and nothing of what is done with them
    ("synthetic", "describe", "lexicon", "sentences", "joints"),
    ("data", "questions"),
    ("conversion", "quantized"),
    ("default", "answering"),
    ("training", "evaluation", "analysis", "batch", "serving"),
    ("registration",),  # makes the rows above known to transformers
    ("cli",),
)


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules() -> dict[str, Path]:
    """Dotted name -> file of every module of the package."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: Mapping[str, Path]) -> dict[str, bool]:
    """Module of the package that this one imports -> whether already when it is loaded: not in a function, not for types alone."""
    found: dict[str, bool] = {}
    for node, at_load in _import_nodes(tree_of(path), True):
        for target in _targets(node, name, path.name == "__init__.py", known):
            found[target] = found.get(target, False) or at_load
    found.pop(name, None)
    return found


def _import_nodes(node: ast.AST, at_load: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):  # without statements
            continue
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, at_load
        later = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        later = later or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test))
        yield from _import_nodes(child, at_load and not later)


def _targets(node: ast.AST, name: str, is_package: bool, known: Mapping[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
        return
    base = name.split(".") if is_package else name.split(".")[:-1]
    start = base[: len(base) - node.level + 1] if node.level else []
    source = ".".join([*start, *([node.module] if node.module else [])])
    for alias in node.names:
        inner = f"{source}.{alias.name}"
        if inner in known:
            yield inner
        elif source in known:
            yield source


@functools.cache
def graph() -> dict[str, dict[str, bool]]:
    """Every module -> what it imports, as `imports` gives it."""
    known = modules()
    return {name: imports(name, path, known) for name, path in known.items()}


def circles(edges: Mapping[str, Mapping[str, bool]], lazily: bool = True) -> list[list[str]]:
    """Groups of modules that import one another, directly or not; imports inside functions count where `lazily`."""
    reach = {name: _reached(name, edges, lazily) for name in edges}
    groups = {tuple(sorted({other for other in reach[name] if name in reach[other]})) for name in edges}
    return sorted(list(group) for group in groups if len(group) > 1)


def _reached(name: str, edges: Mapping[str, Mapping[str, bool]], lazily: bool) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for target, at_load in edges.get(waiting.pop(), {}).items():
            if (at_load or lazily) and target not in seen and target in edges:
                seen.add(target)
                waiting.append(target)
    return seen


def upward(edges: Mapping[str, Mapping[str, bool]]) -> list[str]:
    """Imports from a higher layer than the importing file's, inside functions too."""
    level = {part: row for row, parts in enumerate(LAYERS) for part in parts}
    found = []
    for name, targets in edges.items():
        if name.endswith("__main__"):  # a way into the command line, no part of its folder
            continue
        for target in targets:
            own, other = (part.split(".")[1] if "." in part else None for part in (name, target))
            if own in level and other in level and level[other] > level[own]:
                found.append(f"{name} -> {target}")
    return sorted(found)


def remote_code(edges: Mapping[str, Mapping[str, bool]]) -> list[str]:
    """Modules that travel to the Hub with a model: those that `REMOTE` reach, and themselves."""
    entries = {f"{PACKAGE}.model.{name}" for name in REMOTE}
    return sorted(entries.union(*(_reached(name, edges, lazily=True) for name in entries)))


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def long_functions(*folders: str) -> dict[str, int]:
    """Functions of more than `LONG` lines -> their lengths."""
    found = {}
    for path in python_files(*folders):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONG:
                    found[f"{path.relative_to(ROOT).as_posix()}:{node.name}"] = lines
    return found


def private_words(*folders: str) -> dict[str, list[str]]:
    """File -> its identifiers that hold one of `WORDS`."""
    is_private = lambda name: not WORDS.isdisjoint(name.lower().split("_"))  # noqa: E731
    found = {}
    for path in python_files(*folders):
        if not any(map(is_private, re.findall(r"\w+", path.read_text(encoding="utf-8")))):
            continue  # in no comment either: taking the file apart takes longer
        with open(path, "rb") as stream:
            names = {token.string for token in tokenize.tokenize(stream.readline) if token.type == tokenize.NAME}
        if private := sorted(filter(is_private, names)):
            found[path.relative_to(ROOT).as_posix()] = private
    return found


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def lines_of_python(*folders: str) -> int:
    return sum(map(lines_of, python_files(*folders)))


def long_files(*folders: str) -> dict[str, int]:
    """Files of more than `LONG_FILE` lines -> their lengths."""
    lengths = {path: lines_of(path) for path in python_files(*folders)}
    return {path.relative_to(ROOT).as_posix(): lines for path, lines in lengths.items() if lines > LONG_FILE}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print what the figures count")
    listed = parser.parse_args().list
    edges = graph()
    figures = {
        "circles, imports at load": [" ".join(circle) for circle in circles(edges, lazily=False)],
        "circles, all imports": [" ".join(circle) for circle in circles(edges)],
        "upward imports": upward(edges),
        f"functions over {LONG} lines": [
            f"{name} ({lines})" for name, lines in long_functions(PACKAGE, "space", "benchmarks").items()
        ],
        f"files over {LONG_FILE} lines": [
            f"{name} ({lines})" for name, lines in long_files(PACKAGE, "space", "benchmarks").items()
        ],
    }
    for name, found in figures.items():
        print(f"{name}: {len(found)}")
        for item in found if listed else ():
            print(f"  {item}")
    remote, known = remote_code(edges), modules()
    print(f"files of remote code: {len(remote)}, lines: {sum(map(lines_of, (known[name] for name in remote)))}")
    print(f"lines of Python in {PACKAGE} and space: {lines_of_python(PACKAGE, 'space')}")


if __name__ == "__main__":
    main()
