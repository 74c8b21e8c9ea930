"""Several questions about a clip in one row against rows of their own: the same losses, and what a step costs.

    python benchmarks/shared_prefix.py                         nano, everything trained, 4 questions a clip
    python benchmarks/shared_prefix.py --model small --stage refinement --clips 2 --repeats 3

Both see the same clips, questions and frames, in turns, in one run. Times are seconds of this process's CPU (on a GPU: of the clock).
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time

import torch

from skeletonllm_hf.training import negatives, trainable
from skeletonllm_hf.training.batches import packed_loss
from skeletonllm_hf.training.checkpoints import load_model
from skeletonllm_hf.training.mixture import Collator, ExampleMaker, Planned
from skeletonllm_hf.training.run import find_teacher
from skeletonllm_hf.training.stages import find_stages
from skeletonllm_hf.training.synthetic_clips import SyntheticClips
from skeletonllm_hf.training.tasks import TaskSampler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder, Hub id or small (default: the bundled model)")
    parser.add_argument("--stage", default="refinement", help="of the recipe of small (default: refinement)")
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    stage = next(stage for stage in find_stages(["small"]) if stage.name == arguments.stage)
    stage = stage.replace(questions=arguments.questions, batch=arguments.clips)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, processor = load_model(arguments.model, "float32")
    trainable.prepare(model.to(device).train(), stage)
    source = SyntheticClips(256, seed=0)
    near = negatives.by_text(source.labels, stage.neighbours)
    sampler = TaskSampler(
        stage.tasks, source, near, stage.candidates, find_teacher(stage), source.labels, processor.list_candidates
    )
    maker = ExampleMaker([sampler], processor, 0, stage.augment, stage.questions)
    examples = Planned([source], None, maker, (arguments.repeats + 1) * stage.batch)
    collate = Collator(processor)
    clock = time.perf_counter if device == "cuda" else time.process_time
    times: dict[str, list[float]] = {"shared": [], "apart": []}
    apart_by = 0.0
    for number in range(arguments.repeats + 1):
        together = [examples[number * stage.batch + i] for i in range(stage.batch)]
        apart = [
            dataclasses.replace(example, question=question, answer=answer, more=())
            for example in together
            for question, answer in ((example.question, example.answer), *example.more)
        ]
        losses = []
        for name, chosen in (("shared", together), ("apart", apart)):
            batch = {key: value.to(device) for key, value in collate(chosen).items() if key != "ids"}
            begun = clock()
            loss = packed_loss(model, batch) if "turns" in batch else model(**batch).loss
            loss.backward()
            losses.append(loss.item())
            model.zero_grad()
            if number:  # the first compiles
                times[name].append(clock() - begun)
        apart_by = max(apart_by, abs(losses[0] - losses[1]))
    shared, own = (statistics.median(times[name]) for name in ("shared", "apart"))
    print(
        f"{stage.batch} clips x {stage.questions} questions, stage {stage.name}, {device}: {shared:.2f} s shared, {own:.2f} s in rows of their own, "
        f"{own / shared:.2f} times as long; losses differ by {apart_by:.1e} at most"
    )


if __name__ == "__main__":
    main()
