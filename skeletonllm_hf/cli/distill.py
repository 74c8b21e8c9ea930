"""Fills a dataset's column `rationale`, which `skeletonllm train` needs for reasoning (CR-Distill): step by step, body part by
body part, ending in the label. The describer measures the joints and needs no model; --teacher-url asks a vision-language model
on any OpenAI-compatible server, which is shown rendered frames and told the label. A run that was stopped goes on."""

from __future__ import annotations

import argparse
from typing import Any

from ..nouns import counted
from . import options
from .remote import add_frames

NAME = "distill"
HELP = "write a rationale for every labelled clip of a dataset"
USAGE = "DIR|USER/NAME --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("dataset", metavar="DIR|USER/NAME", help="a dataset of our schema")
    add("--out", metavar="DIR", required=True, help="where the dataset with rationales goes")
    add("--parts", default="train", metavar="A,B", help="of train, validation, test (default: train)")
    options.add_number(parser, "--sentences", "about what happens, at most (default: 8)", 8)
    add("--again", action="store_true", help="also rows that have a rationale already")
    group = parser.add_argument_group("teacher on a server")
    text = "the server, such as http://localhost:8000/v1; key in SKELETONLLM_ENDPOINT_KEY"
    group.add_argument("--teacher-url", metavar="URL", help=text)
    group.add_argument("--teacher-model", metavar="NAME", help="the model's name there")
    add_frames(group)
    options.add_number(group, "--workers", "questions at a time (default: 4)")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..data.protocols import PARTS
    from ..training.distill import distill

    parts = options.names(arguments.parts)
    if not parts or any(part not in PARTS for part in parts):
        raise options.UsageError(f"--parts: expected some of {', '.join(PARTS)}, got {arguments.parts!r}")
    teacher = _teacher(arguments)
    workers = 1 if arguments.teacher_url is None else arguments.workers or 4
    report = distill(
        arguments.dataset, arguments.out, teacher, parts=parts, again=arguments.again, workers=workers, progress=True
    )
    for row, reason in report.failed:
        options.note(f"{row}: {reason}")
    counts = {name: getattr(report, name) for name in ("written", "resumed", "kept", "unlabelled")}
    failed = [{"row": row, "reason": reason} for row, reason in report.failed]
    resumed = f" ({report.resumed} from before)" if report.resumed else ""
    lines = [f"{arguments.out}: {counted(report.written + report.resumed, 'rationale')} by {teacher.name}{resumed}"]
    lines += [f"  {counted(report.kept, 'row')} had one already"] if report.kept else []
    lines += [f"  {counted(report.unlabelled, 'row has', 'rows have')} no label"] if report.unlabelled else []
    lines += [f"  {counted(len(failed), 'row')} failed; the same command tries again"] if failed else []
    options.show(arguments, {"out": arguments.out, "teacher": teacher.name, **counts, "failed": failed}, lines)
    return 1 if failed else 0


def _teacher(arguments: argparse.Namespace) -> Any:
    from ..training.teachers import Describer, teacher_on_server

    if arguments.teacher_url is None:
        options.refuse(arguments, ("teacher_model", "renderer", "size", "workers"), " needs --teacher-url")
        return Describer(arguments.sentences)
    if arguments.teacher_model is None:
        raise options.UsageError("--teacher-url: expected --teacher-model NAME too, the model's name on that server")
    try:
        return teacher_on_server(
            arguments.teacher_url, arguments.teacher_model, renderer=arguments.renderer, size=arguments.size,
            timeout=arguments.timeout, most=arguments.sentences,
        )  # fmt: skip
    except ValueError as error:
        raise options.UsageError(f"--teacher-url: {error}") from None
