"""Where the renderer's time goes on a CPU, beside what the machine would need for the arithmetic and the memory alone.

    python benchmarks/render_profile.py [--size 448] [--frames 12] [--people 1]

The scene of render.py, one thread, forward only; processor milliseconds, medians of repeats. The kernel sweeps each Gaussian's
footprint in blocks of 16 pixels, from row to row without an exponential. Its floors, measured in the same run: the same inner loop on
a few blocks that stay in the first-level cache, the kernel without a Gaussian (clearing its state, writing the picture), and writing the
picture's bytes alone. Pages that the system had to give, and clear, for a call stand beside the whole. Then what two threads make of it:
time of the whole renderer as a share of that with one. Last, clips a second of so many in one call on two threads: the kernel alone, the whole.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is loaded, as the commands have it

import numba
import numpy as np
import torch
from render import build

from skeletonllm_hf.model import rasterization_numba as kernel
from skeletonllm_hf.model import rasterization_sweeps as sweeps
from skeletonllm_hf.model.rasterization import rasterize

LANES, FASTMATH = sweeps.LANES, sweeps.FASTMATH
CELLS = 32  # 8 KB


@numba.njit(fastmath=FASTMATH, error_model="numpy")
def blocks_in_cache(blocks, values, work, cells):
    """The kernel's inner loop on a few blocks in turn."""
    for block in range(blocks):
        cell = cells[block % len(cells)]
        if block % 32 == 0:
            for k in range(LANES):
                work[k] = values[k]
        for k in range(LANES):
            tau = sweeps._next_row(work, k, np.float32(0.9), np.float32(1e-4))
            sweeps._cover(cell, k, sweeps._absorbed(tau), np.float32(0.2), np.float32(0.5), np.float32(0.7))


def milliseconds(call: Callable[[], object], repeats: int, clock: Callable[[], float] = time.process_time) -> float:
    call()
    times = []
    for _ in range(repeats):
        begin = clock()
        call()
        times.append(clock() - begin)
    return 1e3 * statistics.median(times)


def swept(boxes: np.ndarray) -> tuple[int, int]:
    """(blocks, rows) that the kernel goes over: of each Gaussian's box, counted band by band as it does."""
    rows = np.maximum(boxes[..., 1] - boxes[..., 0] + 1, 0)
    blocks = boxes[..., 3] // LANES - boxes[..., 2] // LANES + 1
    return int((rows * blocks).sum()), int(rows.sum())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=448)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--clips", type=int, default=32, help="in one call at 112 x 112; fewer of larger ones")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    model, joints, velocities = build(arguments.people, arguments.frames, arguments.size)
    given: list[tuple] = []
    module = sys.modules[type(model).__module__]
    module.rasterize = lambda *inputs, **options: given.append(inputs) or rasterize(*inputs, **options)
    frames = model(joints, velocities).frames
    module.rasterize = rasterize
    inputs = given[0]
    scene = kernel._scene(*inputs, clamped=True)
    out = np.empty(frames.flatten(0, 1).shape, np.float32)
    blocks, rows = swept(scene[5])
    values, cells = np.linspace(0.1, 0.9, LANES, dtype=np.float32), np.ones((CELLS, 4 * LANES), np.float32)
    work, nothing = np.zeros(2 * LANES, np.float32), (np.ascontiguousarray(scene[0][:, :0]), *scene[1:])
    timed = {
        "the whole renderer": lambda: model(joints, velocities),
        "sorting, footprints": lambda: kernel._scene(*inputs),
        "the kernel": lambda: kernel._run(sweeps.sweep_forward, scene, out),
        "floor: the inner loop in cache": lambda: blocks_in_cache(blocks, values, work, cells),
        "floor: the kernel without a Gaussian": lambda: kernel._run(sweeps.sweep_forward, nothing, out),
        "floor: writing the picture": lambda: out.fill(0.0),
        "floor: the same into memory that is new": lambda: np.empty_like(out).fill(0.0),
    }
    took = {name: milliseconds(call, arguments.repeats) for name, call in timed.items()}
    whole = took["the whole renderer"]
    rest = whole - sum(took[name] for name in ("sorting, footprints", "the kernel"))
    took["all else: placing, appearance, projection, allocation"] = rest
    pixels = arguments.frames * arguments.size**2
    print(
        f"{arguments.frames} frames of {arguments.size} x {arguments.size}, {scene[0].shape[1]} Gaussians: {out.nbytes / 1e6:.1f} MB, "
        f"{blocks} blocks of {LANES} in {rows} rows of their boxes, {blocks * LANES / pixels:.2f} Gaussians a pixel"
    )
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(arguments.repeats):
        model(joints, velocities)
    after = resource.getrusage(resource.RUSAGE_SELF)
    pages, system = after.ru_minflt - before.ru_minflt, 1e3 * (after.ru_stime - before.ru_stime)
    print(
        f"a call takes {pages // arguments.repeats} new pages, {system / arguments.repeats:.1f} ms of the system's time"
    )
    print("| part | processor ms | share |\n| --- | ---: | ---: |")
    for name, part in took.items():
        print(f"| {name} | {part:.2f} | {part / whole:.0%} |")
    one = milliseconds(lambda: model(joints, velocities), arguments.repeats, time.perf_counter)
    torch.set_num_threads(2)
    two = milliseconds(lambda: model(joints, velocities), arguments.repeats, time.perf_counter)
    print(f"two threads: {two:.1f} ms, {two / one:.0%} of one thread's {one:.1f} ms")
    many = max(1, arguments.clips * 112**2 // arguments.size**2)
    model(joints.repeat(many, 1, 1, 1, 1), velocities.repeat(many, 1, 1, 1, 1))
    module.rasterize = lambda *inputs, **options: given.append(inputs) or rasterize(*inputs, **options)
    frames = model(joints.repeat(many, 1, 1, 1, 1), velocities.repeat(many, 1, 1, 1, 1)).frames
    module.rasterize = rasterize
    scene, out = kernel._scene(*given[-1], clamped=True), np.empty(frames.flatten(0, 1).shape, np.float32)
    alone = milliseconds(lambda: kernel._run(sweeps.sweep_forward, scene, out), arguments.repeats, time.perf_counter)
    whole = milliseconds(
        lambda: model(joints.repeat(many, 1, 1, 1, 1), velocities.repeat(many, 1, 1, 1, 1)),
        arguments.repeats,
        time.perf_counter,
    )
    print(
        f"{many} clips in a call, two threads: {1e3 * many / whole:.0f} clips a second, the kernel alone {1e3 * many / alone:.0f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
