"""What an answer of `skeletonllm serve` costs once it runs, beside the same question to the model alone.

    python benchmarks/serve.py [--repeats 20] [--json]

Server and client run in this process, over loopback, so that its processor time holds both: medians in seconds, and the
ratio to the same call of the same model in the same run. Waiting threads sleep, as the command has it: spinning ones
would count as work. Then the whole command `skeletonllm ask --server`, client side.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is loaded, as `skeletonllm serve` does

import uvicorn

from skeletonllm_hf import load, load_skeleton
from skeletonllm_hf.answering.server import ServerAnswerer
from skeletonllm_hf.default import default_labels
from skeletonllm_hf.serving.app import build

CLIP = Path(__file__).parents[1] / "skeletonllm_hf" / "examples" / "squat.json"
QUESTION = "How many times does the person squat?"


def median(call: Callable[[], object], repeats: int, clock: Callable[[], float] = time.process_time) -> float:
    times = []
    for _ in range(repeats + 1):
        begin = clock()
        call()
        times.append(clock() - begin)
    return statistics.median(times[1:])  # the first warms up


def children() -> float:
    """Processor seconds of the processes that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    model, clip, labels = load(), load_skeleton(CLIP), default_labels()
    server = uvicorn.Server(uvicorn.Config(build(model, "nano", labels), port=0, log_level="warning"))
    with server.config.bind_socket() as socket:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            url = f"http://127.0.0.1:{socket.getsockname()[1]}"
            there = ServerAnswerer(url)
            found = {
                "ask": [median(partial(one.ask, clip, QUESTION), arguments.repeats) for one in (model, there)],
                "caption": [median(partial(one.caption, clip), arguments.repeats) for one in (model, there)],
                "recognize": [
                    median(partial(one.recognize, clip, labels), arguments.repeats) for one in (model, there)
                ],
            }
            client = [sys.executable, "-m", "skeletonllm_hf", "ask", str(CLIP), QUESTION, "--server", url]
            command = median(lambda: subprocess.run(client, check=True, capture_output=True), 3, children)
        finally:
            server.should_exit = True
            thread.join()
    if arguments.json:
        print(json.dumps({"tasks": found, "command": command}))
        return 0
    print(
        f"| median of {arguments.repeats} | the model, s | through the server, s | ratio |\n| --- | ---: | ---: | ---: |"
    )
    for name, (alone, served) in found.items():
        print(f"| {name} | {alone:.3f} | {served:.3f} | {served / alone:.2f} |")
    print(f"| `skeletonllm ask --server`, the client | | {command:.2f} | |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
