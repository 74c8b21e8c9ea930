"""Reads a clip and writes it in another format, layout or frame rate. Lists what the format could not keep."""

from __future__ import annotations

import argparse
from typing import Any

from . import options

NAME = "convert"
HELP = "write a clip in another format, layout, frame rate"
USAGE = "IN OUT"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="IN", nargs=1, help="skeleton file, or folder where a clip is one")
    parser.add_argument("out", metavar="OUT", help="file to write: .npz, .json, .bvh or .skeleton")
    group = parser.add_argument_group("writing")
    add = group.add_argument
    add("--to-format", metavar="NAME", help="numpy, json, bvh, ntu or nw_ucla (default: by OUT's ending)")
    text = "layout to convert to; joints that cannot be derived are masked"
    add("--to-layout", metavar="NAME|FILE.json", help=text)
    options.add_number(group, "--to-fps", "resample to this many frames per second", kind=float)
    add("--to-up", metavar="AXIS", help="convert to metres with this axis up: x, y, z, -x, -y or -z")
    options.add_number(group, "--start", "start of the part to keep, in seconds", 0.0, kind=float, metavar="S")
    options.add_number(group, "--stop", "end of the part to keep, in seconds", kind=float, metavar="S")
    add("--mirror", action="store_true", help="exchange left and right")
    add("--label", metavar="TEXT", help="action label to write")
    add("--overwrite", action="store_true", help="replace OUT if it exists")
    options.add_reading(parser, files=False)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from .. import transforms
    from ..model.skeleton import AXES
    from ..readers import SkeletonFileError
    from ..readers.options import read_options
    from ..writers import WRITERS

    reading = options.reading(arguments)
    if arguments.to_format is not None and arguments.to_format not in WRITERS:
        raise options.UsageError(f"--to-format: expected one of {', '.join(WRITERS)}, got {arguments.to_format!r}")
    if arguments.to_up is not None and arguments.to_up not in AXES:
        raise options.UsageError(f"--to-up: expected one of {', '.join(AXES)}, got {arguments.to_up!r}")
    try:
        layout = read_options(layout=arguments.to_layout).layout
    except SkeletonFileError:  # the layout's file is at fault, not the command line
        raise
    except ValueError as error:
        raise options.UsageError(f"--to-layout: {error}") from None

    options.check_out(arguments, arguments.to_format, "--to-format")

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        clip = options.read_clip(file, reading)
        noted = len(clip.warnings)
        clip = transforms.crop(clip, arguments.start, arguments.stop)
        if arguments.mirror:
            clip = transforms.mirror(clip)
        if layout is not None:
            clip = clip.to_layout(layout)
        if arguments.to_fps is not None:
            clip = transforms.resample(clip, arguments.to_fps)
        if arguments.to_up is not None:
            clip = transforms.with_axes(clip, arguments.to_up)
        if arguments.label is not None:
            clip = clip.replace(label=arguments.label)
        for warning in clip.warnings[noted:]:
            options.note(f"{file}: {warning}")
        saved, values, line = options.save_clip(clip, arguments, arguments.to_format)
        return values | {"format": saved.format, "notes": list(saved.notes)}, [line]

    return options.each_file(arguments, work)
