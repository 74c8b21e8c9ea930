"""Everything that runs on CUDA, in one go of a few minutes: tests, kernels, renderer, training steps, compilation, bfloat16.

    python benchmarks/gpu.py --out gpu.json               # on a machine with a GPU: under 8 minutes
    python benchmarks/gpu.py --device cpu                 # the same parts at toy size, to see that they run
    python benchmarks/gpu.py --parts kernels,render

A part that fails says why in place of its figures, the others go on, and the exit code is 1. Times are medians in milliseconds,
the device waited for. `graphed`: the same calls replayed as CUDA graphs (`torch.cuda.make_graphed_callables`). `floor_share`: the time
that writing the frames alone would take, at the bandwidth that copying a large tensor had in the same run, as a share of the
graph's time.
"""

from __future__ import annotations

import argparse
import copy
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import InternVLConfig, InternVLVisionConfig, Qwen2Config

from skeletonllm_hf import generate_many, load
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.prompts import CAPTION
from skeletonllm_hf.model.rasterization import rasterize

ROOT = Path(__file__).parents[1]
ODD = ((1, 1), (63, 101), (3, 500), (447, 449))


class Bench:
    """A device, and how large and how often things are tried on it."""

    def __init__(self, device: str):
        self.device, self.gpu = torch.device(device), device != "cpu"
        self.size, self.frames, self.batch, self.repeats = (448, 12, 16, 30) if self.gpu else (56, 2, 2, 2)

    def wait(self) -> None:
        if self.gpu:
            torch.cuda.synchronize()

    def milliseconds(self, call: Callable[[], object], repeats: int | None = None) -> float:
        """Median, after two calls that compile and warm up."""
        times = []
        for number in range((repeats or self.repeats) + 2):
            self.wait()
            begin = time.perf_counter()
            call()
            self.wait()
            times += [1e3 * (time.perf_counter() - begin)] if number > 1 else []
        return statistics.median(times)


def tests(bench: Bench) -> dict[str, object]:
    """The tests that need a GPU; on a CPU they are collected and skip."""
    command = [sys.executable, "-m", "pytest", "-v", "tests/test_rasterization.py", "-k", "cuda or gpu", "-rs"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])
    return {"passed": done.stdout.count(" PASSED"), "skipped": done.stdout.count(" SKIPPED")}


def kernels(bench: Bench) -> dict[str, object]:
    """The device's kernel beside the torch twin at odd sizes: largest differences of picture and of gradients to their largest."""
    found: dict[str, object] = {}
    sys.path.insert(0, str(ROOT / "tests"))
    from test_rasterization import make_scene, with_gradients

    ours = "triton" if bench.gpu else "numba"
    for height, width in ODD if bench.gpu else ODD[:2]:
        scene = [values.to(bench.device) for values in make_scene(2, 40, height, width)]
        weights = torch.randn(3, height, width, generator=torch.Generator().manual_seed(1)).to(bench.device)
        (one, grads), (twin, expected) = (
            with_gradients(scene, height, width, name, weights) for name in (ours, "torch")
        )
        apart = max(float((a - b).abs().max() / b.abs().max().clamp(min=1e-9)) for a, b in zip(grads, expected))
        picture = float((one - twin).abs().max())
        if picture > 1e-5 or apart > 1e-4:
            raise RuntimeError(
                f"{ours}, {height} x {width}: picture {picture:.1e}, gradients {apart:.1e} from the twin"
            )
        found[f"{height} x {width}"] = {"picture": picture, "gradients": apart}
    return found


def render(bench: Bench) -> dict[str, object]:
    """One person's clip, frames of the paper's size: forward, with backward, the twin, and the bandwidth floor."""
    from render import both, build

    model, joints, velocities = build(1, bench.frames, bench.size)
    model, joints, velocities = model.to(bench.device), joints.to(bench.device), velocities.to(bench.device)
    with torch.no_grad():
        forward = bench.milliseconds(lambda: model(joints, velocities))
        scene = model_scene(model, joints, velocities)
        op = {
            name: bench.milliseconds(lambda name=name: rasterize(*scene, backend=name), 3) for name in (None, "torch")
        }
    large = torch.empty((1 << 28) if bench.gpu else (1 << 22), device=bench.device)
    copied = torch.empty_like(large)
    bandwidth = 2 * large.nbytes / bench.milliseconds(lambda: copied.copy_(large)) * 1e3  # read and written
    written = bench.frames * 3 * bench.size**2 * 4
    found = {
        "forward_ms": forward, "with_backward_ms": bench.milliseconds(lambda: both(model, joints, velocities)),
        "rasterize_ms": op[None], "twin_times": op["torch"] / op[None], "bandwidth_gb_s": bandwidth / 1e9,
    }  # fmt: skip
    if bench.gpu:
        found |= profiled(lambda: model(joints, velocities)) | graphed(bench, model, joints, velocities)
    return found | {"floor_share": written / bandwidth * 1e3 / found.get("graphed_forward_ms", forward)}


@torch.no_grad()
def profiled(call: Callable[[], object]) -> dict[str, float]:
    """How often a call starts something on the GPU, how long all of that works there, one after the other, and the kernel of it."""
    repeats = 5
    with torch.profiler.profile() as profile:
        for _ in range(repeats):
            call()
        torch.cuda.synchronize()
    events = profile.key_averages()
    working = [event for event in events if event.device_type == torch.autograd.DeviceType.CUDA]
    return {
        "launches": sum(event.count for event in events if "LaunchKernel" in event.key) / repeats,
        "working_ms": sum(event.self_device_time_total for event in working) / 1e3 / repeats,
        "kernel_ms": sum(event.self_device_time_total for event in working if event.key == "_forward") / 1e3 / repeats,
    }


def graphed(bench: Bench, model: DrActionModel, joints: torch.Tensor, velocities: torch.Tensor) -> dict[str, float]:
    """Forward, and forward with backward, as CUDA graphs; pictures and gradients must be those of the calls themselves."""
    joints = joints.clone().requires_grad_()

    def answers(call: Callable[..., Any]) -> tuple[torch.Tensor, torch.Tensor]:
        frames = call(joints, velocities).frames
        loss = (frames * torch.linspace(0, 1, frames.shape[-1], device=frames.device)).mean()
        return frames.detach().clone(), torch.autograd.grad(loss, joints)[0]

    expected = answers(model)
    with torch.no_grad():
        side, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()
        with torch.cuda.stream(side):
            model(joints, velocities)
        torch.cuda.current_stream().wait_stream(side)
        with torch.cuda.graph(graph):
            frames = model(joints, velocities).frames
        times = {"graphed_forward_ms": bench.milliseconds(graph.replay)}
        apart = [float((frames - expected[0]).abs().max())]
    replayed = torch.cuda.make_graphed_callables(copy.deepcopy(model), (joints, velocities))

    def step() -> None:
        replayed(joints, velocities).frames.mean().backward()

    times["graphed_with_backward_ms"] = bench.milliseconds(step)
    apart += [float((a - b).abs().max() / b.abs().max()) for a, b in zip(answers(replayed), expected)]
    if max(apart) > 1e-5:
        raise RuntimeError(f"graphed: pictures and gradients {apart} from those of the calls themselves")
    return times | {"graphed_apart": max(apart)}


def model_scene(model: DrActionModel, joints: torch.Tensor, velocities: torch.Tensor) -> tuple:
    """What the renderer gives to `rasterize` for this clip."""
    from skeletonllm_hf.model import modeling_draction

    seen: list[tuple] = []
    inner = modeling_draction.rasterize

    def noted(*given, **options):
        seen.append((*given, *(options[name] for name in ("height", "width") if name in options)))
        return inner(*given, **options)

    modeling_draction.rasterize = noted
    try:
        model(joints, velocities)
    finally:
        modeling_draction.rasterize = inner
    return seen[0]


def nano_step(bench: Bench) -> dict[str, object]:
    """A training step of the bundled model, everything trained, in float32 and under bfloat16's autocast."""
    answerer, found = load(device=bench.device), {}
    model, processor = answerer.model.train(), answerer.processor
    clips = list(generate_many(bench.batch, seed=1))
    inputs = processor(clips, [CAPTION + " A person waves."] * bench.batch, return_tensors="pt").to(bench.device)
    labels = inputs["input_ids"].masked_fill(inputs["input_ids"] == processor.image_token_id, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.0)  # the step's work, the same weights for all timings
    for name, short in (("float32", False), ("bfloat16", True)):

        def step(short=short):
            with torch.autocast(bench.device.type, torch.bfloat16, enabled=short):
                loss = model(**inputs, labels=labels).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if not loss.isfinite():
                raise RuntimeError(f"loss: expected a number, got {float(loss)}")

        found[f"{name}_examples_a_second"] = 1e3 * bench.batch / bench.milliseconds(step, max(2, bench.repeats // 3))
    return found


def vision_of_8b(bench: Bench) -> SkeletonLLMForConditionalGeneration:
    """Renderer, vision encoder and projector of the size of InternVL3-8B's, random; a language model of one small layer."""
    wide, layers = (1024, 24) if bench.gpu else (32, 1)
    vision = InternVLVisionConfig(
        hidden_size=wide, intermediate_size=4 * wide, num_hidden_layers=layers, num_attention_heads=wide // 16 // 4 or 2,
        attention_bias=True, image_size=(bench.size,) * 2, patch_size=(14, 14), use_mean_pooling=False,
    )  # fmt: skip
    text = Qwen2Config(
        vocab_size=64, hidden_size=3584 if bench.gpu else 32, intermediate_size=64, num_hidden_layers=1,
        num_attention_heads=28 if bench.gpu else 2, num_key_value_heads=4 if bench.gpu else 2,
    )  # fmt: skip
    tokens = (bench.size // 28) ** 2
    mllm = InternVLConfig(vision_config=vision, text_config=text, image_token_id=1, image_seq_length=tokens)
    drawn = DrActionConfig(image_size=bench.size, num_frames=bench.frames)
    torch.manual_seed(0)
    return SkeletonLLMForConditionalGeneration(SkeletonLLMConfig(renderer_config=drawn, mllm_config=mllm)).to(
        bench.device
    )


def large_step(bench: Bench) -> dict[str, object]:
    """A step of `vision_of_8b`, a clip at a time: whole frames and without background; bfloat16's autocast on a GPU."""
    from render import build

    model, (_, joints, velocities), found = vision_of_8b(bench).train(), build(1, bench.frames, bench.size), {}
    joints, velocities = joints.to(bench.device), velocities.to(bench.device)
    parts = [model.renderer, model.mllm.model.vision_tower, model.mllm.model.multi_modal_projector]
    optimizer = torch.optim.AdamW([values for part in parts for values in part.parameters()], lr=0.0)
    for name, drop in (("whole_frames", False), ("without_background", True)):

        def step(drop=drop):
            with torch.autocast(bench.device.type, torch.bfloat16, enabled=bench.gpu):
                frames = model.renderer(joints, velocities).frames
                model.visual_tokens(frames, drop_background=drop)[0].float().square().mean().backward()
            optimizer.step()
            optimizer.zero_grad()

        found[f"{name}_ms"] = bench.milliseconds(step, max(2, bench.repeats // 3))
    if bench.gpu:
        found["most_memory_gb"] = torch.cuda.max_memory_allocated() / 1e9
    return found | {"parameters": sum(values.numel() for part in parts for values in part.parameters())}


def compiled(bench: Bench) -> dict[str, object]:
    """The bundled model's forward pass, as it is and compiled: times, and how far the logits lie apart."""
    answerer = load(device=bench.device)
    inputs = answerer.processor(list(generate_many(2, seed=1)), [CAPTION] * 2, return_tensors="pt").to(bench.device)
    with torch.no_grad():
        plain, faster = answerer.model(**inputs).logits, torch.compile(answerer.model)
        apart = float((faster(**inputs).logits - plain).abs().max())
        if apart > 1e-2:
            raise RuntimeError(f"compiled: logits {apart:.1e} from those of the model as it is")
        times = [bench.milliseconds(lambda one=one: one(**inputs), 5) for one in (answerer.model, faster)]
    return {"plain_ms": times[0], "compiled_ms": times[1], "logits_apart": apart}


PARTS = {
    "tests": tests, "kernels": kernels, "render": render, "nano_step": nano_step, "large_step": large_step,
    "compiled": compiled,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--parts", default=",".join(PARTS), metavar="A,B", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--out", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    names = arguments.parts.split(",")
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"--parts: expected some of {', '.join(PARTS)}, got {', '.join(unknown)}")
    bench, failed = Bench(arguments.device), False
    card = torch.cuda.get_device_name() if bench.gpu else f"CPU, {platform.machine()}, toy size"
    found: dict[str, object] = {"card": card, "torch": torch.__version__}
    for name in names:
        begin = time.perf_counter()
        try:
            found[name] = PARTS[name](bench) | {"seconds": round(time.perf_counter() - begin, 1)}
        except Exception as error:
            failed, found[name] = True, {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
        if arguments.out:
            arguments.out.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
