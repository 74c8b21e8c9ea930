"""Options and output that several subcommands share: reading files, loading the model, printing results."""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..nouns import counted


class UsageError(Exception):
    """Arguments that make no sense together; ends with exit code 2."""


def refuse(arguments: argparse.Namespace, names: Iterable[str], problem: str) -> None:
    """UsageError where one of these arguments was given: its flag, followed by `problem`."""
    for name in names:
        if getattr(arguments, name) is not None:
            raise UsageError(f"{flag(name)}{problem}")


def _at_least(least: int, text: str) -> int:
    """For argparse: a whole number of at least `least`."""
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least {least}, got {text!r}")
    return int(text)


positive, whole = (functools.partial(_at_least, least) for least in (1, 0))


def names(text: str) -> list[str]:
    """The names in a list such as "a, b"; empty ones are left out."""
    return [name.strip() for name in text.split(",") if name.strip()]


def add_number(
    parser: argparse._ActionsContainer, name: str, text: str | None, default: float | None = None, *,
    kind: Callable[[str], float] = positive, metavar: str = "N",
) -> None:  # fmt: skip
    """An option that takes a number, with the help `text`; `kind` is `positive`, `whole` or `float`."""
    parser.add_argument(name, type=kind, default=default, metavar=metavar, help=text)


def add_reading(parser: argparse.ArgumentParser, files: bool = True) -> None:
    """FILE, and how to read it."""
    if files:
        parser.add_argument("files", metavar="FILE", nargs="+", help="skeleton file, or folder where a clip is one")
    group = parser.add_argument_group(
        "reading", "Values that are not given are taken from the file, or guessed with a warning."
    )
    add = group.add_argument
    add("--format", help="name of the file format (default: found from the contents)")
    add("--layout", metavar="NAME|FILE.json", help="skeleton layout: a known one, or a file of your own")
    add("--map", metavar="FILE", help="meaning of joint names that are not understood: lines `joint name = body point`")
    add("--up", metavar="AXIS", help="axis that points up: x, y, z, -x, -y or -z")
    add("--handed", metavar="left|right", help="left: the file's axes are left-handed (Unity, Nuitrack)")
    add("--units", help="metres, centimetres, millimetres, inches, feet or pixels; or m, cm, mm, in, ft, px")
    add_number(group, "--fps", "frames per second", kind=float)
    add_number(group, "--people", "keep the N most active people (default: 2)", 2)
    add_number(group, "--person", "keep only the Nth person")
    add_number(group, "--fill-gaps", "interpolate joints missing for up to N frames", 0, kind=whole)
    add_number(
        group, "--min-confidence", "mask joints of lower confidence (default: 0.05)", 0.05, kind=float, metavar="P"
    )
    add("--clip", metavar="N|NAME", help="clip to read from a file that holds several")
    add("--axes", metavar="LETTERS", help="axes of an array, such as C,T,V,M: frames T, people M, joints V, clips N")
    add("--picture", metavar="WxH", help="size of the picture, for keypoints that are shares of it")
    add("--body-model", metavar="FILE.npz", help="SMPL body model, for files of pose parameters")
    add_video(group)


def add_video(group: Any) -> None:
    """Options of pose estimation in videos; `video_options` has the values."""
    group.add_argument(
        "--estimator", choices=("auto", "mediapipe", "vitpose"), default="auto",
        help="for videos: pose estimator (default: MediaPipe if it is installed, else ViTPose)",
    )  # fmt: skip
    add_number(
        group, "--pose-fps", "for videos: maximum number of analysed frames per second (default: 15)", kind=float
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
        text = f"\rlooking for people: {done}{f' of {total}' if total else ''} frames"
        print(text, end="\n" if done == total else "", file=sys.stderr, flush=True)


def add_model(parser: argparse._ActionsContainer) -> None:
    text = "a SkeletonLLM checkpoint; small: docs/small.md (default: the bundled one)"
    parser.add_argument("--model", metavar="FOLDER|HUB_ID|small", help=text)
    parser.set_defaults(waits_for_model=True)


def add_json(parser: argparse.ArgumentParser) -> None:
    files = any(action.dest == "files" for action in parser._actions)
    what = "one JSON object per file, one per line" if files else "the result as JSON"
    text = f"print {what}, and nothing else on standard output"
    parser.add_argument("--json", action="store_true", help=text)


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
        raise UsageError(f"{flag(error.name)}: {error.problem}") from None
    return options | {"format": arguments.format}


def flag(name: str) -> str:
    """The command line's name of an argument: of `load_skeleton`, or of the parsed arguments."""
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

    def as_flag(match: re.Match[str]) -> str:
        value = {"(width, height)": "WxH", "True": ""}.get(match[2], match[2])
        return f"{flag(match[1])} {value}".rstrip()

    return _ARGUMENT.sub(as_flag, text)


def reason(error: Exception) -> str:
    """An error as a sentence; of the system's about a file: the file, what was expected and what came."""
    if not isinstance(error, OSError) or error.strerror is None or error.filename is None:
        return str(error)
    kinds = {
        FileExistsError: "expected a folder, found a file",  # of a folder that is to be made
        IsADirectoryError: "expected a file, found a folder",
        NotADirectoryError: "expected a folder above it, found a file",
    }
    return f"{os.fsdecode(error.filename)}: {kinds.get(type(error), error.strerror[:1].lower() + error.strerror[1:])}"


def read_clip(file: str, options: dict[str, Any]) -> Any:
    """The clip; what its reader guessed goes to standard error."""
    from ..readers import load_skeleton

    clip: Any = load_skeleton(file, **options)
    for warning in clip.warnings:
        note(f"{file}: {as_flags(warning)}")
    return clip


def load(name: str | None, **settings: Any) -> Any:
    """`answering.loading.load`, with progress bars only where standard error is a terminal."""
    from transformers.utils import logging

    from ..answering.loading import load as load_answerer

    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    try:
        return load_answerer(name, **settings)
    except OSError as error:  # of transformers about the Hub: without the name
        if name is None or str(name) in str(error):
            raise
        raise OSError(f"{name}: no such folder, and the Hub does not give it: {error}") from None


def named_options(parser: argparse.ArgumentParser, text: str) -> str:
    """A message that begins with parameters of Python's, "teacher_url: expected ...", by the options that they are here."""
    flags = {action.dest: action.option_strings[-1] for action in parser._actions if action.option_strings}
    names, colon, rest = text.partition(":")
    if colon and all(name in flags for name in names.split(", ")):
        text = ", ".join(flags[name] for name in names.split(", ")) + colon + rest
    bare = [word.rstrip(",:;") for word in text.split(" ")]
    words = zip(bare, text.split(" "), strict=True)
    return " ".join(flags[name] + word[len(name) :] if "_" in name and name in flags else word for name, word in words)


def check_out(arguments: argparse.Namespace, file_format: str | None = None, format_flag: str = "") -> None:
    """Checks --out before any work is done for it, as `writers.check_path`; `format_flag` is the option that names the format, if any."""
    from ..writers import check_path

    try:
        check_path(arguments.out, file_format, arguments.overwrite)
    except ValueError as error:
        advice = f"; or pass {format_flag} NAME" if format_flag else ""
        raise ValueError(str(error).replace("; or pass format=...", advice)) from None


def save_clip(
    clip: Any,
    arguments: argparse.Namespace,
    file_format: str | None = None,
    source: str | None = None,
) -> tuple[Any, dict[str, Any], str]:
    """Writes a clip to --out; what the format cannot keep goes to standard error.

    Args:
        file_format: None: by the ending of --out.
        source: what the line names in front of the layout; None: the format.

    Returns:
        The result of `save_skeleton`, values for JSON, a line for people.
    """
    from ..writers import save_skeleton

    saved = save_skeleton(clip, arguments.out, file_format, arguments.overwrite)
    for sentence in saved.notes:
        note(f"{saved.path}: {sentence}")
    values = {
        "out": str(saved.path), "layout": clip.layout.name, "frames": clip.num_frames, "fps": clip.fps,
        "people": clip.num_people, "warnings": list(clip.warnings),
    }  # fmt: skip
    people = counted(clip.num_people, "person", "people")
    line = f"{saved.path}: {source or saved.format}, {clip.layout.name}, {people}, {counted(clip.num_frames, 'frame')} at {clip.fps:g} a second"
    return saved, values, line


def unique_stem(file: str, taken: Counter[str]) -> str:
    """A file's name without its ending, numbered from the second time on; `taken` counts the names."""
    stem = Path(file).stem
    taken[stem] += 1
    return stem if taken[stem] == 1 else f"{stem}_{taken[stem]}"


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
            note(f"skeletonllm: error: {as_flags(reason(error))}")
            values, lines = {"error": reason(error)}, []
        show(arguments, {"file": file, **values}, ([f"{file}:"] if several and lines else []) + lines)
    return 1 if failed else 0


def all_missing(arguments: argparse.Namespace, options: dict[str, Any]) -> bool:
    """Whether there is none of the files, which is then reported; asked before the model is loaded, which takes seconds."""
    for file in arguments.files:
        if os.path.exists(file) or any(map(os.path.isfile, Path(file).parents)):  # in an archive
            return False
    each_file(arguments, lambda file: ({}, [str(read_clip(file, options))]))
    return True


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


def show(arguments: argparse.Namespace, values: Any, lines: list[str]) -> None:
    """Prints a result as the user wants it."""
    if arguments.json:
        print(json.dumps(values, ensure_ascii=False, allow_nan=False), flush=True)
    elif lines:
        print("\n".join(lines), flush=True)


def note(text: str) -> None:
    """A line for people, beside the results."""
    print(text, file=sys.stderr, flush=True)
