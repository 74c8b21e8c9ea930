"""Time and memory of the rasterisation op alone, and the ratio to its torch twin in the same run.

    python benchmarks/rasterize.py
    python benchmarks/rasterize.py --frames 12 --size 448 --people 2 --threads 2 --repeats 50

The scene: one person (25 joints, 24 bones of 10 samples: 265 Gaussians), arms and legs swinging, 2.5 m in front of a
camera of 60 degrees. Times are the fastest and the median of the repeats, in milliseconds; other work on the machine
shows in the median.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import time
from collections.abc import Callable

import torch

from skeletonllm_hf.model.cameras import W_MIN, focal_length, project
from skeletonllm_hf.model.gaussians import GaussianSampling, gaussian_template
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.model.rasterization import available_backends, rasterize

DISTANCE = 2.5  # metres
FIELD_OF_VIEW = 60.0  # degrees
SHOULDER_WIDTH = 0.8  # metres between the people


def build_scene(frames: int, people: int, size: int) -> list[torch.Tensor]:
    """means, conics, colors, opacities, depths of people in T-pose whose limbs sway from frame to frame."""
    generator = torch.Generator().manual_seed(0)
    template = gaussian_template("kinect_v2", GaussianSampling())
    rest = torch.from_numpy(get_layout("kinect_v2").rest_joints.copy())
    rest = (rest - rest.mean(0)) * torch.tensor([1.0, 1.0, -1.0])
    phase = torch.linspace(0, 2 * math.pi, frames)[:, None, None, None]
    sway = 0.15 * torch.sin(phase + 3.0 * rest[:, :1]) * rest.norm(dim=1, keepdim=True)
    joints = rest + sway * torch.tensor([0.3, 1.0, 0.5])  # (frames, 1, joints, 3)
    offsets = (torch.arange(people) - (people - 1) / 2)[:, None, None] * torch.tensor([SHOULDER_WIDTH, 0.0, 0.2])
    joints = joints + offsets + torch.tensor([0.0, 0.0, DISTANCE])
    ends, blends = torch.from_numpy(template.joints), torch.from_numpy(template.blends)[:, None]
    centres = torch.lerp(joints[:, :, ends[:, 0]], joints[:, :, ends[:, 1]], blends).flatten(1, 2)
    scales = torch.from_numpy(template.scales).repeat(people)
    covariances = scales.square()[:, None, None] * torch.eye(3)
    means, conics, depths, _ = project(centres, covariances, focal_length(size, FIELD_OF_VIEW), size)
    colors = torch.rand(*depths.shape, 3, generator=generator)
    opacities = 0.2 + 0.6 * torch.rand(depths.shape, generator=generator)
    return [means, conics, colors, opacities, depths]


def milliseconds(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Fastest and median time of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - start))
    return min(times), statistics.median(times)


def peak_memory() -> float:
    """Most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(scene: list[torch.Tensor], size: int, backend: str, repeats: int) -> dict[str, tuple[float, float] | float]:
    """Times of the forward pass, and of forward and backward together; growth of the peak memory meanwhile."""
    device = "cuda" if backend == "triton" else "cpu"
    scene = [x.to(device) for x in scene]
    leaves = [x.clone().requires_grad_() for x in scene[:4]]
    warm_up = rasterize(*(x[:1] for x in leaves), scene[4][:1], 16, 16, backend=backend)
    warm_up.sum().backward()  # compiles
    before = peak_memory()
    grad = torch.randn(len(scene[0]), 3, size, size, generator=torch.Generator().manual_seed(1)).to(device)

    def finish() -> None:
        if device == "cuda":
            torch.cuda.synchronize()

    def train() -> None:
        rasterize(*leaves, scene[4], size, size, backend=backend).backward(grad)
        finish()

    def show() -> None:
        with torch.no_grad():
            rasterize(*scene, size, size, backend=backend)
        finish()

    first = milliseconds(train, 1)[0]
    memory = peak_memory() - before
    return {
        "forward": milliseconds(show, repeats),
        "both": milliseconds(train, repeats),
        "first": first,
        "memory": memory,
    }


def cut_off_error(scene: list[torch.Tensor], size: int) -> tuple[float, float]:
    """Largest and mean difference between the op and the formula without cut-off, over the first frame."""
    means, conics, colors, opacities, depths = (x[0].double() for x in scene)
    light = torch.ones(size, size, dtype=torch.float64)
    expected = torch.zeros(3, size, size, dtype=torch.float64)
    pixels = torch.arange(size, dtype=torch.float64)
    for g in torch.argsort(depths, stable=True).tolist():
        dx, dy = pixels - means[g, 0], pixels[:, None] - means[g, 1]
        a, b, c = conics[g]
        passed = torch.exp(-opacities[g] * torch.exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy)))
        expected += light * (1 - passed) * colors[g][:, None, None]
        light *= passed
    error = (rasterize(*(x[:1] for x in scene), size, size)[0] - expected).abs()
    return error.max().item(), error.mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--size", type=int, default=448, help="height and width, pixels (448)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads (all)")
    parser.add_argument("--repeats", type=int, default=50, help="of the kernel; the twin takes a tenth (50)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    scene = build_scene(arguments.frames, arguments.people, arguments.size)
    sigma = scene[1][..., 0].rsqrt().mean().item()
    print(
        f"{arguments.frames} frames of {arguments.size} x {arguments.size}, {scene[0].shape[1]} Gaussians of about "
        f"{sigma:.1f} px, float32, {arguments.threads} threads"
    )
    print(f"{'backend':8} {'forward':>18} {'forward+backward':>20} {'peak memory':>14}")
    results = {}
    for backend, reason in available_backends().items():
        if reason is not None:
            print(f"{backend:8} {reason}")
            continue
        repeats = arguments.repeats if backend != "torch" else max(arguments.repeats // 10, 2)
        result = results[backend] = measure(scene, arguments.size, backend, repeats)
        forward, both = (f"{low:.1f} ({median:.1f}) ms" for low, median in (result["forward"], result["both"]))
        print(f"{backend:8} {forward:>18} {both:>20} {result['memory']:>10.0f} MB")
    for backend in results:
        if backend != "torch":
            ratios = [results["torch"][key][0] / results[backend][key][0] for key in ("forward", "both")]
            print(f"torch / {backend}, fastest: forward {ratios[0]:.0f} x, forward+backward {ratios[1]:.0f} x")
    largest, mean = cut_off_error(scene, arguments.size)
    print(f"cut-off at w < {W_MIN:g}: largest error {largest:.1e}, mean {mean:.1e}")


if __name__ == "__main__":
    main()
