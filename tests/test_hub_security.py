"""What docs/security.md promises of the code that strangers run from the Hub: no files, no network, no hidden code."""

import ast
from pathlib import Path

import pytest

import skeletonllm_hf.model as hub_code
from skeletonllm_hf.hub.checkpoint import _MODELS, _PIPELINES, _PROCESSOR, remote_code
from skeletonllm_hf.hub.repository import check_file, check_repository
from skeletonllm_hf.model.modeling_draction import DrActionModel

HUB_CODE = Path(hub_code.__file__).parent
GUIDE = Path(__file__).parents[1] / "docs" / "security.md"
# the installed package's, which the Hub's code imports by name
AT_HOME = {"__init__.py", "joint_names.py", "joint_words.py", "retarget.py", "topology.py"}
FILES = sorted(path for path in HUB_CODE.glob("*.py") if path.name not in AT_HOME)
STANDARD = {
    *(
        "__future__",
        "collections",
        "collections.abc",
        "concurrent.futures",
        "contextlib",
        "copy",
        "dataclasses",
        "functools",
    ),
    *("inspect", "itertools", "json", "math", "re", "threading", "typing", "unicodedata"),
    *("importlib", "importlib.util", "os"),  # of these, what SITES names
}
LIBRARIES = {"torch", "transformers", "numpy", "safetensors", "huggingface_hub", "numba", "triton"}
BUILTINS = {"open", "eval", "exec", "compile", "__import__", "input", "breakpoint", "globals", "vars"}
ATTRIBUTES = {
    *(
        "load_state_dict_from_url",
        "system",
        "popen",
        "remove",
        "unlink",
        "rmtree",
        "mkdir",
        "write_text",
        "write_bytes",
    ),
    *(
        "read_text",
        "read_bytes",
        "fromfile",
        "tofile",
        "memmap",
        "urlopen",
        "hf_hub_download",
        "snapshot_download",
        "savetxt",
    ),
}
ON_MODULES = {("torch", "load"), ("torch", "save"), ("np", "load"), ("np", "save"), ("os", "open"), ("os", "remove")}
# the places that reach beyond tensors, each described in the guide: file -> calls
SITES = {
    "package.py": {"importlib.util.find_spec", "importlib.import_module"},
    "rasterization_numba.py": {"os.register_at_fork"},
}


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_what_is_needed(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            assert name in STANDARD or name.split(".")[0] in LIBRARIES, f"{path.name}:{node.lineno} imports {name}"
    allowed = SITES.get(path.name, set())
    for name, line in calls(tree):
        if name in allowed or any(name.startswith(f"{site}(") for site in allowed):
            continue
        where = f"{path.name}:{line} calls {name}"
        assert name not in BUILTINS, where
        last = name.rpartition(".")[2]
        assert "." not in name or last not in ATTRIBUTES, where
        assert tuple(name.split(".")) not in ON_MODULES, where
        assert name.split(".")[0] not in ("os", "importlib", "safe_open", "load_file", "save_file"), where


def test_the_sites_are_there_and_in_the_guide():
    guide = GUIDE.read_text("utf-8")
    for file, sites in SITES.items():
        found = {name for name, _ in calls(ast.parse((HUB_CODE / file).read_text("utf-8")))}
        assert sites <= found, f"{file}: the list of exceptions is longer than what is there"
        assert all(f"`{site}`" in guide for site in sites)


def test_the_guide_goes_through_every_file():
    guide = GUIDE.read_text("utf-8")
    pipelines = {task: pipeline["impl"] for task, pipeline in _PIPELINES.items()}
    sent = remote_code({**_MODELS["skeletonllm"], **_PROCESSOR, **pipelines})
    assert {path.name for path in FILES} == set(sent), "every file goes up, and no other"
    assert not [name for name in sent if f"| `{name}` |" not in guide]


def test_pickled_weights_are_never_opened(tiny, tmp_path):
    import torch

    model, _ = tiny
    model.renderer.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save(model.renderer.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        DrActionModel.from_pretrained(tmp_path)
    with pytest.raises(ValueError, match="pickled weights are refused"):
        DrActionModel.from_pretrained(tmp_path, use_safetensors=False)


def test_names():
    for name in ("ann/model", "ann-b/My.model_2"):
        check_repository(name)
    for name in ("model", "a/b/c", "ann/a--b", "ann/..", "/etc/passwd", "ann/model.git", "ann/mo del", "https://x/y"):
        with pytest.raises(ValueError, match="expected USER/NAME"):
            check_repository(name)
    for name in ("config.json", "data/train-00000-of-00001.parquet", "a+b=c @1.txt"):
        check_file(name)
    for name in (
        "../x",
        "a/../b",
        "/etc/passwd",
        ".env",
        "a/.git/config",
        "a\\b",
        "a\nb",
        "a//b",
        "",
        "x" * 256,
        "c:x",
        "nul\0",
    ):
        with pytest.raises(ValueError, match="expected a file name"):
            check_file(name)
