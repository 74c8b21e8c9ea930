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
    parser.add_argument(
        "--out", metavar="FOLDER|FILE", default="out",
        help="folder for NAME.gif and NAME_sheet.png (default: out); or one file, .gif or .png",
    )  # fmt: skip
    parser.add_argument("--png", action="store_true", help="also write each frame to FOLDER/NAME_frames/")
    parser.add_argument(
        "--size", type=options.positive, metavar="PIXELS", help="width and height of a frame (default: the model's)"
    )
    parser.add_argument("--frames", type=options.positive, metavar="N", help="number of frames (default: the model's)")
    parser.add_argument(
        "--camera",
        choices=("fit", "follow", "published"),
        help="fit the clip into the frame, follow people who move away, or place the camera as the paper's code does",
    )
    parser.add_argument(
        "--heading", choices=("face", "keep"), help="turn the clip to face the viewer, or keep its direction"
    )
    parser.add_argument(
        "--seed", type=options.whole, metavar="N", help="draw frames at random within their segments, as in training"
    )
    options.add_model(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    reading = options.reading(arguments)
    out = Path(arguments.out)
    single = out.suffix.lower() in (".gif", ".png")
    if single and (len(arguments.files) > 1 or arguments.png):
        raise options.UsageError("--out: expected a folder for several FILEs or --png, got the name of one file")
    answerer = options.load(arguments.model)
    view, renderer = configured(answerer.view, answerer.model.renderer, arguments)
    taken: Counter[str] = Counter()

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        clip = options.read_clip(file, reading)
        name = Path(file).stem
        taken[name] += 1
        if taken[name] > 1:
            name += f"_{taken[name]}"
        values = write(view, renderer, clip, out, None if single else name, arguments)
        return values, [f"{kind:<7}{path}" for kind, path in values["files"].items()]

    return options.each_file(arguments, work)


def configured(view: Any, renderer: Any, arguments: argparse.Namespace) -> tuple[Any, Any]:
    """The model's view and renderer, with the picture size, number of frames, camera and heading that the user wants."""
    looking = {"num_frames": arguments.frames, "camera": arguments.camera, "heading": arguments.heading}
    drawn = {"image_size": arguments.size, "camera": arguments.camera}
    given, changes = ({name: value for name, value in values.items() if value} for values in (looking, drawn))
    return view.replace(**given), renderer.with_config(**changes)


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
