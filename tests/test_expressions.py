"""No regular expression in the package or the Space takes more than linear time, whatever it meets."""

import ast
import re
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [*sorted((ROOT / "skeletonllm_hf").rglob("*.py")), *sorted((ROOT / "space").rglob("*.py"))]
_CALLS = {"compile", "search", "match", "fullmatch", "sub", "findall", "finditer", "split"}
# repeated, these meet the repeats that stand next to or in each other; the end makes the whole fail
PUMPS = (
    " ",
    "\t",
    "\n",
    "a",
    "A",
    "aB",
    "a_",
    "_",
    "-",
    ".",
    "/",
    "1",
    "1.",
    "1,",
    "1a",
    "a ",
    " a",
    "x_",
    "'a",
    "a-",
    "e1",
    "*",
    ": ",
    "ab_",
    "{ ",
)
LENGTH = 20_000
MAX_SECONDS = 1.0  # of processor time for one; quadratic ones took tens


def expressions():
    """(file, pattern, flags) of every expression that is written out; pieces of f-strings become a letter."""
    found = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
                continue
            pattern = _text(node.args[0])
            if pattern is not None:
                flags = re.IGNORECASE if "IGNORECASE" in ast.dump(node) else 0
                flags |= re.MULTILINE if "MULTILINE" in ast.dump(node) else 0
                flags |= re.DOTALL if "DOTALL" in ast.dump(node) else 0
                found[path.name, pattern] = (path.name, pattern, flags)
    return list(found.values())


def _text(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "q" for part in node.values)
    return None


def body_expressions():
    from skeletonllm_hf.model import body

    return [("body.py", pattern, 0) for pattern, _ in body._ALIASES] + [
        ("body.py", pattern, 0) for _, pattern in body._SIDES
    ]


EXPRESSIONS = expressions() + body_expressions()


def test_they_are_found():
    assert len(EXPRESSIONS) > 50 and any(name == "numbers.py" for name, _, _ in EXPRESSIONS)


@pytest.mark.parametrize(("name", "pattern", "flags"), EXPRESSIONS)
def test_linear(name, pattern, flags):
    expression = re.compile(pattern, flags)
    for pump in PUMPS:
        for lead in ("", "1", "\n---\n"):
            text = lead + pump * (LENGTH // len(pump)) + "\x01"
            value = text.encode() if isinstance(pattern, bytes) else text
            start = time.process_time()
            expression.search(value)
            expression.fullmatch(value)
            expression.sub(value[:0], value)
            assert time.process_time() - start < MAX_SECONDS, (name, pattern, pump)
