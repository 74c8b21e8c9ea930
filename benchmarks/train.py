"""Training speed: examples a second, and the renderer's share of the time.

    python benchmarks/train.py                        the bundled model, everything trained, synthetic clips
    python benchmarks/train.py --stage alignment      one of the paper's stages, or a YAML file
    python benchmarks/train.py --model FOLDER --batch 4 --repeats 5 --precision bfloat16 --json

One example is a varied clip with its question and answer. Timed are, batch by batch: making it (reading, variation, tokens,
placement), the step (forward, backward, AdamW), and the renderer alone, forward and backward with the gradient that the
step gave its frames. The medians of the repeats are printed; the first, in which kernels are compiled, does not count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch
from torch.nn.utils import clip_grad_norm_

from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.training import negatives, trainable
from skeletonllm_hf.training.checkpoints import load_model
from skeletonllm_hf.training.mixture import Collator, ExampleMaker, Planned
from skeletonllm_hf.training.run import find_teacher
from skeletonllm_hf.training.stages import Stage, find_stages
from skeletonllm_hf.training.synthetic_clips import SyntheticClips
from skeletonllm_hf.training.tasks import TaskSampler

CLIPS = 256
EVERYTHING = Stage("everything", ("all",), {"recognize": 1, "caption": 0.5, "question": 0.5}, batch=16, augment=True)


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    (stage,) = find_stages([arguments.stage]) if arguments.stage else [EVERYTHING]
    stage = stage.replace(batch=arguments.batch or stage.batch)
    model, processor = load_model(arguments.model, "float32")
    model.train()
    trainable.prepare(model, stage)
    source = SyntheticClips(CLIPS, seed=0)
    near = negatives.by_text(source.labels, stage.neighbours)
    sampler = TaskSampler(
        stage.tasks, source, near, stage.candidates, find_teacher(stage), source.labels, processor.list_candidates
    )
    maker = ExampleMaker([sampler], processor, 0, stage.augment, stage.questions)
    examples = Planned([source], None, maker, (arguments.repeats + 1) * stage.batch)
    collate = Collator(processor)
    optimizer = torch.optim.AdamW(trainable.optimizer_groups(model, stage))
    half = arguments.precision == "bfloat16"
    times: dict[str, list[float]] = {"making": [], "step": [], "renderer": []}
    for number in range(arguments.repeats + 1):
        begun = time.perf_counter()
        batch = collate([examples[number * stage.batch + i] for i in range(stage.batch)])
        batch.pop("ids")
        made = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            output = model(**batch)
        if output.frames.requires_grad:
            output.frames.retain_grad()
        output.loss.backward()
        clip_grad_norm_(trainable.trained(model).values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        stepped = time.perf_counter()
        # Frames are retained as they left the renderer: their gradient, given to it alone, is its whole backward pass.
        frames = model.renderer(**{name: batch[name] for name in SKELETON_INPUTS}).frames
        if frames.requires_grad:
            gradient = output.frames.grad
            frames.backward(torch.ones_like(frames) if gradient is None else gradient)
            optimizer.zero_grad()
        rendered = time.perf_counter()
        if number:  # the first compiles
            times["making"].append(made - begun)
            times["step"].append(stepped - made)
            times["renderer"].append(rendered - stepped)
    middle = {name: statistics.median(values) for name, values in times.items()}
    whole = middle["making"] + middle["step"]
    return {
        "batch": stage.batch,
        "examples_per_second": stage.batch / whole,
        "making_share": middle["making"] / whole,
        "renderer_share": middle["renderer"] / whole,
        "threads": torch.get_num_threads(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder or Hub id (default: the bundled model)")
    parser.add_argument("--stage", help="a stage by name or YAML file (default: everything is trained)")
    parser.add_argument("--batch", type=int, help="examples a step (default: the stage's)")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments)
    if arguments.json:
        print(json.dumps(found))
        return
    print(
        f"{found['examples_per_second']:.1f} examples a second, batches of {found['batch']}, {found['threads']} threads, {arguments.precision}"
    )
    print(
        f"making them takes {100 * found['making_share']:.0f} % of the time, the renderer, forward and backward, {100 * found['renderer_share']:.0f} %"
    )


if __name__ == "__main__":
    main()
