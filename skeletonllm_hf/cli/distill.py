"""Fills a dataset's column `rationale`, which `skeletonllm train` needs for reasoning (CR-Distill): step by step, body part by
body part, ending in the label. The describer measures the joints and needs no model; --teacher-url asks a vision-language model
on any OpenAI-compatible server, which is shown rendered frames and told the label. A run that was stopped goes on."""

from __future__ import annotations

import argparse
from typing import Any

from . import options

NAME = "distill"
HELP = "write a rationale for every labelled clip of a dataset"
USAGE = "DIR|USER/NAME --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DIR|USER/NAME", help="a dataset of our schema")
    parser.add_argument("--out", metavar="DIR", required=True, help="where the dataset with rationales goes")
    parser.add_argument("--parts", default="train", metavar="A,B", help="of train, validation, test (default: train)")
    parser.add_argument(
        "--sentences", type=options.positive, default=8, metavar="N", help="about what happens, at most (default: 8)"
    )
    parser.add_argument("--again", action="store_true", help="also rows that have a rationale already")
    group = parser.add_argument_group("teacher on a server")
    group.add_argument(
        "--teacher-url",
        metavar="URL",
        help="the server, such as http://localhost:8000/v1; key in SKELETONLLM_ENDPOINT_KEY",
    )
    group.add_argument("--teacher-model", metavar="NAME", help="the model's name there")
    group.add_argument(
        "--renderer", metavar="FOLDER|HUB_ID|FILE", help="what draws the frames (default: the bundled model's renderer)"
    )
    group.add_argument(
        "--size",
        type=options.positive,
        metavar="PIXELS",
        help="width and height of a frame (default: 448, or RENDERER's)",
    )
    group.add_argument("--workers", type=options.positive, metavar="N", help="questions at a time (default: 4)")
    group.add_argument(
        "--timeout", type=float, default=120.0, metavar="SECONDS", help="longest silence of the server (default: 120)"
    )
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..data.protocols import PARTS
    from ..training.distill import distill

    parts = [part.strip() for part in arguments.parts.split(",") if part.strip()]
    if not parts or any(part not in PARTS for part in parts):
        raise options.UsageError(f"--parts: expected some of {', '.join(PARTS)}, got {arguments.parts!r}")
    teacher = _teacher(arguments)
    workers = 1 if arguments.teacher_url is None else arguments.workers or 4
    try:
        report = distill(
            arguments.dataset,
            arguments.out,
            teacher,
            parts=parts,
            again=arguments.again,
            workers=workers,
            progress=True,
        )
    except ModuleNotFoundError as error:
        if arguments.debug or error.name != "datasets":
            raise
        options.note(f"skeletonllm: error: {error}")
        return 1
    for row, reason in report.failed:
        options.note(f"{row}: {reason}")
    counts = {
        "written": report.written,
        "resumed": report.resumed,
        "kept": report.kept,
        "unlabelled": report.unlabelled,
    }
    failed = [{"row": row, "reason": reason} for row, reason in report.failed]
    lines = [
        f"{arguments.out}: {report.written + report.resumed} rationales by {teacher.name}"
        + (f" ({report.resumed} from before)" if report.resumed else "")
    ]
    lines += [f"  {report.kept} rows had one already"] if report.kept else []
    lines += [f"  {report.unlabelled} rows have no label"] if report.unlabelled else []
    lines += [f"  {len(failed)} rows failed; the same command tries them again"] if failed else []
    options.show(arguments, {"out": arguments.out, "teacher": teacher.name, **counts, "failed": failed}, lines)
    return 1 if failed else 0


def _teacher(arguments: argparse.Namespace) -> Any:
    from ..training.teachers import Describer, teacher_on_server

    if arguments.teacher_url is None:
        for name in ("teacher_model", "renderer", "size", "workers"):
            if getattr(arguments, name) is not None:
                raise options.UsageError(f"--{name.replace('_', '-')} needs --teacher-url")
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
