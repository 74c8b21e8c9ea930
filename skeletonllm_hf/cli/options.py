"""What several subcommands share: how files are read, which model answers, how results are printed."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class UsageError(Exception):
    """Arguments that make no sense together; ends with exit code 2."""


def add_reading(parser: argparse.ArgumentParser, files: str = "+") -> None:
    """FILE, and how to read it."""
    if files:
        parser.add_argument("files", metavar="FILE", nargs=files, help="skeleton file, or folder where a clip is one")
    group = parser.add_argument_group(
        "reading", "Values that are not given are taken from the file, or guessed with a warning."
    )
    group.add_argument("--format", help="name of the file format (default: found from the contents)")
    group.add_argument("--layout", metavar="NAME|FILE.json", help="skeleton layout: a known one, or a file of your own")
    group.add_argument(
        "--map", metavar="FILE", help="meaning of joint names that are not understood: lines `joint name = body point`"
    )
    group.add_argument("--up", metavar="AXIS", help="axis that points up: x, y, z, -x, -y or -z")
    group.add_argument("--handed", metavar="left|right", help="left: the file's axes are left-handed (Unity, Nuitrack)")
    group.add_argument("--units", help="metres, centimetres, millimetres, inches, pixels, ...")
    group.add_argument("--fps", type=float, metavar="N", help="frames per second")
    group.add_argument(
        "--people", type=positive, default=2, metavar="N", help="keep the N most active people (default: 2)"
    )
    group.add_argument("--person", type=positive, metavar="N", help="keep only the Nth person")
    group.add_argument(
        "--fill-gaps", type=whole, default=0, metavar="N", help="interpolate joints missing for up to N frames"
    )
    group.add_argument(
        "--min-confidence",
        type=float,
        default=0.05,
        metavar="P",
        help="mask joints of lower confidence (default: 0.05)",
    )
    group.add_argument("--clip", metavar="N|NAME", help="clip to read from a file that holds several")
    group.add_argument(
        "--axes", metavar="LETTERS", help="axes of an array, such as C,T,V,M: frames T, people M, joints V, clips N"
    )
    group.add_argument("--picture", metavar="WxH", help="size of the picture, for keypoints that are shares of it")
    group.add_argument("--body-model", metavar="FILE.npz", help="SMPL body model, for files of pose parameters")
    add_video(group)


def add_video(group: Any) -> None:
    """How people are found in a video; `video_options` has the values."""
    group.add_argument(
        "--estimator",
        choices=("auto", "mediapipe", "vitpose"),
        default="auto",
        help="for videos: pose estimator (default: MediaPipe if it is installed, else ViTPose)",
    )
    group.add_argument(
        "--pose-fps",
        type=float,
        metavar="N",
        help="for videos: maximum number of analysed frames per second (default: 15)",
    )
    group.add_argument(
        "--pose-model", metavar="FILE|HUB_ID", help="for videos: MediaPipe's .task file, or a ViTPose checkpoint"
    )


def video_options(arguments: argparse.Namespace, **others: Any) -> Any:
    """`VideoOptions` by the command line, with progress at a terminal; None where the extra `video` is missing. UsageError says what is wrong."""
    try:
        from ..video import VideoOptions
    except ImportError:  # whatever is read, if it is no video; if it is one, its reader says what is missing
        return None
    if arguments.pose_fps is not None:
        others["pose_fps"] = arguments.pose_fps
    progress = _show_progress if sys.stderr.isatty() else None
    try:
        return VideoOptions(arguments.estimator, arguments.pose_model, progress=progress, **others)
    except ValueError as error:
        raise UsageError(f"--{str(error).replace('_', '-', 1)}") from None


def _show_progress(done: int, total: int | None) -> None:
    if done % 10 == 0 or done == total:
        end = "\n" if done == total else ""
        print(
            f"\rlooking for people: {done}{f' of {total}' if total else ''} frames",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def add_model(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--model",
        metavar="FOLDER|HUB_ID|small",
        help="a SkeletonLLM checkpoint; small: docs/small.md (default: the bundled one)",
    )
    parser.set_defaults(waits_for_model=True)


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object per file, one per line, and nothing else on standard output",
    )


def reading(arguments: argparse.Namespace) -> dict[str, Any]:
    """Keyword arguments for `load_skeleton` and `inspect_skeleton`, checked. UsageError says what is wrong."""
    from ..readers import FORMATS, OptionError
    from ..readers.options import read_options

    if arguments.format is not None and arguments.format not in FORMATS:
        raise UsageError(f"--format: expected one of {', '.join(FORMATS)}, got {arguments.format!r}")
    clip = arguments.clip
    options = {
        "layout": arguments.layout, "up": arguments.up, "units": arguments.units, "fps": arguments.fps, "people": arguments.people,
        "fill_gaps": arguments.fill_gaps, "min_confidence": arguments.min_confidence,
        "clip": int(clip) if clip is not None and clip.isdecimal() else clip, "body_model": arguments.body_model,
        "person": arguments.person, "axes": arguments.axes, "picture": _picture(arguments.picture),
        "joint_map": arguments.map, "handed": arguments.handed,
        "video": video_options(arguments),
    }  # fmt: skip
    try:
        read_options(**options)
    except OptionError as error:
        raise UsageError(f"{_flag(error.name)}: {error.problem}") from None
    return options | {"format": arguments.format}


def _flag(name: str) -> str:
    """The command line's name of an argument of `load_skeleton`."""
    return "--map" if name == "joint_map" else f"--{name.replace('_', '-')}"


def _picture(text: str | None) -> tuple[float, float] | None:
    """`"1280x720"` -> (1280, 720)."""
    if text is None:
        return None
    sides = text.lower().split("x")
    if len(sides) != 2 or not all(side.strip().isdecimal() and int(side) > 0 for side in sides):
        raise UsageError(f"--picture: expected width and height such as 1280x720, got {text!r}")
    return float(sides[0]), float(sides[1])


_ARGUMENT = re.compile(
    r"\b(format|layout|up|units|fps|people|person|fill_gaps|min_confidence|clip|body_model|axes|picture|joint_map|handed|overwrite)="
    r"(?=[\w.(])(\(width, height\)|\.\.\.|[\w,]*\w)"
)


def as_flags(text: str) -> str:
    """Arguments of `load_skeleton` in a message, as the command line names them: `layout=...` -> `--layout ...`."""

    def flag(match: re.Match[str]) -> str:
        name, value = match[1], match[2]
        value = {"(width, height)": "WxH", "True": ""}.get(value, value)
        return f"{_flag(name)} {value}".rstrip()

    return _ARGUMENT.sub(flag, text)


def read_clip(file: str, options: dict[str, Any]) -> Any:
    """The clip; what its reader guessed goes to standard error."""
    from ..readers import load_skeleton

    clip: Any = load_skeleton(file, **options)
    for warning in clip.warnings:
        note(f"{file}: {as_flags(warning)}")
    return clip


def load(name: str | None, **settings: Any) -> Any:
    """`answering.loading.load`, without its progress bars where nobody watches."""
    from transformers.utils import logging

    from ..answering.loading import load as load_answerer

    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    return load_answerer(name, **settings)


def positive(text: str) -> int:
    """For argparse: a whole number from 1."""
    return _at_least(1, text)


def whole(text: str) -> int:
    """For argparse: a whole number from 0."""
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least {least}, got {text!r}")
    return int(text)


def each_file(arguments: argparse.Namespace, work: Callable[[str], tuple[dict[str, Any], list[str]]]) -> int:
    """Runs `work` on every file and prints what it found; a file that fails does not stop the others.

    Args:
        arguments: with `files`, `json` and `debug`.
        work: a file's name -> values for JSON, lines for people.

    Returns:
        The exit code: 1 where a file failed, 0 otherwise.
    """
    files, failed = _with_clips(arguments), False
    several = len(files) > 1
    for number, file in enumerate(files, 1):
        if several:
            note(f"[{number}/{len(files)}] {file}")
        try:
            values, lines = work(file)
        except (ValueError, OSError) as error:
            if arguments.debug:
                raise
            failed = True
            note(f"skeletonllm: error: {as_flags(str(error))}")
            values, lines = {"error": str(error)}, []
        show(arguments, {"file": file, **values}, ([f"{file}:"] if several and lines else []) + lines)
    return 1 if failed else 0


def _with_clips(arguments: argparse.Namespace) -> list[str]:
    """The files, archives replaced by the clips in them, unless --clip names one."""
    from ..readers import SkeletonFileError, clip_paths

    if getattr(arguments, "clip", None) is not None or not hasattr(arguments, "format"):
        return arguments.files
    files: list[str] = []
    for file in arguments.files:
        try:
            files += map(str, clip_paths(file))
        except SkeletonFileError:
            files.append(file)  # reading it says what is wrong with it
    return files


def show(arguments: argparse.Namespace, values: dict[str, Any], lines: list[str]) -> None:
    """Prints a result as the user wants it."""
    if arguments.json:
        print(json.dumps(values, ensure_ascii=False, allow_nan=False), flush=True)
    elif lines:
        print("\n".join(lines), flush=True)


def note(text: str) -> None:
    """A line for people, beside the results."""
    print(text, file=sys.stderr, flush=True)


def read_lines(path: str) -> list[str]:
    """The lines of a UTF-8 text file that are not blank. ValueError, OSError name the file."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: expected UTF-8 text, got byte 0x{error.object[error.start]:02x} at {error.start}"
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]
