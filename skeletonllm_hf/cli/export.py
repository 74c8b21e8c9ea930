"""Writes a checkpoint in another layout: for servers, or for the paper's own code and from it."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import options

NAME = "export"
HELP = "write a checkpoint for servers, or convert the authors' own"
USAGE = "SOURCE --to LAYOUT --out PATH"

LAYOUTS = {
    "plain": "the multimodal model alone, in its family's own layout, and its renderer beside it: for vLLM, SGLang, `transformers serve`",
    "internvl-chat": "what the authors' code loads: InternVLChat with the renderer inside",
    "renderer": "the renderer alone, as a weight file such as the authors released (.safetensors)",
    "slim": "a model that was trained from small: what was trained, beside the name and hash of its base (docs/small.md)",
    "skeletonllm": "ours, from a checkpoint of the authors' code, or a renderer from one of their weight files",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    text = "a checkpoint folder, or with --to skeletonllm a renderer's .safetensors"
    add("source", metavar="SOURCE", help=text)
    text = "; ".join(f"{name}: {text}" for name, text in LAYOUTS.items())
    add("--to", choices=LAYOUTS, required=True, metavar="LAYOUT", help=text)
    text = "the new folder, or with --to renderer the new file"
    add("--out", metavar="PATH", required=True, help=text)
    add(
        "--processor", choices=("own", "llava"), metavar="own|llava",
        help="with --to plain: own, the family's, as servers want it (default); llava, for InternVL: transformers loads it "
        "without torchvision, and it serves models without <img> tokens",
    )  # fmt: skip
    text = "with --to internvl-chat: the multimodal model alone, for servers that know InternVLChat"
    add("--no-renderer", action="store_true", default=None, help=text)
    options.add_number(parser, "--frames", "with --to skeletonllm: frames of a clip (default: 12)")
    text = "with --to skeletonllm: what their template puts in front of every conversation"
    add("--system", metavar="TEXT", help=text)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    layouts = {"processor": "plain", "no_renderer": "internvl-chat", "frames": "skeletonllm", "system": "skeletonllm"}
    for name, layout in layouts.items():
        if arguments.to != layout:
            options.refuse(arguments, (name,), f" needs --to {layout}")
    source, out = arguments.source, Path(arguments.out)
    released = source.lower().endswith(".safetensors")
    if released and arguments.to != "skeletonllm":
        raise options.UsageError(f"--to {arguments.to}: expected a checkpoint folder, got the weight file {source}")
    if arguments.to == "renderer" and out.suffix != ".safetensors":
        raise options.UsageError(f"--out: expected a name that ends in .safetensors, got {arguments.out}")
    notes = _export(arguments, source, out, released)
    options.show(arguments, {"out": str(out), "notes": list(notes)}, [f"written to {out}", *notes])
    return 0


def _export(arguments: argparse.Namespace, source: str, out: Path, released: bool) -> tuple[str, ...]:
    from .. import conversion
    from ..hub.slim import check_folder, slim_folder, whole_folder

    if arguments.to in ("slim", "internvl-chat"):
        check_folder(source)
    if arguments.to == "plain":
        answerer = options.load(source)
        return conversion.export_plain(answerer.model, answerer.processor, out, arguments.processor or "own")
    if arguments.to == "slim":
        done = slim_folder(source, out)
        lost = f"adapters of rank {done['rank']:.0f} that miss {done['missed']:.2%} of an update"
        return (f"{done['bytes']:,} bytes of weights, {lost}",)
    if arguments.to == "internvl-chat":
        conversion.to_internvl_chat(whole_folder(source), out, renderer=not arguments.no_renderer)
        return (
            "add the model's Python files and auto_map from a checkpoint of theirs: this holds weights and settings",
        )
    if arguments.to == "renderer":
        from ..answering.loading import load_renderer

        conversion.save_official(load_renderer(source).renderer, out)
    elif released:
        if arguments.frames is not None or arguments.system is not None:
            problem = "a renderer's weight file holds its number of frames, and no conversation"
            raise options.UsageError(f"--frames and --system: {problem}")
        from ..model.modeling_draction import DrActionModel

        if (out / "config.json").exists():
            raise FileExistsError(f"{out}: expected a new folder, found a checkpoint")
        DrActionModel.from_official(source).save_pretrained(out)
    else:
        conversion.from_internvl_chat(source, out, num_frames=arguments.frames or 12, system=arguments.system)
    return ()
