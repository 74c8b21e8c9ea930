"""The plan of docs/scale.md in numbers: what so many clips take on so many GPUs, from what batch.py measured.

    python benchmarks/batch.py --kills 0 --json > measured.jsonl
    python benchmarks/scale.py measured.jsonl                       10 million clips on 64 GPUs
    python benchmarks/scale.py measured.jsonl --clips 1e6 --gpus 8 --model-seconds 0.0973

Seconds that the model takes for a clip are no measurement of ours unless you give one: by default they are those that the
paper states for InternVL3-8B and 3,072 visual tokens. Storage and rendering are measured.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

PUBLISHED_SECONDS = (
    0.1916  # arXiv 2603.18003: 12 frames of 448 x 448, vision encoder and language model, one clip at a time
)
SHARD = 512  # clips in a file of results


def plan(measured: dict[str, dict], clips: float, gpus: int, model_seconds: float, cores: int) -> dict[str, str]:
    """Lines of the plan, by name. KeyError: a task that was not measured."""
    render = measured["render"]
    model_hours = clips * model_seconds / 3600
    render_hours = clips / render["clips_a_second"] / 3600
    shards = clips / SHARD
    return {
        "input, parquet": size(clips * render["bytes_in_a_clip"]),
        "results, recognise": size(clips * measured["recognise"]["bytes_out_a_clip"]),
        "results, render (112 x 112 PNG)": size(clips * render["bytes_out_a_clip"]),
        "files of results": f"{shards:,.0f}",
        "the model": f"{model_hours:,.0f} GPU hours, {model_hours / gpus:,.1f} hours on {gpus} GPUs",
        "rendering on one process of the CPU that was measured": f"{render_hours:,.0f} process hours",
        "processes that render as fast as the GPUs read": f"{render_hours / model_hours * gpus:,.1f} ({cores} cores each GPU: "
        f"{render_hours / (gpus * cores):,.1f} hours)",
        "done again after a kill, at most": f"{gpus} shards, {SHARD * model_seconds / 60:,.1f} minutes of each GPU",
    }


def size(count: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "measured", type=Path, help="what `benchmarks/batch.py --json` printed: tasks render and recognise"
    )
    parser.add_argument("--clips", type=float, default=10e6)
    parser.add_argument("--gpus", type=int, default=64)
    parser.add_argument(
        "--model-seconds", type=float, default=PUBLISHED_SECONDS, help="a clip, on one GPU (default: the paper's)"
    )
    parser.add_argument("--cores", type=int, default=8, help="CPU cores beside each GPU (default: 8)")
    arguments = parser.parse_args()
    measured = {
        values["task"]: values for values in map(json.loads, arguments.measured.read_text("utf-8").splitlines())
    }
    if missing := {"render", "recognise"} - set(measured):
        parser.error(f"{arguments.measured}: expected the tasks render and recognise, found none of {sorted(missing)}")
    lines = plan(measured, arguments.clips, arguments.gpus, arguments.model_seconds, arguments.cores)
    for name, value in lines.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
