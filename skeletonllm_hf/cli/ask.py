"""Answers a question about a clip. The answer is the model's likeliest: the same every time."""

from __future__ import annotations

import argparse
from typing import Any

from . import options, remote

NAME = "ask"
HELP = "ask a question about a clip"
USAGE = "FILE ... QUESTION"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    parser.add_argument(
        "question", metavar="QUESTION", help='the question, such as "How many times does the person jump?"'
    )
    add_text(parser)


def add_text(parser: argparse.ArgumentParser) -> None:
    """Options of commands that answer with a text."""
    options.add_number(parser, "--max-tokens", "longest answer, in tokens (default: 96)", 96)
    parser.add_argument(
        "--no-counts", action="store_true",
        help="let the language model count repetitions; by default they are counted on the skeleton for small "
        "models such as the bundled one",
    )  # fmt: skip
    options.add_model(parser)
    remote.add_endpoint(parser, server=True)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.question.strip():
        raise options.UsageError("QUESTION: expected some words, got none")
    return answer_all(arguments, arguments.question)


def answer_all(arguments: argparse.Namespace, question: str | None) -> int:
    """Puts a question, or with None the request for a description, to every file."""
    reading = options.reading(arguments)
    remote.check(arguments)
    if options.all_missing(arguments, reading):
        return 1
    answerer = remote.load(arguments)
    if arguments.no_counts:
        if remote.server_of(arguments) is not None:
            raise options.UsageError("--no-counts: cannot be combined with --server: that server has its own settings")
        answerer.processor.counts = False

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        clip = options.read_clip(file, reading)
        limit = {"max_new_tokens": arguments.max_tokens}
        warnings = {"warnings": list(clip.warnings)}
        if question is None:
            found = answerer.describe(clip, **limit)
            text = f"{found.text} (unsure)" if found.unsure else found.text
            return {"caption": found.text, "unsure": found.unsure, **warnings}, [text]
        answer, doubts = answerer.ask_with_warnings(clip, question, **limit)
        for doubt in doubts:
            options.note(f"{file}: {doubt}")
        warnings["warnings"] += doubts
        return {"question": question, "answer": answer, **warnings}, [answer]

    return options.each_file(arguments, work)
