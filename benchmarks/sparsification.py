"""What leaving the background out saves, beside the whole frames in the same run, and what it costs in accuracy.

    python benchmarks/sparsification.py
    python benchmarks/sparsification.py --layers 4 --language-layers 4 --clips 3 --json
    python benchmarks/sparsification.py --data DIR
    python benchmarks/sparsification.py --built DIR --lost 0.3 --noise 0.05 --most 40

Two models read the bundled example clips: a random one of the size of InternVL3-1B (vision encoder of 24 layers and
1,024 channels, language model of 24 layers and 896 channels, 12 frames of 448 x 448; its vocabulary alone is smaller),
and the bundled one (112 x 112). FLOPs are counted as they run (a multiplication and an addition are two), for vision
encoder and projector, and for reading the prompt ("What is the action?") with the language model. Times: fastest of the
repeats. The whole frames cost the same for every clip: they are timed on the first one only.

--data: instead, the accuracy of one model, the bundled one or --model, on the held-out clips of the datasets, with whole
frames and with the background left out, clip by clip: the same weights, which must have learned to read both. DIR holds the
datasets as their authors pack them. --built: the same on clips of training people (of folders that `skeletonllm data build` writes),
made hard by lost joints and noise: training clips as they are answer nothing, as nearly all are right; and a third way, by which
each group beside a drawn one is kept as well.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count
from transformers import InternVLConfig, InternVLVisionConfig, Qwen2Config

import skeletonllm_hf
from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.evaluation.scoring import predictions
from skeletonllm_hf.model import internvl
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig, SkeletonLLMConfig
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.model.prompts import recognition_prompt
from skeletonllm_hf.training.clips import held_out, load_clips
from skeletonllm_hf.transforms import add_noise, drop_joints

EXAMPLES = Path(skeletonllm_hf.__file__).parent / "examples"
MODES = {"whole frames": False, "background left out": True}
# The counter knows the attention kernels of GPUs only.
ATTENTION = {
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: lambda q, k, v, *_, **__: sdpa_flop_count(q, k, v)
}


def internvl3_1b(layers: int, language_layers: int):
    """A random model of that size, and a processor with the bundled model's tokenizer."""
    _, nano = load_default()
    words = nano.tokenizer
    words.model_max_length = 8192  # 12 frames of 256 tokens
    vision = InternVLVisionConfig(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=layers, num_attention_heads=16, attention_bias=True,
        image_size=(448, 448), patch_size=(14, 14), use_mean_pooling=False,
    )  # fmt: skip
    text = Qwen2Config(
        vocab_size=len(words), hidden_size=896, intermediate_size=4864, num_hidden_layers=language_layers,
        num_attention_heads=14, num_key_value_heads=2, max_position_embeddings=8192, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id,
    )  # fmt: skip
    mllm = InternVLConfig(
        vision_config=vision, text_config=text, image_token_id=nano.image_token_id, image_seq_length=256,
        tie_word_embeddings=True,
    )  # fmt: skip
    config = SkeletonLLMConfig(renderer_config=DrActionConfig(), mllm_config=mllm, tie_word_embeddings=True)
    torch.manual_seed(0)
    model = SkeletonLLMForConditionalGeneration(config).eval()
    settings = {
        name: getattr(nano, name)
        for name in ("chat_template", "image_token", "frame_prefix", "frame_suffix", "heading")
    }
    return model, SkeletonLLMProcessor.from_config(config, words, **settings)


def counted(action: Callable) -> tuple[object, int]:
    """What the action gives, and its FLOPs."""
    with FlopCounterMode(display=False, custom_mapping=ATTENTION) as counter:
        result = action()
    return result, counter.get_total_flops()


def timed(action: Callable, repeats: int) -> float:
    """Milliseconds, the fastest."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * min(times, default=math.nan)


@torch.no_grad()
def measure(model, processor, clip, drop: bool, repeats: int) -> dict[str, float]:
    """One clip, one way."""
    model.config.drop_background = drop
    inputs = processor(clip, recognition_prompt(), return_tensors="pt")
    frames = model.renderer(**{name: inputs[name] for name in SKELETON_INPUTS}).frames
    (tokens, kept), vision = counted(lambda: model.visual_tokens(frames))
    prompt = model.merge_visual_tokens(inputs["input_ids"], inputs["attention_mask"], None, tokens, kept)

    def read():
        return model(inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, logits_to_keep=1)

    _, language = counted(read)
    group = kept.shape[1] * len(kept) / len(tokens)
    side = model.config.renderer_config.image_size // model.config.mllm_config.vision_config.patch_size[0]
    return {
        "patches": side**2 * len(kept) / group,
        "visual tokens": len(tokens),
        "vision, GFLOPs": vision / 1e9,
        "language, GFLOPs": language / 1e9,
        "vision, ms": timed(lambda: model.visual_tokens(frames), repeats),
        "language, ms": timed(read, repeats),
    }


def compare(name: str, model, processor, clips: list, repeats: int) -> dict:
    """Means over the clips, and how many times the whole frames' cost they are."""
    whole = measure(model, processor, clips[0], False, repeats)
    sparse = [measure(model, processor, clip, True, repeats) for clip in clips]
    mean = {key: statistics.mean(row[key] for row in sparse) for key in whole}
    ratios = [whole["vision, GFLOPs"] / row["vision, GFLOPs"] for row in sparse]
    return {
        "model": name, "clips": len(clips), "whole frames": whole, "background left out": mean,
        "times less": {key: whole[key] / mean[key] for key in whole},
        "vision FLOPs, times less, per clip": {"least": min(ratios), "median": statistics.median(ratios), "most": max(ratios)},
    }  # fmt: skip


def table(found: dict) -> str:
    ways = (*MODES, "times less")
    lines = [f"{found['model']}, mean of {found['clips']} clips", f"| | {' | '.join(ways)} |", "|" + " --- |" * 4]
    for key in found["whole frames"]:
        cells = [f"{found[way][key]:,.1f}" for way in ways]
        lines.append(f"| {key} | {' | '.join(cells)} |")
    spread = found["vision FLOPs, times less, per clip"]
    lines.append("vision FLOPs, times less: " + ", ".join(f"{key} {value:.1f}" for key, value in spread.items()))
    return "\n".join(lines)


def accuracy(data: Path, folder: Path, most: int | None) -> dict[str, dict[str, float]]:
    """Of the held-out clips of each dataset and of all: top-1 in percent both ways, and clips right one way only."""
    model = SkeletonLLMForConditionalGeneration.from_pretrained(folder).eval()
    processor = SkeletonLLMProcessor.from_pretrained(folder)
    clips, _ = load_clips(data)
    right: dict[str, dict[str, list[bool]]] = {}
    for name in sorted({clip.dataset for clip in clips}):
        tested, candidates = held_out(clips, name)
        tested = tested[:: 1 if most is None else max(1, len(tested) // most)]
        for way, drop in MODES.items() if tested else ():
            model.config.drop_background = drop
            found = predictions(model, processor, [clip.sequence for clip in tested], candidates)
            right.setdefault(name, {})[way] = [label == clip.label for label, clip in zip(found, tested, strict=True)]
    right["all clips"] = {way: [hit for ways in right.values() for hit in ways[way]] for way in MODES}
    return {name: _paired(*(ways[way] for way in MODES)) for name, ways in right.items()}


def hard_accuracy(built: Path, lost: float, noise: float, most: int) -> dict[str, dict[str, float]]:
    """As `accuracy`, of training clips with a share of lost joints and noise in metres; ways against whole frames."""
    model, processor = load_default()
    plain = internvl.foreground

    def grown(frames: torch.Tensor, group: int) -> torch.Tensor:
        return torch.nn.functional.max_pool2d(plain(frames, group)[:, None].float(), 3, 1, 1)[:, 0] > 0

    ways = {"whole frames": (False, plain), "left out": (True, plain), "left out but a ring": (True, grown)}
    right: dict[str, list[bool]] = {way: [] for way in ways}
    for folder in sorted(path for path in built.iterdir() if path.is_dir()):
        table, generator = open_dataset(str(folder), "train"), np.random.default_rng(0)
        labels = sorted(set(table["label"]))
        rows = [table[int(place)] for place in np.linspace(0, len(table) - 1, min(most, len(table))).astype(int)]
        clips = [add_noise(drop_joints(decode(row), lost, generator), noise, generator) for row in rows]
        for way, (drop, internvl.foreground) in ways.items():
            model.config.drop_background = drop
            found = predictions(model, processor, clips, labels)
            right[way] += [label == row["label"] for label, row in zip(found, rows, strict=True)]
    whole = right.pop("whole frames")
    return {way: _paired(whole, hits) for way, hits in right.items()}


def _paired(whole: list[bool], sparse: list[bool]) -> dict[str, float]:
    """What the same clips gave both ways; the loss's 95 % interval is that of a mean of paired differences."""
    count = len(whole)
    losses = [float(a) - float(b) for a, b in zip(whole, sparse, strict=True)]
    half = 1.96 * statistics.stdev(losses) / math.sqrt(count) if count > 1 else math.nan
    loss = statistics.mean(losses)
    return {
        "clips": count, "whole frames": 100 * sum(whole) / count, "background left out": 100 * sum(sparse) / count,
        "points lost": 100 * loss, "from": 100 * (loss - half), "to": 100 * (loss + half),
        "right only whole": losses.count(1.0), "right only without background": losses.count(-1.0),
    }  # fmt: skip


def accuracy_table(found: dict[str, dict[str, float]]) -> str:
    lines = [f"| top-1, % | {' | '.join(next(iter(found.values())))} |", "|" + " --- |" * 9]
    for name, row in found.items():
        cells = [f"{value:.1f}" if isinstance(value, float) else str(value) for value in row.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=24, help="of the large model's vision encoder (default: 24)")
    parser.add_argument("--language-layers", type=int, default=24, help="of its language model (default: 24)")
    parser.add_argument("--clips", type=int, help="at most so many clips (default: all examples)")
    parser.add_argument(
        "--repeats", type=int, default=1, help="of the large model, ten times as many of the bundled one; 0 counts only"
    )
    parser.add_argument("--threads", type=int, help="threads of torch (default: its own choice)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--data", type=Path, metavar="DIR", help="measure accuracy on the datasets there instead")
    parser.add_argument(
        "--model", type=Path, default=FOLDER, metavar="DIR", help="of --data (default: the bundled one)"
    )
    parser.add_argument("--most", type=int, metavar="N", help="of --data: about N clips of each dataset (default: all)")
    parser.add_argument(
        "--built", type=Path, metavar="DIR", help="measure accuracy on hard training clips there instead"
    )
    parser.add_argument("--lost", type=float, default=0.3, metavar="SHARE", help="of --built: joints that are lost")
    parser.add_argument(
        "--noise", type=float, default=0.05, metavar="METRES", help="of --built: noise of each coordinate"
    )
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if arguments.built:
        found = hard_accuracy(arguments.built, arguments.lost, arguments.noise, arguments.most or 40)
        print(json.dumps(found, indent=2) if arguments.json else accuracy_table(found))
        return
    if arguments.data:
        found = accuracy(arguments.data, arguments.model, arguments.most)
        print(json.dumps(found, indent=2) if arguments.json else accuracy_table(found))
        return
    clips = [load_skeleton(path) for path in sorted(EXAMPLES.iterdir()) if path.suffix != ".csv"][: arguments.clips]
    name = f"InternVL3-1B's size, {arguments.layers} vision and {arguments.language_layers} language layers"
    models = [(name, *internvl3_1b(arguments.layers, arguments.language_layers), arguments.repeats)]
    models.append(("the bundled model", *load_default(), 10 * arguments.repeats))
    found = [compare(name, model, processor, clips, repeats) for name, model, processor, repeats in models]
    print(json.dumps(found, indent=2) if arguments.json else "\n\n".join(map(table, found)))


if __name__ == "__main__":
    main()
