"""Puts the renderer in front of a multimodal model of transformers: a folder with a whole model, ready to train."""

from __future__ import annotations

import argparse
import json

from . import options

NAME = "new"
HELP = "make a checkpoint to train from a multimodal model"
USAGE = "--base ID --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base",
        metavar="ID|DIR",
        help="Hub id or folder of an InternVL (-hf), Qwen-VL, LLaVA-OneVision, SmolVLM or Gemma 3",
    )
    parser.add_argument("--out", metavar="DIR", help="the new folder")
    parser.add_argument("--list", action="store_true", help="list the models whose sizes are known here, and stop")
    parser.add_argument(
        "--image-size", type=options.positive, metavar="N", help="side of a frame (default: the base's)"
    )
    parser.add_argument("--frames", type=options.positive, metavar="N", help="frames of a clip (default: 12)")
    parser.add_argument(
        "--renderer", metavar="DIR|FILE", help="start from these weights: a model's folder, or a released renderer file"
    )
    parser.add_argument(
        "--drop-background", action="store_true", help="leave out patches that show nothing, where the family can"
    )
    parser.add_argument(
        "--dtype", choices=("auto", "float32", "bfloat16", "float16"), default="auto", help="(default: as stored)"
    )
    parser.add_argument("--seed", type=options.whole, default=0, metavar="N", help="of a random renderer")
    parser.add_argument("--revision", metavar="REV", help="of a base on the Hub: a branch, tag or commit")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..hub.bases import known_bases

    if arguments.list:
        known = known_bases()
        if arguments.json:
            print(json.dumps(list(known.values())))
        else:
            for name, entry in known.items():
                size = entry["renderer_config"]["image_size"]
                print(f"{name}  {entry['parameters'] / 1e9:.2f} billion parameters, {entry['visual_tokens']:,} visual tokens "
                      f"a clip, frames of {size} x {size}")  # fmt: skip
        return 0
    if arguments.base is None or arguments.out is None:
        raise options.UsageError("expected --base and --out, or --list")
    from ..hub.new import NewOptions, new_checkpoint

    options.note(f"reads {arguments.base}")
    done = new_checkpoint(arguments.base, arguments.out, NewOptions(
        image_size=arguments.image_size, num_frames=arguments.frames, renderer=arguments.renderer,
        drop_background=arguments.drop_background, dtype=arguments.dtype, seed=arguments.seed, revision=arguments.revision,
    ))  # fmt: skip
    if arguments.json:
        print(json.dumps(done))
        return 0
    print(f"{done['out']}: {done['family']}, {done['parameters']:,} parameters, {done['num_frames']} frames of "
          f"{done['image_size']} x {done['image_size']}, {done['visual_tokens']:,} visual tokens a clip")  # fmt: skip
    print(f"train it: skeletonllm train --model {done['out']} --dataset NAME --out DIR")
    return 0
