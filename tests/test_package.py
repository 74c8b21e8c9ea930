"""The package as a whole: what importing it costs, what it offers, what is in its tree."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from preloaded import python

import skeletonllm_hf

ROOT = Path(__file__).parents[1]
PACKAGE = Path(skeletonllm_hf.__file__).parent
HEAVY = ("torch", "transformers", "numba", "numpy", "PIL", "datasets")


def loaded_after(code: str) -> set[str]:
    """Which heavy packages a fresh interpreter has loaded after running this code."""
    code += f"\nimport sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_and_the_command_loads_nothing_heavy():
    assert loaded_after("import skeletonllm_hf, skeletonllm_hf.cli.main") == set()


def test_reading_drawing_and_building_datasets_do_without_torch():
    code = "from skeletonllm_hf import load_skeleton, generate, inspect_skeleton; import skeletonllm_hf.drawing as d; d.preview(generate('walk'))"
    code += "; import skeletonllm_hf.data"
    assert loaded_after(code).isdisjoint({"torch", "transformers", "datasets"})


def test_the_model_comes_without_the_generator_and_what_uploads():
    code = "import sys, skeletonllm_hf.answering.local, skeletonllm_hf.model.modeling_skeletonllm\n"
    code += "print(*(name for name in sys.modules if name.startswith('skeletonllm_hf.')))"
    done = subprocess.run([python(transformers=True), "-c", code], capture_output=True, text=True, check=True)
    found = {name.split(".", 1)[1] for name in done.stdout.split()}
    assert {"answering.local", "model.modeling_skeletonllm"} <= found
    assert found.isdisjoint({"synthetic", "hub.pushing", "hub.card", "training", "evaluation"})


def test_every_public_name_is_there():
    for name in skeletonllm_hf.__all__:
        assert getattr(skeletonllm_hf, name) is not None
    assert set(skeletonllm_hf.__all__) <= set(dir(skeletonllm_hf))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = skeletonllm_hf.nonsense


def test_editors_see_the_same_names():
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    seen = {alias.asname: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == skeletonllm_hf._EXPORTS


def test_version_is_the_installed_one():
    assert skeletonllm_hf.__version__ == importlib.metadata.version("skeletonllm-hf")


def test_constraints_pin_what_demo_and_tests_install():
    pinned = {Requirement(line).name.lower() for line in _lines(ROOT / "constraints.txt")}
    needed = set()
    for line in importlib.metadata.requires("skeletonllm-hf"):
        requirement = Requirement(line)
        extras = ("", "test", "train", "demo", "mcp")
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            needed.add(requirement.name.lower())
    assert needed <= pinned, f"not pinned: {sorted(needed - pinned)}"
    exact = re.compile(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*( ; python_version >= \"3\.\d+\")?")
    assert all(exact.fullmatch(line) for line in _lines(ROOT / "constraints.txt"))


def test_the_oldest_that_is_tested_is_the_oldest_that_is_declared():
    tomllib = pytest.importorskip("tomllib", reason="Python 3.11")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [lines for name, lines in project["optional-dependencies"].items() if name not in ("test", "all")]
    declared = {
        requirement.name: Version(bound.version)
        for requirement in map(Requirement, [*project["dependencies"], *(line for lines in extras for line in lines)])
        for bound in requirement.specifier
        if bound.operator == ">="
    }
    tested = [line.split("==") for line in _lines(ROOT / "constraints-oldest.txt")]
    assert {name: Version(version) for name, version in tested} == declared


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout: cannot tell which files belong to the project")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_package_host():
    # in two pieces each: this file names none of them
    parts = ["/wo" + "rk/", "/tm" + "p/data", "/ro" + "ot/", "/ho" + "me/"]
    parts += ["pypi" + ".org", "pythonhosted" + ".org", "download.pytorch" + ".org"]
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if path != Path(__file__) and b"\0" not in content[:8000]:  # this file holds them all
            found += [f"{path.relative_to(ROOT)}: {part}" for part in parts if part.encode() in content]
    assert not found


def test_nothing_is_pickled():
    assert not [path for path in tracked_files() if path.suffix in (".pkl", ".pickle", ".pt", ".pth", ".bin", ".ckpt")]


def test_the_dockerfile_copies_and_starts_what_is_there():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert "space" in copied and all((ROOT / name).exists() for name in copied)
    command, *arguments = json.loads(re.search(r"^CMD (.+)$", text, re.MULTILINE)[1])
    assert command == "python"
    done = subprocess.run([sys.executable, *arguments, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and all(one in done.stdout for one in arguments if one.startswith("--")), done.stderr
