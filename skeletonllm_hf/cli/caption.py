"""Describes what happens in a clip."""

from __future__ import annotations

import argparse

from . import options
from .ask import add_text, answer_all

NAME = "caption"
HELP = "describe a clip in a sentence"
USAGE = "FILE ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    add_text(parser)


def run(arguments: argparse.Namespace) -> int:
    return answer_all(arguments, None)
