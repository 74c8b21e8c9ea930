"""Puts the renderer in front of a multimodal model of transformers: a folder with a whole model, ready to train."""

from __future__ import annotations

import argparse

from ..nouns import counted
from . import options

NAME = "new"
HELP = "make a checkpoint to train from a multimodal model"
USAGE = "--base ID --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    text = "Hub id or folder of an InternVL (-hf), Qwen-VL, LLaVA-OneVision, SmolVLM, Idefics3 or Gemma 3"
    add("--base", metavar="ID|DIR", help=text)
    add("--out", metavar="DIR", help="the new folder")
    add("--list", action="store_true", help="list the models whose sizes are known here, and stop")
    options.add_number(parser, "--image-size", "side of a frame (default: the base's)")
    options.add_number(parser, "--frames", "frames of a clip (default: 12)")
    text = "start from these weights: a model's folder, or a released renderer file"
    add("--renderer", metavar="DIR|FILE", help=text)
    text = "leave out patches that show nothing, where the family can"
    add("--drop-background", action="store_true", help=text)
    text = "(default: as stored)"
    add("--dtype", choices=("auto", "float32", "bfloat16", "float16"), default="auto", help=text)
    options.add_number(parser, "--seed", "of a random renderer", 0, kind=options.whole)
    add("--revision", metavar="REV", help="of a base on the Hub: a branch, tag or commit")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..hub.new import NewOptions, known_bases, new_checkpoint

    if arguments.list:
        known, lines = known_bases(), []
        for name, entry in known.items():
            size = entry["renderer_config"]["image_size"]
            tokens = f"{counted(entry['visual_tokens'], 'visual token')} a clip, frames of {size} x {size}"
            lines.append(f"{name}  {entry['parameters'] / 1e9:.2f} billion parameters, {tokens}")
        options.show(arguments, list(known.values()), lines)
        return 0
    if arguments.base is None or arguments.out is None:
        raise options.UsageError("expected --base and --out, or --list")
    options.note(f"reads {arguments.base}")
    done = new_checkpoint(arguments.base, arguments.out, NewOptions(
        image_size=arguments.image_size, num_frames=arguments.frames, renderer=arguments.renderer,
        drop_background=arguments.drop_background, dtype=arguments.dtype, seed=arguments.seed, revision=arguments.revision,
    ))  # fmt: skip
    frames = f"{counted(done['num_frames'], 'frame')} of {done['image_size']} x {done['image_size']}"
    lines = [
        f"{done['out']}: {done['family']}, {counted(done['parameters'], 'parameter')}, {frames}, {counted(done['visual_tokens'], 'visual token')} a clip",
        f"train it: skeletonllm train --model {done['out']} --dataset NAME --out DIR",
    ]
    options.show(arguments, done, lines)
    return 0
