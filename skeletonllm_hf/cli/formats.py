"""Lists the file formats that are read, and what each looks like; with a NAME, that one alone."""

from __future__ import annotations

import argparse
import textwrap

from . import options

NAME = "formats"
HELP = "which files are read, and what they look like"
USAGE = "[NAME ...]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help="a format, as --format takes it")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..readers import FORMATS

    if unknown := [name for name in arguments.names if name not in FORMATS]:
        raise options.UsageError(f"NAME: expected some of {', '.join(FORMATS)}, got {unknown[0]!r}")
    for name in arguments.names or FORMATS:
        reader = FORMATS[name]
        values = {
            "format": name, "title": reader.title, "expects": reader.expects, "extensions": list(reader.extensions),
            "folders": reader.folders,
        }  # fmt: skip
        endings = " ".join(reader.extensions) + (", or a folder" if reader.folders else "")
        lines = [f"{name}  ({endings})", f"  {reader.title}", *textwrap.wrap(f"looks like: {reader.expects}", 110, initial_indent="  ", subsequent_indent="    ")]  # fmt: skip
        options.show(arguments, values, lines)
    return 0
