"""What a question from a cold command costs, part by part, as shares of what the libraries cost alone.

    python benchmarks/cold.py [--repeats 5] [--first] [--json]

Each repeat starts fresh interpreters in turn: torch with transformers' InternVL classes and nothing else ("bare"), then
`skeletonllm ask`, its parts timed by the process itself. Processor seconds, because other programs share the machine; the
ratios to the bare import of the same repeat are what to compare. The line that people see first is timed at a
pseudo-terminal by the clock. `--first` also measures the first question ever: nothing compiled is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIP, QUESTION = ROOT / "skeletonllm_hf" / "examples" / "squat.json", "How many times does the person squat?"
BARE = """
import torch
from transformers import InternVLForConditionalGeneration
"""
PARTS = """
import json, sys, time
times = [("start", time.process_time())]
mark = lambda name: times.append((name, time.process_time()))
{bare}
mark("bare")
from skeletonllm_hf.cli.main import build_parser
from skeletonllm_hf.cli import options
build_parser()
import skeletonllm_hf.model.modeling_skeletonllm, skeletonllm_hf.model.processing_skeletonllm, skeletonllm_hf.readers
mark("our modules")
answerer = options.load(None)
mark("model loaded")
clip = options.read_clip(sys.argv[1], {{}})
mark("clip read")
answerer.ask(clip, sys.argv[2])
mark("first answer")
answerer.ask(clip, sys.argv[2])
mark("of which the answer itself")
print(json.dumps({{name: after - before for (_, before), (name, after) in zip(times, times[1:])}}))
"""


def processor_seconds(command: list[str], **environment: str) -> float:
    """Of a whole process."""
    before = os.times()
    subprocess.run(command, check=True, capture_output=True, env=os.environ | environment)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def parts() -> dict[str, float]:
    """Processor seconds of each step of `skeletonllm ask`, in one fresh process."""
    code = PARTS.format(bare=BARE)
    done = subprocess.run([sys.executable, "-c", code, str(CLIP), QUESTION], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def first_line() -> float:
    """Seconds until the command has written something to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    begin = time.perf_counter()
    command = [sys.executable, "-m", "skeletonllm_hf", "ask", str(CLIP), QUESTION]
    process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    try:
        os.read(ours, 1)
        return time.perf_counter() - begin
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def measure(first: bool) -> dict[str, float]:
    """One repeat: processor seconds but for the first line."""
    ask = [sys.executable, "-m", "skeletonllm_hf", "ask", str(CLIP), QUESTION]
    found = {"bare": processor_seconds([sys.executable, "-c", BARE]), "ask, whole": processor_seconds(ask)}
    found |= {name: value for name, value in parts().items() if name != "bare"}
    if os.name == "posix":
        found["first line, by the clock"] = first_line()
    if first:
        with tempfile.TemporaryDirectory() as folder:
            found["ask, the first ever"] = processor_seconds(ask, NUMBA_CACHE_DIR=folder, SKELETONLLM_CACHE=folder)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--first", action="store_true", help="also the first question ever, which compiles")
    parser.add_argument("--json", action="store_true", help="every repeat, for machines")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
    processor_seconds([sys.executable, "-m", "skeletonllm_hf", "ask", str(CLIP), QUESTION])  # compiles, fills caches
    repeats = [measure(arguments.first) for _ in range(arguments.repeats)]
    if arguments.json:
        print(json.dumps(repeats))
        return 0
    print(f"| median of {arguments.repeats} | seconds | times the bare import |\n| --- | ---: | ---: |")
    for name in repeats[0]:
        ratios = [repeat[name] / repeat["bare"] for repeat in repeats]
        print(
            f"| {name} | {statistics.median(repeat[name] for repeat in repeats):.2f} | {statistics.median(ratios):.2f} |"
        )
    own = statistics.median(repeat["ask, whole"] / repeat["bare"] for repeat in repeats) - 1
    print(f"| our own part, ask less bare | | {own:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
