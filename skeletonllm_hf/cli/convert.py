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
    group.add_argument(
        "--to-format", metavar="NAME", help="numpy, json, bvh, ntu or nw_ucla (default: by OUT's ending)"
    )
    group.add_argument(
        "--to-layout", metavar="NAME|FILE.json", help="layout to convert to; joints that cannot be derived are masked"
    )
    group.add_argument("--to-fps", type=float, metavar="N", help="resample to this many frames per second")
    group.add_argument("--to-up", metavar="AXIS", help="convert to metres with this axis up: x, y, z, -x, -y or -z")
    group.add_argument("--start", type=float, default=0.0, metavar="S", help="start of the part to keep, in seconds")
    group.add_argument("--stop", type=float, metavar="S", help="end of the part to keep, in seconds")
    group.add_argument("--mirror", action="store_true", help="exchange left and right")
    group.add_argument("--label", metavar="TEXT", help="action label to write")
    group.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    options.add_reading(parser, files="")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from .. import transforms
    from ..model.skeleton import AXES
    from ..readers import SkeletonFileError
    from ..readers.options import read_options
    from ..writers import WRITERS, save_skeleton

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
        saved = save_skeleton(clip, arguments.out, arguments.to_format, arguments.overwrite)
        for sentence in saved.notes:
            options.note(f"{saved.path}: {sentence}")
        values = {
            "out": str(saved.path), "format": saved.format, "layout": clip.layout.name, "frames": clip.num_frames, "fps": clip.fps,
            "people": clip.num_people, "warnings": list(clip.warnings), "notes": list(saved.notes),
        }  # fmt: skip
        people = "1 person" if clip.num_people == 1 else f"{clip.num_people} people"
        line = f"{saved.path}: {saved.format}, {clip.layout.name}, {people}, {clip.num_frames} frames at {clip.fps:g} a second"
        return values, [line]

    return options.each_file(arguments, work)
