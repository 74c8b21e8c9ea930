"""Draws the frames that the model sees: an animation, a contact sheet with time stamps, single pictures."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from . import options

NAME = "render"
HELP = "draw the frames that the model sees"
USAGE = "FILE ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    add = parser.add_argument
    text = "folder for NAME.gif and NAME_sheet.png (default: out); or one file, .gif or .png"
    add("--out", metavar="FOLDER|FILE", default="out", help=text)
    add("--png", action="store_true", help="also write each frame to FOLDER/NAME_frames/")
    options.add_number(parser, "--size", "width and height of a frame (default: the model's)", metavar="PIXELS")
    options.add_number(parser, "--frames", "number of frames (default: the model's)")
    text = "fit the clip into the frame, follow people who move away, or place the camera as the paper's code does"
    add("--camera", choices=("fit", "follow", "published"), help=text)
    text = "turn the clip to face the viewer, or keep its direction"
    add("--heading", choices=("face", "keep"), help=text)
    text = "draw frames at random within their segments, as in training"
    options.add_number(parser, "--seed", text, kind=options.whole)
    options.add_model(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    reading = options.reading(arguments)
    out = Path(arguments.out)
    single = out.suffix.lower() in (".gif", ".png")
    if single and (len(arguments.files) > 1 or arguments.png):
        raise options.UsageError("--out: expected a folder for several FILEs or --png, got the name of one file")
    if not single and out.suffix.lower() in _OTHER_FILES:
        raise options.UsageError(f"--out: expected a folder, or a file that ends in .gif or .png, got {out.name}")
    if options.all_missing(arguments, reading):
        return 1
    answerer = options.load(arguments.model)
    chosen = {"num_frames": arguments.frames, "heading": arguments.heading, "camera": arguments.camera}
    view = answerer.view.replace(**_given(chosen))
    renderer = answerer.model.renderer.with_config(**_given({"image_size": arguments.size, "camera": arguments.camera}))
    if (pixels := view.num_frames * renderer.config.image_size**2) > _MOST_PIXELS:
        raise options.UsageError(
            f"--frames, --size: expected at most {_MOST_PIXELS:,} pixels of a clip, got {pixels:,}"
        )
    taken: Counter[str] = Counter()

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        clip = options.read_clip(file, reading)
        name = None if single else options.unique_stem(file, taken)
        values = write(view, renderer, clip, out, name, arguments)
        return values, [f"{kind:<7}{path}" for kind, path in values["files"].items()]

    return options.each_file(arguments, work)


_MOST_PIXELS = 2**28  # of a clip's frames together: bounds the memory that drawing takes
_OTHER_FILES = (
    ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".pdf", ".mp4", ".mov", ".avi", ".mkv", ".webm",
)  # fmt: skip


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def write(
    view: Any, renderer: Any, clip: Any, out: Path, name: str | None, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Renders a clip and writes its pictures: all into the folder `out`, or with no name the one file `out`."""
    from .. import drawing

    images, times = drawing.render_images(view, renderer, clip, arguments.seed)
    paths = {"gif": out / f"{name}.gif", "sheet": out / f"{name}_sheet.png"}
    if name is None:
        paths = {"gif" if out.suffix.lower() == ".gif" else "sheet": out}
    next(iter(paths.values())).parent.mkdir(parents=True, exist_ok=True)
    if "gif" in paths:
        drawing.save_gif(images, paths["gif"], clip.seconds)
    if "sheet" in paths:
        title = f"{Path(clip.source).name}: {clip.layout.name}"
        drawing.contact_sheet(images, drawing.time_stamps(times), title=title).save(paths["sheet"])
    if arguments.png:
        paths["frames"] = out / f"{name}_frames"
        paths["frames"].mkdir(exist_ok=True)
        for number, image in enumerate(images):
            image.save(paths["frames"] / f"{number:03d}.png")
    return {
        "files": {kind: str(path) for kind, path in paths.items()},
        "size": images[0].width,
        "times": times,
        "warnings": list(clip.warnings),
    }
