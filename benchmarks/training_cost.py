"""What a training step of a large base takes, before anybody rents a GPU for it: FLOPs and memory, counted without weights.

    python benchmarks/training_cost.py --base InternVL3-1B-hf
    python benchmarks/training_cost.py --base InternVL3-1B-hf --measure 1     and one real step of that size in float32, on this CPU

The architecture is built on torch's meta device from `hub_configs/bases`, with the base's own classes: 12 whole frames a clip, a question and
an answer of --words tokens, forward and backward as the stage does it. FLOPs are those of the matrix products (a
multiplication and an addition are two). Activations are what autograd keeps, each storage once, without matrices of attention:
GPUs' kernels keep none. --measure runs a step of random weights on a clip of that many frames, and compares its seconds
with its FLOPs. Hours on a GPU are an estimate: FLOPs over --efficiency of the card's dense bfloat16 peak, as its maker states it.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from typing import Any

import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count
from transformers import AutoConfig, AutoModelForImageTextToText

from skeletonllm_hf.configs import FOLDER
from skeletonllm_hf.training.stages import PAPER, shipped_stages

PEAKS = {"T4 (16 GB, float16)": 65, "RTX 4090 (24 GB)": 165, "A100": 312, "H100": 989}  # dense, TFLOP/s
ATTENTION = {
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: lambda q, k, v, *_, **__: sdpa_flop_count(q, k, v)
}


def build(base: dict, dtype: torch.dtype, device: str) -> Any:
    values = copy.deepcopy(base["mllm_config"])
    rope = values["text_config"].get("rope_parameters", {})
    if (
        rope.get("rope_type") == "dynamic"
    ):  # the same up to max_position_embeddings, and looks at values that meta has not
        values["text_config"]["rope_parameters"] = {"rope_type": "default", "rope_theta": rope["rope_theta"]}
    config = AutoConfig.for_model(values.pop("model_type"), **values)
    with torch.device(device):
        return AutoModelForImageTextToText.from_config(config, dtype=dtype)


def prepare(model: Any, stage: Any) -> int:
    """Puts the stage's adapters in; returns how many parameters it trains."""
    from peft import LoraConfig, get_peft_model

    if "lora" in stage.train:
        names = [
            n for n, m in model.named_modules() if "language_model" in n and n.split(".")[-1] in stage.lora_targets
        ]
        get_peft_model(model, LoraConfig(r=stage.lora_rank, lora_alpha=stage.lora_alpha, target_modules=names))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("lora_" in name or ("projector" in name and "projector" in stage.train))
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


class Kept:
    """Counts the bytes that autograd keeps, weights left out."""

    def __init__(self, model: Any, square: int) -> None:
        self.bytes, self.square = 0, square
        self.seen = {id(p.untyped_storage()) for p in model.parameters()}
        self.weights = {tuple(p.shape) for p in model.parameters() if p.ndim == 2}
        self.alive: list[Any] = []

    def pack(self, tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        weight = tensor.ndim == 2 and (tuple(tensor.shape) in self.weights or tuple(tensor.T.shape) in self.weights)
        attention = tensor.ndim >= 3 and tensor.shape[-1] == tensor.shape[-2] and tensor.shape[-1] > self.square
        if storage._cdata not in self.seen and not weight and not attention:
            self.seen.add(storage._cdata)
            self.alive.append(storage)
            self.bytes += tensor.numel() * tensor.element_size()
        return tensor


def step(model: Any, frames: int, words: int, size: int, renders: bool, device: str) -> tuple[float, int, float]:
    """(FLOPs, bytes of activations, seconds) of a clip's forward and backward pass; `renders`: down to the frames."""
    dtype = next(model.parameters()).dtype
    pixels = torch.zeros(frames, 3, size, size, dtype=dtype, device=device, requires_grad=renders)
    per_frame = model.config.image_seq_length
    kept, counter = Kept(model, 256), FlopCounterMode(display=False, custom_mapping=ATTENTION)
    begun = time.perf_counter()
    with counter, saved_tensors_hooks(kept.pack, lambda tensor: tensor):
        features = model.model.get_image_features(pixels).pooler_output
        seen = features.reshape(1, frames * per_frame, -1)
        text = model.get_input_embeddings()(torch.zeros(1, words, dtype=torch.long, device=device))
        states = model.model.language_model(inputs_embeds=torch.cat([seen, text], dim=1)).last_hidden_state
        logits = model.lm_head(states[:, -words:]).float()
        logits.log_softmax(-1).mean().backward()
    return counter.get_total_flops(), kept.bytes, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = sorted(path.stem for path in (FOLDER / "bases").glob("InternVL*.json"))
    parser.add_argument("--base", choices=known, default="InternVL3-1B-hf")
    parser.add_argument(
        "--words", type=int, default=400, help="tokens of question and answer (default: 400: sixty labels listed)"
    )
    parser.add_argument("--clips", type=int, default=10_000, help="clips of the data set (default: 10,000)")
    parser.add_argument(
        "--efficiency", type=float, default=0.35, help="share of the peak (default: 0.35, an assumption)"
    )
    parser.add_argument("--measure", type=int, metavar="FRAMES", help="one real step on this CPU, of that many frames")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    base = json.loads((FOLDER / "bases" / f"{arguments.base}.json").read_text("utf-8"))
    frames, size = base["renderer_config"]["num_frames"], base["renderer_config"]["image_size"]
    found = []
    for name in PAPER:
        stage = shipped_stages()[name]
        model = build(base, torch.bfloat16, "meta")
        total = sum(p.numel() for p in model.parameters())
        trained = prepare(model, stage)
        flops, activations, _ = step(model, frames, arguments.words, size, "renderer" in stage.train, "meta")
        memory = 2 * total + 16 * trained + activations
        found.append({"stage": name, "trained": trained, "tflops": flops / 1e12, "activations": activations, "memory": memory, "epochs": stage.epochs})  # fmt: skip
    everything = sum(row["tflops"] * row["epochs"] * arguments.clips for row in found)
    hours = {card: everything / (peak * arguments.efficiency) / 3600 for card, peak in PEAKS.items()}
    measured = measure(base, arguments, size) if arguments.measure else None
    if arguments.json:
        print(json.dumps({"parameters": total, "stages": found, "hours": hours, "measured": measured}, indent=1))
        return
    print(
        f"{arguments.base}: {total / 1e6:.0f} million parameters, {frames} frames of {size} x {size}, {arguments.words} words"
    )
    print(
        "| stage | trained, millions | TFLOP a clip | GB of activations a clip | GB with weights and optimiser |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for row in found:
        print(
            f"| {row['stage']} | {row['trained'] / 1e6:.1f} | {row['tflops']:.1f} | {row['activations'] / 1e9:.1f} | {row['memory'] / 1e9:.1f} |"
        )
    print(
        f"all stages over {arguments.clips} clips, {everything / 1e3:.0f} PFLOP, at {arguments.efficiency:.0%} of the peak, which is assumed:"
    )
    print("; ".join(f"{card} {value:.1f} h" for card, value in hours.items()))
    if measured:
        print(measured)


def measure(base: dict, arguments: argparse.Namespace, size: int) -> str:
    """A sentence on one step of random weights."""
    import resource

    model = build(base, torch.float32, "cpu")
    prepare(model, shipped_stages()["alignment"])
    flops, activations, seconds = step(model, arguments.measure, arguments.words, size, True, "cpu")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return (
        f"measured, float32, {torch.get_num_threads()} threads, {arguments.measure} frames: {flops / 1e12:.2f} TFLOP in {seconds:.1f} s "
        f"({flops / seconds / 1e9:.0f} GFLOP/s), {activations / 1e9:.1f} GB kept, {peak / 1e9:.1f} GB resident at most"
    )


if __name__ == "__main__":
    main()
