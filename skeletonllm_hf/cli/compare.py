"""Describes how two clips differ: the model's label of each, and what is measured on both."""

from __future__ import annotations

import argparse

from . import options, recognize, remote

NAME = "compare"
HELP = "how do two clips differ?"
USAGE = "FILE FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser, files=False)
    parser.add_argument("first", metavar="FILE", help="skeleton file, or folder where a clip is one")
    parser.add_argument("second", metavar="FILE", help="skeleton file to compare it with")
    recognize.add_labels(parser)
    recognize.add_calibrate(parser)
    options.add_model(parser)
    remote.add_endpoint(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..analysis.comparison import compare_answers

    reading = options.reading(arguments)
    labels = recognize.given_labels(arguments)
    if arguments.endpoint is not None and labels is not None:
        raise options.UsageError("--labels: cannot be combined with --endpoint: servers give no scores of labels")
    if labels is None and arguments.endpoint is None:
        labels = recognize.labels_of_model(arguments.model)
    remote.check(arguments)
    first, second = (options.read_clip(file, reading) for file in (arguments.first, arguments.second))
    answerer = remote.load(arguments)
    found = compare_answers(answerer, first, second, labels, arguments.calibrate)
    lines = []
    for number, (file, side) in enumerate(((arguments.first, found.first), (arguments.second, found.second)), 1):
        doubt = ", not sure" if side.unsure else ""
        called = "" if side.label is None else f"{side.label} ({side.score:.3f}{doubt}). "
        lines.append(f"{number}. {file}: {called}{side.caption}")
    lines += ["", *(difference.text for difference in found.differences)]
    if not found.differences:
        lines.append("No difference in their movements was measured.")
    values = {"files": [arguments.first, arguments.second]} | found.to_dict()
    options.show(arguments, values, lines)
    return 0
