"""Figures of speed per commit, so that a regression shows.

    python benchmarks/track.py measure [--only cold,serve,render]   # runs them, adds an entry to track.json
    python benchmarks/track.py check                                # the last entry against the one before of that machine

An entry holds commit, machine, and of each figure its value in seconds and its ratio to something of the same run, which is
what is compared: seconds differ with whatever else the machine does. `check` complains, and ends with 1, where a ratio grew
by more than `TOLERANCE`. Measure on a quiet machine, from a committed tree.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
TRACK = HERE / "track.json"
TOLERANCE = 0.15  # of a ratio: above what repeats of one commit differ by on a quiet machine
Figures = dict[str, dict[str, float]]


def cold(repeats: list[dict[str, float]]) -> Figures:
    """Steps of a cold `skeletonllm ask`, to the bare import of the libraries."""
    return {
        f"cold: {name}": {
            "seconds": statistics.median(one[name] for one in repeats),
            "ratio": statistics.median(one[name] / one["bare"] for one in repeats),
        }
        for name in ("ask, whole", "our modules", "model loaded", "first answer")
    }


def serve(found: dict) -> Figures:
    """Answers through the server, to the same calls of the model."""
    return {
        f"serve: {name}": {"seconds": served, "ratio": served / alone}
        for name, (alone, served) in found["tasks"].items()
    }


def render(report: dict) -> Figures:
    """The renderer, to its torch twin."""
    figures = {}
    for result in report["results"]:
        for key in ("forward", "both"):
            ours, twin = result["numba"][key]["min"], result["torch"][key]["min"]
            figures[f"render: {key}, people {result['people']}"] = {"seconds": ours / 1000, "ratio": ours / twin}
    return figures


BENCHMARKS: dict[str, tuple[list[str], Callable[..., Figures]]] = {
    "cold": (["cold.py", "--repeats", "3"], cold),
    "serve": (["serve.py", "--repeats", "5"], serve),
    "render": (["render.py", "--repeats", "5", "--twin-repeats", "1"], render),
}


def measured(names: list[str]) -> Figures:
    figures: Figures = {}
    for name in names:
        (script, *options), read = BENCHMARKS[name]
        done = subprocess.run(
            [sys.executable, str(HERE / script), *options, "--json"], check=True, stdout=subprocess.PIPE, text=True
        )
        figures |= read(json.loads(done.stdout))
    return {name: {key: round(value, 4) for key, value in figure.items()} for name, figure in figures.items()}


def machine() -> str:
    """Processor and cores, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    name = models[0].partition(":")[2].strip() if models else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def regressions(entries: list[dict]) -> Iterator[str]:
    """What the last entry is worse at than the one before of the same machine, a line each."""
    *earlier, last = entries
    for name, now in last["figures"].items():
        before = next(
            (e for e in reversed(earlier) if e["machine"] == last["machine"] and name in e["figures"]), None
        )  # fmt: skip
        if before is None:
            continue
        then = before["figures"][name]["ratio"]
        if now["ratio"] > then * (1 + TOLERANCE):
            yield f"{name}: ratio {now['ratio']:.3f}, was {then:.3f} at {before['commit']}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("measure", "check"))
    parser.add_argument("--only", default=",".join(BENCHMARKS), metavar="A,B", help="which benchmarks (default: all)")
    arguments = parser.parse_args()
    entries = json.loads(TRACK.read_text(encoding="utf-8")) if TRACK.exists() else []
    if arguments.what == "measure":
        git = lambda *words: subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True).stdout.strip()  # noqa: E731
        commit = git("describe", "--always", "--dirty", "--exclude=*")
        load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
        figures = measured(arguments.only.split(","))
        entries.append({"commit": commit, "machine": machine(), "load": load, "figures": figures})
        TRACK.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
        return 0
    found = list(regressions(entries)) if entries else []
    print("\n".join(found) or "no ratio grew")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
