"""Says what a skeleton file holds: format, layout, people, units, axes, what was guessed and why, what is missing."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import options

NAME = "inspect"
HELP = "what a file holds, what was guessed, a preview"
USAGE = "FILE ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    parser.add_argument(
        "--preview", metavar="FILE", help="also draw stick figures into a picture (.png), or an animation (.gif)"
    )
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..readers import inspect_skeleton

    reading = options.reading(arguments)
    if arguments.preview and len(arguments.files) > 1:
        raise options.UsageError("--preview: expected one FILE, got several")
    if arguments.preview and not arguments.preview.lower().endswith((".png", ".gif")):
        raise options.UsageError(f"--preview: expected a name that ends in .png or .gif, got {arguments.preview!r}")

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        from .. import drawing

        found = inspect_skeleton(file, **reading)
        values, lines = found.to_dict(), options.as_flags(str(found)).split("\n")[1:]
        if (sys.stdout.encoding or "").lower().startswith("utf") and not arguments.json:
            lines += ["", *drawing.text_preview(found.sequence).split("\n")]
        if arguments.preview:
            _draw(found.sequence, arguments.preview)
            values["preview"] = arguments.preview
            lines.append(f"  {'preview':<9}{arguments.preview}")
        return values, lines

    return options.each_file(arguments, work)


def _draw(sequence: Any, path: str) -> None:
    from .. import drawing

    if path.lower().endswith(".png"):
        drawing.preview(sequence).save(path)
        return
    step = max(1, round(sequence.fps / 15))  # 15 pictures a second look smooth
    drawing.save_gif(drawing.stick_figures(sequence, range(0, sequence.num_frames, step), 256), path, sequence.seconds)
