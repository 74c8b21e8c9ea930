"""What is saved loads as remote code in a process that has never heard of this package, and answers the same."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from preloaded import python

import skeletonllm_hf.model as hub_code
from skeletonllm_hf.hub.checkpoint import complete
from skeletonllm_hf.hub.listing import KINDS, choose
from skeletonllm_hf.model.layouts import SkeletonLayout, layout_names
from skeletonllm_hf.synthetic import generate

HUB_CODE = Path(hub_code.__file__).parent
ALLOWED = {"torch", "transformers", "numpy", "PIL", "safetensors", "huggingface_hub", "numba", "triton"}

STRANGER = """
import json, sys
import importlib.abc
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[3:]:
            raise ModuleNotFoundError(name)
# The editable install's own finder goes: the package is then not installed for this process.
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
sys.path[:] = [p for p in sys.path if not p.rstrip("/").endswith("main") and p]
import importlib.util
for name in [name for name in sys.modules if name.split(".")[0] in sys.argv[3:]]:
    del sys.modules[name]
for name in sys.argv[3:]:
    sys.meta_path.insert(0, Absent())
import numpy as np
from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, AutoProcessor
folder, clip = sys.argv[1], np.load(sys.argv[2])
assert "skeletonllm_hf" not in sys.modules
config = AutoConfig.from_pretrained(folder, trust_remote_code=True)
model = AutoModelForImageTextToText.from_pretrained(folder, trust_remote_code=True).eval()
processor = AutoProcessor.from_pretrained(folder, trust_remote_code=True)
assert type(processor).__name__ == "SkeletonLLMProcessor" and type(config).__name__ == "SkeletonLLMConfig"
headless = AutoModel.from_pretrained(folder, trust_remote_code=True).eval()
assert type(headless).__name__ == "SkeletonLLMModel" and type(model.model).__name__ == "SkeletonLLMModel"
inputs = processor(clip, "What is the action?", layout="kinect_v2", return_tensors="pt")
tokens = model.generate(**inputs, max_new_tokens=8, do_sample=False)[0, inputs["input_ids"].shape[1]:].tolist()
best = model.recognize(processor, clip, ["walk", "wave", "bow"], layout="kinect_v2")
import os
from huggingface_hub import snapshot_download
here = folder if os.path.isdir(folder) else snapshot_download(folder)
sys.path.insert(0, here)
import handler
asked = {"inputs": clip.tolist(), "parameters": {"labels": ["walk", "wave", "bow"], "layout": "kinect_v2"}}
served = handler.EndpointHandler(here)
assert served(asked)["label"] == best.label, served(asked)
assert type(served.pipe).__name__ == "SkeletonToTextPipeline"
assert "expected inputs" in served({"inputs": "clip.npy"})["error"]
assert not any(name.split(".")[0] == "skeletonllm_hf" for name in sys.modules)
print(json.dumps({"tokens": tokens, "labels": best.labels, "scores": best.scores}))
"""


def test_hub_files_reach_only_each_other():
    for path in HUB_CODE.glob("*.py"):
        if path.name == "__init__.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level == 1 and node.module and "." not in node.module, f"{path.name}: line {node.lineno}"
                assert (HUB_CODE / f"{node.module}.py").exists(), f"{path.name}: line {node.lineno}"
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                for name in names:
                    top = name.split(".")[0]
                    assert top in ALLOWED or top in sys.stdlib_module_names, f"{path.name}: imports {name}"


def _answer(model, processor, clip):
    inputs = processor(clip, "What is the action?", layout="kinect_v2", return_tensors="pt")
    tokens = model.generate(**inputs, max_new_tokens=8, do_sample=False)[0, inputs["input_ids"].shape[1] :].tolist()
    # without the package there are no reference clips, so nothing is subtracted
    return tokens, model.recognize(processor, clip, ["walk", "wave", "bow"], layout="kinect_v2", calibrate="none")


def test_same_answer_without_the_package(tiny, tmp_path):
    model, processor = tiny
    folder, clip = tmp_path / "model", tmp_path / "clip.npy"
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    for name, source in complete(folder, choose(folder, KINDS["model"])[0]).items():  # as it goes up
        if not (folder / name).exists() or isinstance(source, bytes):
            (folder / name).write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    stay = {"retarget.py", "joint_names.py", "joint_words.py", "topology.py"}
    assert not stay & {path.name for path in folder.iterdir()}
    np.save(clip, generate("bow", seed=1).joints)
    tokens, best = _answer(model, processor, np.load(clip))
    environment = os.environ | {"HF_MODULES_CACHE": str(tmp_path / "modules"), "PYTHONPATH": ""}
    for absent in ([], ["numba"]):
        done = subprocess.run(
            [python(), "-c", STRANGER, str(folder), str(clip), *absent],
            capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        assert told["tokens"] == tokens
        assert tuple(told["labels"]) == best.labels
        np.testing.assert_allclose(told["scores"], best.scores, atol=1e-5)


def test_files_are_not_read_by_remote_code(tiny, monkeypatch, tmp_path):
    _, processor = tiny
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    try:
        processor.load(tmp_path / "clip.skeleton")
    except ValueError as error:
        assert "clip.skeleton: reading a file (an array needs no reader): needs the package" in str(error)
    else:
        raise AssertionError("a file was read without the package")


def test_a_layout_of_ones_own_without_the_package(monkeypatch):
    given = {"name": "three", "joints": ["hips", "neck", "tail"], "bones": [[0, 1], [0, 2]]}
    whole = SkeletonLayout.from_dict(given | {"rest": [[0, 1, 0], [0, 1.5, 0], [0, 1, -0.2]]}).to_dict()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert SkeletonLayout.from_dict(whole).to_dict() == whole and len(layout_names()) > 20
    with pytest.raises(ValueError, match="layout 'three': body points from joint names: needs the package"):
        SkeletonLayout.from_dict(given)
    with pytest.raises(ValueError, match="places of joints without a body point: needs the package"):
        _ = SkeletonLayout.from_dict(whole | {"rest": None}).rest_joints
