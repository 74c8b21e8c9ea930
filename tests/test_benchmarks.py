"""Benchmarks fit the package as it is: each is imported, and shows its options."""

import subprocess
from pathlib import Path

from preloaded import python

ROOT = Path(__file__).parents[1]
# One process each, for a benchmark may add actions to the generator; forks, for they share what is imported.
SHOW_HELP = """
import os, runpy, sys, traceback
import datasets
import skeletonllm_hf.data, skeletonllm_hf.evaluation, skeletonllm_hf.synthetic, skeletonllm_hf.training.chat
sys.path.insert(0, "benchmarks")
for path in sys.argv[1].split():
    print("==", path, flush=True)
    if not os.fork():
        sys.argv = [path, "--help"]
        try:
            runpy.run_path(path, run_name="__main__")
            print("it does not end with its help")
        except SystemExit:
            pass
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(0)  # taking all modules apart takes seconds
    os.wait()
"""


def test_each_shows_its_options():
    scripts = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "benchmarks").glob("*.py"))]
    scripts.remove("benchmarks/demo_server.py")  # imported by others
    command = [python(transformers=True), "-c", SHOW_HELP, " ".join(scripts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    shown = dict(text.split("\n", 1) for text in done.stdout.split("== ")[1:])
    assert len(scripts) > 40
    assert [path for path in scripts if not shown[path].startswith("usage:")] == [], done.stderr
