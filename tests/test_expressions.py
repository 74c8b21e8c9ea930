"""No regular expression in the package or the Space takes more than linear time, whatever it meets."""

import ast
import importlib
import re
import time
from pathlib import Path

import pytest

try:
    from re import _constants as codes
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as codes
    import sre_parse as parser

ROOT = Path(__file__).resolve().parents[1]
FILES = [*sorted((ROOT / "skeletonllm_hf").rglob("*.py")), *sorted((ROOT / "space").rglob("*.py"))]
_CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
# where an expression is no literal: "table" where the compiled ones stand in the module and are tried too, else what it is built from
BUILT = {
    "bvh.py": "table",
    "joint_names.py": "table",
    "jta.py": "ten numbers with commas between",
    "questions.py": "table",
    "whole_rows.py": "a row of names, escaped",
    "wordings.py": "words of this package and any words between them; a question's first 60 words are compared",
    "synonyms.py": "table",
    "internvl_names.py": "names of this package's tensors, escaped, with two places",
    "caption_facts.py": "words of this package, one or the other",
    "vector_cells.py": "table",
    "numbers.py": "one constant, as text and as bytes",
    "trainable.py": "patterns of whoever trains, escaped but for *",
}
# repeated, these meet the repeats that stand next to or in each other; the end makes the whole fail
PUMPS = (
    *(" ", "\t", "\n", "a", "A", "aB", "a_", "_", "-", ".", "/", "1", "1.", "1,", "1a", "a ", " a", "x_", "'a", "a-"),
    *("e1", "*", ": ", "ab_", "{ "),
)
# (characters, seconds of processor time for one): a longer text is tried where a shorter one took more than its limit.
# Below it not even quadratic growth leads to the last limit, which quadratic ones exceeded by tens of seconds.
LIMITS = ((1_000, 0.001), (4_000, 0.02), (20_000, 1.0))


def calls(tree):
    """The calls of `re.compile(...)` and its like within a syntax tree."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) and node.args else None
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "re" and called.attr in _CALLS:
            yield node


def expressions():
    """((file, pattern, flags) of every expression that is written out, files that build others)."""
    found, built = {}, set()
    for path in FILES:
        text = path.read_text("utf-8")
        if "import re\n" not in text:  # that no other file has expressions is tested below
            continue
        for node in calls(ast.parse(text)):
            pattern = _text(node.args[0])
            if pattern is None:
                built.add(path)
                continue
            flags = re.NOFLAG if hasattr(re, "NOFLAG") else 0
            for name in ("IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE"):
                flags |= getattr(re, name) if name in ast.dump(node) else 0
            found[path.name, pattern] = (path.name, pattern, flags)
    return list(found.values()), built


def _text(node):
    """What a pattern says; pieces of f-strings become a letter; None: it is built another way."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "q" for part in node.values)
    return None


def compiled_in(value, depth=0):
    """The compiled expressions in a module's tables."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset, dict)) and depth < 4:
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from compiled_in(part, depth + 1)


def built_expressions(paths):
    found = {}
    for path in sorted(paths):
        if path.is_relative_to(ROOT / "skeletonllm_hf"):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for value in vars(module).values():
                for one in compiled_in(value):
                    found[path.name, one.pattern] = (path.name, one.pattern, one.flags & ~re.UNICODE)
    return list(found.values())


def examples(parsed):
    """A few texts that the parsed expression matches, or all but: each branch once, repeats a few times."""
    texts = [""]
    for code, value in parsed:
        pieces = [""]
        if code is codes.LITERAL:
            pieces = [chr(value)]
        elif code in (codes.NOT_LITERAL, codes.ANY):
            pieces = ["a"]
        elif code is codes.IN:
            pieces = list(_members(value))
        elif code is codes.BRANCH:
            pieces = [text for branch in value[1] for text in examples(branch)]
        elif code is codes.SUBPATTERN:
            pieces = examples(value[3])
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, getattr(codes, "POSSESSIVE_REPEAT", None)):
            least, most, inner = value
            pieces = [text * min(max(least, 2), most) for text in examples(inner)]
        texts = [text + piece for number, text in enumerate(texts) for piece in pieces[: 3 if number else 6]][:24]
    return texts


def _members(tests):
    kinds = {codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a"}
    if tests[0][0] is codes.NEGATE:
        return ["a" if (codes.LITERAL, ord("a")) not in tests else "~"]
    found = []
    for code, value in tests:
        if code is codes.LITERAL:
            found.append(chr(value))
        elif code is codes.RANGE:
            found.append(chr(value[0]))
        else:
            found.append(kinds.get(value, "-"))
    return found[:3]


def attacks(pattern, flags):
    """Texts made of the beginnings of what the expression matches, repeated; and of one after the other's beginning."""
    whole = {text for text in examples(parser.parse(pattern, flags)) if text}
    starts = dict.fromkeys(
        text[:size] for text in sorted(whole, key=len)[-4:] for size in range(1, min(len(text), 20) + 1)
    )
    for pump in (*PUMPS, *starts):
        for lead in ("", "1", "\n---\n"):
            yield lead, pump
    for lead in list(starts)[::4]:
        for pump in (" ", "a", "1", "_", lead[-1]):
            yield lead, pump


WRITTEN, BUILDERS = expressions()
EXPRESSIONS = WRITTEN + built_expressions(BUILDERS)


def test_they_are_found():
    assert len(EXPRESSIONS) > 100 and any(name == "numbers.py" for name, _, _ in EXPRESSIONS)
    assert sum(name == "joint_names.py" for name, _, _ in EXPRESSIONS) > 20  # those in tables


def test_none_is_built_where_nobody_looks():
    assert {path.name for path in BUILDERS} == set(BUILT)
    for path in FILES:  # and `re` is never renamed
        tree = ast.parse(text := path.read_text("utf-8"))
        assert "import re\n" in text or not list(calls(tree)), path.name
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("re", "regex"), path.name
            if isinstance(node, ast.Import):
                assert all(name.name != "regex" and (name.name != "re" or not name.asname) for name in node.names)


def seconds(expression, lead, pump, length):
    """Of processor time that a text takes."""
    text = lead + pump * (length // len(pump)) + "\x01"
    value = text.encode() if isinstance(expression.pattern, bytes) else text
    start = time.process_time()
    expression.search(value)
    expression.fullmatch(value)
    expression.sub(value[:0], value)
    return time.process_time() - start


def too_long(expression, lead, pump):
    """Whether every limit is exceeded."""
    return all(seconds(expression, lead, pump, length) > limit for length, limit in LIMITS)


@pytest.mark.parametrize("pattern", [r"<q\b[^>]*?x=", r"\s*,\s*\s*;", r"\s+$"])
def test_the_test_finds_them(pattern):
    """Twice what the first limits allow on a fast machine: the last one is far away then, as time grows with the square."""
    expression = re.compile(pattern)
    shortest = {attack: seconds(expression, *attack, LIMITS[0][0]) for attack in attacks(pattern, 0)}
    worst = max(shortest, key=shortest.get)
    middle = seconds(expression, *worst, LIMITS[1][0])
    assert shortest[worst] > 2 * LIMITS[0][1] and middle > 2 * LIMITS[1][1] and middle > 4 * shortest[worst]


def test_the_test_finds_exponential_ones():
    expression = re.compile(r"(a+)+b")
    short, long = (
        max(seconds(expression, *attack, length) for attack in attacks(expression.pattern, 0)) for length in (10, 18)
    )
    assert long > 20 * short


@pytest.mark.parametrize(("name", "pattern", "flags"), EXPRESSIONS)
def test_linear(name, pattern, flags):
    expression = re.compile(pattern, flags)
    for attack in attacks(pattern, flags):
        assert not too_long(expression, *attack), attack
