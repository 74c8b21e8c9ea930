"""The script that is to run where a GPU is runs here, at toy size: what it would measure there is not broken meanwhile."""

import json
import subprocess
from pathlib import Path

from preloaded import python

ROOT = Path(__file__).parents[1]


def test_the_parts_run_on_a_cpu(tmp_path):
    parts = ["kernels", "render", "large_step"]
    command = [
        python(transformers=True),
        "benchmarks/gpu.py",
        "--device",
        "cpu",
        "--parts",
        ",".join(parts),
        "--out",
        tmp_path / "a",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found = json.loads((tmp_path / "a").read_text())
    assert done.returncode == 0 and "toy size" in found["card"], done.stderr
    assert all("error" not in found[part] and found[part]["seconds"] >= 0 for part in parts)
    assert found["large_step"]["parameters"] > 10_000 and 0 < found["render"]["floor_share"] < 1
