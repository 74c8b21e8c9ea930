"""The Python in the guides runs as it stands, with the bundled model and a bundled clip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import structure

import skeletonllm_hf
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model import rasterization
from skeletonllm_hf.questions import is_taught

ROOT = Path(__file__).parents[1]
GUIDES = (
    "README.md",
    "docs/conventions.md",
    "docs/quickstart.md",
    "docs/rendering.md",
    "docs/explaining.md",
    "docs/evaluation.md",
)
CLIP = Path(skeletonllm_hf.__file__).parent / "examples" / "walk_turning_left.bvh"


@pytest.mark.parametrize("guide", GUIDES)
def test_python_runs(guide, tmp_path, monkeypatch):
    if not (FOLDER / "model.safetensors").exists():
        pytest.skip("the bundled weights are not in this checkout")
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / guide).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    (tmp_path / "clip.bvh").write_bytes(CLIP.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rasterization, "BAND", 64)  # a graph of a few bands of rows is soon made
    exec(compile("\n".join(blocks), guide, "exec"), {"__name__": "guide"})


@pytest.mark.parametrize(
    "guide", ["README.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md"))]
)
def test_links_lead_somewhere(guide):
    text = (ROOT / guide).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert ((ROOT / guide).parent / target).exists(), f"{guide} links to {target}, which is not there"


def test_the_architecture_names_what_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\| `([\w/]+\.py)` \| `(\w+)` \|", text, re.MULTILINE)
    assert len(steps) > 20
    for file, function in steps:
        assert re.search(rf"def {function}\b", (ROOT / file).read_text(encoding="utf-8")), (
            f"{function} is not in {file}"
        )
    layers = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1].splitlines()
    assert [line[:64].split() for line in layers[::-1]] == [list(row) for row in structure.LAYERS]


def test_what_contributing_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:skeletonllm_hf|tests|hub_configs)/[\w/.-]+)`", text)
    assert len(paths) > 20 and [path for path in paths if not (ROOT / path).exists()] == []
    for name, file in re.findall(r"`([A-Z_]+)` in `([\w/]+\.py)`", text):
        assert re.search(rf"^{name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), f"{file}: no {name}"


def test_listed_questions_are_understood():
    rows = [line.split("|")[2] for line in (ROOT / "docs" / "questions.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]  # fmt: skip
    questions = [question.strip() for row in rows for question in re.findall(r"[A-Z][^?]*(?:\?|$)", row.strip())]
    assert len(questions) > 60
    assert [question for question in questions if not is_taught(question)] == []
