"""Recognition on the datasets' held-out clips.

    python -m skeletonllm_hf.training.evaluate --data DIR [--model FOLDER] [--confusions]

Prints, for every dataset found under DIR, top-1 accuracy among the dataset's own labels with its 95 % confidence
interval (Wilson), by the standard protocols in `clips.py`. Deterministic: middle frames, no sampling.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch

from ..model.prompts import recognition_prompt
from ..model.tasks import label_log_likelihoods
from .clips import LabelledClip, load_clips

BATCH = 8


@torch.no_grad()
def predictions(model, processor, clips: Sequence[LabelledClip], candidates: Sequence[str]) -> list[str]:
    """The likeliest candidate for each clip."""
    model.eval()
    question = recognition_prompt(candidates if processor.list_candidates else None)
    found = []
    for start in range(0, len(clips), BATCH):
        batch = clips[start : start + BATCH]
        inputs = processor([clip.sequence for clip in batch], [question] * len(batch), return_tensors="pt")
        best = label_log_likelihoods(model, processor.tokenizer, inputs, candidates).argmax(1)
        found += [candidates[i] for i in best.tolist()]
    return found


def held_out(clips: Sequence[LabelledClip], dataset: str) -> tuple[list[LabelledClip], list[str]]:
    """A dataset's test clips and its labels, the candidates."""
    own = [clip for clip in clips if clip.dataset == dataset]
    return [clip for clip in own if clip.part == "test"], sorted({clip.label for clip in own if clip.candidate})


def scores(model, processor, clips: Sequence[LabelledClip], most: int | None = None) -> dict[str, float]:
    """Top-1 accuracy on each dataset's held-out clips; on every n-th clip where `most` bounds their number."""
    results = {}
    for name in sorted({clip.dataset for clip in clips}):
        tested, candidates = held_out(clips, name)
        if tested:
            tested = tested[:: 1 if most is None else max(1, len(tested) // most)]
            found = predictions(model, processor, tested, candidates)
            results[name] = sum(a == clip.label for a, clip in zip(found, tested, strict=True)) / len(tested)
    return results


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % confidence interval of a proportion."""
    z, share = 1.96, right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return centre - half, centre + half


def protocol_choice(text: str) -> tuple[str, str]:
    """For argparse: "msr_action3d=zero_shot_16_4"."""
    dataset, _, name = text.partition("=")
    return dataset, name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked datasets")
    parser.add_argument("--model", type=Path, help="a saved model; without it, the bundled one")
    parser.add_argument(
        "--protocol",
        type=protocol_choice,
        action="append",
        default=[],
        help="DATASET=PROTOCOL, where it is not the first",
    )
    parser.add_argument("--confusions", action="store_true", help="the commonest confusions of each dataset")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    arguments = parser.parse_args()
    if arguments.model is None:
        from ..default import load_default

        model, processor = load_default()
    else:
        from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
        from ..model.processing_skeletonllm import SkeletonLLMProcessor

        model = SkeletonLLMForConditionalGeneration.from_pretrained(arguments.model)
        processor = SkeletonLLMProcessor.from_pretrained(arguments.model)
    clips, problems = load_clips(arguments.data, dict(arguments.protocol))
    for problem in problems:
        print(f"skipped: {problem}")
    print(
        "| dataset | held-out clips | candidates | top-1 % | 95 % interval | s per clip |\n| --- | --- | --- | --- | --- | --- |"
    )
    report = {}
    for name in sorted({clip.dataset for clip in clips}):
        tested, candidates = held_out(clips, name)
        if not tested:
            continue
        begin = time.time()
        found = predictions(model, processor, tested, candidates)
        seconds = (time.time() - begin) / len(tested)
        wrong = Counter((clip.label, a) for a, clip in zip(found, tested, strict=True) if a != clip.label)
        right = len(tested) - wrong.total()
        low, high = interval(right, len(tested))
        share = 100 * right / len(tested)
        print(
            f"| {name} | {len(tested)} | {len(candidates)} | {share:.1f} | {100 * low:.1f} to {100 * high:.1f} | {seconds:.3f} |",
            flush=True,
        )
        if arguments.confusions:
            for (label, instead), count in wrong.most_common(8):
                print(f"  {count} x {label} -> {instead}")
        report[name] = {
            "clips": len(tested),
            "candidates": len(candidates),
            "top1": share,
            "interval": [100 * low, 100 * high],
        }
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
