"""Finds what happens when in long clips: a label for every stretch, by windows that slide over the clip."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import options, recognize

NAME = "segment"
HELP = "what happens when in a long clip?"
USAGE = "FILE ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    recognize.add_labels(parser)
    recognize.add_calibrate(parser)
    options.add_number(parser, "--window", "length of a window (default: 3)", 3.0, kind=float, metavar="SECONDS")
    text = "distance between the starts of windows (default: 1)"
    options.add_number(parser, "--stride", text, 1.0, kind=float, metavar="SECONDS")
    parser.add_argument("--none-of-these", action="store_true", help="offer 'none of these' as a label")
    options.add_model(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    reading = options.reading(arguments)
    if not 0 < arguments.stride <= arguments.window < float("inf"):
        raise options.UsageError(
            f"--window, --stride: expected 0 < STRIDE <= WINDOW, got {arguments.stride:g} and {arguments.window:g}"
        )
    labels = recognize.given_labels(arguments) or recognize.labels_of_model(arguments.model)
    if options.all_missing(arguments, reading):
        return 1
    answerer = options.load(arguments.model)

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        from ..analysis import find_segments

        clip = options.read_clip(file, reading)
        found = find_segments(
            answerer.model, answerer.processor, clip, labels, window=arguments.window, stride=arguments.stride,
            none_of_these=arguments.none_of_these, calibrate=arguments.calibrate, progress=_progress if sys.stderr.isatty() else None,
        )  # fmt: skip
        lines = [f"{clock(part.start)} - {clock(part.end)}  {part.score:.3f}  {part.label}" for part in found]
        values = {"segments": [part.to_dict() for part in found], "warnings": list(clip.warnings)}
        return values, lines or ["Nobody is seen."]

    return options.each_file(arguments, work)


def clock(seconds: float) -> str:
    """75.5 -> "1:15.5"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def _progress(done: int, total: int) -> None:
    print(f"\r{done} of {total} windows", end="\n" if done == total else "", file=sys.stderr, flush=True)
