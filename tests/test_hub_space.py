"""A pushed Space builds: its requirements need no file beside them and no release, and the app runs from what went up."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import hub_routes
import pytest
from hub_server import hub  # noqa: F401
from huggingface_hub import snapshot_download
from packaging.requirements import Requirement
from preloaded import python

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


def test_what_went_up_is_all_that_a_builder_needs(hub, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(hub_routes, "PAGE", 500)  # of more than 500 files
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
        [python(), "-c", RUN, str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env=environment,
    )
    assert done.stdout.split() == [str(folder / "skeletonllm_hf" / "__init__.py"), "True", "True"], done.stderr


@pytest.mark.skipif(
    not os.environ.get("SKELETONLLM_BUILD_SPACE"), reason="installs torch and gradio anew: SKELETONLLM_BUILD_SPACE=1"
)
def test_a_builder_builds_it(hub, tmp_path):  # noqa: F811
    """As the Hub does: requirements.txt is mounted alone and installed, with the SDK of the card, then the files come and the app starts."""
    assert main(["push", str(ROOT / "space"), "ann/demo", "--type", "space"]) == 0
    folder = Path(snapshot_download("ann/demo", repo_type="space", local_dir=tmp_path / "space"))
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    shutil.copy(folder / "requirements.txt", mounted)
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "built")], check=True)
    own_python = tmp_path / "built" / "bin" / "python"
    sdk = re.search(r"^sdk_version: (\S+)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE)[1]
    install = [own_python, "-m", "pip", "install", "-q", "-r", "requirements.txt", f"gradio[oauth,mcp]=={sdk}"]
    subprocess.run(install, cwd=mounted, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "HF_ENDPOINT")}
    environment |= {"SPACE_ID": "ann/demo", "GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    app = subprocess.Popen([own_python, "app.py"], cwd=folder, env=environment)
    try:
        until = time.monotonic() + 300
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
                    assert json.load(answer)
                break
            except OSError:
                assert app.poll() is None and time.monotonic() < until
                time.sleep(1)
    finally:
        app.kill()
        app.wait()
