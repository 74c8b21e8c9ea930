"""A pushed Space builds: its requirements need no file beside them and no release, and the app runs from what went up."""

import os
import subprocess
import sys
from pathlib import Path

from hub_server import hub  # noqa: F401
from huggingface_hub import snapshot_download
from packaging.requirements import Requirement

from skeletonllm_hf.cli.main import main

ROOT = Path(__file__).parents[1]
RUN = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
sys.path.insert(0, sys.argv.pop(1))
import skeletonllm_hf
from skeleton_demo.main import parser
print(skeletonllm_hf.__file__, parser().parse_args([]).mcp, skeletonllm_hf.load_default()[0].num_parameters() > 0)
"""


def test_what_went_up_is_all_that_a_builder_needs(hub, tmp_path):  # noqa: F811
    assert main(["push", str(ROOT / "space"), "ann/demo", "--type", "space", "--wheel-index", "https://h/cpu"]) == 0
    folder = Path(snapshot_download("ann/demo", repo_type="space", local_dir=tmp_path / "space"))
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert lines[0] == "--extra-index-url https://h/cpu"
    names = {
        Requirement(line).name for line in lines[1:]
    }  # ValueError: a path, which is not there when the builder installs
    assert {"torch", "transformers", "gradio", "mcp"} <= names and "skeletonllm-hf" not in names
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"SPACE_ID": "ann/demo"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env=environment,
    )
    assert done.stdout.split() == [str(folder / "skeletonllm_hf" / "__init__.py"), "True", "True"], done.stderr
