"""Time and memory of the whole renderer, joints to frames and back, beside its torch twin in the same run.

    python benchmarks/render.py
    python benchmarks/render.py --frames 12 --size 448 --repeats 20 --threads 2 --json

The scene: people of 265 Gaussians (Kinect v2, 10 samples a bone) in T-pose whose limbs sway, before the fitted camera;
an untrained renderer. Times: fastest and median of the repeats after a warm-up, in milliseconds; other work on the
machine shows in the median. Backward is that of frames.mean(), down to every parameter and to the joints. Memory: how
far the resident size of a fresh process grows at most over what it held after importing and a warm-up on 16 pixels.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

# People -> what is to be reached on two CPU cores with 12 frames of 448 x 448: ms, ms, MB.
TARGETS = {1: {"forward": 60.0, "both": 250.0, "memory": 400.0}, 2: {"forward": 120.0, "both": 500.0, "memory": 800.0}}
NAMES = {"forward": "forward, ms", "both": "forward + backward, ms", "memory": "training memory, MB"}
STEPS = 3  # training steps of the process whose memory is measured


def build(people: int, frames: int, size: int):
    """An untrained renderer, and joints, velocities (1, frames, people, 25, 3) for it."""
    import torch

    from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
    from skeletonllm_hf.model.modeling_draction import DrActionModel

    torch.manual_seed(0)
    model = DrActionModel(DrActionConfig(image_size=size, num_frames=frames))
    rest = model.rest_joints - model.rest_joints.mean(0)
    phase = torch.linspace(0, 2 * torch.pi, frames)[:, None, None, None]
    sway = 0.15 * torch.sin(phase + 3.0 * rest[:, :1]) * rest.norm(dim=1, keepdim=True)
    apart = (torch.arange(people) - (people - 1) / 2)[:, None, None] * torch.tensor([0.8, 0.0, 0.2])
    joints = (rest + sway * torch.tensor([0.3, 1.0, 0.5]) + apart)[None]
    velocities = joints[:, [min(t + 4, frames - 1) for t in range(frames)]] - joints
    return model, joints, velocities


def forward(model, joints, velocities) -> None:
    import torch

    with torch.no_grad():
        model(joints, velocities)


def both(model, joints, velocities) -> None:
    model.zero_grad(set_to_none=True)
    model(joints.detach().requires_grad_(), velocities).frames.mean().backward()


def milliseconds(call: Callable[[], object], repeats: int) -> dict[str, float]:
    """Fastest and median time of a call, after one that does not count."""
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - start))
    return {"min": min(times), "median": statistics.median(times)}


def resident() -> float:
    """MB that this process holds now; where the system does not tell, the most it has held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return peak()


def peak() -> float:
    """The most MB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def training_memory(people: int, frames: int, size: int) -> float:
    """MB by which this process grows while it trains; to be called in a fresh one."""
    model, joints, velocities = build(people, frames, size)
    model.config.image_size = 16
    both(model, joints, velocities)  # compiles, starts the threads
    model.config.image_size = size
    before = resident()
    for _ in range(STEPS):
        both(model, joints, velocities)
    return peak() - before


def in_fresh_process(people: int, arguments: argparse.Namespace) -> float:
    command = [sys.executable, __file__, "--memory-of", str(people), "--threads", str(arguments.threads)]
    command += ["--frames", str(arguments.frames), "--size", str(arguments.size)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure(people: int, arguments: argparse.Namespace) -> dict:
    """Times of the kernel and of the twin, memory, and the ratios."""
    from skeletonllm_hf.model import modeling_draction

    scene = build(people, arguments.frames, arguments.size)
    original = modeling_draction.rasterize
    result: dict = {"people": people}
    for backend, repeats in (("numba", arguments.repeats), ("torch", arguments.twin_repeats)):
        if repeats == 0:
            continue
        modeling_draction.rasterize = functools.partial(original, backend=backend)
        result[backend] = {
            "forward": milliseconds(lambda: forward(*scene), repeats),
            "both": milliseconds(lambda: both(*scene), repeats),
        }
    modeling_draction.rasterize = original
    if "torch" in result:
        result["ratio"] = {
            key: result["torch"][key]["min"] / result["numba"][key]["min"] for key in ("forward", "both")
        }
    result["memory"] = in_fresh_process(people, arguments)
    return result


def machine(threads: int) -> dict:
    import numba
    import torch

    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = [
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ]
        model = named[0] if named else model
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "threads": threads,
        "load": round(os.getloadavg()[0], 1),
        "torch": torch.__version__,
        "numba": numba.__version__,
        "python": platform.python_version(),
    }


def table(report: dict) -> str:
    here = report["machine"]
    lines = [
        f"{here['cpu']}, {here['cores']} cores, {here['threads']} threads, load {here['load']} at the start; Python "
        f"{here['python']}, torch {here['torch']}, numba {here['numba']}; {report['frames']} frames of "
        f"{report['size']} x {report['size']}, float32",
        "",
        "| people | what | fastest | median | target | torch twin | twin / kernel |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for result in report["results"]:
        targets = TARGETS[result["people"]] if report["targets_apply"] else {}
        for key in ("forward", "both"):
            ours = result["numba"][key]
            twin = f"{result['torch'][key]['min']:.0f} | {result['ratio'][key]:.0f}" if "torch" in result else "|"
            lines.append(
                f"| {result['people']} | {NAMES[key]} | {ours['min']:.1f} | {ours['median']:.1f} | {targets.get(key, '')} | {twin} |"
            )
        lines.append(
            f"| {result['people']} | {NAMES['memory']} | {result['memory']:.0f} | | {targets.get('memory', '')} | | |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--size", type=int, default=448, help="height and width, pixels (448)")
    parser.add_argument("--people", type=int, nargs="+", choices=sorted(TARGETS), default=[1, 2])
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads (all)")
    parser.add_argument("--repeats", type=int, default=20, help="of the kernel (20)")
    parser.add_argument(
        "--twin-repeats", type=int, default=2, help="of the torch twin, which takes seconds (2); 0: none"
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument(
        "--memory-of", type=int, metavar="PEOPLE", help="only print the memory that this process comes to need"
    )
    arguments = parser.parse_args()

    import torch

    torch.set_num_threads(arguments.threads)
    if arguments.memory_of:
        print(training_memory(arguments.memory_of, arguments.frames, arguments.size))
        return
    report = {"machine": machine(arguments.threads), "frames": arguments.frames, "size": arguments.size}
    report["targets_apply"] = (arguments.frames, arguments.size) == (12, 448)
    report["results"] = [measure(people, arguments) for people in arguments.people]
    print(json.dumps(report, indent=2) if arguments.json else table(report))


if __name__ == "__main__":
    main()
